//! What the passes over a page's tree share: names, words and texts of nodes, and how one becomes another.

use ego_tree::{NodeId, NodeRef, Tree};
use html5ever::{Attribute, LocalName, QualName, ns, tendril::StrTendril};
use scraper::{
    Node,
    node::{Element, Text},
};

use super::tags::{HEADINGS, INLINE};

pub(super) type Nodes = Tree<Node>;
pub(super) type At<'a> = NodeRef<'a, Node>;

/// Elements beside [`INLINE`] that stand in a line.
const IN_LINES: &[&str] = &[
    "a", "strong", "b", "em", "i", "code", "kbd", "samp", "del", "s", "img", "svg", "strike",
    "ruby", "input", "select",
];
/// Elements whose text is no text of the page.
const UNSEEN: &[&str] = &["script", "style", "noscript", "template", "svg", "head"];

/// Bytes of a class that is read: more names nothing.
const CLASSES: usize = 2048;
/// Siblings that are looked at for one that shows something.
const SIBLINGS: usize = 64;

/// Empty, if it is no element.
pub(super) fn name(node: At<'_>) -> &str {
    node.value().as_element().map_or("", Element::name)
}

pub(super) fn attr<'a>(node: At<'a>, wanted: &str) -> Option<&'a str> {
    node.value().as_element()?.attr(wanted)
}

pub(super) fn is_heading(node: At<'_>) -> bool {
    HEADINGS.contains(&name(node))
}

pub(super) fn is_inline(name: &str) -> bool {
    INLINE.contains(&name) || IN_LINES.contains(&name)
}

pub(super) fn is_unseen(name: &str) -> bool {
    UNSEEN.contains(&name)
}

/// The names in its class, in small letters.
pub(super) fn classes(node: At<'_>) -> Vec<String> {
    let names = attr(node, "class").filter(|names| names.len() <= CLASSES).unwrap_or_default();
    names.split_whitespace().map(str::to_ascii_lowercase).collect()
}

/// Whether one of them is this, as it is written.
pub(super) fn has_class(node: At<'_>, wanted: &str) -> bool {
    let names = attr(node, "class").filter(|names| names.len() <= CLASSES).unwrap_or_default();
    names.split_ascii_whitespace().any(|name| name == wanted)
}

/// Those and its id.
pub(super) fn tokens(node: At<'_>) -> Vec<String> {
    let mut tokens = classes(node);
    tokens.extend(attr(node, "id").map(str::to_ascii_lowercase));
    tokens
}

/// Whether a name has this word: "faq-title" has "faq".
pub(super) fn has_word(token: &str, wanted: &[&str]) -> bool {
    token.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| wanted.contains(&word))
}

/// Its text in one line; none where that has more bytes.
pub(super) fn text(node: At<'_>, most: usize) -> Option<String> {
    let mut out = String::new();
    let mut unseen: Option<NodeId> = None;
    for (at, edge) in node.traverse().enumerate() {
        // Elements without text are no text either.
        if at > most * 4 + 1000 {
            return None;
        }
        match edge {
            ego_tree::iter::Edge::Open(node) if unseen.is_none() => match node.value() {
                Node::Text(text) => out.push_str(text),
                Node::Element(element) if is_unseen(element.name()) => unseen = Some(node.id()),
                Node::Element(element) if !is_inline(element.name()) => out.push(' '),
                _ => {}
            },
            ego_tree::iter::Edge::Open(_) => {}
            ego_tree::iter::Edge::Close(node) => {
                if unseen == Some(node.id()) {
                    unseen = None;
                } else if unseen.is_none() && node.value().is_element() && !is_inline(name(node)) {
                    out.push(' ');
                }
            }
        }
        if out.len() > most * 4 + 400 {
            return None;
        }
    }
    let out = super::squeeze(&out);
    (out.len() <= most).then_some(out)
}

/// The next sibling that shows something: an element, or text that is not blank.
pub(super) fn next(node: At<'_>) -> Option<At<'_>> {
    node.next_siblings().take(SIBLINGS).find(|sibling| shows(*sibling))
}

pub(super) fn previous(node: At<'_>) -> Option<At<'_>> {
    node.prev_siblings().take(SIBLINGS).find(|sibling| shows(*sibling))
}

fn shows(node: At<'_>) -> bool {
    match node.value() {
        Node::Text(text) => !text.trim().is_empty(),
        Node::Element(element) => !is_unseen(element.name()),
        _ => false,
    }
}

/// Letters and digits alone, small: what an id and the heading that it was made of have in common.
pub(super) fn bare(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Whether a text asks, in any of the scripts that we answer in.
pub(super) fn asks(text: &str) -> bool {
    text.trim_end().ends_with(['?', '？', '؟'])
}

pub(super) fn rename(tree: &mut Nodes, id: NodeId, name: &str) {
    if let Some(mut node) = tree.get_mut(id)
        && let Node::Element(element) = node.value()
    {
        element.name = html_name(name);
    }
}

pub(super) fn detach(tree: &mut Nodes, id: NodeId) {
    if let Some(mut node) = tree.get_mut(id) {
        node.detach();
    }
}

/// Leaves the element, with its id, and nothing in it.
pub(super) fn empty(tree: &mut Nodes, id: NodeId) {
    let children: Vec<NodeId> =
        tree.get(id).iter().flat_map(NodeRef::children).map(|child| child.id()).collect();
    for child in children {
        detach(tree, child);
    }
}

/// This text in the place of all that an element held.
pub(super) fn set_text(tree: &mut Nodes, id: NodeId, text: &str) {
    empty(tree, id);
    if let Some(mut node) = tree.get_mut(id) {
        node.append(text_node(text));
    }
}

pub(super) fn new_element(name: &str) -> Node {
    Node::Element(Element::new(html_name(name), Vec::new()))
}

pub(super) fn new_with(name: &str, attribute: &str, value: &str) -> Node {
    let attribute = Attribute {
        name: QualName::new(None, ns!(), LocalName::from(attribute)),
        value: StrTendril::from_slice(value),
    };
    Node::Element(Element::new(html_name(name), vec![attribute]))
}

pub(super) fn text_node(text: &str) -> Node {
    Node::Text(Text { text: StrTendril::from_slice(text) })
}

fn html_name(name: &str) -> QualName {
    QualName::new(None, ns!(html), LocalName::from(name))
}

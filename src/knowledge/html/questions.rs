//! Questions that are headings in all but their tag: a line in bold, a term of a list, a short line of its own, each with
//! its answer after it. They become what they are, so that an answer stays with its question.

use std::collections::HashSet;

use ego_tree::{NodeId, NodeRef};

use super::{
    measures::Measures,
    nodes::{
        At, Nodes, asks, detach, empty, is_heading, is_inline, name, next, previous, rename,
        set_text, text, text_node,
    },
};

/// Letters up to which a line is a question, and not a text that ends with one.
const LONGEST: usize = 160;
/// Of the text after it, which is only asked how it ends. In bytes.
const ANSWER: usize = 4000;
/// What holds lines that are no headings.
const INSIDE: &[&str] = &[
    "li",
    "td",
    "th",
    "blockquote",
    "summary",
    "dt",
    "label",
    "button",
    "a",
    "pre",
    "dl",
    "figure",
];
/// Signs before a question and its answer: "Q: …", "A: …".
const ASKED: &[&str] = &["Q:", "Q.", "Question:", "F:", "Frage:"];
const ANSWERED: &[&str] = &["A:", "A.", "Answer:", "R:", "Antwort:", "Réponse:"];

pub(super) fn mark(tree: &mut Nodes) {
    let asks =
        |node: At<'_>| node.value().as_text().is_some_and(|text| text.contains(['?', '？', '؟']));
    if !tree.root().descendants().any(asks) {
        return;
    }
    let measures = Measures::of(tree);
    let all: Vec<NodeId> = tree.root().descendants().map(|node| node.id()).collect();
    let mut done = HashSet::new();
    for id in all {
        let Some(node) = tree.get(id).filter(|_| measures.get(id).letters > 0) else { continue };
        match name(node) {
            "dl" => terms(tree, id),
            "ul" | "ol" => items(tree, id),
            "p" | "div" if !done.contains(&id) && !is_inside(node) => {
                if is_line(node, &measures) {
                    line(tree, id);
                } else if name(node) == "p" {
                    beginnings(tree, id);
                }
                done.insert(id);
            }
            _ => {}
        }
    }
    open_lists(tree);
}

fn is_inside(node: At<'_>) -> bool {
    node.ancestors().any(|above| INSIDE.contains(&name(above)) || is_heading(above))
}

/// One question, and something after it that is none.
fn is_line(node: At<'_>, measures: &Measures) -> bool {
    let measure = measures.get(node.id());
    if measure.letters > LONGEST
        || measure.linked == measure.letters
        || !node.children().all(in_line)
    {
        return false;
    }
    let asked = text(node, LONGEST * 4).is_some_and(|said| is_question(&said));
    asked && next(node).is_some_and(|next| is_answer(next, measures))
}

fn in_line(node: At<'_>) -> bool {
    node.value()
        .as_element()
        .is_none_or(|element| is_inline(element.name()) && element.name() != "button")
}

/// One sentence.
fn is_question(said: &str) -> bool {
    let marked = ASKED.iter().find_map(|mark| said.strip_prefix(mark)).unwrap_or(said);
    let inner = marked.trim().trim_end_matches(['?', '？', '؟', ' ']);
    asks(said)
        && inner.chars().filter(|c| c.is_alphanumeric()).count() > 2
        && !["? ", "! ", ". "].iter().any(|end| inner.contains(end))
}

fn is_answer(node: At<'_>, measures: &Measures) -> bool {
    match name(node) {
        "ul" | "ol" | "table" => true,
        "p" | "div" | "section" => {
            measures.get(node.id()).letters > 0
                && text(node, ANSWER).is_none_or(|said| !asks(&said))
        }
        _ => false,
    }
}

fn line(tree: &mut Nodes, id: NodeId) {
    let said = tree.get(id).and_then(|node| text(node, LONGEST * 4)).unwrap_or_default();
    rename(tree, id, "summary");
    let answer = tree.get(id).and_then(next).map(|next| next.id());
    let Some(asked) = ASKED.iter().find_map(|mark| said.strip_prefix(mark)) else {
        // Bold by itself.
        set_text(tree, id, &said);
        return;
    };
    set_text(tree, id, asked.trim());
    let first = answer.and_then(|answer| tree.get(answer)).and_then(|answer| {
        answer
            .descendants()
            .find(|below| below.value().as_text().is_some_and(|text| !text.trim().is_empty()))
    });
    let Some((first, said)) = first
        .and_then(|first| Some((first.id(), first.value().as_text()?.trim_start().to_owned())))
    else {
        return;
    };
    if let Some(rest) = ANSWERED.iter().find_map(|mark| said.strip_prefix(mark))
        && let Some(mut first) = tree.get_mut(first)
    {
        *first.value() = text_node(rest.trim_start());
    }
}

/// Bold questions at the beginnings of the lines of a paragraph.
fn beginnings(tree: &mut Nodes, id: NodeId) {
    let Some(node) = tree.get(id) else { return };
    let asked: Vec<NodeId> =
        node.children().filter(|child| begins(*child)).map(|child| child.id()).collect();
    let is_first = |id: &NodeId| tree.get(*id).is_some_and(|child| previous(child).is_none());
    if !asked.first().is_some_and(is_first) {
        return;
    }
    rename(tree, id, "div");
    for question in asked {
        head(tree, question);
    }
}

/// In bold, at the beginning of a line, with more after it.
fn begins(node: At<'_>) -> bool {
    matches!(name(node), "strong" | "b")
        && next(node).is_some()
        && previous(node).is_none_or(|before| name(before) == "br")
        && text(node, LONGEST * 4).is_some_and(|said| is_question(&said))
}

/// A heading, without the ends of lines around it.
fn head(tree: &mut Nodes, id: NodeId) {
    rename(tree, id, "summary");
    let Some(node) = tree.get(id) else { return };
    let is_end = |node: &At<'_>| is_blank(*node) || name(*node) == "br";
    let around =
        node.next_siblings().take_while(is_end).chain(node.prev_siblings().take_while(is_end));
    let ends: Vec<NodeId> = around.map(|end| end.id()).collect();
    for end in ends {
        detach(tree, end);
    }
}

/// A list of definitions whose terms, most of them, are questions.
fn terms(tree: &mut Nodes, id: NodeId) {
    let Some(list) = tree.get(id) else { return };
    let groups =
        list.children().filter(|part| name(*part) == "div").flat_map(|group| group.children());
    let parts: Vec<At<'_>> =
        list.children().chain(groups).filter(|part| matches!(name(*part), "dt" | "dd")).collect();
    let terms: Vec<At<'_>> = parts.iter().copied().filter(|part| name(*part) == "dt").collect();
    let asked = |term: &&At<'_>| text(**term, LONGEST * 4).is_some_and(|said| asks(&said));
    if terms.is_empty() || terms.iter().filter(asked).count() * 2 < terms.len() {
        return;
    }
    let renamed: Vec<(NodeId, &str)> = parts
        .iter()
        .map(|part| {
            let holds_heading = part.descendants().any(is_heading);
            (part.id(), if name(*part) == "dt" && !holds_heading { "summary" } else { "div" })
        })
        .collect();
    rename(tree, id, "div");
    for (part, name) in renamed {
        rename(tree, part, name);
    }
}

/// A list each of whose items begins with a question in bold.
fn items(tree: &mut Nodes, id: NodeId) {
    let Some(list) = tree.get(id) else { return };
    let items: Vec<At<'_>> = list.children().filter(|item| name(*item) == "li").collect();
    let questions: Option<Vec<NodeId>> = items.iter().map(|item| question_of(*item)).collect();
    let Some(questions) = questions.filter(|questions| !questions.is_empty()) else { return };
    for question in questions {
        head(tree, question);
    }
}

fn question_of(item: At<'_>) -> Option<NodeId> {
    let first = shown(item)?;
    let has_more = next(first).is_some();
    let bold = if name(first) == "p" { shown(first)? } else { first };
    let is_bold = matches!(name(bold), "strong" | "b");
    let asked = is_bold && text(bold, LONGEST * 4).is_some_and(|said| is_question(&said));
    (asked && (has_more || next(bold).is_some())).then(|| bold.id())
}

fn shown(node: At<'_>) -> Option<At<'_>> {
    node.children().find(|child| !is_blank(*child))
}

fn is_blank(node: At<'_>) -> bool {
    match node.value() {
        scraper::Node::Text(text) => text.trim().is_empty(),
        scraper::Node::Element(_) => false,
        _ => true,
    }
}

/// Lists of nothing but headings with their texts are sections; a heading in another list is bold.
fn open_lists(tree: &mut Nodes) {
    let is_list = |node: &At<'_>| matches!(name(*node), "ul" | "ol");
    let lists: Vec<NodeId> =
        tree.root().descendants().filter(is_list).map(|list| list.id()).collect();
    for id in lists {
        let Some(list) = tree.get(id) else { continue };
        let items: Vec<At<'_>> = list.children().filter(|item| name(*item) == "li").collect();
        if items.is_empty() || !items.iter().all(|item| begins_with_heading(*item)) {
            continue;
        }
        let items: Vec<NodeId> = items.iter().map(NodeRef::id).collect();
        for part in items.into_iter().chain([id]) {
            rename(tree, part, "div");
        }
    }
    let in_list = |node: &At<'_>| {
        name(*node) == "summary"
            && node.ancestors().any(|above| matches!(name(above), "li" | "td" | "th"))
    };
    let inside: Vec<NodeId> =
        tree.root().descendants().filter(in_list).map(|node| node.id()).collect();
    for id in inside {
        let said = tree.get(id).and_then(|node| text(node, LONGEST * 4));
        let Some(said) = said.filter(|said| !said.is_empty()) else { continue };
        empty(tree, id);
        rename(tree, id, "p");
        if let Some(mut node) = tree.get_mut(id) {
            node.append(super::nodes::new_element("strong")).append(text_node(&said));
        }
    }
}

fn begins_with_heading(item: At<'_>) -> bool {
    let mut at = item;
    while let Some(first) = shown(at) {
        if name(first) == "summary" {
            return true;
        }
        if is_heading(first) {
            return text(first, LONGEST * 4).is_some_and(|said| asks(&said));
        }
        at = first;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::super::tests::markdown;

    #[test]
    fn questions_are_headings_however_they_are_written() {
        for html in [
            "<p><strong>May I park?</strong></p><p>Yes. Three cars.</p><p><b>And dogs?</b></p><p>No.</p>",
            "<p><strong>May I park?</strong><br>Yes. Three cars.</p><p><strong>And dogs?</strong><br>No.</p>",
            "<p><strong>May I park?</strong><br>Yes. Three cars.<br><br><strong>And dogs?</strong><br>No.</p>",
            "<p>May I park?</p><p>Yes. Three cars.</p><p>And dogs?</p><p>No.</p>",
            "<p>Q: May I park?</p><p>A: Yes. Three cars.</p><p>Q: And dogs?</p><p>A: No.</p>",
            "<dl><dt>May I park?</dt><dd>Yes. Three cars.</dd><dt>And dogs?</dt><dd>No.</dd></dl>",
            "<ul><li><strong>May I park?</strong> Yes. Three cars.</li><li><b>And dogs?</b><br>No.</li></ul>",
            "<ul><li><h2>May I park?</h2><div><p>Yes. Three cars.</div></li><li><h2>And dogs?</h2><p>No.</li></ul>",
            "<div class=q>May I park?</div><div class=a>Yes. Three cars.</div><div class=q>And dogs?</div><div class=a>No.</div>",
        ] {
            let out = markdown(&format!("<main><h1>FAQ</h1>{html}</main>"));
            let wanted = "# FAQ\n\n## May I park?\n\nYes. Three cars.\n\n## And dogs?\n\nNo.";
            assert_eq!(out, wanted, "{html}");
        }
    }

    #[test]
    fn what_only_ends_with_a_question_is_text() {
        for html in [
            "<p>We are here. Shall we talk?</p><p>Call us.</p>",
            "<p>Who are we?</p><p>What do we want?</p>",
            "<p><a href=/x>May I park?</a></p><p>Yes.</p>",
            "<ul><li><strong>May I park?</strong> Yes.</li><li>Three cars.</li></ul>",
            "<table><tr><td><p>May I?</p><p>Yes.</p></td><td>x</td></tr></table>",
            "<p>We say <strong>why?</strong> often.</p>",
        ] {
            let out = markdown(&format!("<main><h1>FAQ</h1>{html}</main>"));
            assert!(!out.contains("##"), "{html}: {out}");
        }
    }
}

//! What opens a panel names it: a button, or whatever a theme makes of one, becomes the heading of the text that it shows.
//! A button that does something else stays what it is.

use std::collections::{HashMap, HashSet};

use ego_tree::NodeId;

use super::{
    measures::Measures,
    nodes::{
        At, Nodes, asks, attr, classes, has_word, is_heading, is_inline, name, next, rename, text,
    },
};

/// Letters up to which a text is a label.
const LABEL: usize = 200;
/// Elements around a label, with no other text, beside which its panel may stand.
const AROUND: usize = 3;

const OPENS: &[&str] = &[
    "accordion",
    "accordions",
    "collapse",
    "collapsible",
    "collapsed",
    "toggle",
    "faq",
    "faqs",
    "expander",
    "expandable",
    "disclosure",
];
const NAMES: &[&str] = &[
    "title", "header", "head", "heading", "button", "btn", "trigger", "toggle", "question",
    "label", "link", "control",
];
/// Alone they name a label.
const LABELS: &[&str] = &["accordion", "collapsible", "question", "faq-question", "faq-toggle"];
/// Of menus and what else opens, and is no text.
const ELSE: &[&str] =
    &["nav", "navbar", "menu", "dropdown", "search", "sidebar", "cart", "offcanvas", "filter"];
const ACTIONS: &[&str] = &[
    "menu",
    "search",
    "close",
    "open",
    "submit",
    "send",
    "copy",
    "share",
    "filter",
    "filters",
    "sort",
    "sort by",
    "more",
    "show more",
    "show less",
    "read more",
    "load more",
    "next",
    "previous",
    "add to cart",
    "buy now",
    "subscribe",
    "toggle navigation",
    "view all",
    "expand all",
    "collapse all",
    "mehr anzeigen",
    "schließen",
    "suche",
    "in den warenkorb",
];
/// What a label for a panel is not in.
const OUTSIDE: &[&str] = &[
    "summary",
    "dt",
    "td",
    "th",
    "nav",
    "header",
    "footer",
    "label",
    "fieldset",
    "blockquote",
    "pre",
];

/// The panels that have got a heading; and headings that were theirs before.
pub(super) fn name_panels(tree: &mut Nodes) -> HashSet<NodeId> {
    let page = Page::of(tree);
    let found: Vec<(NodeId, NodeId)> = tree
        .root()
        .descendants()
        .filter(|node| node.value().is_element())
        .filter_map(|node| Some((node.id(), page.panel(node)?)))
        .collect();
    let mut panels: HashSet<NodeId> = tree
        .root()
        .descendants()
        .filter(|node| name(*node) == "details")
        .map(|node| node.id())
        .collect();
    let around: Vec<NodeId> = tree
        .root()
        .descendants()
        .filter(|node| name(*node) == "button" && page.measures.get(node.id()).headings > 0)
        .map(|node| node.id())
        .collect();
    for button in around {
        rename(tree, button, "div");
    }
    panels.extend(page.headed(tree));
    for (label, panel) in found {
        rename(tree, label, "summary");
        panels.insert(panel);
    }
    panels
}

/// Elements by their ids.
pub(super) fn ids(tree: &Nodes) -> HashMap<String, NodeId> {
    let mut ids = HashMap::new();
    for node in tree.root().descendants() {
        if let Some(id) = attr(node, "id") {
            ids.entry(id.to_owned()).or_insert(node.id());
        }
    }
    ids
}

/// The id that something says it opens.
pub(super) fn opened(node: At<'_>) -> Option<&str> {
    let controls = attr(node, "aria-controls").and_then(|ids| ids.split_whitespace().next());
    let by_place = ["data-bs-target", "data-target", "href"];
    controls.or_else(|| by_place.iter().find_map(|name| attr(node, name)?.strip_prefix('#')))
}

struct Page {
    measures: Measures,
    ids: HashMap<String, NodeId>,
}

impl Page {
    fn of(tree: &Nodes) -> Self {
        Self { measures: Measures::of(tree), ids: ids(tree) }
    }

    /// What it opens, if it is a label.
    fn panel(&self, node: At<'_>) -> Option<NodeId> {
        let measure = self.measures.get(node.id());
        let is_one = measure.letters > 1 && measure.letters <= LABEL;
        let is_plain = measure.headings + measure.solid + measure.fields == 0;
        if !is_one
            || !is_plain
            || !matches!(name(node), "button" | "div" | "span" | "a" | "p" | "label")
        {
            return None;
        }
        if !opens(node)
            || attr(node, "role") == Some("tab")
            || attr(node, "aria-haspopup").is_some()
        {
            return None;
        }
        let is_outside = |above: At<'_>| is_heading(above) || OUTSIDE.contains(&name(above));
        let said = text(node, LABEL * 2)?;
        if ACTIONS.contains(&said.to_lowercase().as_str())
            || !said.contains(char::is_alphanumeric)
            || node.ancestors().any(is_outside)
            || self.has_parts(node, measure.letters)
        {
            return None;
        }
        self.named(node).or_else(|| self.beside(node, measure.letters))
    }

    /// Headings with something in them that opens a panel, and these panels.
    fn headed(&self, tree: &Nodes) -> Vec<NodeId> {
        let labels =
            tree.root().descendants().filter(|node| attr(*node, "aria-controls").is_some());
        let headed = labels.filter_map(|label| {
            let heading = label.ancestors().take(AROUND).find(|above| is_heading(*above))?;
            Some([heading.id(), self.named(label)?])
        });
        headed.flatten().collect()
    }

    /// Texts in blocks of their own: it is more than a label.
    fn has_parts(&self, node: At<'_>, letters: usize) -> bool {
        node.descendants().skip(1).filter(|below| !is_inline(name(*below))).any(|below| {
            let own = self.measures.get(below.id()).letters;
            own > 0 && own < letters
        })
    }

    fn named(&self, node: At<'_>) -> Option<NodeId> {
        let id = *self.ids.get(opened(node)?)?;
        let panel = node.tree().get(id)?;
        let holds_it = node.ancestors().any(|above| above.id() == id);
        (!holds_it && self.is_panel(panel)).then_some(id)
    }

    fn beside(&self, node: At<'_>, letters: usize) -> Option<NodeId> {
        let mut at = node;
        for _ in 0..=AROUND {
            if let Some(next) = next(at) {
                let is_other = classes(next) != classes(at) || name(next) != name(at);
                return (is_other && self.is_panel(next)).then_some(next.id());
            }
            at = at.parent().filter(|above| self.measures.get(above.id()).letters == letters)?;
        }
        None
    }

    fn is_panel(&self, node: At<'_>) -> bool {
        let measure = self.measures.get(node.id());
        let is_block = node.value().is_element() && !is_inline(name(node)) && !is_heading(node);
        let is_menu = matches!(name(node), "header" | "footer" | "form" | "summary" | "br" | "hr");
        is_block && !is_menu && measure.letters > 0 && measure.linked * 2 <= measure.letters
    }
}

/// Whether it says, by an attribute, a name or a question, that it opens something.
fn opens(node: At<'_>) -> bool {
    let toggles = ["data-bs-toggle", "data-toggle"];
    let says = attr(node, "aria-controls").is_some()
        || attr(node, "aria-expanded").is_some()
        || toggles.iter().any(|name| attr(node, name) == Some("collapse"));
    if says {
        return !classes(node).iter().any(|class| has_word(class, ELSE)) || is_named(node);
    }
    is_named(node)
        || name(node) == "button" && text(node, LABEL * 2).is_some_and(|text| asks(&text))
}

fn is_named(node: At<'_>) -> bool {
    classes(node).iter().any(|class| {
        LABELS.contains(&class.as_str()) && (name(node) == "button" || class.contains('q'))
            || has_word(class, OPENS) && has_word(class, NAMES) && !has_word(class, ELSE)
    })
}

#[cfg(test)]
mod tests {
    use super::super::tests::markdown;

    #[test]
    fn what_opens_a_panel_is_its_heading() {
        let head = "<main><h1>Help</h1><h2>FAQ</h2>";
        for html in [
            "<button class=accordion>On Sundays?</button><div class=panel><p>No, never.</p></div>",
            "<div class=pane><div class=wrap><button aria-expanded=false aria-controls=p><span>On Sundays?</span></button></div>\
             <div id=p><p>No, never.</p></div></div>",
            "<div class=acc-head role=button aria-controls=p aria-expanded=false>On Sundays?</div><div id=p role=region>No, never.</div>",
            "<div class='faq-toggle w-dropdown-toggle'><div class=icon></div><div>On Sundays?</div></div><nav class=w-dropdown-list><p>No, never.</p></nav>",
            "<div class=elementor-tab-title role=button aria-controls=p><a class=elementor-accordion-title>On Sundays?</a></div>\
             <div id=p>No, never.</div>",
            "<div class=faq__item><div class=faq__question>On Sundays?</div><div class=faq__answer>No, never.</div></div>",
            "<ul><li><button aria-expanded=true aria-controls=p>On Sundays?</button><div id=p>No, never.</div></li></ul>",
            "<details><summary><div><h2>On Sundays?</h2></div></summary><p>No, never.</details>",
            "<button aria-expanded=false><h3>On Sundays?</h3></button><div>No, never.</div>",
        ] {
            let out = markdown(&format!("{head}{html}</main>"));
            assert_eq!(out, "# Help\n\n## FAQ\n\n### On Sundays?\n\nNo, never.", "{html}");
        }
    }

    #[test]
    fn a_button_that_acts_is_none() {
        let out = markdown(
            "<main><h1>Shop</h1><p>A lamp.</p><button>Add to cart</button><div>Sent in two days.</div>\
             <button class=navbar-toggle aria-expanded=false>Menu</button><div><a href=/x>Prices</a></div>\
             <button aria-controls=p aria-expanded=false>Show more</button><div id=p>It shines.</div></main>",
        );
        assert_eq!(
            out,
            "# Shop\n\nA lamp.\n\nSent in two days.\n\n[Prices](https://a.example/x)\n\nIt shines."
        );
    }

    #[test]
    fn what_comes_after_the_panels_belongs_to_the_section_again() {
        let out = markdown(
            "<main><h1>Help</h1><h2 id=faq>FAQ</h2><p>All.<details><summary>On Sundays?</summary><p>No.</details>\
             <details><summary>At night?</summary><p>No.</details><p>Call us.<h2>More</h2></main>",
        );
        let wanted = "## FAQ {#faq}\n\nAll.\n\n### On Sundays?\n\nNo.\n\n### At night?\n\nNo.\n\n## FAQ {#faq}\n\nCall us.\n\n## More";
        assert!(out.ends_with(wanted), "{out}");
        let item = |n: u8| {
            format!(
                "<div><h3><button aria-expanded=false aria-controls=p{n}>Why?</button></h3><div id=p{n}>So.</div></div>"
            )
        };
        let out = markdown(&format!("<main><h2>FAQ</h2>{}{}<p>Call us.</main>", item(1), item(2)));
        let pairs = "### Why?\n\nSo.\n\n### Why?\n\nSo.";
        assert_eq!(out, format!("## FAQ\n\n{pairs}\n\n## FAQ\n\nCall us."));
    }
}

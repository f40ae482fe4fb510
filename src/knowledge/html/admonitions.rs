//! Boxes of manuals: "Warning" is no sentence, but the first word of one.

use ego_tree::NodeId;

use super::nodes::{
    At, Nodes, classes, detach, is_heading, name, new_element, next, text, text_node,
};

/// Bytes of a title.
const TITLE: usize = 60;
/// Elements in each other in which the first paragraph is looked for.
const DEEP: usize = 6;
const NAMES: &[&str] = &[
    "admonition-title",
    "custom-block-title",
    "callout-title",
    "alert-heading",
    "markdown-alert-title",
];

pub(super) fn mend(tree: &mut Nodes) {
    let titles = tree.root().descendants().filter(|node| is_title(*node));
    let titles: Vec<(NodeId, NodeId, String)> = titles
        .filter_map(|title| {
            let said = text(title, TITLE).filter(|said| !said.is_empty())?;
            Some((title.id(), first_paragraph(next(title)?)?, said))
        })
        .collect();
    for (title, paragraph, said) in titles {
        detach(tree, title);
        if let Some(mut paragraph) = tree.get_mut(paragraph) {
            let between = if said.ends_with([':', '.', '!', '?']) { " " } else { ": " };
            paragraph.prepend(text_node(between));
            paragraph.prepend(new_element("strong")).append(text_node(&said));
        }
    }
}

fn is_title(node: At<'_>) -> bool {
    node.value().is_element()
        && !is_heading(node)
        && name(node) != "summary"
        && classes(node).iter().any(|class| {
            NAMES.contains(&class.as_str())
                || class.ends_with("aside__title")
                || class.starts_with("admonitionheading")
        })
}

fn first_paragraph(node: At<'_>) -> Option<NodeId> {
    let mut at = node;
    for _ in 0..DEEP {
        if name(at) == "p" {
            return Some(at.id());
        }
        at = at.children().find(|child| child.value().is_element())?;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::super::tests::markdown;

    #[test]
    fn the_title_of_a_box_begins_its_text() {
        for html in [
            "<div class='admonition danger'><p class=admonition-title>Danger</p><p>It cannot be undone.</p></div>",
            "<aside class=starlight-aside><p class=starlight-aside__title aria-hidden=true><svg></svg>Danger</p><div><p>It cannot be undone.</p></div></aside>",
            "<div class=theme-admonition><div class=admonitionHeading_x1>danger</div><div><p>It cannot be undone.</p></div></div>",
        ] {
            let out = markdown(&format!("<main><h1>Help</h1>{html}</main>"));
            assert_eq!(out.to_lowercase(), "# help\n\n**danger**: it cannot be undone.", "{html}");
        }
    }
}

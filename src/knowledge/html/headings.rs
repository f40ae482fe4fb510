//! Headings as they are seen: what a theme shows as one and marks up otherwise becomes one, and what stands above the heading
//! of each of several parts, the date of an event or the number of a step, stands below it.

use ego_tree::NodeId;
use scraper::Node;

use super::{
    measures::Measures,
    nodes::{At, Nodes, classes, is_heading, name, new_element, next, rename, text, text_node},
};

/// Bytes of what stands above a heading and belongs to it, and of a heading.
const ABOVE: usize = 80;
const HEADING: usize = 60;
/// Parts that are alike from which on they are several.
const FEWEST: usize = 2;
/// Elements in which a heading is looked for.
const LOOKED_AT: usize = 60;
/// Boxes around a line, with itself.
const BOXES: usize = 4;
/// Classes of page builders.
const SHOWN: &[&str] = &["elementor-heading-title"];

pub(super) fn mend(tree: &mut Nodes) {
    let shown = tree.root().descendants().filter(|node| is_shown_as_one(*node));
    let shown: Vec<NodeId> = shown.map(|node| node.id()).collect();
    for id in shown {
        rename(tree, id, "h3");
    }
    let measures = Measures::of(tree);
    let parents = tree.root().descendants().filter(|node| {
        measures.get(node.id()).headings >= FEWEST && !matches!(name(*node), "html" | "body")
    });
    let below = parents.flat_map(|parent| below_their_headings(parent, &measures));
    let below: Vec<(NodeId, NodeId, String)> = below.collect();
    for (above, heading, said) in below {
        if let Some(mut above) = tree.get_mut(above) {
            above.detach();
        }
        if let Some(mut heading) = tree.get_mut(heading) {
            let mut line = heading.insert_after(new_element("p"));
            line.append(text_node(&said));
        }
    }
}

fn is_shown_as_one(node: At<'_>) -> bool {
    matches!(name(node), "div" | "span")
        && classes(node).iter().any(|class| SHOWN.contains(&class.as_str()))
        && text(node, HEADING).is_some_and(|said| {
            said.contains(char::is_alphabetic) && !said.ends_with(['.', '!', ':', ','])
        })
        && stands_above_text(node)
}

/// What comes after it, or after the boxes that hold nothing else, is no other such line.
fn stands_above_text(node: At<'_>) -> bool {
    let boxes = std::iter::once(node).chain(node.ancestors()).take(BOXES);
    let Some(below) = boxes.take_while(|inner| name(*inner) != "main").find_map(next) else {
        return false;
    };
    let is_shown = |node: At<'_>| classes(node).iter().any(|class| SHOWN.contains(&class.as_str()));
    !below.descendants().take(LOOKED_AT).any(|inner| is_shown(inner) || is_heading(inner))
}

/// Of an element's children that are alike: what each has above its only heading, that heading, and what it says.
fn below_their_headings(parent: At<'_>, measures: &Measures) -> Vec<(NodeId, NodeId, String)> {
    let kind = |node: At<'_>| (name(node).to_owned(), classes(node).into_iter().next());
    let parts: Vec<At<'_>> = parent
        .children()
        .filter(|child| matches!(name(*child), "div" | "article" | "section" | "li"))
        .filter(|child| measures.get(child.id()).headings == 1)
        .collect();
    let Some(first) = parts.first().map(|part| kind(*part)) else { return Vec::new() };
    if parts.len() < FEWEST || parts.iter().any(|part| kind(*part) != first) {
        return Vec::new();
    }
    let found: Vec<_> = parts.iter().filter_map(|part| above(*part, measures)).collect();
    // One that has none may be of another kind.
    if found.len() == parts.len() { found } else { Vec::new() }
}

fn above(part: At<'_>, measures: &Measures) -> Option<(NodeId, NodeId, String)> {
    let heading = part.descendants().take(LOOKED_AT).find(|below| is_heading(*below))?;
    // The text before it, which is one element beside one that the heading is in.
    let around = heading.ancestors().take_while(|above| above.id() != part.id());
    let mut before = std::iter::once(heading).chain(around).flat_map(|inner| {
        inner.prev_siblings().filter(|other| match other.value() {
            Node::Text(text) => !text.trim().is_empty(),
            _ => measures.get(other.id()).letters > 0,
        })
    });
    let above = before.next()?;
    let said = text(above, ABOVE).filter(|said| said.contains(char::is_alphanumeric))?;
    let measure = measures.get(above.id());
    let is_small = above.value().is_element()
        && measure.acts + measure.fields + measure.solid + measure.linked == 0
        && before.next().is_none();
    // With a sentence it would be text of its own.
    (is_small && measure.prose == 0).then_some((above.id(), heading.id(), said))
}

#[cfg(test)]
mod tests {
    use super::super::tests::markdown;

    #[test]
    fn what_stands_above_each_of_several_headings_is_told_below_it() {
        let event = |date: &str, name: &str| {
            format!(
                "<div class=row><article><div class=field><time>{date}</time></div><header><h2><a href=/e>{name}</a></h2></header>\
                 <p>Entry is free for all.</p></article></div>"
            )
        };
        let page = format!(
            "<main><h1>Events</h1><p>Soon:</p>{}{}</main>",
            event("1 June", "Brass band"),
            event("8 June", "Plant swap")
        );
        assert!(
            markdown(&page).ends_with(
                "## [Brass band](https://a.example/e)\n\n1 June\n\nEntry is free for all.\n\n\
                 ## [Plant swap](https://a.example/e)\n\n8 June\n\nEntry is free for all."
            ),
            "{}",
            markdown(&page)
        );
        let step = |text: &str| {
            format!(
                "<div class=step><div>{text}</div><div><h2>Survey</h2><p>We come by soon.</p></div></div>"
            )
        };
        let steps = format!("<main><h1>How</h1><div>{}{}</div></main>", step("1"), step("2"));
        assert!(markdown(&steps).ends_with("## Survey\n\n2\n\nWe come by soon."));
        let priced =
            "<div class=x>From <b>£5</b><h3>Tea</h3><p>Hot, and strong.</p></div>".repeat(2);
        let priced = markdown(&format!("<main><h1>How</h1><div>{priced}</div></main>"));
        assert!(!priced.contains("Tea\n\n£5"), "{priced}");
        let told = format!("<main><h1>How</h1><div>{0}{0}</div></main>", step("We sell it all."));
        assert!(markdown(&told).contains("We sell it all.\n\n## Survey"));
    }

    #[test]
    fn what_is_shown_as_a_heading_is_one() {
        let page = "<main><h1>Team</h1><div><div class='elementor-heading-title x'>Olga Petrov</div><p>Massages.</p></div></main>";
        assert_eq!(markdown(page), "# Team\n\n### Olga Petrov\n\nMassages.");
        let line =
            |text: &str| format!("<div><div class=elementor-heading-title>{text}</div></div>");
        let lines = [line("Dogs welcome"), line("Cash only"), line("Free parking")].concat();
        let page = markdown(&format!("<main><h1>Inn</h1><div>{lines}</div></main>"));
        assert_eq!(page, "# Inn\n\nDogs welcome\n\nCash only\n\nFree parking");
    }
}

//! Lines of a paragraph that are a list: "Cot: free", "Garage: € 15". And the dots that lead the eye to a price.

use ego_tree::NodeId;
use scraper::Node;

use super::nodes::{
    At, Nodes, detach, is_heading, is_inline, name, new_element, next, previous, rename, text,
    text_node,
};

/// Lines from which on they are a list.
const FEWEST: usize = 3;
/// Bytes of a line.
const LONGEST: usize = 300;
/// Signs that somebody put before the items of a list.
const BULLETS: &[char] = &['•', '·', '▪', '‣', '◦', '●', '✓', '✔', '➤', '→'];
/// Dots from which on they lead.
const DOTS: usize = 4;
const INSIDE: &[&str] =
    &["li", "td", "th", "pre", "code", "summary", "blockquote", "dt", "dd", "button"];

pub(super) fn mend(tree: &mut Nodes) {
    leaders(tree);
    let blocks: Vec<NodeId> =
        tree.root().descendants().filter(|node| is_of_lines(*node)).map(|node| node.id()).collect();
    for id in blocks {
        list(tree, id);
    }
}

fn is_of_lines(node: At<'_>) -> bool {
    matches!(name(node), "p" | "div")
        && node.children().filter(|child| name(*child) == "br").take(FEWEST - 1).count()
            == FEWEST - 1
        && node.children().all(|child| {
            child
                .value()
                .as_element()
                .is_none_or(|element| is_inline(element.name()) || element.name() == "br")
        })
        && !node.ancestors().any(|above| INSIDE.contains(&name(above)) || is_heading(above))
}

/// The lines as items, if most of them name something and what it is.
fn list(tree: &mut Nodes, id: NodeId) {
    let Some(node) = tree.get(id) else { return };
    let mut lines: Vec<(Vec<NodeId>, String)> = vec![(Vec::new(), String::new())];
    for child in node.children() {
        if name(child) == "br" {
            lines.push((Vec::new(), String::new()));
        } else if let Some((ids, said)) = lines.last_mut() {
            ids.push(child.id());
            said.push_str(&said_by(child));
        }
    }
    lines.retain(|(_, said)| !said.trim().is_empty());
    let listed = lines.iter().filter(|(_, said)| is_listed(said)).count();
    if lines.len() < FEWEST || listed * 2 <= lines.len() {
        return;
    }
    let begins = lines.first().is_some_and(|(_, said)| !is_listed(said));
    let ends: Vec<NodeId> =
        node.children().filter(|child| name(*child) == "br").map(|end| end.id()).collect();
    for end in ends {
        detach(tree, end);
    }
    let bullets: Vec<NodeId> = lines.iter().filter_map(|(ids, _)| ids.first().copied()).collect();
    for id in bullets {
        without_bullet(tree, id);
    }
    rename(tree, id, "ul");
    for (at, (ids, _)) in lines.into_iter().enumerate() {
        let Some(mut list) = tree.get_mut(id) else { return };
        let mut item = match at {
            0 if begins => list.insert_before(new_element("p")),
            _ => list.append(new_element("li")),
        };
        for id in ids {
            item.append_id(id);
        }
    }
}

fn without_bullet(tree: &mut Nodes, id: NodeId) {
    let Some(mut node) = tree.get_mut(id) else { return };
    let rest = node
        .value()
        .as_text()
        .map(|text| text.trim_start().trim_start_matches(BULLETS).trim_start().to_owned());
    if let Some(rest) = rest {
        *node.value() = text_node(&rest);
    }
}

fn said_by(child: At<'_>) -> String {
    match child.value() {
        Node::Text(text) => text.to_string(),
        Node::Element(_) => text(child, LONGEST).unwrap_or_else(|| "…".repeat(LONGEST)),
        _ => String::new(),
    }
}

/// "Cot: free", "Cot € 5".
fn is_listed(line: &str) -> bool {
    let line = line.trim();
    let names = line.match_indices(':').any(|(at, _)| {
        at > 0 && line.get(at + 1..).is_some_and(|rest| !rest.is_empty() && !rest.starts_with("//"))
    });
    line.len() <= LONGEST && (names || is_price(line) || line.starts_with(BULLETS))
}

/// Whether a text names an amount of money.
pub(in crate::knowledge) fn is_price(text: &str) -> bool {
    text.contains(|c: char| c.is_ascii_digit())
        && (text.contains(['€', '$', '£', '¥', '₹', '₺', '₽', '₴'])
            || text.split(|c: char| !c.is_alphabetic()).any(|word| {
                matches!(
                    word,
                    "CHF"
                        | "EUR"
                        | "USD"
                        | "GBP"
                        | "SEK"
                        | "NOK"
                        | "DKK"
                        | "PLN"
                        | "CZK"
                        | "kr"
                        | "Kč"
                        | "zł"
                        | "Fr"
                )
            }))
}

/// Dots between a thing and its price say no more than a colon does.
fn leaders(tree: &mut Nodes) {
    let texts = tree.root().descendants().filter_map(|node| {
        let text = node
            .value()
            .as_text()
            .filter(|text| text.contains("...") || text.contains("……") || text.contains(". . ."))?;
        let is_other = |above: At<'_>| {
            matches!(name(above), "pre" | "code") || super::nodes::is_unseen(name(above))
        };
        if node.ancestors().any(is_other) {
            return None;
        }
        let follows = next(node).is_some()
            || node.parent().is_some_and(|above| is_inline(name(above)) && next(above).is_some());
        let leads = previous(node).is_some()
            || node
                .parent()
                .is_some_and(|above| is_inline(name(above)) && previous(above).is_some());
        let written = without_leaders(text, leads, follows)?;
        Some((node.id(), written))
    });
    let texts: Vec<(NodeId, String)> = texts.collect();
    for (id, written) in texts {
        if let Some(mut node) = tree.get_mut(id) {
            *node.value() = text_node(&written);
        }
    }
}

/// None, if it has none. `before` and `after`: something stands there, outside of the text.
fn without_leaders(text: &str, before: bool, after: bool) -> Option<String> {
    let mut out = String::new();
    let mut rest = text;
    let (mut found, mut has_before) = (false, before);
    let end = text.trim_end().len();
    while let Some(at) = rest.find(['.', '…']) {
        let (head, tail) = rest.split_at(at);
        let run =
            tail.find(|c: char| !matches!(c, '.' | '…' | ' ' | '\u{a0}')).unwrap_or(tail.len());
        let (dots, behind) = tail.split_at(run);
        let count: usize = dots
            .chars()
            .map(|c| match c {
                '.' | '…' => 1,
                _ => 0,
            })
            .sum();
        out.push_str(head);
        has_before |= head.contains(|letter: char| !letter.is_whitespace());
        let has_after = after || text.len() - behind.len() < end;
        if count >= DOTS && has_before && has_after {
            out.truncate(out.trim_end().trim_end_matches(':').len());
            out.push_str(": ");
            found = true;
        } else {
            out.push_str(dots);
        }
        rest = behind;
    }
    out.push_str(rest);
    found.then_some(out)
}

#[cfg(test)]
mod tests {
    use super::super::tests::markdown;

    #[test]
    fn lines_that_name_prices_are_a_list() {
        let out = markdown(
            "<main><p>Extras<br>Extra bed: € 35 per night<br />Cot: free<br>\n<strong>Dog:</strong> € 15<br>Garage</p></main>",
        );
        assert_eq!(
            out,
            "Extras\n\n- Extra bed: € 35 per night\n- Cot: free\n- **Dog:** € 15\n- Garage"
        );
        let out = markdown("<main><p>• Breakfast<br>• Wi-Fi<br>• Spa from three</p></main>");
        assert_eq!(out, "- Breakfast\n- Wi-Fi\n- Spa from three");
        let out = markdown("<main><p>Shop<br>Hafenstrasse 14<br>9320 Arbon</p></main>");
        assert!(!out.contains('-'), "{out}");
    }

    #[test]
    fn dots_that_lead_to_a_price_are_a_colon() {
        let out = markdown(
            "<main><p>Back, 25 min ........ € 39<p>Soup<span>. . . . . .</span><b>€ 5</b><p>And so on....<p>Wait..... no <code>a....b</code></main>",
        );
        assert_eq!(
            out,
            "Back, 25 min: € 39\n\nSoup: **€ 5**\n\nAnd so on....\n\nWait: no `a....b`"
        );
    }
}

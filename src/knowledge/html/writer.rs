//! Plain, small HTML as Markdown. What it takes is in proportion to the page, whatever its tables are: no cell is padded
//! to the width of another.

use std::rc::Rc;

use htmd::{
    Element, HtmlToMarkdown, Node,
    element_handler::{HandlerResult, Handlers},
    options::{BulletListMarker, Options},
};
use markup5ever_rcdom::NodeData;

use super::squeeze;

/// Elements in each other: the converter works by recursion.
const DEEPEST: usize = 1000;

/// The error is a sentence without its subject.
pub(super) fn markdown(html: &str) -> Result<String, String> {
    let options = Options {
        bullet_list_marker: BulletListMarker::Dash,
        ul_bullet_spacing: 1,
        ol_number_spacing: 1,
        ..Default::default()
    };
    let converter = HtmlToMarkdown::builder()
        .options(options)
        .add_handler(
            vec!["h1", "h2", "h3", "h4", "h5", "h6"],
            |handlers: &dyn Handlers, element: Element| Some(heading(handlers, element).into()),
        )
        .add_handler(vec!["table"], table)
        .build();
    let tree = converter.html_to_tree(html).map_err(|error| format!("cannot be read: {error}"))?;
    if is_deep(&tree) {
        return Err("has elements that lie too deep in each other".to_owned());
    }
    Ok(converter.tree_to_markdown(&tree))
}

fn is_deep(tree: &Rc<Node>) -> bool {
    let mut open = vec![(Rc::clone(tree), 0)];
    while let Some((node, depth)) = open.pop() {
        if depth > DEEPEST {
            return true;
        }
        open.extend(children(&node).into_iter().map(|child| (child, depth + 1)));
    }
    false
}

/// With its id behind it.
fn heading(handlers: &dyn Handlers, element: Element) -> String {
    let text = squeeze(&handlers.walk_children(element.node).content);
    if text.is_empty() {
        return String::new();
    }
    let level = element.tag.as_bytes().get(1).map_or(1, |digit| usize::from(digit - b'0'));
    let id = element.attrs.iter().find(|attribute| &*attribute.name.local == "id");
    let id = id.map(|id| format!(" {{#{}}}", id.value)).unwrap_or_default();
    format!("\n\n{} {text}{id}\n\n", "#".repeat(level))
}

/// Of a table with a head and rows; others are text.
fn table(handlers: &dyn Handlers, element: Element) -> Option<HandlerResult> {
    let mut captions = String::new();
    let mut head: Option<Vec<String>> = None;
    let mut rows = String::new();
    for row in rows_of(element.node) {
        if is(&row, "caption") {
            let caption = handlers.handle(&row)?;
            captions.push_str(&format!("{}\n", squeeze(&caption.content)));
            continue;
        }
        let named = cells(handlers, &row, "th");
        if head.is_none() && !named.is_empty() {
            head = Some(named);
            continue;
        }
        let plain = cells(handlers, &row, "td");
        let cells = if plain.is_empty() { named } else { plain };
        if !cells.is_empty() {
            rows.push_str(&line(&cells));
        }
    }
    let Some(head) = head else { return handlers.fallback(element) };
    let under = vec!["---".to_owned(); head.len()];
    Some(format!("\n\n{captions}{}{}{rows}\n", line(&head), line(&under)).into())
}

fn line(cells: &[String]) -> String {
    format!("| {} |\n", cells.join(" | "))
}

/// Rows, and what stands above them, in order.
fn rows_of(table: &Rc<Node>) -> Vec<Rc<Node>> {
    let parts = children(table).into_iter();
    let is_group = |part: &Rc<Node>| ["thead", "tbody", "tfoot"].iter().any(|name| is(part, name));
    let rows = parts.flat_map(|part| if is_group(&part) { children(&part) } else { vec![part] });
    rows.filter(|row| is(row, "tr") || is(row, "caption")).collect()
}

fn cells(handlers: &dyn Handlers, row: &Rc<Node>, name: &str) -> Vec<String> {
    let cells = children(row).into_iter().filter(|cell| is(cell, name));
    let text = cells.filter_map(|cell| handlers.handle(&cell));
    text.map(|text| squeeze(&text.content).replace('|', "&#124;")).collect()
}

fn children(node: &Rc<Node>) -> Vec<Rc<Node>> {
    node.children.borrow().clone()
}

fn is(node: &Rc<Node>, wanted: &str) -> bool {
    matches!(&node.data, NodeData::Element { name, .. } if &*name.local == wanted)
}

#[cfg(test)]
mod tests {
    use super::markdown;

    #[test]
    fn a_table_takes_what_its_cells_take() {
        let long = "word ".repeat(1000);
        let rows = format!("<tr><td>{long}</td></tr>{}", "<tr><td>x</td></tr>".repeat(1000));
        let text = markdown(&format!("<table><tr><th>Name</th></tr>{rows}</table>"));
        let text = text.expect("Markdown");
        assert!(text.len() < 20_000, "{}", text.len());
        assert!(text.starts_with("| Name |\n| --- |\n| word word"), "{}", &text[..60]);
        assert!(text.ends_with("| x |"), "{}", &text[text.len() - 60..]);
    }

    #[test]
    fn a_table_without_head_is_text() {
        let text = markdown("<table><tr><td>one</td><td>two</td></tr></table>").expect("Markdown");
        assert!(!text.contains('|') && text.contains("one") && text.contains("two"), "{text}");
    }
}

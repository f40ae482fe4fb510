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

/// Of a cell in a table that has no head: what is longer is arranged in columns, not tabled. In bytes.
const LONGEST_CELL: usize = 400;
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
        .add_handler(vec!["dl"], |handlers: &dyn Handlers, element: Element| {
            Some(definitions(handlers, element.node).into())
        })
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

/// Of a table with rows; one that only arranges long texts beside each other is text.
fn table(handlers: &dyn Handlers, element: Element) -> Option<HandlerResult> {
    let mut captions = String::new();
    let mut head: Option<Vec<String>> = None;
    let mut rows: Vec<Vec<String>> = Vec::new();
    let mut arranges = false;
    for row in rows_of(element.node) {
        if is(&row, "caption") {
            let caption = handlers.handle(&row)?;
            captions.push_str(&format!("{}\n", squeeze(&caption.content)));
            continue;
        }
        let named = cells(handlers, &row, "th");
        if head.is_none() && !named.is_empty() {
            head = Some(named.iter().map(|cell| tabled(cell)).collect());
            continue;
        }
        let plain = cells(handlers, &row, "td");
        let cells = if plain.is_empty() { named } else { plain };
        if !cells.is_empty() {
            arranges |= cells.len() < 2 || !cells.iter().all(|cell| is_short(cell));
            rows.push(cells.iter().map(|cell| tabled(cell)).collect());
        }
    }
    if head.is_none() && (arranges || rows.is_empty()) {
        return handlers.fallback(element);
    }
    Some(format!("\n\n{captions}{}\n", lines(head, &rows)).into())
}

/// Terms and what is said of them: a table where that is short, else each term above its text.
fn definitions(handlers: &dyn Handlers, list: &Rc<Node>) -> String {
    let parts = children(list).into_iter();
    let parts = parts.flat_map(|part| if is(&part, "div") { children(&part) } else { vec![part] });
    let mut entries: Vec<[Vec<String>; 2]> = Vec::new();
    for part in parts.filter(|part| is(part, "dt") || is(part, "dd")) {
        let Some(text) = handlers.handle(&part).map(|text| text.content.trim().to_owned()) else {
            continue;
        };
        let said = usize::from(is(&part, "dd"));
        match entries.last_mut() {
            Some(last) if said == 1 || last[1].is_empty() => last[said].push(text),
            _ => {
                let mut entry = [Vec::new(), Vec::new()];
                entry[said].push(text);
                entries.push(entry);
            }
        }
    }
    let asks = |term: &String| term.ends_with(['?', '？']);
    let is_tabled = |entry: &[Vec<String>; 2]| {
        entry.iter().all(|texts| !texts.is_empty() && texts.iter().all(|text| is_short(text)))
            && !entry[0].iter().any(asks)
    };
    if !entries.is_empty() && entries.iter().all(is_tabled) {
        let cell = |texts: &Vec<String>| tabled(&texts.join("; "));
        let rows: Vec<Vec<String>> =
            entries.iter().map(|entry| entry.iter().map(cell).collect()).collect();
        return format!("\n\n{}\n", lines(None, &rows));
    }
    let mut text = String::from("\n\n");
    for [terms, said] in entries {
        for term in terms.iter().filter(|term| !term.is_empty()) {
            // What is a heading, or strong already, is so.
            let mark = if term.starts_with(['#', '*']) { "" } else { "**" };
            text.push_str(&format!("{mark}{}{mark}\n\n", term.trim()));
        }
        text.extend(said.iter().map(|said| format!("{said}\n\n")));
    }
    text
}

/// One piece of text, of which a cell can be made.
fn is_short(text: &str) -> bool {
    let text = text.trim();
    text.len() <= LONGEST_CELL && !text.contains("\n\n") && !text.starts_with(['#', '-', '`'])
}

/// As a cell's text.
fn tabled(text: &str) -> String {
    squeeze(text).replace('|', "&#124;")
}

/// The lines of a table, its head without names where there is none.
fn lines(head: Option<Vec<String>>, rows: &[Vec<String>]) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let head = head.unwrap_or_else(|| vec![String::new(); columns]);
    let under = vec!["---".to_owned(); head.len()];
    [&head, &under].into_iter().chain(rows).map(|cells| line(cells)).collect()
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
    text.map(|text| text.content).collect()
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
    fn a_table_without_head_is_one_without_names() {
        let row = |key: &str| format!("<tr><td><p>{key}</p></td><td><p>Does it</p></td></tr>");
        let text = markdown(&format!("<table>{}{}</table>", row("Alt+F4"), row("a|b")));
        let text = text.expect("Markdown");
        assert_eq!(text, "|  |  |\n| --- | --- |\n| Alt+F4 | Does it |\n| a&#124;b | Does it |");
    }

    #[test]
    fn a_table_that_arranges_is_text() {
        let long = "Text. ".repeat(100);
        for content in [&format!("<p>{long}</p>"), "<p>one</p><p>two</p>", "<ul><li>one</li></ul>"]
        {
            let page = format!("<table><tr><td>Menu</td><td>{content}</td></tr></table>");
            let text = markdown(&page).expect("Markdown");
            assert!(!text.contains('|') && text.contains("Menu"), "{text}");
        }
    }

    #[test]
    fn short_definitions_are_a_table_and_long_ones_are_text() {
        let text = markdown(
            "<dl><dt>Range</dt><dd><p>45 km</p></dd><div><dt>Load</dt><dt>Weight</dt><dd>135 kg</dd>\
             <dd>20 kg</dd></div></dl>",
        );
        let table = "|  |  |\n| --- | --- |\n| Range | 45 km |\n| Load; Weight | 135 kg; 20 kg |";
        assert_eq!(text.expect("Markdown"), table);
        let text = markdown("<dl><dt>Range</dt><dd><p>45 km</p><p>In winter less.</p></dd></dl>");
        assert_eq!(text.expect("Markdown"), "**Range**\n\n45 km\n\nIn winter less.");
        let text = markdown("<dl><dt>Do you wrap?</dt><dd>Yes.</dd><dt></dt></dl><dl></dl>");
        assert_eq!(text.expect("Markdown"), "**Do you wrap?**\n\nYes.");
    }
}

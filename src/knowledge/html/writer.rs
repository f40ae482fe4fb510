//! Plain, small HTML as Markdown. What it takes is in proportion to the page, whatever its tables are: no cell is padded
//! to the width of another.

use std::rc::Rc;

use htmd::{
    Element, HtmlToMarkdown, Node,
    element_handler::{HandlerResult, Handlers},
    options::{BulletListMarker, Options},
};
use markup5ever_rcdom::NodeData;

use super::{
    grid::{Cell, Grid},
    squeeze,
};

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

/// Rows that name columns together, at most.
const HEADS: usize = 4;

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
    let mut grid = Grid::default();
    let (mut arranges, mut head_goes_on, mut heads) = (false, false, 0);
    let mut group = 0;
    for (of_group, row) in rows_of(element.node) {
        if of_group != group {
            // Nothing hangs out of its group.
            grid.end_group();
            group = of_group;
        }
        if is(&row, "caption") {
            let caption = handlers.handle(&row)?;
            captions.push_str(&format!("{}\n", squeeze(&caption.content)));
            continue;
        }
        let named = cells(handlers, &row, "th");
        let spans_columns = named.len() > 1 && named.iter().any(|cell| cell.columns > 1);
        let goes_on = head_goes_on && rows.is_empty() && heads < HEADS;
        if !named.is_empty() && (head.is_none() || goes_on) {
            heads += 1;
            let names = grid.row(named);
            head = Some(head.map_or(names.clone(), |above| joined(&above, &names)));
            head_goes_on = spans_columns;
            continue;
        }
        let plain = cells(handlers, &row, "td");
        let cells = if plain.is_empty() { named } else { plain };
        if cells.is_empty() {
            // All of it hangs down from above.
            grid.row(cells);
        } else {
            arranges |= cells.len() < 2 || !cells.iter().all(|cell| is_short(&cell.text));
            rows.push(grid.row(cells));
        }
    }
    if head.is_none() && (arranges || rows.is_empty()) {
        return handlers.fallback(element);
    }
    Some(format!("\n\n{captions}{}\n", lines(head, &rows)).into())
}

/// The names of columns in two rows: "Pro" above "monthly" and "yearly".
fn joined(above: &[String], below: &[String]) -> Vec<String> {
    let columns = above.len().max(below.len());
    let name = |names: &[String], at: usize| names.get(at).cloned().unwrap_or_default();
    let both = |at| match (name(above, at), name(below, at)) {
        (above, below) if above == below || below.is_empty() => above,
        (above, below) => format!("{above} {below}").trim().to_owned(),
    };
    (0..columns).map(both).collect()
}

/// Terms and what is said of them: a table where that is short, else each term above its text.
fn definitions(handlers: &dyn Handlers, list: &Rc<Node>) -> String {
    let parts: Vec<Part> =
        unwrapped(list).iter().filter_map(|part| Part::of(handlers, part)).collect();
    let Some(rows) = paired(&parts) else {
        let texts = parts.iter().map(Part::alone);
        return texts.fold("\n\n".to_owned(), |text, part| text + &part + "\n\n");
    };
    format!("\n\n{}\n", lines(None, &rows))
}

/// What a list of definitions holds. In Markdown.
enum Part {
    Term(String),
    Said(String),
    /// What should not be there, but is.
    Other(String),
}

impl Part {
    /// None of what is empty.
    fn of(handlers: &dyn Handlers, node: &Rc<Node>) -> Option<Self> {
        let text = handlers.handle(node)?.content.trim().to_owned();
        let part = match () {
            () if is(node, "dt") => Self::Term,
            () if is(node, "dd") => Self::Said,
            () => Self::Other,
        };
        (!text.is_empty()).then(|| part(text))
    }

    /// As a paragraph; a term in bold, if it is no heading and not bold already.
    fn alone(&self) -> String {
        match self {
            Self::Term(text) if !text.starts_with(['#', '*']) => format!("**{text}**"),
            Self::Term(text) | Self::Said(text) | Self::Other(text) => text.clone(),
        }
    }
}

/// A list's children, those of the groups in it among them.
fn unwrapped(list: &Rc<Node>) -> Vec<Rc<Node>> {
    let mut parts = Vec::new();
    let mut open = children(list);
    open.reverse();
    while let Some(part) = open.pop() {
        if is(&part, "div") {
            open.extend(children(&part).into_iter().rev());
        } else {
            parts.push(part);
        }
    }
    parts
}

/// A row for each term, or for each few that share what is said; none where a row would not do: a text is too long, a
/// term asks, something is alone.
fn paired(parts: &[Part]) -> Option<Vec<Vec<String>>> {
    let mut rows: Vec<[Vec<&str>; 2]> = Vec::new();
    for part in parts {
        let (column, text) = match part {
            Part::Term(text) if !text.ends_with(['?', '？']) => (0, text),
            Part::Said(text) => (1, text),
            Part::Term(_) | Part::Other(_) => return None,
        };
        let begins = column == 0 && rows.last().is_none_or(|[_, said]| !said.is_empty());
        if begins {
            rows.push([Vec::new(), Vec::new()]);
        }
        rows.last_mut().filter(|_| is_short(text))?[column].push(text);
    }
    let is_whole = |[terms, said]: &[Vec<&str>; 2]| !terms.is_empty() && !said.is_empty();
    (!rows.is_empty() && rows.iter().all(is_whole)).then(|| {
        let cells =
            |row: &[Vec<&str>; 2]| row.iter().map(|texts| tabled(&texts.join("; "))).collect();
        rows.iter().map(cells).collect()
    })
}

/// One piece of text, of which a cell can be made.
pub(super) fn is_short(text: &str) -> bool {
    let text = text.trim();
    let is_list = text.starts_with("- ") || text.starts_with("1. ");
    let is_heading = text.trim_start_matches('#').starts_with(' ');
    text.len() <= LONGEST_CELL
        && !text.contains("\n\n")
        && !(is_list || is_heading || text.starts_with("```"))
}

/// As a cell's text.
pub(super) fn tabled(text: &str) -> String {
    squeeze(text).replace('|', "&#124;")
}

/// The lines of a table, its head without names where there is none.
fn lines(head: Option<Vec<String>>, rows: &[Vec<String>]) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let mut head = head.unwrap_or_default();
    // Below a title alone, the cells beside the first have no names.
    head.resize(columns.max(head.len()), String::new());
    let under = vec!["---".to_owned(); head.len()];
    [&head, &under].into_iter().chain(rows).map(|cells| line(cells)).collect()
}

fn line(cells: &[String]) -> String {
    format!("| {} |\n", cells.join(" | "))
}

/// Rows, and what stands above them, in order.
/// Each with the number of its group; 0 outside of groups.
fn rows_of(table: &Rc<Node>) -> Vec<(usize, Rc<Node>)> {
    let is_group = |part: &Rc<Node>| ["thead", "tbody", "tfoot"].iter().any(|name| is(part, name));
    let parts = children(table).into_iter().enumerate();
    let rows = parts.flat_map(|(at, part)| {
        let (group, rows) =
            if is_group(&part) { (at + 1, children(&part)) } else { (0, vec![part]) };
        rows.into_iter().map(move |row| (group, row))
    });
    rows.filter(|(_, row)| is(row, "tr") || is(row, "caption")).collect()
}

fn cells(handlers: &dyn Handlers, row: &Rc<Node>, name: &str) -> Vec<Cell> {
    let cells = children(row).into_iter().filter(|cell| is(cell, name));
    let read = |cell: Rc<Node>| {
        let text = handlers.handle(&cell)?.content;
        Some(Cell { text, columns: span(&cell, "colspan"), rows: span(&cell, "rowspan") })
    };
    cells.filter_map(read).collect()
}

fn span(cell: &Rc<Node>, wanted: &str) -> usize {
    let NodeData::Element { attrs, .. } = &cell.data else { return 1 };
    let attrs = attrs.borrow();
    let span = attrs.iter().find(|attribute| &*attribute.name.local == wanted);
    span.and_then(|span| span.value.trim().parse().ok()).unwrap_or(1).max(1)
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
        for cell in ["-5 °C", "#1", "<code>ls</code>", "1.5", "", "–"] {
            let text = markdown(&format!("<table><tr><td>{cell}</td><td>x</td></tr></table>"));
            assert!(text.expect("Markdown").contains("| x |"), "{cell}");
        }
    }

    #[test]
    fn cells_over_several_columns_and_rows_are_said_in_each() {
        let text = markdown(
            "<table><tr><th rowspan=2>Plan</th><th colspan=2>Price</th></tr><tr><th>monthly</th><th>yearly</th></tr>\
             <tr><td rowspan=2>Pro</td><td>$19</td><td>$190</td></tr><tr><td colspan=2>on request</td></tr></table>",
        );
        assert_eq!(
            text.expect("Markdown"),
            "| Plan | Price monthly | Price yearly |\n| --- | --- | --- |\n| Pro | $19 | $190 |\n\
             | Pro | on request | on request |"
        );
        let groups = "<table><tr><th>Name</th><th>Price</th></tr><tr><th colspan=2>Lamps</th></tr><tr><td>A<td>1</table>";
        let text = markdown(groups).expect("Markdown");
        assert_eq!(text, "| Name | Price |\n| --- | --- |\n| Lamps |\n| A | 1 |");
        let hangs = "<table><thead><tr><th rowspan=2>Plan<th>Price</thead><tbody><tr><td>Pro<td>$19</table>";
        let text = markdown(hangs).expect("Markdown");
        assert_eq!(text, "| Plan | Price |\n| --- | --- |\n| Pro | $19 |", "not out of its group");
        let empty = "<table><tr><th>A<th>B<tr><td rowspan=2>1<td rowspan=2>2<tr></tr><tr><td>3<td>4</table>";
        let text = markdown(empty).expect("Markdown");
        assert!(text.ends_with("| 1 | 2 |\n| 3 | 4 |"), "{text}");
        let heads: String = (0..3000).map(|n| format!("<tr><th colspan=2>a{n}<th>b")).collect();
        let text = markdown(&format!("<table>{heads}</table>")).expect("Markdown");
        let begins = "| a0 a1 a2 a3 | a0 a1 a2 a3 | b |\n| --- | --- | --- |\n| a4 | a4 | b |";
        assert!(text.starts_with(begins), "{}", &text[..80]);
        let wide = "<td colspan=60 rowspan=60>word word</td>".repeat(3);
        let text = markdown(&format!("<table>{}</table>", format!("<tr>{wide}</tr>").repeat(3000)));
        assert!(text.expect("Markdown").len() < 2_000_000);
    }

    #[test]
    fn a_table_that_arranges_is_text() {
        let long = "Text. ".repeat(100);
        for content in [
            &format!("<p>{long}</p>"),
            "<p>one</p><p>two</p>",
            "<ul><li>one</li></ul>",
            "<ol><li>one</li></ol>",
            "<pre><code>one</code></pre>",
            "<h2>one</h2>",
        ] {
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

    #[test]
    fn nothing_of_a_list_of_definitions_is_lost() {
        let text = markdown("<dl><div><div><dt>Load</dt></div><dd>135 kg</dd></div></dl>");
        assert_eq!(text.expect("Markdown"), "|  |  |\n| --- | --- |\n| Load | 135 kg |");
        for (list, all) in [
            (
                "<dl>Prices <p>of today</p><dt>A</dt><dd>1</dd></dl>",
                "Prices\n\nof today\n\n**A**\n\n1",
            ),
            ("<dl><dd>1</dd><dt>A</dt><dd>2</dd></dl>", "1\n\n**A**\n\n2"),
            ("<dl><dt>A</dt><dd>1</dd><dt>B</dt></dl>", "**A**\n\n1\n\n**B**"),
            ("<dl><dt><h3 id=a>A</h3></dt><dd>1</dd></dl>", "### A {#a}\n\n1"),
        ] {
            assert_eq!(markdown(list).expect("Markdown"), all);
        }
    }
}

//! Tables as they are meant: a first row in bold names the columns, names in the first column alone stand on their side, and a
//! tick says yes.

use ego_tree::NodeId;

use super::{
    measures::Measures,
    nodes::{
        At, Nodes, attr, classes, detach, has_word, is_heading, name, new_element, rename, text,
    },
    signs,
};

/// Rows and columns of a table that is turned.
const TURNED: usize = 64;
/// Bytes of a cell among blocks, and of a name with lines below it.
const CELL: usize = 120;
const TITLE: usize = 60;

/// Names, and roles, of what is a table, a row or a cell and marked up as mere blocks.
const TABLES: &[&str] = &["table", "compare", "comparison"];
const ROWS: &[&str] = &["row", "tr"];
const HEADS: &[&str] = &["head", "header", "heading", "thead", "titles"];
const CELLS: &[&str] = &["cell", "gridcell", "columnheader", "rowheader", "td", "th", "col"];

pub(super) fn mend(tree: &mut Nodes) {
    of_blocks(tree);
    if !tree.root().descendants().any(|node| name(node) == "table") {
        return;
    }
    let measures = Measures::of(tree);
    let shown = signs::in_cells(tree, &measures);
    let tables: Vec<NodeId> = tree
        .root()
        .descendants()
        .filter(|node| name(*node) == "table")
        .map(|node| node.id())
        .collect();
    for id in tables {
        let Some(table) = tree.get(id) else { continue };
        let arranges = |below: At<'_>| is_heading(below) || name(below) == "table";
        if table.descendants().skip(1).any(arranges) {
            continue;
        }
        let rows: Vec<Row> =
            table.descendants().filter(|node| name(*node) == "tr").map(Row::of).collect();
        let filled = |id: &NodeId| measures.get(*id).letters > 0 || shown.contains(id);
        if let Some(names) = head(tree, &rows, filled) {
            for cell in names {
                plain(tree, cell);
            }
        } else if is_on_its_side(tree, &rows) {
            turn(tree, &rows);
        }
    }
}

/// Blocks that are named as a table and its rows, of as many small cells each, become one.
fn of_blocks(tree: &mut Nodes) {
    let is = |node: At<'_>, words: &[&str]| {
        let role = attr(node, "role").is_some_and(|role| words.contains(&role));
        name(node) == "div" && (role || classes(node).iter().any(|class| has_word(class, words)))
    };
    let tables = tree.root().descendants().filter(|table| is(*table, TABLES));
    let tables = tables.filter_map(|table| {
        let rows: Vec<At<'_>> =
            table.children().filter(|row| row.value().is_element()).take(TURNED + 1).collect();
        let cells = |row: &At<'_>| -> Vec<NodeId> {
            let cells = row.children().filter(|cell| cell.value().is_element());
            cells.take(TURNED + 1).map(|cell| cell.id()).collect()
        };
        let first = rows.first().map(cells)?;
        let is_small = |id: &NodeId| {
            table.tree().get(*id).is_some_and(|cell| {
                is(cell, CELLS) && text(cell, CELL).is_some() && !cell.descendants().any(is_heading)
            })
        };
        let is_one = (2..=TURNED).contains(&rows.len())
            && (2..=TURNED).contains(&first.len())
            && rows.iter().all(|row| {
                let own = cells(row);
                is(*row, ROWS) && own.len() == first.len() && own.iter().all(is_small)
            });
        if !is_one {
            return None;
        }
        let mut renamed = vec![(table.id(), "table")];
        for (at, row) in rows.iter().enumerate() {
            renamed.push((row.id(), "tr"));
            let is_head = at == 0
                && (is(*row, HEADS)
                    || row.children().any(|cell| attr(cell, "role") == Some("columnheader")));
            renamed.extend(
                cells(row).into_iter().map(|cell| (cell, if is_head { "th" } else { "td" })),
            );
        }
        Some(renamed)
    });
    let renamed: Vec<(NodeId, &str)> = tables.flatten().collect();
    for (id, name) in renamed {
        rename(tree, id, name);
    }
}

/// A head: bold by itself.
fn plain(tree: &mut Nodes, cell: NodeId) {
    let bold = tree.get(cell).into_iter().flat_map(|cell| cell.descendants());
    let bold: Vec<NodeId> = bold
        .filter(|below| matches!(name(*below), "strong" | "b"))
        .map(|below| below.id())
        .collect();
    rename(tree, cell, "th");
    for id in bold {
        rename(tree, id, "span");
    }
}

struct Row {
    id: NodeId,
    cells: Vec<NodeId>,
}

impl Row {
    fn of(row: At<'_>) -> Self {
        let cells = row.children().filter(|cell| matches!(name(*cell), "td" | "th"));
        Self { id: row.id(), cells: cells.map(|cell| cell.id()).collect() }
    }
}

/// The cells of a first row that names columns, and is none of heads.
fn head(tree: &Nodes, rows: &[Row], filled: impl Fn(&NodeId) -> bool) -> Option<Vec<NodeId>> {
    let [first, second, ..] = rows else { return None };
    let is_bold = |row: &Row| {
        let texts = row.cells.iter().filter(|cell| filled(cell));
        let mut cells = texts.filter_map(|cell| tree.get(*cell)).map(names_a_column);
        row.cells.len() > 1 && row.cells.iter().skip(1).all(&filled) && cells.all(|bold| bold)
    };
    let plain =
        first.cells.iter().all(|cell| tree.get(*cell).is_some_and(|cell| name(cell) == "td"));
    let in_head =
        tree.get(first.id).and_then(|row| row.parent()).is_some_and(|group| name(group) == "thead");
    let names = plain && (in_head && first.cells.len() > 1 || is_bold(first) && !is_bold(second));
    names.then(|| first.cells.clone())
}

/// All of it, or its first line: "**Low season**, Nov–Mar".
fn names_a_column(cell: At<'_>) -> bool {
    let bold = |node: At<'_>| matches!(name(node), "strong" | "b");
    let mut first = cell.descendants().skip(1).filter(|below| {
        bold(*below) || below.value().as_text().is_some_and(|text| !text.trim().is_empty())
    });
    let has_lines = cell.descendants().any(|below| name(below) == "br");
    is_all_bold(cell) || has_lines && text(cell, TITLE).is_some() && first.next().is_some_and(bold)
}

fn is_all_bold(cell: At<'_>) -> bool {
    cell.descendants()
        .filter(|below| below.value().as_text().is_some_and(|text| !text.trim().is_empty()))
        .all(|text| {
            let above = text.ancestors().take_while(|above| above.id() != cell.id());
            above.into_iter().any(|above| matches!(name(above), "strong" | "b"))
        })
}

/// The first of each row is a name, nothing else is, and there is more than one column of what they name.
fn is_on_its_side(tree: &Nodes, rows: &[Row]) -> bool {
    let columns = rows.first().map_or(0, |row| row.cells.len());
    let is_row = |row: &Row| {
        let mut cells = row.cells.iter().filter_map(|cell| tree.get(*cell));
        let spans =
            |cell: At<'_>| attr(cell, "colspan").is_some() || attr(cell, "rowspan").is_some();
        row.cells.len() == columns
            && cells
                .next()
                .is_some_and(|cell| name(cell) == "th" && !spans(cell) && text(cell, 80).is_some())
            && cells.all(|cell| name(cell) == "td" && !spans(cell))
    };
    rows.len() > 1
        && rows.len() <= TURNED
        && columns > 2
        && columns <= TURNED
        && rows.iter().all(is_row)
}

fn turn(tree: &mut Nodes, rows: &[Row]) {
    let columns = rows.first().map_or(0, |row| row.cells.len());
    let Some(group) =
        rows.first().and_then(|row| tree.get(row.id)?.parent()).map(|group| group.id())
    else {
        return;
    };
    for column in 0..columns {
        let Some(mut row) = tree.get_mut(group) else { return };
        let mut row = row.append(new_element("tr"));
        for cell in rows.iter().filter_map(|row| row.cells.get(column)) {
            row.append_id(*cell);
        }
    }
    for row in rows {
        detach(tree, row.id);
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::markdown;

    fn table(rows: &str) -> String {
        markdown(&format!("<main><table>{rows}</table></main>"))
    }

    #[test]
    fn blocks_that_are_named_as_a_table_are_one() {
        let row = |class: &str, cells: [&str; 3]| {
            format!(
                "<div class='{class}'>{}</div>",
                cells.map(|cell| format!("<div class=cell>{cell}</div>")).concat()
            )
        };
        let sign = |label: &str| format!("<svg aria-label='{label}' role=img><path/></svg>");
        let page = format!(
            "<main><h1>Plans</h1><div class=compare-table>{}{}</div></main>",
            row("row header", ["Feature", "Starter", "Business"]),
            row("row", ["API", &sign("Not included"), &sign("Included")])
        );
        assert_eq!(
            markdown(&page),
            "# Plans\n\n| Feature | Starter | Business |\n| --- | --- | --- |\n| API | Not included | Included |"
        );
    }

    #[test]
    fn a_first_row_in_bold_names_the_columns() {
        let text = table(
            "<tr><td><p><strong>Country</strong></p><td><b>Standard</b><td><strong>Express</strong><tr><td>Austria<td>€4.90<td>€9.90",
        );
        assert_eq!(
            text,
            "| Country | Standard | Express |\n| --- | --- | --- |\n| Austria | €4.90 | €9.90 |"
        );
        let text =
            table("<tr><td><td><b>Low</b><br>Nov<td><b>High</b><br>May<tr><td>Room<td>€9<td>€12");
        assert_eq!(text, "|  | Low Nov | High May |\n| --- | --- | --- |\n| Room | €9 | €12 |");
        let text = table("<tr><td><b>A</b><td><b>1</b><tr><td><b>B</b><td><b>2</b>");
        assert!(text.starts_with("|  |  |"), "{text}");
    }

    #[test]
    fn a_table_on_its_side_is_turned() {
        let text = table("<tr><th>UK<td>7<td>7.5<tr><th>EU<td>41<td>42");
        assert_eq!(text, "| UK | EU |\n| --- | --- |\n| 7 | 41 |\n| 7.5 | 42 |");
        let text = table("<tr><th>Weight<td>310 g<tr><th>Load<td>1 kg");
        assert!(text.contains("| Weight | 310 g |"), "{text}");
    }

    #[test]
    fn a_tick_says_yes() {
        let text = table(
            "<tr><th>Feature<th>Free<th>Pro<tr><th>API<td><svg aria-label=No><path/></svg><td><svg><title>Yes</title></svg>\
             <tr><th>SSO<td><i class='fa fa-times'></i><td><img src=c.png alt=included><tr><th>Log<td><i class='fas fa-check'></i><td>x",
        );
        assert!(
            text.ends_with("| API | No | Yes |\n| SSO | no | included |\n| Log | yes | x |"),
            "{text}"
        );
    }
}

//! Rows of tables as text that says what it means without its table.

/// "Zone: EU; Price: 9.90 €": a row says what its cells mean. Empty cells are left out.
pub(super) fn text(header: &[String], cells: &[String]) -> String {
    let filled =
        |cell: &str| cell.chars().any(char::is_alphanumeric) || cell.contains(['✓', '✔', '✗', '✘']);
    let is_named = header.get(1).is_some_and(|name| !name.is_empty());
    if cells.len() == 2 && !is_named && filled(&cells[0]) && filled(&cells[1]) {
        return format!("{}: {}", cells[0].trim_end_matches(':'), cells[1]);
    }
    let named =
        cells.iter().enumerate().filter(|(_, cell)| filled(cell)).map(
            |(column, cell)| match header.get(column).filter(|name| !name.is_empty()) {
                Some(name) => format!("{name}: {cell}"),
                None => cell.clone(),
            },
        );
    named.collect::<Vec<_>>().join("; ")
}

//! Names that were mistyped.

/// "is no setting", with the name that was probably meant, and the command that shows all there are.
pub fn nearest<'a>(name: &str, names: impl Iterator<Item = &'a str>, shown_by: &str) -> String {
    let best = names.map(|known| (distance(name, known), known)).min();
    let meant = match best {
        Some((distance, known)) if distance <= name.len() / 2 => {
            format!("; did you mean {known}?")
        }
        _ => ";".to_owned(),
    };
    format!("is no setting{meant} `{shown_by}` lists them all")
}

/// Levenshtein's edit distance, in bytes.
fn distance(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.bytes().enumerate() {
        let mut diagonal = i;
        if let Some(first) = row.first_mut() {
            *first = i + 1;
        }
        for (j, y) in b.bytes().enumerate() {
            let above = row[j + 1];
            let cost = (diagonal + usize::from(x != y)).min(above + 1).min(row[j] + 1);
            diagonal = above;
            row[j + 1] = cost;
        }
    }
    row[b.len()]
}

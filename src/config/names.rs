//! Names that were mistyped.

/// "is no setting", with the name that was probably meant.
pub fn nearest<'a>(name: &str, names: impl Iterator<Item = &'a str>) -> String {
    let best = names.map(|known| (distance(name, known), known)).min();
    match best {
        Some((distance, known)) if distance <= name.len() / 2 => {
            format!("is no setting; did you mean {known}?")
        }
        _ => "is no setting; `frontdesk config show` lists them all".to_owned(),
    }
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

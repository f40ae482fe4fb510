//! What the command line prints: one JSON value, or lines for people. A closed pipe is no error.

use std::{borrow::Cow, io::Write};

use serde::Serialize;

use crate::error::Result;

pub fn json(value: &impl Serialize) -> Result<()> {
    let _ = writeln!(std::io::stdout(), "{}", serde_json::to_string(value)?);
    Ok(())
}

pub fn line(text: &str) {
    let _ = writeln!(std::io::stdout(), "{}", harmless(text));
}

/// Pages and models may say anything, but not to the terminal.
fn harmless(text: &str) -> Cow<'_, str> {
    let is_order = |c: char| c.is_control() && !matches!(c, '\n' | '\t');
    if text.contains(is_order) { text.replace(is_order, "").into() } else { text.into() }
}

/// Without a line's end, and shown at once.
pub fn words(text: &str) {
    let mut out = std::io::stdout();
    let _ = write!(out, "{}", harmless(text)).and_then(|()| out.flush());
}

/// Columns as wide as their widest cell.
pub fn table(rows: &[Vec<String>]) {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| {
        rows.iter()
            .filter_map(|row| row.get(column))
            .map(|cell| cell.chars().count())
            .max()
            .unwrap_or(0)
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    for row in rows {
        let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}"));
        line(cells.collect::<Vec<_>>().join("  ").trim_end());
    }
}

/// A visitor's words on one line of a terminal: without what would command it, and no longer than `characters`.
pub fn quoted(text: &str, characters: usize) -> String {
    let hidden = |c: char| {
        c.is_control()
            || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    let clean: String = text.chars().map(|c| if hidden(c) { ' ' } else { c }).collect();
    let line = clean.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(characters) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

//! Pieces of text into lines, and the lines that each page repeats at its edges taken away: they are no part of the text.

use std::collections::HashMap;

use super::content::Span;

/// In parts of the size: how far letters of one line may stand above or below each other,
const LEVEL: f32 = 0.42;
/// a gap between words,
const WORD: f32 = 0.12;
/// a gap between the cells of a row.
const CELL: f32 = 1.0;
/// Lines at the upper and at the lower edge of a page that may be repeated.
const EDGE: usize = 2;
/// Pages from which on something can be repeated, and the part of them that does.
const PAGES: usize = 3;
const REPEATED: f32 = 0.5;

#[derive(Debug)]
pub(super) struct Line {
    /// Cells of a row are parted by tabs.
    pub text: String,
    pub x: f32,
    pub end: f32,
    pub y: f32,
    pub size: f32,
    pub is_bold: bool,
}

pub(super) fn lines(mut spans: Vec<Span>) -> Vec<Line> {
    // What stands across most of the page is a note at its margin, or a watermark.
    let mut turns = [0_usize; 4];
    for span in &spans {
        if let Some(count) = turns.get_mut(usize::from(span.turned)) {
            *count += span.text.len();
        }
    }
    let most = turns.iter().max().copied().unwrap_or(0);
    spans.retain(|span| turns.get(usize::from(span.turned)) == Some(&most));
    let mut lines: Vec<Line> = Vec::new();
    for span in spans {
        match lines.last_mut().filter(|line| line.goes_on_with(&span)) {
            Some(line) => line.add(&span),
            None if span.text.trim().is_empty() => {}
            None => lines.push(Line {
                text: span.text,
                x: span.x,
                end: span.end,
                y: span.y,
                size: span.size,
                is_bold: span.is_bold,
            }),
        }
    }
    for line in &mut lines {
        line.text = tidy(&line.text);
    }
    lines.retain(|line| !line.text.is_empty());
    lines
}

impl Line {
    fn goes_on_with(&self, span: &Span) -> bool {
        let size = self.size.max(span.size);
        (span.y - self.y).abs() < LEVEL * size && span.x > self.end - 0.6 * size
    }

    fn add(&mut self, span: &Span) {
        let gap = (span.x - self.end) / self.size.max(span.size);
        if gap > CELL {
            self.text.push('\t');
        } else if gap > WORD && !self.text.ends_with([' ', '\t']) && !span.text.starts_with(' ') {
            self.text.push(' ');
        }
        // The line's own letters, not a footnote's number, say how large it is.
        if span.text.len() > self.text.len() {
            (self.size, self.y) = (span.size, span.y);
        }
        self.is_bold &= span.is_bold || span.text.trim().is_empty();
        self.text.push_str(&span.text);
        self.end = span.end;
    }
}

/// Single spaces, and no dots that lead to a page number.
fn tidy(text: &str) -> String {
    let cells = text.split('\t').map(|cell| cell.split_whitespace().collect::<Vec<_>>().join(" "));
    cells.filter(|cell| !cell.is_empty()).collect::<Vec<_>>().join("\t")
}

/// Takes away running heads, page numbers, and lines of a table of contents.
pub(super) fn without_edges(pages: &mut [Vec<Line>]) {
    let mut seen: HashMap<String, usize> = HashMap::new();
    for page in pages.iter() {
        let mut here: Vec<String> = edges(page).into_iter().map(|at| shape(page, at)).collect();
        here.sort_unstable();
        here.dedup();
        for shape in here {
            *seen.entry(shape).or_default() += 1;
        }
    }
    let offsets: Vec<i64> =
        (0..).zip(pages.iter()).flat_map(|(number, page)| offsets(number, page)).collect();
    let mut counts: HashMap<i64, usize> = HashMap::new();
    for offset in offsets {
        *counts.entry(offset).or_default() += 1;
    }
    let enough = (pages.len() as f32 * REPEATED).max(PAGES as f32) as usize;
    let numbering = counts.into_iter().max_by_key(|(_, count)| *count);
    let numbering = numbering.filter(|(_, count)| *count >= enough).map(|(offset, _)| offset);
    for (number, page) in (0..).zip(pages) {
        let is_edge = |at: usize| {
            let shape = shape(page, at);
            shape == "#"
                || seen.get(&shape).is_some_and(|count| *count >= enough)
                || numbering.is_some_and(|offset| offset_of(number, page.get(at)) == Some(offset))
        };
        let dropped: Vec<usize> = edges(page).into_iter().filter(|at| is_edge(*at)).collect();
        let mut at = 0;
        page.retain(|line| {
            at += 1;
            !dropped.contains(&(at - 1)) && !leads_to_a_page(&line.text)
        });
    }
}

/// How far the numbers at the edges are from the number of the page: the same everywhere if they number the pages.
fn offsets(number: i64, page: &[Line]) -> Vec<i64> {
    let mut offsets: Vec<i64> =
        edges(page).into_iter().filter_map(|at| offset_of(number, page.get(at))).collect();
    offsets.sort_unstable();
    offsets.dedup();
    offsets
}

/// Of "82  Shipping" or "Shipping 83".
fn offset_of(number: i64, line: Option<&Line>) -> Option<i64> {
    let text = line.map(|line| line.text.as_str()).filter(|text| text.len() < 120)?;
    let mut words = text.split_whitespace();
    let first: Option<i64> = words.next().and_then(|word| word.parse().ok());
    let last = || text.split_whitespace().next_back()?.parse::<i64>().ok();
    Some(first.or_else(last)? - number)
}

/// The lines at the edges.
fn edges(page: &[Line]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..page.len()).collect();
    order.sort_by(|a, b| match (page.get(*a), page.get(*b)) {
        (Some(a), Some(b)) => b.y.total_cmp(&a.y),
        _ => std::cmp::Ordering::Equal,
    });
    let upper = order.iter().take(EDGE);
    upper.chain(order.iter().rev().take(EDGE)).copied().collect()
}

/// The text with each number as one sign: "Page 3 of 9" is "Page # of #".
fn shape(page: &[Line], at: usize) -> String {
    let mut shape = String::new();
    for letter in page.get(at).map_or("", |line| line.text.as_str()).chars() {
        if !letter.is_ascii_digit() {
            shape.push(letter);
        } else if !shape.ends_with('#') {
            shape.push('#');
        }
    }
    shape
}

fn leads_to_a_page(text: &str) -> bool {
    let dots = text.matches(['.', '…']).count();
    dots >= 5
        && text.ends_with(|last: char| last.is_ascii_digit())
        && (text.contains("....") || text.contains(". . . ."))
}

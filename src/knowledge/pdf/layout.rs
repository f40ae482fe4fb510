//! Lines into Markdown: headings by their size, paragraphs by their gaps, lists by their signs, tables by their cells. A
//! paragraph goes on over the end of a page.

use super::lines::Line;

/// In parts of the usual size: from here on a line is a heading.
const LARGER: f32 = 1.15;
/// Bytes of a heading.
const HEADING: usize = 160;
/// Sizes of headings that are told apart.
const LEVELS: usize = 4;
/// In parts of the size: the distance of two lines of a paragraph.
const LEADING: f32 = 1.75;
/// Lines above and below that show how wide a column is; in parts of the size, how far they may be set in.
const AROUND: usize = 6;
const COLUMN: f32 = 3.5;
/// Rows that make a table.
const ROWS: usize = 2;

pub(super) struct Text {
    pub markdown: String,
    /// Where each page begins in it.
    pub pages: Vec<usize>,
    pub first_heading: Option<String>,
}

pub(super) fn text(pages: &[Vec<Line>]) -> Text {
    let usual = usual_size(pages);
    let mut writer = Writer {
        levels: levels(pages, usual),
        usual,
        out: String::new(),
        paragraph: String::new(),
        begun: 0,
        first_heading: None,
    };
    let mut starts = Vec::new();
    for page in pages {
        // Behind the paragraph that began on the page before, if it has not ended.
        starts.push(writer.out.len() + writer.paragraph.len());
        writer.page(page);
    }
    writer.end_paragraph();
    Text { markdown: writer.out, pages: starts, first_heading: writer.first_heading }
}

/// The size of most letters.
fn usual_size(pages: &[Vec<Line>]) -> f32 {
    let mut letters: std::collections::BTreeMap<u32, usize> = std::collections::BTreeMap::new();
    for line in pages.iter().flatten() {
        *letters.entry((line.size * 2.0).round() as u32).or_default() += line.text.len();
    }
    let most = letters.into_iter().max_by_key(|(_, count)| *count);
    most.map_or(10.0, |(size, _)| size as f32 / 2.0)
}

/// The sizes of headings, the largest first.
fn levels(pages: &[Vec<Line>], usual: f32) -> Vec<u32> {
    let larger = pages.iter().flatten().filter(|line| line.size > usual * LARGER && is_short(line));
    let mut sizes: Vec<u32> = larger.map(|line| line.size.round() as u32).collect();
    sizes.sort_unstable_by(|a, b| b.cmp(a));
    sizes.dedup();
    sizes.truncate(LEVELS);
    sizes
}

fn is_short(line: &Line) -> bool {
    line.text.len() <= HEADING && line.text.chars().any(char::is_alphabetic)
}

struct Writer {
    usual: f32,
    levels: Vec<u32>,
    out: String,
    /// What is not written yet, and where the page stood when it began.
    paragraph: String,
    begun: usize,
    first_heading: Option<String>,
}

impl Writer {
    fn page(&mut self, lines: &[Line]) {
        let mut at = 0;
        let mut before: Option<&Line> = None;
        while let Some(line) = lines.get(at) {
            let rows = rows(lines.get(at..).unwrap_or_default());
            if rows >= ROWS {
                self.end_paragraph();
                self.table(lines.get(at..at + rows).unwrap_or_default());
                at += rows;
                before = None;
                continue;
            }
            if let Some(level) = self.level(line, before, lines.get(at + 1)) {
                self.end_paragraph();
                let mut heading = line.text.replace('\t', " ");
                while let Some(next) = lines.get(at + 1).filter(|next| goes_on(line, next))
                    && heading.len() + next.text.len() < HEADING
                {
                    heading.push(' ');
                    heading.push_str(&next.text);
                    at += 1;
                }
                self.heading(level, &heading);
                before = None;
            } else {
                self.line(line, before, edge(lines, at));
                before = Some(line);
            }
            at += 1;
        }
    }

    fn level(&self, line: &Line, before: Option<&Line>, next: Option<&Line>) -> Option<usize> {
        if !is_short(line) || line.text.ends_with(['.', ',', ';']) || item(&line.text).is_some() {
            return None;
        }
        if line.size > self.usual * LARGER {
            let size = line.size.round() as u32;
            return Some(
                self.levels.iter().position(|level| *level <= size).unwrap_or(LEVELS - 1) + 1,
            );
        }
        // Bold at the usual size: only on a line of its own, with room above.
        let stands_off = before.is_none_or(|before| (before.y - line.y).abs() > 1.3 * line.size);
        let alone = next.is_none_or(|next| !next.is_bold || goes_far(line, next));
        (line.is_bold
            && line.size > self.usual * 0.95
            && stands_off
            && alone
            && line.text.len() < 90)
            .then_some(self.levels.len().min(LEVELS) + 1)
    }

    fn heading(&mut self, level: usize, text: &str) {
        if self.first_heading.is_none() {
            self.first_heading = Some(text.to_owned());
        }
        let text = text.replace(['{', '}', '`'], "");
        self.out.push_str(&format!("{} {text}\n\n", "#".repeat(level.clamp(1, 6))));
    }

    fn line(&mut self, line: &Line, before: Option<&Line>, edge: f32) {
        let text = line.text.replace('\t', "  ");
        let goes_on = match before {
            // Over the end of a page, or of what stood between: only in the middle of a sentence.
            None => {
                self.paragraph
                    .ends_with(|last: char| last.is_alphanumeric() || matches!(last, ',' | '-'))
                    && text.starts_with(char::is_lowercase)
            }
            Some(before) => {
                let is_row = |line: &Line| line.text.contains('\t');
                let ended = before.had_room_for(line, edge) || is_row(before) || is_row(line);
                !ended
                    && !goes_far(before, line)
                    && (before.size - line.size).abs() < 0.2 * line.size
            }
        };
        if let Some(item) = item(&text) {
            self.end_paragraph();
            self.paragraph.push_str(&item);
        } else if goes_on && !self.paragraph.is_empty() {
            self.join(&text);
        } else {
            self.end_paragraph();
            if text.starts_with(['#', '>', '<', '|', '`', '~', '-', '+', '*', '=']) {
                self.paragraph.push('\\');
            }
            self.paragraph.push_str(&text);
        }
    }

    /// A word that was parted at the end of its line becomes whole again.
    fn join(&mut self, text: &str) {
        let parted =
            self.paragraph.strip_suffix('-').is_some_and(|word| word.ends_with(char::is_lowercase))
                && text.starts_with(char::is_lowercase);
        if parted {
            self.paragraph.pop();
        } else if !self.paragraph.ends_with(is_dense) || !text.starts_with(is_dense) {
            self.paragraph.push(' ');
        }
        self.paragraph.push_str(text);
    }

    fn end_paragraph(&mut self) {
        if self.paragraph.is_empty() {
            return;
        }
        let is_item = self.paragraph.starts_with("- ");
        if is_item && self.begun == self.out.len() && self.out.ends_with("\n\n") {
            // The items of a list stand close together.
            self.out.pop();
        }
        self.out.push_str(self.paragraph.trim_end());
        self.out.push_str("\n\n");
        self.begun = if is_item { self.out.len() } else { 0 };
        self.paragraph.clear();
    }

    fn table(&mut self, rows: &[Line]) {
        for (at, row) in rows.iter().enumerate() {
            let cells: Vec<String> =
                row.text.split('\t').map(|cell| cell.replace('|', "\\|")).collect();
            self.out.push_str(&format!("| {} |\n", cells.join(" | ")));
            if at == 0 {
                self.out.push_str(&format!("|{}\n", " --- |".repeat(cells.len())));
            }
        }
        self.out.push('\n');
    }
}

/// How many lines from here on are rows of one table: as many cells, one below the other.
fn rows(lines: &[Line]) -> usize {
    let cells = |line: &Line| line.text.matches('\t').count();
    let Some(first) = lines.first().filter(|line| cells(line) > 0) else { return 0 };
    let alike = lines.windows(2).take_while(|pair| match pair {
        [above, below] => {
            cells(below) == cells(first)
                && below.y < above.y
                && above.y - below.y < 4.0 * first.size
        }
        _ => false,
    });
    alike.count() + 1
}

impl Line {
    /// The next line's first word would have fitted in, so the paragraph ended here.
    fn had_room_for(&self, next: &Self, edge: f32) -> bool {
        let word = next.text.split(' ').next().unwrap_or_default().chars().count();
        let width = (next.end - next.x) / next.text.chars().count().max(1) as f32;
        self.end + (word as f32 + 3.0) * width < edge
    }
}

/// How far the lines around this one reach that begin where it begins.
fn edge(lines: &[Line], at: usize) -> f32 {
    let Some(this) = lines.get(at) else { return 0.0 };
    let around = lines.get(at.saturating_sub(AROUND)..lines.len().min(at + AROUND));
    let column = around.unwrap_or_default().iter();
    let column = column.filter(|line| (line.x - this.x).abs() < COLUMN * this.size);
    column.map(|line| line.end).fold(this.end, f32::max)
}

fn goes_far(above: &Line, below: &Line) -> bool {
    let down = above.y - below.y;
    down > LEADING * above.size.max(below.size) || down < -above.size
}

/// The second line of a heading.
fn goes_on(heading: &Line, next: &Line) -> bool {
    (heading.size - next.size).abs() < 0.5
        && heading.is_bold == next.is_bold
        && !goes_far(heading, next)
}

/// "• one" as an item of Markdown.
fn item(text: &str) -> Option<String> {
    let rest =
        text.strip_prefix(['•', '◦', '▪', '●', '‣', '■', '○', '·', '–', '✓', '➢', '❖', '*', '-'])?;
    let starts_so = text.starts_with(['–', '*', '-', '·']);
    (!starts_so || rest.starts_with(' ')).then(|| format!("- {}", rest.trim_start()))
}

/// Written without spaces between words.
fn is_dense(letter: char) -> bool {
    matches!(letter, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{ff00}'..='\u{ffef}' | '\u{3000}'..='\u{303f}')
}

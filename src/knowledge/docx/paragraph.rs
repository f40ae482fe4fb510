//! Paragraphs and tables of a Word document, written as Markdown.

use super::styles::Styles;

/// Bytes of Markdown.
const MOST: usize = 16 * 1024 * 1024;
/// Cells of a row.
const CELLS: usize = 200;
/// Bytes of a heading; longer is text.
const HEADING: usize = 300;
/// Bytes of a line in bold that stands for a heading.
const BOLD: usize = 80;

#[derive(Default)]
pub(super) struct Paragraph {
    pub style: String,
    /// As the paragraph itself says, from 0.
    pub outline: Option<u8>,
    pub list: Option<String>,
    pub level: u8,
    pub is_hidden: bool,
    /// Of the run that is read.
    pub is_bold: bool,
    /// Some of it is not bold.
    has_plain: bool,
    text: String,
    /// Where a link's text begins, and where it leads.
    link: Option<(usize, String)>,
}

impl Paragraph {
    pub(super) fn push(&mut self, text: &str) {
        if !self.is_hidden && self.text.len() < MOST {
            self.has_plain |= !self.is_bold && !text.trim().is_empty();
            self.text.push_str(text);
        }
    }

    /// Many a document has no headings but lines in bold.
    fn may_be_heading(&self, text: &str) -> bool {
        !self.has_plain
            && text.len() <= BOLD
            && text.contains(char::is_alphabetic)
            && !text.contains('\n')
            && !text.ends_with(['.', ',', ';', ':'])
    }

    pub(super) fn link_begins(&mut self, target: Option<&str>) {
        self.link = target.map(|target| (self.text.len(), target.to_owned()));
    }

    pub(super) fn link_ends(&mut self) {
        let Some((start, target)) = self.link.take() else { return };
        let label = self.text.split_off(start.min(self.text.len()));
        let label = label.replace(['[', ']', '\n'], " ");
        if !label.trim().is_empty() {
            self.text.push_str(&format!("[{label}]({target})"));
        }
    }
}

#[derive(Default)]
pub(super) struct Writer {
    pub out: String,
    pub first_heading: Option<String>,
    /// Tables in tables: the inner ones are text of a cell.
    depth: usize,
    rows: Vec<Vec<String>>,
    /// Of the last item of a list, if that was the last thing.
    item: Option<u8>,
    /// Of the last heading.
    level: u8,
    /// A line in bold: a heading, if text follows.
    bold: Option<String>,
}

impl Writer {
    pub(super) fn paragraph(&mut self, paragraph: &Paragraph, styles: &Styles) {
        let lines = paragraph
            .text
            .lines()
            .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
        let text = lines.filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n");
        if text.is_empty() || self.out.len() > MOST {
            return;
        }
        if self.depth > 0 {
            if let Some(cell) = self.rows.last_mut().and_then(|row| row.last_mut()) {
                cell.push(' ');
                cell.push_str(&text.replace('\n', " "));
            }
            return;
        }
        let outline = paragraph.outline.filter(|level| *level < 9).map(|level| level.min(5) + 1);
        let heading = outline.or_else(|| styles.heading(&paragraph.style));
        let is_item = paragraph.list.is_some() || styles.is_list(&paragraph.style);
        if let Some(level) = heading.filter(|_| text.len() <= HEADING) {
            self.end_bold(false);
            self.level = level;
            self.heading(&text, level);
        } else if is_item {
            self.end_bold(true);
            self.item(paragraph, styles, &text);
        } else if paragraph.may_be_heading(&text) {
            self.end_bold(false);
            self.bold = Some(text);
        } else {
            self.end_bold(true);
            self.text(&text);
        }
    }

    /// Writes the line in bold that waits for what follows it.
    fn end_bold(&mut self, is_heading: bool) {
        match self.bold.take() {
            Some(text) if is_heading => self.heading(&text, (self.level + 1).min(6)),
            Some(text) => self.text(&text),
            None => {}
        }
    }

    fn heading(&mut self, text: &str, level: u8) {
        let text = text.replace('\n', " ").replace(['{', '}'], "");
        self.between(None);
        self.out.push_str(&format!("{} {text}\n", "#".repeat(usize::from(level))));
        if self.first_heading.is_none() {
            self.first_heading = Some(text);
        }
    }

    fn text(&mut self, text: &str) {
        self.between(None);
        for line in text.lines() {
            if line.starts_with(['#', '>', '<', '|', '`', '~', '-', '+', '*', '=']) {
                self.out.push('\\');
            }
            self.out.push_str(line);
            self.out.push('\n');
        }
    }

    fn item(&mut self, paragraph: &Paragraph, styles: &Styles, text: &str) {
        // An item lies at most one deeper than the one before, or it would be code.
        let level = self.item.map_or(0, |before| paragraph.level.min(before + 1)).min(6);
        let numbered =
            paragraph.list.as_deref().is_some_and(|list| styles.is_numbered(list, paragraph.level));
        self.between(Some(level));
        let indent = "    ".repeat(usize::from(level));
        let sign = if numbered { "1." } else { "-" };
        self.out.push_str(&format!("{indent}{sign} {}\n", text.replace('\n', " ")));
    }

    /// An empty line, but not between items of one list.
    fn between(&mut self, item: Option<u8>) {
        if !(self.out.is_empty() || self.item.is_some() && item.is_some()) {
            self.out.push('\n');
        }
        self.item = item;
    }

    pub(super) fn table_begins(&mut self) {
        if self.depth == 0 {
            self.end_bold(true);
            self.rows.clear();
        }
        self.depth += 1;
    }

    pub(super) fn row_begins(&mut self) {
        if self.depth == 1 {
            self.rows.push(Vec::new());
        }
    }

    pub(super) fn cell_begins(&mut self) {
        if self.depth == 1
            && let Some(row) = self.rows.last_mut().filter(|row| row.len() < CELLS)
        {
            row.push(String::new());
        }
    }

    pub(super) fn row_ends(&mut self) {
        if self.depth == 1
            && self.rows.last().is_some_and(|row| row.iter().all(|cell| cell.trim().is_empty()))
        {
            self.rows.pop();
        }
    }

    pub(super) fn table_ends(&mut self) {
        self.depth = self.depth.saturating_sub(1);
        if self.depth == 0 {
            self.write_table();
        }
    }

    fn write_table(&mut self) {
        let rows = std::mem::take(&mut self.rows);
        let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
        if columns == 0 || self.out.len() > MOST {
            return;
        }
        self.between(None);
        for (at, row) in rows.iter().enumerate() {
            let cells: Vec<String> =
                row.iter().map(|cell| cell.trim().replace('|', "\\|")).collect();
            if columns == 1 {
                // A frame around text.
                self.out.push_str(&format!("{}\n\n", cells.concat()));
                continue;
            }
            let empty = " |".repeat(columns - cells.len());
            self.out.push_str(&format!("| {} |{empty}\n", cells.join(" | ")));
            if at == 0 {
                self.out.push_str(&format!("|{}\n", " --- |".repeat(columns)));
            }
        }
    }

    /// Whatever was not closed.
    pub(super) fn end(&mut self) {
        if self.depth > 0 {
            self.depth = 0;
            self.write_table();
        }
        self.end_bold(false);
    }
}

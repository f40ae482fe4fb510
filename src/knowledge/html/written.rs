//! The small HTML that a page's content becomes, while it is written: which section one is in, and what is open.

use scraper::ElementRef;

use super::{formats::Formats, is_invisible};

/// What was written, and where in it one is.
#[derive(Default)]
pub(super) struct Written {
    pub html: String,
    pub formats: Formats,
    /// Open elements that indent their lines.
    pub indents: usize,
    /// Open tables, and whether each only arranges.
    pub tables: Vec<bool>,
    section: Section,
    /// Where the heading that is open begins.
    heading: Option<usize>,
    /// The level of the heading of a panel that is open; another in it is its text.
    summary: Option<u8>,
    /// The sections around the panels that are open.
    panels: Vec<Section>,
    /// The section before a heading that is a panel's: of the one that comes next, and of the latest.
    label: Option<Section>,
    before: Option<Section>,
    /// Where the latest panel ended, if the section has gone on with nothing since.
    ended: Option<usize>,
}

/// The latest heading.
#[derive(Default, Clone)]
struct Section {
    level: u8,
    /// As it was written; empty, if it is too long to be written again.
    html: String,
    /// Questions stand below it.
    has_questions: bool,
}

/// Lists and quotes in each other; each indents all of its lines.
const INDENTS: usize = 5;
/// Bytes of a heading that is written again.
const AGAIN: usize = 400;

impl Written {
    /// Of a level from 1 to 6.
    pub(super) fn open_heading(&mut self, level: u8, id: Option<&str>) {
        if self.summary.is_some() {
            self.html.push(' ');
            return;
        }
        self.ended = None;
        self.before = self.label.take();
        self.heading = Some(self.html.len());
        self.section = Section { level, ..Section::default() };
        self.open_tag(level, id);
    }

    pub(super) fn close_heading(&mut self) {
        if self.summary.is_some() {
            return;
        }
        let level = self.section.level.max(1);
        self.html.push_str(&format!("</h{level}>"));
        let written = self.heading.take().and_then(|begin| self.html.get(begin..));
        let written = written.filter(|written| written.len() <= AGAIN);
        self.section.html = written.unwrap_or_default().to_owned();
    }

    /// A heading of a panel, below that of the section. `inner`: the level of the heading in it, and its id.
    pub(super) fn open_summary(&mut self, inner: Option<(u8, Option<String>)>) {
        (self.ended, self.before) = (None, None);
        self.section.has_questions = true;
        let (level, id) = inner.unwrap_or_default();
        let level = level.max(self.section.level.max(1) + 1).min(6);
        self.summary = Some(level);
        self.open_tag(level, id.as_deref());
    }

    pub(super) fn close_summary(&mut self) {
        if let Some(level) = self.summary.take() {
            self.html.push_str(&format!("</h{level}>"));
        }
    }

    fn open_tag(&mut self, level: u8, id: Option<&str>) {
        self.html.push_str(&format!("<h{level}"));
        if let Some(id) = id {
            self.html.push_str(" id=\"");
            escape(id, &mut self.html);
            self.html.push('"');
        }
        self.html.push('>');
    }

    pub(super) fn open_panel(&mut self) {
        let section = self.before.take().unwrap_or_else(|| self.section.clone());
        self.panels.push(section);
    }

    /// The next heading names the next panel.
    pub(super) fn open_label(&mut self) {
        self.label = Some(Section { has_questions: true, ..self.section.clone() });
    }

    /// What comes now belongs to the section again, and to none of the panels.
    pub(super) fn close_panel(&mut self) {
        let has_questions = self.section.has_questions;
        if let Some(section) = self.panels.pop() {
            self.section = section;
            self.section.has_questions |= has_questions;
        }
        let is_held = self.indents > 0 || self.tables.last() == Some(&false);
        self.ended = (self.section.has_questions && !is_held).then_some(self.html.len());
    }

    pub(super) fn text(&mut self, text: &str) {
        if self.ended.is_some() && text.contains(char::is_alphanumeric) {
            // Only what was opened since is moved.
            let at = self.ended.take().unwrap_or_default();
            self.html.insert_str(at, &self.section.html);
        }
        escape(text, &mut self.html);
    }

    /// Whether an element of this name, the latest that was opened, is nothing but a block.
    pub(super) fn flattens(&self, name: &str) -> bool {
        match name {
            "table" | "thead" | "tbody" | "tfoot" | "tr" | "td" | "th" | "caption" => {
                self.tables.last().copied().unwrap_or(true)
            }
            _ => indents(name) && self.indents > INDENTS,
        }
    }
}

pub(super) fn indents(name: &str) -> bool {
    matches!(name, "ul" | "ol" | "blockquote")
}

/// The id to link to a heading: its own, one inside it, or that of the section that it begins.
pub(super) fn anchor(heading: ElementRef<'_>) -> Option<String> {
    let own = |element: ElementRef<'_>| {
        let id = element
            .attr("id")
            .or_else(|| element.attr("name").filter(|_| element.value().name() == "a"))?;
        (!id.is_empty()
            && !id.contains(|c: char| c.is_whitespace() || matches!(c, '{' | '}' | '#')))
        .then(|| id.to_owned())
    };
    if let Some(id) = heading.descendants().filter_map(ElementRef::wrap).find_map(own) {
        return Some(id);
    }
    let before = heading.prev_siblings().find_map(ElementRef::wrap);
    match before {
        None => heading
            .parent()
            .and_then(ElementRef::wrap)
            .filter(|parent| parent.value().name() != "main")
            .and_then(own),
        Some(before) if before.value().name() == "a" => own(before),
        Some(_) => None,
    }
}

pub(super) fn escape(text: &str, out: &mut String) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\u{a0}' => out.push(' '),
            c if is_invisible(c) => {}
            c => out.push(c),
        }
    }
}

/// The text of what was written, a blank for each tag.
pub(super) fn without_tags(html: &str) -> String {
    let pieces = html.split('<').map(|piece| piece.split_once('>').map_or(piece, |(_, text)| text));
    let text = pieces.collect::<Vec<_>>().join(" ");
    text.replace("&amp;", "").replace("&quot;", "").replace("&lt;", "").replace("&gt;", "")
}

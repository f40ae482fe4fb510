//! Word documents (DOCX): headings, lists, tables and links as Markdown. What was deleted, hidden or computed is left out;
//! the XML is read as it comes, so that nothing in it can make more of itself.

mod archive;
mod paragraph;
mod styles;

use archive::Archive;
use paragraph::{Paragraph, Writer};
use quick_xml::{
    Reader,
    events::{BytesStart, Event},
};
use styles::{Styles, attribute};

/// Bytes of the text with its marks, and of each part beside it.
const TEXT: usize = 32 * 1024 * 1024;
const PART: usize = 8 * 1024 * 1024;
/// Paragraphs in each other, as in text boxes.
const NESTED: usize = 16;

pub(super) struct Paper {
    /// Empty where neither the document nor a heading says it.
    pub title: String,
    pub description: String,
    pub language: String,
    pub markdown: String,
}

/// # Errors
/// The reason for people: "is encrypted".
pub(super) fn read(bytes: &[u8]) -> Result<Paper, String> {
    if bytes.starts_with(&[0xd0, 0xcf, 0x11, 0xe0]) {
        return Err(
            "is encrypted, or of Word before 2007 (.doc): save it as .docx without a password"
                .into(),
        );
    }
    let none = "is no Word document, whatever its name says";
    let archive = Archive::open(bytes).ok_or(none)?;
    let document = archive.part("word/document.xml", TEXT)?.ok_or(none)?;
    let mut styles = Styles::default();
    let part = |name: &str| archive.part(name, PART).map(|part| text(part.unwrap_or_default()));
    styles.read_styles(&part("word/styles.xml")?);
    styles.read_lists(&part("word/numbering.xml")?);
    styles.read_links(&part("word/_rels/document.xml.rels")?);
    let core = part("docProps/core.xml")?;
    let writer = body(&text(document), &styles);
    let title = Some(property(&core, "title")).filter(|title| !title.is_empty());
    Ok(Paper {
        title: title.or(writer.first_heading).unwrap_or_default(),
        description: property(&core, "description"),
        language: property(&core, "language"),
        markdown: writer.out,
    })
}

fn text(bytes: Vec<u8>) -> String {
    match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => String::from_utf8_lossy(error.as_bytes()).into_owned(),
    }
}

/// The text of the first element of this name.
fn property(xml: &str, name: &str) -> String {
    let mut reader = Reader::from_str(xml);
    reader.config_mut().check_end_names = false;
    let mut value: Option<String> = None;
    loop {
        match reader.read_event() {
            Ok(Event::Start(tag)) if tag.local_name().as_ref() == name => {
                value = Some(String::new());
            }
            Ok(Event::Text(text)) => {
                if let Some(value) = &mut value {
                    value.push_str(&text);
                }
            }
            Ok(Event::GeneralRef(name)) => {
                if let Some(value) = &mut value {
                    value.extend(character(&name, name.resolve_char_ref().ok().flatten()));
                }
            }
            Ok(Event::End(_)) if value.is_some() => {
                return value.unwrap_or_default().trim().to_owned();
            }
            Ok(Event::Eof) | Err(_) => return String::new(),
            Ok(_) => {}
        }
    }
}

/// The five names that XML has itself; others would have to be declared, and declarations are not read.
fn character(name: &str, number: Option<char>) -> Option<char> {
    number.or(match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => None,
    })
}

fn body(xml: &str, styles: &Styles) -> Writer {
    let mut body =
        Body { styles, writer: Writer::default(), open: Vec::new(), skipped: 0, is_text: false };
    let mut reader = Reader::from_str(xml);
    reader.config_mut().check_end_names = false;
    loop {
        match reader.read_event() {
            Ok(Event::Start(tag)) => body.start(&tag, true),
            Ok(Event::Empty(tag)) => body.start(&tag, false),
            Ok(Event::End(tag)) => body.end(tag.local_name().as_ref()),
            Ok(Event::Text(text)) => body.text(&text),
            Ok(Event::CData(text)) => body.text(&text),
            Ok(Event::GeneralRef(name)) => {
                let letter = character(&name, name.resolve_char_ref().ok().flatten());
                if let Some(letter) = letter {
                    body.text(letter.encode_utf8(&mut [0; 4]));
                }
            }
            Ok(Event::Eof) | Err(_) => break,
            Ok(_) => {}
        }
    }
    while let Some(paragraph) = body.open.pop() {
        body.writer.paragraph(&paragraph, styles);
    }
    body.writer.end();
    body.writer
}

struct Body<'s> {
    styles: &'s Styles,
    writer: Writer,
    /// Paragraphs that have begun, the innermost last.
    open: Vec<Paragraph>,
    /// Elements that are open within one that is left out, with it.
    skipped: usize,
    is_text: bool,
}

impl Body<'_> {
    fn start(&mut self, tag: &BytesStart<'_>, has_end: bool) {
        let name = tag.local_name();
        let name = name.as_ref();
        if self.skipped > 0 || is_left_out(name) {
            self.skipped += usize::from(has_end);
            return;
        }
        match name {
            "p" if has_end && self.open.len() < NESTED => self.open.push(Paragraph::default()),
            "tbl" if has_end => self.writer.table_begins(),
            "tr" if has_end => self.writer.row_begins(),
            "tc" if has_end => self.writer.cell_begins(),
            _ => {}
        }
        let Some(paragraph) = self.open.last_mut() else { return };
        let is_on = |tag| !matches!(attribute(tag, "val").as_str(), "0" | "false" | "off");
        match name {
            "pStyle" => paragraph.style = attribute(tag, "val"),
            "outlineLvl" => paragraph.outline = attribute(tag, "val").parse().ok(),
            "ilvl" => paragraph.level = attribute(tag, "val").parse().unwrap_or(0),
            "numId" => paragraph.list = Some(attribute(tag, "val")).filter(|list| list != "0"),
            "r" => (paragraph.is_hidden, paragraph.is_bold) = (false, false),
            "b" => paragraph.is_bold = is_on(tag),
            "vanish" => paragraph.is_hidden = is_on(tag),
            "t" => self.is_text = has_end,
            "tab" | "ptab" => paragraph.push(" "),
            "br" | "cr" => paragraph.push("\n"),
            "noBreakHyphen" => paragraph.push("-"),
            "hyperlink" => paragraph.link_begins(self.styles.link(&attribute(tag, "id"))),
            _ => {}
        }
    }

    fn end(&mut self, name: &str) {
        if self.skipped > 0 {
            self.skipped -= 1;
            return;
        }
        match name {
            "t" => self.is_text = false,
            "hyperlink" => {
                if let Some(paragraph) = self.open.last_mut() {
                    paragraph.link_ends();
                }
            }
            "p" => {
                if let Some(paragraph) = self.open.pop() {
                    self.writer.paragraph(&paragraph, self.styles);
                }
            }
            "tr" => self.writer.row_ends(),
            "tbl" => self.writer.table_ends(),
            _ => {}
        }
    }

    fn text(&mut self, text: &str) {
        if self.is_text
            && self.skipped == 0
            && let Some(paragraph) = self.open.last_mut()
        {
            paragraph.push(text);
        }
    }
}

/// Deleted text, codes of fields, what older programs would show instead, and what a paragraph was before.
fn is_left_out(name: &str) -> bool {
    matches!(
        name,
        "del"
            | "moveFrom"
            | "instrText"
            | "delText"
            | "Fallback"
            | "pPrChange"
            | "rPrChange"
            | "tblPrChange"
    )
}

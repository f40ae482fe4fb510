//! Bytes of a file or a response into a document: its text as Markdown, its title and language. Whatever the bytes are,
//! this ends: in a document, or in a sentence that says why not. It takes bounded time and memory, and a parser that
//! panics takes only its own page along.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::mpsc,
    time::Duration,
};

use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};
use url::Url;

use super::{
    docx, html, language, markdown,
    pairs::{self, Pair},
    pdf, sheet,
};

/// Bytes of a document that are read at all.
pub(super) const LARGEST: usize = 10 * 1024 * 1024;
const LARGEST_PACKED: usize = 32 * 1024 * 1024;
/// Parsers recurse as deep as [`super::shallow`] lets elements lie in each other.
const STACK_BYTES: usize = 16 * 1024 * 1024;
const TIMEOUT: Duration = Duration::from_secs(30);
/// Of a PDF or a Word file, whose own bounds end it earlier unless the machine is very busy.
const TIMEOUT_PACKED: Duration = Duration::from_mins(2);
/// Characters of a title and of a description.
const TITLE: usize = 300;
const DESCRIPTION: usize = 1000;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    Html,
    Markdown,
    Text,
    Pdf,
    Docx,
    Csv,
    /// Pairs of questions and answers, in one list or one a line.
    Json,
    JsonLines,
}

impl Format {
    pub(super) fn of_extension(extension: &str) -> Option<Self> {
        match extension.to_ascii_lowercase().as_str() {
            "html" | "htm" => Some(Self::Html),
            "md" | "markdown" => Some(Self::Markdown),
            "txt" => Some(Self::Text),
            "pdf" => Some(Self::Pdf),
            "docx" => Some(Self::Docx),
            "csv" | "tsv" => Some(Self::Csv),
            "json" => Some(Self::Json),
            "jsonl" | "ndjson" => Some(Self::JsonLines),
            _ => None,
        }
    }

    /// By the media type of a response, without its parameters.
    pub(super) fn of_media_type(media_type: &str) -> Option<Self> {
        match media_type.trim().to_ascii_lowercase().as_str() {
            "text/html" | "application/xhtml+xml" => Some(Self::Html),
            "text/markdown" | "text/x-markdown" => Some(Self::Markdown),
            "text/plain" => Some(Self::Text),
            "application/pdf" => Some(Self::Pdf),
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document" => {
                Some(Self::Docx)
            }
            _ => None,
        }
    }

    /// Bytes of a file that are read at all: those of a PDF or of Word are pictures for the most part.
    pub(super) fn largest(self) -> usize {
        if self.is_packed() { LARGEST_PACKED } else { LARGEST }
    }

    /// Whether reading may need much more memory than the file has bytes.
    pub(super) fn is_packed(self) -> bool {
        matches!(self, Self::Pdf | Self::Docx)
    }
}

pub(super) struct Input {
    pub bytes: Vec<u8>,
    pub format: Format,
    /// The character set that a response declares.
    pub charset: Option<String>,
    /// What relative links are relative to.
    pub base: Option<Url>,
    /// The title of a document that has none.
    pub name: String,
}

#[derive(Debug, Default)]
pub(super) struct Document {
    pub title: String,
    pub description: String,
    /// ISO 639-1, or `und`.
    pub language: String,
    /// A heading with an id ends with ` {#id}`.
    pub markdown: String,
    /// Where in the Markdown begins what a link can lead to, beside the headings with an id: "page=3" of a PDF.
    pub anchors: Vec<(usize, String)>,
    /// Of a pair: the question to which the Markdown is the whole answer.
    pub question: Option<String>,
    /// Of a file of pairs: each is to become a page of its own, and there is no other text.
    pub pairs: Vec<Pair>,
    /// What could not be read of it, as a sentence without its subject.
    pub left_out: Option<String>,
    pub canonical: Option<Url>,
    /// Absolute, without fragments.
    pub links: Vec<Url>,
    pub noindex: bool,
    pub nofollow: bool,
}

/// Reads the document; blocks. An error is the reason for people, such as "is not UTF-8".
pub(super) fn read(input: Input) -> Result<Document, String> {
    let (done, result) = mpsc::sync_channel(1);
    let timeout = if input.format.is_packed() { TIMEOUT_PACKED } else { TIMEOUT };
    let reader = std::thread::Builder::new().name("extract".into()).stack_size(STACK_BYTES).spawn(
        move || {
            let document = catch_unwind(AssertUnwindSafe(|| parse(&input)));
            // Nobody waits any more when it took too long.
            let _ = done.send(
                document.unwrap_or_else(|_| Err("cannot be read: its parser failed".to_owned())),
            );
        },
    );
    if reader.is_err() {
        return Err("cannot be read now: no thread for it".to_owned());
    }
    result.recv_timeout(timeout).unwrap_or_else(|_| Err("takes too long to read".to_owned()))
}

fn parse(input: &Input) -> Result<Document, String> {
    if input.bytes.is_empty() {
        return Err("is empty".to_owned());
    }
    if input.bytes.len() > input.format.largest() {
        return Err(format!("is larger than {} MB", input.format.largest() / 1024 / 1024));
    }
    let mut document = match input.format {
        Format::Pdf => of_pdf(&input.bytes)?,
        Format::Docx => {
            let paper = docx::read(&input.bytes)?;
            Document {
                title: paper.title,
                description: paper.description,
                language: paper.language,
                markdown: paper.markdown,
                ..Document::default()
            }
        }
        _ => of_text(&decode(input)?, input.format, input.base.as_ref())?,
    };
    if !document.pairs.is_empty() {
        let some: String =
            document.pairs.iter().take(100).map(|pair| pair.answer.as_str()).collect();
        document.language = language::of(&some, None);
        return Ok(document);
    }
    if document.title.trim().is_empty() {
        document.title.clone_from(&input.name);
    }
    finished(document)
}

fn of_text(text: &str, format: Format, base: Option<&Url>) -> Result<Document, String> {
    Ok(match format {
        Format::Markdown => {
            let page = markdown::read(text, base);
            Document {
                title: page.title,
                description: page.description,
                language: page.language,
                markdown: page.markdown,
                ..Document::default()
            }
        }
        Format::Csv => {
            let sheet = sheet::read(text, base)?;
            Document {
                markdown: sheet.markdown,
                pairs: sheet.pairs,
                left_out: sheet.left_out,
                ..Document::default()
            }
        }
        Format::Json | Format::JsonLines => {
            let read = if format == Format::Json { pairs::of_json } else { pairs::of_json_lines };
            let (pairs, left_out) = read(text, base)?;
            Document { pairs, left_out, ..Document::default() }
        }
        Format::Html => {
            let page = html::read(text, base);
            Document {
                title: page.title,
                description: page.description,
                language: page.language.unwrap_or_default(),
                markdown: page.markdown,
                canonical: page.canonical,
                links: page.links,
                noindex: page.noindex,
                nofollow: page.nofollow,
                ..Document::default()
            }
        }
        _ => Document { markdown: markdown::literal(text), ..Document::default() },
    })
}

fn of_pdf(bytes: &[u8]) -> Result<Document, String> {
    let paper = pdf::read(bytes)?;
    let anchors = (1..).zip(paper.pages).map(|(number, at)| (at, format!("page={number}")));
    Ok(Document {
        title: paper.title,
        description: paper.description,
        language: paper.language,
        anchors: anchors.collect(),
        markdown: paper.markdown,
        left_out: paper.left_out,
        ..Document::default()
    })
}

/// The page of one pair; `usual` is the language of the others, where it does not say.
pub(super) fn of_pair(pair: Pair, usual: &str) -> Document {
    let declared = pair.language.as_deref().unwrap_or(usual);
    let language = language::of(&pair.answer, Some(declared));
    Document {
        title: cut(pair.title.as_deref().unwrap_or(&pair.question), TITLE),
        language,
        markdown: pair.answer,
        question: Some(pair.question),
        ..Document::default()
    }
}

/// With all that each document has.
fn finished(mut document: Document) -> Result<Document, String> {
    if document.markdown.trim().is_empty() {
        return Err("has no text".to_owned());
    }
    document.title = cut(document.title.trim(), TITLE);
    document.description = cut(document.description.trim(), DESCRIPTION);
    let declared = Some(document.language.as_str()).filter(|tag| !tag.is_empty());
    document.language = language::of(&document.markdown, declared);
    Ok(document)
}

fn cut(text: &str, most: usize) -> String {
    text.chars().filter(|c| !c.is_control()).take(most).collect()
}

fn decode(input: &Input) -> Result<String, String> {
    let bytes = input.bytes.as_slice();
    let marked = Encoding::for_bom(bytes).map(|(encoding, _)| encoding);
    if marked.is_none() && bytes.iter().take(8192).any(|byte| *byte == 0) {
        return Err("is binary".to_owned());
    }
    let declared = marked
        .or_else(|| Encoding::for_label(input.charset.as_ref()?.as_bytes()))
        .or_else(|| (input.format == Format::Html).then(|| in_meta(bytes)).flatten())
        // What Excel writes, where it is not UTF-8.
        .or_else(|| (input.format == Format::Csv).then_some(WINDOWS_1252));
    // A page that declares one and is UTF-8 is UTF-8: templates declare what they were made with.
    let text = match std::str::from_utf8(bytes) {
        Ok(text) if marked.is_none() && declared != Some(encoding_rs::ISO_2022_JP) => {
            text.to_owned()
        }
        _ => match declared {
            Some(encoding) if encoding != UTF_8 || marked.is_some() => {
                encoding.decode(bytes).0.into_owned()
            }
            // Declared as UTF-8 and broken in places: a browser shows it too.
            Some(_) => String::from_utf8_lossy(bytes).into_owned(),
            None => return Err("is not UTF-8".to_owned()),
        },
    };
    Ok(text.trim_start_matches('\u{feff}').replace("\r\n", "\n").replace('\0', ""))
}

/// The character set in the head of a page.
fn in_meta(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = String::from_utf8_lossy(bytes.get(..bytes.len().min(2048))?).to_ascii_lowercase();
    let (_, after) = head.split_once("charset=")?;
    let label = after.trim_start_matches(['"', '\'', ' ']);
    let label = label
        .split(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '-' | '_' | ':'))
        .next()?;
    Encoding::for_label(label.as_bytes())
}

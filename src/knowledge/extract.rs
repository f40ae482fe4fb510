//! Bytes of a file or a response into a document: its text as Markdown, its title and language. Whatever the bytes are,
//! this ends: in a document, or in a sentence that says why not. It takes bounded time and memory, and a parser that
//! panics takes only its own page along.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    time::Duration,
};

use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};
use url::Url;

use super::{
    bold, charset, docx, html, language, markdown,
    pairs::{self, Pair},
    pdf, sheet, split,
};

/// Bytes of a document that are read at all.
pub(super) const LARGEST: usize = 10 * 1024 * 1024;
const LARGEST_PACKED: usize = 32 * 1024 * 1024;
/// Bytes of documents that are read, or cut into passages, at once: each takes some twenty times as many.
const ROOM: usize = LARGEST;
/// What permits count.
const UNIT: usize = 1024;
/// Parsers recurse as deep as `html/` lets elements lie in each other. What is not used of it takes no memory.
const STACK_BYTES: usize = 64 * 1024 * 1024;
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

    /// Lists by the media type of a response, or by its name where the type says nothing: what an owner names, never what
    /// a crawl meets.
    pub(super) fn of_list(media_type: &str, url: &Url) -> Option<Self> {
        match media_type {
            "text/csv" | "text/tab-separated-values" => Some(Self::Csv),
            "application/json" => Some(Self::Json),
            "application/x-ndjson" | "application/jsonl" | "application/jsonlines" => {
                Some(Self::JsonLines)
            }
            "" | "text/plain" | "application/octet-stream" => {
                let (_, extension) = url.path().rsplit_once('.')?;
                Self::of_extension(extension)
                    .filter(|format| matches!(format, Self::Csv | Self::Json | Self::JsonLines))
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

/// Why there is no document: the reason is a sentence without its subject.
#[derive(Debug)]
pub(super) enum Unread {
    /// There is nothing to read in it.
    Nothing(&'static str),
    /// It cannot be read as it is now.
    Broken(String),
}

impl Unread {
    pub(super) fn reason(self) -> String {
        match self {
            Self::Nothing(reason) => reason.to_owned(),
            Self::Broken(reason) => reason,
        }
    }
}

impl From<String> for Unread {
    fn from(reason: String) -> Self {
        Self::Broken(reason)
    }
}

/// Bytes of text that need as much memory as one tag.
const TAG: usize = 25;

/// Bytes of a response of this media type that are read at all.
pub(super) fn largest(media_type: &str) -> usize {
    Format::of_media_type(media_type).map_or(LARGEST, Format::largest)
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

/// The memory in which documents are read: shared by all runs of a process, so that large ones wait for each other.
#[derive(Clone)]
pub(super) struct Room(Arc<Semaphore>);

impl Room {
    pub(super) fn new() -> Self {
        Self(Arc::new(Semaphore::new(ROOM / UNIT)))
    }

    /// Waits until there is room for so many bytes of text, and keeps it.
    pub(super) async fn enter(&self, bytes: usize) -> Option<OwnedSemaphorePermit> {
        let units = bytes.clamp(UNIT, ROOM).div_ceil(UNIT);
        // It is never closed.
        Arc::clone(&self.0).acquire_many_owned(units as u32).await.ok()
    }

    pub(super) async fn read(&self, input: Input) -> Result<Document, Unread> {
        let (format, mut bytes) = (input.format, input.bytes.len());
        if format == Format::Html {
            // Of tags without text a tree is larger than its text.
            bytes = bytes.max(input.bytes.split(|byte| *byte == b'<').count() * TAG);
        }
        self.open(format, bytes, move || Ok(input)).await
    }

    /// The same, where the bytes (so many) are to be had only when there is room for them.
    pub(super) async fn open(
        &self,
        format: Format,
        bytes: usize,
        input: impl FnOnce() -> Result<Input, String> + Send + 'static,
    ) -> Result<Document, Unread> {
        // Two PDFs or Word files at once: they may unpack to much more than they are.
        let room = self.enter(if format.is_packed() { bytes.max(ROOM / 2) } else { bytes }).await;
        let timeout = if format.is_packed() { TIMEOUT_PACKED } else { TIMEOUT };
        let (done, result) = oneshot::channel();
        let reader = std::thread::Builder::new().name("extract".into()).stack_size(STACK_BYTES);
        let started = reader.spawn(move || {
            let document = catch_unwind(AssertUnwindSafe(|| parse(&input()?)));
            // Nobody waits any more when it took too long; the room is taken until it ends.
            drop(room);
            let _ = done.send(document.unwrap_or_else(|_| {
                Err(Unread::Broken("cannot be read: its parser failed".to_owned()))
            }));
        });
        if started.is_err() {
            return Err(Unread::Broken("cannot be read now: no thread for it".to_owned()));
        }
        let late = || Err(Unread::Broken("takes too long to read".to_owned()));
        match tokio::time::timeout(timeout, result).await {
            Ok(Ok(document)) => document,
            _ => late(),
        }
    }
}

fn parse(input: &Input) -> Result<Document, Unread> {
    if input.bytes.is_empty() {
        return Err(Unread::Nothing("is empty"));
    }
    if input.bytes.len() > input.format.largest() {
        return Err(format!("is larger than {} MB", input.format.largest() / 1024 / 1024).into());
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
        format => {
            let text = charset::text(&input.bytes, input.charset.as_deref())?;
            of_text(&text, format, input.base.as_ref())?
        }
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
                markdown: bold::as_headings(&page.markdown).into_owned(),
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
            let page = html::read(text, base)?;
            Document {
                title: page.title,
                description: page.description,
                language: page.language.unwrap_or_default(),
                markdown: bold::as_headings(&page.markdown).into_owned(),
                canonical: page.canonical,
                links: page.links,
                noindex: page.noindex,
                nofollow: page.nofollow,
                left_out: page.is_cut.then(|| "is large: only its first part was read".to_owned()),
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
fn finished(mut document: Document) -> Result<Document, Unread> {
    if document.markdown.trim().is_empty() {
        return Err(Unread::Nothing("has no text"));
    }
    if !markdown::says(&document.markdown)
        && split::split(&document.markdown, &document.title, &document.anchors).is_empty()
    {
        return Err(Unread::Nothing("has headings and no text"));
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

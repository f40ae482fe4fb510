//! Bytes of a file or a response into a document: its text as Markdown, its title and language. Whatever the bytes are,
//! this ends: in a document, or in a sentence that says why not. It takes bounded time and memory, and a parser that
//! panics takes only its own page along.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::mpsc,
    time::Duration,
};

use encoding_rs::{Encoding, UTF_8};
use url::Url;

use super::{html, language, markdown};

/// Bytes of a document that are read at all.
pub(super) const LARGEST: usize = 10 * 1024 * 1024;
/// Parsers recurse as deep as [`super::shallow`] lets elements lie in each other.
const STACK_BYTES: usize = 16 * 1024 * 1024;
const TIMEOUT: Duration = Duration::from_secs(30);
/// Characters of a title and of a description.
const TITLE: usize = 300;
const DESCRIPTION: usize = 1000;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    Html,
    Markdown,
    Text,
}

impl Format {
    pub(super) fn of_extension(extension: &str) -> Option<Self> {
        match extension.to_ascii_lowercase().as_str() {
            "html" | "htm" => Some(Self::Html),
            "md" | "markdown" => Some(Self::Markdown),
            "txt" => Some(Self::Text),
            _ => None,
        }
    }

    /// By the media type of a response, without its parameters.
    pub(super) fn of_media_type(media_type: &str) -> Option<Self> {
        match media_type.trim().to_ascii_lowercase().as_str() {
            "text/html" | "application/xhtml+xml" => Some(Self::Html),
            "text/markdown" | "text/x-markdown" => Some(Self::Markdown),
            "text/plain" => Some(Self::Text),
            _ => None,
        }
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
    pub canonical: Option<Url>,
    /// Absolute, without fragments.
    pub links: Vec<Url>,
    pub noindex: bool,
    pub nofollow: bool,
}

/// Reads the document; blocks. An error is the reason for people, such as "is not UTF-8".
pub(super) fn read(input: Input) -> Result<Document, String> {
    let (done, result) = mpsc::sync_channel(1);
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
    result.recv_timeout(TIMEOUT).unwrap_or_else(|_| Err("takes too long to read".to_owned()))
}

fn parse(input: &Input) -> Result<Document, String> {
    let text = decode(input)?;
    let mut document = match input.format {
        Format::Html => {
            let page = html::read(&text, input.base.as_ref());
            Document {
                title: page.title,
                description: page.description,
                language: page.language.unwrap_or_default(),
                markdown: page.markdown,
                canonical: page.canonical,
                links: page.links,
                noindex: page.noindex,
                nofollow: page.nofollow,
            }
        }
        Format::Markdown => {
            let page = markdown::read(&text, input.base.as_ref());
            Document {
                title: page.title,
                description: page.description,
                language: page.language,
                markdown: page.markdown,
                ..Document::default()
            }
        }
        Format::Text => Document { markdown: markdown::literal(&text), ..Document::default() },
    };
    if document.markdown.trim().is_empty() {
        return Err("has no text".to_owned());
    }
    if document.title.trim().is_empty() {
        document.title.clone_from(&input.name);
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
    if bytes.is_empty() {
        return Err("is empty".to_owned());
    }
    if bytes.len() > LARGEST {
        return Err(format!("is larger than {} MB", LARGEST / 1024 / 1024));
    }
    let marked = Encoding::for_bom(bytes).map(|(encoding, _)| encoding);
    if marked.is_none() && bytes.iter().take(8192).any(|byte| *byte == 0) {
        return Err("is binary".to_owned());
    }
    let declared = marked
        .or_else(|| Encoding::for_label(input.charset.as_ref()?.as_bytes()))
        .or_else(|| (input.format == Format::Html).then(|| in_meta(bytes)).flatten());
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

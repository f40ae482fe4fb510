//! PDF: the text of its pages as Markdown, with where each page begins. Reading is bounded in time and memory whatever the
//! file says; a file that takes a password, or one of pictures only, is named as what it is.

mod cmap;
mod content;
mod crypt;
mod encoding;
mod file;
mod filters;
mod font;
mod layout;
mod lines;
mod object;
mod places;

use std::{collections::HashSet, rc::Rc};

use content::Reader;
use file::File;
use lines::Line;
use object::{Dict, Object};

/// Pages that are read.
const PAGES: usize = 5000;
/// Nodes of the tree of pages, and how deep they lie.
const NODES: usize = 50_000;
const DEEPEST: usize = 40;
/// Work that the tree may cost, which also bounds what is kept of it.
const TREE: u64 = 3_000_000;
/// Bytes of text.
const TEXT: usize = 16 * 1024 * 1024;

pub(super) struct Paper {
    /// Empty where neither the file nor a heading says it.
    pub title: String,
    pub description: String,
    /// As the file declares it.
    pub language: String,
    pub markdown: String,
    /// Where each page begins in the Markdown.
    pub pages: Vec<usize>,
    /// What was not read, as a sentence without its subject.
    pub left_out: Option<String>,
}

/// # Errors
/// The reason for people: "is encrypted".
pub(super) fn read(bytes: &[u8]) -> Result<Paper, String> {
    let file = File::open(bytes)?;
    let (pages, more) = pages(&file);
    let mut reader = Reader::new(&file);
    let mut texts: Vec<Vec<Line>> = Vec::new();
    let mut pictures = Vec::new();
    let (mut unknown, mut size) = (0, 0);
    for (number, leaf) in (1..).zip(&pages) {
        let page = file.resolve(&leaf.page);
        let Some(page) = page.dict() else { continue };
        let own = page.get("Resources").or(leaf.inherited.as_deref());
        let resources = own.map(|own| file.resolve(own));
        let none = Dict::new();
        let resources = resources.as_ref().and_then(Object::dict).unwrap_or(&none);
        let shown = reader.page(page, resources);
        let lines = lines::lines(shown.spans);
        if lines.is_empty() && shown.pictures > 0 {
            pictures.push(number);
        }
        unknown += shown.unknown;
        size += lines.iter().map(|line| line.text.len()).sum::<usize>();
        texts.push(lines);
        if size > TEXT {
            break;
        }
    }
    file.check()?;
    let read = texts.len();
    lines::without_edges(&mut texts);
    let text = layout::text(&texts);
    if text.markdown.trim().is_empty() {
        return Err(if unknown > 0 {
            "has no text that can be read: its fonts do not say which letters they show"
        } else if pictures.is_empty() {
            "has no text"
        } else {
            "has no text: its pages are pictures, as a scanner makes them"
        }
        .into());
    }
    let left_out = if more || read < pages.len() {
        Some(format!("is long: only its first {read} pages were read"))
    } else {
        (!pictures.is_empty())
            .then(|| format!("has pictures without text on {}", numbers(&pictures)))
    };
    let known = |key: &str| {
        let info = file.trailer.get("Info").map(|info| file.resolve(info))?;
        file.value(info.dict()?, key)?.text().map(string)
    };
    let root = file.trailer.get("Root").map(|root| file.resolve(root));
    let language = root
        .as_ref()
        .and_then(Object::dict)
        .and_then(|root| file.value(root, "Lang")?.text().map(string))
        .unwrap_or_default();
    let title = known("Title").filter(|title| is_title(title)).or(text.first_heading);
    Ok(Paper {
        title: title.unwrap_or_default(),
        description: known("Subject").unwrap_or_default(),
        language,
        markdown: text.markdown,
        pages: text.pages,
        left_out,
    })
}

/// A page, and the resources that those above it in the tree give it.
struct Leaf {
    page: Object,
    inherited: Option<Rc<Object>>,
}

/// The pages in their order, and whether there are more. What is in the tree twice comes once.
fn pages(file: &File<'_>) -> (Vec<Leaf>, bool) {
    let root = file.trailer.get("Root").map(|root| file.resolve(root));
    let tree = root.as_ref().and_then(Object::dict).and_then(|root| root.get("Pages")).cloned();
    let mut pages = Vec::new();
    let mut seen = HashSet::new();
    let mut waiting: Vec<(Leaf, usize)> =
        tree.into_iter().map(|page| (Leaf { page, inherited: None }, 0)).collect();
    while let Some((leaf, depth)) = waiting.pop() {
        if let Object::Ref(id) = leaf.page
            && !seen.insert(id)
        {
            continue;
        }
        if seen.len() > NODES || pages.len() >= PAGES || !file.may_go_on(1) || file.worked() > TREE
        {
            return (pages, true);
        }
        let node = file.resolve(&leaf.page);
        let Some(node) = node.dict() else { continue };
        match file.value(node, "Kids") {
            Some(Object::Array(kids)) if depth < DEEPEST => {
                let own = node.get("Resources").cloned().map(Rc::new);
                let inherited = own.or(leaf.inherited);
                let below = |page| (Leaf { page, inherited: inherited.clone() }, depth + 1);
                waiting.extend(kids.into_iter().take(NODES).rev().map(below));
            }
            Some(_) => {}
            None => pages.push(leaf),
        }
    }
    (pages, false)
}

/// UTF-16 or UTF-8 behind its mark, else bytes that are nearly Latin-1.
fn string(bytes: &[u8]) -> String {
    let text = match bytes {
        [0xfe, 0xff, rest @ ..] => encoding_rs::UTF_16BE.decode_without_bom_handling(rest).0,
        [0xff, 0xfe, rest @ ..] => encoding_rs::UTF_16LE.decode_without_bom_handling(rest).0,
        [0xef, 0xbb, 0xbf, rest @ ..] => String::from_utf8_lossy(rest),
        bytes => encoding_rs::WINDOWS_1252.decode_without_bom_handling(bytes).0,
    };
    text.chars()
        .filter(|letter| !letter.is_control())
        .take(1000)
        .collect::<String>()
        .trim()
        .to_owned()
}

/// What programs write there is often the name of a file, or nothing.
fn is_title(title: &str) -> bool {
    let lower = title.to_lowercase();
    let is_file = [
        ".doc", ".docx", ".indd", ".dvi", ".tex", ".pdf", ".xls", ".xlsx", ".ppt", ".pptx", ".qxd",
        ".odt",
    ]
    .iter()
    .any(|ending| lower.ends_with(ending));
    let says_nothing = [
        "untitled",
        "title",
        "document",
        "microsoft word",
        "powerpoint presentation",
        "about:blank",
    ]
    .iter()
    .any(|nothing| {
        lower == *nothing || lower.starts_with("microsoft word -") || lower.starts_with("untitled")
    });
    title.chars().any(char::is_alphabetic) && !is_file && !says_nothing
}

/// "page 3", "pages 2, 5, 9 and 14 more".
fn numbers(pages: &[usize]) -> String {
    let some: Vec<String> = pages.iter().take(8).map(usize::to_string).collect();
    let word = if pages.len() == 1 { "page" } else { "pages" };
    match pages.len().saturating_sub(some.len()) {
        0 => format!("{word} {}", some.join(", ")),
        more => format!("{word} {} and {more} more", some.join(", ")),
    }
}

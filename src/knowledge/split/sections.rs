//! The sections of a page in Markdown: each heading's text up to the next heading.

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use crate::knowledge::html::is_price;

/// Words of a heading that says something by itself, and bytes of an amount of money.
const SAYING: usize = 5;
/// And of one with a number.
const SHORT: usize = 3;
const AMOUNT: usize = 24;
/// Words after an amount that say how often or for whom.
const PER: &[&str] = &[
    "per", "pro", "par", "por", "al", "a", "an", "each", "monthly", "yearly", "eur", "usd", "gbp",
    "chf",
];

/// Something that stands on its own at the top level: a paragraph, a list, a table.
pub(super) struct Block<'a> {
    pub text: &'a str,
    /// Where it begins in the Markdown.
    pub at: usize,
    pub kind: Kind,
    /// Where the items of a list begin, in bytes of `text`.
    pub items: Vec<usize>,
}

#[derive(Clone, Copy, PartialEq)]
pub(super) enum Kind {
    Text,
    List,
    Table,
    /// Lines of code, HTML left in Markdown, or a heading that is a text.
    Lines,
}

pub(super) struct Heading {
    pub level: u8,
    pub text: String,
    pub id: Option<String>,
}

impl<'a> Block<'a> {
    fn of(text: &'a str, at: usize) -> Self {
        Self { text, at, kind: Kind::Text, items: Vec::new() }
    }
}

/// A heading's text up to the next heading.
pub(super) struct Section<'a> {
    pub path: Vec<Heading>,
    /// The heading, as it is written, and where.
    pub text: &'a str,
    pub at: usize,
    pub blocks: Vec<Block<'a>>,
}

pub(super) fn sections(markdown: &str) -> Vec<Section<'_>> {
    let options =
        Options::ENABLE_TABLES | Options::ENABLE_HEADING_ATTRIBUTES | Options::ENABLE_STRIKETHROUGH;
    let mut sections = vec![Section { path: Vec::new(), text: "", at: 0, blocks: Vec::new() }];
    let mut open: Vec<(u8, String, Option<String>)> = Vec::new();
    let mut depth = 0_usize;
    let mut heading: Option<Heading> = None;
    // Where the text of the heading stands.
    let mut within = 0..0;
    let mut items: Vec<usize> = Vec::new();
    for (event, range) in Parser::new_ext(markdown, options).into_offset_iter() {
        if heading.is_some() && !matches!(event, Event::End(TagEnd::Heading(_))) {
            within = if within.is_empty() { range.start } else { within.start }..range.end;
        }
        match event {
            Event::Start(tag) => {
                match tag {
                    Tag::Heading { level, id, .. } if depth == 0 => {
                        within = 0..0;
                        heading = Some(Heading {
                            level: level as u8,
                            text: String::new(),
                            id: id.map(|id| id.to_string()),
                        });
                    }
                    Tag::Item if depth == 1 => items.push(range.start),
                    _ => {}
                }
                depth += 1;
            }
            Event::End(tag) => {
                depth = depth.saturating_sub(1);
                if depth > 0 {
                    continue;
                }
                if let Some(ended) = heading.take() {
                    let text = markdown.get(within.clone()).unwrap_or_default();
                    // "Basic", and larger below it "$29 / month".
                    if let Some(section) = sections.last_mut()
                        && !section.path.is_empty()
                        && section.blocks.is_empty()
                        && is_amount(&ended.text)
                    {
                        section.blocks.push(Block::of(text, within.start));
                        continue;
                    }
                    open.retain(|(level, _, _)| *level < ended.level);
                    open.push((ended.level, ended.text.trim().to_owned(), ended.id));
                    let path = open
                        .iter()
                        .map(|(level, text, id)| Heading {
                            level: *level,
                            text: text.clone(),
                            id: id.clone(),
                        })
                        .collect();
                    sections.push(Section { path, text, at: within.start, blocks: Vec::new() });
                    continue;
                }
                let kind = match tag {
                    TagEnd::List(_) => Kind::List,
                    TagEnd::Table => Kind::Table,
                    TagEnd::CodeBlock | TagEnd::HtmlBlock => Kind::Lines,
                    _ => Kind::Text,
                };
                let text = markdown.get(range.clone()).unwrap_or_default().trim_end();
                let items =
                    std::mem::take(&mut items).into_iter().map(|item| item - range.start).collect();
                if let Some(section) = sections.last_mut()
                    && !text.is_empty()
                {
                    section.blocks.push(Block { text, at: range.start, kind, items });
                }
            }
            Event::Text(text) | Event::Code(text) => {
                if let Some(heading) = &mut heading {
                    heading.text.push_str(&text);
                }
            }
            Event::SoftBreak | Event::HardBreak => {
                if let Some(heading) = &mut heading {
                    heading.text.push(' ');
                }
            }
            _ => {}
        }
    }
    keep_headings(&mut sections);
    sections
}

/// "$29 / month", "€49 pro Monat", and nothing of what costs so much.
fn is_amount(text: &str) -> bool {
    let first = text.chars().find(|letter| letter.is_alphanumeric());
    let after = text.rfind(|letter: char| letter.is_ascii_digit() || "€$£¥".contains(letter));
    let mut after = after.and_then(|at| text.get(at..)).unwrap_or_default().chars();
    after.next();
    let after = after.as_str().trim_start();
    let word = after.split_whitespace().next().unwrap_or_default().to_lowercase();
    let is_alone = after.is_empty() || after.starts_with('/') || PER.contains(&word.as_str());
    text.len() <= AMOUNT
        && is_price(text)
        && first.is_some_and(|first| first.is_ascii_digit())
        && is_alone
}

/// A heading with nothing below it, "Check-in from 3 pm", that says something is a text of the section around it.
fn keep_headings(sections: &mut [Section<'_>]) {
    for at in 1..sections.len() {
        let level = |section: &Section<'_>| section.path.last().map_or(0, |heading| heading.level);
        let ends = sections.get(at + 1).is_none_or(|next| level(next) <= level(&sections[at]));
        let section = &mut sections[at];
        let heading = section.path.last().map_or("", |heading| heading.text.as_str());
        let words = heading.split_whitespace().count();
        let says = words >= SAYING
            || words >= SHORT && heading.contains(|c: char| c.is_ascii_digit() || c == '@');
        // What leads to another page says nothing of this one.
        let leads = section.text.starts_with('[') && section.text.ends_with(')');
        if section.path.len() > 1
            && section.blocks.is_empty()
            && ends
            && says
            && !leads
            && !heading.ends_with(['?', '？', '؟', ':'])
        {
            section.path.pop();
            // It is as much as a heading, and no lead-in of the next one.
            section.blocks.push(Block { kind: Kind::Lines, ..Block::of(section.text, section.at) });
        }
    }
}

//! What the styles and lists of a Word document mean: which paragraphs are headings, which lists are numbered, and where
//! its links lead.

use std::{borrow::Cow, collections::HashMap};

use quick_xml::{
    Reader, XmlVersion,
    events::{BytesStart, Event},
};

/// Styles, lists and links that are kept of each.
const MOST: usize = 20_000;
/// Styles that are based on others.
const HOPS: usize = 10;
/// What Word calls the deepest level of an outline; deeper is text.
const OUTLINE: u8 = 9;

#[derive(Default)]
struct Style {
    level: Option<u8>,
    is_list: bool,
    based_on: String,
}

#[derive(Default)]
pub(super) struct Styles {
    styles: HashMap<String, Style>,
    /// Of each list, the one that describes it.
    lists: HashMap<String, String>,
    /// By description and level.
    numbered: HashMap<(String, u8), bool>,
    links: HashMap<String, String>,
}

impl Styles {
    /// 1 to 6 where paragraphs of this style are headings.
    pub(super) fn heading(&self, id: &str) -> Option<u8> {
        self.lineage(id)
            .find_map(|style| style.level)
            .filter(|level| *level < OUTLINE)
            .map(|level| level.min(5) + 1)
    }

    pub(super) fn is_list(&self, id: &str) -> bool {
        self.lineage(id).any(|style| style.is_list)
    }

    pub(super) fn is_numbered(&self, list: &str, level: u8) -> bool {
        let known = self.lists.get(list).and_then(|of| self.numbered.get(&(of.clone(), level)));
        known.copied().unwrap_or(false)
    }

    pub(super) fn link(&self, id: &str) -> Option<&str> {
        self.links.get(id).map(String::as_str)
    }

    fn lineage(&self, id: &str) -> impl Iterator<Item = &Style> {
        let first = self.styles.get(id);
        std::iter::successors(first, |style| self.styles.get(&style.based_on)).take(HOPS)
    }

    pub(super) fn read_styles(&mut self, xml: &str) {
        let mut id = String::new();
        each(xml, |tag| {
            let value = attribute(tag, "val");
            match tag.local_name().as_ref() {
                "style" => {
                    id = attribute(tag, "styleId");
                    if self.styles.len() < MOST {
                        self.styles.insert(id.clone(), Style::default());
                    }
                    return;
                }
                "name" | "outlineLvl" | "basedOn" | "numId" => {}
                _ => return,
            }
            let Some(style) = self.styles.get_mut(&id) else { return };
            match tag.local_name().as_ref() {
                "name" => {
                    let name = value.to_ascii_lowercase();
                    let heading =
                        name.strip_prefix("heading ").and_then(|level| level.parse::<u8>().ok());
                    match heading {
                        Some(level) => style.level = Some(level.saturating_sub(1)),
                        None if name == "title" => style.level = Some(0),
                        None => style.is_list |= name.starts_with("list"),
                    }
                }
                "outlineLvl" => style.level = style.level.or(value.parse().ok()),
                "numId" => style.is_list |= value != "0" && style.level.is_none(),
                _ => style.based_on = value,
            }
        });
    }

    pub(super) fn read_lists(&mut self, xml: &str) {
        let (mut of, mut list, mut level) = (String::new(), String::new(), 0_u8);
        each(xml, |tag| {
            let value = attribute(tag, "val");
            if self.numbered.len() + self.lists.len() > MOST {
                return;
            }
            match tag.local_name().as_ref() {
                "abstractNum" => of = attribute(tag, "abstractNumId"),
                "lvl" => level = attribute(tag, "ilvl").parse().unwrap_or(0),
                "numFmt" => {
                    let numbered = !matches!(value.as_str(), "bullet" | "none");
                    self.numbered.entry((of.clone(), level)).or_insert(numbered);
                }
                "num" => list = attribute(tag, "numId"),
                "abstractNumId" => {
                    self.lists.insert(list.clone(), value);
                }
                _ => {}
            }
        });
    }

    pub(super) fn read_links(&mut self, xml: &str) {
        each(xml, |tag| {
            let target = attribute(tag, "Target");
            let leads_out =
                ["http://", "https://", "mailto:"].iter().any(|scheme| target.starts_with(scheme));
            if leads_out && !target.contains(['(', ')', '<', '>', ' ']) && self.links.len() < MOST {
                self.links.insert(attribute(tag, "Id"), target);
            }
        });
    }
}

/// Calls for each element in its order, as long as the XML holds.
fn each(xml: &str, mut found: impl FnMut(&BytesStart<'_>)) {
    let mut reader = Reader::from_str(xml);
    reader.config_mut().check_end_names = false;
    loop {
        match reader.read_event() {
            Ok(Event::Start(tag) | Event::Empty(tag)) => found(&tag),
            Ok(Event::Eof) | Err(_) => return,
            Ok(_) => {}
        }
    }
}

/// By its local name; empty where there is none.
pub(super) fn attribute(tag: &BytesStart<'_>, name: &str) -> String {
    let mut attributes = tag.attributes();
    let found = attributes
        .with_checks(false)
        .flatten()
        .find(|attribute| attribute.key.local_name().as_ref() == name);
    let value = found.and_then(|attribute| {
        attribute.normalized_value(XmlVersion::Implicit1_0).ok().map(Cow::into_owned)
    });
    value.unwrap_or_default()
}

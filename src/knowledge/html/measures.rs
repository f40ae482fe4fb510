//! What lies below each element of a page, counted once: how much of it is said, how much only leads elsewhere.

use std::ops::AddAssign;

use ego_tree::{NodeId, iter::Edge};
use rustc_hash::FxHashMap;
use scraper::Node;

use super::nodes::{At, Nodes, attr, classes, has_word, is_heading, is_unseen, name};

/// Words from which on a text that ends like a sentence is one.
const SENTENCE: usize = 3;
/// Letters from which on a text is one without that.
const LONG: usize = 60;

#[derive(Default, Clone, Copy)]
pub(super) struct Measure {
    pub elements: usize,
    /// Letters of text, those of them in links, and those of sentences outside of links.
    pub letters: usize,
    pub linked: usize,
    pub prose: usize,
    pub headings: usize,
    /// Headings that are links: teasers of other pages.
    pub teasers: usize,
    pub h1: usize,
    /// Fields to write in, and all that can be pressed.
    pub fields: usize,
    pub acts: usize,
    /// Tables, code, and panels of tabs: content, whatever it is in.
    pub solid: usize,
}

impl AddAssign for Measure {
    fn add_assign(&mut self, more: Self) {
        self.elements += more.elements;
        self.letters += more.letters;
        self.linked += more.linked;
        self.prose += more.prose;
        self.headings += more.headings;
        self.teasers += more.teasers;
        self.h1 += more.h1;
        self.fields += more.fields;
        self.acts += more.acts;
        self.solid += more.solid;
    }
}

impl Measure {
    /// Says something by itself, rather than leading to it.
    pub(super) fn speaks(&self) -> bool {
        self.prose > 0 && self.linked * 3 < self.letters && !self.is_of_teasers()
    }

    pub(super) fn is_of_teasers(&self) -> bool {
        self.teasers > 0 && self.teasers + 1 >= self.headings
    }
}

/// A page may have hundreds of thousands of elements, and each is looked up again and again.
pub(super) struct Measures(FxHashMap<NodeId, Kept>);

/// A measure in half the room: a page has less than 4 GB.
struct Kept([u32; 10]);

impl From<Measure> for Kept {
    fn from(measure: Measure) -> Self {
        let Measure {
            elements,
            letters,
            linked,
            prose,
            headings,
            teasers,
            h1,
            fields,
            acts,
            solid,
        } = measure;
        let all = [elements, letters, linked, prose, headings, teasers, h1, fields, acts, solid];
        Self(all.map(|count| u32::try_from(count).unwrap_or(u32::MAX)))
    }
}

impl From<&Kept> for Measure {
    fn from(kept: &Kept) -> Self {
        let [elements, letters, linked, prose, headings, teasers, h1, fields, acts, solid] =
            kept.0.map(|count| count as usize);
        Self { elements, letters, linked, prose, headings, teasers, h1, fields, acts, solid }
    }
}

impl Measures {
    pub(super) fn of(tree: &Nodes) -> Self {
        let mut all = FxHashMap::default();
        let mut open: Vec<Measure> = vec![Measure::default()];
        let (mut unseen, mut links, mut headings) = (0_usize, 0_usize, 0_usize);
        for edge in tree.root().traverse() {
            match edge {
                Edge::Open(node) => match node.value() {
                    Node::Text(text) if unseen == 0 => {
                        if let Some(measure) = open.last_mut() {
                            measure.read(text, links > 0);
                        }
                    }
                    Node::Element(_) => {
                        let leads = leads(node);
                        let mut own = Measure::own(node);
                        own.teasers =
                            usize::from(leads && headings > 0 || is_heading(node) && links > 0);
                        unseen += usize::from(is_unseen(name(node)));
                        links += usize::from(leads);
                        headings += usize::from(is_heading(node));
                        open.push(own);
                    }
                    _ => {}
                },
                Edge::Close(node) if node.value().is_element() => {
                    unseen -= usize::from(is_unseen(name(node)));
                    links -= usize::from(leads(node));
                    headings -= usize::from(is_heading(node));
                    let sum = open.pop().unwrap_or_default();
                    all.insert(node.id(), sum.into());
                    if let Some(above) = open.last_mut() {
                        *above += sum;
                    }
                }
                Edge::Close(_) => {}
            }
        }
        Self(all)
    }

    /// Nothing for what was not there when they were taken.
    pub(super) fn get(&self, id: NodeId) -> Measure {
        self.0.get(&id).map(Measure::from).unwrap_or_default()
    }
}

impl Measure {
    fn own(node: At<'_>) -> Self {
        let name = name(node);
        let kind = attr(node, "type").unwrap_or("text");
        let is_field = match name {
            "textarea" => true,
            "input" => matches!(kind, "text" | "email" | "tel" | "url" | "number" | "password"),
            _ => false,
        };
        let acts = matches!(name, "button" | "select")
            || name == "input" && kind != "hidden"
            || attr(node, "role") == Some("button")
            || name == "a"
                && (attr(node, "href").is_none_or(|to| to == "#" || to.starts_with("javascript"))
                    || classes(node).iter().any(|class| has_word(class, &["btn", "button"])));
        let is_panel = || {
            attr(node, "role") == Some("tabpanel")
                || attr(node, "class").is_some_and(|class| {
                    class
                        .split_whitespace()
                        .any(|class| matches!(class, "tab-pane" | "tab-content"))
                })
        };
        Self {
            elements: 1,
            headings: usize::from(is_heading(node)),
            h1: usize::from(name == "h1" || name == "main"),
            fields: usize::from(is_field),
            acts: usize::from(acts),
            solid: usize::from(matches!(name, "table" | "pre" | "dl") || is_panel()),
            ..Self::default()
        }
    }

    fn read(&mut self, text: &str, linked: bool) {
        let letters = text.chars().filter(|c| !c.is_whitespace()).count();
        self.letters += letters;
        if linked {
            self.linked += letters;
        } else if letters >= LONG || is_sentence(text) {
            self.prose += letters;
        }
    }
}

fn is_sentence(text: &str) -> bool {
    let text =
        text.trim_end_matches(|c: char| c.is_whitespace() || matches!(c, ')' | '"' | '”' | '»'));
    text.ends_with(['。', '！', '？'])
        || text.ends_with(['.', '!', '?', '।'])
            && text.split_whitespace().take(SENTENCE).count() >= SENTENCE
}

fn leads(node: At<'_>) -> bool {
    name(node) == "a" && attr(node, "href").is_some_and(|to| !to.starts_with('#'))
}

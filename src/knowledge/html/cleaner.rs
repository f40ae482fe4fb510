//! Decides what belongs to a page's content, and writes it as plain, small HTML.

use std::collections::HashSet;

use ego_tree::{NodeId, iter::Edge};
use rustc_hash::FxHashMap;
use scraper::{ElementRef, Html, Node, Selector};
use url::Url;

use super::{
    absolute, first,
    formats::goes_on,
    names::Names,
    nodes::{At, attr, is_heading},
    rows::Rows,
    squeeze,
    tags::{DROPPED, DROPPED_ROLES, HEADINGS, INLINE, KEPT, LISTS, spans},
    written::{Written, anchor, escape, indents},
};

/// Share of a list's letters from which on, if they lead to places of the page itself, it is a table of its contents.
const CONTENTS: f64 = 0.8;
/// Elements of a list of tabs in which a panel is looked for.
const LABELS: usize = 10_000;
/// Elements whose text nobody sees.
const SILENT: &[&str] = &["script", "style", "noscript", "template"];

pub(super) struct Cleaner<'a> {
    document: &'a Html,
    base: Option<&'a Url>,
    /// Where the page says that its content is.
    landmark: Option<ElementRef<'a>>,
    /// Letters of text below each element.
    letters: FxHashMap<NodeId, usize>,
    /// Those of them that lead to a place of the page itself, below each list.
    leading: FxHashMap<NodeId, usize>,
    /// Tables that only arrange: they hold headings, or tables.
    layouts: HashSet<NodeId>,
    rows: Rows,
    names: Names,
    panels: HashSet<NodeId>,
}

impl<'a> Cleaner<'a> {
    /// `panels`: after them, the section that they are in goes on.
    pub(super) fn new(document: &'a Html, base: Option<&'a Url>, panels: HashSet<NodeId>) -> Self {
        let mut cleaner = Self {
            document,
            base,
            landmark: None,
            letters: FxHashMap::default(),
            leading: FxHashMap::default(),
            layouts: HashSet::new(),
            rows: Rows::default(),
            names: Names::of(&document.tree),
            panels,
        };
        cleaner.count();
        for selector in ["main", "[role=main]", "article"] {
            let Ok(selector) = Selector::parse(selector) else { continue };
            let mut found = document.root_element().select(&selector);
            // Several articles are a list of them, not the content.
            if let (Some(only), None) = (found.next(), found.next())
                && cleaner.letters(only) > 0
                && (only.value().name() != "article" || cleaner.is_content(only))
            {
                cleaner.landmark = Some(only);
                break;
            }
        }
        cleaner
    }

    fn is_content(&self, article: ElementRef<'_>) -> bool {
        self.names.is_content(*article, self.letters(self.document.root_element()))
    }

    fn count(&mut self) {
        let mut sums: Vec<usize> = vec![0];
        let mut silent = 0_usize;
        let mut tables: Vec<NodeId> = Vec::new();
        // Letters that lead to places of the page, those before each list that is open, and whether these here do.
        let (mut led, mut lists, mut leads) = (0, Vec::new(), false);
        for edge in self.document.tree.root().traverse() {
            match edge {
                Edge::Open(node) => match node.value() {
                    Node::Text(text) if silent == 0 => {
                        let letters = text.chars().filter(|c| !c.is_whitespace()).count();
                        if let Some(sum) = sums.last_mut() {
                            *sum += letters;
                        }
                        led += if leads { letters } else { 0 };
                    }
                    Node::Element(element) => {
                        silent += usize::from(SILENT.contains(&element.name()));
                        sums.push(0);
                        let name = element.name();
                        if name == "table" || HEADINGS.contains(&name) {
                            self.layouts.extend(tables.last());
                        }
                        if name == "a" {
                            leads = element.attr("href").is_some_and(|to| self.is_here(to));
                        } else if LISTS.contains(&name) {
                            lists.push(led);
                        }
                        if name == "table" {
                            tables.push(node.id());
                        }
                    }
                    _ => {}
                },
                Edge::Close(node) => {
                    if let Node::Element(element) = node.value() {
                        silent -= usize::from(SILENT.contains(&element.name()));
                        if element.name() == "table" {
                            tables.pop();
                        } else if element.name() == "a" {
                            leads = false;
                        } else if LISTS.contains(&element.name()) {
                            self.leading.insert(node.id(), led - lists.pop().unwrap_or(led));
                        }
                        let sum = sums.pop().unwrap_or(0);
                        if let (name @ ("td" | "th"), Some(row)) = (element.name(), node.parent()) {
                            self.rows.count(name, row.id(), sum);
                        }
                        self.letters.insert(node.id(), sum);
                        if let Some(above) = sums.last_mut() {
                            *above += sum;
                        }
                    }
                }
            }
        }
    }

    /// Whether a link leads to a place of the page itself.
    fn is_here(&self, href: &str) -> bool {
        let page = href.split_once('#').map(|(page, _)| page);
        page.is_some_and(|page| page.is_empty() || absolute(page, self.base).as_ref() == self.base)
    }

    fn letters(&self, element: ElementRef<'_>) -> usize {
        self.letters.get(&element.id()).copied().unwrap_or(0)
    }

    fn root(&self) -> ElementRef<'a> {
        self.landmark
            .or_else(|| first(self.document, "body"))
            .unwrap_or_else(|| self.document.root_element())
    }

    pub(super) fn root_heading(&self) -> Option<String> {
        let selector = Selector::parse("h1").ok()?;
        let mut headings = self.root().select(&selector);
        let heading = squeeze(&headings.next()?.text().collect::<String>());
        (headings.next().is_none() && !heading.is_empty()).then_some(heading)
    }

    /// The content as HTML of [`KEPT`] tags and headings.
    pub(super) fn content(&self) -> String {
        self.write(self.root())
    }

    fn write(&self, root: ElementRef<'a>) -> String {
        let all = self.letters(root);
        let mut out = Written::default();
        let mut skipping: Option<NodeId> = None;
        for edge in root.traverse() {
            match edge {
                Edge::Open(node) if skipping.is_none() => match node.value() {
                    Node::Text(text) => out.text(text),
                    Node::Element(_) => {
                        let inside = node.ancestors().filter_map(ElementRef::wrap);
                        if node.id() != root.id() && self.dropped(node, inside, all) {
                            skipping = Some(node.id());
                        } else if let Some(reference) = ElementRef::wrap(node) {
                            self.open(reference, &mut out);
                        }
                    }
                    _ => {}
                },
                Edge::Close(node) => {
                    if skipping == Some(node.id()) {
                        skipping = None;
                    } else if skipping.is_none()
                        && let Some(element) = ElementRef::wrap(node)
                    {
                        self.close(element, &mut out);
                    }
                }
                Edge::Open(_) => {}
            }
        }
        out.html
    }

    fn dropped(
        &self,
        node: At<'a>,
        mut above: impl Iterator<Item = ElementRef<'a>>,
        all: usize,
    ) -> bool {
        let Some(element) = node.value().as_element() else { return false };
        let (id, name) = (node.id(), element.name());
        let has_landmark = self.landmark.is_some();
        if matches!(name, "nav" | "aside") {
            // Themes make panels of answers and boxes of warnings of them.
            return !self.panels.contains(&id) && !self.names.admits_beside(node, has_landmark);
        }
        let role = element.attr("role");
        if DROPPED.contains(&name)
            || role.is_some_and(|role| DROPPED_ROLES.contains(&role))
            // Some hold the panels beside the labels.
            || role == Some("tablist")
                && !node
                    .descendants()
                    .take(LABELS)
                    .any(|below| attr(below, "role") == Some("tabpanel"))
        {
            return true;
        }
        // A question may be a button that unfolds its answer; other buttons only act.
        if name == "button" {
            return !above.any(|element| {
                HEADINGS.contains(&element.value().name())
                    || matches!(element.value().name(), "dt" | "summary")
            });
        }
        let letters = self.letters.get(&id).copied().unwrap_or(0);
        let in_part = |node: At<'a>| {
            node.ancestors().any(|above| {
                above
                    .value()
                    .as_element()
                    .is_some_and(|above| matches!(above.name(), "article" | "section" | "li"))
            })
        };
        let is_head = name == "header" && self.landmark.is_none() && !in_part(node);
        if is_head && (letters * 4 < all || self.names.only_leads(node)) {
            return true;
        }
        let leading = self.leading.get(&id).copied().unwrap_or(0);
        if leading > 0 && leading as f64 >= letters as f64 * CONTENTS && letters * 2 < all {
            return true;
        }
        // "page-with-sidebar" is the page: nothing that holds most of the text is dropped for its name.
        letters * 2 < all
            && !HEADINGS.contains(&name)
            && self.names.name_what_is_around(node, has_landmark)
    }

    fn open(&self, element: ElementRef<'a>, written: &mut Written) {
        let name = element.value().name();
        if name == "table" {
            written.tables.push(self.layouts.contains(&element.id()));
        }
        written.indents += usize::from(indents(name));
        let flattens = written.flattens(name);
        if self.panels.contains(&element.id()) {
            if level(name).is_some() {
                written.open_label();
            } else {
                written.open_panel();
            }
        }
        if let Some(level) = level(name) {
            written.open_heading(level, anchor(element).as_deref());
            return;
        }
        if name == "summary" {
            let mut below = element.descendants().filter_map(ElementRef::wrap);
            let inner = below.find_map(|below| Some((level(below.value().name())?, anchor(below))));
            written.open_summary(inner);
            return;
        }
        let Written { html: out, formats, .. } = written;
        match name {
            _ if !formats.opens(name) => {}
            "a" if holds_heading(element) => out.push_str("<div>"),
            "a" => match element
                .attr("href")
                .filter(|href| !href.starts_with('#'))
                .map(|href| absolute(href, self.base))
            {
                Some(Some(url)) => {
                    out.push_str("<a href=\"");
                    escape(url.as_str(), out);
                    out.push_str("\">");
                }
                _ => out.push_str("<span>"),
            },
            "code" => {
                let class = element.attr("class").filter(|class| class.starts_with("language-"));
                match class {
                    Some(class) => {
                        out.push_str("<code class=\"");
                        escape(class, out);
                        out.push_str("\">");
                    }
                    None if goes_on(name, out) => {}
                    None => out.push_str("<code>"),
                }
            }
            _ if flattens => out.push_str("<div>"),
            "td" | "th" => {
                out.push_str(if self.rows.is_head(element) { "<th" } else { "<td" });
                out.push_str(&spans(element.value()));
                out.push('>');
            }
            _ if KEPT.contains(&name) && goes_on(name, out) => {}
            _ if KEPT.contains(&name) => {
                out.push('<');
                out.push_str(name);
                out.push('>');
            }
            _ if INLINE.contains(&name) => {}
            _ => out.push_str("<div>"),
        }
    }

    fn close(&self, element: ElementRef<'_>, written: &mut Written) {
        let name = element.value().name();
        let flattens = written.flattens(name);
        if HEADINGS.contains(&name) {
            written.close_heading();
            return;
        }
        if name == "summary" {
            written.close_summary();
            return;
        }
        let Written { html: out, formats, .. } = written;
        match name {
            "br" | "hr" => {}
            _ if !formats.closes(name) => {}
            "a" if holds_heading(element) => out.push_str("</div>"),
            "a" => {
                // Whichever of the two was opened: the parser closes what is open and leaves out the other.
                out.push_str("</a></span>");
            }
            _ if flattens => out.push_str("</div>"),
            "td" | "th" => {
                out.push_str(if self.rows.is_head(element) { "</th>" } else { "</td>" });
            }
            _ if KEPT.contains(&name) => {
                out.push_str("</");
                out.push_str(name);
                out.push('>');
            }
            _ if INLINE.contains(&name) => {}
            _ => out.push_str("</div>"),
        }
        if name == "table" {
            written.tables.pop();
        }
        written.indents -= usize::from(indents(name));
        if self.panels.contains(&element.id()) {
            written.close_panel();
        }
    }
}

fn level(name: &str) -> Option<u8> {
    let at = HEADINGS.iter().position(|heading| *heading == name)?;
    u8::try_from(at + 1).ok()
}

/// A card that is one link: as a heading in a link it would be neither.
fn holds_heading(link: ElementRef<'_>) -> bool {
    link.descendants().any(is_heading)
}

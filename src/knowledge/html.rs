//! A web page's own content: what is around it on every page of the site (navigation, footer, cookie notice) is left
//! out, what carries meaning (headings with their ids, lists, tables, code) stays, and any HTML, however broken, ends
//! as Markdown.

use std::collections::HashMap;

use ego_tree::{NodeId, iter::Edge};
use scraper::{ElementRef, Html, Node, Selector, node::Element};
use url::Url;

pub(super) struct Page {
    pub title: String,
    pub description: String,
    pub language: Option<String>,
    /// Markdown; a heading with an id ends with ` {#id}`.
    pub markdown: String,
    /// Where the page says that it really lives.
    pub canonical: Option<Url>,
    /// Absolute, http or https, without fragments, in the order of the page.
    pub links: Vec<Url>,
    /// The page asks not to be found.
    pub noindex: bool,
    /// The page asks not to follow its links.
    pub nofollow: bool,
}

/// Share of the page's text below which what readability found is not believed.
const BELIEVED: f64 = 0.75;
/// Links taken from one page.
const MOST_LINKS: usize = 5000;

pub(super) fn read(html: &str, base: Option<&Url>) -> Page {
    let html = super::shallow::shallow(html);
    let document = Html::parse_document(&html);
    let base = first(&document, "base[href]")
        .and_then(|element| element.attr("href"))
        .and_then(|href| base.map_or_else(|| Url::parse(href).ok(), |base| base.join(href).ok()))
        .or_else(|| base.cloned());
    let robots = meta(&document, &["robots", "frontdesk"]).to_ascii_lowercase();
    let has = |word: &str| {
        robots.split(',').any(|rule| matches!(rule.trim(), rule if rule == word || rule == "none"))
    };
    let clean = Cleaner::new(&document, base.as_ref());
    let content = clean.content();
    Page {
        title: title(&document, clean.root_heading()),
        description: meta(&document, &["description", "og:description"]),
        language: document.root_element().attr("lang").map(str::to_owned),
        markdown: markdown(&content),
        canonical: first(&document, "link[rel~=canonical][href]")
            .and_then(|element| absolute(element.attr("href")?, base.as_ref())),
        links: links(&document, base.as_ref()),
        noindex: has("noindex"),
        nofollow: has("nofollow"),
    }
}

fn first<'a>(document: &'a Html, selector: &str) -> Option<ElementRef<'a>> {
    let selector = Selector::parse(selector).ok()?;
    document.select(&selector).next()
}

/// The first of these `meta` that says something.
fn meta(document: &Html, names: &[&str]) -> String {
    let Ok(selector) = Selector::parse("meta[content]") else { return String::new() };
    for name in names {
        for element in document.select(&selector) {
            let property =
                element.attr("name").or_else(|| element.attr("property")).unwrap_or_default();
            if property.eq_ignore_ascii_case(name)
                && let Some(content) =
                    element.attr("content").map(squeeze).filter(|content| !content.is_empty())
            {
                return content;
            }
        }
    }
    String::new()
}

/// The heading where the document's title says the same with more around it ("Shipping – Acme Shop").
fn title(document: &Html, heading: Option<String>) -> String {
    let title = first(document, "head > title, title")
        .map(|element| squeeze(&element.text().collect::<String>()));
    let title = title.unwrap_or_default();
    match heading {
        Some(heading)
            if title.is_empty() || title.to_lowercase().contains(&heading.to_lowercase()) =>
        {
            heading
        }
        _ if title.is_empty() => meta(document, &["og:title"]),
        _ => title,
    }
}

fn squeeze(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn absolute(href: &str, base: Option<&Url>) -> Option<Url> {
    let mut url = match base {
        Some(base) => base.join(href.trim()).ok()?,
        None => Url::parse(href.trim()).ok()?,
    };
    url.set_fragment(None);
    matches!(url.scheme(), "http" | "https").then_some(url)
}

fn links(document: &Html, base: Option<&Url>) -> Vec<Url> {
    let Ok(selector) = Selector::parse("a[href], area[href]") else { return Vec::new() };
    document
        .select(&selector)
        .filter(|element| {
            !element
                .attr("rel")
                .is_some_and(|rel| rel.split_whitespace().any(|word| word == "nofollow"))
        })
        .filter_map(|element| absolute(element.attr("href")?, base))
        .take(MOST_LINKS)
        .collect()
}

/// Decides what belongs to the content, and writes it as plain, small HTML.
struct Cleaner<'a> {
    document: &'a Html,
    base: Option<&'a Url>,
    /// Where the page says that its content is.
    landmark: Option<ElementRef<'a>>,
    /// Letters of text below each element.
    letters: HashMap<NodeId, usize>,
}

const DROPPED: &[&str] = &[
    "script", "style", "noscript", "template", "svg", "canvas", "iframe", "object", "embed",
    "video", "audio", "nav", "footer", "aside", "input", "select", "textarea", "dialog", "menu",
    "head", "datalist", "map", "picture", "img",
];
const DROPPED_ROLES: &[&str] = &[
    "navigation",
    "banner",
    "contentinfo",
    "search",
    "complementary",
    "dialog",
    "alertdialog",
    "menu",
    "menubar",
    "toolbar",
    "tablist",
];
/// Words of a class or an id that name what stands around the content.
const DROPPED_NAMES: &[&str] = &[
    "cookie",
    "cookies",
    "cookiebar",
    "consent",
    "gdpr",
    "breadcrumb",
    "breadcrumbs",
    "navbar",
    "nav",
    "navigation",
    "sidebar",
    "skip",
    "skiplink",
    "social",
    "share",
    "sharing",
    "newsletter",
    "popup",
    "pagination",
    "footer",
    "masthead",
    "toolbar",
    "pager",
    "related",
];
const HEADINGS: &[&str] = &["h1", "h2", "h3", "h4", "h5", "h6"];
/// Kept with their tags; of the rest the text is kept.
const KEPT: &[&str] = &[
    "p",
    "ul",
    "ol",
    "li",
    "table",
    "thead",
    "tbody",
    "tfoot",
    "tr",
    "td",
    "th",
    "caption",
    "pre",
    "code",
    "blockquote",
    "strong",
    "b",
    "em",
    "i",
    "br",
    "hr",
    "a",
    "kbd",
    "samp",
    "del",
    "s",
];
const INLINE: &[&str] = &[
    "span", "abbr", "cite", "dfn", "q", "small", "sub", "sup", "time", "u", "var", "mark", "label",
    "font", "data", "bdi", "bdo", "ins", "big", "tt", "button", "wbr", "acronym", "center",
];

impl<'a> Cleaner<'a> {
    fn new(document: &'a Html, base: Option<&'a Url>) -> Self {
        let mut cleaner = Self { document, base, landmark: None, letters: HashMap::new() };
        cleaner.count();
        for selector in ["main", "[role=main]", "article"] {
            let Ok(selector) = Selector::parse(selector) else { continue };
            let mut found = document.select(&selector);
            // Several articles are a list of them, not the content.
            if let (Some(only), None) = (found.next(), found.next())
                && cleaner.letters(only) > 0
            {
                cleaner.landmark = Some(only);
                break;
            }
        }
        cleaner
    }

    fn count(&mut self) {
        let mut sums: Vec<usize> = vec![0];
        let mut silent = 0_usize;
        for edge in self.document.tree.root().traverse() {
            match edge {
                Edge::Open(node) => match node.value() {
                    Node::Text(text) if silent == 0 => {
                        if let Some(sum) = sums.last_mut() {
                            *sum += text.chars().filter(|c| !c.is_whitespace()).count();
                        }
                    }
                    Node::Element(element) => {
                        silent += usize::from(matches!(
                            element.name(),
                            "script" | "style" | "noscript" | "template"
                        ));
                        sums.push(0);
                    }
                    _ => {}
                },
                Edge::Close(node) => {
                    if let Node::Element(element) = node.value() {
                        silent -= usize::from(matches!(
                            element.name(),
                            "script" | "style" | "noscript" | "template"
                        ));
                        let sum = sums.pop().unwrap_or(0);
                        self.letters.insert(node.id(), sum);
                        if let Some(above) = sums.last_mut() {
                            *above += sum;
                        }
                    }
                }
            }
        }
    }

    fn letters(&self, element: ElementRef<'_>) -> usize {
        self.letters.get(&element.id()).copied().unwrap_or(0)
    }

    fn root(&self) -> ElementRef<'a> {
        self.landmark
            .or_else(|| first(self.document, "body"))
            .unwrap_or_else(|| self.document.root_element())
    }

    fn root_heading(&self) -> Option<String> {
        let selector = Selector::parse("h1").ok()?;
        let mut headings = self.root().select(&selector);
        let heading = squeeze(&headings.next()?.text().collect::<String>());
        (headings.next().is_none() && !heading.is_empty()).then_some(heading)
    }

    /// The content as HTML of [`KEPT`] tags and headings.
    fn content(&self) -> String {
        let cleaned = self.write(self.root());
        if self.landmark.is_some() {
            return cleaned;
        }
        // Nothing marks the content: guess, but never at the price of losing it.
        let Ok(article) = dom_smoothie::Readability::new(cleaned.as_str(), None, None)
            .and_then(|mut readability| readability.parse())
        else {
            return cleaned;
        };
        if said(&article.content) as f64 >= said(&cleaned) as f64 * BELIEVED {
            article.content.to_string()
        } else {
            cleaned
        }
    }

    fn write(&self, root: ElementRef<'a>) -> String {
        let all = self.letters(root);
        let mut out = String::new();
        let mut skipping: Option<NodeId> = None;
        let mut level = 1_u8;
        for edge in root.traverse() {
            match edge {
                Edge::Open(node) if skipping.is_none() => match node.value() {
                    Node::Text(text) => escape(text, &mut out),
                    Node::Element(element) => {
                        let inside = node.ancestors().filter_map(ElementRef::wrap);
                        if node.id() != root.id() && self.dropped(element, node.id(), inside, all) {
                            skipping = Some(node.id());
                        } else if let Some(reference) = ElementRef::wrap(node) {
                            self.open(reference, &mut level, &mut out);
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
                        close(element, level, &mut out);
                    }
                }
                Edge::Open(_) => {}
            }
        }
        out
    }

    fn dropped(
        &self,
        element: &Element,
        id: NodeId,
        mut above: impl Iterator<Item = ElementRef<'a>>,
        all: usize,
    ) -> bool {
        let name = element.name();
        if DROPPED.contains(&name)
            || element.attr("role").is_some_and(|role| DROPPED_ROLES.contains(&role))
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
        if self.landmark.is_none() && name == "header" && letters * 4 < all {
            return true;
        }
        // "page-with-sidebar" is the page: nothing that holds most of the text is dropped for its name.
        letters * 2 < all
            && !HEADINGS.contains(&name)
            && [element.attr("class"), element.attr("id")].into_iter().flatten().any(|names| {
                names
                    .split(|c: char| !c.is_ascii_alphanumeric())
                    .any(|word| DROPPED_NAMES.contains(&word.to_ascii_lowercase().as_str()))
            })
    }

    fn open(&self, element: ElementRef<'a>, level: &mut u8, out: &mut String) {
        let name = element.value().name();
        if let Some(at) = HEADINGS.iter().position(|heading| *heading == name) {
            *level = u8::try_from(at).unwrap_or(0) + 1;
            out.push_str(&format!("<h{level}"));
            if let Some(id) = anchor(element) {
                out.push_str(" id=\"");
                escape(&id, out);
                out.push('"');
            }
            out.push('>');
            return;
        }
        match name {
            "summary" => out.push_str(&format!("<h{}>", (*level + 1).min(6))),
            "dt" => out.push_str("<p><strong>"),
            "dd" => out.push_str("<p>"),
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
                    None => out.push_str("<code>"),
                }
            }
            "table" | "thead" | "tbody" | "tfoot" | "tr" | "td" | "th" | "caption"
                if is_layout(element) =>
            {
                out.push_str("<div>");
            }
            "th" if is_row_header(element) => out.push_str("<td>"),
            _ if KEPT.contains(&name) => {
                out.push('<');
                out.push_str(name);
                out.push('>');
            }
            _ if INLINE.contains(&name) => {}
            _ => out.push_str("<div>"),
        }
    }
}

fn close(element: ElementRef<'_>, level: u8, out: &mut String) {
    let name = element.value().name();
    match name {
        "summary" => out.push_str(&format!("</h{}>", (level + 1).min(6))),
        "dt" => out.push_str("</strong></p>"),
        "dd" => out.push_str("</p>"),
        "br" | "hr" => {}
        "a" => {
            // Whichever of the two was opened: the parser closes what is open and leaves out the other.
            out.push_str("</a></span>");
        }
        "table" | "thead" | "tbody" | "tfoot" | "tr" | "td" | "th" | "caption"
            if is_layout(element) =>
        {
            out.push_str("</div>");
        }
        "th" if is_row_header(element) => out.push_str("</td>"),
        _ if KEPT.contains(&name) || HEADINGS.contains(&name) => {
            out.push_str("</");
            out.push_str(name);
            out.push('>');
        }
        _ if INLINE.contains(&name) => {}
        _ => out.push_str("</div>"),
    }
}

/// A table that only arranges: it holds headings, or tables.
fn is_layout(part: ElementRef<'_>) -> bool {
    let table = if part.value().name() == "table" {
        Some(part)
    } else {
        part.ancestors()
            .filter_map(ElementRef::wrap)
            .find(|element| element.value().name() == "table")
    };
    let Some(table) = table else { return true };
    table.descendants().skip(1).filter_map(ElementRef::wrap).any(|element| {
        let name = element.value().name();
        name == "table" || HEADINGS.contains(&name)
    })
}

/// The head of a row is a cell like the others in Markdown.
fn is_row_header(cell: ElementRef<'_>) -> bool {
    cell.prev_siblings()
        .chain(cell.next_siblings())
        .filter_map(ElementRef::wrap)
        .any(|other| other.value().name() == "td")
}

/// The id to link to a heading: its own, one inside it, or that of the section that it begins.
fn anchor(heading: ElementRef<'_>) -> Option<String> {
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

fn escape(text: &str, out: &mut String) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\u{a0}' => out.push(' '),
            c => out.push(c),
        }
    }
}

/// Letters outside of tags and of links: lists of links are what readability should leave out.
fn said(html: &str) -> usize {
    let mut letters = 0;
    let mut link = false;
    for piece in html.split('<') {
        let (tag, text) = piece.split_once('>').unwrap_or(("", piece));
        link = (link || tag == "a" || tag.starts_with("a ")) && tag != "/a";
        if !link {
            letters += text.chars().filter(|c| !c.is_whitespace()).count();
        }
    }
    letters
}

fn markdown(html: &str) -> String {
    let options = htmd::options::Options {
        bullet_list_marker: htmd::options::BulletListMarker::Dash,
        ul_bullet_spacing: 1,
        ol_number_spacing: 1,
        ..Default::default()
    };
    htmd::HtmlToMarkdown::builder()
        .options(options)
        .add_handler(
            vec!["h1", "h2", "h3", "h4", "h5", "h6"],
            |handlers: &dyn htmd::element_handler::Handlers, element: htmd::Element| {
                let text = squeeze(&handlers.walk_children(element.node).content);
                if text.is_empty() {
                    return Some(String::new().into());
                }
                let level =
                    element.tag.as_bytes().get(1).map_or(1, |digit| usize::from(digit - b'0'));
                let id = element.attrs.iter().find(|attribute| &*attribute.name.local == "id");
                let id = id.map(|id| format!(" {{#{}}}", id.value)).unwrap_or_default();
                Some(format!("\n\n{} {text}{id}\n\n", "#".repeat(level)).into())
            },
        )
        .build()
        .convert(html)
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::read;

    fn markdown(html: &str) -> String {
        read(html, "https://a.example/dir/page.html".parse().ok().as_ref()).markdown
    }

    #[test]
    fn keeps_the_content_and_drops_what_is_around() {
        let page = read(
            "<!doctype html><html lang=de><head><title>Versand \u{2013} Laden</title>\
             <meta name=description content='Wie wir liefern'><link rel=canonical href=/dir/versand></head>\
             <body><header><a href=/>Laden</a></header><nav><a href=/x>Navigation</a></nav>\
             <main><h1>Versand</h1><p>Wir liefern <a href=../agb#x>\u{fc}berall</a>.</p><aside>Werbung</aside></main>\
             <div class='cookie-notice'>Kekse? <button>Ja</button></div><footer>Impressum</footer></body></html>",
            "https://a.example/dir/page.html".parse().ok().as_ref(),
        );
        assert_eq!(page.title, "Versand");
        assert_eq!(page.description, "Wie wir liefern");
        assert_eq!(page.language.as_deref(), Some("de"));
        assert_eq!(
            page.canonical.map(String::from).as_deref(),
            Some("https://a.example/dir/versand")
        );
        assert_eq!(
            page.markdown.trim(),
            "# Versand\n\nWir liefern [\u{fc}berall](https://a.example/agb)."
        );
        assert_eq!(page.links.len(), 3);
    }

    #[test]
    fn keeps_lists_tables_and_code() {
        let out = markdown(
            "<main><ul><li>one<li>two</ul><table><tr><th>Size<th>Price<tr><th>S<td>\u{a3}1</table>\
             <pre><code class=language-sh>run\n  it</code></pre><dl><dt>VAT<dd>20 %</dl></main>",
        );
        assert!(out.contains("- one\n- two"), "{out}");
        assert!(out.contains("| S    | \u{a3}1    |"), "{out}");
        assert!(out.contains("```sh\nrun\n  it\n```"), "{out}");
        assert!(out.contains("**VAT**\n\n20 %"), "{out}");
    }

    #[test]
    fn finds_the_id_of_a_heading_wherever_it_is() {
        let out = markdown(
            "<main><h2 id=a>A</h2><p>x<h2><a name=b></a>B</h2><p>x<section id=c><h2>C</h2><p>x</section>\
             <a id=d></a><h2>D</h2><p>x<h2>E</h2><p>x</main>",
        );
        let headings: Vec<&str> = out.lines().filter(|line| line.starts_with('#')).collect();
        assert_eq!(headings, ["## A {#a}", "## B {#b}", "## C {#c}", "## D {#d}", "## E"]);
    }

    #[test]
    fn loses_nothing_of_a_short_page_that_marks_no_content() {
        let out = markdown(
            "<body class=has-sidebar><form><div><h3><button>How long is delivery?</button></h3>\
             <div hidden>Three days.</div><details><summary>Abroad?</summary>Only France.</details></div>\
             <p>Call 030 1234</form><div id=cookie-banner>We use cookies</div></body>",
        );
        for kept in ["How long is delivery?", "Three days.", "Abroad?", "Only France.", "030 1234"]
        {
            assert!(out.contains(kept), "{kept} is not in {out}");
        }
        assert!(!out.contains("cookies"), "{out}");
    }

    #[test]
    fn takes_a_table_that_arranges_for_what_it_is() {
        let out = markdown(
            "<body><table><tr><td>Menu<td><h1>Title</h1><p>Text<table><tr><td>1<td>2</table></table></body>",
        );
        assert!(out.contains("# Title\n\nText"), "{out}");
    }

    #[test]
    fn survives_anything() {
        for html in [
            "",
            "<",
            "<!--",
            "<html",
            "</p></p>",
            "<h1>",
            "<table><h2>x",
            "\u{0}<b>\u{0}",
            "<a href='://'>x</a>",
        ] {
            markdown(html);
        }
    }
}

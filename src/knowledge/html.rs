//! A web page's own content: what is around it on every page of the site (navigation, footer, cookie notice) is left
//! out, what carries meaning (headings with their ids, lists, tables, code) stays, and any HTML, however broken, ends
//! as Markdown.

mod accordions;
mod admonitions;
mod cards;
mod choices;
mod cleaner;
mod codes;
mod contact;
mod data;
mod edges;
mod faq;
mod formats;
mod furniture;
mod grid;
mod headings;
mod labels;
mod lines;
mod measures;
mod moved;
mod names;
mod nodes;
mod others;
mod products;
mod questions;
mod rows;
mod signs;
mod tables;
mod tabs;
mod tags;
mod tree;
mod words;
mod writer;
mod written;

use cleaner::Cleaner;
pub(super) use lines::is_price;
use scraper::{ElementRef, Html, Selector};
use url::Url;

use super::urls;

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
    /// It is larger than what is read of one page.
    pub is_cut: bool,
}

/// Links taken from one page.
const MOST_LINKS: usize = 5000;

/// The error is a sentence without its subject.
pub(super) fn read(html: &str, base: Option<&Url>) -> Result<Page, String> {
    let tree::Tree { html: mut document, is_cut } = tree::parse(html)?;
    let is_first = base.is_some_and(contact::is_first);
    let base = first(&document, "base[href]")
        .and_then(|element| element.attr("href"))
        .and_then(|href| urls::join(base, href))
        .or_else(|| base.cloned());
    let robots = meta(&document, &["robots", "frontdesk"]).to_ascii_lowercase();
    let has = |word: &str| {
        robots.split(',').any(|rule| matches!(rule.trim(), rule if rule == word || rule == "none"))
    };
    // Also of what is left out below: it belongs to the site.
    let links = links(&document, base.as_ref());
    let data = data::of(&document.tree);
    let around = if is_first { contact::lines(&document, &data) } else { Vec::new() };
    let pairs = faq::pairs(&data);
    let offers = products::offers(&data);
    drop(data);
    codes::mend(&mut document.tree);
    choices::mend(&mut document.tree);
    words::reach(&mut document.tree);
    furniture::remove(&mut document.tree);
    headings::mend(&mut document.tree);
    signs::in_lists(&mut document.tree);
    admonitions::mend(&mut document.tree);
    let mut panels = tabs::name_panels(&mut document.tree);
    panels.extend(accordions::name_panels(&mut document.tree));
    questions::mark(&mut document.tree);
    tables::mend(&mut document.tree);
    lines::mend(&mut document.tree);
    words::mend(&mut document.tree);
    cards::list(&mut document.tree, &panels);
    let clean = Cleaner::new(&document, base.as_ref(), panels);
    let mut content = clean.content();
    faq::add(&pairs, &mut content);
    let language = document.root_element().attr("lang").map(str::to_owned);
    products::add(&offers, language.as_deref(), &mut content);
    let mut page = Page {
        title: title(&document, clean.root_heading()),
        description: meta(&document, &["description", "og:description"]),
        language,
        markdown: String::new(),
        canonical: first(&document, "link[rel~=canonical][href]")
            .and_then(|element| absolute(element.attr("href")?, base.as_ref())),
        links,
        noindex: has("noindex"),
        nofollow: has("nofollow"),
        is_cut,
    };
    let moved = moved::target(&document, base.as_ref());
    drop(clean);
    // A large page has room for one tree at a time.
    drop(document);
    page.markdown = writer::markdown(&content)?;
    if page.markdown.len() <= moved::LONGEST {
        page.canonical = page.canonical.or(moved);
    }
    let around = contact::section(around, page.language.as_deref(), &page.markdown);
    page.markdown.push_str(&around);
    Ok(page)
}

fn first<'a>(document: &'a Html, selector: &str) -> Option<ElementRef<'a>> {
    let selector = Selector::parse(selector).ok()?;
    // A document's own selection would find what was taken out of its tree, too.
    document.root_element().select(&selector).next()
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
    let seen: String = text.chars().filter(|c| !is_invisible(*c)).collect();
    seen.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Signs without width that stand for nothing: not those that join letters, or signs, into one.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}' | '\u{feff}' | '\u{2060}' | '\u{ad}')
}

fn absolute(href: &str, base: Option<&Url>) -> Option<Url> {
    let mut url = urls::join(base, href)?;
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

#[cfg(test)]
pub(super) mod tests {
    use super::{Page, read};

    fn page(html: &str) -> Page {
        read(html, "https://a.example/dir/page.html".parse().ok().as_ref()).expect("a page")
    }

    /// What becomes of HTML below a page's first text.
    pub(super) fn below(html: &str) -> String {
        let page = format!(
            "<main><h1>Fleece</h1><p>A soft fleece for every day and for the night.</p>{html}</main>"
        );
        let out = markdown(&page);
        let (_, rest) = out.split_once("night.").expect(&out);
        rest.trim().to_owned()
    }

    pub(super) fn markdown(html: &str) -> String {
        page(html).markdown
    }

    #[test]
    fn keeps_the_content_and_drops_what_is_around() {
        let page = page(
            "<!doctype html><html lang=de><head><title>Versand \u{2013} Laden</title>\
             <meta name=description content='Wie wir liefern'><link rel=canonical href=/dir/versand></head>\
             <body><header><a href=/>Laden</a></header><nav><a href=/x>Navigation</a></nav>\
             <main><h1>Versand</h1><p>Wir liefern <a href=../agb#x>\u{fc}berall</a>.</p><aside>Werbung</aside></main>\
             <div class='cookie-notice'>Kekse? <button>Ja</button></div><footer>Impressum</footer></body></html>",
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
        assert!(out.contains("| Size | Price |\n| --- | --- |\n| S | \u{a3}1 |\n"), "{out}");
        assert!(out.contains("```sh\nrun\n  it\n```"), "{out}");
        assert!(out.contains("| VAT | 20 % |"), "{out}");
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
    fn drops_the_table_of_contents() {
        let out = markdown(
            "<main><h1>Help</h1><p>See <a href=#b>below</a>.<ul><li>1. <a href=#a>How long is delivery?</a>\
             <li>2. <a href=page.html#b>Abroad?</a></ul><div class=toc><p>Contents</p></div>\
             <h2 id=a>How long is delivery?</h2><p>Three days to any address in the country, and a day more to islands.\
             <h2 id=b>Abroad?</h2><ul><li><a href=#a>As here</a>, but only to France and Spain</ul></main>",
        );
        assert_eq!(out.matches("How long").count(), 1, "{out}");
        assert!(!out.contains("Contents") && out.contains("See below."), "{out}");
        assert!(out.contains("As here, but only to France"), "{out}");
        let alone = "<main><ul><li><a href=#a>Tea</a><li><a href=#b>Cake</a></ul></main>";
        assert!(markdown(alone).contains("Tea"));
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
    fn a_long_part_of_a_page_that_marks_no_content_hides_no_other() {
        let long =
            "<h2>Classes</h2><p>Spinning on Monday, yoga at noon and boxing at seven.".repeat(8);
        let out = markdown(&format!(
            "<body><header><a href=/>Peak</a><a href=/book>Book now</a></header><div class=content><div class=row><h1>Peak</h1>\
             <p>Open 24 hours.</div><div class=row>{long}</div><div class=row><h2>Find us</h2><p>1200 Larimer Street.</div></div>\
             <div class=side-menu><ul><li><a href=/a>Our prices</a><li><a href=/b>About us</a></ul></div></body>"
        ));
        assert!(out.starts_with("# Peak\n\nOpen 24 hours.\n\n## Classes"), "{out}");
        assert!(out.ends_with("## Find us\n\n1200 Larimer Street."), "{out}");
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

    #[test]
    fn what_a_page_says_survives_how_it_is_built() {
        let of = |html: &str| {
            markdown(&format!(
                "<main><h1>Inn</h1><p>A small inn by the sea, with rooms.</p>{html}</main>"
            ))
        };
        for (html, kept) in [
            (
                "<div class=card><h3>Pro</h3><ul><li>Mail</ul><div class=card-footer>€ 19 / month</div></div>",
                "€ 19 / month",
            ),
            (
                "<div class='col sidebar'><h3>Opening hours</h3><table><tr><td>Mon<td>9–17</table></div>",
                "9–17",
            ),
            ("<p>From <span aria-hidden=true>19</span> € a night", "From 19 €"),
            (
                "<h2 aria-label='We bake'><span aria-hidden=true>We</span> <span aria-hidden=true>bake</span></h2><p>x",
                "We bake",
            ),
            (
                "<h2><span class=visually-hidden>Opening hours</span></h2><p>Nine to five.",
                "## Opening hours",
            ),
            (
                "<div class=recommendations><h2>After it</h2><p>Do not smoke for two days. <a href=/c>Call us</a> if it bleeds.</div>",
                "Do not smoke",
            ),
            ("<table><tr><th colspan=2>Hours<tr><td>Mon<td>9–17</table>", "| Hours | |\n"),
            ("<p>\u{4ed6}\u{2026}\u{2026}\u{8d70}", "\u{4ed6}\u{2026}\u{2026}\u{8d70}"),
        ] {
            let out = of(html);
            assert!(out.replace("|  |", "| |").contains(kept), "{html}: {out}");
        }
        let news = "<h1>Bakery</h1><p>We bake from five in the morning, and on Sundays from seven o'clock on.</p>\
            <article><h3><a href=/n>News</a></h3><p>Short.</article>";
        assert!(markdown(news).contains("from five"), "a teaser is not the page");
    }

    #[test]
    fn whatever_is_repeated_ends_soon() {
        let blanks = " ".repeat(300_000);
        for html in [
            format!("<p>{blanks}{}...{blanks}", "a.".repeat(200_000)),
            format!("<p>{}", "<svg>...</svg>".repeat(100_000)),
            format!("<main>{}", "<b>forty letters of text that go on and on</b>".repeat(60_000)),
            format!(
                "<div class='{}'>{}</div>{}",
                "a ".repeat(39_000),
                "<i></i>".repeat(20_000),
                "<ul role=tablist><li role=tab>x</ul>".repeat(100)
            ),
            format!("<div class='{}'>{}</div>", "a ".repeat(39_000), "<pre></pre>".repeat(50_000)),
        ] {
            read(&html, "https://a.example/".parse().ok().as_ref()).expect("a page");
        }
    }
}

//! An answer's Markdown as HTML that is harmless whatever wrote it: no raw HTML, no pictures, links to the web alone,
//! and `[1]` a link to the source of that number.

use std::{
    collections::{HashMap, HashSet},
    sync::LazyLock,
};

use ammonia::{Builder, UrlRelative, clean_text};
use pulldown_cmark::{
    CowStr, Event, HeadingLevel, Options, Parser, Tag, TagEnd, TextMergeStream, html::push_html,
};
use regex::{Captures, Regex};

use crate::store::messages::Citation;

/// Of every link to elsewhere.
pub const REL: &str = "nofollow noopener noreferrer";
const SCHEMES: [&str; 3] = ["http", "https", "mailto"];
const TAGS: [&str; 22] = [
    "a",
    "blockquote",
    "br",
    "code",
    "del",
    "em",
    "h3",
    "hr",
    "li",
    "ol",
    "p",
    "pre",
    "strong",
    "sup",
    "table",
    "tbody",
    "td",
    "th",
    "thead",
    "tr",
    "ul",
    "span",
];

static MARKER: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"\[(\d{1,3})\]").ok());

static CLEANER: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut cleaner = Builder::default();
    cleaner
        .tags(HashSet::from(TAGS))
        .tag_attributes(HashMap::from([
            ("a", HashSet::from(["href", "title"])),
            ("ol", HashSet::from(["start"])),
        ]))
        .generic_attributes(HashSet::new())
        .add_allowed_classes("a", ["cite"])
        .url_schemes(HashSet::from(SCHEMES))
        .url_relative(UrlRelative::Deny)
        .link_rel(Some(REL))
        .set_tag_attribute_value("a", "target", "_blank");
    cleaner
});

pub fn html(text: &str, citations: &[Citation]) -> String {
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
    let text = without_definitions(text, options);
    // Inside links and blocks of code a number in brackets is none of ours.
    let mut literal = 0_u32;
    let events = TextMergeStream::new(Parser::new_ext(&text, options)).map(|event| {
        match &event {
            Event::Start(Tag::Link { .. } | Tag::Image { .. } | Tag::CodeBlock(_)) => literal += 1,
            Event::End(TagEnd::Link | TagEnd::Image | TagEnd::CodeBlock) => {
                literal = literal.saturating_sub(1);
            }
            _ => {}
        }
        match event {
            Event::Text(text) if literal == 0 => Event::InlineHtml(marked(&text, citations)),
            Event::Html(text) | Event::InlineHtml(text) => Event::Text(text),
            Event::Start(Tag::HtmlBlock) => Event::Start(Tag::Paragraph),
            Event::End(TagEnd::HtmlBlock) => Event::End(TagEnd::Paragraph),
            Event::SoftBreak => Event::HardBreak,
            Event::Start(Tag::Image { link_type, dest_url, title, id }) => {
                Event::Start(Tag::Link { link_type, dest_url, title, id })
            }
            Event::End(TagEnd::Image) => Event::End(TagEnd::Link),
            Event::Start(Tag::Heading { id, classes, attrs, .. }) => {
                Event::Start(Tag::Heading { level: HeadingLevel::H3, id, classes, attrs })
            }
            Event::End(TagEnd::Heading(_)) => Event::End(TagEnd::Heading(HeadingLevel::H3)),
            other => other,
        }
    });
    let mut html = String::new();
    push_html(&mut html, events);
    CLEANER.clean(&html).to_string()
}

/// Where a source leads, if it may be followed.
pub fn link(citation: &Citation) -> Option<&str> {
    let url = url::Url::parse(&citation.url).ok()?;
    matches!(url.scheme(), "http" | "https").then_some(citation.url.as_str())
}

/// `[1]: https://…` would make each `[1]` a link to elsewhere than its source: it is text, as all else.
fn without_definitions(text: &str, options: Options) -> String {
    let mut kept = text.to_owned();
    let parser = Parser::new_ext(text, options);
    let mut places: Vec<usize> =
        parser.reference_definitions().iter().map(|(_, it)| it.span.start).collect();
    places.sort_unstable();
    for place in places.into_iter().rev() {
        kept.insert(place, '\\');
    }
    kept
}

fn marked(text: &str, citations: &[Citation]) -> CowStr<'static> {
    let Some(pattern) = MARKER.as_ref() else { return clean_text(text).into() };
    let (mut html, mut from) = (String::new(), 0);
    for found in pattern.captures_iter(text) {
        let Some((whole, chip)) = found.get(0).zip(chip(&found, citations)) else { continue };
        html += &clean_text(text[from..whole.start()].trim_end_matches(' '));
        html += &chip;
        from = whole.end();
    }
    html += &clean_text(&text[from..]);
    html.into()
}

fn chip(found: &Captures<'_>, citations: &[Citation]) -> Option<String> {
    let number: u32 = found[1].parse().ok()?;
    let citation = citations.iter().find(|citation| citation.id == number)?;
    Some(match link(citation) {
        Some(url) => format!(
            "<sup><a class=\"cite\" href=\"{}\" title=\"{}\">{number}</a></sup>",
            clean_text(url),
            clean_text(&citation.title)
        ),
        None => format!("<sup>{number}</sup>"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(id: u32, url: &str) -> Citation {
        Citation { id, url: url.into(), title: "A \"title\"".into(), quote: String::new() }
    }

    #[test]
    fn what_could_do_harm_is_text() {
        for (text, wanted) in [
            ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"),
            ("a <b onclick=x>b</b>", "<p>a &lt;b onclick=x&gt;b&lt;/b&gt;</p>"),
            (
                "[x](javascript:alert(1))",
                "<p><a target=\"_blank\" rel=\"nofollow noopener noreferrer\">x</a></p>",
            ),
            ("# Large", "<h3>Large</h3>"),
            ("one\ntwo", "<p>one<br>\ntwo</p>"),
            ("`[1]` and [2]", "<p><code>[1]</code> and [2]</p>"),
        ] {
            assert_eq!(html(text, &[source(1, "https://a.example/")]).trim(), wanted, "{text}");
        }
        let picture = html("![see](https://a.example/x.png)", &[]);
        assert!(!picture.contains("<img") && picture.contains(">see</a>"), "{picture}");
    }

    #[test]
    fn numbers_lead_to_their_sources_and_nowhere_else() {
        let sources = [source(1, "https://a.example/?a=1&b=\"2"), source(2, "/only/a/path")];
        let said = html("Yes [1][2][3].\n\n[1]: https://evil.example\n", &sources);
        let link = "<sup><a class=\"cite\" href=\"https://a.example/?a=1&amp;b=&quot;2\" title=\"A &quot;title&quot;\"";
        assert!(said.contains(link), "{said}");
        assert!(said.contains("<sup>2</sup>[3]."), "{said}");
        assert!(!said.contains("href=\"https://evil"), "{said}");
    }
}

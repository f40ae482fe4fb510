//! Markdown as people keep it: front matter, links that lead nowhere outside of their folder, HTML in between.

use std::borrow::Cow;

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
use url::Url;

use super::{callouts::as_paragraphs, urls};

#[derive(Default)]
pub(super) struct Page {
    pub title: String,
    pub description: String,
    /// As the front matter says.
    pub language: String,
    pub markdown: String,
}

pub(super) fn read(text: &str, base: Option<&Url>) -> Page {
    let mut page = Page::default();
    let body = front_matter(text, &mut page);
    page.markdown = rewrite(&as_paragraphs(&without_templates(body)), base);
    if page.title.is_empty() {
        page.title = first_heading(&page.markdown);
    }
    page
}

/// What somebody wrote into a cell: Markdown, or HTML, as text fields of other programs give it.
pub(super) fn fragment(text: &str, base: Option<&Url>) -> String {
    let is_html = ["</p>", "</a>", "</li>", "<br", "</div>", "</strong>"]
        .iter()
        .any(|tag| text.contains(tag));
    if is_html {
        let page = format!("<!doctype html><main>{text}</main>");
        if let Ok(page) = super::html::read(&page, base) {
            return page.markdown.trim().to_owned();
        }
    }
    rewrite(text, base).trim().to_owned()
}

/// Plain text as Markdown that shows the same.
pub(super) fn literal(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.lines() {
        // Indented by four it would be code; a leading sign would be a heading or a quote.
        let line = line.trim();
        if line.starts_with(['#', '>', '<', '|', '`', '~']) {
            out.push('\\');
        }
        out.push_str(line);
        out.push('\n');
    }
    out
}

/// Whether there is anything below or beside its headings.
pub(super) fn says(markdown: &str) -> bool {
    let mut inside = false;
    Parser::new_ext(markdown, options()).any(|event| {
        match event {
            Event::Start(Tag::Heading { .. }) => inside = true,
            Event::End(TagEnd::Heading(_)) => inside = false,
            Event::Text(text) | Event::Code(text) | Event::Html(text) if !inside => {
                return !text.trim().is_empty();
            }
            _ => {}
        }
        false
    })
}

/// What YAML between `---` or TOML between `+++` says of the page in plain lines; gives the rest.
fn front_matter<'a>(text: &'a str, page: &mut Page) -> &'a str {
    let Some(fence) = ["---", "+++"].into_iter().find(|fence| text.starts_with(fence)) else {
        return text;
    };
    let Some((_, rest)) = text.split_once('\n') else { return text };
    let mut at = 0;
    for line in rest.split_inclusive('\n') {
        at += line.len();
        if line.trim_end() == fence {
            return rest.get(at..).unwrap_or_default();
        }
        let Some((name, value)) = line.split_once([':', '=']) else { continue };
        let value = value.trim();
        let bare = value
            .strip_prefix('"')
            .and_then(|value| value.strip_suffix('"'))
            .or_else(|| value.strip_prefix('\'').and_then(|value| value.strip_suffix('\'')))
            .unwrap_or(value);
        if matches!(bare, "" | ">" | "|" | ">-" | "|-") {
            continue;
        }
        match name {
            "title" => bare.clone_into(&mut page.title),
            "description" | "summary" | "excerpt" => bare.clone_into(&mut page.description),
            "lang" | "language" | "locale" => bare.clone_into(&mut page.language),
            name if name.trim() == "title" && fence == "+++" => bare.clone_into(&mut page.title),
            _ => {}
        }
    }
    // No end: it was a line across the page.
    text
}

pub(super) fn options() -> Options {
    Options::ENABLE_TABLES | Options::ENABLE_HEADING_ATTRIBUTES | Options::ENABLE_STRIKETHROUGH
}

/// The same without images, comments and tags, and with links only where they lead somewhere from outside.
fn rewrite(text: &str, base: Option<&Url>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut kept = 0;
    // Where each open link or image began, and what it leads to.
    let mut open: Vec<Option<(usize, Option<Url>)>> = Vec::new();
    let mut cuts: Vec<(usize, usize, String)> = Vec::new();
    for (event, range) in Parser::new_ext(text, options()).into_offset_iter() {
        match event {
            Event::Start(Tag::Link { dest_url, .. }) => {
                let url = urls::join(base, &dest_url).filter(|url| {
                    matches!(url.scheme(), "http" | "https") && !dest_url.starts_with('#')
                });
                open.push(Some((range.start, url)));
            }
            Event::Start(Tag::Image { .. }) => open.push(None),
            Event::End(TagEnd::Link) => {
                if let Some(Some((start, url))) = open.pop() {
                    let source = text.get(range.clone()).unwrap_or_default();
                    if let Some(label) = label(source) {
                        // The parser leaves the second brackets of `[label][]` out of the link.
                        let after = text.get(range.end..).unwrap_or_default();
                        let end = range.end + if after.starts_with("[]") { 2 } else { 0 };
                        let new = match url {
                            Some(url) => format!("[{label}]({url})"),
                            None => label.to_owned(),
                        };
                        cuts.push((start, end, new));
                    }
                }
            }
            Event::End(TagEnd::Image) => {
                open.pop();
                if open.is_empty() {
                    cuts.push((range.start, range.end, String::new()));
                }
            }
            Event::InlineHtml(_) => cuts.push((range.start, range.end, String::new())),
            Event::Html(html) => cuts.push((range.start, range.end, without_tags(&html))),
            _ => {}
        }
    }
    cuts.sort_by_key(|(start, end, _)| (*start, std::cmp::Reverse(*end)));
    for (start, end, new) in cuts {
        if start >= kept {
            out.push_str(text.get(kept..start).unwrap_or_default());
            out.push_str(&new);
            kept = end;
        }
    }
    out.push_str(text.get(kept..).unwrap_or_default());
    out
}

/// Bytes of such a target, at most.
const TEMPLATE: usize = 500;

/// A link whose target a site's generator fills in, `[us]({{ site.email }})`, leads nowhere that is known here.
fn without_templates(text: &str) -> Cow<'_, str> {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find("]({") {
        let (before, target) = rest.split_at(at + 2);
        let begin = &target[..target.floor_char_boundary(TEMPLATE)];
        let line = begin.lines().next().unwrap_or_default();
        let line = if line.starts_with("{{") || line.starts_with("{%") { line } else { "" };
        let end = line.find("}}").or_else(|| line.find("%}"));
        let end = end.and_then(|end| Some(end + line.get(end..)?.find(')')?));
        out.push_str(before);
        if end.is_some() {
            out.push('#');
        }
        rest = &target[end.unwrap_or_default()..];
    }
    if out.is_empty() {
        return text.into();
    }
    out.push_str(rest);
    out.into()
}

/// Of `[label](url)`, and of what the end of the page says where it leads: `[label][name]`, `[label][]`, `[label]`.
/// None for `<https://…>`.
fn label(link: &str) -> Option<&str> {
    let rest = link.strip_prefix('[')?;
    let end = if rest.ends_with(')') {
        rest.rfind("](")
    } else {
        let rest = rest.strip_suffix(']')?;
        Some(rest.rfind("][").unwrap_or(rest.len()))
    };
    rest.get(..end?)
}

fn without_tags(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    let mut rest = html;
    while let Some((before, tag)) = rest.split_once('<') {
        out.push_str(before);
        let end = if tag.starts_with("!--") {
            tag.find("-->").map(|at| at + 3)
        } else {
            tag.find('>').map(|at| at + 1)
        };
        rest = end.and_then(|end| tag.get(end..)).unwrap_or_default();
    }
    out.push_str(rest);
    out
}

fn first_heading(markdown: &str) -> String {
    let mut inside = false;
    let mut title = String::new();
    for event in Parser::new_ext(markdown, options()) {
        match event {
            Event::Start(Tag::Heading { .. }) => inside = true,
            Event::End(TagEnd::Heading(_)) => break,
            Event::Text(text) | Event::Code(text) if inside => title.push_str(&text),
            _ => {}
        }
    }
    title.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::{literal, read};

    #[test]
    fn links_that_a_generator_fills_in_lead_nowhere_however_many_there_are() {
        let markdown = |text: &str| read(text, None).markdown;
        assert_eq!(markdown("[us]({{ site.email }}) [them]({% url %})"), "us them");
        let many = "]({{".repeat(300_000);
        assert_eq!(markdown(&many).len(), many.len());
    }

    #[test]
    fn reads_front_matter_and_keeps_the_rest() {
        let page = read(
            "---\ntitle: \"Our: Returns\"\ndescription: 'Short'\nlang: de\n---\n# Hi\n\nText\n",
            None,
        );
        assert_eq!(
            (page.title.as_str(), page.description.as_str(), page.language.as_str()),
            ("Our: Returns", "Short", "de")
        );
        assert_eq!(page.markdown, "# Hi\n\nText\n");
    }

    #[test]
    fn takes_a_line_across_for_what_it_is() {
        assert_eq!(read("---\n\n# Title\n\nx", None).title, "Title");
    }

    #[test]
    fn keeps_only_links_that_lead_somewhere() {
        let base = "https://a.example/docs/x.html".parse().ok();
        let text = "See [this](../y.md), [that](https://b.example/) and ![a picture](z.png)<br>.";
        assert_eq!(read(text, None).markdown, "See this, [that](https://b.example/) and .");
        assert_eq!(
            read(text, base.as_ref()).markdown,
            "See [this](https://a.example/y.md), [that](https://b.example/) and ."
        );
    }

    #[test]
    fn links_by_name_lead_where_the_page_says() {
        let text = "Ask [our team][help], [help][] or [help]. See [home] and [x] [1].\n\n[help]: https://b.example/h\n[home]: /\n";
        let page = read(text, None).markdown;
        assert!(
            page.starts_with("Ask [our team](https://b.example/h), [help](https://b.example/h) or [help](https://b.example/h). See home and [x] [1]."),
            "{page}"
        );
    }

    #[test]
    fn links_that_a_generator_fills_in_keep_their_words() {
        let text = "Ask [us]({{ site.email }}) or [them]({% link a.md %}#top). [Odd]({{ and\n[x](https://b.example/).";
        assert_eq!(
            read(text, None).markdown,
            "Ask us or them. [Odd]({{ and\n[x](https://b.example/)."
        );
        assert_eq!(read("]({{", None).markdown, "]({{");
    }

    #[test]
    fn shows_plain_text_as_it_is() {
        assert_eq!(literal("# 1 rule\n    indented"), "\\# 1 rule\nindented\n");
    }
}

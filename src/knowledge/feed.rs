//! The entries of a feed, RSS or Atom, whatever is wrong with it; and by its first element, what an XML document is.

use quick_xml::{
    Reader,
    escape::resolve_predefined_entity,
    events::{BytesStart, Event},
};
use url::Url;

use super::{
    charset,
    extract::{Document, Format, Input},
};

/// Entries of one feed.
const MOST: usize = 5000;
/// Bytes of one entry's text.
const LARGEST: usize = 512 * 1024;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Xml {
    Sitemap,
    Feed,
}

#[derive(Debug, Default, Clone)]
pub(super) struct Entry {
    pub link: String,
    pub title: String,
    /// HTML; the longest of what it says of itself.
    pub content: String,
}

/// What the document is, by its first element: a feed, a sitemap, or neither.
pub(super) fn sniff(body: &[u8]) -> Option<Xml> {
    let text = charset::text_of_xml(body.get(..body.len().min(4096))?, None);
    let mut reader = Reader::from_str(text.trim_start());
    loop {
        match reader.read_event().ok()? {
            Event::Start(tag) | Event::Empty(tag) => {
                return match tag.local_name().as_ref() {
                    "urlset" | "sitemapindex" => Some(Xml::Sitemap),
                    "rss" | "feed" | "RDF" => Some(Xml::Feed),
                    _ => None,
                };
            }
            Event::Eof => return None,
            _ => {}
        }
    }
}

/// The entries that have a link, in the feed's order.
pub(super) fn read(body: &[u8], charset: Option<&str>) -> Vec<Entry> {
    let text = charset::text_of_xml(body, charset);
    let mut reader = Reader::from_str(&text);
    reader.config_mut().check_end_names = false;
    let mut entries = Vec::new();
    let mut entry: Option<Entry> = None;
    // The element whose text is gathered, how many are open in it, and the text.
    let mut inside: Option<(String, usize, String)> = None;
    while entries.len() < MOST {
        let event = match reader.read_event() {
            Ok(Event::Eof) | Err(_) => break,
            Ok(event) => event,
        };
        match event {
            // XHTML that stands in an entry as it is.
            Event::Start(tag) if inside.is_some() => {
                if let Some((_, open, text)) = &mut inside {
                    *open += 1;
                    text.push('<');
                    text.push_str(tag.local_name().as_ref());
                    text.push('>');
                }
            }
            Event::Start(tag) => match tag.local_name().as_ref() {
                "item" | "entry" => entry = Some(Entry::default()),
                "link" => {
                    link(&tag, entry.as_mut());
                    inside = Some(("link".into(), 0, String::new()));
                }
                name @ ("title" | "description" | "summary" | "content" | "encoded")
                    if entry.is_some() =>
                {
                    inside = Some((name.to_owned(), 0, String::new()));
                }
                _ => {}
            },
            Event::Empty(tag) if tag.local_name().as_ref() == "link" => {
                link(&tag, entry.as_mut());
            }
            Event::Text(part) => gather(&mut inside, &part),
            Event::CData(part) => gather(&mut inside, &part),
            Event::GeneralRef(name) => {
                // Within XHTML it stays what it is, for the browser's parser.
                let kept = inside.as_ref().is_some_and(|(_, open, _)| *open > 0);
                let name = name.as_ref();
                let text = if kept { format!("&{name};") } else { reference(name) };
                gather(&mut inside, &text);
            }
            Event::End(tag) => match &mut inside {
                Some((_, open, text)) if *open > 0 => {
                    *open -= 1;
                    text.push_str("</");
                    text.push_str(tag.local_name().as_ref());
                    text.push('>');
                }
                Some(_) => {
                    if let Some((name, _, text)) = inside.take() {
                        keep(&name, text.trim(), entry.as_mut());
                    }
                }
                None if matches!(tag.local_name().as_ref(), "item" | "entry") => {
                    entries.extend(entry.take().filter(|entry| !entry.link.is_empty()));
                }
                None => {}
            },
            _ => {}
        }
    }
    entries
}

/// Atom's links: the one to the page itself.
fn link(tag: &BytesStart<'_>, entry: Option<&mut Entry>) {
    let value = |name: &str| {
        let found = tag.attributes().flatten().find(|it| it.key.as_ref() == name)?;
        Some(found.value.replace("&amp;", "&"))
    };
    let Some(href) = value("href") else { return };
    if value("rel").is_some_and(|rel| rel != "alternate") {
        return;
    }
    keep("link", href.trim(), entry);
}

fn keep(name: &str, text: &str, entry: Option<&mut Entry>) {
    let Some(entry) = entry else { return };
    match name {
        "link" if entry.link.is_empty() => text.clone_into(&mut entry.link),
        "title" if entry.title.is_empty() => text.clone_into(&mut entry.title),
        "description" | "summary" | "content" | "encoded" if text.len() > entry.content.len() => {
            text.clone_into(&mut entry.content);
        }
        _ => {}
    }
}

fn gather(inside: &mut Option<(String, usize, String)>, part: &str) {
    if let Some((_, _, text)) = inside
        && text.len() + part.len() <= LARGEST
    {
        text.push_str(part);
    }
}

/// What `&name;` stands for; of HTML's own names the browser's parser knows more.
pub(super) fn reference(name: &str) -> String {
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16),
            None => number.parse(),
        };
        return code.ok().and_then(char::from_u32).map(String::from).unwrap_or_default();
    }
    resolve_predefined_entity(name).map_or_else(|| format!("&{name};"), str::to_owned)
}

impl Entry {
    /// What the entry says of itself, to be read as the page that it is about.
    pub(super) fn input(&self, url: &Url) -> Input {
        Input {
            bytes: format!("<html><body><main>{}</main></body></html>", self.content).into_bytes(),
            format: Format::Html,
            charset: Some("utf-8".into()),
            base: Some(url.clone()),
            name: if self.title.is_empty() { url.to_string() } else { self.title.clone() },
        }
    }

    /// That page: where it is and what it leads to, the feed says.
    pub(super) fn page(document: Document) -> Document {
        Document { canonical: None, links: Vec::new(), ..document }
    }
}

#[cfg(test)]
mod tests {
    use super::{Entry, Xml, read, sniff};

    fn entries(body: &[u8]) -> Vec<Entry> {
        read(body, None)
    }

    #[test]
    fn reads_rss() {
        let entries = entries(
            b"<?xml version='1.0'?><rss version='2.0' xmlns:content='x' xmlns:atom='y'><channel><title>Blog</title>\
              <link>https://a.example/</link><atom:link rel='self' href='https://a.example/feed'/>\
              <item><title>One &amp; two</title><link> https://a.example/1?a=1&amp;b=2 </link><description>Short</description>\
              <content:encoded><![CDATA[<p>Longer than short</p>]]></content:encoded></item>\
              <item><title>No link</title></item>\
              <item><link>https://a.example/2</link><description>&lt;p&gt;Es&amp;nbsp;hei&#223;t&lt;/p&gt;</description></item></channel></rss>",
        );
        let links: Vec<_> = entries.iter().map(|entry| entry.link.as_str()).collect();
        assert_eq!(links, ["https://a.example/1?a=1&b=2", "https://a.example/2"]);
        assert_eq!(entries[0].title, "One & two");
        assert_eq!(entries[0].content, "<p>Longer than short</p>");
        assert_eq!(entries[1].content, "<p>Es&nbsp;heißt</p>");
    }

    #[test]
    fn reads_atom() {
        let entries = entries(
            b"<feed xmlns='http://www.w3.org/2005/Atom'><link href='/' rel='alternate'/><link rel='self' href='/feed'/>\
              <entry><title>One</title><link rel='edit' href='/edit'/><link href='/1'/><summary>S</summary>\
              <content type='xhtml'><div xmlns='z'>Some <b>bold</b> words</div></content></entry></feed>",
        );
        assert_eq!(entries[0].link, "/1");
        assert_eq!(entries[0].content, "<div>Some <b>bold</b> words</div>");
    }

    #[test]
    fn knows_feeds_and_sitemaps_by_their_first_element() {
        assert_eq!(sniff(b"\xef\xbb\xbf<?xml version='1.0'?><!-- x --><rss>"), Some(Xml::Feed));
        assert_eq!(sniff(b"<feed xmlns='http://www.w3.org/2005/Atom'/>"), Some(Xml::Feed));
        assert_eq!(sniff(b"<x:urlset>"), Some(Xml::Sitemap));
        assert_eq!(sniff(b"<!doctype html><html><body>rss"), None);
        assert_eq!(sniff(b"\x1f\x8b"), None);
    }
}

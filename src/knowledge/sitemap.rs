//! The pages that a site lists in its sitemaps, whatever is wrong with them.

use std::{borrow::Cow, collections::VecDeque, io::Read};

use quick_xml::{Reader, events::Event};
use url::Url;

use super::{
    charset, feed,
    fetch::{Failure, Fetcher, Terms},
    urls,
};

/// Sitemaps read for one site: an index may name thousands.
const FILES: usize = 50;
/// Bytes of one sitemap after unpacking; the protocol allows 50 MB.
pub(super) const LARGEST: usize = 50 * 1024 * 1024;

#[derive(Default)]
pub(super) struct Pages {
    /// In the order of the sitemaps.
    pub urls: Vec<Url>,
    /// Sitemaps that there are and that could not be read whole, each with the reason: pages may be missing.
    pub missing: Vec<String>,
}

impl Pages {
    /// All pages that the sitemaps name, at most `most`.
    pub(super) async fn of(fetcher: &Fetcher, sitemaps: Vec<Url>, most: usize) -> Self {
        let mut pages = Self::default();
        pages.follow(fetcher, sitemaps.into(), Vec::new(), most).await;
        pages
    }

    /// The same, from a sitemap that is there already.
    pub(super) async fn from(fetcher: &Fetcher, url: &Url, body: &[u8], most: usize) -> Self {
        let mut pages = Self::default();
        let further = pages.take(url, body, most);
        pages.follow(fetcher, further.into(), vec![url.clone()], most).await;
        pages
    }

    async fn follow(
        &mut self,
        fetcher: &Fetcher,
        mut waiting: VecDeque<Url>,
        mut read: Vec<Url>,
        most: usize,
    ) {
        while let Some(sitemap) = waiting.pop_front() {
            if read.contains(&sitemap) {
                continue;
            }
            if read.len() >= FILES || self.urls.len() >= most {
                let more = waiting.len() + 1;
                self.missing.push(format!("{more} more sitemaps are listed than are read"));
                break;
            }
            read.push(sitemap.clone());
            let terms = Terms { follow: &|_| true, takes: |_| true, largest: |_| LARGEST };
            match fetcher.get(&sitemap, &terms).await {
                Ok(response) => waiting.extend(self.take(&sitemap, &response.body, most)),
                Err(Failure::Gone(_)) => {}
                Err(
                    Failure::Passing(reason) | Failure::Lasting(reason) | Failure::Refused(reason),
                ) => self.missing.push(format!("{sitemap} {reason}")),
            }
        }
        self.urls.truncate(most);
    }

    /// Takes the pages of one sitemap; gives the sitemaps that it names.
    fn take(&mut self, sitemap: &Url, body: &[u8], most: usize) -> Vec<Url> {
        let listed = locations(&unpacked(body), most);
        if !(listed.whole || listed.pages.is_empty() && listed.sitemaps.is_empty()) {
            self.missing.push(format!("{sitemap} breaks off"));
        }
        if listed.pages.len() >= most {
            self.missing.push(format!("{sitemap} lists more pages than the {most} that are taken"));
        }
        let absolute = |location: &String| urls::join(Some(sitemap), location);
        self.urls.extend(listed.pages.iter().filter_map(absolute));
        listed.sitemaps.iter().filter_map(absolute).collect()
    }
}

/// A sitemap may be a packed file.
pub(super) fn unpacked(body: &[u8]) -> Cow<'_, [u8]> {
    if !body.starts_with(&[0x1f, 0x8b]) {
        return body.into();
    }
    let mut bytes = Vec::new();
    // What comes out before an error is read all the same.
    let _ = flate2::read::MultiGzDecoder::new(body).take(LARGEST as u64).read_to_end(&mut bytes);
    bytes.into()
}

#[derive(Default)]
struct Listed {
    pages: Vec<String>,
    sitemaps: Vec<String>,
    /// It was read to its end.
    whole: bool,
}

fn locations(xml: &[u8], most: usize) -> Listed {
    let mut listed = Listed::default();
    let text = charset::text_of_xml(xml, None);
    let mut reader = Reader::from_str(&text);
    reader.config_mut().check_end_names = false;
    let mut in_sitemap = false;
    let mut open = 0_i64;
    let mut location: Option<String> = None;
    while listed.pages.len() < most && listed.sitemaps.len() < most {
        match reader.read_event() {
            Ok(Event::Start(tag)) => {
                open += 1;
                match tag.local_name().as_ref() {
                    "sitemap" => in_sitemap = true,
                    "url" => in_sitemap = false,
                    "loc" => location = Some(String::new()),
                    _ => {}
                }
            }
            Ok(Event::Text(part)) => {
                if let Some(location) = &mut location {
                    location.push_str(&part);
                }
            }
            Ok(Event::CData(part)) => {
                if let Some(location) = &mut location {
                    location.push_str(&part);
                }
            }
            Ok(Event::GeneralRef(name)) => {
                if let Some(location) = &mut location {
                    location.push_str(&feed::reference(&name));
                }
            }
            Ok(Event::End(tag)) => {
                open -= 1;
                let location = (tag.local_name().as_ref() == "loc").then(|| location.take());
                let location = location.flatten().unwrap_or_default().trim().to_owned();
                if (1..=urls::LONGEST).contains(&location.len()) {
                    if in_sitemap {
                        listed.sitemaps.push(location);
                    } else {
                        listed.pages.push(location);
                    }
                }
            }
            Ok(Event::Eof) => {
                listed.whole = open <= 0;
                return listed;
            }
            Err(_) => return listed,
            Ok(_) => {}
        }
    }
    listed.whole = true;
    listed
}

#[cfg(test)]
mod tests {
    use super::locations;

    #[test]
    fn reads_pages_and_further_sitemaps() {
        let listed = locations(
            b"<?xml version='1.0'?><x:urlset><url><loc> https://a.example/?a=1&#38;b=2 </loc><lastmod>x</lastmod></url>\
              <url><loc><![CDATA[/b]]></loc></url></x:urlset>",
            10,
        );
        assert_eq!(listed.pages, ["https://a.example/?a=1&b=2", "/b"]);
        let listed = locations(b"<sitemapindex><sitemap><loc>/one.xml</loc></sitemap>", 10);
        assert_eq!(listed.sitemaps, ["/one.xml"]);
    }

    #[test]
    fn takes_what_it_can_of_a_broken_one() {
        let listed = locations(b"<urlset><url><loc>/a</loc></url><url><loc>/b<", 10);
        assert_eq!((listed.pages, listed.whole), (vec!["/a".to_owned()], false));
        assert!(!locations(b"<urlset><url><loc>/a</loc></url>", 10).whole);
        assert!(locations(b"<urlset><url><loc>/a</loc></url></urlset>", 10).whole);
        assert!(locations(b"<html><p>not found", 10).pages.is_empty());
    }
}

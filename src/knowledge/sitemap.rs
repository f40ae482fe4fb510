//! The pages that a site lists in its sitemaps, whatever is wrong with them.

use quick_xml::{Reader, events::Event};
use url::Url;

use super::fetch::{Fetcher, Terms};

/// Sitemaps read for one site: an index may name thousands.
const FILES: usize = 50;

/// All pages that the sitemaps name, at most `most`, in their order.
pub(super) async fn pages(fetcher: &Fetcher, sitemaps: Vec<Url>, most: usize) -> Vec<Url> {
    let mut waiting = sitemaps;
    let mut read: Vec<Url> = Vec::new();
    let mut pages = Vec::new();
    while let Some(sitemap) = waiting.first().cloned() {
        waiting.remove(0);
        if read.contains(&sitemap) || read.len() >= FILES || pages.len() >= most {
            continue;
        }
        read.push(sitemap.clone());
        let terms = Terms { follow: &|_| true, takes: |_| true };
        let Ok(response) = fetcher.get(&sitemap, &terms).await else { continue };
        let listed = locations(&response.body, most);
        waiting.extend(listed.sitemaps.iter().filter_map(|location| sitemap.join(location).ok()));
        pages.extend(listed.pages.iter().filter_map(|location| sitemap.join(location).ok()));
    }
    pages.truncate(most);
    pages
}

#[derive(Default)]
struct Listed {
    pages: Vec<String>,
    sitemaps: Vec<String>,
}

fn locations(xml: &[u8], most: usize) -> Listed {
    let mut listed = Listed::default();
    let text = String::from_utf8_lossy(xml);
    let mut reader = Reader::from_str(&text);
    reader.config_mut().check_end_names = false;
    let mut in_sitemap = false;
    let mut location: Option<String> = None;
    while listed.pages.len() < most && listed.sitemaps.len() < most {
        match reader.read_event() {
            Ok(Event::Start(tag)) => match tag.local_name().as_ref() {
                "sitemap" => in_sitemap = true,
                "url" => in_sitemap = false,
                "loc" => location = Some(String::new()),
                _ => {}
            },
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
                if let Some(location) = &mut location
                    && name.as_ref() == "amp"
                {
                    location.push('&');
                }
            }
            Ok(Event::End(tag)) if tag.local_name().as_ref() == "loc" => {
                let location = location.take().unwrap_or_default().trim().to_owned();
                if !location.is_empty() {
                    if in_sitemap {
                        listed.sitemaps.push(location);
                    } else {
                        listed.pages.push(location);
                    }
                }
            }
            Ok(Event::Eof) | Err(_) => break,
            Ok(_) => {}
        }
    }
    listed
}

#[cfg(test)]
mod tests {
    use super::locations;

    #[test]
    fn reads_pages_and_further_sitemaps() {
        let listed = locations(
            b"<?xml version='1.0'?><x:urlset><url><loc> https://a.example/?a=1&amp;b=2 </loc><lastmod>x</lastmod></url>\
              <url><loc><![CDATA[/b]]></loc></url></x:urlset>",
            10,
        );
        assert_eq!(listed.pages, ["https://a.example/?a=1&b=2", "/b"]);
        let listed = locations(b"<sitemapindex><sitemap><loc>/one.xml</loc></sitemap>", 10);
        assert_eq!(listed.sitemaps, ["/one.xml"]);
    }

    #[test]
    fn takes_what_it_can_of_a_broken_one() {
        assert_eq!(locations(b"<urlset><url><loc>/a</loc></url><url><loc>/b<", 10).pages, ["/a"]);
        assert!(locations(b"<html><p>not found", 10).pages.is_empty());
    }
}

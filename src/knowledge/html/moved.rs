//! Where a page without content sends its readers: `<meta http-equiv="refresh" content="0; url=/new">`.

use scraper::{ElementRef, Html, Selector};
use url::Url;

/// Seconds after which a page is one to read, and not one that moved.
const SOON: f64 = 10.0;
/// Bytes of such a page's text at most: one that says more is one to read.
pub(super) const LONGEST: usize = 600;

/// None for a page that stays, reloads itself, or sends on only readers without scripts.
pub(super) fn target(document: &Html, base: Option<&Url>) -> Option<Url> {
    let selector = Selector::parse("meta[http-equiv][content]").ok()?;
    let refresh = document.root_element().select(&selector).find(|element| {
        let name = element.attr("http-equiv").unwrap_or_default();
        name.eq_ignore_ascii_case("refresh") && !is_without_scripts(element)
    })?;
    let (delay, rest) = refresh.attr("content")?.split_once([';', ','])?;
    if delay.trim().parse::<f64>().ok()? > SOON {
        return None;
    }
    let (name, url) = rest.split_once('=')?;
    let url = url.trim().trim_matches(['"', '\'']).trim();
    let is_url = name.trim().eq_ignore_ascii_case("url") && !url.is_empty();
    is_url.then(|| super::absolute(url, base)).flatten()
}

fn is_without_scripts(element: &ElementRef<'_>) -> bool {
    let mut above = element.ancestors().filter_map(ElementRef::wrap);
    above.any(|above| above.value().name() == "noscript")
}

#[cfg(test)]
mod tests {
    use scraper::Html;
    use url::Url;

    #[test]
    fn a_page_says_where_it_moved_to() {
        let base = Url::parse("https://a.example/dir/old").unwrap();
        for (head, target) in [
            ("<meta http-equiv=refresh content='0; url=new'>", Some("https://a.example/dir/new")),
            ("<meta http-equiv='Refresh' content=\"3;URL='/b'\">", Some("https://a.example/b")),
            ("<meta http-equiv=refresh content='300; url=/b'>", None),
            ("<meta http-equiv=refresh content='30'>", None),
            ("<meta http-equiv=refresh content='0; url='>", None),
            ("<noscript><meta http-equiv=refresh content='0; url=/b'></noscript>", None),
            ("<meta http-equiv=content-type content='a; url=/b'>", None),
        ] {
            let document = Html::parse_document(&format!("<head>{head}</head><body>x"));
            let found = super::target(&document, Some(&base)).map(String::from);
            assert_eq!(found.as_deref(), target, "{head}");
        }
    }
}

//! URLs of pages: one page written one way, and what is no page by its name.

use url::Url;

/// Of a URL, in bytes: what is longer no browser of old could open, and it costs memory for each place where it stands.
pub(super) const LONGEST: usize = 2048;

/// Where a reference leads from its page, or by itself. None for what is no URL, or too long.
pub(super) fn join(base: Option<&Url>, reference: &str) -> Option<Url> {
    let reference = Some(reference.trim()).filter(|reference| reference.len() <= LONGEST)?;
    let url = match base {
        Some(base) => base.join(reference).ok()?,
        None => Url::parse(reference).ok()?,
    };
    (url.as_str().len() <= LONGEST).then_some(url)
}

/// Parameters that tell who sent the visitor, never which page it is.
fn is_tracking(name: &str) -> bool {
    name.starts_with("utm_")
        || matches!(
            name,
            "gclid"
                | "fbclid"
                | "msclkid"
                | "mc_cid"
                | "mc_eid"
                | "igshid"
                | "yclid"
                | "dclid"
                | "_ga"
                | "_gl"
        )
}

/// One of the many ways to write the URL of one page: without fragment, default port, tracking.
pub(super) fn normal(mut url: Url) -> Url {
    url.set_fragment(None);
    let _ = url.set_username("");
    let _ = url.set_password(None);
    if let Some(query) = url.query() {
        let kept: Vec<&str> = query
            .split('&')
            .filter(|pair| {
                !pair.is_empty() && !is_tracking(pair.split('=').next().unwrap_or_default())
            })
            .collect();
        let kept = kept.join("&");
        url.set_query(Some(kept.as_str()).filter(|query| !query.is_empty()));
    }
    url
}

/// What two URLs of one page have in common.
pub(super) fn place(url: &str) -> Option<&str> {
    let (_, rest) = url.split_once("://")?;
    let rest = rest.split(['?', '#']).next()?;
    Some(rest.trim_end_matches('/'))
}

/// The host, with or without `www.`: that is one site.
pub(super) fn site_name(url: &Url) -> Option<&str> {
    url.host_str().map(|host| host.strip_prefix("www.").unwrap_or(host))
}

/// Files that pages show or offer, by their names: not worth a request.
pub(super) fn is_asset(url: &Url) -> bool {
    let Some((_, extension)) = url.path().rsplit_once('.') else { return false };
    matches!(
        extension.to_ascii_lowercase().as_str(),
        "7z" | "avi"
            | "avif"
            | "bin"
            | "bmp"
            | "bz2"
            | "css"
            | "csv"
            | "dmg"
            | "doc"
            | "eot"
            | "epub"
            | "exe"
            | "gif"
            | "gz"
            | "ico"
            | "iso"
            | "jpeg"
            | "jpg"
            | "js"
            | "json"
            | "m4a"
            | "mjs"
            | "mov"
            | "mp3"
            | "mp4"
            | "mpg"
            | "ogg"
            | "otf"
            | "png"
            | "ppt"
            | "pptx"
            | "rar"
            | "rss"
            | "svg"
            | "tar"
            | "tgz"
            | "tiff"
            | "ttf"
            | "wasm"
            | "wav"
            | "webm"
            | "webp"
            | "woff"
            | "woff2"
            | "xls"
            | "xlsx"
            | "xml"
            | "zip"
    )
}

#[cfg(test)]
mod tests {
    use super::{LONGEST, is_asset, join, normal, site_name};
    use url::Url;

    #[test]
    fn what_is_too_long_is_no_url() {
        let base = Url::parse("https://a.example/x/").expect("a URL");
        assert_eq!(join(Some(&base), " ../y ").expect("a URL").as_str(), "https://a.example/y");
        assert_eq!(join(None, "https://b.example").expect("a URL").path(), "/");
        assert!(join(None, "/y").is_none());
        for length in [LONGEST - 10, LONGEST, LONGEST + 1] {
            assert!(join(Some(&base), &"y".repeat(length)).is_none(), "{length}");
        }
    }

    #[test]
    fn writes_one_page_one_way() {
        let url = |text: &str| normal(Url::parse(text).expect("a URL")).to_string();
        assert_eq!(
            url("https://A.example:443/x/../y?utm_source=a&b=1&gclid=2#top"),
            "https://a.example/y?b=1"
        );
        assert_eq!(url("http://u:p@a.example?utm_source=a"), "http://a.example/");
    }

    #[test]
    fn a_site_goes_by_two_names() {
        let name = |text: &str| site_name(&Url::parse(text).expect("a URL")).map(str::to_owned);
        assert_eq!(name("https://www.a.example/x"), name("http://a.example"));
        assert_ne!(name("https://blog.a.example"), name("https://a.example"));
    }

    #[test]
    fn leaves_out_what_is_no_page() {
        assert!(is_asset(&Url::parse("https://a.example/x/logo.PNG?v=1").expect("a URL")));
        assert!(!is_asset(&Url::parse("https://a.example/v1.2/about").expect("a URL")));
    }
}

//! What the headers of a response say of its document, and of when and how to ask for it again.

use std::time::Duration;

use reqwest::{
    RequestBuilder,
    header::{
        CONTENT_TYPE, ETAG, HeaderMap, HeaderName, IF_MODIFIED_SINCE, IF_NONE_MATCH, LAST_MODIFIED,
        RETRY_AFTER,
    },
};

use crate::clock::Moment;

/// Bytes of a validator that are kept.
const VALIDATOR: usize = 500;

/// What a server gave along with a document, to be asked later whether that is still the one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in super::super) struct Validators {
    pub etag: Option<String>,
    /// As the server wrote it.
    pub last_modified: Option<String>,
}

/// What a server asks of crawlers along with a document, in `X-Robots-Tag`.
#[derive(Debug, Clone, Copy, Default)]
pub(in super::super) struct Wishes {
    pub noindex: bool,
    pub nofollow: bool,
}

impl Validators {
    pub(in super::super) fn of(headers: &HeaderMap) -> Self {
        let text = |name: HeaderName| {
            let value = headers.get(name)?.to_str().ok()?;
            (value.len() <= VALIDATOR).then(|| value.to_owned())
        };
        Self { etag: text(ETAG), last_modified: text(LAST_MODIFIED) }
    }

    pub(in super::super) fn put_on(&self, mut request: RequestBuilder) -> RequestBuilder {
        if let Some(etag) = &self.etag {
            request = request.header(IF_NONE_MATCH, etag);
        }
        if let Some(last_modified) = &self.last_modified {
            request = request.header(IF_MODIFIED_SINCE, last_modified);
        }
        request
    }
}

impl Wishes {
    /// Rules for all crawlers, and those for us by name.
    pub(in super::super) fn of(headers: &HeaderMap) -> Self {
        let mut wishes = Self::default();
        let values = headers.get_all("x-robots-tag").iter().filter_map(|value| value.to_str().ok());
        for value in values {
            // A name holds for what follows it in its header.
            let mut for_us = true;
            for rule in value.split(',') {
                let rule = match rule.split_once(':') {
                    Some((name, rule)) if !is_rule_with_value(name) => {
                        for_us = name.trim().eq_ignore_ascii_case("frontdesk");
                        rule
                    }
                    _ => rule,
                };
                let says = |word: &str| for_us && rule.trim().eq_ignore_ascii_case(word);
                wishes.noindex |= says("noindex") || says("none");
                wishes.nofollow |= says("nofollow") || says("none");
            }
        }
        wishes
    }
}

fn is_rule_with_value(name: &str) -> bool {
    let name = name.trim().to_ascii_lowercase();
    name.starts_with("max-") || name == "unavailable_after"
}

/// How long to wait: seconds, or a date (RFC 9110, section 10.2.3).
pub(in super::super) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    let seconds = text.parse().ok().map(Duration::from_secs);
    seconds.or_else(|| Some(Moment::of_http_date(text)?.since(Moment::now())))
}

/// The media type, in lower case, and the character set.
pub(in super::super) fn content_type(headers: &HeaderMap) -> (String, Option<String>) {
    let value = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let mut parts = value.split(';');
    let media_type = parts.next().unwrap_or_default().trim().to_ascii_lowercase();
    let charset = parts.find_map(|part| {
        let (name, value) = part.split_once('=')?;
        name.trim()
            .eq_ignore_ascii_case("charset")
            .then(|| value.trim().trim_matches('"').to_owned())
    });
    (media_type, charset)
}

#[cfg(test)]
mod tests {
    use reqwest::header::{HeaderMap, HeaderValue};

    use super::Wishes;

    fn wishes(values: &[&'static str]) -> (bool, bool) {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append("x-robots-tag", HeaderValue::from_static(value));
        }
        let wishes = Wishes::of(&headers);
        (wishes.noindex, wishes.nofollow)
    }

    #[test]
    fn wishes_are_those_for_all_and_for_us() {
        assert_eq!(wishes(&[]), (false, false));
        assert_eq!(wishes(&["noindex"]), (true, false));
        assert_eq!(wishes(&["max-snippet: 20, None"]), (true, true));
        assert_eq!(wishes(&["googlebot: noindex, nofollow"]), (false, false));
        assert_eq!(wishes(&["googlebot: noindex", "Frontdesk: nofollow"]), (false, true));
        assert_eq!(
            wishes(&["unavailable_after: 25 Jun 2030 15:00:00 PST, noindex"]),
            (true, false)
        );
    }
}

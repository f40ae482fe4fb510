//! What a site asks of crawlers, in its robots.txt (RFC 9309).

use std::time::Duration;

use texting_robots::Robot;
use url::Url;

use super::{
    extract,
    fetch::{Failure, Fetcher, Terms},
    urls,
};

const NAME: &str = "Frontdesk";
/// Bytes that are read; the RFC asks for at least 500 KiB.
const LARGEST: usize = 512 * 1024;
/// Rules that are kept; each is held against each link of each page.
const RULES: usize = 5000;
/// A site may slow us down, not stop us for days.
const DELAY_MOST: f32 = 60.0;

#[derive(Default)]
pub(super) struct Robots {
    rules: Option<Robot>,
    pub delay: Duration,
    pub sitemaps: Vec<Url>,
}

impl Robots {
    /// No file is no rule. An error is the reason why the site cannot be crawled now: RFC 9309 takes a file that the
    /// server fails to give as "nothing is allowed".
    pub(super) async fn of(fetcher: &Fetcher, site: &Url) -> Result<Self, String> {
        let Ok(url) = site.join("/robots.txt") else { return Ok(Self::default()) };
        let terms = Terms { follow: &|_| true, takes: |_| true, largest: extract::largest };
        match fetcher.get(&url, &terms).await {
            Ok(response) => {
                let robots = Self::read(&response.body, &response.url);
                fetcher.pause(robots.delay);
                Ok(robots)
            }
            // RFC 9309, section 2.3.1.3: what is refused with 4xx is not there.
            Err(Failure::Gone(_) | Failure::Lasting(_) | Failure::Refused(_)) => {
                Ok(Self::default())
            }
            Err(Failure::Passing(reason)) => Err(format!("{url} {reason}")),
        }
    }

    fn read(text: &[u8], at: &Url) -> Self {
        let text = text.get(..text.len().min(LARGEST)).unwrap_or_default();
        let Ok(rules) = Robot::new(NAME, &ours(text)) else { return Self::default() };
        Self {
            delay: Duration::from_secs_f32(
                rules.delay.filter(|delay| delay.is_finite()).unwrap_or(0.0).clamp(0.0, DELAY_MOST),
            ),
            sitemaps: rules
                .sitemaps
                .iter()
                .filter_map(|sitemap| urls::join(Some(at), sitemap))
                .collect(),
            rules: Some(rules),
        }
    }

    pub(super) fn allow(&self, url: &Url) -> bool {
        self.rules.as_ref().is_none_or(|rules| rules.allowed(url.as_str()))
    }
}

/// What may concern us: without the rules for others, and of ours the first.
fn ours(text: &[u8]) -> Vec<u8> {
    let mut kept = Vec::with_capacity(text.len());
    let (mut concerns_us, mut names, mut rules) = (true, false, 0);
    for line in text.split_inclusive(|byte| matches!(byte, b'\n' | b'\r')) {
        let written = String::from_utf8_lossy(line).to_ascii_lowercase();
        let (field, value) = written.split_once(':').unwrap_or_default();
        match field.trim() {
            "user-agent" => {
                let is_ours = value.contains('*') || value.contains(&NAME.to_ascii_lowercase());
                // Several names above the same rules.
                concerns_us = is_ours || names && concerns_us;
                names = true;
            }
            "allow" | "disallow" => {
                names = false;
                if !concerns_us || rules == RULES {
                    continue;
                }
                rules += 1;
            }
            _ => {}
        }
        kept.extend_from_slice(line);
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::Robots;
    use url::Url;

    #[test]
    fn follows_the_group_that_names_us() {
        let at = Url::parse("https://a.example/robots.txt").expect("a URL");
        let text = b"User-agent: *\nDisallow: /\n\nUser-agent: frontdesk\nDisallow: /private\nCrawl-delay: 99999\n\nSitemap: /map.xml";
        let robots = Robots::read(text, &at);
        assert!(robots.allow(&at.join("/open").expect("a URL")));
        assert!(!robots.allow(&at.join("/private/x").expect("a URL")));
        assert_eq!(robots.delay.as_secs(), 60);
        assert_eq!(robots.sitemaps.first().map(Url::as_str), Some("https://a.example/map.xml"));
    }

    #[test]
    fn what_is_said_to_others_leaves_room_for_what_is_said_to_us() {
        let at = Url::parse("https://a.example/robots.txt").expect("a URL");
        let others: String = (0..9000).map(|n| format!("Disallow: /{n}\n")).collect();
        let text = format!(
            "User-agent: a\nUser-agent: b\n{others}\nUser-agent: c\nUser-agent: *\nDisallow: /no\n"
        );
        let robots = Robots::read(text.as_bytes(), &at);
        assert!(robots.allow(&at.join("/1").expect("a URL")));
        assert!(!robots.allow(&at.join("/no").expect("a URL")));
    }

    #[test]
    fn takes_garbage_as_no_rule() {
        let at = Url::parse("https://a.example/robots.txt").expect("a URL");
        assert!(Robots::read(b"\xff\xfe<html>\0", &at).allow(&at));
    }
}

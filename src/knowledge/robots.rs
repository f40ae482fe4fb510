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
/// Lines that are read; each rule is held against each link of each page.
const LINES: usize = 5000;
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
        let end = text.iter().enumerate().filter(|(_, byte)| **byte == b'\n').nth(LINES);
        let text = &text[..end.map_or(text.len(), |(at, _)| at)];
        let Ok(rules) = Robot::new(NAME, text) else { return Self::default() };
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
    fn takes_garbage_as_no_rule() {
        let at = Url::parse("https://a.example/robots.txt").expect("a URL");
        assert!(Robots::read(b"\xff\xfe<html>\0", &at).allow(&at));
    }
}

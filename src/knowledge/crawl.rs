//! A walk over one site, page by page, politely: what robots.txt forbids is left out, two requests at most are under
//! way, each page comes once however many URLs lead to it, and the walk ends.

use std::{
    collections::{HashSet, VecDeque},
    sync::Arc,
    time::Duration,
};

use futures_util::{StreamExt, future::BoxFuture, stream::FuturesUnordered};
use tokio::time::Instant;
use url::Url;

use super::{
    Skipped,
    addresses::Guard,
    extract::{self, Document, Format, Input},
    fetch::{Failure, Fetcher, Response, Terms},
    index::Arrival,
    robots::Robots,
    sitemap,
    urls::{is_asset, normal},
};
use crate::error::{Error, Result};

/// Requests to the site at once.
const AT_ONCE: usize = 2;
/// URLs that wait; a site that makes up more is not worth them.
const WAITING: usize = 20_000;
/// Requests for each page wanted: some are not there, some are the same.
const TRIES_A_PAGE: usize = 3;
/// Characters of a URL.
const LONGEST: usize = 2000;

pub(super) struct Limits {
    pub max_pages: usize,
    pub allow_hosts: Vec<String>,
}

pub(super) struct Crawl {
    site: Arc<Site>,
    limits: Limits,
    /// The page that the walk begins with, which is there already.
    first: Option<Visited>,
    waiting: VecDeque<Url>,
    /// Every URL that waits, waited, or turned out to be another name of a page.
    known: HashSet<Url>,
    /// The texts of the pages so far: the same under another URL is the same page.
    texts: HashSet<String>,
    under_way: FuturesUnordered<BoxFuture<'static, Visited>>,
    asked: usize,
    pages: usize,
    next_at: Instant,
    forbidden: Vec<Skipped>,
}

struct Site {
    fetcher: Fetcher,
    robots: Robots,
    /// Where the first page really is.
    start: Url,
}

type Visited = (Url, Result<Fetched, Missed>);

struct Fetched {
    url: Url,
    document: Document,
}

/// One URL that was visited.
pub(super) struct Visit {
    pub url: Url,
    pub result: Result<Box<Arrival>, Missed>,
}

/// Why a visit gave no page.
pub(super) enum Missed {
    /// There is no page here.
    Gone(String),
    /// It has come before under another URL.
    Again,
    /// There may be one, but not now.
    Failed(String),
}

impl Crawl {
    /// Finds the site: its robots.txt, its sitemaps, and where its first page has moved to.
    ///
    /// # Errors
    /// When the first page cannot be had, or robots.txt forbids it.
    pub(super) async fn begin(start: Url, limits: Limits) -> Result<Self> {
        let unusable = |reason: String| Error::conflict("website_unusable", reason);
        if start.as_str().len() > LONGEST || start.host_str().is_none() {
            return Err(unusable(format!("{start} is no address of a website")));
        }
        let fetcher = Fetcher::new(Guard::new(&start, limits.allow_hosts.clone()))?;
        let closed = |url: &Url| {
            let reason = "is not open to crawlers: the site's robots.txt forbids it";
            unusable(format!("{url} {reason}"))
        };
        let mut robots = Robots::of(&fetcher, &start).await.map_err(unusable)?;
        if !robots.allow(&start) {
            return Err(closed(&start));
        }
        let terms = Terms { follow: &|_| true, takes: readable };
        let first = fetcher.get(&start, &terms).await.map_err(|failure| {
            let (Failure::Lasting(reason) | Failure::Passing(reason)) = failure;
            unusable(format!("{start} {reason}"))
        })?;
        if first.url.origin() != start.origin() {
            // The site has moved: what holds there is said there.
            robots = Robots::of(&fetcher, &first.url).await.map_err(unusable)?;
        }
        let start = normal(first.url.clone());
        if !robots.allow(&start) {
            return Err(closed(&start));
        }
        let mut sitemaps = robots.sitemaps.clone();
        sitemaps.extend(start.join("/sitemap.xml"));
        let listed = sitemap::pages(&fetcher, sitemaps, WAITING).await;
        let site = Arc::new(Site { fetcher, robots, start: start.clone() });
        let first = (start.clone(), site.read(first).await);
        let mut crawl = Self {
            site,
            limits,
            first: Some(first),
            waiting: VecDeque::new(),
            known: HashSet::new(),
            texts: HashSet::new(),
            under_way: FuturesUnordered::new(),
            asked: 1,
            pages: 0,
            next_at: Instant::now(),
            forbidden: Vec::new(),
        };
        crawl.known.insert(start);
        for url in listed {
            crawl.meet(url);
        }
        Ok(crawl)
    }

    /// URLs known so far.
    pub(super) fn found(&self) -> usize {
        self.asked + self.waiting.len()
    }

    /// The next URL that was visited; none when the walk has ended.
    pub(super) async fn next(&mut self) -> Option<Visit> {
        loop {
            let (url, result) = if let Some(first) = self.first.take() {
                first
            } else {
                self.send().await;
                self.under_way.next().await?
            };
            let result = match result {
                Ok(fetched) if self.pages < self.limits.max_pages => self.arrive(fetched),
                Ok(_) => continue,
                Err(missed) => Err(missed),
            };
            return Some(Visit { url, result });
        }
    }

    /// What this crawl calls a page.
    pub(super) fn path(&self, url: &Url) -> String {
        if url.host_str() != self.site.start.host_str() {
            return url.to_string();
        }
        match url.query() {
            Some(query) => format!("{}?{query}", url.path()),
            None => url.path().to_owned(),
        }
    }

    /// What was not visited, and why.
    pub(super) fn left_out(&mut self) -> Vec<Skipped> {
        let mut left = std::mem::take(&mut self.forbidden);
        if !self.waiting.is_empty() {
            left.push(Skipped {
                path: self.site.start.to_string(),
                reason: format!(
                    "has {} more links than the {} pages that may be read",
                    self.waiting.len(),
                    self.limits.max_pages
                ),
            });
        }
        left
    }

    async fn send(&mut self) {
        let delay = self.site.robots.delay;
        let at_once = if delay > Duration::ZERO { 1 } else { AT_ONCE };
        while self.under_way.len() < at_once
            && self.pages + self.under_way.len() < self.limits.max_pages
            && self.asked < self.limits.max_pages.saturating_mul(TRIES_A_PAGE)
        {
            let Some(url) = self.waiting.pop_front() else { break };
            tokio::time::sleep_until(self.next_at).await;
            self.next_at = Instant::now() + delay;
            self.asked += 1;
            let site = Arc::clone(&self.site);
            self.under_way.push(Box::pin(async move {
                let result = site.fetch(&url).await;
                (url, result)
            }));
        }
    }

    fn arrive(&mut self, fetched: Fetched) -> Result<Box<Arrival>, Missed> {
        let Fetched { url, document } = fetched;
        let mut url = normal(url);
        self.known.insert(url.clone());
        if !document.nofollow {
            for link in &document.links {
                self.meet(link.clone());
            }
        }
        if document.noindex {
            return Err(Missed::Gone("asks not to be found (noindex)".into()));
        }
        if let Some(canonical) = document.canonical.clone().map(normal)
            && canonical != url
            && self.site.holds(&canonical)
            // A template that names the first page on every page is wrong.
            && canonical.path() != "/"
        {
            self.waiting.retain(|waiting| *waiting != canonical);
            self.known.insert(canonical.clone());
            url = canonical;
        }
        let text = format!("{}\n{}", document.title, document.markdown);
        if !self.texts.insert(text) {
            return Err(Missed::Again);
        }
        self.pages += 1;
        Ok(Box::new(Arrival { path: self.path(&url), url: url.to_string(), document }))
    }

    /// A URL that may be a page: waits for its turn if it is new, of this site, and allowed.
    fn meet(&mut self, url: Url) {
        let url = normal(url);
        if self.waiting.len() >= WAITING
            || url.as_str().len() > LONGEST
            || !self.site.holds(&url)
            || is_asset(&url)
            || !self.known.insert(url.clone())
        {
            return;
        }
        if self.site.robots.allow(&url) {
            self.waiting.push_back(url);
        } else {
            self.forbidden.push(Skipped {
                path: url.to_string(),
                reason: "is forbidden by robots.txt".into(),
            });
        }
    }
}

impl Site {
    fn holds(&self, url: &Url) -> bool {
        matches!(url.scheme(), "http" | "https")
            && url.host_str() == self.start.host_str()
            && url.port() == self.start.port()
    }

    async fn fetch(&self, url: &Url) -> Result<Fetched, Missed> {
        let follow = |url: &Url| self.holds(url) && self.robots.allow(url);
        let response = self.fetcher.get(url, &Terms { follow: &follow, takes: readable }).await;
        let response = response.map_err(|failure| match failure {
            Failure::Lasting(reason) => Missed::Gone(reason),
            Failure::Passing(reason) => Missed::Failed(reason),
        })?;
        self.read(response).await
    }

    async fn read(&self, response: Response) -> Result<Fetched, Missed> {
        let name = response
            .url
            .path_segments()
            .and_then(|mut segments| segments.next_back().map(str::to_owned));
        let input = Input {
            bytes: response.body,
            format: Format::of_media_type(&response.media_type).unwrap_or(Format::Html),
            charset: response.charset,
            base: Some(response.url.clone()),
            name: name.filter(|name| !name.is_empty()).unwrap_or_else(|| self.start.to_string()),
        };
        let read = tokio::task::spawn_blocking(move || extract::read(input)).await;
        let document =
            read.unwrap_or_else(|_| Err("cannot be read".into())).map_err(Missed::Gone)?;
        Ok(Fetched { url: response.url, document })
    }
}

fn readable(media_type: &str) -> bool {
    media_type.is_empty() || Format::of_media_type(media_type).is_some()
}

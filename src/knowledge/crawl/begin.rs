//! How a walk begins: with a site's robots.txt, its first page and its sitemaps, with the list that a sitemap or a feed
//! is, or where a run before was cut off.

use std::collections::{HashMap, HashSet};

use url::Url;

use super::{
    Claims, Crawl, Frontier, Memory, Missed, Site, Visited,
    frontier::WAITING,
    site::{LONGEST, Turns, ask, readable},
};
use crate::{
    error::{Error, Result},
    knowledge::{
        addresses::Guard,
        extract::{self, Format, Room},
        feed::{self, Xml},
        fetch::{Answer, Fetcher, Response, Terms},
        kind::Kind,
        patterns::Patterns,
        robots::Robots,
        sitemap::{self, Pages},
        urls::{self, normal},
    },
    store::{sources::Settings, visits::Met},
};

/// What to walk over.
pub(in super::super) struct Start {
    pub url: Url,
    /// None: what is found there says it.
    pub kind: Option<Kind>,
    pub settings: Settings,
    pub memory: Memory,
    pub room: Room,
    /// Texts of the pages from before, with their paths.
    pub old_texts: HashMap<String, String>,
}

impl Crawl {
    /// Finds the site and what to begin with; the walk knows what kind of source it is.
    ///
    /// # Errors
    /// `website_unusable` when the first page, or the list of pages, cannot be had or is forbidden by robots.txt.
    pub(in super::super) async fn begin(start: Start) -> Result<Self> {
        let patterns = Patterns::new(&start.settings.include, &start.settings.exclude)?;
        let fetcher = fetcher(&start)?;
        let robots = open(&fetcher, &start.url).await?;
        let is_page = matches!(start.kind, Some(Kind::Website | Kind::Page));
        let last = start.memory.visit(&start.url).filter(|_| is_page);
        // What one page alone may be is told when it is there.
        let takes = if start.kind == Some(Kind::Website) { readable } else { |_: &str| true };
        let terms = Terms { follow: &|_| true, takes, largest };
        let answer = ask(&fetcher, &start.url, &terms, last.as_ref()).await;
        let answer = match answer {
            Err(missed @ (Missed::Gone(_) | Missed::Unread(_)))
                if start.kind == Some(Kind::Page) =>
            {
                let url = start.url.clone();
                let mut crawl =
                    Self::new(start, Kind::Page, (fetcher, robots, patterns), url.clone());
                crawl.frontier.begin(&url);
                crawl.ready.push_back(Visited { url, depth: 0, result: Err(missed) });
                return Ok(crawl);
            }
            answer => {
                answer.map_err(|missed| unusable(format!("{} {}", start.url, missed.reason())))?
            }
        };
        let address = match &answer {
            Answer::New(response) => response.url.clone(),
            Answer::Same(address) => address.clone(),
        };
        let kind = kind(&start, &answer)?;
        if let (Kind::Sitemap | Kind::Feed, Answer::New(response)) = (kind, &answer) {
            return Self::over_list(start, kind, (fetcher, robots, patterns), response).await;
        }
        let robots = if address.origin() == start.url.origin() && robots.allow(&address) {
            robots
        } else {
            // The site has moved: what holds there is said there.
            open(&fetcher, &address).await?
        };
        let mut sitemaps = robots.sitemaps.clone();
        sitemaps.extend(address.join("/sitemap.xml"));
        let url = start.url.clone();
        let mut crawl = Self::new(start, kind, (fetcher, robots, patterns), normal(address));
        crawl.frontier.begin(&url);
        let result = crawl.site.read(&url, answer, last).await;
        crawl.ready.push_back(Visited { url, depth: 0, result });
        if kind == Kind::Website && crawl.settings.max_depth != Some(0) {
            let pages = Pages::of(&crawl.site.fetcher, sitemaps, WAITING).await;
            crawl.hear_of(&pages);
            for url in pages.urls {
                crawl.meet(url, 1);
            }
        }
        crawl.asked = 1;
        Ok(crawl)
    }

    /// Goes on where a run was cut off, with the URLs that it knew.
    pub(in super::super) async fn resume(start: Start, kind: Kind, met: &[Met]) -> Result<Self> {
        let patterns = Patterns::new(&start.settings.include, &start.settings.exclude)?;
        let fetcher = fetcher(&start)?;
        let address = match kind {
            Kind::Sitemap | Kind::Feed => met.first().map(|met| met.url.clone()),
            _ => start.memory.visit(&start.url).map(|visit| visit.address),
        };
        let address = address.and_then(|address| Url::parse(&address).ok());
        let address = address.unwrap_or_else(|| start.url.clone());
        let robots = open(&fetcher, &address).await?;
        let url = start.url.clone();
        let mut crawl = Self::new(start, kind, (fetcher, robots, patterns), address);
        if kind == Kind::Feed {
            let terms = Terms { follow: &|_| true, takes: |_| true, largest };
            // Without it the pages themselves must do.
            if let Ok(response) = crawl.site.fetcher.get(&url, &terms).await {
                crawl.hear_entries(&response);
            }
        }
        for one in met {
            match (&one.ended, Url::parse(&one.url)) {
                (Some(ended), _) => {
                    // What was left out may never have been asked for.
                    crawl.asked += usize::from(!matches!(ended.outcome, "skipped" | "alias"));
                    crawl.ended.insert(one.url.clone());
                    if ended.outcome != "failed" {
                        crawl.claims.remember(ended.path.as_ref(), ended.text_hash.as_ref());
                    }
                }
                (None, Ok(url)) if !crawl.site.holds(&url) => {
                    crawl.stand_in(url);
                    continue;
                }
                (None, _) => {}
            }
            let site = &crawl.site;
            let is_new = |url: &Url| !site.memory.pages.contains(&site.path(url));
            crawl.frontier.remember(one, is_new);
        }
        crawl.frontier.take_news();
        // What its lists lacked was known to the run before alone.
        crawl.is_partial = true;
        crawl.notes.push(format!(
            "goes on after it was cut off; {} of {} were done",
            met.iter().filter(|met| met.ended.is_some()).count(),
            met.len()
        ));
        Ok(crawl)
    }

    async fn over_list(
        start: Start,
        kind: Kind,
        (fetcher, robots, patterns): (Fetcher, Robots, Patterns),
        list: &Response,
    ) -> Result<Self> {
        let mut pages = Pages::default();
        let entries = if kind == Kind::Sitemap {
            pages = Pages::from(&fetcher, &list.url, &list.body, WAITING).await;
            Vec::new()
        } else {
            let entries = feed::read(&list.body, list.charset.as_deref());
            pages.urls.extend(
                entries.iter().filter_map(|entry| urls::join(Some(&list.url), &entry.link)),
            );
            entries
        };
        let is_web = |url: &&Url| matches!(url.scheme(), "http" | "https");
        let Some(first) = pages.urls.iter().find(is_web).cloned() else {
            let missing = pages.missing.first().map(|missing| format!(": {missing}"));
            let missing = missing.unwrap_or_default();
            return Err(unusable(format!("{} lists no pages{missing}", start.url)));
        };
        let robots = if first.origin() == start.url.origin() {
            robots
        } else {
            Robots::of(&fetcher, &first).await.map_err(unusable)?
        };
        let mut crawl = Self::new(start, kind, (fetcher, robots, patterns), first);
        crawl.hear_of(&pages);
        if !entries.is_empty() {
            crawl.hear_entries(list);
        }
        for url in pages.urls {
            let url = normal(url);
            let is_known = crawl.frontier.knows(url.as_str());
            let stands_in = crawl.entries.contains_key(url.as_str())
                && crawl.site.patterns.admit(&url)
                && !(crawl.site.holds(&url) && crawl.site.robots.allow(&url));
            if is_known {
            } else if stands_in {
                crawl.frontier.begin(&url);
                crawl.stand_in(url);
            } else if crawl.site.holds(&url) {
                crawl.meet(url, 0);
            } else if crawl.frontier.shut(url.as_str(), 0) {
                crawl.left_out.push((url.into(), "is on another host"));
            }
        }
        Ok(crawl)
    }

    fn new(
        start: Start,
        kind: Kind,
        (fetcher, robots, patterns): (Fetcher, Robots, Patterns),
        address: Url,
    ) -> Self {
        let Start { settings, memory, room, old_texts, .. } = start;
        let turns = Turns::new(settings.at_once, robots.delay);
        let mut notes = Vec::new();
        if robots.delay > std::time::Duration::ZERO {
            let seconds = robots.delay.as_secs_f32();
            notes.push(format!("robots.txt asks for a pause of {seconds} s between requests"));
        }
        Self {
            site: Site { fetcher, robots, patterns, memory, start: address, turns, room }.into(),
            kind,
            settings,
            frontier: Frontier::default(),
            ready: [].into(),
            entries: HashMap::new(),
            claims: Claims::new(old_texts),
            held_back: Vec::new(),
            awaiting: Vec::new(),
            ended: HashSet::new(),
            under_way: tokio::task::JoinSet::new(),
            asked: 0,
            notes,
            is_partial: false,
            left_out: Vec::new(),
        }
    }

    fn hear_of(&mut self, pages: &Pages) {
        if !pages.urls.is_empty() {
            self.notes.push(format!("{} pages are listed", pages.urls.len()));
        }
        self.is_partial |= !pages.missing.is_empty();
        self.notes.extend(pages.missing.iter().cloned());
    }

    fn hear_entries(&mut self, list: &Response) {
        for entry in feed::read(&list.body, list.charset.as_deref()) {
            if let Some(url) = urls::join(Some(&list.url), &entry.link)
                && !entry.content.is_empty()
            {
                self.entries.insert(normal(url).into(), entry);
            }
        }
    }

    /// The entry of a feed comes in the place of its page.
    fn stand_in(&mut self, url: Url) {
        let result =
            Err(Missed::Unread("cannot be asked for, and its feed says nothing of it".into()));
        self.ready.push_back(Visited { url, depth: 0, result });
    }
}

impl Missed {
    pub(in super::super) fn reason(self) -> String {
        let (Self::Gone(reason)
        | Self::Unread(reason)
        | Self::Unwanted(reason)
        | Self::Refused(reason)
        | Self::Failed(reason)) = self;
        reason
    }
}

fn fetcher(start: &Start) -> Result<Fetcher> {
    if start.url.as_str().len() > LONGEST || start.url.host_str().is_none() {
        return Err(unusable(format!("{} is no address of a website", start.url)));
    }
    let guard = Guard::new(&start.url, start.settings.allow_hosts.clone());
    Fetcher::new(guard, start.settings.at_once)
}

/// What is found there may be a sitemap.
fn largest(media_type: &str) -> usize {
    let is_list = media_type.ends_with("xml") || media_type.ends_with("gzip");
    if is_list { sitemap::LARGEST } else { extract::largest(media_type) }
}

/// The rules of the site that this URL is on, if they leave the URL open.
async fn open(fetcher: &Fetcher, url: &Url) -> Result<Robots> {
    let robots = Robots::of(fetcher, url).await.map_err(unusable)?;
    if robots.allow(url) {
        return Ok(robots);
    }
    let reason = "is not open to crawlers: the site's robots.txt forbids it";
    Err(unusable(format!("{url} {reason}")))
}

/// What kind of source this is, by what was found.
fn kind(start: &Start, answer: &Answer) -> Result<Kind> {
    let url = &start.url;
    let Answer::New(response) = answer else { return Ok(start.kind.unwrap_or(Kind::Website)) };
    let xml = feed::sniff(&sitemap::unpacked(&response.body));
    match (start.kind, xml) {
        (None | Some(Kind::Sitemap), Some(Xml::Sitemap)) => Ok(Kind::Sitemap),
        (None | Some(Kind::Feed), Some(Xml::Feed)) => Ok(Kind::Feed),
        (Some(Kind::Sitemap), _) => Err(unusable(format!("{url} is no sitemap"))),
        (Some(Kind::Feed), _) => Err(unusable(format!("{url} is no feed, neither RSS nor Atom"))),
        (None | Some(Kind::Page), _) if is_list(response) => Ok(Kind::Page),
        (None, None) if is_paper(response) => Ok(Kind::Page),
        (None | Some(Kind::Page), None) if !readable(&response.media_type) => {
            let found = &response.media_type;
            let known = "not HTML, Markdown, text, CSV, JSON, a sitemap or a feed";
            Err(unusable(format!("{url} is {found:?}, {known}")))
        }
        (kind, _) => Ok(kind.unwrap_or(Kind::Website)),
    }
}

/// A document that leads to no other page.
fn is_paper(response: &Response) -> bool {
    response.media_type == "application/pdf" || response.media_type.contains("wordprocessingml")
}

fn is_list(response: &Response) -> bool {
    Format::of_list(&response.media_type, &response.url).is_some()
}

fn unusable(reason: String) -> Error {
    Error::conflict("website_unusable", reason)
}

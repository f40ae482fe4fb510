//! A walk over one site, page by page, politely: what robots.txt forbids is left out, two requests at most are under
//! way, each page comes once however many URLs lead to it, and the walk ends.

mod begin;
mod claims;
mod elsewhere;
mod frontier;
mod missing;
mod site;

use std::{
    collections::{HashMap, HashSet, VecDeque},
    sync::Arc,
};

use tokio::task::JoinSet;
use url::Url;

use super::{feed::Entry, index::Arrival, kind::Kind, urls::normal};
use crate::store::{
    sources::Settings,
    visits::{self, Met},
};
use claims::{Claims, text_hash};
use elsewhere::Place;
use frontier::Frontier;
use site::{Fetched, Seen, Site};

pub(super) use begin::Start;
pub(super) use site::{Memory, Missed};

/// Pages that are read beside those that are fetched.
const READ_BESIDE: usize = 2;
/// Requests for each page wanted: some are not there, some are the same.
const TRIES_A_PAGE: usize = 3;
/// Bytes of one page's links: they are kept for the next run.
const LINKS: usize = 256 * 1024;
/// Pages that wait for the one whose text they have.
const HELD_BACK: usize = 200;

pub(super) struct Crawl {
    site: Arc<Site>,
    kind: Kind,
    settings: Settings,
    frontier: Frontier,
    /// Pages that are there already: the one that the walk begins with.
    ready: VecDeque<Visited>,
    /// By URL, what a feed itself says of its pages.
    entries: HashMap<String, Entry>,
    claims: Claims,
    /// Pages with the text of an older one that has not come yet.
    held_back: Vec<Visited>,
    /// Pages that say that they are another one, by its URL, which has not come yet.
    awaiting: Vec<(String, Visited)>,
    /// URLs whose visits came to their ends.
    ended: HashSet<String>,
    under_way: JoinSet<Visited>,
    asked: usize,
    /// What the run should say of itself.
    pub notes: Vec<String>,
    /// Lists of pages could not be read whole: a page that was not met may be there all the same.
    pub is_partial: bool,
    left_out: Vec<(String, &'static str)>,
}

struct Visited {
    url: Url,
    depth: u32,
    result: Result<Seen, Missed>,
}

/// One URL that was visited.
pub(super) struct Visit {
    pub url: Url,
    pub depth: u32,
    pub result: Result<Got, Missed>,
    /// What to know of it the next time; none: nothing, or what is known already.
    pub memory: Option<Box<visits::Visit>>,
}

pub(super) enum Got {
    Page {
        arrival: Box<Arrival>,
        text_hash: String,
    },
    /// The page is as it was.
    Same {
        path: String,
        text_hash: String,
    },
}

impl Crawl {
    /// What kind of source it turned out to be.
    pub(super) fn kind(&self) -> Kind {
        self.kind
    }

    /// Pages known so far.
    pub(super) fn found(&self) -> usize {
        self.frontier.found()
    }

    /// URLs that were met since the last call.
    pub(super) fn take_news(&mut self) -> Vec<Met> {
        self.frontier.take_news()
    }

    /// URLs that were met since the last call and are not to be asked for, each with the reason.
    pub(super) fn take_left_out(&mut self) -> Vec<(String, &'static str)> {
        std::mem::take(&mut self.left_out)
    }

    /// What this crawl calls a page.
    pub(super) fn path(&self, url: &Url) -> String {
        self.site.path(url)
    }

    /// Of the page that the URL gave at its last visit.
    pub(super) fn known_path(&self, url: &str) -> Option<String> {
        self.site.memory.visit(&Url::parse(url).ok()?)?.path
    }

    /// Whether it was asked for, or need not be.
    pub(super) fn has_met(&self, url: &str) -> bool {
        self.frontier.knows(url) && !(self.is_tired() && self.frontier.waits(url))
    }

    /// There were so many requests for so few pages that it asked for no more.
    pub(super) fn is_tired(&self) -> bool {
        self.asked >= self.settings.max_pages.saturating_mul(TRIES_A_PAGE)
            && self.claims.len() < self.settings.max_pages
    }

    /// How many URLs were met and will not be asked for, as there are pages enough.
    pub(super) fn beyond_limit(&self) -> usize {
        self.frontier.waiting()
    }

    /// The next URL that was visited; none when the walk has ended.
    pub(super) async fn next(&mut self) -> Option<Visit> {
        loop {
            let visited = if let Some(ready) = self.ready.pop_front() {
                ready
            } else {
                self.send();
                match self.under_way.join_next().await {
                    Some(Ok(visited)) => visited,
                    Some(Err(_)) => continue,
                    None => {
                        // The older ones have not come: from here on each is what it is.
                        self.claims.forget_older();
                        match self.held_back.pop() {
                            Some(held_back) => held_back,
                            None => self.give_up_waiting()?,
                        }
                    }
                }
            };
            if let Some(visit) = self.arrive(visited).await {
                self.settle(&visit.url);
                return Some(visit);
            }
        }
    }

    /// Whether a page of an earlier run that was not met is still there; none: it cannot be said now.
    pub(super) async fn is_there(&self, url: &str) -> Option<bool> {
        let Ok(url) = Url::parse(url) else { return Some(false) };
        if !self.site.may_hold(&url) || self.site.forbids(&url).is_some() {
            return Some(false);
        }
        match self.site.visit(&url).await {
            Ok(_) => Some(true),
            Err(Missed::Gone(_) | Missed::Unread(_) | Missed::Unwanted(_)) => Some(false),
            Err(Missed::Refused(_) | Missed::Failed(_)) => None,
        }
    }

    /// Whether the site still answers at all.
    pub(super) async fn is_up(&self) -> bool {
        let start = &self.site.start;
        !matches!(self.site.visit(start).await, Err(Missed::Failed(_)))
    }

    fn send(&mut self) {
        while self.under_way.len() < self.settings.at_once + READ_BESIDE
            && self.claims.len() + self.under_way.len() < self.settings.max_pages
            && !self.is_tired()
        {
            let Some((url, depth)) = self.frontier.pop() else { break };
            self.asked += 1;
            let site = Arc::clone(&self.site);
            self.under_way.spawn(async move {
                let result = site.visit(&url).await;
                Visited { url, depth, result }
            });
        }
    }

    /// What comes of a visit; nothing where the page waits for another, or is one too many.
    async fn arrive(&mut self, visited: Visited) -> Option<Visit> {
        if self.claims.len() >= self.settings.max_pages {
            return None;
        }
        let Visited { url, depth, result } = visited;
        match result {
            Ok(Seen::New(fetched)) => {
                if self.is_copy_of_older(&url, &fetched) {
                    let result = Ok(Seen::New(fetched));
                    self.held_back.push(Visited { url, depth, result });
                    return None;
                }
                match self.place(&url, &fetched) {
                    Place::Here => Some(self.read(url, depth, *fetched)),
                    Place::At(path) => Some(self.leave_out(url, depth, *fetched, &path)),
                    Place::Unknown(other) => {
                        let result = Ok(Seen::New(fetched));
                        self.wait_for(other, Visited { url, depth, result });
                        None
                    }
                }
            }
            Ok(Seen::Same { visit, renewed }) => Some(self.again(url, depth, *visit, renewed)),
            Err(missed) => Some(self.miss(url, depth, missed).await),
        }
    }

    fn read(&mut self, url: Url, depth: u32, fetched: Fetched) -> Visit {
        let Fetched { address, document, validators, body_hash } = fetched;
        let links = if document.nofollow { Vec::new() } else { self.links(&document.links) };
        self.follow(&links, depth);
        let text_hash = text_hash(&document);
        let mut memory = visits::Visit {
            address: address.to_string(),
            etag: validators.etag,
            last_modified: validators.last_modified,
            body_hash,
            text_hash: text_hash.clone(),
            path: None,
            reason: None,
            links,
            format: self.site.memory.format.clone(),
        };
        let gives = |result, memory: Option<visits::Visit>| Visit {
            url: url.clone(),
            depth,
            result,
            memory: memory.map(Box::new),
        };
        self.frontier.alias(address.as_str());
        if missing::is_said_by(&document) && self.kind != Kind::Page {
            return gives(Err(Missed::Gone("says that there is no such page".into())), None);
        }
        if document.noindex {
            let reason = "asks not to be found (noindex)".to_owned();
            memory.reason = Some(reason.clone());
            return gives(Err(Missed::Unwanted(reason)), Some(memory));
        }
        if let Some(reason) = self.site.forbids(&address) {
            // It was visited for its links.
            return gives(Err(Missed::Unwanted(reason.into())), None);
        }
        let path = self.site.path(&address);
        if let Err(reason) = self.claims.claim(&path, &text_hash) {
            return gives(Err(Missed::Unwanted(reason)), None);
        }
        memory.path = Some(path.clone());
        let arrival = Box::new(Arrival { path, url: address.to_string(), document });
        gives(Ok(Got::Page { arrival, text_hash }), Some(memory))
    }

    /// A page that says that it is the one of this path.
    fn leave_out(&mut self, url: Url, depth: u32, fetched: Fetched, path: &str) -> Visit {
        let Fetched { address, document, .. } = fetched;
        let links = if document.nofollow { Vec::new() } else { self.links(&document.links) };
        self.follow(&links, depth);
        self.frontier.alias(address.as_str());
        let reason = format!("says that it is {path}");
        Visit { url, depth, result: Err(Missed::Unwanted(reason)), memory: None }
    }

    /// A page that is as it was at the last visit.
    fn again(&mut self, url: Url, depth: u32, visit: visits::Visit, renewed: bool) -> Visit {
        self.follow(&visit.links, depth);
        self.frontier.alias(&visit.address);
        let result = match (&visit.path, &visit.reason) {
            (Some(path), _) => match self.claim_again(path, &visit.text_hash) {
                Ok(()) => Ok(Got::Same { path: path.clone(), text_hash: visit.text_hash.clone() }),
                Err(reason) => Err(Missed::Unwanted(reason)),
            },
            (None, reason) => Err(Missed::Unwanted(reason.clone().unwrap_or_default())),
        };
        Visit { url, depth, result, memory: renewed.then(|| Box::new(visit)) }
    }

    async fn miss(&mut self, url: Url, depth: u32, missed: Missed) -> Visit {
        let is_away = matches!(missed, Missed::Refused(_) | Missed::Failed(_));
        let last = self.site.memory.visit(&url).filter(|_| is_away);
        if let Some(last) = &last {
            // It cannot say now where it leads: what it said holds.
            self.follow(&last.links, depth);
        }
        let stands_in = !matches!(missed, Missed::Gone(_) | Missed::Unwanted(_)) && last.is_none();
        let entry = self.entries.get(url.as_str()).filter(|_| stands_in).cloned();
        let said = match entry {
            Some(entry) => self.site.room.read(entry.input(&url)).await.ok(),
            None => None,
        };
        let mut visit = Visit { url, depth, result: Err(missed), memory: None };
        if let Some(document) = said.map(Entry::page) {
            let (path, text_hash) = (self.site.path(&visit.url), text_hash(&document));
            visit.result = match self.claims.claim(&path, &text_hash) {
                Ok(()) => {
                    let arrival = Box::new(Arrival { path, url: visit.url.to_string(), document });
                    Ok(Got::Page { arrival, text_hash })
                }
                Err(reason) => Err(Missed::Unwanted(reason)),
            };
        }
        visit
    }

    fn claim_again(&mut self, path: &str, text_hash: &str) -> Result<(), String> {
        if let Ok(place) = self.site.start.join(path).map(normal) {
            self.frontier.alias(place.as_str());
            if let Some(reason) = self.site.forbids(&place) {
                return Err(reason.into());
            }
        }
        self.claims.claim(path, text_hash)
    }

    /// Whether it can be told only later if this is a page of its own.
    fn is_copy_of_older(&self, url: &Url, fetched: &Fetched) -> bool {
        let paths = [self.site.path(&fetched.address), self.site.path(url)];
        self.held_back.len() < HELD_BACK
            && self.claims.is_copy_of_older(&text_hash(&fetched.document), &paths)
    }

    /// The links that may lead to pages of the site, each written one way and named once.
    fn links(&self, links: &[Url]) -> Vec<String> {
        let mut seen = HashSet::new();
        let own = links.iter().filter(|link| self.site.holds(link)).cloned();
        let own = own.map(|link| self.site.home(normal(link)));
        let mut bytes = 0;
        own.filter(|link| self.site.may_hold(link) && seen.insert(link.clone()))
            .map(String::from)
            .take_while(|link| {
                bytes += link.len();
                bytes <= LINKS
            })
            .collect()
    }

    fn follow(&mut self, links: &[String], depth: u32) {
        if !self.kind.follows_links() || self.settings.max_depth.is_some_and(|most| depth >= most) {
            return;
        }
        for link in links {
            // Mostly they lead to what is known: that is told without reading them.
            if self.settings.max_depth.is_none() && self.frontier.knows(link) {
                continue;
            }
            if let Ok(url) = Url::parse(link) {
                self.meet(url, depth + 1);
            }
        }
    }

    /// A URL that may be a page: waits for its turn if it is new, of this site, and allowed.
    fn meet(&mut self, url: Url, depth: u32) {
        let url = self.site.home(normal(url));
        if !self.site.may_hold(&url) {
            return;
        }
        if self.frontier.is_full() {
            self.is_partial = true;
            return;
        }
        match self.site.forbids(&url) {
            None => {
                let is_new = !self.site.memory.pages.contains(&self.site.path(&url));
                self.frontier.push(url, depth, is_new);
            }
            Some(reason) => {
                if self.frontier.shut(url.as_str(), depth) {
                    self.left_out.push((url.into(), reason));
                }
            }
        }
    }
}

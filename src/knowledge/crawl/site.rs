//! One host as a crawl sees it: what belongs to it, what it allows, and one visit of a URL, which asks first whether
//! what the last visit saw still holds.

use std::{collections::HashSet, time::Duration};

use sha2::{Digest, Sha256};
use tokio::sync::Semaphore;
use url::Url;

use super::super::{
    extract::{self, Document, Format, Input, Room, Unread},
    fetch::{Answer, Failure, Fetcher, Response, Terms, Validators},
    hex,
    patterns::Patterns,
    robots::Robots,
    urls::{is_asset, normal, site_name},
};
use crate::{
    id::SourceId,
    store::{Store, visits},
};

/// Characters of a URL.
pub(super) const LONGEST: usize = 2000;

pub(super) struct Site {
    pub fetcher: Fetcher,
    pub robots: Robots,
    pub patterns: Patterns,
    pub memory: Memory,
    /// Where the first page really is.
    pub start: Url,
    pub turns: Turns,
    pub room: Room,
}

/// What is known of the source's URLs from before.
pub(in super::super) struct Memory {
    pub store: Store,
    /// None: it is new.
    pub source: Option<SourceId>,
    /// What a visit must have been written with to be believed.
    pub format: String,
    /// Paths of the pages that there are.
    pub pages: HashSet<String>,
}

/// Who may ask next: some at once, or one after the other where the site asks for a pause.
pub(super) struct Turns(Semaphore);

/// Why a visit gave no page.
#[derive(Debug)]
pub(in super::super) enum Missed {
    /// There is no page here, says the server.
    Gone(String),
    /// There is something here, of which no page can be made.
    Unread(String),
    /// There is one, which is not to be kept.
    Unwanted(String),
    /// There may be one, but not for us.
    Refused(String),
    /// There may be one, but not now.
    Failed(String),
}

pub(super) enum Seen {
    /// What the last visit saw still holds.
    Same {
        visit: Box<visits::Visit>,
        /// The server says it with other validators.
        renewed: bool,
    },
    New(Box<Fetched>),
}

pub(super) struct Fetched {
    pub address: Url,
    pub document: Document,
    pub validators: Validators,
    pub body_hash: String,
}

impl Memory {
    /// The last visit of the URL, if what it gave is still here.
    pub(super) fn visit(&self, url: &Url) -> Option<visits::Visit> {
        let source = self.source?;
        // Without it the page is read anew, which is all that a failure costs.
        let visit = self.store.peek(|db| visits::find(db, source, url.as_str())).ok()??;
        let holds = visit.path.as_ref().is_none_or(|path| self.pages.contains(path));
        (visit.format == self.format && holds).then_some(visit)
    }
}

impl Turns {
    pub(super) fn new(at_once: usize, pause: Duration) -> Self {
        Self(Semaphore::new(if pause > Duration::ZERO { 1 } else { at_once }))
    }

    async fn come(&self) -> Option<tokio::sync::SemaphorePermit<'_>> {
        self.0.acquire().await.ok()
    }
}

impl Site {
    pub(super) fn holds(&self, url: &Url) -> bool {
        matches!(url.scheme(), "http" | "https")
            && self.is_home(url)
            && url.port() == self.start.port()
    }

    /// With and without `www.` it is one site.
    fn is_home(&self, url: &Url) -> bool {
        site_name(url) == site_name(&self.start)
    }

    /// The URL with the name that the site goes by.
    pub(super) fn home(&self, mut url: Url) -> Url {
        if self.holds(&url) && url.host_str() != self.start.host_str() {
            // What is a host there is one here.
            let _ = url.set_host(self.start.host_str());
        }
        url
    }

    /// Whether the URL may be a page of this site, by what it looks like.
    pub(super) fn may_hold(&self, url: &Url) -> bool {
        url.as_str().len() <= LONGEST && self.holds(url) && !is_asset(url)
    }

    /// Why the URL is not to be asked for.
    pub(super) fn forbids(&self, url: &Url) -> Option<&'static str> {
        if !self.patterns.admit(url) {
            Some("is left out by the patterns")
        } else if !self.robots.allow(url) {
            Some("is forbidden by robots.txt")
        } else {
            None
        }
    }

    /// What this source calls a page.
    pub(super) fn path(&self, url: &Url) -> String {
        if !self.is_home(url) {
            return url.to_string();
        }
        match url.query() {
            Some(query) => format!("{}?{query}", url.path()),
            None => url.path().to_owned(),
        }
    }

    /// Whether the URL was a page before.
    fn is_page(&self, url: &Url) -> bool {
        let last = self.memory.visit(url).and_then(|visit| visit.path);
        self.memory.pages.contains(&last.unwrap_or_else(|| self.path(url)))
    }

    pub(super) async fn visit(&self, url: &Url) -> Result<Seen, Missed> {
        let follow = |url: &Url| self.holds(url) && self.robots.allow(url);
        let terms = Terms { follow: &follow, takes: readable, largest: extract::largest };
        let turn = self.turns.come().await;
        let last = self.memory.visit(url);
        let answer = ask(&self.fetcher, url, &terms, last.as_ref()).await?;
        drop(turn);
        self.read(url, answer, last).await
    }

    pub(super) async fn read(
        &self,
        asked: &Url,
        answer: Answer,
        last: Option<visits::Visit>,
    ) -> Result<Seen, Missed> {
        let response = match (answer, last) {
            (Answer::Same(_), Some(visit)) => {
                return Ok(Seen::Same { visit: Box::new(visit), renewed: false });
            }
            (Answer::Same(_), None) => return Err(Missed::Unread("was answered with 304".into())),
            (Answer::New(response), last) => {
                let hash = hex(&Sha256::digest(&response.body));
                match last {
                    Some(visit)
                        if visit.body_hash == hash
                            // What was not wanted may be now, and the other way round.
                            && visit.reason.is_none()
                            && !response.wishes.noindex
                            && visit.address == normal(response.url.clone()).as_str() =>
                    {
                        return Ok(same(visit, response.validators));
                    }
                    _ => (response, hash),
                }
            }
        };
        let (response, body_hash) = response;
        let Response { url, media_type, charset, validators, wishes, body } = response;
        let name = url.path_segments().and_then(|mut segments| segments.next_back());
        let name = name.filter(|name| !name.is_empty()).map(str::to_owned);
        let list = Format::of_list(&media_type, &url).filter(|_| *asked == self.start);
        let format = list.or_else(|| Format::of_media_type(&media_type)).unwrap_or(Format::Html);
        let input = Input {
            bytes: body,
            format,
            charset,
            base: Some(url.clone()),
            name: name.unwrap_or_else(|| self.start.to_string()),
        };
        let mut document = self.room.read(input).await.map_err(|unread| match unread {
            // What it said before holds until it says something again.
            Unread::Broken(reason) if self.is_page(asked) || self.is_page(&url) => {
                Missed::Failed(reason)
            }
            unread => Missed::Unread(unread.reason()),
        })?;
        document.noindex |= wishes.noindex;
        document.nofollow |= wishes.nofollow;
        Ok(Seen::New(Box::new(Fetched { address: normal(url), document, validators, body_hash })))
    }
}

fn same(visit: visits::Visit, validators: Validators) -> Seen {
    let Validators { etag, last_modified } = validators;
    let renewed = visit.etag != etag || visit.last_modified != last_modified;
    Seen::Same { visit: Box::new(visits::Visit { etag, last_modified, ..visit }), renewed }
}

/// Asks for the URL, and whether it is still what the last visit saw.
pub(super) async fn ask(
    fetcher: &Fetcher,
    url: &Url,
    terms: &Terms<'_>,
    last: Option<&visits::Visit>,
) -> Result<Answer, Missed> {
    let validators = last.map_or_else(Validators::default, |last| Validators {
        etag: last.etag.clone(),
        last_modified: last.last_modified.clone(),
    });
    let missed = |failure: Failure| match failure {
        Failure::Gone(reason) => Missed::Gone(reason),
        Failure::Lasting(reason) => Missed::Unread(reason),
        Failure::Refused(reason) => Missed::Refused(reason),
        Failure::Passing(reason) => Missed::Failed(reason),
    };
    match fetcher.ask(url, terms, &validators).await.map_err(missed)? {
        // The same mark at another place is another page.
        Answer::Same(at) if last.is_none_or(|last| last.address != normal(at.clone()).as_str()) => {
            fetcher.get(url, terms).await.map(Answer::New).map_err(missed)
        }
        answer => Ok(answer),
    }
}

pub(super) fn readable(media_type: &str) -> bool {
    media_type.is_empty() || Format::of_media_type(media_type).is_some()
}

//! Pages that say that they really are another one. That is believed only of what is there: the other page is visited
//! itself, so that no page can speak in its place, and where it turns out to be none, each is what it is.

use url::Url;

use super::{Crawl, HELD_BACK, Visited, site::Fetched};
use crate::knowledge::{kind::Kind, urls::normal};

/// Bytes of a page's text that waits for another page.
const HELD_BYTES: usize = 256 * 1024;

pub(super) enum Place {
    /// The page is what it is.
    Here,
    /// It is the page of this path, which has come.
    At(String),
    /// That is known when this URL was visited.
    Unknown(Url),
}

impl Crawl {
    pub(super) fn place(&self, url: &Url, fetched: &Fetched) -> Place {
        let said = fetched.document.canonical.clone();
        let Some(other) = said.map(|said| self.site.home(normal(said))).filter(|other| {
            self.kind != Kind::Page
                && self.site.path(other) != self.site.path(&fetched.address)
                && self.site.path(other) != self.site.path(url)
                // A template that names the first page on every page is wrong.
                && other.path() != "/"
                && self.site.may_hold(other)
                && self.site.forbids(other).is_none()
        }) else {
            return Place::Here;
        };
        let path = self.site.path(&other);
        if self.claims.has(&path) {
            return Place::At(path);
        }
        let can_wait = self.awaiting.len() < HELD_BACK
            && fetched.document.markdown.len() <= HELD_BYTES
            && !self.frontier.is_full();
        if self.ended.contains(other.as_str()) || !can_wait {
            return Place::Here;
        }
        Place::Unknown(other)
    }

    /// Holds the page back until the other one was visited.
    pub(super) fn wait_for(&mut self, other: Url, visited: Visited) {
        let is_new = !self.site.memory.pages.contains(&self.site.path(&other));
        let awaited = other.to_string();
        self.frontier.push(other, visited.depth, is_new);
        self.awaiting.push((awaited, visited));
    }

    /// The URL was visited: whatever waits for it can be told now.
    pub(super) fn settle(&mut self, url: &Url) {
        self.ended.insert(url.to_string());
        let (settled, waiting) = std::mem::take(&mut self.awaiting)
            .into_iter()
            .partition::<Vec<_>, _>(|(awaited, _)| awaited == url.as_str());
        self.awaiting = waiting;
        self.ready.extend(settled.into_iter().map(|(_, visited)| visited));
    }

    /// One that waits for a page that will not come.
    pub(super) fn give_up_waiting(&mut self) -> Option<Visited> {
        let (awaited, visited) = self.awaiting.pop()?;
        self.ended.insert(awaited);
        Some(visited)
    }
}

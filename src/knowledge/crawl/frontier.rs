//! The URLs of a run: each is met once, waits for its turn and comes once; nearer ones first, and of those the ones
//! that were pages before, so that a limit cuts off the same pages each time.

use std::collections::{BTreeMap, HashMap};

use url::Url;

use crate::store::visits::{Ended, Met};

/// URLs that wait; a site that makes up more is not worth them.
pub(super) const WAITING: usize = 20_000;
/// URLs that are remembered, also those that are not to be asked for.
const KNOWN: usize = 100_000;

/// Depth, whether it is new, and when it was met.
type Place = (u32, bool, usize);

#[derive(Default)]
pub(super) struct Frontier {
    waiting: BTreeMap<Place, Url>,
    /// Every URL that waits (where) or waited.
    known: HashMap<String, Option<Place>>,
    /// Met, and not yet told to whoever writes it down.
    news: Vec<Met>,
    found: usize,
    /// Places given away.
    places: usize,
}

impl Frontier {
    pub(super) fn knows(&self, url: &str) -> bool {
        self.known.contains_key(url)
    }

    pub(super) fn waits(&self, url: &str) -> bool {
        matches!(self.known.get(url), Some(Some(_)))
    }

    pub(super) fn is_full(&self) -> bool {
        self.waiting.len() >= WAITING || self.known.len() >= KNOWN
    }

    /// Pages that were asked for, or wait.
    pub(super) fn found(&self) -> usize {
        self.found
    }

    pub(super) fn waiting(&self) -> usize {
        self.waiting.len()
    }

    /// Lets a new URL wait for its turn; one that waits already may come nearer.
    pub(super) fn push(&mut self, url: Url, depth: u32, is_new: bool) {
        match self.known.get(url.as_str()) {
            Some(Some(place)) if place.0 > depth => {
                let place = *place;
                self.waiting.remove(&place);
            }
            Some(_) => return,
            None => self.found += 1,
        }
        let place = (depth, is_new, self.places);
        self.places += 1;
        self.news.push(Met { url: url.to_string(), depth, ended: None });
        self.known.insert(url.to_string(), Some(place));
        self.waiting.insert(place, url);
    }

    /// The next one, with its depth.
    pub(super) fn pop(&mut self) -> Option<(Url, u32)> {
        let ((depth, _, _), url) = self.waiting.pop_first()?;
        self.known.insert(url.to_string(), None);
        Some((url, depth))
    }

    /// A URL whose visit is there, or needs none.
    pub(super) fn begin(&mut self, url: &Url) {
        self.push(url.clone(), 0, false);
        if let Some(Some(place)) = self.known.insert(url.to_string(), None) {
            self.waiting.remove(&place);
        }
    }

    /// A URL that is met and never asked for.
    pub(super) fn shut(&mut self, url: &str, depth: u32) -> bool {
        if self.knows(url) {
            return false;
        }
        self.known.insert(url.to_owned(), None);
        self.found += 1;
        let ended = Some(Ended { outcome: "skipped", path: None, text_hash: None });
        self.news.push(Met { url: url.to_owned(), depth, ended });
        true
    }

    /// Another name of a page that came: it needs no visit of its own.
    pub(super) fn alias(&mut self, url: &str) {
        if let Some(Some(place)) = self.known.insert(url.to_owned(), None) {
            self.waiting.remove(&place);
            self.found = self.found.saturating_sub(1);
            let ended = Some(Ended { outcome: "alias", path: None, text_hash: None });
            self.news.push(Met { url: url.to_owned(), depth: place.0, ended });
        }
    }

    /// A URL of a run that goes on.
    pub(super) fn remember(&mut self, met: &Met, is_new: impl Fn(&Url) -> bool) {
        match (&met.ended, Url::parse(&met.url)) {
            (None, Ok(url)) => {
                let is_new = is_new(&url);
                self.push(url, met.depth, is_new);
            }
            (ended, _) => {
                let alias = ended.as_ref().is_some_and(|ended| ended.outcome == "alias");
                self.found += usize::from(!alias);
                self.known.insert(met.url.clone(), None);
            }
        }
    }

    pub(super) fn take_news(&mut self) -> Vec<Met> {
        std::mem::take(&mut self.news)
    }
}

#[cfg(test)]
mod tests {
    use super::Frontier;
    use url::Url;

    fn url(path: &str) -> Url {
        Url::parse("https://a.example").and_then(|url| url.join(path)).expect("a URL")
    }

    fn order(frontier: &mut Frontier) -> Vec<String> {
        std::iter::from_fn(|| frontier.pop()).map(|(url, _)| url.path().to_owned()).collect()
    }

    #[test]
    fn nearer_and_older_ones_come_first_and_each_once() {
        let mut frontier = Frontier::default();
        for (path, depth, is_new) in
            [("/far", 2, false), ("/new", 1, true), ("/old", 1, false), ("/old", 1, false)]
        {
            frontier.push(url(path), depth, is_new);
        }
        assert_eq!(frontier.found(), 3);
        assert_eq!(order(&mut frontier), ["/old", "/new", "/far"]);
        frontier.push(url("/old"), 0, false);
        assert!(frontier.pop().is_none());
    }

    #[test]
    fn one_that_turns_out_nearer_comes_nearer() {
        let mut frontier = Frontier::default();
        frontier.push(url("/a"), 3, true);
        frontier.push(url("/b"), 2, true);
        frontier.push(url("/a"), 1, true);
        assert_eq!((frontier.found(), frontier.waiting()), (2, 2));
        assert_eq!(order(&mut frontier), ["/a", "/b"]);
    }

    #[test]
    fn another_name_of_a_page_does_not_come() {
        let mut frontier = Frontier::default();
        frontier.push(url("/a"), 1, true);
        frontier.alias(url("/a").as_str());
        frontier.alias(url("/b").as_str());
        frontier.push(url("/b"), 1, true);
        assert_eq!((frontier.found(), frontier.pop()), (0, None));
    }
}

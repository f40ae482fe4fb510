//! What an agent knows: how pages get in (from files and sites, as passages) and how the passages that answer a
//! question come out. Whoever adds a source again refreshes it: what did not change costs no write, what vanished goes.

mod addresses;
mod american;
mod asking;
mod bold;
mod callouts;
mod charset;
mod codes;
mod confidence;
mod crawl;
mod dictionary;
mod docx;
mod embed;
mod every;
mod extract;
mod feed;
mod fetch;
mod files;
mod followup;
mod halves;
mod here;
mod html;
mod index;
pub mod kin;
mod kind;
mod language;
mod lexical;
mod likeness;
mod markdown;
mod meaning;
mod merge;
mod nearest;
mod pairs;
mod particulars;
mod passages;
mod patterns;
mod pdf;
mod readings;
mod record;
mod refresh;
mod rerank;
mod robots;
mod rows;
mod schedule;
mod search;
mod sentences;
mod sheet;
mod shorthand;
mod sitemap;
mod smalltalk;
mod spelling;
mod split;
mod stopwords;
mod terms;
pub mod units;
mod unspaced;
mod urls;
mod vectors;
mod web;
mod wishes;
pub mod wording;
mod words;

use std::{ops::Deref, path::PathBuf, sync::Arc, time::Duration};

use url::Url;

use embed::Embedder;

use crate::{
    config::Embed,
    error::{Error, Result},
    id::AgentId,
    store::{
        Store,
        runs::{Counts, Line},
        sources,
    },
};

pub use crate::store::{runs, sources::Source};
pub use american::spelling as american_spelling;
pub use codes::is_code;
pub use every::Every;
pub use halves::Half;
pub use here::Page;
pub use kind::Kind;
pub use language::shown as language_shown;
pub use minilm::senses;
pub use particulars::Particular;
pub use readings::UnitNear;
pub use sentences::is_dense;
pub use shorthand::written_out;
pub use wishes::Wishes;

/// The knowledge of all agents. Cheap to clone.
#[derive(Clone)]
pub struct Knowledge {
    store: Store,
    embedder: Embedder,
    caches: search::Caches,
    visits: asking::Visits,
    room: extract::Room,
}

#[derive(Debug, Clone)]
pub struct Query {
    /// What the visitor asks.
    pub text: String,
    /// What the same visitor asked before in this conversation, the latest last: a question may lean on it.
    pub earlier: Vec<String>,
    /// The question as one that stands alone, where somebody put it so.
    pub alone: Option<String>,
    /// Where the visitor is: passages of that page come a little earlier.
    pub page_url: Option<String>,
    /// From this confidence on, something is known of what is asked.
    pub threshold: f64,
}

#[derive(Debug, Clone)]
pub struct Found {
    /// The best first.
    pub passages: Vec<Hit>,
    /// 0–1: how sure it is that the passages are about the question.
    pub confidence: f64,
    /// What was searched for: the question, completed by what was asked before, its slips put right, in lower case.
    pub asked: String,
    /// The part of it that was asked before; empty for a question that stands alone.
    pub leans_on: String,
    /// The words that were searched for, as the index knows them.
    pub terms: Arc<[String]>,
    /// Of the agent's pages, the most frequent first.
    pub languages: Arc<[String]>,
    pub took: Duration,
    /// The same was asked before and nothing has changed since.
    pub cached: bool,
    /// Of a question that asks two things, and both are known; else empty.
    pub halves: Vec<Half>,
}

impl Found {
    /// The language in which the question is asked, where it is beyond doubt and that of a passage; else the default, or
    /// that of most pages where none is in the default.
    pub fn language(&self, question: &str, default: &str) -> String {
        let is_known = |language: &&String| *language != language::UNKNOWN;
        let is_default = |language: &String| language::is_of(language, default);
        let default = match self.languages.iter().find(is_known) {
            Some(most) if !self.languages.iter().any(is_default) => most,
            _ => default,
        };
        let is_other = |hit: &Hit| hit.language != default && hit.language != language::UNKNOWN;
        if !self.passages.iter().any(is_other) {
            return default.to_owned();
        }
        let among = self.passages.iter().map(|hit| hit.language.clone());
        language::of_question(question, among).unwrap_or_else(|| default.to_owned())
    }
}

/// A passage that was found. Cheap to clone: what it says is shared with the search's memory.
#[derive(Debug, Clone)]
pub struct Hit {
    pub passage: Arc<Passage>,
    /// To compare within one search only; above 0, the higher the better.
    pub score: f64,
    /// How near its meaning is to the question's, −1 to 1; none where it has no vector, or the question has none.
    pub near: Option<f64>,
    /// The same of its units, in their order; empty where they have no vectors.
    pub units_near: Arc<[UnitNear]>,
}

impl Deref for Hit {
    type Target = Passage;

    fn deref(&self) -> &Passage {
        &self.passage
    }
}

/// What a passage says, and where it stands.
#[derive(Debug)]
pub struct Passage {
    pub passage_id: i64,
    /// Of the page: relative to its folder, or the URL's path.
    pub path: String,
    /// Of the page, with `#anchor` where the passage's heading has an id. A file without a base URL has its path here.
    pub url: String,
    pub title: String,
    /// The headings above the passage, joined with ` › `; without the title.
    pub heading: String,
    /// Markdown.
    pub text: String,
    /// The heading is a question, and the text the whole answer, as the owner wrote both.
    pub is_pair: bool,
    /// ISO 639-1, or `und`.
    pub language: String,
}

/// Where pages come from.
pub enum Origin {
    /// A file, or a folder with all that is below it. With a base the pages' URLs are this with the relative path.
    Files { path: PathBuf, base_url: Option<String> },
    /// Something to fetch. Without a kind, what is found there says whether it is a website, a sitemap or a feed.
    Web { url: Url, kind: Option<Kind> },
    /// A text in Markdown, and where visitors can read it, if they can.
    Text { title: String, body: String, url: Option<Url> },
}

/// What a run did.
#[derive(Debug, Default)]
pub struct Report {
    /// That the source now has.
    pub pages: usize,
    /// Written in this run.
    pub passages: usize,
    /// Pages that needed no write.
    pub unchanged: usize,
    /// Pages that the source no longer has.
    pub removed: usize,
    /// What was left out or could not be had; the first ones only.
    pub skipped: Vec<Skipped>,
    /// What else there is to say of the run: pages that were cut, a limit that was reached.
    pub notes: Vec<String>,
    /// Of everything that was met.
    pub counts: Counts,
}

#[derive(Debug, Clone)]
pub struct Skipped {
    pub path: String,
    /// A sentence without its subject: "is not UTF-8".
    pub reason: String,
    /// It may be had another time.
    pub has_failed: bool,
}

/// How far a run is.
#[derive(Debug, Clone)]
pub struct Progress {
    pub done: usize,
    /// Known so far; it grows while a site is crawled.
    pub found: usize,
    pub current: String,
}

impl Found {
    /// What a question finds that is answered already.
    pub fn nothing_needed() -> Self {
        Self {
            passages: Vec::new(),
            confidence: 1.0,
            asked: String::new(),
            leans_on: String::new(),
            terms: Arc::default(),
            languages: Arc::default(),
            took: Duration::ZERO,
            cached: false,
            halves: Vec::new(),
        }
    }
}

impl Knowledge {
    /// # Errors
    /// When the endpoint's client cannot be built.
    pub fn new(store: Store, embed: &Embed) -> Result<Self> {
        Ok(Self {
            store,
            embedder: Embedder::new(embed)?,
            caches: search::Caches::new(),
            visits: asking::Visits::new(),
            room: extract::Room::new(),
        })
    }

    /// Gives each of an agent's passages that waits its vectors, on all cores and for a minute at most; gives how many
    /// still wait.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn embed(
        &self,
        agent: AgentId,
        progress: &(dyn Fn(Progress) + Send + Sync),
    ) -> Result<usize> {
        meaning::of(&self.store, &self.embedder, agent, progress).await
    }

    /// Does the same beside visitors, with whatever comes in later, and never ends.
    pub async fn keep_embedding(self) {
        meaning::for_ever(self.store, self.embedder).await;
    }

    /// The passages that are likely to answer the question, at most `limit`.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn search(&self, agent: AgentId, query: &Query, limit: usize) -> Result<Found> {
        self.visits.note();
        let Self { store, embedder, caches, .. } = self;
        let place = search::Place { store, embedder, caches };
        match halves::run(&place, agent, query, limit).await? {
            Some(found) => Ok(found),
            None => search::whole(&place, agent, query, limit).await,
        }
    }

    /// Which of these questions ask the same: groups of their indices, the largest first. Bounded by what `likeness`
    /// compares; it never fails, as words are enough.
    pub async fn alike(&self, reader: &wording::Reader, questions: &[String]) -> Vec<Vec<usize>> {
        likeness::groups(&self.embedder, reader, questions).await
    }

    /// The agent's sources in the order in which they were added.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn sources(&self, agent: AgentId) -> Result<Vec<Source>> {
        self.store.read(move |db| sources::list(db, agent)).await
    }

    /// The agent's source of this id or location.
    ///
    /// # Errors
    /// `source_not_found`.
    pub async fn source(&self, agent: AgentId, source: &str) -> Result<Source> {
        let name = source.to_owned();
        let found = self.store.read(move |db| sources::find(db, agent, &name)).await?;
        found.ok_or_else(|| {
            Error::not_found(
                "source_not_found",
                format!("The agent has no source {source}; `knowledge list` shows them."),
            )
        })
    }

    /// What the source's last run said: of these kinds `note`, `skipped` and `failed`, the first lines.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn said(&self, source: &Source, kind: &'static str) -> Result<Vec<Line>> {
        let id = source.id;
        self.store.read(move |db| runs::lines(db, id, kind)).await
    }

    /// Whether a process is refreshing it just now; else a run under way was cut off.
    pub fn is_refreshing(&self, source: &Source) -> bool {
        source.run.as_ref().is_some_and(|run| run.state == runs::RUNNING)
            && record::is_held(&self.store, source.id)
    }

    /// Takes a source, by its id or location, with all its pages; the report counts what went.
    ///
    /// # Errors
    /// `source_not_found`; `source_busy` while it is being refreshed.
    pub async fn remove(&self, agent: AgentId, source: &str) -> Result<Report> {
        let found = self.source(agent, source).await?;
        index::remove(&self.store, agent, found.id).await
    }
}

/// Bytes as text.
fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}

fn base(text: &str) -> Result<Url> {
    let url = Url::parse(text.trim()).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
    url.ok_or_else(|| {
        Error::invalid(
            "base_url",
            format!("is {text:?}; it must be such as https://example.com/help/"),
        )
    })
}

//! What an agent knows: how pages get in (from files and sites, as passages) and how the passages that answer a
//! question come out. Whoever adds a source again refreshes it: what did not change costs no write, what vanished goes.

mod addresses;
mod confidence;
mod crawl;
mod embed;
mod extract;
mod fetch;
mod files;
mod followup;
mod html;
mod index;
mod language;
mod markdown;
mod meaning;
mod merge;
mod minilm;
mod nearest;
mod robots;
mod search;
mod shallow;
mod sitemap;
mod spelling;
mod split;
mod stopwords;
mod terms;
mod urls;
mod vectors;
mod words;

use std::{path::PathBuf, time::Duration};

use url::Url;

use embed::Embedder;

use crate::{
    config::Embed,
    error::{Error, Result},
    id::AgentId,
    store::{Store, agents::Agent, sources},
};

pub use crate::store::sources::Source;

/// The knowledge of all agents. Cheap to clone.
#[derive(Clone)]
pub struct Knowledge {
    store: Store,
    embedder: Embedder,
    caches: search::Caches,
    visits: meaning::Visits,
}

pub struct Query {
    /// What the visitor asks.
    pub text: String,
    /// What the same visitor asked before in this conversation, the latest last: a question may lean on it.
    pub earlier: Vec<String>,
    /// Where the visitor is: passages of that page come a little earlier.
    pub page_url: Option<String>,
}

#[derive(Debug, Clone)]
pub struct Found {
    /// The best first.
    pub passages: Vec<Hit>,
    /// 0–1: how sure it is that the passages are about the question.
    pub confidence: f64,
    /// The words that were searched for, as the index knows them.
    pub terms: Vec<String>,
    pub took: Duration,
    /// The same was asked before and nothing has changed since.
    pub cached: bool,
}

/// A passage that was found.
#[derive(Debug, Clone)]
pub struct Hit {
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
    /// ISO 639-1, or `und`.
    pub language: String,
    /// To compare within one search only; above 0, the higher the better.
    pub score: f64,
}

/// Where pages come from.
pub enum Origin {
    /// A file, or a folder with all that is below it. With a base the pages' URLs are this with the relative path.
    Files { path: PathBuf, base_url: Option<String> },
    /// A site, from this page on; pages of other hosts are left out.
    Website {
        url: Url,
        max_pages: usize,
        /// Hosts that may be fetched although their addresses are not public.
        allow_hosts: Vec<String>,
    },
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
    pub skipped: Vec<Skipped>,
}

#[derive(Debug, Clone)]
pub struct Skipped {
    pub path: String,
    /// A sentence without its subject: "is not UTF-8".
    pub reason: String,
}

/// How far a run is.
#[derive(Debug, Clone)]
pub struct Progress {
    pub done: usize,
    /// Known so far; it grows while a site is crawled.
    pub found: usize,
    pub current: String,
}

impl Knowledge {
    /// # Errors
    /// When the endpoint's client cannot be built.
    pub fn new(store: Store, embed: &Embed) -> Result<Self> {
        Ok(Self {
            store,
            embedder: Embedder::new(embed)?,
            caches: search::Caches::new(),
            visits: meaning::Visits::new(),
        })
    }

    /// Gives each passage that waits for one its vector, on all cores and for a minute at most; gives how many still wait.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn embed(&self, progress: &(dyn Fn(Progress) + Send + Sync)) -> Result<usize> {
        meaning::all(&self.store, &self.embedder, progress).await
    }

    /// Does the same beside visitors, with whatever comes in later, and never ends.
    pub async fn keep_embedding(self) {
        meaning::for_ever(self.store, self.embedder, self.visits).await;
    }

    /// The passages that are likely to answer the question, at most `limit`.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn search(&self, agent: AgentId, query: &Query, limit: usize) -> Result<Found> {
        self.visits.note();
        search::run(&self.store, &self.embedder, &self.caches, agent, query, limit).await
    }

    /// Adds a source, or refreshes it, and tells how far it is.
    ///
    /// # Errors
    /// When there is no such file or folder, or the site's first page cannot be had; what else goes wrong with a page is
    /// in the report.
    pub async fn add(
        &self,
        agent: &Agent,
        origin: Origin,
        progress: &(dyn Fn(Progress) + Send + Sync),
    ) -> Result<Report> {
        match origin {
            Origin::Files { path, base_url } => {
                let base_url = base_url.as_deref().map(base).transpose()?;
                index::files(&self.store, agent, path, base_url, progress).await
            }
            Origin::Website { url, max_pages, allow_hosts } => {
                let limits = crawl::Limits { max_pages, allow_hosts };
                index::website(&self.store, agent, url, limits, progress).await
            }
        }
    }

    /// The agent's sources in the order in which they were added.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn sources(&self, agent: AgentId) -> Result<Vec<Source>> {
        self.store.read(move |db| sources::list(db, agent)).await
    }

    /// Takes a source, by its id or location, with all its pages; the report counts what went.
    ///
    /// # Errors
    /// `source_not_found`.
    pub async fn remove(&self, agent: AgentId, source: &str) -> Result<Report> {
        let name = source.to_owned();
        let found = self.store.read(move |db| sources::find(db, agent, &name)).await?;
        let found = found.ok_or_else(|| {
            Error::not_found(
                "source_not_found",
                format!("The agent has no source {source}; `knowledge list` shows them."),
            )
        })?;
        index::remove(&self.store, agent, found.id).await
    }
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

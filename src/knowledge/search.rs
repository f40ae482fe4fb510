//! A question to ranked passages. Words that say nothing are gone, each word is tried in every way in which the index
//! may hold it, and what was asked before is remembered until the agent's passages change.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use moka::sync::Cache;
use unicode_normalization::UnicodeNormalization;

use super::{
    Found, Hit, Passage, Query, confidence,
    embed::Embedder,
    followup,
    lexical::{Lexical, Worded},
    merge::{Candidate, merge},
    nearest::Vectors,
    rerank::{Said, rerank},
    vectors,
};
use crate::{
    error::Result,
    id::AgentId,
    store::{
        Connection, Store, agents,
        passages::{self, Match},
    },
};

/// Characters of a question that are looked at.
const LONGEST: usize = 4000;
/// Passages that words find, and that meaning finds; and of all those the ones that are kept.
const RANKED: usize = 100;
const KEPT: usize = 12;
/// What a passage of the page where the visitor is gains, and how many of them do.
const HERE: f64 = 1.15;
const HERE_MOST: usize = 2;

const RESULTS_BYTES: u64 = 8 * 1024 * 1024;
/// An agent with more is searched in the file itself.
const VECTORS_BYTES: u64 = 32 * 1024 * 1024;
const VECTORS_IDLE: Duration = Duration::from_mins(10);
const IDLE: Duration = Duration::from_hours(1);

/// What was found before; entries of an older index version are never asked for again and run out.
#[derive(Clone)]
pub(super) struct Caches {
    results: Cache<(AgentId, i64, String), Arc<Ranked>>,
    lexical: Lexical,
    /// With the index version at which they were read.
    vectors: Cache<AgentId, (i64, Arc<Vectors>)>,
}

struct Ranked {
    hits: Vec<Hit>,
    confidence: f64,
    /// The question as it was searched for.
    asked: String,
    terms: Arc<[String]>,
}

impl Caches {
    pub(super) fn new() -> Self {
        let bytes = |_: &(AgentId, i64, String), ranked: &Arc<Ranked>| {
            let texts = ranked.hits.iter();
            let texts =
                texts.map(|hit| hit.text.len() + hit.url.len() + 4 * hit.units_near.len() + 400);
            let texts = texts.sum::<usize>();
            u32::try_from(texts + ranked.asked.len() + 200).unwrap_or(u32::MAX)
        };
        Self {
            results: Cache::builder()
                .weigher(bytes)
                .max_capacity(RESULTS_BYTES)
                .time_to_idle(IDLE)
                .build(),
            lexical: Lexical::new(),
            vectors: Cache::builder()
                .weigher(|_, (_, vectors): &(i64, Arc<Vectors>)| {
                    u32::try_from(vectors.bytes() + 200).unwrap_or(u32::MAX)
                })
                .max_capacity(VECTORS_BYTES)
                .time_to_idle(VECTORS_IDLE)
                .build(),
        }
    }
}

pub(super) async fn run(
    store: &Store,
    embedder: &Embedder,
    caches: &Caches,
    agent: AgentId,
    query: &Query,
    limit: usize,
) -> Result<Found> {
    let began = Instant::now();
    let version = store.peek(|db| agents::index_version(db, agent))?;
    let (leans_on, text) = match &query.alone {
        Some(alone) => (String::new(), alone),
        None => (followup::leans_on(&query.text, &query.earlier), &query.text),
    };
    // Together they are searched for; between them stands what neither holds.
    let question = [normal(&leans_on), normal(text)].join("\n");
    let key = (agent, version, question.trim_start().to_owned());
    let remembered = caches.results.get(&key);
    let known = remembered.is_some();
    let ranked = if let Some(ranked) = remembered {
        ranked
    } else {
        let ranked = rank(store, embedder, caches, agent, version, &key.2).await?;
        caches.results.insert(key, Arc::clone(&ranked));
        ranked
    };
    Ok(Found {
        passages: nearby(&ranked.hits, query.page_url.as_deref(), limit),
        confidence: ranked.confidence,
        asked: ranked.asked.clone(),
        leans_on,
        terms: Arc::clone(&ranked.terms),
        took: began.elapsed(),
        cached: known,
    })
}

async fn rank(
    store: &Store,
    embedder: &Embedder,
    caches: &Caches,
    agent: AgentId,
    version: i64,
    question: &str,
) -> Result<Arc<Ranked>> {
    let caches = caches.clone();
    let own = question.split_once('\n').map(|(_, own)| own);
    let question = question.replace('\n', " ");
    let Some(model) = embedder.name().map(str::to_owned) else {
        return store
            .read(move |db| {
                let worded = caches.lexical.search(db, (agent, version), &question, RANKED)?;
                ranked(db, agent, question, worded, None)
            })
            .await;
    };
    let (text, reader) = (question.clone(), caches.clone());
    let words = store.read(move |db| reader.lexical.search(db, (agent, version), &text, RANKED));
    let (words, mut query) = tokio::join!(words, embedder.question(&question));
    let words = words?;
    if let Some(respelt) = &words.asked.respelt {
        // Few questions have slips: the others need not wait for the words.
        query = embedder.question(respelt).await;
    }
    let own = match own.filter(|_| embedder.is_builtin()) {
        Some(own) => embedder.question(own).await,
        None => None,
    };
    let reads_units = embedder.is_builtin();
    store
        .read(move |db| {
            let meant = match query {
                Some(query) => {
                    let length = query.stored_bytes();
                    let all = caches.vectors(db, agent, version, &model, length)?;
                    Some(Meant { query, own, all, reads_units })
                }
                None => None,
            };
            let meant = meant.filter(|meant| !meant.all.is_empty());
            ranked(db, agent, question, words, meant)
        })
        .await
}

/// What meaning searches with.
struct Meant {
    query: vectors::Query,
    /// Of what was asked now, where it leans on what was asked before.
    own: Option<vectors::Query>,
    all: Arc<Vectors>,
    /// Units have vectors of this kind.
    reads_units: bool,
}

/// What was found by words, with what is near in meaning.
fn ranked(
    db: &Connection,
    agent: AgentId,
    question: String,
    words: Worded,
    meant: Option<Meant>,
) -> Result<Arc<Ranked>> {
    let Worded { asked, found } = words;
    let meant = meant.as_ref();
    let near = meant.map(|meant| meant.all.nearest(&meant.query, RANKED));
    let mut candidates = merge(found, near.unwrap_or_default(), |id| {
        meant.and_then(|meant| meant.all.cosine(&meant.query, id))
    });
    let said = match meant {
        Some(meant) if meant.reads_units => {
            rerank(db, &meant.query, meant.own.as_ref(), &mut candidates)?
        }
        _ => Said::default(),
    };
    let mut matches = Vec::new();
    for one in candidates.iter().take(KEPT) {
        if let Some(found) = passages::find(db, agent, one.id)? {
            matches.push((*one, found));
        }
    }
    let confidence = confidence::of(&asked, &candidates, &matches, &said.nearest);
    let terms = asked.terms.into_iter().flat_map(|term| term.forms).collect();
    let asked = asked.respelt.unwrap_or(question);
    let hits = matches.into_iter();
    let hits = hits.map(|(one, found)| hit(one, found, said.units(one.id))).collect();
    Ok(Arc::new(Ranked { hits, confidence, asked, terms }))
}

impl Caches {
    fn vectors(
        &self,
        db: &Connection,
        agent: AgentId,
        version: i64,
        model: &str,
        length: usize,
    ) -> Result<Arc<Vectors>> {
        if let Some((read_at, vectors)) = self.vectors.get(&agent)
            && read_at == version
        {
            return Ok(vectors);
        }
        let vectors = Arc::new(Vectors::read(db, agent, model, length)?);
        self.vectors.insert(agent, (version, Arc::clone(&vectors)));
        Ok(vectors)
    }
}

fn normal(text: &str) -> String {
    let text: String = text.nfkc().flat_map(char::to_lowercase).take(LONGEST).collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn hit(candidate: Candidate, found: Match, units_near: Arc<[f32]>) -> Hit {
    let url = match &found.anchor {
        Some(anchor) => format!("{}#{anchor}", found.url),
        None => found.url,
    };
    let passage = Passage {
        passage_id: found.id,
        path: found.path,
        url,
        title: found.title,
        heading: found.heading,
        text: found.body,
        is_pair: found.is_pair,
        language: found.language,
    };
    Hit { passage: Arc::new(passage), score: candidate.score, near: candidate.near, units_near }
}

/// Those of the page where the visitor is a little earlier.
fn nearby(hits: &[Hit], page_url: Option<&str>, limit: usize) -> Vec<Hit> {
    let here = page_url.and_then(place);
    let mut hits = hits.to_vec();
    let there = hits.iter_mut().filter(|hit| here.is_some() && place(&hit.url) == here);
    for hit in there.take(HERE_MOST) {
        hit.score *= HERE;
    }
    hits.sort_by(|a, b| b.score.total_cmp(&a.score));
    hits.truncate(limit);
    hits
}

/// What two URLs of one page have in common.
pub(super) fn place(url: &str) -> Option<&str> {
    let (_, rest) = url.split_once("://")?;
    let rest = rest.split(['?', '#']).next()?;
    Some(rest.trim_end_matches('/'))
}

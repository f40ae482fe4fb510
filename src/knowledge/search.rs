//! A question to ranked passages. Words that say nothing are gone, each word is tried in every way in which the index
//! may hold it, and what was asked before is remembered until the agent's passages change.

use std::{
    sync::{Arc, OnceLock},
    time::{Duration, Instant},
};

use moka::sync::Cache;
use unicode_normalization::UnicodeNormalization;

use super::{
    Found, Hit, Passage, Query, confidence,
    embed::Embedder,
    followup,
    lexical::{self, Lexical, Worded},
    merge::{Candidate, NAME, merge},
    nearest::Vectors,
    readings::{Question, UnitNear},
    rerank::{Said, rerank},
    shorthand,
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
/// Of one result, beside its texts.
const RESULT_BYTES: usize = 2000;
/// Passages that were found before, for whatever question.
const PASSAGES_BYTES: u64 = 4 * 1024 * 1024;
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
    passages: Cache<(AgentId, i64, i64), Arc<Passage>>,
}

struct Ranked {
    kept: Vec<Kept>,
    confidence: f64,
    /// The question as it was searched for.
    asked: String,
    terms: Arc<[String]>,
    languages: Arc<[String]>,
}

/// A passage that was found.
struct Kept {
    candidate: Candidate,
    units_near: Arc<[UnitNear]>,
    /// Where visitors read its page.
    reads_at: Option<u64>,
    /// Read when somebody wants it. None where it went since it was ranked.
    passage: OnceLock<Option<Arc<Passage>>>,
}

impl Caches {
    pub(super) fn new() -> Self {
        let bytes = |_: &(AgentId, i64, String), ranked: &Arc<Ranked>| {
            let texts = ranked.kept.iter().filter_map(|kept| kept.passage.get()?.as_ref());
            let texts = texts.map(|passage| bytes(passage)).sum::<usize>();
            let units =
                ranked.kept.iter().map(|kept| size_of_val(&*kept.units_near)).sum::<usize>();
            u32::try_from(texts + units + ranked.asked.len() + RESULT_BYTES).unwrap_or(u32::MAX)
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
            passages: Cache::builder()
                .weigher(|_, passage: &Arc<Passage>| {
                    u32::try_from(self::bytes(passage)).unwrap_or(u32::MAX)
                })
                .max_capacity(PASSAGES_BYTES)
                .time_to_idle(IDLE)
                .build(),
        }
    }
}

/// Of memory, about.
fn bytes(passage: &Passage) -> usize {
    let Passage { path, url, title, heading, text, .. } = passage;
    400 + [path, url, title, heading, text].map(String::len).iter().sum::<usize>()
}

/// Whose knowledge is searched, as it is at this index version.
type Version = (AgentId, i64);

/// What is wanted of a result: so many of its passages, those of the visitor's page a little earlier.
#[derive(Clone, Copy)]
struct Wanted {
    limit: usize,
    here: Option<u64>,
}

/// Where is searched.
pub(super) struct Place<'a> {
    pub store: &'a Store,
    pub embedder: &'a Embedder,
    pub caches: &'a Caches,
}

/// Searches for all of a question at once.
pub(super) async fn whole(
    &Place { store, embedder, caches }: &Place<'_>,
    agent: AgentId,
    query: &Query,
    limit: usize,
) -> Result<Found> {
    let began = Instant::now();
    let version = (agent, store.peek(|db| agents::index_version(db, agent))?);
    let (leans_on, text) = match &query.alone {
        Some(alone) => (String::new(), alone),
        None => (followup::leans_on(&query.text, &query.earlier), &query.text),
    };
    // Together they are searched for; between them stands what neither holds.
    let question = [normal(&leans_on), normal(text)].join("\n");
    let key = (agent, version.1, question.trim_start().to_owned());
    let wanted = Wanted { limit, here: query.page_url.as_deref().and_then(lexical::here) };
    let remembered = caches.results.get(&key);
    let known = remembered.is_some();
    let ranked = if let Some(ranked) = remembered {
        if ranked.lacks(wanted) {
            // On another page others come first.
            let (caches, ranked) = (caches.clone(), ranked.clone());
            store.read(move |db| caches.fill(db, version, &ranked.kept, wanted)).await?;
        }
        ranked
    } else {
        let (ranked, is_whole) = rank(store, embedder, caches, version, &key.2, wanted).await?;
        // An endpoint that did not answer may do so the next time.
        if is_whole {
            caches.results.insert(key, Arc::clone(&ranked));
        }
        ranked
    };
    Ok(Found {
        passages: ranked.hits(wanted),
        confidence: ranked.confidence,
        asked: ranked.asked.clone(),
        leans_on,
        terms: Arc::clone(&ranked.terms),
        languages: Arc::clone(&ranked.languages),
        took: began.elapsed(),
        cached: known,
        halves: Vec::new(),
    })
}

/// With whether all was done that is done for a question: its meaning may not be had just now.
async fn rank(
    store: &Store,
    embedder: &Embedder,
    caches: &Caches,
    version: Version,
    question: &str,
    wanted: Wanted,
) -> Result<(Arc<Ranked>, bool)> {
    let caches = caches.clone();
    let own = question.split_once('\n').map(|(_, own)| own);
    let question = question.replace('\n', " ");
    let Some(model) = embedder.name().map(str::to_owned) else {
        return store
            .read(move |db| {
                let worded = caches.lexical.search(db, version, &question, RANKED)?;
                Ok((caches.ranked(db, version, question, worded, None, wanted)?, true))
            })
            .await;
    };
    let (text, reader) = (question.clone(), caches.clone());
    let words = store.read(move |db| reader.lexical.search(db, version, &text, RANKED));
    let written = shorthand::written_out(&question).unwrap_or_else(|| question.clone());
    let (words, mut query) = tokio::join!(words, embedder.question(&written));
    let words = words?;
    let respelt = words.asked.respelt.as_ref().unwrap_or(&question);
    if *respelt != written {
        // Few questions have slips: the others need not wait for the words.
        query = embedder.question(respelt).await;
    }
    let own = match own.filter(|_| embedder.is_builtin()) {
        Some(own) => embedder.question(own).await,
        None => None,
    };
    let is_whole = query.is_some();
    let reads_units = embedder.is_builtin();
    store
        .read(move |db| {
            let meant = match query {
                Some(query) => {
                    let all = caches.vectors(db, version, &model, query.vector.stored_bytes())?;
                    Some(Meant { query, own, all, reads_units })
                }
                None => None,
            };
            let meant = meant.filter(|meant| !meant.all.is_empty());
            Ok((caches.ranked(db, version, question, words, meant, wanted)?, is_whole))
        })
        .await
}

/// What meaning searches with.
struct Meant {
    query: Question,
    /// Of what was asked now, where it leans on what was asked before.
    own: Option<Question>,
    all: Arc<Vectors>,
    /// Units have vectors of this kind.
    reads_units: bool,
}

impl Caches {
    /// What was found by words, with what is near in meaning.
    fn ranked(
        &self,
        db: &Connection,
        version: Version,
        question: String,
        words: Worded,
        meant: Option<Meant>,
        wanted: Wanted,
    ) -> Result<Arc<Ranked>> {
        let Worded { asked, found, held } = words;
        let meant = meant.as_ref();
        let near = meant.map(|meant| meant.all.nearest(&meant.query.vector, RANKED));
        let cosine = |id| meant.and_then(|meant| meant.all.cosine(&meant.query.vector, id));
        let codes = asked.codes();
        let names = asked.names();
        let held_codes = |id| held.part(id, &codes) + NAME * held.part(id, &names);
        let mut merged = merge(found, near.unwrap_or_default(), cosine, held_codes);
        let said = match meant {
            Some(meant) if meant.reads_units => rerank(db, &meant.query, &mut merged)?,
            _ => Said::default(),
        };
        let candidates = merged.candidates;
        let ids: Vec<i64> = candidates.iter().take(KEPT).map(|one| one.id).collect();
        let near = |meant: &Meant| said.units(&ids, &meant.query, meant.own.as_ref());
        let near = meant.map(near).unwrap_or_default();
        let kept = candidates.iter().take(KEPT).enumerate().map(|(at, &candidate)| Kept {
            candidate,
            units_near: near.get(at).cloned().unwrap_or_default(),
            reads_at: held.reads_at(candidate.page_id),
            passage: OnceLock::new(),
        });
        let kept: Vec<Kept> = kept.collect();
        self.fill(db, version, &kept, wanted)?;
        let best = kept.iter().take(confidence::BEST);
        let best = best.map(|kept| self.passage(db, version, kept));
        let best = best.filter_map(Result::transpose).collect::<Result<Vec<_>>>()?;
        let confidence =
            confidence::of(&question, &asked, &held, &candidates, &best, &said.nearest);
        let terms = asked.terms.into_iter().flat_map(|term| term.forms).collect();
        let asked = asked.respelt.unwrap_or(question);
        let languages = held.languages();
        Ok(Arc::new(Ranked { kept, confidence, asked, terms, languages }))
    }

    /// Reads the passages that are wanted of these.
    fn fill(&self, db: &Connection, version: Version, kept: &[Kept], wanted: Wanted) -> Result<()> {
        for (at, _) in order(kept, wanted) {
            self.passage(db, version, &kept[at])?;
        }
        Ok(())
    }

    fn passage(
        &self,
        db: &Connection,
        version: Version,
        kept: &Kept,
    ) -> Result<Option<Arc<Passage>>> {
        if let Some(passage) = kept.passage.get() {
            return Ok(passage.clone());
        }
        let id = kept.candidate.id;
        let key = (version.0, version.1, id);
        let mut passage = self.passages.get(&key);
        if passage.is_none() {
            passage = passages::find(db, version.0, id)?.map(|found| Arc::new(read(found)));
            if let Some(passage) = &passage {
                self.passages.insert(key, passage.clone());
            }
        }
        Ok(kept.passage.get_or_init(|| passage).clone())
    }

    fn vectors(
        &self,
        db: &Connection,
        (agent, version): Version,
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

impl Ranked {
    /// Some passage that is wanted was not read yet.
    fn lacks(&self, wanted: Wanted) -> bool {
        order(&self.kept, wanted).iter().any(|&(at, _)| self.kept[at].passage.get().is_none())
    }

    fn hits(&self, wanted: Wanted) -> Vec<Hit> {
        let hit = |(at, score): (usize, f64)| {
            let Kept { candidate, units_near, passage, .. } = &self.kept[at];
            let passage = passage.get()?.clone()?;
            Some(Hit { passage, score, near: candidate.near, units_near: units_near.clone() })
        };
        order(&self.kept, wanted).into_iter().filter_map(hit).collect()
    }
}

/// Which are wanted, the best first, and their scores: those of the page where the visitor is a little earlier.
fn order(kept: &[Kept], Wanted { limit, here }: Wanted) -> Vec<(usize, f64)> {
    let mut order: Vec<(usize, f64)> =
        kept.iter().map(|kept| kept.candidate.score).enumerate().collect();
    let there = order.iter_mut().filter(|(at, _)| here.is_some() && kept[*at].reads_at == here);
    for (_, score) in there.take(HERE_MOST) {
        *score *= HERE;
    }
    order.sort_by(|a, b| b.1.total_cmp(&a.1));
    order.truncate(limit);
    order
}

fn normal(text: &str) -> String {
    let text: String = text.nfkc().flat_map(char::to_lowercase).take(LONGEST).collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn read(found: Match) -> Passage {
    let url = match &found.anchor {
        Some(anchor) => format!("{}#{anchor}", found.url),
        None => found.url,
    };
    Passage {
        passage_id: found.id,
        path: found.path,
        url,
        title: found.title,
        heading: found.heading,
        text: found.body,
        is_pair: found.is_pair,
        language: found.language,
    }
}

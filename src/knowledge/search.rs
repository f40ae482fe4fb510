//! A question to ranked passages. Words that say nothing are gone, each word is tried in every way in which the index
//! may hold it, and what was asked before is remembered until the agent's passages change.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use moka::sync::Cache;
use unicode_normalization::UnicodeNormalization;

use super::{
    Found, Hit, Query, confidence,
    embed::Embedder,
    followup,
    merge::merge,
    nearest::Vectors,
    terms::{self, Asked, Index, Shape},
};
use crate::{
    error::Result,
    id::AgentId,
    store::{
        Connection, Store, agents, pages,
        passages::{self, Match, Scored, Sought},
    },
};

/// Characters of a question that are looked at.
const LONGEST: usize = 4000;
/// Words that are searched for, the rarest of a question.
const SEARCHED: usize = 24;
/// Passages in which these may be, all together, to be searched for each: a word in half of all passages costs as much
/// time as it says little, so the frequent ones count only together.
const SCORED: u32 = 1000;
/// Up to here passages that hold a word are counted: beyond, a word says little either way.
const COUNTED: u32 = 600;
/// Words of the index that a misspelt one is compared with.
const COMPARED: u32 = 4000;
/// Passages that words find, and that meaning finds; and of all those the ones that are kept.
const RANKED: u32 = 100;
const KEPT: usize = 12;
/// What a passage of the page where the visitor is gains, and how many of them do.
const HERE: f64 = 1.15;
const HERE_MOST: usize = 2;

const RESULTS_BYTES: u64 = 8 * 1024 * 1024;
/// An agent with more is searched in the file itself.
const VECTORS_BYTES: u64 = 32 * 1024 * 1024;
const VECTORS_IDLE: Duration = Duration::from_mins(10);
const WEIGHTS: u64 = 20_000;
const SHAPES: u64 = 1000;
const IDLE: Duration = Duration::from_hours(1);

/// What was found before; entries of an older index version are never asked for again and run out.
#[derive(Clone)]
pub(super) struct Caches {
    results: Cache<(AgentId, i64, String), Arc<Ranked>>,
    shapes: Cache<(AgentId, i64), Arc<Shape>>,
    weights: Cache<(AgentId, i64, String), u32>,
    /// With the index version at which they were read.
    vectors: Cache<AgentId, (i64, Arc<Vectors>)>,
}

struct Ranked {
    /// With their scores.
    matches: Vec<(f64, Match)>,
    confidence: f64,
    terms: Vec<String>,
}

/// The index of one agent, through what is open just now.
struct Words<H, B> {
    holding: H,
    beginning: B,
}

impl<H, B> Index for Words<H, B>
where
    H: Fn(&str) -> Result<u32>,
    B: Fn(&str) -> Result<Vec<(String, u32)>>,
{
    fn holding(&self, word: &str) -> Result<u32> {
        (self.holding)(word)
    }

    fn beginning(&self, with: &str) -> Result<Vec<(String, u32)>> {
        (self.beginning)(with)
    }
}

impl Caches {
    pub(super) fn new() -> Self {
        let bytes = |_: &(AgentId, i64, String), ranked: &Arc<Ranked>| {
            let texts = ranked
                .matches
                .iter()
                .map(|(_, found)| found.body.len() + found.url.len() + 400)
                .sum::<usize>();
            u32::try_from(texts + 200).unwrap_or(u32::MAX)
        };
        Self {
            results: Cache::builder()
                .weigher(bytes)
                .max_capacity(RESULTS_BYTES)
                .time_to_idle(IDLE)
                .build(),
            shapes: Cache::builder().max_capacity(SHAPES).time_to_idle(IDLE).build(),
            weights: Cache::builder().max_capacity(WEIGHTS).time_to_idle(IDLE).build(),
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
    let question = normal(&followup::whole(&query.text, &query.earlier));
    let key = (agent, version, question);
    let remembered = caches.results.get(&key);
    let known = remembered.is_some();
    let ranked = if let Some(ranked) = remembered {
        ranked
    } else {
        let ranked = rank(store, embedder, caches, agent, version, key.2.clone()).await?;
        caches.results.insert(key, Arc::clone(&ranked));
        ranked
    };
    Ok(Found {
        passages: hits(&ranked.matches, query.page_url.as_deref(), limit),
        confidence: ranked.confidence,
        terms: ranked.terms.clone(),
        took: began.elapsed(),
        cached: known,
    })
}

/// The question's words in the index, and the passages that hold them.
struct Worded {
    asked: Asked,
    found: Vec<Scored>,
}

async fn rank(
    store: &Store,
    embedder: &Embedder,
    caches: &Caches,
    agent: AgentId,
    version: i64,
    question: String,
) -> Result<Arc<Ranked>> {
    let text = question.clone();
    let reader = caches.clone();
    let model = embedder.name().map(str::to_owned);
    let words = store.read(move |db| reader.words(db, agent, version, &text));
    let (words, query) = tokio::join!(words, embedder.question(&question));
    let Worded { asked, found } = words?;
    let (caches, fitted) = (caches.clone(), embedder.is_builtin());
    store
        .read(move |db| {
            let vectors = match (&query, model) {
                (Some(_), Some(model)) => Some(caches.vectors(db, agent, version, &model)?),
                _ => None,
            };
            let meant = query.as_ref().zip(vectors.as_ref()).filter(|(_, all)| !all.is_empty());
            let near = meant.map(|(query, all)| all.nearest(query, RANKED as usize));
            let candidates = merge(found, near.unwrap_or_default(), |id| {
                meant.and_then(|(query, all)| all.cosine(query, id))
            });
            let mut matches = Vec::new();
            for one in candidates.iter().take(KEPT) {
                if let Some(found) = passages::find(db, agent, one.id)? {
                    matches.push((one.score, found));
                }
            }
            let confidence =
                confidence::of(&asked, &candidates, &matches, meant.is_some() && fitted);
            Ok(Arc::new(Ranked {
                matches,
                confidence,
                terms: asked.terms.into_iter().flat_map(|term| term.forms).collect(),
            }))
        })
        .await
}

impl Caches {
    fn words(
        &self,
        db: &Connection,
        agent: AgentId,
        version: i64,
        question: &str,
    ) -> Result<Worded> {
        let shape = if let Some(shape) = self.shapes.get(&(agent, version)) {
            shape
        } else {
            let languages = pages::languages(db, agent)?;
            let shape = Arc::new(Shape::new(&languages, passages::count(db, agent)?));
            self.shapes.insert((agent, version), Arc::clone(&shape));
            shape
        };
        let index = Words {
            holding: |word: &str| {
                let key = (agent, version, word.to_owned());
                if let Some(count) = self.weights.get(&key) {
                    return Ok(count);
                }
                let count = passages::holding(db, agent, word, COUNTED)?;
                self.weights.insert(key, count);
                Ok(count)
            },
            beginning: |with: &str| passages::beginning(db, agent, with, COMPARED),
        };
        let asked = terms::read(&shape, question, &index)?;
        let found = passages::matching(db, agent, &sought(&asked), RANKED)?;
        Ok(Worded { asked, found })
    }

    fn vectors(
        &self,
        db: &Connection,
        agent: AgentId,
        version: i64,
        model: &str,
    ) -> Result<Arc<Vectors>> {
        if let Some((read_at, vectors)) = self.vectors.get(&agent)
            && read_at == version
        {
            return Ok(vectors);
        }
        let vectors = Arc::new(Vectors::read(db, agent, model)?);
        self.vectors.insert(agent, (version, Arc::clone(&vectors)));
        Ok(vectors)
    }
}

/// What to search for: the rare words each; of the frequent ones the rarest together with any other of them.
fn sought(asked: &Asked) -> Sought {
    let mut any: Vec<String> = Vec::new();
    let mut frequent: Vec<&Vec<String>> = Vec::new();
    let (mut holding, mut rare) = (0, 0.0);
    for term in asked.terms.iter().take(SEARCHED) {
        holding += term.holding;
        if holding <= SCORED {
            any.extend(term.forms.iter().cloned());
            rare += term.weight;
        } else {
            frequent.push(&term.forms);
        }
    }
    // Rare words that are most of the question find enough.
    if rare * 2.0 >= asked.terms.iter().map(|term| term.weight).sum::<f64>() {
        frequent.clear();
    }
    let both = match frequent.as_slice() {
        [] => None,
        [only] => {
            if any.is_empty() {
                any.clone_from(only);
            }
            None
        }
        [first, others @ ..] => Some((
            (*first).clone(),
            others.iter().copied().flatten().cloned().collect::<Vec<String>>(),
        )),
    };
    Sought { any, both }
}

fn normal(text: &str) -> String {
    let text: String = text.nfkc().flat_map(char::to_lowercase).take(LONGEST).collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn hits(matches: &[(f64, Match)], page_url: Option<&str>, limit: usize) -> Vec<Hit> {
    let here = page_url.and_then(place);
    let mut lifted = 0;
    let mut hits: Vec<Hit> = matches
        .iter()
        .map(|(score, found)| {
            let mut score = *score;
            if lifted < HERE_MOST && here.is_some() && place(&found.url) == here {
                lifted += 1;
                score *= HERE;
            }
            Hit {
                passage_id: found.id,
                path: found.path.clone(),
                url: match &found.anchor {
                    Some(anchor) => format!("{}#{anchor}", found.url),
                    None => found.url.clone(),
                },
                title: found.title.clone(),
                heading: found.heading.clone(),
                text: found.body.clone(),
                language: found.language.clone(),
                score,
            }
        })
        .collect();
    hits.sort_by(|a, b| b.score.total_cmp(&a.score));
    hits.truncate(limit);
    hits
}

/// What two URLs of one page have in common.
fn place(url: &str) -> Option<&str> {
    let (_, rest) = url.split_once("://")?;
    let rest = rest.split(['?', '#']).next()?;
    Some(rest.trim_end_matches('/'))
}

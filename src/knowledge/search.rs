//! A question to ranked passages. Words that say nothing are gone, each word is tried in every way in which the index
//! may hold it, and what was asked before is remembered until the agent's passages change.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
    time::{Duration, Instant},
};

use moka::sync::Cache;
use unicode_normalization::UnicodeNormalization;

use super::{
    Found, Hit, Query,
    terms::{self, Asked, Index, Shape},
    words::Analyser,
};
use crate::{
    error::Result,
    id::AgentId,
    store::{
        Store, agents, pages,
        passages::{self, Match, Sought},
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
/// Passages that are ranked, and of those the ones that are kept.
const RANKED: u32 = 30;
const KEPT: usize = 12;
/// What the next passage of a page already shown is worth: several pages are better than one page several times.
const REPEATED: f64 = 0.88;
/// What a page's best passage gains from its second, of that one's score; from each further one half as much.
const SECONDED: f64 = 0.3;
/// What a passage of the page where the visitor is gains, and how many of them do.
const HERE: f64 = 1.15;
const HERE_MOST: usize = 2;

const RESULTS_BYTES: u64 = 8 * 1024 * 1024;
const WEIGHTS: u64 = 20_000;
const SHAPES: u64 = 1000;
const IDLE: Duration = Duration::from_hours(1);

/// What was found before; entries of an older index version are never asked for again and run out.
#[derive(Clone)]
pub(super) struct Caches {
    results: Cache<(AgentId, i64, String), Arc<Ranked>>,
    shapes: Cache<(AgentId, i64), Arc<Shape>>,
    weights: Cache<(AgentId, i64, String), u32>,
}

struct Ranked {
    matches: Vec<Match>,
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
                .map(|found| found.body.len() + found.url.len() + 400)
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
        }
    }
}

pub(super) async fn run(
    store: &Store,
    caches: &Caches,
    agent: AgentId,
    query: &Query,
    limit: usize,
) -> Result<Found> {
    let began = Instant::now();
    let version = store.peek(|db| agents::index_version(db, agent))?;
    let question = normal(&query.text);
    let key = (agent, version, question);
    let remembered = caches.results.get(&key);
    let known = remembered.is_some();
    let ranked = if let Some(ranked) = remembered {
        ranked
    } else {
        let ranked = rank(store, caches, agent, version, key.2.clone()).await?;
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

async fn rank(
    store: &Store,
    caches: &Caches,
    agent: AgentId,
    version: i64,
    question: String,
) -> Result<Arc<Ranked>> {
    let caches = caches.clone();
    store
        .read(move |db| {
            let shape = if let Some(shape) = caches.shapes.get(&(agent, version)) {
                shape
            } else {
                let languages = pages::languages(db, agent)?;
                let shape = Arc::new(Shape::new(&languages, passages::count(db, agent)?));
                caches.shapes.insert((agent, version), Arc::clone(&shape));
                shape
            };
            let index = Words {
                holding: |word: &str| {
                    let key = (agent, version, word.to_owned());
                    if let Some(count) = caches.weights.get(&key) {
                        return Ok(count);
                    }
                    let count = passages::holding(db, agent, word, COUNTED)?;
                    caches.weights.insert(key, count);
                    Ok(count)
                },
                beginning: |with: &str| passages::beginning(db, agent, with, COMPARED),
            };
            let asked = terms::read(&shape, &question, &index)?;
            let sought = sought(&asked);
            let mut matches = passages::matching(db, agent, &sought, RANKED)?;
            spread(&mut matches);
            matches.truncate(KEPT);
            let confidence = confidence(&asked, &matches);
            Ok(Arc::new(Ranked {
                matches,
                confidence,
                terms: asked.terms.into_iter().flat_map(|term| term.forms).collect(),
            }))
        })
        .await
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

/// Ranks pages, not only passages: one with several passages about the question comes earlier, and its further passages
/// leave room for other pages.
fn spread(matches: &mut [Match]) {
    let mut shown: HashMap<i64, (usize, i32)> = HashMap::new();
    let mut gains = vec![0.0; matches.len()];
    for (at, found) in matches.iter_mut().enumerate() {
        let (first, before) =
            *shown.entry(found.page_id).and_modify(|(_, before)| *before += 1).or_insert((at, 0));
        if before > 0 {
            if let Some(gain) = gains.get_mut(first) {
                *gain += found.score * SECONDED * 0.5_f64.powi(before - 1);
            }
            found.score *= REPEATED.powi(before.min(4));
        }
    }
    for (found, gain) in matches.iter_mut().zip(gains) {
        found.score += gain;
    }
    matches.sort_by(|a, b| b.score.total_cmp(&a.score));
}

/// How much of what was asked the best passages hold.
fn confidence(asked: &Asked, matches: &[Match]) -> f64 {
    if asked.weight <= 0.0 {
        return 0.0;
    }
    let best = matches.iter().take(3).map(|found| {
        let analyser = Analyser::new(&found.language);
        let texts = [&found.title, &found.heading, &found.body].into_iter();
        let words: HashSet<String> = texts.flat_map(|text| analyser.words(text)).collect();
        let held = asked.terms.iter().filter(|term| {
            term.forms.iter().any(|form| match form.strip_suffix('*') {
                Some(beginning) => words.iter().any(|word| word.starts_with(beginning)),
                None => words.contains(form),
            })
        });
        held.map(|term| term.weight).sum::<f64>() / asked.weight
    });
    best.fold(0.0, f64::max).clamp(0.0, 1.0)
}

fn hits(matches: &[Match], page_url: Option<&str>, limit: usize) -> Vec<Hit> {
    let here = page_url.and_then(place);
    let mut lifted = 0;
    let mut hits: Vec<Hit> = matches
        .iter()
        .map(|found| {
            let mut score = found.score;
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

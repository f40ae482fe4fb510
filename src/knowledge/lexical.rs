//! Search by words: what each word of the index says for each passage is read once and remembered until the agent's
//! passages change, so that a question costs some additions, however many passages hold its words.

use std::{
    collections::HashMap,
    hash::{DefaultHasher, Hash as _, Hasher as _},
    sync::{
        Arc, LazyLock, OnceLock,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use moka::sync::Cache;

use super::{
    terms::{self, Asked, Index, Shape, Term},
    urls,
};
use crate::{
    error::Result,
    id::AgentId,
    store::{
        Connection, pages,
        passages::{self, Scored},
    },
};

/// Words that are searched for, the rarest of a question.
const SEARCHED: usize = 24;
/// A word in more passages says too little to be worth the time of scoring them; such words count only together, and
/// only where a question has no others.
const SCORED: u32 = 5000;
/// Words that must all be in a passage if each is in so many.
const TOGETHER: usize = 3;
/// Words of the index that a misspelt one is compared with.
const COMPARED: u32 = 4000;

/// Reading the words of so many passages takes as long as looking up those of one question.
const PASSAGES_A_QUESTION: usize = 500;
/// Of an agent, for each passage: its place, and its share of the vocabulary.
const PASSAGE_BYTES: usize = size_of::<(i64, i64)>() + 4 * size_of::<u64>();

const PAGE_BYTES: usize = 2 * size_of::<(i64, u64)>();

const POSTINGS_BYTES: u64 = 16 * 1024 * 1024;
const AGENTS_BYTES: u64 = 16 * 1024 * 1024;
const IDLE: Duration = Duration::from_mins(30);

/// What was read of the index; entries of an older index version are never asked for again and run out.
#[derive(Clone)]
pub(super) struct Lexical {
    agents: Cache<(AgentId, i64), Arc<Passages>>,
    postings: Cache<(AgentId, i64, String), Arc<Postings>>,
}

/// All passages of an agent.
struct Passages {
    shape: Shape,
    /// Of the pages, the most frequent first.
    languages: Arc<[String]>,
    /// Id and page, in the order of the ids.
    places: Vec<(i64, i64)>,
    /// Where visitors read each page, as a hash.
    read_at: HashMap<i64, u64>,
    /// Questions that were searched for.
    asked: AtomicU32,
    /// The words that they hold, as hashes in order: most of what is looked up is in no passage. Read when enough was
    /// asked for it to be worth the time; while pages come in, every question meets a new index version.
    vocabulary: OnceLock<Vec<u64>>,
}

impl Passages {
    fn place(&self, id: i64) -> Option<u32> {
        let at = self.places.binary_search_by_key(&id, |(id, _)| *id).ok()?;
        u32::try_from(at).ok()
    }

    /// False only for a word that no passage holds.
    fn may_hold(&self, word: &str) -> bool {
        let known = self.vocabulary.get();
        word.ends_with('*') || known.is_none_or(|all| all.binary_search(&hash(word)).is_ok())
    }

    fn learn(&self, db: &Connection, agent: AgentId) -> Result<()> {
        let asked = self.asked.fetch_add(1, Ordering::Relaxed) as usize;
        if asked * PASSAGES_A_QUESTION < self.places.len() || self.vocabulary.get().is_some() {
            return Ok(());
        }
        let mut words = Vec::new();
        passages::each_word(db, agent, |word| words.push(hash(word)))?;
        words.sort_unstable();
        // Another question may have been as fast: it read the same.
        let _ = self.vocabulary.set(words);
        Ok(())
    }
}

/// What all addresses of one page have in common, as a hash: without query and anchor.
pub(super) fn here(url: &str) -> Option<u64> {
    urls::place(url).map(hash)
}

fn hash(word: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    word.hash(&mut hasher);
    hasher.finish()
}

/// Where a word is.
#[derive(Default)]
struct Postings {
    /// How many passages hold it, counted up to [`SCORED`].
    holding: u32,
    /// The place in [`Passages::places`] and the word's BM25 there, in the order of the places; empty for a word in too
    /// many.
    scores: Box<[(u32, f32)]>,
}

impl Postings {
    fn holds(&self, place: u32) -> bool {
        self.scores.binary_search_by_key(&place, |(at, _)| *at).is_ok()
    }

    const fn are_kept(&self) -> bool {
        self.holding < SCORED
    }
}

static NOWHERE: LazyLock<Arc<Postings>> = LazyLock::new(Arc::default);

/// The question's words in the index, and the passages that hold them.
pub(super) struct Worded {
    pub asked: Asked,
    /// The best first.
    pub found: Vec<Scored>,
    pub held: Held,
}

/// Which words of a question a passage holds.
pub(super) struct Held {
    passages: Arc<Passages>,
    /// For each of its terms, those of its forms.
    terms: Vec<Vec<Arc<Postings>>>,
}

impl Held {
    /// None for a word in so many passages that its places are not kept.
    pub fn holds(&self, passage: i64, term: usize) -> Option<bool> {
        let at = self.passages.place(passage)?;
        let forms = self.terms.get(term)?;
        let is_there = |form: &Arc<Postings>| form.holds(at);
        if forms.iter().any(is_there) {
            return Some(true);
        }
        forms.iter().all(|form| form.are_kept()).then_some(false)
    }

    /// Of some terms' forms, by the numbers of both, the part that a passage holds as it is; 0 of none.
    pub fn part(&self, passage: i64, forms: &[(usize, usize)]) -> f64 {
        let Some(at) = self.passages.place(passage) else { return 0.0 };
        let form = |(term, form): &(usize, usize)| self.terms.get(*term)?.get(*form);
        let held = forms.iter().filter_map(form).filter(|form| form.holds(at)).count();
        held as f64 / forms.len().max(1) as f64
    }

    /// Of the agent's pages, the most frequent first.
    pub fn languages(&self) -> Arc<[String]> {
        Arc::clone(&self.passages.languages)
    }

    /// Where visitors read the page, as [`here`] gives it; none where they cannot.
    pub fn reads_at(&self, page: i64) -> Option<u64> {
        self.passages.read_at.get(&page).copied()
    }
}

impl Lexical {
    pub(super) fn new() -> Self {
        Self {
            agents: Cache::builder()
                .weigher(|_, passages: &Arc<Passages>| {
                    let pages = passages.read_at.len() * PAGE_BYTES;
                    let bytes = passages.places.len() * PASSAGE_BYTES + pages + 1000;
                    u32::try_from(bytes).unwrap_or(u32::MAX)
                })
                .max_capacity(AGENTS_BYTES)
                .time_to_idle(IDLE)
                .build(),
            postings: Cache::builder()
                .weigher(|(_, _, word): &(AgentId, i64, String), postings: &Arc<Postings>| {
                    let bytes = size_of_val(&*postings.scores) + word.len() + 200;
                    u32::try_from(bytes).unwrap_or(u32::MAX)
                })
                .max_capacity(POSTINGS_BYTES)
                .time_to_idle(IDLE)
                .build(),
        }
    }

    /// The passages that hold words of the question (lower case, single spaces), at most `limit`.
    pub(super) fn search(
        &self,
        db: &Connection,
        (agent, version): (AgentId, i64),
        question: &str,
        limit: usize,
    ) -> Result<Worded> {
        let passages = self.passages(db, agent, version)?;
        passages.learn(db, agent)?;
        let index = Words { lexical: self, db, agent, version, passages: &passages };
        let asked = terms::read(&passages.shape, question, &index)?;
        let forms = |term: &Term| term.forms.iter().map(|form| index.postings(form)).collect();
        let terms = asked.terms.iter().map(forms).collect::<Result<Vec<Vec<_>>>>()?;
        let found = index.rank(&asked, &terms, limit)?;
        Ok(Worded { asked, found, held: Held { passages, terms } })
    }

    fn passages(&self, db: &Connection, agent: AgentId, version: i64) -> Result<Arc<Passages>> {
        if let Some(passages) = self.agents.get(&(agent, version)) {
            return Ok(passages);
        }
        let places = passages::places(db, agent)?;
        let count = u32::try_from(places.len()).unwrap_or(u32::MAX);
        let languages: Arc<[String]> = pages::languages(db, agent)?.into();
        let shape = Shape::new(&languages, count);
        let mut read_at = HashMap::new();
        pages::each_url(db, agent, |page, url| {
            if let Some(here) = here(url) {
                read_at.insert(page, here);
            }
        })?;
        let (asked, vocabulary) = Default::default();
        let passages = Arc::new(Passages { shape, languages, places, read_at, asked, vocabulary });
        self.agents.insert((agent, version), Arc::clone(&passages));
        Ok(passages)
    }
}

/// The index of one agent, through what is open just now.
struct Words<'a> {
    lexical: &'a Lexical,
    db: &'a Connection,
    agent: AgentId,
    version: i64,
    passages: &'a Passages,
}

impl Index for Words<'_> {
    fn holding(&self, word: &str) -> Result<u32> {
        Ok(self.postings(word)?.holding)
    }

    fn beginning(&self, with: &str) -> Result<Vec<(String, u32)>> {
        passages::beginning(self.db, self.agent, with, COMPARED)
    }
}

impl Words<'_> {
    fn postings(&self, word: &str) -> Result<Arc<Postings>> {
        if !self.passages.may_hold(word) {
            return Ok(Arc::clone(&NOWHERE));
        }
        let key = (self.agent, self.version, word.to_owned());
        if let Some(postings) = self.lexical.postings.get(&key) {
            return Ok(postings);
        }
        let scores =
            passages::scores(self.db, (self.agent, self.passages.places.len()), word, SCORED)?;
        let holding = u32::try_from(scores.len()).unwrap_or(u32::MAX);
        // One that was written since the passages were read has no place.
        let placed = |(id, score)| Some((self.passages.place(id)?, score));
        let mut scores: Box<[(u32, f32)]> = match holding {
            SCORED.. => Box::default(),
            _ => scores.into_iter().filter_map(placed).collect(),
        };
        scores.sort_unstable_by_key(|(at, _)| *at);
        let postings = Arc::new(Postings { holding, scores });
        self.lexical.postings.insert(key, Arc::clone(&postings));
        Ok(postings)
    }

    /// BM25 is a sum over words, so the sum of what each says alone is what FTS5 says of all.
    fn rank(
        &self,
        asked: &Asked,
        terms: &[Vec<Arc<Postings>>],
        limit: usize,
    ) -> Result<Vec<Scored>> {
        let mut sums = vec![0.0_f32; self.passages.places.len()];
        for form in terms.iter().take(SEARCHED).flatten() {
            for (at, score) in &form.scores {
                if let Some(sum) = sums.get_mut(*at as usize) {
                    *sum += score;
                }
            }
        }
        let mut found: Vec<Scored> = self
            .passages
            .places
            .iter()
            .zip(sums)
            .filter(|(_, sum)| *sum > 0.0)
            .map(|((id, page_id), sum)| Scored { id: *id, page_id: *page_id, score: sum.into() })
            .collect();
        if found.is_empty() && !asked.terms.is_empty() {
            let all: Vec<&[String]> =
                asked.terms.iter().take(TOGETHER).map(|term| term.forms.as_slice()).collect();
            let limit = u32::try_from(limit).unwrap_or(u32::MAX);
            return passages::together(self.db, self.agent, &all, limit);
        }
        let order = |a: &Scored, b: &Scored| b.score.total_cmp(&a.score).then(a.id.cmp(&b.id));
        if found.len() > limit && limit > 0 {
            found.select_nth_unstable_by(limit - 1, order);
            found.truncate(limit);
        }
        found.sort_unstable_by(order);
        Ok(found)
    }
}

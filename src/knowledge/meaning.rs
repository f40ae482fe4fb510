//! Gives passages their vectors after they can be found by words. Whoever waits for it gets all cores; beside visitors
//! it takes what they leave, and a crash or a change of the model costs nothing but the work again.

use std::{
    collections::HashSet,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use futures_util::{StreamExt, stream};

use super::{Progress, embed::Embedder, index::without_targets, units};
use crate::{
    error::Result,
    store::{
        Store, agents,
        vectors::{self, Made, Waiting},
    },
};

/// Passages that are read and written together.
const BATCH: u32 = 64;
/// Units of a passage that are embedded; few passages have more.
const UNITS: usize = 64;
/// How long somebody waits for it at the command line: words find the passages already, and a server goes on.
const PATIENCE: Duration = Duration::from_mins(1);
/// Texts that are embedded at once, at most.
const PARALLEL: usize = 8;
/// The same beside visitors.
const BESIDE: usize = 2;
/// How often it is looked for new passages.
const LOOK: Duration = Duration::from_secs(1);
/// For how long after a question visitors come first.
const VISITED: Duration = Duration::from_secs(1);
/// Then, for each time unit of work this many of rest.
const RESTS: u32 = 1;

/// When somebody asked last.
#[derive(Clone)]
pub(super) struct Visits {
    began: Instant,
    /// Milliseconds since `began`.
    last: Arc<AtomicU64>,
}

impl Visits {
    pub(super) fn new() -> Self {
        Self { began: Instant::now(), last: Arc::new(AtomicU64::new(0)) }
    }

    pub(super) fn note(&self) {
        self.last.store(self.began.elapsed().as_millis() as u64 + 1, Ordering::Relaxed);
    }

    pub(super) fn are_recent(&self) -> bool {
        let last = self.last.load(Ordering::Relaxed);
        last > 0 && Duration::from_millis(last - 1) + VISITED > self.began.elapsed()
    }
}

/// Embeds whatever waits, as fast as the machine can, but not longer than [`PATIENCE`]; gives how many passages still
/// wait then.
pub(super) async fn all(
    store: &Store,
    embedder: &Embedder,
    progress: &(dyn Fn(Progress) + Send + Sync),
) -> Result<usize> {
    let Some(model) = embedder.name().map(str::to_owned) else { return Ok(0) };
    let languages = embedder.languages();
    let bytes = embedder.stored_bytes();
    let found = store.read(move |db| vectors::waiting_count(db, &model, languages, bytes)).await?;
    let found = found as usize;
    let cores = std::thread::available_parallelism().map_or(1, usize::from).min(PARALLEL);
    let (mut done, mut after, begun) = (0, 0, Instant::now());
    loop {
        let told = |title: &str, at: usize| {
            progress(Progress { done: done + at, found, current: title.to_owned() });
        };
        let Some((last, written)) = batch(store, embedder, after, cores, None, &told).await? else {
            return Ok(found.saturating_sub(done));
        };
        (done, after) = (done + written, last);
        if begun.elapsed() > PATIENCE {
            return Ok(found.saturating_sub(done));
        }
    }
}

/// Embeds what comes in, for ever.
pub(super) async fn for_ever(store: Store, embedder: Embedder, visits: Visits) {
    if embedder.name().is_none() {
        return;
    }
    let mut finished = None;
    loop {
        // Whoever is asked may have become another since.
        let bytes = embedder.stored_bytes();
        let version = store.peek(vectors::passages_version).ok().map(|version| (version, bytes));
        if version.is_none() || version != finished {
            let mut after = 0;
            loop {
                match batch(&store, &embedder, after, BESIDE, Some(&visits), &|_, _| {}).await {
                    Ok(Some((last, _))) => after = last,
                    Ok(None) => {
                        finished = if embedder.is_resting() { None } else { version };
                        break;
                    }
                    Err(error) => {
                        tracing::warn!(error = ?error, "passages could not be embedded");
                        break;
                    }
                }
            }
        }
        tokio::time::sleep(LOOK).await;
    }
}

/// Embeds some passages after this one; gives the last one's id and how many got a vector, none when none waits or
/// nobody can be asked.
async fn batch(
    store: &Store,
    embedder: &Embedder,
    after: i64,
    parallel: usize,
    visits: Option<&Visits>,
    told: &(dyn Fn(&str, usize) + Sync),
) -> Result<Option<(i64, usize)>> {
    let Some(model) = embedder.name().map(str::to_owned) else { return Ok(None) };
    let languages = embedder.languages();
    let (asked, bytes) = (model.clone(), embedder.stored_bytes());
    let waiting =
        store.read(move |db| vectors::waiting(db, &asked, languages, bytes, after, BATCH)).await?;
    let Some(last) = waiting.last().map(|passage| passage.passage_id) else { return Ok(None) };
    let mut groups = Vec::new();
    let mut waiting = waiting.into_iter().peekable();
    while waiting.peek().is_some() {
        groups.push(waiting.by_ref().take(embedder.at_once()).collect::<Vec<_>>());
    }
    let mut embedding = stream::iter(groups)
        .map(|group| async move {
            let begun = Instant::now();
            let found = meant(embedder, &group).await;
            if visits.is_some_and(Visits::are_recent) {
                tokio::time::sleep(begun.elapsed() * RESTS).await;
            }
            found.map(|found| group.into_iter().zip(found).collect::<Vec<_>>())
        })
        .buffer_unordered(parallel);
    let mut ready = Vec::new();
    while let Some(group) = embedding.next().await {
        let Some(group) = group else { break };
        ready.extend(group);
        if let Some((passage, _)) = ready.last() {
            told(&passage.title, ready.len());
        }
    }
    drop(embedding);
    if ready.is_empty() {
        return Ok(None);
    }
    let written = ready.len();
    store
        .write(move |tx| {
            vectors::put(tx, &model, &ready)?;
            let agents: HashSet<_> = ready.iter().map(|(passage, _)| passage.agent_id).collect();
            agents.into_iter().try_for_each(|agent| agents::raise_index_version(tx, agent))
        })
        .await?;
    Ok(Some((last, written)))
}

/// What these passages mean and, where the program itself says it, what each of their units does: an endpoint takes its
/// time, and its money, for each text.
async fn meant(embedder: &Embedder, group: &[Waiting]) -> Option<Vec<Made>> {
    let said = |passage| if embedder.is_builtin() { said(passage) } else { Vec::new() };
    let units: Vec<Vec<String>> = group.iter().map(said).collect();
    let counts: Vec<usize> = units.iter().map(Vec::len).collect();
    let texts = group.iter().map(text).chain(units.into_iter().flatten()).collect();
    let mut found = embedder.passages(texts).await?.into_iter();
    let vectors: Vec<Vec<u8>> = found.by_ref().take(group.len()).collect();
    let made = vectors.into_iter().zip(counts);
    let made = made.map(|(vector, count)| Made {
        vector,
        units: found.by_ref().take(count).flatten().collect(),
    });
    Some(made.collect())
}

/// A passage's units, each below the heading that it stands under.
fn said(passage: &Waiting) -> Vec<String> {
    let units = units::units(&passage.body).into_iter().take(UNITS);
    let below = |unit: units::Unit| {
        let own = Some(unit.heading).filter(|heading| !heading.is_empty());
        format!("{}\n{}", own.as_ref().unwrap_or(&passage.heading), unit.text)
    };
    units.map(below).collect()
}

/// What is embedded: a passage alone seldom says what it is about.
fn text(passage: &Waiting) -> String {
    let body = without_targets(&passage.body);
    [passage.title.as_str(), &passage.heading, &body]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join("\n")
}

//! Gives passages their vectors after they can be found by words: first each one's own, by which it is found, then its
//! units', by which the best are told apart. Whoever waits for it gets all cores; beside visitors it takes what they
//! leave, and a crash or a change of the model costs nothing but the work again.

use std::{
    collections::HashSet,
    thread,
    time::{Duration, Instant},
};

use futures_util::{StreamExt, stream};
use tokio::sync::oneshot;

use super::{Progress, embed::Embedder, passages::without_targets, readings, units, vectors};
use crate::{
    error::Result,
    id::AgentId,
    store::{
        Store, agents,
        vectors::{self as stored, Part, Waiting, Wanted},
    },
};

/// Passages that are read and written together.
const BATCH: u32 = 64;
/// How long somebody waits for it at the command line: words find the passages already, and a server goes on.
const PATIENCE: Duration = Duration::from_mins(1);
/// Texts that are embedded at once, at most.
const PARALLEL: usize = 8;
/// The same beside visitors.
const BESIDE: usize = 2;
/// How often it is looked for new passages.
const LOOK: Duration = Duration::from_secs(1);

/// Embeds what of an agent waits, as fast as the machine can, but not longer than [`PATIENCE`]; gives how many of its
/// passages still wait for something then.
pub(super) async fn of(
    store: &Store,
    embedder: &Embedder,
    agent: AgentId,
    progress: &(dyn Fn(Progress) + Send + Sync),
) -> Result<usize> {
    let cores = thread::available_parallelism().map_or(1, usize::from).min(PARALLEL);
    let begun = Instant::now();
    let agent = Some(agent);
    let round = Round { store, embedder, agent, parallel: cores, beside_others: false };
    let mut still = 0;
    for &part in round.parts() {
        let found = round.waiting_count(part).await?;
        let (mut done, mut after, mut touched) = (0, 0, HashSet::new());
        while begun.elapsed() < PATIENCE {
            let told = |title: &str, at: usize| {
                progress(Progress { done: done + at, found, current: title.to_owned() });
            };
            let Some(batch) = round.batch(part, after, &told).await? else { break };
            (done, after) = (done + batch.written, batch.last);
            touched.extend(batch.agents);
        }
        round.tell(touched).await?;
        // Whatever waits for its own vector waits for its units' too.
        still = found.saturating_sub(done);
    }
    Ok(still)
}

/// Embeds what comes in, for ever.
pub(super) async fn for_ever(store: Store, embedder: Embedder) {
    if embedder.name().is_none() {
        return;
    }
    let (store, embedder, agent) = (&store, &embedder, None);
    let round = Round { store, embedder, agent, parallel: BESIDE, beside_others: true };
    let mut finished = None;
    loop {
        // Whoever is asked may have become another since.
        let bytes = embedder.stored_bytes();
        let version = store.peek(stored::passages_version).ok().map(|version| (version, bytes));
        if version.is_none() || version != finished {
            match round.catch_up().await {
                // What was told meanwhile made another version: it is looked at once more.
                Ok(true) => finished = None,
                Ok(false) => finished = if embedder.is_resting() { None } else { version },
                Err(error) => {
                    tracing::warn!(error = ?error, "passages could not be embedded");
                }
            }
        }
        tokio::time::sleep(LOOK).await;
    }
}

/// How passages are gone through.
struct Round<'a> {
    store: &'a Store,
    embedder: &'a Embedder,
    /// Whose passages; of all agents where none is named.
    agent: Option<AgentId>,
    parallel: usize,
    /// Visitors come first.
    beside_others: bool,
}

/// Some passages that got their vectors.
struct Batch {
    last: i64,
    written: usize,
    /// Whose searches do not know of it yet.
    agents: HashSet<AgentId>,
}

impl Round<'_> {
    /// What is embedded: an endpoint takes its time, and its money, for each text.
    fn parts(&self) -> &'static [Part] {
        match (self.embedder.name(), self.embedder.is_builtin()) {
            (None, _) => &[],
            (_, true) => &[Part::Whole, Part::Units],
            (_, false) => &[Part::Whole],
        }
    }

    /// The name that what is made of them is stored under; none when nothing is.
    fn model(&self, part: Part) -> Option<String> {
        let name = self.embedder.name()?;
        Some(if part == Part::Units { minilm::READING } else { name }.to_owned())
    }

    async fn waiting_count(&self, part: Part) -> Result<usize> {
        let Some(model) = self.model(part) else { return Ok(0) };
        let (agent, languages) = (self.agent, self.embedder.languages());
        let bytes = self.embedder.stored_bytes();
        let count = move |db: &_| {
            stored::waiting_count(db, Wanted { agent, part, model: &model, languages, bytes })
        };
        Ok(self.store.read(count).await? as usize)
    }

    /// Embeds all that waits; false when nothing did.
    async fn catch_up(&self) -> Result<bool> {
        let mut any = false;
        for &part in self.parts() {
            let (mut after, mut touched) = (0, HashSet::new());
            while let Some(batch) = self.batch(part, after, &|_, _| {}).await? {
                after = batch.last;
                any = true;
                touched.extend(batch.agents);
            }
            self.tell(touched).await?;
        }
        Ok(any)
    }

    /// Embeds some passages after this one; none when none waits or nobody can be asked.
    async fn batch(
        &self,
        part: Part,
        after: i64,
        told: &(dyn Fn(&str, usize) + Sync),
    ) -> Result<Option<Batch>> {
        let &Self { store, embedder, agent, .. } = self;
        let Some(model) = self.model(part) else { return Ok(None) };
        let (languages, bytes) = (embedder.languages(), embedder.stored_bytes());
        let asked = model.clone();
        let waiting = move |db: &_| {
            let wanted = Wanted { agent, part, model: &asked, languages, bytes };
            stored::waiting(db, wanted, after, BATCH)
        };
        let waiting = store.read(waiting).await?;
        let Some(last) = waiting.last().map(|passage| passage.passage_id) else { return Ok(None) };
        let mut groups = Vec::new();
        let mut waiting = waiting.into_iter().peekable();
        while waiting.peek().is_some() {
            groups.push(waiting.by_ref().take(embedder.at_once()).collect::<Vec<_>>());
        }
        let mut embedding = stream::iter(groups)
            .map(|group| async move {
                let found = self.meant(part, &group).await;
                found.map(|found| group.into_iter().zip(found).collect::<Vec<_>>())
            })
            .buffer_unordered(self.parallel);
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
        let agents: HashSet<AgentId> = ready.iter().map(|(passage, _)| passage.agent_id).collect();
        let (told, untold) = match part {
            Part::Whole => (agents, HashSet::new()),
            Part::Units => (HashSet::new(), agents),
        };
        store
            .write(move |tx| {
                stored::put(tx, part, &model, &ready)?;
                told.into_iter().try_for_each(|agent| agents::raise_index_version(tx, agent))
            })
            .await?;
        Ok(Some(Batch { last, written, agents: untold }))
    }

    /// What these passages mean, or what each of their units does, as it is stored.
    async fn meant(&self, part: Part, group: &[Waiting]) -> Option<Vec<Vec<u8>>> {
        if !self.embedder.is_builtin() {
            return self.embedder.passages(group.iter().map(text).collect()).await;
        }
        let texts: Vec<Vec<String>> = match part {
            Part::Whole => group.iter().map(|passage| vec![text(passage)]).collect(),
            Part::Units => group.iter().map(said).collect(),
        };
        let stored: fn(&String) -> Vec<u8> = match part {
            Part::Whole => |text| vectors::quantise(&minilm::embed(text)),
            Part::Units => |text| readings::stored(text),
        };
        let embed = move || -> Vec<Vec<u8>> {
            texts.iter().map(|texts| texts.iter().flat_map(stored).collect()).collect()
        };
        if !self.beside_others {
            return tokio::task::spawn_blocking(embed).await.ok();
        }
        let (tell, told) = oneshot::channel();
        // A thread of its own, as its priority can be lowered, but not raised again.
        thread::Builder::new()
            .name("embedding".to_owned())
            .spawn(move || {
                yield_to_others();
                let _ = tell.send(embed());
            })
            .ok()?;
        told.await.ok()
    }

    /// Makes searches look anew at what these agents know. For units once in the end: until then what was found before
    /// is good enough.
    async fn tell(&self, agents: HashSet<AgentId>) -> Result<()> {
        if agents.is_empty() {
            return Ok(());
        }
        self.store
            .write(move |tx| {
                agents.into_iter().try_for_each(|agent| agents::raise_index_version(tx, agent))
            })
            .await
    }
}

/// The calling thread works when nobody else wants to.
fn yield_to_others() {
    // Elsewhere this would be for the whole process.
    #[cfg(target_os = "linux")]
    let _ = rustix::process::setpriority_process(None, 19);
}

/// A passage's units, each below the heading that it stands under.
fn said(passage: &Waiting) -> Vec<String> {
    let units = units::units(&passage.body).into_iter().take(units::EMBEDDED);
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

//! How a source's pages come into the index: several are read at once, and each that changed becomes one short write.
//! What did not come again is taken out at the end, and only if the run came to its end.

use std::{
    collections::{HashMap, HashSet},
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use futures_util::{StreamExt, TryStreamExt, stream};
use url::Url;

use super::{
    Progress, Report,
    extract::{Document, Room, Unread},
    files, language, pairs,
    passages::{self, hash},
    record::{self, Along, Hold, Record},
};
use crate::{
    clock::Moment,
    error::{Error, Result},
    id::{AgentId, SourceId},
    store::{
        Store,
        agents::{self, Agent},
        pages::{self, Known, NewPage},
        passages::{replace, tidy},
        sources,
    },
};
/// Pages that are read, or wait to be written, at once.
const AT_ONCE: usize = 8;
/// Pairs of one file that wait to be written together.
const PAIRS_AT_ONCE: usize = 64;
/// Pages that one write takes out.
const REMOVED_AT_ONCE: usize = 20;

/// Writes that tidy the index after a run.
const TIDIED: usize = 200;

/// A document with its place.
pub(super) struct Arrival {
    pub path: String,
    pub url: String,
    pub document: Document,
}

/// What becomes of one page of a run.
pub(super) enum Outcome {
    /// With so many passages.
    Written(usize),
    /// The same, of the page of this path, which would have had more.
    Cut(String, usize),
    Unchanged,
}

/// One run: where its pages go and what there was before it.
pub(super) struct Run {
    store: Store,
    room: Room,
    agent: Agent,
    source: SourceId,
    pub known: HashMap<String, Known>,
    /// Pages of files so far: a file of questions is many.
    taken: AtomicUsize,
}

/// The files of a path: what there is to read.
pub(super) async fn listing(path: PathBuf) -> Result<files::Listing> {
    let root = path.display().to_string();
    let listing = tokio::task::spawn_blocking(move || files::list(&path)).await??;
    if listing.files.len() > pages::MOST as usize {
        let most = pages::MOST;
        return Err(Error::invalid("path", format!("{root} holds more than {most} pages")));
    }
    Ok(listing)
}

pub(super) async fn files(
    run: Run,
    listing: files::Listing,
    base_url: Option<Url>,
    record: &mut Record,
    progress: &(dyn Fn(Progress) + Send + Sync),
) -> Result<Report> {
    let run = Arc::new(run);
    let mut report = Report::default();
    let found = listing.files.len();
    record.counts.found = found + listing.skipped.len();
    let mut seen = HashSet::new();
    for skipped in &listing.skipped {
        // A folder that cannot be listed now.
        let known = if skipped.path.ends_with('/') { run.below(&skipped.path) } else { Vec::new() };
        if known.is_empty() {
            record.skipped(&skipped.path, &skipped.reason);
        } else {
            record.failed(&skipped.path, &skipped.reason);
        }
        seen.extend(known);
    }
    let mut reading = stream::iter(listing.files)
        .map(|file| {
            let run = Arc::clone(&run);
            let base = base_url.clone();
            async move {
                let path = file.path.clone();
                let (url, base) = file.url(base.as_ref());
                let (format, bytes) = (file.format, file.bytes());
                let read = run.room.open(format, bytes, move || file.open(base)).await;
                let read = read.map(|mut document| {
                    let left_out = document.left_out.take();
                    (pairs::apart(Arrival { path: path.clone(), url, document }), left_out)
                });
                let (pages, reason) = match read {
                    Ok((arrivals, left_out)) => {
                        let reason = left_out.map(Unread::Broken);
                        (run.put_all(arrivals).await?, reason)
                    }
                    Err(unread) => (Vec::new(), Some(unread)),
                };
                Ok::<_, Error>((path, pages, reason))
            }
        })
        .buffer_unordered(AT_ONCE);
    let mut done = 0;
    while let Some(result) = reading.next().await {
        let (path, pages, reason) = result?;
        done += 1;
        progress(Progress { done, found, current: path.clone() });
        let known = match &reason {
            Some(Unread::Broken(_)) if pages.is_empty() => run.of_file(&path),
            _ => Vec::new(),
        };
        match reason {
            None => {}
            Some(unread) if known.is_empty() => record.skipped(&path, &unread.reason()),
            // What is known of it stays until it can be read again, or is gone.
            Some(unread) => record.failed(&path, &unread.reason()),
        }
        seen.extend(known);
        for (path, outcome) in pages {
            seen.insert(path);
            report.note(&outcome, record);
        }
        record.advance().await?;
    }
    drop(reading);
    run.end(&seen, &mut report, record).await?;
    Ok(report)
}

impl Report {
    pub(super) fn note(&mut self, outcome: &Outcome, record: &mut Record) {
        self.pages += 1;
        match outcome {
            Outcome::Written(passages) => {
                record.counts.indexed += 1;
                self.passages += passages;
            }
            Outcome::Cut(path, passages) => {
                record.counts.indexed += 1;
                self.passages += passages;
                record.note(format!("{path} is long: only its first {passages} passages are kept"));
            }
            Outcome::Unchanged => {
                record.counts.unchanged += 1;
                self.unchanged += 1;
            }
        }
    }
}

impl Run {
    pub(super) async fn begin(
        store: &Store,
        room: &Room,
        agent: &Agent,
        source: SourceId,
    ) -> Result<Self> {
        let known = store.read(move |db| pages::of_source(db, source)).await?;
        let known = known.into_iter().map(|page| (page.path.clone(), page)).collect();
        let (store, room, agent) = (store.clone(), room.clone(), agent.clone());
        Ok(Self { store, room, agent, source, known, taken: AtomicUsize::new(0) })
    }

    /// Paths of the pages that a file was at the last run.
    pub(super) fn of_file(&self, path: &str) -> Vec<String> {
        let pairs = format!("{path}#");
        let known = self.known.keys().filter(|known| *known == path || known.starts_with(&pairs));
        known.cloned().collect()
    }

    /// The same of all files below a folder.
    fn below(&self, folder: &str) -> Vec<String> {
        self.known.keys().filter(|known| known.starts_with(folder)).cloned().collect()
    }

    /// Writes the pages that a file is, with what becomes of each; none beyond what a source may have.
    pub(super) async fn put_all(&self, arrivals: Vec<Arrival>) -> Result<Vec<(String, Outcome)>> {
        let before = self.taken.fetch_add(arrivals.len(), Ordering::Relaxed);
        let left = (pages::MOST as usize).saturating_sub(before);
        let writing = stream::iter(arrivals).take(left).map(async |arrival| {
            let path = arrival.path.clone();
            Ok((path, self.put(arrival, None).await?))
        });
        writing.buffered(PAIRS_AT_ONCE).try_collect().await
    }

    /// Writes the page unless it is there as it is; if it writes, that goes along.
    pub(super) async fn put(&self, mut arrival: Arrival, along: Option<Along>) -> Result<Outcome> {
        let document = &mut arrival.document;
        document.language =
            language::or(document.language.clone(), &self.agent.profile.language_default);
        let hash = hash(&arrival);
        if self.known.get(&arrival.path).is_some_and(|known| known.content_hash == hash) {
            if let Some(along) = along.map(Along::unchanged) {
                self.store.write(move |tx| along.write(tx)).await?;
            }
            return Ok(Outcome::Unchanged);
        }
        let _room = self.room.enter(arrival.document.markdown.len()).await;
        let path = arrival.path.clone();
        let (arrival, passages, is_cut) = tokio::task::spawn_blocking(move || {
            let (passages, is_cut) = passages::of(&arrival);
            (arrival, passages, is_cut)
        })
        .await?;
        let (workspace_id, agent_id, source_id) =
            (self.agent.workspace_id, self.agent.id, self.source);
        let now = Moment::now();
        let count = passages.len();
        self.store
            .write(move |tx| {
                let page = NewPage {
                    workspace_id,
                    agent_id,
                    source_id,
                    path: &arrival.path,
                    url: &arrival.url,
                    title: &arrival.document.title,
                    language: &arrival.document.language,
                    content_hash: &hash,
                };
                let page = pages::put(tx, &page, now)?;
                replace(tx, (workspace_id, agent_id, page), &passages)?;
                if let Some(along) = along {
                    along.write(tx)?;
                }
                agents::raise_index_version(tx, agent_id)
            })
            .await?;
        Ok(if is_cut { Outcome::Cut(path, count) } else { Outcome::Written(count) })
    }

    /// Takes out what the source no longer has.
    pub(super) async fn end(
        &self,
        seen: &HashSet<String>,
        report: &mut Report,
        record: &mut Record,
    ) -> Result<()> {
        let most = pages::MOST as usize;
        if self.taken.load(Ordering::Relaxed) > most {
            record.note(format!("there are more than {most} pages: the others are left out"));
        }
        let gone: Vec<i64> = self
            .known
            .values()
            .filter(|page| !seen.contains(&page.path))
            .map(|page| page.id)
            .collect();
        report.removed = gone.len();
        record.counts.removed = gone.len();
        forget(&self.store, self.agent.id, gone).await?;
        if report.passages > 0 || report.removed > 0 {
            // Bounded: an index that never comes to rest is not worth holding up the run.
            for _ in 0..TIDIED {
                if !self.store.write(tidy).await? {
                    break;
                }
            }
        }
        Ok(())
    }
}

/// Takes a source with all its pages.
///
/// # Errors
/// `source_busy` while a run over it is under way.
pub(super) async fn remove(store: &Store, agent: AgentId, source: SourceId) -> Result<Report> {
    let hold = Hold::take(store, source)?;
    let known = store.read(move |db| pages::of_source(db, source)).await?;
    let pages = known.len();
    let passages = forget(store, agent, known.into_iter().map(|page| page.id).collect()).await?;
    store.write(move |tx| sources::delete(tx, source)).await?;
    drop(hold);
    record::forget_lock(store, source);
    Ok(Report { pages, passages, removed: pages, ..Report::default() })
}

/// Takes pages out, some in each write; gives how many passages went with them.
async fn forget(store: &Store, agent: AgentId, pages: Vec<i64>) -> Result<usize> {
    let mut passages = 0;
    for some in pages.chunks(REMOVED_AT_ONCE) {
        let some = some.to_vec();
        passages += store
            .write(move |tx| {
                let mut passages = 0;
                for page in some {
                    passages += pages::delete(tx, page)?;
                }
                agents::raise_index_version(tx, agent)?;
                Ok(passages)
            })
            .await?;
    }
    Ok(passages)
}

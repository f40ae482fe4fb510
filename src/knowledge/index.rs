//! A run over a source: documents come in from files or a site, several are read at once, and each that changed becomes
//! one short write. What did not come again is taken out at the end, and only if the run came to its end.

use std::{
    collections::{HashMap, HashSet},
    path::PathBuf,
    sync::Arc,
};

use futures_util::{StreamExt, stream};
use sha2::{Digest, Sha256};
use url::Url;

use super::{
    Progress, Report, Skipped, crawl,
    extract::{self, Document},
    files, split,
    words::Analyser,
};
use crate::{
    clock::Moment,
    error::{Error, Result},
    id::{AgentId, SourceId},
    store::{
        Store,
        agents::{self, Agent},
        pages::{self, Known, NewPage},
        passages::{self, NewPassage, Words},
        sources::{self, NewSource},
    },
};

/// Rises when the same text would become other passages or words: then every page is written anew.
const FORMAT: &str = "1";
/// Pages that are read, or wait to be written, at once.
const AT_ONCE: usize = 8;
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
enum Outcome {
    Written(usize),
    Unchanged,
}

/// One run: where its pages go and what it has seen.
struct Run {
    store: Store,
    agent: Agent,
    source: SourceId,
    known: HashMap<String, Known>,
}

pub(super) async fn files(
    store: &Store,
    agent: &Agent,
    path: PathBuf,
    base_url: Option<Url>,
    progress: &(dyn Fn(Progress) + Send + Sync),
) -> Result<Report> {
    let unreadable =
        |error: std::io::Error| Error::invalid("path", format!("{}: {error}", path.display()));
    let root = std::fs::canonicalize(&path).map_err(unreadable)?;
    let kind = if root.is_dir() { "folder" } else { "file" };
    let listed = root.clone();
    let listing = tokio::task::spawn_blocking(move || files::list(&listed)).await??;
    if listing.files.len() > pages::MOST as usize {
        return Err(Error::invalid(
            "path",
            format!("{} holds more than {} pages", root.display(), pages::MOST),
        ));
    }
    let run =
        Arc::new(Run::begin(store, agent, kind, &root.to_string_lossy(), base_url.as_ref()).await?);
    let mut report = Report { skipped: listing.skipped, ..Report::default() };
    let mut seen = HashSet::new();
    let found = listing.files.len();
    let mut reading = stream::iter(listing.files)
        .map(|file| {
            let run = Arc::clone(&run);
            let base = base_url.clone();
            async move {
                let path = file.path.clone();
                let read = tokio::task::spawn_blocking(move || {
                    let (url, base) = file.url(base.as_ref());
                    let document = file.open(base).and_then(extract::read)?;
                    Ok(Arrival { path: file.path, url, document })
                })
                .await?;
                let outcome = match read {
                    Ok(arrival) => Ok(run.put(arrival).await?),
                    Err(reason) => Err(reason),
                };
                Ok::<(String, Result<Outcome, String>), Error>((path, outcome))
            }
        })
        .buffer_unordered(AT_ONCE);
    let mut done = 0;
    while let Some(result) = reading.next().await {
        let (path, outcome) = result?;
        done += 1;
        progress(Progress { done, found, current: path.clone() });
        report.note(&mut seen, path, outcome);
    }
    drop(reading);
    run.end(&seen, &mut report).await?;
    Ok(report)
}

pub(super) async fn website(
    store: &Store,
    agent: &Agent,
    url: Url,
    limits: crawl::Limits,
    progress: &(dyn Fn(Progress) + Send + Sync),
) -> Result<Report> {
    let start = super::urls::normal(url);
    let mut crawl = crawl::Crawl::begin(start.clone(), limits).await?;
    let run = Run::begin(store, agent, "website", start.as_str(), None).await?;
    let mut report = Report::default();
    let mut seen = HashSet::new();
    let mut done = 0;
    while let Some(visit) = crawl.next().await {
        done += 1;
        progress(Progress { done, found: crawl.found(), current: visit.url.to_string() });
        match visit.result {
            Ok(arrival) => {
                let path = arrival.path.clone();
                let outcome = run.put(*arrival).await?;
                report.note(&mut seen, path, Ok(outcome));
            }
            Err(crawl::Missed::Gone(reason)) => {
                report.skipped.push(Skipped { path: visit.url.to_string(), reason });
            }
            Err(crawl::Missed::Again) => {}
            Err(crawl::Missed::Failed(reason)) => {
                // It may be back tomorrow: what is known of it stays.
                seen.insert(crawl.path(&visit.url));
                report.skipped.push(Skipped { path: visit.url.to_string(), reason });
            }
        }
    }
    if report.pages == 0 {
        let first =
            report.skipped.first().map(|skipped| format!(": {} {}", skipped.path, skipped.reason));
        return Err(Error::invalid(
            "url",
            format!("no page could be read{}", first.unwrap_or_default()),
        ));
    }
    report.skipped.extend(crawl.left_out());
    run.end(&seen, &mut report).await?;
    Ok(report)
}

impl Report {
    fn note(&mut self, seen: &mut HashSet<String>, path: String, outcome: Result<Outcome, String>) {
        match outcome {
            Ok(Outcome::Written(passages)) => {
                self.pages += usize::from(seen.insert(path));
                self.passages += passages;
            }
            Ok(Outcome::Unchanged) => {
                let new = usize::from(seen.insert(path));
                self.pages += new;
                self.unchanged += new;
            }
            Err(reason) => self.skipped.push(Skipped { path, reason }),
        }
    }
}

impl Run {
    async fn begin(
        store: &Store,
        agent: &Agent,
        kind: &'static str,
        location: &str,
        base: Option<&Url>,
    ) -> Result<Self> {
        let (id, workspace, location) = (agent.id, agent.workspace_id, location.to_owned());
        let base = base.map(Url::to_string);
        let now = Moment::now();
        let source = store
            .write(move |tx| {
                let source = NewSource {
                    id: SourceId::generate(),
                    workspace_id: workspace,
                    agent_id: id,
                    kind,
                    location: &location,
                    base_url: base.as_deref(),
                };
                sources::ensure(tx, &source, now)
            })
            .await?;
        let known = store.read(move |db| pages::of_source(db, source)).await?;
        let known = known.into_iter().map(|page| (page.path.clone(), page)).collect();
        Ok(Self { store: store.clone(), agent: agent.clone(), source, known })
    }

    /// Writes the page unless it is there as it is.
    async fn put(&self, arrival: Arrival) -> Result<Outcome> {
        let hash = hash(&arrival);
        if self.known.get(&arrival.path).is_some_and(|known| known.content_hash == hash) {
            return Ok(Outcome::Unchanged);
        }
        let (arrival, passages) = tokio::task::spawn_blocking(move || {
            let passages = passages(&arrival);
            (arrival, passages)
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
                passages::replace(tx, (workspace_id, agent_id, page), &passages)?;
                agents::raise_index_version(tx, agent_id)
            })
            .await?;
        Ok(Outcome::Written(count))
    }

    /// Takes out what the source no longer has.
    async fn end(&self, seen: &HashSet<String>, report: &mut Report) -> Result<()> {
        let gone: Vec<i64> = self
            .known
            .values()
            .filter(|page| !seen.contains(&page.path))
            .map(|page| page.id)
            .collect();
        report.removed = gone.len();
        forget(&self.store, self.agent.id, gone).await?;
        let (source, now) = (self.source, Moment::now());
        self.store.write(move |tx| sources::refreshed(tx, source, now)).await?;
        if report.passages > 0 || report.removed > 0 {
            // Bounded: an index that never comes to rest is not worth holding up the run.
            for _ in 0..TIDIED {
                if !self.store.write(passages::tidy).await? {
                    break;
                }
            }
        }
        Ok(())
    }
}

pub(super) async fn remove(store: &Store, agent: AgentId, source: SourceId) -> Result<Report> {
    let known = store.read(move |db| pages::of_source(db, source)).await?;
    let pages = known.len();
    let passages = forget(store, agent, known.into_iter().map(|page| page.id).collect()).await?;
    store.write(move |tx| sources::delete(tx, source)).await?;
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

fn hash(arrival: &Arrival) -> String {
    let document = &arrival.document;
    let mut hash = Sha256::new();
    for part in [
        FORMAT,
        &arrival.url,
        &document.title,
        &document.description,
        &document.language,
        &document.markdown,
    ] {
        hash.update(part.len().to_le_bytes());
        hash.update(part.as_bytes());
    }
    hash.finalize().iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}

fn passages(arrival: &Arrival) -> Vec<NewPassage> {
    let document = &arrival.document;
    let analyser = Analyser::new(&document.language);
    let mut title = analyser.words(&document.title);
    // What a path is called often says what a page is about; a word of the title counts once.
    let path = arrival.path.split('?').next().unwrap_or_default();
    let path = path.rsplit_once('.').map_or(path, |(path, _)| path).replace(['/', '_', '-'], " ");
    for word in analyser.words(&path) {
        if !title.contains(&word) && word != "index" {
            title.push(word);
        }
    }
    split::split(&document.markdown, &document.title)
        .into_iter()
        .enumerate()
        .map(|(position, piece)| {
            let mut heading = analyser.words(&piece.heading);
            if position == 0 {
                heading.extend(analyser.words(&document.description));
            }
            NewPassage {
                position: u32::try_from(position).unwrap_or(u32::MAX),
                words: Words {
                    title: title.clone(),
                    heading,
                    body: analyser.words(&without_targets(&piece.body)),
                },
                heading: piece.heading,
                anchor: piece.anchor,
                body: piece.body,
            }
        })
        .collect()
}

/// The text without where its links lead: visitors do not read that.
pub(super) fn without_targets(markdown: &str) -> String {
    let mut text = String::with_capacity(markdown.len());
    let mut rest = markdown;
    while let Some((before, after)) = rest.split_once("](") {
        text.push_str(before);
        text.push(' ');
        rest = after.split_once(')').map_or(after, |(_, rest)| rest);
    }
    text.push_str(rest);
    text
}

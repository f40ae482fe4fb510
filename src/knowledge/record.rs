//! One run over a source as others see it: held by one process at a time, its counts written down now and then, what it
//! left out and why, and the URLs that a restart needs to go on.

use std::{
    fs::{self, File, TryLockError},
    time::{Duration, Instant},
};

use super::Skipped;
use crate::{
    clock::Moment,
    error::{Error, Result},
    id::{SourceId, WorkspaceId},
    store::{
        Store,
        runs::{self, Counts, LINES, Line},
        sources::Source,
        visits::{self, Met, Visit},
    },
};

/// The folder of the locks, in the data folder.
const LOCKS: &str = "locks";
/// What waits to be written, at most, and for how long.
const BATCH: usize = 64;
const FLUSH: Duration = Duration::from_millis(250);
/// Bytes of a reason that are kept.
const LONGEST: usize = 2048;
/// Reasons that are told to whoever waits for the run.
const TOLD: usize = 1000;

/// Nobody else runs the source while this lives; the system takes it back from a process that died.
pub(super) struct Hold(#[allow(dead_code, reason = "held, not read")] File);

impl Hold {
    /// # Errors
    /// `source_busy` when another run over the source is under way.
    pub(super) fn take(store: &Store, source: SourceId) -> Result<Self> {
        let folder = store.folder().join(LOCKS);
        fs::create_dir_all(&folder)?;
        let path = folder.join(source.to_string());
        let file = File::options().create(true).truncate(false).write(true).open(path)?;
        match file.try_lock() {
            Ok(()) => Ok(Self(file)),
            Err(TryLockError::WouldBlock) => Err(Error::conflict(
                "source_busy",
                "This source is being refreshed just now; `frontdesk knowledge list` shows how far it is.",
            )),
            Err(TryLockError::Error(error)) => Err(error.into()),
        }
    }
}

/// Whether some process is about it just now.
pub(super) fn is_held(store: &Store, source: SourceId) -> bool {
    Hold::take(store, source).is_err()
}

/// Takes the lock's file of a source that is gone.
pub(super) fn forget_lock(store: &Store, source: SourceId) {
    // A file too many is no harm.
    let _ = fs::remove_file(store.folder().join(LOCKS).join(source.to_string()));
}

pub(super) struct Record {
    store: Store,
    workspace: WorkspaceId,
    source: SourceId,
    pub counts: Counts,
    /// What was skipped or failed, for whoever waits for the run.
    pub left_out: Vec<Skipped>,
    /// What else was said of the run.
    pub notes: Vec<String>,
    lines: Vec<Line>,
    said: [u32; 3],
    met: Vec<Met>,
    visits: Vec<(String, Visit)>,
    flushed: Instant,
    _hold: Hold,
}

/// What a page's own write takes along.
pub(super) struct Along {
    pub workspace: WorkspaceId,
    pub source: SourceId,
    pub met: Vec<Met>,
    pub visit: Option<(String, Visit)>,
}

impl Record {
    /// Begins anew.
    pub(super) async fn begin(
        store: &Store,
        (workspace, source): (WorkspaceId, SourceId),
        hold: Hold,
    ) -> Result<Self> {
        let now = Moment::now();
        store
            .write(move |tx| {
                runs::begin(tx, workspace, source, now)?;
                visits::clear(tx, source)
            })
            .await?;
        Ok(Self::of(store, (workspace, source), hold))
    }

    /// Goes on with a run that was cut off, from what it had met.
    pub(super) async fn resume(
        store: &Store,
        (workspace, source): (WorkspaceId, SourceId),
        hold: Hold,
        met: &[Met],
    ) -> Result<Self> {
        store.write(move |tx| runs::resume(tx, source)).await?;
        let mut record = Self::of(store, (workspace, source), hold);
        for one in met {
            let counts = &mut record.counts;
            counts.found += 1;
            match one.ended.as_ref().map(|ended| ended.outcome) {
                Some("indexed") => counts.indexed += 1,
                Some("unchanged") => counts.unchanged += 1,
                Some("skipped") => counts.skipped += 1,
                Some("failed") => counts.failed += 1,
                Some(_) => counts.found -= 1,
                None => {}
            }
        }
        for (at, kind) in ["note", "skipped", "failed"].into_iter().enumerate() {
            let lines = store.read(move |db| runs::lines(db, source, kind)).await?;
            record.said[at] = u32::try_from(lines.len()).unwrap_or(LINES);
            if kind != "note" {
                let told = lines.into_iter().map(|line| Skipped {
                    path: line.path,
                    reason: line.text,
                    has_failed: kind == "failed",
                });
                record.left_out.extend(told);
            }
        }
        Ok(record)
    }

    /// Ends a run that nobody goes on with, for this reason.
    pub(super) async fn give_up(store: &Store, source: &Source, problem: &str) -> Result<()> {
        let _hold = Hold::take(store, source.id)?;
        let (id, problem) = (source.id, problem.to_owned());
        let counts = source.run.as_ref().map(|run| run.counts).unwrap_or_default();
        store
            .write(move |tx| {
                visits::clear(tx, id)?;
                runs::end(tx, id, &counts, Some(&problem), Moment::now())
            })
            .await
    }

    fn of(store: &Store, (workspace, source): (WorkspaceId, SourceId), hold: Hold) -> Self {
        Self {
            store: store.clone(),
            workspace,
            source,
            counts: Counts::default(),
            left_out: Vec::new(),
            lines: Vec::new(),
            said: [0; 3],
            notes: Vec::new(),
            met: Vec::new(),
            visits: Vec::new(),
            flushed: Instant::now(),
            _hold: hold,
        }
    }

    pub(super) fn note(&mut self, text: impl Into<String>) {
        let text = text.into();
        if self.notes.len() < TOLD {
            self.notes.push(text.clone());
        }
        self.say(0, "note", "", text);
    }

    pub(super) fn skipped(&mut self, path: &str, reason: &str) {
        self.counts.skipped += 1;
        self.leave_out(path, reason, false);
        self.say(1, "skipped", path, reason.to_owned());
    }

    pub(super) fn failed(&mut self, path: &str, reason: &str) {
        self.counts.failed += 1;
        self.leave_out(path, reason, true);
        self.say(2, "failed", path, reason.to_owned());
    }

    fn leave_out(&mut self, path: &str, reason: &str, has_failed: bool) {
        let (path, reason) = (shortened(path), shortened(reason));
        if self.left_out.len() < TOLD {
            let (path, reason) = (path.to_owned(), reason.to_owned());
            self.left_out.push(Skipped { path, reason, has_failed });
        }
    }

    fn say(&mut self, at: usize, kind: &str, path: &str, text: String) {
        if self.said[at] < LINES {
            self.said[at] += 1;
            let (kind, path) = (kind.to_owned(), shortened(path).to_owned());
            let text = shortened(&text).to_owned();
            self.lines.push(Line { kind, path, text, at: Moment::now() });
        }
    }

    /// URLs that were met, or have ended.
    pub(super) fn met(&mut self, met: impl IntoIterator<Item = Met>) {
        self.met.extend(met);
    }

    pub(super) fn visited(&mut self, url: String, visit: Visit) {
        self.visits.push((url, visit));
    }

    /// What a page's write takes along, so that both or neither are there after a crash.
    pub(super) fn along(&self, met: Vec<Met>, visit: Option<(String, Visit)>) -> Along {
        Along { workspace: self.workspace, source: self.source, met, visit }
    }

    /// Writes down how far it is, when that was long ago or much waits.
    pub(super) async fn advance(&mut self) -> Result<()> {
        if self.flushed.elapsed() >= FLUSH || self.met.len() + self.visits.len() >= BATCH {
            self.write(|_, _| Ok(())).await?;
        }
        Ok(())
    }

    /// Ends it, well or with the problem.
    pub(super) async fn end(mut self, problem: Option<String>) -> Result<()> {
        let source = self.source;
        self.write(move |tx, counts| {
            if problem.is_none() {
                visits::forget_unmet(tx, source)?;
                crate::store::sources::refreshed(tx, source, Moment::now())?;
            }
            visits::clear(tx, source)?;
            runs::end(tx, source, counts, problem.as_deref(), Moment::now())
        })
        .await
    }

    async fn write(
        &mut self,
        then: impl FnOnce(&crate::store::Tx<'_>, &Counts) -> Result<()> + Send + 'static,
    ) -> Result<()> {
        self.flushed = Instant::now();
        let (workspace, source, counts) = (self.workspace, self.source, self.counts);
        let lines = std::mem::take(&mut self.lines);
        let met = std::mem::take(&mut self.met);
        let visits = std::mem::take(&mut self.visits);
        self.store
            .write(move |tx| {
                runs::say(tx, workspace, source, &lines)?;
                visits::note(tx, workspace, source, &met)?;
                for (url, visit) in &visits {
                    visits::put(tx, workspace, source, url, visit)?;
                }
                runs::advance(tx, source, &counts, Moment::now())?;
                then(tx, &counts)
            })
            .await
    }
}

/// A site may give the reason, of any length.
fn shortened(text: &str) -> &str {
    &text[..text.floor_char_boundary(LONGEST)]
}

impl Along {
    /// The page turned out to be as it was.
    pub(super) fn unchanged(mut self) -> Self {
        for ended in self.met.iter_mut().filter_map(|met| met.ended.as_mut()) {
            if ended.outcome == "indexed" {
                ended.outcome = "unchanged";
            }
        }
        self
    }

    pub(super) fn write(&self, tx: &crate::store::Tx<'_>) -> Result<()> {
        visits::note(tx, self.workspace, self.source, &self.met)?;
        match &self.visit {
            Some((url, visit)) => visits::put(tx, self.workspace, self.source, url, visit),
            None => Ok(()),
        }
    }
}

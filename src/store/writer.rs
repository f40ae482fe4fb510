//! The one thread that writes. It takes a change and whatever else is queued, runs each in a savepoint of its own
//! inside one transaction, commits once, and only then acknowledges: many callers share one flush to the disk, and a
//! change that fails or panics fails alone.

use std::{
    ops::Deref,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel},
    thread::JoinHandle,
    time::{Duration, Instant},
};

use rusqlite::Connection;
use tokio::sync::oneshot;

use super::{connection::BUSY_TIMEOUT, stopped};
use crate::error::{Error, Result};

/// Changes that share one transaction.
const BATCH: usize = 256;
/// Changes that may wait; more are refused, so that a flood costs no memory.
const QUEUE: usize = 4096;
/// Before a fold that failed is tried again; each time twice as long.
const FOLD_PAUSE: Duration = Duration::from_millis(25);
const LONGEST_FOLD_PAUSE: Duration = Duration::from_secs(5);

/// A transaction: only the writer makes one, so that a write cannot be called from a read.
pub struct Tx<'a>(&'a Connection);

impl Deref for Tx<'_> {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        self.0
    }
}

/// Told once, after the commit or instead of it.
type Acknowledge = Box<dyn FnOnce(Result<(), Error>) + Send>;
/// Runs the change; says whether to keep it, and whom to tell.
type Job = Box<dyn FnOnce(&Tx<'_>) -> (Outcome, Acknowledge) + Send>;

/// What the thread is given.
enum Work {
    Change(Job),
    /// Fold the log into the file, after all changes before it.
    Fold(oneshot::Sender<()>),
}

#[derive(PartialEq)]
enum Outcome {
    Keep,
    Undo,
}

pub(super) struct Writer {
    /// Taken when dropped: that ends the thread once the queue is empty.
    jobs: Option<SyncSender<Work>>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    pub(super) fn start(connection: Connection) -> Result<Self> {
        let (jobs, queue) = sync_channel(QUEUE);
        let thread = std::thread::Builder::new()
            .name("store-writer".into())
            .spawn(move || run(connection, &queue))?;
        Ok(Self { jobs: Some(jobs), thread: Some(thread) })
    }

    /// Queues a change; the receiver gets its result after the commit.
    pub(super) fn submit<T: Send + 'static>(
        &self,
        change: impl FnOnce(&Tx<'_>) -> Result<T> + Send + 'static,
    ) -> Result<oneshot::Receiver<Result<T>>> {
        let (answer, receiver) = oneshot::channel();
        // A panic is logged with the id of the request that it happened for.
        let span = tracing::Span::current();
        let job: Job = Box::new(move |tx| {
            let run = AssertUnwindSafe(|| span.in_scope(|| change(tx)));
            let result = catch_unwind(run).unwrap_or_else(|_| Err(Error::panicked()));
            let outcome = if result.is_ok() { Outcome::Keep } else { Outcome::Undo };
            let acknowledge: Acknowledge = Box::new(move |committed| {
                // Nobody listens when the caller left: the change is kept all the same.
                let _ = answer.send(result.and_then(|value| committed.map(|()| value)));
            });
            (outcome, acknowledge)
        });
        self.queue(Work::Change(job)).map(|()| receiver)
    }

    /// Has the log folded in as soon as no reader needs it; the receiver is told: then what was overwritten in the file
    /// is in no other file either.
    pub(super) async fn fold(&self) -> Result<oneshot::Receiver<()>> {
        let (answer, receiver) = oneshot::channel();
        let jobs = self.jobs.as_ref().ok_or_else(stopped)?;
        let mut work = Work::Fold(answer);
        while let Err(refused) = jobs.try_send(work) {
            let TrySendError::Full(same) = refused else { return Err(stopped()) };
            // A fold is never refused: what it is for was committed already.
            work = same;
            tokio::time::sleep(FOLD_PAUSE).await;
        }
        Ok(receiver)
    }

    fn queue(&self, work: Work) -> Result<()> {
        match self.jobs.as_ref().map(|jobs| jobs.try_send(work)) {
            Some(Ok(())) => Ok(()),
            Some(Err(TrySendError::Full(_))) => {
                Err(Error::busy("Too much is being stored just now. Try again in a moment."))
            }
            Some(Err(TrySendError::Disconnected(_))) | None => Err(stopped()),
        }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        drop(self.jobs.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn run(connection: Connection, queue: &Receiver<Work>) {
    // What was erased right before a power cut is still in the log that it left.
    let mut owed = Owed::from_before();
    while let Ok(first) = owed.next(queue) {
        let batch = first.into_iter().chain(queue.try_iter()).take(BATCH);
        let changes = batch.filter_map(|work| match work {
            Work::Change(job) => Some(job),
            Work::Fold(answer) => {
                owed.add(answer);
                None
            }
        });
        let changes: Vec<Job> = changes.collect();
        if !changes.is_empty() {
            commit(&connection, changes);
        }
        owed.pay(&connection);
    }
    // The last one out folds the log into the file, so that a copy of the file alone is whole.
    if let Err(error) = fold(&connection) {
        tracing::warn!(error = ?error, "the write-ahead log could not be folded in");
    }
}

/// A fold that somebody waits for. Changes never wait for it: where a reader is in its way, it is tried again later.
struct Owed {
    to: Vec<oneshot::Sender<()>>,
    due: Option<Instant>,
    pause: Duration,
}

impl Owed {
    const fn none() -> Self {
        Self { to: Vec::new(), due: None, pause: FOLD_PAUSE }
    }

    fn from_before() -> Self {
        Self { due: Some(Instant::now()), ..Self::none() }
    }

    fn add(&mut self, to: oneshot::Sender<()>) {
        self.to.retain(|to| !to.is_closed());
        self.to.push(to);
        self.due.get_or_insert_with(Instant::now);
    }

    /// The next work; none when the fold is due before there is any. An error ends the thread.
    fn next(&self, queue: &Receiver<Work>) -> Result<Option<Work>, RecvTimeoutError> {
        let Some(due) = self.due else {
            return queue.recv().map(Some).map_err(|_| RecvTimeoutError::Disconnected);
        };
        match queue.recv_timeout(due.saturating_duration_since(Instant::now())) {
            Ok(work) => Ok(Some(work)),
            Err(RecvTimeoutError::Timeout) => Ok(None),
            Err(end) => Err(end),
        }
    }

    fn pay(&mut self, connection: &Connection) {
        if self.due.is_none_or(|due| Instant::now() < due) {
            return;
        }
        if let Err(error) = fold_without_waiting(connection) {
            tracing::debug!(error = ?error, "the write-ahead log is folded in later");
            self.due = Some(Instant::now() + self.pause);
            self.pause = (self.pause * 2).min(LONGEST_FOLD_PAUSE);
            return;
        }
        for to in std::mem::replace(self, Self::none()).to {
            let _ = to.send(());
        }
    }
}

fn fold_without_waiting(connection: &Connection) -> Result<()> {
    connection.busy_timeout(Duration::ZERO)?;
    let folded = fold(connection);
    connection.busy_timeout(BUSY_TIMEOUT)?;
    folded
}

fn fold(connection: &Connection) -> Result<()> {
    let busy: bool =
        connection.query_row("pragma wal_checkpoint(truncate)", [], |row| row.get(0))?;
    if busy {
        Err(Error::busy("The database is being read. Try again in a moment."))
    } else {
        Ok(())
    }
}

fn commit(connection: &Connection, batch: Vec<Job>) {
    let begun = execute(connection, "begin immediate");
    let mut waiting: Vec<Acknowledge> = Vec::new();
    let mut broken = begun.err();
    for job in batch {
        let tx = Tx(connection);
        if broken.is_none() {
            broken = execute(connection, "savepoint change").err();
        }
        if broken.is_some() {
            // Not run at all: it gets the reason of the batch.
            waiting.push(refused(job));
            continue;
        }
        let (outcome, acknowledge) = job(&tx);
        let closing = if outcome == Outcome::Keep {
            "release change"
        } else {
            "rollback to change; release change"
        };
        broken = connection.execute_batch(closing).err().map(Error::from);
        waiting.push(acknowledge);
    }
    let result = match broken {
        None => execute(connection, "commit"),
        Some(error) => Err(error),
    };
    if result.is_err() && !connection.is_autocommit() {
        let _ = execute(connection, "rollback");
    }
    for acknowledge in waiting {
        acknowledge(result.as_ref().copied().map_err(again));
    }
}

/// An acknowledgement for a change that never ran: dropping the job tells its caller.
fn refused(job: Job) -> Acknowledge {
    Box::new(move |_| drop(job))
}

fn execute(connection: &Connection, sql: &str) -> Result<()> {
    connection.prepare_cached(sql)?.execute([])?;
    Ok(())
}

/// The same failure for each caller of a batch.
fn again(error: &Error) -> Error {
    Error::busy(error.message()).caused_by(error.cause().unwrap_or_default())
}

//! The one thread that writes. It takes a change and whatever else is queued, runs each in a savepoint of its own
//! inside one transaction, commits once, and only then acknowledges: many callers share one flush to the disk, and a
//! change that fails or panics fails alone.

use std::{
    ops::Deref,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel},
    thread::JoinHandle,
};

use rusqlite::Connection;
use tokio::sync::oneshot;

use super::stopped;
use crate::error::{Error, Result};

/// Changes that share one transaction.
const BATCH: usize = 256;
/// Changes that may wait; more are refused, so that a flood costs no memory.
const QUEUE: usize = 4096;

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
    Fold(oneshot::Sender<Result<()>>),
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
        let job: Job = Box::new(move |tx| {
            let result = catch_unwind(AssertUnwindSafe(|| change(tx)))
                .unwrap_or_else(|panic| Err(Error::internal(panic_text(panic.as_ref()))));
            let outcome = if result.is_ok() { Outcome::Keep } else { Outcome::Undo };
            let acknowledge: Acknowledge = Box::new(move |committed| {
                // Nobody listens when the caller left: the change is kept all the same.
                let _ = answer.send(result.and_then(|value| committed.map(|()| value)));
            });
            (outcome, acknowledge)
        });
        self.queue(Work::Change(job)).map(|()| receiver)
    }

    /// Queues a folding of the log: then what was overwritten in the file is in no other file either.
    pub(super) fn fold(&self) -> Result<oneshot::Receiver<Result<()>>> {
        let (answer, receiver) = oneshot::channel();
        self.queue(Work::Fold(answer)).map(|()| receiver)
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
    while let Ok(first) = queue.recv() {
        let mut folds = Vec::new();
        let batch = std::iter::once(first).chain(queue.try_iter()).take(BATCH);
        let changes = batch.filter_map(|work| match work {
            Work::Change(job) => Some(job),
            Work::Fold(answer) => {
                folds.push(answer);
                None
            }
        });
        commit(&connection, changes);
        for answer in folds {
            let _ = answer.send(fold(&connection));
        }
    }
    // The last one out folds the log into the file, so that a copy of the file alone is whole.
    if let Err(error) = fold(&connection) {
        tracing::warn!(error = ?error, "the write-ahead log could not be folded in");
    }
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

fn commit(connection: &Connection, batch: impl Iterator<Item = Job>) {
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

fn panic_text(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic
        .downcast_ref::<&str>()
        .map(ToString::to_string)
        .or_else(|| panic.downcast_ref::<String>().cloned());
    format!("a change panicked: {}", text.unwrap_or_default())
}

//! SQLite: the only SQL and the only `rusqlite`. One thread writes, a pool reads, and a write that was acknowledged
//! survives a power cut. What the queries are is said by noun, one file each: plain functions over a connection.

mod connection;
mod migrations;
mod writer;

pub mod agents;
pub mod baselines;
pub mod conversations;
pub mod curated;
pub mod events;
pub mod gaps;
pub mod leads;
pub mod library;
pub mod messages;
pub mod pages;
pub mod passages;
pub mod receipts;
pub mod refusals;
pub mod runs;
pub mod sources;
pub mod usage;
pub mod vectors;
pub mod visitors;
pub mod visits;
pub mod workspaces;

use std::{
    path::{Path, PathBuf},
    str::FromStr,
    sync::Arc,
    time::Duration,
};

use rusqlite::Row;
use tokio::sync::Semaphore;

use crate::error::{Error, Result};

pub use rusqlite::Connection;
pub use writer::Tx;

/// How long somebody waits until the log is folded in.
const FOLD_WAIT: Duration = Duration::from_secs(1);

/// The open database. Cheap to clone; the writer's thread ends with the last clone.
#[derive(Clone)]
pub struct Store {
    readers: r2d2::Pool<connection::Readers>,
    /// As many as `readers` has connections: whoever waits for one holds no thread meanwhile.
    reading: Arc<Semaphore>,
    /// Apart from the searches, so that a lookup never waits for one.
    lookups: r2d2::Pool<connection::Readers>,
    writer: Arc<writer::Writer>,
    /// Where the file lies.
    folder: Arc<Path>,
}

impl Store {
    /// Opens the file, makes it if there is none, and brings an older one up to date.
    ///
    /// # Errors
    /// When the folder cannot be written, when the file is no database, or when a newer version wrote it.
    pub fn open(path: &Path) -> Result<Self> {
        let mut writing = connection::open_writer(path)?;
        migrations::run(&mut writing, path)?;
        Ok(Self {
            readers: connection::pool(path)?,
            reading: Arc::new(Semaphore::new(connection::READERS as usize)),
            lookups: connection::pool(path)?,
            writer: Arc::new(writer::Writer::start(writing)?),
            folder: path.parent().unwrap_or(Path::new("")).into(),
        })
    }

    /// The data folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Runs queries on a read-only connection, on a thread where they may block. All of them see the same state: SQLite
    /// forgets what it has read whenever the state is another, and beside a busy writer that is with each.
    ///
    /// # Errors
    /// `unavailable` when no connection came free within a second; else what the query returns.
    pub async fn read<T: Send + 'static>(
        &self,
        query: impl FnOnce(&Connection) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let turn = self.reading.clone().acquire_owned();
        let turn = tokio::time::timeout(connection::READER_WAIT, turn).await;
        let turn = turn.map_err(busy)?.map_err(Error::internal)?;
        let readers = self.readers.clone();
        tokio::task::spawn_blocking(move || {
            let reader = take(&readers)?;
            let result = query(&*reader.unchecked_transaction()?);
            drop(reader);
            drop(turn);
            result
        })
        .await?
    }

    /// Runs a query of a row or two on the calling thread: such a read takes some microseconds, less than the way to
    /// another thread. Longer queries only where the calling thread may block.
    ///
    /// # Errors
    /// As [`Store::read`].
    pub fn peek<T>(&self, query: impl FnOnce(&Connection) -> Result<T>) -> Result<T> {
        query(&*take(&self.lookups)?)
    }

    /// Runs a change in the writer's next transaction and returns once that is on the disk. A caller who goes away
    /// stops nothing. The change must be short: no network, no parsing, no long loop.
    ///
    /// # Errors
    /// `unavailable` when the queue or the disk is full; else what the change returns, and then nothing of it is kept.
    pub async fn write<T: Send + 'static>(
        &self,
        change: impl FnOnce(&Tx<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.writer.submit(change)?.await.map_err(|_| stopped())?
    }

    /// Has the write-ahead log folded into the file, so that what was deleted before is in neither. The writer tries
    /// until it succeeds; this waits for that, but at most for a second.
    pub async fn fold(&self) {
        let writer = self.writer.clone();
        // A task of its own: a full queue, or a caller who goes away, does not make it forgotten.
        let queued = tokio::spawn(async move { writer.fold().await });
        let folded = async { queued.await??.await.map_err(|_| stopped()) };
        if let Ok(Err(error)) = tokio::time::timeout(FOLD_WAIT, folded).await {
            // The writer ends with a fold of its own.
            tracing::debug!(error = ?error, "nobody waits for the fold");
        }
    }
}

fn take(
    readers: &r2d2::Pool<connection::Readers>,
) -> Result<r2d2::PooledConnection<connection::Readers>> {
    readers.get().map_err(busy)
}

fn busy(error: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::busy("The database is busy. Try again in a moment.").caused_by(error)
}

/// The writer ended, or gave up the change, before it was run.
fn stopped() -> Error {
    Error::busy("Nothing can be stored just now. Try again in a moment.")
}

/// The id in a column; our own tables hold nothing else there.
fn id<T>(row: &Row<'_>, column: &str) -> Result<T>
where
    T: FromStr<Err: std::error::Error + Send + Sync + 'static>,
{
    row.get_ref(column)?.as_str().map_err(Error::internal)?.parse().map_err(Error::internal)
}

/// Where the database lies inside a data folder.
pub fn file(data: &Path) -> PathBuf {
    data.join("frontdesk.db")
}

impl From<rusqlite::types::FromSqlError> for Error {
    fn from(error: rusqlite::types::FromSqlError) -> Self {
        Self::internal(error)
    }
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode::{
            DatabaseBusy, DatabaseLocked, DiskFull, ReadOnly, SystemIoFailure,
        };
        match error.sqlite_error_code() {
            Some(DiskFull | ReadOnly | SystemIoFailure) => {
                Self::busy("Nothing can be stored just now. Is the disk full?").caused_by(error)
            }
            Some(DatabaseBusy | DatabaseLocked) => {
                Self::busy("The database is busy. Try again in a moment.").caused_by(error)
            }
            _ => Self::internal(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Barrier;

    use super::*;
    use crate::error::Kind;

    #[tokio::test]
    async fn a_change_that_panics_fails_alone_and_says_nothing_of_what_it_changed() {
        let folder = std::env::temp_dir().join(format!("frontdesk-panic-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let store = Store::open(&file(&folder)).unwrap();
        let bad = store.write::<()>(|_| panic!("a visitor's words"));
        let good = store.write(|_| Ok(7));
        let (bad, good) = tokio::join!(bad, good);
        let error = bad.unwrap_err();
        assert_eq!((error.kind(), error.cause(), good.unwrap()), (Kind::Internal, None, 7));
        drop(store);
        std::fs::remove_dir_all(folder).unwrap();
    }

    #[tokio::test]
    async fn all_queries_of_a_read_see_the_same_state() {
        let folder = std::env::temp_dir().join(format!("frontdesk-state-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let store = Store::open(&file(&folder)).unwrap();
        let tables = |db: &Connection| -> Result<u32> {
            Ok(db.query_row("select count(*) from sqlite_schema", [], |row| row.get(0))?)
        };
        let (looked, written) = (Arc::new(Barrier::new(2)), Arc::new(Barrier::new(2)));
        let (first, second) = (looked.clone(), written.clone());
        let read = tokio::spawn({
            let store = store.clone();
            let twice = move |db: &Connection| {
                let before = tables(db)?;
                first.wait();
                second.wait();
                Ok((before, tables(db)?))
            };
            async move { store.read(twice).await }
        });
        tokio::task::spawn_blocking(move || looked.wait()).await.unwrap();
        store.write(|tx| Ok(tx.execute_batch("create table more (words text)")?)).await.unwrap();
        let then = store.read(tables).await.unwrap();
        written.wait();
        let (before, after) = read.await.unwrap().unwrap();
        assert_eq!((after, then), (before, before + 1));
        drop(store);
        std::fs::remove_dir_all(folder).unwrap();
    }

    #[tokio::test]
    async fn a_read_does_not_wait_for_ever_behind_others() {
        let folder = std::env::temp_dir().join(format!("frontdesk-store-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let store = Store::open(&file(&folder)).unwrap();
        let all = connection::READERS as usize;
        let (begun, over) = (Arc::new(Barrier::new(all + 1)), Arc::new(Barrier::new(all + 1)));
        let long = (0..all).map(|_| {
            let (store, begun, over) = (store.clone(), begun.clone(), over.clone());
            tokio::spawn(async move {
                let wait = move |_: &Connection| {
                    begun.wait();
                    over.wait();
                    Ok(())
                };
                store.read(wait).await
            })
        });
        let long: Vec<_> = long.collect();
        tokio::task::spawn_blocking(move || begun.wait()).await.unwrap();
        assert_eq!(store.read(|_| Ok(())).await.unwrap_err().kind(), Kind::Busy);
        over.wait();
        for read in long {
            read.await.unwrap().unwrap();
        }
        store.read(|_| Ok(())).await.unwrap();
        drop(store);
        std::fs::remove_dir_all(folder).unwrap();
    }
}

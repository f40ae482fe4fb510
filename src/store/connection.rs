//! How a connection is opened: the one that writes, and the read-only ones of the pool.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use rusqlite::{Connection, OpenFlags, config::DbConfig};

use crate::error::{Error, Result};

/// How long a statement waits for another process (the command line beside a running server).
pub(super) const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
/// Searches and lists at once: more than there are cores would only wait for each other.
pub(super) const READERS: u32 = 4;
/// How long a reader waits for a connection before the caller is told to come back.
pub(super) const READER_WAIT: Duration = Duration::from_secs(1);
const STATEMENTS_CACHED: usize = 64;

pub(super) fn open_writer(path: &Path) -> Result<Connection> {
    let connection = Connection::open(path).map_err(|error| unreadable(path, error))?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection
        .execute_batch(
            "pragma journal_mode = wal;
             pragma synchronous = full;
             pragma foreign_keys = on;
             pragma secure_delete = on;
             pragma temp_store = memory;
             pragma cache_size = -8000;",
        )
        .map_err(|error| unreadable(path, error))?;
    keep_statements(&connection)?;
    Ok(connection)
}

/// Made on demand, kept; none is opened before the first read.
pub(super) fn pool(path: &Path) -> Result<r2d2::Pool<Readers>> {
    r2d2::Pool::builder()
        .max_size(READERS)
        .min_idle(Some(0))
        .connection_timeout(READER_WAIT)
        .test_on_check_out(false)
        .idle_timeout(None)
        .max_lifetime(None)
        .build(Readers(path.to_owned()))
        .map_err(Error::internal)
}

pub(super) struct Readers(PathBuf);

impl r2d2::ManageConnection for Readers {
    type Connection = Connection;
    type Error = rusqlite::Error;

    fn connect(&self) -> Result<Connection, rusqlite::Error> {
        let connection = Connection::open_with_flags(
            &self.0,
            OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX,
        )?;
        connection.busy_timeout(BUSY_TIMEOUT)?;
        // Pages are copied from the system's memory, not mapped: with each write of another connection SQLite would
        // unmap the whole file, and every page that is read again would be a fault.
        connection.execute_batch(
            "pragma temp_store = memory; pragma mmap_size = 0; pragma cache_size = -500;",
        )?;
        keep_statements(&connection)?;
        Ok(connection)
    }

    fn is_valid(&self, _: &mut Connection) -> Result<(), rusqlite::Error> {
        Ok(())
    }

    fn has_broken(&self, _: &mut Connection) -> bool {
        false
    }
}

/// Statements are prepared once: without the guarantee SQLite plans each anew whenever its `limit` is bound.
fn keep_statements(connection: &Connection) -> Result<(), rusqlite::Error> {
    connection.set_prepared_statement_cache_capacity(STATEMENTS_CACHED);
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    Ok(())
}

fn unreadable(path: &Path, error: rusqlite::Error) -> Error {
    let text = match error.sqlite_error_code() {
        Some(rusqlite::ErrorCode::NotADatabase) => "is not a Frontdesk database",
        _ => "cannot be opened for writing",
    };
    Error::conflict("database_unusable", format!("{} {text}", path.display())).caused_by(error)
}

//! The database file, read past the server: what is durable is there, whatever the server says.

use std::path::{Path, PathBuf};

use rusqlite::{Connection, OpenFlags, Row};

use super::Desk;

/// A message as the file holds it.
#[derive(Debug, Clone, PartialEq)]
pub struct Stored {
    pub id: String,
    pub role: String,
    pub content: String,
    pub complete: bool,
    pub low_confidence: bool,
    pub citations: serde_json::Value,
}

pub fn file(data: &Path) -> PathBuf {
    data.join("frontdesk.db")
}

impl Desk {
    pub fn database(&self) -> Connection {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection =
            Connection::open_with_flags(file(&self.data()), flags).expect("the database file");
        connection.busy_timeout(super::process::PATIENCE).expect("a timeout");
        connection
    }

    /// The rows of a query of this test.
    pub fn rows<T>(
        &self,
        query: &str,
        read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Vec<T> {
        let database = self.database();
        let mut statement = database.prepare(query).expect("a query");
        let rows = statement.query_map([], read).expect("rows");
        rows.collect::<Result<_, _>>().expect("rows")
    }

    pub fn count(&self, query: &str) -> i64 {
        self.database().query_row(query, [], |row| row.get(0)).expect("a number")
    }

    /// Changes the file as time would have.
    pub fn execute(&self, change: &str) -> usize {
        let database = Connection::open(file(&self.data())).expect("the database file");
        database.busy_timeout(super::process::PATIENCE).expect("a timeout");
        database.execute(change, []).expect("a change")
    }

    /// All that was said in a conversation, in order.
    pub fn messages(&self, conversation: &str) -> Vec<Stored> {
        let query = format!(
            "select id, role, content, state, low_confidence, citations from messages
             where conversation_id = '{conversation}' order by seq"
        );
        self.rows(&query, |row| {
            let citations: String = row.get("citations")?;
            Ok(Stored {
                id: row.get("id")?,
                role: row.get("role")?,
                content: row.get("content")?,
                complete: row.get::<_, String>("state")? == "complete",
                low_confidence: row.get("low_confidence")?,
                citations: serde_json::from_str(&citations).expect("citations as JSON"),
            })
        })
    }

    /// Whether the file is sound while it is in use.
    pub fn is_whole(&self) -> Result<(), String> {
        check(&file(&self.data()))
    }
}

/// No page of the file is damaged and no row points nowhere. No file at all is fine: nothing was ever started.
pub fn check(file: &Path) -> Result<(), String> {
    if !file.exists() {
        return Ok(());
    }
    let ask = || -> rusqlite::Result<(String, i64)> {
        let database = Connection::open(file)?;
        database.busy_timeout(super::process::PATIENCE)?;
        let integrity = database.query_row("pragma integrity_check", [], |row| row.get(0))?;
        let orphans =
            database
                .query_row("select count(*) from pragma_foreign_key_check", [], |row| row.get(0))?;
        Ok((integrity, orphans))
    };
    match ask() {
        Ok((integrity, 0)) if integrity == "ok" => Ok(()),
        Ok((integrity, orphans)) => {
            Err(format!("the database is damaged: {integrity}, {orphans} orphaned rows"))
        }
        Err(error) => Err(format!("the database cannot be read: {error}")),
    }
}

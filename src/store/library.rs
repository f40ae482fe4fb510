//! An agent's pages, to be read by people: the list of them, and one with its text.

use rusqlite::{Connection, OptionalExtension, named_params};

use crate::{error::Result, id::AgentId};

/// Passages of one page that are read at once.
const PASSAGES: u32 = 10_000;

pub struct Entry {
    pub path: String,
    pub url: String,
    pub title: String,
}

pub struct Page {
    pub title: String,
    /// Markdown, in the order of the page.
    pub passages: Vec<String>,
}

/// By their paths.
pub fn list(db: &Connection, agent: AgentId, limit: u32) -> Result<Vec<Entry>> {
    Ok(db
        .prepare_cached(
            "select path, url, title from pages where agent_id = :agent_id order by path limit :limit",
        )?
        .query_map(named_params! { ":agent_id": agent.to_string(), ":limit": limit }, |row| {
            Ok(Entry { path: row.get("path")?, url: row.get("url")?, title: row.get("title")? })
        })?
        .collect::<Result<Vec<_>, _>>()?)
}

pub fn page(db: &Connection, agent: AgentId, url: &str) -> Result<Option<Page>> {
    let found: Option<(i64, String)> = db
        .prepare_cached(
            "select id, title from pages where agent_id = :agent_id and url = :url limit 1",
        )?
        .query_row(named_params! { ":agent_id": agent.to_string(), ":url": url }, |row| {
            Ok((row.get("id")?, row.get("title")?))
        })
        .optional()?;
    let Some((id, title)) = found else { return Ok(None) };
    let passages = db
        .prepare_cached(
            "select body from passages where page_id = :page_id order by position limit :limit",
        )?
        .query_map(named_params! { ":page_id": id, ":limit": PASSAGES }, |row| row.get("body"))?
        .collect::<Result<Vec<String>, _>>()?;
    Ok(Some(Page { title, passages }))
}

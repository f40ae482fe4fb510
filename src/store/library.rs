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

/// The page of this URL; where questions with their answers share one, all of them under the first one's title.
pub fn page(db: &Connection, agent: AgentId, url: &str) -> Result<Option<Page>> {
    let title: Option<String> = db
        .prepare_cached(
            "select title from pages where agent_id = :agent_id and url = :url order by id limit 1",
        )?
        .query_row(named_params! { ":agent_id": agent.to_string(), ":url": url }, |row| {
            row.get("title")
        })
        .optional()?;
    let Some(title) = title else { return Ok(None) };
    let passages = db
        .prepare_cached(
            "select iif(is_pair, '## ' || heading || char(10, 10) || body, body) as text
             from pages join passages on page_id = pages.id
             where pages.agent_id = :agent_id and url = :url order by pages.id, position limit :limit",
        )?
        .query_map(
            named_params! { ":agent_id": agent.to_string(), ":url": url, ":limit": PASSAGES },
            |row| row.get("text"),
        )?
        .collect::<Result<Vec<String>, _>>()?;
    Ok(Some(Page { title, passages }))
}

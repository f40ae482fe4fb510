//! Pages: the documents of a source.

use rusqlite::{Connection, named_params};

use super::Tx;
use crate::{
    clock::Moment,
    error::Result,
    id::{AgentId, SourceId, WorkspaceId},
};

/// Pages of one source; whoever adds more is told so before (knowledge/mod.rs).
pub const MOST: u32 = 100_000;
/// Languages in which one agent's pages are searched.
const LANGUAGES: u32 = 4;

/// What a run must know of a page that is already there.
#[derive(Debug, Clone)]
pub struct Known {
    pub id: i64,
    /// Unique within its source.
    pub path: String,
    pub content_hash: String,
}

pub struct NewPage<'a> {
    pub workspace_id: WorkspaceId,
    pub agent_id: AgentId,
    pub source_id: SourceId,
    pub path: &'a str,
    pub url: &'a str,
    pub title: &'a str,
    /// ISO 639-1, or `und`.
    pub language: &'a str,
    pub content_hash: &'a str,
}

/// Writes the page, over the one of that path if there is one; gives its id.
pub fn put(tx: &Tx<'_>, page: &NewPage<'_>, now: Moment) -> Result<i64> {
    Ok(tx
        .prepare_cached(
            "insert into pages
               (workspace_id, agent_id, source_id, path, url, title, language, content_hash, updated_at)
             values (:workspace_id, :agent_id, :source_id, :path, :url, :title, :language, :content_hash, :now)
             on conflict (source_id, path) do update set
               url = excluded.url, title = excluded.title, language = excluded.language,
               content_hash = excluded.content_hash, updated_at = excluded.updated_at
             returning id",
        )?
        .query_row(
            named_params! {
                ":workspace_id": page.workspace_id.to_string(),
                ":agent_id": page.agent_id.to_string(),
                ":source_id": page.source_id.to_string(),
                ":path": page.path,
                ":url": page.url,
                ":title": page.title,
                ":language": page.language,
                ":content_hash": page.content_hash,
                ":now": now.millis(),
            },
            |row| row.get(0),
        )?)
}

/// Takes the page with its passages; gives how many those were.
pub fn delete(tx: &Tx<'_>, id: i64) -> Result<usize> {
    let passages = super::passages::clear(tx, id)?;
    tx.prepare_cached("delete from pages where id = :id")?.execute(named_params! { ":id": id })?;
    Ok(passages)
}

pub fn of_source(db: &Connection, source: SourceId) -> Result<Vec<Known>> {
    Ok(db
        .prepare_cached(
            "select id, path, content_hash from pages where source_id = :source_id limit :limit",
        )?
        .query_map(named_params! { ":source_id": source.to_string(), ":limit": MOST }, |row| {
            Ok(Known {
                id: row.get("id")?,
                path: row.get("path")?,
                content_hash: row.get("content_hash")?,
            })
        })?
        .collect::<Result<_, _>>()?)
}

/// The languages of the agent's pages, the most frequent first.
pub fn languages(db: &Connection, agent: AgentId) -> Result<Vec<String>> {
    Ok(db
        .prepare_cached(
            "select language from pages where agent_id = :agent_id
             group by language order by count(*) desc, language limit :limit",
        )?
        .query_map(named_params! { ":agent_id": agent.to_string(), ":limit": LANGUAGES }, |row| {
            row.get(0)
        })?
        .collect::<Result<_, _>>()?)
}

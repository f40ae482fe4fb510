//! Pages: the documents of a source.

use rusqlite::{Connection, OptionalExtension, named_params};

use super::Tx;
use crate::{
    clock::Moment,
    error::{Error, Result},
    id::{AgentId, SourceId, WorkspaceId},
};

/// Pages of one source; what a run has more of is left out (knowledge/index.rs).
pub const MOST: u32 = 100_000;
/// Of a page's text, where one looks for words in it.
const TEXT_PASSAGES: u32 = 50;
/// Languages in which one agent's pages are searched.
const LANGUAGES: u32 = 4;

/// What a run must know of a page that is already there.
#[derive(Debug, Clone)]
pub struct Known {
    pub id: i64,
    /// Unique within its source.
    pub path: String,
    pub url: String,
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
            "select id, path, url, content_hash from pages where source_id = :source_id limit :limit",
        )?
        .query_map(named_params! { ":source_id": source.to_string(), ":limit": MOST }, |row| {
            Ok(Known {
                id: row.get("id")?,
                path: row.get("path")?,
                url: row.get("url")?,
                content_hash: row.get("content_hash")?,
            })
        })?
        .collect::<Result<_, _>>()?)
}

/// What a page says.
pub struct Text {
    pub title: String,
    /// ISO 639-1, or `und`.
    pub language: String,
    /// Markdown: its first passages, one after the other.
    pub text: String,
}

/// The agent's page at this address, without a fragment.
pub fn by_url(db: &Connection, agent: AgentId, url: &str) -> Result<Option<Text>> {
    Ok(db
        .prepare_cached(
            "select title, language,
               (select coalesce(group_concat(body, char(10) || char(10)), '') from
                  (select body from passages where page_id = pages.id order by position limit :passages)) as text
             from pages where agent_id = :agent_id and url = :url limit 1",
        )?
        .query_row(
            named_params! { ":agent_id": agent.to_string(), ":url": url, ":passages": TEXT_PASSAGES },
            |row| {
                Ok(Text {
                    title: row.get("title")?,
                    language: row.get("language")?,
                    text: row.get("text")?,
                })
            },
        )
        .optional()?)
}

/// Shows the agent's pages, each with its URL.
pub fn each_url(db: &Connection, agent: AgentId, mut show: impl FnMut(i64, &str)) -> Result<()> {
    let mut statement =
        db.prepare_cached("select id, url from pages where agent_id = :agent_id")?;
    let mut rows = statement.query(named_params! { ":agent_id": agent.to_string() })?;
    while let Some(row) = rows.next()? {
        show(row.get("id")?, row.get_ref("url")?.as_str().map_err(Error::internal)?);
    }
    Ok(())
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

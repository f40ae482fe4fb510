//! What a crawl knows of a site's URLs: those of the run under way, so that it survives a restart, and what each gave
//! at its last visit, so that the next can be a short question.

use rusqlite::{Connection, OptionalExtension, named_params};

use super::Tx;
use crate::{
    error::Result,
    id::{SourceId, WorkspaceId},
};

/// URLs of one run that are read back; a crawl lets no more wait.
const MOST: u32 = 200_000;

/// A URL of the run under way.
#[derive(Debug, Clone)]
pub struct Met {
    pub url: String,
    /// Links from the first page.
    pub depth: u32,
    /// None: it waits for its visit.
    pub ended: Option<Ended>,
}

#[derive(Debug, Clone)]
pub struct Ended {
    /// `indexed`, `unchanged`, `skipped`, `failed`, or `alias`: another name of a page that came.
    pub outcome: &'static str,
    /// Of the page that it gave, or keeps.
    pub path: Option<String>,
    /// Of that page's text.
    pub text_hash: Option<String>,
}

/// What a URL gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visit {
    /// Where the answer came from, after redirects.
    pub address: String,
    pub etag: Option<String>,
    pub last_modified: Option<String>,
    pub body_hash: String,
    pub text_hash: String,
    /// Of the page that it gave.
    pub path: Option<String>,
    /// Why it gave none.
    pub reason: Option<String>,
    /// URLs of the site that it links to.
    pub links: Vec<String>,
    pub format: String,
}

/// Notes URLs: new ones, and what became of those that are there.
pub fn note(tx: &Tx<'_>, workspace: WorkspaceId, source: SourceId, met: &[Met]) -> Result<()> {
    let mut put = tx.prepare_cached(
        "insert into frontier (workspace_id, source_id, url, depth, outcome, path, text_hash)
         values (:workspace_id, :source_id, :url, :depth, :outcome, :path, :text_hash)
         on conflict (source_id, url) do update set
           depth = excluded.depth, outcome = coalesce(excluded.outcome, outcome), path = coalesce(excluded.path, path),
           text_hash = coalesce(excluded.text_hash, text_hash)",
    )?;
    for one in met {
        let ended = one.ended.as_ref();
        put.execute(named_params! {
            ":workspace_id": workspace.to_string(),
            ":source_id": source.to_string(),
            ":url": one.url,
            ":depth": one.depth,
            ":outcome": ended.map(|ended| ended.outcome),
            ":path": ended.and_then(|ended| ended.path.as_deref()),
            ":text_hash": ended.and_then(|ended| ended.text_hash.as_deref()),
        })?;
    }
    Ok(())
}

/// The URLs of the run under way, in the order in which they were met.
pub fn frontier(db: &Connection, source: SourceId) -> Result<Vec<Met>> {
    Ok(db
        .prepare_cached(
            "select url, depth, outcome, path, text_hash from frontier
             where source_id = :source_id order by id limit :limit",
        )?
        .query_map(named_params! { ":source_id": source.to_string(), ":limit": MOST }, |row| {
            let outcome: Option<String> = row.get("outcome")?;
            let outcome = outcome.map(|outcome| match outcome.as_str() {
                "indexed" => "indexed",
                "unchanged" => "unchanged",
                "skipped" => "skipped",
                "alias" => "alias",
                _ => "failed",
            });
            let (path, text_hash) = (row.get("path")?, row.get("text_hash")?);
            Ok(Met {
                url: row.get("url")?,
                depth: row.get("depth")?,
                ended: outcome.map(|outcome| Ended { outcome, path, text_hash }),
            })
        })?
        .collect::<Result<_, _>>()?)
}

/// The run is over: its URLs go.
pub fn clear(tx: &Tx<'_>, source: SourceId) -> Result<()> {
    tx.prepare_cached("delete from frontier where source_id = :source_id")?
        .execute(named_params! { ":source_id": source.to_string() })?;
    Ok(())
}

/// Forgets the visits of URLs that the run under way has not met.
pub fn forget_unmet(tx: &Tx<'_>, source: SourceId) -> Result<()> {
    tx.prepare_cached(
        "delete from visits where source_id = :source_id and not exists
           (select 1 from frontier where frontier.source_id = visits.source_id and frontier.url = visits.url)",
    )?
    .execute(named_params! { ":source_id": source.to_string() })?;
    Ok(())
}

/// The texts of the source's pages at their last visits, as hashes, each with its page's path.
pub fn texts(db: &Connection, source: SourceId) -> Result<Vec<(String, String)>> {
    Ok(db
        .prepare_cached(
            "select text_hash, path from visits
             where source_id = :source_id and path is not null limit :limit",
        )?
        .query_map(named_params! { ":source_id": source.to_string(), ":limit": MOST }, |row| {
            Ok((row.get("text_hash")?, row.get("path")?))
        })?
        .collect::<Result<_, _>>()?)
}

pub fn put(
    tx: &Tx<'_>,
    workspace: WorkspaceId,
    source: SourceId,
    url: &str,
    visit: &Visit,
) -> Result<()> {
    tx.prepare_cached(
        "insert or replace into visits
           (source_id, workspace_id, url, address, etag, last_modified, body_hash, text_hash, path, reason, links, format)
         values
           (:source_id, :workspace_id, :url, :address, :etag, :last_modified, :body_hash, :text_hash, :path, :reason,
            :links, :format)",
    )?
    .execute(named_params! {
        ":source_id": source.to_string(),
        ":workspace_id": workspace.to_string(),
        ":url": url,
        ":address": visit.address,
        ":etag": visit.etag,
        ":last_modified": visit.last_modified,
        ":body_hash": visit.body_hash,
        ":text_hash": visit.text_hash,
        ":path": visit.path,
        ":reason": visit.reason,
        ":links": serde_json::to_string(&visit.links)?,
        ":format": visit.format,
    })?;
    Ok(())
}

pub fn find(db: &Connection, source: SourceId, url: &str) -> Result<Option<Visit>> {
    db.prepare_cached(
        "select address, etag, last_modified, body_hash, text_hash, path, reason, links, format
         from visits where source_id = :source_id and url = :url",
    )?
    .query_row(named_params! { ":source_id": source.to_string(), ":url": url }, |row| {
        Ok((
            Visit {
                address: row.get("address")?,
                etag: row.get("etag")?,
                last_modified: row.get("last_modified")?,
                body_hash: row.get("body_hash")?,
                text_hash: row.get("text_hash")?,
                path: row.get("path")?,
                reason: row.get("reason")?,
                links: Vec::new(),
                format: row.get("format")?,
            },
            row.get::<_, String>("links")?,
        ))
    })
    .optional()?
    .map(|(visit, links)| Ok(Visit { links: serde_json::from_str(&links)?, ..visit }))
    .transpose()
}

//! Where an agent's knowledge comes from, and when it is due again.

use std::time::Duration;

use rusqlite::{Connection, OptionalExtension, Row, named_params};
use serde::{Deserialize, Serialize};

use super::{
    Tx,
    runs::{self, Run},
};
use crate::{
    clock::Moment,
    error::Result,
    id::{AgentId, SourceId, WorkspaceId},
};

/// Sources listed at once.
const LIST: u32 = 1000;
/// A run that failed is tried again after this, if the source is not due before, in milliseconds: one hour.
const AGAIN: i64 = 3_600_000;

#[derive(Debug, Clone)]
pub struct Source {
    pub id: SourceId,
    /// `file`, `folder`, `website`, `sitemap`, `feed`, `page` or `text`.
    pub kind: String,
    /// An absolute path, a URL, or the title of a text.
    pub location: String,
    pub base_url: Option<String>,
    pub settings: Settings,
    /// None: never by itself.
    pub every: Option<Duration>,
    pub created_at: Moment,
    /// The end of the last run that came to its end.
    pub refreshed_at: Option<Moment>,
    pub pages: u64,
    pub passages: u64,
    pub run: Option<Run>,
}

/// How far a crawl goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// Patterns of paths; empty: all.
    pub include: Vec<String>,
    pub exclude: Vec<String>,
    pub max_pages: usize,
    /// Links from the first page.
    pub max_depth: Option<u32>,
    /// Requests to the host at once.
    pub at_once: usize,
    /// Hosts that may be fetched although their addresses are not public.
    pub allow_hosts: Vec<String>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            include: Vec::new(),
            exclude: Vec::new(),
            max_pages: 500,
            max_depth: None,
            at_once: 2,
            allow_hosts: Vec::new(),
        }
    }
}

pub struct NewSource<'a> {
    pub id: SourceId,
    pub workspace_id: WorkspaceId,
    pub agent_id: AgentId,
    pub kind: &'a str,
    pub location: &'a str,
    pub base_url: Option<&'a str>,
    pub body: Option<&'a str>,
    pub settings: &'a Settings,
    pub every: Option<Duration>,
}

impl Source {
    /// When it runs next by itself; a moment in the past means as soon as a server has time for it.
    pub fn next_at(&self) -> Option<Moment> {
        let every = self.every?;
        let Some(run) = &self.run else { return Some(self.created_at + every) };
        let again = Duration::from_millis(AGAIN.unsigned_abs());
        let is_tried_again = run.state == runs::FAILED && run.cut_offs < runs::CUT_OFFS;
        let pause = if is_tried_again { every.min(again) } else { every };
        Some(run.ended_at? + pause)
    }
}

/// Adds the source, or finds the one that is already there with this location and gives it what is new.
pub fn ensure(tx: &Tx<'_>, source: &NewSource<'_>, now: Moment) -> Result<SourceId> {
    tx.prepare_cached(
        "insert into sources (id, workspace_id, agent_id, kind, location, base_url, body, settings, every_ms, created_at)
         values (:id, :workspace_id, :agent_id, :kind, :location, :base_url, :body, :settings, :every_ms, :now)
         on conflict (agent_id, location) do update set
           kind = excluded.kind, base_url = excluded.base_url, body = excluded.body, settings = excluded.settings,
           every_ms = excluded.every_ms
         returning id",
    )?
    .query_row(
        named_params! {
            ":id": source.id.to_string(),
            ":workspace_id": source.workspace_id.to_string(),
            ":agent_id": source.agent_id.to_string(),
            ":kind": source.kind,
            ":location": source.location,
            ":base_url": source.base_url,
            ":body": source.body,
            ":settings": serde_json::to_string(source.settings)?,
            ":every_ms": millis(source.every),
            ":now": now.millis(),
        },
        |row| Ok(super::id(row, "id")),
    )?
}

/// Writes what an owner may change.
pub fn change(tx: &Tx<'_>, source: &Source) -> Result<()> {
    tx.prepare_cached(
        "update sources set base_url = :base_url, settings = :settings, every_ms = :every_ms where id = :id",
    )?
    .execute(named_params! {
        ":id": source.id.to_string(),
        ":base_url": source.base_url,
        ":settings": serde_json::to_string(&source.settings)?,
        ":every_ms": millis(source.every),
    })?;
    Ok(())
}

/// A run over the source came to its end.
pub fn refreshed(tx: &Tx<'_>, id: SourceId, now: Moment) -> Result<()> {
    tx.prepare_cached("update sources set refreshed_at = :now where id = :id")?
        .execute(named_params! { ":id": id.to_string(), ":now": now.millis() })?;
    Ok(())
}

/// Takes the source's row and whatever pages it still has.
pub fn delete(tx: &Tx<'_>, id: SourceId) -> Result<()> {
    tx.prepare_cached("delete from sources where id = :id")?
        .execute(named_params! { ":id": id.to_string() })?;
    Ok(())
}

/// The agent's source of this id or location.
pub fn find(db: &Connection, agent: AgentId, name: &str) -> Result<Option<Source>> {
    db.prepare_cached(&format!(
        "{SELECT} where sources.agent_id = :agent_id and (sources.id = upper(:name) or sources.location in (:name, :name || '/'))
         order by sources.location <> :name"
    ))?
    .query_row(
        named_params! { ":agent_id": agent.to_string(), ":name": name },
        |row| Ok(read(row)),
    )
    .optional()?
    .transpose()
}

/// Of a text: itself.
pub fn body(db: &Connection, id: SourceId) -> Result<Option<String>> {
    Ok(db
        .prepare_cached("select body from sources where id = :id")?
        .query_row(named_params! { ":id": id.to_string() }, |row| row.get(0))
        .optional()?
        .flatten())
}

/// In the order in which they were added.
pub fn list(db: &Connection, agent: AgentId) -> Result<Vec<Source>> {
    db.prepare_cached(&format!(
        "{SELECT} where sources.agent_id = :agent_id order by sources.id limit :limit"
    ))?
    .query_map(named_params! { ":agent_id": agent.to_string(), ":limit": LIST }, |row| {
        Ok(read(row))
    })?
    .collect::<Result<Vec<_>, _>>()?
    .into_iter()
    .collect()
}

/// A source whose time has come.
pub struct Due {
    pub agent: AgentId,
    pub source: SourceId,
    pub location: String,
}

/// Sources of all agents whose run was cut off, or whose time has come; those that wait longest first.
pub fn due(db: &Connection, now: Moment, limit: u32) -> Result<Vec<Due>> {
    db.prepare_cached(
        "select sources.agent_id, sources.id, location from sources left join runs on runs.source_id = sources.id
         where runs.state = 'running'
           or every_ms <= :now - coalesce(runs.ended_at, created_at)
           or (runs.state = 'failed' and runs.cut_offs < :cut_offs and min(every_ms, :again) <= :now - runs.ended_at)
         order by coalesce(runs.ended_at, 0) limit :limit",
    )?
    .query_map(
        named_params! {
            ":now": now.millis(), ":again": AGAIN, ":cut_offs": runs::CUT_OFFS, ":limit": limit
        },
        |row| {
            let location = row.get("location")?;
            let ids = super::id(row, "agent_id").and_then(|agent| Ok((agent, super::id(row, "id")?)));
            Ok(ids.map(|(agent, source)| Due { agent, source, location }))
        },
    )?
    .collect::<Result<Vec<_>, _>>()?
    .into_iter()
    .collect()
}

const SELECT: &str = "select sources.id, kind, location, base_url, settings, every_ms, created_at,
       refreshed_at, state, problem, found, indexed, unchanged, skipped, failed, removed, cut_offs, started_at, seen_at, ended_at,
       (select count(*) from pages where pages.source_id = sources.id) as pages,
       (select count(*) from pages join passages on passages.page_id = pages.id
        where pages.source_id = sources.id) as passages
     from sources left join runs on runs.source_id = sources.id";

fn read(row: &Row<'_>) -> Result<Source> {
    let every: Option<i64> = row.get("every_ms")?;
    Ok(Source {
        id: super::id(row, "id")?,
        kind: row.get("kind")?,
        location: row.get("location")?,
        base_url: row.get("base_url")?,
        settings: serde_json::from_str(row.get_ref("settings")?.as_str()?)?,
        every: every.map(|millis| Duration::from_millis(millis.unsigned_abs())),
        created_at: Moment::from_millis(row.get("created_at")?),
        refreshed_at: row.get::<_, Option<i64>>("refreshed_at")?.map(Moment::from_millis),
        pages: row.get::<_, u32>("pages")?.into(),
        passages: row.get::<_, u32>("passages")?.into(),
        run: runs::of_row(row)?,
    })
}

fn millis(every: Option<Duration>) -> Option<i64> {
    every.map(|every| i64::try_from(every.as_millis()).unwrap_or(i64::MAX))
}

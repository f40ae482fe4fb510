//! Where an agent's knowledge comes from.

use rusqlite::{Connection, OptionalExtension, Row, named_params};

use super::Tx;
use crate::{
    clock::Moment,
    error::Result,
    id::{AgentId, SourceId, WorkspaceId},
};

/// Sources listed at once.
const LIST: u32 = 1000;

#[derive(Debug, Clone)]
pub struct Source {
    pub id: SourceId,
    /// `file`, `folder` or `website`.
    pub kind: String,
    /// An absolute path, or the URL where crawling begins.
    pub location: String,
    pub base_url: Option<String>,
    /// The end of the last run that came to its end.
    pub refreshed_at: Option<Moment>,
    pub pages: u64,
    pub passages: u64,
}

pub struct NewSource<'a> {
    pub id: SourceId,
    pub workspace_id: WorkspaceId,
    pub agent_id: AgentId,
    pub kind: &'a str,
    pub location: &'a str,
    pub base_url: Option<&'a str>,
}

/// Adds the source, or finds the one that is already there with this location and gives it the new base.
pub fn ensure(tx: &Tx<'_>, source: &NewSource<'_>, now: Moment) -> Result<SourceId> {
    tx.prepare_cached(
        "insert into sources (id, workspace_id, agent_id, kind, location, base_url, created_at)
         values (:id, :workspace_id, :agent_id, :kind, :location, :base_url, :now)
         on conflict (agent_id, location) do update set kind = excluded.kind, base_url = excluded.base_url
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
            ":now": now.millis(),
        },
        |row| Ok(super::id(row, "id")),
    )?
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
        "{SELECT} where sources.agent_id = :agent_id and (sources.id = upper(:name) or sources.location = :name)"
    ))?
    .query_row(
        named_params! { ":agent_id": agent.to_string(), ":name": name },
        |row| Ok(read(row)),
    )
    .optional()?
    .transpose()
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

const SELECT: &str = "select sources.id, kind, location, base_url, refreshed_at,
       (select count(*) from pages where pages.source_id = sources.id) as pages,
       (select count(*) from pages join passages on passages.page_id = pages.id
        where pages.source_id = sources.id) as passages
     from sources";

fn read(row: &Row<'_>) -> Result<Source> {
    Ok(Source {
        id: super::id(row, "id")?,
        kind: row.get("kind")?,
        location: row.get("location")?,
        base_url: row.get("base_url")?,
        refreshed_at: row.get::<_, Option<i64>>("refreshed_at")?.map(Moment::from_millis),
        pages: row.get::<_, u32>("pages")?.into(),
        passages: row.get::<_, u32>("passages")?.into(),
    })
}

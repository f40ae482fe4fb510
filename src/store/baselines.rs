//! Baselines: runs of `frontdesk eval` that were kept, each under its name.

use rusqlite::{Connection, OptionalExtension, named_params};

use super::Tx;
use crate::{
    clock::Moment,
    error::Result,
    id::{AgentId, WorkspaceId},
};

/// Of one agent.
pub const MOST: u32 = 50;

pub struct Saved {
    pub name: String,
    pub questions: u32,
    pub saved_at: Moment,
}

/// Keeps a run (JSON, with its `questions`), in the place of one of the same name; false if the agent has [`MOST`]
/// others.
pub fn put(
    tx: &Tx<'_>,
    workspace: WorkspaceId,
    agent: AgentId,
    name: &str,
    run: &str,
    now: Moment,
) -> Result<bool> {
    let put = tx
        .prepare_cached(
            "insert into baselines (agent_id, workspace_id, name, run, saved_at)
             select :agent_id, :workspace_id, :name, :run, :now
             where (select count(*) from baselines where agent_id = :agent_id and name != :name) < :most
             on conflict (agent_id, name) do update set run = excluded.run, saved_at = excluded.saved_at",
        )?
        .execute(named_params! {
            ":agent_id": agent.to_string(),
            ":workspace_id": workspace.to_string(),
            ":name": name,
            ":run": run,
            ":now": now.millis(),
            ":most": MOST,
        })?;
    Ok(put == 1)
}

pub fn find(db: &Connection, agent: AgentId, name: &str) -> Result<Option<String>> {
    Ok(db
        .prepare_cached("select run from baselines where agent_id = :agent_id and name = :name")?
        .query_row(named_params! { ":agent_id": agent.to_string(), ":name": name }, |row| {
            row.get("run")
        })
        .optional()?)
}

/// By name.
pub fn list(db: &Connection, agent: AgentId) -> Result<Vec<Saved>> {
    Ok(db
        .prepare_cached(
            "select name, json_array_length(run, '$.questions') as questions, saved_at from baselines
             where agent_id = :agent_id order by name limit :limit",
        )?
        .query_map(named_params! { ":agent_id": agent.to_string(), ":limit": MOST }, |row| {
            Ok(Saved {
                name: row.get("name")?,
                questions: row.get::<_, Option<u32>>("questions")?.unwrap_or(0),
                saved_at: Moment::from_millis(row.get("saved_at")?),
            })
        })?
        .collect::<Result<Vec<_>, _>>()?)
}

/// False if there is none of this name.
pub fn delete(tx: &Tx<'_>, agent: AgentId, name: &str) -> Result<bool> {
    let gone = tx
        .prepare_cached("delete from baselines where agent_id = :agent_id and name = :name")?
        .execute(named_params! { ":agent_id": agent.to_string(), ":name": name })?;
    Ok(gone == 1)
}

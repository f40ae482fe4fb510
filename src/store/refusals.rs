//! Origins that were refused: the last ones of each agent, so that its owner can see whom to allow.

use rusqlite::{Connection, named_params};

use super::Tx;
use crate::{
    clock::Moment,
    error::Result,
    id::{AgentId, WorkspaceId},
};

/// Kept for each agent: so many of the latest, and so many of those refused most often, whom no flood of made-up ones
/// pushes out.
const KEPT: u32 = 25;

pub struct Refused {
    /// As the browser sent it; empty when it sent none.
    pub origin: String,
    pub refusals: u32,
    pub last_at: Moment,
}

/// Adds to what was counted before; others than those [`KEPT`] go.
pub fn add(
    tx: &Tx<'_>,
    workspace: WorkspaceId,
    agent: AgentId,
    origin: &str,
    refusals: u32,
    now: Moment,
) -> Result<()> {
    tx.prepare_cached(
        "insert into refused_origins (agent_id, workspace_id, origin, refusals, last_at)
         select id, :workspace_id, :origin, :refusals, :now from agents where id = :agent_id
         on conflict (agent_id, origin) do update
         set refusals = refusals + excluded.refusals, last_at = excluded.last_at",
    )?
    .execute(named_params! {
        ":agent_id": agent.to_string(),
        ":workspace_id": workspace.to_string(),
        ":origin": origin,
        ":refusals": refusals,
        ":now": now.millis(),
    })?;
    tx.prepare_cached(
        "delete from refused_origins where agent_id = :agent_id
           and origin not in (
             select origin from refused_origins where agent_id = :agent_id order by last_at desc limit :kept)
           and origin not in (
             select origin from refused_origins where agent_id = :agent_id order by refusals desc limit :kept)",
    )?
    .execute(named_params! { ":agent_id": agent.to_string(), ":kept": KEPT })?;
    Ok(())
}

/// The latest first.
pub fn list(db: &Connection, agent: AgentId) -> Result<Vec<Refused>> {
    Ok(db
        .prepare_cached(
            "select origin, refusals, last_at from refused_origins
             where agent_id = :agent_id order by last_at desc limit :limit",
        )?
        .query_map(named_params! { ":agent_id": agent.to_string(), ":limit": 2 * KEPT }, |row| {
            Ok(Refused {
                origin: row.get("origin")?,
                refusals: row.get("refusals")?,
                last_at: Moment::from_millis(row.get("last_at")?),
            })
        })?
        .collect::<Result<Vec<_>, _>>()?)
}

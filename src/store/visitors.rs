//! Visitors: browsers that opened an agent's widget.

use rusqlite::{Connection, OptionalExtension, named_params};

use super::Tx;
use crate::{
    clock::Moment,
    error::Result,
    id::{AgentId, VisitorId, WorkspaceId},
};

pub struct NewVisitor<'a> {
    pub id: VisitorId,
    pub workspace_id: WorkspaceId,
    pub agent_id: AgentId,
    pub anon_id: &'a str,
    pub locale: Option<&'a str>,
}

pub fn find(db: &Connection, agent: AgentId, anon_id: &str) -> Result<Option<VisitorId>> {
    db.prepare_cached("select id from visitors where agent_id = :agent_id and anon_id = :anon_id")?
        .query_row(named_params! { ":agent_id": agent.to_string(), ":anon_id": anon_id }, |row| {
            Ok(super::id(row, "id"))
        })
        .optional()?
        .transpose()
}

/// What was erased with a visitor.
#[derive(Debug, Clone, Copy)]
pub struct Erased {
    pub conversations: usize,
    pub messages: usize,
    pub leads: usize,
    pub events: usize,
}

/// Erases the visitor and all that they left. The bytes are overwritten (`secure_delete`), in the log once it is
/// folded in.
pub fn erase(tx: &Tx<'_>, id: VisitorId) -> Result<Erased> {
    let delete = |sql: &str| -> Result<usize> {
        Ok(tx.prepare_cached(sql)?.execute(named_params! { ":id": id.to_string() })?)
    };
    let erased = Erased {
        messages: delete(
            "delete from messages where conversation_id in (select id from conversations where visitor_id = :id)",
        )?,
        leads: delete("delete from leads where visitor_id = :id")?,
        events: delete("delete from events where visitor_id = :id")?,
        conversations: delete("delete from conversations where visitor_id = :id")?,
    };
    delete("delete from visitors where id = :id")?;
    Ok(erased)
}

pub fn insert(tx: &Tx<'_>, visitor: &NewVisitor<'_>, now: Moment) -> Result<()> {
    tx.prepare_cached(
        "insert into visitors (id, workspace_id, agent_id, anon_id, locale, created_at)
         values (:id, :workspace_id, :agent_id, :anon_id, :locale, :now)",
    )?
    .execute(named_params! {
        ":id": visitor.id.to_string(),
        ":workspace_id": visitor.workspace_id.to_string(),
        ":agent_id": visitor.agent_id.to_string(),
        ":anon_id": visitor.anon_id,
        ":locale": visitor.locale,
        ":now": now.millis(),
    })?;
    Ok(())
}

//! Events: what the widget reports of its use.

use rusqlite::{Connection, named_params};

use super::Tx;
use crate::{
    clock::Moment,
    error::Result,
    id::{AgentId, ConversationId, VisitorId, WorkspaceId},
};

/// Who reported it.
#[derive(Debug, Clone, Copy)]
pub struct Reporter {
    pub workspace_id: WorkspaceId,
    pub agent_id: AgentId,
    pub visitor_id: VisitorId,
    pub conversation_id: ConversationId,
}

#[derive(Debug)]
pub struct NewEvent {
    pub event: String,
    pub rule_id: Option<String>,
    /// JSON text, at most 4 KiB.
    pub metadata: Option<String>,
}

pub fn append(tx: &Tx<'_>, by: &Reporter, event: &NewEvent, now: Moment) -> Result<()> {
    tx.prepare_cached(
        "insert into events (workspace_id, agent_id, visitor_id, conversation_id, event, rule_id, metadata, created_at)
         values (:workspace_id, :agent_id, :visitor_id, :conversation_id, :event, :rule_id, :metadata, :now)",
    )?
    .execute(named_params! {
        ":workspace_id": by.workspace_id.to_string(),
        ":agent_id": by.agent_id.to_string(),
        ":visitor_id": by.visitor_id.to_string(),
        ":conversation_id": by.conversation_id.to_string(),
        ":event": event.event,
        ":rule_id": event.rule_id,
        ":metadata": event.metadata,
        ":now": now.millis(),
    })?;
    Ok(())
}

/// How many of one name an agent had since a moment.
pub fn count(db: &Connection, agent: AgentId, event: &str, since: Moment) -> Result<u32> {
    Ok(db
        .prepare_cached(
            "select count(*) from events where agent_id = :agent_id and event = :event and created_at >= :since",
        )?
        .query_row(
            named_params! { ":agent_id": agent.to_string(), ":event": event, ":since": since.millis() },
            |row| row.get(0),
        )?)
}

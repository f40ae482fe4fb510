//! Events: what the widget reports of its use.

use rusqlite::{Connection, named_params};

use super::{Tx, conversations::Conversation};
use crate::{
    clock::Moment,
    error::Result,
    id::{AgentId, ConversationId, VisitorId, WorkspaceId},
};

/// A behaviour rule fired, in the page or here.
pub const FIRED: &str = "rule.fired";

/// Who reported it.
#[derive(Debug, Clone, Copy)]
pub struct Reporter {
    pub workspace_id: WorkspaceId,
    pub agent_id: AgentId,
    pub visitor_id: VisitorId,
    pub conversation_id: ConversationId,
}

impl Reporter {
    pub fn of(conversation: &Conversation) -> Self {
        Self {
            workspace_id: conversation.workspace_id,
            agent_id: conversation.agent_id,
            visitor_id: conversation.visitor_id,
            conversation_id: conversation.id,
        }
    }
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

/// How often a rule has fired for a visitor, and when last.
pub fn fired(db: &Connection, visitor: VisitorId, rule_id: &str) -> Result<(u32, Option<Moment>)> {
    Ok(db
        .prepare_cached(
            "select count(*), max(created_at) from events
             where visitor_id = :visitor and rule_id = :rule_id and event = :event",
        )?
        .query_row(
            named_params! { ":visitor": visitor.to_string(), ":rule_id": rule_id, ":event": FIRED },
            |row| Ok((row.get(0)?, row.get::<_, Option<i64>>(1)?.map(Moment::from_millis))),
        )?)
}

//! Conversations of visitors with an agent.

use rusqlite::{Connection, OptionalExtension, Row, named_params};
use serde::{Deserialize, Serialize};

use super::Tx;
use crate::{
    clock::Moment,
    error::Result,
    id::{AgentId, ConversationId, MessageId, VisitorId, WorkspaceId},
};

#[derive(Debug, Clone)]
pub struct Conversation {
    pub id: ConversationId,
    pub workspace_id: WorkspaceId,
    pub agent_id: AgentId,
    pub visitor_id: VisitorId,
    pub status: Status,
    pub lead_captured: bool,
    /// When the visitor asked for a person.
    pub human_asked_at: Option<Moment>,
    /// The visitor has written.
    pub begun: bool,
    pub budget: Budget,
}

/// Who answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    Bot,
    /// A person was asked for.
    Waiting,
    Human,
    /// A person was asked for, and nobody was there.
    Offline,
}

/// What was used since the day of the budget began.
#[derive(Debug, Clone, Copy, Default)]
pub struct Budget {
    pub began_at: Option<Moment>,
    /// Of the visitor.
    pub messages: u32,
    /// Of the model.
    pub tokens: u32,
}

impl Status {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Bot => "bot",
            Self::Waiting => "waiting",
            Self::Human => "human",
            Self::Offline => "offline",
        }
    }

    fn parse(name: &str) -> Self {
        match name {
            "waiting" => Self::Waiting,
            "human" => Self::Human,
            "offline" => Self::Offline,
            _ => Self::Bot,
        }
    }
}

pub struct NewConversation<'a> {
    pub id: ConversationId,
    pub workspace_id: WorkspaceId,
    pub agent_id: AgentId,
    pub visitor_id: VisitorId,
    pub page_url: &'a str,
}

const COLUMNS: &str =
    "id, workspace_id, agent_id, visitor_id, status, lead_captured, human_asked_at,
    first_message_at, budget_at, budget_messages, budget_tokens";

pub fn insert(tx: &Tx<'_>, conversation: &NewConversation<'_>, now: Moment) -> Result<()> {
    tx.prepare_cached(
        "insert into conversations (id, workspace_id, agent_id, visitor_id, page_url, created_at, last_activity_at)
         values (:id, :workspace_id, :agent_id, :visitor_id, :page_url, :now, :now)",
    )?
    .execute(named_params! {
        ":id": conversation.id.to_string(),
        ":workspace_id": conversation.workspace_id.to_string(),
        ":agent_id": conversation.agent_id.to_string(),
        ":visitor_id": conversation.visitor_id.to_string(),
        ":page_url": conversation.page_url,
        ":now": now.millis(),
    })?;
    Ok(())
}

pub fn find(db: &Connection, id: ConversationId) -> Result<Option<Conversation>> {
    db.prepare_cached(&format!("select {COLUMNS} from conversations where id = :id"))?
        .query_row(named_params! { ":id": id.to_string() }, |row| Ok(read(row)))
        .optional()?
        .transpose()
}

/// The visitor's latest conversation, if anything happened in it since `active_after`.
pub fn latest(
    db: &Connection,
    visitor: VisitorId,
    active_after: Moment,
) -> Result<Option<Conversation>> {
    db.prepare_cached(&format!(
        "select {COLUMNS} from conversations
         where visitor_id = :visitor_id and last_activity_at > :active_after
         order by last_activity_at desc, id desc limit 1"
    ))?
    .query_row(
        named_params! { ":visitor_id": visitor.to_string(), ":active_after": active_after.millis() },
        |row| Ok(read(row)),
    )
    .optional()?
    .transpose()
}

/// The visitor spoke: the conversation has begun, its budget has one message less, and it rests again from now.
/// `fresh_budget_before`: a budget that began before this moment is over, and a new day begins.
/// `nobody_came_since`: who has waited for a person since before this moment, or heard that nobody is there, goes on
/// with the machine.
/// False if there is no such conversation any more.
pub fn visitor_spoke(
    tx: &Tx<'_>,
    id: ConversationId,
    fresh_budget_before: Moment,
    nobody_came_since: Moment,
    now: Moment,
) -> Result<bool> {
    let changed = tx
        .prepare_cached(
            "update conversations
         set last_activity_at = :now, first_message_at = coalesce(first_message_at, :now),
             status = iif(status = 'offline' or (status = 'waiting' and human_asked_at <= :nobody_came_since),
                          'bot', status),
             budget_messages = iif(coalesce(budget_at, 0) <= :before, 1, budget_messages + 1),
             budget_tokens = iif(coalesce(budget_at, 0) <= :before, 0, budget_tokens),
             budget_at = iif(coalesce(budget_at, 0) <= :before, :now, budget_at)
         where id = :id",
        )?
        .execute(named_params! {
            ":id": id.to_string(),
            ":before": fresh_budget_before.millis(),
            ":nobody_came_since": nobody_came_since.millis(),
            ":now": now.millis(),
        })?;
    Ok(changed == 1)
}

/// The desk answered; false if there is no such conversation any more.
pub fn desk_spoke(tx: &Tx<'_>, id: ConversationId, tokens: u32, now: Moment) -> Result<bool> {
    let changed = tx
        .prepare_cached(
            "update conversations
         set last_activity_at = :now, budget_tokens = budget_tokens + :tokens where id = :id",
        )?
        .execute(
            named_params! { ":id": id.to_string(), ":tokens": tokens, ":now": now.millis() },
        )?;
    Ok(changed == 1)
}

pub fn mark_lead_captured(tx: &Tx<'_>, id: ConversationId) -> Result<()> {
    tx.prepare_cached("update conversations set lead_captured = 1 where id = :id")?
        .execute(named_params! { ":id": id.to_string() })?;
    Ok(())
}

/// Hides all that was said until now from the visitor and from the model.
pub fn clear(tx: &Tx<'_>, id: ConversationId, now: Moment) -> Result<()> {
    tx.prepare_cached(
        "update conversations
         set cleared_at = :now, cleared_seq = coalesce(
           (select max(seq) from messages where conversation_id = :id), cleared_seq)
         where id = :id",
    )?
    .execute(named_params! { ":id": id.to_string(), ":now": now.millis() })?;
    Ok(())
}

/// The answer to a question that was cleared meanwhile is cleared with it, as is what else was said until now.
pub fn clear_with_question(tx: &Tx<'_>, id: ConversationId, question: MessageId) -> Result<()> {
    tx.prepare_cached(
        "update conversations
         set cleared_seq = (select max(seq) from messages where conversation_id = :id)
         where id = :id and cleared_seq >= (select seq from messages where id = :question)",
    )?
    .execute(named_params! { ":id": id.to_string(), ":question": question.to_string() })?;
    Ok(())
}

/// A visitor's wish for a person.
pub struct HumanWish {
    /// Waiting, or offline when nobody can come now.
    pub status: Status,
    pub reason: Option<String>,
    /// Who asked before this moment waits no longer, and may ask again.
    pub waiting_since: Moment,
}

/// The visitor asks for a person; asking again for the same changes nothing.
pub fn ask_for_human(tx: &Tx<'_>, id: ConversationId, wish: &HumanWish, now: Moment) -> Result<()> {
    tx.prepare_cached(
        "update conversations set status = :status, human_asked_at = :now, human_reason = :reason
         where id = :id and status != 'human'
           and (status != :status or (status = 'waiting' and human_asked_at <= :since))",
    )?
    .execute(named_params! {
        ":id": id.to_string(),
        ":status": wish.status.name(),
        ":reason": wish.reason,
        ":since": wish.waiting_since.millis(),
        ":now": now.millis(),
    })?;
    Ok(())
}

/// The last rating counts.
pub fn rate(tx: &Tx<'_>, id: ConversationId, rating: &str, comment: Option<&str>) -> Result<()> {
    tx.prepare_cached(
        "update conversations set rating = :rating, rating_comment = :comment where id = :id",
    )?
    .execute(named_params! { ":id": id.to_string(), ":rating": rating, ":comment": comment })?;
    Ok(())
}

fn read(row: &Row<'_>) -> Result<Conversation> {
    let moment = |column: &str| -> Result<Option<Moment>> {
        Ok(row.get::<_, Option<i64>>(column)?.map(Moment::from_millis))
    };
    Ok(Conversation {
        id: super::id(row, "id")?,
        workspace_id: super::id(row, "workspace_id")?,
        agent_id: super::id(row, "agent_id")?,
        visitor_id: super::id(row, "visitor_id")?,
        status: Status::parse(row.get_ref("status")?.as_str()?),
        lead_captured: row.get("lead_captured")?,
        human_asked_at: moment("human_asked_at")?,
        begun: moment("first_message_at")?.is_some(),
        budget: Budget {
            began_at: moment("budget_at")?,
            messages: row.get("budget_messages")?,
            tokens: row.get("budget_tokens")?,
        },
    })
}

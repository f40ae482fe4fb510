//! Messages: what was said in a conversation, in order.

use rusqlite::{Connection, OptionalExtension, Row, named_params};
use serde::{Deserialize, Serialize};

use super::{Tx, conversations::Status};
use crate::{
    clock::Moment,
    error::{Error, Result},
    id::{ConversationId, MessageId, WorkspaceId},
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    User,
    Assistant,
    HumanAgent,
}

impl Role {
    pub const fn name(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Assistant => "assistant",
            Self::HumanAgent => "human-agent",
        }
    }

    fn parse(name: &str) -> Result<Self> {
        match name {
            "user" => Ok(Self::User),
            "assistant" => Ok(Self::Assistant),
            "human-agent" => Ok(Self::HumanAgent),
            other => Err(Error::internal(format!("a message of role {other}"))),
        }
    }
}

/// A source that an answer names: `[id]` in its text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Citation {
    pub id: u32,
    pub url: String,
    pub title: String,
    /// The words of the page that support the answer.
    pub quote: String,
}

/// What a turn tells beside its words, or instead of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Aside {
    /// The question is left to a person: no words come. While nobody is there, with when somebody will be (RFC 3339).
    Handoff {
        status: Status,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        opens_at: Option<String>,
    },
    /// The visitor asks to be contacted: the form for it should be shown.
    LeadPrompt,
    /// A behaviour rule's card.
    Cta { rule_id: String, cta: Cta },
    /// Questions to go on with.
    Suggestions { suggestions: Vec<String> },
}

/// A card with buttons.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cta {
    pub title: Option<String>,
    pub text: String,
    pub buttons: Vec<Button>,
}

/// A button of a card, and what it does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Button {
    pub label: String,
    #[serde(rename = "do")]
    pub action: String,
    pub url: Option<String>,
    pub text: Option<String>,
}

#[derive(Debug, Clone)]
pub struct Message {
    pub id: MessageId,
    pub role: Role,
    pub content: String,
    pub citations: Vec<Citation>,
    /// False when the answer broke off.
    pub complete: bool,
    pub low_confidence: bool,
    pub created_at: Moment,
}

#[derive(Debug)]
pub struct NewMessage {
    pub id: MessageId,
    pub workspace_id: WorkspaceId,
    pub conversation_id: ConversationId,
    pub role: Role,
    pub content: String,
    pub citations: Vec<Citation>,
    /// False when the answer broke off.
    pub complete: bool,
    pub low_confidence: bool,
    /// Of an answer: its question.
    pub reply_to: Option<MessageId>,
    /// Of a question: the client's own id for it, unique within the conversation.
    pub client_message_id: Option<String>,
    /// Of a question: where the visitor was.
    pub page_url: Option<String>,
    /// Of an answer: who spoke.
    pub model: Option<String>,
    /// Of a model's answer: tokens in and out.
    pub tokens: Option<(u32, u32)>,
    /// What was told beside it.
    pub beside: Vec<Aside>,
}

pub fn append(tx: &Tx<'_>, message: &NewMessage, now: Moment) -> Result<()> {
    let beside = match &message.beside[..] {
        [] => None,
        beside => Some(serde_json::to_string(beside)?),
    };
    tx.prepare_cached(
        "insert into messages (id, workspace_id, conversation_id, role, content, citations, state,
                               low_confidence, reply_to, client_message_id, page_url, model,
                               input_tokens, output_tokens, beside, created_at)
         values (:id, :workspace_id, :conversation_id, :role, :content, :citations, :state,
                 :low_confidence, :reply_to, :client_message_id, :page_url, :model,
                 :input_tokens, :output_tokens, :beside, :now)",
    )?
    .execute(named_params! {
        ":beside": beside,
        ":id": message.id.to_string(),
        ":workspace_id": message.workspace_id.to_string(),
        ":conversation_id": message.conversation_id.to_string(),
        ":role": message.role.name(),
        ":content": message.content,
        ":citations": serde_json::to_string(&message.citations)?,
        ":state": if message.complete { "complete" } else { "incomplete" },
        ":low_confidence": message.low_confidence,
        ":reply_to": message.reply_to.map(|id| id.to_string()),
        ":client_message_id": message.client_message_id,
        ":page_url": message.page_url,
        ":model": message.model,
        ":input_tokens": message.tokens.map(|(input, _)| input),
        ":output_tokens": message.tokens.map(|(_, output)| output),
        ":now": now.millis(),
    })?;
    Ok(())
}

/// The last `limit` messages since the last clear, oldest first.
pub fn history(db: &Connection, of: ConversationId, limit: u32) -> Result<Vec<Message>> {
    let mut messages = db
        .prepare_cached(
            "select id, role, content, citations, state, low_confidence, created_at from messages
             where conversation_id = :conversation_id
               and seq > (select cleared_seq from conversations where id = :conversation_id)
             order by seq desc limit :limit",
        )?
        .query_map(named_params! { ":conversation_id": of.to_string(), ":limit": limit }, |row| {
            Ok(read(row))
        })?
        .collect::<Result<Vec<_>, _>>()?
        .into_iter()
        .collect::<Result<Vec<_>>>()?;
    messages.reverse();
    Ok(messages)
}

/// The first `limit` messages after the given one, or since the last clear if there is none; oldest first. None if the
/// conversation has no such message.
pub fn after(
    db: &Connection,
    of: ConversationId,
    message: Option<MessageId>,
    limit: u32,
) -> Result<Option<Vec<Message>>> {
    let after: Option<i64> = match message {
        None => Some(0),
        Some(id) => db
            .prepare_cached(
                "select seq from messages where id = :id and conversation_id = :conversation_id",
            )?
            .query_row(
                named_params! { ":id": id.to_string(), ":conversation_id": of.to_string() },
                |row| row.get(0),
            )
            .optional()?,
    };
    let Some(after) = after else { return Ok(None) };
    let messages = db
        .prepare_cached(
            "select id, role, content, citations, state, low_confidence, created_at from messages
             where conversation_id = :conversation_id and seq > :after
               and seq > (select cleared_seq from conversations where id = :conversation_id)
             order by seq limit :limit",
        )?
        .query_map(
            named_params! { ":conversation_id": of.to_string(), ":after": after, ":limit": limit },
            |row| Ok(read(row)),
        )?
        .collect::<Result<Vec<_>, _>>()?
        .into_iter()
        .collect::<Result<Vec<_>>>()?;
    Ok(Some(messages))
}

/// The question that a client sent with this id of its own, and what was told instead of an answer.
pub fn by_client_id(
    db: &Connection,
    of: ConversationId,
    client_id: &str,
) -> Result<Option<(MessageId, Vec<Aside>)>> {
    db.prepare_cached(
        "select id, beside from messages
         where conversation_id = :conversation_id and client_message_id = :client_id",
    )?
    .query_row(
        named_params! { ":conversation_id": of.to_string(), ":client_id": client_id },
        |row| Ok(super::id(row, "id").and_then(|id| Ok((id, beside(row)?)))),
    )
    .optional()?
    .transpose()
}

/// The answer to a question, whole or broken off, and what was told beside it.
pub fn answer_to(db: &Connection, question: MessageId) -> Result<Option<(Message, Vec<Aside>)>> {
    db.prepare_cached(
        "select id, role, content, citations, state, low_confidence, beside, created_at from messages
         where reply_to = :question order by seq desc limit 1",
    )?
    .query_row(named_params! { ":question": question.to_string() }, |row| {
        Ok(read(row).and_then(|message| Ok((message, beside(row)?))))
    })
    .optional()?
    .transpose()
}

/// Rates an answer of the conversation; false if it has no such answer. The last rating counts.
pub fn rate(tx: &Tx<'_>, of: ConversationId, answer: MessageId, rating: &str) -> Result<bool> {
    let rated = tx
        .prepare_cached(
            "update messages set rating = :rating
             where id = :id and conversation_id = :conversation_id and role != 'user'",
        )?
        .execute(named_params! {
            ":id": answer.to_string(),
            ":conversation_id": of.to_string(),
            ":rating": rating,
        })?;
    Ok(rated == 1)
}

fn beside(row: &Row<'_>) -> Result<Vec<Aside>> {
    match row.get_ref("beside")?.as_str_or_null()? {
        Some(text) => Ok(serde_json::from_str(text)?),
        None => Ok(Vec::new()),
    }
}

fn read(row: &Row<'_>) -> Result<Message> {
    Ok(Message {
        id: super::id(row, "id")?,
        role: Role::parse(row.get_ref("role")?.as_str()?)?,
        content: row.get("content")?,
        citations: serde_json::from_str(row.get_ref("citations")?.as_str()?)?,
        complete: row.get_ref("state")?.as_str()? == "complete",
        low_confidence: row.get("low_confidence")?,
        created_at: Moment::from_millis(row.get("created_at")?),
    })
}

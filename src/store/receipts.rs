//! Receipts: what an answer was made of and what it took. A receipt lies under the number of its answer, so that it is
//! written at the end of its table, is found without an index, and goes when its answer goes. It holds no word of the
//! visitor's.

use std::time::Duration;

use rusqlite::{Connection, OptionalExtension, Row, named_params};
use serde::{Deserialize, Serialize};

use super::Tx;
use crate::{
    clock::Moment,
    error::Result,
    id::{AgentId, ConversationId, MessageId, WorkspaceId},
    store::messages::Citation,
};

/// Receipts that one change takes away at most.
pub const BATCH: u32 = 200;
/// Bytes of a SHA-256.
pub type Hash = [u8; 32];

#[derive(Debug, Clone)]
pub struct Receipt {
    pub confidence: f64,
    /// That the agent had then.
    pub threshold: f64,
    pub times: Times,
    /// Of the prompt as a model is told it; none in a file that was changed by others.
    pub prompt_hash: Option<Hash>,
    /// In the order in which the answer numbers them.
    pub passages: Vec<Used>,
}

/// All from the beginning of the turn.
#[derive(Debug, Clone, Copy)]
pub struct Times {
    pub retrieve: Duration,
    /// None if nothing was said.
    pub first: Option<Duration>,
    /// To the last word.
    pub total: Duration,
}

/// A passage that an answer was made of: in the column a list of its three values, to be short.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(into = "(i64, f32, String)", from = "(i64, f32, String)")]
pub struct Used {
    /// It may be another's by now, when the page was read again.
    pub passage_id: i64,
    pub score: f32,
    /// Of the place.
    pub url: String,
}

impl From<Used> for (i64, f32, String) {
    fn from(used: Used) -> Self {
        (used.passage_id, used.score, used.url)
    }
}

impl From<(i64, f32, String)> for Used {
    fn from((passage_id, score, url): (i64, f32, String)) -> Self {
        Self { passage_id, score, url }
    }
}

/// A question with its answer, for their owner.
pub struct Turn {
    pub answer_id: MessageId,
    pub conversation_id: ConversationId,
    pub agent_id: AgentId,
    pub agent_name: String,
    pub question_id: Option<MessageId>,
    pub question: Option<String>,
    /// Where the visitor was.
    pub page_url: Option<String>,
    pub answer: String,
    pub citations: Vec<Citation>,
    /// False when the answer broke off.
    pub complete: bool,
    pub low_confidence: bool,
    pub model: Option<String>,
    /// In and out, as the model says or by length; none if no model spoke.
    pub tokens: Option<(u32, u32)>,
    /// By the visitor: `good` or `bad`.
    pub rating: Option<String>,
    pub at: Moment,
    /// None once it was swept, or if none was kept.
    pub receipt: Option<Receipt>,
}

/// Keeps the receipt of an answer that was just stored.
pub fn put(tx: &Tx<'_>, answer: MessageId, receipt: &Receipt) -> Result<()> {
    let ms = |duration: Duration| duration.as_secs_f64() * 1000.0;
    tx.prepare_cached(
        "insert into receipts (seq, workspace_id, confidence, threshold, retrieve_ms, first_ms, total_ms,
                               prompt_hash, passages)
         select seq, workspace_id, :confidence, :threshold, :retrieve_ms, :first_ms, :total_ms,
                :prompt_hash, :passages
         from messages where id = :id",
    )?
    .execute(named_params! {
        ":id": answer.to_string(),
        ":confidence": receipt.confidence,
        ":threshold": receipt.threshold,
        ":retrieve_ms": ms(receipt.times.retrieve),
        ":first_ms": receipt.times.first.map(ms),
        ":total_ms": ms(receipt.times.total),
        ":prompt_hash": receipt.prompt_hash,
        ":passages": serde_json::to_string(&receipt.passages)?,
    })?;
    Ok(())
}

/// Takes receipts of answers from before this moment, the oldest first and at most [`BATCH`]; gives how many.
pub fn sweep(tx: &Tx<'_>, before: Moment) -> Result<usize> {
    // Numbers rise with time: only the lowest are looked at, however many there are.
    Ok(tx
        .prepare_cached(
            "delete from receipts where seq in (
               select seq from (select seq from receipts order by seq limit :batch)
               join messages using (seq) where created_at < :before)",
        )?
        .execute(named_params! { ":batch": BATCH, ":before": before.millis() })?)
}

const TURNS: &str = "select answers.id, answers.conversation_id, agent_id, agents.name, answers.reply_to,
        questions.content as question, questions.page_url, answers.content, answers.citations, answers.state,
        answers.low_confidence, answers.model, answers.input_tokens, answers.output_tokens, answers.rating, answers.created_at,
        receipts.confidence, threshold, retrieve_ms, first_ms, total_ms, prompt_hash, passages
    from messages as answers
    join conversations on conversations.id = answers.conversation_id
    join agents on agents.id = agent_id
    left join messages as questions on questions.id = answers.reply_to
    left join receipts on receipts.seq = answers.seq
    where answers.workspace_id = :workspace_id and answers.role = 'assistant'";

/// The turn of this question, or of this answer.
pub fn turn(db: &Connection, workspace: WorkspaceId, message: MessageId) -> Result<Option<Turn>> {
    db.prepare_cached(&format!(
        "{TURNS} and answers.seq = (
           select max(seq) from messages where id = :id or reply_to = :id and reply_to is not null)"
    ))?
    .query_row(
        named_params! { ":workspace_id": workspace.to_string(), ":id": message.to_string() },
        |row| Ok(read(row)),
    )
    .optional()?
    .transpose()
}

/// The latest first; of one agent, or of all.
pub fn latest(
    db: &Connection,
    workspace: WorkspaceId,
    agent: Option<AgentId>,
    limit: u32,
) -> Result<Vec<Turn>> {
    db.prepare_cached(&format!(
        "{TURNS} and (:agent_id is null or agent_id = :agent_id) order by answers.seq desc limit :limit"
    ))?
    .query_map(
        named_params! {
            ":workspace_id": workspace.to_string(),
            ":agent_id": agent.map(|id| id.to_string()),
            ":limit": limit,
        },
        |row| Ok(read(row)),
    )?
    .collect::<Result<Vec<_>, _>>()?
    .into_iter()
    .collect()
}

fn read(row: &Row<'_>) -> Result<Turn> {
    let question_id: Option<String> = row.get("reply_to")?;
    let confidence: Option<f64> = row.get("confidence")?;
    let tokens: (Option<u32>, Option<u32>) = (row.get("input_tokens")?, row.get("output_tokens")?);
    Ok(Turn {
        answer_id: super::id(row, "id")?,
        conversation_id: super::id(row, "conversation_id")?,
        agent_id: super::id(row, "agent_id")?,
        agent_name: row.get("name")?,
        question_id: question_id.and_then(|id| id.parse().ok()),
        question: row.get("question")?,
        page_url: row.get("page_url")?,
        answer: row.get("content")?,
        citations: serde_json::from_str(row.get_ref("citations")?.as_str()?)?,
        complete: row.get_ref("state")?.as_str()? == "complete",
        low_confidence: row.get("low_confidence")?,
        model: row.get("model")?,
        tokens: tokens.0.zip(tokens.1),
        rating: row.get("rating")?,
        at: Moment::from_millis(row.get("created_at")?),
        receipt: confidence.map(|confidence| receipt(row, confidence)).transpose()?,
    })
}

fn receipt(row: &Row<'_>, confidence: f64) -> Result<Receipt> {
    let time = |column: &str| -> Result<Option<Duration>> {
        let ms: Option<f64> = row.get(column)?;
        Ok(ms.and_then(|ms| Duration::try_from_secs_f64(ms / 1000.0).ok()))
    };
    Ok(Receipt {
        confidence,
        threshold: row.get("threshold")?,
        times: Times {
            retrieve: time("retrieve_ms")?.unwrap_or_default(),
            first: time("first_ms")?,
            total: time("total_ms")?.unwrap_or_default(),
        },
        prompt_hash: row.get_ref("prompt_hash")?.as_blob()?.try_into().ok(),
        passages: serde_json::from_str(row.get_ref("passages")?.as_str()?)?,
    })
}

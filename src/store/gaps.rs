//! Questions that the desk did not answer well, read from what was said: nothing of them is kept a second time, so
//! that an erased visitor's are gone from here too.

use rusqlite::{Connection, named_params};

use crate::{
    clock::Moment,
    error::Result,
    id::{AgentId, MessageId},
};

/// Who tells what it is not sure of with a doubt: the built-in answerer, below a confidence of 0.5 (answer/hedges.rs).
const BUILTIN: &str = "builtin";

/// A question, with why it is here.
#[derive(Debug, Clone)]
pub struct Doubted {
    pub id: MessageId,
    pub question: String,
    pub page_url: String,
    /// BCP 47, of the visitor.
    pub locale: Option<String>,
    /// To tell visitors apart, and for nothing else.
    pub visitor: String,
    pub asked_at: Moment,
    /// The answer was not sure of itself.
    pub unsure: bool,
    /// The visitor did not like the answer.
    pub disliked: bool,
    /// The visitor turned to a person after it.
    pub left: bool,
    /// Who answered; none if nobody did.
    pub model: Option<String>,
}

/// The latest first.
pub fn list(db: &Connection, agent: AgentId, since: Moment, limit: u32) -> Result<Vec<Doubted>> {
    db.prepare_cached(
        "with found (id, unsure, disliked, abandoned) as (
           select reply_to, low_confidence, rating is 'bad', 0 from messages
           where (low_confidence = 1 or rating = 'bad') and created_at >= :since and reply_to is not null
           union all
           -- told with a doubt
           select reply_to, 1, 0, 0 from receipts join messages on messages.seq = receipts.seq
           where confidence < 0.5 and messages.model = :builtin and created_at >= :since and reply_to is not null
           union all
           -- the last one that was answered before the visitor asked for a person
           select (select id from messages where conversation_id = conversations.id and role = 'user'
                     and beside is null and created_at <= human_asked_at order by seq desc limit 1), 0, 0, 1
           from conversations where agent_id = :agent_id and human_asked_at >= :since
           union all
           -- those that were left to the person
           select messages.id, 0, 0, 1 from conversations join messages on conversation_id = conversations.id
           where agent_id = :agent_id and human_asked_at >= :since and role = 'user' and beside is not null
             and messages.created_at >= :since
             and not exists (select 1 from messages as answers where answers.reply_to = messages.id)
         )
         select messages.id, messages.content, messages.page_url, messages.created_at,
                conversations.visitor_id, locale,
                max(unsure) as unsure, max(disliked) as disliked, max(abandoned) as abandoned,
                (select model from messages as answers where answers.reply_to = messages.id
                 order by seq desc limit 1) as model
         from found join messages on messages.id = found.id
         join conversations on conversations.id = messages.conversation_id
         join visitors on visitors.id = conversations.visitor_id
         where conversations.agent_id = :agent_id and messages.role = 'user'
         group by messages.id order by messages.seq desc limit :limit",
    )?
    .query_map(
        named_params! {
            ":agent_id": agent.to_string(),
            ":since": since.millis(),
            ":builtin": BUILTIN,
            ":limit": limit,
        },
        |row| {
            Ok(super::id(row, "id").and_then(|id| {
                Ok(Doubted {
                    id,
                    question: row.get("content")?,
                    page_url: row.get::<_, Option<String>>("page_url")?.unwrap_or_default(),
                    locale: row.get("locale")?,
                    visitor: row.get("visitor_id")?,
                    asked_at: Moment::from_millis(row.get("created_at")?),
                    unsure: row.get("unsure")?,
                    disliked: row.get("disliked")?,
                    left: row.get("abandoned")?,
                    model: row.get("model")?,
                })
            }))
        },
    )?
    .collect::<Result<Vec<_>, _>>()?
    .into_iter()
    .collect()
}

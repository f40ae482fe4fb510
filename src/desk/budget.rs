//! How much may be said: the budget of a conversation for a day, and the month's quotas of its workspace, counted in
//! the same write as the message that they count.

use std::time::Duration;

use super::{handover, visit::plan_limit_reached, visitor::Visitor};
use crate::{
    clock::Moment,
    error::{Error, Result},
    store::{
        Tx,
        conversations::{self, Conversation},
        usage::{self, Counted},
    },
};

/// A budget is for this long, from the first message on.
const DAY: Duration = Duration::from_hours(24);

/// Whether the conversation may go on today.
///
/// # Errors
/// `conversation_budget_exceeded`, until the day is over.
pub fn admit(visitor: &Visitor, now: Moment) -> Result<()> {
    let (budget, answers) = (&visitor.conversation.budget, &visitor.agent.profile.answers);
    let Some(began_at) = budget.began_at.filter(|began_at| now.since(*began_at) < DAY) else {
        return Ok(());
    };
    if budget.messages < answers.max_messages && budget.tokens < answers.max_output_tokens {
        return Ok(());
    }
    Err(Error::limited(
        "conversation_budget_exceeded",
        "This conversation has used up its budget for today. It can go on tomorrow.",
        (began_at + DAY).since(now),
    ))
}

/// Counts a visitor's message in all that limits it.
///
/// # Errors
/// `plan_limit_reached` when this would be one conversation too many, `message_quota_exceeded` when it would be one
/// message too many, and `invalid_token` when the visitor was erased meanwhile. Nothing is counted then.
pub fn count(tx: &Tx<'_>, conversation: &Conversation, now: Moment) -> Result<()> {
    let workspace = conversation.workspace_id;
    let yesterday = Moment::from_millis(now.millis() - DAY.as_millis() as i64);
    if !conversations::visitor_spoke(tx, conversation.id, yesterday, handover::since(now), now)? {
        return Err(Error::unauthorized());
    }
    if !conversation.begun && !usage::count(tx, workspace, Counted::Conversations, now)? {
        return Err(plan_limit_reached(now));
    }
    if !usage::count(tx, workspace, Counted::Messages, now)? {
        return Err(Error::limited(
            "message_quota_exceeded",
            "This month's messages are used up. The desk answers again next month.",
            now.next_month().since(now),
        ));
    }
    Ok(())
}

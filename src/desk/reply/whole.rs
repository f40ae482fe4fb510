//! A turn for whoever waits for all of it.

use std::{pin::pin, sync::Arc, time::Duration};

use futures_util::StreamExt;

use crate::{
    desk::turns::{Turn, TurnEvent},
    error::{Error, Result},
    id::MessageId,
    store::{
        conversations::Status,
        messages::{Aside, Citation},
        receipts::Times,
    },
};

/// The answer of a turn in one piece.
pub struct Answered {
    pub message_id: MessageId,
    pub content: String,
    pub citations: Vec<Citation>,
    pub low_confidence: bool,
    /// The question is left to a person; nothing was answered.
    pub handoff: Option<Status>,
    /// The visitor wants to be contacted: the form for it is offered.
    pub lead_prompt: bool,
    pub times: Option<Times>,
}

/// Waits for the turn's end.
///
/// # Errors
/// `answer_failed` when it broke off; the question is stored.
pub async fn in_one_piece(turn: Arc<Turn>) -> Result<Answered> {
    let mut said = pin!(turn.clone().follow());
    let (mut cited, mut handoff, mut lead_prompt) = (Vec::new(), None, false);
    while let Some(news) = said.next().await {
        for event in news {
            match event {
                TurnEvent::Aside(Aside::Handoff { status, .. }) => handoff = Some(status),
                TurnEvent::Aside(Aside::LeadPrompt) => lead_prompt = true,
                TurnEvent::Token(_) | TurnEvent::Aside(_) => {}
                TurnEvent::Citations(citations) => cited = citations,
                TurnEvent::Done { message_id, low_confidence } => {
                    return Ok(Answered {
                        message_id,
                        content: turn.text(),
                        citations: cited,
                        low_confidence,
                        handoff,
                        lead_prompt,
                        times: turn.times(),
                    });
                }
                TurnEvent::Error { code, message, retry_after } => {
                    return Err(refusal(code, message, retry_after));
                }
            }
        }
    }
    Err(Error::unanswered("The answer broke off. Please ask again."))
}

/// The error that ended a turn, for whoever waited for all of it.
fn refusal(code: &'static str, message: String, retry_after: Option<Duration>) -> Error {
    match code {
        "unavailable" => Error::busy(message),
        "invalid_token" => Error::unauthorized(),
        "conversation_budget_exceeded" | "message_quota_exceeded" | "plan_limit_reached" => {
            Error::limited(code, message, retry_after.unwrap_or_default())
        }
        _ => Error::unanswered(message),
    }
}

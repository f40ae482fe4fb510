//! How a question comes in: it begins a turn, joins the one that it began before, or is told again what came of that;
//! and it is counted and stored, or neither.

use std::sync::Arc;

use tokio::sync::oneshot;
use tracing::Instrument;

use super::Question;
use crate::{
    clock::Moment,
    desk::{
        Desk, budget, handover,
        turns::{Begun, Over, Turn},
        visitor::Visitor,
    },
    error::{Error, Result},
    id::MessageId,
    store::{
        conversations::Status,
        messages::{self, Aside, NewMessage, Role},
    },
};

/// A question that is let in.
pub(super) enum Admitted {
    /// It was asked before.
    Over(Over),
    Asked(Asked),
}

/// A question that is new, or has no answer yet.
pub(super) struct Asked {
    pub visitor: Visitor,
    pub question_id: MessageId,
    pub stored: bool,
    pub left: Option<Left>,
}

/// A question that is left to a person instead of the machine.
#[derive(Clone)]
pub(super) struct Left {
    status: Status,
    opens_at: Option<Moment>,
    /// It is the question that asks for them.
    wished: bool,
}

impl Left {
    /// What is told instead of an answer.
    pub fn aside(&self) -> Aside {
        let opens_at = self.opens_at.map(|moment| moment.to_string());
        Aside::Handoff { status: self.status, opens_at }
    }
}

/// What became of a message that may have been sent before.
enum Before {
    Never,
    Unanswered(MessageId),
    Over(Over),
}

impl Desk {
    /// Begins the turn; or, if this very message was sent before, joins its turn or tells it again.
    ///
    /// # Errors
    /// `turn_in_progress`, `conversation_budget_exceeded`, and the quotas of the workspace.
    pub async fn ask(&self, visitor: Visitor, question: Question) -> Result<Arc<Turn>> {
        let conversation = &visitor.conversation;
        let client_id = question.client_message_id.clone();
        let running = match self.turns.begin(conversation.id, client_id.clone()) {
            Begun::Same(turn) => return Ok(turn),
            Begun::New(running) => running,
            Begun::Other => {
                let Before::Over(over) = self.sent_before(&visitor, &question)? else {
                    return Err(turn_in_progress());
                };
                return Ok(Turn::told(client_id, conversation.id, over));
            }
        };
        let turn = running.turn.clone();
        // A task of its own from the very beginning: a visitor who leaves before they are let in stops nothing either,
        // and whoever joined meanwhile is told what they would have been told.
        let (tell, told) = oneshot::channel();
        tokio::spawn(self.clone().run(running, visitor, question, tell).in_current_span());
        // Nothing is told by one that panicked.
        told.await.unwrap_or_else(|_| Err(Error::panicked()))?;
        Ok(turn)
    }

    /// Whether the question may be asked, now that no other turn of the conversation runs: what is read here stays true.
    pub(super) async fn admit(&self, visitor: Visitor, question: &Question) -> Result<Admitted> {
        let visitor = self.seen_again(visitor)?;
        let (question_id, stored, left) = match self.sent_before(&visitor, question)? {
            Before::Over(over) => return Ok(Admitted::Over(over)),
            // It was stored and never answered, as the server was killed: it is answered now.
            Before::Unanswered(question_id) => {
                (question_id, true, left_to_whom_it_was(&visitor, question_id))
            }
            Before::Never => {
                budget::admit(&visitor, Moment::now())?;
                let question_id = MessageId::generate();
                let left = self.left_to(&visitor, question, question_id).await?;
                // Quotas are exact: the question is counted and stored before the answer's headers leave.
                let at_once = visitor.agent.has_quotas;
                if at_once {
                    self.store_question(question_id, &visitor, question, left.as_ref()).await?;
                }
                (question_id, at_once, left)
            }
        };
        Ok(Admitted::Asked(Asked { visitor, question_id, stored, left }))
    }

    /// Who answers this question instead of the machine: whoever was asked for before it, or is asked for by it, where
    /// the owner has no answer of their own to that.
    async fn left_to(
        &self,
        visitor: &Visitor,
        question: &Question,
        question_id: MessageId,
    ) -> Result<Option<Left>> {
        let left = left_to_whom_it_was(visitor, question_id);
        let wished = left.is_none() && handover::wish::is_in(&question.message);
        if !wished || self.curated.answer(visitor, question).await?.is_some() {
            return Ok(left);
        }
        let profile = &visitor.agent.profile;
        let asked = handover::asked(&profile.handover, &visitor.conversation, Moment::now());
        Ok(Some(Left { status: asked.status, opens_at: asked.opens_at, wished: true }))
    }

    /// What became of this very message, if it was sent before.
    fn sent_before(&self, visitor: &Visitor, question: &Question) -> Result<Before> {
        let Some(client_id) = &question.client_message_id else { return Ok(Before::Never) };
        let conversation = visitor.conversation.id;
        self.store.peek(|db| {
            let Some((id, beside)) = messages::by_client_id(db, conversation, client_id)? else {
                return Ok(Before::Never);
            };
            if !beside.is_empty() {
                return Ok(Before::Over(Over { message_id: id, answer: None, beside }));
            }
            Ok(match messages::answer_to(db, id)? {
                None => Before::Unanswered(id),
                Some((answer, beside)) => {
                    Before::Over(Over { message_id: answer.id, answer: Some(answer), beside })
                }
            })
        })
    }

    /// Stores the question and counts it, and notes the wish for a person that it is, or nothing of these.
    pub(super) async fn store_question(
        &self,
        question_id: MessageId,
        visitor: &Visitor,
        question: &Question,
        left: Option<&Left>,
    ) -> Result<()> {
        let wished = left.filter(|left| left.wished).map(|left| left.status);
        let message = NewMessage {
            id: question_id,
            workspace_id: visitor.conversation.workspace_id,
            conversation_id: visitor.conversation.id,
            role: Role::User,
            content: question.message.clone(),
            citations: Vec::new(),
            complete: true,
            low_confidence: false,
            reply_to: None,
            client_message_id: question.client_message_id.clone(),
            page_url: Some(question.page_url.clone()),
            model: None,
            tokens: None,
            beside: left.map(Left::aside).into_iter().collect(),
        };
        let now = Moment::now();
        self.write_for(visitor, move |tx, conversation| {
            budget::count(tx, conversation, now)?;
            messages::append(tx, &message, now)?;
            let Some(status) = wished else { return Ok(()) };
            let reason = message.content.chars().take(handover::REASON_CHARACTERS).collect();
            handover::note(tx, conversation, status, Some(reason), now)
        })
        .await
    }
}

/// Whoever was asked for before this question.
fn left_to_whom_it_was(visitor: &Visitor, question_id: MessageId) -> Option<Left> {
    let asked_at = Moment::from_millis(question_id.made_at());
    let status = handover::left_to(&visitor.conversation, asked_at)?;
    Some(Left { status, opens_at: None, wished: false })
}

fn turn_in_progress() -> Error {
    Error::conflict(
        "turn_in_progress",
        "The message before this one is still being answered. Send it again when that is done.",
    )
}

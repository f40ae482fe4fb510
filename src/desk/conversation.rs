//! What a visitor may do with a conversation beside speaking: read it again, clear it, rate it, and be forgotten.

use super::{Desk, visit::MESSAGES, visitor::Visitor};
use crate::{
    clock::Moment,
    error::{Error, Result},
    id::MessageId,
    store::{
        conversations,
        messages::{self, Message},
        visitors::{self, Erased},
    },
};

#[derive(Debug, Clone, Copy)]
pub enum Rating {
    Good,
    Bad,
}

impl Rating {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Bad => "bad",
        }
    }
}

impl Desk {
    /// The messages after a given one, or since the last clear.
    ///
    /// # Errors
    /// `not_found` when the conversation has no such message.
    pub async fn messages(
        &self,
        visitor: &Visitor,
        after: Option<MessageId>,
        limit: u32,
    ) -> Result<Vec<Message>> {
        let id = visitor.conversation.id;
        self.store.read(move |db| messages::after(db, id, after, limit)).await?.ok_or_else(|| {
            Error::not_found(
                "not_found",
                "This conversation has no message with the id in `after`.",
            )
        })
    }

    /// What was said last since the last clear, as much as a visit shows; oldest first.
    pub async fn said(&self, visitor: &Visitor) -> Result<Vec<Message>> {
        let id = visitor.conversation.id;
        self.store.read(move |db| messages::history(db, id, MESSAGES)).await
    }

    /// Hides what was said until now from the visitor and from the model; the owner keeps it.
    ///
    /// # Errors
    /// `invalid_token` when the visitor was erased meanwhile; `unavailable` when nothing can be stored.
    pub async fn clear(&self, visitor: &Visitor, now: Moment) -> Result<()> {
        self.write_for(visitor, move |tx, it| conversations::clear(tx, it.id, now)).await
    }

    /// # Errors
    /// `invalid_token` when the visitor was erased meanwhile; `unavailable` when nothing can be stored.
    pub async fn rate_conversation(
        &self,
        visitor: &Visitor,
        rating: Rating,
        comment: Option<String>,
    ) -> Result<()> {
        self.write_for(visitor, move |tx, it| {
            conversations::rate(tx, it.id, rating.name(), comment.as_deref())
        })
        .await
    }

    /// # Errors
    /// `not_found` when the conversation has no such answer; `invalid_token` when the visitor was erased meanwhile.
    pub async fn rate_answer(
        &self,
        visitor: &Visitor,
        answer: MessageId,
        rating: Rating,
    ) -> Result<()> {
        let rated = self
            .write_for(visitor, move |tx, it| messages::rate(tx, it.id, answer, rating.name()))
            .await?;
        if rated {
            Ok(())
        } else {
            Err(Error::not_found("not_found", "This conversation has no answer with this id."))
        }
    }

    /// Erases the visitor with all that they left; their tokens are good for nothing from then on. Traces go from the
    /// log as soon as no reader needs them: mostly before this returns.
    ///
    /// # Errors
    /// `invalid_token` when they were erased already; `unavailable` when nothing can be stored.
    pub async fn erase(&self, visitor: &Visitor) -> Result<Erased> {
        let erased = self.write_for(visitor, |tx, it| visitors::erase(tx, it.visitor_id)).await?;
        self.store.fold().await;
        Ok(erased)
    }
}

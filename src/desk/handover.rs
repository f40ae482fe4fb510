//! From the machine to a person: a visitor asks for one, and waits for a while, if somebody can be there at all.

pub mod hours;

use std::time::Duration;

use super::{Desk, visitor::Visitor};
use crate::{
    clock::Moment,
    error::Result,
    store::conversations::{self, Conversation, HumanWish, Status},
};

/// How long a visitor waits for a person; then nobody is there.
pub const PATIENCE: Duration = Duration::from_mins(2);

/// Whoever has waited since before this moment waits no longer.
pub fn since(now: Moment) -> Moment {
    Moment::from_millis(now.millis() - PATIENCE.as_millis() as i64)
}

/// Who answers at this moment. `offline`, as nobody came or nobody is there, is said until the visitor writes again:
/// then the machine answers, as it did before.
pub fn status(conversation: &Conversation, now: Moment) -> Status {
    let waited = conversation.human_asked_at.map_or(Duration::MAX, |asked_at| now.since(asked_at));
    match conversation.status {
        Status::Waiting if waited >= PATIENCE => Status::Offline,
        status => status,
    }
}

/// Who answers instead of the machine what was asked at this moment; nobody, where the machine does.
pub fn left_to(conversation: &Conversation, asked_at: Moment) -> Option<Status> {
    let earlier = conversation.human_asked_at.is_some_and(|wished_at| asked_at < wished_at);
    match status(conversation, asked_at) {
        Status::Waiting if earlier => None,
        status @ (Status::Waiting | Status::Human) => Some(status),
        Status::Bot | Status::Offline => None,
    }
}

/// What a visitor who asked for a person is told.
pub struct Asked {
    pub status: Status,
    /// While nobody is there: when somebody will be.
    pub opens_at: Option<Moment>,
}

impl Desk {
    /// Asks for a person. Asking again while waiting, or while still nobody is there, changes nothing.
    ///
    /// # Errors
    /// `invalid_token` when the visitor was erased meanwhile; `unavailable` when nothing can be stored.
    pub async fn ask_for_human(
        &self,
        visitor: &Visitor,
        reason: Option<String>,
        now: Moment,
    ) -> Result<Asked> {
        let opens_at = hours::opens_at(&visitor.agent.profile.handover, now);
        self.write_for(visitor, move |tx, conversation| {
            let asked = match (status(conversation, now), opens_at) {
                (status @ (Status::Waiting | Status::Human), _) => Asked { status, opens_at: None },
                (_, Some(_)) => Asked { status: Status::Offline, opens_at },
                (_, None) => Asked { status: Status::Waiting, opens_at: None },
            };
            let wish = HumanWish { status: asked.status, reason, waiting_since: since(now) };
            conversations::ask_for_human(tx, conversation.id, &wish, now)?;
            Ok(asked)
        })
        .await
    }
}

//! From the machine to a person: a visitor asks for one, and waits for a while, if somebody can be there at all.

pub mod hours;
pub mod wish;

use std::time::Duration;

use super::{Desk, visitor::Visitor};
use crate::{
    clock::Moment,
    error::Result,
    store::{
        Tx,
        agents::Handover,
        conversations::{self, Conversation, HumanWish, Status},
    },
};

/// How long a visitor waits for a person; then nobody is there.
pub const PATIENCE: Duration = Duration::from_mins(2);

/// Of what a visitor says that it is about.
pub const REASON_CHARACTERS: usize = 500;

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

/// What a visitor who asks for a person is told.
pub struct Asked {
    pub status: Status,
    /// While nobody is there: when somebody will be.
    pub opens_at: Option<Moment>,
}

/// What is told to whoever asks at this moment.
pub fn asked(handover: &Handover, conversation: &Conversation, now: Moment) -> Asked {
    match status(conversation, now) {
        status @ (Status::Waiting | Status::Human) => Asked { status, opens_at: None },
        Status::Bot | Status::Offline => first_asked(handover, now),
    }
}

/// The same to whoever awaits nobody yet.
pub fn first_asked(handover: &Handover, now: Moment) -> Asked {
    match hours::opens_at(handover, now) {
        opens_at @ Some(_) => Asked { status: Status::Offline, opens_at },
        None => Asked { status: Status::Waiting, opens_at: None },
    }
}

/// Notes the wish for a person, in the write that stores whatever it was said with.
///
/// # Errors
/// Those of the store.
pub fn note(
    tx: &Tx<'_>,
    conversation: &Conversation,
    status: Status,
    reason: Option<String>,
    now: Moment,
) -> Result<()> {
    let wish = HumanWish { status, reason, waiting_since: since(now) };
    conversations::ask_for_human(tx, conversation.id, &wish, now)
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
        let handover = visitor.agent.profile.handover.clone();
        self.write_for(visitor, move |tx, conversation| {
            let asked = asked(&handover, conversation, now);
            note(tx, conversation, asked.status, reason, now)?;
            Ok(asked)
        })
        .await
    }
}

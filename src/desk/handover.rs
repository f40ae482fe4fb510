//! From the machine to a person: a visitor asks for one, and waits for a while.

use std::time::Duration;

use super::{Desk, visitor::Visitor};
use crate::{
    clock::Moment,
    error::Result,
    store::conversations::{self, Conversation, Status},
};

/// How long a visitor waits for a person; then nobody is there.
pub const PATIENCE: Duration = Duration::from_mins(2);

/// Whoever has waited since before this moment waits no longer.
pub fn since(now: Moment) -> Moment {
    Moment::from_millis(now.millis() - PATIENCE.as_millis() as i64)
}

/// Who answers at this moment. While a person is awaited the machine goes on answering, and when nobody came, too: two
/// minutes of silence would help nobody. `offline` is said until the visitor writes again.
pub fn status(conversation: &Conversation, now: Moment) -> Status {
    let waited = conversation.human_asked_at.map_or(Duration::MAX, |asked_at| now.since(asked_at));
    match conversation.status {
        Status::Waiting if waited >= PATIENCE => Status::Offline,
        status => status,
    }
}

impl Desk {
    /// Asks for a person. Asking again while waiting changes nothing.
    ///
    /// # Errors
    /// `unavailable` when nothing can be stored.
    pub async fn ask_for_human(
        &self,
        visitor: &Visitor,
        reason: Option<String>,
        now: Moment,
    ) -> Result<()> {
        let id = visitor.conversation.id;
        self.store
            .write(move |tx| {
                conversations::ask_for_human(tx, id, reason.as_deref(), since(now), now)
            })
            .await
    }
}

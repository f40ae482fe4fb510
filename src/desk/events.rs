//! Events: what the widget reports of its use, kept as it came.

use super::{Desk, visitor::Visitor};
use crate::{
    clock::Moment,
    error::Result,
    store::events::{self, NewEvent, Reporter},
};

impl Desk {
    /// Keeps all of them, or none.
    ///
    /// # Errors
    /// `invalid_token` when the visitor was erased meanwhile; `unavailable` when nothing can be stored.
    pub async fn report(
        &self,
        visitor: &Visitor,
        reported: Vec<NewEvent>,
        now: Moment,
    ) -> Result<()> {
        self.write_for(visitor, move |tx, conversation| {
            let by = Reporter {
                workspace_id: conversation.workspace_id,
                agent_id: conversation.agent_id,
                visitor_id: conversation.visitor_id,
                conversation_id: conversation.id,
            };
            reported.iter().try_for_each(|event| events::append(tx, &by, event, now))
        })
        .await
    }
}

//! Events: what the widget reports of its use, kept as it came.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use super::{Desk, visitor::Visitor};
use crate::{
    clock::Moment,
    error::Result,
    store::{
        Store,
        agents::Agent,
        events::{self, NewEvent, Reporter},
    },
};

/// The widget's word that a slow answer came all at once: something on its way holds streams back.
pub const BUFFERED: &str = "stream.buffered";
/// What it means for an owner, who alone can mend it.
pub const BUFFERED_MEANS: &str = "answers reach visitors in one piece: a proxy in front of this server holds the stream \
                                  back (nginx: proxy_buffering off)";
/// Any visitor can cause the warning, so it is rare.
const WARNED_EVERY: Duration = Duration::from_hours(1);

/// When it was last warned of answers that came in one piece.
#[derive(Clone, Default)]
pub struct Warned(Arc<AtomicI64>);

impl Warned {
    fn is_due(&self, now: Moment) -> bool {
        let last = self.0.load(Ordering::Relaxed);
        let is_due = now.since(Moment::from_millis(last)) >= WARNED_EVERY;
        is_due
            && self
                .0
                .compare_exchange(last, now.millis(), Ordering::Relaxed, Ordering::Relaxed)
                .is_ok()
    }
}

/// How many answers of the agent came in one piece since a moment.
pub async fn buffered(store: &Store, agent: &Agent, since: Moment) -> Result<u32> {
    let id = agent.id;
    store.read(move |db| events::count(db, id, BUFFERED, since)).await
}

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
        let is_buffered = reported.iter().any(|event| event.event == BUFFERED);
        self.write_for(visitor, move |tx, conversation| {
            let by = Reporter::of(conversation);
            reported.iter().try_for_each(|event| events::append(tx, &by, event, now))
        })
        .await?;
        if is_buffered && self.warned.is_due(now) {
            tracing::warn!(agent_id = %visitor.agent.id, "{BUFFERED_MEANS}");
        }
        Ok(())
    }
}

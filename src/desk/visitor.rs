//! Who is asking: the visitor behind a token, with the conversation and the agent that it is good for.

use std::sync::Arc;

use super::{Desk, agents};
use crate::{
    access::origin,
    clock::Moment,
    error::{Error, Result},
    store::{
        Connection, Tx,
        agents::Agent,
        conversations::{self, Conversation},
    },
};

/// A visitor whose token was verified. Nothing else makes one.
#[derive(Clone)]
pub struct Visitor {
    pub agent: Arc<Agent>,
    pub conversation: Conversation,
}

impl Desk {
    /// The visitor of a token, sent from a page of `origin` if there is one.
    ///
    /// # Errors
    /// `invalid_token`, also when the visitor was erased; `agent_not_found` when the agent is no longer published;
    /// `origin_forbidden` when the token is used on another site.
    pub fn visitor(&self, token: &str, origin: Option<&str>, now: Moment) -> Result<Visitor> {
        let bearer = self.tokens.verify(token, now)?;
        let conversation = self
            .store
            .peek(|db| conversations::find(db, bearer.conversation_id))?
            .filter(|found| {
                found.visitor_id == bearer.visitor_id && found.agent_id == bearer.agent_id
            })
            .ok_or_else(Error::unauthorized)?;
        let agent = self.agents.published(bearer.agent_id)?;
        if origin.is_some() {
            self.allow(&agent, origin)?;
        }
        Ok(Visitor { agent, conversation })
    }

    /// The same visitor, with their conversation as it is now.
    ///
    /// # Errors
    /// `invalid_token` when the visitor was erased meanwhile.
    pub(super) fn seen_again(&self, visitor: Visitor) -> Result<Visitor> {
        let conversation = self.store.peek(|db| of_visitor(db, &visitor.conversation))?;
        Ok(Visitor { conversation, ..visitor })
    }

    /// Makes a change in the visitor's name, to their conversation as it is then.
    ///
    /// # Errors
    /// `invalid_token` when the visitor was erased since the token was verified; `unavailable` when nothing can be
    /// stored.
    pub(super) async fn write_for<T: Send + 'static>(
        &self,
        visitor: &Visitor,
        change: impl FnOnce(&Tx<'_>, &Conversation) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let seen = visitor.conversation.clone();
        self.store.write(move |tx| change(tx, &of_visitor(tx, &seen)?)).await
    }

    /// Lets requests from an origin pass, or counts the refusal.
    ///
    /// # Errors
    /// `origin_forbidden`, naming the origin that was seen and nothing of the list.
    pub fn allow(&self, agent: &Agent, origin: Option<&str>) -> Result<()> {
        if origin::allows(&agent.profile.allowed_origins, origin) {
            return Ok(());
        }
        self.refusals.count(agent, origin);
        let message = match origin {
            None => "This agent does not answer without an origin.".to_owned(),
            Some(seen) => match agents::allow_command(agent.id, seen) {
                Some(command) => format!(
                    "This agent does not answer on the origin {seen}. Its owner can allow it: {command}"
                ),
                None => format!("This agent does not answer on the origin {seen}."),
            },
        };
        Err(Error::forbidden("origin_forbidden", message))
    }
}

/// A conversation as it is now, while it is still its visitor's.
fn of_visitor(db: &Connection, seen: &Conversation) -> Result<Conversation> {
    conversations::find(db, seen.id)?
        .filter(|found| found.visitor_id == seen.visitor_id)
        .ok_or_else(Error::unauthorized)
}

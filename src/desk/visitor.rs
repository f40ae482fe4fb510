//! Who is asking: the visitor behind a token, with the conversation and the agent that it is good for.

use std::sync::Arc;

use super::{Desk, agents};
use crate::{
    access::origin,
    clock::Moment,
    error::{Error, Result},
    store::{
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

//! Who a visitor is: recognised by their site's signed word, else by their browser's id. A person has one history in
//! all browsers, and only that word opens it; what a browser said before its visitor signed in joins theirs.

use super::Desk;
use crate::{
    access::identity::{self, Person, Traits},
    clock::Moment,
    error::{Error, Result},
    id::AgentId,
    store::{
        Connection, Store,
        agents::{self as rows, Agent},
        visitors::{self, Visitor},
    },
};

/// Random bytes of an identity secret.
const SECRET_BYTES: usize = 32;

/// With which the agent's site signs who a visitor is; made where there is none, and anew to `rotate`.
///
/// # Errors
/// `unavailable` when nothing can be stored.
pub async fn secret(store: &Store, agent: &Agent, rotate: Rotate) -> Result<String> {
    let id = agent.id;
    let mut bytes = [0_u8; SECRET_BYTES];
    getrandom::fill(&mut bytes).map_err(Error::internal)?;
    let made: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    store
        .write(move |tx| {
            let kept = rows::identity_secret(tx, id)?;
            if let (Some(kept), Rotate::No) = (kept, rotate) {
                return Ok(kept);
            }
            rows::set_identity_secret(tx, id, &made)?;
            Ok(made)
        })
        .await
}

/// Whether the agent has an identity secret.
pub async fn has_secret(store: &Store, agent: &Agent) -> Result<bool> {
    let id = agent.id;
    Ok(store.read(move |db| rows::identity_secret(db, id)).await?.is_some())
}

/// Whether a new secret replaces the one there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rotate {
    Yes,
    No,
}

impl Desk {
    /// The person in a site's signed word.
    ///
    /// # Errors
    /// `identity_expired`, `identity_invalid`.
    pub(super) fn person(&self, agent: &Agent, token: &str, now: Moment) -> Result<Person> {
        let secret = self.store.peek(|db| rows::identity_secret(db, agent.id))?;
        let secret = secret.ok_or_else(|| {
            Error::forbidden(
                "identity_invalid",
                format!(
                    "This agent has no identity secret yet; its owner makes one: frontdesk agent identity {}",
                    agent.id
                ),
            )
        })?;
        identity::verify(token, &secret, &agent.id.to_string(), now)
    }
}

/// What a visit says of its visitor.
#[derive(Clone)]
pub(super) struct Word {
    pub anon_id: Option<String>,
    pub person: Option<Person>,
    /// Unsigned.
    pub traits: Option<Traits>,
}

/// Who that is, as far as they were here before.
pub(super) struct Recognised {
    pub visitor: Option<Visitor>,
    /// The same browser before its visitor signed in, where the person was known already: to be joined to them.
    pub stranger: Option<Visitor>,
}

impl Word {
    pub fn recognise(&self, db: &Connection, agent: AgentId) -> Result<Recognised> {
        let browser = match &self.anon_id {
            Some(anon_id) => visitors::by_anon_id(db, agent, anon_id)?,
            None => None,
        };
        let Some(person) = &self.person else {
            return Ok(Recognised { visitor: browser, stranger: None });
        };
        // Another person's session is not this one's past.
        let browser = browser.filter(|browser| browser.subject.is_none());
        Ok(match visitors::by_subject(db, agent, &person.subject)? {
            None => Recognised { visitor: browser, stranger: None },
            known => Recognised { visitor: known, stranger: browser },
        })
    }

    /// Whether it says nothing new of this visitor.
    pub fn is_known_of(&self, visitor: &Visitor) -> bool {
        let person = self.person.as_ref();
        person.is_none_or(|it| {
            visitor.subject.as_ref() == Some(&it.subject)
                && visitor.claims.as_ref() == Some(&it.claims)
        }) && self.traits.as_ref().is_none_or(|it| visitor.traits.as_ref() == Some(it))
    }
}

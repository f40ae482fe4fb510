//! A visitor arrives: found again by the browser's id or made, their latest conversation resumed or a new one begun.

use std::{sync::Arc, time::Duration};

use super::{
    Desk,
    identity::{Recognised, Word},
};
use crate::{
    access::{
        identity::{self, Traits},
        tokens::Bearer,
    },
    clock::Moment,
    error::{Error, Result},
    id::{ConversationId, VisitorId},
    store::{
        agents::Agent,
        conversations::{self, Budget, Conversation, NewConversation, Status},
        messages::{self, Message},
        usage,
        visitors::{self, NewVisitor, Visitor},
    },
};

/// A conversation that rested this long is over: the next visit begins a new one.
const RESUMED_WITHIN: Duration = Duration::from_hours(24);
/// Messages shown again on arrival.
pub const MESSAGES: u32 = 30;
/// Random bytes of an id that we make for a browser.
const ANON_ID_BYTES: usize = 16;

pub struct Arrival {
    pub page_url: String,
    /// The browser's own id, if it has one from an earlier visit.
    pub anon_id: Option<String>,
    pub locale: Option<String>,
    /// The site's signed word on who this is.
    pub identity_token: Option<String>,
    /// What the page says of the visitor, unsigned.
    pub traits: Option<Traits>,
    /// False: begin a new conversation.
    pub resume: bool,
}

pub struct Visit {
    pub agent: Arc<Agent>,
    pub anon_id: String,
    /// The site has vouched for who this is.
    pub identified: bool,
    pub conversation: Conversation,
    /// The last ones, oldest first.
    pub messages: Vec<Message>,
    pub token: String,
    pub expires_at: Moment,
}

impl Desk {
    /// Lets a visitor in. Someone who comes back and goes on writes nothing.
    ///
    /// # Errors
    /// `identity_expired` or `identity_invalid` for a word that does not hold; `plan_limit_reached` when a new
    /// conversation is needed and the month's are used up; `unavailable` when nothing can be stored.
    pub async fn visit(&self, agent: Arc<Agent>, arrival: Arrival, now: Moment) -> Result<Visit> {
        let token = arrival.identity_token.as_deref();
        let word = Word {
            anon_id: arrival.anon_id.clone(),
            person: token.map(|token| self.person(&agent, token, now)).transpose()?,
            traits: arrival.traits.clone().map(identity::bounded),
        };
        let returning = if arrival.resume && (word.anon_id.is_some() || word.person.is_some()) {
            self.resumed(&agent, word.clone(), now).await?
        } else {
            None
        };
        let found = match returning {
            Some(returning) => returning,
            None => self.begin(&agent, word, arrival, now).await?,
        };
        let Arrived { visitor, conversation, messages } = found;
        let bearer =
            Bearer { agent_id: agent.id, visitor_id: visitor.id, conversation_id: conversation.id };
        let (token, expires_at) = self.tokens.issue(&bearer, now)?;
        let identified = visitor.subject.is_some();
        let anon_id = visitor.anon_id;
        Ok(Visit { agent, anon_id, identified, conversation, messages, token, expires_at })
    }

    async fn resumed(&self, agent: &Agent, word: Word, now: Moment) -> Result<Option<Arrived>> {
        let agent_id = agent.id;
        self.store
            .read(move |db| {
                let Recognised { visitor: Some(visitor), stranger: None } =
                    word.recognise(db, agent_id)?
                else {
                    return Ok(None);
                };
                let resting_since = resting_since(now);
                match conversations::latest(db, visitor.id, resting_since)? {
                    Some(conversation) if word.is_known_of(&visitor) => {
                        let messages = messages::history(db, conversation.id, MESSAGES)?;
                        Ok(Some(Arrived { visitor, conversation, messages }))
                    }
                    _ => Ok(None),
                }
            })
            .await
    }

    /// In one write, so that two visits at once make one visitor.
    async fn begin(
        &self,
        agent: &Agent,
        word: Word,
        arrival: Arrival,
        now: Moment,
    ) -> Result<Arrived> {
        let (workspace_id, agent_id) = (agent.workspace_id, agent.id);
        let made_anon_id = new_anon_id(now)?;
        self.store
            .write(move |tx| {
                // Before anything is written: a refused visit leaves no trace.
                let has_room = usage::has_room_for_conversation(tx, workspace_id, now)?;
                let Recognised { visitor: known, stranger } = word.recognise(tx, agent_id)?;
                let is_new = known.is_none();
                if is_new && !has_room {
                    return Err(plan_limit_reached(now));
                }
                let is_told = known.as_ref().is_none_or(|known| !word.is_known_of(known));
                let visitor = described(known, word, made_anon_id);
                if is_new {
                    let locale = arrival.locale.as_deref();
                    let new = NewVisitor { workspace_id, agent_id, locale, visitor: &visitor };
                    visitors::insert(tx, &new, now)?;
                } else if is_told {
                    visitors::describe(tx, &visitor)?;
                }
                if let Some(stranger) = stranger {
                    visitors::join(tx, stranger.id, visitor.id)?;
                }
                if arrival.resume
                    && let Some(found) = conversations::latest(tx, visitor.id, resting_since(now))?
                {
                    let messages = messages::history(tx, found.id, MESSAGES)?;
                    return Ok(Arrived { visitor, conversation: found, messages });
                }
                if !has_room {
                    return Err(plan_limit_reached(now));
                }
                let conversation = NewConversation {
                    id: ConversationId::generate(),
                    workspace_id,
                    agent_id,
                    visitor_id: visitor.id,
                    page_url: &arrival.page_url,
                };
                conversations::insert(tx, &conversation, now)?;
                let conversation = Conversation {
                    id: conversation.id,
                    workspace_id,
                    agent_id,
                    visitor_id: visitor.id,
                    status: Status::Bot,
                    lead_captured: false,
                    human_asked_at: None,
                    begun: false,
                    budget: Budget::default(),
                };
                Ok(Arrived { visitor, conversation, messages: Vec::new() })
            })
            .await
    }
}

struct Arrived {
    visitor: Visitor,
    conversation: Conversation,
    messages: Vec<Message>,
}

/// The visitor as they are known from now on. A person's id is not the one that their browser had: what they say stays
/// behind their site's word when they sign out there.
fn described(known: Option<Visitor>, word: Word, made_anon_id: String) -> Visitor {
    let mut visitor = known.unwrap_or_else(|| Visitor {
        id: VisitorId::generate(),
        anon_id: word.anon_id.unwrap_or_else(|| made_anon_id.clone()),
        subject: None,
        claims: None,
        traits: None,
    });
    if let Some(person) = word.person {
        if visitor.subject.is_none() {
            visitor.anon_id = made_anon_id;
        }
        visitor.subject = Some(person.subject);
        visitor.claims = Some(person.claims);
    }
    visitor.traits = word.traits.or(visitor.traits);
    visitor
}

/// The workspace used up its conversations of this month.
pub fn plan_limit_reached(now: Moment) -> Error {
    Error::limited(
        "plan_limit_reached",
        "This month's conversations are used up. New ones can begin next month.",
        now.next_month().since(now),
    )
}

fn resting_since(now: Moment) -> Moment {
    Moment::from_millis(now.millis() - RESUMED_WITHIN.as_millis() as i64)
}

/// Nobody can guess it. It begins with the time, so that ids made one after the other lie side by side in their index:
/// many visits at once then write few of its pages.
pub fn new_anon_id(now: Moment) -> Result<String> {
    let mut bytes = [0_u8; ANON_ID_BYTES];
    getrandom::fill(&mut bytes).map_err(Error::internal)?;
    Ok(format!("anon_{:012x}{:032x}", now.millis(), u128::from_be_bytes(bytes)))
}

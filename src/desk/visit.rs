//! A visitor arrives: found again by the browser's id or made, their latest conversation resumed or a new one begun.

use std::{sync::Arc, time::Duration};

use super::Desk;
use crate::{
    access::tokens::Bearer,
    clock::Moment,
    error::{Error, Result},
    id::{ConversationId, VisitorId},
    store::{
        agents::Agent,
        conversations::{self, Budget, Conversation, NewConversation, Status},
        messages::{self, Message},
        usage,
        visitors::{self, NewVisitor},
    },
};

/// A conversation that rested this long is over: the next visit begins a new one.
const RESUMED_WITHIN: Duration = Duration::from_hours(24);
/// Messages shown again on arrival.
const MESSAGES: u32 = 30;
/// Random bytes of an id that we make for a browser.
const ANON_ID_BYTES: usize = 16;

pub struct Arrival {
    pub page_url: String,
    /// The browser's own id, if it has one from an earlier visit.
    pub anon_id: Option<String>,
    pub locale: Option<String>,
    /// False: begin a new conversation.
    pub resume: bool,
}

pub struct Visit {
    pub agent: Arc<Agent>,
    pub anon_id: String,
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
    /// `plan_limit_reached` when a new conversation is needed and the month's are used up; `unavailable` when nothing
    /// can be stored.
    pub async fn visit(&self, agent: Arc<Agent>, arrival: Arrival, now: Moment) -> Result<Visit> {
        let returning = match &arrival.anon_id {
            Some(anon_id) if arrival.resume => self.resumed(&agent, anon_id.clone(), now).await?,
            _ => None,
        };
        let anon_id = arrival.anon_id.clone().map_or_else(new_anon_id, Ok)?;
        let (conversation, messages) = match returning {
            Some(returning) => returning,
            None => self.begin(&agent, anon_id.clone(), arrival, now).await?,
        };
        let bearer = Bearer {
            agent_id: agent.id,
            visitor_id: conversation.visitor_id,
            conversation_id: conversation.id,
        };
        let (token, expires_at) = self.tokens.issue(&bearer, now)?;
        Ok(Visit { agent, anon_id, conversation, messages, token, expires_at })
    }

    async fn resumed(
        &self,
        agent: &Agent,
        anon_id: String,
        now: Moment,
    ) -> Result<Option<(Conversation, Vec<Message>)>> {
        let agent_id = agent.id;
        self.store
            .read(move |db| {
                let Some(visitor) = visitors::find(db, agent_id, &anon_id)? else {
                    return Ok(None);
                };
                let Some(conversation) = conversations::latest(db, visitor, resting_since(now))?
                else {
                    return Ok(None);
                };
                let messages = messages::history(db, conversation.id, MESSAGES)?;
                Ok(Some((conversation, messages)))
            })
            .await
    }

    /// In one write, so that two visits at once make one visitor.
    async fn begin(
        &self,
        agent: &Agent,
        anon_id: String,
        arrival: Arrival,
        now: Moment,
    ) -> Result<(Conversation, Vec<Message>)> {
        let (workspace_id, agent_id) = (agent.workspace_id, agent.id);
        self.store
            .write(move |tx| {
                // Before anything is written: a refused visit leaves no trace.
                let has_room = usage::has_room_for_conversation(tx, workspace_id, now)?;
                let known = match arrival.anon_id {
                    Some(_) => visitors::find(tx, agent_id, &anon_id)?,
                    None => None,
                };
                let visitor_id = known.unwrap_or_else(VisitorId::generate);
                if known.is_none() {
                    if !has_room {
                        return Err(plan_limit_reached(now));
                    }
                    let visitor = NewVisitor {
                        id: visitor_id,
                        workspace_id,
                        agent_id,
                        anon_id: &anon_id,
                        locale: arrival.locale.as_deref(),
                    };
                    visitors::insert(tx, &visitor, now)?;
                } else if arrival.resume
                    && let Some(found) = conversations::latest(tx, visitor_id, resting_since(now))?
                {
                    let messages = messages::history(tx, found.id, MESSAGES)?;
                    return Ok((found, messages));
                }
                if !has_room {
                    return Err(plan_limit_reached(now));
                }
                let conversation = NewConversation {
                    id: ConversationId::generate(),
                    workspace_id,
                    agent_id,
                    visitor_id,
                    page_url: &arrival.page_url,
                };
                conversations::insert(tx, &conversation, now)?;
                let conversation = Conversation {
                    id: conversation.id,
                    workspace_id,
                    agent_id,
                    visitor_id,
                    status: Status::Bot,
                    lead_captured: false,
                    human_asked_at: None,
                    begun: false,
                    budget: Budget::default(),
                };
                Ok((conversation, Vec::new()))
            })
            .await
    }
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

fn new_anon_id() -> Result<String> {
    let mut bytes = [0_u8; ANON_ID_BYTES];
    getrandom::fill(&mut bytes).map_err(Error::internal)?;
    Ok(format!("anon_{:032x}", u128::from_be_bytes(bytes)))
}

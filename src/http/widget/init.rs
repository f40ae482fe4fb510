//! A visitor arrives: `POST /widget/init`.

use poem::{Request, web};
use poem_openapi::{Object, OpenApi, types::Any};
use serde::Serialize;
use serde_json::Value;

use super::{
    Tag,
    agent::{Agent, Branding, Rule, rules},
    config::unknown,
    messages::Message,
    realtime::Reverb,
};
use crate::{
    clock::Moment,
    desk::{
        Desk, handover,
        visit::{Arrival, Visit},
    },
    error::Result,
    http::{
        body::{Body, Checked, Data},
        gate, limits,
    },
    id::AgentId,
};

pub struct Init;

/// Who comes, and where.
#[derive(Object)]
struct InitRequest {
    /// The agent's id, as in the script tag.
    agent_id: String,
    /// Where the visitor is: an http or https URL of at most 2048 characters.
    page_url: String,
    /// The id that an earlier answer gave this browser, or one of your own: 1 to 64 letters, digits, `-` or `_`.
    anon_id: Option<String>,
    /// BCP 47, at most 35 characters.
    locale: Option<String>,
    /// False begins a new conversation; without it, or with true, the last one goes on.
    resume: Option<bool>,
    /// Who the visitor is, by the site's word: a JSON Web Token with `sub` and `iat`, signed with the agent's identity
    /// secret (HS256) at most ten minutes ago. The person's conversation goes on in every browser.
    identity_token: Option<String>,
    /// What the page says of the visitor without a signature: up to 20 texts, numbers and truths by name, long texts
    /// cut. Kept as not verified; nobody is recognised by it.
    traits: Option<Any<Value>>,
}

impl Checked for InitRequest {
    fn count(request: &Request, body: Option<&Value>) -> Result<()> {
        let named = body.and_then(|body| body["agent_id"].as_str()?.parse().ok());
        let desk = request.data::<Desk>();
        let there_is = |id: &AgentId| desk.is_some_and(|desk| desk.agents.published(*id).is_ok());
        limits::visit(request, named.filter(there_is))
    }
}

/// The conversation, its token, and how the agent looks.
#[derive(Object, Serialize)]
struct InitResponse {
    /// The conversation that the token is good for.
    conversation_id: String,
    /// The visitor, in this browser; the person, while `identified`.
    visitor_id: String,
    /// Keep it, and send it as `anon_id` next time. While `identified`, it opens the person's conversation: keep it no
    /// longer than the page, and let the site sign again on the next.
    anonymous_id: String,
    /// The site has vouched for who this is.
    identified: bool,
    /// The bearer token of everything else.
    jwt: String,
    /// When the token ends: an hour from now. Ask `/init` again before, or after a 401.
    expires_at: String,
    /// The agent as visitors see it.
    agent: Agent,
    /// The line below the panel.
    branding: Branding,
    /// The enabled ones, highest priority first; each has an `id`, `conditions` and `actions`. Ignore the kinds that you do not know.
    behavior_rules: Vec<Rule>,
    /// The last 30, oldest first.
    messages: Vec<Message>,
    /// How it stands.
    conversation: ConversationState,
    /// Where the realtime socket is.
    reverb: Reverb,
}

/// How a conversation stands.
#[derive(Object, Serialize)]
struct ConversationState {
    /// `bot`, `waiting`, `human` or `offline`.
    status: String,
    /// The visitor has left an address: show no form.
    lead_captured: bool,
}

#[OpenApi]
impl Init {
    /// Begin, or go on with, a conversation
    ///
    /// Finds the visitor by `anon_id` or makes one, resumes the conversation of the last 24 hours or begins one.
    #[oai(path = "/widget/init", method = "post", tag = "Tag::Visit", operation_id = "init")]
    async fn init(
        &self,
        desk: web::Data<&Desk>,
        request: &Request,
        body: Body<InitRequest>,
    ) -> poem::Result<Data<InitResponse>> {
        let InitRequest { agent_id, page_url, anon_id, locale, resume, identity_token, traits } =
            body.0;
        let agent_id: AgentId = agent_id.parse().map_err(|_| unknown())?;
        let agent = desk.agents.published(agent_id)?;
        gate::admit(&desk, &agent, request)?;
        let traits = match traits {
            Some(Any(Value::Object(traits))) => Some(traits),
            _ => None,
        };
        let resume = resume.unwrap_or(true);
        let arrival = Arrival { page_url, anon_id, locale, identity_token, traits, resume };
        let visit = desk.visit(agent, arrival, Moment::now()).await?;
        Ok(Data(response(visit, Reverb::seen_by(request))))
    }
}

fn response(visit: Visit, reverb: Reverb) -> InitResponse {
    let profile = &visit.agent.profile;
    InitResponse {
        conversation_id: visit.conversation.id.to_string(),
        visitor_id: visit.conversation.visitor_id.to_string(),
        anonymous_id: visit.anon_id,
        identified: visit.identified,
        jwt: visit.token,
        expires_at: visit.expires_at.to_string(),
        agent: Agent::from(&*visit.agent),
        branding: Branding::from(&profile.branding),
        behavior_rules: rules(profile),
        messages: visit.messages.into_iter().map(Message::from).collect(),
        conversation: ConversationState {
            status: handover::status(&visit.conversation, Moment::now()).name().to_owned(),
            lead_captured: visit.conversation.lead_captured,
        },
        reverb,
    }
}

//! The chat as a page of its own, to share as a link, and for browsers that cannot run the widget: under it lies the
//! same conversation as plain HTML. A form asks with it, through the very use cases, buckets and quotas of the API.

mod page;
mod prose;
mod words;

use std::{collections::HashMap, sync::Arc};

use poem::{
    IntoResponse, Request, Response, handler,
    http::header,
    web::{Data, Path},
};
use serde_json::json;
use sha2::{Digest, Sha256};
use ulid::Ulid;

use self::{
    page::{Form, Page},
    words::Words,
};
use super::{
    assets::{Asset, asset},
    body::{FORM, is_of_type},
    document::Document,
    error::{Refusal, unsupported_media_type},
    gate, limits,
};
use crate::{
    access::limits::{Bucket, Key},
    clock::Moment,
    desk::{
        Desk,
        reply::{self, Answered, Question},
        visit::{Arrival, new_anon_id},
        visitor::Visitor,
    },
    error::{Error, Fields, Kind, Result},
    id::AgentId,
    store::agents::Agent,
};

/// Scripts, and nothing that a script or a style of somebody else could stand in. Forms go here.
const POLICY: &str = "default-src 'none'; script-src 'self'; connect-src 'self'; img-src https: http: data:; \
                      style-src 'self'; base-uri 'none'; form-action 'self'";

/// `/frontdesk-pages/chat.css`
#[handler]
pub fn style(request: &Request) -> poem::Result<Response> {
    let nothing = || Error::not_found("not_found", "There is no such file.");
    Ok(asset(request, &Asset::carried("pages/chat.css").ok_or_else(nothing)?))
}

/// `GET /chat/{agent}`
#[handler]
pub fn open(desk: Data<&Desk>, request: &Request, Path(agent): Path<String>) -> Response {
    let opened = published(&desk, &agent).and_then(|agent| {
        let words = Words::of(&agent.profile, request.header(header::ACCEPT_LANGUAGE));
        let form = Form { anon_id: new_anon_id(Moment::now())?, ..Form::default() };
        Ok(html(&Page { agent: &agent, words: &words, said: &[], form, notice: None }.text()))
    });
    opened.unwrap_or_else(refused)
}

/// `POST /chat/{agent}`: asks, and shows the conversation with the answer.
#[handler]
pub async fn ask(
    desk: Data<&Desk>,
    document: Data<&Arc<Document>>,
    request: &Request,
    Path(agent): Path<String>,
    body: Vec<u8>,
) -> Response {
    let agent = match published(&desk, &agent) {
        Ok(agent) => agent,
        Err(error) => return refused(error),
    };
    if !gate::is_sent_from_own_page(request) {
        let message = "This form was sent from another website.";
        return refused(Error::forbidden("origin_forbidden", message));
    }
    if !is_of_type(request, FORM) {
        return unsupported_media_type().into_response();
    }
    let words = Words::of(&agent.profile, request.header(header::ACCEPT_LANGUAGE));
    let sent = Sent::read(&body);
    let spoken = converse(&desk, &document, request, &agent, &words, &sent).await;
    spoken.unwrap_or_else(refused)
}

/// What the form sent.
struct Sent {
    message: String,
    session: String,
    anon_id: String,
    client_message_id: String,
}

impl Sent {
    fn read(body: &[u8]) -> Self {
        let mut fields: HashMap<String, String> = url::form_urlencoded::parse(body)
            .filter(|(_, text)| !text.is_empty())
            .map(|(name, text)| (name.into_owned(), text.into_owned()))
            .collect();
        let starter = fields.remove("starter");
        let mut take = |name: &str| fields.remove(name).unwrap_or_default();
        Self {
            message: starter.unwrap_or_else(|| take("message")).replace("\r\n", "\n"),
            session: take("session"),
            anon_id: take("anon_id"),
            client_message_id: take("client_message_id"),
        }
    }

    /// The page's id of the message, and the message's own: an old page that is shown again, with other words in it,
    /// asks something else.
    fn id_of(&self, message: &str) -> String {
        let hash = Sha256::digest(message);
        let hash: String = hash.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        format!("{}-{hash}", self.client_message_id)
    }
}

/// A turn to its end. Whatever was refused is said in the page, which keeps what was typed.
async fn converse(
    desk: &Desk,
    document: &Document,
    request: &Request,
    agent: &Agent,
    words: &Words,
    sent: &Sent,
) -> Result<Response> {
    let arrived = arrive(desk, document, request, agent, words, sent).await;
    let (session, outcome) = match arrived {
        Ok(session) => {
            let outcome = speak(desk, request, session.visitor.clone(), sent).await;
            (Some(session), outcome)
        }
        Err(refusal) => (None, Err(refusal)),
    };
    let said = match &session {
        Some(session) => desk.said(&session.visitor).await?,
        None => Vec::new(),
    };
    let mut form = Form {
        session: session.map(|session| session.token).unwrap_or_default(),
        anon_id: sent.anon_id.clone(),
        ..Form::default()
    };
    let notice = match &outcome {
        Ok(answered) => answered.handoff.and_then(|status| words.of_status(status)),
        Err(refusal) => {
            form.message.clone_from(&sent.message);
            Some(words.of_refusal(refusal))
        }
    };
    let text = Page { agent, words, said: &said, form, notice }.text();
    Ok(match outcome {
        Ok(_) => html(&text),
        Err(refusal) if refusal.kind() == Kind::NotFound => refused(refusal),
        Err(refusal) => refused_with(refusal, &text),
    })
}

struct Session {
    visitor: Visitor,
    token: String,
}

/// The visitor of the form's token, or, without a good one, a visit as `/init` makes it.
async fn arrive(
    desk: &Desk,
    document: &Document,
    request: &Request,
    agent: &Agent,
    words: &Words,
    sent: &Sent,
) -> Result<Session> {
    match desk.visitor(&sent.session, None, Moment::now()) {
        Ok(visitor) if visitor.agent.id == agent.id => {
            return Ok(Session { visitor, token: sent.session.clone() });
        }
        Err(error) if error.kind() != Kind::Unauthorized => return Err(error),
        _ => {}
    }
    limits::visit(request, Some(agent.id))?;
    let (anon_id, page_url) = (Some(sent.anon_id.clone()), address(request, agent.id));
    let visit = json!({
        "agent_id": agent.id.to_string(), "page_url": page_url, "anon_id": anon_id, "locale": words.language,
    });
    valid(document.problems("InitRequest", &visit))?;
    reply::readable(&sent.message)?;
    let arrival = Arrival {
        page_url,
        anon_id,
        locale: Some(words.language.clone()),
        identity_token: None,
        traits: None,
        // The page that is sent again, with the same id, finds the conversation that it began.
        resume: true,
    };
    let agent = desk.agents.published(agent.id)?;
    let visit = desk.visit(agent, arrival, Moment::now()).await?;
    let visitor = desk.visitor(&visit.token, None, Moment::now())?;
    Ok(Session { visitor, token: visit.token })
}

async fn speak(desk: &Desk, request: &Request, visitor: Visitor, sent: &Sent) -> Result<Answered> {
    limits::count(request, Bucket::Messages, Key::Conversation(visitor.conversation.id), 1)?;
    let message = reply::readable(&sent.message)?;
    if sent.client_message_id.parse::<Ulid>().is_err() {
        return Err(Error::invalid("client_message_id", "must be the page's"));
    }
    let question = Question {
        page_url: address(request, visitor.agent.id),
        page_context: None,
        client_message_id: Some(sent.id_of(&message)),
        message,
    };
    reply::in_one_piece(desk.ask(visitor, question).await?).await
}

fn valid(wrong: Fields) -> Result<()> {
    if wrong.is_empty() { Ok(()) } else { Err(Error::invalid_fields(wrong)) }
}

fn published(desk: &Desk, id: &str) -> Result<Arc<Agent>> {
    let unknown = |_| Error::not_found("agent_not_found", "There is no such agent.");
    desk.agents.published(id.parse::<AgentId>().map_err(unknown)?)
}

/// Where the page is, as the visitor's browser reaches it.
fn address(request: &Request, agent: AgentId) -> String {
    format!("{}/chat/{agent}", gate::PublicAddress::of_request(request).origin())
}

fn html(text: &str) -> Response {
    in_html(Response::default(), text)
}

/// A refusal without a conversation around it.
fn refused(refusal: Error) -> Response {
    let text = page::refusal(refusal.kind());
    refused_with(refusal, &text)
}

fn refused_with(refusal: Error, text: &str) -> Response {
    in_html(Refusal::Ours(refusal).into_response(), text)
}

fn in_html(mut response: Response, text: &str) -> Response {
    response.set_body(text.to_owned());
    response
        .with_content_type("text/html; charset=utf-8")
        // The token of one visitor lies in it.
        .with_header(header::CACHE_CONTROL, "no-store")
        .with_header(header::CONTENT_SECURITY_POLICY, POLICY)
        .into_response()
}

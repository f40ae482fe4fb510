//! The chat as a page of its own, to share as a link, and for browsers that cannot run the widget: under it lies the
//! same conversation as plain HTML. A form asks with it, through the very use cases, buckets and quotas of the API.

mod colours;
mod contact;
mod frame;
mod page;
mod prose;
mod sent;
mod words;

use std::sync::Arc;

use base64::{Engine as _, prelude::BASE64_STANDARD};
use poem::{
    IntoResponse, Request, Response, handler,
    http::header,
    web::{Data, Path},
};
use serde_json::json;
use sha2::{Digest, Sha256};
use ulid::Ulid;

use self::{
    page::Page,
    sent::{Deed, Sent},
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
                      base-uri 'none'; form-action 'self'; style-src 'self'";

/// `/frontdesk-pages/chat.css` and what else the page is made of.
#[handler]
pub fn part(request: &Request) -> poem::Result<Response> {
    let nothing = || Error::not_found("not_found", "There is no such file.");
    let name = request.original_uri().path().rsplit('/').next().unwrap_or_default();
    Ok(asset(request, &Asset::carried(&format!("pages/{name}")).ok_or_else(nothing)?))
}

/// `GET /chat/{agent}`
#[handler]
pub fn open(desk: Data<&Desk>, request: &Request, Path(agent): Path<String>) -> Response {
    let opened = published(&desk, &agent).and_then(|agent| {
        let words = Words::of(&agent.profile, request.header(header::ACCEPT_LANGUAGE));
        let mut page = Page::of(&agent, &words);
        page.form.anon_id = new_anon_id(Moment::now())?;
        Ok(html(&page.style(), &page.text()))
    });
    opened.unwrap_or_else(|refusal| refused(request, refusal))
}

/// `POST /chat/{agent}`: does what the form says, and shows the conversation as it is then.
#[handler]
pub async fn post(
    desk: Data<&Desk>,
    document: Data<&Arc<Document>>,
    request: &Request,
    Path(agent): Path<String>,
    body: Vec<u8>,
) -> Response {
    let agent = match published(&desk, &agent) {
        Ok(agent) => agent,
        Err(error) => return refused(request, error),
    };
    let words = Words::of(&agent.profile, request.header(header::ACCEPT_LANGUAGE));
    let failed = |error| refused_with(error, "", &frame::failure(agent.id, &words));
    if !gate::is_sent_from_own_page(request) {
        let message = "This form was sent from another website.";
        return failed(Error::forbidden("origin_forbidden", message));
    }
    if !is_of_type(request, FORM) {
        return unsupported_media_type().into_response();
    }
    let sent = Sent::read(&body);
    let served = serve(&desk, &document, request, &agent, &words, &sent).await;
    served.unwrap_or_else(failed)
}

/// What was wanted, done; whatever was refused is said in the page, which keeps what was typed.
async fn serve(
    desk: &Desk,
    document: &Document,
    request: &Request,
    agent: &Agent,
    words: &Words,
    sent: &Sent,
) -> Result<Response> {
    let arrived = arrive(desk, document, request, agent, words, sent).await;
    let (session, done) = match arrived {
        Ok(session) => {
            let done = perform(desk, request, session.visitor.clone(), sent).await;
            (Some(session), done)
        }
        Err(refusal) => (None, Err(refusal)),
    };
    let mut page = Page::of(agent, words);
    page.form.anon_id.clone_from(&sent.anon_id);
    page.keep(&sent.contact);
    if let Some(Session { token, .. }) = session {
        // As it is now: who answers, and whether details are left, may have changed.
        let visitor = desk.visitor(&token, None, Moment::now())?;
        page.form.session = token;
        page.said = desk.said(&visitor).await?;
        page.stands(&visitor.conversation, Moment::now());
    }
    match &done {
        Ok(Done { lead_prompt, .. }) if *lead_prompt => page.offer_contact(),
        Ok(Done { thanks, .. }) => page.thanks = *thanks,
        Err(refusal) => page.refuse(refusal, sent),
    }
    // A question that is not asked yet stays where it was typed.
    if done.is_err() || sent.deed != Deed::Ask {
        page.form.message.clone_from(&sent.message);
    }
    let text = page.text();
    Ok(match done {
        Ok(_) => html(&page.style(), &text),
        Err(refusal) if refusal.kind() == Kind::NotFound => refused(request, refusal),
        Err(refusal) => refused_with(refusal, &page.style(), &text),
    })
}

struct Session {
    visitor: Visitor,
    token: String,
}

/// What the visitor got.
#[derive(Default)]
struct Done {
    /// They want to be contacted.
    lead_prompt: bool,
    /// Their details are kept.
    thanks: bool,
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
    judge(agent, sent)?;
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

/// Whether what was sent is whole, so that nothing is made for what is not.
fn judge(agent: &Agent, sent: &Sent) -> Result<()> {
    match sent.deed {
        Deed::Ask => reply::readable(&sent.message).map(drop),
        Deed::LeaveDetails => valid(contact::missing(&agent.profile.lead_form, &sent.contact)),
        Deed::AskForHuman | Deed::Look => Ok(()),
    }
}

/// In the bucket of the API's endpoint for the same.
async fn perform(desk: &Desk, request: &Request, visitor: Visitor, sent: &Sent) -> Result<Done> {
    let bucket = match sent.deed {
        Deed::Ask => Bucket::Messages,
        Deed::LeaveDetails => Bucket::Leads,
        Deed::AskForHuman | Deed::Look => Bucket::Conversation,
    };
    limits::count(request, bucket, Key::Conversation(visitor.conversation.id), 1)?;
    judge(&visitor.agent, sent)?;
    let now = Moment::now();
    match sent.deed {
        Deed::Ask => {
            let answered = speak(desk, request, visitor, sent).await?;
            Ok(Done { lead_prompt: answered.lead_prompt, ..Done::default() })
        }
        Deed::LeaveDetails => {
            let details = contact::details(&visitor.agent.profile.lead_form, &sent.contact);
            desk.leave_details(&visitor, details, now).await?;
            Ok(Done { thanks: true, ..Done::default() })
        }
        Deed::AskForHuman => {
            desk.ask_for_human(&visitor, None, now).await?;
            Ok(Done::default())
        }
        Deed::Look => Ok(Done::default()),
    }
}

/// A turn to its end.
async fn speak(desk: &Desk, request: &Request, visitor: Visitor, sent: &Sent) -> Result<Answered> {
    let message = reply::readable(&sent.message)?;
    if sent.client_message_id.parse::<Ulid>().is_err() {
        return Err(Error::invalid("client_message_id", "must be the page's"));
    }
    let question = Question {
        page_url: address(request, visitor.agent.id),
        page_context: None,
        client_message_id: Some(sent.id_of(&message)),
        shows_cards: false,
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

fn html(style: &str, text: &str) -> Response {
    in_html(Response::default(), style, text)
}

/// A refusal without a conversation around it.
fn refused(request: &Request, refusal: Error) -> Response {
    let words = Words::of_browser(request.header(header::ACCEPT_LANGUAGE));
    let text = frame::refusal(refusal.kind(), &words);
    refused_with(refusal, "", &text)
}

fn refused_with(refusal: Error, style: &str, text: &str) -> Response {
    in_html(Refusal::Ours(refusal).into_response(), style, text)
}

/// `style` is what the page's own `style` element holds.
fn in_html(mut response: Response, style: &str, text: &str) -> Response {
    let hash = BASE64_STANDARD.encode(Sha256::digest(style));
    response.set_body(text.to_owned());
    response
        .with_content_type("text/html; charset=utf-8")
        // The token of one visitor lies in it.
        .with_header(header::CACHE_CONTROL, "no-store")
        .with_header(header::CONTENT_SECURITY_POLICY, format!("{POLICY} 'sha256-{hash}'"))
        .into_response()
}

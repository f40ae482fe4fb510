//! Questions and answers: streamed, or in one piece.

use poem::web;
use poem_openapi::{Object, OpenApi, types::Any};
use serde::Serialize;
use serde_json::Value;

use super::Tag;
use crate::{
    desk::{
        Desk, page_context,
        reply::{self, Question},
    },
    error::Fields,
    http::{
        auth::Caller,
        body::{Body, Checked, Data},
        stream::TurnStream,
        timing::Timed,
    },
    store::messages as rows,
};

pub struct Messages;

/// What was said, and by whom.
#[derive(Object, Serialize)]
pub struct Message {
    id: String,
    /// `user`, `assistant` or `human-agent`.
    role: String,
    content: String,
    citations: Vec<Citation>,
    created_at: String,
}

/// A source that an answer names as `[id]`.
#[derive(Object, Serialize)]
pub struct Citation {
    id: u32,
    url: String,
    title: String,
    /// The words of the page that support the answer.
    quote: String,
}

#[derive(Object)]
struct MessageRequest {
    /// The question: 1 to 4000 characters after trimming.
    message: String,
    /// Where the visitor is.
    page_url: String,
    /// What the visitor's page says of itself: an object with `title`, `description`, `canonical`, `headings`,
    /// `text`, `json_ld` and `og`. Other keys are dropped, long texts cut.
    page_context: Option<Any<Value>>,
    /// Your own id of this message: sent again, it is answered once.
    client_message_id: Option<String>,
}

impl Checked for MessageRequest {
    fn check(body: &Value, wrong: &mut Fields) {
        if let Some(Err(error)) = body["message"].as_str().map(reply::readable) {
            for (field, problems) in error.fields() {
                wrong.entry(field.clone()).or_insert_with(|| problems.clone());
            }
        }
    }
}

#[derive(Object, Serialize)]
struct Answer {
    /// Of the answer; with `handoff` of the question.
    message_id: String,
    conversation_id: String,
    /// Markdown, with `[1]` where it names a source; empty with `handoff`.
    content: String,
    citations: Vec<Citation>,
    /// Nothing that was found supports the answer well.
    low_confidence: bool,
    /// The question is left to a person, and nothing was answered: `waiting`, `human` or `offline`.
    handoff: Option<String>,
}

#[OpenApi]
impl Messages {
    /// Ask, and read the answer as it is written
    ///
    /// Server-sent events: `token` (zero or more), `citations` (once), `done` (last: question and answer are
    /// durable), or `error`. A visitor who goes away does not stop the turn.
    #[oai(
        path = "/widget/messages/stream",
        method = "post",
        tag = "Tag::Messages",
        operation_id = "stream_message"
    )]
    async fn stream(
        &self,
        desk: web::Data<&Desk>,
        caller: Caller,
        body: Body<MessageRequest>,
    ) -> poem::Result<TurnStream> {
        Ok(TurnStream(desk.ask(caller.0, question(body.0)?).await?))
    }

    /// Ask, and read the answer in one piece
    #[oai(
        path = "/widget/messages",
        method = "post",
        tag = "Tag::Messages",
        operation_id = "send_message"
    )]
    async fn send(
        &self,
        desk: web::Data<&Desk>,
        caller: Caller,
        body: Body<MessageRequest>,
    ) -> poem::Result<Timed<Answer>> {
        let conversation_id = caller.0.conversation.id.to_string();
        let turn = desk.ask(caller.0, question(body.0)?).await?;
        let answered = reply::in_one_piece(turn).await?;
        let times = answered.times;
        let answer = Answer {
            message_id: answered.message_id.to_string(),
            conversation_id,
            content: answered.content,
            citations: answered.citations.into_iter().map(Citation::from).collect(),
            low_confidence: answered.low_confidence,
            handoff: answered.handoff.map(|status| status.name().to_owned()),
        };
        Ok(Timed(Data(answer), times))
    }
}

fn question(request: MessageRequest) -> poem::Result<Question> {
    Ok(Question {
        message: reply::readable(&request.message)?,
        page_url: request.page_url,
        page_context: request.page_context.and_then(|context| page_context::bounded(&context.0)),
        client_message_id: request.client_message_id,
    })
}

impl From<rows::Message> for Message {
    fn from(message: rows::Message) -> Self {
        Self {
            id: message.id.to_string(),
            role: message.role.name().to_owned(),
            content: message.content,
            citations: message.citations.into_iter().map(Citation::from).collect(),
            created_at: message.created_at.to_string(),
        }
    }
}

impl From<rows::Citation> for Citation {
    fn from(citation: rows::Citation) -> Self {
        Self { id: citation.id, url: citation.url, title: citation.title, quote: citation.quote }
    }
}

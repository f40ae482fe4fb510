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
    /// ULID; send the last one as `after` to read on.
    id: String,
    /// `user`, `assistant` or `human-agent`.
    role: String,
    /// Markdown of an answer, with `[1]` where it names a source; a question as it was asked.
    content: String,
    /// The sources that it names; of an answer alone.
    citations: Vec<Citation>,
    /// Of an answer: it broke off, and this is what was said until then. `/messages/stream` ended with `error`,
    /// `/messages` with 502 `answer_failed`.
    incomplete: bool,
    /// When it was stored.
    created_at: String,
}

/// A source that an answer names as `[id]`.
#[derive(Object, Serialize)]
pub struct Citation {
    /// The number in `[1]`.
    id: u32,
    /// The place in the page, where browsers find it; may be a path where the source has no address.
    url: String,
    /// The page's title.
    title: String,
    /// The words of the page that support the answer.
    quote: String,
}

/// A question, and where it is asked.
#[derive(Object)]
struct MessageRequest {
    /// The question: 1 to 4000 characters after trimming, counted as a person counts (a family emoji is one, so no
    /// `maxLength` can say it).
    message: String,
    /// Where the visitor is, an http or https URL of at most 2048 characters: passages of that page come a little earlier.
    page_url: String,
    /// What the visitor's page says of itself: an object with `title`, `description`, `canonical`, `headings`,
    /// `text`, `json_ld` and `og`. Other keys are dropped, long texts cut so that the whole stays within 8 KiB; never an
    /// error.
    page_context: Option<Any<Value>>,
    /// Your own id of this message, 1 to 64 characters: sent again, it is answered once and told again.
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

/// An answer in one piece.
#[derive(Object, Serialize)]
struct Answer {
    /// Of the answer; with `handoff` of the question.
    message_id: String,
    /// As `/init` said.
    conversation_id: String,
    /// Markdown, with `[1]` where it names a source; empty with `handoff`.
    content: String,
    /// The sources that the answer names, in order of first use.
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
    /// Server-sent events, each a `data:` line of JSON and an empty line: `token` (zero or more), perhaps `lead_prompt`,
    /// `cta` and `suggestions`, `citations` (once), `done` (last: question and answer are durable), or `error`;
    /// `handoff` instead of tokens while a person is awaited, and where the message asks for one ("can I talk to a
    /// human?"). `StreamEvent` describes each. A comment line every 15 seconds keeps the connection alive. A visitor
    /// who goes away does not stop the turn: with the same `client_message_id` it is told again.
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
        let question = Question { shows_cards: true, ..question(body.0)? };
        Ok(TurnStream(desk.ask(caller.0, question).await?))
    }

    /// Ask, and read the answer in one piece
    ///
    /// The same turn as `/messages/stream`, once it is over. What is offered beside the answer (`suggestions`,
    /// `cta`, `lead_prompt`) is in the stream alone.
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
        shows_cards: false,
    })
}

impl From<rows::Message> for Message {
    fn from(message: rows::Message) -> Self {
        Self {
            id: message.id.to_string(),
            role: message.role.name().to_owned(),
            content: message.content,
            citations: message.citations.into_iter().map(Citation::from).collect(),
            incomplete: !message.complete,
            created_at: message.created_at.to_string(),
        }
    }
}

impl From<rows::Citation> for Citation {
    fn from(citation: rows::Citation) -> Self {
        Self { id: citation.id, url: citation.url, title: citation.title, quote: citation.quote }
    }
}

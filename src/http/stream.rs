//! A turn as server-sent events: one `data:` line of JSON and an empty line for each event, as many as there are in
//! one write, and a comment every fifteen seconds so that nobody in between gives up the connection.

use std::{
    sync::Arc,
    task::{Poll, ready},
    time::Duration,
};

use bytes::Bytes;
use futures_util::{Stream, StreamExt, stream};
use poem::{Body, IntoResponse, Response, http::header};
use poem_openapi::{
    ApiResponse, Object, Union,
    registry::{MetaMediaType, MetaResponse, MetaResponses, MetaSchema, MetaSchemaRef, Registry},
    types::Type,
};
use serde::Serialize;
use tokio::time::Instant;

use super::widget::messages::Citation;
use crate::{
    desk::turns::{Turn, TurnEvent},
    store::messages::{self, Aside},
};

const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// The turn's events from the first on, however long ago it began.
pub struct TurnStream(pub Arc<Turn>);

/// One event of the stream; ignore the kinds that you do not know.
#[derive(Union)]
#[oai(discriminator_name = "event")]
#[allow(dead_code, reason = "documents what `Frame` writes")]
pub enum StreamEvent {
    #[oai(mapping = "token")]
    Token(TokenEvent),
    #[oai(mapping = "handoff")]
    Handoff(HandoffEvent),
    #[oai(mapping = "lead_prompt")]
    LeadPrompt(LeadPromptEvent),
    #[oai(mapping = "cta")]
    Cta(CtaEvent),
    #[oai(mapping = "suggestions")]
    Suggestions(SuggestionsEvent),
    #[oai(mapping = "citations")]
    Citations(CitationsEvent),
    #[oai(mapping = "done")]
    Done(DoneEvent),
    #[oai(mapping = "error")]
    Error(ErrorEvent),
}

/// The next words of the answer: zero or more times.
#[derive(Object)]
pub struct TokenEvent {
    /// Put together, the tokens are the answer in Markdown, with `[1]` where it names a source.
    token: String,
}

/// The question is left to a person, who was asked for before or by the question itself: no `token` comes. `done`
/// follows, with the id of the question.
#[derive(Object)]
pub struct HandoffEvent {
    /// `waiting`: a person was asked for. `human`: one is there. `offline`: nobody is.
    status: String,
    /// With `offline`, where that is known: when somebody will be there.
    opens_at: Option<String>,
}

/// The visitor asks to be contacted, and the agent has a form for it that this visitor has not sent yet: show it.
#[derive(Object)]
pub struct LeadPromptEvent {}

/// Questions to go on with, which the pages found answer or the agent begins with: offer them below the answer.
#[derive(Object)]
pub struct SuggestionsEvent {
    /// 1 to 4.
    suggestions: Vec<String>,
}

/// The card of a behaviour rule with a condition on the answer (`{"kind": "answer"}`), which the server judges: show it
/// below the answer, and report `cta.shown`, `cta.click` or `cta.dismissed` with its `rule_id`. All other rules are the
/// page's to judge (`behavior_rules`).
#[derive(Object)]
pub struct CtaEvent {
    /// The rule's, for `rule_id` of `/events`.
    rule_id: String,
    /// What to show.
    cta: Cta,
}

/// A card with one or two buttons.
#[derive(Object)]
pub struct Cta {
    /// Above the text.
    title: Option<String>,
    /// May be empty.
    text: String,
    /// One or two.
    buttons: Vec<CtaButton>,
}

/// One button of a card.
#[derive(Object)]
pub struct CtaButton {
    /// What visitors read.
    label: String,
    /// `link` opens `url`, `message` asks `text`, `lead` shows the form, `human` asks for a person, `dismiss` closes.
    #[oai(rename = "do")]
    action: String,
    /// Of a `link`.
    url: Option<String>,
    /// Of a `message`.
    text: Option<String>,
}

/// The sources that the answer names: once, after the text; empty when nothing is cited.
#[derive(Object)]
pub struct CitationsEvent {
    /// In order of first use.
    citations: Vec<Citation>,
}

/// The end: question and answer are durable.
#[derive(Object)]
pub struct DoneEvent {
    /// As `/init` said.
    conversation_id: String,
    /// Of the answer; after `handoff` of the question.
    message_id: String,
    /// Nothing that was found supports the answer well.
    low_confidence: bool,
}

/// The answer broke off; what was said until then is stored and marked incomplete. The stream ends without `done`.
#[derive(Object)]
pub struct ErrorEvent {
    /// `answer_failed`, or what the question would have been refused with before the stream began.
    code: String,
    /// A sentence for people.
    message: String,
}

#[derive(Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
enum Frame<'a> {
    Token {
        token: &'a str,
    },
    Handoff {
        status: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        opens_at: Option<&'a str>,
    },
    LeadPrompt,
    Cta {
        rule_id: &'a str,
        cta: &'a messages::Cta,
    },
    Suggestions {
        suggestions: &'a [String],
    },
    Citations {
        citations: Vec<Citation>,
    },
    Done {
        conversation_id: String,
        message_id: String,
        low_confidence: bool,
    },
    Error {
        code: &'a str,
        message: &'a str,
    },
}

impl IntoResponse for TurnStream {
    fn into_response(self) -> Response {
        let conversation_id = self.0.conversation_id.to_string();
        let frames = self.0.follow().map(move |news| {
            let mut text = Vec::with_capacity(news.len() * 64);
            for event in news {
                write(&mut text, event, &conversation_id);
            }
            Bytes::from(text)
        });
        Response::builder()
            .content_type("text/event-stream")
            .header(header::CACHE_CONTROL, "no-cache, no-transform")
            // A proxy that buffers would hold the words back.
            .header("x-accel-buffering", "no")
            .body(Body::from_bytes_stream(kept_alive(frames).map(Ok::<_, std::io::Error>)))
    }
}

fn write(text: &mut Vec<u8>, event: TurnEvent, conversation_id: &str) {
    let frame = match &event {
        TurnEvent::Token(token) => Frame::Token { token },
        TurnEvent::Aside(Aside::Handoff { status, opens_at }) => {
            Frame::Handoff { status: status.name(), opens_at: opens_at.as_deref() }
        }
        TurnEvent::Aside(Aside::LeadPrompt) => Frame::LeadPrompt,
        TurnEvent::Aside(Aside::Cta { rule_id, cta }) => Frame::Cta { rule_id, cta },
        TurnEvent::Aside(Aside::Suggestions { suggestions }) => Frame::Suggestions { suggestions },
        TurnEvent::Citations(citations) => {
            Frame::Citations { citations: citations.iter().cloned().map(Into::into).collect() }
        }
        TurnEvent::Done { message_id, low_confidence } => Frame::Done {
            conversation_id: conversation_id.to_owned(),
            message_id: message_id.to_string(),
            low_confidence: *low_confidence,
        },
        TurnEvent::Error { code, message, .. } => Frame::Error { code, message },
    };
    text.extend_from_slice(b"data: ");
    // Texts, lists and flags always serialise.
    let _ = serde_json::to_writer(&mut *text, &frame);
    text.extend_from_slice(b"\n\n");
}

/// One alarm for the whole stream: it is set anew only when it rings, not with every word.
fn kept_alive(
    frames: impl Stream<Item = Bytes> + Send + 'static,
) -> impl Stream<Item = Bytes> + Send {
    let mut frames = Box::pin(frames);
    let mut alarm = Box::pin(tokio::time::sleep(KEEP_ALIVE));
    let mut last = Instant::now();
    stream::poll_fn(move |context| {
        if let Poll::Ready(frame) = frames.as_mut().poll_next(context) {
            last = Instant::now();
            return Poll::Ready(frame);
        }
        loop {
            ready!(alarm.as_mut().poll(context));
            let now = Instant::now();
            let silent = now >= last + KEEP_ALIVE;
            if silent {
                last = now;
            }
            alarm.as_mut().reset(last + KEEP_ALIVE);
            if silent {
                return Poll::Ready(Some(Bytes::from_static(b":\n\n")));
            }
        }
    })
}

impl ApiResponse for TurnStream {
    fn meta() -> MetaResponses {
        // The document says it more exactly (document/complete.rs); here the events must only be known.
        let events = MetaSchema {
            items: Some(Box::new(StreamEvent::schema_ref())),
            ..MetaSchema::new("array")
        };
        MetaResponses {
            responses: vec![MetaResponse {
                description: "",
                status: Some(200),
                status_range: None,
                content: vec![MetaMediaType {
                    content_type: "text/event-stream",
                    schema: MetaSchemaRef::Inline(Box::new(events)),
                }],
                headers: Vec::new(),
            }],
        }
    }

    fn register(registry: &mut Registry) {
        StreamEvent::register(registry);
    }
}

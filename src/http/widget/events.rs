//! What the widget reports of its use: `POST /widget/events`.

use poem::{Request, web};
use poem_openapi::{Object, OpenApi, types::Any};
use serde::Serialize;
use serde_json::Value;

use super::Tag;
use crate::{
    access::limits::Key,
    clock::Moment,
    desk::Desk,
    error::Fields,
    http::{
        auth::Caller,
        body::{Accepted, Body, Checked},
        limits,
    },
    store::events::NewEvent,
};

/// JSON bytes of an event's metadata.
const METADATA_BYTES: usize = 4096;

pub struct Events;

/// One event, or a list of them in `events`.
#[derive(Object)]
struct EventsRequest {
    /// 1 to 64 characters. Our own widget reports `launcher.shown`, `launcher.opened`, `launcher.closed`, `rule.fired`, `cta.shown`, `cta.click`, `cta.dismissed`, `lead.shown`, `citation.click`, `page.view` and `voice.used`.
    event: Option<String>,
    /// Of the behaviour rule that it is about.
    rule_id: Option<String>,
    /// An object of at most 4096 bytes as JSON.
    metadata: Option<Any<Value>>,
    /// Many at once, at most 50; then `event` stays away.
    events: Option<Vec<Event>>,
}

/// One of many events.
#[derive(Object)]
struct Event {
    /// 1 to 64 characters.
    event: String,
    /// Of the behaviour rule that it is about.
    rule_id: Option<String>,
    /// An object of at most 4096 bytes as JSON.
    metadata: Option<Any<Value>>,
}

/// How many were taken in.
#[derive(Object, Serialize)]
struct EventsResponse {
    /// How many were taken in.
    accepted: u32,
}

#[OpenApi]
impl Events {
    /// Report events
    ///
    /// One (`event`), or at most 50 at once (`events`); a batch counts its events against the limit. All are stored, or
    /// none.
    #[oai(
        path = "/widget/events",
        method = "post",
        tag = "Tag::Events",
        operation_id = "report_events"
    )]
    async fn report(
        &self,
        desk: web::Data<&Desk>,
        request: &Request,
        caller: Caller,
        body: Body<EventsRequest>,
    ) -> poem::Result<Accepted<EventsResponse>> {
        let reported = reported(body.0);
        let accepted = reported.len() as u32;
        let key = Key::Conversation(caller.0.conversation.id);
        limits::batch(request, key, accepted)?;
        desk.report(&caller.0, reported, Moment::now()).await?;
        Ok(Accepted(EventsResponse { accepted }))
    }
}

impl Checked for EventsRequest {
    fn check(body: &Value, wrong: &mut Fields) {
        let mut refuse = |field: String, problem: &str| {
            wrong.entry(field).or_insert_with(|| vec![problem.to_owned()]);
        };
        match (&body["event"], &body["events"]) {
            (Value::Null, Value::Null) => refuse("event".into(), "is required"),
            (_, Value::Null) | (Value::Null, _) => {}
            _ => refuse("events".into(), "must not come together with event"),
        }
        let is_large = |event: &Value| event["metadata"].to_string().len() > METADATA_BYTES;
        let problem = format!("is larger than {METADATA_BYTES} bytes");
        if is_large(body) {
            refuse("metadata".into(), &problem);
        }
        for (index, event) in body["events"].as_array().into_iter().flatten().enumerate() {
            if is_large(event) {
                refuse(format!("events[{index}].metadata"), &problem);
            }
        }
    }
}

fn reported(request: EventsRequest) -> Vec<NewEvent> {
    let EventsRequest { event, rule_id, metadata, events } = request;
    let single = event.map(|event| Event { event, rule_id, metadata });
    let taken = |event: Event| NewEvent {
        event: event.event,
        rule_id: event.rule_id,
        metadata: event.metadata.filter(|it| !it.0.is_null()).map(|it| it.0.to_string()),
    };
    single.into_iter().chain(events.into_iter().flatten()).map(taken).collect()
}

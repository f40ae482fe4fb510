//! What the widget reports of its use: `POST /widget/events`.

use poem::{Request, web};
use poem_openapi::{Object, OpenApi, types::Any};
use serde::Serialize;
use serde_json::Value;

use super::Tag;
use crate::{
    access::limits::{Bucket, Key},
    clock::Moment,
    desk::Desk,
    error::{Error, Fields, Result},
    http::{
        auth::Caller,
        body::{Accepted, Body},
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
    event: Option<String>,
    rule_id: Option<String>,
    /// An object of at most 4 KiB.
    metadata: Option<Any<Value>>,
    events: Option<Vec<Event>>,
}

#[derive(Object)]
struct Event {
    event: String,
    rule_id: Option<String>,
    /// An object of at most 4 KiB.
    metadata: Option<Any<Value>>,
}

#[derive(Object, Serialize)]
struct EventsResponse {
    /// How many were taken in.
    accepted: u32,
}

#[OpenApi]
impl Events {
    /// Report events
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
        let reported = reported(body.0)?;
        let accepted = reported.len() as u32;
        let key = Key::Conversation(caller.0.conversation.id);
        limits::count(request, Bucket::Events, key, accepted.max(1))?;
        desk.report(&caller.0, reported, Moment::now()).await?;
        Ok(Accepted(EventsResponse { accepted }))
    }
}

fn reported(request: EventsRequest) -> Result<Vec<NewEvent>> {
    let EventsRequest { event, rule_id, metadata, events } = request;
    let single = event.map(|event| Event { event, rule_id, metadata });
    let (events, place): (Vec<Event>, _) = match (single, events) {
        (Some(event), None) => (vec![event], None),
        (None, Some(events)) => (events, Some("events")),
        (Some(_), Some(_)) => {
            return Err(Error::invalid("events", "must not come together with event"));
        }
        (None, None) => return Err(Error::invalid("event", "is required")),
    };
    let mut wrong = Fields::new();
    let mut taken = Vec::with_capacity(events.len());
    for (index, event) in events.into_iter().enumerate() {
        let field =
            place.map_or("metadata".to_owned(), |place| format!("{place}[{index}].metadata"));
        let metadata =
            event.metadata.map(|Any(metadata)| metadata).filter(|value| !value.is_null());
        if metadata.as_ref().is_some_and(|metadata| !metadata.is_object()) {
            wrong.insert(field.clone(), vec!["must be an object".into()]);
        }
        let metadata = metadata.map(|metadata| metadata.to_string());
        if metadata.as_ref().is_some_and(|text| text.len() > METADATA_BYTES) {
            wrong.insert(field, vec![format!("is larger than {METADATA_BYTES} bytes")]);
        }
        taken.push(NewEvent { event: event.event, rule_id: event.rule_id, metadata });
    }
    if wrong.is_empty() { Ok(taken) } else { Err(Error::invalid_fields(wrong)) }
}

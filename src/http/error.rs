//! Errors on the wire: the one place that knows which status a kind of error has, for our own errors and for what the
//! framework refuses. An internal one is logged here, once.

use poem::{
    IntoResponse, Response,
    error::{MethodNotAllowedError, NotFoundError, ReadBodyError, ResponseError},
    http::{HeaderValue, StatusCode, header},
};
use poem_openapi::error::{
    AuthorizationError, ContentTypeError, ParseParamError, ParsePathError, ParseRequestPayloadError,
};
use serde::Serialize;

use crate::error::{Error, Fields, Kind, Window};

#[derive(Serialize)]
struct Envelope<'a> {
    error: Body<'a>,
}

#[derive(Serialize)]
struct Body<'a> {
    code: &'a str,
    message: &'a str,
    #[serde(skip_serializing_if = "Fields::is_empty")]
    fields: &'a Fields,
}

/// A query parameter: what is said of a wrong one, and what a right one is.
type Parameter = (&'static str, &'static str, fn(&str) -> bool);

/// By operation. The framework names the first that is wrong, and says nothing of the others.
const PARAMETERS: [&[Parameter]; 2] = [
    &[
        ("limit", "must be a whole number from 1 to 100", |text| {
            text.parse().is_ok_and(|number: u32| (1..=100).contains(&number))
        }),
        ("after", "must be the id of a message", |text| text.chars().count() <= 26),
    ],
    &[("agent_id", "is required", |_| true)],
];

/// The error a handler, an extractor or the framework ended with, in our words.
pub fn understand(error: poem::Error, query: &str) -> Refusal {
    if let Some(status) = refused_by_framework(&error, query) {
        return status;
    }
    match error.downcast::<Error>() {
        Ok(ours) => Refusal::Ours(ours),
        Err(other) => Refusal::Ours(Error::internal(other.to_string())),
    }
}

pub enum Refusal {
    Ours(Error),
    /// 400, 405, 413, 415: refused before any of our layers is asked.
    Wire(StatusCode, &'static str, String),
}

fn refused_by_framework(error: &poem::Error, query: &str) -> Option<Refusal> {
    let wire = |status, code, message: &str| Some(Refusal::Wire(status, code, message.to_owned()));
    if error.is::<AuthorizationError>() {
        return Some(Refusal::Ours(Error::unauthorized()));
    }
    if error.is::<NotFoundError>()
        || error.is::<ParsePathError>()
        || error.is::<poem::error::ParsePathError>()
    {
        let message = "There is nothing at this address.";
        return Some(Refusal::Ours(Error::not_found("not_found", message)));
    }
    if let Some(wrong) = error.downcast_ref::<ParseParamError>() {
        return Some(Refusal::Ours(Error::invalid_fields(wrong_parameters(wrong.name, query))));
    }
    if error.is::<MethodNotAllowedError>() {
        return wire(
            StatusCode::METHOD_NOT_ALLOWED,
            "method_not_allowed",
            "This address does not answer to this method; the Allow header names those it does.",
        );
    }
    if error.is::<ContentTypeError>() {
        return Some(unsupported_media_type());
    }
    if let Some(ReadBodyError::PayloadTooLarge) = error.downcast_ref::<ReadBodyError>() {
        return Some(too_large());
    }
    if error.is::<ParseRequestPayloadError>() || error.is::<ReadBodyError>() {
        return wire(StatusCode::BAD_REQUEST, "invalid_json", "The body is not JSON in UTF-8.");
    }
    None
}

/// The parameter that is known to be wrong, and whichever of its operation are wrong beside it.
fn wrong_parameters(known: &str, query: &str) -> Fields {
    let sent = |name: &str| {
        let mut pairs = url::form_urlencoded::parse(query.as_bytes());
        pairs.find(|(sent, _)| sent == name).map(|(_, text)| text)
    };
    let together = PARAMETERS.iter().find(|group| group.iter().any(|(name, ..)| *name == known));
    let mut wrong: Fields = together
        .into_iter()
        .flat_map(|group| group.iter())
        .filter(|(name, _, is_right)| {
            *name == known || sent(name).is_some_and(|text| !is_right(&text))
        })
        .map(|(name, problem, _)| ((*name).to_owned(), vec![(*problem).to_owned()]))
        .collect();
    wrong.entry(known.to_owned()).or_insert_with(|| vec!["does not fit".to_owned()]);
    wrong
}

pub fn unsupported_media_type() -> Refusal {
    Refusal::Wire(
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        "unsupported_media_type",
        "The body must be JSON: send it with Content-Type: application/json.".into(),
    )
}

pub fn too_large() -> Refusal {
    Refusal::Wire(
        StatusCode::PAYLOAD_TOO_LARGE,
        "payload_too_large",
        "The body is larger than 64 KiB.".into(),
    )
}

/// None, more than one, or what is none.
pub fn wrong_host() -> Refusal {
    Refusal::Wire(
        StatusCode::BAD_REQUEST,
        "invalid_request",
        "The request must have exactly one Host header, with the name or address of the server."
            .into(),
    )
}

/// It did not come whole, or not in time.
pub fn broken_body() -> Refusal {
    Refusal::Wire(
        StatusCode::BAD_REQUEST,
        "invalid_json",
        "The body did not come whole within 15 seconds.".into(),
    )
}

pub fn invalid_json(reason: &serde_json::Error) -> Refusal {
    Refusal::Wire(
        StatusCode::BAD_REQUEST,
        "invalid_json",
        format!(
            "The body is not JSON in UTF-8: it goes wrong in line {}, column {}.",
            reason.line(),
            reason.column()
        ),
    )
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        match self {
            Self::Wire(status, code, message) => {
                let fields = Fields::new();
                envelope(status, &Body { code, message: &message, fields: &fields })
            }
            Self::Ours(error) => {
                // One without a cause is in the log already.
                if let Some(cause) = error.cause() {
                    if error.kind() == Kind::Internal {
                        tracing::error!(error = %cause, "a request failed");
                    } else {
                        tracing::warn!(code = error.code(), error = %cause, "a request was refused");
                    }
                }
                let body =
                    Body { code: error.code(), message: error.message(), fields: error.fields() };
                let mut response = envelope(status(error.kind()), &body);
                let headers = response.headers_mut();
                if error.kind() == Kind::Unauthorized {
                    headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
                }
                if let Some(wait) = error.retry_after() {
                    let seconds = wait.as_millis().div_ceil(1000).max(1) as u64;
                    headers.insert(header::RETRY_AFTER, seconds.into());
                }
                response
            }
        }
    }
}

/// How much of a limit is left.
pub fn show_window(response: &mut Response, window: Window) {
    let headers = response.headers_mut();
    headers.insert("x-ratelimit-limit", window.limit.into());
    headers.insert("x-ratelimit-remaining", window.remaining.into());
    headers.insert("x-ratelimit-reset", window.reset_at.into());
}

const fn status(kind: Kind) -> StatusCode {
    match kind {
        Kind::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
        Kind::Unauthorized => StatusCode::UNAUTHORIZED,
        Kind::Forbidden => StatusCode::FORBIDDEN,
        Kind::NotFound => StatusCode::NOT_FOUND,
        Kind::Conflict => StatusCode::CONFLICT,
        Kind::Limited => StatusCode::TOO_MANY_REQUESTS,
        Kind::Busy => StatusCode::SERVICE_UNAVAILABLE,
        Kind::Unanswered => StatusCode::BAD_GATEWAY,
        Kind::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

fn envelope(status: StatusCode, body: &Body<'_>) -> Response {
    let text = serde_json::to_string(&Envelope { error: Body { ..*body } }).unwrap_or_default();
    Response::builder()
        .status(status)
        .content_type("application/json")
        // Some statuses, such as 404, may else be kept by whoever is in between.
        .header(header::CACHE_CONTROL, "no-store")
        .body(text)
}

/// Lets `?` end a handler with our error.
impl ResponseError for Error {
    fn status(&self) -> StatusCode {
        status(self.kind())
    }
}

/// Lets an extractor end with what only the wire knows.
impl From<Refusal> for poem::Error {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Ours(error) => error.into(),
            wire @ Refusal::Wire(..) => Self::from_response(wire.into_response()),
        }
    }
}

//! What took how long, told in the `Server-Timing` header of an answer in one piece (W3C Server Timing).

use std::time::Duration;

use poem::{
    IntoResponse, Response,
    http::{HeaderName, HeaderValue},
};
use poem_openapi::{
    ApiResponse,
    registry::{MetaResponses, Registry},
    types::Type,
};
use serde::Serialize;

use super::body::Data;
use crate::desk::receipts::Times;

pub const NAME: HeaderName = HeaderName::from_static("server-timing");

/// [`Data`] that took a while; none for an answer that was there already.
pub struct Timed<T>(pub Data<T>, pub Option<Times>);

impl<T: Serialize + Send> IntoResponse for Timed<T> {
    fn into_response(self) -> Response {
        let mut response = self.0.into_response();
        let value = self.1.and_then(|times| HeaderValue::from_str(&header(&times)).ok());
        if let Some(value) = value {
            response.headers_mut().insert(NAME, value);
        }
        response
    }
}

impl<T: Type> ApiResponse for Timed<T> {
    fn meta() -> MetaResponses {
        Data::<T>::meta()
    }

    fn register(registry: &mut Registry) {
        Data::<T>::register(registry);
    }
}

/// In milliseconds from the beginning of the turn, with microseconds behind the point.
fn header(times: &Times) -> String {
    let entry = |name: &str, time: Duration| format!("{name};dur={:.3}", time.as_secs_f64() * 1e3);
    let known =
        [("retrieve", Some(times.retrieve)), ("first", times.first), ("total", Some(times.total))];
    let entries: Vec<String> =
        known.into_iter().filter_map(|(name, time)| Some(entry(name, time?))).collect();
    entries.join(", ")
}

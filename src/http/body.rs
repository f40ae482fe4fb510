//! Bodies: what comes in is read up to a limit, parsed, and held against the very schema that the OpenAPI document
//! shows, so that every wrong field is named at once; what goes out is wrapped in `data`.

use std::{marker::PhantomData, sync::Arc};

use bytes::Bytes;
use poem::{FromRequest, IntoResponse, Request, RequestBody, Response, http::header};
use poem_openapi::{
    ApiExtractor, ApiExtractorType, ApiResponse, ExtractParamOptions,
    registry::{
        MetaMediaType, MetaRequest, MetaResponse, MetaResponses, MetaSchema, MetaSchemaRef,
        Registry,
    },
    types::{ParseFromJSON, Type},
};
use serde::Serialize;
use serde_json::{Map, Value};

use super::{
    document::Document,
    error::{invalid_json, unsupported_media_type},
    intake::Unfit,
};
use crate::error::{Error, Fields, Result};

const JSON: &str = "application/json";
pub const FORM: &str = "application/x-www-form-urlencoded";

/// What a body must be beside valid by its schema.
pub trait Checked: ParseFromJSON {
    /// Counts the request, whatever is wrong with its body; none where that is not JSON.
    fn count(_request: &Request, _body: Option<&Value>) -> Result<()> {
        Ok(())
    }

    /// Adds what else is wrong, by field, of a body that may be wrong by its schema too.
    fn check(_body: &Value, _wrong: &mut Fields) {}
}

/// In which forms a body may come.
pub trait Form: Send + Sync + 'static {
    /// Content types, the one that the document shows first at the front.
    const TYPES: &'static [&'static str] = &[JSON];
    const REQUIRED: bool = true;
}

pub struct JsonAlone;
pub struct JsonOrNothing;
pub struct FormAsWell;

impl Form for JsonAlone {}

impl Form for JsonOrNothing {
    const REQUIRED: bool = false;
}

impl Form for FormAsWell {
    const TYPES: &'static [&'static str] = &[FORM, JSON];
}

/// A request's body, valid by its schema and by what else its type asks.
pub struct Sent<T, F>(pub T, PhantomData<F>);

pub type Body<T> = Sent<T, JsonAlone>;
/// A [`Body`] that may be left out, where each of its fields may.
pub type Optional<T> = Sent<T, JsonOrNothing>;
/// A [`Body`] that may come as a form, too.
pub type FormOrJson<T> = Sent<T, FormAsWell>;

impl<'a, T: Checked, F: Form> ApiExtractor<'a> for Sent<T, F> {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::RequestObject];

    type ParamType = ();
    type ParamRawType = ();

    fn register(registry: &mut Registry) {
        T::register(registry);
    }

    fn request_meta() -> Option<MetaRequest> {
        let media = |content_type| MetaMediaType { content_type, schema: T::schema_ref() };
        let content = F::TYPES.iter().copied().map(media).collect();
        Some(MetaRequest { description: None, content, required: F::REQUIRED })
    }

    async fn from_request(
        request: &'a Request,
        body: &mut RequestBody,
        _: ExtractParamOptions<Self::ParamType>,
    ) -> poem::Result<Self> {
        let value = read(request, body, F::TYPES).await.and_then(|bytes| {
            if F::TYPES.contains(&FORM) && is_of_type(request, FORM) {
                Ok(fields(&bytes))
            } else if bytes.is_empty() && !F::REQUIRED {
                Ok(Value::Object(Map::new()))
            } else {
                json(&bytes)
            }
        });
        T::count(request, value.as_ref().ok())?;
        Ok(Self(checked(request, value?)?, PhantomData))
    }
}

/// No body is asked for; one that comes is JSON all the same, and nothing is made of it.
pub struct Nothing;

impl<'a> FromRequest<'a> for Nothing {
    async fn from_request(request: &'a Request, body: &mut RequestBody) -> poem::Result<Self> {
        let bytes = read(request, body, &[JSON]).await?;
        if !bytes.is_empty() {
            json(&bytes)?;
        }
        Ok(Self)
    }
}

/// The body that the gate has read, up to its limit: of one of the types, or empty.
async fn read(request: &Request, body: &mut RequestBody, types: &[&str]) -> poem::Result<Bytes> {
    if let Some(Unfit(refusal)) = request.extensions().get() {
        return Err(refusal().into());
    }
    let bytes = match body.take() {
        Ok(body) => body.into_bytes().await?,
        Err(_) => Bytes::new(),
    };
    let is_typed = request.content_type().is_some();
    if types.iter().any(|it| is_of_type(request, it)) || (bytes.is_empty() && !is_typed) {
        Ok(bytes)
    } else {
        Err(unsupported_media_type().into())
    }
}

fn fields(bytes: &[u8]) -> Value {
    let fields = url::form_urlencoded::parse(bytes);
    fields.map(|(name, text)| (name.into_owned(), Value::from(&*text))).collect()
}

fn json(bytes: &[u8]) -> poem::Result<Value> {
    serde_json::from_slice(bytes).map_err(|error| invalid_json(&error).into())
}

fn checked<T: Checked>(request: &Request, value: Value) -> poem::Result<T> {
    let document = request
        .data::<Arc<Document>>()
        .ok_or_else(|| Error::internal("the document is not among the request's data"))?;
    let mut wrong = document.problems(&T::name(), &value);
    T::check(&value, &mut wrong);
    if !wrong.is_empty() {
        return Err(Error::invalid_fields(wrong).into());
    }
    T::parse_from_json(Some(value))
        .map_err(|error| Error::invalid("body", error.into_message()).into())
}

/// With whatever parameters: JSON is UTF-8 by RFC 8259, section 8.1, and forms are by the URL Standard, section 5.1.
pub fn is_of_type(request: &Request, wanted: &str) -> bool {
    let media_type = request.content_type().and_then(|text| text.split(';').next());
    media_type.is_some_and(|media_type| media_type.trim().eq_ignore_ascii_case(wanted))
}

/// A successful answer: `{"data": …}`.
pub struct Data<T>(pub T);

#[derive(Serialize)]
struct Wrapped<T> {
    data: T,
}

impl<T: Serialize + Send> IntoResponse for Data<T> {
    fn into_response(self) -> Response {
        match serde_json::to_string(&Wrapped { data: self.0 }) {
            Ok(text) => Response::builder()
                .content_type("application/json")
                // Whatever is said here is for one visitor.
                .header(header::CACHE_CONTROL, "no-store")
                .body(text),
            Err(error) => super::error::Refusal::Ours(error.into()).into_response(),
        }
    }
}

impl<T: Type> ApiResponse for Data<T> {
    fn meta() -> MetaResponses {
        MetaResponses { responses: vec![success(200, T::schema_ref())] }
    }

    fn register(registry: &mut Registry) {
        T::register(registry);
    }
}

/// [`Data`] that was taken in, not yet worked on: 202.
pub struct Accepted<T>(pub T);

impl<T: Serialize + Send> IntoResponse for Accepted<T> {
    fn into_response(self) -> Response {
        Data(self.0).into_response().with_status(poem::http::StatusCode::ACCEPTED).into_response()
    }
}

impl<T: Type> ApiResponse for Accepted<T> {
    fn meta() -> MetaResponses {
        MetaResponses { responses: vec![success(202, T::schema_ref())] }
    }

    fn register(registry: &mut Registry) {
        T::register(registry);
    }
}

fn success(status: u16, schema: MetaSchemaRef) -> MetaResponse {
    let wrapped = MetaSchema {
        required: vec!["data"],
        properties: vec![("data", schema)],
        ..MetaSchema::new("object")
    };
    MetaResponse {
        description: "",
        status: Some(status),
        status_range: None,
        content: vec![MetaMediaType {
            content_type: "application/json",
            schema: MetaSchemaRef::Inline(Box::new(wrapped)),
        }],
        headers: Vec::new(),
    }
}

//! Bodies: what comes in is read up to a limit, parsed, and held against the very schema that the OpenAPI document
//! shows, so that every wrong field is named at once; what goes out is wrapped in `data`.

use std::sync::Arc;

use poem::{IntoResponse, Request, RequestBody, Response, http::header};
use poem_openapi::{
    ApiExtractor, ApiExtractorType, ApiResponse, ExtractParamOptions,
    registry::{
        MetaMediaType, MetaRequest, MetaResponse, MetaResponses, MetaSchema, MetaSchemaRef,
        Registry,
    },
    types::{ParseFromJSON, Type},
};
use serde::Serialize;
use serde_json::Value;

use super::{
    document::Document,
    error::{invalid_json, unsupported_media_type},
};
use crate::error::Error;

/// Bytes of a request's body.
pub const LARGEST: usize = 64 * 1024;

/// A request's JSON body, valid by its schema.
pub struct Body<T>(pub T);

impl<'a, T: ParseFromJSON> ApiExtractor<'a> for Body<T> {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::RequestObject];

    type ParamType = ();
    type ParamRawType = ();

    fn register(registry: &mut Registry) {
        T::register(registry);
    }

    fn request_meta() -> Option<MetaRequest> {
        Some(MetaRequest {
            description: None,
            content: vec![MetaMediaType {
                content_type: "application/json",
                schema: T::schema_ref(),
            }],
            required: true,
        })
    }

    async fn from_request(
        request: &'a Request,
        body: &mut RequestBody,
        _: ExtractParamOptions<Self::ParamType>,
    ) -> poem::Result<Self> {
        if !is_json(request) {
            return Err(unsupported_media_type().into());
        }
        // The gate has read it, up to its limit.
        let bytes = body.take()?.into_bytes().await?;
        let value: Value = serde_json::from_slice(&bytes).map_err(|error| invalid_json(&error))?;
        let document = request
            .data::<Arc<Document>>()
            .ok_or_else(|| Error::internal("the document is not among the request's data"))?;
        let wrong = document.problems(&T::name(), &value);
        if !wrong.is_empty() {
            return Err(Error::invalid_fields(wrong).into());
        }
        T::parse_from_json(Some(value))
            .map(Self)
            .map_err(|error| Error::invalid("body", error.into_message()).into())
    }
}

/// `application/json`, with whatever parameters: JSON is UTF-8 by RFC 8259, section 8.1.
fn is_json(request: &Request) -> bool {
    let media_type = request.content_type().and_then(|text| text.split(';').next());
    media_type.is_some_and(|media_type| media_type.trim().eq_ignore_ascii_case("application/json"))
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

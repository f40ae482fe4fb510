//! The OpenAPI document: what the code declares, completed with all that the code cannot say; served once made; and
//! the very schemas that request bodies are held against, so that document and server cannot differ.

mod complete;
mod examples;
mod schema;

use std::sync::{Arc, OnceLock};

use poem::{Request, Response, handler, web::Data};
use poem_openapi::OpenApiService;
use serde_json::Value;

use super::assets::{Asset, asset};
use crate::error::{Fields, Result};

const HTML: &str = "text/html; charset=utf-8";

pub struct Document {
    schemas: schema::Schemas,
    /// Path templates with their methods.
    paths: Vec<(String, Vec<String>)>,
    json: Asset,
    /// 1.6 MB: made when somebody looks at it.
    page: OnceLock<Asset>,
}

impl Document {
    /// # Errors
    /// When the specification is not as its generator promises: our own mistake, found at the start.
    pub fn new(specification: &str) -> Result<Self> {
        let mut whole: Value = serde_json::from_str(specification)?;
        complete::complete(&mut whole);
        let text = serde_json::to_string_pretty(&whole)?;
        Ok(Self {
            schemas: schema::Schemas::new(&whole["components"]["schemas"])?,
            paths: whole["paths"].as_object().map(paths).unwrap_or_default(),
            json: Asset::made("application/json", text.into_bytes()),
            page: OnceLock::new(),
        })
    }

    /// What is wrong with a value of the named schema, by field; empty when it is valid.
    pub fn problems(&self, schema: &str, value: &Value) -> Fields {
        self.schemas.problems(schema, value)
    }

    /// The methods that a path answers to, for `Allow`.
    pub fn methods(&self, path: &str) -> String {
        let path = ["/api/v1", "/v1"].iter().find_map(|prefix| path.strip_prefix(prefix));
        let fits = |template: &str| path.is_some_and(|path| fits(template, path));
        let known = self.paths.iter().find(|(template, _)| fits(template));
        known.map_or_else(|| "GET, HEAD".to_owned(), |(_, methods)| methods.join(", "))
    }
}

/// `/openapi.json`
#[handler]
pub fn json(request: &Request, document: Data<&Arc<Document>>) -> Response {
    asset(request, &document.json)
}

/// `/docs`: the document as a page to try it out, complete in itself.
#[handler]
pub fn page(request: &Request, document: Data<&Arc<Document>>) -> Response {
    let page = document
        .page
        .get_or_init(|| Asset::made_compressed(HTML, swagger_ui(&document.json.text())));
    let mut response = asset(request, page);
    // Swagger UI is one page with its script and style inside, and reaches only this server.
    response.headers_mut().insert(
        poem::http::header::CONTENT_SECURITY_POLICY,
        poem::http::HeaderValue::from_static(
            "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:; \
             font-src data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        ),
    );
    response
}

/// Swagger UI with the specification inside.
fn swagger_ui(specification: &str) -> Vec<u8> {
    // Its generator takes a service: an empty one, whose specification is then exchanged for the completed one.
    let empty = OpenApiService::new((), "Frontdesk", env!("CARGO_PKG_VERSION"));
    let html = empty.swagger_ui_html();
    // Inside a script element, a closing tag in a text would end the element.
    html.replace(&empty.spec(), &specification.replace("</", "<\\/")).into_bytes()
}

fn paths(paths: &serde_json::Map<String, Value>) -> Vec<(String, Vec<String>)> {
    let methods = |operations: &Value| {
        let mut methods: Vec<String> = operations
            .as_object()
            .into_iter()
            .flat_map(serde_json::Map::keys)
            .map(|method| method.to_uppercase())
            .collect();
        methods.push("OPTIONS".to_owned());
        methods
    };
    paths.iter().map(|(path, operations)| (path.clone(), methods(operations))).collect()
}

/// Whether a path is one of a template's, such as `/messages/{id}/feedback`.
fn fits(template: &str, path: &str) -> bool {
    let (mut wanted, mut found) = (template.split('/'), path.split('/'));
    loop {
        match (wanted.next(), found.next()) {
            (None, None) => return true,
            (Some(wanted), Some(found)) if wanted == found || wanted.starts_with('{') => {}
            _ => return false,
        }
    }
}

//! The OpenAPI document: what the code declares, completed with all that the code cannot say; served once made; and
//! the very schemas that request bodies are held against, so that document and server cannot differ.

mod codes;
mod complete;
mod examples;
mod schema;

use std::sync::Arc;

use poem::{
    Request, Response, handler,
    http::{HeaderValue, header},
    web::{Data, Path},
};
use serde_json::Value;

use super::assets::{Asset, asset, read_only};
use crate::{
    error::{Error, Fields, Result},
    id::AgentId,
};

/// What the document says first.
pub const INTRODUCTION: &str = include_str!("document/intro.md");

pub struct Document {
    schemas: schema::Schemas,
    /// Path templates with their methods.
    paths: Vec<(String, Vec<String>)>,
    json: Asset,
}

impl Document {
    /// With a demo's agent in its examples, where there is one, so that they can be tried out as they stand; another's
    /// id is its owner's to tell.
    ///
    /// # Errors
    /// When the specification is not as its generator promises: our own mistake, found at the start.
    pub fn new(specification: &str, agent: Option<AgentId>) -> Result<Self> {
        let mut whole: Value = serde_json::from_str(specification)?;
        complete::complete(&mut whole);
        let text = serde_json::to_string_pretty(&whole)?;
        let text = match agent {
            Some(agent) => text.replace(examples::AGENT_ID, &agent.to_string()),
            None => text,
        };
        Ok(Self {
            schemas: schema::Schemas::new(&whole["components"]["schemas"])?,
            paths: whole["paths"].as_object().map(paths).unwrap_or_default(),
            json: Asset::made("application/json", text.into_bytes()),
        })
    }

    /// What is wrong with a value of the named schema, by field; empty when it is valid.
    pub fn problems(&self, schema: &str, value: &Value) -> Fields {
        self.schemas.problems(schema, value)
    }

    /// The methods that a path answers to, for `Allow`.
    pub fn methods(&self, path: &str) -> String {
        if path.starts_with("/chat/") {
            return "GET, HEAD, POST".to_owned();
        }
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
pub fn page(request: &Request) -> poem::Result<Response> {
    let page = Asset::carried("docs/page.html").ok_or_else(nothing)?;
    let mut response = asset(request, &page);
    // Swagger UI sets styles of its own, and reaches only this server.
    response.headers_mut().insert(
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(
            "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
             font-src data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        ),
    );
    Ok(response)
}

/// `/docs/{path}`: what the page is made of.
#[handler]
pub fn part(request: &Request, Path(path): Path<String>) -> poem::Result<Response> {
    let part = Asset::carried(&format!("docs/{path}")).ok_or_else(nothing)?;
    read_only(request, asset(request, &part))
}

fn nothing() -> Error {
    Error::not_found("not_found", "The documentation has no such part.")
}

fn paths(paths: &serde_json::Map<String, Value>) -> Vec<(String, Vec<String>)> {
    let methods = |operations: &Value| {
        let mut methods: Vec<String> = operations
            .as_object()
            .into_iter()
            .flat_map(serde_json::Map::keys)
            .map(|method| method.to_uppercase())
            .collect();
        if methods.iter().any(|method| method == "GET") {
            methods.push("HEAD".to_owned());
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_example_fits_its_schema() {
        let text = crate::http::widget::service().spec();
        let document = Document::new(&text, None).expect("a document");
        let whole: Value = serde_json::from_str(&document.json.text()).expect("JSON");
        let mut looked_at = 0;
        let mut fits = |schema: &Value, example: &Value, place: &str| {
            let name = schema["$ref"].as_str().and_then(|it| it.rsplit('/').next()).expect(place);
            assert_eq!(document.problems(name, example), Fields::new(), "{place}");
            looked_at += 1;
        };
        let operations =
            whole["paths"].as_object().expect("paths").iter().flat_map(|(path, it)| {
                it.as_object().expect("methods").iter().map(move |(method, it)| (path, method, it))
            });
        for (path, method, operation) in operations {
            let place = format!("{method} {path}");
            for media in operation["requestBody"]["content"].as_object().into_iter().flatten() {
                fits(&media.1["schema"], &media.1["example"], &place);
            }
            for (status, response) in operation["responses"].as_object().expect("responses") {
                let media = &response["content"]["application/json"];
                for example in media["examples"].as_object().into_iter().flatten() {
                    fits(&media["schema"], &example.1["value"], &format!("{place} {status}"));
                }
                match &media["schema"]["properties"]["data"] {
                    Value::Null if media["example"].is_null() => {}
                    Value::Null => fits(&media["schema"], &media["example"], &place),
                    data => fits(data, &media["example"]["data"], &place),
                }
            }
            let streamed =
                operation["responses"]["200"]["content"]["text/event-stream"]["example"].as_str();
            for frame in streamed.unwrap_or_default().split_terminator("\n\n") {
                let frame = frame.strip_prefix("data: ").expect("a data line");
                let frame: Value = serde_json::from_str(frame).expect("JSON");
                let mapping =
                    &whole["components"]["schemas"]["StreamEvent"]["discriminator"]["mapping"];
                let kind = frame["event"].as_str().expect("a kind");
                let schema = serde_json::json!({"$ref": mapping[kind]});
                fits(&schema, &frame, &place);
            }
        }
        assert!(looked_at > 100, "{looked_at}");
    }
}

//! The OpenAPI document: what the code declares, completed with what each endpoint may refuse; served once made; and
//! the very schemas that request bodies are held against, so that document and server cannot differ.

use std::{
    collections::HashMap,
    sync::{Arc, OnceLock},
};

use poem::{Request, Response, handler, web::Data};
use poem_openapi::OpenApiService;
use regex::Regex;
use serde_json::{Value, json};

use super::assets::{Asset, asset};
use crate::error::{Error, Fields, Result};

/// A status with its codes.
type Refusal = (u16, &'static [&'static str]);

/// What each endpoint, by path and method, may answer beside success and what all of its kind may answer.
const REFUSALS: &[(&str, &str, &[Refusal])] = &[
    ("/widget/init", "post", &[(403, &["origin_forbidden"]), (404, &["agent_not_found"])]),
    ("/widget/config", "get", &[(403, &["origin_forbidden"]), (404, &["agent_not_found"])]),
    ("/widget/messages/stream", "post", &[(409, &["turn_in_progress"])]),
    ("/widget/messages", "post", &[(409, &["turn_in_progress"]), (502, &["answer_failed"])]),
];

/// What a text that does not match is told, in a person's words.
const PATTERNS: [(&str, &str); 5] = [
    (r"^https?://[^\s]+$", "must be an http or https URL"),
    (r"^\s*[^@\s]+@[^@\s]+\.[^@\s]+\s*$", "is not an e-mail address"),
    ("^[A-Za-z0-9_-]{1,64}$", "must be 1 to 64 letters, digits, - or _"),
    ("^[a-z][a-z0-9_.]{0,63}$", "must be 1 to 64 of a-z, 0-9, _ and ., beginning with a letter"),
    ("^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$", "must be a BCP 47 language, such as de or pt-BR"),
];

const HTML: &str = "text/html; charset=utf-8";

pub struct Document {
    schemas: serde_json::Map<String, Value>,
    /// Compiled once, by their text.
    patterns: HashMap<String, Regex>,
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
        complete(&mut whole);
        let schemas = whole["components"]["schemas"].as_object().cloned().unwrap_or_default();
        let mut patterns = HashMap::new();
        collect_patterns(&whole["components"]["schemas"], &mut patterns)?;
        let paths = whole["paths"].as_object().map(paths).unwrap_or_default();
        let text = serde_json::to_string_pretty(&whole)?;
        Ok(Self {
            schemas,
            patterns,
            paths,
            json: Asset::made("application/json", text.into_bytes()),
            page: OnceLock::new(),
        })
    }

    /// What is wrong with a value of the named schema, by field; empty when it is valid.
    pub fn problems(&self, schema: &str, value: &Value) -> Fields {
        let mut wrong = Fields::new();
        if let Some(schema) = self.schemas.get(schema) {
            self.check(schema, value, "", &mut wrong);
        }
        wrong
    }

    /// The methods that a path answers to, for `Allow`.
    pub fn methods(&self, path: &str) -> String {
        let path = ["/api/v1", "/v1"].iter().find_map(|prefix| path.strip_prefix(prefix));
        let fits = |template: &str| path.is_some_and(|path| fits(template, path));
        let known = self.paths.iter().find(|(template, _)| fits(template));
        known.map_or_else(|| "GET, HEAD".to_owned(), |(_, methods)| methods.join(", "))
    }

    fn check(&self, schema: &Value, value: &Value, place: &str, wrong: &mut Fields) {
        if let Some(name) = schema["$ref"].as_str().and_then(|path| path.rsplit('/').next()) {
            if let Some(schema) = self.schemas.get(name) {
                self.check(schema, value, place, wrong);
            }
            return;
        }
        if let Some(all) = schema["allOf"].as_array() {
            for schema in all {
                self.check(schema, value, place, wrong);
            }
        }
        let mut refuse = |problem: String| {
            let place = if place.is_empty() { "body" } else { place };
            wrong.entry(place.to_owned()).or_default().push(problem);
        };
        if !has_type(schema, value) {
            let expected = schema["type"].as_str().unwrap_or_default();
            return refuse(format!("must be of type {expected}"));
        }
        match value {
            Value::String(text) => {
                if let Some(problem) = self.problem_of_text(schema, text) {
                    refuse(problem);
                }
            }
            Value::Array(items) => {
                let most = schema["maxItems"].as_u64().unwrap_or(u64::MAX);
                let least = schema["minItems"].as_u64().unwrap_or(0);
                if !(least..=most).contains(&(items.len() as u64)) {
                    refuse(format!("must have {least} to {most} entries"));
                } else if schema["items"].is_object() {
                    for (index, item) in items.iter().enumerate() {
                        self.check(&schema["items"], item, &format!("{place}[{index}]"), wrong);
                    }
                }
            }
            Value::Object(fields) => {
                let inside = |name: &str| {
                    if place.is_empty() { name.to_owned() } else { format!("{place}.{name}") }
                };
                for name in
                    schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str)
                {
                    if fields.get(name).is_none_or(Value::is_null) {
                        wrong.entry(inside(name)).or_default().push("is required".into());
                    }
                }
                for (name, value) in fields.iter().filter(|(_, value)| !value.is_null()) {
                    if let Some(schema) = schema["properties"].get(name) {
                        self.check(schema, value, &inside(name), wrong);
                    }
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    fn problem_of_text(&self, schema: &Value, text: &str) -> Option<String> {
        let characters = text.chars().count() as u64;
        let most = schema["maxLength"].as_u64().unwrap_or(u64::MAX);
        let least = schema["minLength"].as_u64().unwrap_or(0);
        if characters > most {
            return Some(format!("has {characters} characters; at most {most} are allowed"));
        }
        if characters < least {
            return Some(format!("must have at least {least} characters"));
        }
        if let Some(choices) = schema["enum"].as_array()
            && !choices.iter().any(|choice| choice == text)
        {
            let choices: Vec<_> = choices.iter().filter_map(Value::as_str).collect();
            return Some(format!("must be one of {}", choices.join(", ")));
        }
        let pattern = schema["pattern"].as_str()?;
        let matches = self.patterns.get(pattern)?.is_match(text);
        (!matches).then(|| {
            let known = PATTERNS.iter().find(|(known, _)| *known == pattern);
            known.map_or_else(
                || format!("must match {pattern}"),
                |(_, problem)| (*problem).to_owned(),
            )
        })
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

fn complete(whole: &mut Value) {
    whole["components"]["schemas"]["Problem"] = problem_schema();
    let Some(paths) = whole["paths"].as_object_mut() else { return };
    for (path, methods) in paths {
        for (method, operation) in methods.as_object_mut().into_iter().flatten() {
            let mut refusals: Vec<(u16, Vec<&str>)> =
                vec![(500, vec!["internal"]), (503, vec!["unavailable"])];
            if operation["requestBody"].is_object() {
                refusals.push((400, vec!["invalid_json"]));
                refusals.push((413, vec!["payload_too_large"]));
                refusals.push((415, vec!["unsupported_media_type"]));
                refusals.push((422, vec!["validation_failed"]));
            }
            if operation["parameters"].as_array().is_some_and(|list| !list.is_empty()) {
                refusals.push((422, vec!["validation_failed"]));
            }
            if operation["security"].is_array() {
                refusals.push((401, vec!["invalid_token"]));
                refusals.push((403, vec!["origin_forbidden"]));
                refusals.push((404, vec!["agent_not_found"]));
            }
            let own = REFUSALS.iter().find(|(at, with, _)| at == path && with == method);
            for (status, codes) in own.map_or(&[][..], |(_, _, own)| own) {
                refusals.push((*status, codes.to_vec()));
            }
            for (status, codes) in refusals {
                operation["responses"][status.to_string()] = json!({
                    "description": codes.iter().map(|code| format!("`{code}`")).collect::<Vec<_>>().join(", "),
                    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
                });
            }
        }
    }
}

fn problem_schema() -> Value {
    json!({
        "type": "object",
        "description": "What went wrong, in a form that never changes: `code` for programs, `message` for people.",
        "required": ["error"],
        "properties": {"error": {
            "type": "object",
            "required": ["code", "message"],
            "properties": {
                "code": {"type": "string"},
                "message": {"type": "string"},
                "fields": {
                    "type": "object",
                    "description": "With `validation_failed`: the problems of each wrong field.",
                    "additionalProperties": {"type": "array", "items": {"type": "string"}}
                }
            }
        }}
    })
}

fn collect_patterns(value: &Value, into: &mut HashMap<String, Regex>) -> Result<()> {
    match value {
        Value::Object(fields) => {
            if let Some(pattern) = fields.get("pattern").and_then(Value::as_str) {
                let compiled = Regex::new(pattern).map_err(Error::internal)?;
                into.insert(pattern.to_owned(), compiled);
            }
            fields.values().try_for_each(|value| collect_patterns(value, into))
        }
        Value::Array(items) => items.iter().try_for_each(|item| collect_patterns(item, into)),
        _ => Ok(()),
    }
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

fn has_type(schema: &Value, value: &Value) -> bool {
    match schema["type"].as_str() {
        Some("string") => value.is_string(),
        Some("boolean") => value.is_boolean(),
        Some("integer") => value.is_i64() || value.is_u64(),
        Some("number") => value.is_number(),
        Some("array") => value.is_array(),
        Some("object") => value.is_object(),
        _ => true,
    }
}

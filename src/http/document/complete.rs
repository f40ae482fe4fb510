//! What the code cannot say by itself: which values a text may have, what may be null, what each endpoint refuses, and
//! with which headers. Tables, for people to review; `tests/snapshots/openapi.json` shows what comes of them.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::{codes, examples};
use crate::access::identity;

/// An absolute web address without blanks or control characters.
/// Written so that every engine of regular expressions reads it alike: `\s` differs from one to the next.
const WEB_URL: &str =
    r"^https?://[^\x00-\x20\x7f-\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+$";
/// Something before an at sign and a dotted name after it, blanks around allowed; `desk/leads.rs` asks for no more.
const EMAIL: &str = crate::desk::leads::EMAIL;
const ULID: &str = "^[0-9A-HJKMNP-TV-Z]{26}$";
const ANON_ID: &str = "^[A-Za-z0-9_-]{1,64}$";
/// A connection's id, as the realtime socket tells it.
const SOCKET_ID: &str = r"^[0-9]{1,20}\.[0-9]{1,20}$";
/// RFC 5646, section 2.1, as far as its form goes.
const LOCALE: &str = "^([A-Za-z]{2,8}|[IXix]-[A-Za-z0-9]{1,8})(-[A-Za-z0-9]{1,8})*$";
const CHANNEL: &str = "^private-conversation\\.[0-9A-HJKMNP-TV-Z]{26}$";
/// Not only blanks.
const SAYS_SOMETHING: &str =
    r"[^\x00\t-\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]";

/// What a text that does not match is told, in a person's words.
pub const PATTERNS: [(&str, &str); 8] = [
    (WEB_URL, "must be an http or https URL"),
    (EMAIL, "is not an e-mail address"),
    (SAYS_SOMETHING, "must have 1 to 4000 characters"),
    (SOCKET_ID, "must be two numbers with a dot between, as the socket told it"),
    (CHANNEL, "must be private-conversation. and the conversation's id"),
    (ANON_ID, "must be 1 to 64 letters, digits, - or _"),
    ("^[a-z][a-z0-9_.]{0,63}$", "must be 1 to 64 of a-z, 0-9, _ and ., beginning with a letter"),
    (LOCALE, "must be a BCP 47 language, such as de or pt-BR"),
];

/// Schema, property, and what is added to the property.
fn properties() -> Vec<(&'static str, &'static str, Value)> {
    let any = json!({});
    vec![
        ("InitRequest", "agent_id", json!({"maxLength": 64})),
        ("InitRequest", "page_url", json!({"maxLength": 2048, "pattern": WEB_URL})),
        ("InitRequest", "anon_id", json!({"pattern": ANON_ID})),
        ("InitRequest", "locale", json!({"maxLength": 35, "pattern": LOCALE})),
        ("InitRequest", "identity_token", json!({"maxLength": identity::LONGEST})),
        ("InitRequest", "traits", json!({"type": "object", "additionalProperties": true})),
        ("MessageRequest", "message", json!({"minLength": 1, "pattern": SAYS_SOMETHING})),
        ("MessageRequest", "page_url", json!({"maxLength": 2048, "pattern": WEB_URL})),
        ("MessageRequest", "client_message_id", json!({"minLength": 1, "maxLength": 64})),
        (
            "MessageRequest",
            "page_context",
            // Of no type, as whatever comes is taken.
            json!({"properties": {
                "title": any, "description": any, "canonical": any, "headings": any, "text": any,
                "json_ld": any, "og": any,
            }}),
        ),
        ("LeadRequest", "email", json!({"maxLength": 254, "pattern": EMAIL})),
        ("LeadRequest", "name", json!({"maxLength": 200})),
        ("LeadRequest", "phone", json!({"maxLength": 200})),
        (
            "LeadRequest",
            "fields",
            json!({"maxProperties": 20, "additionalProperties": {"maxLength": 4000}}),
        ),
        ("EventsRequest", "event", json!({"pattern": "^[a-z][a-z0-9_.]{0,63}$"})),
        ("EventsRequest", "rule_id", json!({"maxLength": 64})),
        ("EventsRequest", "metadata", json!({"type": "object", "additionalProperties": true})),
        ("EventsRequest", "events", json!({"maxItems": 50})),
        ("Event", "event", json!({"pattern": "^[a-z][a-z0-9_.]{0,63}$"})),
        ("Event", "rule_id", json!({"maxLength": 64})),
        ("Event", "metadata", json!({"type": "object", "additionalProperties": true})),
        ("HumanRequest", "reason", json!({"maxLength": 500})),
        ("ChannelRequest", "socket_id", json!({"pattern": SOCKET_ID})),
        ("ChannelRequest", "channel_name", json!({"pattern": CHANNEL})),
        ("SatisfactionRequest", "comment", json!({"maxLength": 500})),
        ("Message", "role", json!({"enum": ["user", "assistant", "human-agent"]})),
        ("Messages", "status", json!({"enum": STATUSES})),
        ("ConversationState", "status", json!({"enum": STATUSES})),
        ("HumanRequested", "status", json!({"enum": ["waiting", "human", "offline"]})),
        ("HumanRequested", "opens_at", json!({"format": "date-time"})),
        ("HandoffEvent", "opens_at", json!({"format": "date-time"})),
        ("LeadResponse", "status", json!({"enum": ["created", "updated"]})),
        (
            "LeadField",
            "type",
            json!({"enum": ["text", "email", "tel", "textarea", "select", "checkbox"]}),
        ),
        ("Agent", "id", json!({"pattern": ULID})),
        ("Theme", "primary", json!({"pattern": COLOUR})),
        ("Theme", "accent", json!({"pattern": COLOUR})),
        ("Theme", "position", json!({"enum": ["bottom-right", "bottom-left"]})),
        ("Theme", "scheme", json!({"enum": ["auto", "light", "dark"]})),
        ("Branding", "display_mode", json!({"enum": ["label", "logo_only", "logo_and_label"]})),
        ("Reverb", "scheme", json!({"enum": ["ws", "wss"]})),
        ("Answer", "handoff", json!({"enum": ["waiting", "human", "offline"]})),
        ("HandoffEvent", "status", json!({"enum": ["waiting", "human", "offline"]})),
        ("SuggestionsEvent", "suggestions", json!({"minItems": 1, "maxItems": 4})),
        ("Cta", "buttons", json!({"minItems": 1, "maxItems": 2})),
        ("CtaButton", "do", json!({"enum": ["link", "message", "lead", "human", "dismiss"]})),
        ("Message", "id", json!({"pattern": ULID})),
        ("Citation", "id", json!({"minimum": 1})),
        ("Answer", "conversation_id", json!({"pattern": ULID})),
        ("DoneEvent", "conversation_id", json!({"pattern": ULID})),
        ("DoneEvent", "message_id", json!({"pattern": ULID})),
        ("InitResponse", "messages", json!({"maxItems": 30})),
        ("InitResponse", "behavior_rules", json!({"maxItems": 20})),
        ("LauncherConfig", "behavior_rules", json!({"maxItems": 20})),
        ("Messages", "messages", json!({"maxItems": 100})),
        ("EventsResponse", "accepted", json!({"minimum": 0, "maximum": 50})),
        ("HumanRequested", "timeout_seconds", json!({"minimum": 1})),
        ("Reverb", "port", json!({"minimum": 1, "maximum": 65_535})),
        ("Message", "created_at", json!({"format": "date-time"})),
        ("Cleared", "cleared_at", json!({"format": "date-time"})),
        ("InitResponse", "expires_at", json!({"format": "date-time"})),
        ("InitResponse", "conversation_id", json!({"pattern": ULID})),
        ("InitResponse", "visitor_id", json!({"pattern": ULID})),
        ("InitResponse", "anonymous_id", json!({"pattern": ANON_ID})),
        ("ErrorEvent", "code", json!({"enum": BREAKS_OFF})),
        ("Answer", "message_id", json!({"pattern": ULID})),
        ("LeadResponse", "lead_id", json!({"pattern": ULID})),
    ]
}

/// As `agent set` takes it.
const COLOUR: &str = "^#([0-9A-Fa-f]{3}|[0-9A-Fa-f]{6})$";
const STATUSES: [&str; 4] = ["bot", "waiting", "human", "offline"];

/// Left out rather than null.
const LEFT_OUT: [(&str, &str); 3] = [
    ("HumanRequested", "timeout_seconds"),
    ("HumanRequested", "opens_at"),
    ("HandoffEvent", "opens_at"),
];

/// Of a token endpoint that answers questions.
const QUOTAS: [&str; 3] =
    ["conversation_budget_exceeded", "message_quota_exceeded", "plan_limit_reached"];

/// How a stream may end without `done`.
const BREAKS_OFF: [&str; 7] = [
    "answer_failed",
    "unavailable",
    "internal",
    "invalid_token",
    "conversation_budget_exceeded",
    "message_quota_exceeded",
    "plan_limit_reached",
];

/// A status with its code, by path and method, beside what all of a kind may answer.
const REFUSALS: &[(&str, &str, u16, &str)] = &[
    ("/widget/init", "post", 403, "origin_forbidden"),
    ("/widget/init", "post", 403, "identity_invalid"),
    ("/widget/init", "post", 403, "identity_expired"),
    ("/widget/init", "post", 404, "agent_not_found"),
    ("/widget/init", "post", 429, "rate_limited"),
    ("/widget/init", "post", 429, "plan_limit_reached"),
    ("/widget/config", "get", 403, "origin_forbidden"),
    ("/widget/config", "get", 404, "agent_not_found"),
    ("/widget/config", "get", 429, "rate_limited"),
    ("/widget/messages/stream", "post", 409, "turn_in_progress"),
    ("/widget/messages", "post", 409, "turn_in_progress"),
    ("/widget/messages", "post", 502, "answer_failed"),
    ("/widget/messages/{message_id}/feedback", "post", 404, "not_found"),
    ("/widget/conversation/messages", "get", 404, "not_found"),
    ("/widget/broadcasting/auth", "post", 404, "conversation_not_found"),
];

pub fn complete(whole: &mut Value) {
    if let Some(schemas) = whole["components"]["schemas"].as_object_mut() {
        for (name, schema) in schemas.iter_mut() {
            complete_schema(name, schema);
        }
        for (schema, property, addition) in properties() {
            let place = &mut schemas[schema]["properties"][property];
            if let (Some(place), Some(addition)) = (place.as_object_mut(), addition.as_object()) {
                place.extend(addition.clone());
            }
        }
        schemas.insert("Problem".into(), problem());
    }
    let Some(paths) = whole["paths"].as_object_mut() else { return };
    for (path, methods) in paths {
        for (method, operation) in methods.as_object_mut().into_iter().flatten() {
            complete_operation(path, method, operation);
        }
    }
}

fn complete_schema(name: &str, schema: &mut Value) {
    // One of them, by its `event`.
    if name == "StreamEvent"
        && let Some(any) = schema.as_object_mut().and_then(|schema| schema.remove("anyOf"))
    {
        schema["oneOf"] = any;
    }
    // Each kind has its own words.
    if name.starts_with("StreamEvent_")
        && let Some(schema) = schema.as_object_mut()
    {
        schema.remove("description");
    }
    if name == "EventsRequest" {
        schema["oneOf"] = json!([{"required": ["event"]}, {"required": ["events"]}]);
    }
    let required: Vec<Value> = schema["required"].as_array().cloned().unwrap_or_default();
    let is_request = name.ends_with("Request") || name == "Event";
    let mut always_sent = required.clone();
    let properties = schema.get_mut("properties").and_then(Value::as_object_mut);
    for (property, place) in properties.into_iter().flatten() {
        let is_left_out = LEFT_OUT.contains(&(name, property.as_str()));
        let chooses = name == "EventsRequest" && (property == "event" || property == "events");
        let has_default = place.get("default").is_some();
        if required.iter().any(|name| name == property) || is_left_out || chooses || has_default {
            continue;
        }
        if let Some(reference) = place.as_object_mut().and_then(|place| place.remove("$ref")) {
            place["allOf"] = json!([{"$ref": reference}]);
        }
        place["nullable"] = Value::Bool(true);
        if !is_request {
            always_sent.push(Value::from(property.as_str()));
        }
    }
    if !is_request && !always_sent.is_empty() {
        schema["required"] = Value::from(always_sent);
    }
}

fn complete_operation(path: &str, method: &str, operation: &mut Value) {
    let mut refusals: BTreeMap<u16, BTreeSet<&str>> = BTreeMap::new();
    let mut refuse = |status: u16, code: &'static str| {
        refusals.entry(status).or_default().insert(code);
    };
    refuse(405, "method_not_allowed");
    refuse(500, "internal");
    refuse(503, "unavailable");
    let asks_for_body = operation["requestBody"].is_object();
    refuse(400, "invalid_request");
    if method != "get" {
        // Of a body that nobody asked for, too.
        refuse(400, "invalid_json");
        refuse(413, "payload_too_large");
        refuse(415, "unsupported_media_type");
    }
    if asks_for_body {
        refuse(422, "validation_failed");
    }
    if operation["parameters"].as_array().is_some_and(|list| !list.is_empty()) {
        refuse(422, "validation_failed");
    }
    let parameters = operation.get_mut("parameters").and_then(Value::as_array_mut);
    for parameter in parameters.into_iter().flatten() {
        // Of the others only the visitor knows one.
        if parameter["name"] == "agent_id" {
            parameter["example"] = Value::from(examples::AGENT_ID);
        }
    }
    let takes_token = operation["security"].is_array();
    if takes_token {
        refuse(401, "invalid_token");
        refuse(403, "origin_forbidden");
        refuse(404, "agent_not_found");
        refuse(429, "rate_limited");
    }
    if matches!(path, "/widget/messages" | "/widget/messages/stream") {
        for code in QUOTAS {
            refuse(429, code);
        }
    }
    for (at, with, status, code) in REFUSALS {
        if at == &path && with == &method {
            refuse(*status, code);
        }
    }
    let is_limited = takes_token || matches!(path, "/widget/init" | "/widget/config");
    let example = examples::answer(path, method);
    for (status, response) in operation["responses"].as_object_mut().into_iter().flatten() {
        response["description"] = Value::from(if status == "202" { "Taken in" } else { "Done" });
        response["headers"] = headers(status.parse().unwrap_or(200), is_limited);
        for media in response["content"].as_object_mut().into_iter().flat_map(Map::values_mut) {
            media["example"] = example.clone().unwrap_or_default();
        }
    }
    if path == "/widget/messages" {
        operation["responses"]["200"]["headers"]["Server-Timing"] = json!({
            "description": "`retrieve`, `first` and `total`, from the beginning of the turn until the passages were found, \
                            the first word was there, and the last. Not for an answer that is told again.",
            "schema": {"type": "string"},
        });
    }
    for (status, codes) in refusals {
        operation["responses"][status.to_string()] = json!({
            "description": codes::words(&codes),
            "headers": headers(status, is_limited),
            "content": {"application/json": {
                "schema": {"$ref": "#/components/schemas/Problem"},
                "examples": codes::examples(&codes),
            }}
        });
    }
    if path == "/widget/config" {
        operation["responses"]["304"] = json!({
            "description": "Not changed since the tag of `If-None-Match`",
            "headers": headers(304, is_limited),
        });
    }
    if path == "/widget/messages/stream" {
        // One event as it is on the wire, the way OpenAPI 3.2 describes a stream's items.
        operation["responses"]["200"]["content"]["text/event-stream"]["schema"] = json!({
            "type": "object",
            "required": ["data"],
            "properties": {"data": {
                "type": "string",
                "contentMediaType": "application/json",
                "contentSchema": {"$ref": "#/components/schemas/StreamEvent"},
            }}
        });
    }
    if let Some(example) = examples::request(path, method) {
        let media = operation["requestBody"]["content"].as_object_mut();
        for media in media.into_iter().flat_map(Map::values_mut) {
            media["example"] = example.clone();
        }
    }
}

fn headers(status: u16, is_limited: bool) -> Value {
    let header = |description: &str, kind: &str| json!({"description": description, "schema": {"type": kind}});
    let mut headers = Map::new();
    let mut add = |name: &str, value: Value| {
        headers.insert(name.to_owned(), value);
    };
    add("X-Request-Id", header("The request's id, kept if it came with one", "string"));
    if is_limited {
        add("X-RateLimit-Limit", header("Hits allowed in a minute", "integer"));
        add("X-RateLimit-Remaining", header("Hits left in this minute", "integer"));
        add("X-RateLimit-Reset", header("When the minute ends, in Unix seconds", "integer"));
    }
    match status {
        401 => add("WWW-Authenticate", header("`Bearer`", "string")),
        405 => add("Allow", header("The methods that there are", "string")),
        429 | 503 => add("Retry-After", header("Whole seconds, at least 1", "integer")),
        _ => {}
    }
    Value::Object(headers)
}

fn problem() -> Value {
    json!({
        "type": "object",
        "description": "What went wrong, in a form that never changes: `code` for programs, `message` for people.",
        "required": ["error"],
        "properties": {"error": {
            "type": "object",
            "description": "Always there, and nothing beside it.",
            "required": ["code", "message"],
            "properties": {
                "code": {
                    "type": "string", "enum": codes::all(),
                    "description": "For programs; it never changes.",
                },
                "message": {"type": "string", "description": "For people: what to do about it."},
                "fields": {
                    "type": "object",
                    "description": "With `validation_failed`: the problems of each wrong field, by its name, such as `events[1].event`.",
                    "additionalProperties": {"type": "array", "items": {"type": "string"}}
                }
            }
        }}
    })
}

//! The errors by their codes: when each is said, and what it sounds like.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

/// Code, when it is said, and a message that comes with it.
const CODES: &[(&str, &str, &str)] = &[
    (
        "invalid_json",
        "the body does not parse, or did not come whole",
        "The body is not JSON in UTF-8: it goes wrong in line 1, column 2.",
    ),
    (
        "invalid_request",
        "the request is no HTTP as it should be, such as without a Host, or with two",
        "The request must have exactly one Host header, with the name or address of the server.",
    ),
    (
        "invalid_token",
        "the token is missing, malformed or expired, or its visitor was erased: ask `/init` for a new one",
        "The token is missing, wrong or expired. Ask /init for a new one.",
    ),
    (
        "origin_forbidden",
        "the request comes from a website that the agent's owner did not allow",
        "This agent does not answer on the origin https://www.shop.example. Its owner can allow it: \
         frontdesk agent allow 01JZ8QK3T5W7Y9ABCDEFGHJKMN 'https://www.shop.example'",
    ),
    (
        "identity_invalid",
        "the `identity_token` is not signed with the agent's secret, or says too little",
        "identity_token is not signed with this agent's secret.",
    ),
    (
        "identity_expired",
        "the `identity_token` is older than ten minutes: let the site sign again",
        "identity_token is over: it is good for ten minutes after `iat`, and not past `exp`. Sign a new one.",
    ),
    (
        "agent_not_found",
        "there is no such agent, or it is not published",
        "There is no published agent with this id. Check the data-agent-id of the script tag, and publish the agent.",
    ),
    (
        "conversation_not_found",
        "the channel is of another conversation than the token",
        "The token is good for one conversation, and this channel is not of that one.",
    ),
    ("not_found", "nothing has this id or this address", "There is no message with this id."),
    (
        "method_not_allowed",
        "the path answers to other methods, which `Allow` names",
        "This address does not answer to this method; the Allow header names those it does.",
    ),
    (
        "turn_in_progress",
        "the message before is still being answered. The same `client_message_id` is no second message: it reads along",
        "The message before this one is still being answered. Send it again when that is done.",
    ),
    ("payload_too_large", "the body is larger than 64 KiB", "The body is larger than 64 KiB."),
    (
        "unsupported_media_type",
        "the body comes as something else than JSON",
        "The body must be JSON: send it with Content-Type: application/json.",
    ),
    (
        "validation_failed",
        "well-formed, but with wrong values; `fields` names each of them, all at once",
        "page_url must be an http or https URL",
    ),
    (
        "rate_limited",
        "too often; go on after `Retry-After`",
        "Too many requests. Wait as long as the Retry-After header says.",
    ),
    (
        "plan_limit_reached",
        "the workspace used up its conversations of this month. Running ones go on",
        "This month's conversations are used up. New ones can begin next month.",
    ),
    (
        "conversation_budget_exceeded",
        "the conversation used up what it may in 24 hours",
        "This conversation has used up its budget for today. It can go on tomorrow.",
    ),
    (
        "message_quota_exceeded",
        "the workspace used up its messages of this month",
        "This month's messages are used up. The desk answers again next month.",
    ),
    (
        "internal",
        "our fault, and logged with the request's id",
        "Something went wrong on our side. It has been logged.",
    ),
    (
        "answer_failed",
        "the answer broke off; the question is stored",
        "The answer broke off. Please ask again.",
    ),
    (
        "unavailable",
        "nothing can be stored now; nothing is half stored. Try again after `Retry-After`",
        "Nothing can be stored just now. Try again in a moment.",
    ),
];

/// All that there are.
pub fn all() -> Vec<&'static str> {
    CODES.iter().map(|(code, ..)| *code).collect()
}

/// When these are said.
pub fn words(codes: &BTreeSet<&str>) -> String {
    let lines = known(codes).map(|(code, when, _)| format!("`{code}`: {when}"));
    if codes.len() == 1 {
        lines.collect()
    } else {
        lines.map(|line| format!("- {line}\n")).collect()
    }
}

/// A body for each.
pub fn examples(codes: &BTreeSet<&str>) -> Value {
    let body = |code: &str, message: &str| {
        let mut error = json!({"code": code, "message": message});
        if code == "validation_failed" {
            error["fields"] = json!({"page_url": ["must be an http or https URL"]});
        }
        json!({"value": {"error": error}})
    };
    let examples = known(codes).map(|(code, _, message)| ((*code).to_owned(), body(code, message)));
    Value::Object(examples.collect::<Map<_, _>>())
}

fn known(
    codes: &BTreeSet<&str>,
) -> impl Iterator<Item = &'static (&'static str, &'static str, &'static str)> {
    CODES.iter().filter(|(code, ..)| codes.contains(code))
}

//! The wire of Anthropic's Messages API, version 2023-06-01.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use url::Url;

use super::{
    Failure, Speaker,
    model::{Asked, below, error_name},
    prompt::Written,
    speech::Heard,
};
use crate::config::Secret;

const VERSION: &str = "2023-06-01";

/// Where the settings give none.
const MAX_TOKENS: u32 = 1024;

/// `{base}/v1/messages`; a base that ends in `/v1` already is fine too.
pub fn endpoint(base: &Url) -> Url {
    let has_version = base.path().trim_end_matches('/').ends_with("/v1");
    below(base, if has_version { "messages" } else { "v1/messages" })
}

pub fn headers(key: Option<&Secret>) -> Vec<(&'static str, String)> {
    let key = key.map(|key| ("x-api-key", key.expose().to_owned()));
    std::iter::once(("anthropic-version", VERSION.to_owned())).chain(key).collect()
}

pub fn body(asked: &Asked, prompt: &Written) -> Vec<u8> {
    let body = Body {
        model: &asked.model,
        system: &prompt.system,
        messages: turns(prompt),
        temperature: asked.temperature.map(|temperature| temperature.min(1.0)),
        // This API answers nothing without.
        max_tokens: asked.max_tokens.unwrap_or(MAX_TOKENS),
        stream: true,
    };
    serde_json::to_vec(&body).unwrap_or_default()
}

/// This API wants the visitor to begin; who speaks twice in a row is heard as one.
fn turns(prompt: &Written) -> Vec<Message<'_>> {
    let mut turns: Vec<Message<'_>> = Vec::with_capacity(prompt.messages.len());
    for said in prompt.messages.iter().skip_while(|said| said.role == Speaker::Desk) {
        let role = match said.role {
            Speaker::Visitor => "user",
            Speaker::Desk => "assistant",
        };
        match turns.last_mut().filter(|last| last.role == role) {
            Some(last) => {
                last.content = Cow::Owned(format!("{}\n\n{}", last.content, said.content));
            }
            None => turns.push(Message { role, content: Cow::Borrowed(&said.content) }),
        }
    }
    turns
}

#[derive(Serialize)]
struct Body<'a> {
    model: &'a str,
    system: &'a str,
    messages: Vec<Message<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    temperature: Option<f32>,
    max_tokens: u32,
    stream: bool,
}

#[derive(Serialize)]
struct Message<'a> {
    role: &'static str,
    content: Cow<'a, str>,
}

/// Why the model stopped, where it had more to say: it used the tokens that it was allowed.
const CUT: &str = r#""max_tokens""#;

/// Reads one event's data.
pub fn read(data: &str, heard: &mut Heard) -> Result<(), Failure> {
    let event: Event<'_> = serde_json::from_str(data)
        .map_err(|_| Failure::new("an event that is no message event"))?;
    match &*event.kind {
        "message_start" => {
            if let Some(usage) = event.message.and_then(|message| message.usage) {
                heard.usage = Some((usage.input_tokens, usage.output_tokens));
            }
        }
        "content_block_delta" => {
            if let Some(Text(text)) = event.delta.and_then(|delta| delta.text) {
                heard.say(&text);
            }
        }
        "message_delta" => {
            let reason = event.delta.and_then(|delta| delta.stop_reason);
            heard.complete |= reason.is_some();
            heard.is_cut |= reason.is_some_and(|reason| reason.get() == CUT);
            if let Some(usage) = event.usage {
                let input = heard.usage.map_or(usage.input_tokens, |(input, _)| input);
                heard.usage = Some((input, usage.output_tokens));
            }
        }
        "message_stop" => heard.over = true,
        "error" => {
            let name = event.error.map_or_else(String::new, |error| error_name(error.get()));
            return Err(Failure::new(format!("an error within the stream: {name}")));
        }
        // Pings, blocks that begin and end, and what comes in later versions.
        _ => {}
    }
    Ok(())
}

#[derive(Deserialize)]
struct Event<'a> {
    #[serde(borrow, rename = "type")]
    kind: Cow<'a, str>,
    #[serde(borrow, default)]
    delta: Option<Delta<'a>>,
    #[serde(default)]
    message: Option<Begun>,
    #[serde(default)]
    usage: Option<Usage>,
    #[serde(borrow, default)]
    error: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Delta<'a> {
    #[serde(borrow, default)]
    text: Option<Text<'a>>,
    #[serde(borrow, default)]
    stop_reason: Option<&'a RawValue>,
}

/// Of its own type, because serde borrows in a `Cow` only at the top of a field.
#[derive(Deserialize)]
struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

#[derive(Deserialize)]
struct Begun {
    #[serde(default)]
    usage: Option<Usage>,
}

#[derive(Deserialize)]
struct Usage {
    #[serde(default)]
    input_tokens: u32,
    #[serde(default)]
    output_tokens: u32,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answer::prompt::Message as Said;

    #[test]
    fn text_usage_and_end_are_heard() {
        let mut heard = Heard::default();
        for event in [
            r#"{"type":"message_start","message":{"id":"x","usage":{"input_tokens":12,"output_tokens":1}}}"#,
            r#"{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}"#,
            r#"{"type":"ping"}"#,
            r#"{"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"Hm."}}"#,
            r#"{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Gr\u00fcezi"}}"#,
            r#"{"type":"content_block_stop","index":0}"#,
            r#"{"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":3}}"#,
            r#"{"type":"message_stop"}"#,
        ] {
            read(event, &mut heard).unwrap();
        }
        assert_eq!((heard.text.as_str(), heard.usage), ("Grüezi", Some((12, 3))));
        assert!(heard.complete && heard.over && !heard.is_cut);
        let cut = r#"{"type":"message_delta","delta":{"stop_reason":"max_tokens"},"usage":{"output_tokens":3}}"#;
        assert!(read(cut, &mut heard).is_ok() && heard.is_cut);
        let error = r#"{"type":"error","error":{"type":"overloaded_error","message":"sk-1"}}"#;
        assert!(
            read(error, &mut heard)
                .is_err_and(|failure| failure.reason.ends_with(": overloaded_error"))
        );
        assert!(read("<html>", &mut heard).is_err());
    }

    #[test]
    fn the_visitor_begins_and_nobody_speaks_twice_in_a_row() {
        let said = |role, content: &str| Said { role, content: content.to_owned() };
        let prompt = Written {
            system: String::new(),
            messages: vec![
                said(Speaker::Desk, "Hello!"),
                said(Speaker::Visitor, "a"),
                said(Speaker::Visitor, "b"),
                said(Speaker::Desk, "c"),
                said(Speaker::Visitor, "d"),
            ],
        };
        let turns: Vec<_> =
            turns(&prompt).into_iter().map(|turn| (turn.role, turn.content.into_owned())).collect();
        let expected = [("user", "a\n\nb"), ("assistant", "c"), ("user", "d")];
        assert_eq!(turns, expected.map(|(role, content)| (role, content.to_owned())));
    }

    #[test]
    fn the_endpoint_is_found_from_either_base() {
        for base in ["https://api.example/", "https://api.example/v1"] {
            assert_eq!(
                endpoint(&base.parse().unwrap()).as_str(),
                "https://api.example/v1/messages"
            );
        }
    }
}

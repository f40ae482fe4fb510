//! The wire of `OpenAI`'s chat completions, which Ollama, llama.cpp, vLLM, `OpenRouter` and many others speak too.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use url::Url;

use super::{
    Failure, Speaker,
    model::{Asked, error_name},
    prompt::Written,
    speech::Heard,
};
use crate::config::Secret;

/// `{base}/chat/completions`.
pub fn endpoint(base: &Url) -> Url {
    super::model::below(base, "chat/completions")
}

pub fn headers(key: Option<&Secret>) -> Vec<(&'static str, String)> {
    key.map(|key| ("authorization", format!("Bearer {}", key.expose()))).into_iter().collect()
}

pub fn body(asked: &Asked, prompt: &Written) -> Vec<u8> {
    let system = Message { role: "system", content: &prompt.system };
    let said = prompt.messages.iter().map(|said| Message {
        role: match said.role {
            Speaker::Visitor => "user",
            Speaker::Desk => "assistant",
        },
        content: &said.content,
    });
    let body = Body {
        model: &asked.model,
        messages: std::iter::once(system).chain(said).collect(),
        temperature: asked.temperature,
        max_tokens: asked.max_tokens,
        stream: true,
        stream_options: StreamOptions { include_usage: true },
    };
    serde_json::to_vec(&body).unwrap_or_default()
}

#[derive(Serialize)]
struct Body<'a> {
    model: &'a str,
    messages: Vec<Message<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    temperature: Option<f32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_tokens: Option<u32>,
    stream: bool,
    stream_options: StreamOptions,
}

#[derive(Serialize)]
struct StreamOptions {
    include_usage: bool,
}

#[derive(Serialize)]
struct Message<'a> {
    role: &'a str,
    content: &'a str,
}

/// Why the model stopped, where it had more to say: it used the tokens that it was allowed.
const CUT: &str = r#""length""#;

/// Reads one event's data.
pub fn read(data: &str, heard: &mut Heard) -> Result<(), Failure> {
    if data.trim() == "[DONE]" {
        heard.over = true;
        return Ok(());
    }
    let chunk: Chunk<'_> = serde_json::from_str(data)
        .map_err(|_| Failure::new("an event that is no chat completion chunk"))?;
    if let Some(error) = chunk.error {
        return Err(Failure::new(format!(
            "an error within the stream: {}",
            error_name(error.get())
        )));
    }
    for choice in chunk.choices.into_iter().flatten() {
        if let Some(Text(text)) = choice.delta.and_then(|delta| delta.content) {
            heard.say(&text);
        }
        heard.complete |= choice.finish_reason.is_some();
        heard.is_cut |= choice.finish_reason.is_some_and(|reason| reason.get() == CUT);
    }
    if let Some(usage) = chunk.usage {
        heard.usage =
            Some((usage.prompt_tokens.unwrap_or(0), usage.completion_tokens.unwrap_or(0)));
    }
    Ok(())
}

#[derive(Deserialize)]
struct Chunk<'a> {
    #[serde(borrow, default)]
    choices: Option<Vec<Choice<'a>>>,
    #[serde(default)]
    usage: Option<Usage>,
    #[serde(borrow, default)]
    error: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Choice<'a> {
    #[serde(borrow, default)]
    delta: Option<Delta<'a>>,
    #[serde(borrow, default)]
    finish_reason: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Delta<'a> {
    #[serde(borrow, default)]
    content: Option<Text<'a>>,
}

/// Of its own type, because serde borrows in a `Cow` only at the top of a field.
#[derive(Deserialize)]
struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

#[derive(Deserialize)]
struct Usage {
    #[serde(default)]
    prompt_tokens: Option<u32>,
    #[serde(default)]
    completion_tokens: Option<u32>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heard(events: &[&str]) -> Result<Heard, Failure> {
        let mut heard = Heard::default();
        for event in events {
            read(event, &mut heard)?;
        }
        Ok(heard)
    }

    #[test]
    fn null_is_as_good_as_nothing() {
        let said = r#"{"choices":[{"delta":{"content":"Hi."},"finish_reason":"stop"}]}"#;
        let heard = heard(&[
            said,
            r#"{"choices":null,"usage":{"prompt_tokens":null,"completion_tokens":3}}"#,
        ]);
        let heard = heard.unwrap();
        assert_eq!((heard.text.as_str(), heard.usage, heard.complete), ("Hi.", Some((0, 3)), true));
    }

    #[test]
    fn text_usage_and_end_are_heard() {
        let heard = heard(&[
            r#"{"id":"x","choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}],"usage":null}"#,
            r#"{"choices":[{"delta":{"reasoning_content":"Hm.","content":null}}],"error":null}"#,
            r#"{"choices":[{"delta":{"content":"Gr\u00fcezi"}}],"unknown":[1,{}]}"#,
            r#"{"choices":[{"delta":{"content":"!"},"finish_reason":"stop"}]}"#,
            r#"{"choices":[],"usage":{"prompt_tokens":12,"completion_tokens":3,"total_tokens":15}}"#,
            "[DONE]",
        ])
        .unwrap();
        assert_eq!(heard.text, "Grüezi!");
        assert_eq!(heard.usage, Some((12, 3)));
        assert!(heard.complete && heard.over && !heard.is_cut);
    }

    #[test]
    fn an_answer_without_room_for_its_end_is_known() {
        let end = r#"{"choices":[{"delta":{},"finish_reason":"length"}]}"#;
        assert!(heard(&[end]).unwrap().is_cut);
    }

    #[test]
    fn garbage_and_errors_are_failures() {
        assert!(heard(&["<html>"]).is_err());
        assert!(heard(&["[1]"]).is_err());
        let failure = heard(&[r#"{"error":{"message":"key sk-123 is bad","type":"overloaded"}}"#])
            .err()
            .unwrap();
        assert!(failure.reason.contains("overloaded") && !failure.reason.contains("sk-123"));
    }
}

//! A language model behind HTTP: asks it, waits for its first words, and leaves it alone while it keeps failing.

use std::time::{Duration, Instant};

use reqwest::{Client, Response, StatusCode, header};
use tokio::time::{Instant as Deadline, timeout_at};
use url::Url;

use super::{
    Failure, Prompt, anthropic,
    breaker::Breaker,
    openai,
    prompt::{self, Written},
    speech::{Heard, Speech},
};
use crate::{
    config::{Llm, LlmApi, Secret},
    error::{Error, Result},
};

/// Of the body of a refusal, this much is looked at for the name of the error. In bytes.
const REFUSAL: usize = 8 * 1024;

/// What is asked beside the prompt.
pub struct Asked {
    pub model: String,
    pub max_tokens: u32,
    pub temperature: f32,
}

/// In which dialect a model is spoken to.
#[derive(Debug, Clone, Copy)]
pub enum Wire {
    OpenAi,
    Anthropic,
}

impl Wire {
    /// Reads one event's data.
    pub fn read(self, data: &str, heard: &mut Heard) -> Result<(), Failure> {
        match self {
            Self::OpenAi => openai::read(data, heard),
            Self::Anthropic => anthropic::read(data, heard),
        }
    }
}

pub struct Model {
    wire: Wire,
    client: Client,
    endpoint: Url,
    key: Option<Secret>,
    asked: Asked,
    first_token_timeout: Duration,
    token_timeout: Duration,
    breaker: Breaker,
}

/// The HTTP client of all models: no proxy, no redirects, no compression that would hold tokens back.
pub fn client() -> Result<Client> {
    Client::builder()
        .no_proxy()
        .no_gzip()
        .no_brotli()
        .redirect(reqwest::redirect::Policy::none())
        .tcp_nodelay(true)
        .tcp_keepalive(Duration::from_secs(30))
        .pool_idle_timeout(Duration::from_mins(1))
        .pool_max_idle_per_host(256)
        .build()
        .map_err(Error::internal)
}

impl Model {
    pub fn new(llm: &Llm, url: &Url, client: Client) -> Self {
        let (wire, endpoint) = match llm.api {
            LlmApi::OpenAi => (Wire::OpenAi, openai::endpoint(url)),
            LlmApi::Anthropic => (Wire::Anthropic, anthropic::endpoint(url)),
        };
        Self {
            wire,
            client,
            endpoint,
            key: llm.key.clone(),
            asked: Asked {
                model: llm.model.clone(),
                max_tokens: llm.max_tokens,
                temperature: llm.temperature,
            },
            first_token_timeout: llm.first_token_timeout,
            token_timeout: llm.token_timeout,
            breaker: Breaker::default(),
        }
    }

    pub fn name(&self) -> &str {
        &self.asked.model
    }

    /// Asks, and waits for the first words. None when the model is skipped because it keeps failing.
    pub async fn ask(&self, prompt: &Prompt) -> Option<Result<(String, Speech), Failure>> {
        if !self.breaker.allows(Instant::now()) {
            return None;
        }
        let deadline = Deadline::now() + self.first_token_timeout;
        let written = prompt::write(prompt);
        let heard = match timeout_at(deadline, self.connect(&written)).await {
            Ok(Ok(response)) => {
                let mut speech = Speech::new(self.wire, response, deadline, self.token_timeout);
                match speech.next().await {
                    Some(Ok(text)) => Ok((text, speech)),
                    Some(Err(failure)) => Err(failure),
                    None => Err(Failure::new("it finished without a word")),
                }
            }
            Ok(Err(failure)) => Err(failure),
            Err(_) => Err(Failure::new("no answer within the time to the first token")),
        };
        match &heard {
            Ok(_) => self.breaker.spoke(),
            Err(_) => self.breaker.failed(Instant::now()),
        }
        Some(heard)
    }

    async fn connect(&self, prompt: &Written) -> Result<Response, Failure> {
        let ask = match self.wire {
            Wire::OpenAi => openai::request,
            Wire::Anthropic => anthropic::request,
        };
        let request = ask(&self.client, &self.endpoint, self.key.as_ref(), &self.asked, prompt);
        let response = request
            .header(header::ACCEPT, "text/event-stream")
            .send()
            .await
            .map_err(|error| Failure::new(network(&error)))?;
        let status = response.status();
        if status != StatusCode::OK {
            return Err(refusal(status, response).await);
        }
        let kind = response.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
        if kind.is_some_and(|kind| kind.to_ascii_lowercase().starts_with("text/event-stream")) {
            Ok(response)
        } else {
            Err(Failure::new("the response is no event stream"))
        }
    }
}

/// `path` below the base, whether or not that ends in a slash.
pub fn below(base: &Url, path: &str) -> Url {
    let mut url = base.clone();
    url.set_path(&format!("{}/{path}", base.path().trim_end_matches('/')));
    url
}

/// What an error in JSON calls itself, made harmless: its message may quote keys or the prompt, so it is not looked at.
pub fn error_name(json: &str) -> String {
    let error: serde_json::Value = serde_json::from_str(json).unwrap_or_default();
    let error = error.get("error").unwrap_or(&error);
    ["code", "type", "status"]
        .iter()
        .filter_map(|&field| error.get(field).and_then(serde_json::Value::as_str))
        .find(|name| {
            name.len() <= 64
                && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte))
        })
        .unwrap_or("without a name")
        .to_owned()
}

async fn refusal(status: StatusCode, mut response: Response) -> Failure {
    let mut body = Vec::new();
    while let Ok(Some(bytes)) = response.chunk().await {
        body.extend_from_slice(&bytes);
        if body.len() > REFUSAL {
            break;
        }
    }
    Failure::new(format!(
        "HTTP {}, error {}",
        status.as_u16(),
        error_name(&String::from_utf8_lossy(&body))
    ))
}

/// The kind of a network error and its innermost cause, without the URL.
pub fn network(error: &reqwest::Error) -> String {
    let kind = if error.is_connect() { "cannot connect" } else { "the connection broke" };
    let mut cause: &dyn std::error::Error = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    format!("{kind}: {cause}")
}

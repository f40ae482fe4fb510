//! A language model behind HTTP: asks it, waits for its first words, and leaves it alone while it keeps failing.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use tokio::time::{Instant as Deadline, timeout_at};
use url::Url;

use super::{
    Failure, anthropic,
    breaker::Breaker,
    http::{Body, Client, Endpoint, HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    openai,
    prompt::Written,
    speech::{Heard, Speech},
};
use crate::config::{self, LlmApi};

/// Of the body of a refusal, this much is looked at for the name of the error. In bytes.
const REFUSAL: usize = 8 * 1024;

/// What is asked beside the prompt.
pub struct Asked {
    pub model: String,
    pub max_tokens: Option<u32>,
    pub temperature: Option<f32>,
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
    name: String,
    wire: Wire,
    endpoint: Endpoint,
    asked: Asked,
    first_token_timeout: Duration,
    token_timeout: Duration,
    breaker: Breaker,
    /// Of all models that the same server serves with the same key.
    provider: Arc<Breaker>,
}

/// A model that said nothing.
struct Refused {
    failure: Failure,
    /// It is the server that fails, or the key: its other models would fail too.
    is_providers: bool,
}

impl Refused {
    fn by_model(reason: impl Into<String>) -> Self {
        Self { failure: Failure::new(reason), is_providers: false }
    }

    fn by_provider(reason: impl Into<String>) -> Self {
        Self { failure: Failure::new(reason), is_providers: true }
    }
}

impl Model {
    pub fn new(model: &config::Model, provider: Arc<Breaker>, client: &Client) -> Self {
        let key = model.key.as_ref();
        let (wire, url, own) = match model.api {
            LlmApi::OpenAi => (Wire::OpenAi, openai::endpoint(&model.url), openai::headers(key)),
            LlmApi::Anthropic => {
                (Wire::Anthropic, anthropic::endpoint(&model.url), anthropic::headers(key))
            }
        };
        Self {
            name: model.name.clone(),
            wire,
            endpoint: client.endpoint(&url, &headers(model, own)),
            asked: Asked {
                model: model.model.clone(),
                max_tokens: model.max_tokens,
                temperature: model.temperature,
            },
            first_token_timeout: model.first_token_timeout,
            token_timeout: model.token_timeout,
            breaker: Breaker::default(),
            provider,
        }
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    /// Asks, and waits for the first words. None when the model is skipped because it keeps failing.
    pub async fn ask(&self, written: &Written) -> Option<Result<(String, Speech), Failure>> {
        let now = Instant::now();
        if self.breaker.rests(now) || self.provider.rests(now) {
            return None;
        }
        if !(self.breaker.allows(now) && self.provider.allows(now)) {
            return None;
        }
        let deadline = Deadline::now() + self.first_token_timeout;
        let heard = match timeout_at(deadline, self.connect(written, deadline)).await {
            Ok(Ok(mut speech)) => match speech.next().await {
                Some(Ok(text)) => Ok((text, speech)),
                Some(Err(failure)) => Err(Refused { failure, is_providers: false }),
                None => Err(Refused::by_model("it finished without a word")),
            },
            Ok(Err(refused)) => Err(refused),
            Err(_) => Err(Refused::by_provider("no answer within the time to the first token")),
        };
        match &heard {
            Ok(_) => {
                self.breaker.spoke();
                self.provider.spoke();
            }
            Err(refused) => {
                self.breaker.failed(Instant::now());
                if refused.is_providers {
                    self.provider.failed(Instant::now());
                }
            }
        }
        Some(heard.map_err(|refused| refused.failure))
    }

    async fn connect(&self, written: &Written, deadline: Deadline) -> Result<Speech, Refused> {
        let body = match self.wire {
            Wire::OpenAi => openai::body(&self.asked, written),
            Wire::Anthropic => anthropic::body(&self.asked, written),
        };
        // In a box of its own, which is gone once the model speaks.
        let response = Box::pin(self.endpoint.post(body)).await;
        let response = response.map_err(|error| Refused::by_provider(error.to_string()))?;
        let status = response.status;
        if status != StatusCode::OK {
            let is_providers = status.is_server_error()
                || matches!(status, StatusCode::UNAUTHORIZED | StatusCode::TOO_MANY_REQUESTS);
            return Err(Refused { failure: refusal(status, response.body).await, is_providers });
        }
        let kind = response.headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
        if kind.is_some_and(|kind| kind.to_ascii_lowercase().starts_with("text/event-stream")) {
            Ok(Speech::new(self.wire, response.body, deadline, self.token_timeout, written.bytes()))
        } else {
            Err(Refused::by_model("the response is no event stream"))
        }
    }
}

/// What the protocol says, and what the configuration says beside or instead.
fn headers(model: &config::Model, own: Vec<(&'static str, String)>) -> HeaderMap {
    let always =
        [(header::CONTENT_TYPE, "application/json"), (header::ACCEPT, "text/event-stream")];
    let mut headers: HeaderMap =
        always.map(|(name, value)| (name, HeaderValue::from_static(value))).into_iter().collect();
    let own = own.iter().map(|(name, value)| (*name, value.as_str()));
    let extra = model.headers.iter().map(|(name, value)| (name.as_str(), value.expose()));
    for (name, value) in own.chain(extra) {
        let parts = (HeaderName::from_bytes(name.as_bytes()), HeaderValue::from_str(value));
        if let (Ok(name), Ok(value)) = parts {
            headers.insert(name, value);
        } else {
            tracing::warn!(model = model.name, header = name, "not sent: it is no header");
        }
    }
    headers
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

async fn refusal(status: StatusCode, mut body: Body) -> Failure {
    let mut said = Vec::new();
    while let Ok(Some(bytes)) = body.chunk().await {
        said.extend_from_slice(&bytes);
        if said.len() > REFUSAL {
            break;
        }
    }
    Failure::new(format!(
        "HTTP {}, error {}",
        status.as_u16(),
        error_name(&String::from_utf8_lossy(&said))
    ))
}

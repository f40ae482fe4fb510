//! What a text means, as a vector: from the model inside this program, from an endpoint, or not at all. Nothing here
//! fails a search: who gets no vector goes on with words alone, and an endpoint that is down is left alone for a while.

use std::{
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use reqwest::{Client, header};
use serde::Deserialize;
use serde_json::json;
use url::Url;

use super::{minilm, vectors};
use crate::{
    config::{Embed, EmbedKind, Secret},
    error::{Error, Result},
};

/// Languages that the model inside was trained with; pages of no known language are mostly short English ones.
const ENGLISH: &[&str] = &["en", "und"];
/// How long a visitor waits for the endpoint before words alone must do.
const QUESTION: Duration = Duration::from_secs(2);
const PASSAGES: Duration = Duration::from_mins(1);
/// How long an endpoint that failed is left alone.
const REST: Duration = Duration::from_secs(30);
/// Of an endpoint's answer, in bytes.
const ANSWER: usize = 64 * 1024 * 1024;
/// Characters of a question that are embedded.
const LONGEST: usize = 1200;

/// Cheap to clone.
#[derive(Clone)]
pub(super) struct Embedder(Arc<Kind>);

enum Kind {
    Off,
    Builtin,
    Endpoint(Box<Endpoint>),
}

struct Endpoint {
    client: Client,
    url: Url,
    key: Option<Secret>,
    model: String,
    /// Of this model at this place: vectors of others cannot be compared.
    name: String,
    failed_at: Mutex<Option<Instant>>,
    /// It was said that it is down.
    noted: AtomicBool,
}

impl Embedder {
    pub(super) fn new(config: &Embed) -> Result<Self> {
        let kind = match (config.kind, &config.url) {
            (EmbedKind::Builtin, _) => Kind::Builtin,
            (EmbedKind::Endpoint, Some(url)) => Kind::Endpoint(Box::new(Endpoint {
                client: Client::builder()
                    .no_proxy()
                    .redirect(reqwest::redirect::Policy::none())
                    .build()
                    .map_err(Error::internal)?,
                url: endpoint(url),
                key: config.key.clone(),
                model: config.model.clone(),
                name: format!("{} at {url}", config.model),
                failed_at: Mutex::new(None),
                noted: AtomicBool::new(false),
            })),
            (EmbedKind::Endpoint, None) | (EmbedKind::Off, _) => Kind::Off,
        };
        Ok(Self(Arc::new(kind)))
    }

    /// The name that its vectors are stored under; none when there are no vectors.
    pub(super) fn name(&self) -> Option<&str> {
        match &*self.0 {
            Kind::Off => None,
            Kind::Builtin => Some(minilm::NAME),
            Kind::Endpoint(endpoint) => Some(&endpoint.name),
        }
    }

    /// Whether the distance between two vectors means what our confidence was fitted to.
    pub(super) fn is_builtin(&self) -> bool {
        matches!(&*self.0, Kind::Builtin)
    }

    /// The languages whose pages are embedded; empty means all.
    pub(super) fn languages(&self) -> &'static [&'static str] {
        if self.is_builtin() { ENGLISH } else { &[] }
    }

    /// How many texts one call of [`Embedder::passages`] is best given.
    pub(super) fn at_once(&self) -> usize {
        if self.is_builtin() { 1 } else { 32 }
    }

    /// An endpoint failed just now and is left alone.
    pub(super) fn is_resting(&self) -> bool {
        matches!(&*self.0, Kind::Endpoint(endpoint) if endpoint.is_resting())
    }

    pub(super) async fn question(&self, text: &str) -> Option<vectors::Query> {
        let text: String = text.chars().take(LONGEST).collect();
        let vector = match &*self.0 {
            Kind::Off => None,
            Kind::Builtin => tokio::task::spawn_blocking(move || minilm::embed(&text)).await.ok(),
            Kind::Endpoint(endpoint) => endpoint.ask(&[text], QUESTION).await?.pop(),
        };
        vector.map(|vector| vectors::Query::new(&vector))
    }

    /// As they are stored, one for each text; none when there is nobody to ask just now.
    pub(super) async fn passages(&self, texts: Vec<String>) -> Option<Vec<Vec<u8>>> {
        let found = match &*self.0 {
            Kind::Off => None,
            Kind::Builtin => {
                let embed =
                    move || texts.iter().map(|text| minilm::embed(text)).collect::<Vec<_>>();
                tokio::task::spawn_blocking(embed).await.ok()
            }
            Kind::Endpoint(endpoint) => endpoint.ask(&texts, PASSAGES).await,
        };
        Some(found?.iter().map(|vector| vectors::quantise(vector)).collect())
    }
}

/// What an endpoint says.
#[derive(Deserialize)]
struct Answer {
    data: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    #[serde(default)]
    index: usize,
    embedding: Vec<f32>,
}

impl Endpoint {
    fn is_resting(&self) -> bool {
        self.failed_at().is_some_and(|at| at.elapsed() < REST)
    }

    fn failed_at(&self) -> MutexGuard<'_, Option<Instant>> {
        self.failed_at.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Unit vectors, one for each text, or none at all.
    async fn ask(&self, texts: &[String], within: Duration) -> Option<Vec<Vec<f32>>> {
        if self.is_resting() {
            return None;
        }
        let asked = tokio::time::timeout(within, self.fetch(texts)).await;
        match asked.unwrap_or_else(|_| Err("did not answer in time".to_owned())) {
            Ok(found) => {
                *self.failed_at() = None;
                if self.noted.swap(false, Ordering::Relaxed) {
                    tracing::info!(url = %self.url, "the embedding endpoint answers again");
                }
                Some(found)
            }
            Err(reason) => {
                *self.failed_at() = Some(Instant::now());
                if !self.noted.swap(true, Ordering::Relaxed) {
                    tracing::warn!(url = %self.url, reason, "the embedding endpoint fails; words alone are searched");
                }
                None
            }
        }
    }

    async fn fetch(&self, texts: &[String]) -> Result<Vec<Vec<f32>>, String> {
        let body = json!({ "model": self.model, "input": texts, "encoding_format": "float" });
        let mut request = self
            .client
            .post(self.url.clone())
            .header(header::CONTENT_TYPE, "application/json")
            .body(body.to_string());
        if let Some(key) = &self.key {
            request = request.bearer_auth(key.expose());
        }
        let said = |error: reqwest::Error| error.without_url().to_string();
        let mut response = request.send().await.map_err(said)?;
        if !response.status().is_success() {
            return Err(format!("answered {}", response.status()));
        }
        let mut bytes = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(said)? {
            bytes.extend_from_slice(&chunk);
            if bytes.len() > ANSWER {
                return Err("answered too much".to_owned());
            }
        }
        let mut answer: Answer =
            serde_json::from_slice(&bytes).map_err(|error| format!("answered oddly: {error}"))?;
        if answer.data.len() != texts.len() {
            return Err(format!("gave {} vectors for {} texts", answer.data.len(), texts.len()));
        }
        answer.data.sort_by_key(|entry| entry.index);
        Ok(answer.data.into_iter().map(|entry| unit(entry.embedding)).collect())
    }
}

fn endpoint(base: &Url) -> Url {
    let mut url = base.clone();
    url.set_path(&format!("{}/embeddings", base.path().trim_end_matches('/')));
    url
}

fn unit(mut vector: Vec<f32>) -> Vec<f32> {
    let length = vector.iter().map(|value| value * value).sum::<f32>().sqrt();
    if length > 0.0 {
        for value in &mut vector {
            *value /= length;
        }
    }
    vector
}

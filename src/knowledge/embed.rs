//! What a text means, as a vector: from the model inside this program, from an endpoint, or not at all. Nothing here
//! fails a search: who gets no vector goes on with words alone, and an endpoint that is down is left alone for a while.

use std::{
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use reqwest::{Client, header};
use serde::Deserialize;
use serde_json::json;
use url::Url;

use super::{readings::Question, vectors};
use crate::{
    config::{Embed, EmbedKind, Secret},
    error::{Error, Result},
};

/// Languages that the model inside was trained with; pages of no known language are mostly short English ones.
const ENGLISH: &[&str] = &["en", "und"];
/// How long a visitor waits for the endpoint before words alone must do.
const QUESTION: Duration = Duration::from_secs(2);
const PASSAGES: Duration = Duration::from_mins(1);
/// How long an endpoint that failed is left alone: first this long, each further time in a row twice as long, at most so.
const REST: Duration = Duration::from_secs(1);
const LONGEST_REST: Duration = Duration::from_secs(30);
/// Numbers of a vector.
const DIMENSIONS: usize = 16_384;
/// Characters of a passage that an endpoint is given: many refuse what is longer than their model reads.
const PASSAGE: usize = 4000;
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
    /// When it failed last, and how often in a row.
    failed: Mutex<Option<(Instant, u32)>>,
    /// It was said that it is down.
    noted: AtomicBool,
    /// Of the vectors that it gave last; 0 before the first. Vectors of other lengths are made anew.
    dimensions: AtomicUsize,
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
                failed: Mutex::new(None),
                noted: AtomicBool::new(false),
                dimensions: AtomicUsize::new(0),
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

    /// Of its vectors as they are stored; none where they are always the same, or not known yet.
    pub(super) fn stored_bytes(&self) -> Option<usize> {
        let Kind::Endpoint(endpoint) = &*self.0 else { return None };
        let dimensions = endpoint.dimensions.load(Ordering::Relaxed);
        (dimensions > 0).then(|| vectors::stored_bytes(dimensions))
    }

    /// An endpoint failed just now and is left alone.
    pub(super) fn is_resting(&self) -> bool {
        matches!(&*self.0, Kind::Endpoint(endpoint) if endpoint.is_resting())
    }

    pub(super) async fn question(&self, text: &str) -> Option<Question> {
        let text: String = text.chars().take(LONGEST).collect();
        let (vector, words) = match &*self.0 {
            Kind::Off => return None,
            Kind::Builtin => {
                let asked = tokio::task::spawn_blocking(move || minilm::ask(&text)).await.ok()?;
                (asked.vector, asked.words)
            }
            Kind::Endpoint(endpoint) => (endpoint.ask(&[text], QUESTION).await?.pop()?, Vec::new()),
        };
        Some(Question { vector: vectors::Query::new(&vector), words })
    }

    /// As they are stored, one for each text; none when there is nobody to ask just now.
    pub(super) async fn passages(&self, texts: Vec<String>) -> Option<Vec<Vec<u8>>> {
        Some(self.vectors(texts).await?.iter().map(|vector| vectors::quantise(vector)).collect())
    }

    /// To be compared with each other, one for each text; none when there is nobody to ask just now.
    pub(super) async fn compared(
        &self,
        texts: Vec<String>,
    ) -> Option<Vec<(vectors::Query, Vec<u8>)>> {
        let texts = texts.iter().map(|text| text.chars().take(LONGEST).collect()).collect();
        let both = |vector: &Vec<f32>| (vectors::Query::new(vector), vectors::quantise(vector));
        Some(self.vectors(texts).await?.iter().map(both).collect())
    }

    async fn vectors(&self, texts: Vec<String>) -> Option<Vec<Vec<f32>>> {
        match &*self.0 {
            Kind::Off => None,
            Kind::Builtin => {
                let embed =
                    move || texts.iter().map(|text| minilm::embed(text)).collect::<Vec<_>>();
                tokio::task::spawn_blocking(embed).await.ok()
            }
            Kind::Endpoint(endpoint) => {
                let cut = |text: String| text.chars().take(PASSAGE).collect();
                let texts: Vec<String> = texts.into_iter().map(cut).collect();
                endpoint.ask(&texts, PASSAGES).await
            }
        }
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
        self.failed().is_some_and(|(at, times)| at.elapsed() < rest(times))
    }

    fn failed(&self) -> MutexGuard<'_, Option<(Instant, u32)>> {
        self.failed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Those that failed side by side failed once.
    fn note_failure(&self) {
        let mut failed = self.failed();
        let times = match *failed {
            Some((at, times)) if at.elapsed() < rest(times) => return,
            Some((_, times)) => times.saturating_add(1),
            None => 1,
        };
        *failed = Some((Instant::now(), times));
    }

    /// Unit vectors, one for each text, or none at all.
    async fn ask(&self, texts: &[String], within: Duration) -> Option<Vec<Vec<f32>>> {
        if self.is_resting() {
            return None;
        }
        let asked = tokio::time::timeout(within, self.fetch(texts)).await;
        match asked.unwrap_or_else(|_| Err("did not answer in time".to_owned())) {
            Ok(found) => {
                *self.failed() = None;
                if self.noted.swap(false, Ordering::Relaxed) {
                    tracing::info!(url = %self.url, "the embedding endpoint answers again");
                }
                Some(found)
            }
            Err(reason) => {
                self.note_failure();
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
        let dimensions = answer.data.first().map_or(0, |entry| entry.embedding.len());
        if !(1..=DIMENSIONS).contains(&dimensions) {
            return Err(format!("gave vectors of {dimensions} dimensions"));
        }
        if answer.data.iter().any(|entry| entry.embedding.len() != dimensions) {
            return Err("gave vectors of several lengths".to_owned());
        }
        let before = self.dimensions.swap(dimensions, Ordering::Relaxed);
        if before != 0 && before != dimensions {
            // All are made anew, and not again and again at once where it cannot make up its mind.
            return Err(format!("gave vectors of {dimensions} dimensions, after {before}"));
        }
        answer.data.sort_by_key(|entry| entry.index);
        Ok(answer.data.into_iter().map(|entry| unit(entry.embedding)).collect())
    }
}

fn rest(times: u32) -> Duration {
    LONGEST_REST.min(REST * 2_u32.saturating_pow(times.saturating_sub(1).min(8)))
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

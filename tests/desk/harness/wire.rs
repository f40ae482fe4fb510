//! HTTP as a custom client speaks it, with the contract's envelope checked on the way.

use std::sync::{LazyLock, Mutex};

use serde_json::Value;

use super::{Log, process::PATIENCE};

/// The way to one desk; it follows a restart to the new port.
pub struct Wire {
    base: Mutex<String>,
    private: Mutex<Vec<String>>,
    pub log: Log,
    client: reqwest::Client,
}

pub struct Request<'a> {
    wire: &'a Wire,
    inner: reqwest::RequestBuilder,
}

pub struct Response {
    pub status: u16,
    pub headers: reqwest::header::HeaderMap,
    pub body: String,
}

impl Wire {
    pub fn new(log: Log) -> Self {
        static CRYPTOGRAPHY: LazyLock<()> = LazyLock::new(|| {
            let _ = rustls::crypto::ring::default_provider().install_default();
        });
        LazyLock::force(&CRYPTOGRAPHY);
        let client =
            reqwest::Client::builder().no_proxy().no_gzip().no_brotli().timeout(PATIENCE * 3);
        Self {
            base: Mutex::default(),
            private: Mutex::default(),
            log,
            client: client.build().expect("a client"),
        }
    }

    pub fn moved_to(&self, address: &str) {
        address.clone_into(&mut self.base.lock().unwrap());
    }

    /// Such as `http://127.0.0.1:40123`.
    pub fn base(&self) -> String {
        self.base.lock().unwrap().clone()
    }

    /// Such as `127.0.0.1:40123`.
    pub fn authority(&self) -> String {
        self.base().trim_start_matches("http://").to_owned()
    }

    /// Notes words that no log line may hold. Short ones would be found by chance.
    pub fn keep_private(&self, words: &str) {
        if words.len() >= 12 {
            self.private.lock().unwrap().push(words.to_owned());
        }
    }

    pub fn private(&self) -> Vec<String> {
        self.private.lock().unwrap().clone()
    }

    pub fn request(&self, method: &str, path: &str) -> Request<'_> {
        let method = method.parse().expect("a method");
        Request { wire: self, inner: self.client.request(method, format!("{}{path}", self.base())) }
    }

    pub fn get(&self, path: &str) -> Request<'_> {
        self.request("GET", path)
    }

    pub fn post(&self, path: &str, body: &Value) -> Request<'_> {
        self.request("POST", path).body(body.to_string(), "application/json")
    }
}

impl Request<'_> {
    pub fn header(mut self, name: &str, value: &str) -> Self {
        let value = reqwest::header::HeaderValue::from_bytes(value.as_bytes());
        self.inner = self.inner.header(name, value.expect("a header's value"));
        self
    }

    pub fn origin(self, origin: &str) -> Self {
        self.header("Origin", origin)
    }

    pub fn token(self, token: &str) -> Self {
        self.header("Authorization", &format!("Bearer {token}"))
    }

    pub fn body(mut self, body: impl Into<reqwest::Body>, content_type: &str) -> Self {
        self.inner = self.inner.body(body).header("Content-Type", content_type);
        self
    }

    /// The response as soon as its headers are there.
    pub async fn open(self) -> reqwest::Response {
        let log = &self.wire.log;
        match tokio::time::timeout(PATIENCE, self.inner.send()).await {
            Ok(Ok(response)) => response,
            Ok(Err(error)) => panic!("the request failed: {error:?}\n{log}"),
            Err(elapsed) => panic!("no response in {PATIENCE:?} ({elapsed})\n{log}"),
        }
    }

    pub async fn send(self) -> Response {
        let response = self.open().await;
        Response {
            status: response.status().as_u16(),
            headers: response.headers().clone(),
            body: response.text().await.expect("a whole body"),
        }
    }
}

impl Response {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().expect("a header in ASCII"))
    }

    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body)
            .unwrap_or_else(|error| panic!("{error} in {:?}", self.body))
    }

    /// What a success of this status carries.
    #[track_caller]
    pub fn data(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.body);
        assert!(self.header("Content-Type").starts_with("application/json"), "{:?}", self.headers);
        self.json()["data"].clone()
    }

    /// The error object of a refusal, checked against the envelope; `message` must be a sentence without internals.
    #[track_caller]
    pub fn error(&self, status: u16, code: &str) -> Value {
        assert_eq!(self.status, status, "{}", self.body);
        assert!(self.header("Content-Type").starts_with("application/json"), "{:?}", self.headers);
        let body = self.json();
        let keys: Vec<_> = body.as_object().expect("an object").keys().collect();
        assert_eq!(keys, ["error"], "{body}");
        let error = body["error"].clone();
        assert_eq!(error["code"], code, "{body}");
        let message = error["message"].as_str().expect("a message");
        assert!(message.len() > 10, "{message:?} helps nobody");
        for internal in ["sqlite", "SQL", "src/", "poem", "Error {", "param0", "serde"] {
            assert!(!message.contains(internal), "{message:?} shows {internal:?}");
        }
        assert_eq!(error.get("fields").is_some(), code == "validation_failed", "{body}");
        assert_eq!(
            self.header("Retry-After").is_empty(),
            !matches!(status, 429 | 503),
            "{:?}",
            self.headers
        );
        error
    }

    /// The names of the wrong fields of a 422, in order.
    #[track_caller]
    pub fn wrong_fields(&self) -> Vec<String> {
        let error = self.error(422, "validation_failed");
        let fields = error["fields"].as_object().expect("fields");
        for (name, problems) in fields {
            let problems = problems.as_array().expect("a list of problems");
            assert!(
                !problems.is_empty() && problems.iter().all(Value::is_string),
                "{name}: {problems:?}"
            );
        }
        let mut names: Vec<_> = fields.keys().cloned().collect();
        names.sort();
        names
    }
}

//! The gate around an endpoint of the test's own: what the program's do not do.

use std::{
    io::{self, Write},
    sync::{Mutex, PoisonError},
};

use poem::{Route, post};
use serde_json::json;

use super::*;
use crate::{error::log_panics, http::widget};

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn a_panic_is_answered_like_every_refusal_and_logged_once_without_its_words() {
    let log = Log::default();
    let lines = log.clone();
    let lines = tracing_subscriber::fmt().with_ansi(false).with_writer(move || lines.clone());
    let _log = tracing::subscriber::set_default(lines.finish());
    log_panics();
    // The message of this panic is the text that was cut.
    let cuts = poem::endpoint::make(|mut request: Request| async move {
        let words = request.take_body().into_string().await?;
        Ok::<_, poem::Error>(words[..1].to_owned())
    });
    let document = Document::new(&widget::service().spec(), None).expect("a document");
    let table = Route::new().at("/v1/widget/messages", post(cuts));
    let request = Request::builder()
        .method(Method::POST)
        .uri_str("/v1/widget/messages")
        .header("host", "desk.example")
        .header("origin", "https://shop.example")
        .header("authorization", "Bearer open-sesame")
        .header("x-request-id", "the-request")
        .header("content-length", "12")
        .body("\u{e9}clair, please");
    let response = Gate::new(table, Arc::new(document)).call(request).await.expect("an answer");

    assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
    for (name, value) in [
        ("x-request-id", "the-request"),
        ("access-control-allow-origin", "https://shop.example"),
        ("content-type", "application/json"),
    ] {
        assert_eq!(response.headers()[name], value);
    }
    let body = response.into_body().into_json::<serde_json::Value>().await.expect("JSON");
    let message = "Something went wrong on our side. It has been logged.";
    assert_eq!(body, json!({"error": {"code": "internal", "message": message}}));
    let log = log.0.lock().unwrap_or_else(PoisonError::into_inner);
    let text = String::from_utf8_lossy(&log);
    let errors: Vec<&str> = text.lines().filter(|line| line.contains("ERROR")).collect();
    assert_eq!(errors.len(), 1, "{text}");
    assert!(errors[0].contains("the-request") && errors[0].contains("src/http/gate/tests.rs:"));
    assert!(!text.contains("clair") && !text.contains("sesame"), "{text}");
}

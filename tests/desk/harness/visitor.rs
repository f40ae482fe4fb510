//! A visitor: a browser on the owner's site that opened the widget and talks.

use std::sync::Arc;

use futures_util::StreamExt;
use serde_json::{Value, json};

use super::{API, Agent, Response, Wire, process::PATIENCE};

pub struct Visitor {
    pub wire: Arc<Wire>,
    pub origin: String,
    pub jwt: String,
    pub id: String,
    pub conversation: String,
    pub anonymous_id: String,
    /// All that `/init` said.
    pub greeting: Value,
}

/// A turn that was answered to its end.
#[derive(Debug)]
pub struct Answer {
    pub text: String,
    pub citations: Vec<Value>,
    pub low_confidence: bool,
    pub message_id: String,
    /// Every frame's object, in order.
    pub events: Vec<Value>,
}

/// A turn that is being answered.
pub struct Turn {
    response: reqwest::Response,
    wire: Arc<Wire>,
    buffer: Vec<u8>,
    pub events: Vec<Value>,
}

/// Where the visitor is.
pub fn page(origin: &str) -> String {
    format!("{origin}/pricing")
}

impl Visitor {
    pub async fn arrives(wire: &Arc<Wire>, agent: &Agent, more: Value) -> Self {
        let mut body = json!({"agent_id": agent.id, "page_url": page(&agent.origin)});
        body.as_object_mut().unwrap().extend(more.as_object().expect("an object").clone());
        let response = wire.post(&format!("{API}/init"), &body).origin(&agent.origin).send().await;
        let greeting = response.data(200);
        let text = |key: &str| {
            greeting[key].as_str().unwrap_or_else(|| panic!("{key} in {greeting}")).to_owned()
        };
        let jwt = text("jwt");
        wire.keep_private(&jwt);
        Self {
            wire: wire.clone(),
            origin: agent.origin.clone(),
            jwt,
            id: text("visitor_id"),
            conversation: text("conversation_id"),
            anonymous_id: text("anonymous_id"),
            greeting,
        }
    }

    /// Posts to an endpoint of the widget API, such as `/leads`, as the widget does.
    pub async fn posts(&self, endpoint: &str, body: &Value) -> Response {
        let path = format!("{API}{endpoint}");
        self.wire.post(&path, body).origin(&self.origin).token(&self.jwt).send().await
    }

    /// Sends to an endpoint of [`super::token_endpoints`], from a page of `origin`.
    pub async fn sends(&self, method: &str, path: &str, body: &Value, origin: &str) -> Response {
        let request = self.wire.request(method, path).origin(origin).token(&self.jwt);
        if body.is_null() {
            return request.send().await;
        }
        request.body(body.to_string(), "application/json").send().await
    }

    pub async fn gets(&self, path: &str) -> Response {
        self.wire.get(path).origin(&self.origin).token(&self.jwt).send().await
    }

    /// Deletes at an endpoint of the widget API.
    pub async fn deletes(&self, endpoint: &str) -> Response {
        let request = self.wire.request("DELETE", &format!("{API}{endpoint}"));
        request.origin(&self.origin).token(&self.jwt).send().await
    }

    pub fn question(&self, text: &str) -> Value {
        self.wire.keep_private(text);
        json!({"message": text, "page_url": page(&self.origin)})
    }

    /// Asks, and hears the answer to its end.
    pub async fn asks(&self, question: &str) -> Answer {
        self.begins(question).await.ends().await
    }

    /// Asks, and listens from here on.
    pub async fn begins(&self, question: &str) -> Turn {
        let body = self.question(question);
        self.begins_with(&body).await
    }

    pub async fn begins_with(&self, body: &Value) -> Turn {
        let path = format!("{API}/messages/stream");
        let response =
            self.wire.post(&path, body).origin(&self.origin).token(&self.jwt).open().await;
        let kind = response.headers().get("Content-Type").map(|kind| kind.as_bytes().to_vec());
        if !kind.is_some_and(|kind| kind.starts_with(b"text/event-stream")) {
            let (status, text) = (response.status(), response.text().await);
            panic!("a stream was expected, and came {status}: {text:?}\n{}", self.wire.log);
        }
        Turn { response, wire: self.wire.clone(), buffer: Vec::new(), events: Vec::new() }
    }
}

impl Turn {
    /// The next frame's object; none when the stream has ended cleanly. Comments pass unseen.
    pub async fn next(&mut self) -> Option<Value> {
        loop {
            if let Some(end) = self.buffer.windows(2).position(|pair| pair == b"\n\n") {
                let frame: Vec<u8> = self.buffer.drain(..end + 2).collect();
                let frame = String::from_utf8(frame).expect("frames in UTF-8");
                if frame.starts_with(':') {
                    continue;
                }
                let json = frame
                    .strip_prefix("data: ")
                    .unwrap_or_else(|| panic!("not a data frame: {frame:?}"));
                let event: Value =
                    serde_json::from_str(json).unwrap_or_else(|error| panic!("{error}: {frame:?}"));
                assert_eq!(
                    json.trim_end_matches('\n').lines().count(),
                    1,
                    "one line a frame: {frame:?}"
                );
                self.events.push(event.clone());
                return Some(event);
            }
            let more = tokio::time::timeout(PATIENCE, self.response.chunk()).await;
            let log = &self.wire.log;
            match more.unwrap_or_else(|_| {
                panic!("nothing came for {PATIENCE:?} after {:?}\n{log}", self.events)
            }) {
                Ok(Some(bytes)) => self.buffer.extend_from_slice(&bytes),
                Ok(None) => {
                    assert!(
                        self.buffer.is_empty(),
                        "half a frame: {:?}",
                        String::from_utf8_lossy(&self.buffer)
                    );
                    return None;
                }
                Err(error) => panic!("the stream broke: {error:?} after {:?}\n{log}", self.events),
            }
        }
    }

    /// Listens until something was said, and gives it.
    pub async fn hears(&mut self) -> String {
        while let Some(event) = self.next().await {
            if event["event"] == "token" {
                return event["token"].as_str().expect("a token").to_owned();
            }
        }
        panic!("the stream ended without a word: {:?}\n{}", self.events, self.wire.log);
    }

    /// Listens until the server or the network ends it, however it ends.
    pub async fn rest(mut self) -> Vec<Value> {
        let mut bytes = Box::pin(self.response.bytes_stream());
        while let Ok(Some(Ok(more))) = tokio::time::timeout(PATIENCE, bytes.next()).await {
            self.buffer.extend_from_slice(&more);
        }
        for frame in String::from_utf8_lossy(&self.buffer).split("\n\n") {
            if let Some(Ok(event)) = frame.strip_prefix("data: ").map(serde_json::from_str) {
                self.events.push(event);
            }
        }
        self.events
    }

    /// Listens to the end, which must be an `error` frame; gives that and all that was said before.
    pub async fn fails(mut self) -> (Value, String) {
        while self.next().await.is_some() {}
        let last = self.events.last().cloned().unwrap_or_default();
        assert_eq!(last["event"], "error", "{:?}\n{}", self.events, self.wire.log);
        assert!(last["code"].as_str().is_some_and(|code| !code.is_empty()), "{last}");
        assert!(last["message"].as_str().is_some_and(|message| message.len() > 10), "{last}");
        assert!(!self.events.iter().any(|event| event["event"] == "done"), "{:?}", self.events);
        (last, said(&self.events))
    }

    /// Listens to the end, which must be `citations` and `done` after the last token and what is offered beside it.
    pub async fn ends(mut self) -> Answer {
        while self.next().await.is_some() {}
        let kinds: Vec<&str> =
            self.events.iter().filter_map(|event| event["event"].as_str()).collect();
        assert!(kinds.ends_with(&["citations", "done"]), "{:?}\n{}", self.events, self.wire.log);
        let others = &kinds[..kinds.len() - 2];
        let asides = others.iter().skip_while(|&&kind| kind == "token");
        let mut asides =
            asides.filter(|kind| !["lead_prompt", "cta", "suggestions"].contains(kind));
        assert_eq!(asides.next(), None, "{:?}", self.events);
        let done = &self.events[self.events.len() - 1];
        let citations = &self.events[self.events.len() - 2]["citations"];
        Answer {
            text: said(&self.events),
            citations: citations.as_array().expect("a list of citations").clone(),
            low_confidence: done["low_confidence"].as_bool().expect("low_confidence"),
            message_id: done["message_id"].as_str().expect("message_id").to_owned(),
            events: self.events,
        }
    }
}

fn said(events: &[Value]) -> String {
    events.iter().filter_map(|event| event["token"].as_str()).collect()
}

impl Answer {
    pub fn cites(&self, url: &str) -> bool {
        self.citations
            .iter()
            .any(|citation| citation["url"].as_str().is_some_and(|it| it.starts_with(url)))
    }
}

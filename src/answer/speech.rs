//! A model that is speaking: its words as they come, each wait bounded, memory bounded, whatever it sends.

use std::time::Duration;

use reqwest::Response;
use tokio::time::{Instant as Deadline, timeout, timeout_at};

use super::{
    Failure,
    model::{Wire, network},
    sse::{Broken, Events},
    thoughts::Thoughts,
};

/// An answer is at most this long, in bytes of text; a model that says more is caught in a loop.
const LONGEST_TEXT: usize = 64 * 1024;
/// And at most this long in time, however steadily its tokens drip.
const LONGEST_ANSWER: Duration = Duration::from_mins(5);
/// Once the model said that it is finished: how long to wait for the count of tokens.
const TAIL: Duration = Duration::from_secs(2);
/// The connection goes back to the pool if the body ends within this time after the answer.
const DRAIN: Duration = Duration::from_secs(1);

/// What was heard since the last time somebody looked.
#[derive(Default)]
pub struct Heard {
    thoughts: Thoughts,
    pub text: String,
    /// Tokens in and out.
    pub usage: Option<(u32, u32)>,
    /// The model said why it stopped: whatever happens now, the text is whole.
    pub complete: bool,
    /// Nothing follows.
    pub over: bool,
}

impl Heard {
    pub fn say(&mut self, text: &str) {
        self.thoughts.filter(text, &mut self.text);
    }
}

/// A model that is speaking.
pub struct Speech {
    wire: Wire,
    /// None once the body ended.
    response: Option<Response>,
    events: Events,
    heard: Heard,
    failure: Option<Failure>,
    /// Until when the next words must be there; none when nobody waits yet.
    deadline: Option<Deadline>,
    token_timeout: Duration,
    latest: Deadline,
    said_bytes: usize,
}

impl Speech {
    pub fn new(
        wire: Wire,
        response: Response,
        deadline: Deadline,
        token_timeout: Duration,
    ) -> Self {
        Self {
            wire,
            response: Some(response),
            events: Events::default(),
            heard: Heard::default(),
            failure: None,
            deadline: Some(deadline),
            token_timeout,
            latest: Deadline::now() + LONGEST_ANSWER,
            said_bytes: 0,
        }
    }

    /// Tokens in and out, once the model said so.
    pub fn usage(&self) -> Option<(u32, u32)> {
        self.heard.usage
    }

    /// The next words: all that came in one read, in one piece. None at the end.
    pub async fn next(&mut self) -> Option<Result<String, Failure>> {
        loop {
            self.listen();
            if !self.heard.text.is_empty() {
                self.deadline = None;
                self.said_bytes += self.heard.text.len();
                return Some(Ok(std::mem::take(&mut self.heard.text)));
            }
            if let Some(failure) = self.failure.take() {
                self.response = None;
                // What fails after the last word harms nobody.
                return if self.heard.complete { None } else { Some(Err(failure)) };
            }
            let Some(response) = self.response.as_mut().filter(|_| !self.heard.over) else {
                self.drain();
                return None;
            };
            let patience = if self.heard.complete { TAIL } else { self.token_timeout };
            let deadline = *self.deadline.get_or_insert_with(|| Deadline::now() + patience);
            match timeout_at(deadline.min(self.latest), response.chunk()).await {
                Ok(Ok(Some(bytes))) => self.events.feed(&bytes),
                Ok(Ok(None)) => self.end(),
                Ok(Err(error)) => self.failure = Some(Failure::new(network(&error))),
                Err(_) => self.failure = Some(Failure::new("no token within the time allowed")),
            }
        }
    }

    /// Reads the events that are there.
    fn listen(&mut self) {
        while self.failure.is_none() && !self.heard.over {
            let read = match self.events.next() {
                Ok(Some(data)) => self.wire.read(data, &mut self.heard),
                Ok(None) => break,
                Err(broken) => Err(framing(&broken)),
            };
            self.failure = read.err();
            if self.said_bytes + self.heard.text.len() > LONGEST_TEXT {
                self.failure = Some(Failure::new("it does not stop talking"));
            }
        }
        if self.heard.complete || self.heard.over {
            self.heard.thoughts.finish(&mut self.heard.text);
        }
    }

    /// The body ended: well, or in the middle of the answer.
    fn end(&mut self) {
        self.response = None;
        self.listen();
        let last = match self.events.last() {
            Ok(Some(data)) => self.wire.read(data, &mut self.heard),
            Ok(None) => Ok(()),
            Err(broken) => Err(framing(&broken)),
        };
        if last.is_err() || !(self.heard.complete || self.heard.over) {
            self.failure.get_or_insert_with(|| {
                Failure::new("the connection closed in the middle of the answer")
            });
        }
    }

    /// Reads the body to its end beside us, so that its connection can serve the next question.
    fn drain(&mut self) {
        if let Some(mut response) = self.response.take() {
            tokio::spawn(async move {
                let rest =
                    timeout(DRAIN, async { while let Ok(Some(_)) = response.chunk().await {} });
                drop(rest.await);
            });
        }
    }
}

fn framing(broken: &Broken) -> Failure {
    Failure::new(match broken {
        Broken::TooLong => "an event without end",
        Broken::NotUtf8 => "an event that is not UTF-8",
    })
}

//! A model that is speaking: its words as they come, each wait bounded, memory bounded, whatever it sends.

use std::{
    future::poll_fn,
    pin::{Pin, pin},
    task::{Poll, ready},
    time::Duration,
};

use futures_util::FutureExt;
use tokio::time::{Instant as Deadline, Sleep, sleep_until, timeout};

use super::{
    Failure, http,
    model::Wire,
    sse::{Broken, Events},
    thoughts::Thoughts,
};

/// An answer is at most this long, in bytes of text; a model that says more is caught in a loop.
const LONGEST_TEXT: usize = 64 * 1024;
/// And at most this long in time, however steadily its tokens drip.
const LONGEST_ANSWER: Duration = Duration::from_mins(5);
/// Once the model said that it is finished: how long to wait for the count of tokens.
const TAIL: Duration = Duration::from_secs(2);
/// Of what the model wrote ahead, so much is taken before we hand it on. In bytes.
const CAUGHT_AT_ONCE: usize = 64 * 1024;
/// Of English text, for models that do not say how many tokens they used.
const BYTES_PER_TOKEN: usize = 4;
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
    /// It stopped for want of tokens, in the middle of what it had to say.
    pub is_cut: bool,
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
    body: Option<http::Body>,
    events: Events,
    heard: Heard,
    failure: Option<Failure>,
    /// Until when the next words must be there; none when nobody waits yet.
    deadline: Option<Deadline>,
    token_timeout: Duration,
    latest: Deadline,
    alarm: Pin<Box<Sleep>>,
    asked_bytes: usize,
    said_bytes: usize,
}

impl Speech {
    pub fn new(
        wire: Wire,
        body: http::Body,
        deadline: Deadline,
        token_timeout: Duration,
        asked_bytes: usize,
    ) -> Self {
        Self {
            wire,
            body: Some(body),
            events: Events::default(),
            heard: Heard::default(),
            failure: None,
            deadline: Some(deadline),
            token_timeout,
            latest: Deadline::now() + LONGEST_ANSWER,
            alarm: Box::pin(sleep_until(deadline)),
            asked_bytes,
            said_bytes: 0,
        }
    }

    /// Tokens in and out until now: as the model says, or by the length of the text where it does not say so, or not yet.
    pub fn usage(&self) -> (u32, u32) {
        let by_length =
            |bytes: usize| u32::try_from(bytes.div_ceil(BYTES_PER_TOKEN)).unwrap_or(u32::MAX);
        let (input, output) = self.heard.usage.unwrap_or_default();
        let heard_all = output > 0 && self.heard.complete;
        (
            if input > 0 { input } else { by_length(self.asked_bytes) },
            if heard_all { output } else { output.max(by_length(self.said_bytes)) },
        )
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
                self.body = None;
                // What fails after the last word harms nobody.
                return if self.heard.complete { None } else { Some(Err(failure)) };
            }
            let Some(body) = self.body.as_mut().filter(|_| !self.heard.over) else {
                self.drain();
                return None;
            };
            let patience = if self.heard.complete { TAIL } else { self.token_timeout };
            let deadline = *self.deadline.get_or_insert_with(|| Deadline::now() + patience);
            let deadline = deadline.min(self.latest);
            match chunk_before(deadline, &mut self.alarm, body).await {
                Some(Ok(Some(bytes))) => {
                    self.events.feed(&bytes);
                    self.catch_up();
                }
                Some(Ok(None)) => self.end(),
                Some(Err(error)) => self.failure = Some(Failure::new(error.to_string())),
                None => self.failure = Some(Failure::new("no token within the time allowed")),
            }
        }
    }

    /// Takes what else has come already: a model that is ahead of us writes many events at once, and each piece handed
    /// on costs a write to every listener.
    fn catch_up(&mut self) {
        let mut caught = 0;
        while let Some(body) = self.body.as_mut().filter(|_| caught < CAUGHT_AT_ONCE) {
            match body.chunk().now_or_never() {
                Some(Ok(Some(bytes))) => {
                    caught += bytes.len();
                    self.events.feed(&bytes);
                }
                Some(Ok(None)) => self.end(),
                Some(Err(error)) => {
                    // What was said before it broke is still said.
                    self.listen();
                    self.failure.get_or_insert_with(|| Failure::new(error.to_string()));
                    return;
                }
                None => return,
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
        // Nobody takes half an answer for the whole. One that never began is none.
        let has_spoken = self.said_bytes > 0 || !self.heard.text.is_empty();
        if std::mem::take(&mut self.heard.is_cut) && has_spoken {
            tracing::warn!("a model's answer was cut: it may use too few tokens (`max_tokens`)");
            self.heard.text.push('…');
        }
    }

    /// The body ended: well, or in the middle of the answer.
    fn end(&mut self) {
        self.body = None;
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
        if let Some(mut body) = self.body.take() {
            tokio::spawn(async move {
                let rest = timeout(DRAIN, async { while let Ok(Some(_)) = body.chunk().await {} });
                drop(rest.await);
            });
        }
    }
}

/// The next piece of the body; none if it does not come in time. The alarm serves the whole answer: it is set anew when
/// it rings too early, or would ring too late, and not for every token.
async fn chunk_before(
    deadline: Deadline,
    alarm: &mut Pin<Box<Sleep>>,
    body: &mut http::Body,
) -> Option<Result<Option<Vec<u8>>, http::Error>> {
    if alarm.deadline() > deadline {
        alarm.as_mut().reset(deadline);
    }
    // Of a body that floods us the alarm would never be asked.
    if deadline <= Deadline::now() {
        return None;
    }
    let mut chunk = pin!(body.chunk());
    poll_fn(|context| {
        if let Poll::Ready(chunk) = chunk.as_mut().poll(context) {
            return Poll::Ready(Some(chunk));
        }
        loop {
            ready!(alarm.as_mut().poll(context));
            if deadline <= Deadline::now() {
                return Poll::Ready(None);
            }
            alarm.as_mut().reset(deadline);
        }
    })
    .await
}

fn framing(broken: &Broken) -> Failure {
    Failure::new(match broken {
        Broken::TooLong => "an event without end",
        Broken::NotUtf8 => "an event that is not UTF-8",
    })
}

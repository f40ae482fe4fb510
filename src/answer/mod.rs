//! How passages become words: a language model speaks if there is one, else the pages' own sentences do.
//! Promise: an answer always comes, and always ends; the built-in answerer is the last of every list.

mod anthropic;
mod asks;
mod breaker;
pub mod citations;
pub mod extractive;
mod inert;
mod joints;
mod lexicon;
mod markers;
mod model;
mod numbers;
mod openai;
mod picker;
mod prompt;
mod quotes;
mod regrets;
mod relevance;
mod sentences;
mod speech;
mod sse;
mod thoughts;
mod units;
mod words;

use std::{collections::VecDeque, fmt, sync::Arc};

use futures_util::{Stream, stream};
use model::Model;
pub use numbers::unsupported_numbers;
use speech::Speech;

use crate::{config, error::Result, knowledge::Hit};

/// Everything that an answer is made of.
#[derive(Debug, Clone)]
pub struct Prompt {
    pub agent_name: String,
    /// How the agent speaks, such as `friendly`.
    pub tone: String,
    /// The owner's own instructions; may be empty.
    pub instructions: String,
    /// The language of the answer where the question does not show it, as BCP 47.
    pub language: String,
    /// At most the last 12 messages, oldest first, without the question.
    pub history: Vec<Said>,
    pub question: String,
    /// Numbered from 1 in this order.
    pub sources: Vec<Hit>,
    /// What the visitor's page says, already bounded. Data, not instructions.
    pub page_context: Option<String>,
    /// How sure the search is that the sources hold the answer, 0 to 1.
    pub confidence: f64,
    /// Below this confidence the built-in answerer says that it does not know.
    pub threshold: f64,
}

#[derive(Debug, Clone)]
pub struct Said {
    pub role: Speaker,
    pub content: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Speaker {
    Visitor,
    Desk,
}

/// A piece of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Delta {
    /// Once, before the first text: who speaks.
    Begin {
        model: String,
    },
    Text(String),
    /// Once, after the text, if the model says so.
    Usage {
        input_tokens: u32,
        output_tokens: u32,
    },
}

/// Why an answer broke off. For the log only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// Never holds keys or what was said.
    pub reason: String,
}

impl Failure {
    fn new(reason: impl Into<String>) -> Self {
        Self { reason: reason.into() }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.reason)
    }
}

/// Who may speak, in order of preference; the built-in answerer comes after them all.
#[derive(Clone)]
pub struct Answerers {
    models: Arc<[Model]>,
}

impl Answerers {
    /// # Errors
    /// The HTTP client cannot be made: no TLS, or no certificates.
    pub fn new(llm: &config::Llm) -> Result<Self> {
        let models = match &llm.url {
            Some(url) => Arc::from([Model::new(llm, url, model::client()?)]),
            None => Arc::from([]),
        };
        Ok(Self { models })
    }

    /// Streams the answer. A model that fails before its first text is followed by the next; an `Err` after text ends
    /// the stream. Pieces that are already there come without waiting.
    pub fn answer(
        &self,
        prompt: Arc<Prompt>,
    ) -> impl Stream<Item = Result<Delta, Failure>> + Send + 'static {
        let turn = Turn {
            models: Arc::clone(&self.models),
            prompt,
            stage: Stage::Ask(0),
            ready: VecDeque::new(),
        };
        stream::unfold(turn, |mut turn| async move { turn.next().await.map(|delta| (delta, turn)) })
    }
}

/// One answer on its way.
struct Turn {
    models: Arc<[Model]>,
    prompt: Arc<Prompt>,
    stage: Stage,
    ready: VecDeque<Delta>,
}

enum Stage {
    /// The model of this number is next.
    Ask(usize),
    Hear(usize, Box<Speech>),
    Over,
}

impl Turn {
    async fn next(&mut self) -> Option<Result<Delta, Failure>> {
        loop {
            if let Some(delta) = self.ready.pop_front() {
                return Some(Ok(delta));
            }
            match &mut self.stage {
                Stage::Over => return None,
                Stage::Ask(number) => {
                    let number = *number;
                    self.ask(number).await;
                }
                Stage::Hear(number, speech) => match speech.next().await {
                    Some(Ok(text)) => return Some(Ok(Delta::Text(text))),
                    Some(Err(failure)) => {
                        let model = self.models[*number].name();
                        tracing::warn!(model, reason = %failure, "the model broke off its answer");
                        self.stage = Stage::Over;
                        return Some(Err(failure));
                    }
                    None => {
                        let usage = speech.usage();
                        self.stage = Stage::Over;
                        if let Some((input_tokens, output_tokens)) = usage {
                            return Some(Ok(Delta::Usage { input_tokens, output_tokens }));
                        }
                    }
                },
            }
        }
    }

    async fn ask(&mut self, number: usize) {
        let Some(model) = self.models.get(number) else {
            self.ready.push_back(Delta::Begin { model: extractive::NAME.to_owned() });
            self.ready.extend(extractive::answer(&self.prompt).into_iter().map(Delta::Text));
            self.stage = Stage::Over;
            return;
        };
        self.stage = match model.ask(&self.prompt).await {
            Some(Ok((text, speech))) => {
                self.ready.push_back(Delta::Begin { model: model.name().to_owned() });
                self.ready.push_back(Delta::Text(text));
                Stage::Hear(number, Box::new(speech))
            }
            Some(Err(failure)) => {
                tracing::warn!(model = model.name(), reason = %failure, "the model did not answer; the next one does");
                Stage::Ask(number + 1)
            }
            None => Stage::Ask(number + 1),
        };
    }
}

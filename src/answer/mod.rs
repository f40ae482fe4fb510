//! How passages become words: a language model speaks if there is one, else the pages' own sentences do.
//! Promise: an answer always comes, and always ends; the built-in answerer is the last of every list.

mod amounts;
mod anthropic;
mod applies;
mod asks;
mod avoid;
mod breaker;
pub mod citations;
mod counted;
pub mod courtesies;
mod days;
pub mod extractive;
mod fingerprint;
mod halves;
mod hedges;
mod http;
mod inert;
mod joints;
mod length;
mod lexicon;
mod markers;
mod meanings;
mod measures;
mod model;
mod named;
mod numbers;
mod openai;
pub mod orders;
mod pairs;
mod picker;
mod places;
mod prices;
mod prompt;
mod proper;
mod quantities;
pub mod quotes;
mod ranges;
mod regrets;
mod relevance;
mod render;
mod rewrite;
mod shapes;
mod speech;
mod sse;
mod thoughts;
mod units;
mod words;

use std::{
    collections::VecDeque,
    fmt,
    sync::{Arc, OnceLock},
};

use breaker::Breaker;
pub use fingerprint::fingerprint;
use futures_util::{Stream, stream};
use length::Bound;
use model::Model;
pub use numbers::unsupported_numbers;
pub use regrets::is_regret;
use speech::Speech;
use tokio::sync::watch;
pub use words::fold;

use crate::{
    config,
    error::{Error, Result},
    knowledge::{Half, Hit},
    store::agents::Answers,
};

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
    /// The same as it was searched for: completed by what was asked before, its slips put right.
    pub asked: String,
    /// The part of that which was asked before; empty for a question that stands alone.
    pub leans_on: String,
    /// Numbered from 1 in this order.
    pub sources: Vec<Hit>,
    /// Of a question that asks two things: each, with those of the sources that were found for it. Else empty.
    pub halves: Vec<Half>,
    /// What the visitor's page says of itself, already bounded; its text is among the sources. Data, not instructions.
    pub page_context: Option<String>,
    /// How sure the search is that the sources hold the answer, 0 to 1.
    pub confidence: f64,
    /// Below this confidence the built-in answerer says that it does not know.
    pub threshold: f64,
    pub rules: Rules,
    /// Of what a model is told, once that is written.
    pub fingerprint: OnceLock<[u8; 32]>,
}

/// What the owner of the agent wants of every answer. Each narrows what may be said.
#[derive(Debug, Clone, Default)]
pub struct Rules {
    /// Topics that the agent does not talk about.
    pub avoid: Vec<String>,
    /// Characters of an answer; 0: as long as it takes.
    pub max_chars: usize,
    /// The models that may speak, by their names, the most preferred first; empty: all, as they are configured.
    pub models: Vec<String>,
}

impl From<&Answers> for Rules {
    fn from(answers: &Answers) -> Self {
        Self {
            avoid: answers.avoid.clone(),
            max_chars: answers.max_chars as usize,
            models: answers.models.clone(),
        }
    }
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
    /// Once, after the text of a model, also of one that broke off: as it says, or estimated.
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
    hushed: Hushed,
}

/// True once no model may speak any more.
type Hushed = Arc<watch::Sender<bool>>;

async fn until_hushed(hushed: &Hushed) {
    // The sender is here, so that waiting ends in nothing else.
    let _ = hushed.subscribe().wait_for(|it| *it).await;
}

impl Answerers {
    /// # Errors
    /// The HTTP client cannot be made: no TLS, or no certificates.
    pub fn new(llm: &config::Llm) -> Result<Self> {
        let mut models: Vec<Model> = Vec::with_capacity(llm.models.len());
        let mut providers: Vec<(&config::Model, Arc<Breaker>)> = Vec::new();
        let client = if llm.models.is_empty() {
            None
        } else {
            Some(http::Client::new().map_err(Error::internal)?)
        };
        for (model, client) in llm.models.iter().zip(client.iter().cycle()) {
            let same = |other: &config::Model| other.url == model.url && other.key == model.key;
            let known = providers.iter().find(|(other, _)| same(other));
            let breaker = known.map_or_else(Arc::default, |(_, breaker)| Arc::clone(breaker));
            providers.push((model, Arc::clone(&breaker)));
            models.push(Model::new(model, breaker, client));
        }
        Ok(Self { models: models.into(), hushed: Arc::default() })
    }

    /// Their names, the most preferred first.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.models.iter().map(Model::name).chain([extractive::NAME])
    }

    /// Breaks off what the models still say, for good: the server stops. An answer of which no word was said yet comes
    /// from the pages.
    pub fn hush(&self) {
        self.hushed.send_replace(true);
    }

    /// Streams the answer. A model that fails before its first text is followed by the next; an `Err` after text ends
    /// the stream. Pieces that are already there come without waiting.
    pub fn answer(
        &self,
        prompt: Arc<Prompt>,
    ) -> impl Stream<Item = Result<Delta, Failure>> + Send + 'static {
        let turn = Turn {
            models: Arc::clone(&self.models),
            hushed: Arc::clone(&self.hushed),
            waiting: self.order(&prompt.rules.models),
            bound: Bound::new(prompt.rules.max_chars),
            prompt,
            stage: Stage::Ask,
            ready: VecDeque::new(),
        };
        stream::unfold(turn, |mut turn| async move { turn.next().await.map(|delta| (delta, turn)) })
    }

    /// The question as one that stands alone, by the first of the models that may speak for the agent. None where
    /// there is none, or it does not say so in time.
    pub async fn rewrite(&self, rules: &Rules, history: &[Said], question: &str) -> Option<String> {
        let first = *self.order(&rules.models).front()?;
        rewrite::rewrite(&self.models[first], history, question).await
    }

    /// Who is asked one after the other, as places in the list.
    fn order(&self, chosen: &[String]) -> VecDeque<usize> {
        if chosen.is_empty() {
            return (0..self.models.len()).collect();
        }
        let place = |name: &String| self.models.iter().position(|model| model.name() == name);
        chosen.iter().take_while(|name| *name != extractive::NAME).filter_map(place).collect()
    }
}

/// One answer on its way.
struct Turn {
    models: Arc<[Model]>,
    hushed: Hushed,
    /// Those that may still be asked.
    waiting: VecDeque<usize>,
    prompt: Arc<Prompt>,
    bound: Bound,
    stage: Stage,
    ready: VecDeque<Result<Delta, Failure>>,
}

enum Stage {
    /// The first of those that wait is next.
    Ask,
    Hear(usize, Box<Speech>),
    Over,
}

impl Turn {
    async fn next(&mut self) -> Option<Result<Delta, Failure>> {
        loop {
            if let Some(delta) = self.ready.pop_front() {
                return Some(delta);
            }
            match &mut self.stage {
                Stage::Over => return None,
                Stage::Ask => self.ask().await,
                Stage::Hear(number, speech) => {
                    let number = *number;
                    let said = tokio::select! {
                        said = speech.next() => said,
                        () = until_hushed(&self.hushed) => {
                            Some(Err(Failure::new("the server stops")))
                        }
                    };
                    let (input_tokens, output_tokens) = speech.usage();
                    let usage = Delta::Usage { input_tokens, output_tokens };
                    self.hear(number, said, usage);
                }
            }
        }
    }

    fn hear(&mut self, number: usize, said: Option<Result<String, Failure>>, usage: Delta) {
        let end = match said {
            Some(Ok(text)) => {
                self.say(&text);
                if !self.bound.is_reached() {
                    return;
                }
                // Who has said enough is left alone.
                None
            }
            Some(Err(failure)) => {
                let model = self.models[number].name();
                tracing::warn!(model, reason = %failure, "the model broke off its answer");
                Some(failure)
            }
            None => None,
        };
        self.end(usage, end);
    }

    fn end(&mut self, usage: Delta, failure: Option<Failure>) {
        let rest = self.bound.finish();
        if !rest.is_empty() {
            self.ready.push_back(Ok(Delta::Text(rest)));
        }
        self.ready.push_back(Ok(usage));
        self.ready.extend(failure.map(Err));
        self.stage = Stage::Over;
    }

    fn say(&mut self, text: &str) {
        let text = self.bound.push(text);
        if !text.is_empty() {
            self.ready.push_back(Ok(Delta::Text(text)));
        }
    }

    async fn ask(&mut self) {
        let Some(number) = self.waiting.pop_front() else {
            self.ready.push_back(Ok(Delta::Begin { model: extractive::NAME.to_owned() }));
            let said = extractive::answer(&self.prompt);
            self.ready.extend(said.into_iter().map(|text| Ok(Delta::Text(text))));
            self.stage = Stage::Over;
            return;
        };
        let model = &self.models[number];
        let written = prompt::write(&self.prompt);
        self.prompt.fingerprint.get_or_init(|| fingerprint::of(&written));
        let asked = tokio::select! {
            asked = model.ask(&written) => asked,
            () = until_hushed(&self.hushed) => {
                self.waiting.clear();
                None
            }
        };
        match asked {
            Some(Ok((text, speech))) => {
                self.ready.push_back(Ok(Delta::Begin { model: model.name().to_owned() }));
                self.say(&text);
                if self.bound.is_reached() {
                    let (input_tokens, output_tokens) = speech.usage();
                    self.end(Delta::Usage { input_tokens, output_tokens }, None);
                } else {
                    self.stage = Stage::Hear(number, Box::new(speech));
                }
            }
            Some(Err(failure)) => {
                tracing::warn!(model = model.name(), reason = %failure, "the model did not answer; the next one does");
            }
            None => {}
        }
    }
}

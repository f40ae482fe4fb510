//! One turn: a question comes in, an answer goes out, and both are on the disk before "done" is said. The turn is a
//! task of its own: a visitor who leaves stops nothing.

mod admission;
mod whole;

use std::{
    pin::pin,
    sync::{Arc, OnceLock},
    time::Instant,
};

use futures_util::StreamExt;
use tokio::sync::oneshot;
use unicode_segmentation::UnicodeSegmentation;

use super::{
    Desk, asides,
    page_context::PageContext,
    rules,
    turns::{Running, Turn, TurnEvent},
    visitor::Visitor,
};
use crate::{
    answer::{self, Delta, Prompt, Rules, Said, Speaker, citations::Resolver, courtesies, orders},
    clock::Moment,
    error::{Error, Kind, Result},
    id::{CuratedId, MessageId},
    knowledge::{Found, Query},
    store::{
        agents::Agent,
        conversations,
        events::{self, Reporter},
        messages::{self, Citation, NewMessage, Role},
        receipts::{self, Receipt},
    },
};

use admission::{Admitted, Asked};
pub use whole::{Answered, in_one_piece};

/// Messages of the conversation that the model sees, the question not counted.
const HISTORY: u32 = 12;
/// Passages that an answer may be made of.
pub const SOURCES: usize = 6;
/// Of a question, counted as a person counts: a family emoji is one.
const MESSAGE_CHARACTERS: usize = 4000;
/// A model that does not stop is stopped here.
const ANSWER_BYTES: usize = 64 * 1024;

pub struct Question {
    pub message: String,
    pub page_url: String,
    /// What the visitor's page says of itself.
    pub page_context: Option<PageContext>,
    pub client_message_id: Option<String>,
    /// Whoever asks is shown the card that comes beside the answer; for others no rule fires.
    pub shows_cards: bool,
}

impl Desk {
    async fn run(
        self,
        running: Running,
        visitor: Visitor,
        question: Question,
        tell: oneshot::Sender<Result<()>>,
    ) {
        let turn = running.turn.clone();
        let turn = turn.as_ref();
        let asked = match self.admit(visitor, &question).await {
            Ok(Admitted::Asked(asked)) => asked,
            Ok(Admitted::Over(over)) => {
                let _ = tell.send(Ok(()));
                return running.retell(over);
            }
            Err(refusal) => {
                running.refuse(&refusal);
                if let Err(Err(unheard)) = tell.send(Err(refusal)) {
                    log_failure(turn, &unheard);
                }
                return;
            }
        };
        let _ = tell.send(Ok(()));
        let begun = Instant::now();
        let ending = match self.answer(turn, &asked, question).await {
            Ok(ending) => ending,
            Err(error) => {
                log_failure(turn, &error);
                TurnEvent::failed(&error)
            }
        };
        tracing::debug!(
            conversation_id = %turn.conversation_id,
            duration_ms = begun.elapsed().as_millis() as u64,
            "a turn ended"
        );
        running.end(ending);
    }

    /// Says the answer and stores it; returns the ending to say.
    async fn answer(&self, turn: &Turn, asked: &Asked, question: Question) -> Result<TurnEvent> {
        let Asked { visitor, question_id, stored, left } = asked;
        let question_id = *question_id;
        let store = async {
            if *stored {
                return Ok(());
            }
            self.store_question(question_id, visitor, &question, left.as_ref()).await
        };
        if let Some(left) = left {
            turn.add(TurnEvent::Aside(left.aside()));
            store.await?;
            turn.add(TurnEvent::Citations(Vec::new()));
            return Ok(TurnEvent::Done { message_id: question_id, low_confidence: false });
        }
        let speak = async {
            if let Some(given) = self.curated.answer(visitor, &question).await? {
                let spoken = Spoken::given(&given, |words| turn.say(words));
                return Ok(Made { spoken, curated: Some(given.id), ..Made::default() });
            }
            let history = self.history(visitor, question_id)?;
            let asked = history.iter().filter(|said| said.role == Speaker::Visitor);
            let query = Query {
                text: question.message.clone(),
                earlier: asked.map(|said| said.content.clone()).collect(),
                alone: self.alone(&visitor.agent, &history, &question.message).await,
                page_url: Some(question.page_url.clone()),
                threshold: visitor.agent.profile.answers.confidence_threshold,
            };
            let mut found = self.knowledge.search(visitor.agent.id, &query, SOURCES).await?;
            if let Some(page) = &question.page_context {
                page.join(&mut found, &query, &visitor.agent.profile.language_default);
            }
            turn.retrieved();
            let prompt = Arc::new(prompt(&visitor.agent, &question, found, history));
            let spoken = self.speak(prompt.clone(), |words| turn.say(words)).await;
            // What broke off is no gap of the pages.
            let unsure = spoken.failure.is_none() && spoken.is_unsure(&prompt, &turn.text());
            let receipt = self.receipts.of(&prompt, turn.times());
            let further = asides::suggestions(visitor, &prompt, &spoken, unsure);
            Ok::<_, Error>(Made { spoken, unsure, curated: None, receipt, further })
        };
        // Nobody waits for the disk before the first word; all wait for it before "done".
        let (stored, made) = tokio::join!(store, speak);
        stored?;
        let made = made?;
        let beside = if made.spoken.failure.is_none() {
            self.beside(visitor, &question, &made)?
        } else {
            Vec::new()
        };
        let Made { spoken, unsure: low_confidence, receipt, .. } = made;
        for aside in &beside {
            turn.add(TurnEvent::Aside(aside.clone()));
        }
        if spoken.failure.is_none() {
            turn.add(TurnEvent::Citations(spoken.citations.clone()));
        }
        let fired = rules::fired(&beside);
        let answer_id = question_id.next();
        let message = NewMessage {
            id: answer_id,
            workspace_id: visitor.conversation.workspace_id,
            conversation_id: turn.conversation_id,
            role: Role::Assistant,
            content: turn.text(),
            citations: spoken.citations,
            complete: spoken.failure.is_none(),
            low_confidence,
            reply_to: Some(question_id),
            client_message_id: None,
            page_url: None,
            model: Some(spoken.model),
            tokens: (spoken.output_tokens > 0)
                .then_some((spoken.input_tokens, spoken.output_tokens)),
            beside,
        };
        let (now, tokens) = (Moment::now(), spoken.output_tokens);
        self.store
            .write(move |tx| {
                if !conversations::desk_spoke(tx, message.conversation_id, tokens, now)? {
                    // Erased meanwhile: nothing is kept.
                    return Err(Error::unauthorized());
                }
                messages::append(tx, &message, now)?;
                conversations::clear_with_question(tx, message.conversation_id, question_id)?;
                if let Some(fired) = fired
                    && let Some(conversation) = conversations::find(tx, message.conversation_id)?
                {
                    events::append(tx, &Reporter::of(&conversation), &fired, now)?;
                }
                receipt.map_or(Ok(()), |receipt| receipts::put(tx, message.id, &receipt))
            })
            .await?;
        Ok(match spoken.failure {
            None => TurnEvent::Done { message_id: answer_id, low_confidence },
            Some(_) => TurnEvent::broke_off(),
        })
    }

    fn history(&self, visitor: &Visitor, question_id: MessageId) -> Result<Vec<Said>> {
        let conversation = &visitor.conversation;
        if !conversation.begun {
            return Ok(Vec::new());
        }
        // One more than is shown: the question itself may be stored already.
        let messages = self.store.peek(|db| messages::history(db, conversation.id, HISTORY + 1))?;
        let mut said: Vec<Said> = messages
            .into_iter()
            .filter(|message| message.id != question_id)
            .map(|message| Said {
                role: match message.role {
                    Role::User => Speaker::Visitor,
                    Role::Assistant | Role::HumanAgent => Speaker::Desk,
                },
                content: message.content,
            })
            .collect();
        said.drain(..said.len().saturating_sub(HISTORY as usize));
        Ok(said)
    }

    /// Speaks the answer word by word; returns how it went, with the citations of what was said.
    pub async fn speak(&self, prompt: Arc<Prompt>, mut say: impl FnMut(&str)) -> Spoken {
        let mut resolver = Resolver::new(&prompt.sources);
        let mut spoken = Spoken::default();
        let mut bytes = 0;
        let mut deltas = pin!(self.answerers.answer(prompt.clone()));
        while let Some(delta) = deltas.next().await {
            match delta {
                Ok(Delta::Begin { model }) => spoken.model = model,
                Ok(Delta::Text(text)) => {
                    bytes += text.len();
                    say(&resolver.push(&text));
                    if bytes > ANSWER_BYTES {
                        spoken.failure = Some("the answer did not end".into());
                    }
                }
                Ok(Delta::Usage { input_tokens, output_tokens }) => {
                    (spoken.input_tokens, spoken.output_tokens) = (input_tokens, output_tokens);
                }
                Err(failure) => spoken.failure = Some(failure.reason),
            }
            if spoken.failure.is_some() {
                break;
            }
        }
        let (rest, citations) = resolver.finish();
        say(&rest);
        spoken.citations = citations;
        spoken
    }
}

/// An answer, and what it was made of.
#[derive(Default)]
pub(super) struct Made {
    pub spoken: Spoken,
    /// Nothing supports it well.
    pub unsure: bool,
    pub curated: Option<CuratedId>,
    pub receipt: Option<Receipt>,
    /// Questions to go on with.
    pub further: Vec<String>,
}

/// How an answer went.
#[derive(Default)]
pub struct Spoken {
    pub model: String,
    pub citations: Vec<Citation>,
    /// As the model says, or by the length of the text; 0 where no model spoke.
    pub input_tokens: u32,
    pub output_tokens: u32,
    /// Why it broke off: for the log and the owner.
    pub failure: Option<String>,
}

impl Spoken {
    /// Nothing supports the answer, or something in it that should be supported is not. A greeting needs no support.
    pub fn is_unsure(&self, prompt: &Prompt, text: &str) -> bool {
        courtesies::of(&prompt.question, &prompt.language).is_none()
            && (prompt.confidence < prompt.threshold
                || self.citations.is_empty()
                || answer::unsupported_numbers(text, prompt))
    }
}

fn log_failure(turn: &Turn, error: &Error) {
    if error.kind() == Kind::Internal {
        tracing::error!(conversation_id = %turn.conversation_id, error = ?error, "a turn failed");
    } else {
        tracing::info!(conversation_id = %turn.conversation_id, error = ?error, "a turn ended early");
    }
}

/// A message as it is stored: trimmed, and without the NULs that no text needs.
///
/// # Errors
/// When nothing is left, or too much.
pub fn readable(message: &str) -> Result<String> {
    let text = message.replace('\0', "");
    let text = text.trim();
    let characters = text.graphemes(true).take(MESSAGE_CHARACTERS + 1).count();
    if (1..=MESSAGE_CHARACTERS).contains(&characters) {
        Ok(text.to_owned())
    } else {
        Err(Error::invalid("message", format!("must have 1 to {MESSAGE_CHARACTERS} characters")))
    }
}

/// All that the answer is made of.
pub fn prompt(agent: &Agent, question: &Question, found: Found, history: Vec<Said>) -> Prompt {
    let profile = &agent.profile;
    Prompt {
        agent_name: agent.persona_name().to_owned(),
        tone: profile.persona.tone.clone(),
        instructions: profile.answers.instructions.clone(),
        language: found.language(&question.message, &profile.language_default),
        history,
        question: question.message.clone(),
        asked: found.asked,
        leans_on: found.leans_on,
        sources: found.passages,
        halves: found.halves,
        page_context: question.page_context.as_ref().map(|page| page.about.clone()),
        confidence: if orders::are_in(&question.message) { 0.0 } else { found.confidence },
        threshold: profile.answers.confidence_threshold,
        rules: Rules::from(&profile.answers),
        fingerprint: OnceLock::new(),
    }
}

//! Turns that run now: one for each conversation. A turn writes down what it says; whoever listens reads along from
//! the beginning at their own pace. So a listener who leaves, comes twice or reads slowly costs the turn nothing.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError},
    time::{Duration, Instant},
};

use futures_util::{Stream, stream};
use tokio::sync::watch;

use crate::{
    error::Error,
    id::{ConversationId, MessageId},
    store::{
        messages::{Aside, Citation, Message},
        receipts::Times,
    },
};

/// What a turn says, in this order: text or who answers instead, what is offered beside, citations, and one of the
/// endings.
#[derive(Debug, Clone)]
pub enum TurnEvent {
    /// The next words of the answer.
    Token(String),
    /// What comes beside the words, or instead of them.
    Aside(Aside),
    /// Once, after the text.
    Citations(Vec<Citation>),
    /// Question and answer are on the disk. `message_id` is the answer's; the question's, where a person answers.
    Done { message_id: MessageId, low_confidence: bool },
    /// The turn broke off; what was said until then is stored.
    Error { code: &'static str, message: String, retry_after: Option<Duration> },
}

impl TurnEvent {
    pub fn broke_off() -> Self {
        Self::Error {
            code: "answer_failed",
            message: "The answer broke off. Please ask again.".into(),
            retry_after: None,
        }
    }

    pub fn failed(reason: &Error) -> Self {
        Self::Error {
            code: reason.code(),
            message: reason.message().to_owned(),
            retry_after: reason.retry_after(),
        }
    }

    pub const fn is_end(&self) -> bool {
        matches!(self, Self::Done { .. } | Self::Error { .. })
    }
}

/// A turn that is over, as it is stored.
pub struct Over {
    /// Of the answer; of the question, where it was left to a person.
    pub message_id: MessageId,
    /// None where it was left to a person.
    pub answer: Option<Message>,
    pub beside: Vec<Aside>,
}

/// One turn, while it runs and for whoever still listens.
pub struct Turn {
    pub conversation_id: ConversationId,
    pub client_message_id: Option<String>,
    begun: Instant,
    retrieved: OnceLock<Duration>,
    said: Mutex<Said>,
    /// Told of each change; listeners wait on it.
    changed: watch::Sender<()>,
}

/// The tokens lie in one text, as most of a turn's memory would else be their list.
#[derive(Default)]
struct Said {
    text: String,
    /// Where each token ends in `text`.
    ends: Vec<u32>,
    /// When the first and the last of them came, from the turn's beginning.
    first: Option<Duration>,
    last: Duration,
    /// What came after the text.
    after: Vec<TurnEvent>,
}

impl Turn {
    fn new(conversation_id: ConversationId, client_message_id: Option<String>) -> Self {
        Self {
            conversation_id,
            client_message_id,
            begun: Instant::now(),
            retrieved: OnceLock::new(),
            said: Mutex::default(),
            changed: watch::Sender::new(()),
        }
    }

    pub fn say(&self, token: &str) {
        if token.is_empty() {
            return;
        }
        let mut said = lock(&self.said);
        said.text.push_str(token);
        let end = u32::try_from(said.text.len()).unwrap_or(u32::MAX);
        said.ends.push(end);
        said.last = self.begun.elapsed();
        said.first = said.first.or(Some(said.last));
        drop(said);
        self.changed.send_replace(());
    }

    pub fn add(&self, event: TurnEvent) {
        lock(&self.said).after.push(event);
        self.changed.send_replace(());
    }

    /// What the answer is made of was found just now.
    pub fn retrieved(&self) {
        let _ = self.retrieved.set(self.begun.elapsed());
    }

    /// What took how long so far; none for an answer that is only told again.
    pub fn times(&self) -> Option<Times> {
        let retrieve = *self.retrieved.get()?;
        let said = lock(&self.said);
        Some(Times { retrieve, first: said.first, total: said.last.max(retrieve) })
    }

    /// A turn that is over, as it is stored.
    pub fn told(
        client_message_id: Option<String>,
        conversation_id: ConversationId,
        over: Over,
    ) -> Arc<Self> {
        let turn = Self::new(conversation_id, client_message_id);
        let ending = turn.retell(over);
        turn.add(ending);
        Arc::new(turn)
    }

    /// Says a turn that is over; gives the ending to say.
    fn retell(&self, over: Over) -> TurnEvent {
        let Over { message_id, answer, beside } = over;
        let (citations, low_confidence) = match answer {
            Some(answer) => {
                self.say(&answer.content);
                if !answer.complete {
                    return TurnEvent::broke_off();
                }
                (answer.citations, answer.low_confidence)
            }
            None => (Vec::new(), false),
        };
        for aside in beside {
            self.add(TurnEvent::Aside(aside));
        }
        self.add(TurnEvent::Citations(citations));
        TurnEvent::Done { message_id, low_confidence }
    }

    /// The answer so far.
    pub fn text(&self) -> String {
        lock(&self.said).text.clone()
    }

    /// All events from the first on, each batch as large as what was said meanwhile; ends after the ending.
    pub fn follow(self: Arc<Self>) -> impl Stream<Item = Vec<TurnEvent>> + Send + 'static {
        let changes = self.changed.subscribe();
        stream::unfold((self, changes, Place::default()), |(turn, mut changes, mut place)| async {
            loop {
                if place.ended {
                    return None;
                }
                // Marked as seen before reading, so that what comes while we read wakes us again.
                changes.mark_unchanged();
                let news = place.advance(&lock(&turn.said));
                if !news.is_empty() {
                    return Some((news, (turn, changes, place)));
                }
                changes.changed().await.ok()?;
            }
        })
    }
}

/// How far a listener has read.
#[derive(Default)]
struct Place {
    tokens: usize,
    bytes: usize,
    after: usize,
    ended: bool,
}

impl Place {
    fn advance(&mut self, said: &Said) -> Vec<TurnEvent> {
        let mut news = Vec::new();
        for end in said.ends.iter().skip(self.tokens) {
            let end = *end as usize;
            let token = said.text.get(self.bytes..end).unwrap_or_default().to_owned();
            news.push(TurnEvent::Token(token));
            self.bytes = end;
        }
        self.tokens = said.ends.len();
        news.extend(said.after.iter().skip(self.after).cloned());
        self.after = said.after.len();
        self.ended = said.after.last().is_some_and(TurnEvent::is_end);
        news
    }
}

/// The turns that run now; cheap to clone.
#[derive(Clone, Default)]
pub struct Turns(Arc<Shared>);

#[derive(Default)]
struct Shared {
    running: Mutex<HashMap<ConversationId, Arc<Turn>>>,
    /// Told whenever a turn ends.
    ended: watch::Sender<()>,
}

/// What a message begins.
pub enum Begun {
    /// A turn of its own, to be run; it is over when the guard is dropped.
    New(Running),
    /// It is the message that is being answered now.
    Same(Arc<Turn>),
    /// Another message of the conversation is being answered.
    Other,
}

/// Keeps the turn in the list while it runs, however it ends.
pub struct Running {
    pub turn: Arc<Turn>,
    turns: Turns,
}

impl Running {
    /// Ends the turn: the conversation is free for the next question before the last word is heard.
    pub fn end(self, ending: TurnEvent) {
        lock(&self.turns.0.running).remove(&self.turn.conversation_id);
        self.turn.add(ending);
    }

    /// Tells a turn that is over, as it is stored. Whoever joined meanwhile hears it too.
    pub fn retell(self, over: Over) {
        let ending = self.turn.retell(over);
        self.end(ending);
    }

    /// Ends a turn before anything was said.
    pub fn refuse(self, reason: &Error) {
        self.end(TurnEvent::failed(reason));
    }
}

impl Turns {
    pub fn begin(
        &self,
        conversation_id: ConversationId,
        client_message_id: Option<String>,
    ) -> Begun {
        let mut running = lock(&self.0.running);
        if let Some(turn) = running.get(&conversation_id) {
            return if client_message_id.is_some() && turn.client_message_id == client_message_id {
                Begun::Same(turn.clone())
            } else {
                Begun::Other
            };
        }
        let turn = Arc::new(Turn::new(conversation_id, client_message_id));
        running.insert(conversation_id, turn.clone());
        Begun::New(Running { turn, turns: self.clone() })
    }

    /// Waits until no turn runs, but not longer than `patience`; false if some still do.
    pub async fn drained(&self, patience: Duration) -> bool {
        let mut ended = self.0.ended.subscribe();
        let wait = async {
            while !lock(&self.0.running).is_empty() {
                if ended.changed().await.is_err() {
                    break;
                }
            }
        };
        tokio::time::timeout(patience, wait).await.is_ok()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // A turn that panicked, which is in the log, has said no ending: its listeners get one.
        let unended = !lock(&self.turn.said).after.last().is_some_and(TurnEvent::is_end);
        if unended {
            self.turn.add(TurnEvent::failed(&Error::panicked()));
        }
        let mut running = lock(&self.turns.0.running);
        // After `end`, the next turn of the conversation may be there already.
        if running.get(&self.turn.conversation_id).is_some_and(|turn| Arc::ptr_eq(turn, &self.turn))
        {
            running.remove(&self.turn.conversation_id);
        }
        drop(running);
        self.turns.0.ended.send_replace(());
    }
}

/// A panic while the lock is held leaves nothing half changed here.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use futures_util::StreamExt;

    use super::*;

    #[tokio::test]
    async fn whoever_listens_to_a_turn_that_panics_is_told_so_and_the_next_may_begin() {
        let (turns, conversation) = (Turns::default(), ConversationId::generate());
        let Begun::New(running) = turns.begin(conversation, None) else { panic!("none runs yet") };
        let turn = running.turn.clone();
        turn.say("We open ");
        assert!(matches!(turns.begin(conversation, None), Begun::Other));
        let ended = tokio::spawn(async move {
            let _running = running;
            panic!("in the middle");
        });
        assert!(ended.await.is_err_and(|error| error.is_panic()));
        let said: Vec<TurnEvent> = turn.follow().flat_map(stream::iter).collect().await;
        let [TurnEvent::Token(words), TurnEvent::Error { code, .. }] = &said[..] else {
            panic!("{said:?}");
        };
        assert_eq!((words.as_str(), *code), ("We open ", "internal"));
        assert!(matches!(turns.begin(conversation, None), Begun::New(_)));
    }
}

//! A question asked by the owner, to see how the agent would answer: the same search, prompt and answerers as a
//! visitor's turn, and nothing is stored.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use super::{
    Desk, handover,
    receipts::{self, Receipt, Times},
    reply::{self, Question, SOURCES, Spoken},
};
use crate::{
    answer::{Prompt, Said, Speaker},
    clock::Moment,
    error::Result,
    knowledge::{Found, Query},
    store::{agents::Agent, conversations::Status},
};

pub struct Rehearsal {
    pub prompt: Arc<Prompt>,
    pub content: String,
    pub spoken: Spoken,
    /// Nothing supports what was said, or nothing was said.
    pub low_confidence: bool,
    /// A visitor who asks this now is handed over to a person: what they are told instead of an answer.
    pub handoff: Option<Status>,
    /// The words that the search looked for.
    pub terms: Arc<[String]>,
    /// The same question was searched for before.
    pub cached: bool,
    pub retrieved_after: Duration,
    /// None if nothing was said.
    pub first_token_after: Option<Duration>,
    /// To the last word.
    pub total_after: Duration,
}

impl Rehearsal {
    /// In and out; none if no model spoke.
    pub fn tokens(&self) -> Option<(u32, u32)> {
        let (told, said) = (self.spoken.input_tokens, self.spoken.output_tokens);
        (said > 0).then_some((told, said))
    }

    /// As it would be kept of a visitor's turn.
    pub fn receipt(&self) -> Receipt {
        let times = Times {
            retrieve: self.retrieved_after,
            first: self.first_token_after,
            total: self.total_after,
        };
        receipts::receipt(&self.prompt, times)
    }
}

impl Desk {
    /// # Errors
    /// When the question is empty or too long, or the search fails.
    pub async fn rehearse(
        &self,
        agent: &Agent,
        earlier: &[String],
        question: &str,
        mut say: impl FnMut(&str),
    ) -> Result<Rehearsal> {
        let begun = Instant::now();
        let message = reply::readable(question)?;
        let given = self.curated.answer_anywhere(agent, &message).await?;
        let history: Vec<Said> = earlier
            .iter()
            .map(|question| Said { role: Speaker::Visitor, content: question.clone() })
            .collect();
        let handoff = (given.is_none() && handover::wish::is_in(&message))
            .then(|| handover::first_asked(&agent.profile.handover, Moment::now()).status);
        let found = if given.is_some() || handoff.is_some() {
            // Nothing is searched for what is answered already, or is left to a person.
            Found::nothing_needed()
        } else {
            let alone = self.alone(agent, &history, &message).await;
            let (text, earlier) = (message.clone(), earlier.to_vec());
            let threshold = agent.profile.answers.confidence_threshold;
            let query = Query { text, earlier, alone, page_url: None, threshold };
            self.knowledge.search(agent.id, &query, SOURCES).await?
        };
        let retrieved_after = begun.elapsed();
        let (terms, cached) = (found.terms.clone(), found.cached);
        let question = Question {
            message,
            page_url: String::new(),
            page_context: None,
            client_message_id: None,
            shows_cards: false,
        };
        let prompt = Arc::new(reply::prompt(agent, &question, found, history));
        let (mut content, mut first_token_after) = (String::new(), None);
        let hear = |words: &str| {
            if first_token_after.is_none() && !words.is_empty() {
                first_token_after = Some(begun.elapsed());
            }
            content += words;
            say(words);
        };
        let spoken = match &given {
            Some(given) => Spoken::given(given, hear),
            None if handoff.is_some() => Spoken::default(),
            None => self.speak(prompt.clone(), hear).await,
        };
        let total_after = begun.elapsed();
        let low_confidence =
            handoff.is_some() || (given.is_none() && spoken.is_unsure(&prompt, &content));
        Ok(Rehearsal {
            prompt,
            content,
            spoken,
            low_confidence,
            handoff,
            terms,
            cached,
            retrieved_after,
            first_token_after,
            total_after,
        })
    }
}

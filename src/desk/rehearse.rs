//! A question asked by the owner, to see how the agent would answer: the same search, prompt and answerers as a
//! visitor's turn, and nothing is stored.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use super::{
    Desk,
    reply::{self, Question, SOURCES, Spoken},
};
use crate::{
    answer::{Prompt, Said, Speaker},
    error::Result,
    knowledge::Query,
    store::agents::Agent,
};

pub struct Rehearsal {
    pub prompt: Arc<Prompt>,
    pub content: String,
    pub spoken: Spoken,
    pub low_confidence: bool,
    /// The words that the search looked for.
    pub terms: Vec<String>,
    /// The same question was searched for before.
    pub cached: bool,
    pub retrieved_after: Duration,
    /// None if nothing was said.
    pub first_token_after: Option<Duration>,
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
        let query = Query { text: message.clone(), earlier: earlier.to_vec(), page_url: None };
        let found = self.knowledge.search(agent.id, &query, SOURCES).await?;
        let retrieved_after = begun.elapsed();
        let (terms, cached) = (found.terms.clone(), found.cached);
        let history = earlier
            .iter()
            .map(|question| Said { role: Speaker::Visitor, content: question.clone() })
            .collect();
        let question = Question {
            message,
            page_url: String::new(),
            page_context: None,
            client_message_id: None,
        };
        let prompt = Arc::new(reply::prompt(agent, &question, found, history));
        let (mut content, mut first_token_after) = (String::new(), None);
        let spoken = self
            .speak(prompt.clone(), |words| {
                if first_token_after.is_none() && !words.is_empty() {
                    first_token_after = Some(begun.elapsed());
                }
                content += words;
                say(words);
            })
            .await;
        let low_confidence = spoken.is_unsure(&prompt, &content);
        Ok(Rehearsal {
            prompt,
            content,
            spoken,
            low_confidence,
            terms,
            cached,
            retrieved_after,
            first_token_after,
        })
    }
}

//! A follow-up as a question that stands alone, where the agent's owner wants a model to put it so.

use super::Desk;
use crate::{
    answer::{Rules, Said},
    store::agents::Agent,
};

impl Desk {
    /// None for the first question of a conversation, and where no model says it in time: then a rule must do.
    pub(super) async fn alone(
        &self,
        agent: &Agent,
        history: &[Said],
        question: &str,
    ) -> Option<String> {
        let answers = &agent.profile.answers;
        if !answers.rewrite || history.is_empty() {
            return None;
        }
        self.answerers.rewrite(&Rules::from(answers), history, question).await
    }
}

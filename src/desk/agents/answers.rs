//! What an owner may set of an agent's answers: topics, lengths and models, each bounded, so that the prompt stays one.

use crate::{
    error::{Error, Result},
    store::agents::Answers,
};

/// Of the owner's own words to the model.
const INSTRUCTION_CHARACTERS: usize = 8000;
/// Topics to avoid, and characters of each.
const AVOIDED: usize = 30;
const TOPIC_CHARACTERS: usize = 100;
/// Characters of an answer: shorter ones say nothing, longer ones no model gives.
const SHORTEST: u32 = 80;
const LONGEST: u32 = 20_000;
const MODELS: usize = 16;
/// More would push the answer out of sight.
const SUGGESTIONS: u32 = 4;

/// Tidies the topics, and gives what is wrong by the setting's name.
pub(super) fn bound(answers: &mut Answers) -> Vec<(&'static str, String)> {
    let mut wrong = Vec::new();
    if answers.instructions.chars().count() > INSTRUCTION_CHARACTERS {
        let problem = format!("must have at most {INSTRUCTION_CHARACTERS} characters");
        wrong.push(("answers.instructions", problem));
    }
    for topic in &mut answers.avoid {
        *topic = topic.split_whitespace().collect::<Vec<_>>().join(" ");
    }
    answers.avoid.retain(|topic| !topic.is_empty());
    let is_long = answers.avoid.iter().any(|topic| topic.chars().count() > TOPIC_CHARACTERS);
    if is_long || answers.avoid.len() > AVOIDED {
        let problem =
            format!("must be at most {AVOIDED} topics of at most {TOPIC_CHARACTERS} characters");
        wrong.push(("answers.avoid", problem));
    }
    if answers.max_chars != 0 && !(SHORTEST..=LONGEST).contains(&answers.max_chars) {
        let problem = format!("must be from {SHORTEST} to {LONGEST}, or 0 for no bound");
        wrong.push(("answers.max_chars", problem));
    }
    if answers.suggestions > SUGGESTIONS {
        wrong.push(("answers.suggestions", format!("must be from 0 to {SUGGESTIONS}")));
    }
    if answers.models.len() > MODELS {
        wrong.push(("answers.models", format!("must be at most {MODELS} names")));
    }
    wrong
}

/// # Errors
/// Names the models that the configuration does not know, and those that it does.
pub(super) fn check_models(answers: &Answers, known: &[&str]) -> Result<()> {
    let unknown: Vec<&str> =
        answers.models.iter().map(String::as_str).filter(|name| !known.contains(name)).collect();
    if unknown.is_empty() {
        return Ok(());
    }
    let problem = format!(
        "names no model of the configuration with {}; there are: {}",
        unknown.join(", "),
        known.join(", ")
    );
    Err(Error::invalid("answers.models", problem))
}

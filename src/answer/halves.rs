//! The answers to the two halves of a question, one after the other, in the room of one.

use std::sync::OnceLock;

use super::{
    Prompt, Rules,
    extractive::{self, Share},
    pairs, picker,
};
use crate::knowledge::Half;

/// Characters for the first half at most, room for a list; and for the second at least.
const FIRST: usize = 460;
const SECOND: usize = 200;

/// None where the sources say nothing of either.
pub fn said(prompt: &Prompt) -> Option<String> {
    let mut told = Vec::new();
    let mut answers = Vec::new();
    for (place, half) in prompt.halves.iter().enumerate() {
        let used: usize = told.iter().map(|text: &String| text.chars().count()).sum();
        let left = picker::LONGEST.saturating_sub(used).max(SECOND);
        let longest = if place == 0 { FIRST } else { left };
        let share = Share { numbers: numbers(half, prompt), longest };
        let own = alone(half, prompt);
        answers.extend(match pairs::asked(&own) {
            Some(source) => Some(pairs::told(&own, source, share.numbers[source])),
            None => extractive::said(&own, &share, &mut told),
        });
    }
    answers.dedup();
    // A unit may be longer than half of what the owner allows.
    while answers.len() > 1 && extractive::is_too_long(&answers.join("\n\n"), prompt) {
        answers.pop();
    }
    (!answers.is_empty()).then(|| answers.join("\n\n"))
}

/// The half as a question of its own.
fn alone(half: &Half, prompt: &Prompt) -> Prompt {
    let Half { question, asked, leans_on, passages } = half.clone();
    let question = extractive::written(&question, &passages).unwrap_or(question);
    let max_chars = prompt.rules.max_chars.div_ceil(2);
    Prompt {
        question,
        asked,
        leans_on,
        sources: passages,
        halves: Vec::new(),
        rules: Rules { max_chars, ..prompt.rules.clone() },
        fingerprint: OnceLock::new(),
        ..prompt.clone()
    }
}

/// Which of all sources those of the half are.
fn numbers(half: &Half, prompt: &Prompt) -> Vec<usize> {
    let number = |id: i64| prompt.sources.iter().position(|source| source.passage_id == id);
    half.passages.iter().map(|hit| number(hit.passage_id).map_or(0, |at| at + 1)).collect()
}

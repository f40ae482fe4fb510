//! Questions that the owner answered: whoever asks the same is told the answer as it stands, whole and cited.

use super::{
    Prompt, inert,
    words::{Language, likeness},
};

/// From this likeness on, two questions ask the same.
const SAME: f32 = 0.72;
/// And from this on they do even where the search is not sure enough to answer.
const SURELY: f32 = 0.9;
/// What a word of the same meaning counts for.
const KIN: f32 = 0.7;

/// The source of the pair that asks what the visitor asks.
pub fn asked(prompt: &Prompt) -> Option<usize> {
    let enough = if prompt.confidence < prompt.threshold { SURELY } else { SAME };
    let pairs = prompt.sources.iter().enumerate().filter(|(_, source)| source.is_pair);
    let alike = pairs.map(|(at, source)| {
        let language = Language::of(&source.language);
        (at, alike(&language.stems(&prompt.asked), &language.stems(&source.heading), &language))
    });
    // Of those that are as much alike, the first: the search likes it best.
    let best = alike.reduce(|best, next| if next.1 > best.1 { next } else { best });
    best.filter(|(_, alike)| *alike >= enough).map(|(at, _)| at)
}

/// Its answer, cited by this number.
pub fn told(prompt: &Prompt, source: usize, number: usize) -> String {
    let answer = prompt.sources.get(source).map_or("", |source| source.text.trim());
    let last = answer.lines().next_back().unwrap_or_default();
    let between = if last.starts_with(['|', '`']) { "\n\n" } else { " " };
    format!("{}{between}[{}]", inert::marks(answer), number)
}

/// The same, with the question that it answers: "Yes." is no answer to another.
pub fn told_to_another(prompt: &Prompt, source: usize, number: usize) -> String {
    let question = prompt.sources.get(source).map_or("", |source| source.heading.trim());
    let answer = told(prompt, source, number);
    let is_block = answer
        .starts_with(|first: char| !first.is_alphabetic() && !matches!(first, '£' | '€' | '$'));
    let between = if is_block { "\n\n" } else { " " };
    format!("**{}**{between}{answer}", inert::marks(&question.replace('*', "")))
}

/// Whether two questions ask the same, by their words.
pub fn is_same(one: &str, other: &str, language: &Language) -> bool {
    alike(&language.stems(one), &language.stems(other), language) >= SAME
}

/// How much of both questions the other one holds, 0 to 1.
fn alike(one: &[String], other: &[String], language: &Language) -> f32 {
    let held = |words: &[String], by: &[String]| {
        let best =
            |word: &String| by.iter().map(|other| near(word, other, language)).fold(0.0, f32::max);
        words.iter().map(best).sum::<f32>()
    };
    let all = one.len() + other.len();
    if one.is_empty() || other.is_empty() {
        return 0.0;
    }
    (held(one, other) + held(other, one)) / all as f32
}

fn near(one: &str, other: &str, language: &Language) -> f32 {
    if one == other {
        return 1.0;
    }
    let kin = if language.kin(one).any(|kin| kin == other) { KIN } else { 0.0 };
    kin.max(likeness(one, other) * 0.8)
}

#[cfg(test)]
mod tests {
    use super::alike;
    use crate::answer::words::Language;

    #[test]
    fn questions_that_ask_the_same_are_alike() {
        let language = Language::of("en");
        let alike =
            |one: &str, other: &str| alike(&language.stems(one), &language.stems(other), &language);
        for (one, other) in [
            ("how long can i return things", "How long can I return things?"),
            ("Who founded your shop?", "Who founded the shop?"),
        ] {
            assert!(alike(one, other) >= super::SAME, "{one} {other} {}", alike(one, other));
        }
        for (one, other) in [
            ("Do you ship to Denmark?", "Do you ship to Norway?"),
            ("Do you sell submarines?", "Do you sell helmets for children?"),
            ("", "Do you ship?"),
        ] {
            assert!(alike(one, other) < super::SAME, "{one} {other} {}", alike(one, other));
        }
    }
}

//! The built-in answerer: the sentences of the pages that answer best, with the conditions that belong to them, each
//! cited. Promise: it never says what no page says, and says so when it does not know.

use super::{
    Prompt, avoid, courtesies, halves, hedges, named, pairs, picker, regrets, relevance::Relevance,
    render::render, words,
};
use crate::knowledge::{Hit, language_shown, written_out};

/// Its name where models have theirs.
pub const NAME: &str = "builtin";

/// Words in one delta.
const WORDS: usize = 4;

/// The answer in pieces of a few words.
pub fn answer(prompt: &Prompt) -> Vec<String> {
    match written(&prompt.question, &prompt.sources) {
        Some(question) => answer_written(&Prompt { question, ..prompt.clone() }),
        None => answer_written(prompt),
    }
}

/// The question with what is typed for short written out, where there is such and it is asked of English pages.
pub(super) fn written(question: &str, sources: &[Hit]) -> Option<String> {
    let is_english = |source: &Hit| matches!(source.language.as_str(), "en" | "und");
    written_out(question).filter(|_| sources.iter().any(is_english))
}

/// To a question of which nothing is typed for short.
fn answer_written(prompt: &Prompt) -> Vec<String> {
    if let Some((courtesy, language)) = courtesies::of(&prompt.question, &prompt.language) {
        return pieces(courtesies::reply(courtesy, language.unwrap_or(&prompt.language)));
    }
    if avoid::is_asked(prompt) {
        return pieces(avoid::refusal(spoken(prompt)));
    }
    let whole = Share { numbers: (1..=prompt.sources.len()).collect(), longest: picker::LONGEST };
    let text = match pairs::asked(prompt) {
        Some(source) => Some(pairs::told(prompt, source, whole.numbers[source])),
        None if prompt.confidence < prompt.threshold => None,
        None if prompt.halves.is_empty() => {
            said(prompt, &whole, &mut Vec::new()).map(|text| hedged(text, prompt))
        }
        None => halves::said(prompt).map(|text| hedged(text, prompt)),
    };
    pieces(text.as_deref().unwrap_or_else(|| regrets::regret(spoken(prompt))))
}

/// An answer that may well be to another question is told as such, where the owner leaves room for it.
fn hedged(text: String, prompt: &Prompt) -> String {
    let hedge = hedges::hedge(prompt.confidence, spoken(prompt));
    let both = hedge.map(|hedge| format!("{hedge}\n\n{text}"));
    both.filter(|both| !is_too_long(both, prompt)).unwrap_or(text)
}

/// The language of what is said without a page: the visitor's, where the question shows it; else the one that is usual
/// here, unless none of the pages is in it.
fn spoken(prompt: &Prompt) -> &str {
    if let Some(shown) = language_shown(&prompt.question, &prompt.language) {
        return shown;
    }
    let mut languages = prompt.sources.iter().map(|source| source.language.as_str());
    let is_usual = |language: &str| {
        let same = language.get(..2).zip(prompt.language.get(..2));
        language == "und" || same.is_some_and(|(one, other)| one.eq_ignore_ascii_case(other))
    };
    let first = languages.next().filter(|first| !is_usual(first));
    first.filter(|_| !languages.any(is_usual)).unwrap_or(&prompt.language)
}

/// What an answer has for itself.
pub(super) struct Share {
    /// By which each of the sources is cited.
    pub numbers: Vec<usize>,
    /// Characters of the pages' text, at most.
    pub longest: usize,
}

/// Says nothing of what was `told` before, and adds to that. None when the sources share no word with the question, or
/// hold no text.
pub(super) fn said(prompt: &Prompt, share: &Share, told: &mut Vec<String>) -> Option<String> {
    let relevance = Relevance::of(prompt);
    let mut chosen = picker::pick(&relevance, &prompt.question, share.longest);
    let all = &relevance.candidates;
    // Where no word agrees, the first source was found by its meaning.
    let best = chosen.first().map_or(0, |&first| all[first].source);
    let pair = prompt.sources.get(best).filter(|source| source.is_pair);
    let pair = pair.map(|_| pairs::told_to_another(prompt, best, share.numbers[best]));
    let is_said = |text: &String| avoid::is_in(text, prompt) || told.contains(text);
    chosen.retain(|&index| !is_said(&all[index].unit.text));
    if !named::is_named(prompt, all, &chosen) {
        return None;
    }
    let mut others = chosen.clone();
    if let Some(pair) = &pair {
        let mut chars = pair.chars().count();
        others.retain(|&index| {
            let is_other = all[index].source != best;
            chars += if is_other { all[index].chars } else { 0 };
            is_other && chars <= share.longest
        });
    }
    let told_as = |others: &[usize]| {
        let rest = (!others.is_empty()).then(|| render(&relevance, others, prompt, &share.numbers));
        pair.iter().cloned().chain(rest).collect::<Vec<_>>().join("\n\n")
    };
    // What was chosen last says least.
    while others.len() + pair.iter().len() > 1 && is_too_long(&told_as(&others), prompt) {
        others.pop();
    }
    // What only introduces others says nothing alone.
    if let ([only], None) = (others.as_slice(), &pair)
        && all[*only].unit.text.ends_with([':', '：'])
    {
        return None;
    }
    let text = told_as(&others);
    told.extend(chosen.iter().map(|&index| all[index].unit.text.clone()));
    (!text.is_empty()).then_some(text)
}

pub(super) fn is_too_long(text: &str, prompt: &Prompt) -> bool {
    prompt.rules.max_chars > 0 && text.chars().count() > prompt.rules.max_chars
}

/// A few words each, so that the answer flows as a model's does.
fn pieces(text: &str) -> Vec<String> {
    let mut pieces = Vec::with_capacity(text.len() / 20 + 1);
    let mut count = 0;
    let mut start = 0;
    for (at, letter) in text.char_indices() {
        if letter == ' ' || words::is_dense(letter) {
            count += 1;
        }
        if count == WORDS {
            pieces.push(text[start..at].to_owned());
            start = at;
            count = 0;
        }
    }
    pieces.push(text[start..].to_owned());
    pieces
}

#[cfg(test)]
mod tests;

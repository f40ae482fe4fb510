//! The patterns by which the questions of a gap are known again: few, each with words enough not to answer others,
//! and without what may be a visitor's own: addresses, and long numbers.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    knowledge::wording::{self, Reader, Term},
    store::curated::Pattern,
};

/// Words of a pattern: with fewer it also knows questions that say a little more or less.
const WORDS: usize = 6;
/// Words that all questions must share for these alone to be the pattern.
const SHARED: usize = 2;
/// Words of a question that is so short that it is its own pattern.
const SHORT: usize = 4;
/// A longer number is an order, a telephone, a card.
const DIGITS: usize = 4;

/// Words of a question by their keys, in its order.
type Words = Vec<(String, String)>;

/// At most `limit`; none where nothing is left to know the questions by.
pub(super) fn patterns(reader: &Reader, questions: &[&str], limit: usize) -> Vec<Pattern> {
    let mut worded: Vec<(&str, Words)> = Vec::new();
    let mut seen = BTreeSet::new();
    for question in questions {
        let words = words(reader, question);
        let keys: BTreeSet<String> = words.iter().map(|(key, _)| key.clone()).collect();
        if seen.insert(keys) {
            worded.push((question, words));
        }
    }
    let mut holding: BTreeMap<&String, usize> = BTreeMap::new();
    for key in worded.iter().flat_map(|(_, words)| words.iter().map(|(key, _)| key)) {
        *holding.entry(key).or_default() += 1;
    }
    let held = |key: &String| holding.get(key).copied().unwrap_or(0);
    if let Some((_, first)) = worded.first() {
        let shared: Words =
            first.iter().filter(|(key, _)| held(key) == worded.len()).cloned().collect();
        if shared.len() >= SHARED {
            return vec![of(shortened(shared, held))];
        }
    }
    let mut patterns: Vec<Pattern> = Vec::new();
    for (question, words) in &worded {
        let pattern = if words.len() >= SHARED {
            Some(of(shortened(words.clone(), held)))
        } else {
            whole(question)
        };
        if let Some(pattern) = pattern.filter(|pattern| !patterns.contains(pattern)) {
            patterns.push(pattern);
        }
    }
    patterns.truncate(limit);
    patterns
}

fn of(words: Words) -> Pattern {
    let words: Vec<String> = words.into_iter().map(|(_, word)| word).collect();
    Pattern::Words(words.join(" "))
}

/// The words that most of the questions share, of those the longest.
fn shortened(mut words: Words, held: impl Fn(&String) -> usize) -> Words {
    while words.len() > WORDS {
        let weakest = words
            .iter()
            .enumerate()
            .min_by_key(|(_, (key, word))| (held(key), word.chars().count()))
            .map(|(at, _)| at);
        let Some(weakest) = weakest else { break };
        words.remove(weakest);
    }
    words
}

fn words(reader: &Reader, question: &str) -> Words {
    let mut words: Words = Vec::new();
    for token in question.split_whitespace().filter(|token| !is_private(token)) {
        for (word, term) in reader.terms(token) {
            // A word that says nothing stands for itself when it is alone; beside others it still says nothing.
            if matches!(&term, Term::Run(_))
                && word.chars().all(|c| c.is_alphabetic() || matches!(c, '\'' | '\u{2019}'))
                && !has_no_spaces(&word)
            {
                continue;
            }
            for (key, word) in term.keys().into_iter().map(|key| {
                let word = if matches!(term, Term::Run(_)) { key.clone() } else { word.clone() };
                (key, word)
            }) {
                if !words.iter().any(|(known, _)| *known == key) {
                    words.push((key, word));
                }
            }
        }
    }
    words
}

fn has_no_spaces(word: &str) -> bool {
    word.chars().next().is_some_and(wording::is_unspaced)
}

/// The whole question, where it is short and says nothing of its visitor.
fn whole(question: &str) -> Option<Pattern> {
    let run = wording::run(question);
    let is_short = (1..=SHORT).contains(&run.split_whitespace().count());
    let is_open = !question.split_whitespace().any(is_private);
    (is_short && is_open).then(|| Pattern::Exact(run.trim().to_owned()))
}

fn is_private(token: &str) -> bool {
    let digits = token.chars().filter(char::is_ascii_digit).count();
    digits > DIGITS || token.contains('@') || token.contains("://")
}

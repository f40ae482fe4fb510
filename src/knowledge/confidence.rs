//! How sure a search may be that its passages answer the question: how near the nearest passage is and the nearest unit
//! of all, how far that one stands above the rest, and which word of the question its text has nothing for.
//!
//! The constants are a logistic regression over 245 questions with an answer (36 of them follow-ups) and 65 without one
//! that were written for four texts: a shop's site, the help of a statistics service, the policies of a code host, a
//! desktop's help. Fitted to three and tried on the fourth, at the point where 10 % of the answerable are refused, 51 %
//! of the others are (45 % without units). Shifted to the agents' default threshold of 0.35 they refuse 9 % and 51 % of
//! what they were fitted to. Those for words alone were fitted to 258 and 76 other questions on five texts. Agents of
//! more than 458 passages are beyond what was tried.

use std::collections::HashSet;

use unicode_segmentation::UnicodeSegmentation;

use super::{
    index,
    merge::Candidate,
    senses::Sense,
    terms::{Asked, Term},
    words::Analyser,
};
use crate::store::passages::Match;

/// With meaning: how near the nearest passage and the nearest unit are together, how far that unit is above the nearest
/// one of the passage of this rank, and what is lost.
const BASE: f64 = -2.05;
const NEAR: f64 = 4.26;
const MARGIN: f64 = 4.57;
const LOST: f64 = 0.4;
/// In agents of more passages than were fitted to, it is as large a part of them, as far as units are known.
const RANK: usize = 10;
const FITTED: usize = 400;

/// With words alone.
const BASE_OF_WORDS: f64 = 1.38;
const COVERED_BY_WORDS: f64 = 2.58;
const LOST_BY_WORDS: f64 = 0.42;

/// In a language whose words have no senses here.
const BASE_OF_STEMS: f64 = -2.6;
const COVERED_BY_STEMS: f64 = 8.0;

/// Passages of which one should hold what was asked.
const BEST: usize = 3;
/// A word weighs as in an agent of at most this many passages: the fitted ones had 122 to 458.
const SAMPLE: f64 = 300.0;
/// Words of a question that are looked for in the text, and of the text.
const ASKED: usize = 16;
const READ: usize = 400;
/// What a question loses that has no words.
const NOTHING: f64 = 5.0;
/// Pages of no known language are mostly short English ones.
const ENGLISH: &[&str] = &["en", "und"];

/// 0–1. `units` are the nearest one of each of the best passages, the nearest first; none where they have no vectors.
pub(super) fn of(
    asked: &Asked,
    candidates: &[Candidate],
    matches: &[(Candidate, Match)],
    units: &[f64],
) -> f64 {
    let Some((_, best)) = matches.first() else {
        return 0.0;
    };
    let passage = candidates.iter().filter_map(|one| one.near).reduce(f64::max);
    let rank = RANK * (asked.passages as usize).max(FITTED) / FITTED;
    let reference = units.get(rank).or(units.last());
    let lost = lost(asked, best);
    if let (Some(passage), Some(unit), Some(reference), Some(lost)) =
        (passage, units.first(), reference, lost)
    {
        return logistic(
            BASE + NEAR * (passage + unit) + MARGIN * (unit - reference) - LOST * lost,
        );
    }
    let covered = coverage(asked, matches);
    match lost {
        _ if covered <= 0.0 => 0.0,
        Some(lost) => logistic(BASE_OF_WORDS + COVERED_BY_WORDS * covered - LOST_BY_WORDS * lost),
        None => logistic(BASE_OF_STEMS + COVERED_BY_STEMS * covered),
    }
}

/// With words alone, by how much of what was asked is covered.
pub(super) fn of_words(covered: f64) -> f64 {
    if covered > 0.0 { logistic(BASE_OF_STEMS + COVERED_BY_STEMS * covered) } else { 0.0 }
}

fn logistic(sum: f64) -> f64 {
    1.0 / (1.0 + (-sum).exp())
}

/// The word of the question that the passage lacks most: how far it is from the nearest word there, times how rare it is
/// among the agent's passages and in English. "Do you take Bitcoin?" has an answer only where something is like Bitcoin.
/// None for a language without senses.
fn lost(asked: &Asked, passage: &Match) -> Option<f64> {
    if !ENGLISH.contains(&passage.language.as_str()) {
        return None;
    }
    let (stems, words) = read(passage);
    let known = asked.terms.iter().map(|term| (&term.word, Some(term)));
    let unknown = asked.unknown.iter().map(|word| (word, None));
    let mut senses: Option<Vec<Sense>> = None;
    let lost = unknown.chain(known).take(ASKED).map(|(word, term)| {
        if term.is_some_and(|term| holds(&stems, term)) {
            return 0.0;
        }
        let Some(sense) = Sense::of(word) else {
            return 0.0;
        };
        // Most questions lack little: what the text's words mean is looked up when one does.
        let senses =
            senses.get_or_insert_with(|| words.iter().filter_map(|it| Sense::of(it)).collect());
        let nearest = senses.iter().map(|other| sense.nearness(other)).fold(0.0, f32::max);
        let holding = term.map_or(0, |term| term.holding);
        f64::from((1.0 - nearest) * sense.length) * rarity(holding, asked.passages)
    });
    lost.reduce(f64::max).or(Some(NOTHING))
}

/// Its words, each once: the stems, and those that say something as they stand.
fn read(passage: &Match) -> (HashSet<String>, Vec<String>) {
    let analyser = Analyser::new(&passage.language);
    let body = index::without_targets(&passage.body);
    let (mut stems, mut words, mut seen) = (HashSet::new(), Vec::new(), HashSet::new());
    for text in [passage.title.as_str(), &passage.heading, &body] {
        for word in text.unicode_words() {
            if words.len() < READ && seen.insert(word.to_lowercase()) {
                let forms = analyser.words(word);
                if !forms.is_empty() {
                    words.push(word.to_owned());
                    stems.extend(forms);
                }
            }
        }
    }
    (stems, words)
}

/// Inverse document frequency, as if the agent had no more than the sample.
fn rarity(holding: u32, passages: u32) -> f64 {
    let passages = f64::from(passages.max(1));
    let sample = passages.min(SAMPLE);
    ((sample + 1.0) / (f64::from(holding) * sample / passages + 0.5)).ln().max(0.0)
}

fn holds(words: &HashSet<String>, term: &Term) -> bool {
    term.forms.iter().any(|form| match form.strip_suffix('*') {
        Some(beginning) => words.iter().any(|word| word.starts_with(beginning)),
        None => words.contains(form),
    })
}

/// How much of what was asked the best passages hold.
fn coverage(asked: &Asked, matches: &[(Candidate, Match)]) -> f64 {
    if asked.weight <= 0.0 {
        return 0.0;
    }
    let best = matches.iter().take(BEST).map(|(_, found)| {
        let analyser = Analyser::new(&found.language);
        let texts = [&found.title, &found.heading, &found.body].into_iter();
        let words: HashSet<String> = texts.flat_map(|text| analyser.words(text)).collect();
        let held = asked.terms.iter().filter(|term| holds(&words, term));
        held.map(|term| term.weight).sum::<f64>() / asked.weight
    });
    best.fold(0.0, f64::max).clamp(0.0, 1.0)
}

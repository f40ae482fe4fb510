//! How sure a search may be that its passages answer the question: how near the nearest passage is and the nearest unit
//! of all, how far that one stands above the rest, and for which word of the question its text has nothing.
//!
//! What nearness, margin and loss count beside each other is a logistic regression over 245 questions with an answer (36
//! of them follow-ups) and 65 without one that were written for four texts: a shop's site, the help of a statistics
//! service, the policies of a code host, a desktop's help. That what is lost counts by the question's length (of a
//! follow-up, with the question that it leans on), and how much all of it counts, come from 299 questions with and 95
//! without an answer on six texts: the shop's, other questions on that host and that desktop, a system's FAQ, another
//! part of the desktop's help, a finance program's. At the point where 10 % of the answerable are refused, fitted to five
//! and tried on the sixth, 57 % of the others are, without the length 32 %. At the agents' default threshold of 0.35 all
//! six together have 7 % and 59 % refused, and 78 % of the answerable answered with what was asked for. Those for words
//! alone were fitted to 258 and 76 other questions on five texts. Agents of more than 458 passages are beyond what was
//! tried.

use std::{borrow::Cow, cell::OnceCell, collections::HashSet, sync::Arc};

use unicode_segmentation::UnicodeSegmentation;

use super::{
    Passage,
    lexical::Held,
    merge::Candidate,
    passages::without_targets,
    senses::Sense,
    terms::{Asked, Term},
    words::Analyser,
};

/// With meaning: how near the nearest passage and the nearest unit are together, how far that unit is above the nearest
/// one of the passage of this rank, and what is lost: of few words it says more than of many.
const BASE: f64 = 0.85;
const NEAR: f64 = 1.92;
const MARGIN: f64 = 2.06;
const LOST: f64 = 0.18;
const LOST_OF_WORDS: f64 = 3.5;
/// A question counts as having so many words at least, and at most.
const WORDS: std::ops::RangeInclusive<usize> = 8..=22;
/// In agents of more passages than were fitted to, it is as large a part of them, as far as units are known.
const RANK: usize = 10;
const FITTED: usize = 400;

/// With words alone.
const BASE_OF_WORDS: f64 = 1.38;
const COVERED_BY_WORDS: f64 = 2.58;
const LOST_BY_WORDS: f64 = 0.42;

/// In a language whose words have no senses here. At the default threshold three eighths of what is asked must be there:
/// of 13 answers in German, French and Spanish that had less, 11 were wrong and 1 was half of one.
const BASE_OF_STEMS: f64 = -3.6;
const COVERED_BY_STEMS: f64 = 8.0;
/// What stands on the page that the visitor looks at may cover less.
const BASE_OF_PAGE: f64 = -2.6;

/// Passages of which one should hold what was asked.
pub(super) const BEST: usize = 3;
/// A word weighs as in an agent of at most this many passages: the fitted ones had 122 to 458.
const SAMPLE: f64 = 300.0;
/// Words of a question that are looked for in the text, and of the text.
const ASKED: usize = 16;
const READ: usize = 400;
/// Words that say nothing of what is asked, though they are looked for.
const VAGUE: &[&str] = &[
    "actually",
    "anybody",
    "anyone",
    "anything",
    "anyway",
    "anywhere",
    "ever",
    "hey",
    "just",
    "kind",
    "maybe",
    "mine",
    "now",
    "ok",
    "okay",
    "really",
    "someone",
    "somebody",
    "something",
    "somewhere",
    "sort",
    "still",
    "thing",
    "things",
    "though",
    "whatever",
    "whenever",
    "wondering",
    "wonder",
];
/// What a question loses that has no words.
const NOTHING: f64 = 5.0;
/// Pages of no known language are mostly short English ones.
const ENGLISH: &[&str] = &["en", "und"];

/// 0–1. `units` are the nearest one of each of the best passages, the nearest first; none where they have no vectors.
pub(super) fn of(
    question: &str,
    asked: &Asked,
    held: &Held,
    candidates: &[Candidate],
    passages: &[Arc<Passage>],
    units: &[f64],
) -> f64 {
    let Some(best) = passages.first() else {
        return 0.0;
    };
    if asked.misses_a_code {
        // What there is, is of other things that are much alike.
        return 0.0;
    }
    // Of what words found alone, meaning says nothing.
    let has_vector = candidates.first().is_some_and(|best| best.near.is_some());
    let passage = candidates.iter().filter_map(|one| one.near).reduce(f64::max);
    let passage = passage.filter(|_| has_vector);
    let rank = RANK * (asked.passages as usize).max(FITTED) / FITTED;
    let reference = units.get(rank).or(units.last());
    let best = Text { passage: best, held, stems: OnceCell::new() };
    let lost = lost(asked, &best);
    if let (Some(passage), Some(unit), Some(reference), Some(lost)) =
        (passage, units.first(), reference, lost)
    {
        let words = question.split_whitespace().count().clamp(*WORDS.start(), *WORDS.end());
        let near = NEAR * (passage + unit) + MARGIN * (unit - reference);
        return logistic(BASE + near - (LOST + LOST_OF_WORDS / words as f64) * lost);
    }
    let covered = coverage(asked, held, passages);
    match lost {
        _ if covered <= 0.0 => 0.0,
        Some(lost) => logistic(BASE_OF_WORDS + COVERED_BY_WORDS * covered - LOST_BY_WORDS * lost),
        None => logistic(BASE_OF_STEMS + COVERED_BY_STEMS * covered),
    }
}

/// Of the visitor's own page, by how much of what was asked is covered.
pub(super) fn of_page(covered: f64) -> f64 {
    if covered > 0.0 { logistic(BASE_OF_PAGE + COVERED_BY_STEMS * covered) } else { 0.0 }
}

fn logistic(sum: f64) -> f64 {
    1.0 / (1.0 + (-sum).exp())
}

/// The word of the question that the passage lacks most: how far it is from the nearest word there, times how rare it is
/// among the agent's passages and in English. "Do you take Bitcoin?" has an answer only where something is like Bitcoin.
/// None for a language without senses.
fn lost(asked: &Asked, text: &Text) -> Option<f64> {
    if !ENGLISH.contains(&text.passage.language.as_str()) {
        return None;
    }
    let says = |word: &String| !VAGUE.contains(&word.as_str());
    if !asked.unknown.iter().chain(asked.terms.iter().map(|term| &term.word)).any(says) {
        return Some(NOTHING);
    }
    let unknown = asked.unknown.iter().map(|word| (word, 0));
    let known = asked.terms.iter().enumerate().map(|(at, term)| {
        // What is there need not be looked for by its meaning.
        (!text.holds(at, term)).then_some((&term.word, term.holding))
    });
    let asked_for = unknown.map(Some).chain(known).take(ASKED).flatten();
    let asked_for = asked_for.filter(|(word, _)| says(word));
    let missing = asked_for.filter_map(|(word, holding)| Some((Sense::of(word)?, holding)));
    let mut missing: Vec<(Sense, u32, f32)> =
        missing.map(|(sense, holding)| (sense, holding, 0.0)).collect();
    if !missing.is_empty() {
        text.each_sense(|there| {
            for (sense, _, nearest) in &mut missing {
                *nearest = nearest.max(sense.nearness(there));
            }
        });
    }
    let lost = missing.iter().map(|(sense, holding, nearest)| {
        f64::from((1.0 - nearest) * sense.length) * rarity(*holding, asked.passages)
    });
    Some(lost.fold(0.0, f64::max))
}

/// A passage and what is known of its words.
struct Text<'a> {
    passage: &'a Passage,
    held: &'a Held,
    /// Read only where the index does not say what it holds.
    stems: OnceCell<HashSet<String>>,
}

impl Text<'_> {
    fn holds(&self, at: usize, term: &Term) -> bool {
        self.held.holds(self.passage.passage_id, at).unwrap_or_else(|| {
            let stems = self.stems.get_or_init(|| {
                let analyser = Analyser::new(&self.passage.language);
                self.parts().iter().flat_map(|text| analyser.words(text)).collect()
            });
            term.forms.iter().any(|form| match form.strip_suffix('*') {
                Some(beginning) => stems.iter().any(|word| word.starts_with(beginning)),
                None => stems.contains(form),
            })
        })
    }

    /// What its words mean: of those that say something, each once.
    fn each_sense(&self, mut show: impl FnMut(&Sense)) {
        let analyser = Analyser::without_endings(&self.passage.language);
        let mut seen = HashSet::new();
        let parts = self.parts();
        let words = parts.iter().flat_map(|text| text.unicode_words());
        let words = words.filter(|word| seen.insert(word.to_lowercase()));
        let words = words.filter(|word| !analyser.words(word).is_empty());
        words.take(READ).filter_map(Sense::of).for_each(|sense| show(&sense));
    }

    fn parts(&self) -> [Cow<'_, str>; 3] {
        let Passage { title, heading, text, .. } = self.passage;
        [title.into(), heading.into(), without_targets(text).into()]
    }
}

/// Inverse document frequency, as if the agent had no more than the sample.
fn rarity(holding: u32, passages: u32) -> f64 {
    let passages = f64::from(passages.max(1));
    let sample = passages.min(SAMPLE);
    ((sample + 1.0) / (f64::from(holding) * sample / passages + 0.5)).ln().max(0.0)
}

/// How much of what was asked the best passages hold.
fn coverage(asked: &Asked, held: &Held, passages: &[Arc<Passage>]) -> f64 {
    if asked.weight <= 0.0 {
        return 0.0;
    }
    let best = passages.iter().take(BEST).map(|passage| {
        let text = Text { passage, held, stems: OnceCell::new() };
        let terms = asked.terms.iter().enumerate();
        let there = terms.filter(|(at, term)| text.holds(*at, term));
        there.map(|(_, term)| term.weight).sum::<f64>() / asked.weight
    });
    best.fold(0.0, f64::max).clamp(0.0, 1.0)
}

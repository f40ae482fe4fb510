//! How sure a search may be that its passages are about the question. The constants are fitted, by logistic regression,
//! to questions with and without an answer on a shop's site and on a manual, so that the agents' default threshold
//! parts them.

use std::collections::HashSet;

use super::{merge::Candidate, terms::Asked, words::Analyser};
use crate::store::passages::Match;

/// Passages of which one should hold what was asked.
const BEST: usize = 3;

/// With meaning: how near the nearest passage is, how far it stands above the one of this rank, and the words covered,
/// which above a part say no more: long questions have many words beside the point.
const RANK: usize = 20;
const ENOUGH: f64 = 0.3;
const BASE: f64 = -5.86;
const NEAR: f64 = 5.83;
const MARGIN: f64 = 6.78;
const COVERED: f64 = 8.23;
/// With words alone.
const BASE_OF_WORDS: f64 = -2.6;
const COVERED_BY_WORDS: f64 = 8.0;

/// 0–1. `fitted` says that closeness means what the constants were fitted to.
pub(super) fn of(
    asked: &Asked,
    candidates: &[Candidate],
    matches: &[(f64, Match)],
    fitted: bool,
) -> f64 {
    if matches.is_empty() {
        return 0.0;
    }
    let covered = coverage(asked, matches);
    let mut near: Vec<f64> = candidates.iter().filter_map(|one| one.near).collect();
    near.sort_by(|a, b| b.total_cmp(a));
    let reference = near.get(RANK).or(near.last());
    match (near.first(), reference) {
        (Some(nearest), Some(reference)) if fitted => logistic(
            BASE + NEAR * nearest + MARGIN * (nearest - reference) + COVERED * covered.min(ENOUGH),
        ),
        _ if covered > 0.0 => logistic(BASE_OF_WORDS + COVERED_BY_WORDS * covered),
        _ => 0.0,
    }
}

fn logistic(sum: f64) -> f64 {
    1.0 / (1.0 + (-sum).exp())
}

/// How much of what was asked the best passages hold.
fn coverage(asked: &Asked, matches: &[(f64, Match)]) -> f64 {
    if asked.weight <= 0.0 {
        return 0.0;
    }
    let best = matches.iter().take(BEST).map(|(_, found)| {
        let analyser = Analyser::new(&found.language);
        let texts = [&found.title, &found.heading, &found.body].into_iter();
        let words: HashSet<String> = texts.flat_map(|text| analyser.words(text)).collect();
        let held = asked.terms.iter().filter(|term| {
            term.forms.iter().any(|form| match form.strip_suffix('*') {
                Some(beginning) => words.iter().any(|word| word.starts_with(beginning)),
                None => words.contains(form),
            })
        });
        held.map(|term| term.weight).sum::<f64>() / asked.weight
    });
    best.fold(0.0, f64::max).clamp(0.0, 1.0)
}

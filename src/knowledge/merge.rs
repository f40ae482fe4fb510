//! Words and meaning, merged: passages that either finds, in one order. Names, codes and numbers are found by their
//! words, what is said in other words by its meaning; each counts as a part of the best of its kind.

use std::collections::HashMap;

use crate::store::passages::Scored;

/// What meaning counts beside words, of 1. Chosen with what follows in [`super::rerank`] over 245 questions on four texts
/// (those of [`super::confidence`]), the next two over 258 others on five.
const MEANING: f64 = 0.8;
/// Passages, the best by words, that show how much of what is asked for has vectors: a German page has none by a model for
/// English, nor has one that was written a moment ago.
const SAMPLE: usize = 10;
/// What a passage gains that holds a code or a number of the question as it is, where others do not: to meaning, "LMP-1133"
/// and "LMP-1196" are the same.
const CODE: f64 = 0.4;
/// What a name counts for that hardly any other passage holds, beside a code: meaning knows it as little. Of 84 questions
/// on two sites that were written without sight of this, 68 are answered and not 64, and 10 refused and not 12; of 480 on
/// eight others as many as before.
pub(super) const NAME: f64 = 0.5;
/// What the next passage of a page already shown is worth: several pages are better than one page several times.
const REPEATED: f64 = 0.95;
/// What a page's best passage gains from its second, of that one's score; from each further one half as much.
const SECONDED: f64 = 0.1;

/// A passage that may answer.
#[derive(Debug, Clone, Copy)]
pub(super) struct Candidate {
    pub id: i64,
    pub page_id: i64,
    /// BM25, or 0 where it was not found by words.
    pub words: f64,
    /// The cosine to the question, if the passage has a vector.
    pub near: Option<f64>,
    pub score: f64,
}

/// The nearest passages by meaning.
pub(super) struct Near {
    pub id: i64,
    pub page_id: i64,
    pub cosine: f64,
}

/// All passages of both lists, the best first.
pub(super) struct Merged {
    pub candidates: Vec<Candidate>,
    /// How much meaning can tell of what is asked for, 0–1: as far as what words find has vectors.
    pub known: f64,
}

/// `cosine` knows the closeness of a passage that was found by words, `codes` the part of the question's codes that a
/// passage holds.
pub(super) fn merge(
    words: Vec<Scored>,
    near: Vec<Near>,
    cosine: impl Fn(i64) -> Option<f64>,
    codes: impl Fn(i64) -> f64,
) -> Merged {
    let known = known(&words, &cosine);
    let mut all: HashMap<i64, Candidate> = HashMap::new();
    for Scored { id, page_id, score } in words {
        all.insert(id, Candidate { id, page_id, words: score, near: cosine(id), score });
    }
    for Near { id, page_id, cosine } in near {
        let new = Candidate { id, page_id, words: 0.0, near: Some(cosine), score: 0.0 };
        all.entry(id).or_insert(new);
    }
    let mut all: Vec<Candidate> = all.into_values().collect();
    let best = |of: &dyn Fn(&Candidate) -> f64| all.iter().map(of).fold(0.0, f64::max);
    let (most, nearest) = (best(&|one| one.words), best(&|one| one.near.unwrap_or(0.0)));
    if nearest > 0.0 {
        let meaning = MEANING * known;
        for one in &mut all {
            let words = if most > 0.0 { one.words / most } else { 0.0 };
            let near = one.near.map_or(words, |near| (near / nearest).max(0.0));
            one.score = (1.0 - meaning) * words + meaning * near + CODE * codes(one.id);
        }
    }
    all.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.id.cmp(&b.id)));
    spread(&mut all);
    Merged { candidates: all, known }
}

fn known(words: &[Scored], cosine: impl Fn(i64) -> Option<f64>) -> f64 {
    let sample = &words[..words.len().min(SAMPLE)];
    let sum = |some: &mut dyn Iterator<Item = &Scored>| some.map(|one| one.score).sum::<f64>();
    let all = sum(&mut sample.iter());
    if all > 0.0 {
        sum(&mut sample.iter().filter(|one| cosine(one.id).is_some())) / all
    } else {
        1.0
    }
}

/// Ranks pages, not only passages: one with several passages about the question comes earlier, and its further passages
/// leave room for other pages.
fn spread(ranked: &mut [Candidate]) {
    let mut shown: HashMap<i64, (usize, i32)> = HashMap::new();
    let mut gains = vec![0.0; ranked.len()];
    for (at, found) in ranked.iter_mut().enumerate() {
        let (first, before) =
            *shown.entry(found.page_id).and_modify(|(_, before)| *before += 1).or_insert((at, 0));
        if before > 0 {
            if let Some(gain) = gains.get_mut(first) {
                *gain += found.score * SECONDED * 0.5_f64.powi(before - 1);
            }
            found.score *= REPEATED.powi(before.min(4));
        }
    }
    for (found, gain) in ranked.iter_mut().zip(gains) {
        found.score += gain;
    }
    ranked.sort_by(|a, b| b.score.total_cmp(&a.score));
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The passages' ids, the best first. Of each: BM25, if words find it, and its cosine, if it has a vector.
    fn order(passages: &[(i64, f64, Option<f64>)], code: i64) -> Vec<i64> {
        let words = passages.iter().filter(|(_, score, _)| *score > 0.0);
        let words = words.map(|&(id, score, _)| Scored { id, page_id: id, score }).collect();
        let near = passages
            .iter()
            .filter_map(|&(id, _, cosine)| Some(Near { id, page_id: id, cosine: cosine? }));
        let cosine = |id| passages.iter().find(|(at, _, _)| *at == id)?.2;
        let merged = merge(words, near.collect(), cosine, |id| f64::from(u8::from(id == code)));
        merged.candidates.iter().map(|candidate| candidate.id).collect()
    }

    #[test]
    fn words_and_meaning_count_both() {
        assert_eq!(
            order(&[(1, 9.0, Some(0.3)), (2, 3.0, Some(0.6)), (3, 9.0, Some(0.6))], 0),
            [3, 2, 1]
        );
    }

    #[test]
    fn what_has_no_vector_is_not_outranked_for_that() {
        assert_eq!(order(&[(1, 9.0, None), (2, 0.0, Some(0.4)), (3, 4.0, None)], 0), [1, 3, 2]);
        let half_made = [(1, 9.0, None), (2, 4.0, Some(0.5)), (3, 4.0, Some(0.45))];
        assert_eq!(order(&half_made, 0)[0], 1);
    }

    #[test]
    fn a_code_counts_as_it_is_written() {
        let alike = [(1, 4.0, Some(0.71)), (2, 5.0, Some(0.6)), (3, 4.0, Some(0.7))];
        assert_eq!((order(&alike, 0)[0], order(&alike, 2)[0]), (1, 2));
    }
}

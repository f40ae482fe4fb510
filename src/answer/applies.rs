//! What holds for some day or some amount alone: of the rows of a week that of the day is told that is asked for, of
//! prices by weight that of the weight.

use super::{days::Days, ranges::Amounts, relevance::Candidate, units::Kind};

/// What a unit loses that holds for another day, or another amount.
const ANOTHER: f32 = 0.8;

/// Sets of each candidate whether it applies.
pub fn prefer_what_applies(candidates: &mut [Candidate], question: &str) {
    if let Some(asked) = Days::of(question) {
        prefer_the_day(candidates, asked);
    }
    if let Some(asked) = Amounts::of(question) {
        let is_beside = |one: &Candidate, other: &Candidate| {
            one.source == other.source && one.unit.block == other.unit.block
        };
        for group in candidates.chunk_by_mut(is_beside) {
            prefer_the_range(group, &asked);
        }
    }
}

/// Where some unit names the day, what names only others loses, but for the row of what is asked about: its other days
/// are an answer.
fn prefer_the_day(candidates: &mut [Candidate], asked: Days) {
    for candidate in candidates.iter_mut() {
        candidate.applies = Days::of(&candidate.unit.text).map(|named| named.share_one(asked));
    }
    if candidates.iter().any(|candidate| candidate.applies == Some(true)) {
        let others = candidates.iter_mut();
        others
            .filter(|other| other.applies == Some(false) && !other.is_named)
            .for_each(|other| other.score -= ANOTHER);
    }
}

/// Of the rows of a table or the items of a list, those whose range holds the amount, where others have ranges that do
/// not. One that is of another day stays so.
fn prefer_the_range(group: &mut [Candidate], asked: &Amounts) {
    if !matches!(group[0].unit.kind, Kind::Row | Kind::Item(None)) {
        return;
    }
    let held =
        group.iter().map(|candidate| asked.are_in(&candidate.unit.text, &candidate.unit.heading));
    let held: Vec<Option<bool>> = held.collect();
    if !held.contains(&Some(true)) || !held.contains(&Some(false)) {
        return;
    }
    for (candidate, held) in group.iter_mut().zip(held) {
        if held.is_some() && candidate.applies != Some(false) {
            candidate.applies = held;
        }
        if held == Some(false) {
            candidate.score -= ANOTHER;
        }
    }
}

//! What holds for some day or some amount alone: of the rows of a week that of the day is told that is asked for, of
//! prices by weight that of the weight.

use super::{
    amounts::Amounts, days::Days, measures, numbers, relevance::Candidate, relevance::NAMED,
    units::Kind,
};

/// Rows of a table that say whose numbers the others name.
const ROWS: usize = 20;
/// What a unit loses that holds for another day, or another amount; and what the row of what is asked about gains that
/// names the day.
const ANOTHER: f32 = 0.8;

/// Sets of each candidate whether it applies. `wanted` are the words of the question that candidates are told to hold.
pub fn prefer_what_applies(candidates: &mut [Candidate], question: &str, wanted: &[String]) {
    if let Some(asked) = Days::of(question) {
        prefer_the_day(candidates, asked, wanted);
    }
    if let Some(asked) = Amounts::of(question) {
        let is_beside = |one: &Candidate, other: &Candidate| {
            one.source == other.source && one.unit.block == other.unit.block
        };
        for group in candidates.chunk_by_mut(is_beside) {
            prefer_the_range(group, &asked, wanted);
        }
    }
}

/// Where some unit names the day, what names only others loses, and the row of what is asked about gains if it names the
/// day. That row loses nothing if it does not: its other days are an answer.
fn prefer_the_day(candidates: &mut [Candidate], asked: Days, wanted: &[String]) {
    for candidate in candidates.iter_mut() {
        candidate.applies = Days::of(&candidate.unit.text).map(|named| named.share_one(asked));
    }
    if !candidates.iter().any(|candidate| candidate.applies == Some(true)) {
        return;
    }
    let is_day = |word: usize| Days::of(&wanted[word]).is_some();
    for candidate in candidates {
        // "Sunday" is a row of all Sundays, "Sunday 1 March" of one.
        let is_one_word = !candidate.unit.subject.trim().contains(char::is_whitespace);
        let is_named = candidate.named_by().any(|word| is_one_word || !is_day(word));
        match candidate.applies {
            Some(false) if !is_named => candidate.score -= ANOTHER,
            Some(true) if is_named => candidate.score += ANOTHER,
            _ => {}
        }
    }
}

/// Of the rows of a table or the items of a list, those whose range holds the amount, where others have ranges that do
/// not. One that the question names by a word that those do not hold is meant all the same: "my cabin bag of 12 kg".
fn prefer_the_range(group: &mut [Candidate], asked: &Amounts, wanted: &[String]) {
    if !matches!(group[0].unit.kind, Kind::Row | Kind::Item(None)) {
        return;
    }
    // "Under 3s" are children where another row says so.
    let around = group.iter().take(ROWS).map(|it| it.unit.text.as_str());
    let around = around.chain([group[0].unit.heading.as_str()]).collect::<Vec<_>>().join(" ");
    let are_in = |it: &Candidate| asked.are_in(&it.unit.text, &around);
    let held: Vec<Option<bool>> = group.iter().map(are_in).collect();
    if !held.contains(&Some(true)) || !held.contains(&Some(false)) {
        return;
    }
    let is_word = |word: &String| {
        let is_number = word.starts_with(|first: char| first.is_ascii_digit());
        !is_number && !numbers::is_in_words(word) && measures::unit(word).is_none()
    };
    let names = |candidate: &Candidate, word: usize| candidate.own[word] >= NAMED;
    let (all, is_true) = (&*group, |at: usize| held[at] == Some(true));
    let told_apart_by = |word: &usize| {
        is_word(&wanted[*word])
            && all[0].above[*word] < NAMED
            && (0..all.len()).all(|at| !is_true(at) || !names(&all[at], *word))
    };
    let telling: Vec<usize> = (0..wanted.len()).filter(told_apart_by).collect();
    for (candidate, held) in group.iter_mut().zip(held) {
        let is_meant = telling.iter().any(|&word| names(candidate, word));
        if held == Some(false) && !is_meant {
            candidate.score -= ANOTHER;
            candidate.applies = Some(false);
        } else if (held == Some(true) || is_meant) && candidate.applies.is_none() {
            candidate.applies = Some(true);
        }
    }
}

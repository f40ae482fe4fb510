//! The word that a misspelt one may mean: the words of the index that are nearest to it. The index holds words without
//! their endings, so a word is compared by its beginning, and what is left over counts as its ending.

use crate::error::Result;

/// Letters of a word that is looked for by likeness: shorter ones are like too many.
const SHORTEST: usize = 5;
/// And at most: longer ones are no words, and comparing costs time for each letter.
const LONGEST: usize = 60;
/// Letters of a word from which on it may differ twice as much.
const LONG: usize = 8;
/// What a word may differ: an edit costs 2, a letter of an ending 1.
const DIFFERENCE: usize = 2;
const DIFFERENCE_LONG: usize = 4;
/// Letters that an ending may have which the stemmer left on a misspelt word.
const ENDING: usize = 2;
/// Words taken for one.
const MOST: usize = 2;

/// What a second letter is that is left out or mistaken, mostly.
const VOWELS: [char; 6] = ['a', 'e', 'i', 'o', 'u', 'y'];

/// The nearest words, best first, each with its passages. Looks at words that begin with the same two letters, or with
/// these swapped, and only where none of them is near at those whose second letter is a vowel that is left out or
/// another one: few people misspell a beginning, and all words would be too many to compare.
pub(super) fn nearest(
    word: &str,
    beginning: impl Fn(&str) -> Result<Vec<(String, u32)>>,
) -> Result<Vec<(String, u32)>> {
    let letters: Vec<char> = word.chars().collect();
    let [first, second, third, ..] = letters.as_slice() else { return Ok(Vec::new()) };
    if !(SHORTEST..=LONGEST).contains(&letters.len()) {
        return Ok(Vec::new());
    }
    let mut likely = vec![format!("{first}{second}"), format!("{first}{third}")];
    likely.dedup();
    let vowels = VOWELS
        .iter()
        .flat_map(|vowel| [format!("{first}{vowel}{second}"), format!("{first}{vowel}{third}")]);
    let most = if letters.len() >= LONG { DIFFERENCE_LONG } else { DIFFERENCE };
    let mut near: Vec<(usize, u32, String)> = Vec::new();
    for beginnings in [likely, vowels.collect()] {
        if !near.is_empty() {
            break;
        }
        for with in beginnings {
            for (candidate, holding) in beginning(&with)? {
                let other: Vec<char> = candidate.chars().collect();
                let lengths = SHORTEST - 1..=letters.len() + most / 2;
                if lengths.contains(&other.len()) {
                    let difference = difference(&letters, &other);
                    if difference <= most {
                        near.push((difference, holding, candidate));
                    }
                }
            }
        }
    }
    near.sort_by(|a, b| (a.0, b.1, &a.2).cmp(&(b.0, a.1, &b.2)));
    let best = near.first().map_or(0, |(difference, ..)| *difference);
    near.retain(|(difference, ..)| *difference == best);
    Ok(near.into_iter().take(MOST).map(|(_, holding, word)| (word, holding)).collect())
}

/// Whether the words differ by one letter more, less or other, or by two swapped.
pub(super) fn slipped(word: &str, other: &str) -> bool {
    let (word, other): (Vec<char>, Vec<char>) = (word.chars().collect(), other.chars().collect());
    let same = word.iter().zip(&other).take_while(|(a, b)| a == b).count();
    let (left, right) = (&word[same..], &other[same..]);
    match (left, right) {
        ([_, left @ ..], [_, right @ ..]) if left == right => true,
        ([_, left @ ..], right) if left == right => true,
        (left, [_, right @ ..]) if left == right => true,
        ([a, b, left @ ..], [c, d, right @ ..]) => a == d && b == c && left == right,
        _ => false,
    }
}

/// What it costs to make the whole of `stem` from `word`: by edits of a beginning of the word, and by leaving out the
/// rest as an ending.
fn difference(word: &[char], stem: &[char]) -> usize {
    let costs = costs(word, stem).enumerate();
    let endings = costs.map(|(row, edits)| (word.len() - row - 1, edits));
    let whole = endings.filter(|(ending, _)| *ending <= ENDING);
    whole.map(|(ending, edits)| edits * 2 + ending).min().unwrap_or(usize::MAX)
}

/// How many edits make one word from the other.
pub(super) fn edits(word: &str, other: &str) -> usize {
    let (word, other): (Vec<char>, Vec<char>) = (word.chars().collect(), other.chars().collect());
    costs(&word, &other).last().unwrap_or(other.len())
}

/// For each beginning of `word`, the shortest first, how many edits make `other` from it; an edit is a letter more, less
/// or other, or two swapped (the optimal string alignment distance).
fn costs(word: &[char], other: &[char]) -> impl Iterator<Item = usize> {
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=other.len()).collect();
    word.iter().enumerate().map(move |(row, letter)| {
        let mut this = vec![row + 1; other.len() + 1];
        for (column, wanted) in other.iter().enumerate() {
            let mut cost = (last[column] + usize::from(letter != wanted))
                .min(last[column + 1] + 1)
                .min(this[column] + 1);
            if row > 0 && column > 0 && word[row - 1] == *wanted && other[column - 1] == *letter {
                cost = cost.min(before[column - 1] + 1);
            }
            this[column + 1] = cost;
        }
        before = std::mem::replace(&mut last, this);
        last[other.len()]
    })
}

#[cfg(test)]
mod tests {
    use super::{nearest, slipped};

    fn meant(word: &str) -> Vec<String> {
        let index = [
            "cancel",
            "handl",
            "subscript",
            "subscrib",
            "charg",
            "chart",
            "kingfish",
            "refund",
            "part",
            "touchpad",
        ];
        let beginning = |with: &str| {
            Ok(index
                .iter()
                .filter(|word| word.starts_with(with))
                .map(|word| ((*word).to_owned(), 1))
                .collect())
        };
        nearest(word, beginning).unwrap_or_default().into_iter().map(|(word, _)| word).collect()
    }

    #[test]
    fn a_slip_is_one_letter_more_less_other_or_two_swapped() {
        for (word, other) in
            [("teh", "the"), ("hw", "how"), ("wen", "when"), ("thes", "the"), ("cam", "can")]
        {
            assert!(slipped(word, other), "{word}");
        }
        for (word, other) in [("vat", "the"), ("ngo", "how"), ("tehs", "the"), ("the", "the")] {
            assert!(!slipped(word, other), "{word}");
        }
    }

    #[test]
    fn finds_the_word_that_was_meant() {
        assert_eq!(meant("cancl"), ["cancel"]);
        assert_eq!(meant("subscripton"), ["subscript"]);
        assert_eq!(meant("chargin"), ["charg"]);
        assert_eq!(meant("kingfsher"), ["kingfish"]);
        assert_eq!(meant("rfeund"), ["refund"]);
        assert_eq!(meant("refnud"), ["refund"]);
        assert_eq!(meant("tuchpad"), ["touchpad"]);
    }

    #[test]
    fn leaves_other_words_alone() {
        for other in ["cable", "hamster", "french", "total", "cat", "re", "refurbish", ""] {
            assert!(meant(other).is_empty(), "{other}");
        }
    }
}

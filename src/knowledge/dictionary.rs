//! English words by the vocabulary of the model inside: which words there are, and which one a slip stands for. Reads no
//! more of the model than its list of words.

use std::cmp::Reverse;

use super::{senses, spelling};
use crate::error::Result;

/// Letters of a slip: shorter words are like too many, longer ones are no words.
const SHORTEST: usize = 4;
const LONGEST: usize = 24;
/// With fewer than these, it lacks a letter of a word of the index ("clik"), or has two of its letters swapped.
const SHORT: usize = 5;
/// Edits that make a slip, and for words of so many letters.
const EDITS: usize = 1;
const EDITS_LONG: usize = 2;
const LONG: usize = 8;
/// Letters that a word may have after its stem.
const LONGEST_ENDING: usize = 6;
/// What may follow a word of which the vocabulary has no such form ("binned", "refunds").
const ENDINGS: &[&str] = &["s", "es", "ed", "d", "ing", "er", "ers", "ly", "able", "less", "ness"];
/// What may stand before one of at least so many letters: "repots" are not pots.
const BEGINNINGS: &[&str] = &["un", "re"];
const BEGUN: usize = 5;

/// Whether English has the word, as far as the vocabulary knows: as it stands, or with an ending or a beginning.
pub(super) fn is_word(word: &str) -> bool {
    senses::is_word(word)
        || is_inflected(word)
        || BEGINNINGS
            .iter()
            .filter_map(|with| word.strip_prefix(with))
            .any(|rest| rest.len() >= BEGUN && (senses::is_word(rest) || is_inflected(rest)))
}

fn is_inflected(word: &str) -> bool {
    ENDINGS.iter().filter_map(|ending| Some((ending, word.strip_suffix(ending)?))).any(
        |(ending, stem)| {
            let mut last = stem.chars().rev();
            let doubled = last.next().is_some_and(|letter| last.next() == Some(letter));
            // Only before a vowel: "removing" is "remove", "binned" is "bin", and "removd" is nothing.
            let before_vowel =
                |word: &str| ending.starts_with(['a', 'e', 'i']) && senses::is_word(word);
            stem.len() >= 3
                && stem.is_ascii()
                && (senses::is_word(stem)
                    || before_vowel(&format!("{stem}e"))
                    || doubled && before_vowel(&stem[..stem.len() - 1]))
        },
    )
}

/// What a slip stands for, and in how many passages it is: the word that is fewest edits away and begins with the same
/// letter; of several the one in the most passages, then one of the same letters, then the most frequent in English.
/// None for what is a word.
pub(super) fn meant(
    slip: &str,
    holding: impl Fn(&str) -> Result<u32>,
) -> Result<Option<(String, u32)>> {
    if !(SHORTEST..=LONGEST).contains(&slip.len())
        || !slip.bytes().all(|byte| byte.is_ascii_lowercase())
        || is_word(slip)
    {
        return Ok(None);
    }
    let most = if slip.len() >= LONG { EDITS_LONG } else { EDITS };
    let mut fewest = most;
    let mut near: Vec<&str> = Vec::new();
    for word in senses::words_beginning(slip.as_bytes()[0]) {
        if word.len().abs_diff(slip.len()) > fewest || word.len() < SHORTEST {
            continue;
        }
        let edits = spelling::edits(slip, word);
        if edits > fewest || slip.len() < SHORT && !(lacks(slip, word) && holding(word)? > 0) {
            continue;
        }
        if edits < fewest {
            near.clear();
            fewest = edits;
        }
        near.push(word);
    }
    let mut best: Option<(Reverse<u32>, usize, f32, &str)> = None;
    for word in near {
        let this = (Reverse(holding(word)?), strangers(slip, word), rarity(word), word);
        if best.is_none_or(|best| this < best) {
            best = Some(this);
        }
    }
    Ok(best.map(|(Reverse(holding), _, _, word)| (word.to_owned(), holding)))
}

/// Whether a slip has no letter too many and no other one.
fn lacks(slip: &str, word: &str) -> bool {
    word.len() > slip.len() || word.len() == slip.len() && strangers(slip, word) == 0
}

/// The shortest English word of a stem.
pub(super) fn of_stem(stem: &str, stems: impl Fn(&str) -> bool) -> Option<&'static str> {
    let first = *stem.as_bytes().first()?;
    let longest = stem.len() + LONGEST_ENDING;
    let words = senses::words_beginning(first)
        .filter(|word| word.starts_with(stem) && word.len() <= longest && stems(word));
    words.min_by_key(|word| word.len())
}

/// The rarer a word is in English, the longer its vector.
fn rarity(word: &str) -> f32 {
    senses::Sense::of(word).map_or(f32::MAX, |sense| sense.length)
}

/// How many letters one has that the other has not: "desicion" has those of "decision", only not in order.
fn strangers(one: &str, other: &str) -> usize {
    let mut counts = [0_i32; 26];
    for (letters, step) in [(one, 1), (other, -1)] {
        for letter in letters.bytes() {
            counts[usize::from(letter - b'a')] += step;
        }
    }
    counts.iter().map(|count| count.unsigned_abs() as usize).sum()
}

#[cfg(test)]
mod tests {
    use super::{is_word, meant, of_stem};

    fn alone(slip: &str) -> Option<String> {
        meant(slip, |_| Ok(0)).unwrap().map(|(word, _)| word)
    }

    #[test]
    fn a_slip_stands_for_the_nearest_word() {
        for (slip, word) in [
            ("desicion", "decision"),
            ("acount", "account"),
            ("subscripton", "subscription"),
            ("swiched", "switched"),
            ("adress", "address"),
            ("repots", "reports"),
            ("tommorow", "tomorrow"),
            ("removd", "removed"),
        ] {
            assert_eq!(alone(slip).as_deref(), Some(word), "{slip}");
        }
    }

    #[test]
    fn a_word_of_the_index_comes_first() {
        for only in ["cancel", "candle"] {
            let meant = meant("cancle", |word| Ok(u32::from(word == only) * 2)).unwrap();
            assert_eq!(meant, Some((only.to_owned(), 2)));
        }
    }

    #[test]
    fn of_four_letters_only_what_lacks_one_of_a_word_of_the_index() {
        let of = |slip: &str, indexed: &str| {
            meant(slip, |word| Ok(u32::from(word == indexed))).unwrap().map(|(word, _)| word)
        };
        assert_eq!(of("clik", "click").as_deref(), Some("click"));
        assert_eq!(of("stpe", "step").as_deref(), Some("step"));
        assert_eq!(of("clik", "clip"), None);
        assert_eq!(of("clik", "other"), None);
    }

    #[test]
    fn a_stem_is_that_of_a_word() {
        assert_eq!(of_stem("advertis", |_| true), Some("advertised"));
        assert_eq!(of_stem("subscript", |_| true), Some("subscription"));
        assert_eq!(of_stem("subscript", |_| false), None);
        assert_eq!(of_stem("", |_| true), None);
    }

    #[test]
    fn words_and_what_is_like_none_stay() {
        for word in ["binned", "refundable", "unpaid", "account", "cancelled", "swapping"] {
            assert!(is_word(word), "{word}");
            assert_eq!(alone(word), None, "{word}");
        }
        for other in ["", "teh", "kqxwzv", "größe", "42", &"a".repeat(500)] {
            assert_eq!(alone(other), None, "{other}");
        }
    }
}

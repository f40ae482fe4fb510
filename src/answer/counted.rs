//! What "how many" counts, "fingers" of "How many different fingers can I register?", and whether a text says how many
//! there are: a number that stands near that word, or near one that means nearly the same. In English.

use super::{
    measures, numbers,
    quantities::{self, COUNTS, EXTREMES, is_in},
    words::{self, Language},
};
use crate::knowledge::senses::Sense;

/// Words after "how many" among which the counted one is.
const LOOKED_AT: usize = 4;
/// They are over where the rest of the question begins.
const REST: &str = "do does did can could will would shall should may might must are is was were be been have has had i you we they \
    he she it there this these those the a an my your our their of in on at to for from by with per and or that who which work works \
    live want need get";
/// Plurals without an "s".
const PLURALS: &str = "children men women feet teeth mice";
/// These stand for too much else to be looked for: whatever is counted may be they.
const ANYTHING: &str = "things items times units kinds types sorts ways pieces others ones persons parts cases uses numbers amounts \
    employees users holidays vacations";
/// Words between the number and what it counts, at most, where the number is first, "5 of the free invoices", and where
/// it is last, "The number of teams in an organisation is 50".
const BETWEEN: usize = 4;
const BETWEEN_BEFORE: usize = 8;
/// After digits, as in "2nd", "5x", "10k".
const ORDINALS: &str = "st nd rd th x k m";
/// A word that means as nearly the same as this stands for what is counted: "clients" for "customers".
const ALIKE: f32 = 0.35;

pub struct Counted {
    language: Language,
    /// None where any number of something may be it.
    word: Option<Word>,
}

struct Word {
    stem: Option<String>,
    sense: Option<Sense>,
}

impl Counted {
    /// None where the question counts nothing.
    pub fn of(question: &str) -> Option<Self> {
        let folded = words::fold(question);
        let words = quantities::pieces(&folded);
        let how_many = words.windows(2).position(|pair| pair == ["how", "many"]);
        let number_of = || {
            let is_one =
                |three: &[&str]| is_in(three[0], EXTREMES) && three[1..] == ["number", "of"];
            Some(words.windows(3).position(is_one)? + 1)
        };
        let begins = how_many.or_else(number_of)? + 2;
        let mut phrase =
            words[begins..].iter().take_while(|word| !is_in(word, REST)).take(LOOKED_AT);
        let counted = phrase.find(|word| is_plural(word)).filter(|word| !is_in(word, ANYTHING));
        let language = Language::of("en");
        let word =
            counted.map(|word| Word { stem: language.stems(word).pop(), sense: Sense::of(word) });
        Some(Self { language, word })
    }

    /// Whether a text says how many there are. What stands in a heading above it is what its numbers count.
    pub fn is_in(&self, headings: &[&str], text: &str) -> bool {
        let folded = words::fold(text);
        let folded: Vec<&str> = folded
            .split_whitespace()
            .filter(|word| !is_of_a_clock(word) && !is_a_name(word))
            .collect();
        let folded = folded.join(" ");
        let mut words = quantities::pieces(&folded);
        if is_numbered(&folded) {
            words.remove(0);
        }
        if self.word.is_none() {
            return (0..words.len()).any(|at| is_amount(&words, at) && !is_measured(&words, at));
        }
        let is_above = headings.iter().any(|heading| {
            quantities::pieces(&words::fold(heading)).into_iter().any(|word| self.is(word))
        });
        (0..words.len()).filter(|&at| is_amount(&words, at)).any(|at| {
            let (before, after) = (at.saturating_sub(BETWEEN_BEFORE + 1)..at, &words[at + 1..]);
            let counts = |words: &[&str]| words.iter().any(|word| self.is(word));
            // "All teams see 3 logs" counts logs, "within 14 days" days.
            let counts_others =
                || is_measured(&words, at) || after.iter().take(2).any(|word| is_plural(word));
            counts(&after[..after.len().min(BETWEEN + 1)])
                || !counts_others() && (is_above || counts(&words[before]))
        })
    }

    fn is(&self, word: &str) -> bool {
        let Some(counted) = &self.word else { return false };
        let is_same = || counted.stem.is_some() && self.language.stems(word).pop() == counted.stem;
        let is_alike = || {
            let (Some(this), Some(other)) = (&counted.sense, Sense::of(word)) else { return false };
            this.nearness(&other) >= ALIKE
        };
        word.len() > 2 && word.chars().all(char::is_alphabetic) && (is_same() || is_alike())
    }
}

/// "3. Select the fingers" counts nothing.
fn is_numbered(text: &str) -> bool {
    let number = text.split_once(['.', ')']).map_or("", |(number, _)| number);
    !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_amount(words: &[&str], at: usize) -> bool {
    let word = words[at];
    word.starts_with(|first: char| first.is_ascii_digit())
        || numbers::is_in_words(word)
        || is_in(word, COUNTS)
        || word == "many" && at > 0 && words[at - 1] == "as"
}

/// A number of a unit, an hour or money.
fn is_measured(words: &[&str], at: usize) -> bool {
    let is_unit =
        |word: &&str| measures::measured(word).is_some() || matches!(*word, "am" | "pm" | "%");
    let beside = [at.checked_sub(1), Some(at + 1)].into_iter().flatten();
    words[at + 1..].iter().take(2).any(is_unit)
        || beside.filter_map(|at| words.get(at)).any(|word| quantities::is_money(word))
}

/// "9:00–18:00"
fn is_of_a_clock(word: &str) -> bool {
    let letters = word.as_bytes();
    letters
        .windows(3)
        .any(|three| three[0].is_ascii_digit() && three[1] == b':' && three[2].is_ascii_digit())
}

/// "HMAC-SHA256", "2xx": no number of anything.
fn is_a_name(word: &str) -> bool {
    let pieces = quantities::pieces(word);
    let is_number = |piece: &str| piece.starts_with(|first: char| first.is_ascii_digit());
    pieces.windows(2).any(|pair| {
        let letters = |piece: &str| piece.starts_with(char::is_alphabetic);
        let joined = word.contains(&pair.concat());
        let is_unit = measures::measured(pair[1]).is_some() || is_in(pair[1], ORDINALS);
        joined
            && (letters(pair[0]) && pair[0].len() > 1 && is_number(pair[1])
                || is_number(pair[0]) && letters(pair[1]) && !is_unit)
    })
}

fn is_plural(word: &str) -> bool {
    word.len() > 3 && word.ends_with('s') && !word.ends_with("ss") || is_in(word, PLURALS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_says_how_many_or_something_else() {
        for (question, heading, said, not) in [
            (
                "How many different fingers can I register?",
                "",
                "Up to ten fingers of each person.",
                "3. Select the finger that you want.",
            ),
            (
                "how many teams can one organisation have",
                "",
                "The number of teams is 50.",
                "All teams see 3 logs.",
            ),
            (
                "How many clients may I have?",
                "",
                "as many customers as you like",
                "Clients pay within 14 days.",
            ),
            (
                "What is the maximum number of boats?",
                "Boats",
                "Three for each group.",
                "Boats are out for 3 days.",
            ),
            (
                "How many children can come?",
                "",
                "Two children with each adult.",
                "Children are welcome.",
            ),
            (
                "How many webhooks can I set up?",
                "Webhooks",
                "There may be 20.",
                "Compute HMAC-SHA256 of it; answer with 2xx.",
            ),
            (
                "How many sessions does the course have?",
                "",
                "It has 8 two-hour sessions.",
                "Sessions take two hours.",
            ),
        ] {
            let counted = Counted::of(question).unwrap();
            assert!(counted.is_in(&[heading], said), "{question} {said}");
            assert!(!counted.is_in(&[""], not), "{question} {not}");
        }
    }

    #[test]
    fn of_what_says_too_little_any_number_counts_but_hours_and_prices() {
        for question in
            ["How many can I have?", "How many people fit?", "How many things?", "how many"]
        {
            let counted = Counted::of(question).unwrap();
            assert!(counted.is_in(&[], "Up to two."), "{question}");
            for text in
                ["Monday: 9:00–18:00", "It costs £40.", "From 9am.", "14 days", "People like it."]
            {
                assert!(!counted.is_in(&[], text), "{question} {text}");
            }
        }
        assert!(Counted::of("many teams").is_none() && Counted::of("").is_none());
    }
}

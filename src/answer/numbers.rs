//! Finds numbers and prices in an answer that nobody gave. Such an answer may be made up.

use std::{collections::HashSet, sync::LazyLock};

use rustc_hash::FxHashMap;

use super::{Prompt, citations, prices::Prices, words};

/// Numbers in words, so that "30 days" is supported by "thirty days".
const WORDS: &[(&str, &str)] = &[
    ("one", "1"),
    ("two", "2"),
    ("three", "3"),
    ("four", "4"),
    ("five", "5"),
    ("six", "6"),
    ("seven", "7"),
    ("eight", "8"),
    ("nine", "9"),
    ("ten", "10"),
    ("eleven", "11"),
    ("twelve", "12"),
    ("thirteen", "13"),
    ("fourteen", "14"),
    ("fifteen", "15"),
    ("sixteen", "16"),
    ("seventeen", "17"),
    ("eighteen", "18"),
    ("nineteen", "19"),
    ("twenty", "20"),
    ("thirty", "30"),
    ("forty", "40"),
    ("fifty", "50"),
    ("sixty", "60"),
    ("seventy", "70"),
    ("eighty", "80"),
    ("ninety", "90"),
    ("hundred", "100"),
    ("thousand", "1000"),
    ("once", "1"),
    ("twice", "2"),
    ("eine", "1"),
    ("einen", "1"),
    ("zwei", "2"),
    ("drei", "3"),
    ("vier", "4"),
    ("funf", "5"),
    ("sechs", "6"),
    ("sieben", "7"),
    ("acht", "8"),
    ("neun", "9"),
    ("zehn", "10"),
    ("zwolf", "12"),
    ("vierzehn", "14"),
    ("dreissig", "30"),
    ("deux", "2"),
    ("trois", "3"),
    ("quatre", "4"),
    ("cinq", "5"),
    ("sept", "7"),
    ("huit", "8"),
    ("dix", "10"),
    ("quinze", "15"),
    ("trente", "30"),
    ("dos", "2"),
    ("tres", "3"),
    ("cuatro", "4"),
    ("cinco", "5"),
    ("siete", "7"),
    ("ocho", "8"),
    ("diez", "10"),
    ("quince", "15"),
    ("treinta", "30"),
];

/// Whether a sentence of the answer holds a number that is in no source, not on the visitor's page, not in the owner's
/// instructions and not in the question; or a price that none of them but the question gives in this currency: what a
/// visitor claims is no price. Numbers of lists and of citations do not count.
pub fn unsupported_numbers(text: &str, prompt: &Prompt) -> bool {
    let said = in_answer(text);
    if said.is_empty() {
        return false;
    }
    let parts = || {
        let sources = prompt.sources.iter().flat_map(|it| [&it.title, &it.heading, &it.text]);
        sources.chain(&prompt.page_context).chain([&prompt.instructions])
    };
    let mut known = HashSet::new();
    parts().chain([&prompt.question]).for_each(|part| collect(part, &mut known));
    if said.iter().any(|number| !known.contains(number)) {
        return true;
    }
    let said = Prices::of([citations::without(text).as_str()]);
    said.has_any() && Prices::of(parts().map(String::as_str)).contradict(&said)
}

/// The numbers of a text in one spelling, those in words too.
pub fn of(text: &str) -> HashSet<String> {
    let mut numbers = HashSet::new();
    collect(text, &mut numbers);
    numbers
}

/// Those in digits, without the numbers of lists and of citations.
pub fn in_answer(text: &str) -> HashSet<String> {
    let mut numbers = HashSet::new();
    for line in citations::without(text).lines() {
        let line = line.trim_start();
        let marker = line.bytes().take_while(u8::is_ascii_digit).count();
        let is_item = marker > 0
            && line[marker..].starts_with(['.', ')'])
            && line[marker + 1..].starts_with(' ');
        words::tokens(if is_item { &line[marker + 1..] } else { line }, |token| {
            numbers.extend(canonical(token));
        });
    }
    // "0" and the ":00" of a full hour are added for form's sake.
    numbers.remove("0");
    numbers
}

/// Whether a folded word is a number.
pub fn is_in_words(word: &str) -> bool {
    in_words(word).is_some()
}

pub fn in_words(word: &str) -> Option<&'static str> {
    static NUMBERS: LazyLock<FxHashMap<&str, &str>> =
        LazyLock::new(|| WORDS.iter().copied().collect());
    NUMBERS.get(word).copied()
}

fn collect(text: &str, numbers: &mut HashSet<String>) {
    words::tokens(text, |token| {
        numbers.extend(canonical(token));
        numbers.extend(in_words(token).map(str::to_owned));
    });
}

/// The numbers of a token in one spelling: "1.000,50" and "1,000.5" are 1000.5, "09:00" is 9 and 0, "30days" is 30.
fn canonical(token: &str) -> Vec<String> {
    token
        .split(|letter: char| !letter.is_ascii_digit() && !matches!(letter, '.' | ','))
        .filter(|part| part.bytes().any(|byte| byte.is_ascii_digit()))
        .map(one)
        .collect()
}

pub fn one(number: &str) -> String {
    let number = number.trim_matches(['.', ',']);
    let (whole, fraction) = match number.rfind(['.', ',']) {
        // One separator with three digits after it groups thousands; else the last one begins the fraction.
        Some(at) if number.len() - at - 1 != 3 => (&number[..at], &number[at + 1..]),
        _ => (number, ""),
    };
    let whole: String = whole.chars().filter(char::is_ascii_digit).collect();
    let whole = whole.trim_start_matches('0');
    let fraction = fraction.trim_end_matches('0');
    let whole = if whole.is_empty() { "0" } else { whole };
    if fraction.is_empty() { whole.to_owned() } else { format!("{whole}.{fraction}") }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::knowledge::{Hit, Passage};

    fn is_unsupported(answer: &str) -> bool {
        let text =
            "Returns within thirty days. Over £1,000.50 call 09:00–17:00. EU: 9,90 €.".to_owned();
        let source = Hit {
            passage: Arc::new(Passage {
                passage_id: 1,
                path: String::new(),
                url: String::new(),
                title: "Returns 2026".to_owned(),
                heading: String::new(),
                text,
                language: "en".to_owned(),
                is_pair: false,
            }),
            score: 1.0,
            near: None,
            units_near: Arc::default(),
        };
        unsupported_numbers(
            answer,
            &Prompt {
                agent_name: String::new(),
                tone: String::new(),
                instructions: String::new(),
                language: "en".to_owned(),
                history: Vec::new(),
                question: "I ordered 3 lamps, is the refund $500?".to_owned(),
                asked: String::new(),
                leans_on: String::new(),
                sources: vec![source],
                halves: Vec::new(),
                page_context: None,
                confidence: 1.0,
                threshold: 0.0,
                rules: crate::answer::Rules::default(),
                fingerprint: std::sync::OnceLock::new(),
            },
        )
    }

    #[test]
    fn only_numbers_that_nobody_gave_are_unsupported() {
        for fine in [
            "30 days [1][2].",
            "£1000.50",
            "9.90 € and 9:00",
            "3 lamps",
            "1. One\n2. Two",
            "No number.",
            "2026",
        ] {
            assert!(!is_unsupported(fine), "{fine}");
        }
        for made_up in ["31 days [1].", "£9.99", "4 lamps [3]", "At 18:00", "$1,000.50", "$500"] {
            assert!(is_unsupported(made_up), "{made_up}");
        }
    }
}

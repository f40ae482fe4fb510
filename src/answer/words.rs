//! Words as the built-in answerer compares them: folded, stemmed, without those that say nothing, each with a number.

use std::{borrow::Cow, collections::HashMap, sync::LazyLock};

pub use crate::knowledge::is_dense;
use crate::knowledge::{american_spelling, kin};

use super::lexicon::{DUTCH, ENGLISH, FRENCH, GERMAN, ITALIAN, PORTUGUESE, SPANISH};
use rust_stemmers::{Algorithm, Stemmer};
use rustc_hash::{FxHashMap, FxHashSet};
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// Each language's stop words, found by its list.
static STOPS: LazyLock<HashMap<&str, FxHashSet<&str>>> = LazyLock::new(|| {
    let lists = [ENGLISH, GERMAN, FRENCH, SPANISH, PORTUGUESE, ITALIAN, DUTCH];
    lists.into_iter().map(|list| (list, list.split_ascii_whitespace().collect())).collect()
});

/// Words of like meaning, as stems.
type Kin = Vec<Vec<String>>;

/// Those of each language that has some.
static KIN: LazyLock<HashMap<&str, Kin>> = LazyLock::new(|| {
    let languages = [
        ("de", Algorithm::German),
        ("fr", Algorithm::French),
        ("es", Algorithm::Spanish),
        ("pt", Algorithm::Portuguese),
        ("it", Algorithm::Italian),
        ("nl", Algorithm::Dutch),
    ];
    languages
        .into_iter()
        .map(|(code, algorithm)| (code, stemmed(algorithm, kin::of(code))))
        .collect()
});

fn stemmed(algorithm: Algorithm, groups: kin::Groups) -> Kin {
    let stemmer = Stemmer::create(algorithm);
    let stem = |word: &str| match algorithm {
        Algorithm::German => stemmer.stem(&without_umlauts(word)).into_owned(),
        _ => stemmer.stem(word).into_owned(),
    };
    groups.iter().map(|group| group.split(' ').map(stem).collect()).collect()
}

/// What is known of one language's words.
pub struct Language {
    stemmer: Option<Stemmer>,
    stops: Option<&'static FxHashSet<&'static str>>,
    kin: &'static [Vec<String>],
    /// What its words mean is known.
    pub has_senses: bool,
    is_german: bool,
}

/// "kaese" for "käse", which is folded to "kase". An "ue" after another vowel or a "q" is none: "neue", "Frauen".
fn without_umlauts(token: &str) -> Cow<'_, str> {
    if !["ae", "oe", "ue"].iter().any(|umlaut| token.contains(umlaut)) {
        return token.into();
    }
    let mut out = String::with_capacity(token.len());
    let mut before = [' ', ' '];
    for letter in token.chars() {
        let is_umlaut = match before {
            [_, 'a' | 'o'] => true,
            [first, 'u'] => !matches!(first, 'q' | 'a' | 'e'),
            _ => false,
        };
        if !(letter == 'e' && is_umlaut) {
            out.push(letter);
        }
        before = [before[1], letter];
    }
    out.into()
}

impl Language {
    /// By its code, ISO 639-1, with or without a region. What is not known is taken as it is written.
    pub fn of(code: &str) -> Self {
        let code = code.get(..2).unwrap_or_default().to_ascii_lowercase();
        let (algorithm, stops) = match code.as_str() {
            "en" | "un" => (Some(Algorithm::English), ENGLISH),
            "de" => (Some(Algorithm::German), GERMAN),
            "fr" => (Some(Algorithm::French), FRENCH),
            "es" => (Some(Algorithm::Spanish), SPANISH),
            "pt" => (Some(Algorithm::Portuguese), PORTUGUESE),
            "it" => (Some(Algorithm::Italian), ITALIAN),
            "nl" => (Some(Algorithm::Dutch), DUTCH),
            "tr" => (Some(Algorithm::Turkish), ""),
            "sv" => (Some(Algorithm::Swedish), ""),
            "da" => (Some(Algorithm::Danish), ""),
            "no" | "nb" => (Some(Algorithm::Norwegian), ""),
            "fi" => (Some(Algorithm::Finnish), ""),
            "ru" => (Some(Algorithm::Russian), ""),
            _ => (None, ""),
        };
        Self {
            stemmer: algorithm.map(Stemmer::create),
            stops: STOPS.get(stops),
            kin: KIN.get(code.as_str()).map_or(&[], Vec::as_slice),
            has_senses: stops == ENGLISH,
            is_german: stops == GERMAN,
        }
    }

    /// The words of a text that carry a topic, in order, as stems.
    pub fn stems(&self, text: &str) -> Vec<String> {
        let mut stems = Vec::new();
        tokens(text, |token| stems.extend(self.topic(token)));
        stems
    }

    /// The stem of a word that carries a topic.
    pub fn topic(&self, token: &str) -> Option<String> {
        (!self.is_stop(token)).then(|| self.stem(token))
    }

    /// The words of a text that carry a topic, as they are written, each once.
    pub fn topics(&self, text: &str) -> Vec<String> {
        let mut topics: Vec<String> = Vec::new();
        tokens(text, |token| {
            if !self.is_stop(token) && !topics.iter().any(|known| known == token) {
                topics.push(token.to_owned());
            }
        });
        topics
    }

    /// Stems of the words that mean much the same as this stem.
    pub fn kin(&self, stem: &str) -> impl Iterator<Item = &'static str> {
        let groups = self.kin.iter().filter(move |group| group.iter().any(|member| member == stem));
        groups.flatten().map(String::as_str).filter(move |member| *member != stem)
    }

    fn stem(&self, token: &str) -> String {
        match &self.stemmer {
            Some(stemmer) if token.is_ascii() || token.chars().all(char::is_alphabetic) => {
                let token = match token {
                    token if self.has_senses => american_spelling(token),
                    token if self.is_german => without_umlauts(token),
                    token => token.into(),
                };
                stemmer.stem(&token).into_owned()
            }
            _ => token.to_owned(),
        }
    }

    fn is_stop(&self, token: &str) -> bool {
        let is_in = |stops: &FxHashSet<&str>| {
            stops.contains(token) || self.is_german && stops.contains(&*without_umlauts(token))
        };
        self.stops.is_some_and(is_in)
    }
}

/// Stems with numbers, so that comparing them is comparing numbers.
#[derive(Default)]
pub struct Vocabulary {
    numbers: FxHashMap<String, u32>,
    /// What each word became that was seen before: most words of a site come again and again.
    seen: FxHashMap<String, Option<u32>>,
}

impl Vocabulary {
    /// The words of a text that carry a topic, as numbers: sorted, each once.
    pub fn numbers(&mut self, text: &str, language: &Language) -> Vec<u32> {
        let mut numbers = Vec::new();
        tokens(text, |token| {
            let number = if let Some(number) = self.seen.get(token) {
                *number
            } else {
                let number = language.topic(token).map(|stem| self.number(stem));
                self.seen.insert(token.to_owned(), number);
                number
            };
            numbers.extend(number);
        });
        numbers.sort_unstable();
        numbers.dedup();
        numbers
    }

    fn number(&mut self, stem: String) -> u32 {
        let next = u32::try_from(self.numbers.len()).unwrap_or(u32::MAX);
        *self.numbers.entry(stem).or_insert(next)
    }

    pub fn get(&self, stem: &str) -> Option<u32> {
        self.numbers.get(stem).copied()
    }

    pub fn iter(&self) -> impl Iterator<Item = (&str, u32)> {
        self.numbers.iter().map(|(stem, &number)| (stem.as_str(), number))
    }

    pub fn len(&self) -> usize {
        self.numbers.len()
    }
}

/// How alike two stems are that are not equal: a typo, a compound, another form of the word. 0 to 1.
pub fn likeness(a: &str, b: &str) -> f32 {
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    if short.len() < 4
        || short.starts_with(is_dense)
        || short.bytes().any(|byte| byte.is_ascii_digit())
    {
        return 0.0;
    }
    let common = a.bytes().zip(b.bytes()).take_while(|(x, y)| x == y).count();
    if common == short.len() && long.len() - short.len() <= 4 {
        return 0.8;
    }
    if short.len() >= 6 && long.contains(short) {
        return 0.6;
    }
    if common >= 5 && common * 10 >= long.len() * 7 {
        return 0.6;
    }
    if short.len() >= 5 && long.len() - short.len() <= 1 && common >= 1 && is_one_edit(short, long)
    {
        return 0.7;
    }
    0.0
}

/// One letter too many, or another one; or two that changed places.
fn is_one_edit(short: &str, long: &str) -> bool {
    let (short, long) = (short.as_bytes(), long.as_bytes());
    let head = short.iter().zip(long).take_while(|(x, y)| x == y).count();
    let tail = short.iter().rev().zip(long.iter().rev()).take_while(|(x, y)| x == y).count();
    if short.len() < long.len() {
        return head + tail >= short.len();
    }
    let left = short.len().saturating_sub(head + tail);
    left <= 1
        || left == 2
            && short.get(head) == long.get(head + 1)
            && short.get(head + 1) == long.get(head)
}

/// Calls `each` with the folded words of a text: letters and digits; decimals in one piece; in scripts without spaces,
/// each pair of letters.
pub fn tokens(text: &str, mut each: impl FnMut(&str)) {
    let folded = fold(text);
    let mut token = String::new();
    // "e-bike" is "bike", and "ebike" too.
    let mut initial = String::new();
    let mut end = |token: &mut String, by: Option<char>| {
        if token.is_empty() {
            initial.clear();
            return;
        }
        each(token);
        if !initial.is_empty() && token.len() > 1 {
            initial.push_str(token);
            each(&initial);
        }
        initial.clear();
        if by == Some('-')
            && token.len() == 1
            && token.bytes().all(|byte| byte.is_ascii_lowercase())
        {
            initial.push_str(token);
        }
        token.clear();
    };
    let mut dense: Option<char> = None;
    let mut pair = String::new();
    let mut letters = folded.chars().peekable();
    while let Some(letter) = letters.next() {
        if is_dense(letter) {
            end(&mut token, Some(letter));
            pair.clear();
            if let Some(before) = dense {
                pair.extend([before, letter]);
            } else if !letters.peek().copied().is_some_and(is_dense) {
                pair.push(letter);
            }
            end(&mut pair, None);
            dense = Some(letter);
            continue;
        }
        dense = None;
        let joins = matches!(letter, '.' | ',' | ':')
            && token.ends_with(|last: char| last.is_ascii_digit())
            && letters.peek().is_some_and(char::is_ascii_digit);
        if letter.is_alphanumeric() || joins {
            token.push(letter);
        } else {
            end(&mut token, Some(letter));
        }
    }
    end(&mut token, None);
}

/// Lower case, without accents.
pub fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let mut folded = String::with_capacity(text.len());
    for letter in text.nfkd().filter(|&letter| !is_combining_mark(letter)) {
        match letter {
            'ß' => folded.push_str("ss"),
            'ı' | 'İ' => folded.push('i'),
            'ł' | 'Ł' => folded.push('l'),
            '’' => folded.push('\''),
            _ => folded.extend(letter.to_lowercase()),
        }
    }
    folded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn german_words_keep_their_vowels() {
        let german = Language::of("de");
        for (one, other) in [("Frau", "Frauen"), ("neu", "neue"), ("blau", "blaue")] {
            assert_eq!(german.stems(one), german.stems(other));
        }
        assert!(german.kin(&german.stems("teuer")[0]).any(|kin| german.stems("Preis")[0] == kin));
        assert_eq!(german.stems("fuer koennen"), german.stems("für können"));
    }

    #[test]
    fn german_without_its_letters_is_the_same() {
        let german = Language::of("de");
        assert_eq!(german.stems("Kaesespaetzle"), german.stems("Käsespätzle"));
    }

    #[test]
    fn words_are_compared_by_their_stems() {
        let english = Language::of("en-GB");
        assert_eq!(
            english.stems("How long do you keep Deliveries, e.g. 9.90?"),
            ["long", "deliveri", "9.90"]
        );
        assert_eq!(english.topics("Was it sent? It was SENT."), ["sent"]);
        let german = Language::of("de");
        assert!(german.kin("preis").any(|kin| kin == "kost"));
        assert_eq!(german.stems("Wie lange ist die Rückgabefrist?"), ["lang", "ruckgabefrist"]);
        assert_eq!(Language::of("ja").stems("送料は?"), ["送料", "料は"]);
    }

    #[test]
    fn near_words_are_alike() {
        assert!(likeness("ruckgab", "ruckgabefrist") > 0.0);
        assert!(likeness("apeal", "appeal") > 0.0);
        assert!(likeness("shippign", "shipping") > 0.0);
        assert!(likeness("plan", "plane") > 0.0);
        assert!(likeness("house", "mouse") < 0.1);
        assert!(likeness("2024", "2025") < 0.1);
    }
}

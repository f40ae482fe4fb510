//! Text as words to search by: the same for an index and for a question, so that what was written one way is found
//! when asked another. Each word is folded (case, accents, width), stripped of its ending by the language's stemmer,
//! and left out when it says nothing. What comes out holds no character that means anything to FTS5.

use std::{borrow::Cow, collections::HashSet, sync::OnceLock};

use rust_stemmers::{Algorithm, Stemmer};
use unicode_normalization::UnicodeNormalization;
use unicode_segmentation::UnicodeSegmentation;

use super::{
    american, kin, smalltalk, spelling, stopwords,
    unspaced::{is_unspaced, pairs},
};

/// Characters of a word that are kept: longer ones are numbers of parts, keys, noise.
const LONGEST: usize = 40;

/// Letters of a misspelt word that may say nothing: few that say nothing are longer.
const SLIP: usize = 5;

/// Turns text of one language into words.
pub(super) struct Analyser {
    stemmer: Option<Stemmer>,
    stopwords: &'static [&'static str],
    german: bool,
    english: bool,
    /// l'eau, dell'anno: what is before the apostrophe is an article.
    elides: bool,
    /// As words, when they are first asked for.
    kin: OnceLock<Vec<Vec<String>>>,
    groups: kin::Groups,
    /// Small talk, as words when it is first asked for.
    told: OnceLock<HashSet<String>>,
    smalltalk: &'static str,
}

impl Analyser {
    /// `language` is ISO 639-1; one without rules here keeps its words as they are. What is in no language that anybody
    /// could tell is taken for English.
    pub(super) fn new(language: &str) -> Self {
        let language = if language == "und" { "en" } else { language };
        let algorithm = match language {
            "ar" => Some(Algorithm::Arabic),
            "da" => Some(Algorithm::Danish),
            "de" => Some(Algorithm::German),
            "el" => Some(Algorithm::Greek),
            "en" => Some(Algorithm::English),
            "es" => Some(Algorithm::Spanish),
            "fi" => Some(Algorithm::Finnish),
            "fr" => Some(Algorithm::French),
            "hu" => Some(Algorithm::Hungarian),
            "it" => Some(Algorithm::Italian),
            "nb" | "nn" | "no" => Some(Algorithm::Norwegian),
            "nl" => Some(Algorithm::Dutch),
            "pt" => Some(Algorithm::Portuguese),
            "ro" => Some(Algorithm::Romanian),
            "ru" => Some(Algorithm::Russian),
            "sv" => Some(Algorithm::Swedish),
            "ta" => Some(Algorithm::Tamil),
            "tr" => Some(Algorithm::Turkish),
            _ => None,
        };
        Self {
            stemmer: algorithm.map(Stemmer::create),
            stopwords: stopwords::of(language),
            german: language == "de",
            english: language == "en",
            kin: OnceLock::new(),
            groups: kin::of(language),
            told: OnceLock::new(),
            smalltalk: smalltalk::of(language),
            elides: matches!(language, "fr" | "it" | "ca"),
        }
    }

    /// The words that mean much the same as one.
    pub(super) fn kin(&self, word: &str) -> &[String] {
        if self.groups.is_empty() {
            return &[];
        }
        let words = || self.groups.iter().map(|group| self.words(group)).collect();
        let groups = self.kin.get_or_init(words);
        let own = self.words(word);
        let is_in = |group: &&Vec<String>| group.iter().any(|member| own.contains(member));
        groups.iter().find(is_in).map(Vec::as_slice).unwrap_or_default()
    }

    /// Whether one of a word's forms tells of the visitor, and not of what is asked for.
    pub(super) fn is_smalltalk(&self, forms: &[String]) -> bool {
        if self.smalltalk.is_empty() {
            return false;
        }
        let told = self.told.get_or_init(|| self.words(self.smalltalk).into_iter().collect());
        forms.iter().any(|form| told.contains(form))
    }

    /// The words of a text in its order; a word that can be read in several ways gives several.
    pub(super) fn words(&self, text: &str) -> Vec<String> {
        let mut words = Vec::new();
        self.each(text, |word| words.push(word));
        words
    }

    /// The same rules without the endings: enough to tell which words say nothing.
    pub(super) fn without_endings(language: &str) -> Self {
        Self { stemmer: None, ..Self::new(language) }
    }

    fn each(&self, text: &str, mut found: impl FnMut(String)) {
        let text = if text.is_ascii() {
            text.to_ascii_lowercase()
        } else {
            text.nfkc().flat_map(char::to_lowercase).collect()
        };
        let mut rest = text.as_str();
        while let Some(first) = rest.chars().next() {
            let unspaced = is_unspaced(first);
            let end = rest.find(|c| is_unspaced(c) != unspaced).unwrap_or(rest.len());
            let (run, after) = rest.split_at(end);
            if unspaced {
                stopwords::between(run).for_each(|part| pairs(part, &mut found));
            } else {
                self.spaced(run, &mut found);
            }
            rest = after;
        }
    }

    fn spaced(&self, text: &str, found: &mut impl FnMut(String)) {
        // Words joined by hyphens: each alone, and all in one.
        let mut chain = String::new();
        let mut links = 0;
        let mut bounds = text.split_word_bounds().peekable();
        while let Some(piece) = bounds.next() {
            if !piece.chars().any(char::is_alphanumeric) {
                continue;
            }
            let joined =
                bounds.peek().is_some_and(|next| matches!(*next, "-" | "\u{2010}" | "\u{2011}"));
            if joined || links > 0 {
                chain.extend(piece.chars().filter(|c| c.is_alphanumeric()));
                links += 1;
            }
            self.word(piece, found);
            if joined {
                bounds.next();
                if bounds.peek().is_some_and(|next| next.chars().any(char::is_alphanumeric)) {
                    continue;
                }
            }
            if links > 1 {
                self.ending(&chain, found);
            }
            chain.clear();
            links = 0;
        }
    }

    /// One word as Unicode bounds it: may still hold an apostrophe, a decimal point, an underscore.
    fn word(&self, piece: &str, found: &mut impl FnMut(String)) {
        if let Some(number) = number(piece) {
            return found(number);
        }
        let mut piece = piece;
        if let Some((before, after)) = piece.split_once(['\'', '\u{2019}']) {
            if self.elides && !after.is_empty() {
                piece = after;
            } else if self.is_stopword(&format!("{before}'{after}")) {
                return;
            } else {
                // Somebody's; O'Brien keeps both parts in one.
                piece = if after == "s" { before } else { piece };
            }
        }
        for part in piece.split(['_', '.', ':', '\u{b7}']) {
            let part: String = part.chars().filter(|c| !matches!(c, '\'' | '\u{2019}')).collect();
            self.plain(&part, found);
        }
    }

    fn plain(&self, word: &str, found: &mut impl FnMut(String)) {
        if word.is_empty() || self.is_stopword(word) {
            return;
        }
        let digits = word.chars().filter(char::is_ascii_digit).count();
        if digits > 0 {
            found(fold(word));
            // "iphone15" and "30gb" are also found as two words.
            if let Some(at) = word.find(|c: char| {
                c.is_ascii_digit() != word.starts_with(|c: char| c.is_ascii_digit())
            }) {
                let (left, right) = word.split_at(at);
                let letters = if digits == left.len() { right } else { left };
                if letters.chars().count() >= 2 && letters.chars().all(char::is_alphabetic) {
                    for part in [left, right] {
                        if part == letters { self.ending(part, found) } else { found(fold(part)) }
                    }
                }
            }
            return;
        }
        // A letter alone is a bullet or a slip.
        if word.chars().nth(1).is_some() {
            self.ending(word, found);
        }
    }

    /// Cuts the ending off. A word with accents gives, where that is another one, also what it is without them, since
    /// visitors leave them out.
    fn ending(&self, word: &str, found: &mut impl FnMut(String)) {
        let Some(stemmer) = &self.stemmer else { return found(fold(word)) };
        let word: Cow<'_, str> = match word {
            word if self.german => umlauts(word).into(),
            word if self.english => american::spelling(word),
            word => word.into(),
        };
        let stem = fold(&stemmer.stem(&word));
        if !word.is_ascii() {
            let plain = fold(&word);
            let other = fold(&stemmer.stem(&plain));
            if other != stem {
                found(other);
            }
        }
        found(stem);
    }

    fn is_stopword(&self, word: &str) -> bool {
        self.stopwords.binary_search(&word).is_ok()
    }

    /// Whether the word is one slip away from one that says nothing.
    pub(super) fn is_slip(&self, word: &str) -> bool {
        word.chars().count() <= SLIP
            && self.stopwords.iter().any(|other| spelling::slipped(word, other))
    }
}

/// Without accents, and no longer than it needs to be.
pub(super) fn fold(word: &str) -> String {
    if word.is_ascii() {
        return word[..word.len().min(LONGEST)].to_owned();
    }
    let mut folded = String::with_capacity(word.len());
    for c in word.nfd().filter(|c| !matches!(c, '\u{300}'..='\u{36f}')).take(LONGEST) {
        match c {
            'ß' => folded.push_str("ss"),
            'æ' => folded.push_str("ae"),
            'œ' => folded.push_str("oe"),
            'ø' => folded.push('o'),
            'ł' => folded.push('l'),
            'đ' | 'ð' => folded.push('d'),
            'þ' => folded.push_str("th"),
            'ı' => folded.push('i'),
            // Vowel signs of other scripts are no letters to Unicode, and still part of the word.
            c => folded.push(c),
        }
    }
    folded.nfc().collect()
}

/// German as typed without its letters: "Rueckgabe", "Groesse", "Strasse".
fn umlauts(word: &str) -> String {
    let mut out = String::with_capacity(word.len());
    let mut before = ' ';
    let mut letters = word.chars().peekable();
    while let Some(c) = letters.next() {
        let umlaut = match c {
            'a' => 'ä',
            'o' => 'ö',
            'u' if !matches!(before, 'q' | 'a' | 'e') => 'ü',
            _ => c,
        };
        if umlaut != c && letters.peek() == Some(&'e') {
            letters.next();
            out.push(umlaut);
        } else {
            out.push(c);
        }
        before = c;
    }
    out.replace('ß', "ss")
}

/// "1,200", "1.200" and "1200" are one number; "4,5" and "4.5" another.
fn number(piece: &str) -> Option<String> {
    if !piece.starts_with(|c: char| c.is_ascii_digit())
        || !piece.contains(['.', ','])
        || !piece.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | ','))
    {
        return None;
    }
    let (whole, last) = piece.rsplit_once(['.', ','])?;
    let whole: String = whole.chars().filter(char::is_ascii_digit).collect();
    let number = if last.len() == 3 { format!("{whole}{last}") } else { format!("{whole}.{last}") };
    Some(number.chars().take(LONGEST).collect())
}

#[cfg(test)]
mod tests {
    use super::Analyser;

    fn words(language: &str, text: &str) -> String {
        Analyser::new(language).words(text).join(" ")
    }

    fn meet(language: &str, one: &str, other: &str) -> bool {
        let analyser = Analyser::new(language);
        let other = analyser.words(other);
        analyser.words(one).iter().any(|word| other.contains(word))
    }

    #[test]
    fn says_nothing_for_words_that_say_nothing() {
        assert_eq!(words("en", "What is it that you don\u{2019}t do, and why?"), "");
        assert_eq!(words("en", "How long do refunds take?"), "long refund take");
        assert_eq!(words("de", "Was ist das und wie geht es?"), "geht");
    }

    #[test]
    fn folds_case_accents_and_width() {
        assert_eq!(words("en", "\u{ff32}\u{ff25}\u{ff26}und"), "refund");
        assert!(meet("es", "devoluci\u{f3}n", "devolucion"));
        assert!(meet("fr", "l\u{2019}\u{e9}tudiant", "etudiant"));
        assert!(meet("en", "caf\u{e9}s", "cafe"));
    }

    #[test]
    fn reads_english_in_both_spellings() {
        assert!(meet("en", "organise", "an organization") && meet("en", "colour", "Colors"));
        assert!(meet("en", "cancelled", "canceling") && meet("en", "catalogue", "catalogs"));
    }

    #[test]
    fn reads_german_with_and_without_its_letters() {
        for other in ["Rueckgabe", "Ruckgabe", "R\u{dc}CKGABE"] {
            assert!(meet("de", "R\u{fc}ckgabe", other), "{other}");
        }
        assert!(meet("de", "Gr\u{f6}\u{df}en", "Groessen"));
        assert!(meet("de", "Stra\u{df}e", "Strasse"));
        assert!(meet("de", "neue Quelle", "neuen Quellen"));
    }

    #[test]
    fn finds_hyphenated_words_joined_and_split() {
        assert!(meet("en", "e-mail", "email"));
        assert!(meet("en", "wi-fi", "WiFi"));
        assert!(meet("en", "up-to-date", "updates") || meet("en", "up-to-date", "date"));
        assert_eq!(words("en", "trailing- dash -leading"), "trail dash lead");
    }

    #[test]
    fn keeps_numbers_and_codes() {
        assert_eq!(words("en", "1,200 and 1.200 and 1200"), "1200 1200 1200");
        assert_eq!(words("en", "4.5 or 4,5"), "4.5 4.5");
        assert!(meet("en", "iPhone 15", "iphone15"));
        assert!(meet("en", "30GB", "30 gb"));
        assert!(meet("en", "SKU-1234", "sku1234"));
        assert_eq!(words("en", "A4 24/7"), "a4 24 7");
    }

    #[test]
    fn pairs_what_has_no_spaces() {
        assert_eq!(
            words("ja", "\u{8fd4}\u{54c1}\u{65b9}\u{6cd5}"),
            "\u{8fd4}\u{54c1} \u{54c1}\u{65b9} \u{65b9}\u{6cd5}"
        );
        assert!(meet("zh", "\u{9000}\u{6b3e}\u{653f}\u{7b56}", "\u{600e}\u{4e48}\u{9000}\u{6b3e}"));
        assert!(meet(
            "th",
            "\u{e04}\u{e37}\u{e19}\u{e40}\u{e07}\u{e34}\u{e19}",
            "\u{e40}\u{e07}\u{e34}\u{e19}"
        ));
    }

    #[test]
    fn lets_no_syntax_through() {
        let hostile = "\"a\" OR agent:x NEAR(b c) * ^d {e} (f) -- ; '' \\ + \u{0}";
        for word in Analyser::new("xx").words(hostile) {
            assert!(word.chars().all(|c| c.is_alphanumeric() || c == '.'), "{word:?}");
        }
    }
}

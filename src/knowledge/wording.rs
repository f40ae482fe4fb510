//! How a question is worded, for whoever matches questions by rule and not by search: its words as the index knows
//! them, and as they stand. What is written without spaces, or is no word at all, counts sign by sign.

use std::collections::{BTreeSet, HashSet};

use unicode_general_category::{GeneralCategory, get_general_category};
use unicode_normalization::UnicodeNormalization;
use unicode_segmentation::UnicodeSegmentation;

use super::{
    language,
    words::{Analyser, fold},
};

pub use super::unspaced::is_unspaced;

/// Characters of a text that are looked at.
const LONGEST: usize = 4000;

/// Reads texts in the given languages at once.
pub struct Reader(Vec<Analyser>);

/// A text as it was read.
pub struct Wording {
    stems: HashSet<String>,
    run: String,
}

/// One of the words that a text must hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Term {
    /// Any of the first, or some of each of the others: "check-in" is "checkin", or "check" with "in".
    Word { whole: Vec<String>, parts: Vec<Vec<String>> },
    /// As it stands.
    Run(String),
}

impl Term {
    /// The same for two words that are one to the index. Of what is written without spaces there is one for every two
    /// neighbours, as nobody tells where its words end.
    pub fn keys(&self) -> Vec<String> {
        match self {
            Self::Word { whole, .. } => vec![whole.join("/")],
            Self::Run(run) => {
                let signs: Vec<&str> = run.split_whitespace().collect();
                match signs.as_slice() {
                    [] | [_] => vec![run.trim().to_owned()],
                    many => many.windows(2).map(<[&str]>::concat).collect(),
                }
            }
        }
    }
}

impl Reader {
    /// By ISO 639-1; none means English, as where nobody could tell.
    pub fn new(languages: &[String]) -> Self {
        let mut codes: Vec<&str> = Vec::new();
        for language in languages {
            let code = if language == "und" { "en" } else { language.as_str() };
            if !codes.contains(&code) {
                codes.push(code);
            }
        }
        if codes.is_empty() {
            codes.push("en");
        }
        Self(codes.into_iter().map(Analyser::new).collect())
    }

    pub fn read(&self, text: &str) -> Wording {
        let text = start(text);
        let stems = self.0.iter().flat_map(|analyser| analyser.words(&text)).collect();
        Wording { stems, run: run(&text) }
    }

    /// The words of a text that say something, each with how it is written there; all of them if none does.
    pub fn terms(&self, text: &str) -> Vec<(String, Term)> {
        let text = start(text);
        let (mut telling, mut others) = (Vec::new(), Vec::new());
        for token in text.split_whitespace() {
            let mut rest = token;
            while let Some(first) = rest.chars().next() {
                let unspaced = is_unspaced(first);
                let end = rest.find(|c| is_unspaced(c) != unspaced).unwrap_or(rest.len());
                let (part, after) = rest.split_at(end);
                rest = after;
                let as_is = run(part);
                if as_is.is_empty() {
                    continue;
                }
                let word = if unspaced { None } else { self.word(part) };
                match word {
                    Some(word) => telling.push((trimmed(part), word)),
                    // What says nothing to the index may still be what matters here: a sign, or 漢字.
                    None if unspaced || is_symbol(&trimmed(part)) => {
                        telling.push((part.to_owned(), Term::Run(as_is)));
                    }
                    None => others.push((trimmed(part), Term::Run(as_is))),
                }
            }
        }
        if telling.is_empty() { others } else { telling }
    }

    /// The words of a text that say something, as the index knows them.
    pub(super) fn keys(&self, text: &str) -> BTreeSet<String> {
        self.terms(text).iter().flat_map(|(_, term)| term.keys()).collect()
    }

    /// None for a word that says nothing.
    fn word(&self, token: &str) -> Option<Term> {
        let hyphen = ['-', '\u{2010}', '\u{2011}'];
        let joined: String = token.chars().filter(|c| !hyphen.contains(c)).collect();
        let mut whole = self.forms(&joined)?;
        let mut parts: Vec<Vec<String>> = if joined.len() == token.len() {
            Vec::new()
        } else {
            token.split(hyphen).filter_map(|part| self.forms(part)).collect()
        };
        // "iphone15" comes as itself, "iphone" (or what stemming leaves of it) and "15".
        if let [all, left, right] = whole.as_slice()
            && all.starts_with(left.as_str())
            && all.ends_with(right.as_str())
        {
            parts = vec![vec![left.clone()], vec![right.clone()]];
            whole.truncate(1);
        }
        Some(Term::Word { whole, parts })
    }

    /// None if it says nothing in one of the languages.
    fn forms(&self, word: &str) -> Option<Vec<String>> {
        let mut all: Vec<String> = Vec::new();
        for analyser in &self.0 {
            let forms = analyser.words(word);
            if forms.is_empty() {
                return None;
            }
            for form in forms {
                if !all.contains(&form) {
                    all.push(form);
                }
            }
        }
        Some(all)
    }
}

impl Wording {
    pub fn holds(&self, term: &Term) -> bool {
        let any = |forms: &Vec<String>| forms.iter().any(|form| self.stems.contains(form));
        match term {
            Term::Word { whole, parts } => any(whole) || !parts.is_empty() && parts.iter().all(any),
            Term::Run(run) => self.says(run),
        }
    }

    /// Whether a run of words stands in the text.
    pub fn says(&self, run: &str) -> bool {
        self.run.contains(run)
    }

    /// Whether the text is that run, and no more.
    pub fn is(&self, run: &str) -> bool {
        self.run == run
    }
}

/// A text as its words alone, each between two spaces, without case, accents and punctuation: those of two texts can
/// be compared. Empty if it has none.
pub fn run(text: &str) -> String {
    let text = start(text);
    let mut out = String::new();
    let mut push = |word: &str| {
        if out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
        out.push(' ');
    };
    for piece in text.split_word_bounds() {
        if piece.chars().any(is_unspaced) {
            piece
                .chars()
                .filter(|c| c.is_alphanumeric() || is_unspaced(*c))
                .for_each(|c| push(c.encode_utf8(&mut [0; 4])));
        } else if piece.chars().any(char::is_alphanumeric) {
            push(&fold(&piece.replace('\u{2019}', "'")));
        } else if piece.chars().any(is_sign) {
            push(piece);
        }
    }
    out
}

/// The language of a short text: what its letters leave no doubt of, then what its reader declared, then a good guess.
/// ISO 639-1, or `und`.
pub fn language_of(text: &str, declared: Option<&str>) -> String {
    let guess = language::of(text, None);
    let latin = |c: char| c.is_ascii_alphabetic() || matches!(c, '\u{c0}'..='\u{24f}');
    let letters = || text.chars().filter(|c| c.is_alphabetic());
    let foreign = letters().filter(|c| !latin(*c)).count();
    if guess != "und" && foreign * 2 > letters().count() {
        return guess;
    }
    language::of(text, declared)
}

/// The language of a text's letters as far as stemming goes, where they are not Latin: there a few words are enough to
/// tell.
pub fn language_of_letters(text: &str) -> Option<&'static str> {
    let mut letters = text.chars().filter(|c| c.is_alphabetic());
    letters.find_map(|c| match c {
        '\u{370}'..='\u{3ff}' | '\u{1f00}'..='\u{1fff}' => Some("el"),
        '\u{400}'..='\u{52f}' => Some("ru"),
        '\u{600}'..='\u{6ff}' | '\u{750}'..='\u{77f}' => Some("ar"),
        '\u{b80}'..='\u{bff}' => Some("ta"),
        _ => None,
    })
}

/// Folded in width and case, without what only colours a sign or a vowel.
fn start(text: &str) -> String {
    text.chars()
        .take(LONGEST)
        .nfkc()
        .flat_map(char::to_lowercase)
        .filter(|c| !is_shade(*c))
        .collect()
}

/// Variation selectors, skin tones, the vowel signs of Arabic and Hebrew, and the Arabic stroke that only fills a line.
fn is_shade(c: char) -> bool {
    matches!(c, '\u{fe00}'..='\u{fe0f}' | '\u{1f3fb}'..='\u{1f3ff}' | '\u{64b}'..='\u{65f}' | '\u{670}' | '\u{640}'
        | '\u{591}'..='\u{5bd}')
}

fn is_sign(c: char) -> bool {
    use GeneralCategory::{CurrencySymbol, OtherSymbol};
    matches!(get_general_category(c), CurrencySymbol | OtherSymbol)
}

/// No letter at all, or one alone that is no word: "plan b".
fn is_symbol(word: &str) -> bool {
    let mut letters = word.chars();
    match (letters.next(), letters.next()) {
        (None, _) => true,
        (Some(one), None) => {
            !matches!(one, 'a' | 'e' | 'i' | 'o' | 'u' | 'y' | '\u{e0}' | '\u{e8}')
        }
        _ => false,
    }
}

fn trimmed(token: &str) -> String {
    token.trim_matches(|c: char| !c.is_alphanumeric()).to_owned()
}

#[cfg(test)]
mod tests {
    use super::{Reader, language_of, run};

    fn meets(languages: &[&str], pattern: &str, text: &str) -> bool {
        let languages: Vec<String> = languages.iter().map(|&code| code.to_owned()).collect();
        let reader = Reader::new(&languages);
        let (terms, wording) = (reader.terms(pattern), reader.read(text));
        !terms.is_empty() && terms.iter().all(|(_, term)| wording.holds(term))
    }

    #[test]
    fn words_are_met_in_any_order_and_with_any_ending() {
        assert!(meets(&["en"], "return shoes", "My SHOE - can it be returned?"));
        assert!(!meets(&["en"], "return shoes", "My shirt - can it be returned?"));
        assert!(meets(&["de"], "R\u{fc}ckgabe", "Wie gehen rueckgaben?"));
        assert!(meets(&["en", "de"], "wifi", "WLAN, wifi?"));
        assert!(meets(
            &["ar"],
            "\u{627}\u{633}\u{62a}\u{631}\u{62c}\u{627}\u{639}",
            "\u{643}\u{64a}\u{641} \u{64a}\u{645}\u{643}\u{646}\u{646}\u{64a} \u{627}\u{644}\u{627}\u{633}\u{62a}\u{631}\u{62c}\u{627}\u{639}\u{61f}"
        ));
    }

    #[test]
    fn a_hyphen_joins_or_parts_and_does_not_choose() {
        assert!(meets(&["en"], "e-mail", "Your email?") && meets(&["en"], "email", "Your e-mail?"));
        assert!(meets(&["en"], "gift-card", "a card as a gift"));
        assert!(!meets(&["en"], "gift-card", "a card"));
        assert!(
            meets(&["en"], "iphone15", "iPhone 15") && !meets(&["en"], "iphone15", "iPhone 14")
        );
    }

    #[test]
    fn words_that_say_nothing_count_where_there_are_no_others() {
        assert!(meets(&["en"], "who are you", "Hey, who are you?"));
        assert!(!meets(&["en"], "who are you", "Who is this?"));
        assert!(
            meets(&["en"], "plan b", "Is plan B cheaper?") && !meets(&["en"], "plan b", "plan A")
        );
        assert!(meets(&["en"], "a refund", "Refunds?"));
        assert!(!meets(&["en"], "?!", "Really?!"));
    }

    #[test]
    fn what_has_no_spaces_and_what_is_no_word_is_found_as_it_stands() {
        assert!(meets(&["zh"], "\u{9000}\u{6b3e}", "\u{600e}\u{4e48}\u{9000}\u{6b3e}\u{ff1f}"));
        assert!(!meets(&["zh"], "\u{9000}\u{8d27}", "\u{600e}\u{4e48}\u{9000}\u{6b3e}\u{ff1f}"));
        assert!(meets(&["en"], "\u{1f389}", "yeah \u{1f389}\u{1f389}"));
        assert!(meets(&["en"], "\u{1f44d}", "\u{1f44d}\u{1f3fd}"), "in any colour");
        assert!(!meets(&["en"], "\u{1f389}", "yeah"));
    }

    #[test]
    fn runs_are_without_case_accents_and_punctuation() {
        assert_eq!(run("  D\u{e9}j\u{e0}-vu, what\u{2019}s UP?! "), " deja vu what's up ");
        assert_eq!(run("\u{ff37}i-Fi \u{9000}\u{6b3e}"), " wi fi \u{9000} \u{6b3e} ");
        assert_eq!(run("?!"), "");
    }

    #[test]
    fn letters_tell_the_language_before_the_browser_does() {
        assert_eq!(language_of("\u{9000}\u{6b3e}\u{653f}\u{7b56}", Some("en-US")), "zh");
        assert_eq!(language_of("Kann ich das?", Some("de-AT")), "de");
        assert_eq!(language_of("ok", None), "und");
    }
}

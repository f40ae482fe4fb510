//! What visitors type for short in English, written out: "wat time r u open on sat" asks what "what time are you open on
//! Saturday" does. Only what stands for one thing wherever it is typed, or beside the words that show what it stands for.

use std::{borrow::Cow, cell::OnceCell};

use super::language;

/// What is typed, and what it stands for. Sorted.
const WORDS: &[(&str, &str)] = &[
    ("2day", "today"),
    ("2moro", "tomorrow"),
    ("2morrow", "tomorrow"),
    ("2nite", "tonight"),
    ("abt", "about"),
    ("acct", "account"),
    ("addy", "address"),
    ("amex", "american express"),
    ("appt", "appointment"),
    ("appts", "appointments"),
    ("bday", "birthday"),
    ("fri", "friday"),
    ("hows", "how is"),
    ("hrs", "hours"),
    ("hw", "how"),
    ("mins", "minutes"),
    ("mth", "month"),
    ("mths", "months"),
    ("nite", "night"),
    ("nites", "nights"),
    ("ppl", "people"),
    ("qty", "quantity"),
    ("tel", "telephone"),
    ("thur", "thursday"),
    ("thurs", "thursday"),
    ("tmrw", "tomorrow"),
    ("tomoz", "tomorrow"),
    ("tonite", "tonight"),
    ("tues", "tuesday"),
    ("u", "you"),
    ("ur", "your"),
    ("w/", "with"),
    ("w/o", "without"),
    ("wanna", "want to"),
    ("wat", "what"),
    ("weds", "wednesday"),
    ("whats", "what is"),
    ("whens", "when is"),
    ("wheres", "where is"),
    ("whos", "who is"),
    ("wk", "week"),
    ("wks", "weeks"),
    ("wot", "what"),
    ("wots", "what is"),
    ("wut", "what"),
    ("xmas", "christmas"),
    ("yrs", "years"),
];
/// Days whose short names are words of their own.
const DAYS: &[(&str, &str)] =
    &[("mon", "monday"), ("sat", "saturday"), ("sun", "sunday"), ("wed", "wednesday")];
/// What stands before a day, and after one that something follows.
const BEFORE_DAYS: &[&str] = &[
    "by", "close", "closed", "closes", "closing", "each", "every", "fri", "friday", "hours", "hrs",
    "last", "next", "on", "open", "opens", "opening", "sat", "this", "thurs", "til", "till",
    "time", "times", "until",
];
const AFTER_DAYS: &[&str] = &[
    "afternoon",
    "afternoons",
    "am",
    "and",
    "evening",
    "evenings",
    "fri",
    "from",
    "hours",
    "hrs",
    "morning",
    "mornings",
    "night",
    "nights",
    "opening",
    "or",
    "pm",
    "sun",
    "till",
    "to",
    "until",
];
/// What is limited, after "min" and "max".
const LIMITED: &[&str] = &[
    "age",
    "amount",
    "balance",
    "booking",
    "capacity",
    "charge",
    "deposit",
    "donation",
    "fee",
    "fine",
    "guests",
    "height",
    "length",
    "load",
    "number",
    "order",
    "party",
    "people",
    "persons",
    "price",
    "quantity",
    "size",
    "speed",
    "spend",
    "stay",
    "temp",
    "temperature",
    "term",
    "upload",
    "weight",
    "width",
    "withdrawal",
];
const LIMITS: &[(&str, &str)] = &[("max", "maximum"), ("min", "minimum")];
/// What has a number, before "no".
const NUMBERED: &[&str] = &[
    "account",
    "acct",
    "charity",
    "company",
    "contact",
    "fax",
    "invoice",
    "landline",
    "mob",
    "mobile",
    "order",
    "ph",
    "phone",
    "ref",
    "reference",
    "reg",
    "registration",
    "tel",
    "telephone",
    "tracking",
    "vat",
];
/// A time, where a number or one of these stands before it: "hr" may be a department, and "yr" may be "your".
const TIMES: &[(&str, &str)] = &[("hr", "hour"), ("yr", "year")];
const BEFORE_TIMES: &[&str] = &["a", "an", "each", "every", "last", "next", "one", "per", "this"];
/// What "r" stands before where it is no name.
const AFTER_ARE: &[&str] = &["they", "these", "those", "there", "u", "ur", "we", "you", "your"];

/// A word of a question.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Word<'a> {
    /// With the signs that stood around what was typed.
    pub written: Cow<'a, str>,
    /// What was typed for it, where that is another.
    pub typed: Option<&'a str>,
}

/// The words of a question that is in lower case, as they stand where it is not asked of English pages or not in English.
pub(super) fn words(question: &str, has_english: bool) -> Vec<Word<'_>> {
    let typed: Vec<&str> = question.split_whitespace().collect();
    let is_english = OnceCell::new();
    let is_english = || {
        let shown = || language::shown(question, "en").is_none_or(|language| language == "en");
        *is_english.get_or_init(shown)
    };
    let mut words = Vec::with_capacity(typed.len());
    for (at, token) in typed.iter().enumerate() {
        let meant = if has_english { meant(&typed, at) } else { None };
        let Some(meant) = meant.filter(|_| is_english()) else {
            words.push(Word { written: Cow::from(*token), typed: None });
            continue;
        };
        let whole = token.replacen(bare(token), meant, 1);
        let parts = whole.split(' ').enumerate().map(|(part, written)| Word {
            written: written.to_owned().into(),
            typed: (part == 0).then(|| bare(token)),
        });
        words.extend(parts);
    }
    words
}

/// The question with all that was typed for short written out, in lower case; none where nothing was.
pub fn written_out(question: &str) -> Option<String> {
    let lower = question.to_lowercase();
    let words = words(&lower, true);
    let texts: Vec<&str> = words.iter().map(|word| &*word.written).collect();
    words.iter().any(|word| word.typed.is_some()).then(|| texts.join(" "))
}

/// What the word at this place stands for.
fn meant(typed: &[&str], at: usize) -> Option<&'static str> {
    let word = bare(typed[at]);
    let before = at.checked_sub(1).map_or("", |before| bare(typed[before]));
    let after = typed.get(at + 1).map(|after| bare(after));
    let find = |list: &'static [(&str, &'static str)]| {
        Some(list.iter().find(|(short, _)| *short == word)?.1)
    };
    let is_followed = |by: &[&str]| after.is_some_and(|after| by.contains(&after));
    let is_number = || before.bytes().all(|byte| byte.is_ascii_digit()) && !before.is_empty();
    let is_day = || BEFORE_DAYS.contains(&before) && (after.is_none() || is_followed(AFTER_DAYS));
    match word {
        "no" => {
            let is_number = NUMBERED.contains(&before)
                && !is_followed(&["longer", "more", "good", "use", "one"]);
            return is_number.then_some("number");
        }
        "r" => return is_followed(AFTER_ARE).then_some("are"),
        _ => {}
    }
    let everywhere = || WORDS.binary_search_by_key(&word, |(short, _)| short).ok();
    find(LIMITS)
        .filter(|_| is_followed(LIMITED))
        .or_else(|| find(DAYS).filter(|_| is_day()))
        .or_else(|| find(TIMES).filter(|_| is_number() || BEFORE_TIMES.contains(&before)))
        .or_else(|| Some(WORDS[everywhere()?].1))
}

/// Without the signs around it; "w/" is a word.
fn bare(token: &str) -> &str {
    let token = token.trim_start_matches(|c: char| !c.is_alphanumeric());
    token.trim_end_matches(|c: char| !c.is_alphanumeric() && c != '/')
}

#[cfg(test)]
mod tests {
    use super::{WORDS, written_out};

    #[test]
    fn what_was_typed_for_short_is_written_out() {
        for (typed, written) in [
            ("Wat time r u open on Sat?", "what time are you open on saturday?"),
            ("whats ur tel no", "what is your telephone number"),
            ("do u take amex?", "do you take american express?"),
            ("opening hrs sun", "opening hours sunday"),
            ("open fri and sat", "open friday and sat"),
            ("min order 4 delivery", "minimum order 4 delivery"),
            ("can i come w/ my dog, tmrw", "can i come with my dog, tomorrow"),
            ("cost per hr", "cost per hour"),
        ] {
            assert_eq!(written_out(typed).as_deref(), Some(written));
        }
    }

    #[test]
    fn what_is_a_word_of_its_own_stays() {
        for other in [
            "",
            "is sun cream sold",
            "he sat on the mat",
            "is there no telephone",
            "my account no longer works",
            "20 min walk",
            "does max work here",
            "how do i plot in r",
            "who is in hr",
            "hoeveel kost het als u twee dagen blijft",
            "wat kost een fiets",
            "where do we get wed",
            "when are you open?",
            "\u{5468}\u{516d}",
        ] {
            assert_eq!(written_out(other), None, "{other}");
        }
    }

    #[test]
    fn the_words_are_sorted() {
        assert!(WORDS.is_sorted());
    }
}

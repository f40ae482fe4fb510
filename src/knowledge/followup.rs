//! A question that leans on the conversation ("and for yearly plans?") is completed with the one that it leans on. By
//! rule, so that it costs nothing, and only for signs that are hard to mistake: a new question that drags an old one
//! along finds less than it would alone.

use super::{stopwords, words::Analyser};

/// How a question begins that goes on with another.
const BEGINNINGS: &[&str] = &[
    "and ",
    "also ",
    "but ",
    "or ",
    "then ",
    "what about",
    "how about",
    "what if",
    "same ",
    "und ",
    "oder ",
    "aber ",
    "was ist mit",
    "wie sieht es mit",
    "et ",
    "ou ",
    "mais ",
    "y ",
    "o ",
    "pero ",
    "e ",
    "en ",
    "maar ",
    "of ",
];
/// Words that stand for what was said before.
const POINTERS: &[&str] = &[
    "it",
    "its",
    "it's",
    "they",
    "them",
    "their",
    "theirs",
    "those",
    "these",
    "this",
    "that",
    "that's",
    "one",
    "ones",
    "same",
    "instead",
    "otherwise",
    "he",
    "she",
    "him",
    "her",
    "former",
    "latter",
    "das",
    "dies",
    "diese",
    "dieser",
    "dieses",
    "dafür",
    "davon",
    "damit",
    "ça",
    "cela",
    "eso",
    "esto",
    "esa",
    "ese",
    "dat",
    "dit",
    "questo",
    "questa",
    "quello",
    "c'est",
    "isso",
    "isto",
];
/// What asks for a price in a language, and for nothing of its own: "how much?" asks for that of what was spoken of. With
/// "your" it asks for all of them.
const PRICES: &[(&str, &str)] = &[
    ("en", "price cost costs much expensive"),
    ("de", "preis kostet kosten teuer viel"),
    ("fr", "prix co\u{fb}te coute combien"),
    ("es", "precio cuesta cu\u{e1}nto cuanto vale"),
    ("it", "prezzo costa quanto"),
    ("pt", "pre\u{e7}o custa quanto"),
    ("nl", "prijs kost hoeveel"),
];
const YOURS: &[&str] =
    &["your", "ihre", "eure", "vos", "sus", "vuestros", "vostri", "jullie", "uw"];
/// "Is it possible …", "does it take …": words after which nothing was pointed at.
const EMPTY: &[&str] = &["possible", "take", "takes", "mean", "cost", "okay", "ok"];
/// "The one that …" points forward: so does a pointer with a noun of its own further on. Up to this many words that
/// say something, a question that points leans.
const POINTING: usize = 3;
/// Questions before this one that are looked at.
const BACK: usize = 4;
/// Characters that each of them gives.
const LONGEST: usize = 600;

/// What a question leaves out: the earlier questions that it leans on. Empty for one that stands alone.
pub(super) fn leans_on(question: &str, earlier: &[String]) -> String {
    if earlier.is_empty() || !leans(question) {
        return String::new();
    }
    let mut parts: Vec<String> = Vec::new();
    for before in earlier.iter().rev().take(BACK) {
        let leaning = leans(before);
        // Of a chain of such questions: where it began, and the last.
        if parts.is_empty() || !leaning {
            parts.push(before.chars().take(LONGEST).collect());
        }
        if !leaning {
            break;
        }
    }
    parts.reverse();
    parts.join(" ")
}

/// Whether the second half of a question speaks of what the first one names.
pub(super) fn points_back(half: &str) -> bool {
    let half = half.to_lowercase().replace('\u{2019}', "'");
    let mut words = half.split(|c: char| !c.is_alphanumeric() && c != '\'');
    words.any(|word| POINTERS.contains(&word))
}

fn leans(question: &str) -> bool {
    let question = question.trim().to_lowercase().replace('\u{2019}', "'");
    let said = Analyser::new("en").words(&question).len();
    if said == 0 {
        return true;
    }
    if BEGINNINGS.iter().any(|beginning| question.starts_with(beginning)) {
        return said <= 2 * POINTING || question.starts_with("and ");
    }
    let words: Vec<&str> = question
        .split(|c: char| !c.is_alphanumeric() && c != '\'')
        .filter(|word| !word.is_empty())
        .collect();
    if PRICES.iter().any(|(language, prices)| asks_for_a_price(&words, language, prices)) {
        return true;
    }
    if said > POINTING {
        return false;
    }
    words.iter().enumerate().any(|(at, word)| {
        let next = words.get(at + 1).copied().unwrap_or_default();
        POINTERS.contains(word) && !(*word == "it" && EMPTY.contains(&next))
    })
}

fn asks_for_a_price(words: &[&str], language: &str, prices: &str) -> bool {
    let is_price = |word: &str| prices.split(' ').any(|price| price == word);
    let is_little = |word: &str| stopwords::of(language).binary_search(&word).is_ok();
    words.iter().any(|word| is_price(word))
        && words.iter().all(|word| (is_price(word) || is_little(word)) && !YOURS.contains(word))
}

#[cfg(test)]
mod tests {
    use super::leans_on;

    fn asked(earlier: &[&str], question: &str) -> String {
        let earlier: Vec<String> = earlier.iter().map(|&text| text.to_owned()).collect();
        leans_on(question, &earlier)
    }

    #[test]
    fn completes_what_leans_on_the_question_before() {
        for leaning in [
            "and for yearly plans?",
            "What about Ireland?",
            "How long does that last?",
            "why?",
            "how much?",
            "\u{bf}cu\u{e1}nto vale?",
            "wat kost dat?",
            "quanto costa?",
            "Was kostet das?",
            "c'est combien ?",
        ] {
            let before = "What does shipping cost?";
            assert_eq!(asked(&[before], leaning), before, "{leaning}");
        }
    }

    #[test]
    fn leaves_alone_what_stands_alone() {
        for question in [
            "What does a full service cost?",
            "opening hours",
            "what are your prices?",
            "how much does a van cost?",
            "How long does it take to repair a wheel?",
        ] {
            assert_eq!(asked(&["Do you deliver?"], question), "");
        }
        assert_eq!(asked(&[], "and for yearly plans?"), "");
    }

    #[test]
    fn goes_back_to_where_a_chain_began() {
        let earlier =
            ["Old?", "What does shipping to Spain cost?", "and to France?", "and by air?"];
        assert_eq!(
            asked(&earlier, "and to Italy?"),
            "What does shipping to Spain cost? and by air?"
        );
    }
}

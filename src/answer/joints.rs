//! Which sentences cannot stand without their neighbour: "However, …", "This also …".

use super::words::{fold, is_dense};

/// How sentences begin that lean on the one before, folded.
const LEANING: &[&str] = &[
    "however",
    "but",
    "this",
    "that",
    "these",
    "those",
    "it",
    "its",
    "they",
    "otherwise",
    "then",
    "also",
    "so",
    "instead",
    "likewise",
    "both",
    "neither",
    "such",
    "therefore",
    "afterwards",
    "after that",
    "in that case",
    "in this case",
    "here",
    "above that",
    "same",
    "because",
    "and",
    "or",
    "he",
    "she",
    "their",
    "das",
    "dies",
    "diese",
    "dieser",
    "dabei",
    "dafur",
    "danach",
    "sonst",
    "jedoch",
    "allerdings",
    "dann",
    "ausserdem",
    "cela",
    "ceci",
    "toutefois",
    "cependant",
    "mais",
    "sinon",
    "esto",
    "eso",
    "sin embargo",
    "pero",
    "questo",
    "tuttavia",
    "dit",
    "deze",
    "echter",
];
/// How sentences begin that limit the one before, folded.
const LIMITING: &[&str] = &[
    "however",
    "but",
    "unless",
    "except",
    "only",
    "note",
    "please note",
    "otherwise",
    "exception",
    "above that",
    "jedoch",
    "allerdings",
    "ausgenommen",
    "ausser",
    "nur",
    "aber",
    "bitte beachten",
    "hinweis",
    "toutefois",
    "cependant",
    "sauf",
    "mais",
    "attention",
    "sinon",
    "sin embargo",
    "excepto",
    "salvo",
    "pero",
    "solo",
    "tuttavia",
    "tranne",
    "echter",
    "behalve",
    "たたし",
    "但",
    "不过",
    "除",
];

/// How sentences begin that say yes or no, folded.
const DECIDING: &[&str] = &[
    "no",
    "yes",
    "never",
    "nein",
    "ja",
    "nie",
    "non",
    "oui",
    "jamais",
    "si",
    "sim",
    "nao",
    "nee",
    "sorry, no",
];

/// Words of a heading that turn what stands below it into its opposite, folded.
const DENYING: &[&str] = &[
    "not",
    "no",
    "never",
    "without",
    "don't",
    "doesn't",
    "cannot",
    "can't",
    "won't",
    "isn't",
    "aren't",
    "excluded",
    "exclusions",
    "excludes",
    "except",
    "exceptions",
    "prohibited",
    "forbidden",
    "banned",
    "nicht",
    "kein",
    "keine",
    "keinen",
    "nie",
    "ohne",
    "verboten",
    "untersagt",
    "unzulassig",
    "ausgeschlossen",
    "ausgenommen",
    "ausnahmen",
    "ausschlusse",
    "pas",
    "non",
    "interdit",
    "interdits",
    "interdite",
    "interdites",
    "interdictions",
    "exclu",
    "exclus",
    "exclues",
    "exclusions",
    "sans",
    "sauf",
    "prohibido",
    "prohibidos",
    "prohibida",
    "prohibidas",
    "excluido",
    "excluidos",
    "sin",
    "excepto",
    "salvo",
    "vietato",
    "vietati",
    "esclusi",
    "escluso",
    "senza",
    "nao",
    "proibido",
    "excluido",
    "sem",
    "niet",
    "geen",
    "verboden",
    "uitgesloten",
    "zonder",
];

/// Whether a heading says that what stands below it is not so: "You do not need", "Verboten".
pub fn denies(heading: &str) -> bool {
    let folded = fold(heading);
    let mut words = folded.split(|letter: char| !letter.is_alphanumeric() && letter != '\'');
    words.any(|word| DENYING.contains(&word))
}

/// Whether a sentence needs the one before it.
pub fn leans(sentence: &str) -> bool {
    begins_with(sentence, LEANING)
}

/// Whether a sentence limits the one before it, which would mislead without it.
pub fn limits(sentence: &str) -> bool {
    begins_with(sentence, LIMITING)
}

/// Whether a sentence says yes or no to the question above it.
pub fn decides(sentence: &str) -> bool {
    let begin: String = sentence.chars().take(12).collect();
    let begin = fold(&begin);
    DECIDING.iter().any(|word| {
        begin
            .strip_prefix(word)
            .is_some_and(|rest| rest.starts_with(['.', ',', '!', ':', ';', '\u{2013}', '\u{2014}']))
    })
}

fn begins_with(sentence: &str, starts: &[&str]) -> bool {
    let begin: String = sentence.chars().take(20).collect();
    let begin = fold(&begin);
    starts.iter().any(|start| {
        begin.strip_prefix(start).is_some_and(|rest| {
            !rest.starts_with(char::is_alphanumeric) || start.starts_with(is_dense)
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_may_say_yes_or_no() {
        assert!(decides("No, for reasons of hygiene.") && decides("Sí.") && decides("Ja, gern."));
        assert!(decides("Sorry, no. We are full.") && !decides("No smoking in the rooms."));
        assert!(
            !decides("Nobody knows.") && !decides("No one does.") && !decides("Notes are free.")
        );
    }

    #[test]
    fn a_heading_may_deny_what_stands_below() {
        for heading in ["You do not need", "What isn’t covered", "Verboten", "Objets interdits"] {
            assert!(denies(heading), "{heading}");
        }
        assert!(!denies("Notes and nothing else") && !denies("What you need"));
    }

    #[test]
    fn only_whole_words_lean() {
        assert!(leans("This is so.") && leans("It's fine.") && leans("Außerdem gilt das."));
        assert!(!leans("Italy is far.") && !leans("Thesis."));
        assert!(limits("ただし、沖縄は除く。") && limits("However, no.") && !limits("Onlyness."));
    }
}

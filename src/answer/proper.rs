//! Questions for a name, "which company tests it", "in which cities are you": a text that has no proper name is no answer
//! to them, however near it is. In English.

use super::{
    quantities::{is_in, pieces},
    units::{Kind, Unit},
    words::{self, Language},
};

/// What has a name of its own.
const NAMED: &str = "company companies firm firms provider providers bank banks courier couriers carrier carriers airline airlines \
    laboratory laboratories manufacturer manufacturers brand brands country countries city cities town towns village villages \
    airport airports station stations university universities hospital hospitals insurer insurers language \
    languages author authors";
/// After it the question goes on: "which bank holidays" asks for none.
const REST: &str = "is are was were do does did can could will would shall should has have had i we you they he she it the a an your \
    our my of in on at to for from with by among processes process runs run makes make made tests test gets get owns own hosts host \
    serve serves supports support handles handle belongs belong";
/// Words between "which" and it.
const BETWEEN: usize = 2;

/// Whether a name is asked for.
pub fn is_asked(question: &str) -> bool {
    let folded = words::fold(question);
    let words = pieces(&folded);
    let asks = |at: usize| {
        let between = if words[at] == "which" { BETWEEN } else { 1 };
        (at + 1..words.len()).take(between + 1).any(|noun| {
            is_in(words[noun], NAMED) && words.get(noun + 1).is_none_or(|next| is_in(next, REST))
        })
    };
    (0..words.len()).filter(|&at| matches!(words[at], "which" | "what")).any(asks)
}

/// Whether a unit has one that is not among those `known` without it, such as the desk's own.
pub fn is_in_unit(unit: &Unit, known: &[&str]) -> bool {
    let known: Vec<String> = known.iter().map(|text| words::fold(text)).collect();
    let language = Language::of("en");
    let is_new = |word: &str| {
        let folded = words::fold(word);
        !known.iter().any(|text| pieces(text).contains(&folded.as_str()))
    };
    let mut begins = unit.kind == Kind::Sentence;
    unit.text.split_whitespace().any(|written| {
        let word = written.trim_matches(|c: char| !c.is_alphanumeric());
        let capital = word.starts_with(char::is_uppercase) && word.chars().count() > 1;
        // What a sentence begins with is written large, whatever it is.
        let may_be = capital && (!begins || !language.stems(word).is_empty());
        begins = written.ends_with(['.', ':', '!', '?']);
        may_be && is_new(word)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answer::units::units;

    #[test]
    fn a_name_is_asked_for_or_is_not() {
        for question in [
            "Which company does the yearly security test?",
            "In which six cities are the probes?",
            "which country does the timber come from",
            "What bank do you use?",
            "which mail providers are among them",
        ] {
            assert!(is_asked(question), "{question}");
        }
        for question in
            ["Which bank holidays are you closed?", "What does the company do?", "which one", ""]
        {
            assert!(!is_asked(question), "{question}");
        }
    }

    #[test]
    fn a_text_names_somebody_or_does_not() {
        let has = |text: &str| units(text).iter().any(|unit| is_in_unit(unit, &["Millrace terms"]));
        for text in ["We test with Kessel & Co.", "Stripe takes the cards.", "- Lyon\n- Ghent"] {
            assert!(has(text), "{text}");
        }
        for text in
            ["An outside firm tests it once a year.", "It is down when Millrace fails. I say so."]
        {
            assert!(!has(text), "{text}");
        }
    }
}

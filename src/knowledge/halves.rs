//! A question that asks two things ("What does it cost, and how long does it take?") is searched for as two, where
//! something is known of both: together each drowns what the other finds. By rule, so that it costs nothing, and only
//! where both halves are questions by themselves.

use std::{collections::HashSet, sync::Arc};

use super::{Found, Hit, Query, followup, search};
use crate::{error::Result, id::AgentId};

/// What stands between two questions, for each language with the words that a question begins with.
const LANGUAGES: &[(&str, &[&str])] = &[
    (" and ", &["how", "what", "which", "who", "what's", "who's", "where's"]),
    (" und ", &["wie", "was", "wann", "wo", "wer", "welche", "welcher", "welches", "warum"]),
    (" et ", &["comment", "combien", "quand", "quel", "quelle", "quels", "quelles", "pourquoi"]),
    (" y ", &["cómo", "cuánto", "cuánta", "cuándo", "cuál", "cuáles", "dónde", "quién", "qué"]),
];
/// English ones before which another word comes: "when are", "do you".
const ASKING: &[&str] = &["when", "where", "why"];
const AUXILIARIES: &[&str] = &[
    "do", "does", "did", "is", "are", "was", "were", "can", "could", "will", "would", "should",
    "may", "must", "have", "has",
];
/// What an English question is about: after these an auxiliary asks, and goes not on with what was said ("that is light
/// and can carry a child").
const SUBJECTS: &[&str] = &[
    "i", "you", "we", "they", "it", "he", "she", "one", "there", "this", "that", "these", "those",
    "the", "a", "an", "my", "your", "our", "their", "any", "anyone", "anybody", "someone", "all",
];
/// Words of a half at least, and bytes of both at most.
const WORDS: usize = 2;
const LONGEST: usize = 400;

/// One of two questions in one, and what was found for it.
#[derive(Debug, Clone)]
pub struct Half {
    pub question: String,
    /// As in [`Found`].
    pub asked: String,
    pub leans_on: String,
    pub passages: Vec<Hit>,
}

/// What was found for the halves of a question, the best of each by turns, at most `limit` passages. None for a question
/// that asks one thing, or where too little is known of a half.
pub(super) async fn run(
    at: &search::Place<'_>,
    agent: AgentId,
    query: &Query,
    limit: usize,
) -> Result<Option<Found>> {
    let halves = query.alone.is_none().then(|| split(&query.text)).flatten();
    // "And what does that cost?" asks for more of the same: one search finds both.
    let Some([first, second]) = halves.filter(|[_, second]| !followup::points_back(second)) else {
        return Ok(None);
    };
    let of = |text: &str| Query { text: text.to_owned(), alone: None, ..query.clone() };
    let (one, mut other) = (of(first), of(second));
    // "And on Sunday?" asks what the first half asks.
    other.earlier.push(first.to_owned());
    let each = limit.div_ceil(2);
    let one = search::whole(at, agent, &one, each).await?;
    if one.confidence < query.threshold {
        return Ok(None);
    }
    let other = search::whole(at, agent, &other, each).await?;
    if other.confidence < query.threshold {
        return Ok(None);
    }
    let mut found = joined([(first, one), (second, other)]);
    found.passages.truncate(limit);
    let kept: HashSet<i64> = found.passages.iter().map(|hit| hit.passage_id).collect();
    for half in &mut found.halves {
        half.passages.retain(|hit| kept.contains(&hit.passage_id));
    }
    Ok(Some(found))
}

fn joined([(first, one), (second, other)]: [(&str, Found); 2]) -> Found {
    let longest = one.passages.len().max(other.passages.len());
    let by_turns = (0..longest).flat_map(|at| [one.passages.get(at), other.passages.get(at)]);
    let mut seen = HashSet::new();
    let passages =
        by_turns.flatten().filter(|hit| seen.insert(hit.passage_id)).cloned().collect::<Vec<_>>();
    let half = |question: &str, found: &Found| Half {
        question: question.to_owned(),
        asked: found.asked.clone(),
        leans_on: found.leans_on.clone(),
        passages: found.passages.clone(),
    };
    Found {
        passages,
        confidence: one.confidence.min(other.confidence),
        asked: format!("{} {}", one.asked, other.asked),
        leans_on: one.leans_on.clone(),
        terms: one.terms.iter().chain(other.terms.iter()).cloned().collect(),
        languages: Arc::clone(&one.languages),
        took: one.took + other.took,
        cached: one.cached && other.cached,
        halves: vec![half(first, &one), half(second, &other)],
    }
}

/// The two questions in one.
fn split(text: &str) -> Option<[&str; 2]> {
    let text = text.trim();
    if text.len() > LONGEST {
        return None;
    }
    let halves = sentences(text).or_else(|| joined_by_and(text))?;
    let enough =
        |half: &str| half.split_whitespace().count() >= WORDS || half.chars().any(super::is_dense);
    halves.into_iter().all(enough).then_some(halves)
}

/// Two sentences that ask.
fn sentences(text: &str) -> Option<[&str; 2]> {
    let asks = |c: char| matches!(c, '?' | '？' | '؟');
    let end = text.find(asks)?;
    let end = end + text[end..].chars().next()?.len_utf8();
    let (first, second) = (text[..end].trim(), text[end..].trim());
    let is_one = |half: &str| half.matches(asks).count() == 1 && half.ends_with(asks);
    (is_one(second) && !first.contains(['.', '!', '。', '\n'])).then_some([first, second])
}

/// One sentence with an "and" before a second question.
fn joined_by_and(text: &str) -> Option<[&str; 2]> {
    let lower = text.to_lowercase();
    // Else what is found in the one is not at the same place in the other.
    if lower.len() != text.len() {
        return None;
    }
    for (between, beginnings) in LANGUAGES {
        let is_english = *between == " and ";
        let begins = |half: &str| {
            let mut words = half.split([' ', ',']).filter(|word| !word.is_empty());
            let (first, next) =
                (words.next().unwrap_or_default(), words.next().unwrap_or_default());
            let asks = is_english
                && (ASKING.contains(&first) && AUXILIARIES.contains(&next)
                    || AUXILIARIES.contains(&first) && SUBJECTS.contains(&next));
            beginnings.contains(&first) || asks
        };
        if !begins(lower.trim_start_matches(['¿', ' '])) {
            continue;
        }
        for (at, _) in lower.match_indices(between) {
            let after = at + between.len();
            if begins(&lower[after..]) {
                let first = text[..at].trim_end_matches([',', ';', ' ']);
                return Some([first, text[after..].trim()]);
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn a_question_that_asks_two_things_has_two_halves() {
        for (text, first, second) in [
            (
                "What are your opening hours and do you have parking?",
                "What are your opening hours",
                "do you have parking?",
            ),
            (
                "How much is it, and how long does it take?",
                "How much is it",
                "how long does it take?",
            ),
            ("Where are you and when are you open?", "Where are you", "when are you open?"),
            (
                "Do you mend e-bikes? And what does it cost?",
                "Do you mend e-bikes?",
                "And what does it cost?",
            ),
            ("Was kostet das und wie lange dauert es?", "Was kostet das", "wie lange dauert es?"),
            ("可以退货吗？运费多少？", "可以退货吗？", "运费多少？"),
        ] {
            assert_eq!(split(text), Some([first, second]), "{text}");
        }
    }

    #[test]
    fn other_questions_stay_whole() {
        for text in [
            "",
            "?",
            "??",
            "Can I swap pedals and saddles?",
            "Which bike is light and can carry a child?",
            "How and where can I return it?",
            "I have a flat tyre. Do you mend it? And how?",
            "What? Where? Why is that so?",
            "Tell me about prices and what else there is",
            "What happens to my order and deposit if you close?",
            &format!("What is {} and how much is it?", "x ".repeat(300)),
        ] {
            assert_eq!(split(text), None, "{text}");
        }
    }
}

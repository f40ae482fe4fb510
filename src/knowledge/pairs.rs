//! Questions with their answers, as an owner wrote them. Each pair is a page of its own, whose one passage has the question
//! as its heading and the whole answer as its text, so that it is found by both and told as it is.

use std::collections::BTreeMap;

use serde::de::IgnoredAny;
use serde_json::{Value, value::RawValue};
use url::Url;

use super::{
    index::Arrival,
    markdown,
    split::{self, Piece},
    urls,
};

/// Bytes of an answer that is one passage, to be told whole; a longer one is a text under its question.
const WHOLE: usize = 2000;
/// Bytes of a question, and of the answer of one pair.
const QUESTION: usize = 1000;
const ANSWER: usize = 200_000;
/// Pairs of one file.
pub(super) const MOST: usize = 50_000;
/// Letters of the question in the path of its page.
const SLUG: usize = 80;

#[derive(Debug, Default, PartialEq)]
pub(super) struct Pair {
    pub question: String,
    /// Markdown.
    pub answer: String,
    /// Of the page that says it too.
    pub url: Option<Url>,
    pub title: Option<String>,
    /// BCP 47, as the file has it.
    pub language: Option<String>,
}

/// Where a table has them.
pub(super) struct Columns {
    question: usize,
    answer: usize,
    url: Option<usize>,
    title: Option<usize>,
    language: Option<usize>,
}

const QUESTIONS: &[&str] = &["question", "questions", "q"];
const ANSWERS: &[&str] = &["answer", "answers", "a"];
const URLS: &[&str] = &["url", "link"];
const TITLES: &[&str] = &["title"];
const LANGUAGES: &[&str] = &["language", "lang", "locale"];

impl Columns {
    /// None when there is no question or no answer.
    pub(super) fn of<'a>(names: impl Iterator<Item = &'a str>) -> Option<Self> {
        let names: Vec<String> = names.map(|name| name.trim().to_lowercase()).collect();
        let place = |known: &[&str]| names.iter().position(|name| known.contains(&name.as_str()));
        Some(Self {
            question: place(QUESTIONS)?,
            answer: place(ANSWERS)?,
            url: place(URLS),
            title: place(TITLES),
            language: place(LANGUAGES),
        })
    }

    /// None when the question or the answer is missing.
    pub(super) fn pair<'a>(
        &self,
        cell: impl Fn(usize) -> Option<&'a str>,
        base: Option<&Url>,
    ) -> Option<Pair> {
        let optional = |column: Option<usize>| column.and_then(&cell);
        pair(
            cell(self.question)?,
            cell(self.answer)?,
            [optional(self.url), optional(self.title), optional(self.language)],
            base,
        )
    }
}

/// A list of objects with a question and an answer, alone or as the only list of an object.
///
/// # Errors
/// The reason for people.
pub(super) fn of_json(
    text: &str,
    base: Option<&Url>,
) -> Result<(Vec<Pair>, Option<String>), String> {
    let is_none = |error: serde_json::Error| format!("is no JSON: {error}");
    // One entry at a time: all of them together take a hundred times the file's room.
    let items = match text.trim_start().chars().next() {
        Some('[') => serde_json::from_str::<Vec<&RawValue>>(text).map_err(is_none)?,
        Some('{') => {
            let object: BTreeMap<String, &RawValue> =
                serde_json::from_str(text).map_err(is_none)?;
            let list = object.into_values().find(|value| value.get().starts_with('['));
            list.map_or_else(|| Ok(Vec::new()), |list| serde_json::from_str(list.get()))
                .map_err(is_none)?
        }
        _ => {
            serde_json::from_str::<IgnoredAny>(text).map_err(is_none)?;
            Vec::new()
        }
    };
    of_values(
        items.into_iter().map(|item| serde_json::from_str(item.get()).unwrap_or_default()),
        base,
    )
}

/// One object a line.
///
/// # Errors
/// The reason for people.
pub(super) fn of_json_lines(
    text: &str,
    base: Option<&Url>,
) -> Result<(Vec<Pair>, Option<String>), String> {
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    of_values(lines.map(|line| serde_json::from_str(line).unwrap_or_default()), base)
}

fn of_values(
    values: impl Iterator<Item = Value>,
    base: Option<&Url>,
) -> Result<(Vec<Pair>, Option<String>), String> {
    let mut pairs = Vec::new();
    let (mut incomplete, mut more) = (0, 0);
    for value in values {
        let text = |names: &[&str]| {
            let object = value.as_object()?;
            let found =
                object.iter().find(|(name, _)| names.contains(&name.to_lowercase().as_str()));
            found.and_then(|(_, value)| value.as_str())
        };
        let pair = text(QUESTIONS).zip(text(ANSWERS)).and_then(|(question, answer)| {
            pair(question, answer, [text(URLS), text(TITLES), text(LANGUAGES)], base)
        });
        match pair {
            Some(pair) if pairs.len() < MOST => pairs.push(pair),
            Some(_) => more += 1,
            None => incomplete += 1,
        }
    }
    if pairs.is_empty() {
        return Err("is JSON, but no list of questions with answers".into());
    }
    let left_out = match (more, incomplete) {
        (0, 0) => None,
        (0, _) => Some(format!("has entries without a question or an answer: {incomplete}")),
        _ => Some(format!("is long: only its first {MOST} pairs were read")),
    };
    Ok((pairs, left_out))
}

fn pair(
    question: &str,
    answer: &str,
    [url, title, language]: [Option<&str>; 3],
    base: Option<&Url>,
) -> Option<Pair> {
    let question = question.split_whitespace().collect::<Vec<_>>().join(" ");
    let answer = markdown::fragment(answer.trim(), base);
    if question.is_empty()
        || answer.is_empty()
        || question.len() > QUESTION
        || answer.len() > ANSWER
    {
        return None;
    }
    let given =
        |text: Option<&str>| text.map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned);
    let url = given(url).and_then(|url| urls::join(base, &url));
    let url = url.filter(|url| matches!(url.scheme(), "http" | "https"));
    Some(Pair { question, answer, url, title: given(title), language: given(language) })
}

/// A document of pairs as a page for each; any other as the one that it is.
pub(super) fn apart(mut arrival: Arrival) -> Vec<Arrival> {
    let pairs = std::mem::take(&mut arrival.document.pairs);
    if pairs.is_empty() {
        return vec![arrival];
    }
    let mut used = std::collections::HashMap::new();
    let pages = pairs.into_iter().map(|pair| {
        let slug = slug(&pair.question);
        let times = used.entry(slug.clone()).and_modify(|times| *times += 1).or_insert(1);
        let number = if *times > 1 { format!("-{times}") } else { String::new() };
        Arrival {
            path: format!("{}#{slug}{number}", arrival.path),
            url: pair.url.as_ref().map_or_else(|| arrival.url.clone(), Url::to_string),
            document: super::extract::of_pair(pair, &arrival.document.language),
        }
    });
    pages.collect()
}

/// The passages of a pair, and whether the first is all of the answer.
pub(super) fn pieces(question: &str, answer: &str) -> (Vec<Piece>, bool) {
    if answer.len() <= WHOLE {
        let (heading, body) = (question.to_owned(), answer.to_owned());
        return (vec![Piece { heading, anchor: None, body }], true);
    }
    let mut pieces = split::split(answer, "", &[]);
    for piece in &mut pieces {
        let below = std::mem::take(&mut piece.heading);
        let parts = [question, below.as_str()].into_iter().filter(|part| !part.is_empty());
        piece.heading = parts.collect::<Vec<_>>().join(" \u{203a} ");
    }
    (pieces, false)
}

/// "How long can I return?" as "how-long-can-i-return".
fn slug(question: &str) -> String {
    let letters = question.chars().take(SLUG);
    let letters = letters.map(|letter| if letter.is_alphanumeric() { letter } else { ' ' });
    let text: String = letters.flat_map(char::to_lowercase).collect();
    text.split_whitespace().collect::<Vec<_>>().join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_json_with_whatever_is_beside_it() {
        let text = r#"{"version": 2, "faq": [{"Question": " Open  on Sunday? ", "answer": "No.", "url": "/hours", "id": 4},
            {"question": "", "answer": "x"}, 7]}"#;
        let base = Url::parse("https://a.example/faq.json").ok();
        let (pairs, left_out) = of_json(text, base.as_ref()).expect("pairs");
        assert_eq!(pairs.len(), 1);
        assert_eq!(pairs[0].question, "Open on Sunday?");
        assert_eq!(pairs[0].url.as_ref().map(Url::as_str), Some("https://a.example/hours"));
        assert_eq!(left_out.as_deref(), Some("has entries without a question or an answer: 2"));
        assert!(of_json("{\"name\": \"x\"}", None).is_err_and(|reason| reason.contains("no list")));
        assert!(of_json(&"[".repeat(100_000), None).is_err());
        let lines = "{\"q\": \"A?\", \"a\": \"B\"}\n\n{\"q\": \"C?\", \"a\": \"D\", \"url\": \"javascript:x\"}\n";
        let (pairs, left_out) = of_json_lines(lines, None).expect("pairs");
        assert_eq!((pairs.len(), left_out, &pairs[1].url), (2, None, &None));
    }
}

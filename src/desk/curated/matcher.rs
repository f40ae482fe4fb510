//! Curated answers made ready to be matched: patterns checked and compiled. Whatever an owner writes as a pattern and
//! whatever a visitor asks, a match costs time that is linear in the question, and a bounded amount of it.

use std::sync::{
    OnceLock,
    atomic::{AtomicI64, Ordering},
};

use regex::{Regex, RegexBuilder};
use unicode_normalization::UnicodeNormalization;
use url::Url;

use crate::{
    id::CuratedId,
    knowledge::wording::{self, Reader, Term, Wording},
    store::curated::{Content, CuratedAnswer, Link, Pattern},
};

/// Characters of a pattern.
const PATTERN: usize = 500;
/// Of memory, for a regular expression and for what it remembers of a text.
const REGEX_BYTES: usize = 256 * 1024;
/// Of a question, as regular expressions see it: the time is this times the size of the expression, at worst.
const HAYSTACK: usize = 2000;

/// A question with what else an answer may depend on.
pub struct Asked<'a> {
    pub question: &'a str,
    pub page_url: &'a str,
    /// BCP 47, as the browser said.
    pub locale: Option<String>,
    /// What the agent speaks where nothing tells.
    pub default_language: &'a str,
}

/// The answers of one agent, those that are on, in the order in which they are tried.
pub(super) struct Compiled {
    /// Of the agent.
    pub revision: i64,
    /// At which `languages` were those of the pages.
    index_version: AtomicI64,
    pub languages: Vec<String>,
    readers: Vec<(Vec<String>, Reader)>,
    answers: Vec<Ready>,
    /// Of memory, about.
    pub bytes: usize,
}

struct Ready {
    id: CuratedId,
    answer: String,
    link: Option<Link>,
    patterns: Vec<Test>,
    page: Option<String>,
    language: Option<String>,
    /// Index into `readers`.
    reader: usize,
}

enum Test {
    Words(Vec<Term>),
    Phrase(String),
    Exact(String),
    Regex(Box<Regex>),
}

/// An answer that fits.
#[derive(Debug, Clone)]
pub struct Fitting {
    pub id: CuratedId,
    pub answer: String,
    pub link: Option<Link>,
}

impl Compiled {
    /// Patterns that do not compile are left out: none is stored without having been checked.
    pub fn new(
        (revision, index_version): (i64, i64),
        languages: Vec<String>,
        answers: &[CuratedAnswer],
    ) -> Self {
        let mut compiled = Self {
            revision,
            index_version: AtomicI64::new(index_version),
            languages,
            readers: Vec::new(),
            answers: Vec::new(),
            bytes: 0,
        };
        for answer in answers.iter().filter(|answer| answer.content.enabled) {
            compiled.add(answer.id, &answer.content);
        }
        compiled
    }

    fn add(&mut self, id: CuratedId, content: &Content) {
        let languages = self.languages_for(content);
        let known = self.readers.iter().position(|(its, _)| *its == languages);
        let reader = known.unwrap_or_else(|| {
            self.readers.push((languages.clone(), Reader::new(&languages)));
            self.readers.len() - 1
        });
        let tests = content
            .patterns
            .iter()
            .filter_map(|pattern| test(pattern, &self.readers.get(reader)?.1).ok());
        let patterns: Vec<Test> = tests.collect();
        let regexes = patterns.iter().filter(|test| matches!(test, Test::Regex(_))).count();
        self.bytes += content.answer.len() + patterns.len() * 400 + regexes * REGEX_BYTES + 400;
        self.answers.push(Ready {
            id,
            answer: content.answer.clone(),
            link: content.link.clone(),
            patterns,
            page: content.page.clone(),
            language: content.language.clone(),
            reader,
        });
    }

    /// The language that an answer is bound to; else those of the agent's pages, and those of its patterns' letters.
    fn languages_for(&self, content: &Content) -> Vec<String> {
        if let Some(language) = &content.language {
            return vec![language.clone()];
        }
        let mut languages = self.languages.clone();
        for pattern in &content.patterns {
            let Pattern::Words(words) = pattern else { continue };
            let language = wording::language_of_letters(words).map(str::to_owned);
            languages.extend(language.filter(|language| !languages.contains(language)));
        }
        languages
    }

    pub fn index_version(&self) -> i64 {
        self.index_version.load(Ordering::Relaxed)
    }

    /// The pages' languages are the same at a later version of the index.
    pub fn holds_at(&self, index_version: i64) {
        self.index_version.store(index_version, Ordering::Relaxed);
    }

    pub fn is_empty(&self) -> bool {
        self.answers.is_empty()
    }

    /// Whether the visitor's language counts.
    pub fn asks_for_language(&self) -> bool {
        self.answers.iter().any(|answer| answer.language.is_some())
    }

    /// The first answer that fits.
    pub fn first(&self, asked: &Asked<'_>) -> Option<Fitting> {
        self.fitting(asked).next()
    }

    /// All answers that fit, the one that is given first.
    pub fn fitting<'a>(&'a self, asked: &'a Asked<'a>) -> impl Iterator<Item = Fitting> + 'a {
        let readings: Vec<OnceLock<Wording>> =
            self.readers.iter().map(|_| OnceLock::new()).collect();
        let (language, haystack) = (OnceLock::new(), OnceLock::new());
        let page = Url::parse(asked.page_url).ok();
        self.answers.iter().filter_map(move |answer| {
            let on_page = answer
                .page
                .as_deref()
                .is_none_or(|prefix| page.as_ref().is_some_and(|page| begins(page, prefix)));
            let spoken = answer
                .language
                .as_deref()
                .is_none_or(|wanted| language.get_or_init(|| language_of(asked)) == wanted);
            if !on_page || !spoken {
                return None;
            }
            let wording = readings.get(answer.reader)?.get_or_init(|| {
                self.readers.get(answer.reader).map_or_else(
                    || Reader::new(&[]).read(asked.question),
                    |(_, reader)| reader.read(asked.question),
                )
            });
            let fits = answer.patterns.iter().any(|test| match test {
                Test::Words(terms) => terms.iter().all(|term| wording.holds(term)),
                Test::Phrase(run) => wording.says(run),
                Test::Exact(run) => wording.is(run),
                Test::Regex(regex) => regex.is_match(haystack.get_or_init(|| seen(asked.question))),
            });
            fits.then(|| Fitting {
                id: answer.id,
                answer: answer.answer.clone(),
                link: answer.link.clone(),
            })
        })
    }
}

/// # Errors
/// A sentence without its subject.
pub(super) fn check(pattern: &Pattern) -> Result<(), String> {
    test(pattern, &Reader::new(&[])).map(drop)
}

fn test(pattern: &Pattern, reader: &Reader) -> Result<Test, String> {
    let (Pattern::Words(text)
    | Pattern::Phrase(text)
    | Pattern::Exact(text)
    | Pattern::Regex(text)) = pattern;
    if text.chars().count() > PATTERN {
        return Err(format!("is longer than {PATTERN} characters"));
    }
    let run = |text: &str| {
        Some(wording::run(text)).filter(|run| !run.is_empty()).ok_or_else(|| empty(text))
    };
    match pattern {
        Pattern::Words(words) => {
            let terms: Vec<Term> = reader.terms(words).into_iter().map(|(_, term)| term).collect();
            if terms.is_empty() { Err(empty(words)) } else { Ok(Test::Words(terms)) }
        }
        Pattern::Phrase(phrase) => run(phrase).map(Test::Phrase),
        Pattern::Exact(question) => run(question).map(Test::Exact),
        Pattern::Regex(expression) => regex(expression).map(|regex| Test::Regex(Box::new(regex))),
    }
}

fn empty(text: &str) -> String {
    format!("is {text:?}, which holds no word")
}

fn regex(expression: &str) -> Result<Regex, String> {
    let expression: String = expression.nfc().collect();
    let regex = RegexBuilder::new(&expression)
        .case_insensitive(true)
        .size_limit(REGEX_BYTES)
        .dfa_size_limit(REGEX_BYTES)
        .nest_limit(50)
        .build()
        .map_err(|error| match error {
            regex::Error::CompiledTooBig(_) => format!(
                "is {expression:?}, which would take more than {} KB: use smaller repetitions, and [a-z] or [0-9] in \
                 the place of \\w or \\d",
                REGEX_BYTES / 1024
            ),
            error => {
                let said = error.to_string();
                let reason = said.lines().last().unwrap_or_default();
                let reason = reason.trim_start_matches("error: ");
                format!("is {expression:?}, which is no regular expression: {reason}")
            }
        })?;
    if regex.is_match("") {
        return Err(format!(
            "is {expression:?}, which fits every question, as it fits no text at all; `.` says that on purpose"
        ));
    }
    Ok(regex)
}

/// What regular expressions see of a question.
fn seen(question: &str) -> String {
    question.chars().take(HAYSTACK).nfc().collect()
}

fn language_of(asked: &Asked<'_>) -> String {
    let found = wording::language_of(asked.question, asked.locale.as_deref());
    if found == "und" { super::primary(asked.default_language).unwrap_or(found) } else { found }
}

/// Whether the page's path with its query, or its address, begins so.
fn begins(page: &Url, prefix: &str) -> bool {
    if prefix.starts_with('/') {
        let prefix = page.join(prefix).ok();
        prefix.is_some_and(|prefix| place(page).starts_with(&place(&prefix)))
    } else {
        Url::parse(prefix).is_ok_and(|prefix| page.as_str().starts_with(prefix.as_str()))
    }
}

fn place(url: &Url) -> String {
    url.query().map_or_else(|| url.path().to_owned(), |query| format!("{}?{query}", url.path()))
}

//! The file of questions: each line is checked before the first is asked, and whatever is wrong is told with its line.

use std::{
    collections::{BTreeSet, HashMap},
    io::Read,
    path::Path,
};

use regex::{Regex, RegexBuilder};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::shown;
use crate::{
    desk::reply,
    error::{Error, Result},
};

const LARGEST_BYTES: u64 = 16 * 1024 * 1024;
const MOST: usize = 5_000;
/// Of a compiled pattern.
const PATTERN_BYTES: usize = 1024 * 1024;
/// Wrong lines that are told.
const TOLD: usize = 5;
const KIND: &str = "question";
const KIND_FOLLOWUP: &str = "follow-up";

/// A question with what is known of its answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Question {
    /// Unique in its file; the question itself where the file has none.
    pub id: String,
    pub kind: String,
    pub question: String,
    /// Asked before it, the latest last.
    pub after: Vec<String>,
    /// Whether the agent's pages hold the answer.
    pub answerable: bool,
    /// Where the answer stands.
    pub pages: Vec<String>,
    /// Regular expressions, of which one must be in the answer; none: any answer will do.
    pub must: Vec<String>,
}

/// A line as it may be written.
#[derive(Deserialize)]
struct Line {
    id: Option<String>,
    question: Option<String>,
    first: Option<String>,
    followup: Option<String>,
    #[serde(default)]
    after: Vec<String>,
    answerable: Option<bool>,
    #[serde(default)]
    pages: Vec<String>,
    #[serde(default)]
    must: Vec<String>,
    kind: Option<String>,
}

/// Keys that a line may have.
const KEYS: &[&str] =
    &["id", "question", "first", "followup", "after", "answerable", "pages", "must", "kind"];

/// # Errors
/// Names the file, and each wrong line.
pub fn read(path: &Path) -> Result<Vec<Question>> {
    let bad = |problem: String| Error::invalid(shown(path), problem);
    let mut bytes = Vec::new();
    std::fs::File::open(path)
        .and_then(|file| file.take(LARGEST_BYTES + 1).read_to_end(&mut bytes))
        .map_err(|error| bad(format!("cannot be read: {error}")))?;
    if bytes.len() as u64 > LARGEST_BYTES {
        return Err(bad(format!("has more than {} MiB", LARGEST_BYTES >> 20)));
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
    let (mut questions, mut wrong, mut seen) = (Vec::new(), Vec::new(), HashMap::new());
    let mut ignored = BTreeSet::new();
    for (index, line) in bytes.split(|&byte| byte == b'\n').enumerate() {
        let number = index + 1;
        let question = match std::str::from_utf8(line).map(str::trim) {
            Ok("") => continue,
            Ok(line) => {
                ignored.extend(unknown_keys(line));
                parse(line)
            }
            Err(_) => Err("is not UTF-8".to_owned()),
        };
        let question =
            question.and_then(|question| match seen.insert(question.id.clone(), number) {
                Some(before) => Err(format!("{:?} is on line {before} already", question.id)),
                None => Ok(question),
            });
        match question {
            Ok(question) => questions.push(question),
            Err(problem) => wrong.push(format!("line {number}: {problem}")),
        }
    }
    if !wrong.is_empty() {
        let more = wrong.len().saturating_sub(TOLD);
        wrong.truncate(TOLD);
        if more > 0 {
            wrong.push(format!("and {more} more"));
        }
        return Err(bad(format!("is not a file of questions\n  {}", wrong.join("\n  "))));
    }
    if !ignored.is_empty() {
        let ignored: Vec<String> = ignored.iter().map(|key| format!("{key:?}")).collect();
        eprintln!("{}: {} say nothing here", shown(path), ignored.join(", "));
    }
    match questions.len() {
        0 => Err(bad("has no questions; each line should be such as {\"question\": \"…\"}".into())),
        1..=MOST => Ok(questions),
        found => Err(bad(format!("has {found} questions; at most {MOST} are run at once"))),
    }
}

/// A slip in the name of one would make a question that tests less than it seems to.
fn unknown_keys(line: &str) -> impl Iterator<Item = String> {
    let keys = serde_json::from_str::<HashMap<String, Value>>(line).unwrap_or_default();
    keys.into_keys().filter(|key| !KEYS.contains(&key.as_str()))
}

fn parse(line: &str) -> Result<Question, String> {
    let line: Line = serde_json::from_str(line).map_err(|error| {
        // Each line is a document of its own: its number is told in front.
        let problem = error.to_string().replace(" at line 1 column ", " at column ");
        if error.is_data() { problem } else { format!("is no JSON: {problem}") }
    })?;
    let (mut after, leaning) = (line.after, line.followup.is_some());
    let question = match (line.question, line.first, line.followup) {
        (Some(question), None, None) => question,
        (None, Some(first), Some(followup)) => {
            after.push(first);
            followup
        }
        _ => return Err("needs a \"question\", or a \"first\" and a \"followup\"".to_owned()),
    };
    let question = asked(&question)?;
    let after = after.iter().map(|text| asked(text)).collect::<Result<Vec<_>, _>>()?;
    for pattern in &line.must {
        compiled(pattern)?;
    }
    if line.pages.iter().any(|page| page.trim().is_empty()) {
        return Err("has an empty page".to_owned());
    }
    let leans = leaning || !after.is_empty();
    let kind = line.kind.filter(|kind| !kind.trim().is_empty());
    Ok(Question {
        id: line.id.filter(|id| !id.trim().is_empty()).unwrap_or_else(|| {
            // With what it leans on: "and for two?" may be asked of several things.
            after.iter().chain([&question]).cloned().collect::<Vec<_>>().join(" → ")
        }),
        kind: kind.unwrap_or_else(|| if leans { KIND_FOLLOWUP } else { KIND }.to_owned()),
        answerable: line.answerable.unwrap_or(!(line.pages.is_empty() && line.must.is_empty())),
        question,
        after,
        pages: line.pages,
        must: line.must,
    })
}

fn asked(text: &str) -> Result<String, String> {
    reply::readable(text).map_err(|error| error.message().replace("message", "the question"))
}

/// As answers are matched: in any case, and across lines.
pub fn compiled(pattern: &str) -> Result<Regex, String> {
    if pattern.is_empty() {
        return Err("has an empty \"must\"".to_owned());
    }
    RegexBuilder::new(pattern)
        .case_insensitive(true)
        .dot_matches_new_line(true)
        .size_limit(PATTERN_BYTES)
        .build()
        .map_err(|error| {
            let error = error.to_string();
            let reason = error.lines().last().unwrap_or_default().trim_start_matches("error: ");
            format!("the pattern {pattern:?} is none: {reason}")
        })
}

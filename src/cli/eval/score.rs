//! What an answer is worth: which of the right pages were found and how early, whether it says what it must and cites
//! a right page, and whether the agent knew what it does not know.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::questions::{self, Question};
use crate::{
    answer::citations,
    cli::turn::millis,
    desk::{Desk, curated, rehearse::Rehearsal},
    error::{Error, Result},
    knowledge::Hit,
    store::{agents::Agent, library, pages},
};

/// Pages that are kept of each search.
const PAGES: usize = 10;
/// Characters of an answer that are kept: no built-in answer is as long.
const LONGEST: usize = 4_000;
/// Unknown pages that are told.
const TOLD: usize = 3;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Says what it must and cites a right page.
    Answered,
    /// Answered, and not so.
    Wrong,
    /// Answerable, and the agent was not sure.
    RefusedWrongly,
    /// Unanswerable, and the agent was not sure.
    RefusedRightly,
    /// Unanswerable, and the agent was sure.
    NotRefused,
}

impl Verdict {
    pub const fn is_right(self) -> bool {
        matches!(self, Self::Answered | Self::RefusedRightly)
    }

    pub const fn name(self) -> &'static str {
        match self {
            Self::Answered => "answered",
            Self::Wrong => "wrong",
            Self::RefusedWrongly => "refused wrongly",
            Self::RefusedRightly => "refused rightly",
            Self::NotRefused => "not refused",
        }
    }
}

/// How a question went.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Outcome {
    pub id: String,
    pub kind: String,
    pub question: String,
    pub answerable: bool,
    pub verdict: Verdict,
    pub answer: String,
    pub confidence: f64,
    pub low_confidence: bool,
    /// That were found, the best first, each once.
    pub pages: Vec<String>,
    /// That the answer cites.
    pub cited: Vec<String>,
    /// The place of the first right page among all pages, from 1; none when it was not found, or no page is named.
    pub rank: Option<usize>,
    /// The same among all passages.
    pub passage_rank: Option<usize>,
    /// How many pages the question names.
    pub pages_named: usize,
    pub model: String,
    /// Why the answer broke off.
    pub failure: Option<String>,
    pub retrieve_ms: f64,
    pub total_ms: f64,
    /// The same was searched for just before: its time says nothing.
    pub cached: bool,
}

/// # Errors
/// None for questions that were read: their patterns were tried.
pub fn judge(question: &Question, rehearsal: Rehearsal, found: &[Hit]) -> Result<Outcome> {
    let wanted: HashSet<String> = question.pages.iter().map(|page| place(page)).collect();
    let right = |hit: &Hit| wanted.contains(&place(&hit.path)) || wanted.contains(&place(&hit.url));
    let (mut pages, mut rank) = (Vec::<String>::new(), None);
    for hit in found {
        if !pages.contains(&hit.path) {
            pages.push(hit.path.clone());
            if rank.is_none() && right(hit) {
                rank = Some(pages.len());
            }
        }
    }
    pages.truncate(PAGES);
    let sources = &rehearsal.prompt.sources;
    let cited: Vec<(&str, bool)> = rehearsal
        .spoken
        .citations
        .iter()
        .map(|citation| {
            let source = (citation.id as usize).checked_sub(1).and_then(|at| sources.get(at));
            // A curated answer cites what its owner wrote, without sources.
            let linked = || (citation.url.as_str(), wanted.contains(&place(&citation.url)));
            source.map_or_else(linked, |hit| (hit.path.as_str(), right(hit)))
        })
        .collect();
    let curated = rehearsal.spoken.model == curated::NAME;
    let cites = curated || wanted.is_empty() || cited.iter().any(|(_, right)| *right);
    let answered = cites && says(&rehearsal.content, &question.must)?;
    let unsure = rehearsal.low_confidence;
    let verdict = match (question.answerable, unsure) {
        (true, unsure) if answered && !(unsure && question.must.is_empty()) => Verdict::Answered,
        (true, true) => Verdict::RefusedWrongly,
        (true, false) => Verdict::Wrong,
        (false, true) => Verdict::RefusedRightly,
        (false, false) => Verdict::NotRefused,
    };
    let mut cited: Vec<String> = cited.iter().map(|(page, _)| (*page).to_owned()).collect();
    cited.dedup();
    Ok(Outcome {
        id: question.id.clone(),
        kind: question.kind.clone(),
        question: question.question.clone(),
        answerable: question.answerable,
        verdict,
        answer: rehearsal.content.chars().take(LONGEST).collect(),
        confidence: (rehearsal.prompt.confidence * 1000.0).round() / 1000.0,
        low_confidence: unsure,
        pages,
        cited,
        rank,
        passage_rank: found.iter().position(right).map(|at| at + 1),
        pages_named: wanted.len(),
        model: rehearsal.spoken.model,
        failure: rehearsal.spoken.failure,
        retrieve_ms: millis(rehearsal.retrieved_after),
        total_ms: millis(rehearsal.total_after),
        cached: rehearsal.cached,
    })
}

/// Whether one of the patterns is in the answer, as a reader reads it: without markers, in one line.
fn says(answer: &str, must: &[String]) -> Result<bool> {
    let text = citations::without(answer);
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    for pattern in must {
        if questions::compiled(pattern).map_err(Error::internal)?.is_match(&text) {
            return Ok(true);
        }
    }
    Ok(must.is_empty() && !text.is_empty())
}

/// What the names of one page have in common, whether it was read as a file or from a website.
fn place(page: &str) -> String {
    let page = page.split_once("://").map_or(page, |(_, rest)| rest);
    let page = page.split('#').next().unwrap_or_default();
    let page = page.trim_start_matches("./").trim_matches('/').to_lowercase();
    let page = [".md", ".html", ".htm"]
        .iter()
        .find_map(|ending| page.strip_suffix(ending))
        .unwrap_or(&page);
    let page = if page == "index" { "" } else { page.strip_suffix("/index").unwrap_or(page) };
    page.to_owned()
}

/// The pages that an agent knows.
pub struct Pages(HashSet<String>);

impl Pages {
    pub async fn of(desk: &Desk, agent: &Agent) -> Result<Self> {
        let id = agent.id;
        let pages = desk.store.read(move |db| library::list(db, id, pages::MOST)).await?;
        let both = pages.iter().flat_map(|page| [place(&page.path), place(&page.url)]);
        Ok(Self(both.collect()))
    }

    /// A sentence when questions name pages that the agent does not know: then nothing can be found.
    pub fn missing(&self, questions: &[Question]) -> Option<String> {
        let mut seen = HashSet::new();
        let named = questions.iter().flat_map(|question| &question.pages);
        let missing: Vec<&str> = named
            .filter(|page| !self.0.contains(&place(page)) && seen.insert(page.as_str()))
            .map(String::as_str)
            .collect();
        let (first, more) = missing.split_at(missing.len().min(TOLD));
        (!first.is_empty()).then(|| {
            let more =
                if more.is_empty() { String::new() } else { format!(" and {} more", more.len()) };
            format!("the agent knows no such page: {}{more}", first.join(", "))
        })
    }
}

/// Counts over some outcomes.
#[derive(Debug, Default, Clone)]
pub struct Summary {
    pub questions: usize,
    answerable: usize,
    unanswerable: usize,
    with_pages: usize,
    ranks: Vec<usize>,
    passage_ranks: Vec<usize>,
    answered: usize,
    refused_rightly: usize,
    refused_wrongly: usize,
    pub right: usize,
}

impl Summary {
    pub fn of<'a>(outcomes: impl IntoIterator<Item = &'a Outcome>) -> Self {
        let mut sum = Self::default();
        for outcome in outcomes {
            sum.questions += 1;
            sum.right += usize::from(outcome.verdict.is_right());
            if outcome.answerable {
                sum.answerable += 1;
                sum.with_pages += usize::from(outcome.pages_named > 0);
                sum.ranks.extend(outcome.rank);
                sum.passage_ranks.extend(outcome.passage_rank);
                sum.answered += usize::from(outcome.verdict == Verdict::Answered);
                sum.refused_wrongly += usize::from(outcome.low_confidence);
            } else {
                sum.unanswerable += 1;
                sum.refused_rightly += usize::from(outcome.low_confidence);
            }
        }
        sum
    }

    /// How often a right page is among the best `k`; none when no question names one.
    pub fn hit(&self, k: usize) -> Option<f64> {
        ratio(self.ranks.iter().filter(|&&rank| rank <= k).count(), self.with_pages)
    }

    pub fn answered(&self) -> Option<f64> {
        ratio(self.answered, self.answerable)
    }

    pub fn refused_rightly(&self) -> Option<f64> {
        ratio(self.refused_rightly, self.unanswerable)
    }

    /// Also counts what was answered rightly and marked as unsure.
    pub fn refused_wrongly(&self) -> Option<f64> {
        ratio(self.refused_wrongly, self.answerable)
    }

    pub fn json(&self) -> Value {
        let round = |share: Option<f64>| share.map(|share| (share * 1e4).round() / 1e4);
        let among_passages = |k: usize| {
            ratio(self.passage_ranks.iter().filter(|&&rank| rank <= k).count(), self.with_pages)
        };
        json!({
            "questions": self.questions,
            "answerable": self.answerable,
            "unanswerable": self.unanswerable,
            "right": self.right,
            "hit_at_1": round(self.hit(1)),
            "hit_at_3": round(self.hit(3)),
            "hit_at_5": round(self.hit(5)),
            "passage_hit_at_5": round(among_passages(5)),
            "answered": round(self.answered()),
            "refused_rightly": round(self.refused_rightly()),
            "refused_wrongly": round(self.refused_wrongly()),
        })
    }
}

fn ratio(part: usize, whole: usize) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_the_same_as_file_and_on_the_website() {
        for page in [
            "refund/index.md",
            "/refund/",
            "refund",
            "./refund.html",
            "/refund#how",
            "Refund/Index.html",
        ] {
            assert_eq!(place(page), "refund", "{page}");
        }
        assert_eq!(place("https://shop.example/refund/#x"), "shop.example/refund");
        assert_eq!(place("index.md"), place("/"));
    }

    #[test]
    fn what_must_be_said_is_found_through_markers_and_line_ends() {
        let must = |pattern: &str| vec![pattern.to_owned()];
        assert!(says("Within 30 [1]\n days [2].", &must(r"\b30 days")).unwrap());
        assert!(says("Thirty DAYS", &must(r"never|thirty days")).unwrap());
        assert!(!says("Within 130 days", &must(r"\b30 days")).unwrap());
        assert!(says("Anything", &[]).unwrap() && !says("", &[]).unwrap());
    }
}

//! A run as people read it, and as scripts do.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::score::{Outcome, Summary};
use crate::{cli::output, store::agents::Agent};

/// Characters of a question in a line.
const LINE: usize = 90;

/// What asking all questions gave.
pub struct Run {
    /// Passages that meaning did not find yet.
    pub waiting: usize,
    /// In the order of the file.
    pub outcomes: Vec<Outcome>,
}

impl Run {
    pub fn json(&self, agent: &Agent) -> Value {
        let kinds: Vec<Value> = kinds(&self.outcomes)
            .into_iter()
            .map(|(kind, summary)| {
                let mut value = summary.json();
                value["kind"] = json!(kind);
                value
            })
            .collect();
        json!({
            "agent": {"id": agent.id.to_string(), "name": agent.name},
            "passages_waiting_for_meaning": self.waiting,
            "summary": Summary::of(&self.outcomes).json(),
            "kinds": kinds,
            "models": models(&self.outcomes),
            "times_ms": {
                "retrieve": percentiles(&self.outcomes, |outcome| outcome.retrieve_ms),
                "total": percentiles(&self.outcomes, |outcome| outcome.total_ms),
            },
            "questions": self.outcomes,
        })
    }

    pub fn print(&self) {
        let not_right: Vec<&Outcome> =
            self.outcomes.iter().filter(|outcome| !outcome.verdict.is_right()).collect();
        for outcome in &not_right {
            output::line(&format!(
                "{}: {}\n    {}",
                outcome.verdict.name(),
                line(&outcome.question),
                line(&format!("{:.2}  {}", outcome.confidence, outcome.answer)),
            ));
        }
        if !not_right.is_empty() {
            output::line("");
        }
        print_summary(&self.outcomes);
    }
}

/// The table by kind, the times, and what else must be known to trust them.
pub fn print_summary(outcomes: &[Outcome]) {
    let mut rows = vec![
        [
            "KIND",
            "QUESTIONS",
            "HIT@1",
            "HIT@3",
            "HIT@5",
            "ANSWERED",
            "REFUSED RIGHTLY",
            "REFUSED WRONGLY",
        ]
        .map(str::to_owned)
        .to_vec(),
    ];
    let kinds = kinds(outcomes);
    let all = Summary::of(outcomes);
    rows.extend(kinds.iter().filter(|_| kinds.len() > 1).map(|(kind, one)| row(kind, one)));
    rows.push(row("all", &all));
    output::table(&rows);
    let time = |of: fn(&Outcome) -> f64| {
        let (p50, p99) = (percentile(outcomes, of, 50), percentile(outcomes, of, 99));
        format!("p50 {p50:.1} ms, p99 {p99:.1} ms")
    };
    let models: Vec<String> =
        models(outcomes).into_iter().map(|(model, count)| format!("{model} {count}")).collect();
    output::line(&format!(
        "\n{} of {} right; answered by {}\nretrieval {}; whole answer {}",
        all.right,
        all.questions,
        models.join(", "),
        time(|outcome| outcome.retrieve_ms),
        time(|outcome| outcome.total_ms),
    ));
    let broken = outcomes.iter().filter(|outcome| outcome.failure.is_some()).count();
    if broken > 0 {
        output::line(&format!("{broken} answers broke off"));
    }
}

fn row(kind: &str, summary: &Summary) -> Vec<String> {
    let share = |share: Option<f64>| share.map_or_else(|| "-".to_owned(), |it| format!("{it:.3}"));
    vec![
        line(kind),
        summary.questions.to_string(),
        share(summary.hit(1)),
        share(summary.hit(3)),
        share(summary.hit(5)),
        share(summary.answered()),
        share(summary.refused_rightly()),
        share(summary.refused_wrongly()),
    ]
}

fn kinds(outcomes: &[Outcome]) -> Vec<(&str, Summary)> {
    let mut kinds: BTreeMap<&str, Vec<&Outcome>> = BTreeMap::new();
    for outcome in outcomes {
        kinds.entry(&outcome.kind).or_default().push(outcome);
    }
    kinds.into_iter().map(|(kind, of)| (kind, Summary::of(of))).collect()
}

/// Who spoke, and how often: a model that is down does not go unseen.
fn models(outcomes: &[Outcome]) -> BTreeMap<&str, usize> {
    let mut models = BTreeMap::new();
    for outcome in outcomes {
        *models.entry(outcome.model.as_str()).or_default() += 1;
    }
    models
}

fn percentiles(outcomes: &[Outcome], of: fn(&Outcome) -> f64) -> Value {
    json!({"p50": percentile(outcomes, of, 50), "p99": percentile(outcomes, of, 99)})
}

/// By nearest rank, of the questions that were really searched for.
fn percentile(outcomes: &[Outcome], of: fn(&Outcome) -> f64, percent: usize) -> f64 {
    let mut times: Vec<f64> = outcomes.iter().filter(|one| !one.cached).map(of).collect();
    times.sort_by(f64::total_cmp);
    let rank = (times.len() * percent).div_ceil(100);
    times.get(rank.saturating_sub(1)).copied().unwrap_or(0.0)
}

/// Of a question or an answer.
pub fn line(text: &str) -> String {
    output::quoted(text, LINE)
}

//! What became of a baseline's answers. A regression is a question that was right and is wrong now; one whose
//! expectations were edited meanwhile is not compared.

use std::collections::{HashMap, HashSet};

use serde_json::{Value, json};

use super::{
    baseline::Baseline,
    questions::Question,
    report::{Run, line},
    score::{Outcome, Summary},
};
use crate::{
    cli::output,
    error::{Error, Result},
};

pub struct Diff<'a> {
    /// Was right, is wrong.
    worse: Vec<Change<'a>>,
    /// Was wrong, is right.
    better: Vec<Change<'a>>,
    /// As right or wrong as before, in other words or from other pages.
    changed: Vec<Change<'a>>,
    same: usize,
    /// Ids of questions that the baseline does not have, has and were edited, or has alone.
    added: Vec<&'a str>,
    edited: Vec<&'a str>,
    removed: Vec<&'a str>,
    before: Summary,
    after: Summary,
}

struct Change<'a> {
    before: &'a Outcome,
    after: &'a Outcome,
}

pub fn between<'a>(before: &'a Baseline, questions: &'a [Question], now: &'a Run) -> Diff<'a> {
    let old: HashMap<&str, (&Question, &Outcome)> = before
        .questions
        .iter()
        .zip(&before.outcomes)
        .map(|(question, outcome)| (question.id.as_str(), (question, outcome)))
        .collect();
    let mut diff = Diff {
        worse: Vec::new(),
        better: Vec::new(),
        changed: Vec::new(),
        same: 0,
        added: Vec::new(),
        edited: Vec::new(),
        removed: Vec::new(),
        before: Summary::default(),
        after: Summary::default(),
    };
    let mut compared = Vec::new();
    for (question, after) in questions.iter().zip(&now.outcomes) {
        let Some(&(asked, before)) = old.get(question.id.as_str()) else {
            diff.added.push(&question.id);
            continue;
        };
        if asked != question {
            diff.edited.push(&question.id);
            continue;
        }
        compared.push((before, after));
        let change = Change { before, after };
        match (before.verdict.is_right(), after.verdict.is_right()) {
            (true, false) => diff.worse.push(change),
            (false, true) => diff.better.push(change),
            _ if before.answer != after.answer || before.cited != after.cited => {
                diff.changed.push(change);
            }
            _ => diff.same += 1,
        }
    }
    let asked: HashSet<&str> = questions.iter().map(|question| question.id.as_str()).collect();
    diff.removed = before
        .questions
        .iter()
        .map(|question| question.id.as_str())
        .filter(|id| !asked.contains(id))
        .collect();
    diff.before = Summary::of(compared.iter().map(|(before, _)| *before));
    diff.after = Summary::of(compared.iter().map(|(_, after)| *after));
    diff
}

impl Diff<'_> {
    pub fn json(&self) -> Value {
        let changes = |changes: &[Change<'_>]| -> Vec<Value> {
            changes
                .iter()
                .map(|change| {
                    json!({"id": change.after.id, "question": change.after.question,
                           "before": side(change.before), "after": side(change.after)})
                })
                .collect()
        };
        json!({
            "worse": changes(&self.worse),
            "better": changes(&self.better),
            "changed": changes(&self.changed),
            "same": self.same,
            "added": self.added,
            "edited": self.edited,
            "removed": self.removed,
            "before": self.before.json(),
            "after": self.after.json(),
        })
    }

    pub fn print(&self) {
        for (title, changes) in
            [("WORSE", &self.worse), ("BETTER", &self.better), ("CHANGED", &self.changed)]
        {
            for Change { before, after } in changes {
                output::line(&format!("{title}  {}  {}", line(&after.id), line(&after.question)));
                for (sign, one) in [('-', before), ('+', after)] {
                    output::line(&format!(
                        "  {sign} {}, {:.2}: {}",
                        one.verdict.name(),
                        one.confidence,
                        line(&one.answer)
                    ));
                }
            }
        }
        let rows = [
            ("hit@1", self.before.hit(1), self.after.hit(1)),
            ("hit@3", self.before.hit(3), self.after.hit(3)),
            ("hit@5", self.before.hit(5), self.after.hit(5)),
            ("answered", self.before.answered(), self.after.answered()),
            ("refused rightly", self.before.refused_rightly(), self.after.refused_rightly()),
            ("refused wrongly", self.before.refused_wrongly(), self.after.refused_wrongly()),
        ];
        let mut table = vec![["", "BEFORE", "NOW"].map(str::to_owned).to_vec()];
        table.extend(rows.into_iter().filter_map(|(name, before, after)| {
            Some(vec![name.to_owned(), format!("{:.3}", before?), format!("{:.3}", after?)])
        }));
        output::table(&table);
        output::line(&format!(
            "\n{} worse, {} better, {} in other words, {} the same",
            self.worse.len(),
            self.better.len(),
            self.changed.len(),
            self.same
        ));
        for (what, ids) in [
            ("not in the baseline", &self.added),
            ("edited since, not compared", &self.edited),
            ("no longer asked", &self.removed),
        ] {
            if !ids.is_empty() {
                output::line(&format!("{} {what}: {}", ids.len(), line(&ids.join(", "))));
            }
        }
    }

    /// # Errors
    /// When something that was right is wrong now.
    pub fn check(&self) -> Result<()> {
        match self.worse.len() {
            0 => Ok(()),
            1 => Err(Error::conflict("regression", "1 question that was right is wrong now")),
            worse => {
                let sentence = format!("{worse} questions that were right are wrong now");
                Err(Error::conflict("regression", sentence))
            }
        }
    }
}

fn side(outcome: &Outcome) -> Value {
    json!({
        "verdict": outcome.verdict,
        "answer": outcome.answer,
        "confidence": outcome.confidence,
        "low_confidence": outcome.low_confidence,
        "cited": outcome.cited,
        "rank": outcome.rank,
        "model": outcome.model,
    })
}

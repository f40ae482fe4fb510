//! `frontdesk ask`: one question, answered here in the terminal as a visitor would be. Nothing is stored.

use std::time::Instant;

use clap::Args;
use serde_json::json;

use super::{chosen, output};
use crate::{app, config::Config, desk::rehearse::Rehearsal, error::Result};

#[derive(Args)]
pub struct Ask {
    /// Id or name of the agent; needed when there are several
    #[arg(long)]
    agent: Option<String>,
    /// A question asked before this one, for one that leans on it; may be given several times
    #[arg(long = "after", value_name = "EARLIER_QUESTION")]
    after: Vec<String>,
    /// Show what was retrieved, with scores and times
    #[arg(long)]
    trace: bool,
    question: String,
    /// One JSON value on standard output
    #[arg(long)]
    json: bool,
}

impl Ask {
    pub async fn run(self, config: &Config) -> Result<()> {
        let desk = app::open(config)?;
        let agent = chosen(&desk, self.agent.as_deref()).await?;
        let begun = Instant::now();
        let live = !self.json;
        let rehearsal = desk
            .rehearse(&agent, &self.after, &self.question, |words| {
                if live {
                    output::words(words);
                }
            })
            .await?;
        if self.json {
            return self.print_json(&rehearsal, begun);
        }
        output::line("");
        for citation in &rehearsal.spoken.citations {
            output::line(&format!("\n[{}] {}  {}", citation.id, citation.title, citation.url));
            output::line(&format!("    \"{}\"", citation.quote));
        }
        if self.trace {
            trace(&rehearsal, begun);
        }
        Ok(())
    }

    fn print_json(&self, rehearsal: &Rehearsal, begun: Instant) -> Result<()> {
        let mut value = json!({
            "content": rehearsal.content,
            "citations": rehearsal.spoken.citations,
            "low_confidence": rehearsal.low_confidence,
            "confidence": rehearsal.prompt.confidence,
            "model": rehearsal.spoken.model,
            "timings_ms": {
                "retrieve": millis(rehearsal.retrieved_after),
                "first_token": rehearsal.first_token_after.map(millis),
                "total": millis(begun.elapsed()),
            },
        });
        if let Some(failure) = &rehearsal.spoken.failure {
            value["failure"] = json!(failure);
        }
        if self.trace {
            let retrieved = rehearsal.prompt.sources.iter().map(|hit| {
                json!({"passage_id": hit.passage_id, "path": hit.path, "url": hit.url, "title": hit.title, "heading": hit.heading,
                       "score": hit.score, "text": hit.text})
            });
            value["retrieved"] = retrieved.collect();
            value["terms"] = json!(rehearsal.terms);
            value["cached"] = json!(rehearsal.cached);
        }
        output::json(&value)
    }
}

fn trace(rehearsal: &Rehearsal, begun: Instant) {
    let first = rehearsal
        .first_token_after
        .map_or_else(|| "none".to_owned(), |at| format!("{:.1} ms", millis(at)));
    output::line(&format!(
        "\nmodel {}, confidence {:.2} (threshold {:.2}){}\nretrieved in {:.1} ms, first token {first}, total {:.1} ms\nsearched for: {}",
        rehearsal.spoken.model,
        rehearsal.prompt.confidence,
        rehearsal.prompt.threshold,
        if rehearsal.low_confidence { ", low confidence" } else { "" },
        millis(rehearsal.retrieved_after),
        millis(begun.elapsed()),
        rehearsal.terms.join(" "),
    ));
    let mut rows = vec![["", "SCORE", "TITLE", "HEADING", "URL"].map(str::to_owned).to_vec()];
    for (index, hit) in rehearsal.prompt.sources.iter().enumerate() {
        rows.push(vec![
            format!("[{}]", index + 1),
            format!("{:.2}", hit.score),
            hit.title.clone(),
            hit.heading.clone(),
            hit.url.clone(),
        ]);
    }
    output::table(&rows);
    if let Some(failure) = &rehearsal.spoken.failure {
        output::line(&format!("the answer broke off: {failure}"));
    }
}

fn millis(duration: std::time::Duration) -> f64 {
    (duration.as_secs_f64() * 1e5).round() / 100.0
}

//! `frontdesk ask`: one question, answered here in the terminal as a visitor would be. Nothing is stored.

use clap::Args;
use serde_json::json;

use super::{
    chosen, output,
    turn::{self, millis},
};
use crate::{
    app,
    config::Config,
    desk::rehearse::Rehearsal,
    error::{Error, Result},
};

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
        let live = !self.json;
        let rehearsal = desk
            .rehearse(&agent, &self.after, &self.question, |words| {
                if live {
                    output::words(words);
                }
            })
            .await?;
        if self.json {
            self.print_json(&rehearsal)?;
            return whole(&rehearsal);
        }
        if let Some(status) = rehearsal.handoff {
            output::line(&format!(
                "A visitor who asks this is handed over to a person, now: {}",
                status.name()
            ));
        }
        output::line("");
        for citation in &rehearsal.spoken.citations {
            output::line(&format!("\n[{}] {}  {}", citation.id, citation.title, citation.url));
            if !citation.quote.is_empty() {
                output::line(&format!("    \"{}\"", citation.quote));
            }
        }
        if self.trace {
            trace(&rehearsal);
        }
        whole(&rehearsal)
    }

    fn print_json(&self, rehearsal: &Rehearsal) -> Result<()> {
        let mut value = json!({
            "content": rehearsal.content,
            "citations": rehearsal.spoken.citations,
            "low_confidence": rehearsal.low_confidence,
            "confidence": rehearsal.prompt.confidence,
            "model": rehearsal.spoken.model,
            "timings_ms": {
                "retrieve": millis(rehearsal.retrieved_after),
                "first_token": rehearsal.first_token_after.map(millis),
                "total": millis(rehearsal.total_after),
            },
        });
        if let Some(failure) = &rehearsal.spoken.failure {
            value["failure"] = json!(failure);
        }
        if let Some(status) = rehearsal.handoff {
            value["handoff"] = json!(status.name());
        }
        if self.trace {
            let retrieved = rehearsal.prompt.sources.iter().map(|hit| {
                json!({"passage_id": hit.passage_id, "path": hit.path, "url": hit.url, "title": hit.title, "heading": hit.heading,
                       "score": hit.score, "text": hit.text})
            });
            value["retrieved"] = retrieved.collect();
            value["terms"] = json!(&rehearsal.terms[..]);
            value["cached"] = json!(rehearsal.cached);
            let facts = turn::facts(&rehearsal.receipt(), rehearsal.tokens());
            value["tokens"] = facts["tokens"].clone();
            value["threshold"] = facts["threshold"].clone();
            value["prompt_sha256"] = facts["prompt_sha256"].clone();
        }
        output::json(&value)
    }
}

/// # Errors
/// `answer_failed` when it broke off.
fn whole(rehearsal: &Rehearsal) -> Result<()> {
    match &rehearsal.spoken.failure {
        Some(failure) => Err(Error::unanswered(format!("the answer broke off: {failure}"))),
        None => Ok(()),
    }
}

fn trace(rehearsal: &Rehearsal) {
    output::line(&format!(
        "\nmodel {}{}",
        rehearsal.spoken.model,
        if rehearsal.low_confidence { ", low confidence" } else { "" },
    ));
    turn::print_facts(&rehearsal.receipt(), rehearsal.tokens());
    output::line(&format!("searched for: {}", rehearsal.terms.join(" ")));
    turn::print_hits(&rehearsal.prompt.sources);
}

//! `frontdesk turn …`: what a visitor's answer was made of, and what it took.

use clap::Subcommand;
use serde_json::{Value, json};

use super::{chosen, output};
use crate::{
    app,
    config::Config,
    desk::receipts::{Receipt, Shown, Turn},
    error::Result,
    knowledge::Hit,
    store::passages::Match,
};

/// Characters of a question in a list.
const LINE: usize = 70;

#[derive(Subcommand)]
pub enum Command {
    /// The latest questions that were answered, with the ids for `show`.
    List {
        /// Id or name of the agent; all without it
        #[arg(long)]
        agent: Option<String>,
        #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u16).range(1..=200))]
        limit: u16,
        /// One JSON value on standard output
        #[arg(long)]
        json: bool,
    },
    /// One question with its answer, passages and scores, model, times, tokens and the prompt's hash.
    Show {
        /// Id of the question or of the answer
        id: String,
        /// One JSON value on standard output
        #[arg(long)]
        json: bool,
    },
}

impl Command {
    pub async fn run(self, config: &Config) -> Result<()> {
        let desk = app::open(config)?;
        match self {
            Self::List { agent, limit, json } => {
                let agent = match agent {
                    Some(named) => Some(chosen(&desk, Some(&named)).await?.id),
                    None => None,
                };
                list(&desk.latest_turns(agent, limit.into()).await?, json)
            }
            Self::Show { id, json } => {
                let shown = desk.turn(&id).await?;
                if json {
                    return output::json(&full(&shown));
                }
                print(&shown);
                Ok(())
            }
        }
    }
}

fn list(turns: &[Turn], as_json: bool) -> Result<()> {
    if as_json {
        return output::json(&turns.iter().map(brief).collect::<Vec<_>>());
    }
    let mut rows = vec![
        ["ANSWER", "AT", "AGENT", "MODEL", "CONFIDENCE", "TOTAL", "QUESTION"]
            .map(str::to_owned)
            .to_vec(),
    ];
    rows.extend(turns.iter().map(|turn| {
        let receipt = turn.receipt.as_ref();
        let unsure = if turn.low_confidence { " low" } else { "" };
        let confidence = receipt.map(|it| format!("{:.2}", it.confidence)).unwrap_or_default();
        vec![
            turn.answer_id.to_string(),
            turn.at.to_string(),
            output::quoted(&turn.agent_name, LINE),
            output::quoted(turn.model.as_deref().unwrap_or_default(), LINE),
            format!("{confidence}{unsure}"),
            receipt.map(|it| format!("{:.1} ms", millis(it.times.total))).unwrap_or_default(),
            output::quoted(turn.question.as_deref().unwrap_or_default(), LINE),
        ]
    }));
    output::table(&rows);
    Ok(())
}

fn brief(turn: &Turn) -> Value {
    json!({
        "answer_id": turn.answer_id.to_string(),
        "question_id": turn.question_id.map(|id| id.to_string()),
        "conversation_id": turn.conversation_id.to_string(),
        "agent": {"id": turn.agent_id.to_string(), "name": turn.agent_name},
        "at": turn.at.to_string(),
        "page_url": turn.page_url,
        "question": turn.question,
        "answer": turn.answer,
        "citations": turn.citations,
        "complete": turn.complete,
        "low_confidence": turn.low_confidence,
        "rating": turn.rating,
        "model": turn.model,
        "receipt": turn.receipt.as_ref().map(|receipt| facts(receipt, turn.tokens)),
    })
}

/// A receipt without its passages.
pub fn facts(receipt: &Receipt, tokens: Option<(u32, u32)>) -> Value {
    json!({
        "confidence": receipt.confidence,
        "threshold": receipt.threshold,
        "timings_ms": {
            "retrieve": millis(receipt.times.retrieve),
            "first_token": receipt.times.first.map(millis),
            "total": millis(receipt.times.total),
        },
        "tokens": {"in": tokens.map(|it| it.0), "out": tokens.map(|it| it.1)},
        "prompt_sha256": receipt.prompt_hash.map(hex),
    })
}

fn full(shown: &Shown) -> Value {
    let mut value = brief(&shown.turn);
    if let Some(receipt) = &shown.turn.receipt {
        let passages = receipt.passages.iter().zip(&shown.passages).map(|(used, now)| {
            let now = now.as_ref();
            json!({
                "passage_id": used.passage_id,
                "score": used.score,
                "url": used.url,
                "path": now.map(|now| &now.path),
                "title": now.map(|now| &now.title),
                "heading": now.map(|now| &now.heading),
                "text": now.map(|now| &now.body),
            })
        });
        value["receipt"]["passages"] = passages.collect();
    }
    value
}

fn print(shown: &Shown) {
    let turn = &shown.turn;
    output::line(&format!(
        "{}  {}  to {}\nconversation {}, question {}, answer {}",
        turn.at,
        turn.page_url.as_deref().unwrap_or_default(),
        turn.agent_name,
        turn.conversation_id,
        turn.question_id.map_or_else(|| "unknown".to_owned(), |id| id.to_string()),
        turn.answer_id,
    ));
    output::line(&format!("\n> {}", plain(turn.question.as_deref().unwrap_or_default())));
    output::line(&format!("\n{}", plain(&turn.answer)));
    for citation in &turn.citations {
        output::line(&format!("\n[{}] {}  {}", citation.id, citation.title, citation.url));
        output::line(&format!("    \"{}\"", plain(&citation.quote)));
    }
    let model = turn.model.as_deref().unwrap_or("unknown");
    let mut notes = String::new();
    if turn.low_confidence {
        notes += ", low confidence";
    }
    if !turn.complete {
        notes += ", broke off";
    }
    if let Some(rating) = &turn.rating {
        notes += &format!(", rated {rating}");
    }
    let Some(receipt) = &turn.receipt else {
        output::line(&format!(
            "\nmodel {model}{notes}\nthere is no receipt: nothing was searched for, or it was swept"
        ));
        return;
    };
    output::line(&format!("\nmodel {model}{notes}"));
    print_facts(receipt, turn.tokens);
    let passages = receipt.passages.iter().zip(&shown.passages);
    print_passages(passages.map(|(used, now)| {
        let gone = "(no longer among the pages)";
        let said = |part: fn(&Match) -> &str| now.as_ref().map_or(gone, part);
        (
            f64::from(used.score),
            said(|now| &now.title),
            now.as_ref().map_or("", |now| &now.heading),
            used.url.as_str(),
        )
    }));
}

/// Confidence, times, tokens and hash, in lines.
pub fn print_facts(receipt: &Receipt, tokens: Option<(u32, u32)>) {
    let first =
        receipt.times.first.map_or_else(|| "none".to_owned(), |at| format!("{:.1} ms", millis(at)));
    output::line(&format!(
        "confidence {:.2} (threshold {:.2})\nretrieved in {:.1} ms, first token {first}, total {:.1} ms",
        receipt.confidence,
        receipt.threshold,
        millis(receipt.times.retrieve),
        millis(receipt.times.total),
    ));
    if let Some((told, said)) = tokens {
        output::line(&format!("tokens {told} in, {said} out"));
    }
    if let Some(hash) = receipt.prompt_hash {
        output::line(&format!("prompt sha256 {}", hex(hash)));
    }
}

/// Of passages as they were found.
pub fn print_hits(hits: &[Hit]) {
    print_passages(
        hits.iter()
            .map(|hit| (hit.score, hit.title.as_str(), hit.heading.as_str(), hit.url.as_str())),
    );
}

/// Score, title, heading and URL of each.
fn print_passages<'a>(passages: impl Iterator<Item = (f64, &'a str, &'a str, &'a str)>) {
    let mut rows = vec![["", "SCORE", "TITLE", "HEADING", "URL"].map(str::to_owned).to_vec()];
    rows.extend(passages.enumerate().map(|(index, (score, title, heading, url))| {
        vec![
            format!("[{}]", index + 1),
            if score < 0.01 { format!("{score:.1e}") } else { format!("{score:.2}") },
            title.to_owned(),
            heading.to_owned(),
            url.to_owned(),
        ]
    }));
    output::table(&rows);
}

/// Visitors' words, without what would steer the terminal.
fn plain(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_control() || matches!(letter, '\n' | '\t')).collect()
}

pub fn hex(hash: [u8; 32]) -> String {
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

pub fn millis(duration: std::time::Duration) -> f64 {
    (duration.as_secs_f64() * 1e5).round() / 100.0
}

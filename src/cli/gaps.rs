//! `frontdesk gaps …`

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::{
    chosen,
    curated::{More, Patterns, pattern, text, value},
    output,
};
use crate::{
    app,
    clock::Moment,
    config::Config,
    desk::gaps::{Answer, Gap},
    error::Result,
    store::{curated::Content, gaps::Doubted},
};

/// Characters of a question in a list.
const SHOWN: usize = 80;

/// Questions are here that were answered with low confidence, or got a thumbs down, or after which the visitor turned
/// to a person. Those that a curated answer fits by now are left out. Nothing is kept for this list: it is read from
/// the conversations, and an erased visitor's questions are gone from it.
#[derive(Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Gaps {
    #[command(flatten)]
    list: List,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Args)]
struct List {
    /// Id or name of the agent; needed when there are several
    #[arg(long)]
    agent: Option<String>,
    /// Asked within so many days
    #[arg(long, value_name = "NUMBER", default_value_t = 30, value_parser = clap::value_parser!(u32).range(1..=3650))]
    days: u32,
    /// At most so many, the most frequent
    #[arg(long, value_name = "NUMBER", default_value_t = 50, value_parser = clap::value_parser!(u16).range(1..=1000))]
    limit: u16,
    /// Those that a curated answer fits by now, in the place of the open ones
    #[arg(long)]
    solved: bool,
    /// One JSON value on standard output
    #[arg(long)]
    json: bool,
}

#[derive(Subcommand)]
enum Command {
    /// Answer a gap: its questions get this answer from now on.
    ///
    /// It becomes a curated answer, see `frontdesk curated --help`. Its patterns are made from the words of the
    /// questions, without addresses and long numbers, unless you name some; look at them, as they stay when the
    /// visitors are erased.
    Answer {
        /// The gap, as `frontdesk gaps` shows it; or any of its questions
        gap: String,
        /// Id or name of the agent; needed when there are several
        #[arg(long)]
        agent: Option<String>,
        /// The answer, in Markdown; - reads it from standard input
        #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
        answer: String,
        #[command(flatten)]
        patterns: Patterns,
        #[command(flatten)]
        more: More,
        /// As in the list that showed the gap
        #[arg(long, value_name = "NUMBER", default_value_t = 30, value_parser = clap::value_parser!(u32).range(1..=3650))]
        days: u32,
        /// One JSON value on standard output
        #[arg(long)]
        json: bool,
    },
}

impl Gaps {
    pub async fn run(self, config: &Config) -> Result<()> {
        let desk = app::open(config)?;
        let Some(Command::Answer { gap, agent, answer, patterns, more, days, json }) = self.command
        else {
            let List { agent, days, limit, solved, json } = self.list;
            let agent = chosen(&desk, agent.as_deref()).await?;
            let mut gaps = desk.gaps(&agent, days, solved).await?;
            gaps.truncate(limit.into());
            return list(&gaps, solved, json);
        };
        let agent = chosen(&desk, agent.as_deref()).await?;
        let patterns = patterns.all();
        let has_patterns = !patterns.is_empty();
        let mut content =
            Content { patterns, answer: text(answer)?, enabled: true, ..Content::default() };
        more.put(&mut content)?;
        let answer = Answer { content, has_patterns };
        let closed = desk.close_gap(&agent, &gap, days, answer, Moment::now()).await?;
        if json {
            return output::json(&json!({
                "curated": value(&closed.curated)?,
                "questions": closed.questions,
                "answered": closed.answered,
            }));
        }
        output::line(&format!(
            "curated answer {} now answers {} of the gap's {} questions, and others that fit",
            closed.curated.id, closed.answered, closed.questions
        ));
        for one in &closed.curated.content.patterns {
            output::line(&format!("  {}", pattern(one)));
        }
        output::line(&format!(
            "to change that: frontdesk curated set {} --words '…'",
            closed.curated.id
        ));
        Ok(())
    }
}

fn example(question: &Doubted) -> Value {
    json!({
        "id": question.id.to_string(),
        "question": question.question,
        "page_url": question.page_url,
        "asked_at": question.asked_at.to_string(),
    })
}

fn list(gaps: &[Gap], solved: bool, json: bool) -> Result<()> {
    let asked_at = |gap: &Gap| gap.questions.iter().map(|question| question.asked_at).max();
    let (unsure, disliked, left) = (
        |gap: &Gap| gap.count(|question| question.unsure),
        |gap: &Gap| gap.count(|question| question.disliked),
        |gap: &Gap| gap.count(|question| question.left),
    );
    if json {
        let values = gaps.iter().map(|gap| {
            json!({
                "id": gap.id.to_string(),
                "question": gap.title(),
                "count": gap.questions.len(),
                "visitors": gap.visitors(),
                "reasons": {
                    "low_confidence": unsure(gap),
                    "thumbs_down": disliked(gap),
                    "asked_for_person": left(gap),
                },
                "last_asked_at": asked_at(gap).map(|at| at.to_string()),
                "examples": gap.examples().into_iter().map(example).collect::<Vec<_>>(),
                "solved_by": gap.solved_by.map(|id| id.to_string()),
            })
        });
        return output::json(&values.collect::<Vec<_>>());
    }
    if gaps.is_empty() {
        output::line(if solved { "No gap was solved." } else { "There are no gaps." });
        return Ok(());
    }
    let head = ["ID", "ASKED", "UNSURE", "DISLIKED", "TO A PERSON", "LAST ASKED", "QUESTION"];
    let mut rows = vec![head.map(str::to_owned).to_vec()];
    for gap in gaps {
        let id = gap.id.to_string();
        let counts = [gap.questions.len(), unsure(gap), disliked(gap), left(gap)];
        let mut row = vec![id];
        row.extend(counts.map(|count| count.to_string()));
        row.push(asked_at(gap).map(|at| at.to_string()).unwrap_or_default());
        row.push(output::quoted(gap.title(), SHOWN));
        rows.push(row);
        for other in gap.examples().into_iter().filter(|it| it.question != gap.title()).take(3) {
            let mut row = vec![String::new(); 6];
            row.push(format!("  {}", output::quoted(&other.question, SHOWN)));
            rows.push(row);
        }
    }
    output::table(&rows);
    if !solved {
        output::line("\nto answer one: frontdesk gaps answer ID --answer '…'");
    }
    Ok(())
}

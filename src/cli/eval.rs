//! `frontdesk eval`: questions whose answers are known, asked of an agent here in the process. No conversation is
//! stored and no budget counts; a baseline is kept only when it is asked for.

mod baseline;
mod diff;
mod questions;
mod report;
mod score;

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};

use self::{
    baseline::Baseline,
    questions::Question,
    report::Run,
    score::{Outcome, Pages, Summary},
};
use super::{
    chosen,
    knowledge::{end_progress, progress},
    output,
};
use crate::{
    app,
    config::Config,
    desk::Desk,
    error::{Error, Result},
    knowledge::{Progress, Query},
    store::agents::Agent,
};

/// Passages of which the pages are ranked; the search itself keeps fewer.
const RANKED: usize = 50;

/// Ask questions whose answers you know, and count how many the agent gets right.
///
/// Each line of the file is a JSON object: `question`; `pages`, where the answer stands (paths as `knowledge search`
/// shows them, or URLs); `must`, regular expressions of which one has to be in the answer; `answerable`, false where the agent
/// should say that it does not know; `kind`, for the table; `id`; and for one that leans on others `after`, a list
/// of earlier questions (or `first` and `followup`). Only the question is needed.
#[derive(Args)]
#[command(subcommand_negates_reqs = true)]
pub struct Eval {
    #[command(subcommand)]
    command: Option<Command>,
    /// The questions, one JSON object a line
    #[arg(value_name = "FILE.jsonl", required = true)]
    file: Option<PathBuf>,
    /// Id or name of the agent; needed when there are several
    #[arg(long, global = true)]
    agent: Option<String>,
    #[command(flatten)]
    bars: Bars,
    /// One JSON value on standard output: every question with its answer, confidence, pages and verdict
    #[arg(long, global = true)]
    json: bool,
}

/// What must be reached, or the exit code is 1.
#[derive(Args, Default, PartialEq)]
struct Bars {
    /// Fail when the best page is the right one less often, 0 to 1
    #[arg(long, value_name = "SHARE", value_parser = share)]
    min_hit1: Option<f64>,
    /// Fail when a right page is among the best five less often, 0 to 1
    #[arg(long, value_name = "SHARE", value_parser = share)]
    min_hit5: Option<f64>,
    /// Fail when fewer of the answerable questions are answered rightly, 0 to 1
    #[arg(long, value_name = "SHARE", value_parser = share)]
    min_answered: Option<f64>,
    /// Fail when fewer of the unanswerable questions are refused, 0 to 1
    #[arg(long, value_name = "SHARE", value_parser = share)]
    min_refused: Option<f64>,
    /// Fail when more of the answerable questions are refused, 0 to 1
    #[arg(long, value_name = "SHARE", value_parser = share)]
    max_refused_wrongly: Option<f64>,
}

#[derive(Subcommand)]
enum Command {
    /// Run the questions and keep them with their answers, to compare with later.
    Save {
        /// What to call it; one of this name is replaced
        name: String,
        /// The questions, one JSON object a line
        #[arg(value_name = "FILE.jsonl")]
        file: PathBuf,
    },
    /// Run the questions again and show which answers changed; exit code 1 if one that was right is wrong now.
    Diff {
        name: String,
        /// Other questions than those that were saved
        #[arg(value_name = "FILE.jsonl")]
        file: Option<PathBuf>,
    },
    /// What was saved.
    List,
    /// Forget what was saved under a name.
    Remove { name: String },
}

impl Eval {
    pub async fn run(self, config: &Config) -> Result<()> {
        if self.command.is_some() && (self.file.is_some() || self.bars != Bars::default()) {
            let problem = "are for a run of their own, without save, diff, list or remove";
            return Err(Error::invalid("FILE and bars", problem));
        }
        let desk = app::open(config)?;
        let named = self.agent.as_deref();
        match self.command {
            None => {
                let questions = questions::read(&self.file.unwrap_or_default())?;
                let agent = chosen(&desk, named).await?;
                let run = ask_all(&desk, &agent, &questions).await?;
                if self.json {
                    output::json(&run.json(&agent))?;
                } else {
                    run.print();
                }
                self.bars.check(&Summary::of(&run.outcomes))
            }
            Some(Command::Save { name, file }) => {
                let name = baseline::name(&name)?;
                let questions = questions::read(&file)?;
                let agent = chosen(&desk, named).await?;
                let run = ask_all(&desk, &agent, &questions).await?;
                let value = run.json(&agent);
                let baseline = Baseline { waiting: run.waiting, questions, outcomes: run.outcomes };
                baseline::save(&desk, &agent, &name, &baseline).await?;
                if self.json {
                    return output::json(&value);
                }
                report::print_summary(&baseline.outcomes);
                let next = format!("saved; after a change: frontdesk eval diff {name}");
                output::line(&format!("\n{next}"));
                Ok(())
            }
            Some(Command::Diff { name, file }) => {
                let given = file.as_deref().map(questions::read).transpose()?;
                let agent = chosen(&desk, named).await?;
                let before = baseline::find(&desk, &agent, &name).await?;
                let questions = given.as_deref().unwrap_or(&before.questions);
                let run = ask_all(&desk, &agent, questions).await?;
                if before.waiting > 0 {
                    eprintln!(
                        "{name} was saved while {} passages waited for meaning",
                        before.waiting
                    );
                }
                let diff = diff::between(&before, questions, &run);
                if self.json {
                    output::json(&diff.json())?;
                } else {
                    diff.print();
                }
                diff.check()
            }
            Some(Command::List) => {
                let agent = chosen(&desk, named).await?;
                baseline::list(&desk, &agent, self.json).await
            }
            Some(Command::Remove { name }) => {
                let agent = chosen(&desk, named).await?;
                baseline::remove(&desk, &agent, &name).await
            }
        }
    }
}

impl Bars {
    fn check(&self, summary: &Summary) -> Result<()> {
        let bars = [
            ("hit@1", self.min_hit1, summary.hit(1), 1.0),
            ("hit@5", self.min_hit5, summary.hit(5), 1.0),
            ("answered", self.min_answered, summary.answered(), 1.0),
            ("refused rightly", self.min_refused, summary.refused_rightly(), 1.0),
            ("refused wrongly", self.max_refused_wrongly, summary.refused_wrongly(), -1.0),
        ];
        let missed: Vec<String> = bars
            .into_iter()
            .filter_map(|(what, bar, reached, sign)| {
                let (bar, reached) = (bar?, reached?);
                let side = if sign > 0.0 { "at least" } else { "at most" };
                (reached * sign < bar * sign)
                    .then(|| format!("{what} is {reached:.3} and must be {side} {bar}"))
            })
            .collect();
        if missed.is_empty() {
            return Ok(());
        }
        Err(Error::conflict("bar_missed", missed.join("; ")))
    }
}

/// Asks each question once, one after the other so that the times say something.
async fn ask_all(desk: &Desk, agent: &Agent, questions: &[Question]) -> Result<Run> {
    let waiting = embedded(desk, agent).await?;
    if waiting > 0 {
        eprintln!(
            "not complete: {waiting} passages are found by words alone, as their meaning is not computed yet"
        );
    }
    let known = Pages::of(desk, agent).await?;
    if let Some(warning) = known.missing(questions) {
        eprintln!("{warning}");
    }
    // A server that runs has vectors and model at hand; without this the first question alone would be timed without.
    let warm = Query {
        text: agent.name.clone(),
        earlier: Vec::new(),
        alone: None,
        page_url: None,
        threshold: 0.0,
    };
    desk.knowledge.search(agent.id, &warm, 1).await?;
    let mut outcomes = Vec::with_capacity(questions.len());
    for (done, question) in questions.iter().enumerate() {
        progress(Progress { done, found: questions.len(), current: question.question.clone() });
        outcomes.push(ask(desk, agent, question).await?);
    }
    end_progress();
    Ok(Run { waiting, outcomes })
}

async fn ask(desk: &Desk, agent: &Agent, question: &Question) -> Result<Outcome> {
    let rehearsal = desk.rehearse(agent, &question.after, &question.question, |_| {}).await?;
    // The same search again, from the cache, for more than an answer is made of.
    let query = Query {
        text: question.question.clone(),
        earlier: question.after.clone(),
        alone: None,
        page_url: None,
        threshold: agent.profile.answers.confidence_threshold,
    };
    let found = desk.knowledge.search(agent.id, &query, RANKED).await?;
    score::judge(question, rehearsal, &found.passages)
}

/// Waits for the passages that meaning does not find yet; gives how many still wait when nobody goes on with them.
async fn embedded(desk: &Desk, agent: &Agent) -> Result<usize> {
    let mut before = usize::MAX;
    loop {
        let waiting = desk.knowledge.embed(agent.id, &progress).await?;
        if waiting == 0 || waiting >= before {
            end_progress();
            return Ok(waiting);
        }
        before = waiting;
    }
}

fn share(text: &str) -> Result<f64, String> {
    text.parse::<f64>()
        .ok()
        .filter(|share| (0.0..=1.0).contains(share))
        .ok_or_else(|| "it must be a number from 0 to 1, such as 0.93".to_owned())
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}

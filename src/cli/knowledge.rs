//! `frontdesk knowledge …`

mod arguments;
mod shown;

use std::io::{IsTerminal, Write};

use clap::Subcommand;
use serde_json::json;

use super::{chosen, output, pairs};
use crate::{
    app,
    config::Config,
    desk::Desk,
    error::{Error, Result},
    knowledge::{Progress, Query, Report, Source, Wishes},
    store::agents::Agent,
};

#[derive(Subcommand)]
pub enum Command {
    /// Add pages, or refresh those added before: unchanged ones cost nothing, vanished ones are forgotten.
    ///
    /// Options that are not given stay as they were when the source was added. A run that was cut off goes on.
    Add(Box<arguments::Add>),
    /// Where the agent's pages come from, how the last run went, and when the next is due.
    List {
        /// Id or name of the agent; needed when there are several
        #[arg(long)]
        agent: Option<String>,
        /// One JSON value on standard output
        #[arg(long)]
        json: bool,
    },
    /// All about one source: its settings, what its last run did, and what it left out and why.
    Show {
        /// Id or name of the agent; needed when there are several
        #[arg(long)]
        agent: Option<String>,
        /// Its id, or its location, as `list` shows them
        source: String,
        /// One JSON value on standard output
        #[arg(long)]
        json: bool,
    },
    /// Refresh a source now, or all of the agent's.
    Refresh {
        /// Id or name of the agent; needed when there are several
        #[arg(long)]
        agent: Option<String>,
        /// Its id, or its location, as `list` shows them
        source: Option<String>,
        /// One JSON value on standard output
        #[arg(long)]
        json: bool,
    },
    /// Change how a source is refreshed, from its next run on.
    ///
    /// every=day (or hour, 6h, week, month, never), include=/help/**,/faq (none: include=), exclude=…, max_pages=500,
    /// max_depth=3 (or none), at_once=2, allow_hosts=….
    Set {
        /// Id or name of the agent; needed when there are several
        #[arg(long)]
        agent: Option<String>,
        /// Its id, or its location, as `list` shows them
        source: String,
        #[arg(value_name = "KEY=VALUE", required = true)]
        changes: Vec<String>,
        /// One JSON value on standard output
        #[arg(long)]
        json: bool,
    },
    /// Forget a source with all its pages.
    Remove {
        /// Id or name of the agent; needed when there are several
        #[arg(long)]
        agent: Option<String>,
        /// Its id, or its location, as `list` shows them
        source: String,
        /// One JSON value on standard output
        #[arg(long)]
        json: bool,
    },
    /// See which passages a question finds.
    Search {
        /// Id or name of the agent; needed when there are several
        #[arg(long)]
        agent: Option<String>,
        #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u16).range(1..=100))]
        limit: u16,
        question: String,
        /// One JSON value on standard output
        #[arg(long)]
        json: bool,
    },
}

impl Command {
    pub async fn run(self, config: &Config) -> Result<()> {
        let desk = app::open(config)?;
        match self {
            Self::Add(add) => {
                let agent = chosen(&desk, add.agent.as_deref()).await?;
                let (json, wishes) = (add.json, add.wishes());
                let report = desk.knowledge.add(&agent, add.origin()?, &wishes, &progress).await;
                embed(&desk, &agent).await?;
                shown::report(&report?, json)
            }
            Self::List { agent, json } => {
                let agent = chosen(&desk, agent.as_deref()).await?;
                shown::list(&desk.knowledge, &desk.knowledge.sources(agent.id).await?, json)
            }
            Self::Show { agent, source, json } => {
                let agent = chosen(&desk, agent.as_deref()).await?;
                let source = desk.knowledge.source(agent.id, &source).await?;
                shown::source(&desk.knowledge, &source, json).await
            }
            Self::Refresh { agent, source, json } => {
                let agent = chosen(&desk, agent.as_deref()).await?;
                match source {
                    Some(source) => {
                        let source = desk.knowledge.source(agent.id, &source).await?;
                        let report = desk.knowledge.refresh(&agent, source, &progress).await;
                        embed(&desk, &agent).await?;
                        shown::report(&report?, json)
                    }
                    None => refresh_all(&desk, &agent, json).await,
                }
            }
            Self::Set { agent, source, changes, json } => {
                let agent = chosen(&desk, agent.as_deref()).await?;
                let wishes = Wishes::read(&pairs(&changes)?)?;
                let source = desk.knowledge.change(agent.id, &source, &wishes).await?;
                shown::source(&desk.knowledge, &source, json).await
            }
            Self::Remove { agent, source, json } => {
                let agent = chosen(&desk, agent.as_deref()).await?;
                let removed = desk.knowledge.remove(agent.id, &source).await?;
                if json {
                    return output::json(
                        &json!({"pages": removed.pages, "passages": removed.passages}),
                    );
                }
                output::line(&format!("forgot {} pages", removed.pages));
                Ok(())
            }
            Self::Search { agent, limit, question, json } => {
                let agent = chosen(&desk, agent.as_deref()).await?;
                let query = Query {
                    text: question,
                    earlier: Vec::new(),
                    alone: None,
                    page_url: None,
                    threshold: agent.profile.answers.confidence_threshold,
                };
                let found = desk.knowledge.search(agent.id, &query, limit.into()).await?;
                shown::search(&found, json)
            }
        }
    }
}

/// One after the other; a source that cannot be refreshed holds up no other.
async fn refresh_all(desk: &Desk, agent: &Agent, json: bool) -> Result<()> {
    let mut reports: Vec<(Source, Result<Report>)> = Vec::new();
    for source in desk.knowledge.sources(agent.id).await? {
        let report = desk.knowledge.refresh(agent, source.clone(), &progress).await;
        reports.push((source, report));
    }
    embed(desk, agent).await?;
    shown::reports(&reports, json)?;
    let failed = reports.iter().filter(|(_, report)| report.is_err()).count();
    if failed > 0 {
        let of = reports.len();
        let problem = format!("{failed} of {of} sources could not be refreshed");
        return Err(Error::conflict("refresh_failed", problem));
    }
    Ok(())
}

/// Lets new passages be found by meaning too, for as long as somebody may wait for it.
async fn embed(desk: &Desk, agent: &Agent) -> Result<()> {
    let waiting = desk.knowledge.embed(agent.id, &progress).await?;
    end_progress();
    if waiting > 0 {
        eprintln!(
            "{waiting} passages are not yet compared by meaning, or not sentence by sentence; `frontdesk serve` goes on with them"
        );
    }
    Ok(())
}

/// One line that is written over, on a terminal only.
pub fn progress(progress: Progress) {
    let mut err = std::io::stderr();
    if err.is_terminal() {
        let current: String =
            progress.current.chars().filter(|c| !c.is_control()).take(60).collect();
        let _ = write!(err, "\r\x1b[2K{} of {}  {current}", progress.done, progress.found);
        let _ = err.flush();
    }
}

pub fn end_progress() {
    let mut err = std::io::stderr();
    if err.is_terminal() {
        let _ = write!(err, "\r\x1b[2K");
    }
}

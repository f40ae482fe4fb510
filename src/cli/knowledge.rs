//! `frontdesk knowledge …`

use std::{
    io::{IsTerminal, Write},
    path::PathBuf,
};

use clap::Subcommand;
use serde_json::{Value, json};
use url::Url;

use super::{chosen, output};
use crate::{
    app,
    config::Config,
    error::{Error, Result},
    knowledge::{Origin, Progress, Query, Report},
};

#[derive(Subcommand)]
pub enum Command {
    /// Add pages, or refresh those added before: unchanged ones cost nothing, vanished ones are forgotten.
    Add {
        /// Id or name of the agent; needed when there are several
        #[arg(long)]
        agent: Option<String>,
        /// For files: their pages' URL is this with the relative path
        #[arg(long, value_name = "URL")]
        base_url: Option<Url>,
        /// For websites: read at most this many pages
        #[arg(long, value_name = "NUMBER", default_value_t = 500)]
        max_pages: usize,
        /// For websites: also reach this host, though its address is private; may be given several times
        #[arg(long = "allow-host", value_name = "HOST")]
        allow_hosts: Vec<String>,
        /// Markdown, HTML or text, or a website to crawl
        #[arg(value_name = "FILE|FOLDER|URL")]
        from: String,
        /// One JSON value on standard output
        #[arg(long)]
        json: bool,
    },
    /// Where the agent's pages come from.
    List {
        /// Id or name of the agent; needed when there are several
        #[arg(long)]
        agent: Option<String>,
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
            Self::Add { agent, base_url, max_pages, allow_hosts, from, json } => {
                let agent = chosen(&desk, agent.as_deref()).await?;
                let origin = origin(from, base_url, max_pages, allow_hosts)?;
                let report = desk.knowledge.add(&agent, origin, &progress).await?;
                let waiting = desk.knowledge.embed(&progress).await?;
                end_progress();
                if waiting > 0 {
                    eprintln!(
                        "{waiting} passages are found by words for now; `frontdesk serve` goes on to compare them by meaning"
                    );
                }
                print_report(&report, json)
            }
            Self::List { agent, json } => {
                let agent = chosen(&desk, agent.as_deref()).await?;
                list(&desk.knowledge.sources(agent.id).await?, json)
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
                let query = Query { text: question, earlier: Vec::new(), page_url: None };
                let found = desk.knowledge.search(agent.id, &query, limit.into()).await?;
                search(&found, json)
            }
        }
    }
}

/// A URL is crawled; anything else is a path.
pub fn origin(
    from: String,
    base_url: Option<Url>,
    max_pages: usize,
    allow_hosts: Vec<String>,
) -> Result<Origin> {
    if from.starts_with("http://") || from.starts_with("https://") {
        let url = Url::parse(&from)
            .map_err(|error| Error::invalid(from.clone(), format!("is not a URL: {error}")))?;
        if base_url.is_some() {
            return Err(Error::invalid(
                "--base-url",
                "is for files: a website's pages have their URLs",
            ));
        }
        return Ok(Origin::Website { url, max_pages, allow_hosts });
    }
    Ok(Origin::Files { path: PathBuf::from(from), base_url: base_url.map(String::from) })
}

/// One line that is written over, on a terminal only.
pub fn progress(progress: Progress) {
    let mut err = std::io::stderr();
    if err.is_terminal() {
        let current: String = progress.current.chars().take(60).collect();
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

fn print_report(report: &Report, json: bool) -> Result<()> {
    if json {
        let skipped: Vec<Value> = report
            .skipped
            .iter()
            .map(|skipped| json!({"path": skipped.path, "reason": skipped.reason}))
            .collect();
        return output::json(&json!({
            "pages": report.pages,
            "passages": report.passages,
            "unchanged": report.unchanged,
            "skipped": skipped,
        }));
    }
    output::line(&format!(
        "{} pages, {} passages; {} pages unchanged, {} skipped",
        report.pages,
        report.passages,
        report.unchanged,
        report.skipped.len()
    ));
    for skipped in &report.skipped {
        output::line(&format!("  skipped {}: {}", skipped.path, skipped.reason));
    }
    Ok(())
}

fn list(sources: &[crate::knowledge::Source], json: bool) -> Result<()> {
    if json {
        let values: Vec<Value> = sources
            .iter()
            .map(|source| {
                json!({
                    "id": source.id.to_string(),
                    "kind": source.kind,
                    "location": source.location,
                    "base_url": source.base_url,
                    "pages": source.pages,
                    "passages": source.passages,
                    "refreshed_at": source.refreshed_at.map(|at| at.to_string()),
                })
            })
            .collect();
        return output::json(&values);
    }
    let mut rows = vec![
        ["ID", "KIND", "PAGES", "PASSAGES", "REFRESHED", "LOCATION"].map(str::to_owned).to_vec(),
    ];
    rows.extend(sources.iter().map(|source| {
        vec![
            source.id.to_string(),
            source.kind.clone(),
            source.pages.to_string(),
            source.passages.to_string(),
            source.refreshed_at.map(|at| at.to_string()).unwrap_or_default(),
            source.location.clone(),
        ]
    }));
    output::table(&rows);
    Ok(())
}

fn search(found: &crate::knowledge::Found, json: bool) -> Result<()> {
    if json {
        let values: Vec<Value> = found
            .passages
            .iter()
            .map(|hit| {
                json!({
                    "path": hit.path,
                    "url": hit.url,
                    "title": hit.title,
                    "score": hit.score,
                    "text": hit.text,
                })
            })
            .collect();
        return output::json(&values);
    }
    output::line(&format!(
        "confidence {:.2}, {:.1} ms",
        found.confidence,
        found.took.as_secs_f64() * 1000.0
    ));
    for hit in &found.passages {
        output::line(&format!("\n{:.2}  {}  {}", hit.score, hit.title, hit.url));
        if !hit.heading.is_empty() {
            output::line(&format!("      {}", hit.heading));
        }
        let start: String = hit.text.chars().take(240).collect();
        output::line(&format!("      {}", start.replace('\n', " ")));
    }
    Ok(())
}

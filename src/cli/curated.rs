//! `frontdesk curated …`

mod options;

use std::{io::Read, path::PathBuf};

use clap::Subcommand;
use serde_json::{Value, json};

use super::{chosen, output};
use crate::{
    app,
    clock::Moment,
    config::Config,
    desk::{
        Desk,
        curated::{self, Asked},
    },
    error::{Error, Result},
    id::CuratedId,
    store::curated::{Content, CuratedAnswer, Pattern},
};

pub use options::{More, Patterns};

/// Characters of an answer in a list.
const SHOWN: usize = 60;

#[derive(Subcommand)]
pub enum Command {
    /// Write an answer for certain questions.
    ///
    /// It is given to whoever asks a question that fits one of its patterns, as it stands here: no search, no model.
    /// Of several answers that fit, the one with the highest priority is given, and of equals the oldest.
    #[command(after_help = EXAMPLES)]
    Add {
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
        /// Keep it off for now
        #[arg(long)]
        off: bool,
        /// One JSON value on standard output
        #[arg(long)]
        json: bool,
    },
    /// The answers of an agent, in the order in which they are tried.
    List {
        /// Id or name of the agent; needed when there are several
        #[arg(long)]
        agent: Option<String>,
        /// One JSON value on standard output
        #[arg(long)]
        json: bool,
    },
    /// One answer with all that belongs to it.
    Show {
        /// As `list` shows it
        id: String,
        /// One JSON value on standard output
        #[arg(long)]
        json: bool,
    },
    /// Change an answer. What is not named stays; patterns that are named replace all there were.
    Set {
        /// As `list` shows it
        id: String,
        /// The answer, in Markdown; - reads it from standard input
        #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
        answer: Option<String>,
        #[command(flatten)]
        patterns: Patterns,
        #[command(flatten)]
        more: More,
        /// Give it again
        #[arg(long, conflicts_with = "off")]
        on: bool,
        /// Keep it, and give it no more
        #[arg(long)]
        off: bool,
        /// One JSON value on standard output
        #[arg(long)]
        json: bool,
    },
    /// Take answers away.
    Remove {
        /// As `list` shows them
        #[arg(required = true, value_name = "ID")]
        ids: Vec<String>,
        /// One JSON value on standard output
        #[arg(long)]
        json: bool,
    },
    /// See which answer a question would get, and which others fit it.
    Test {
        /// Id or name of the agent; needed when there are several
        #[arg(long)]
        agent: Option<String>,
        /// As if asked on this page
        #[arg(long, value_name = "URL", default_value = "")]
        page: String,
        /// As if asked by a browser in this language, such as de-AT
        #[arg(long, value_name = "LANGUAGE")]
        locale: Option<String>,
        question: String,
        /// One JSON value on standard output
        #[arg(long)]
        json: bool,
    },
    /// Write all answers of an agent to standard output, as JSON that `import` reads.
    Export {
        /// Id or name of the agent; needed when there are several
        #[arg(long)]
        agent: Option<String>,
    },
    /// Take over answers from a file as `export` writes it: all of them, or none if one is wrong.
    Import {
        /// Id or name of the agent; needed when there are several
        #[arg(long)]
        agent: Option<String>,
        /// Take away first what the agent has
        #[arg(long)]
        replace: bool,
        /// JSON; - reads it from standard input
        file: PathBuf,
        /// One JSON value on standard output
        #[arg(long)]
        json: bool,
    },
}

const EXAMPLES: &str = "Examples:
  frontdesk curated add --words 'refund shoes' --answer 'Shoes go back within **30 days**.' --link https://shop.example/returns
  frontdesk curated add --phrase 'wifi password' --phrase 'wi-fi code' --page /hotel --answer 'It is on your key card.'
  frontdesk curated add --exact hello --language de --answer 'Guten Tag! Wie kann ich helfen?'
  frontdesk curated add --regex 'order (no|number)?\\W*[0-9]{6}' --answer 'Please write to orders@shop.example.'";

impl Command {
    pub async fn run(self, config: &Config) -> Result<()> {
        let desk = app::open(config)?;
        let (store, now) = (&desk.store, Moment::now());
        match self {
            Self::Add { agent, answer, patterns, more, off, json } => {
                let agent = chosen(&desk, agent.as_deref()).await?;
                let mut content = Content {
                    patterns: patterns.all(),
                    answer: text(answer)?,
                    enabled: !off,
                    ..Content::default()
                };
                more.put(&mut content)?;
                print(&curated::add(store, &agent, content, now).await?, json)
            }
            Self::List { agent, json } => {
                let agent = chosen(&desk, agent.as_deref()).await?;
                list(&curated::list(store, agent.id).await?, json)
            }
            Self::Show { id, json } => print(&curated::find(store, &id).await?, json),
            Self::Set { id, answer, patterns, more, on, off, json } => {
                let mut content = curated::find(store, &id).await?.content;
                let patterns = patterns.all();
                if !patterns.is_empty() {
                    content.patterns = patterns;
                }
                if let Some(answer) = answer {
                    content.answer = text(answer)?;
                }
                more.put(&mut content)?;
                if on || off {
                    content.enabled = on;
                }
                print(&curated::change(store, &id, |stored| *stored = content, now).await?, json)
            }
            Self::Remove { ids, json } => remove(&desk, &ids, json).await,
            Self::Test { agent, page, locale, question, json } => {
                let agent = chosen(&desk, agent.as_deref()).await?;
                let asked = Asked {
                    question: &question,
                    page_url: &page,
                    locale,
                    default_language: &agent.profile.language_default,
                };
                let fitting = desk.curated.fitting(&agent, &asked).await?;
                let mut answers = Vec::new();
                for given in fitting {
                    answers.push(curated::find(store, &given.id.to_string()).await?);
                }
                tested(&answers, json)
            }
            Self::Export { agent } => {
                let agent = chosen(&desk, agent.as_deref()).await?;
                let answers = curated::list(store, agent.id).await?;
                let values = answers.iter().map(value).collect::<Result<Vec<_>>>()?;
                output::line(&serde_json::to_string_pretty(&values)?);
                Ok(())
            }
            Self::Import { agent, replace, file, json } => {
                let agent = chosen(&desk, agent.as_deref()).await?;
                let done = curated::import(store, &agent, entries(&file)?, replace, now).await?;
                if json {
                    return output::json(&json!({
                        "added": done.added, "changed": done.changed, "removed": done.removed,
                        "unchanged": done.unchanged,
                    }));
                }
                output::line(&format!(
                    "{} added, {} changed, {} removed, {} unchanged",
                    done.added, done.changed, done.removed, done.unchanged
                ));
                Ok(())
            }
        }
    }
}

async fn remove(desk: &Desk, ids: &[String], json: bool) -> Result<()> {
    // All of them, or none: a slip in one id takes nothing away.
    for id in ids {
        curated::find(&desk.store, id).await?;
    }
    let mut removed = Vec::new();
    for id in ids {
        removed.push(curated::remove(&desk.store, id).await?.id.to_string());
    }
    if json {
        return output::json(&json!({ "removed": removed }));
    }
    output::line(&format!("removed {}", removed.join(", ")));
    Ok(())
}

/// Of standard input where it says so.
pub fn text(given: String) -> Result<String> {
    if given != "-" {
        return Ok(given);
    }
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text).map_err(|error| {
        Error::invalid("--answer", format!("cannot be read from standard input: {error}"))
    })?;
    Ok(text)
}

fn entries(file: &PathBuf) -> Result<Vec<(Option<CuratedId>, Content)>> {
    let name = file.display().to_string();
    let unreadable =
        |error: std::io::Error| Error::invalid(name.clone(), format!("cannot be read: {error}"));
    let text = if name == "-" {
        text(name.clone())?
    } else {
        std::fs::read_to_string(file).map_err(unreadable)?
    };
    let wrong = |error: serde_json::Error| {
        Error::invalid(name.clone(), format!("is no list of curated answers: {error}"))
    };
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let values: Vec<Value> = serde_json::from_str(text).map_err(wrong)?;
    let entry = |(at, mut value): (usize, Value)| {
        let fields = value.as_object_mut();
        let id = fields.and_then(|fields| fields.remove("id"));
        let id = id.and_then(|id| id.as_str()?.parse().ok());
        let content = serde_json::from_value(value)
            .map_err(|error| Error::invalid(format!("{name}[{at}]"), error.to_string()))?;
        Ok((id, content))
    };
    values.into_iter().enumerate().map(entry).collect()
}

/// Its id first, then what its owner said.
pub fn value(curated: &CuratedAnswer) -> Result<Value> {
    let mut value = serde_json::to_value(&curated.content)?;
    value["id"] = json!(curated.id.to_string());
    Ok(value)
}

pub fn pattern(pattern: &Pattern) -> String {
    let (Pattern::Words(text)
    | Pattern::Phrase(text)
    | Pattern::Exact(text)
    | Pattern::Regex(text)) = pattern;
    format!("{}: {text}", curated::kind(pattern))
}

pub fn print(curated: &CuratedAnswer, json: bool) -> Result<()> {
    if json {
        return output::json(&value(curated)?);
    }
    let content = &curated.content;
    let mut rows = vec![vec!["id".to_owned(), curated.id.to_string()]];
    let mut row = |name: &str, value: String| rows.push(vec![name.to_owned(), value]);
    for one in &content.patterns {
        row("pattern", pattern(one));
    }
    if let Some(page) = &content.page {
        row("page", page.clone());
    }
    if let Some(language) = &content.language {
        row("language", language.clone());
    }
    if let Some(link) = &content.link {
        row("link", format!("{} {}", link.url, link.title));
    }
    row("priority", content.priority.to_string());
    row("on", if content.enabled { "yes" } else { "no" }.to_owned());
    output::table(&rows);
    output::line(&format!("\n{}", content.answer));
    Ok(())
}

fn row(curated: &CuratedAnswer) -> Vec<String> {
    let content = &curated.content;
    let patterns: Vec<String> = content.patterns.iter().map(pattern).collect();
    let only = [content.page.clone(), content.language.clone()];
    vec![
        curated.id.to_string(),
        content.priority.to_string(),
        if content.enabled { "yes" } else { "no" }.to_owned(),
        output::quoted(&patterns.join(" | "), SHOWN),
        only.into_iter().flatten().collect::<Vec<_>>().join(" "),
        output::quoted(&content.answer, SHOWN),
    ]
}

fn list(answers: &[CuratedAnswer], json: bool) -> Result<()> {
    if json {
        return output::json(&answers.iter().map(value).collect::<Result<Vec<_>>>()?);
    }
    let head = ["ID", "PRIORITY", "ON", "PATTERNS", "ONLY", "ANSWER"].map(str::to_owned).to_vec();
    let rows: Vec<_> = std::iter::once(head).chain(answers.iter().map(row)).collect();
    output::table(&rows);
    Ok(())
}

fn tested(answers: &[CuratedAnswer], json: bool) -> Result<()> {
    let (given, others) = match answers {
        [] => (None, answers),
        [given, others @ ..] => (Some(given), others),
    };
    if json {
        return output::json(&json!({
            "given": given.map(value).transpose()?,
            "others": others.iter().map(value).collect::<Result<Vec<_>>>()?,
        }));
    }
    let Some(given) = given else {
        output::line("No curated answer fits: this question is searched for.");
        return Ok(());
    };
    print(given, false)?;
    if !others.is_empty() {
        output::line("\nThese fit too, and come later:");
        output::table(&others.iter().map(row).collect::<Vec<_>>());
    }
    Ok(())
}

//! `frontdesk agent …`

use clap::Subcommand;
use serde_json::{Value, json};

use super::{output, pairs};
use crate::{
    app,
    clock::Moment,
    config::Config,
    desk::agents,
    error::Result,
    store::{agents::Agent, refusals::Refused},
};

#[derive(Subcommand)]
pub enum Command {
    /// Make an agent.
    Create {
        #[arg(long)]
        name: String,
        /// A website that may show it, such as https://shop.example; may be given several times
        #[arg(long = "origin", value_name = "ORIGIN")]
        origins: Vec<String>,
        /// Let visitors talk to it at once
        #[arg(long)]
        publish: bool,
        /// One JSON value on standard output
        #[arg(long)]
        json: bool,
    },
    /// All agents.
    List {
        /// One JSON value on standard output
        #[arg(long)]
        json: bool,
    },
    /// One agent with all its settings.
    Show {
        /// Its id or its name
        agent: String,
        /// One JSON value on standard output
        #[arg(long)]
        json: bool,
    },
    /// Change settings, by the names that `show` shows.
    Set {
        /// Its id or its name
        agent: String,
        /// Such as theme.primary=#0b5fad or allowed_origins=https://shop.example
        #[arg(required = true, value_name = "KEY=VALUE")]
        changes: Vec<String>,
        /// One JSON value on standard output
        #[arg(long)]
        json: bool,
    },
    /// Websites that tried to show it and may not, with the command that would allow each.
    Origins {
        /// Its id or its name
        agent: String,
        /// One JSON value on standard output
        #[arg(long)]
        json: bool,
    },
    /// Let visitors talk to it.
    Publish {
        /// Its id or its name
        agent: String,
        /// Take it away from visitors again
        #[arg(long)]
        undo: bool,
        /// One JSON value on standard output
        #[arg(long)]
        json: bool,
    },
}

impl Command {
    pub async fn run(self, config: &Config) -> Result<()> {
        let desk = app::open(config)?;
        let (store, now) = (&desk.store, Moment::now());
        match self {
            Self::Create { name, origins, publish, json } => {
                let agent = agents::create(store, &name, &origins, publish, now).await?;
                print(&agent, json)
            }
            Self::Show { agent, json } => print(&agents::named(store, &agent).await?, json),
            Self::Set { agent, changes, json } => {
                print(&agents::set(store, &agent, &pairs(&changes)?, now).await?, json)
            }
            Self::Publish { agent, undo, json } => {
                print(&agents::publish(store, &agent, !undo, now).await?, json)
            }
            Self::Origins { agent, json } => {
                let agent = agents::named(store, &agent).await?;
                origins(&agent, &agents::refused(store, &agent).await?, json)
            }
            Self::List { json } => list(&agents::list(store).await?, json),
        }
    }
}

/// Its id, name and whether it is published first, then its settings.
fn value(agent: &Agent) -> Result<Value> {
    let mut value = serde_json::to_value(&agent.profile)?;
    value["id"] = json!(agent.id.to_string());
    value["name"] = json!(agent.name);
    value["published"] = json!(agent.published);
    Ok(value)
}

fn print(agent: &Agent, json: bool) -> Result<()> {
    let value = value(agent)?;
    if json {
        return output::json(&value);
    }
    let mut rows = vec![
        vec!["id".to_owned(), agent.id.to_string()],
        vec!["name".to_owned(), agent.name.clone()],
        vec!["published".to_owned(), agent.published.to_string()],
    ];
    settings(&serde_json::to_value(&agent.profile)?, "", &mut rows);
    output::table(&rows);
    Ok(())
}

/// One row for each setting, by its dotted name.
fn settings(value: &Value, key: &str, rows: &mut Vec<Vec<String>>) {
    match value {
        Value::Object(fields) if !fields.is_empty() => {
            for (name, value) in fields {
                let key = if key.is_empty() { name.clone() } else { format!("{key}.{name}") };
                settings(value, &key, rows);
            }
        }
        Value::String(text) => rows.push(vec![key.to_owned(), text.clone()]),
        other => rows.push(vec![key.to_owned(), other.to_string()]),
    }
}

fn origins(agent: &Agent, refused: &[Refused], json: bool) -> Result<()> {
    let allowed = &agent.profile.allowed_origins;
    let command = |origin: &str| {
        let mut origins = allowed.clone();
        origins.push(origin.to_owned());
        format!("frontdesk agent set {} 'allowed_origins={}'", agent.id, origins.join(","))
    };
    if json {
        let values = refused.iter().map(|refused| {
            json!({"origin": refused.origin, "refusals": refused.refusals,
                   "last_at": refused.last_at.to_string(),
                   "allow": agents::can_be_allowed(&refused.origin).then(|| command(&refused.origin))})
        });
        return output::json(&json!({"allowed": allowed, "refused": values.collect::<Vec<_>>()}));
    }
    output::line(&format!(
        "allowed: {}",
        if allowed.is_empty() { "nobody".into() } else { allowed.join(", ") }
    ));
    for refused in refused {
        let origin = if refused.origin.is_empty() { "(no origin)" } else { &refused.origin };
        output::line(&format!(
            "\n{origin}  refused {} times, last at {}",
            refused.refusals, refused.last_at
        ));
        if agents::can_be_allowed(&refused.origin) {
            output::line(&format!("  to allow it: {}", command(&refused.origin)));
        }
    }
    Ok(())
}

fn list(agents: &[Agent], json: bool) -> Result<()> {
    if json {
        return output::json(&agents.iter().map(value).collect::<Result<Vec<_>>>()?);
    }
    let mut rows = vec![["ID", "NAME", "PUBLISHED", "ORIGINS"].map(str::to_owned).to_vec()];
    rows.extend(agents.iter().map(|agent| {
        vec![
            agent.id.to_string(),
            agent.name.clone(),
            if agent.published { "yes" } else { "no" }.to_owned(),
            agent.profile.allowed_origins.join(", "),
        ]
    }));
    output::table(&rows);
    Ok(())
}

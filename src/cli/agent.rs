//! `frontdesk agent …`

use std::time::Duration;

use clap::Subcommand;
use serde_json::{Value, json};

use super::{output, pairs};
use crate::{
    app,
    clock::Moment,
    config::Config,
    desk::{
        agents, events,
        identity::{self, Rotate},
    },
    error::Result,
    http::tag,
    store::{Store, agents::Agent, refusals::Refused},
};

/// What visitors' browsers reported is told for so long.
const LOOKED_BACK: Duration = Duration::from_hours(7 * 24);

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
    /// Let it appear on further websites, beside those where it may already.
    Allow {
        /// Its id or its name
        agent: String,
        /// Such as https://shop.example or https://*.shop.example
        #[arg(required = true, value_name = "ORIGIN")]
        origins: Vec<String>,
        /// One JSON value on standard output
        #[arg(long)]
        json: bool,
    },
    /// The secret with which its site signs who a visitor is; made when there is none.
    Identity {
        /// Its id or its name
        agent: String,
        /// Make a new one; what was signed with the old one is refused from now on
        #[arg(long)]
        rotate: bool,
        /// One JSON value on standard output
        #[arg(long)]
        json: bool,
    },
    /// The tag for its website; also pinned to this version, with an integrity hash.
    Snippet {
        /// Its id or its name
        agent: String,
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
                print(store, &agent, json).await
            }
            Self::Show { agent, json } => {
                print(store, &agents::named(store, &agent).await?, json).await
            }
            Self::Set { agent, changes, json } => {
                let models: Vec<&str> = desk.answerers.names().collect();
                let agent = agents::set(store, &agent, &pairs(&changes)?, &models, now).await?;
                print(store, &agent, json).await
            }
            Self::Allow { agent, origins, json } => {
                let agent = agents::allow(store, &agent, &origins, now).await?;
                print(store, &agent, json).await
            }
            Self::Publish { agent, undo, json } => {
                let agent = agents::publish(store, &agent, !undo, now).await?;
                print(store, &agent, json).await
            }
            Self::Identity { agent, rotate, json } => {
                let rotate = if rotate { Rotate::Yes } else { Rotate::No };
                let agent = agents::named(store, &agent).await?;
                let secret = identity::secret(store, &agent, rotate).await?;
                if json {
                    return output::json(&json!({"id": agent.id.to_string(), "secret": secret}));
                }
                output::line(&secret);
                Ok(())
            }
            Self::Snippet { agent, json } => {
                snippet(&agents::named(store, &agent).await?, config, json)
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

/// What an identity secret shows of itself.
fn masked(has_secret: bool) -> &'static str {
    if has_secret { "********" } else { "" }
}

async fn print(store: &Store, agent: &Agent, json: bool) -> Result<()> {
    let secret = masked(identity::has_secret(store, agent).await?);
    if json {
        let mut value = value(agent)?;
        value["identity_secret"] = json!(secret);
        return output::json(&value);
    }
    let mut rows = vec![
        vec!["id".to_owned(), agent.id.to_string()],
        vec!["name".to_owned(), agent.name.clone()],
        vec!["published".to_owned(), agent.published.to_string()],
        vec!["identity_secret".to_owned(), secret.to_owned()],
    ];
    settings(&serde_json::to_value(&agent.profile)?, "", &mut rows);
    output::table(&rows);
    let week = Moment::from_millis(Moment::now().millis() - LOOKED_BACK.as_millis() as i64);
    let buffered = events::buffered(store, agent, week).await?;
    if buffered > 0 {
        output::line(&format!("\n{buffered} times in the last 7 days: {}", events::BUFFERED_MEANS));
    }
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

fn snippet(agent: &Agent, config: &Config, json: bool) -> Result<()> {
    let address = match &config.public_url {
        Some(url) => url.as_str().trim_end_matches('/').to_owned(),
        None => format!("http://{}", config.listen),
    };
    let (plain, pinned) = (tag::plain(&address, agent.id), tag::pinned(&address, agent.id));
    if json {
        return output::json(&json!({
            "snippet": plain, "pinned": pinned, "version": tag::VERSION, "integrity": tag::INTEGRITY,
        }));
    }
    output::line(&plain);
    output::line(
        "\nPinned: only this very file, until the next update of Frontdesk; then this command prints another.",
    );
    output::line(&pinned);
    if config.public_url.is_none() {
        output::line(
            "\nTo print the address under which browsers reach this server, set public_url.",
        );
    }
    Ok(())
}

fn origins(agent: &Agent, refused: &[Refused], json: bool) -> Result<()> {
    let allowed = &agent.profile.allowed_origins;
    let command = |origin: &str| agents::allow_command(agent.id, origin);
    if json {
        let values = refused.iter().map(|refused| {
            json!({"origin": refused.origin, "refusals": refused.refusals,
                   "last_at": refused.last_at.to_string(),
                   "allow": command(&refused.origin)})
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
        if let Some(command) = command(&refused.origin) {
            output::line(&format!("  to allow it: {command}"));
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

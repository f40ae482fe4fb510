//! `frontdesk workspace …`

use clap::Subcommand;
use serde_json::json;

use super::{output, pairs};
use crate::{app, clock::Moment, config::Config, desk::workspaces, error::Result};

#[derive(Subcommand)]
pub enum Command {
    /// Its name and its monthly quotas.
    Show {
        /// One JSON value on standard output
        #[arg(long)]
        json: bool,
    },
    /// Change them: name, monthly_conversations, monthly_messages; 0 is unlimited.
    Set {
        /// Such as monthly_messages=5000
        #[arg(required = true, value_name = "KEY=VALUE")]
        changes: Vec<String>,
        /// One JSON value on standard output
        #[arg(long)]
        json: bool,
    },
}

impl Command {
    pub async fn run(self, config: &Config) -> Result<()> {
        let desk = app::open(config)?;
        let now = Moment::now();
        let (workspace, json) = match self {
            Self::Show { json } => (workspaces::ensured(&desk.store, now).await?, json),
            Self::Set { changes, json } => {
                (workspaces::set(&desk.store, &pairs(&changes)?, now).await?, json)
            }
        };
        if json {
            return output::json(&json!({
                "id": workspace.id.to_string(),
                "name": workspace.name,
                "monthly_conversations": workspace.monthly_conversations,
                "monthly_messages": workspace.monthly_messages,
            }));
        }
        output::table(&[
            vec!["id".into(), workspace.id.to_string()],
            vec!["name".into(), workspace.name],
            vec!["monthly_conversations".into(), workspace.monthly_conversations.to_string()],
            vec!["monthly_messages".into(), workspace.monthly_messages.to_string()],
        ]);
        Ok(())
    }
}

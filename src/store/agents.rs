//! Agents: the front desks of a workspace, with all that their owner may set.

use std::collections::BTreeMap;

use rusqlite::{Connection, OptionalExtension, Row, named_params};
use serde::{Deserialize, Serialize};

use super::Tx;
use crate::{
    clock::Moment,
    error::Result,
    id::{AgentId, WorkspaceId},
};

/// Agents listed at once.
const LIST: u32 = 1000;

#[derive(Debug, Clone)]
pub struct Agent {
    pub id: AgentId,
    pub workspace_id: WorkspaceId,
    pub name: String,
    pub published: bool,
    pub profile: Profile,
    /// Rises with each change of the agent or its workspace; not with its knowledge.
    pub revision: i64,
    /// Its workspace has monthly quotas.
    pub has_quotas: bool,
}

/// Behaviour rules that are heeded.
const RULES: usize = 20;

impl Profile {
    /// The behaviour rules that are on, the highest priority first.
    pub fn rules(&self) -> impl Iterator<Item = &serde_json::Value> {
        let is_on = |rule: &&serde_json::Value| rule["enabled"] != serde_json::Value::Bool(false);
        let mut rules: Vec<_> = self.behavior_rules.iter().filter(is_on).collect();
        rules.sort_by_key(|rule| std::cmp::Reverse(rule["priority"].as_i64().unwrap_or(0)));
        rules.into_iter().take(RULES)
    }
}

impl Agent {
    /// Whom visitors talk to; never empty.
    pub fn persona_name(&self) -> &str {
        let named = &self.profile.persona.name;
        if named.is_empty() { &self.name } else { named }
    }
}

/// What an owner may set, as stored and as `agent set` names it: `theme.primary`, `persona.tone`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Profile {
    /// Where the widget may appear; empty: nowhere (`access/origin.rs` says what an entry may be).
    pub allowed_origins: Vec<String>,
    pub persona: Persona,
    pub theme: Theme,
    /// Questions offered before the first message.
    pub starter_prompts: Vec<String>,
    /// BCP 47.
    pub language_default: String,
    pub lead_form: LeadForm,
    pub handover: Handover,
    /// Paths of the site where the widget stays hidden.
    pub restricted_paths: Vec<String>,
    pub branding: Branding,
    /// Evaluated in the page, but for those on the answer; passed through as they are.
    pub behavior_rules: Vec<serde_json::Value>,
    /// Overrides of the widget's own texts.
    pub strings: BTreeMap<String, String>,
    pub answers: Answers,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Persona {
    /// Empty: the agent's name.
    pub name: String,
    pub tone: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Theme {
    pub primary: String,
    pub accent: String,
    /// Pixels.
    pub radius: u32,
    pub position: String,
    pub launcher_label: String,
    pub launcher_icon_url: Option<String>,
    /// `auto`, `light` or `dark`.
    pub scheme: String,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct LeadForm {
    pub fields: Vec<LeadField>,
    pub before_chat: bool,
    pub consent: Option<Consent>,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct LeadField {
    pub name: String,
    pub label: String,
    /// `text`, `email`, `tel`, `textarea`, `select` or `checkbox`.
    #[serde(rename = "type")]
    pub kind: String,
    pub required: bool,
    /// Characters.
    pub max_length: Option<u32>,
    /// Of a `select`.
    pub options: Vec<String>,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Consent {
    pub text: String,
    pub url: Option<String>,
    /// Stored with each lead, so that it is known to what was consented.
    pub version: String,
}

/// When people are there to take over.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Handover {
    /// Empty: at all hours.
    pub hours: Vec<Hours>,
    /// Of `hours`: an IANA name; empty: UTC.
    pub timezone: String,
}

/// From a time of some days of the week to another; the next day, if that is not later.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hours {
    /// 1 is Monday, 7 Sunday.
    pub days: Vec<i8>,
    /// `HH:MM`.
    pub from: String,
    pub to: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Branding {
    pub show: bool,
    pub label: String,
    pub url: String,
    pub logo_url: Option<String>,
    /// `label`, `logo_only` or `logo_and_label`.
    pub display_mode: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Answers {
    /// The owner's own words to the model; they add to ours and never replace them.
    pub instructions: String,
    /// Topics that it does not talk about.
    pub avoid: Vec<String>,
    /// Characters of an answer; 0: as long as it takes.
    pub max_chars: u32,
    /// The models that may speak, by their names in the configuration, the most preferred first; empty: all of them.
    pub models: Vec<String>,
    /// 0–1: a search that is less sure than this is answered with "I don't know".
    pub confidence_threshold: f64,
    /// A follow-up is put as a question that stands alone by a model, before the pages are searched for it.
    pub rewrite: bool,
    /// Further questions that are offered after an answer, 0 to 4.
    pub suggestions: u32,
    /// Messages that one conversation may hold in 24 hours.
    pub max_messages: u32,
    /// Tokens that a model may say in one conversation in 24 hours.
    pub max_output_tokens: u32,
}

impl Default for Theme {
    fn default() -> Self {
        Self {
            primary: "#111827".into(),
            accent: "#10b981".into(),
            radius: 12,
            position: "bottom-right".into(),
            launcher_label: String::new(),
            launcher_icon_url: None,
            scheme: "auto".into(),
        }
    }
}

impl Default for Branding {
    fn default() -> Self {
        Self {
            show: true,
            label: "Powered by Frontdesk".into(),
            url: String::new(),
            logo_url: None,
            display_mode: "label".into(),
        }
    }
}

impl Default for Answers {
    fn default() -> Self {
        Self {
            instructions: String::new(),
            avoid: Vec::new(),
            max_chars: 0,
            models: Vec::new(),
            confidence_threshold: 0.35,
            rewrite: false,
            suggestions: 3,
            max_messages: 100,
            max_output_tokens: 50_000,
        }
    }
}

pub fn insert(tx: &Tx<'_>, agent: &Agent, now: Moment) -> Result<()> {
    tx.prepare_cached(
        "insert into agents (id, workspace_id, name, published, profile, created_at, updated_at)
         values (:id, :workspace_id, :name, :published, :profile, :now, :now)",
    )?
    .execute(named_params! {
        ":id": agent.id.to_string(),
        ":workspace_id": agent.workspace_id.to_string(),
        ":name": agent.name,
        ":published": agent.published,
        ":profile": serde_json::to_string(&agent.profile)?,
        ":now": now.millis(),
    })?;
    Ok(())
}

/// Writes the agent back if nobody changed it since it was read; false if somebody did.
pub fn update(tx: &Tx<'_>, agent: &Agent, now: Moment) -> Result<bool> {
    let changed = tx
        .prepare_cached(
            "update agents
             set name = :name, published = :published, profile = :profile, revision = revision + 1, updated_at = :now
             where id = :id and revision = :revision",
        )?
        .execute(named_params! {
            ":id": agent.id.to_string(),
            ":name": agent.name,
            ":published": agent.published,
            ":profile": serde_json::to_string(&agent.profile)?,
            ":revision": agent.revision,
            ":now": now.millis(),
        })?;
    Ok(changed == 1)
}

pub fn find(db: &Connection, id: AgentId) -> Result<Option<Agent>> {
    db.prepare_cached(&format!("{SELECT} where agents.id = :id"))?
        .query_row(named_params! { ":id": id.to_string() }, |row| Ok(read(row)))
        .optional()?
        .transpose()
}

pub fn revision(db: &Connection, id: AgentId) -> Result<Option<i64>> {
    Ok(db
        .prepare_cached("select revision from agents where id = :id")?
        .query_row(named_params! { ":id": id.to_string() }, |row| row.get(0))
        .optional()?)
}

/// With which the agent's site signs who a visitor is. Never part of [`Agent`], so that nothing shows it by accident.
pub fn identity_secret(db: &Connection, id: AgentId) -> Result<Option<String>> {
    Ok(db
        .prepare_cached("select identity_secret from agents where id = :id")?
        .query_row(named_params! { ":id": id.to_string() }, |row| row.get(0))
        .optional()?
        .flatten())
}

pub fn set_identity_secret(tx: &Tx<'_>, id: AgentId, secret: &str) -> Result<()> {
    tx.prepare_cached("update agents set identity_secret = :secret where id = :id")?
        .execute(named_params! { ":id": id.to_string(), ":secret": secret })?;
    Ok(())
}

/// In the order in which they were made.
pub fn list(db: &Connection, workspace: WorkspaceId) -> Result<Vec<Agent>> {
    db.prepare_cached(&format!(
        "{SELECT} where workspace_id = :workspace_id order by agents.id limit :limit"
    ))?
    .query_map(named_params! { ":workspace_id": workspace.to_string(), ":limit": LIST }, |row| {
        Ok(read(row))
    })?
    .collect::<Result<Vec<_>, _>>()?
    .into_iter()
    .collect()
}

/// How often the agent's passages have changed: whoever caches results of a search compares it.
pub fn index_version(db: &Connection, id: AgentId) -> Result<i64> {
    Ok(db
        .prepare_cached("select index_version from agents where id = :id")?
        .query_row(named_params! { ":id": id.to_string() }, |row| row.get(0))
        .optional()?
        .unwrap_or(0))
}

pub fn raise_index_version(tx: &Tx<'_>, id: AgentId) -> Result<()> {
    tx.prepare_cached("update agents set index_version = index_version + 1 where id = :id")?
        .execute(named_params! { ":id": id.to_string() })?;
    Ok(())
}

const SELECT: &str = "select agents.id, workspace_id, agents.name, published, profile, revision,
    monthly_conversations + monthly_messages > 0 as has_quotas
    from agents join workspaces on workspaces.id = workspace_id";

fn read(row: &Row<'_>) -> Result<Agent> {
    Ok(Agent {
        id: super::id(row, "id")?,
        workspace_id: super::id(row, "workspace_id")?,
        name: row.get("name")?,
        published: row.get("published")?,
        profile: serde_json::from_str(row.get_ref("profile")?.as_str()?)?,
        revision: row.get("revision")?,
        has_quotas: row.get("has_quotas")?,
    })
}

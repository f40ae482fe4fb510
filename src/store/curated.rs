//! Curated answers: what an owner wrote to be given word for word, with the patterns of the questions that it is for.

use rusqlite::{Connection, OptionalExtension, Row, named_params};
use serde::{Deserialize, Serialize};

use super::Tx;
use crate::{
    clock::Moment,
    error::Result,
    id::{AgentId, CuratedId, WorkspaceId},
};

/// Of one agent; whoever adds more is refused before (desk/curated.rs).
pub const MOST: u32 = 1000;

#[derive(Debug, Clone)]
pub struct CuratedAnswer {
    pub id: CuratedId,
    pub workspace_id: WorkspaceId,
    pub agent_id: AgentId,
    pub content: Content,
    pub updated_at: Moment,
}

/// What the owner says of it, as it is exported too.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Content {
    /// Any of them is enough.
    pub patterns: Vec<Pattern>,
    /// Markdown.
    pub answer: String,
    /// What the answer cites.
    #[serde(default)]
    pub link: Option<Link>,
    /// Only on pages whose path (`/pricing`) or address (`https://…`) begins with this.
    #[serde(default)]
    pub page: Option<String>,
    /// Only for questions in this language, ISO 639.
    #[serde(default)]
    pub language: Option<String>,
    /// The highest comes first, then the oldest answer.
    #[serde(default)]
    pub priority: i32,
    #[serde(default = "yes")]
    pub enabled: bool,
}

/// What a question must be like.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Pattern {
    /// All of these words, in any order and with any ending.
    Words(String),
    /// These words as they stand, side by side.
    Phrase(String),
    /// The whole question, but for case and punctuation.
    Exact(String),
    /// In the syntax of the `regex` crate, case aside.
    Regex(String),
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Link {
    pub url: String,
    #[serde(default)]
    pub title: String,
}

fn yes() -> bool {
    true
}

/// How many an agent has.
#[derive(Debug, Clone, Copy, Default)]
pub struct Count {
    pub answers: u32,
    /// Regular expressions among their patterns.
    pub regexes: u32,
}

pub fn insert(tx: &Tx<'_>, curated: &CuratedAnswer, now: Moment) -> Result<()> {
    let content = &curated.content;
    tx.prepare_cached(
        "insert into curated_answers
           (id, workspace_id, agent_id, patterns, page, language, answer, link_url, link_title,
            priority, enabled, created_at, updated_at)
         values (:id, :workspace_id, :agent_id, :patterns, :page, :language, :answer, :link_url, :link_title,
                 :priority, :enabled, :now, :now)",
    )?
    .execute(named_params! {
        ":id": curated.id.to_string(),
        ":workspace_id": curated.workspace_id.to_string(),
        ":agent_id": curated.agent_id.to_string(),
        ":patterns": serde_json::to_string(&content.patterns)?,
        ":page": content.page,
        ":language": content.language,
        ":answer": content.answer,
        ":link_url": content.link.as_ref().map(|link| &link.url),
        ":link_title": content.link.as_ref().map(|link| &link.title),
        ":priority": content.priority,
        ":enabled": content.enabled,
        ":now": now.millis(),
    })?;
    raise_revision(tx, curated.agent_id)
}

/// False if there is no such answer any more.
pub fn update(tx: &Tx<'_>, curated: &CuratedAnswer, now: Moment) -> Result<bool> {
    let content = &curated.content;
    let changed = tx
        .prepare_cached(
            "update curated_answers
             set patterns = :patterns, page = :page, language = :language, answer = :answer,
                 link_url = :link_url, link_title = :link_title, priority = :priority, enabled = :enabled,
                 updated_at = :now
             where id = :id and agent_id = :agent_id",
        )?
        .execute(named_params! {
            ":id": curated.id.to_string(),
            ":agent_id": curated.agent_id.to_string(),
            ":patterns": serde_json::to_string(&content.patterns)?,
            ":page": content.page,
            ":language": content.language,
            ":answer": content.answer,
            ":link_url": content.link.as_ref().map(|link| &link.url),
            ":link_title": content.link.as_ref().map(|link| &link.title),
            ":priority": content.priority,
            ":enabled": content.enabled,
            ":now": now.millis(),
        })?;
    raise_revision(tx, curated.agent_id)?;
    Ok(changed == 1)
}

/// False if the agent has no such answer.
pub fn delete(tx: &Tx<'_>, agent: AgentId, id: CuratedId) -> Result<bool> {
    let deleted = tx
        .prepare_cached("delete from curated_answers where id = :id and agent_id = :agent_id")?
        .execute(named_params! { ":id": id.to_string(), ":agent_id": agent.to_string() })?;
    raise_revision(tx, agent)?;
    Ok(deleted == 1)
}

pub fn find(
    db: &Connection,
    workspace: WorkspaceId,
    id: CuratedId,
) -> Result<Option<CuratedAnswer>> {
    db.prepare_cached(&format!("{SELECT} where id = :id and workspace_id = :workspace_id"))?
        .query_row(
            named_params! { ":id": id.to_string(), ":workspace_id": workspace.to_string() },
            |row| Ok(read(row)),
        )
        .optional()?
        .transpose()
}

/// In the order in which they are tried; also those that are off.
pub fn list(db: &Connection, agent: AgentId) -> Result<Vec<CuratedAnswer>> {
    db.prepare_cached(&format!(
        "{SELECT} where agent_id = :agent_id order by priority desc, id limit :limit"
    ))?
    .query_map(named_params! { ":agent_id": agent.to_string(), ":limit": MOST }, |row| {
        Ok(read(row))
    })?
    .collect::<Result<Vec<_>, _>>()?
    .into_iter()
    .collect()
}

pub fn count(db: &Connection, agent: AgentId) -> Result<Count> {
    Ok(db
        .prepare_cached(
            "select count(*) as answers,
               coalesce(sum((select count(*) from json_each(patterns)
                             where json_extract(value, '$.regex') is not null)), 0) as regexes
             from curated_answers where agent_id = :agent_id",
        )?
        .query_row(named_params! { ":agent_id": agent.to_string() }, |row| {
            Ok(Count { answers: row.get("answers")?, regexes: row.get("regexes")? })
        })?)
}

/// So that a running server sees the change.
fn raise_revision(tx: &Tx<'_>, agent: AgentId) -> Result<()> {
    tx.prepare_cached("update agents set revision = revision + 1 where id = :id")?
        .execute(named_params! { ":id": agent.to_string() })?;
    Ok(())
}

const SELECT: &str =
    "select id, workspace_id, agent_id, patterns, page, language, answer, link_url, link_title,
    priority, enabled, updated_at from curated_answers";

fn read(row: &Row<'_>) -> Result<CuratedAnswer> {
    let url: Option<String> = row.get("link_url")?;
    let title: Option<String> = row.get("link_title")?;
    Ok(CuratedAnswer {
        id: super::id(row, "id")?,
        workspace_id: super::id(row, "workspace_id")?,
        agent_id: super::id(row, "agent_id")?,
        content: Content {
            patterns: serde_json::from_str(row.get_ref("patterns")?.as_str()?)?,
            answer: row.get("answer")?,
            link: url.map(|url| Link { url, title: title.unwrap_or_default() }),
            page: row.get("page")?,
            language: row.get("language")?,
            priority: row.get("priority")?,
            enabled: row.get("enabled")?,
        },
        updated_at: Moment::from_millis(row.get("updated_at")?),
    })
}

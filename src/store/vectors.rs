//! What passages mean, as vectors of one model. A passage without one of that model is still to be embedded.

use rusqlite::{Connection, named_params};

use super::Tx;
use crate::{error::Result, id::AgentId};

/// Vectors of one agent that a search compares; further ones are found by words alone.
const MOST: u32 = 200_000;

/// What of a passage has vectors: all of it, by which it is found, and then each of its units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    Whole,
    Units,
}

/// A passage that has no vectors of the model yet.
pub struct Waiting {
    pub passage_id: i64,
    pub agent_id: AgentId,
    pub title: String,
    pub heading: String,
    /// Markdown.
    pub body: String,
}

/// Whose passages wait for what.
#[derive(Clone, Copy)]
pub struct Wanted<'a> {
    /// Of all agents where none is named.
    pub agent: Option<AgentId>,
    pub part: Part,
    pub model: &'a str,
    /// Of the pages; all when none are named.
    pub languages: &'a [&'a str],
    /// Vectors of another length are made anew. Not for units.
    pub bytes: Option<usize>,
}

impl Wanted<'_> {
    fn passages(&self) -> &'static str {
        match self.part {
            Part::Whole => {
                "passages join pages on pages.id = page_id
                 left join vectors on vectors.passage_id = passages.id and model = :model
                      and (:bytes is null or length(vector) = :bytes)
                 where vectors.passage_id is null
                   and (:agent_id is null or passages.agent_id = :agent_id)
                   and (:languages = '[]' or language in (select value from json_each(:languages)))"
            }
            Part::Units => {
                "passages join pages on pages.id = page_id
                 left join unit_vectors on unit_vectors.passage_id = passages.id and model = :model
                 where unit_vectors.passage_id is null and :bytes is null
                   and (:agent_id is null or passages.agent_id = :agent_id)
                   and (:languages = '[]' or language in (select value from json_each(:languages)))"
            }
        }
    }
}

/// Passages after this one that wait, in the order of their ids.
pub fn waiting(
    db: &Connection,
    wanted: Wanted<'_>,
    after: i64,
    limit: u32,
) -> Result<Vec<Waiting>> {
    db.prepare_cached(&format!(
        "select passages.id, passages.agent_id, title, heading, body from {}
         and passages.id > :after
         order by passages.id limit :limit",
        wanted.passages()
    ))?
    .query_map(
        named_params! {
            ":agent_id": wanted.agent.map(|agent| agent.to_string()),
            ":model": wanted.model,
            ":languages": serde_json::to_string(wanted.languages)?,
            ":bytes": wanted.bytes.map(|bytes| bytes as i64),
            ":after": after,
            ":limit": limit,
        },
        |row| {
            Ok((|| {
                Ok(Waiting {
                    passage_id: row.get("id")?,
                    agent_id: super::id(row, "agent_id")?,
                    title: row.get("title")?,
                    heading: row.get("heading")?,
                    body: row.get("body")?,
                })
            })())
        },
    )?
    .collect::<Result<Vec<_>, _>>()?
    .into_iter()
    .collect()
}

/// How many passages [`waiting`] would give without a limit.
pub fn waiting_count(db: &Connection, wanted: Wanted<'_>) -> Result<u32> {
    Ok(db.prepare_cached(&format!("select count(*) from {}", wanted.passages()))?.query_row(
        named_params! {
            ":agent_id": wanted.agent.map(|agent| agent.to_string()),
            ":model": wanted.model,
            ":languages": serde_json::to_string(wanted.languages)?,
            ":bytes": wanted.bytes.map(|bytes| bytes as i64),
        },
        |row| row.get(0),
    )?)
}

/// Writes vectors of the model over those of another, the units' one after the other; a passage that is gone or another
/// one by now gets none.
pub fn put(tx: &Tx<'_>, part: Part, model: &str, made: &[(Waiting, Vec<u8>)]) -> Result<()> {
    let mut insert = tx.prepare_cached(match part {
        Part::Whole => {
            "insert into vectors (passage_id, workspace_id, agent_id, model, vector)
             select id, workspace_id, agent_id, :model, :bytes from passages
             where id = :passage_id and agent_id = :agent_id and heading = :heading and body = :body
             on conflict (passage_id) do update set model = excluded.model, vector = excluded.vector"
        }
        Part::Units => {
            "insert into unit_vectors (passage_id, workspace_id, agent_id, model, vectors)
             select id, workspace_id, agent_id, :model, :bytes from passages
             where id = :passage_id and agent_id = :agent_id and heading = :heading and body = :body
             on conflict (passage_id) do update set model = excluded.model, vectors = excluded.vectors"
        }
    })?;
    for (passage, bytes) in made {
        insert.execute(named_params! {
            ":passage_id": passage.passage_id,
            ":agent_id": passage.agent_id.to_string(),
            ":heading": passage.heading,
            ":body": passage.body,
            ":model": model,
            ":bytes": bytes,
        })?;
    }
    Ok(())
}

/// Gives each of the agent's vectors of the model, with the ids of its passage and of that one's page.
pub fn each(
    db: &Connection,
    agent: AgentId,
    model: &str,
    mut found: impl FnMut(i64, i64, &[u8]),
) -> Result<()> {
    let mut select = db.prepare_cached(
        "select passage_id, page_id, vector from vectors join passages on passages.id = passage_id
         where vectors.agent_id = :agent_id and model = :model
         order by passage_id limit :limit",
    )?;
    let mut rows = select
        .query(named_params! { ":agent_id": agent.to_string(), ":model": model, ":limit": MOST })?;
    while let Some(row) = rows.next()? {
        found(row.get("passage_id")?, row.get("page_id")?, row.get_ref("vector")?.as_blob()?);
    }
    Ok(())
}

/// The vectors of a passage's units as `read` sees them; none where it has none, or none yet of the model.
pub fn units<T>(
    db: &Connection,
    passage: i64,
    model: &str,
    read: impl FnOnce(&[u8]) -> T,
) -> Result<Option<T>> {
    let mut select = db.prepare_cached(
        "select vectors from unit_vectors
         where passage_id = :passage_id and model = :model and length(vectors) > 0",
    )?;
    let mut rows = select.query(named_params! { ":passage_id": passage, ":model": model })?;
    let Some(row) = rows.next()? else { return Ok(None) };
    Ok(Some(read(row.get_ref("vectors")?.as_blob()?)))
}

/// Rises whenever passages of any agent change.
pub fn passages_version(db: &Connection) -> Result<i64> {
    Ok(db
        .prepare_cached("select coalesce(sum(index_version), 0) from agents")?
        .query_row([], |row| row.get(0))?)
}

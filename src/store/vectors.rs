//! What passages mean, as vectors of one model. A passage without one of that model is still to be embedded.

use rusqlite::{Connection, named_params};

use super::Tx;
use crate::{error::Result, id::AgentId};

/// Vectors of one agent that a search compares; further ones are found by words alone.
const MOST: u32 = 200_000;

/// A passage that has no vector of the model yet.
pub struct Waiting {
    pub passage_id: i64,
    pub agent_id: AgentId,
    pub title: String,
    pub heading: String,
    /// Markdown.
    pub body: String,
}

/// Passages after this one without a vector of the model, or with one of another length than this in bytes, in the order
/// of their ids; of pages in these languages, or of all when none are named.
pub fn waiting(
    db: &Connection,
    model: &str,
    languages: &[&str],
    bytes: Option<usize>,
    after: i64,
    limit: u32,
) -> Result<Vec<Waiting>> {
    db.prepare_cached(
        "select passages.id, passages.agent_id, title, heading, body
         from passages
         join pages on pages.id = page_id
         left join vectors on vectors.passage_id = passages.id and model = :model
              and (:bytes is null or length(vector) = :bytes)
         where passages.id > :after and vectors.passage_id is null
           and (:languages = '[]' or language in (select value from json_each(:languages)))
         order by passages.id limit :limit",
    )?
    .query_map(
        named_params! {
            ":model": model,
            ":languages": serde_json::to_string(languages)?,
            ":bytes": bytes.map(|bytes| bytes as i64),
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
pub fn waiting_count(
    db: &Connection,
    model: &str,
    languages: &[&str],
    bytes: Option<usize>,
) -> Result<u32> {
    Ok(db
        .prepare_cached(
            "select count(*) from passages
             join pages on pages.id = page_id
             left join vectors on vectors.passage_id = passages.id and model = :model
                  and (:bytes is null or length(vector) = :bytes)
             where vectors.passage_id is null
               and (:languages = '[]' or language in (select value from json_each(:languages)))",
        )?
        .query_row(
            named_params! {
                ":model": model,
                ":languages": serde_json::to_string(languages)?,
                ":bytes": bytes.map(|bytes| bytes as i64),
            },
            |row| row.get(0),
        )?)
}

/// What a passage means, and what each of its units does: stored vectors, the units' one after the other.
pub struct Made {
    pub vector: Vec<u8>,
    /// Empty where nobody compares them.
    pub units: Vec<u8>,
}

/// Writes vectors of the model over those of another; a passage that is gone or another one by now gets none.
pub fn put(tx: &Tx<'_>, model: &str, vectors: &[(Waiting, Made)]) -> Result<()> {
    let mut insert = tx.prepare_cached(
        "insert into vectors (passage_id, workspace_id, agent_id, model, vector)
         select id, workspace_id, agent_id, :model, :vector from passages
         where id = :passage_id and agent_id = :agent_id and heading = :heading and body = :body
         on conflict (passage_id) do update set model = excluded.model, vector = excluded.vector",
    )?;
    let mut forget =
        tx.prepare_cached("delete from unit_vectors where passage_id = :passage_id")?;
    let mut insert_units = tx.prepare_cached(
        "insert into unit_vectors (passage_id, workspace_id, agent_id, model, vectors)
         select passage_id, workspace_id, agent_id, model, :units from vectors
         where passage_id = :passage_id",
    )?;
    for (passage, made) in vectors {
        let id = passage.passage_id;
        let written = insert.execute(named_params! {
            ":passage_id": id,
            ":agent_id": passage.agent_id.to_string(),
            ":heading": passage.heading,
            ":body": passage.body,
            ":model": model,
            ":vector": made.vector,
        })?;
        if written > 0 {
            forget.execute(named_params! { ":passage_id": id })?;
        }
        if written > 0 && !made.units.is_empty() {
            insert_units.execute(named_params! { ":passage_id": id, ":units": made.units })?;
        }
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

/// The vectors of a passage's units as `read` sees them; none where they are not those of the model.
pub fn units<T>(
    db: &Connection,
    passage: i64,
    model: &str,
    read: impl FnOnce(&[u8]) -> T,
) -> Result<Option<T>> {
    let mut select = db.prepare_cached(
        "select vectors from unit_vectors where passage_id = :passage_id and model = :model",
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

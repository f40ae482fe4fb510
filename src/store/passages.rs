//! Passages: pieces of pages, with the index of their words. The index knows neither languages nor agents: it is given
//! words that are ready (knowledge/words.rs), and each is stored behind the id of its agent, so that a search reads
//! the postings of one agent and cannot reach another's.

use rusqlite::{Connection, OptionalExtension, Row, named_params};

use super::Tx;
use crate::{
    error::Result,
    id::{AgentId, WorkspaceId},
};

pub struct NewPassage {
    /// From 0, in the order of the page.
    pub position: u32,
    pub heading: String,
    pub anchor: Option<String>,
    /// Markdown.
    pub body: String,
    pub words: Words,
}

/// The words to find a passage by, as the analyser gives them.
pub struct Words {
    pub title: Vec<String>,
    pub heading: Vec<String>,
    pub body: Vec<String>,
}

/// A passage with what is said of its page.
#[derive(Debug, Clone)]
pub struct Match {
    pub id: i64,
    pub path: String,
    pub url: String,
    pub title: String,
    pub language: String,
    pub heading: String,
    pub anchor: Option<String>,
    pub body: String,
}

/// A passage that holds at least one of the words.
pub struct Scored {
    pub id: i64,
    pub page_id: i64,
    /// BM25: above 0, the higher the better; to compare within one search only.
    pub score: f64,
}

/// Words to find passages by; one that ends in `*` stands for all that begin like it.
#[derive(Debug, Clone, Default)]
pub struct Sought {
    /// A passage with any of these is found,
    pub any: Vec<String>,
    /// and one with any of the first and any of the second: for words so frequent that one alone finds too much.
    pub both: Option<(Vec<String>, Vec<String>)>,
}

/// A word counts more in a title or heading than in the text.
const TITLE: f64 = 4.0;
const HEADING: f64 = 2.0;
const BODY: f64 = 1.0;

/// Pages of the index that one write merges.
const MERGED: i32 = 256;

/// Puts these passages in the place of the page's.
pub fn replace(
    tx: &Tx<'_>,
    (workspace, agent, page): (WorkspaceId, AgentId, i64),
    passages: &[NewPassage],
) -> Result<()> {
    clear(tx, page)?;
    let mut insert = tx.prepare_cached(
        "insert into passages (workspace_id, agent_id, page_id, position, heading, anchor, body)
         values (:workspace_id, :agent_id, :page_id, :position, :heading, :anchor, :body)
         returning id",
    )?;
    let mut index = tx.prepare_cached(
        "insert into passages_fts (rowid, title, heading, body) values (:id, :title, :heading, :body)",
    )?;
    for passage in passages {
        let id: i64 = insert.query_row(
            named_params! {
                ":workspace_id": workspace.to_string(),
                ":agent_id": agent.to_string(),
                ":page_id": page,
                ":position": passage.position,
                ":heading": passage.heading,
                ":anchor": passage.anchor,
                ":body": passage.body,
            },
            |row| row.get(0),
        )?;
        index.execute(named_params! {
            ":id": id,
            ":title": own(agent, &passage.words.title, "", " "),
            ":heading": own(agent, &passage.words.heading, "", " "),
            ":body": own(agent, &passage.words.body, "", " "),
        })?;
    }
    Ok(())
}

/// Takes the page's passages (a trigger takes their words from the index); gives how many they were.
pub(super) fn clear(tx: &Tx<'_>, page: i64) -> Result<usize> {
    Ok(tx
        .prepare_cached("delete from passages where page_id = :page_id")?
        .execute(named_params! { ":page_id": page })?)
}

/// The agent's passages that hold what is sought, the best first.
pub fn matching(
    db: &Connection,
    agent: AgentId,
    sought: &Sought,
    limit: u32,
) -> Result<Vec<Scored>> {
    let any = |words: &[String]| own(agent, words, "\"", " OR ");
    let both =
        sought.both.as_ref().map(|(one, other)| format!("(({}) AND ({}))", any(one), any(other)));
    let alternatives = [any(&sought.any), both.unwrap_or_default()];
    let expression =
        alternatives.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" OR ");
    if expression.is_empty() {
        return Ok(Vec::new());
    }
    Ok(db
        .prepare_cached(
            "select passages.id, page_id, score
             from (select rowid as found, -bm25(passages_fts, :title, :heading, :body) as score
                   from passages_fts where passages_fts match :words order by score desc limit :limit)
             join passages on passages.id = found
             where passages.agent_id = :agent_id
             order by score desc",
        )?
        .query_map(
            named_params! {
                ":agent_id": agent.to_string(),
                ":words": expression,
                ":title": TITLE,
                ":heading": HEADING,
                ":body": BODY,
                ":limit": limit,
            },
            |row| {
                Ok(Scored {
                    id: row.get("id")?,
                    page_id: row.get("page_id")?,
                    score: row.get("score")?,
                })
            },
        )?
        .collect::<Result<_, _>>()?)
}

/// The agent's passage of this id.
pub fn find(db: &Connection, agent: AgentId, id: i64) -> Result<Option<Match>> {
    Ok(db
        .prepare_cached(
            "select passages.id, path, url, title, language, heading, anchor, body
             from passages join pages on pages.id = page_id
             where passages.id = :id and passages.agent_id = :agent_id",
        )?
        .query_row(named_params! { ":id": id, ":agent_id": agent.to_string() }, read)
        .optional()?)
}

/// How many of the agent's passages hold the word (or, with `*` at its end, one that begins like it), counted up to
/// `limit`.
pub fn holding(db: &Connection, agent: AgentId, word: &str, limit: u32) -> Result<u32> {
    Ok(db
        .prepare_cached(
            "select count(*) from (select 1 from passages_fts where passages_fts match :word limit :limit)",
        )?
        .query_row(
            named_params! { ":word": own(agent, &[word.to_owned()], "\"", ""), ":limit": limit },
            |row| row.get(0),
        )?)
}

/// The words of the agent's passages that begin with this, at most `limit`, each with how many passages hold it.
pub fn beginning(
    db: &Connection,
    agent: AgentId,
    with: &str,
    limit: u32,
) -> Result<Vec<(String, u32)>> {
    let from = own(agent, &[with.to_owned()], "", "");
    Ok(db
        .prepare_cached(
            "select substr(term, 27) as word, doc from passages_words
             where term >= :from and term < :to limit :limit",
        )?
        .query_map(
            named_params! { ":from": from, ":to": format!("{from}\u{10ffff}"), ":limit": limit },
            |row| Ok((row.get("word")?, row.get("doc")?)),
        )?
        .collect::<Result<_, _>>()?)
}

/// Tidies the index a little, so that searches after many writes stay fast; false when there is nothing left to tidy.
pub fn tidy(tx: &Tx<'_>) -> Result<bool> {
    let before = tx.total_changes();
    tx.prepare_cached("insert into passages_fts (passages_fts, rank) values ('merge', :pages)")?
        .execute(named_params! { ":pages": MERGED })?;
    // SQLite's manual: fewer than two changes mean that there was nothing to merge.
    Ok(tx.total_changes() - before >= 2)
}

/// How many passages the agent has.
pub fn count(db: &Connection, agent: AgentId) -> Result<u32> {
    Ok(db
        .prepare_cached("select count(*) from passages where agent_id = :agent_id")?
        .query_row(named_params! { ":agent_id": agent.to_string() }, |row| row.get(0))?)
}

/// The words as the index holds them: behind the agent's id. What means something to FTS5 does not get through, but for
/// a `*` at the end: "all that begin like this".
fn own(agent: AgentId, words: &[String], quote: &str, between: &str) -> String {
    let agent = agent.to_string().to_ascii_lowercase();
    let mut text = String::with_capacity(words.len() * (agent.len() + 12));
    for word in words {
        if !text.is_empty() {
            text.push_str(between);
        }
        text.push_str(quote);
        text.push_str(&agent);
        text.extend(word.chars().filter(|c| !matches!(c, '"' | '*')));
        text.push_str(quote);
        if word.ends_with('*') && !quote.is_empty() {
            text.push('*');
        }
    }
    text
}

fn read(row: &Row<'_>) -> rusqlite::Result<Match> {
    Ok(Match {
        id: row.get("id")?,
        path: row.get("path")?,
        url: row.get("url")?,
        title: row.get("title")?,
        language: row.get("language")?,
        heading: row.get("heading")?,
        anchor: row.get("anchor")?,
        body: row.get("body")?,
    })
}

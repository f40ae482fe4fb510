//! Passages: pieces of pages, with the index of their words. The index knows neither languages nor agents: it is given
//! words that are ready (knowledge/words.rs), and each is stored behind the id of its agent, so that a search reads
//! the postings of one agent and cannot reach another's.

use rusqlite::{Connection, OptionalExtension, Row, named_params};

use super::Tx;
use crate::{
    error::{Error, Result},
    id::{AgentId, WorkspaceId},
};

pub struct NewPassage {
    /// From 0, in the order of the page.
    pub position: u32,
    pub heading: String,
    pub anchor: Option<String>,
    /// Markdown.
    pub body: String,
    /// The heading is a question, and the body the whole answer.
    pub is_pair: bool,
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
    pub is_pair: bool,
}

/// A passage that holds at least one of the words.
pub struct Scored {
    pub id: i64,
    pub page_id: i64,
    /// BM25: above 0, the higher the better; to compare within one search only.
    pub score: f64,
}

/// A word counts more in a title or heading than in the text.
const TITLE: f64 = 4.0;
const HEADING: f64 = 2.0;
const BODY: f64 = 1.0;

/// Pages of the index that one write merges.
const MERGED: i32 = 256;
/// B-trees of which the index may consist.
const SEGMENTS: u32 = 4;

/// Puts these passages in the place of the page's.
pub fn replace(
    tx: &Tx<'_>,
    (workspace, agent, page): (WorkspaceId, AgentId, i64),
    passages: &[NewPassage],
) -> Result<()> {
    clear(tx, page)?;
    let mut insert = tx.prepare_cached(
        "insert into passages (workspace_id, agent_id, page_id, position, heading, anchor, body, is_pair)
         values (:workspace_id, :agent_id, :page_id, :position, :heading, :anchor, :body, :is_pair)
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
                ":is_pair": passage.is_pair,
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

/// All passages of the agent with their pages, in the order of their ids.
pub fn places(db: &Connection, agent: AgentId) -> Result<Vec<(i64, i64)>> {
    let mut places: Vec<(i64, i64)> = db
        .prepare_cached("select id, page_id from passages where agent_id = :agent_id")?
        .query_map(named_params! { ":agent_id": agent.to_string() }, |row| {
            Ok((row.get("id")?, row.get("page_id")?))
        })?
        .collect::<Result<_, _>>()?;
    // The index that has all this is in the order of the pages.
    places.sort_unstable();
    Ok(places)
}

/// The agent's passages that hold the word (or, with `*` at its end, one that begins like it), in no order, at most
/// `limit`: each with the BM25 of this word alone, above 0, as among the agent's `passages`.
pub fn scores(
    db: &Connection,
    (agent, passages): (AgentId, usize),
    word: &str,
    limit: u32,
) -> Result<Vec<(i64, f32)>> {
    let mut scores: Vec<(i64, f32)> = db
        .prepare_cached(
            "select rowid, -bm25(passages_fts, :title, :heading, :body) as score
             from passages_fts where passages_fts match :word limit :limit",
        )?
        .query_map(
            named_params! {
                ":word": own(agent, &[word.to_owned()], "\"", ""),
                ":title": TITLE,
                ":heading": HEADING,
                ":body": BODY,
                ":limit": limit,
            },
            |row| Ok((row.get("rowid")?, row.get("score")?)),
        )?
        .collect::<Result<_, _>>()?;
    let holding = scores.len() as f64;
    let right = idf(passages as f64, holding) / idf(counted(db)?, holding);
    for (_, score) in &mut scores {
        *score = (f64::from(*score) * right) as f32;
    }
    Ok(scores)
}

/// Passages as FTS5 counts them for its inverse document frequency: those of all agents, and without contents to tell
/// how long they were also those that were replaced. The index would rank otherwise after each crawl.
fn counted(db: &Connection) -> Result<f64> {
    // The first number of the record of averages, as SQLite writes them: 7 bits a byte, the highest first.
    let averages: Vec<u8> = db
        .prepare_cached("select block from passages_fts_data where id = 1")?
        .query_row([], |row| row.get(0))
        .optional()?
        .unwrap_or_default();
    let mut rows = 0_u64;
    for byte in averages.into_iter().take(8) {
        rows = rows << 7 | u64::from(byte & 0x7f);
        if byte & 0x80 == 0 {
            break;
        }
    }
    Ok(rows as f64)
}

/// As FTS5's `bm25()` has it: of all rows, and of those that hold a word.
fn idf(rows: f64, holding: f64) -> f64 {
    ((rows - holding + 0.5) / (holding + 0.5)).ln().max(1e-6)
}

/// The agent's passages that hold a form of each of the words, the best first.
pub fn together(
    db: &Connection,
    agent: AgentId,
    words: &[&[String]],
    limit: u32,
) -> Result<Vec<Scored>> {
    let each: Vec<String> =
        words.iter().map(|forms| format!("({})", own(agent, forms, "\"", " OR "))).collect();
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
                ":words": each.join(" AND "),
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
            "select passages.id, path, url, title, language, heading, anchor, body, is_pair
             from passages join pages on pages.id = page_id
             where passages.id = :id and passages.agent_id = :agent_id",
        )?
        .query_row(named_params! { ":id": id, ":agent_id": agent.to_string() }, read)
        .optional()?)
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

/// Shows all words of the agent's passages, each once: reads the whole index of the agent.
pub fn each_word(db: &Connection, agent: AgentId, mut show: impl FnMut(&str)) -> Result<()> {
    let from = own(agent, &[String::new()], "", "");
    let mut statement =
        db.prepare_cached("select term from passages_words where term >= :from and term < :to")?;
    let mut rows =
        statement.query(named_params! { ":from": from, ":to": format!("{from}\u{10ffff}") })?;
    while let Some(row) = rows.next()? {
        let term = row.get_ref("term")?.as_str().map_err(Error::internal)?;
        show(term.get(from.len()..).unwrap_or_default());
    }
    Ok(())
}

/// Tidies the index a little, so that a word is looked up in a few places and not in one for each recent write; false
/// when there is nothing left to tidy.
pub fn tidy(tx: &Tx<'_>) -> Result<bool> {
    let segments: u32 = tx
        .prepare_cached("select count(distinct segid) from passages_fts_idx")?
        .query_row([], |row| row.get(0))?;
    if segments <= SEGMENTS {
        return Ok(false);
    }
    let before = tx.total_changes();
    // Below 0, all segments become one, however even they are (SQLite's manual, FTS5, the 'merge' command).
    tx.prepare_cached("insert into passages_fts (passages_fts, rank) values ('merge', :pages)")?
        .execute(named_params! { ":pages": -MERGED })?;
    // And fewer than two changes mean that there was nothing to merge.
    Ok(tx.total_changes() - before >= 2)
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
        is_pair: row.get("is_pair")?,
    })
}

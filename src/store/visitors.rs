//! Visitors: browsers that opened an agent's widget, and persons whom its site named.

use rusqlite::{Connection, OptionalExtension, Row, named_params};
use serde_json::{Map, Value};

use super::{Tx, leads};
use crate::{
    clock::Moment,
    error::Result,
    id::{AgentId, VisitorId, WorkspaceId},
};

pub struct Visitor {
    pub id: VisitorId,
    pub anon_id: String,
    /// Of a person: the site's own id of them.
    pub subject: Option<String>,
    /// What the site signed of that person.
    pub claims: Option<Map<String, Value>>,
    /// What a page said unsigned.
    pub traits: Option<Map<String, Value>>,
}

pub struct NewVisitor<'a> {
    pub workspace_id: WorkspaceId,
    pub agent_id: AgentId,
    pub locale: Option<&'a str>,
    pub visitor: &'a Visitor,
}

pub fn by_anon_id(db: &Connection, agent: AgentId, anon_id: &str) -> Result<Option<Visitor>> {
    db.prepare_cached(&format!("{SELECT} where agent_id = :agent_id and anon_id = :anon_id"))?
        .query_row(named_params! { ":agent_id": agent.to_string(), ":anon_id": anon_id }, |row| {
            Ok(read(row))
        })
        .optional()?
        .transpose()
}

pub fn by_subject(db: &Connection, agent: AgentId, subject: &str) -> Result<Option<Visitor>> {
    db.prepare_cached(&format!("{SELECT} where agent_id = :agent_id and subject = :subject"))?
        .query_row(named_params! { ":agent_id": agent.to_string(), ":subject": subject }, |row| {
            Ok(read(row))
        })
        .optional()?
        .transpose()
}

const SELECT: &str = "select id, anon_id, subject, claims, traits from visitors";

fn read(row: &Row<'_>) -> Result<Visitor> {
    let object = |column: &str| -> Result<Option<Map<String, Value>>> {
        let text = row.get::<_, Option<String>>(column)?;
        Ok(text.map(|text| serde_json::from_str(&text)).transpose()?)
    };
    Ok(Visitor {
        id: super::id(row, "id")?,
        anon_id: row.get("anon_id")?,
        subject: row.get("subject")?,
        claims: object("claims")?,
        traits: object("traits")?,
    })
}

/// BCP 47, as the visitor's browser said.
pub fn locale(db: &Connection, id: VisitorId) -> Result<Option<String>> {
    Ok(db
        .prepare_cached("select locale from visitors where id = :id")?
        .query_row(named_params! { ":id": id.to_string() }, |row| row.get(0))
        .optional()?
        .flatten())
}

/// What was erased with a visitor.
#[derive(Debug, Clone, Copy)]
pub struct Erased {
    pub conversations: usize,
    pub messages: usize,
    pub leads: usize,
    pub events: usize,
}

/// Erases the visitor and all that they left. The bytes are overwritten (`secure_delete`), in the log once it is
/// folded in.
pub fn erase(tx: &Tx<'_>, id: VisitorId) -> Result<Erased> {
    let delete = |sql: &str| -> Result<usize> {
        Ok(tx.prepare_cached(sql)?.execute(named_params! { ":id": id.to_string() })?)
    };
    let erased = Erased {
        messages: delete(
            "delete from messages where conversation_id in (select id from conversations where visitor_id = :id)",
        )?,
        leads: leads::erase(tx, id)?,
        events: delete("delete from events where visitor_id = :id")?,
        conversations: delete("delete from conversations where visitor_id = :id")?,
    };
    delete("delete from visitors where id = :id")?;
    Ok(erased)
}

pub fn insert(tx: &Tx<'_>, new: &NewVisitor<'_>, now: Moment) -> Result<()> {
    tx.prepare_cached(
        "insert into visitors (id, workspace_id, agent_id, anon_id, locale, subject, claims, traits, created_at)
         values (:id, :workspace_id, :agent_id, :anon_id, :locale, :subject, :claims, :traits, :now)",
    )?
    .execute(named_params! {
        ":id": new.visitor.id.to_string(),
        ":workspace_id": new.workspace_id.to_string(),
        ":agent_id": new.agent_id.to_string(),
        ":anon_id": new.visitor.anon_id,
        ":locale": new.locale,
        ":subject": new.visitor.subject,
        ":claims": text(new.visitor.claims.as_ref())?,
        ":traits": text(new.visitor.traits.as_ref())?,
        ":now": now.millis(),
    })?;
    Ok(())
}

/// Writes down who the visitor is.
pub fn describe(tx: &Tx<'_>, visitor: &Visitor) -> Result<()> {
    tx.prepare_cached(
        "update visitors set anon_id = :anon_id, subject = :subject, claims = :claims, traits = :traits
         where id = :id",
    )?
    .execute(named_params! {
        ":id": visitor.id.to_string(),
        ":anon_id": visitor.anon_id,
        ":subject": visitor.subject,
        ":claims": text(visitor.claims.as_ref())?,
        ":traits": text(visitor.traits.as_ref())?,
    })?;
    Ok(())
}

/// What one visitor left becomes another's, and the one is gone.
pub fn join(tx: &Tx<'_>, gone: VisitorId, into: VisitorId) -> Result<()> {
    for sql in [
        "update conversations set visitor_id = :into where visitor_id = :gone",
        "update events set visitor_id = :into where visitor_id = :gone",
    ] {
        tx.prepare_cached(sql)?
            .execute(named_params! { ":gone": gone.to_string(), ":into": into.to_string() })?;
    }
    leads::join(tx, gone, into)?;
    tx.prepare_cached("delete from visitors where id = :gone")?
        .execute(named_params! { ":gone": gone.to_string() })?;
    Ok(())
}

fn text(object: Option<&Map<String, Value>>) -> Result<Option<String>> {
    Ok(object.map(serde_json::to_string).transpose()?)
}

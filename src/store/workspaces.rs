//! Workspaces: the businesses whose data a file holds. The command line works in the first one.

use rusqlite::{Connection, OptionalExtension, named_params};

use super::Tx;
use crate::{clock::Moment, error::Result, id::WorkspaceId};

#[derive(Debug, Clone)]
pub struct Workspace {
    pub id: WorkspaceId,
    pub name: String,
    /// 0 is unlimited.
    pub monthly_conversations: u32,
    /// 0 is unlimited.
    pub monthly_messages: u32,
}

/// The oldest workspace of the file, if it has one.
pub fn first(db: &Connection) -> Result<Option<Workspace>> {
    db.prepare_cached(
        "select id, name, monthly_conversations, monthly_messages from workspaces order by id limit 1",
    )?
    .query_row([], |row| {
        Ok(super::id(row, "id").and_then(|id| {
            Ok(Workspace {
                id,
                name: row.get("name")?,
                monthly_conversations: row.get("monthly_conversations")?,
                monthly_messages: row.get("monthly_messages")?,
            })
        }))
    })
    .optional()?
    .transpose()
}

pub fn insert(tx: &Tx<'_>, id: WorkspaceId, name: &str, now: Moment) -> Result<()> {
    tx.prepare_cached("insert into workspaces (id, name, created_at) values (:id, :name, :now)")?
        .execute(named_params! { ":id": id.to_string(), ":name": name, ":now": now.millis() })?;
    Ok(())
}

/// Its agents' revisions rise too, so that a running server sees the change.
pub fn update(tx: &Tx<'_>, workspace: &Workspace) -> Result<()> {
    tx.prepare_cached(
        "update workspaces
         set name = :name, monthly_conversations = :conversations, monthly_messages = :messages
         where id = :id",
    )?
    .execute(named_params! {
        ":id": workspace.id.to_string(),
        ":name": workspace.name,
        ":conversations": workspace.monthly_conversations,
        ":messages": workspace.monthly_messages,
    })?;
    tx.prepare_cached("update agents set revision = revision + 1 where workspace_id = :id")?
        .execute(named_params! { ":id": workspace.id.to_string() })?;
    Ok(())
}

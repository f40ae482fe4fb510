//! What a workspace used in a month, counted in the same transaction as what it counts, and never past its quota.

use rusqlite::{Connection, OptionalExtension, named_params};

use super::Tx;
use crate::{clock::Moment, error::Result, id::WorkspaceId};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counted {
    Conversations,
    Messages,
}

/// Counts one more in the month of `now`; false, and nothing counted, if the quota is used up.
pub fn count(tx: &Tx<'_>, workspace: WorkspaceId, what: Counted, now: Moment) -> Result<bool> {
    let sql = match what {
        Counted::Conversations => {
            "insert into usage (workspace_id, month_at, conversations)
             select id, :month_at, 1 from workspaces where id = :workspace_id
             on conflict (workspace_id, month_at) do update set conversations = conversations + 1
             where conversations < (select iif(monthly_conversations = 0, 9e18, monthly_conversations)
                                    from workspaces where id = :workspace_id)
             returning 1"
        }
        Counted::Messages => {
            "insert into usage (workspace_id, month_at, messages)
             select id, :month_at, 1 from workspaces where id = :workspace_id
             on conflict (workspace_id, month_at) do update set messages = messages + 1
             where messages < (select iif(monthly_messages = 0, 9e18, monthly_messages)
                               from workspaces where id = :workspace_id)
             returning 1"
        }
    };
    let counted = tx
        .prepare_cached(sql)?
        .query_row(
            named_params! {
                ":workspace_id": workspace.to_string(),
                ":month_at": now.month_start().millis(),
            },
            |_| Ok(()),
        )
        .optional()?;
    Ok(counted.is_some())
}

/// Whether another conversation may begin in the month of `now`.
pub fn has_room_for_conversation(
    db: &Connection,
    workspace: WorkspaceId,
    now: Moment,
) -> Result<bool> {
    let room: Option<bool> = db
        .prepare_cached(
            "select monthly_conversations = 0 or monthly_conversations > coalesce(
               (select conversations from usage
                where usage.workspace_id = workspaces.id and month_at = :month_at), 0)
             from workspaces where id = :workspace_id",
        )?
        .query_row(
            named_params! {
                ":workspace_id": workspace.to_string(),
                ":month_at": now.month_start().millis(),
            },
            |row| row.get(0),
        )
        .optional()?;
    Ok(room.unwrap_or(false))
}

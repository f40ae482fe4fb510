//! Leads: contact details that visitors left, one for each agent and e-mail address.

use rusqlite::named_params;
use serde_json::{Map, Value};

use super::Tx;
use crate::{
    clock::Moment,
    error::Result,
    id::{AgentId, ConversationId, LeadId, VisitorId, WorkspaceId},
};

#[derive(Debug)]
pub struct NewLead {
    pub workspace_id: WorkspaceId,
    pub agent_id: AgentId,
    pub visitor_id: VisitorId,
    pub conversation_id: ConversationId,
    /// Lower case.
    pub email: String,
    pub name: Option<String>,
    pub phone: Option<String>,
    pub fields: Map<String, Value>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Saved {
    Created,
    Updated,
}

/// Makes the lead, or adds to the one with this address: a value that was not sent again stays.
pub fn save(tx: &Tx<'_>, lead: &NewLead, now: Moment) -> Result<(LeadId, Saved)> {
    let new_id = LeadId::generate();
    let id = tx
        .prepare_cached(
            "insert into leads (id, workspace_id, agent_id, visitor_id, conversation_id, email, name, phone, fields,
                                created_at, updated_at)
             values (:id, :workspace_id, :agent_id, :visitor_id, :conversation_id, :email, :name, :phone, :fields,
                     :now, :now)
             on conflict (agent_id, email) do update set
               visitor_id = excluded.visitor_id,
               conversation_id = excluded.conversation_id,
               name = coalesce(excluded.name, name),
               phone = coalesce(excluded.phone, phone),
               fields = json_patch(fields, excluded.fields),
               updated_at = excluded.updated_at
             returning id",
        )?
        .query_row(
            named_params! {
                ":id": new_id.to_string(),
                ":workspace_id": lead.workspace_id.to_string(),
                ":agent_id": lead.agent_id.to_string(),
                ":visitor_id": lead.visitor_id.to_string(),
                ":conversation_id": lead.conversation_id.to_string(),
                ":email": lead.email,
                ":name": lead.name,
                ":phone": lead.phone,
                ":fields": serde_json::to_string(&lead.fields)?,
                ":now": now.millis(),
            },
            |row| Ok(super::id(row, "id")),
        )??;
    Ok((id, if id == new_id { Saved::Created } else { Saved::Updated }))
}

//! Leads: contact details that visitors left, one for each agent and e-mail address. Each visitor's part is kept for
//! itself too.

use rusqlite::{Connection, OptionalExtension, Row, named_params};
use serde_json::{Map, Value};

use super::Tx;
use crate::{
    clock::Moment,
    error::{Error, Result},
    id::{AgentId, ConversationId, LeadId, VisitorId, WorkspaceId},
};

/// Further answers in a lead, and their keys and values in bytes; more than one form asks for.
const MOST_FIELDS: usize = 100;
const MOST_BYTES: usize = 64 * 1024;
/// Of one lead that are put together: the last ones.
const MOST_PARTS: u32 = 50;

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

/// What was left of a lead: by one visitor, or by all.
struct Part {
    name: Option<String>,
    phone: Option<String>,
    fields: Map<String, Value>,
    created_at: i64,
    updated_at: i64,
}

impl Part {
    /// With what was left before: a value that was not sent again stays, and one that was sent again is replaced as a
    /// whole, whatever it holds.
    fn over(mut self, before: Self) -> Self {
        self.name = self.name.or(before.name);
        self.phone = self.phone.or(before.phone);
        self.created_at = self.created_at.min(before.created_at);
        self.updated_at = self.updated_at.max(before.updated_at);
        for (key, value) in before.fields {
            self.fields.entry(key).or_insert(value);
        }
        self
    }

    /// With what others left before. They may have left much: where there is no room, theirs stays in their parts.
    fn over_others(self, mut before: Self) -> Self {
        let mut room = Room::beside(&self.fields);
        before.fields.retain(|key, value| !self.fields.contains_key(key) && room.takes(key, value));
        self.over(before)
    }
}

/// How much more a lead may hold.
struct Room {
    fields: usize,
    bytes: usize,
}

impl Room {
    fn beside(fields: &Map<String, Value>) -> Self {
        let bytes: usize = fields.iter().map(|(key, value)| bytes(key, value)).sum();
        Self {
            fields: MOST_FIELDS.saturating_sub(fields.len()),
            bytes: MOST_BYTES.saturating_sub(bytes),
        }
    }

    fn takes(&mut self, key: &str, value: &Value) -> bool {
        let bytes = bytes(key, value);
        let takes = self.fields > 0 && bytes <= self.bytes;
        if takes {
            self.fields -= 1;
            self.bytes -= bytes;
        }
        takes
    }
}

fn bytes(key: &str, value: &Value) -> usize {
    key.len() + value.as_str().map_or_else(|| value.to_string().len(), str::len)
}

/// Makes the lead, or adds to the one with this address: a value that was not sent again stays.
///
/// # Errors
/// When the visitor left more than [`MOST_FIELDS`] or [`MOST_BYTES`] in it, all times together.
pub fn save(tx: &Tx<'_>, lead: &NewLead, now: Moment) -> Result<(LeadId, Saved)> {
    let sent = || Part {
        name: lead.name.clone(),
        phone: lead.phone.clone(),
        fields: lead.fields.clone(),
        created_at: now.millis(),
        updated_at: now.millis(),
    };
    let found = tx
        .prepare_cached(
            "select id, name, phone, fields, created_at, updated_at from leads
             where agent_id = :agent_id and email = :email",
        )?
        .query_row(
            named_params! { ":agent_id": lead.agent_id.to_string(), ":email": lead.email },
            |row| Ok((super::id(row, "id"), read(row))),
        )
        .optional()?;
    let (id, whole, own, saved) = match found {
        None => (LeadId::generate(), sent(), sent(), Saved::Created),
        Some((id, before)) => {
            let id: LeadId = id?;
            let own = match part(tx, id, lead.visitor_id)? {
                None => sent(),
                Some(own) => sent().over(own),
            };
            check(&own)?;
            (id, sent().over_others(before?), own, Saved::Updated)
        }
    };
    if saved == Saved::Created {
        tx.prepare_cached(
            "insert into leads (id, workspace_id, agent_id, email, created_at, updated_at)
             values (:id, :workspace_id, :agent_id, :email, :now, :now)",
        )?
        .execute(named_params! {
            ":id": id.to_string(),
            ":workspace_id": lead.workspace_id.to_string(),
            ":agent_id": lead.agent_id.to_string(),
            ":email": lead.email,
            ":now": now.millis(),
        })?;
    }
    put(tx, id, &whole)?;
    tx.prepare_cached(
        "insert or replace into lead_parts (lead_id, visitor_id, workspace_id, conversation_id, name, phone, fields,
                                            created_at, updated_at)
         values (:lead_id, :visitor_id, :workspace_id, :conversation_id, :name, :phone, :fields,
                 :created_at, :updated_at)",
    )?
    .execute(named_params! {
        ":lead_id": id.to_string(),
        ":visitor_id": lead.visitor_id.to_string(),
        ":workspace_id": lead.workspace_id.to_string(),
        ":conversation_id": lead.conversation_id.to_string(),
        ":name": own.name,
        ":phone": own.phone,
        ":fields": serde_json::to_string(&own.fields)?,
        ":created_at": own.created_at,
        ":updated_at": own.updated_at,
    })?;
    Ok((id, saved))
}

fn check(own: &Part) -> Result<()> {
    let bytes: usize = own.fields.iter().map(|(key, value)| bytes(key, value)).sum();
    let problem = if own.fields.len() > MOST_FIELDS {
        format!("has more than {MOST_FIELDS} keys, with those that were sent before")
    } else if bytes > MOST_BYTES {
        format!("has more than {MOST_BYTES} bytes, with what was sent before")
    } else {
        return Ok(());
    };
    Err(Error::invalid("fields", problem))
}

fn part(db: &Connection, lead: LeadId, visitor: VisitorId) -> Result<Option<Part>> {
    db.prepare_cached(
        "select name, phone, fields, created_at, updated_at from lead_parts
         where lead_id = :lead and visitor_id = :visitor",
    )?
    .query_row(
        named_params! { ":lead": lead.to_string(), ":visitor": visitor.to_string() },
        |row| Ok(read(row)),
    )
    .optional()?
    .transpose()
}

fn put(tx: &Tx<'_>, id: LeadId, whole: &Part) -> Result<()> {
    tx.prepare_cached(
        "update leads set name = :name, phone = :phone, fields = :fields, created_at = :created_at,
                          updated_at = :updated_at
         where id = :id",
    )?
    .execute(named_params! {
        ":id": id.to_string(),
        ":name": whole.name,
        ":phone": whole.phone,
        ":fields": serde_json::to_string(&whole.fields)?,
        ":created_at": whole.created_at,
        ":updated_at": whole.updated_at,
    })?;
    Ok(())
}

fn read(row: &Row<'_>) -> Result<Part> {
    Ok(Part {
        name: row.get("name")?,
        phone: row.get("phone")?,
        fields: serde_json::from_str(row.get_ref("fields")?.as_str()?)?,
        created_at: row.get("created_at")?,
        updated_at: row.get("updated_at")?,
    })
}

/// Takes a visitor's part out of every lead; a lead that nobody else has a part in goes. Returns in how many they had.
pub fn erase(tx: &Tx<'_>, visitor: VisitorId) -> Result<usize> {
    let leads = tx
        .prepare_cached("delete from lead_parts where visitor_id = :visitor returning lead_id")?
        .query_map(named_params! { ":visitor": visitor.to_string() }, |row| {
            Ok(super::id(row, "lead_id"))
        })?
        .collect::<Result<Vec<Result<LeadId>>, _>>()?;
    let count = leads.len();
    for lead in leads {
        let lead = lead?;
        match left(tx, lead)? {
            Some(whole) => put(tx, lead, &whole)?,
            None => {
                tx.prepare_cached("delete from leads where id = :id")?
                    .execute(named_params! { ":id": lead.to_string() })?;
            }
        }
    }
    Ok(count)
}

/// A lead made anew of its parts, the last one first.
fn left(db: &Connection, lead: LeadId) -> Result<Option<Part>> {
    let mut parts = db.prepare_cached(
        "select name, phone, fields, created_at, updated_at from lead_parts
         where lead_id = :lead order by updated_at desc, visitor_id limit :limit",
    )?;
    let parts = parts
        .query_map(named_params! { ":lead": lead.to_string(), ":limit": MOST_PARTS }, |row| {
            Ok(read(row))
        })?;
    let mut whole: Option<Part> = None;
    for part in parts {
        let part = part??;
        whole = Some(match whole {
            None => part,
            Some(newer) => newer.over_others(part),
        });
    }
    Ok(whole)
}

/// What one visitor left becomes another's. Where both left something, the other's is kept.
pub fn join(tx: &Tx<'_>, gone: VisitorId, into: VisitorId) -> Result<()> {
    let both = tx
        .prepare_cached(
            "select lead_id from lead_parts join lead_parts as other using (lead_id)
             where lead_parts.visitor_id = :gone and other.visitor_id = :into",
        )?
        .query_map(named_params! { ":gone": gone.to_string(), ":into": into.to_string() }, |row| {
            Ok(super::id(row, "lead_id"))
        })?
        .collect::<Result<Vec<Result<LeadId>>, _>>()?;
    for lead in both {
        let lead = lead?;
        let (Some(stranger), Some(person)) = (part(tx, lead, gone)?, part(tx, lead, into)?) else {
            continue;
        };
        let (last, joined) = if stranger.updated_at > person.updated_at {
            (gone, stranger.over_others(person))
        } else {
            (into, person.over_others(stranger))
        };
        tx.prepare_cached(
            "update lead_parts set name = :name, phone = :phone, fields = :fields, created_at = :created_at,
                                   updated_at = :updated_at,
                                   conversation_id = (select conversation_id from lead_parts as last
                                                      where last.lead_id = :lead and last.visitor_id = :last)
             where lead_id = :lead and visitor_id = :into",
        )?
        .execute(named_params! {
            ":lead": lead.to_string(),
            ":into": into.to_string(),
            ":last": last.to_string(),
            ":name": joined.name,
            ":phone": joined.phone,
            ":fields": serde_json::to_string(&joined.fields)?,
            ":created_at": joined.created_at,
            ":updated_at": joined.updated_at,
        })?;
    }
    tx.prepare_cached(
        "update or ignore lead_parts set visitor_id = :into where visitor_id = :gone",
    )?
    .execute(named_params! { ":gone": gone.to_string(), ":into": into.to_string() })?;
    Ok(())
}

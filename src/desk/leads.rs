//! Leads: contact details that a visitor leaves. Nothing that was sent is lost over a field that nobody knows.

use std::{collections::BTreeMap, sync::LazyLock};

use regex::Regex;
use serde_json::{Map, Value};

use super::{Desk, visitor::Visitor};
use crate::{
    clock::Moment,
    error::{Error, Fields, Result},
    id::LeadId,
    store::{
        conversations,
        leads::{self, NewLead, Saved},
    },
};

/// Before the at sign no blanks, control characters, brackets or double dots; after it at least two labels of letters,
/// digits and inner hyphens, of any script. Written so that every engine of regular expressions reads it alike.
pub const EMAIL: &str = concat!(
    r"^[\x09\x0a\x0d ]*",
    r#"[^\x00-\x20\x7f-\xa0<>()\[\],;:\\"@.]+(\.[^\x00-\x20\x7f-\xa0<>()\[\],;:\\"@.]+)*"#,
    r"@[^\x00-\x2f:-@\[-`{-\xa0]+(-+[^\x00-\x2f:-@\[-`{-\xa0]+)*",
    r"(\.[^\x00-\x2f:-@\[-`{-\xa0]+(-+[^\x00-\x2f:-@\[-`{-\xa0]+)*)+",
    r"[\x09\x0a\x0d ]*$",
);
/// RFC 5321, section 4.5.3.1, counts octets; characters are what a person counts.
const EMAIL_CHARACTERS: usize = 254;
const NAME_CHARACTERS: usize = 200;
const FIELDS: usize = 20;
const FIELD_CHARACTERS: usize = 4000;

pub struct Details {
    pub email: String,
    pub name: Option<String>,
    pub phone: Option<String>,
    pub fields: BTreeMap<String, Value>,
}

impl Desk {
    /// Keeps the details, one lead for each agent and address.
    ///
    /// # Errors
    /// Names every field that is wrong; `invalid_token` when the visitor was erased meanwhile.
    pub async fn leave_details(
        &self,
        visitor: &Visitor,
        details: Details,
        now: Moment,
    ) -> Result<(LeadId, Saved)> {
        let conversation = &visitor.conversation;
        let (email, fields) = check(&details)?;
        let present = |text: Option<String>| {
            text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
        };
        let lead = NewLead {
            workspace_id: conversation.workspace_id,
            agent_id: conversation.agent_id,
            visitor_id: conversation.visitor_id,
            conversation_id: conversation.id,
            email,
            name: present(details.name),
            phone: present(details.phone),
            fields,
        };
        self.write_for(visitor, move |tx, conversation| {
            conversations::mark_lead_captured(tx, conversation.id)?;
            leads::save(tx, &lead, now)
        })
        .await
    }
}

fn check(details: &Details) -> Result<(String, Map<String, Value>)> {
    let mut wrong = Fields::new();
    let mut refuse = |field: &str, problem: String| {
        wrong.insert(field.to_owned(), vec![problem]);
    };
    let email = details.email.trim().to_lowercase();
    if !is_email(&email) {
        refuse("email", "is not an e-mail address".into());
    }
    for (field, text) in [("name", &details.name), ("phone", &details.phone)] {
        if text.as_ref().is_some_and(|text| text.chars().count() > NAME_CHARACTERS) {
            refuse(field, format!("has more than {NAME_CHARACTERS} characters"));
        }
    }
    if details.fields.len() > FIELDS {
        refuse("fields", format!("has more than {FIELDS} keys"));
    }
    let mut fields = Map::new();
    for (key, value) in &details.fields {
        if let Some(problem) = problem_of_field(key, value) {
            refuse(&format!("fields.{key}"), problem);
        }
        // Null is "not sent again": what was kept stays.
        if !value.is_null() {
            fields.insert(key.clone(), value.clone());
        }
    }
    if wrong.is_empty() { Ok((email, fields)) } else { Err(Error::invalid_fields(wrong)) }
}

/// What is wrong with an answer of the form, if something is: a text, or JSON of another kind, is bounded alike.
pub fn problem_of_field(key: &str, value: &Value) -> Option<String> {
    if key.chars().count() > NAME_CHARACTERS {
        return Some(format!("has a name of more than {NAME_CHARACTERS} characters"));
    }
    let characters = match value {
        Value::String(text) => text.chars().count(),
        other => other.to_string().chars().count(),
    };
    (characters > FIELD_CHARACTERS).then(|| format!("has more than {FIELD_CHARACTERS} characters"))
}

/// Good enough to write to. Whether somebody reads mail there, only mail can tell.
fn is_email(text: &str) -> bool {
    static PATTERN: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(EMAIL).ok());
    text.chars().count() <= EMAIL_CHARACTERS
        && PATTERN.as_ref().is_some_and(|pattern| pattern.is_match(text))
}

#[cfg(test)]
mod tests {
    use super::is_email;

    #[test]
    fn an_address_has_a_name_and_a_dotted_domain() {
        for right in [
            "a@b.example",
            "first.last+tag@mail.example",
            "jürgen@bücher.example",
            "o'neill@x.example",
        ] {
            assert!(is_email(right), "{right}");
        }
        for wrong in [
            "",
            "a",
            "a@b",
            "@b.example",
            "a@@b.example",
            "a b@c.example",
            "a@b..example",
            "a@-b.example",
            "a\n@b.example",
            "<a@b.example>",
            ".a@b.example",
        ] {
            assert!(!is_email(wrong), "{wrong}");
        }
    }
}

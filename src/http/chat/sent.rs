//! What the page's forms send: each with the same session, so that whatever a visitor does belongs to one conversation.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

/// Before the name of each answer of the contact form, so that none of them can be taken for one of ours.
pub const CONTACT: &str = "contact.";

/// What the visitor wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deed {
    Ask,
    LeaveDetails,
    AskForHuman,
    /// What was said meanwhile.
    Look,
}

impl Deed {
    const ALL: [Self; 4] = [Self::Ask, Self::LeaveDetails, Self::AskForHuman, Self::Look];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Ask => "ask",
            Self::LeaveDetails => "contact",
            Self::AskForHuman => "human",
            Self::Look => "look",
        }
    }
}

pub struct Sent {
    pub deed: Deed,
    pub message: String,
    pub session: String,
    pub anon_id: String,
    pub client_message_id: String,
    /// The contact form's answers by the names of its fields; none is empty.
    pub contact: BTreeMap<String, String>,
}

impl Sent {
    pub fn read(body: &[u8]) -> Self {
        let (contact, mut fields): (BTreeMap<_, _>, BTreeMap<_, _>) =
            url::form_urlencoded::parse(body)
                .map(|(name, text)| (name.into_owned(), text.replace("\r\n", "\n")))
                .filter(|(_, text)| !text.is_empty())
                .partition(|(name, _)| name.starts_with(CONTACT));
        let starter = fields.remove("starter");
        let mut take = |name: &str| fields.remove(name).unwrap_or_default();
        let wanted = take("do");
        Self {
            deed: Deed::ALL.into_iter().find(|it| it.name() == wanted).unwrap_or(Deed::Ask),
            message: starter.unwrap_or_else(|| take("message")),
            session: take("session"),
            anon_id: take("anon_id"),
            client_message_id: take("client_message_id"),
            contact: contact
                .into_iter()
                .map(|(name, text)| (name[CONTACT.len()..].to_owned(), text))
                .collect(),
        }
    }

    /// The page's id of the message, and the message's own: an old page that is shown again, with other words in it,
    /// asks something else.
    pub fn id_of(&self, message: &str) -> String {
        let hash = Sha256::digest(message);
        let hash: String = hash.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        format!("{}-{hash}", self.client_message_id)
    }
}

//! Ids as types: a ULID that knows what it names, so that a visitor's id can never be passed for a conversation's.
//! Written as 26 characters everywhere, on the wire and in the database.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use ulid::Ulid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        pub struct $name(Ulid);

        #[allow(dead_code, reason = "the same few functions for every id, whether or not each is used yet")]
        impl $name {
            pub fn generate() -> Self {
                Self(Ulid::generate())
            }

            /// When it was made, in milliseconds since the Unix epoch.
            pub fn made_at(self) -> i64 {
                i64::try_from(self.0.timestamp_ms()).unwrap_or(i64::MAX)
            }

            /// The id right after this one: for a pair made at the same moment that must sort in order.
            #[must_use]
            pub fn next(self) -> Self {
                Self(self.0.increment().unwrap_or_else(|_| Ulid::generate()))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = ulid::DecodeError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Ulid::from_string(text).map(Self)
            }
        }
    )*};
}

ids! {
    WorkspaceId
    AgentId
    VisitorId
    ConversationId
    MessageId
    LeadId
    SourceId
    CuratedId
}

//! What kinds of source there are, by the names that owners and the database use.

use std::{fmt, str::FromStr};

use crate::error::{Error, Result};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    File,
    Folder,
    /// A page with all that it leads to on its site.
    Website,
    /// The pages that a sitemap, or an index of them, lists.
    Sitemap,
    /// The pages of the entries of an RSS or Atom feed.
    Feed,
    /// One page alone.
    Page,
    /// A text that the owner gave.
    Text,
}

impl Kind {
    const ALL: [(Self, &str); 7] = [
        (Self::File, "file"),
        (Self::Folder, "folder"),
        (Self::Website, "website"),
        (Self::Sitemap, "sitemap"),
        (Self::Feed, "feed"),
        (Self::Page, "page"),
        (Self::Text, "text"),
    ];

    pub const fn name(self) -> &'static str {
        match self {
            Self::File => "file",
            Self::Folder => "folder",
            Self::Website => "website",
            Self::Sitemap => "sitemap",
            Self::Feed => "feed",
            Self::Page => "page",
            Self::Text => "text",
        }
    }

    pub const fn is_fetched(self) -> bool {
        matches!(self, Self::Website | Self::Sitemap | Self::Feed | Self::Page)
    }

    pub(super) const fn follows_links(self) -> bool {
        matches!(self, Self::Website)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Kind {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let found = Self::ALL.iter().find(|(_, name)| *name == text.trim().to_ascii_lowercase());
        found.map(|(kind, _)| *kind).ok_or_else(|| {
            let names = Self::ALL.map(|(_, name)| name).join(", ");
            Error::invalid("kind", format!("is {text:?}; it must be one of {names}"))
        })
    }
}

//! Which pages a run has: each path once, and each text once, however many URLs lead to it.

use std::collections::{HashMap, HashSet};

use sha2::{Digest, Sha256};

use crate::knowledge::{extract::Document, hex};

#[derive(Default)]
pub(super) struct Claims {
    paths: HashSet<String>,
    /// Texts as hashes, with the paths of their pages.
    texts: HashMap<String, String>,
    /// The same, of the pages from before.
    older: HashMap<String, String>,
}

impl Claims {
    pub(super) fn new(older: HashMap<String, String>) -> Self {
        Self { older, ..Self::default() }
    }

    /// Pages so far.
    pub(super) fn len(&self) -> usize {
        self.paths.len()
    }

    pub(super) fn has(&self, path: &str) -> bool {
        self.paths.contains(path)
    }

    /// A page that a run before it, which was cut off, has had.
    pub(super) fn remember(&mut self, path: Option<&String>, text_hash: Option<&String>) {
        self.paths.extend(path.cloned());
        self.texts.extend(text_hash.cloned().zip(path.cloned()));
    }

    /// Takes the path and the text for one page; else gives the reason why it is none of its own.
    pub(super) fn claim(&mut self, path: &str, text_hash: &str) -> Result<(), String> {
        if let Some(other) = self.texts.get(text_hash) {
            return Err(format!("is the same page as {other}"));
        }
        if !self.paths.insert(path.to_owned()) {
            return Err(format!("is the same page as {path}"));
        }
        self.texts.insert(text_hash.to_owned(), path.to_owned());
        Ok(())
    }

    /// Whether a page of one of these paths has the text of an older one that may still come, so that it is known only
    /// later which of the two is the page.
    pub(super) fn is_copy_of_older(&self, text_hash: &str, paths: &[String]) -> bool {
        let older = self.older.get(text_hash);
        older.is_some_and(|older| !self.paths.contains(older) && !paths.contains(older))
    }

    /// None of the older ones will come.
    pub(super) fn forget_older(&mut self) {
        self.older.clear();
    }
}

/// Of what a visitor reads.
pub(super) fn text_hash(document: &Document) -> String {
    let mut hash = Sha256::new();
    hash.update(&document.title);
    hash.update([0]);
    hash.update(&document.markdown);
    hex(&hash.finalize()[..16])
}

//! What a page tells search engines beside its text: JSON-LD.

use serde_json::Value;

use super::{
    nodes::{Nodes, attr, name, text},
    tree,
};

/// Bytes of JSON that are read of one page, and pieces of it.
const MOST: usize = 512 * 1024;
const PIECES: usize = 20;

pub(super) fn of(tree: &Nodes) -> Vec<Value> {
    let scripts = tree.root().descendants().filter(|node| {
        name(*node) == "script"
            && attr(*node, "type")
                .is_some_and(|kind| kind.eq_ignore_ascii_case("application/ld+json"))
    });
    let mut left = MOST;
    let read = scripts.take(PIECES).filter_map(|script| {
        let said = script.first_child()?.value().as_text()?;
        left = left.checked_sub(said.len())?;
        serde_json::from_str(said).ok()
    });
    read.collect()
}

/// One value, or each of a list.
pub(super) fn list(value: Option<&Value>) -> &[Value] {
    match value {
        Some(Value::Array(values)) => values,
        Some(value) => std::slice::from_ref(value),
        None => &[],
    }
}

pub(super) fn is(value: &Value, kind: &str) -> bool {
    list(value.get("@type")).iter().any(|said| said.as_str() == Some(kind))
}

/// The text at a key, of so many bytes at most; it may be HTML.
pub(super) fn said(value: &Value, key: &str, longest: usize) -> Option<String> {
    let said = value.get(key)?.as_str().filter(|said| said.len() <= longest)?;
    let read = tree::parse(said).ok()?.html;
    text(read.tree.root(), longest).filter(|said| !said.is_empty())
}

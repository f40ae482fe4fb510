//! What a visitor's page says of itself, cut to a size: a help for the answer, and never an error.

use serde_json::Value;

use crate::knowledge::{Found, Page, Query};

/// What is read of it, in the order of its worth.
const KEYS: [&str; 7] = ["title", "description", "canonical", "headings", "text", "json_ld", "og"];
/// Of the whole.
const BYTES: usize = 8 * 1024;
const TITLE: usize = 400;

/// At most 8 KiB in all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageContext {
    /// All but the text, as lines `key: text`.
    pub about: String,
    title: String,
    /// What the page shows: a source like any other, if the site sends it.
    text: String,
}

impl PageContext {
    /// Takes what answers the question among the sources.
    pub fn join(&self, found: &mut Found, query: &Query, language: &str) {
        if !self.text.is_empty() {
            found.join(query, &Page { title: &self.title, text: &self.text, language });
        }
    }
}

/// The known keys; none if there is nothing to say.
pub fn bounded(context: &Value) -> Option<PageContext> {
    let mut page = PageContext { about: String::new(), title: String::new(), text: String::new() };
    for key in KEYS {
        let text = match &context[key] {
            Value::Null => continue,
            Value::String(text) => text.trim().to_owned(),
            Value::Array(items) if items.iter().all(Value::is_string) => {
                items.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" | ")
            }
            other => other.to_string(),
        };
        let used = page.about.len() + page.title.len() + page.text.len();
        let most = if key == "title" { TITLE } else { BYTES };
        let room = BYTES.saturating_sub(used + key.len() + 3).min(most);
        if text.is_empty() || room == 0 {
            continue;
        }
        let text = &text[..text.floor_char_boundary(room)];
        if key == "text" {
            text.clone_into(&mut page.text);
            continue;
        }
        if key == "title" {
            text.clone_into(&mut page.title);
        }
        page.about += &format!("{key}: {}\n", text.replace('\n', " "));
    }
    (!page.about.is_empty() || !page.text.is_empty()).then_some(page)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::bounded;

    #[test]
    fn unknown_keys_are_dropped_and_long_texts_cut() {
        let page = bounded(&json!({"title": "Prices", "secret": "x", "text": "ü".repeat(9000)}));
        let page = page.expect("there is a title");
        assert_eq!((page.about.as_str(), page.title.as_str()), ("title: Prices\n", "Prices"));
        assert!(page.text.starts_with('ü') && page.text.len() + page.about.len() <= super::BYTES);
        let long = bounded(&json!({"title": "ü".repeat(9000), "text": "x", "og": "y"})).unwrap();
        assert!(long.about.len() + long.title.len() + long.text.len() <= super::BYTES);
    }

    #[test]
    fn what_is_no_object_says_nothing() {
        for odd in [json!(null), json!("text"), json!([1]), json!({"other": 1})] {
            assert_eq!(bounded(&odd), None);
        }
    }
}

//! What a visitor's page says of itself, cut to a size: a help for the answer, and never an error.

use serde_json::Value;

/// What is read of it, in the order of its worth.
const KEYS: [&str; 7] = ["title", "description", "canonical", "headings", "text", "json_ld", "og"];
/// Of the whole.
const BYTES: usize = 8 * 1024;

/// The known keys as lines `key: text`; none if there is nothing to say.
pub fn bounded(context: &Value) -> Option<String> {
    let mut lines = String::new();
    for key in KEYS {
        let text = match &context[key] {
            Value::Null => continue,
            Value::String(text) => text.trim().to_owned(),
            Value::Array(items) if items.iter().all(Value::is_string) => {
                items.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" | ")
            }
            other => other.to_string(),
        };
        let room = BYTES.saturating_sub(lines.len() + key.len() + 3);
        if !text.is_empty() && room > 0 {
            lines += &format!("{key}: {}\n", &text[..text.floor_char_boundary(room)]);
        }
    }
    (!lines.is_empty()).then_some(lines)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::bounded;

    #[test]
    fn unknown_keys_are_dropped_and_long_texts_cut() {
        let text = bounded(&json!({"title": "Prices", "secret": "x", "text": "ü".repeat(9000)}));
        let text = text.expect("there is a title");
        assert!(text.starts_with("title: Prices\n") && !text.contains("secret"));
        assert!(text.len() <= super::BYTES);
    }

    #[test]
    fn what_is_no_object_says_nothing() {
        for odd in [json!(null), json!("text"), json!([1]), json!({"other": 1})] {
            assert_eq!(bounded(&odd), None);
        }
    }
}

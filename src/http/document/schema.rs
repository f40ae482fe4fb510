//! Values held against schemas: every wrong field is named, in a person's words.

use std::collections::HashMap;

use regex::Regex;
use serde_json::{Map, Value};

use crate::error::{Error, Fields, Result};

/// The document's schemas by name.
pub struct Schemas {
    schemas: Map<String, Value>,
    /// Compiled once, by their text.
    patterns: HashMap<String, Regex>,
}

impl Schemas {
    /// # Errors
    /// A pattern that is none.
    pub fn new(schemas: &Value) -> Result<Self> {
        let mut patterns = HashMap::new();
        collect_patterns(schemas, &mut patterns)?;
        Ok(Self { schemas: schemas.as_object().cloned().unwrap_or_default(), patterns })
    }

    /// What is wrong with a value of the named schema, by field; empty when it is valid.
    pub fn problems(&self, schema: &str, value: &Value) -> Fields {
        let mut wrong = Fields::new();
        if let Some(schema) = self.schemas.get(schema) {
            self.check(schema, value, "", &mut wrong);
        }
        wrong
    }

    fn check(&self, schema: &Value, value: &Value, place: &str, wrong: &mut Fields) {
        if let Some(name) = schema["$ref"].as_str().and_then(|path| path.rsplit('/').next()) {
            if let Some(schema) = self.schemas.get(name) {
                self.check(schema, value, place, wrong);
            }
            return;
        }
        if let Some(all) = schema["allOf"].as_array() {
            for schema in all {
                self.check(schema, value, place, wrong);
            }
        }
        let mut refuse = |problem: String| {
            let place = if place.is_empty() { "body" } else { place };
            wrong.entry(place.to_owned()).or_default().push(problem);
        };
        if value.is_null() && schema["nullable"] == Value::Bool(true) {
            return;
        }
        if !has_type(schema, value) {
            let expected = schema["type"].as_str().unwrap_or_default();
            return refuse(format!("must be of type {expected}"));
        }
        match value {
            Value::String(text) => {
                if let Some(problem) = self.problem_of_text(schema, text) {
                    refuse(problem);
                }
            }
            Value::Array(items) => {
                let most = schema["maxItems"].as_u64().unwrap_or(u64::MAX);
                let least = schema["minItems"].as_u64().unwrap_or(0);
                if !(least..=most).contains(&(items.len() as u64)) {
                    refuse(format!("must have {least} to {most} entries"));
                } else if schema["items"].is_object() {
                    for (index, item) in items.iter().enumerate() {
                        self.check(&schema["items"], item, &format!("{place}[{index}]"), wrong);
                    }
                }
            }
            Value::Object(fields) => {
                let inside = |name: &str| {
                    if place.is_empty() { name.to_owned() } else { format!("{place}.{name}") }
                };
                for name in
                    schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str)
                {
                    let may_be_null = schema["properties"][name]["nullable"] == Value::Bool(true);
                    if fields.get(name).is_none_or(|value| value.is_null() && !may_be_null) {
                        wrong.entry(inside(name)).or_default().push("is required".into());
                    }
                }
                let most = schema["maxProperties"].as_u64().unwrap_or(u64::MAX);
                if fields.len() as u64 > most {
                    let place = if place.is_empty() { "body" } else { place };
                    let problem = format!("must have at most {most} keys");
                    wrong.entry(place.to_owned()).or_default().push(problem);
                }
                for (name, value) in fields {
                    let known = schema["properties"].get(name);
                    let is_missing = value.is_null() && is_required(schema, name);
                    if let Some(schema) = known.or_else(|| schema.get("additionalProperties"))
                        && !is_missing
                    {
                        self.check(schema, value, &inside(name), wrong);
                    }
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    fn problem_of_text(&self, schema: &Value, text: &str) -> Option<String> {
        let characters = text.chars().count() as u64;
        let most = schema["maxLength"].as_u64().unwrap_or(u64::MAX);
        let least = schema["minLength"].as_u64().unwrap_or(0);
        if characters > most {
            return Some(format!("has {characters} characters; at most {most} are allowed"));
        }
        if characters < least {
            return Some(format!("must have at least {least} characters"));
        }
        if let Some(choices) = schema["enum"].as_array()
            && !choices.iter().any(|choice| choice == text)
        {
            let choices: Vec<_> = choices.iter().filter_map(Value::as_str).collect();
            return Some(format!("must be one of {}", choices.join(", ")));
        }
        let pattern = schema["pattern"].as_str()?;
        let matches = self.patterns.get(pattern)?.is_match(text);
        (!matches).then(|| {
            let known = super::complete::PATTERNS.iter().find(|(known, _)| *known == pattern);
            known.map_or_else(
                || format!("must match {pattern}"),
                |(_, problem)| (*problem).to_owned(),
            )
        })
    }
}

fn collect_patterns(value: &Value, into: &mut HashMap<String, Regex>) -> Result<()> {
    match value {
        Value::Object(fields) => {
            if let Some(pattern) = fields.get("pattern").and_then(Value::as_str) {
                let compiled = Regex::new(pattern).map_err(Error::internal)?;
                into.insert(pattern.to_owned(), compiled);
            }
            fields.values().try_for_each(|value| collect_patterns(value, into))
        }
        Value::Array(items) => items.iter().try_for_each(|item| collect_patterns(item, into)),
        _ => Ok(()),
    }
}

fn has_type(schema: &Value, value: &Value) -> bool {
    match schema["type"].as_str() {
        Some("string") => value.is_string(),
        Some("boolean") => value.is_boolean(),
        Some("integer") => value.is_i64() || value.is_u64(),
        Some("number") => value.is_number(),
        Some("array") => value.is_array(),
        Some("object") => value.is_object(),
        _ => true,
    }
}

fn is_required(schema: &Value, name: &str) -> bool {
    schema["required"].as_array().is_some_and(|names| names.iter().any(|required| required == name))
}

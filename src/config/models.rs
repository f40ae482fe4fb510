//! The models that may speak, in order of preference: the one of `llm.*`, then the entries of `[[llm.models]]` in the
//! file. What an entry does not say of time-outs and tokens it takes from `llm.*`; addresses and keys it never does.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    time::Duration,
};

use url::Url;

use super::{Found, SHOWN_BY, Secret, nearest, reader::Reader};
use crate::error::Fields;

const LIST: &str = "llm.models.";
/// Models of one configuration.
const MOST: usize = 16;
/// Extra headers of one model, and characters of each value.
const HEADERS: usize = 16;
const HEADER_CHARACTERS: usize = 4096;
/// What the answerer that needs no model is called.
const BUILTIN: &str = "builtin";

/// Headers whose values everybody may see; all others may be keys.
const PLAIN_HEADERS: &[&str] = &[
    "accept-language",
    "anthropic-beta",
    "anthropic-version",
    "http-referer",
    "openai-organization",
    "openai-project",
    "user-agent",
    "x-title",
];
/// Headers that belong to the protocol.
const OWN_HEADERS: &[&str] = &[
    "accept",
    "accept-encoding",
    "connection",
    "content-length",
    "content-type",
    "expect",
    "host",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

/// Where the value of an entry comes from that does not say it.
enum Otherwise {
    Text(&'static str),
    As(&'static str),
}

/// What an entry may say beside its headers; and whether that is secret.
const PARTS: &[(&str, bool, Otherwise)] = &[
    ("name", false, Otherwise::Text("")),
    ("api", false, Otherwise::Text("openai")),
    ("url", false, Otherwise::Text("")),
    ("key", true, Otherwise::Text("")),
    ("key_env", false, Otherwise::Text("")),
    ("model", false, Otherwise::Text("default")),
    ("first_token_timeout_ms", false, Otherwise::As("llm.first_token_timeout_ms")),
    ("token_timeout_ms", false, Otherwise::As("llm.token_timeout_ms")),
    ("max_tokens", false, Otherwise::As("llm.max_tokens")),
    ("temperature", false, Otherwise::As("llm.temperature")),
];

/// A model that may speak.
#[derive(Debug, Clone)]
pub struct Model {
    /// What agents and logs call it: that of its server unless it has one of its own. No two have the same.
    pub name: String,
    pub api: LlmApi,
    /// An OpenAI-compatible base, such as `http://127.0.0.1:11434/v1`, or Anthropic's, `https://api.anthropic.com`.
    pub url: Url,
    pub key: Option<Secret>,
    /// What its server calls it.
    pub model: String,
    /// Sent with each request, beside those of the protocol.
    pub headers: Vec<(String, Secret)>,
    pub first_token_timeout: Duration,
    /// Between two tokens.
    pub token_timeout: Duration,
    /// None: it is not sent, as some models know no such parameter.
    pub max_tokens: Option<u32>,
    pub temperature: Option<f32>,
}

/// Which wire format the model's server speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LlmApi {
    OpenAi,
    Anthropic,
}

/// Why a key of the file is none of ours; none if it is.
pub(super) fn unknown(key: &str) -> Option<String> {
    if key.strip_prefix("llm.headers.").is_some() {
        return None;
    }
    let (number, part) = key.strip_prefix(LIST)?.split_once('.')?;
    if number.parse::<usize>().is_err() {
        return Some("is no setting; entries of the list begin with [[llm.models]]".to_owned());
    }
    let known = PARTS.iter().any(|(name, ..)| *name == part);
    if known || part.strip_prefix("headers.").is_some_and(|name| !name.is_empty()) {
        return None;
    }
    let names: Vec<String> =
        PARTS.iter().map(|(name, ..)| format!("{LIST}{number}.{name}")).collect();
    Some(nearest(key, names.iter().map(String::as_str), SHOWN_BY))
}

/// Whether [`unknown`] is to be asked about the key.
pub(super) fn is_ours(key: &str) -> bool {
    key.starts_with("llm.headers.") || key.strip_prefix(LIST).is_some_and(|rest| rest.contains('.'))
}

/// Each setting of each entry, whether said or not, and the headers.
pub(super) fn find(
    in_file: &BTreeMap<String, String>,
    path: &Path,
    env: &BTreeMap<String, String>,
    single: &[Found],
) -> Vec<Found> {
    let file = path.display().to_string();
    let numbers: BTreeSet<usize> = in_file.keys().filter_map(|key| number(key)).collect();
    let mut found = Vec::new();
    let headers = |prefix: &str, found: &mut Vec<Found>| {
        for (key, text) in in_file {
            let Some(name) = key.strip_prefix(prefix) else { continue };
            let secret = !PLAIN_HEADERS.contains(&name.to_ascii_lowercase().as_str());
            let (key, text, source) = (key.clone().into(), text.clone(), file.clone());
            found.push(Found { key, env: "", secret, text, source });
        }
    };
    headers("llm.headers.", &mut found);
    for number in numbers {
        let entry = format!("{LIST}{number}.");
        for (part, secret, otherwise) in PARTS {
            let key = format!("{entry}{part}");
            let (text, source) = if let Some(text) = in_file.get(&key) {
                (text.clone(), file.clone())
            } else if let Some(variable) =
                in_file.get(&format!("{entry}key_env")).filter(|_| *part == "key")
            {
                let text = env.get(variable).cloned().unwrap_or_default();
                let is_set = if text.is_empty() { ", which is not set" } else { "" };
                (text, format!("environment: {variable}{is_set}"))
            } else {
                match otherwise {
                    Otherwise::Text(text) => ((*text).to_owned(), "default".to_owned()),
                    Otherwise::As(other) => {
                        let text = single.iter().find(|found| found.key == *other);
                        let text = text.map(|found| found.text.clone()).unwrap_or_default();
                        (text, (*other).to_owned())
                    }
                }
            };
            found.push(Found { key: key.into(), env: "", secret: *secret, text, source });
        }
        headers(&format!("{entry}headers."), &mut found);
    }
    found
}

fn number(key: &str) -> Option<usize> {
    key.strip_prefix(LIST)?.split_once('.')?.0.parse().ok()
}

/// All models, the most preferred first; what is wrong with them is noted.
pub(super) fn read(reader: &mut Reader<'_>) -> Vec<Model> {
    let mut models: Vec<Model> = one(reader, "llm").into_iter().collect();
    let numbers: BTreeSet<usize> = reader.keys().filter_map(number).collect();
    if numbers.len() > MOST {
        let problem = format!("has {} entries; at most {MOST} are allowed", numbers.len());
        reader.wrong.insert("llm.models".to_owned(), vec![problem]);
        return models;
    }
    for number in numbers {
        let entry = format!("{LIST}{number}");
        if reader.text(&format!("{entry}.url")).is_empty() {
            let problem = "is missing; it must be the base of the model's API, such as http://127.0.0.1:11434/v1";
            reader.wrong.insert(format!("{entry}.url"), vec![problem.to_owned()]);
            continue;
        }
        let both = !reader.text(&format!("{entry}.key_env")).is_empty();
        if both && reader.is_from_file(&format!("{entry}.key")) {
            let problem = "is given beside key_env; one of the two says where the key is";
            reader.wrong.insert(format!("{entry}.key"), vec![problem.to_owned()]);
        }
        let Some(model) = one(reader, &entry) else { continue };
        let taken = models.iter().any(|other| other.name == model.name);
        if taken || model.name == BUILTIN {
            let whose = if taken { "two models" } else { "the answerer inside this program" };
            let problem =
                format!("would be {:?}, the name of {whose}; give it another", model.name);
            reader.wrong.insert(format!("{entry}.name"), vec![problem]);
        }
        models.push(model);
    }
    models
}

/// The model whose settings begin like this; none without a URL.
fn one(reader: &mut Reader<'_>, prefix: &str) -> Option<Model> {
    let key = |part: &str| format!("{prefix}.{part}");
    let api = match reader.one_of(&key("api"), &["openai", "anthropic"]).as_str() {
        "anthropic" => LlmApi::Anthropic,
        _ => LlmApi::OpenAi,
    };
    let url = reader.url(
        &key("url"),
        "the base of an OpenAI-compatible API, such as http://127.0.0.1:11434/v1",
    );
    let headers = headers(reader, &key("headers."));
    let first_token_timeout = reader.millis(&key("first_token_timeout_ms"));
    let token_timeout = reader.millis(&key("token_timeout_ms"));
    let max_tokens = reader.number_or_off(&key("max_tokens"), 1.0, 100_000.0);
    let temperature = reader.number_or_off(&key("temperature"), 0.0, 2.0);
    let (name, model) = (reader.text(&key("name")), reader.text(&key("model")));
    Some(Model {
        name: if name.is_empty() { model.clone() } else { name },
        api,
        url: url?,
        key: reader.secret(&key("key")),
        model,
        headers,
        first_token_timeout,
        token_timeout,
        max_tokens: max_tokens.map(|number| number as u32),
        temperature: temperature.map(|number| number as f32),
    })
}

fn headers(reader: &mut Reader<'_>, prefix: &str) -> Vec<(String, Secret)> {
    let keys: Vec<String> =
        reader.keys().filter(|key| key.starts_with(prefix)).map(str::to_owned).collect();
    let mut wrong = Fields::new();
    let mut headers = Vec::new();
    if keys.len() > HEADERS {
        let problem = format!("has {} entries; at most {HEADERS} are allowed", keys.len());
        wrong.insert(prefix.trim_end_matches('.').to_owned(), vec![problem]);
    }
    for key in keys.into_iter().take(HEADERS) {
        let name = key[prefix.len()..].to_owned();
        let token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
        let problem = if name.is_empty() || name.len() > 100 || !name.bytes().all(token) {
            Some("is no name of a header")
        } else if OWN_HEADERS.contains(&name.to_ascii_lowercase().as_str()) {
            Some("is set by the program itself")
        } else if !is_header_value(&reader.text(&key)) {
            Some("has a value that no header can have: 1 to 4096 visible ASCII characters")
        } else {
            None
        };
        match problem {
            Some(problem) => drop(wrong.insert(key, vec![problem.to_owned()])),
            None => headers.extend(reader.secret(&key).map(|value| (name, value))),
        }
    }
    reader.wrong.extend(wrong);
    headers
}

fn is_header_value(text: &str) -> bool {
    (1..=HEADER_CHARACTERS).contains(&text.len())
        && text.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic())
}

//! Settings, each from the first place that gives it: flag, environment, `frontdesk.toml`, default. One table names
//! them all; a name that is not in it and a value that does not fit are refused together, each with what would be right.

mod models;
mod names;
mod reader;

use std::{
    borrow::Cow,
    collections::BTreeMap,
    fmt,
    net::SocketAddr,
    path::{Path, PathBuf},
    time::Duration,
};

use ipnet::IpNet;
use url::Url;

use reader::Reader;

pub use models::{LlmApi, Model};
pub use names::nearest;

use crate::error::{Error, Fields, Result};

/// What lists them all.
const SHOWN_BY: &str = "frontdesk config show";

/// One setting: its name in the file (`llm.url` is `url` in the table `[llm]`), in the environment, and what it does.
pub struct Setting {
    pub key: &'static str,
    pub env: &'static str,
    pub default: &'static str,
    pub secret: bool,
}

const fn plain(key: &'static str, env: &'static str, default: &'static str) -> Setting {
    Setting { key, env, default, secret: false }
}

const fn secret(key: &'static str, env: &'static str) -> Setting {
    Setting { key, env, default: "", secret: true }
}

/// Every setting that there is. An empty value is "not set".
pub const SETTINGS: &[Setting] = &[
    plain("data", "FRONTDESK_DATA", "frontdesk-data"),
    plain("listen", "FRONTDESK_LISTEN", "127.0.0.1:8787"),
    plain("public_url", "FRONTDESK_PUBLIC_URL", ""),
    plain("trusted_proxies", "FRONTDESK_TRUSTED_PROXIES", ""),
    secret("token.secret", "WIDGET_JWT_SECRET"),
    secret("token.secret_previous", "WIDGET_JWT_SECRET_PREVIOUS"),
    plain("token.issuer", "FRONTDESK_TOKEN_ISSUER", "pitchbar"),
    plain("llm.api", "FRONTDESK_LLM_API", "openai"),
    plain("llm.url", "FRONTDESK_LLM_URL", ""),
    secret("llm.key", "FRONTDESK_LLM_KEY"),
    plain("llm.model", "FRONTDESK_LLM_MODEL", "default"),
    plain("llm.first_token_timeout_ms", "FRONTDESK_LLM_FIRST_TOKEN_TIMEOUT_MS", "10000"),
    plain("llm.token_timeout_ms", "FRONTDESK_LLM_TOKEN_TIMEOUT_MS", "15000"),
    plain("llm.max_tokens", "FRONTDESK_LLM_MAX_TOKENS", "600"),
    plain("llm.temperature", "FRONTDESK_LLM_TEMPERATURE", "0.2"),
    plain("embed.kind", "FRONTDESK_EMBED", "builtin"),
    plain("embed.url", "FRONTDESK_EMBED_URL", ""),
    secret("embed.key", "FRONTDESK_EMBED_KEY"),
    plain("embed.model", "FRONTDESK_EMBED_MODEL", "default"),
    plain("receipts.days", "FRONTDESK_RECEIPTS_DAYS", "30"),
    plain("rate_limits", "FRONTDESK_RATE_LIMITS", "default"),
    plain("limits.init", "FRONTDESK_LIMITS_INIT", ""),
    plain("limits.config", "FRONTDESK_LIMITS_CONFIG", ""),
    plain("limits.messages", "FRONTDESK_LIMITS_MESSAGES", ""),
    plain("limits.conversation", "FRONTDESK_LIMITS_CONVERSATION", ""),
    plain("limits.typing", "FRONTDESK_LIMITS_TYPING", ""),
    plain("limits.events", "FRONTDESK_LIMITS_EVENTS", ""),
    plain("limits.leads", "FRONTDESK_LIMITS_LEADS", ""),
    plain("log.level", "FRONTDESK_LOG_LEVEL", "info"),
    plain("log.format", "FRONTDESK_LOG_FORMAT", "text"),
];

/// Variables of our prefix that belong to scripts around the program, not to it.
const NOT_SETTINGS: &[&str] = &["FRONTDESK_CONFIG", "FRONTDESK_BIN"];
const SCRIPTS_PREFIX: &str = "FRONTDESK_TEST_";

/// Where the file lies when nobody says so.
const FILE: &str = "frontdesk.toml";

/// A value that never shows itself.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("********")
    }
}

/// The settings as values.
#[derive(Debug, Clone)]
pub struct Config {
    /// The folder of the database and of the key.
    pub data: PathBuf,
    pub listen: SocketAddr,
    /// Under which browsers reach this server, if not under the address they used.
    pub public_url: Option<Url>,
    /// Peers whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpNet>,
    pub token: Token,
    pub llm: Llm,
    pub embed: Embed,
    /// How long it is kept what each answer was made of; zero: not at all.
    pub receipts_kept: Duration,
    pub limits: Limits,
    pub log: Log,
}

/// How often visitors may do what: a preset by name, and values that replace its own.
#[derive(Debug, Clone)]
pub struct Limits {
    /// `default`, `glozr` or `diagent`.
    pub preset: String,
    /// Hits per minute; 0 is no limit.
    pub init: Option<u32>,
    pub config: Option<u32>,
    pub messages: Option<u32>,
    pub conversation: Option<u32>,
    pub typing: Option<u32>,
    pub events: Option<u32>,
    pub leads: Option<u32>,
}

#[derive(Debug, Clone)]
pub struct Token {
    /// Signs; none: one is made and kept in the data folder.
    pub secret: Option<Secret>,
    /// Verifies too.
    pub secret_previous: Option<Secret>,
    pub issuer: String,
}

/// Who speaks.
#[derive(Debug, Clone)]
pub struct Llm {
    /// In order of preference; without any the answers are taken from the pages' own sentences.
    pub models: Vec<Model>,
}

/// What tells how near two texts are in meaning.
#[derive(Debug, Clone)]
pub struct Embed {
    pub kind: EmbedKind,
    /// Of an endpoint: an OpenAI-compatible base, such as `http://127.0.0.1:11434/v1`.
    pub url: Option<Url>,
    pub key: Option<Secret>,
    pub model: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EmbedKind {
    /// The model inside this program, for English.
    Builtin,
    Endpoint,
    /// Words alone.
    Off,
}

#[derive(Debug, Clone)]
pub struct Log {
    /// `error`, `warn`, `info`, `debug`, `trace`, or directives such as `frontdesk=debug`.
    pub level: String,
    pub format: LogFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    Text,
    Json,
}

/// A setting's text and where it comes from.
pub struct Found {
    pub key: Cow<'static, str>,
    /// The variable that would set it; empty where there is none.
    pub env: &'static str,
    pub secret: bool,
    pub text: String,
    /// `flag`, `environment`, the file's path, or `default`.
    pub source: String,
}

impl Found {
    /// For people: a secret only says that it is there.
    pub fn shown(&self) -> &str {
        if self.secret && !self.text.is_empty() { "********" } else { &self.text }
    }
}

/// Finds each setting's text. `flags` holds those given on the command line, by key.
///
/// # Errors
/// A file that cannot be read or parsed; names that are no settings, each with the nearest one that is.
pub fn find(
    flags: &BTreeMap<&'static str, String>,
    env: &BTreeMap<String, String>,
    file: Option<&Path>,
) -> Result<Vec<Found>> {
    let mut unknown = Fields::new();
    for name in env.keys().filter(|name| name.starts_with("FRONTDESK_")) {
        let known = SETTINGS.iter().any(|setting| setting.env == name)
            || NOT_SETTINGS.contains(&name.as_str())
            || name.starts_with(SCRIPTS_PREFIX);
        if !known {
            unknown.insert(
                name.clone(),
                vec![nearest(name, SETTINGS.iter().map(|s| s.env), SHOWN_BY)],
            );
        }
    }
    let (path, in_file) = read_file(file, env)?;
    for key in in_file.keys() {
        if models::is_ours(key) {
            if let Some(problem) = models::unknown(key) {
                unknown.insert(format!("{key} in {}", path.display()), vec![problem]);
            }
        } else if !SETTINGS.iter().any(|setting| setting.key == key) {
            let problem = nearest(key, SETTINGS.iter().map(|s| s.key), SHOWN_BY);
            unknown.insert(format!("{key} in {}", path.display()), vec![problem]);
        }
    }
    if !unknown.is_empty() {
        return Err(Error::invalid_fields(unknown));
    }
    let mut found: Vec<Found> = SETTINGS
        .iter()
        .map(|setting| {
            let (text, source) = if let Some(text) = flags.get(setting.key) {
                (text.clone(), "flag".to_owned())
            } else if let Some(text) = env.get(setting.env).filter(|text| !text.is_empty()) {
                (text.clone(), "environment".to_owned())
            } else if let Some(text) = in_file.get(setting.key) {
                (text.clone(), path.display().to_string())
            } else {
                (setting.default.to_owned(), "default".to_owned())
            };
            let Setting { key, env, secret, .. } = *setting;
            Found { key: key.into(), env, secret, text, source }
        })
        .collect();
    let models = models::find(&in_file, &path, env, &found);
    found.extend(models);
    Ok(found)
}

/// Reads the texts as values.
///
/// # Errors
/// All values that do not fit, each with the setting's name, where it came from, and what would be right.
pub fn parse(found: &[Found]) -> Result<Config> {
    let mut reader = Reader::new(found);
    let config = Config {
        data: PathBuf::from(reader.text("data")),
        listen: reader
            .value("listen", "an address with a port, such as 127.0.0.1:8787")
            .unwrap_or_else(|| SocketAddr::from(([127, 0, 0, 1], 8787))),
        public_url: reader.url("public_url", "such as https://desk.example.com"),
        trusted_proxies: reader.networks("trusted_proxies"),
        token: Token {
            secret: reader.key("token.secret"),
            secret_previous: reader.key("token.secret_previous"),
            issuer: reader.text("token.issuer"),
        },
        llm: Llm { models: models::read(&mut reader) },
        embed: reader.embed(),
        receipts_kept: Duration::from_hours(
            24 * reader.number("receipts.days", 0.0, 3650.0) as u64,
        ),
        limits: Limits {
            preset: reader.one_of("rate_limits", &["default", "glozr", "diagent"]),
            init: reader.per_minute("limits.init"),
            config: reader.per_minute("limits.config"),
            messages: reader.per_minute("limits.messages"),
            conversation: reader.per_minute("limits.conversation"),
            typing: reader.per_minute("limits.typing"),
            events: reader.per_minute("limits.events"),
            leads: reader.per_minute("limits.leads"),
        },
        log: Log {
            level: reader.text("log.level"),
            format: match reader.one_of("log.format", &["text", "json"]).as_str() {
                "json" => LogFormat::Json,
                _ => LogFormat::Text,
            },
        },
    };
    if reader.wrong.is_empty() { Ok(config) } else { Err(Error::invalid_fields(reader.wrong)) }
}

fn read_file(
    file: Option<&Path>,
    env: &BTreeMap<String, String>,
) -> Result<(PathBuf, BTreeMap<String, String>)> {
    let named = file.map(Path::to_owned).or_else(|| env.get("FRONTDESK_CONFIG").map(PathBuf::from));
    let path = named.clone().unwrap_or_else(|| PathBuf::from(FILE));
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if named.is_none() && error.kind() == std::io::ErrorKind::NotFound => {
            return Ok((path, BTreeMap::new()));
        }
        Err(error) => {
            return Err(Error::invalid(
                path.display().to_string(),
                format!("cannot be read: {error}"),
            ));
        }
    };
    let table: toml::Table = text.parse().map_err(|error: toml::de::Error| {
        Error::invalid(path.display().to_string(), format!("is not TOML: {}", error.message()))
    })?;
    let mut values = BTreeMap::new();
    flatten("", &table, &mut values);
    Ok((path, values))
}

fn flatten(prefix: &str, table: &toml::Table, into: &mut BTreeMap<String, String>) {
    for (name, value) in table {
        let key = if prefix.is_empty() { name.clone() } else { format!("{prefix}.{name}") };
        match value {
            toml::Value::Table(table) => flatten(&key, table, into),
            toml::Value::String(text) => {
                into.insert(key, text.clone());
            }
            toml::Value::Array(items)
                if !items.is_empty() && items.iter().all(toml::Value::is_table) =>
            {
                for (number, table) in (1..).zip(items.iter().filter_map(toml::Value::as_table)) {
                    flatten(&format!("{key}.{number}"), table, into);
                }
            }
            toml::Value::Array(items) => {
                let texts: Vec<String> = items
                    .iter()
                    .map(|item| item.as_str().map_or_else(|| item.to_string(), str::to_owned))
                    .collect();
                into.insert(key, texts.join(","));
            }
            other => {
                into.insert(key, other.to_string());
            }
        }
    }
}

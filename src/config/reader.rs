//! Texts read as values, with all that does not fit collected, so that it is said at once.

use std::time::Duration;

use ipnet::IpNet;
use url::Url;

use super::{Embed, EmbedKind, Found, Secret};
use crate::error::Fields;

/// Collects what is wrong while it reads, so that all of it is said at once.
pub(super) struct Reader<'a> {
    found: &'a [Found],
    pub(super) wrong: Fields,
}

impl<'a> Reader<'a> {
    pub(super) fn new(found: &'a [Found]) -> Self {
        Self { found, wrong: Fields::new() }
    }

    pub(super) fn text(&self, key: &str) -> String {
        let found = self.found.iter().find(|found| found.key == key);
        found.map(|found| found.text.trim().to_owned()).unwrap_or_default()
    }

    pub(super) fn keys(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        self.found.iter().map(|found| found.key.as_ref())
    }

    pub(super) fn is_from_file(&self, key: &str) -> bool {
        let known = ["flag", "environment", "default"];
        self.found.iter().any(|found| {
            found.key == key
                && !known.contains(&found.source.as_str())
                && !found.source.starts_with("environment:")
        })
    }

    fn refuse(&mut self, key: &str, problem: String) {
        let found = self.found.iter().find(|found| found.key == key);
        let name = found.map_or_else(
            || key.to_owned(),
            |found| match found.source.as_str() {
                "environment" => found.env.to_owned(),
                "flag" => format!("--{}", key.replace(['.', '_'], "-")),
                file => format!("{key} in {file}"),
            },
        );
        self.wrong.insert(name, vec![problem]);
    }

    pub(super) fn value<T: std::str::FromStr>(&mut self, key: &str, right: &str) -> Option<T> {
        let text = self.text(key);
        let value = text.parse().ok();
        if value.is_none() {
            self.refuse(key, format!("is {text:?}; it must be {right}"));
        }
        value
    }

    pub(super) fn number(&mut self, key: &str, least: f64, most: f64) -> f64 {
        let right = format!("a number from {least} to {most}");
        match self.value::<f64>(key, &right) {
            Some(number) if (least..=most).contains(&number) => number,
            Some(number) => {
                self.refuse(key, format!("is {number}; it must be {right}"));
                least
            }
            None => least,
        }
    }

    /// None for `off`: who is asked decides.
    pub(super) fn number_or_off(&mut self, key: &str, least: f64, most: f64) -> Option<f64> {
        if self.text(key) == "off" {
            return None;
        }
        let right = format!("a number from {least} to {most}, or off");
        let number = self.value::<f64>(key, &right)?;
        if !(least..=most).contains(&number) {
            self.refuse(key, format!("is {number}; it must be {right}"));
        }
        Some(number)
    }

    pub(super) fn per_minute(&mut self, key: &str) -> Option<u32> {
        if self.text(key).is_empty() {
            return None;
        }
        self.value(key, "a whole number of hits per minute; 0 is no limit")
    }

    pub(super) fn millis(&mut self, key: &str) -> Duration {
        Duration::from_millis(self.number(key, 1.0, 600_000.0) as u64)
    }

    pub(super) fn one_of(&mut self, key: &str, choices: &[&str]) -> String {
        let text = self.text(key);
        if !choices.contains(&text.as_str()) {
            self.refuse(key, format!("is {text:?}; it must be one of {}", choices.join(", ")));
        }
        text
    }

    pub(super) fn embed(&mut self) -> Embed {
        let example = "the base of an OpenAI-compatible API, such as http://127.0.0.1:11434/v1";
        let (key, model) = (self.secret("embed.key"), self.text("embed.model"));
        // The URL alone says that an endpoint is meant.
        if self.text("embed.kind").starts_with("http") {
            let url = self.url("embed.kind", example);
            return Embed { kind: EmbedKind::Endpoint, url, key, model };
        }
        let kind = match self.one_of("embed.kind", &["builtin", "endpoint", "off"]).as_str() {
            "endpoint" => EmbedKind::Endpoint,
            "off" => EmbedKind::Off,
            _ => EmbedKind::Builtin,
        };
        let url = self.url("embed.url", example);
        if kind == EmbedKind::Endpoint && self.text("embed.url").is_empty() {
            self.refuse("embed.url", format!("is missing; an endpoint needs {example}"));
        }
        Embed { kind, url, key, model }
    }

    pub(super) fn url(&mut self, key: &str, example: &str) -> Option<Url> {
        let text = self.text(key);
        if text.is_empty() {
            return None;
        }
        let url = Url::parse(&text).ok().filter(|url| {
            matches!(url.scheme(), "http" | "https")
                && url.host().is_some()
                && url.username().is_empty()
        });
        if url.is_none() {
            self.refuse(key, format!("is {text:?}; it must be an http or https URL: {example}"));
        }
        url
    }

    pub(super) fn secret(&self, key: &str) -> Option<Secret> {
        Some(self.text(key)).filter(|text| !text.is_empty()).map(Secret)
    }

    /// A key for HS256: RFC 7518, section 3.2, asks for as many bits as the hash has.
    pub(super) fn key(&mut self, key: &str) -> Option<Secret> {
        let secret = self.secret(key)?;
        if secret.0.len() < 32 {
            let problem = format!("has {} bytes; it must have at least 32", secret.0.len());
            self.refuse(key, problem);
        }
        Some(secret)
    }

    pub(super) fn networks(&mut self, key: &str) -> Vec<IpNet> {
        let text = self.text(key);
        let entries = text.split(',').map(str::trim).filter(|entry| !entry.is_empty());
        let mut networks = Vec::new();
        for entry in entries {
            let network = entry
                .parse::<IpNet>()
                .or_else(|_| entry.parse::<std::net::IpAddr>().map(IpNet::from));
            if let Ok(network) = network {
                networks.push(network);
            } else {
                self.refuse(
                    key,
                    format!("has {entry:?}; each entry must be an address or a network, such as 10.0.0.0/8"),
                );
            }
        }
        networks
    }
}

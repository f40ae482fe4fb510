//! Settings on the command line, and `frontdesk config show`.

use std::{collections::BTreeMap, path::PathBuf};

use clap::{Args, Subcommand};
use serde::Serialize;

use super::output;
use crate::{
    config::{self, Found},
    error::{Error, Result},
};

/// Where `demo` keeps its data, so that it never mixes with a real desk's.
const DEMO_DATA: &str = "frontdesk-demo";

/// Each may also be set in the environment or the file; `frontdesk config show` names them all. Secrets are not
/// among them: other users of the machine can read a command line.
#[derive(Args)]
pub struct Flags {
    /// The settings' file [default: frontdesk.toml, if there is one]
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// The data folder [default: frontdesk-data]
    #[arg(long, global = true, value_name = "FOLDER")]
    data: Option<String>,
    /// Where to listen [default: 127.0.0.1:8787]
    #[arg(long, global = true, value_name = "ADDRESS:PORT")]
    listen: Option<String>,
    /// Under which URL browsers reach this server
    #[arg(long, global = true, value_name = "URL")]
    public_url: Option<String>,
    /// Networks of proxies whose X-Forwarded-For is believed, with commas
    #[arg(long, global = true, value_name = "NETWORKS")]
    trusted_proxies: Option<String>,
    /// Base URL of an OpenAI-compatible model server
    #[arg(long, global = true, value_name = "URL")]
    llm_url: Option<String>,
    /// Name of the model
    #[arg(long, global = true, value_name = "NAME")]
    llm_model: Option<String>,
    /// error, warn, info, debug or trace [default: info]
    #[arg(long, global = true, value_name = "LEVEL")]
    log_level: Option<String>,
    /// text or json [default: text]
    #[arg(long, global = true, value_name = "FORMAT")]
    log_format: Option<String>,
}

#[derive(Subcommand)]
pub enum Command {
    /// Each setting's value and where it comes from.
    Show {
        /// One JSON value on standard output
        #[arg(long)]
        json: bool,
    },
}

impl Flags {
    /// # Errors
    /// Unknown settings, and a file that cannot be read.
    pub fn find(&self, demo: bool) -> Result<Vec<Found>> {
        let given = [
            ("data", &self.data),
            ("listen", &self.listen),
            ("public_url", &self.public_url),
            ("trusted_proxies", &self.trusted_proxies),
            ("llm.url", &self.llm_url),
            ("llm.model", &self.llm_model),
            ("log.level", &self.log_level),
            ("log.format", &self.log_format),
        ];
        let flags: BTreeMap<&'static str, String> =
            given.into_iter().filter_map(|(key, text)| Some((key, text.clone()?))).collect();
        let env = environment()?;
        let mut found = config::find(&flags, &env, self.config.as_deref())?;
        if demo {
            for setting in found.iter_mut().filter(|found| found.source == "default") {
                match setting.key.as_ref() {
                    "data" => setting.text = DEMO_DATA.into(),
                    "log.level" => setting.text = "warn".into(),
                    _ => {}
                }
            }
        }
        Ok(found)
    }
}

/// # Errors
/// A setting of ours that is no text; what belongs to others is passed over.
fn environment() -> Result<BTreeMap<String, String>> {
    let mut texts = BTreeMap::new();
    for (name, value) in std::env::vars_os() {
        let Ok(name) = name.into_string() else { continue };
        let is_ours = name.starts_with("FRONTDESK_") || name.starts_with("WIDGET_JWT_");
        match value.into_string() {
            Ok(value) => drop(texts.insert(name, value)),
            Err(_) if is_ours => {
                return Err(Error::invalid(name, "must be text in UTF-8, and has other bytes"));
            }
            Err(_) => {}
        }
    }
    Ok(texts)
}

#[derive(Serialize)]
struct Shown<'a> {
    key: &'a str,
    value: &'a str,
    source: &'a str,
}

/// # Errors
/// Values that do not fit.
pub fn show(found: &[Found], json: bool) -> Result<()> {
    config::parse(found)?;
    let shown: Vec<Shown<'_>> = found
        .iter()
        .map(|found| Shown { key: &found.key, value: found.shown(), source: &found.source })
        .collect();
    if json {
        return output::json(&shown);
    }
    let mut rows = vec![["KEY", "VALUE", "SOURCE", "ENVIRONMENT"].map(str::to_owned).to_vec()];
    rows.extend(shown.iter().zip(found).map(|(shown, found)| {
        [shown.key, shown.value, shown.source, found.env].map(str::to_owned).to_vec()
    }));
    output::table(&rows);
    Ok(())
}

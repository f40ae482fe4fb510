//! Agents as their owner sees them: made, changed by the names of their settings, published; and as visitors reach
//! them, from a cache that trusts itself for a tenth of a second.

mod answers;

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use moka::sync::Cache;
use serde_json::Value;

use super::{curated, handover, workspaces};
use crate::{
    access::origin,
    clock::Moment,
    error::{Error, Fields, Result},
    id::AgentId,
    store::{
        Connection, Store,
        agents::{self as rows, Agent, Profile},
        refusals::{self, Refused},
    },
};

/// How long a cached agent is used before its revision is looked at: a change by the command line is seen by a
/// running server within this time, and a busy server looks ten times a second and not for each request.
const TRUST: Duration = Duration::from_millis(100);
/// Agents kept ready.
const CACHED: u64 = 1000;
const NAME_CHARACTERS: usize = 100;

/// Agents by id; cheap to clone.
#[derive(Clone)]
pub struct Agents {
    store: Store,
    cache: Cache<AgentId, Cached>,
}

#[derive(Clone)]
struct Cached {
    agent: Arc<Agent>,
    checked_at: Instant,
}

impl Agents {
    pub fn new(store: Store) -> Self {
        Self { store, cache: Cache::new(CACHED) }
    }

    /// The agent that visitors may talk to.
    ///
    /// # Errors
    /// `agent_not_found` when there is none with this id, or it is not published.
    pub fn published(&self, id: AgentId) -> Result<Arc<Agent>> {
        self.get(id)?.filter(|agent| agent.published).ok_or_else(not_found)
    }

    fn get(&self, id: AgentId) -> Result<Option<Arc<Agent>>> {
        let cached = self.cache.get(&id);
        if let Some(cached) = cached.as_ref().filter(|cached| cached.checked_at.elapsed() < TRUST) {
            return Ok(Some(cached.agent.clone()));
        }
        let revision = self.store.peek(|db| rows::revision(db, id))?;
        let agent = match cached {
            Some(cached) if revision == Some(cached.agent.revision) => Some(cached.agent),
            _ => self.store.peek(|db| found(db, id))?.map(Arc::new),
        };
        match &agent {
            Some(agent) => {
                let entry = Cached { agent: agent.clone(), checked_at: Instant::now() };
                self.cache.insert(id, entry);
            }
            None => self.cache.invalidate(&id),
        }
        Ok(agent)
    }
}

/// The agent as its visitors' pages see it.
fn found(db: &Connection, id: AgentId) -> Result<Option<Agent>> {
    let mut found = rows::find(db, id)?;
    if let Some(agent) = &mut found {
        curated::fill_rules(db, agent)?;
    }
    Ok(found)
}

/// Makes an agent with the default profile.
///
/// # Errors
/// Names everything that is wrong with the name and the origins.
pub async fn create(
    store: &Store,
    name: &str,
    origins: &[String],
    published: bool,
    now: Moment,
) -> Result<Agent> {
    let workspace_id = workspaces::ensured(store, now).await?.id;
    let profile = Profile {
        allowed_origins: origins.to_vec(),
        language_default: "en".into(),
        persona: rows::Persona { name: String::new(), tone: "friendly".into() },
        ..Profile::default()
    };
    let mut agent = Agent {
        id: AgentId::generate(),
        workspace_id,
        name: name.trim().to_owned(),
        published,
        profile,
        revision: 1,
        has_quotas: false,
    };
    check(&mut agent)?;
    let made = agent.clone();
    store.write(move |tx| rows::insert(tx, &made, now)).await?;
    Ok(agent)
}

/// All agents, in the order in which they were made.
pub async fn list(store: &Store) -> Result<Vec<Agent>> {
    let workspace_id = workspaces::ensured(store, Moment::now()).await?.id;
    store.read(move |db| rows::list(db, workspace_id)).await
}

/// The agent with this id, or the only one with this name.
///
/// # Errors
/// `agent_not_found`; `agent_ambiguous` when several have the name.
pub async fn named(store: &Store, wanted: &str) -> Result<Agent> {
    let agents = list(store).await?;
    let id = wanted.parse::<AgentId>().ok();
    let mut matching =
        agents.into_iter().filter(|agent| Some(agent.id) == id || agent.name == wanted);
    match (matching.next(), matching.next()) {
        (Some(agent), None) => Ok(agent),
        (Some(_), Some(_)) => Err(Error::conflict(
            "agent_ambiguous",
            format!(
                "Several agents are named {wanted:?}; use the id that `frontdesk agent list` shows"
            ),
        )),
        _ => Err(Error::not_found(
            "agent_not_found",
            format!("There is no agent {wanted:?}; `frontdesk agent list` shows those there are"),
        )),
    }
}

/// Changes settings by their names (`theme.primary`, `allowed_origins`); all of them, or none if one is wrong. `models`
/// are the names of those that the configuration knows.
///
/// # Errors
/// Names every setting that is unknown and every value that does not fit.
pub async fn set(
    store: &Store,
    wanted: &str,
    changes: &[(String, String)],
    models: &[&str],
    now: Moment,
) -> Result<Agent> {
    let mut agent = named(store, wanted).await?;
    let mut profile = serde_json::to_value(&agent.profile)?;
    let mut wrong = Fields::new();
    let shown_by = format!("frontdesk agent show {}", agent.id);
    for (key, text) in changes {
        let changed = match key.as_str() {
            "name" => {
                text.trim().clone_into(&mut agent.name);
                Ok(())
            }
            _ => change(&mut profile, key, text, &shown_by),
        };
        if let Err(problem) = changed {
            wrong.insert(key.clone(), vec![problem]);
        }
    }
    if !wrong.is_empty() {
        return Err(Error::invalid_fields(wrong));
    }
    agent.profile = serde_json::from_value(profile)
        .map_err(|error| Error::invalid("profile", error.to_string()))?;
    check(&mut agent)?;
    if changes.iter().any(|(key, _)| key == "answers.models") {
        answers::check_models(&agent.profile.answers, models)?;
    }
    save(store, agent, now).await
}

/// Lets the agent appear on further websites, beside those where it may already.
///
/// # Errors
/// Names every entry that is no origin.
pub async fn allow(store: &Store, wanted: &str, origins: &[String], now: Moment) -> Result<Agent> {
    let mut agent = named(store, wanted).await?;
    let before = agent.profile.allowed_origins.clone();
    for origin in origins {
        let entry = origin::normalise(origin)
            .map_err(|problem| Error::invalid("allowed_origins", problem))?;
        if !agent.profile.allowed_origins.contains(&entry) {
            agent.profile.allowed_origins.push(entry);
        }
    }
    if agent.profile.allowed_origins == before { Ok(agent) } else { save(store, agent, now).await }
}

/// What its owner types to let the agent appear where it was refused, harmless in a shell; none for an origin that
/// cannot be allowed.
pub fn allow_command(agent: AgentId, origin: &str) -> Option<String> {
    let can_be_allowed = origin != origin::ANY && origin::normalise(origin).is_ok();
    can_be_allowed.then(|| format!("frontdesk agent allow {agent} '{origin}'"))
}

/// The origins that were refused, the latest first.
pub async fn refused(store: &Store, agent: &Agent) -> Result<Vec<Refused>> {
    let id = agent.id;
    store.read(move |db| refusals::list(db, id)).await
}

/// Lets visitors talk to the agent, or no longer.
pub async fn publish(store: &Store, wanted: &str, published: bool, now: Moment) -> Result<Agent> {
    let mut agent = named(store, wanted).await?;
    agent.published = published;
    save(store, agent, now).await
}

async fn save(store: &Store, mut agent: Agent, now: Moment) -> Result<Agent> {
    let changed = agent.clone();
    if store.write(move |tx| rows::update(tx, &changed, now)).await? {
        agent.revision += 1;
        Ok(agent)
    } else {
        Err(Error::conflict(
            "agent_changed",
            "The agent was changed by somebody else at the same moment; nothing was changed. Try again.",
        ))
    }
}

/// Replaces one setting. Text stays text; a list of texts may be written with commas; all else is JSON. `shown_by` is the
/// command that lists the settings.
fn change(profile: &mut Value, key: &str, text: &str, shown_by: &str) -> Result<(), String> {
    let names = known(profile, "");
    let pointer = format!("/{}", key.replace('.', "/"));
    let text_map = key.starts_with("strings.");
    if text_map {
        profile["strings"][&key["strings.".len()..]] = Value::from(text);
        return Ok(());
    }
    let Some(place) = profile.pointer_mut(&pointer).filter(|_| !key.is_empty()) else {
        let names = names.iter().map(String::as_str).chain(["name"]);
        return Err(crate::config::nearest(key, names, shown_by));
    };
    let value = match &*place {
        Value::String(_) => Value::from(text),
        // A setting that may be missing is a text when it is not JSON.
        Value::Null => serde_json::from_str(text).unwrap_or_else(|_| Value::from(text)),
        Value::Array(_) if !text.trim_start().starts_with('[') => text
            .split(',')
            .map(str::trim)
            .filter(|item| !item.is_empty())
            .map(Value::from)
            .collect(),
        other => serde_json::from_str(text)
            .map_err(|_| format!("is {text:?}; it must be JSON, such as {other}"))?,
    };
    *place = value;
    serde_json::from_value::<Profile>(profile.clone())
        .map(drop)
        .map_err(|error| format!("is {text:?}: {error}"))
}

fn known(value: &Value, prefix: &str) -> Vec<String> {
    let Value::Object(fields) = value else { return vec![prefix.to_owned()] };
    fields
        .iter()
        .flat_map(|(name, value)| {
            let key = if prefix.is_empty() { name.clone() } else { format!("{prefix}.{name}") };
            known(value, &key)
        })
        .collect()
}

/// Normalises what is normalised, and names all that is wrong.
fn check(agent: &mut Agent) -> Result<()> {
    let mut wrong = Fields::new();
    let mut refuse = |field: &str, problem: String| {
        wrong.entry(field.to_owned()).or_default().push(problem);
    };
    if agent.name.is_empty() || agent.name.chars().count() > NAME_CHARACTERS {
        refuse("name", format!("must have 1 to {NAME_CHARACTERS} characters"));
    }
    let profile = &mut agent.profile;
    for entry in &mut profile.allowed_origins {
        match origin::normalise(entry) {
            Ok(origin) => *entry = origin,
            Err(problem) => refuse("allowed_origins", problem),
        }
    }
    profile.allowed_origins.dedup();
    for (field, color) in
        [("theme.primary", &mut profile.theme.primary), ("theme.accent", &mut profile.theme.accent)]
    {
        match six_digits(color) {
            Some(full) => *color = full,
            None => refuse(field, format!("is {color:?}; it must be a colour such as #111827")),
        }
    }
    for (field, text, choices) in [
        ("theme.position", &profile.theme.position, &["bottom-right", "bottom-left"][..]),
        ("theme.scheme", &profile.theme.scheme, &["auto", "light", "dark"]),
        (
            "branding.display_mode",
            &profile.branding.display_mode,
            &["label", "logo_only", "logo_and_label"],
        ),
    ] {
        if !choices.contains(&text.as_str()) {
            refuse(field, format!("is {text:?}; it must be one of {}", choices.join(", ")));
        }
    }
    for (field, url) in [
        ("theme.launcher_icon_url", profile.theme.launcher_icon_url.as_deref()),
        ("branding.logo_url", profile.branding.logo_url.as_deref()),
        ("branding.url", Some(profile.branding.url.as_str()).filter(|url| !url.is_empty())),
    ] {
        let web = |url: &str| url.starts_with("https://") || url.starts_with("http://");
        if let Some(url) = url.filter(|url| !web(url)) {
            refuse(field, format!("is {url:?}; it must be an http or https URL"));
        }
    }
    if !(0.0..=1.0).contains(&profile.answers.confidence_threshold) {
        refuse("answers.confidence_threshold", "must be from 0 to 1".into());
    }
    for (field, problem) in handover::hours::problems(&profile.handover) {
        refuse(field, problem);
    }
    for (field, problem) in answers::bound(&mut profile.answers) {
        refuse(field, problem);
    }
    if wrong.is_empty() { Ok(()) } else { Err(Error::invalid_fields(wrong)) }
}

/// A colour of three or six digits, as the six that every reader of it knows.
fn six_digits(colour: &str) -> Option<String> {
    let digits = colour.strip_prefix('#')?;
    let full = match digits.len() {
        3 => digits.chars().flat_map(|digit| [digit, digit]).collect(),
        6 => digits.to_owned(),
        _ => return None,
    };
    full.bytes().all(|byte| byte.is_ascii_hexdigit()).then(|| format!("#{full}"))
}

fn not_found() -> Error {
    Error::not_found(
        "agent_not_found",
        "There is no published agent with this id. Check the data-agent-id of the script tag, and publish the agent.",
    )
}

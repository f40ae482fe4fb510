//! An owner's curated answers: written, listed, changed, taken away, imported. What is stored was checked, and an agent
//! has a bounded number of them.

use url::Url;

use super::{matcher, primary};
use crate::{
    clock::Moment,
    desk::workspaces,
    error::{Error, Fields, Result},
    id::{AgentId, CuratedId},
    store::{
        Store, Tx,
        agents::Agent,
        curated::{self as rows, Content, CuratedAnswer, Pattern},
    },
};

/// Regular expressions of one agent.
const REGEXES: u32 = 100;
/// Patterns of one answer.
pub const PATTERNS: usize = 20;
const ANSWER_CHARACTERS: usize = 4000;
const LINK_CHARACTERS: usize = 2048;
const TITLE_CHARACTERS: usize = 200;

/// Writes down a new one.
///
/// # Errors
/// Names everything that is wrong with it; `too_many_curated_answers`.
pub async fn add(
    store: &Store,
    agent: &Agent,
    content: Content,
    now: Moment,
) -> Result<CuratedAnswer> {
    let content = checked(content)?;
    let (workspace_id, agent_id) = (agent.workspace_id, agent.id);
    let made = CuratedAnswer {
        id: CuratedId::generate(),
        workspace_id,
        agent_id,
        content,
        updated_at: now,
    };
    let stored = made.clone();
    store
        .write(move |tx| {
            rows::insert(tx, &stored, now)?;
            within_bounds(tx, agent_id)
        })
        .await?;
    Ok(made)
}

/// The agent's, in the order in which they are tried; also those that are off.
pub async fn list(store: &Store, agent: AgentId) -> Result<Vec<CuratedAnswer>> {
    store.read(move |db| rows::list(db, agent)).await
}

/// # Errors
/// `curated_not_found`.
pub async fn find(store: &Store, wanted: &str) -> Result<CuratedAnswer> {
    let workspace_id = workspaces::ensured(store, Moment::now()).await?.id;
    let found = match wanted.parse::<CuratedId>() {
        Ok(id) => store.read(move |db| rows::find(db, workspace_id, id)).await?,
        Err(_) => None,
    };
    found.ok_or_else(|| {
        Error::not_found(
            "curated_not_found",
            format!("There is no curated answer {wanted:?}; `frontdesk curated list` shows those there are"),
        )
    })
}

/// Changes one.
///
/// # Errors
/// `curated_not_found`, and as [`add`].
pub async fn change(
    store: &Store,
    wanted: &str,
    change: impl FnOnce(&mut Content),
    now: Moment,
) -> Result<CuratedAnswer> {
    let mut curated = find(store, wanted).await?;
    change(&mut curated.content);
    curated.content = checked(curated.content)?;
    curated.updated_at = now;
    let changed = curated.clone();
    store
        .write(move |tx| {
            rows::update(tx, &changed, now)?;
            within_bounds(tx, changed.agent_id)
        })
        .await?;
    Ok(curated)
}

/// # Errors
/// `curated_not_found`.
pub async fn remove(store: &Store, wanted: &str) -> Result<CuratedAnswer> {
    let curated = find(store, wanted).await?;
    let (agent, id) = (curated.agent_id, curated.id);
    store.write(move |tx| rows::delete(tx, agent, id)).await?;
    Ok(curated)
}

/// What an import did.
#[derive(Debug, Default)]
pub struct Imported {
    pub added: usize,
    pub changed: usize,
    pub removed: usize,
    /// Those that were there, word for word.
    pub unchanged: usize,
}

/// Takes over a list: an entry with the id of one of the agent's answers changes it, others are added, but for those that
/// are there word for word. All of it, or nothing if anything is wrong.
///
/// # Errors
/// As [`add`], naming the entries.
pub async fn import(
    store: &Store,
    agent: &Agent,
    entries: Vec<(Option<CuratedId>, Content)>,
    replace: bool,
    now: Moment,
) -> Result<Imported> {
    if entries.len() > rows::MOST as usize {
        return Err(too_many(&format!("{} curated answers are too many", entries.len())));
    }
    let mut wrong = Fields::new();
    let mut answers = Vec::new();
    for (at, (id, content)) in entries.into_iter().enumerate() {
        match checked(content) {
            Ok(content) => answers.push((id, content)),
            Err(error) => wrong.extend(
                error
                    .fields()
                    .iter()
                    .map(|(field, said)| (format!("[{at}].{field}"), said.clone())),
            ),
        }
    }
    if !wrong.is_empty() {
        return Err(Error::invalid_fields(wrong));
    }
    let (workspace_id, agent_id) = (agent.workspace_id, agent.id);
    store
        .write(move |tx| {
            let mut done = Imported::default();
            let mut there = rows::list(tx, agent_id)?;
            if replace {
                // What the list has keeps its id: behaviour rules name it.
                let is_listed = |known: &CuratedAnswer| {
                    answers
                        .iter()
                        .any(|(id, content)| *id == Some(known.id) || *content == known.content)
                };
                for gone in there.extract_if(.., |known| !is_listed(known)) {
                    done.removed += usize::from(rows::delete(tx, agent_id, gone.id)?);
                }
            }
            // What this list changes does not stay as it is.
            there.retain(|known| !answers.iter().any(|(id, _)| *id == Some(known.id)));
            let there: Vec<Content> = there.into_iter().map(|known| known.content).collect();
            // One after the other, as equals are tried in the order of their ids.
            let mut next = CuratedId::generate();
            for (id, content) in answers {
                let known = match id {
                    Some(id) => {
                        rows::find(tx, workspace_id, id)?.filter(|it| it.agent_id == agent_id)
                    }
                    None => None,
                };
                // Who takes the same list over again wants no second one, nor one more of another agent's.
                let is_there = known
                    .as_ref()
                    .map_or_else(|| there.contains(&content), |known| known.content == content);
                if is_there {
                    done.unchanged += 1;
                    continue;
                }
                let id = known.as_ref().map_or(next, |known| known.id);
                next = next.next();
                let curated =
                    CuratedAnswer { id, workspace_id, agent_id, content, updated_at: now };
                if known.is_some() {
                    rows::update(tx, &curated, now)?;
                    done.changed += 1;
                } else {
                    rows::insert(tx, &curated, now)?;
                    done.added += 1;
                }
            }
            within_bounds(tx, agent_id)?;
            Ok(done)
        })
        .await
}

fn within_bounds(tx: &Tx<'_>, agent: AgentId) -> Result<()> {
    let count = rows::count(tx, agent)?;
    if count.answers > rows::MOST {
        return Err(too_many("This would be one curated answer too many"));
    }
    if count.regexes > REGEXES {
        return Err(Error::conflict(
            "too_many_curated_answers",
            format!(
                "An agent may have at most {REGEXES} regular expressions; use words or phrases, or join some with |"
            ),
        ));
    }
    Ok(())
}

fn too_many(what: &str) -> Error {
    Error::conflict(
        "too_many_curated_answers",
        format!("{what}: an agent may have at most {}. Nothing was changed", rows::MOST),
    )
}

/// Normalises what is normalised, and names all that is wrong.
fn checked(mut content: Content) -> Result<Content> {
    let mut wrong = Fields::new();
    let mut refuse = |field: &str, problem: String| {
        wrong.entry(field.to_owned()).or_default().push(problem);
    };
    let answer = content.answer.replace('\0', "");
    answer.trim().clone_into(&mut content.answer);
    if !(1..=ANSWER_CHARACTERS).contains(&content.answer.chars().count()) {
        refuse("answer", format!("must have 1 to {ANSWER_CHARACTERS} characters"));
    }
    if !(1..=PATTERNS).contains(&content.patterns.len()) {
        refuse("patterns", format!("must be 1 to {PATTERNS}: words, phrase, exact or regex"));
    }
    for pattern in &content.patterns {
        if let Err(problem) = matcher::check(pattern) {
            refuse(kind(pattern), problem);
        }
    }
    if let Some(link) = &mut content.link {
        let web = Url::parse(&link.url).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
        if web.is_none() || link.url.len() > LINK_CHARACTERS {
            refuse("link", format!("is {:?}; it must be an http or https URL", link.url));
        }
        link.title = link.title.trim().to_owned();
        if link.title.chars().count() > TITLE_CHARACTERS {
            refuse("link_title", format!("must have at most {TITLE_CHARACTERS} characters"));
        }
    }
    if let Some(page) = &content.page {
        let is_place =
            page.starts_with('/') || page.starts_with("http://") || page.starts_with("https://");
        if !is_place || page.len() > LINK_CHARACTERS {
            refuse(
                "page",
                format!(
                    "is {page:?}; it must be the beginning of a path (/pricing) or of an address (https://…)"
                ),
            );
        }
    }
    if let Some(language) = &mut content.language {
        match primary(language) {
            Some(code) => *language = code,
            None => {
                refuse("language", format!("is {language:?}; it must be a language such as de"));
            }
        }
    }
    if wrong.is_empty() { Ok(content) } else { Err(Error::invalid_fields(wrong)) }
}

/// What a pattern is called, in JSON and as an option.
pub fn kind(pattern: &Pattern) -> &'static str {
    match pattern {
        Pattern::Words(_) => "words",
        Pattern::Phrase(_) => "phrase",
        Pattern::Exact(_) => "exact",
        Pattern::Regex(_) => "regex",
    }
}

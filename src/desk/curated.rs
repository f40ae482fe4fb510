//! Curated answers: what an owner wrote for certain questions, given at once and word for word, before anything is
//! searched and without a model. Compiled once for each revision of an agent: `matcher` tells which one fits, and
//! `collection` is what their owner does with them.

mod citing;
mod collection;
mod matcher;

use std::sync::Arc;

use moka::sync::Cache;

use super::{
    reply::{Question, Spoken},
    visitor::Visitor,
};
use crate::{
    error::Result,
    id::{AgentId, CuratedId},
    knowledge::wording::Reader,
    store::{
        Connection, Store,
        agents::{self, Agent},
        curated::{self as rows, Content, CuratedAnswer},
        messages::Citation,
        pages, visitors,
    },
};
use matcher::Compiled;

pub use collection::{PATTERNS, add, change, find, import, kind, list, remove};
pub use matcher::{Asked, Fitting};

/// The speaker of an answer that was given word for word.
pub const NAME: &str = "curated";

/// Of memory, for the answers of all agents together.
const CACHED_BYTES: u64 = 64 * 1024 * 1024;

/// Citations that were made before.
const CITED: u64 = 1000;

/// An answer that is given, with what it cites.
pub struct Given {
    pub id: CuratedId,
    pub answer: String,
    pub citations: Vec<Citation>,
}

/// The curated answers of all agents, ready to be matched; cheap to clone.
#[derive(Clone)]
pub struct Curated {
    store: Store,
    cache: Cache<AgentId, Arc<Compiled>>,
    /// By the revision of the agent and the version of its index.
    cited: Cache<(CuratedId, i64, i64), Vec<Citation>>,
}

impl Curated {
    pub fn new(store: Store) -> Self {
        let bytes = |_: &AgentId, compiled: &Arc<Compiled>| {
            u32::try_from(compiled.bytes + 400).unwrap_or(u32::MAX)
        };
        Self {
            store,
            cache: Cache::builder().weigher(bytes).max_capacity(CACHED_BYTES).build(),
            cited: Cache::new(CITED),
        }
    }

    /// The answer that a visitor gets to this question, if one fits.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn answer(&self, visitor: &Visitor, question: &Question) -> Result<Option<Given>> {
        let agent = &visitor.agent;
        let compiled = self.compiled(agent).await?;
        if compiled.is_empty() {
            return Ok(None);
        }
        let locale = if compiled.asks_for_language() {
            self.store.peek(|db| visitors::locale(db, visitor.conversation.visitor_id))?
        } else {
            None
        };
        let fitting = compiled.first(&Asked {
            question: &question.message,
            page_url: &question.page_url,
            locale,
            default_language: &agent.profile.language_default,
        });
        match fitting {
            Some(fitting) => self.given(agent, &compiled, fitting).await.map(Some),
            None => Ok(None),
        }
    }

    /// The answer to a question that is asked on no page and by nobody in particular.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn answer_anywhere(&self, agent: &Agent, question: &str) -> Result<Option<Given>> {
        let compiled = self.compiled(agent).await?;
        let fitting = compiled.first(&Asked {
            question,
            page_url: "",
            locale: None,
            default_language: &agent.profile.language_default,
        });
        match fitting {
            Some(fitting) => self.given(agent, &compiled, fitting).await.map(Some),
            None => Ok(None),
        }
    }

    async fn given(&self, agent: &Agent, compiled: &Compiled, fitting: Fitting) -> Result<Given> {
        let Fitting { id, answer, link } = fitting;
        let key = (id, compiled.revision, compiled.index_version());
        if let Some(citations) = self.cited.get(&key) {
            return Ok(Given { id, answer, citations });
        }
        let agent = agent.id;
        let text = answer.clone();
        let cite = move |db: &Connection| citing::citations(db, agent, &text, link.as_ref());
        let citations = self.store.read(cite).await?;
        self.cited.insert(key, citations.clone());
        Ok(Given { id, answer, citations })
    }

    /// All answers that fit, the one that is given first.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn fitting(&self, agent: &Agent, asked: &Asked<'_>) -> Result<Vec<Fitting>> {
        Ok(self.compiled(agent).await?.fitting(asked).collect())
    }

    /// Whether one of these answers fits, whatever others there are.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn would_fit(
        &self,
        agent: &Agent,
        answers: &[CuratedAnswer],
        asked: &Asked<'_>,
    ) -> Result<bool> {
        let languages = self.compiled(agent).await?.languages.clone();
        Ok(Compiled::new((0, 0), languages, answers).first(asked).is_some())
    }

    /// Reads questions as patterns without a language of their own are read.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn reader(&self, agent: &Agent) -> Result<Reader> {
        Ok(Reader::new(&self.compiled(agent).await?.languages))
    }

    async fn compiled(&self, agent: &Agent) -> Result<Arc<Compiled>> {
        let (id, revision) = (agent.id, agent.revision);
        let known = self.cache.get(&id).filter(|known| known.revision == revision);
        let version = match &known {
            Some(known) if known.is_empty() => return Ok(Arc::clone(known)),
            _ => self.store.peek(|db| agents::index_version(db, id))?,
        };
        if let Some(known) = known.as_ref().filter(|known| known.index_version() == version) {
            return Ok(Arc::clone(known));
        }
        let default_language = agent.profile.language_default.clone();
        let compile = move |db: &Connection| {
            let mut languages = pages::languages(db, id)?;
            languages.extend(primary(&default_language).filter(|code| !languages.contains(code)));
            if let Some(known) = known.filter(|known| known.languages == languages) {
                known.holds_at(version);
                return Ok(known);
            }
            let answers = rows::list(db, id)?;
            Ok(Arc::new(Compiled::new((revision, version), languages, &answers)))
        };
        let compiled = self.store.read(compile).await?;
        self.cache.insert(id, Arc::clone(&compiled));
        Ok(compiled)
    }
}

impl Spoken {
    /// Said by the owner, word for word.
    pub(super) fn given(given: &Given, mut say: impl FnMut(&str)) -> Self {
        say(&given.answer);
        Self { model: NAME.into(), citations: given.citations.clone(), ..Self::default() }
    }
}

/// Puts answers in the place of their ids in an agent's rules (`{"kind": "answer", "curated": ID}`), for the page that
/// evaluates them; an answer that is gone or off takes its action along.
pub(super) fn fill_rules(db: &Connection, agent: &mut Agent) -> Result<()> {
    for rule in &mut agent.profile.behavior_rules {
        let Some(actions) = rule["actions"].as_array_mut() else { continue };
        let mut kept = Vec::with_capacity(actions.len());
        for mut action in actions.drain(..) {
            if let Some(wanted) = action.get("curated") {
                let id = wanted.as_str().and_then(|id| id.parse::<CuratedId>().ok());
                let found = match id {
                    Some(id) => rows::find(db, agent.workspace_id, id)?,
                    None => None,
                };
                let its_own =
                    |found: &CuratedAnswer| found.agent_id == agent.id && found.content.enabled;
                let Some(found) = found.filter(its_own) else { continue };
                let Content { answer, link, .. } = found.content;
                let citations = citing::citations(db, agent.id, &answer, link.as_ref())?;
                action["citations"] = serde_json::to_value(citations)?;
                action["text"] = answer.into();
            }
            kept.push(action);
        }
        *actions = kept;
    }
    Ok(())
}

/// "de-AT" is "de".
fn primary(tag: &str) -> Option<String> {
    let primary = tag.trim().split(['-', '_']).next()?.to_ascii_lowercase();
    let is_code = matches!(primary.len(), 2 | 3) && primary.bytes().all(|b| b.is_ascii_lowercase());
    is_code.then_some(primary)
}

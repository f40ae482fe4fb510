//! What a front desk does: the use cases, each in a file of its own. They decide; the layers below know, speak and
//! remember, and the wire above only asks.

pub mod agents;
mod asides;
mod budget;
pub mod conversation;
pub mod curated;
pub mod events;
pub mod gaps;
pub mod handover;
pub mod identity;
pub mod leads;
pub mod page_context;
pub mod receipts;
pub mod refusals;
pub mod rehearse;
pub mod reply;
mod rewriting;
pub mod rules;
pub mod turns;
pub mod visit;
pub mod visitor;
pub mod workspaces;

use std::sync::Arc;

use crate::{
    access::tokens::Tokens, answer::Answerers, config::Config, error::Result, knowledge::Knowledge,
    store::Store,
};

/// The desk's parts; cheap to clone.
#[derive(Clone)]
pub struct Desk {
    pub store: Store,
    pub knowledge: Knowledge,
    pub answerers: Answerers,
    pub tokens: Arc<Tokens>,
    pub agents: agents::Agents,
    pub curated: curated::Curated,
    pub turns: turns::Turns,
    pub refusals: refusals::Refusals,
    pub receipts: receipts::Receipts,
    pub warned: events::Warned,
}

impl Desk {
    /// # Errors
    /// When the token's key cannot be read or made, or a model's settings do not fit.
    pub fn open(config: &Config, store: Store) -> Result<Self> {
        Ok(Self {
            knowledge: Knowledge::new(store.clone(), &config.embed)?,
            answerers: Answerers::new(&config.llm)?,
            tokens: Arc::new(Tokens::open(&config.token, &config.data)?),
            agents: agents::Agents::new(store.clone()),
            curated: curated::Curated::new(store.clone()),
            turns: turns::Turns::default(),
            refusals: refusals::Refusals::default(),
            receipts: receipts::Receipts::kept_for(config.receipts_kept),
            warned: events::Warned::default(),
            store,
        })
    }
}

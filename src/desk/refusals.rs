//! Origins that were refused, counted in memory and written down every few seconds: whoever floods the gate writes
//! nothing to the disk for it.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use crate::{
    clock::Moment,
    error::Result,
    id::{AgentId, WorkspaceId},
    store::{Store, agents::Agent, refusals},
};

/// Different origins counted between two writings; more are not counted.
const COUNTED: usize = 1000;
const ORIGIN_BYTES: usize = 300;

/// By workspace, agent and origin.
type Counts = HashMap<(WorkspaceId, AgentId, String), u32>;

#[derive(Clone, Default)]
pub struct Refusals(Arc<Mutex<Counts>>);

impl Refusals {
    pub fn count(&self, agent: &Agent, origin: Option<&str>) {
        let mut origin = origin.unwrap_or_default().to_owned();
        origin.truncate(origin.floor_char_boundary(ORIGIN_BYTES));
        let key = (agent.workspace_id, agent.id, origin);
        let mut counted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if counted.len() < COUNTED || counted.contains_key(&key) {
            *counted.entry(key).or_default() += 1;
        }
    }

    /// Writes down what was counted since the last time.
    ///
    /// # Errors
    /// `unavailable` when nothing can be stored; those counts are lost.
    pub async fn write_down(&self, store: &Store, now: Moment) -> Result<()> {
        let counted = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        if counted.is_empty() {
            return Ok(());
        }
        store
            .write(move |tx| {
                counted.iter().try_for_each(|((workspace, agent, origin), refusals)| {
                    refusals::add(tx, *workspace, *agent, origin, *refusals, now)
                })
            })
            .await
    }
}

//! The vectors of one agent as one piece of memory, and those nearest to a question.

use super::{merge::Near, vectors::Query};
use crate::{
    error::Result,
    id::AgentId,
    store::{self, Connection},
};

/// All of an agent's vectors, in the order of their passages' ids.
#[derive(Default)]
pub(super) struct Vectors {
    /// Of the passage and of its page.
    ids: Vec<(i64, i64)>,
    /// One after the other, each as long as the first.
    bytes: Vec<u8>,
}

impl Vectors {
    /// Those of this length, in bytes: while a model's vectors are made anew there may be others.
    pub(super) fn read(
        db: &Connection,
        agent: AgentId,
        model: &str,
        length: usize,
    ) -> Result<Self> {
        let mut all = Self::default();
        store::vectors::each(db, agent, model, |id, page_id, vector| {
            if vector.len() == length {
                all.ids.push((id, page_id));
                all.bytes.extend_from_slice(vector);
            }
        })?;
        Ok(all)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// Of memory.
    pub(super) fn bytes(&self) -> usize {
        self.bytes.len() + self.ids.len() * size_of::<(i64, i64)>()
    }

    /// The cosine to a passage.
    pub(super) fn cosine(&self, query: &Query, passage: i64) -> Option<f64> {
        let at = self.ids.binary_search_by_key(&passage, |(id, _)| *id).ok()?;
        let length = self.bytes.len() / self.ids.len();
        query.dot(self.bytes.get(at * length..(at + 1) * length)?).map(f64::from)
    }

    /// The nearest passages, at most `limit`, the nearest first.
    pub(super) fn nearest(&self, query: &Query, limit: usize) -> Vec<Near> {
        let Some(length) = self.bytes.len().checked_div(self.ids.len()).filter(|it| *it > 0) else {
            return Vec::new();
        };
        let mut all: Vec<(f32, i64, i64)> = self
            .ids
            .iter()
            .zip(self.bytes.chunks_exact(length))
            .filter_map(|((id, page), vector)| Some((query.dot(vector)?, *id, *page)))
            .collect();
        if all.len() > limit && limit > 0 {
            all.select_nth_unstable_by(limit - 1, |a, b| b.0.total_cmp(&a.0));
            all.truncate(limit);
        }
        all.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        let near = |(cosine, id, page_id)| Near { id, page_id, cosine: f64::from(cosine) };
        all.into_iter().map(near).collect()
    }
}

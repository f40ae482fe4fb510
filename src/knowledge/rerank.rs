//! What the units of the best passages say: they are ranked again by the one unit that is nearest to the question, as
//! the answer may be one sentence of many. Only for passages whose units have vectors.

use std::{collections::HashMap, sync::Arc};

use super::{
    merge::{Candidate, Merged},
    readings::{Question, UnitNear},
};
use crate::{
    error::Result,
    store::{Connection, vectors},
};

/// Passages that are looked into.
const DEEP: usize = 30;
/// What the nearest unit counts beside the passage's own score. Chosen with `merge::MEANING` over the questions of
/// [`super::confidence`]: the right page among the first five for .975 of them, without this .966.
const NEAREST: f64 = 0.3;

/// What a question's own part counts, of 1: of 36 follow-ups 27 get an answer that holds what was asked for, 22 without.
const OWN: f32 = 0.7;

/// How near the units of some passages are.
#[derive(Default)]
pub(super) struct Said {
    units: HashMap<i64, Arc<[UnitNear]>>,
    /// The nearest of each passage, the nearest first.
    pub nearest: Vec<f64>,
}

impl Said {
    /// Of one passage's units, in their order; empty where it is not known.
    pub fn units(&self, passage: i64) -> Arc<[UnitNear]> {
        self.units.get(&passage).map(Arc::clone).unwrap_or_default()
    }
}

/// Looks into the first candidates, and puts all in their new order. For a question that leans on others, `own` is what
/// it asks itself: else the units that answer those would be the nearest again.
pub(super) fn rerank(
    db: &Connection,
    query: &Question,
    own: Option<&Question>,
    Merged { candidates, known }: &mut Merged,
) -> Result<Said> {
    let mut said = Said::default();
    for one in candidates.iter_mut().take(DEEP) {
        let near = |units: &[u8]| (query.near(units), own.map(|own| own.near(units)));
        let read = vectors::units(db, one.id, minilm::READING, near)?;
        let Some((near, own)) = read else { continue };
        let nearest = f64::from(near.iter().map(|unit| unit.whole).fold(0.0, f32::max));
        let near: Arc<[UnitNear]> = match own {
            Some(own) => near.iter().zip(&own).map(|(near, own)| both(*near, *own)).collect(),
            None => near.into(),
        };
        one.score += NEAREST * *known * nearest;
        said.nearest.push(nearest);
        said.units.insert(one.id, near);
    }
    said.nearest.sort_by(|a, b| b.total_cmp(a));
    // Units without vectors are as near as their whole passage is, or as its words say, beside those of the best.
    let most = candidates.iter().map(|one| one.words).fold(f64::MIN_POSITIVE, f64::max);
    let near = candidates.iter().filter_map(|one| one.near).fold(f64::MIN_POSITIVE, f64::max);
    let nearest = said.nearest.first().copied().unwrap_or(0.0);
    let unread = |one: &&mut Candidate| !said.units.contains_key(&one.id);
    for one in candidates.iter_mut().take(DEEP).filter(unread) {
        let part = one.near.map_or(one.words / most, |own| own.max(0.0) / near);
        one.score += NEAREST * *known * nearest * part;
    }
    candidates.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.id.cmp(&b.id)));
    Ok(said)
}

fn both(near: UnitNear, own: UnitNear) -> UnitNear {
    let both = |near: f32, own: f32| near * (1.0 - OWN) + own * OWN;
    UnitNear { whole: both(near.whole, own.whole), by_words: both(near.by_words, own.by_words) }
}

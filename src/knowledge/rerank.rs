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

/// What the units of some passages mean.
#[derive(Default)]
pub(super) struct Said {
    units: HashMap<i64, Vec<u8>>,
    /// How near the nearest of each passage is, the nearest first.
    pub nearest: Vec<f64>,
}

impl Said {
    /// How near the units of some passages are, in their order; empty where it is not known.
    pub fn units(
        &self,
        passages: &[i64],
        query: &Question,
        own: Option<&Question>,
    ) -> Vec<Arc<[UnitNear]>> {
        let stored = |id: &i64| self.units.get(id).map_or(&[][..], Vec::as_slice);
        let stored: Vec<&[u8]> = passages.iter().map(stored).collect();
        let near = query.near(&stored);
        let Some(own) = own else { return near.into_iter().map(Arc::from).collect() };
        let of_both = |(near, own): (Vec<UnitNear>, Vec<UnitNear>)| {
            near.into_iter().zip(own).map(|(near, own)| both(near, own)).collect()
        };
        near.into_iter().zip(own.near(&stored)).map(of_both).collect()
    }
}

/// Looks into the first candidates, and puts all in their new order.
pub(super) fn rerank(
    db: &Connection,
    query: &Question,
    Merged { candidates, known }: &mut Merged,
) -> Result<Said> {
    let mut said = Said::default();
    for one in candidates.iter_mut().take(DEEP) {
        let units = vectors::units(db, one.id, minilm::READING, <[u8]>::to_vec)?;
        let Some(units) = units else { continue };
        let nearest = f64::from(query.nearest(&units));
        one.score += NEAREST * *known * nearest;
        said.nearest.push(nearest);
        said.units.insert(one.id, units);
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

/// For a question that leans on others, which has its `own` beside it: else the units that answer those would be the
/// nearest again.
fn both(near: UnitNear, own: UnitNear) -> UnitNear {
    let both = |near: f32, own: f32| near * (1.0 - OWN) + own * OWN;
    UnitNear {
        whole: both(near.whole, own.whole),
        by_words: both(near.by_words, own.by_words),
        by_words_with_before: both(near.by_words_with_before, own.by_words_with_before),
    }
}

//! The windows: a table of a fixed size. A key has a few places where it may lie; where all are taken, a window that is
//! over goes, else the one that was hit least. Promise: 3.2 MB when full, and next to nothing before.
//!
//! A cache with its entries on the heap was measured to take 44 MB for 100,000 windows.

use std::sync::{Mutex, OnceLock, PoisonError};

use super::WINDOW;
use crate::clock::Moment;

/// Parts of the table with a lock of their own, made when the first key falls into them.
const PARTS: usize = 2048;
const GROUPS: usize = 8;
/// Where a key may lie.
const PLACES: usize = 8;

const _: () = assert!(PARTS * size_of::<Mutex<Part>>() < 3_300_000);

type Part = [[Count; PLACES]; GROUPS];

#[derive(Clone, Copy)]
struct Count {
    key: u64,
    began_at: Moment,
    /// None: the place is free.
    hits: u32,
}

impl Count {
    const NONE: Self = Self { key: 0, began_at: Moment::from_millis(0), hits: 0 };

    fn is_over(&self, now: Moment) -> bool {
        self.hits == 0 || now.since(self.began_at) >= WINDOW
    }
}

pub struct Windows(Box<[OnceLock<Box<Mutex<Part>>>]>);

impl Default for Windows {
    fn default() -> Self {
        Self((0..PARTS).map(|_| OnceLock::new()).collect())
    }
}

/// What a window holds after a hit.
pub struct Counted {
    pub began_at: Moment,
    pub used: u32,
    /// Whether the hits were counted.
    pub fits: bool,
}

impl Windows {
    /// Counts `hits` at once, if they fit below the limit.
    pub fn hit(&self, key: u64, hits: u32, limit: u32, now: Moment) -> Counted {
        // The key is a hash: any of its bits will do.
        let [high, low, group, ..] = key.to_le_bytes().map(usize::from);
        let part = &self.0[(high << 8 | low) % PARTS];
        let part = part.get_or_init(|| Box::new(Mutex::new([[Count::NONE; PLACES]; GROUPS])));
        let mut part = part.lock().unwrap_or_else(PoisonError::into_inner);
        let group = &mut part[group % GROUPS];
        let known = group.iter().position(|count| count.key == key && !count.is_over(now));
        let (place, before) = match known {
            Some(place) => (place, group[place]),
            None => (least(group, now), Count { key, began_at: now, hits: 0 }),
        };
        let Some(used) = before.hits.checked_add(hits).filter(|used| *used <= limit) else {
            return Counted { began_at: before.began_at, used: before.hits, fits: false };
        };
        group[place] = Count { hits: used, ..before };
        Counted { began_at: before.began_at, used, fits: true }
    }
}

/// The place of a window that is over, else of the one that was hit least, and of those the oldest.
fn least(group: &[Count; PLACES], now: Moment) -> usize {
    let worth = |place: &usize| {
        let count = &group[*place];
        (!count.is_over(now), count.hits, count.began_at.millis())
    };
    (0..PLACES).min_by_key(worth).unwrap_or_default()
}

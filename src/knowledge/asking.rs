//! When somebody asked last: what need not be done just now waits for a quiet moment.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

/// For how long after a question visitors come first.
const VISITED: Duration = Duration::from_secs(1);

/// When somebody asked last.
#[derive(Clone)]
pub(super) struct Visits {
    began: Instant,
    /// Milliseconds since `began`.
    last: Arc<AtomicU64>,
}

impl Visits {
    pub(super) fn new() -> Self {
        Self { began: Instant::now(), last: Arc::new(AtomicU64::new(0)) }
    }

    pub(super) fn note(&self) {
        self.last.store(self.began.elapsed().as_millis() as u64 + 1, Ordering::Relaxed);
    }

    pub(super) fn are_recent(&self) -> bool {
        let last = self.last.load(Ordering::Relaxed);
        last > 0 && Duration::from_millis(last - 1) + VISITED > self.began.elapsed()
    }
}

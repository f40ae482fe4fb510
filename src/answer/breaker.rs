//! Remembers whether a model, or all that a provider serves, keeps failing, so that visitors do not each wait for its time-out. After
//! [`FAILURES`] failures in a row it is left alone for [`REST`], then one question probes it.

use std::{
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

/// Failures in a row, each before the first word, until a model is skipped.
const FAILURES: u32 = 5;
/// How long it is skipped before the next probe.
const REST: Duration = Duration::from_secs(10);

#[derive(Default)]
pub struct Breaker(Mutex<State>);

#[derive(Default)]
struct State {
    failures: u32,
    /// Until then nobody asks.
    skipped_until: Option<Instant>,
}

impl Breaker {
    /// Whether nobody may ask now. Asking this changes nothing.
    pub fn rests(&self, now: Instant) -> bool {
        let state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        state.skipped_until.is_some_and(|until| now < until)
    }

    /// Whether to ask this model now. The first to hear yes after a rest is the probe: others go on waiting.
    pub fn allows(&self, now: Instant) -> bool {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match state.skipped_until {
            Some(until) if now < until => false,
            Some(_) => {
                state.skipped_until = Some(now + REST);
                true
            }
            None => true,
        }
    }

    /// The model said its first word.
    pub fn spoke(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = State::default();
    }

    /// The model failed before its first word.
    pub fn failed(&self, now: Instant) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        state.failures = state.failures.saturating_add(1);
        if state.failures >= FAILURES {
            state.skipped_until = Some(now + REST);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_model_that_keeps_failing_rests_and_is_probed_by_one() {
        let (breaker, start) = (Breaker::default(), Instant::now());
        for _ in 0..FAILURES {
            assert!(breaker.allows(start));
            breaker.failed(start);
        }
        assert!(!breaker.allows(start));
        let later = start + REST;
        assert!(breaker.allows(later));
        assert!(!breaker.allows(later), "one probe at a time");
        breaker.spoke();
        assert!(breaker.allows(later) && breaker.allows(later));
    }

    #[test]
    fn a_failure_now_and_then_changes_nothing() {
        let (breaker, start) = (Breaker::default(), Instant::now());
        for _ in 0..FAILURES * 3 {
            breaker.failed(start);
            breaker.spoke();
        }
        assert!(breaker.allows(start));
    }
}

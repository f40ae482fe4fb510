//! Many connections at once from few threads: each thread runs its share on a runtime of its own, so that nothing is
//! stolen or woken across threads.

use std::{
    future::Future,
    thread,
    time::{Duration, Instant},
};

use futures_util::future::try_join_all;
use tokio::{runtime::Builder, task::unconstrained};

use crate::report::Result;

/// As many as the reference machine has cores.
const THREADS: usize = 2;

/// Runs `task` for each of `0..count` at the same time and returns their values, in no order.
///
/// # Errors
/// The first that one of them reports.
pub fn together<T, F>(count: usize, task: impl Fn(usize) -> F + Sync) -> Result<Vec<T>>
where
    T: Send,
    F: Future<Output = Result<T>>,
{
    let task = &task;
    thread::scope(|scope| {
        let threads: Vec<_> = (0..THREADS)
            .map(|thread| {
                scope.spawn(move || {
                    let runtime = Builder::new_current_thread().enable_all().build()?;
                    let share = (thread..count).step_by(THREADS).map(task);
                    runtime.block_on(unconstrained(try_join_all(share)))
                })
            })
            .collect();
        let mut values = Vec::with_capacity(count);
        for thread in threads {
            values.extend(thread.join().map_err(|_| "a load thread panicked")??);
        }
        Ok(values)
    })
}

/// One after the other on this thread.
///
/// # Errors
/// What `task` reports.
pub fn alone<T>(task: impl Future<Output = Result<T>>) -> Result<T> {
    Builder::new_current_thread().enable_all().build()?.block_on(task)
}

/// Waits so long that `count` tasks that begin together act evenly spread over `span`.
pub async fn take_turn(index: usize, count: usize, span: Duration) {
    if !span.is_zero() {
        let index = u32::try_from(index).unwrap_or(u32::MAX);
        let count = u32::try_from(count).unwrap_or(u32::MAX);
        tokio::time::sleep(span * index / count).await;
    }
}

/// Milliseconds since `begin`.
pub fn ms_since(begin: Instant) -> f64 {
    begin.elapsed().as_secs_f64() * 1000.0
}

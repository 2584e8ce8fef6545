//! Wakes the workers when a job has been committed.

use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

/// A bell that many can wait for. Clones are the same bell.
#[derive(Debug, Clone, Default)]
pub struct Bell(Arc<Rung>);

#[derive(Debug, Default)]
struct Rung {
    times: Mutex<u64>,
    changed: Condvar,
}

impl Bell {
    /// Wakes everybody who waits. Quick, and never blocks on them.
    pub fn ring(&self) {
        let mut times = self.0.times.lock().unwrap_or_else(PoisonError::into_inner);
        *times = times.wrapping_add(1);
        self.0.changed.notify_all();
    }
    /// How often it has been rung: to be read before looking for work, so that a ring in between is not missed.
    pub fn times(&self) -> u64 {
        *self.0.times.lock().unwrap_or_else(PoisonError::into_inner)
    }
    /// Waits until it has been rung again since `seen`, `most` at the longest.
    pub fn wait(&self, seen: u64, most: Duration) {
        let times = self.0.times.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self
            .0
            .changed
            .wait_timeout_while(times, most, |times| *times == seen);
        // Whether it rang or the time ran out, the caller looks for work.
        drop(waited.unwrap_or_else(PoisonError::into_inner));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Instant;

    #[test]
    fn a_ring_before_the_wait_is_not_missed() {
        let bell = Bell::default();
        let seen = bell.times();
        bell.clone().ring();
        let begun = Instant::now();
        bell.wait(seen, Duration::from_secs(60));
        assert!(begun.elapsed() < Duration::from_secs(30));
    }

    #[test]
    fn a_ring_wakes_who_waits() {
        let bell = Bell::default();
        let seen = bell.times();
        let waiting = {
            let bell = bell.clone();
            std::thread::spawn(move || {
                let begun = Instant::now();
                bell.wait(seen, Duration::from_secs(60));
                begun.elapsed()
            })
        };
        std::thread::sleep(Duration::from_millis(20));
        bell.ring();
        assert!(waiting.join().unwrap() < Duration::from_secs(30));
    }
}

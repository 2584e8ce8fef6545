//! When a job that failed is tried again, and when it is given up.

use std::time::Duration;

use crate::domain::clock::Micros;

/// The waits between the tries. A sign-in code lives for thirty minutes at most: the last try comes after eighteen.
pub const WAITS: [Duration; 5] = [
    Duration::from_secs(15),
    Duration::from_secs(60),
    Duration::from_secs(2 * 60),
    Duration::from_secs(5 * 60),
    Duration::from_secs(10 * 60),
];

/// How long a worker keeps a job to itself. Longer than any try takes, so that nobody does the same at the same time;
/// a worker that was killed delays its job by this.
pub const LEASE: Duration = Duration::from_secs(3 * 60);

/// When to try again after `attempts` tries, the last of which ended at `now`; `None`: give up.
pub fn next_try(attempts: i32, now: Micros) -> Option<Micros> {
    let done = usize::try_from(attempts.max(1)).ok()?;
    WAITS.get(done - 1).map(|wait| now.plus(*wait))
}

/// Whether a job has been claimed more often than there are tries: every worker that took it was lost on the way.
pub fn is_beyond_tries(attempts: i32) -> bool {
    usize::try_from(attempts).is_ok_and(|done| done > WAITS.len() + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn six_tries_over_eighteen_minutes() {
        let mut now = Micros::from_i64(0);
        let mut waits = Vec::new();
        for attempts in 1.. {
            assert!(!is_beyond_tries(attempts));
            let Some(next) = next_try(attempts, now) else {
                break;
            };
            waits.push(next.since(now).as_secs());
            now = next;
        }
        assert_eq!(waits, [15, 60, 120, 300, 600]);
        assert!(is_beyond_tries(7));
    }
}

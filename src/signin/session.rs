//! How long tokens and sessions are good, and when their use is written down.

use std::time::Duration;

use crate::domain::clock::Micros;

/// A reader's token is good for so long.
pub const READER: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// A desk session ends after so long without use.
pub const DESK_IDLE: Duration = Duration::from_secs(12 * 60 * 60);

/// A desk session ends after so long, used or not.
pub const DESK_ABSOLUTE: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// A session on the server's own pages ends after so long without use.
pub const ACCOUNT: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// A sign-in with an account elsewhere ends after so long, whatever became of it.
pub const HANDOVER: Duration = Duration::from_secs(30 * 60);

/// The way to a provider and back may take so long.
pub const ATTEMPT: Duration = Duration::from_secs(10 * 60);

/// The code that a page gets for a sign-in elsewhere is good for so long.
pub const CODE: Duration = Duration::from_secs(60);

/// An invitation is good for so long.
pub const INVITE: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// Use is written down to within so long: a write for every request would be dear, and nobody needs to know better.
const NOTED_EVERY: Duration = Duration::from_secs(5 * 60);

/// When a desk session of that birth, used now, ends.
pub fn desk_ends(created_at: Micros, now: Micros) -> Micros {
    now.plus(DESK_IDLE).min(created_at.plus(DESK_ABSOLUTE))
}

/// Whether a use now is to be written down, the last having been noted at `used_at`.
pub fn is_worth_noting(used_at: Micros, now: Micros) -> bool {
    now.since(used_at) >= NOTED_EVERY
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_desk_session_slides_until_its_seventh_day() {
        let hours = |n: u64| Micros::from_i64(0).plus(Duration::from_secs(n * 3600));
        assert_eq!(desk_ends(hours(0), hours(0)), hours(12));
        assert_eq!(desk_ends(hours(0), hours(100)), hours(112));
        assert_eq!(desk_ends(hours(0), hours(160)), hours(168));
        assert!(!is_worth_noting(
            hours(1),
            hours(1).plus(Duration::from_secs(299))
        ));
        assert!(is_worth_noting(hours(1), hours(1).plus(Duration::from_secs(300))));
    }
}

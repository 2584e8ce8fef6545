//! Time as a value that is passed in: Unix microseconds, and the clocks that give them.

use std::fmt;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

/// A moment in Unix microseconds (UTC). Both databases keep it as BIGINT, so it means the same in each.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Micros(i64);

impl Micros {
    /// Of Unix microseconds.
    pub const fn from_i64(micros: i64) -> Self {
        Self(micros)
    }
    /// Unix microseconds.
    pub const fn as_i64(self) -> i64 {
        self.0
    }
    /// This moment and `duration` more; stays at the end of time instead of wrapping.
    pub fn plus(self, duration: Duration) -> Self {
        Self(
            self.0
                .saturating_add(i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)),
        )
    }
    /// This moment less `duration`.
    pub fn minus(self, duration: Duration) -> Self {
        Self(
            self.0
                .saturating_sub(i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)),
        )
    }
    /// How long after `earlier` this is; zero where it is not after it.
    pub fn since(self, earlier: Micros) -> Duration {
        Duration::from_micros(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }
    /// RFC 3339 in UTC with microseconds, such as `2026-11-23T10:00:00.000000Z`: what the public interface prints.
    pub fn to_rfc3339(self) -> String {
        match jiff::Timestamp::from_microsecond(self.0) {
            Ok(timestamp) => format!("{timestamp:.6}"),
            // Outside the years -9999 to 9999: not a time that a clock of ours gave.
            Err(_out_of_range) => String::from("9999-12-31T23:59:59.999999Z"),
        }
    }
    /// The day in UTC, such as `2026-11-23`.
    pub fn to_date(self) -> String {
        self.to_rfc3339().chars().take(10).collect()
    }
}

impl fmt::Debug for Micros {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_rfc3339())
    }
}

/// Where time comes from.
pub trait Clock: Send + Sync {
    /// The present moment.
    fn now(&self) -> Micros;
}

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that reads the machine's clock"
    )]
    fn now(&self) -> Micros {
        let since = std::time::SystemTime::now()
            .duration_since(std::time::UNIX_EPOCH)
            .unwrap_or_default();
        Micros(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
    }
}

/// A clock that stands still until it is advanced.
#[derive(Debug)]
pub struct FixedClock(AtomicI64);

impl FixedClock {
    /// A clock standing at `at`.
    pub fn at(at: Micros) -> Self {
        Self(AtomicI64::new(at.0))
    }
    /// Moves the clock on.
    pub fn advance(&self, by: Duration) {
        self.0.fetch_add(
            i64::try_from(by.as_micros()).unwrap_or(i64::MAX),
            Ordering::SeqCst,
        );
    }
}

impl Clock for FixedClock {
    fn now(&self) -> Micros {
        Micros(self.0.load(Ordering::SeqCst))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prints_rfc_3339_in_utc() {
        assert_eq!(
            Micros::from_i64(1_795_341_600_123_456).to_rfc3339(),
            "2026-11-22T10:00:00.123456Z"
        );
        assert_eq!(Micros::from_i64(0).to_rfc3339(), "1970-01-01T00:00:00.000000Z");
    }
}

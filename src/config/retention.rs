//! The section `retention`: how long is kept what nobody needs any more.

use std::time::Duration;

use super::reader::Reader;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// The section `retention`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RetentionConfig {
    /// After so many days the texts of a withdrawn comment are erased.
    pub withdrawn_days: u32,
}

impl RetentionConfig {
    pub(super) fn read(reader: &mut Reader) -> Self {
        Self {
            // Not 0: a letter about the comment may still be on its way, and the key under which it was posted is
            // remembered for a day. Not for ever either: authors are promised that it ends.
            withdrawn_days: reader.number("retention.withdrawn_days", 30, 1..=3_650),
        }
    }
    /// How long the texts of a withdrawn comment are kept.
    pub fn withdrawn(self) -> Duration {
        DAY.saturating_mul(self.withdrawn_days)
    }
}

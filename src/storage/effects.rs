//! What follows from a transaction once it is committed.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use crate::domain::id::PageId;

/// What a committed transaction changed that others must hear of before it is acknowledged.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Effects {
    /// Pages with their new public version.
    pub pages: Vec<(PageId, i64)>,
    /// The counter `routes`, where page keys or origins changed.
    pub routes: Option<i64>,
    /// The counter `sites`, where settings that every page shows changed.
    pub sites: Option<i64>,
    /// Whether a job was queued.
    pub jobs: bool,
    /// Whether a decision was taken, which wants sealing.
    pub decisions: bool,
}

impl Effects {
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        *self == Effects::default()
    }
}

/// Called after COMMIT and before anything is acknowledged. Must be quick and must not use the database.
pub type AfterCommit = Arc<dyn Fn(&Effects) + Send + Sync>;

/// Tells the hook of a commit, before it is acknowledged. Where the hook panics, the data are committed all the same.
pub(super) fn announce(after_commit: &AfterCommit, effects: &Effects) {
    if !effects.is_empty() && catch_unwind(AssertUnwindSafe(|| after_commit(effects))).is_err() {
        tracing::error!("the hook that hears of commits panicked");
    }
}

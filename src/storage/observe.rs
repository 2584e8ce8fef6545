//! What an observer may hear of writing, for figures. Who counts them, and how, is not known here.

use std::sync::Arc;
use std::time::Duration;

/// What happens with writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Writing {
    /// One was asked for.
    Asked,
    /// It was answered.
    Answered {
        /// How long after it was asked for.
        took: Duration,
        /// What became of it.
        outcome: WriteOutcome,
    },
    /// Some were committed together.
    Committed {
        /// How many.
        writes: usize,
    },
    /// A transaction is run again, since another got in its way.
    Retried,
}

/// What became of a write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WriteOutcome {
    /// It is committed.
    Done,
    /// Whoever asked refused it itself, in the transaction.
    Refused,
    /// The database failed.
    Failed,
}

/// Hears what happens with writes, on the thread where it does: it must be quick.
pub type Observe = Arc<dyn Fn(Writing) + Send + Sync>;

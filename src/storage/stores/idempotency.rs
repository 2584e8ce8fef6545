//! Idempotency keys: what was made under a key, for 24 hours.

use crate::domain::clock::Micros;
use crate::storage::Result;

/// What was answered under a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remembered {
    /// SHA-256 of the request that made it.
    pub request: [u8; 32],
    /// The status that was answered.
    pub status: u16,
    /// The id of what was made.
    pub resource: String,
}

/// Idempotency keys.
pub trait IdempotencyStore {
    /// What was made under the scope (a hash of who asks, the route and the key).
    fn remembered(&mut self, scope: &[u8; 32]) -> Result<Option<Remembered>>;
    /// Remembers what was made. `false` where the scope is taken: another request was faster.
    fn remember(&mut self, scope: &[u8; 32], what: &Remembered, now: Micros) -> Result<bool>;
    /// Forgets what is older. Gives how many.
    fn forget_remembered(&mut self, before: Micros, limit: i64) -> Result<usize>;
}

//! Idempotency keys: what a request is remembered by, and what a replay is told.

use sha2::{Digest, Sha256};

use crate::service::ServiceError;
use crate::storage::stores::idempotency::Remembered;

/// How long a key is remembered.
pub const REMEMBERED_FOR: std::time::Duration = std::time::Duration::from_secs(24 * 60 * 60);

/// A client's `Idempotency-Key` for one method and path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotencyKey {
    /// Hash of who asks, the method and path, and the key.
    pub scope: [u8; 32],
    /// Hash of the body.
    pub request: [u8; 32],
}

impl IdempotencyKey {
    /// Of an account's id (empty for nobody in particular), a method and path, the key, and the body that came with it.
    pub fn new(who: &str, route: &str, key: &str, body: &[u8]) -> Self {
        let mut scope = Sha256::new();
        for part in [who, route, key] {
            scope.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            scope.update(part.as_bytes());
        }
        Self {
            scope: scope.finalize().into(),
            request: Sha256::digest(body).into(),
        }
    }

    /// What was made under the key, where something was; another body under the same key is refused.
    pub fn replay(&self, remembered: Option<Remembered>) -> Result<Option<Remembered>, ServiceError> {
        match remembered {
            Some(remembered) if remembered.request != self.request => Err(ServiceError::invalid_code(
                "idempotency_key_reused",
                "this Idempotency-Key came with another body before",
            )),
            other => Ok(other),
        }
    }
}

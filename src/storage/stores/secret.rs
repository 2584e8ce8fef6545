//! What the database keeps to recognise the server's root secret by.

use crate::storage::Result;

/// The value that tells whether a root secret is the one that the data was written with.
pub trait SecretStore {
    /// The value that is kept; `None` where no server has used the database yet.
    fn secret_check(&mut self) -> Result<Option<[u8; 32]>>;
    /// Keeps a value, unless there is one.
    fn keep_secret_check(&mut self, mac: &[u8; 32]) -> Result<()>;
}

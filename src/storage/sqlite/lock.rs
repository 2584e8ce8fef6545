//! Who has a SQLite file open: a lock of the operating system on a file beside it, which ends with the process however
//! that ends. All that work with the database share it; whoever replaces the file takes it alone.

use std::fs::{File, OpenOptions, TryLockError};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use super::connect::{beside, unavailable};
use crate::storage::Result;

/// Held as long as this value is.
#[derive(Debug)]
pub(in crate::storage) struct Lock {
    _file: File,
}

impl Lock {
    /// To work with the database at `path`. `None` where somebody is replacing it.
    pub(super) fn share(path: &Path) -> Result<Option<Self>> {
        Self::take(path, File::try_lock_shared)
    }

    /// To replace the database at `path`. `None` where somebody works with it.
    pub(super) fn alone(path: &Path) -> Result<Option<Self>> {
        Self::take(path, File::try_lock)
    }

    fn take(path: &Path, lock: impl FnOnce(&File) -> Result<(), TryLockError>) -> Result<Option<Self>> {
        let name = beside(path, ".lock");
        let file = OpenOptions::new()
            .read(true)
            .append(true)
            .create(true)
            .mode(0o600)
            .open(&name)
            .map_err(|error| unavailable(&name, error))?;
        match lock(&file) {
            Ok(()) => Ok(Some(Self { _file: file })),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(unavailable(&name, error)),
        }
    }
}

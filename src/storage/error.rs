//! What can go wrong with storage, told apart by what is to be done about it. What a service or an answer makes of it
//! is decided there.

use std::sync::Arc;

use diesel::result::{DatabaseErrorKind, Error as DieselError};

/// Why storage did not do it. Nothing of what was asked is stored then, except that after [`StorageError::Unavailable`]
/// and [`StorageError::Full`] from a COMMIT it is not known.
#[derive(Debug, Clone, thiserror::Error)]
pub enum StorageError {
    /// Too much is waiting, or another process holds the database for too long; try again soon.
    #[error("the database is busy")]
    Busy,
    /// The disk is full. Reading goes on, and writing resumes when there is room.
    #[error("the disk is full")]
    Full,
    /// The database cannot be opened or reached, or was lost on the way; the text says why.
    #[error("the database is not available: {0}")]
    Unavailable(String),
    /// Transactions got in each other's way, again and again; running again later helps.
    #[error("transactions got in each other's way: {0}")]
    Conflict(String),
    /// A row that a query needs is not there.
    #[error("a row is missing")]
    NotFound,
    /// A row holds what the code never writes.
    #[error("inconsistent data: {table}.{column} of row {row}")]
    Inconsistent {
        /// In which table.
        table: &'static str,
        /// In which column.
        column: &'static str,
        /// Which row, by its key.
        row: String,
    },
    /// What ran in the transaction panicked.
    #[error("a panic in a transaction")]
    Panicked,
    /// Anything else that the database said.
    #[error("database: {0}")]
    Database(#[source] Arc<DieselError>),
}

impl StorageError {
    /// Whether running the transaction again may help.
    pub fn is_conflict(&self) -> bool {
        matches!(self, StorageError::Conflict(_))
    }

    /// Whether a row with the same key exists already. Which key is not told: SQLite does not name constraints. On
    /// PostgreSQL the transaction is lost by then, so this explains an error and never lets one go on.
    pub fn is_unique_violation(&self) -> bool {
        matches!(self, StorageError::Database(error)
            if matches!(**error, DieselError::DatabaseError(DatabaseErrorKind::UniqueViolation, _)))
    }
}

/// What SQLite says of an error of the disk. It is not always the disk: growing the index of the log on a full disk
/// ends in the same words.
const SQLITE_IO_ERROR: &str = "disk I/O error";

impl From<DieselError> for StorageError {
    fn from(error: DieselError) -> Self {
        let (kind, message) = match &error {
            DieselError::DatabaseError(kind, info) => (kind, info.message().to_owned()),
            DieselError::NotFound => return StorageError::NotFound,
            _ => return StorageError::Database(Arc::new(error)),
        };
        match kind {
            DatabaseErrorKind::SerializationFailure => StorageError::Conflict(message),
            DatabaseErrorKind::ClosedConnection | DatabaseErrorKind::UnableToSendCommand => {
                StorageError::Unavailable(message)
            }
            DatabaseErrorKind::Unknown => {
                by_words(&message).unwrap_or(StorageError::Database(Arc::new(error)))
            }
            _ => StorageError::Database(Arc::new(error)),
        }
    }
}

/// Neither driver hands on the database's own code for these. SQLite's words are constants; PostgreSQL's are asked
/// for in English when a connection is made.
fn by_words(message: &str) -> Option<StorageError> {
    let has = |words: &str| message.contains(words);
    if has("deadlock detected") {
        Some(StorageError::Conflict(message.to_owned()))
    } else if has("database or disk is full") || has("No space left on device") {
        Some(StorageError::Full)
    } else if has("database is locked")
        || has("database table is locked")
        || has("lock timeout")
        || has("statement timeout")
    {
        Some(StorageError::Busy)
    } else if has(SQLITE_IO_ERROR)
        || has("unable to open database file")
        || has("terminating connection")
        || has("the database system is")
        || has("too many clients")
        || has("remaining connection slots")
        || has("connection closed")
    {
        Some(StorageError::Unavailable(message.to_owned()))
    } else {
        None
    }
}

/// Errors that may have been caused by storage: lets [`super::Db::write`] see through a service's own error that the
/// transaction is to be run again.
pub trait StorageCause {
    /// The storage error behind this one.
    fn storage_cause(&self) -> Option<&StorageError>;
}

impl StorageCause for StorageError {
    fn storage_cause(&self) -> Option<&StorageError> {
        Some(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(kind: DatabaseErrorKind, message: &str) -> StorageError {
        DieselError::DatabaseError(kind, Box::new(message.to_owned())).into()
    }

    #[test]
    fn errors_are_told_apart_by_what_to_do() {
        use DatabaseErrorKind::{SerializationFailure, UnableToSendCommand, UniqueViolation, Unknown};
        assert!(matches!(
            said(Unknown, "database or disk is full"),
            StorageError::Full
        ));
        assert!(matches!(said(Unknown, "database is locked"), StorageError::Busy));
        assert!(matches!(
            said(Unknown, SQLITE_IO_ERROR),
            StorageError::Unavailable(_)
        ));
        assert!(matches!(
            said(Unknown, "canceling statement due to lock timeout"),
            StorageError::Busy
        ));
        assert!(matches!(
            said(Unknown, "canceling statement due to statement timeout"),
            StorageError::Busy
        ));
        assert!(said(Unknown, "deadlock detected").is_conflict());
        assert!(said(SerializationFailure, "could not serialize access").is_conflict());
        assert!(matches!(
            said(UnableToSendCommand, "closed"),
            StorageError::Unavailable(_)
        ));
        assert!(matches!(said(Unknown, "syntax error"), StorageError::Database(_)));
        assert!(matches!(
            StorageError::from(DieselError::NotFound),
            StorageError::NotFound
        ));
        // Words in a constraint's message do not decide.
        let unique = said(UniqueViolation, "database is locked");
        assert!(unique.is_unique_violation());
        assert!(!said(Unknown, "UNIQUE").is_unique_violation());
    }
}

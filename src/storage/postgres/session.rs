//! One connection with its transaction: whether it may go back to the pool.

use diesel::connection::SimpleConnection;
use diesel::r2d2::R2D2Connection;

use super::Conn;
use crate::storage::{Result, StorageError};

/// A connection, whether a transaction may be open on it, and whether that has a savepoint.
pub(in crate::storage) struct Session {
    connection: Conn,
    open: bool,
    saved: bool,
}

impl Session {
    pub(super) fn new(connection: Conn) -> Self {
        Self {
            connection,
            open: false,
            saved: false,
        }
    }

    pub(super) fn connection(&mut self) -> &mut Conn {
        &mut self.connection
    }

    pub(super) fn begin(&mut self, sql: &str) -> Result<()> {
        self.open = true;
        self.saved = false;
        self.connection.batch_execute(sql)?;
        Ok(())
    }

    /// Commits. PostgreSQL answers COMMIT of a transaction in which a statement failed with a ROLLBACK and no error,
    /// so a query goes before it, in the same message: it fails there, and COMMIT is not reached.
    pub(super) fn commit(&mut self) -> Result<()> {
        let committed = self
            .connection
            .batch_execute("SELECT 1; COMMIT")
            .map_err(StorageError::from);
        match committed {
            Ok(()) => self.open = false,
            Err(_) => self.rollback(),
        }
        committed
    }

    /// Makes a savepoint of what was done so far, in place of the one before.
    pub(super) fn save(&mut self) -> Result<()> {
        let sql = if self.saved {
            "RELEASE job; SAVEPOINT job"
        } else {
            "SAVEPOINT job"
        };
        self.connection.batch_execute(sql)?;
        self.saved = true;
        Ok(())
    }

    /// Undoes what was done since the savepoint.
    pub(super) fn rollback_to_saved(&mut self) -> Result<()> {
        self.connection.batch_execute("ROLLBACK TO job")?;
        Ok(())
    }

    /// Rolls back, if a transaction is open. Where that fails the connection is not used again, and the server rolls back by itself.
    pub(super) fn rollback(&mut self) {
        if !self.open {
            return;
        }
        if let Err(error) = self.connection.batch_execute("ROLLBACK") {
            tracing::debug!(%error, "a connection is left");
        } else {
            self.open = false;
        }
    }

    /// Whether it must not be used again.
    pub(super) fn is_broken(&mut self) -> bool {
        self.open || self.connection.is_broken()
    }

    pub(super) fn ping(&mut self) -> Result<()> {
        self.connection.batch_execute("SELECT 1")?;
        Ok(())
    }
}

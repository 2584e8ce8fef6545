//! One connection with its transaction: whether it may go back to the pool.

use diesel::connection::SimpleConnection;
use diesel::r2d2::R2D2Connection;

use super::Conn;
use crate::storage::{Result, StorageError};

/// A connection, and whether a transaction may be open on it.
pub(in crate::storage) struct Session {
    connection: Conn,
    open: bool,
}

impl Session {
    pub(super) fn new(connection: Conn) -> Self {
        Self {
            connection,
            open: false,
        }
    }

    pub(super) fn connection(&mut self) -> &mut Conn {
        &mut self.connection
    }

    pub(super) fn begin(&mut self, sql: &str) -> Result<()> {
        self.open = true;
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

    /// Rolls back. Where that fails the connection is not used again, and the server rolls back by itself.
    pub(super) fn rollback(&mut self) {
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

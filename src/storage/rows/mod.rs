//! Rows as the databases keep them, and how they become domain values and back. Nothing here asks a database:
//! the queries do. Compiled once, since a row is the same in both.

pub mod accounts;
pub mod comments;
pub mod decisions;
pub mod findings;
pub mod handovers;
pub mod jobs;
pub mod pages;
pub mod people;
pub mod reports;
pub mod revisions;
pub mod says;
pub mod sign_ins;
pub mod sites;
pub mod state;
pub mod tokens;

use std::fmt::Write;
use std::str::FromStr;

use crate::storage::StorageError;

/// The row that is being read, to be named where a column of it does not parse.
#[derive(Debug, Clone, Copy)]
pub struct RowOf<'a> {
    /// The table.
    pub table: &'static str,
    /// The row's key, or the part of it that tells most.
    pub key: &'a [u8],
}

impl RowOf<'_> {
    /// What to answer where `column` holds something that no version of ours wrote there.
    pub fn inconsistent(&self, column: &'static str) -> StorageError {
        let mut row = String::with_capacity(self.key.len() * 2);
        for byte in self.key {
            // Writing to a String does not fail.
            let _ = write!(row, "{byte:02x}");
        }
        StorageError::Inconsistent {
            table: self.table,
            column,
            row,
        }
    }
    /// An id, or another value made of bytes.
    pub fn bytes<T: TryFrom<Vec<u8>>>(
        &self,
        column: &'static str,
        bytes: Vec<u8>,
    ) -> Result<T, StorageError> {
        T::try_from(bytes).map_err(|_length| self.inconsistent(column))
    }
    /// An optional id, or another value made of bytes.
    pub fn optional_bytes<T: TryFrom<Vec<u8>>>(
        &self,
        column: &'static str,
        bytes: Option<Vec<u8>>,
    ) -> Result<Option<T>, StorageError> {
        bytes.map(|bytes| self.bytes(column, bytes)).transpose()
    }
    /// A word that the domain parses.
    pub fn word<T: FromStr>(&self, column: &'static str, word: &str) -> Result<T, StorageError> {
        word.parse().map_err(|_unknown| self.inconsistent(column))
    }
    /// A member of a small closed set: `known` reads its number.
    pub fn code<T>(
        &self,
        column: &'static str,
        code: i16,
        known: impl FnOnce(i16) -> Option<T>,
    ) -> Result<T, StorageError> {
        known(code).ok_or_else(|| self.inconsistent(column))
    }
}

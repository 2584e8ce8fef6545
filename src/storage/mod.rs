//! All that is kept, in SQLite or PostgreSQL: [`Db::read`] and [`Db::write`], and the queries behind [`Tx`]. The only
//! room that knows SQL.

mod backup;
mod db;
mod durability;
mod effects;
mod error;
mod migrations;
mod observe;
mod postgres;
mod rows;
mod schema;
mod sqlite;
pub mod stores;
mod watch;
mod writer;

pub use backup::{BackupError, Restored, restore};
pub use db::{Backend, Db, Options};
pub use durability::Durability;
pub use effects::{AfterCommit, Effects};
pub use error::{StorageCause, StorageError};
pub use observe::{Observe, WriteOutcome, Writing};

pub use crate::config::DatabaseUrl;

/// What storage gives.
pub type Result<T, E = StorageError> = std::result::Result<T, E>;

/// A transaction: every aggregate's queries together. Object safe, so that services are compiled once.
pub trait Tx:
    stores::AccountStore
    + stores::CommentStore
    + stores::DecisionStore
    + stores::HandoverStore
    + stores::IdempotencyStore
    + stores::JobStore
    + stores::LetterStore
    + stores::PageStore
    + stores::PersonStore
    + stores::ReportStore
    + stores::RetentionStore
    + stores::SecretStore
    + stores::SignInStore
    + stores::SiteStore
    + stores::TokenStore
{
    /// What follows from this transaction once it is committed.
    fn effects(&mut self) -> &mut Effects;
}

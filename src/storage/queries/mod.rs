//! The queries, one file an aggregate, compiled once for each database: [`Work`] and [`DB`] are those of the file that
//! loads this one. What must differ between the databases lies beside them, in `locks`.

mod accounts;
mod comments;
mod counters;
mod decisions;
mod idempotency;
mod jobs;
mod pages;
mod people;
mod queue;
mod reports;
mod revisions;
mod sign_ins;
mod sites;
mod threads;
mod tokens;

use super::{DB, Work};

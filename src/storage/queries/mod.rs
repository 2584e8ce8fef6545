//! The queries, one file an aggregate, compiled once for each database: [`Work`] and [`DB`] are those of the file that
//! loads this one. Nothing here differs between the databases. Rows are inserted one at a time: for several at once
//! diesel opens a transaction of its own on SQLite, which it cannot within ours.

mod accounts;
mod comments;
mod counters;
mod decisions;
mod handovers;
mod idempotency;
mod jobs;
mod letters;
mod pages;
mod people;
mod queue;
mod reports;
mod retention;
mod revisions;
mod secret;
mod sign_ins;
mod sites;
mod threads;
mod tokens;

use super::{DB, Work};

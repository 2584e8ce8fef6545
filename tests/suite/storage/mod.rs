//! What storage promises, on both databases.
#![expect(
    clippy::indexing_slicing,
    reason = "clippy.toml exempts test functions, not what they call on each database"
)]

mod backups;
mod batches;
mod full_disk;
mod migrations;
mod postgres;
mod processes;
mod support;
mod tls;
mod world;

mod at_once;
mod comments;
mod decisions;
mod idempotency;
mod pages;
mod people;
mod plans;
mod queue;
mod random;
mod reports;
mod sites;
mod threads;
mod transactions;

//! The one integration binary: what only shows from outside the crate.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "clippy.toml exempts test functions, not the helpers beside them"
)]

mod api;
mod cli;
mod crowd;
mod dependencies;
mod desk;
mod edges;
mod elsewhere;
mod kills;
mod long;
mod mail;
mod main_job;
mod outbound;
mod providers;
mod retention;
mod signin;
mod site;
mod sources;
mod storage;
mod support;

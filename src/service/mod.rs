//! Use cases, one a file: each opens its transactions and queues its jobs. No HTTP, no SQL.

pub mod about;
pub mod accept_invite;
pub mod background;
mod client;
pub mod decide;
pub mod demo;
pub mod desk_facts;
pub mod desk_item;
pub mod desk_sign_in;
pub mod edit_comment;
pub mod error;
pub mod idempotency;
mod judge_again;
mod judging;
pub mod manage;
pub mod own_comments;
pub mod people;
pub mod post_comment;
pub mod purge;
pub mod queue;
pub mod read_page;
pub mod redeem;
pub mod report_comment;
pub mod run_job;
pub mod seal;
pub mod secret;
pub mod sessions;
pub mod sign_in;
pub mod sites;
pub mod staff;
pub mod stop_letters;
mod tell_author;
mod tell_moderators;
pub mod views;

pub use client::Client;
pub use error::{FieldError, Result, ServiceError};

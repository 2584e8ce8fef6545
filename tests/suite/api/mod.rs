//! The reader's side over HTTP, on both databases: posting, editing, reading, and what is refused.

mod bad_input;
mod edits;
mod idempotency;
mod page_keys;
mod posting;
mod reading;
mod replies;
mod screens;
mod widget;
mod xss;

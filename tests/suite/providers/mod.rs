//! Accounts elsewhere: each provider played by servers on loopback under its real names, from the reader's departure to what
//! is known of them, and what becomes of it where the provider answers as it should not.

mod cases;
mod failures;
mod fake;
mod mastodon;
mod openid;
mod plain;
mod settings;

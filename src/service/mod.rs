//! Use cases, one a file: each opens its transactions and queues its jobs. No HTTP, no SQL.

mod client;
pub mod error;

pub use client::Client;
pub use error::{FieldError, Result, ServiceError};

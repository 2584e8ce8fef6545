//! Use cases, one a file: each opens its transactions and queues its jobs. No HTTP, no SQL.

pub mod error;

pub use error::{FieldError, Result, ServiceError};

//! What storage promises, on both databases.

mod support;
mod transactions;

//! The commands as the operator runs them: the built binary, beside a server that runs on the same database.

mod accounts;
mod commands;

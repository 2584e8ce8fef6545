//! ID tokens of a provider that is asked over the wire: those that are taken, those that are not, and what is asked when.

mod documents;
mod provider;
mod tokens;

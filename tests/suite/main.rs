//! The one integration binary: what only shows from outside the crate.

mod mail;

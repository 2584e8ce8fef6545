//! Pure types and rules: what a site, a page, a comment, a person and a decision are, and what may happen to
//! them. No I/O, no SQL, no wire shapes.

pub mod account;
pub mod client_address;
pub mod clock;
pub mod comment;
pub mod decision;
pub mod finding;
pub mod html;
pub mod id;
pub mod keys;
pub mod language;
pub mod origin;
pub mod page;
pub mod person;
pub mod provider;
pub mod report;
pub mod rng;
pub mod role;
pub mod says;
pub mod site;
pub mod text;

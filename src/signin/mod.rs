//! Ways to sign in, as rules over values: the code of a letter and how long it is good, tokens and sessions, how
//! addresses are kept, and whom providers vouch for (asked through `outbound`). No HTTP of our own and no SQL; the flow through storage is `service::sign_in`'s and `service::sessions`'s.

pub mod address;
pub mod csrf;
pub mod email_code;
pub mod jwt;
pub mod oidc;
pub mod outside;
pub mod pkce;
pub mod provider;
pub mod session;
pub mod stop_link;
pub mod token;

//! Ways to sign in, as rules over values: the code of a letter and how long it is good, tokens and sessions, and how
//! addresses are kept. No HTTP and no SQL; the flow through storage is `service::sign_in`'s and `service::sessions`'s.

pub mod address;
pub mod csrf;
pub mod email_code;
pub mod pkce;
pub mod session;
pub mod stop_link;
pub mod token;

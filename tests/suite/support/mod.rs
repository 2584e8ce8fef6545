//! What tests stand on: an app in this process on a database of its own ([`TestApp`]), the built binary as a process of
//! its own ([`server::Server`]), and the description that every answer is held to.
//!
//! A test of the API is written once and runs on both databases:
//! ```text
//! both! {
//!     async fn a_comment_is_held(app: TestApp) {
//!         let reader = app.sign_in("ada@example.org", "Ada").await;
//!         ...
//!     }
//! }
//! ```
//! makes `a_comment_is_held::sqlite` and `a_comment_is_held::postgres`.

mod app;
pub mod call;
pub mod comments;
pub mod database;
mod described;
pub mod elsewhere;
pub mod mail_server;
mod request;
mod search;
pub mod server;
pub mod sign_in;
pub mod small_disk;
pub mod tls_server;

pub use app::TestApp;
pub use described::{description, problems};
pub use request::{Answer, Request};

/// One test for each database.
macro_rules! both {
    ($($(#[$meta:meta])* async fn $name:ident($app:ident: TestApp) $body:block)+) => {$(
        mod $name {
            #[allow(unused_imports, clippy::allow_attributes, reason = "whatever the test around it imports")]
            use super::*;
            async fn run($app: $crate::support::TestApp) $body
            $(#[$meta])*
            #[actix_web::test]
            async fn sqlite() {
                run($crate::support::TestApp::sqlite().await).await;
            }
            $(#[$meta])*
            #[actix_web::test]
            async fn postgres() {
                run($crate::support::TestApp::postgres().await).await;
            }
        }
    )+};
}
pub(crate) use both;

/// One test for each database of what starts processes: the argument's type is made from a `TestDatabase`.
macro_rules! on_both {
    ($($(#[$meta:meta])* fn $name:ident($argument:ident: $kind:ty) $body:block)+) => {$(
        mod $name {
            #[allow(unused_imports, clippy::allow_attributes, reason = "whatever the test around it imports")]
            use super::*;
            fn run($argument: $kind) $body
            $(#[$meta])*
            #[test]
            fn sqlite() {
                run($crate::support::database::TestDatabase::sqlite().into());
            }
            $(#[$meta])*
            #[test]
            fn postgres() {
                run($crate::support::database::TestDatabase::postgres().into());
            }
        }
    )+};
}
pub(crate) use on_both;

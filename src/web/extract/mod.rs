//! What handlers take from a request, read and checked: bodies, parameters, ids, who asks and from where.

mod body;
mod client;
mod credential;
mod form;
mod key;
mod origin;
mod own_page;
mod paged;
mod path;
mod query;

pub use body::{BODY_LIMIT, JsonBody};
pub use client::ClientAddress;
pub use credential::Bearer;
pub use form::FormBody;
pub use key::IdempotencyHeader;
pub use origin::{RequestOrigin, check_origin};
pub use own_page::MadeBy;
pub use paged::Paged;
pub use path::{Id, NamedInPaths, SiteSlug};
pub use query::{FromParams, Params, Query};

//! The demo over HTTP: its blog, which is a server of its own beside ours, and the letters that it wrote. Neither is there
//! once anything is configured. Both answer only under the name that they are known by, so that a page elsewhere cannot
//! come to their codes by a name that leads to this machine.

mod blog;
mod letters;

pub use blog::create_blog;
pub(super) use letters::endpoints;

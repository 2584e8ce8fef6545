//! Texts that come from outside, each with one `parse`: addresses of people, display names, comment sources,
//! addresses given as a source.

mod characters;
mod email;
mod name;
mod source;
mod source_url;

pub(crate) use characters::{is_droppable_mark, is_invisible, shows_nothing};
pub use email::{EmailAddress, InvalidEmail};
pub use name::{DisplayName, InvalidName};
pub use source::{COMMENT_LIMIT, CommentSource, InvalidSource};
pub use source_url::{InvalidSourceUrl, SourceUrl};

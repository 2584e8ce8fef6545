//! HTML that is safe to put into a page: the type, and the two ways to get one.

/// HTML whose elements, attributes and schemes are on the list. Only `screening::sanitise` makes it of input, and
/// only `storage::queries::revisions` reads it back; a test over the sources holds both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SafeHtml(String);

impl SafeHtml {
    /// For the sanitiser: wraps what ammonia has just cleaned.
    pub fn from_sanitiser(clean: String) -> Self {
        Self(clean)
    }
    /// For storage: wraps what an earlier run of the sanitiser made.
    pub fn from_storage(stored: String) -> Self {
        Self(stored)
    }
    /// The markup.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

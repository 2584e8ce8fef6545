//! Values that must not be shown.

use std::fmt;

/// A value that `Debug` does not show. There is no `Display`: reading it is always a visible `expose()`.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret<T>(T);

impl<T> Secret<T> {
    /// Keeps `value` out of sight.
    pub fn new(value: T) -> Self {
        Self(value)
    }
    /// The value.
    pub fn expose(&self) -> &T {
        &self.0
    }
}

impl<T> fmt::Debug for Secret<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

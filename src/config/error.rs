//! What is wrong with a configuration, said so that it can be mended.

use std::fmt;

/// One thing wrong: where, what, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigError {
    /// The key, such as `mail.smtp.host`, or the file that could not be read.
    pub key: String,
    /// What is wrong, as a clause: `"x" is not an address`.
    pub problem: String,
    /// What to do, as a sentence without its full stop: `write a host and a port`.
    pub mend: String,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}; {}", self.key, self.problem, self.mend)
    }
}

impl std::error::Error for ConfigError {}

/// Everything wrong with a configuration, found in one go. Never empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigErrors(pub Vec<ConfigError>);

impl fmt::Display for ConfigErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the configuration cannot be used:")?;
        for error in &self.0 {
            write!(f, "\n  {error}")?;
        }
        Ok(())
    }
}

impl std::error::Error for ConfigErrors {}

/// Something that works and that the operator had better know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigWarning {
    /// The key, or the variable's name.
    pub key: String,
    /// What is odd, and what to do where it is not meant.
    pub text: String,
}

impl fmt::Display for ConfigWarning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.key, self.text)
    }
}

/// The word is none of those that the key takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("there is no such choice")]
pub struct UnknownWord;

impl UnknownWord {
    /// The one of `all` whose word it is.
    pub(super) fn choose<T: Copy, const N: usize>(
        word: &str,
        all: [T; N],
        as_str: fn(T) -> &'static str,
    ) -> Result<T, Self> {
        all.into_iter()
            .find(|one| as_str(*one) == word)
            .ok_or(UnknownWord)
    }
}

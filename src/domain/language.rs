//! Language tags.

use std::fmt;
use std::str::FromStr;

/// A language tag of BCP 47's shape, such as `en` or `pt-BR`; whether anybody speaks it is not checked.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Language(String);

/// The text is not a language tag.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a language tag: write one such as en or pt-BR")]
pub struct InvalidLanguage;

impl Language {
    /// The tag.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Language {
    type Err = InvalidLanguage;
    fn from_str(text: &str) -> Result<Self, InvalidLanguage> {
        let mut subtags = text.split('-');
        let primary = subtags.next().unwrap_or("");
        let primary_fits =
            (2..=3).contains(&primary.len()) && primary.bytes().all(|b| b.is_ascii_alphabetic());
        let fits = |subtag: &str| {
            (1..=8).contains(&subtag.len()) && subtag.bytes().all(|b| b.is_ascii_alphanumeric())
        };
        if primary_fits && text.len() <= 35 && subtags.all(fits) {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidLanguage)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags() {
        for good in ["en", "pt-BR", "zh-Hant-TW", "gsw", "en-x-pseudo"] {
            assert!(good.parse::<Language>().is_ok(), "{good}");
        }
        for bad in [
            "",
            "e",
            "english",
            "en_GB",
            "en-",
            "en\"",
            "en-<b>",
            &format!("en-{}", "a-".repeat(20)),
        ] {
            assert!(bad.parse::<Language>().is_err(), "{bad}");
        }
    }
}

//! Texts that come from outside, each with one `parse`: addresses of people, display names, comment sources.

use std::fmt;

use unicode_normalization::UnicodeNormalization;
use unicode_segmentation::UnicodeSegmentation;

/// A comment's source is at most this many bytes of UTF-8.
pub const COMMENT_LIMIT: usize = 16 * 1024;

/// An email address: the local part as written, the domain in lower-case ASCII (IDNA).
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct EmailAddress(String);

/// The text is not an email address that mail can be sent to.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not an email address")]
pub struct InvalidEmail;

impl EmailAddress {
    /// Reads `local@domain`: dot-atom or any printable ASCII without spaces, quotes and brackets before the last `@`
    /// (64 bytes), a domain of at least two labels after it (RFC 5321 4.5.3.1).
    pub fn parse(text: &str) -> Result<Self, InvalidEmail> {
        let (local, domain) = text.trim().rsplit_once('@').ok_or(InvalidEmail)?;
        let local_fits = (1..=64).contains(&local.len())
            && local
                .bytes()
                .all(|b| b.is_ascii_graphic() && !b"\"(),:;<>@[\\]".contains(&b))
            && !local.starts_with('.')
            && !local.ends_with('.')
            && !local.contains("..");
        let domain = match url::Host::parse(domain) {
            Ok(url::Host::Domain(domain)) => domain,
            Ok(_) | Err(_) => return Err(InvalidEmail),
        };
        let domain_fits = domain.contains('.')
            && domain.len() <= 253
            && domain.split('.').all(|label| {
                (1..=63).contains(&label.len())
                    && !label.starts_with('-')
                    && !label.ends_with('-')
                    && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
            });
        if local_fits && domain_fits && local.len() + domain.len() < 254 {
            Ok(Self(format!("{local}@{domain}")))
        } else {
            Err(InvalidEmail)
        }
    }
    /// `comments@hustings.example`, whose domain is reserved and can be nobody's: what stands in letters of a server that
    /// is only tried out.
    pub fn comments_at_example() -> Self {
        Self(String::from("comments@hustings.example"))
    }
    /// The address to write to.
    pub fn as_str(&self) -> &str {
        &self.0
    }
    /// What the account is found by. Case is folded: phones capitalise the first letter, and two accounts for one
    /// mailbox would serve nobody. Dots and `+tags` are kept.
    pub fn lookup_key(&self) -> String {
        self.0.to_ascii_lowercase()
    }
}

impl fmt::Debug for EmailAddress {
    /// Addresses stay out of logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EmailAddress(..)")
    }
}

/// The name under which somebody writes on a site: 2 to 40 grapheme clusters, NFC, single spaces.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct DisplayName(String);

/// Why a display name is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidName {
    /// Fewer than 2 or more than 40 characters.
    #[error("a name has 2 to 40 characters")]
    Length,
    /// A control, a bidirectional control, an invisible character or a mark that looks like a badge.
    #[error("a name cannot hold control characters, invisible characters or badges")]
    Characters,
    /// No letter or digit.
    #[error("a name needs a letter")]
    NoLetter,
}

impl DisplayName {
    /// Reads a name: normalises to NFC, trims, and makes every run of white space one space.
    pub fn parse(text: &str) -> Result<Self, InvalidName> {
        let name: String = text
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
            .nfc()
            .collect();
        if !(2..=40).contains(&name.graphemes(true).count()) || name.len() > 400 {
            return Err(InvalidName::Length);
        }
        if text.chars().any(char::is_control) || !crate::domain::text::name_characters_fit(&name) {
            return Err(InvalidName::Characters);
        }
        if name.chars().any(char::is_alphanumeric) {
            Ok(Self(name))
        } else {
            Err(InvalidName::NoLetter)
        }
    }
    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for DisplayName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn name_characters_fit(name: &str) -> bool {
    !name.chars().any(|c| {
        matches!(c,
            '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{061C}'
            | '\u{200B}' | '\u{2060}'..='\u{2064}' | '\u{FEFF}' | '\u{00AD}' | '\u{2028}' | '\u{2029}'
            | '\u{115F}' | '\u{1160}' | '\u{3164}' | '\u{FFA0}' | '\u{E0000}'..='\u{E007F}'
            | '\u{2713}' | '\u{2714}' | '\u{2705}' | '\u{2611}')
    })
}

/// A comment's source: Markdown, 1 to 16,384 bytes, not blank, free of control and direction-forging characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommentSource(String);

/// Why a comment's source is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidSource {
    /// Nothing but white space and invisible characters.
    #[error("the comment is empty")]
    Empty,
    /// More than 16,384 bytes of UTF-8.
    #[error("the comment is longer than 16384 bytes")]
    TooLong,
    /// It holds NUL.
    #[error("the comment holds a NUL character")]
    Nul,
}

impl CommentSource {
    /// Reads a source. The limit counts what was sent.
    pub fn parse(text: &str) -> Result<Self, InvalidSource> {
        if text.len() > COMMENT_LIMIT {
            return Err(InvalidSource::TooLong);
        }
        if text.contains('\0') {
            return Err(InvalidSource::Nul);
        }
        let clean: String = text.replace("\r\n", "\n").replace('\r', "\n").nfc().collect();
        if clean.trim().is_empty() {
            Err(InvalidSource::Empty)
        } else {
            Ok(Self(clean))
        }
    }
    /// Reads what the database kept.
    pub fn from_storage(source: String) -> Self {
        Self(source)
    }
    /// The Markdown.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        let address = EmailAddress::parse(" Ann.Lee+x@Example.ORG ").unwrap();
        assert_eq!(address.as_str(), "Ann.Lee+x@example.org");
        assert_eq!(address.lookup_key(), "ann.lee+x@example.org");
        assert_eq!(
            EmailAddress::parse("a@bücher.example").unwrap().as_str(),
            "a@xn--bcher-kva.example"
        );
        for bad in [
            "",
            "a",
            "a@",
            "@example.org",
            "a b@example.org",
            "a@localhost",
            "a@[127.0.0.1]",
            "a@127.0.0.1",
            "a@-x.org",
            "a@example..org",
            ".a@example.org",
            "a\n@example.org",
            "a@example.org\nBcc: b@example.org",
            "a@exam ple.org",
        ] {
            assert!(EmailAddress::parse(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn names() {
        assert_eq!(DisplayName::parse("  Ann   Lee ").unwrap().as_str(), "Ann Lee");
        assert_eq!(DisplayName::parse("A"), Err(InvalidName::Length));
        assert_eq!(DisplayName::parse(&"x".repeat(41)), Err(InvalidName::Length));
        assert_eq!(DisplayName::parse("Ann\u{202E}eeL"), Err(InvalidName::Characters));
        assert_eq!(DisplayName::parse("..!"), Err(InvalidName::NoLetter));
    }
}

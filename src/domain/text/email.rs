//! Addresses of people.

use std::fmt;

/// An email address: the local part as written, the domain in lower-case ASCII (IDNA).
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct EmailAddress(String);

/// The domains of the one large provider to which `a.b` and `ab` are one mailbox; elsewhere they may be two people's.
const IGNORE_DOTS: [&str; 2] = [DOTLESS, "googlemail.com"];
const DOTLESS: &str = "gmail.com";

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
    /// The mailbox that letters to the address lie in, where that can be told: without a `+tag`, and without dots where the
    /// provider is known to ignore them. For counting letters and wishes for none: who writes a name of their mailbox
    /// in another way is found by another account, and is not to be written to more often.
    pub fn mailbox(&self) -> Self {
        let key = self.lookup_key();
        let Some((local, domain)) = key.rsplit_once('@') else {
            return Self(key);
        };
        let untagged = match local.split_once('+') {
            Some((before, _tag)) if !before.is_empty() => before,
            _ => local,
        };
        if IGNORE_DOTS.contains(&domain) {
            Self(format!("{}@{}", untagged.replace('.', ""), DOTLESS))
        } else {
            Self(format!("{untagged}@{domain}"))
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mailboxes() {
        for (written, mailbox) in [
            ("Ann.Lee+news@Example.org", "ann.lee@example.org"),
            ("ann.lee@example.org", "ann.lee@example.org"),
            ("+news@example.org", "+news@example.org"),
            ("A.nn.Lee+x+y@GoogleMail.com", "annlee@gmail.com"),
        ] {
            let mailbox_of = EmailAddress::parse(written).unwrap().mailbox();
            assert_eq!(mailbox_of.as_str(), mailbox);
            assert_eq!(mailbox_of.mailbox(), mailbox_of);
        }
    }

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
}

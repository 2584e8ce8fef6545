//! What accounts elsewhere are called by: the key of a provider, and the host of a Mastodon instance. What a provider is
//! asked and how is `crate::signin::provider`'s.

use std::fmt;
use std::str::FromStr;

/// A provider's name in addresses and settings, such as `google`: 1 to 32 of `a-z`, `0-9`, and inner `-` and `_`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ProviderKey(String);

/// Words that mean something else where a provider's key may stand.
const RESERVED: [&str; 3] = ["all", "email", "none"];

/// The text is not a provider's key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "not a provider's key: use 1 to 32 lower-case letters a-z, digits, and hyphens or underscores between them; not all, email or none"
)]
pub struct InvalidProviderKey;

impl ProviderKey {
    /// The key.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ProviderKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for ProviderKey {
    type Err = InvalidProviderKey;
    fn from_str(text: &str) -> Result<Self, InvalidProviderKey> {
        let inner = |b: u8| b == b'-' || b == b'_';
        let of_the_alphabet = text
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || inner(b));
        let bounded = !text.starts_with(['-', '_']) && !text.ends_with(['-', '_']);
        if of_the_alphabet && bounded && (1..=32).contains(&text.len()) && !RESERVED.contains(&text) {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidProviderKey)
        }
    }
}

/// The host of a Mastodon instance, in lower-case ASCII (IDNA), such as `social.example.org`. On the port of https, and
/// never an IP address.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct InstanceHost(String);

/// The text names no instance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not the name of an instance: write it as social.example.org")]
pub struct InvalidInstance;

impl InstanceHost {
    /// The host.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for InstanceHost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for InstanceHost {
    type Err = InvalidInstance;
    /// Reads what people type: the host, its address (`https://social.example.org/`), or their own name
    /// (`@mira@social.example.org`).
    fn from_str(text: &str) -> Result<Self, InvalidInstance> {
        let typed = text.trim();
        let host = match typed.strip_prefix("https://") {
            Some(address) => address.split(['/', '?', '#']).next().unwrap_or_default(),
            None => match typed.strip_prefix('@').unwrap_or(typed).split_once('@') {
                Some((name, host)) if !name.is_empty() => host,
                Some(_) => return Err(InvalidInstance),
                None => typed.trim_end_matches('/'),
            },
        };
        let host = host.strip_suffix(":443").unwrap_or(host);
        if host.contains(|c: char| c.is_whitespace() || "@:/?#\\%[]".contains(c)) {
            return Err(InvalidInstance);
        }
        match url::Host::parse(host) {
            Ok(url::Host::Domain(domain)) if fits(&domain) => Ok(Self(domain)),
            Ok(_) | Err(_) => Err(InvalidInstance),
        }
    }
}

/// At least two labels, and no more than DNS allows.
fn fits(domain: &str) -> bool {
    domain.len() <= 253
        && domain.contains('.')
        && domain.split('.').all(|label| {
            (1..=63).contains(&label.len())
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys() {
        for good in ["google", "ward-club", "ward_club", "x", "9", &"k".repeat(32)] {
            assert!(good.parse::<ProviderKey>().is_ok(), "{good}");
        }
        for bad in [
            "",
            "Google",
            "-a",
            "a-",
            "_a",
            "a b",
            "a/b",
            "a.b",
            "é",
            "email",
            "all",
            "none",
            &"k".repeat(33),
        ] {
            assert!(bad.parse::<ProviderKey>().is_err(), "{bad}");
        }
    }

    #[test]
    fn instances() {
        for (typed, host) in [
            ("social.example.org", "social.example.org"),
            (" Social.Example.ORG ", "social.example.org"),
            ("https://social.example.org/@mira", "social.example.org"),
            ("https://social.example.org:443/", "social.example.org"),
            ("@mira@social.example.org", "social.example.org"),
            ("mira@social.example.org", "social.example.org"),
            ("bücher.example", "xn--bcher-kva.example"),
        ] {
            assert_eq!(
                typed.parse::<InstanceHost>().map(|host| host.0),
                Ok(host.to_owned())
            );
        }
        for bad in [
            "",
            "@",
            "localhost",
            "http://social.example.org",
            "social.example.org:8443",
            "https://mira:pw@social.example.org/",
            "@a@b@social.example.org",
            "127.0.0.1",
            "0x7f.1",
            "2130706433",
            "[::1]",
            "social.example.org/path?x",
            "a b.example.org",
            "-a.example.org",
            "social..example.org",
            "@social.example.org@",
        ] {
            assert_eq!(bad.parse::<InstanceHost>(), Err(InvalidInstance), "{bad}");
        }
    }
}

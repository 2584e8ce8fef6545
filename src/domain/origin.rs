//! Origins: scheme, host and port, compared exactly.

use std::fmt;
use std::net::SocketAddr;
use std::str::FromStr;

use url::Url;

/// An http(s) origin in its ASCII form (RFC 6454): lower case, IDNA host, no default port. The opaque origin `null`
/// is never one.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Origin(String);

/// The text is not an http(s) origin.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not an origin: write scheme, host and, where needed, port, such as https://blog.example.org")]
pub struct InvalidOrigin;

impl Origin {
    /// The origin of an http(s) address; `None` for other schemes.
    pub fn of(url: &Url) -> Option<Self> {
        if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none_or(str::is_empty) {
            return None;
        }
        Some(Self(url.origin().ascii_serialization()))
    }
    /// The plain http origin of a socket, such as `http://127.0.0.1:8080`.
    pub fn of_socket(address: SocketAddr) -> Self {
        let text = format!("http://{address}");
        Self(text.strip_suffix(":80").map_or(text.clone(), str::to_owned))
    }
    /// Such as `https://blog.example.org` or `http://localhost:8081`.
    pub fn as_str(&self) -> &str {
        &self.0
    }
    /// The host alone: a name in ASCII, an IPv4 address, or an IPv6 address in brackets.
    pub fn host(&self) -> &str {
        let rest = self.0.split_once("://").map_or("", |(_, rest)| rest);
        match rest.rsplit_once(':') {
            Some((host, port)) if port.bytes().all(|b| b.is_ascii_digit()) => host,
            _ => rest,
        }
    }
    /// Whether the scheme is https.
    pub fn is_https(&self) -> bool {
        self.0.starts_with("https:")
    }
    /// Whether the host is this machine's loopback (`localhost`, `127.0.0.0/8`, `[::1]`), which browsers trust as they
    /// trust https.
    pub fn is_loopback(&self) -> bool {
        let Ok(url) = Url::parse(&self.0) else {
            return false;
        };
        match url.host() {
            Some(url::Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
            Some(url::Host::Ipv4(address)) => address.is_loopback(),
            Some(url::Host::Ipv6(address)) => address.is_loopback(),
            None => false,
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Origin {
    type Err = InvalidOrigin;
    /// Takes an origin alone: a path (other than `/`), query, fragment or user is refused.
    fn from_str(text: &str) -> Result<Self, InvalidOrigin> {
        if text.len() > 300 || text.contains(['@', '\\']) || text.chars().any(char::is_whitespace) {
            return Err(InvalidOrigin);
        }
        let url = Url::parse(text).map_err(|_not_an_address| InvalidOrigin)?;
        let bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
        if bare {
            Origin::of(&url).ok_or(InvalidOrigin)
        } else {
            Err(InvalidOrigin)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_spelling_an_origin() {
        for (written, meant) in [
            ("https://Blog.Example.org", "https://blog.example.org"),
            ("https://blog.example.org:443/", "https://blog.example.org"),
            ("http://localhost:8081", "http://localhost:8081"),
            ("https://bücher.example", "https://xn--bcher-kva.example"),
            ("http://[::1]:80", "http://[::1]"),
        ] {
            assert_eq!(written.parse::<Origin>().unwrap().as_str(), meant);
        }
    }

    #[test]
    fn a_socket_has_an_origin() {
        for (socket, origin) in [
            ("127.0.0.1:8080", "http://127.0.0.1:8080"),
            ("127.0.0.1:80", "http://127.0.0.1"),
            ("[::1]:80", "http://[::1]"),
            ("[::1]:8080", "http://[::1]:8080"),
        ] {
            let made = Origin::of_socket(socket.parse().unwrap());
            assert_eq!(made, origin.parse().unwrap());
        }
    }

    #[test]
    fn refuses_what_is_not_an_origin_alone() {
        for text in [
            "null",
            "",
            "blog.example.org",
            "ftp://example.org",
            "https://a@example.org",
            "https://example.org/x",
            "https://example.org?x",
            "https://example.org#x",
            "https://example.org\\@evil.example",
            "javascript:alert(1)",
            "https://",
            "file:///x",
            " https://example.org",
        ] {
            assert!(text.parse::<Origin>().is_err(), "{text}");
        }
    }

    #[test]
    fn hosts_stand_without_ports() {
        for (text, host) in [
            ("https://blog.example.org", "blog.example.org"),
            ("http://localhost:8081", "localhost"),
            ("http://127.0.0.1:80", "127.0.0.1"),
            ("http://[::1]:8080", "[::1]"),
            ("http://[2001:db8::12]", "[2001:db8::12]"),
        ] {
            assert_eq!(text.parse::<Origin>().unwrap().host(), host);
        }
    }

    #[test]
    fn knows_loopback() {
        for (text, is) in [
            ("http://127.0.0.1:8080", true),
            ("http://localhost", true),
            ("http://[::1]:1", true),
            ("http://127.0.0.1.example.org", false),
            ("https://example.org", false),
        ] {
            assert_eq!(text.parse::<Origin>().unwrap().is_loopback(), is, "{text}");
        }
    }
}

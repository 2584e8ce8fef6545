//! The section `outbound`: which hosts the server may ask though they are not public. What it asks of the world, and how
//! it guards itself meanwhile, is `crate::outbound`'s.

use std::fmt;
use std::str::FromStr;

use url::Host;

use super::reader::Reader;

/// The section `outbound`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OutboundConfig {
    /// Hosts and ports that may be asked though they are not public.
    pub allowed: Vec<Allowed>,
}

impl OutboundConfig {
    pub(super) fn read(reader: &mut Reader) -> Self {
        Self {
            allowed: reader.list(
                "outbound.allowed",
                "list hosts with their ports, such as [\"127.0.0.1:4000\", \"id.example.org:8443\"]",
            ),
        }
    }
}

/// A host and a port that the operator vouches for: it may have an address that is not public, and another port than
/// 443. Kept in the form in which addresses on the web are compared: lower case, punycode, an IP address in one spelling.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allowed {
    host: Host<String>,
    port: u16,
}

/// The text is not `host:port`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("it is not a host and a port")]
pub struct InvalidAllowed;

impl Allowed {
    /// Whether it is this host, and this port of it.
    pub fn is(&self, host: &Host<String>, port: u16) -> bool {
        self.host == *host && self.port == port
    }
}

impl FromStr for Allowed {
    type Err = InvalidAllowed;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (host, port) = text.rsplit_once(':').ok_or(InvalidAllowed)?;
        let host = Host::parse(host).map_err(|_no_host| InvalidAllowed)?;
        let digits = port.bytes().all(|b| b.is_ascii_digit());
        let port = port.parse().map_err(|_no_number| InvalidAllowed)?;
        if !digits || port == 0 {
            return Err(InvalidAllowed);
        }
        Ok(Self { host, port })
    }
}

impl fmt::Display for Allowed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.host, self.port)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_and_a_port_are_read_in_one_spelling() {
        for (text, is) in [
            ("127.0.0.1:4000", "127.0.0.1:4000"),
            ("2130706433:4000", "127.0.0.1:4000"),
            ("[::1]:4000", "[::1]:4000"),
            ("ID.Example.ORG:8443", "id.example.org:8443"),
            ("bücher.example:443", "xn--bcher-kva.example:443"),
        ] {
            assert_eq!(text.parse::<Allowed>().unwrap().to_string(), is, "{text}");
        }
    }

    #[test]
    fn anything_else_is_refused() {
        for text in [
            "",
            "example.org",
            "example.org:",
            ":443",
            "example.org:0",
            "example.org:+443",
            "example.org:70000",
            "https://example.org:443",
            "a@example.org:443",
            "example.org:443/path",
            "::1:443",
            "exa mple.org:443",
        ] {
            assert_eq!(text.parse::<Allowed>(), Err(InvalidAllowed), "{text}");
        }
    }
}

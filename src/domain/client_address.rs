//! The client's address: which of the addresses that a request claims is believed, given the proxies that the
//! operator trusts. Pure; reading headers from a request is `web`'s.
//!
//! The walk starts at the peer and, while the address it stands at is a trusted proxy, steps to the next value from
//! the *right* of one configured header: each proxy appends the address that it saw, so what a client invented lies to
//! the left of the first address that no trusted proxy wrote. With no trusted proxy the header is never looked at.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::str::FromStr;

/// A range of addresses, such as `10.0.0.0/8` or `2001:db8::/32`. One address is a range of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cidr {
    network: IpAddr,
    prefix: u8,
}

/// The text is not a range of addresses.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a range of addresses: write 10.0.0.0/8, 2001:db8::/32 or a single address")]
pub struct InvalidCidr;

impl Cidr {
    /// Whether the address lies in the range. An IPv4 address written as `::ffff:a.b.c.d` is the IPv4 address.
    pub fn contains(&self, address: IpAddr) -> bool {
        match (self.network, address.to_canonical()) {
            (IpAddr::V4(network), IpAddr::V4(address)) => {
                (network.to_bits() ^ address.to_bits())
                    .checked_shr(32 - u32::from(self.prefix))
                    .unwrap_or(0)
                    == 0
            }
            (IpAddr::V6(network), IpAddr::V6(address)) => {
                (network.to_bits() ^ address.to_bits())
                    .checked_shr(128 - u32::from(self.prefix))
                    .unwrap_or(0)
                    == 0
            }
            (IpAddr::V4(_), IpAddr::V6(_)) | (IpAddr::V6(_), IpAddr::V4(_)) => false,
        }
    }
    /// Whether the range is every address of its family.
    pub fn is_everything(&self) -> bool {
        self.prefix == 0
    }
}

impl fmt::Display for Cidr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.network, self.prefix)
    }
}

impl FromStr for Cidr {
    type Err = InvalidCidr;
    fn from_str(text: &str) -> Result<Self, InvalidCidr> {
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) if !prefix.is_empty() && prefix.bytes().all(|b| b.is_ascii_digit()) => (
                address,
                Some(prefix.parse::<u8>().map_err(|_too_large| InvalidCidr)?),
            ),
            Some(_) => return Err(InvalidCidr),
            None => (text, None),
        };
        let written: IpAddr = address.parse().map_err(|_not_an_address| InvalidCidr)?;
        let bits = if written.is_ipv4() { 32 } else { 128 };
        let prefix = prefix.unwrap_or(bits);
        if prefix > bits {
            return Err(InvalidCidr);
        }
        // ::ffff:10.0.0.0/104 is 10.0.0.0/8: addresses are compared in that form.
        Ok(match (written, written.to_canonical()) {
            (IpAddr::V6(_), network @ IpAddr::V4(_)) if prefix >= 96 => Self {
                network,
                prefix: prefix - 96,
            },
            _ => Self {
                network: written,
                prefix,
            },
        })
    }
}

/// The one header in which trusted proxies hand on the addresses they saw.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AddressHeader {
    /// `Forwarded` (RFC 7239), of whose elements the `for` parameter counts.
    Forwarded,
    /// A header that lists bare addresses, such as `x-forwarded-for`, `x-real-ip` or `cf-connecting-ip`; its name in
    /// lower case.
    List(String),
}

/// The text cannot be a header's name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a header's name")]
pub struct InvalidHeaderName;

impl AddressHeader {
    /// The header's name in lower case.
    pub fn name(&self) -> &str {
        match self {
            AddressHeader::Forwarded => "forwarded",
            AddressHeader::List(name) => name,
        }
    }
}

impl Default for AddressHeader {
    fn default() -> Self {
        AddressHeader::List(String::from("x-forwarded-for"))
    }
}

impl fmt::Display for AddressHeader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for AddressHeader {
    type Err = InvalidHeaderName;
    fn from_str(text: &str) -> Result<Self, InvalidHeaderName> {
        let name = text.to_ascii_lowercase();
        let fits = (1..=100).contains(&name.len())
            && name
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
        match name.as_str() {
            _ if !fits => Err(InvalidHeaderName),
            "forwarded" => Ok(AddressHeader::Forwarded),
            _ => Ok(AddressHeader::List(name)),
        }
    }
}

/// The client's address: `peer` is the other end of the connection, `lines` are the values of `header`'s lines in the
/// order received. A value that is no address (`unknown`, an obfuscated `_name`, nonsense) ends the walk at the proxy
/// that handed it on, and so does the end of the list. IPv4 written as IPv6 comes back as IPv4.
pub fn client_address(peer: IpAddr, header: &AddressHeader, lines: &[&str], trusted: &[Cidr]) -> IpAddr {
    let is_trusted = |address: IpAddr| trusted.iter().any(|range| range.contains(address));
    let mut current = peer.to_canonical();
    for line in lines.iter().rev() {
        let claims: Vec<Option<IpAddr>> = match header {
            AddressHeader::List(_) => line.split(',').map(node).collect(),
            AddressHeader::Forwarded => forwarded_for(line),
        };
        for claim in claims.into_iter().rev() {
            match claim {
                _ if !is_trusted(current) => return current,
                Some(address) => current = address,
                None => return current,
            }
        }
    }
    current
}

/// The addresses of a `Forwarded` line's elements. The grammar is held strictly, and a line that breaks it anywhere
/// gives one `None`: a client that opens a quotation and leaves it open would otherwise swallow the element that the
/// proxy appended, and put its own in that place.
fn forwarded_for(line: &str) -> Vec<Option<IpAddr>> {
    let mut claims = Vec::new();
    let mut rest = line;
    loop {
        let Some((claim, after)) = forwarded_element(rest) else {
            return vec![None];
        };
        claims.push(claim);
        match after {
            Some(next) => rest = next,
            None => return claims,
        }
    }
}

/// Reads `name=value;name="value"` up to a comma, and gives the address of its `for` (`None` where it has none, several
/// or no address) and what follows the comma, if one does. `None` where that is not the form.
fn forwarded_element(text: &str) -> Option<(Option<IpAddr>, Option<&str>)> {
    let mut found: Vec<Option<IpAddr>> = Vec::new();
    let mut rest = text;
    loop {
        let (name, after_name) = rest.split_once('=')?;
        let name = name.trim();
        if name.is_empty()
            || !name
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
        {
            return None;
        }
        let (value, after) = match after_name.strip_prefix('"') {
            Some(quoted) => quoted.split_at_checked(closing_quote(quoted)?)?,
            None => after_name.split_at_checked(after_name.find([',', ';']).unwrap_or(after_name.len()))?,
        };
        if !after_name.starts_with('"') && value.contains('"') {
            return None;
        }
        if name.eq_ignore_ascii_case("for") {
            found.push(node(value));
        }
        let address = match found.as_slice() {
            [only] => *only,
            _ => None,
        };
        let after = after.strip_prefix('"').unwrap_or(after).trim_start();
        match (after.strip_prefix(';'), after.strip_prefix(',')) {
            (Some(next), _) => rest = next,
            (None, Some(next)) => return Some((address, Some(next))),
            (None, None) if after.is_empty() => return Some((address, None)),
            (None, None) => return None,
        }
    }
}

/// Where the quotation ends whose opening quote stands just before `text`; a backslash takes the next character's
/// meaning (RFC 9110 5.6.4).
fn closing_quote(text: &str) -> Option<usize> {
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return Some(at),
            _ => {}
        }
    }
    None
}

/// An address with or without a port: `192.0.2.1`, `192.0.2.1:80`, `2001:db8::1`, `[2001:db8::1]`,
/// `[2001:db8::1]:80`.
fn node(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let address = if let Ok(address) = text.parse::<IpAddr>() {
        address
    } else if let Ok(with_port) = text.parse::<SocketAddr>() {
        with_port.ip()
    } else {
        IpAddr::V6(
            text.strip_prefix('[')?
                .strip_suffix(']')?
                .parse::<Ipv6Addr>()
                .ok()?,
        )
    };
    Some(address.to_canonical()).filter(|address| *address != IpAddr::V4(Ipv4Addr::UNSPECIFIED))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ranges(text: &str) -> Vec<Cidr> {
        text.split_whitespace()
            .map(|range| range.parse().unwrap())
            .collect()
    }

    fn walk(peer: &str, header: &str, lines: &[&str], trusted: &str) -> String {
        client_address(
            peer.parse().unwrap(),
            &header.parse().unwrap(),
            lines,
            &ranges(trusted),
        )
        .to_string()
    }

    #[test]
    fn the_list_is_walked_from_the_right() {
        for (peer, lines, trusted, expected) in [
            // Nobody is trusted: the header is not looked at.
            ("198.51.100.9", &["203.0.113.5"][..], "", "198.51.100.9"),
            ("198.51.100.9", &["203.0.113.5"], "10.0.0.0/8", "198.51.100.9"),
            // One proxy.
            ("10.0.0.1", &["203.0.113.5"], "10.0.0.0/8", "203.0.113.5"),
            // The client invented the left part.
            ("10.0.0.1", &["1.2.3.4, 203.0.113.5"], "10.0.0.0/8", "203.0.113.5"),
            (
                "10.0.0.1",
                &["10.9.9.9, 203.0.113.5"],
                "10.0.0.0/8",
                "203.0.113.5",
            ),
            (
                "10.0.0.1",
                &["127.0.0.1,203.0.113.5"],
                "10.0.0.0/8 127.0.0.1",
                "203.0.113.5",
            ),
            // Two trusted proxies in a row, and a header split over lines.
            (
                "10.0.0.1",
                &["203.0.113.5, 10.0.0.2"],
                "10.0.0.0/8",
                "203.0.113.5",
            ),
            (
                "10.0.0.1",
                &["1.2.3.4", "203.0.113.5", "10.0.0.2"],
                "10.0.0.0/8",
                "203.0.113.5",
            ),
            // All are trusted: the client is the leftmost.
            ("10.0.0.1", &["10.0.0.3, 10.0.0.2"], "10.0.0.0/8", "10.0.0.3"),
            // No header, or an empty one.
            ("10.0.0.1", &[], "10.0.0.0/8", "10.0.0.1"),
            ("10.0.0.1", &[""], "10.0.0.0/8", "10.0.0.1"),
            // What is no address stops the walk; the client's inventions beyond it stay unread.
            ("10.0.0.1", &["203.0.113.5, unknown"], "10.0.0.0/8", "10.0.0.1"),
            (
                "10.0.0.1",
                &["203.0.113.5, _hidden, 10.0.0.2"],
                "10.0.0.0/8",
                "10.0.0.2",
            ),
            ("10.0.0.1", &["203.0.113.5,"], "10.0.0.0/8", "10.0.0.1"),
            ("10.0.0.1", &["203.0.113.5, 999.1.1.1"], "10.0.0.0/8", "10.0.0.1"),
            ("10.0.0.1", &["0.0.0.0"], "10.0.0.0/8", "10.0.0.1"),
            // Ports, brackets, IPv6 and IPv4 in IPv6.
            ("10.0.0.1", &["203.0.113.5:4711"], "10.0.0.0/8", "203.0.113.5"),
            ("10.0.0.1", &["2001:db8::5"], "10.0.0.0/8", "2001:db8::5"),
            ("10.0.0.1", &["[2001:db8::5]"], "10.0.0.0/8", "2001:db8::5"),
            ("10.0.0.1", &["[2001:db8::5]:443"], "10.0.0.0/8", "2001:db8::5"),
            ("10.0.0.1", &["::ffff:203.0.113.5"], "10.0.0.0/8", "203.0.113.5"),
            ("::ffff:10.0.0.1", &["203.0.113.5"], "10.0.0.0/8", "203.0.113.5"),
            ("10.0.0.1", &["203.0.113.5"], "::ffff:10.0.0.0/104", "203.0.113.5"),
            ("::1", &["203.0.113.5"], "::1", "203.0.113.5"),
            ("2001:db8::1", &["203.0.113.5"], "2001:db8::/32", "203.0.113.5"),
            ("2001:db9::1", &["203.0.113.5"], "2001:db8::/32", "2001:db9::1"),
        ] {
            assert_eq!(
                walk(peer, "X-Forwarded-For", lines, trusted),
                expected,
                "{peer} {lines:?} {trusted}"
            );
        }
    }

    #[test]
    fn forwarded_is_read_as_rfc_7239_writes_it() {
        for (lines, expected) in [
            (&["for=203.0.113.5"][..], "203.0.113.5"),
            (&["For=\"[2001:db8:cafe::17]:4711\""], "2001:db8:cafe::17"),
            (
                &["for=1.2.3.4, for=203.0.113.5;proto=https;by=10.0.0.1"],
                "203.0.113.5",
            ),
            (
                &["for=1.2.3.4;proto=http", "proto=https; for=\"203.0.113.5:80\""],
                "203.0.113.5",
            ),
            (&["for=203.0.113.5, for=10.0.0.2"], "203.0.113.5"),
            // A quoted comma or semicolon does not begin another element.
            (&["for=203.0.113.5;host=\"a, for=1.2.3.4\""], "203.0.113.5"),
            (&["for=203.0.113.5;host=\"a\\\"; for=1.2.3.4\""], "203.0.113.5"),
            // A client that leaves a quotation open cannot swallow what the proxy appends.
            (&["for=1.2.3.4;x=\", for=203.0.113.5"], "10.0.0.1"),
            (&["for=1.2.3.4;x=\", for=\"[2001:db8::1]\""], "10.0.0.1"),
            (
                &["for=1.2.3.4;x=\", for=\"[2001:db8::1]\";host=\"a\\\"b\""],
                "10.0.0.1",
            ),
            (&["for=1.2.3.4;x=\"\\, for=203.0.113.5;by=\"b\""], "10.0.0.1"),
            (&["for=1.2.3.4;x=\"", "for=203.0.113.5"], "203.0.113.5"),
            // These stop the walk at the proxy.
            (&["for=203.0.113.5, for=unknown"], "10.0.0.1"),
            (&["for=203.0.113.5, for=\"_gazonk\""], "10.0.0.1"),
            (&["for=203.0.113.5, proto=https"], "10.0.0.1"),
            (&["for=203.0.113.5;for=1.2.3.4"], "10.0.0.1"),
            (&["203.0.113.5"], "10.0.0.1"),
            (&["for=\"203.0.113.5"], "10.0.0.1"),
            (&["for=2001:db8::1"], "2001:db8::1"),
        ] {
            assert_eq!(
                walk("10.0.0.1", "forwarded", lines, "10.0.0.0/8"),
                expected,
                "{lines:?}"
            );
        }
    }

    #[test]
    fn ranges_hold_what_they_say() {
        for (range, address, holds) in [
            ("10.0.0.0/8", "10.255.255.255", true),
            ("10.0.0.0/8", "11.0.0.0", false),
            ("10.1.2.3/8", "10.9.9.9", true),
            ("192.0.2.7", "192.0.2.7", true),
            ("192.0.2.7", "192.0.2.8", false),
            ("192.0.2.0/31", "192.0.2.1", true),
            ("0.0.0.0/0", "203.0.113.5", true),
            ("0.0.0.0/0", "2001:db8::1", false),
            ("::/0", "2001:db8::1", true),
            ("::/0", "203.0.113.5", false),
            ("2001:db8::/47", "2001:db8:1::", true),
            ("2001:db8::/48", "2001:db8:1::", false),
        ] {
            let range: Cidr = range.parse().unwrap();
            assert_eq!(
                range.contains(address.parse().unwrap()),
                holds,
                "{range} {address}"
            );
        }
        for text in [
            "",
            "10.0.0.0/33",
            "::/129",
            "10.0.0/8",
            "x/8",
            "10.0.0.0/",
            "10.0.0.0/+8",
            "10.0.0.0/8/8",
        ] {
            assert_eq!(text.parse::<Cidr>(), Err(InvalidCidr), "{text}");
        }
    }

    #[test]
    fn header_names() {
        assert_eq!("Forwarded".parse(), Ok(AddressHeader::Forwarded));
        assert_eq!(
            "CF-Connecting-IP".parse(),
            Ok(AddressHeader::List(String::from("cf-connecting-ip")))
        );
        for name in ["", "x y", "x:y", "x,y"] {
            assert_eq!(name.parse::<AddressHeader>(), Err(InvalidHeaderName));
        }
    }
}

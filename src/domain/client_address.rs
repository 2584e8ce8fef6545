//! The client's address: which of the addresses that a request claims is believed, given the proxies that the
//! operator trusts. Pure; reading headers from a request is `web`'s.
//!
//! The walk starts at the peer and, while the address it stands at is a trusted proxy, steps to the next value from
//! the *right* of one configured header: each proxy appends the address that it saw, so what a client invented lies to
//! the left of the first address that no trusted proxy wrote. With no trusted proxy the header is never looked at.

mod cidr;
mod forwarded;
mod header;

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

pub use cidr::{Cidr, InvalidCidr};
use forwarded::forwarded_for;
pub use header::{AddressHeader, InvalidHeaderName};

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
}

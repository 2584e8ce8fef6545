//! Which addresses belong to the public internet, by the IANA registries of special-purpose addresses (RFC 6890 and
//! what was entered since). Where an IPv6 address leads to an IPv4 one, that one counts. Knows no names and asks nobody.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// IPv4 networks that are somebody's own, or nobody's.
const NOT_PUBLIC_V4: [(Ipv4Addr, u32); 15] = [
    (Ipv4Addr::new(0, 0, 0, 0), 8),       // "this network"
    (Ipv4Addr::new(10, 0, 0, 0), 8),      // private
    (Ipv4Addr::new(100, 64, 0, 0), 10),   // carriers' own
    (Ipv4Addr::new(127, 0, 0, 0), 8),     // loopback
    (Ipv4Addr::new(169, 254, 0, 0), 16),  // link-local, and where clouds tell machines their secrets
    (Ipv4Addr::new(172, 16, 0, 0), 12),   // private
    (Ipv4Addr::new(192, 0, 0, 0), 24),    // protocols' own
    (Ipv4Addr::new(192, 0, 2, 0), 24),    // documentation
    (Ipv4Addr::new(192, 88, 99, 0), 24),  // relays of 6to4, given up
    (Ipv4Addr::new(192, 168, 0, 0), 16),  // private
    (Ipv4Addr::new(198, 18, 0, 0), 15),   // measuring
    (Ipv4Addr::new(198, 51, 100, 0), 24), // documentation
    (Ipv4Addr::new(203, 0, 113, 0), 24),  // documentation
    (Ipv4Addr::new(224, 0, 0, 0), 4),     // multicast
    (Ipv4Addr::new(240, 0, 0, 0), 4),     // kept back, and broadcast
];

/// Where global unicast addresses of IPv6 lie; what is outside is loopback, mapped, unique local, link-local, multicast
/// or not given out.
const GLOBAL_UNICAST: (Ipv6Addr, u32) = (Ipv6Addr::new(0x2000, 0, 0, 0, 0, 0, 0, 0), 3);

/// Networks in there that are not public all the same.
const NOT_PUBLIC_V6: [(Ipv6Addr, u32); 3] = [
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23), // protocols' own, Teredo among them
    (Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0), 32), // documentation
    (Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20), // documentation
];

/// Translated to the IPv4 address in its last 32 bits (RFC 6052).
const NAT64: (Ipv6Addr, u32) = (Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, 0, 0), 96);

/// Carried to the IPv4 address in bits 16 to 48 (RFC 3056).
const SIX_TO_FOUR: (Ipv6Addr, u32) = (Ipv6Addr::new(0x2002, 0, 0, 0, 0, 0, 0, 0), 16);

/// Whether the address belongs to the public internet.
pub(super) fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let within = |(network, length): &(Ipv4Addr, u32)| {
        (address.to_bits() ^ network.to_bits()) >> (Ipv4Addr::BITS - length) == 0
    };
    !NOT_PUBLIC_V4.iter().any(within)
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let within = |(network, length): &(Ipv6Addr, u32)| {
        (address.to_bits() ^ network.to_bits()) >> (Ipv6Addr::BITS - length) == 0
    };
    let bits = address.to_bits();
    if within(&NAT64) {
        is_public_v4(low_bits(bits))
    } else if within(&SIX_TO_FOUR) {
        is_public_v4(low_bits(bits >> 80))
    } else {
        within(&GLOBAL_UNICAST) && !NOT_PUBLIC_V6.iter().any(within)
    }
}

/// The address that the last 32 bits are.
fn low_bits(bits: u128) -> Ipv4Addr {
    let [.., a, b, c, d] = bits.to_be_bytes();
    Ipv4Addr::new(a, b, c, d)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn all(addresses: &str, public: bool) {
        for address in addresses.split_whitespace() {
            assert_eq!(is_public(address.parse().unwrap()), public, "{address}");
        }
    }

    #[test]
    fn every_network_that_is_not_public_from_its_first_address_to_its_last() {
        all(
            "0.0.0.0 0.255.255.255 10.0.0.0 10.255.255.255 100.64.0.0 100.127.255.255 127.0.0.0 127.0.0.1
             127.255.255.255 169.254.0.0 169.254.169.254 169.254.255.255 172.16.0.0 172.31.255.255 192.0.0.0
             192.0.0.255 192.0.2.0 192.0.2.255 192.88.99.0 192.88.99.255 192.168.0.0 192.168.255.255 198.18.0.0
             198.19.255.255 198.51.100.0 198.51.100.255 203.0.113.0 203.0.113.255 224.0.0.0 239.255.255.255
             240.0.0.0 255.255.255.255",
            false,
        );
        all(
            ":: ::1 ::7f00:1 ::127.0.0.1 ::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:8.8.8.8 64:ff9b:1::1 100::1
             1fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 2001:: 2001::1 2001:0:4136:e378:8000:63bf:3fff:fdd2 2001:2::1
             2001:10::1 2001:20::1 2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff 2001:db8:: 2001:db8:ffff::1 3fff::1
             3fff:fff:ffff::1 4000:: 5f00::1 fc00::1 fd12:3456:789a::1 fdff::1 fe80::1 febf::1 fec0::1 ff00::
             ff02::1 ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
            false,
        );
    }

    #[test]
    fn their_neighbours_are_public() {
        all(
            "1.0.0.0 8.8.8.8 9.255.255.255 11.0.0.0 100.63.255.255 100.128.0.0 126.255.255.255 128.0.0.0
             169.253.255.255 169.255.0.0 172.15.255.255 172.32.0.0 191.255.255.255 192.0.1.0 192.0.3.0
             192.88.98.255 192.88.100.0 192.167.255.255 192.169.0.0 198.17.255.255 198.20.0.0 198.51.99.255
             198.51.101.0 203.0.112.255 203.0.114.0 223.255.255.255",
            true,
        );
        all(
            "2000::1 2001:200::1 2001:db7:ffff::1 2001:db9::1 2606:4700::1111 2a00:1450:4001::200e
             3ffe:ffff::1 3fff:1000::1",
            true,
        );
    }

    #[test]
    fn an_address_that_leads_to_an_ipv4_one_is_judged_by_that() {
        all("64:ff9b::8.8.8.8 2002:808:808::1 2002:808:808:1234::5", true);
        all(
            "64:ff9b::127.0.0.1 64:ff9b::10.0.0.1 64:ff9b::169.254.169.254 64:ff9b::1:8.8.8.8
             2002:7f00:1::1 2002:a00:1::1 2002:a9fe:a9fe::1 2002:c0a8:101::8.8.8.8",
            false,
        );
    }
}

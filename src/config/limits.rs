//! The section `limits`: whether requests are limited, and whose word about a client's address is taken. The numbers
//! themselves are in `crate::limits`.

use super::reader::Reader;
use crate::domain::client_address::{AddressHeader, Cidr};

/// The section `limits`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LimitsConfig {
    /// Whether requests are limited at all.
    pub enabled: bool,
    /// Proxies whose word is taken.
    pub trusted_proxies: Vec<Cidr>,
    /// The one header in which they hand on the client's address.
    pub client_address_header: AddressHeader,
}

impl LimitsConfig {
    pub(super) fn read(reader: &mut Reader) -> Self {
        let enabled = reader.value("limits.enabled", true, "write true or false");
        if !enabled {
            reader.warn(
                "limits.enabled",
                "nothing is limited: anybody may send codes and guess them as fast as the server answers",
            );
        }
        let trusted_proxies: Vec<Cidr> = reader.list(
            "limits.trusted_proxies",
            "list the ranges of your own proxies, such as [\"10.0.0.0/8\", \"::1\"]",
        );
        if trusted_proxies.iter().any(Cidr::is_everything) {
            reader.warn(
                "limits.trusted_proxies",
                "every address is trusted, so that anybody can claim any address and none is limited. List your \
                 proxies only",
            );
        }
        Self {
            enabled,
            trusted_proxies,
            client_address_header: reader.value(
                "limits.client_address_header",
                AddressHeader::default(),
                "write one header's name, such as x-forwarded-for, forwarded or cf-connecting-ip",
            ),
        }
    }
}

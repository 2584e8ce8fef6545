//! Which header is read for the client's address.

use std::fmt;
use std::str::FromStr;

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

#[cfg(test)]
mod tests {
    use super::*;

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

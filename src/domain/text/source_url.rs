//! The address that an author gives as the source of a claim.

use url::Url;

const LIMIT: usize = 2_048;

/// An http(s) address without user name or password, at most 2,048 bytes. For moderators; never fetched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceUrl(String);

/// The text is no such address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the source must be an http or https address of at most 2048 bytes, without user name or password")]
pub struct InvalidSourceUrl;

impl SourceUrl {
    /// Reads an address and keeps it as written.
    pub fn parse(text: &str) -> Result<Self, InvalidSourceUrl> {
        let odd = |c: char| c.is_control() || c.is_whitespace() || c == '\\';
        if text.len() > LIMIT || text.chars().any(odd) {
            return Err(InvalidSourceUrl);
        }
        let url = Url::parse(text).map_err(|_not_an_address| InvalidSourceUrl)?;
        let has_host = url.host_str().is_some_and(|host| !host.is_empty());
        // The parser forgets an empty user, as in `https://@host/`.
        let authority = text
            .split("//")
            .nth(1)
            .and_then(|rest| rest.split(['/', '?', '#']).next());
        let has_user = !url.username().is_empty()
            || url.password().is_some()
            || authority.is_none_or(|a| a.contains('@'));
        if matches!(url.scheme(), "http" | "https") && has_host && !has_user {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidSourceUrl)
        }
    }
    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn web_addresses_only() {
        for good in ["https://example.org/a?b=c@d#e", "http://example.org"] {
            assert_eq!(SourceUrl::parse(good).unwrap().as_str(), good);
        }
        for bad in [
            "",
            "example.org",
            "javascript:alert(1)",
            "https://user@example.org/",
            "https://user:pw@example.org/",
            "https://@example.org/",
            "https:example.org",
            "https:\\\\example.org",
            "ftp://example.org",
            "https://example.org/a b",
            "https://example.org/\n",
        ] {
            assert_eq!(SourceUrl::parse(bad), Err(InvalidSourceUrl), "{bad}");
        }
        assert!(SourceUrl::parse(&format!("https://example.org/{}", "x".repeat(2_048))).is_err());
    }
}

//! What a provider says of itself at `/.well-known/openid-configuration` (OpenID Connect Discovery 1.0, RFC 8414): the
//! addresses that are asked, once they have been looked at. What is not used is not read.

use serde::Deserialize;
use url::Url;

use super::{IssuerName, OidcError};
use crate::outbound::Outbound;

/// Where a provider is asked what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Metadata {
    /// Where browsers are sent.
    pub authorization: Url,
    /// Where codes become tokens.
    pub token: Url,
    /// Where its keys are.
    pub keys: Url,
    /// Where more is told of somebody.
    pub userinfo: Option<Url>,
    /// Whether it says that it knows PKCE with S256.
    pub pkce: bool,
    /// Whether its answers name it (`iss`, RFC 9207), so that one without is not its.
    pub names_itself: bool,
}

/// The document as it is sent.
#[derive(Debug, Deserialize)]
pub(super) struct Document {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    jwks_uri: String,
    userinfo_endpoint: Option<String>,
    #[serde(default)]
    code_challenge_methods_supported: Vec<String>,
    #[serde(default)]
    authorization_response_iss_parameter_supported: bool,
}

impl Document {
    /// The document, if it is this provider's (Discovery, 4.3) and leads to where we may go.
    pub(super) fn checked(
        self,
        outbound: &Outbound,
        address: &str,
        name: &IssuerName,
    ) -> Result<Metadata, OidcError> {
        let is_its_own = match name {
            IssuerName::Address => self.issuer == address,
            IssuerName::OneOf(names) => names.contains(&self.issuer.as_str()),
            IssuerName::PerTenant(pattern) => self.issuer == *pattern,
        };
        if !is_its_own {
            return Err(OidcError::Answer { what: "issuer" });
        }
        let endpoint = |text: &str| {
            Url::parse(text)
                .ok()
                .filter(|url| url.fragment().is_none() && outbound.permits(url).is_ok())
                .ok_or(OidcError::Answer { what: "endpoint" })
        };
        Ok(Metadata {
            authorization: endpoint(&self.authorization_endpoint)?,
            token: endpoint(&self.token_endpoint)?,
            keys: endpoint(&self.jwks_uri)?,
            userinfo: self.userinfo_endpoint.as_deref().map(endpoint).transpose()?,
            pkce: self
                .code_challenge_methods_supported
                .iter()
                .any(|method| method == "S256"),
            names_itself: self.authorization_response_iss_parameter_supported,
        })
    }
}

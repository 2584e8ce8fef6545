//! What asking a provider can come to. Holds nothing that a provider sent, save the short word of its refusal.

use crate::outbound::OutboundError;
use crate::signin::oidc::{IdTokenError, OidcError};

/// Why nobody is known by it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProviderError {
    /// It could not be asked.
    #[error(transparent)]
    Outbound(#[from] OutboundError),
    /// The reader said no there, or it did not let them in.
    #[error("refused: {error}")]
    Refused {
        /// Its word for it, such as `access_denied`.
        error: String,
    },
    /// Its answer is none that can be understood.
    #[error("the answer cannot be understood: {what}")]
    Answer {
        /// What is wrong with it: `status`, `json`, or the field that is missing or wrong.
        what: &'static str,
    },
    /// Its ID token cannot be believed.
    #[error(transparent)]
    IdToken(#[from] IdTokenError),
    /// The code was used before, or comes too late.
    #[error("the code is used up or too old")]
    Stale,
    /// It does not take this server's settings: id, secret, redirect address or scopes.
    #[error("it refuses this server's client id, secret, redirect address or scopes")]
    Config,
    /// What was typed is no host of an instance.
    #[error("not the name of an instance")]
    Host,
    /// The operator does not want that instance.
    #[error("an instance that the operator does not want")]
    HostDenied,
}

impl From<OidcError> for ProviderError {
    fn from(error: OidcError) -> Self {
        match error {
            OidcError::Outbound(error) => Self::Outbound(error),
            OidcError::Answer { what } => Self::Answer { what },
            OidcError::IdToken(error) => Self::IdToken(error),
        }
    }
}

impl ProviderError {
    /// Its answer lacks something, or something in it is wrong.
    pub(super) fn answer(what: &'static str) -> Self {
        Self::Answer { what }
    }

    /// Of the parameter `error` that came back in the place of a code (RFC 6749, 4.1.2.1, OpenID Connect Core, 3.1.2.6,
    /// and the words that single providers have for a reader who turns round).
    pub(super) fn of_callback(error: &str) -> Self {
        match error {
            "access_denied"
            | "user_denied"
            | "user_cancelled_authorize"
            | "user_cancelled_login"
            | "consent_required"
            | "interaction_required"
            | "login_required"
            | "account_selection_required" => Self::Refused {
                error: error.to_owned(),
            },
            "unauthorized_client"
            | "invalid_client"
            | "invalid_scope"
            | "invalid_request"
            | "unsupported_response_type"
            | "redirect_uri_mismatch"
            | "application_suspended" => Self::Config,
            _ => Self::answer("error"),
        }
    }
}

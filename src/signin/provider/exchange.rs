//! OAuth's two steps, the same for all: the address that a reader is sent to, and the code exchanged for a token (RFC 6749,
//! 4.1; PKCE: RFC 7636). What is then asked with the token is each provider's.

use std::cell::RefCell;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::{Request, Response, StatusCode};
use oauth2::basic::{
    BasicErrorResponse, BasicRevocationErrorResponse, BasicTokenIntrospectionResponse, BasicTokenType,
};
use oauth2::{
    AccessToken, AuthType, AuthUrl, AuthorizationCode, Client, ClientId, ClientSecret, CsrfToken,
    PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, RefreshToken, RequestTokenError, Scope,
    StandardRevocableToken, TokenResponse, TokenUrl,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use url::Url;

use super::answer::CAP;
use super::{Arrival, Departure, ProviderError, Result, Trip};
use crate::domain::rng::Rng;
use crate::outbound::{Outbound, OutboundError};

type OAuth = Client<
    BasicErrorResponse,
    Tokens,
    BasicTokenIntrospectionResponse,
    StandardRevocableToken,
    BasicRevocationErrorResponse,
>;

/// What is asked of the reader's browser.
pub(super) struct Leave<'a> {
    pub(super) client_id: &'a str,
    pub(super) authorize: &'a Url,
    pub(super) scopes: &'a [&'a str],
    /// Whether a challenge goes along.
    pub(super) pkce: bool,
    /// Whether a nonce goes along.
    pub(super) nonce: bool,
    /// What this provider wants beside.
    pub(super) extra: &'a [(&'a str, &'a str)],
}

/// 256 random bits as 43 characters.
fn random(rng: &dyn Rng) -> String {
    let mut bytes = [0; 32];
    rng.fill(&mut bytes);
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Where the reader goes.
pub(super) fn leave(trip: &Trip<'_>, leave: &Leave<'_>) -> Departure {
    let client = OAuth::new(ClientId::new(leave.client_id.to_owned()))
        .set_auth_uri(AuthUrl::from_url(leave.authorize.clone()))
        .set_redirect_uri(RedirectUrl::from_url(trip.redirect.clone()));
    let state = trip.state.to_owned();
    let mut request = client
        .authorize_url(|| CsrfToken::new(state))
        .add_scopes(leave.scopes.iter().map(|scope| Scope::new((*scope).to_owned())));
    for (name, value) in leave.extra {
        request = request.add_extra_param(*name, *value);
    }
    let verifier = leave.pkce.then(|| random(trip.rng));
    if let Some(verifier) = &verifier {
        let verifier = PkceCodeVerifier::new(verifier.clone());
        request = request.set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verifier));
    }
    let nonce = leave.nonce.then(|| random(trip.rng));
    if let Some(nonce) = &nonce {
        request = request.add_extra_param("nonce", nonce.clone());
    }
    let (address, _state) = request.url();
    Departure {
        address,
        verifier,
        nonce,
        memo: None,
    }
}

/// The code that a reader brought back, unless they or the provider said no, or another provider sent them (RFC 9207):
/// `issued` says whether an `iss` is this provider's.
pub(super) fn code(arrival: &Arrival, issued: impl Fn(&str) -> bool) -> Result<&str> {
    if arrival.iss.as_deref().is_some_and(|iss| !issued(iss)) {
        return Err(ProviderError::answer("iss"));
    }
    if let Some(error) = &arrival.error {
        return Err(ProviderError::of_callback(error));
    }
    let code = arrival.code.as_deref().filter(|code| !code.is_empty());
    code.ok_or(ProviderError::answer("code"))
}

/// Whether an `iss` lies on the origin that readers were sent to: all that can be asked of a provider that names no issuer.
pub(super) fn same_origin(authorize: &Url, iss: &str) -> bool {
    Url::parse(iss).is_ok_and(|iss| iss.origin() == authorize.origin())
}

/// How a code is exchanged.
pub(super) struct Exchange<'a> {
    pub(super) client_id: &'a str,
    pub(super) secret: &'a str,
    pub(super) token: &'a Url,
    /// Whether id and secret go in the `Authorization` header instead of the form.
    pub(super) basic: bool,
}

/// What is given for a code. Kept nowhere.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Tokens {
    access_token: AccessToken,
    /// Where the provider speaks OpenID. Beside these fields there are others, such as `scope`, whose form differs from
    /// provider to provider; nothing is read of them.
    pub(super) id_token: Option<String>,
}

impl Tokens {
    pub(super) fn access(&self) -> &str {
        self.access_token.secret()
    }
}

impl TokenResponse for Tokens {
    type TokenType = BasicTokenType;
    fn access_token(&self) -> &AccessToken {
        &self.access_token
    }
    fn token_type(&self) -> &BasicTokenType {
        &BasicTokenType::Bearer
    }
    fn expires_in(&self) -> Option<std::time::Duration> {
        None
    }
    fn refresh_token(&self) -> Option<&RefreshToken> {
        None
    }
    fn scopes(&self) -> Option<&Vec<Scope>> {
        None
    }
}

impl Exchange<'_> {
    /// Exchanges a code.
    pub(super) fn run(&self, out: &Outbound, code: &str, arrival: &Arrival) -> Result<Tokens> {
        let kind = if self.basic {
            AuthType::BasicAuth
        } else {
            AuthType::RequestBody
        };
        let client = OAuth::new(ClientId::new(self.client_id.to_owned()))
            .set_client_secret(ClientSecret::new(self.secret.to_owned()))
            .set_auth_type(kind)
            .set_token_uri(TokenUrl::from_url(self.token.clone()))
            .set_redirect_uri(RedirectUrl::from_url(arrival.redirect.clone()));
        let mut request = client.exchange_code(AuthorizationCode::new(code.to_owned()));
        if let Some(verifier) = &arrival.verifier {
            request = request.set_pkce_verifier(PkceCodeVerifier::new(verifier.clone()));
        }
        // The library reads errors as the standard has them; providers have others, which are read from the answer itself.
        let answered = RefCell::new(None);
        let send = |request: Request<Vec<u8>>| -> Result<Response<Vec<u8>>, OutboundError> {
            let answer = out.send(request, CAP)?;
            answered.replace(Some((answer.status(), answer.body().clone())));
            Ok(answer)
        };
        request.request(&send).map_err(|error| match error {
            RequestTokenError::Request(error) => ProviderError::Outbound(error),
            RequestTokenError::ServerResponse(_)
            | RequestTokenError::Parse(..)
            | RequestTokenError::Other(_) => match answered.take() {
                Some((status, body)) => refused(status, &body),
                None => ProviderError::answer("token"),
            },
        })
    }
}

/// Why a code was not exchanged, by the words of the standard and those of the providers that have others.
fn refused(status: StatusCode, body: &[u8]) -> ProviderError {
    if status.is_server_error() {
        return ProviderError::answer("status");
    }
    let Ok(body) = serde_json::from_slice::<Value>(body) else {
        return ProviderError::answer("json");
    };
    let word = |pointer: &str| body.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
    let number = |pointer: &str| body.pointer(pointer).and_then(Value::as_i64).unwrap_or_default();
    match word("/error") {
        // GitHub's word for the standard's `invalid_grant`.
        "invalid_grant" | "bad_verification_code" => return ProviderError::Stale,
        // GitHub's word for the standard's `invalid_client` is the second.
        "invalid_client"
        | "incorrect_client_credentials"
        | "unauthorized_client"
        | "redirect_uri_mismatch"
        | "invalid_scope"
        | "unsupported_grant_type" => return ProviderError::Config,
        // LinkedIn says of a code that is too old: "... Or authorization code expired".
        "invalid_request" if word("/error_description").contains("code expired") => {
            return ProviderError::Stale;
        }
        _ => {}
    }
    // Facebook has numbers: an authorisation code that was used or has expired; application, secret or address wrong.
    match (number("/error/code"), number("/error/error_subcode")) {
        (100, 36_007 | 36_009) => return ProviderError::Stale,
        (1 | 101 | 191, _) => return ProviderError::Config,
        _ => {}
    }
    // Twitch has sentences.
    match word("/message") {
        "Invalid authorization code" => ProviderError::Stale,
        "invalid client"
        | "invalid client secret"
        | "Parameter redirect_uri does not match registered URI" => ProviderError::Config,
        _ if status == StatusCode::OK => ProviderError::answer("access_token"),
        _ => ProviderError::answer("status"),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn refusals_are_told_apart() {
        let (stale, config) = (ProviderError::Stale, ProviderError::Config);
        for (status, body, expected) in [
            (400, json!({ "error": "invalid_grant" }), stale.clone()),
            (200, json!({ "error": "bad_verification_code" }), stale.clone()),
            (
                400,
                json!({ "error": { "code": 100, "error_subcode": 36009 } }),
                stale.clone(),
            ),
            (
                400,
                json!({ "status": 400, "message": "Invalid authorization code" }),
                stale.clone(),
            ),
            (
                400,
                json!({ "error": "invalid_request", "error_description": "... Or authorization code expired." }),
                stale,
            ),
            (401, json!({ "error": "invalid_client" }), config.clone()),
            (
                200,
                json!({ "error": "incorrect_client_credentials" }),
                config.clone(),
            ),
            (400, json!({ "error": { "code": 191 } }), config.clone()),
            (
                403,
                json!({ "status": 403, "message": "invalid client secret" }),
                config,
            ),
            (
                400,
                json!({ "error": { "code": 100 } }),
                ProviderError::answer("status"),
            ),
            (400, json!([]), ProviderError::answer("status")),
            (200, json!({}), ProviderError::answer("access_token")),
            (
                500,
                json!({ "error": "invalid_grant" }),
                ProviderError::answer("status"),
            ),
        ] {
            let status = StatusCode::from_u16(status).unwrap();
            assert_eq!(refused(status, body.to_string().as_bytes()), expected, "{body}");
        }
        assert_eq!(refused(StatusCode::OK, b"<html>"), ProviderError::answer("json"));
    }

    #[test]
    fn an_issuer_without_a_name_lies_on_the_same_origin() {
        let authorize = Url::parse("https://x.com/i/oauth2/authorize").unwrap();
        assert!(same_origin(&authorize, "https://x.com"));
        for other in [
            "https://evil.example",
            "http://x.com",
            "https://x.com:444",
            "https://x.com.evil.example",
            "x.com",
            "",
        ] {
            assert!(!same_origin(&authorize, other), "{other}");
        }
    }
}

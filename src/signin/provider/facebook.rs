//! Facebook (developers.facebook.com, "Manually build a login flow", "Securing requests", "Data deletion callback").

use std::fmt::Write as _;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::Value;
use sha2::Sha256;

use super::answer::{Ask, address};
use super::exchange::{self, Exchange, Leave};
use super::{Arrival, Departure, Outside, ProviderError, Result, Trip, Way, reading};
use crate::config::Client;
use crate::domain::clock::Micros;
use crate::domain::keys::equal;
use crate::outbound::Outbound;

const ISSUER: &str = "https://www.facebook.com";
const SCOPES: [&str; 2] = ["public_profile", "email"];

/// The provider.
pub(super) struct Facebook {
    client: Client,
    version: String,
}

impl Facebook {
    pub(super) fn new(client: &Client, version: &str) -> Self {
        Self {
            client: client.clone(),
            version: version.to_owned(),
        }
    }

    fn authorize(&self) -> String {
        format!("{ISSUER}/{}/dialog/oauth", self.version)
    }

    fn graph(&self, path: &str) -> String {
        format!("https://graph.facebook.com/{}/{path}", self.version)
    }

    /// Refuses a token that was given to another app: whoever runs that could sign in here as its users.
    fn check_token(&self, out: &Outbound, token: &str) -> Result<String> {
        let mut url = address(&self.graph("debug_token"))?;
        url.query_pairs_mut().append_pair("input_token", token);
        let app = format!("{}|{}", self.client.id, self.client.secret.expose());
        let said = Ask::get(&url)?.bearer(&app)?.json(out)?;
        let ours = reading::text(&said, "/data/app_id").as_deref() == Some(self.client.id.as_str());
        let valid = reading::flag(&said, "/data/is_valid") == Some(true);
        if !ours || !valid {
            return Err(ProviderError::answer("debug_token"));
        }
        reading::subject(&said, "/data/user_id")
    }
}

impl Way for Facebook {
    fn depart(&self, trip: &Trip<'_>) -> Result<Departure> {
        Ok(exchange::leave(
            trip,
            &Leave {
                client_id: &self.client.id,
                authorize: &address(&self.authorize())?,
                scopes: &SCOPES,
                // Its flow with a challenge is for OpenID, and still being tried out.
                pkce: false,
                nonce: false,
                extra: &[],
            },
        ))
    }

    fn arrive(&self, out: &Outbound, arrival: &Arrival, _now: Micros) -> Result<Outside> {
        let authorize = address(&self.authorize())?;
        let code = exchange::code(arrival, |iss| exchange::same_origin(&authorize, iss))?;
        let exchange = Exchange {
            client_id: &self.client.id,
            secret: self.client.secret.expose(),
            token: &address(&self.graph("oauth/access_token"))?,
            basic: false,
        };
        let tokens = exchange.run(out, code, arrival)?;
        let user_id = self.check_token(out, tokens.access())?;
        let proof = proof(self.client.secret.expose(), tokens.access()).ok_or(ProviderError::Config)?;
        let mut url = address(&self.graph("me"))?;
        url.query_pairs_mut()
            .append_pair("fields", "id,name,email,picture")
            .append_pair("appsecret_proof", &proof);
        let me = Ask::get(&url)?.bearer(tokens.access())?.json(out)?;
        let subject = reading::subject(&me, "/id")?;
        if subject != user_id {
            return Err(ProviderError::answer("id"));
        }
        Ok(Outside {
            issuer: ISSUER.to_owned(),
            subject,
            name: reading::name(&me, &["/name"]),
            handle: None,
            // It does not say whether it has proven the address.
            email: reading::email(reading::text(&me, "/email"), false),
            avatar: reading::avatar(reading::text(&me, "/picture/data/url")),
        })
    }

    fn signed_subject(&self, text: &str) -> Option<Result<(String, String), InvalidSignedRequest>> {
        let user_id = signed_request(self.client.secret.expose(), text);
        Some(user_id.map(|user_id| (ISSUER.to_owned(), user_id)))
    }
}

/// That whoever asks with the token also has the app's secret: the hexadecimal HMAC-SHA256 of the token under it.
fn proof(secret: &str, token: &str) -> Option<String> {
    let mut hex = String::new();
    for byte in mac(secret, token)? {
        write!(hex, "{byte:02x}").ok()?;
    }
    Some(hex)
}

/// HMAC-SHA256 takes a key of whatever length, so that there always is one.
fn mac(secret: &str, message: &str) -> Option<[u8; 32]> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).ok()?;
    mac.update(message.as_bytes());
    Some(mac.finalize().into_bytes().into())
}

/// Facebook did not sign it, or it is damaged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not signed by Facebook for this app")]
pub struct InvalidSignedRequest;

/// Reads the form field `signed_request` of the callbacks for deletion and deauthorisation: whose data it is about, by their
/// id for the app whose `secret` it is.
///
/// # Errors
/// Where it was not signed with that secret by HMAC-SHA256, or names nobody.
pub fn signed_request(secret: &str, text: &str) -> Result<String, InvalidSignedRequest> {
    let (signature, payload) = text.split_once('.').ok_or(InvalidSignedRequest)?;
    let decode = |text: &str| {
        let unpadded = URL_SAFE_NO_PAD.decode(text.trim_end_matches('='));
        unpadded.map_err(|_not_base64url| InvalidSignedRequest)
    };
    // The signature is of the text, not of what it holds.
    let expected = mac(secret, payload).ok_or(InvalidSignedRequest)?;
    if secret.is_empty() || !equal(&decode(signature)?, &expected) {
        return Err(InvalidSignedRequest);
    }
    let payload: Value =
        serde_json::from_slice(&decode(payload)?).map_err(|_not_json| InvalidSignedRequest)?;
    if payload.get("algorithm").and_then(Value::as_str) != Some("HMAC-SHA256") {
        return Err(InvalidSignedRequest);
    }
    reading::subject(&payload, "/user_id").map_err(|_nobody| InvalidSignedRequest)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn signed(secret: &str, payload: &Value) -> String {
        let payload = URL_SAFE_NO_PAD.encode(payload.to_string());
        format!(
            "{}.{payload}",
            URL_SAFE_NO_PAD.encode(mac(secret, &payload).unwrap())
        )
    }

    #[test]
    fn proves_as_hmac_does() {
        // RFC 4231, case 2.
        assert_eq!(
            proof("Jefe", "what do ya want for nothing?").unwrap(),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
        // Case 6: a key that is longer than a block. It is made of bytes that are no text, so only the length is tried.
        assert_ne!(proof(&"a".repeat(131), "x"), proof(&"a".repeat(132), "x"));
    }

    #[test]
    fn signed_requests() {
        let payload = json!({ "algorithm": "HMAC-SHA256", "expires": 0, "issued_at": 1_795_000_000, "user_id": "218471" });
        let good = signed("app secret", &payload);
        assert_eq!(signed_request("app secret", &good).as_deref(), Ok("218471"));
        assert_eq!(
            signed_request("app secret", &format!("{good}=")).as_deref(),
            Err(&InvalidSignedRequest)
        );

        let (signature, body) = good.split_once('.').unwrap();
        let other = URL_SAFE_NO_PAD.encode(payload.to_string().replace("218471", "218472"));
        let mut wrong_bit = signature.to_owned();
        wrong_bit.replace_range(..1, if signature.starts_with('A') { "B" } else { "A" });
        for bad in [
            String::new(),
            String::from("."),
            body.to_owned(),
            format!(".{body}"),
            format!("{signature}.{other}"),
            format!("{wrong_bit}.{body}"),
            format!("{}.{body}", &signature[..20]),
            signed("another secret", &payload),
            signed("app secret", &json!({ "algorithm": "none", "user_id": "218471" })),
            signed("app secret", &json!({ "user_id": "218471" })),
            signed("app secret", &json!({ "algorithm": "HMAC-SHA256" })),
            signed("app secret", &json!("218471")),
        ] {
            assert_eq!(
                signed_request("app secret", &bad),
                Err(InvalidSignedRequest),
                "{bad}"
            );
        }
        assert_eq!(
            signed_request("", &signed("", &payload)),
            Err(InvalidSignedRequest)
        );
    }
}

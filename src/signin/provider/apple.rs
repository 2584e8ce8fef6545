//! Apple (developer.apple.com, "Sign in with Apple REST API", "Creating a client secret"): OpenID whose client secret is a
//! signed token, and whose answer is posted.

use std::sync::Arc;

use serde_json::{Value, json};

use super::openid::{Claims, Names, OpenId, Pkce, Proven};
use super::plain::Believed;
use super::{Arrival, Departure, Outside, ProviderError, Result, Trip, Way, reading};
use crate::config::{AppleClient, Client, Secret};
use crate::domain::clock::{Clock, Micros};
use crate::outbound::Outbound;
use crate::signin::jwt::SigningKey;
use crate::signin::oidc::{Issuer, IssuerName};

const ISSUER: &str = "https://appleid.apple.com";

/// Seconds that a client secret is good for: it is made for one request. Apple would take half a year.
const SECRET_SECONDS: i64 = 300;

/// The provider.
pub(super) struct Apple {
    client: AppleClient,
    openid: OpenId,
}

impl Apple {
    pub(super) fn new(client: &AppleClient, clock: Arc<dyn Clock>) -> Self {
        let openid = OpenId {
            client: Client {
                id: client.id.clone(),
                // Never sent: what is sent is made anew each time.
                secret: Secret::new(String::new()),
            },
            clock,
            issuer: Issuer::new(String::from(ISSUER), IssuerName::Address),
            names: Names::OneOf(&[ISSUER]),
            scopes: ["name", "email"].map(String::from).to_vec(),
            pkce: Pkce::Always,
            basic: false,
            // It gives neither name nor address in an answer that comes as an address.
            extra: vec![("response_mode", "form_post")],
            reading: Claims {
                subject: "/sub",
                asks_userinfo: false,
                names: &[],
                handle: "",
                proven: Proven::Believed(Believed::WhereItSaysSo),
            },
        };
        Self {
            client: client.clone(),
            openid,
        }
    }

    /// The client secret: a JWT, signed with ES256.
    fn secret(&self, now: Micros) -> Result<String> {
        let seconds = now.as_i64() / 1_000_000;
        let claims = json!({
            "iss": self.client.team,
            "iat": seconds,
            "exp": seconds.saturating_add(SECRET_SECONDS),
            "aud": ISSUER,
            "sub": self.client.id,
        });
        SigningKey::es256_pem(self.client.private_key.expose())
            .and_then(|key| key.sign(&self.client.key_id, &claims))
            .map_err(|_no_key| ProviderError::Config)
    }
}

impl Way for Apple {
    fn depart(&self, trip: &Trip<'_>) -> Result<Departure> {
        self.openid.depart(trip)
    }

    fn arrive(&self, out: &Outbound, arrival: &Arrival, now: Micros) -> Result<Outside> {
        let secret = self.secret(now)?;
        let outside = self.openid.arrive_with(out, arrival, now, &secret)?;
        Ok(Outside {
            name: arrival.user.as_deref().and_then(name),
            ..outside
        })
    }

    fn posts_back(&self) -> bool {
        true
    }
}

/// The name in what the browser posted the first time. Anybody can write there what they like, so that the address beside it
/// is passed over: the one in the ID token is Apple's word.
fn name(user: &str) -> Option<String> {
    let user: Value = serde_json::from_str(user).ok()?;
    let parts = ["/name/firstName", "/name/lastName"];
    let parts: Vec<String> = parts.iter().filter_map(|at| reading::text(&user, at)).collect();
    reading::name(&json!({ "name": parts.join(" ") }), &["/name"])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_come_in_parts() {
        let named = |text: &str| name(text);
        assert_eq!(
            named(r#"{"name":{"firstName":"Mira","lastName":"Holt"},"email":"evil@example.org"}"#).as_deref(),
            Some("Mira Holt")
        );
        assert_eq!(
            named(r#"{"name":{"firstName":"","lastName":"Holt"}}"#).as_deref(),
            Some("Holt")
        );
        for none in [
            "",
            "{}",
            "[]",
            r#"{"name":"Mira"}"#,
            r#"{"name":{"firstName":7.5}}"#,
        ] {
            assert_eq!(named(none), None, "{none}");
        }
    }
}

//! Google (developers.google.com, "OpenID Connect").

use std::sync::Arc;

use serde_json::Value;

use super::openid::{Claims, Names, OpenId, Pkce, Proven, usual_scopes};
use super::reading;
use crate::config::Client;
use crate::domain::clock::Clock;
use crate::signin::oidc::{Issuer, IssuerName};

const ISSUER: &str = "https://accounts.google.com";
const NAMES: [&str; 2] = [ISSUER, "accounts.google.com"];

/// The provider. Its tokens name the issuer with and without `https://`.
pub(super) fn way(client: &Client, clock: Arc<dyn Clock>) -> OpenId {
    OpenId {
        client: client.clone(),
        clock,
        issuer: Issuer::new(String::from(ISSUER), IssuerName::OneOf(&NAMES)),
        names: Names::OneOf(&NAMES),
        scopes: usual_scopes(),
        pkce: Pkce::Always,
        basic: false,
        extra: Vec::new(),
        reading: Claims {
            subject: "/sub",
            asks_userinfo: false,
            names: &["/name"],
            handle: "",
            proven: Proven::By(proven),
        },
    }
}

/// Google speaks for its own mailboxes, and for the domains that it hosts (`hd`). An address elsewhere was somebody's when
/// they made the account, and may be another's by now.
fn proven(claims: &Value) -> bool {
    let email = reading::text(claims, "/email")
        .unwrap_or_default()
        .to_ascii_lowercase();
    let hosted = reading::text(claims, "/hd").is_some();
    reading::flag(claims, "/email_verified") == Some(true) && (email.ends_with("@gmail.com") || hosted)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn speaks_for_its_own_mailboxes() {
        for (claims, is) in [
            (json!({ "email": "mira@gmail.com", "email_verified": true }), true),
            (
                json!({ "email": "mira@example.org", "email_verified": true, "hd": "example.org" }),
                true,
            ),
            (
                json!({ "email": "mira@example.org", "email_verified": true }),
                false,
            ),
            (
                json!({ "email": "mira@example.org", "email_verified": false, "hd": "example.org" }),
                false,
            ),
            (json!({ "email": "mira@gmail.com" }), false),
            (
                json!({ "email": "mira@gmail.com.example.org", "email_verified": true }),
                false,
            ),
        ] {
            assert_eq!(proven(&claims), is, "{claims}");
        }
    }
}

//! Twitch (dev.twitch.tv, "Getting OIDC access tokens"): OpenID whose claims must be asked for one by one, and whose `scope`
//! is a list.

use std::sync::Arc;

use super::openid::{Claims, Names, OpenId, Pkce, Proven};
use super::plain::Believed;
use crate::config::Client;
use crate::domain::clock::Clock;
use crate::signin::oidc::{Issuer, IssuerName};

const ISSUER: &str = "https://id.twitch.tv/oauth2";

/// What is to stand in the ID token, which else has the id alone.
const CLAIMS: &str =
    r#"{"id_token":{"email":null,"email_verified":null,"picture":null,"preferred_username":null}}"#;

/// The provider. It says nothing of PKCE, so no challenge is sent.
pub(super) fn way(client: &Client, clock: Arc<dyn Clock>) -> OpenId {
    OpenId {
        client: client.clone(),
        clock,
        issuer: Issuer::new(String::from(ISSUER), IssuerName::Address),
        names: Names::OneOf(&[ISSUER]),
        scopes: ["openid", "user:read:email"].map(String::from).to_vec(),
        pkce: Pkce::Never,
        basic: false,
        extra: vec![("claims", CLAIMS)],
        reading: Claims {
            subject: "/sub",
            asks_userinfo: false,
            names: &["/preferred_username"],
            handle: "/preferred_username",
            proven: Proven::Believed(Believed::WhereItSaysSo),
        },
    }
}

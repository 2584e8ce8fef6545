//! Telegram (core.telegram.org/bots/telegram-login): OpenID without a userinfo address, and without email.

use std::sync::Arc;

use super::openid::{Claims, Names, OpenId, Pkce};
use super::plain::Believed;
use crate::config::Client;
use crate::domain::clock::Clock;
use crate::signin::oidc::{Issuer, IssuerName};

const ISSUER: &str = "https://oauth.telegram.org";

/// The provider.
pub(super) fn way(client: &Client, clock: Arc<dyn Clock>) -> OpenId {
    OpenId {
        client: client.clone(),
        clock,
        issuer: Issuer::new(String::from(ISSUER), IssuerName::Address),
        names: Names::OneOf(&[ISSUER]),
        scopes: ["openid", "profile"].map(String::from).to_vec(),
        pkce: Pkce::Always,
        basic: true,
        extra: Vec::new(),
        reading: Claims {
            asks_userinfo: false,
            ..Claims::standard(Believed::Never)
        },
    }
}

//! LinkedIn (learn.microsoft.com/linkedin, "Sign In with LinkedIn using OpenID Connect").

use super::plain::{Believed, Plain, Reading};
use crate::config::Client;

const ISSUER: &str = "https://www.linkedin.com/oauth";

/// The provider. It takes no challenge where there is a secret, and puts no nonce into its ID token, which therefore could be
/// of any sign-in: it is not read, and who somebody is is asked at the userinfo address.
pub(super) fn way(client: &Client) -> Plain {
    Plain {
        client: client.clone(),
        authorize: format!("{ISSUER}/v2/authorization"),
        token: format!("{ISSUER}/v2/accessToken"),
        userinfo: String::from("https://api.linkedin.com/v2/userinfo"),
        scopes: ["openid", "profile", "email"].map(String::from).to_vec(),
        pkce: false,
        basic: false,
        reading: Reading {
            issuer: String::from(ISSUER),
            id: String::from("/sub"),
            names: vec![String::from("/name")],
            handle: None,
            email: String::from("/email"),
            email_verified: Some(String::from("/email_verified")),
            believed: Believed::WhereItSaysSo,
            avatar: Reading::written_avatar,
            avatar_pointer: String::from("/picture"),
        },
    }
}

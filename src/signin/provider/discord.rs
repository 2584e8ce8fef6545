//! Discord (docs.discord.com, OAuth2 and "Get Current User"): OAuth 2 whose picture must be put together.

use serde_json::Value;
use url::Url;

use super::plain::{Believed, Plain, Reading};
use super::reading;
use crate::config::Client;

/// The provider.
pub(super) fn way(client: &Client) -> Plain {
    Plain {
        client: client.clone(),
        authorize: String::from("https://discord.com/oauth2/authorize"),
        token: String::from("https://discord.com/api/oauth2/token"),
        userinfo: String::from("https://discord.com/api/users/@me"),
        scopes: ["identify", "email"].map(String::from).to_vec(),
        pkce: true,
        basic: false,
        reading: Reading {
            issuer: String::from("https://discord.com"),
            id: String::from("/id"),
            names: ["/global_name", "/username"].map(String::from).to_vec(),
            handle: Some(String::from("/username")),
            email: String::from("/email"),
            email_verified: Some(String::from("/verified")),
            believed: Believed::WhereItSaysSo,
            avatar: picture,
            avatar_pointer: String::from("/avatar"),
        },
    }
}

/// `avatar` is the hash of a picture.
fn picture(read: &Reading, value: &Value) -> Option<Url> {
    let id = reading::text(value, &read.id)?;
    let hash = reading::text(value, &read.avatar_pointer)?;
    let plain = |text: &str| text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    (plain(&id) && plain(&hash))
        .then(|| format!("https://cdn.discordapp.com/avatars/{id}/{hash}.png"))
        .and_then(|address| reading::avatar(Some(address)))
}

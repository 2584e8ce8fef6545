//! GitHub (docs.github.com, "Authorizing OAuth apps", "Users", "Emails").

use http::header::{ACCEPT, HeaderName};
use http::{HeaderValue, StatusCode};
use serde_json::Value;

use super::answer::{self, Ask, address};
use super::exchange::{self, Exchange, Leave};
use super::{Arrival, Departure, Outside, OutsideEmail, Result, Trip, Way, reading};
use crate::config::Client;
use crate::domain::clock::Micros;
use crate::outbound::Outbound;

const AUTHORIZE: &str = "https://github.com/login/oauth/authorize";
const TOKEN: &str = "https://github.com/login/oauth/access_token";
const USER: &str = "https://api.github.com/user";
const EMAILS: &str = "https://api.github.com/user/emails";
const SCOPES: [&str; 2] = ["read:user", "user:email"];

/// The provider.
pub(super) struct GitHub {
    client: Client,
}

impl GitHub {
    pub(super) fn new(client: &Client) -> Self {
        Self {
            client: client.clone(),
        }
    }

    /// A request of the version of the interface that is read here. Without a `User-Agent`, which `outbound` adds, it is
    /// refused.
    fn ask(url: &str, token: &str) -> Result<Ask> {
        let version = HeaderName::from_static("x-github-api-version");
        Ask::get(&address(url)?)?
            .with(ACCEPT, HeaderValue::from_static("application/vnd.github+json"))
            .with(version, HeaderValue::from_static("2022-11-28"))
            .bearer(token)
    }
}

impl Way for GitHub {
    fn depart(&self, trip: &Trip<'_>) -> Result<Departure> {
        Ok(exchange::leave(
            trip,
            &Leave {
                client_id: &self.client.id,
                authorize: &address(AUTHORIZE)?,
                scopes: &SCOPES,
                pkce: true,
                nonce: false,
                extra: &[],
            },
        ))
    }

    fn arrive(&self, out: &Outbound, arrival: &Arrival, _now: Micros) -> Result<Outside> {
        let authorize = address(AUTHORIZE)?;
        let code = exchange::code(arrival, |iss| exchange::same_origin(&authorize, iss))?;
        let exchange = Exchange {
            client_id: &self.client.id,
            secret: self.client.secret.expose(),
            token: &address(TOKEN)?,
            basic: false,
        };
        let tokens = exchange.run(out, code, arrival)?;
        let user = Self::ask(USER, tokens.access())?.json(out)?;
        let emails = Self::ask(EMAILS, tokens.access())?.send(out)?;
        // The app may lack the right to see addresses; then there is none.
        let email = match emails.status() {
            StatusCode::FORBIDDEN | StatusCode::NOT_FOUND => None,
            _ => primary(&answer::json(&emails)?),
        };
        Ok(Outside {
            issuer: String::from("https://github.com"),
            // Never the login, which is given to another once its owner lets it go.
            subject: reading::subject(&user, "/id")?,
            name: reading::name(&user, &["/name", "/login"]),
            handle: reading::name(&user, &["/login"]),
            email,
            avatar: reading::avatar(reading::text(&user, "/avatar_url")),
        })
    }
}

/// The address that is both the account's first and verified. What stands in the profile is not: anybody writes there
/// what they like.
fn primary(emails: &Value) -> Option<OutsideEmail> {
    let is = |entry: &Value, what: &str| reading::flag(entry, what) == Some(true);
    let entry = emails
        .as_array()?
        .iter()
        .find(|entry| is(entry, "/primary") && is(entry, "/verified"))?;
    reading::email(reading::text(entry, "/email"), true)
}

//! X, once Twitter (docs.x.com, "OAuth 2.0" and "GET /2/users/me").

use url::Url;

use super::answer::{Ask, address};
use super::exchange::{self, Exchange, Leave};
use super::{Arrival, Departure, Outside, Result, Trip, Way, reading};
use crate::config::Client;
use crate::domain::clock::Micros;
use crate::outbound::Outbound;

const AUTHORIZE: &str = "https://x.com/i/oauth2/authorize";
const TOKEN: &str = "https://api.x.com/2/oauth2/token";
const ME: &str = "https://api.x.com/2/users/me?user.fields=profile_image_url,confirmed_email";
const SCOPES: [&str; 3] = ["users.read", "tweet.read", "users.email"];

/// The provider.
pub(super) struct X {
    client: Client,
}

impl X {
    pub(super) fn new(client: &Client) -> Self {
        Self {
            client: client.clone(),
        }
    }
}

fn authorize() -> Result<Url> {
    address(AUTHORIZE)
}

impl Way for X {
    fn depart(&self, trip: &Trip<'_>) -> Result<Departure> {
        Ok(exchange::leave(
            trip,
            &Leave {
                client_id: &self.client.id,
                authorize: &authorize()?,
                scopes: &SCOPES,
                pkce: true,
                nonce: false,
                extra: &[],
            },
        ))
    }

    fn arrive(&self, out: &Outbound, arrival: &Arrival, _now: Micros) -> Result<Outside> {
        let authorize = authorize()?;
        let code = exchange::code(arrival, |iss| exchange::same_origin(&authorize, iss))?;
        let exchange = Exchange {
            client_id: &self.client.id,
            secret: self.client.secret.expose(),
            token: &address(TOKEN)?,
            basic: true,
        };
        let tokens = exchange.run(out, code, arrival)?;
        let me = Ask::get(&address(ME)?)?.bearer(tokens.access())?.json(out)?;
        Ok(Outside {
            issuer: String::from("https://x.com"),
            subject: reading::subject(&me, "/data/id")?,
            name: reading::name(&me, &["/data/name"]),
            handle: reading::name(&me, &["/data/username"]),
            // Confirmed is what X calls it; there only where the app may ask for it.
            email: reading::email(reading::text(&me, "/data/confirmed_email"), true),
            avatar: reading::avatar(reading::text(&me, "/data/profile_image_url")),
        })
    }
}

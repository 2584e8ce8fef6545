//! Providers that speak OAuth 2 and say at one address who somebody is, described by where what stands in that answer.

use serde_json::Value;
use url::Url;

use super::answer::{Ask, address};
use super::exchange::{self, Exchange, Leave};
use super::{Arrival, Departure, Outside, Result, Trip, Way, reading};
use crate::config::{Client, OAuth2Client};
use crate::domain::clock::Micros;
use crate::outbound::Outbound;

/// One such provider.
pub(super) struct Plain {
    pub(super) client: Client,
    pub(super) authorize: String,
    pub(super) token: String,
    pub(super) userinfo: String,
    pub(super) scopes: Vec<String>,
    pub(super) pkce: bool,
    pub(super) basic: bool,
    pub(super) reading: Reading,
}

/// Who says so, and where in the answer what stands.
pub(super) struct Reading {
    pub(super) issuer: String,
    pub(super) id: String,
    /// The first that is given counts.
    pub(super) names: Vec<String>,
    pub(super) handle: Option<String>,
    pub(super) email: String,
    pub(super) email_verified: Option<String>,
    pub(super) believed: Believed,
    pub(super) avatar: fn(&Self, &Value) -> Option<Url>,
    pub(super) avatar_pointer: String,
}

/// When a provider is believed that an address is somebody's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Believed {
    /// Where it says that it has proven it.
    WhereItSaysSo,
    /// Where it does not say that it has not: the operator trusts it.
    UnlessItDenies,
    /// Never.
    Never,
}

impl Believed {
    pub(super) fn trusted(is: bool) -> Self {
        if is { Self::UnlessItDenies } else { Self::Never }
    }

    pub(super) fn proven(self, verified: Option<bool>) -> bool {
        match self {
            Self::WhereItSaysSo => verified == Some(true),
            Self::UnlessItDenies => verified != Some(false),
            Self::Never => false,
        }
    }
}

impl Reading {
    pub(super) fn read(&self, value: &Value) -> Result<Outside> {
        let names: Vec<&str> = self.names.iter().map(String::as_str).collect();
        let verified = self
            .email_verified
            .as_ref()
            .and_then(|at| reading::flag(value, at));
        Ok(Outside {
            issuer: self.issuer.clone(),
            subject: reading::subject(value, &self.id)?,
            name: reading::name(value, &names),
            handle: self.handle.as_ref().and_then(|at| reading::name(value, &[at])),
            email: reading::email(reading::text(value, &self.email), self.believed.proven(verified)),
            avatar: (self.avatar)(self, value),
        })
    }

    /// The address of a picture as it stands there.
    pub(super) fn written_avatar(&self, value: &Value) -> Option<Url> {
        reading::avatar(reading::text(value, &self.avatar_pointer))
    }
}

/// A provider that the operator described.
pub(super) fn generic(config: &OAuth2Client) -> Plain {
    let pointers = &config.pointers;
    Plain {
        client: config.client.clone(),
        authorize: config.authorize.to_string(),
        token: config.token.to_string(),
        userinfo: config.userinfo.to_string(),
        scopes: config.scopes.clone(),
        pkce: config.pkce,
        basic: config.basic,
        reading: Reading {
            // Not the origin: two sets of people may be told apart by a path.
            issuer: config.userinfo.to_string(),
            id: pointers.id.to_string(),
            names: vec![pointers.name.to_string()],
            handle: None,
            email: pointers.email.to_string(),
            email_verified: Some(pointers.email_verified.to_string()),
            believed: Believed::trusted(config.trust_email),
            avatar: Reading::written_avatar,
            avatar_pointer: pointers.avatar.to_string(),
        },
    }
}

impl Way for Plain {
    fn depart(&self, trip: &Trip<'_>) -> Result<Departure> {
        let scopes: Vec<&str> = self.scopes.iter().map(String::as_str).collect();
        Ok(exchange::leave(
            trip,
            &Leave {
                client_id: &self.client.id,
                authorize: &address(&self.authorize)?,
                scopes: &scopes,
                pkce: self.pkce,
                nonce: false,
                extra: &[],
            },
        ))
    }

    fn arrive(&self, out: &Outbound, arrival: &Arrival, _now: Micros) -> Result<Outside> {
        let authorize = address(&self.authorize)?;
        let code = exchange::code(arrival, |iss| exchange::same_origin(&authorize, iss))?;
        let exchange = Exchange {
            client_id: &self.client.id,
            secret: self.client.secret.expose(),
            token: &address(&self.token)?,
            basic: self.basic,
        };
        let tokens = exchange.run(out, code, arrival)?;
        let said = Ask::get(&address(&self.userinfo)?)?
            .bearer(tokens.access())?
            .json(out)?;
        self.reading.read(&said)
    }
}

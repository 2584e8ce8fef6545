//! WordPress.com (developer.wordpress.com, "OAuth2 authentication" and "WordPress.com Connect"): OpenID where its document is
//! there, else the older way with `/rest/v1/me`.

use std::sync::Arc;

use http::StatusCode;

use super::answer::{Ask, address};
use super::openid::{Claims, Names, OpenId, Pkce, usual_scopes};
use super::plain::{Believed, Plain, Reading};
use super::{Arrival, Departure, Outside, ProviderError, Result, Trip, Way};
use crate::config::Client;
use crate::domain::clock::{Clock, Micros};
use crate::outbound::Outbound;
use crate::signin::oidc::{Issuer, IssuerName};

const ISSUER: &str = "https://public-api.wordpress.com";

/// What is kept of a departure by the older way.
const OLDER: &str = "older";

/// The provider.
pub(super) struct WordPress {
    openid: OpenId,
    older: Plain,
}

impl WordPress {
    pub(super) fn new(client: &Client, clock: Arc<dyn Clock>) -> Self {
        let openid = OpenId {
            client: client.clone(),
            clock,
            issuer: Issuer::new(String::from(ISSUER), IssuerName::Address),
            names: Names::OneOf(&[ISSUER]),
            scopes: usual_scopes(),
            pkce: Pkce::Always,
            basic: false,
            extra: Vec::new(),
            reading: Claims::standard(Believed::WhereItSaysSo),
        };
        let older = Plain {
            client: client.clone(),
            authorize: format!("{ISSUER}/oauth2/authorize"),
            token: format!("{ISSUER}/oauth2/token"),
            userinfo: format!("{ISSUER}/rest/v1/me"),
            scopes: vec![String::from("auth")],
            pkce: false,
            basic: false,
            reading: Reading {
                // Not the issuer of OpenID: nobody says that the ids are the same.
                issuer: format!("{ISSUER}/rest/v1/me"),
                id: String::from("/ID"),
                names: ["/display_name", "/username"].map(String::from).to_vec(),
                handle: Some(String::from("/username")),
                email: String::from("/email"),
                email_verified: Some(String::from("/email_verified")),
                believed: Believed::WhereItSaysSo,
                avatar: Reading::written_avatar,
                avatar_pointer: String::from("/avatar_URL"),
            },
        };
        Self { openid, older }
    }
}

impl Way for WordPress {
    fn depart(&self, trip: &Trip<'_>) -> Result<Departure> {
        match self.openid.depart(trip) {
            Err(ProviderError::Answer { .. }) if has_no_document(trip.out)? => Ok(Departure {
                memo: Some(OLDER.to_owned()),
                ..self.older.depart(trip)?
            }),
            departure => departure,
        }
    }

    fn arrive(&self, out: &Outbound, arrival: &Arrival, now: Micros) -> Result<Outside> {
        match arrival.memo.as_deref() {
            Some(OLDER) => self.older.arrive(out, arrival, now),
            Some(_) | None => self.openid.arrive(out, arrival, now),
        }
    }
}

/// Only where there surely is none: a document that cannot be had just now must not make another person of anybody.
fn has_no_document(out: &Outbound) -> Result<bool> {
    let document = address(&format!("{ISSUER}/.well-known/openid-configuration"))?;
    let status = Ask::get(&document)?.send(out)?.status();
    Ok([StatusCode::NOT_FOUND, StatusCode::GONE].contains(&status))
}

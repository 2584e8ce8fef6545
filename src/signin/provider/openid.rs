//! Providers that speak OpenID Connect: the nonce, the ID token, and what they say at their userinfo address. What makes an
//! ID token good is `crate::signin::oidc`'s; here is which providers there are, and what is read of what they say.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::answer::Ask;
use super::exchange::{self, Exchange, Leave};
use super::plain::Believed;
use super::{Arrival, Departure, Outside, ProviderError, Result, Trip, Way, reading};
use crate::config::{Client, GITLAB, GitLab, OidcClient};
use crate::domain::clock::{Clock, Micros};
use crate::outbound::Outbound;
use crate::signin::oidc::{Expected, IdTokenError, Issuer, IssuerName};

/// What is read of an ID token.
const CLAIMS: [&str; 10] = [
    "sub",
    "oid",
    "hd",
    "name",
    "preferred_username",
    "nickname",
    "email",
    "email_verified",
    "picture",
    "tid",
];

/// One such provider.
pub(super) struct OpenId {
    pub(super) client: Client,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) issuer: Issuer,
    /// By which names it goes.
    pub(super) names: Names,
    pub(super) scopes: Vec<String>,
    pub(super) pkce: Pkce,
    /// Whether id and secret go in the `Authorization` header.
    pub(super) basic: bool,
    /// What goes along when readers leave.
    pub(super) extra: Vec<(&'static str, &'static str)>,
    pub(super) reading: Claims,
}

/// By which names an issuer may go, beside a code (RFC 9207) and in its tokens.
pub(super) enum Names {
    One(String),
    OneOf(&'static [&'static str]),
    By(Box<dyn Fn(&str) -> bool + Send + Sync>),
}

impl Names {
    fn include(&self, issuer: &str) -> bool {
        match self {
            Names::One(one) => one == issuer,
            Names::OneOf(list) => list.contains(&issuer),
            Names::By(rule) => rule(issuer),
        }
    }
}

/// Whether a challenge goes along.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pkce {
    Always,
    /// Where the provider breaks on it, or says nothing of it.
    Never,
    IfAdvertised,
}

/// What is read of claims.
pub(super) struct Claims {
    pub(super) subject: &'static str,
    /// Whether its userinfo address has more than its ID tokens.
    pub(super) asks_userinfo: bool,
    pub(super) names: &'static [&'static str],
    pub(super) handle: &'static str,
    pub(super) proven: Proven,
}

/// When an address counts as proven.
pub(super) enum Proven {
    Believed(Believed),
    /// By a rule of the provider's own.
    By(fn(&Value) -> bool),
}

impl Claims {
    /// As the standard has them.
    pub(super) fn standard(believed: Believed) -> Self {
        Self {
            subject: "/sub",
            asks_userinfo: true,
            names: &["/name", "/preferred_username", "/nickname"],
            handle: "/preferred_username",
            proven: Proven::Believed(believed),
        }
    }

    fn read(&self, issuer: String, claims: &Value) -> Result<Outside> {
        let proven = match self.proven {
            Proven::Believed(believed) => believed.proven(reading::flag(claims, "/email_verified")),
            Proven::By(rule) => rule(claims),
        };
        Ok(Outside {
            issuer,
            subject: reading::subject(claims, self.subject)?,
            name: reading::name(claims, self.names),
            handle: reading::name(claims, &[self.handle]),
            email: reading::email(reading::text(claims, "/email"), proven),
            avatar: reading::avatar(reading::text(claims, "/picture")),
        })
    }
}

impl OpenId {
    /// Who came back, with a secret that is not the configuration's.
    pub(super) fn arrive_with(
        &self,
        out: &Outbound,
        arrival: &Arrival,
        now: Micros,
        secret: &str,
    ) -> Result<Outside> {
        let code = exchange::code(arrival, |iss| self.names.include(iss))?;
        // Without a nonce that was kept there is none to hold the token to: an attempt that lost it must fail.
        let nonce = arrival.nonce.as_deref().filter(|nonce| !nonce.is_empty());
        let nonce = nonce.ok_or(ProviderError::answer("nonce"))?;
        let place = self.issuer.metadata(out, now)?;
        if place.names_itself && arrival.iss.is_none() {
            return Err(ProviderError::answer("iss"));
        }
        let exchange = Exchange {
            client_id: &self.client.id,
            secret,
            token: &place.token,
            basic: self.basic,
        };
        let tokens = exchange.run(out, code, arrival)?;
        let id_token = tokens
            .id_token
            .as_deref()
            .ok_or(ProviderError::answer("id_token"))?;
        let expected = Expected {
            client_id: &self.client.id,
            nonce,
        };
        let token = self.issuer.check(out, id_token, &expected, now)?;
        if !self.names.include(&token.issuer) {
            return Err(IdTokenError::Issuer.into());
        }
        let said = |name: &&str| Some(((*name).to_owned(), token.claims.get(name)?.clone()));
        let said: Map<String, Value> = CLAIMS.iter().filter_map(said).collect();
        let said = Value::Object(said);
        let lacks =
            reading::name(&said, self.reading.names).is_none() || reading::text(&said, "/email").is_none();
        let claims = match &place.userinfo {
            Some(userinfo) if lacks && self.reading.asks_userinfo => {
                joined(said, Ask::get(userinfo)?.bearer(tokens.access())?.json(out)?)?
            }
            Some(_) | None => said,
        };
        self.reading.read(token.issuer, &claims)
    }
}

/// What the ID token says, and beside it what userinfo says of the same person (OpenID Connect Core, 5.3.2).
fn joined(mut claims: Value, said: Value) -> Result<Value> {
    if said.get("sub") != claims.get("sub") {
        return Err(ProviderError::answer("sub"));
    }
    let (Value::Object(ours), Value::Object(theirs)) = (&mut claims, said) else {
        return Err(ProviderError::answer("json"));
    };
    // Whether an address is proven is said of that address, and of none that stands elsewhere.
    if ours.contains_key("email") && theirs.get("email") != ours.get("email") {
        ours.entry("email_verified").or_insert(Value::Bool(false));
    } else if !ours.contains_key("email") {
        ours.remove("email_verified");
    }
    for (name, value) in theirs {
        ours.entry(name).or_insert(value);
    }
    Ok(claims)
}

impl Way for OpenId {
    fn depart(&self, trip: &Trip<'_>) -> Result<Departure> {
        let place = self.issuer.metadata(trip.out, self.clock.now())?;
        let scopes: Vec<&str> = self.scopes.iter().map(String::as_str).collect();
        Ok(exchange::leave(
            trip,
            &Leave {
                client_id: &self.client.id,
                authorize: &place.authorization,
                scopes: &scopes,
                pkce: match self.pkce {
                    Pkce::Always => true,
                    Pkce::Never => false,
                    Pkce::IfAdvertised => place.pkce,
                },
                nonce: true,
                extra: &self.extra,
            },
        ))
    }

    fn arrive(&self, out: &Outbound, arrival: &Arrival, now: Micros) -> Result<Outside> {
        self.arrive_with(out, arrival, now, self.client.secret.expose())
    }
}

/// What is asked for where nothing else is said.
pub(super) fn usual_scopes() -> Vec<String> {
    ["openid", "profile", "email"].map(String::from).to_vec()
}

/// A provider that the operator named.
pub(super) fn generic(config: &OidcClient, clock: Arc<dyn Clock>) -> OpenId {
    OpenId {
        client: config.client.clone(),
        clock,
        issuer: Issuer::new(config.issuer.clone(), IssuerName::Address),
        names: Names::One(config.issuer.clone()),
        scopes: config.scopes.clone(),
        pkce: Pkce::IfAdvertised,
        basic: config.basic,
        extra: Vec::new(),
        reading: Claims::standard(Believed::trusted(config.trust_email)),
    }
}

/// A GitLab. Whoever runs one decides what its addresses are worth; at gitlab.com that is known.
pub(super) fn gitlab(config: &GitLab, clock: Arc<dyn Clock>) -> OpenId {
    let believed = if config.base == GITLAB {
        Believed::WhereItSaysSo
    } else {
        Believed::trusted(config.trust_email)
    };
    OpenId {
        client: config.client.clone(),
        clock,
        issuer: Issuer::new(config.base.clone(), IssuerName::Address),
        names: Names::One(config.base.clone()),
        scopes: usual_scopes(),
        pkce: Pkce::Always,
        basic: false,
        extra: Vec::new(),
        reading: Claims {
            handle: "/nickname",
            ..Claims::standard(believed)
        },
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn userinfo_fills_in_and_never_vouches_for_another_address() {
        let id = json!({ "sub": "7", "email": "a@example.org" });
        let said = json!({ "sub": "7", "email": "b@example.org", "email_verified": true, "name": "Mira" });
        let claims = joined(id, said).unwrap();
        assert_eq!(claims["email"], "a@example.org");
        assert_eq!(claims["email_verified"], false);
        assert_eq!(claims["name"], "Mira");

        let id = json!({ "sub": "7", "email_verified": true });
        let said = json!({ "sub": "7", "email": "b@example.org" });
        let claims = joined(id, said).unwrap();
        assert_eq!(
            (&claims["email"], claims.get("email_verified")),
            (&json!("b@example.org"), None)
        );

        let id = json!({ "sub": "7", "email": "a@example.org" });
        let said = json!({ "sub": "7", "email": "a@example.org", "email_verified": true });
        assert_eq!(joined(id, said).unwrap()["email_verified"], true);

        for other in [json!({ "sub": "8" }), json!({}), json!("7")] {
            assert_eq!(
                joined(json!({ "sub": "7" }), other),
                Err(ProviderError::answer("sub"))
            );
        }
    }
}

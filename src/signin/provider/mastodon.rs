//! Mastodon (docs.joinmastodon.org, methods "oauth", "apps", "accounts"): any instance, at which this server registers itself
//! when the first reader comes from there.

mod apps;

use std::sync::Arc;

use http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use url::{Host, Url};

use super::answer::{self, Ask, address};
use super::exchange::{self, Exchange, Leave};
use super::{Arrival, Departure, Outside, ProviderError, Result, Trip, Way, reading};
use crate::domain::clock::Micros;
use crate::domain::provider::InstanceHost;
use crate::outbound::Outbound;

pub use apps::{KnownApps, MemoryApps, RegisteredApp};

/// The name that instances show beside what is asked for.
const CLIENT_NAME: &str = "Hustings comments";

/// The provider.
pub(super) struct Mastodon {
    allowed: Vec<InstanceHost>,
    denied: Vec<InstanceHost>,
    apps: Arc<dyn KnownApps>,
}

/// What is known of an instance.
struct Instance {
    authorize: String,
    token: String,
    register: String,
    /// Where it says who somebody is, and the right that this takes.
    scope: &'static str,
    me: String,
    /// Whether a challenge goes along.
    s256: bool,
}

/// What is kept of a departure.
#[derive(Serialize, Deserialize)]
struct Memo {
    host: String,
    client_id: String,
    client_secret: String,
    token: String,
    me: String,
}

impl Mastodon {
    pub(super) fn new(allowed: &[InstanceHost], denied: &[InstanceHost], apps: Arc<dyn KnownApps>) -> Self {
        Self {
            allowed: allowed.to_vec(),
            denied: denied.to_vec(),
            apps,
        }
    }

    fn host(&self, typed: Option<&str>) -> Result<InstanceHost> {
        let host: InstanceHost = typed
            .unwrap_or_default()
            .parse()
            .map_err(|_no_instance| ProviderError::Host)?;
        let listed = |list: &[InstanceHost]| {
            list.iter().any(|one| {
                let inside = host.as_str().strip_suffix(one.as_str());
                inside.is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
            })
        };
        if listed(&self.denied) || !(self.allowed.is_empty() || self.allowed.contains(&host)) {
            return Err(ProviderError::HostDenied);
        }
        Ok(host)
    }
}

impl Instance {
    /// Asks the instance (4.3 and later have a document), and takes what older ones have where there is none.
    fn of(out: &Outbound, host: &InstanceHost) -> Result<Self> {
        let at = |path: &str| format!("https://{host}{path}");
        let document = Ask::get(&address(&at("/.well-known/oauth-authorization-server"))?)?.send(out)?;
        if [StatusCode::NOT_FOUND, StatusCode::GONE].contains(&document.status()) {
            return Ok(Self {
                authorize: at("/oauth/authorize"),
                token: at("/oauth/token"),
                register: at("/api/v1/apps"),
                scope: "read:accounts",
                me: at("/api/v1/accounts/verify_credentials"),
                s256: false,
            });
        }
        let document = answer::json(&document)?;
        if reading::text(&document, "/issuer").is_none_or(|issuer| !lies_on(&issuer, host)) {
            return Err(ProviderError::answer("issuer"));
        }
        let lists = |pointer: &str, what: &str| {
            let list = document.pointer(pointer).and_then(Value::as_array);
            list.is_some_and(|list| list.iter().any(|one| one.as_str() == Some(what)))
        };
        let endpoint = |pointer: &str| {
            let address = reading::text(&document, pointer).filter(|address| lies_on(address, host));
            address.ok_or(ProviderError::answer("endpoint"))
        };
        let profile = lists("/scopes_supported", "profile");
        Ok(Self {
            authorize: endpoint("/authorization_endpoint")?,
            token: endpoint("/token_endpoint")?,
            register: endpoint("/app_registration_endpoint")?,
            scope: if profile { "profile" } else { "read:accounts" },
            me: if profile && document.get("userinfo_endpoint").is_some() {
                endpoint("/userinfo_endpoint")?
            } else {
                at("/api/v1/accounts/verify_credentials")
            },
            s256: lists("/code_challenge_methods_supported", "S256"),
        })
    }

    /// Registers this server.
    fn register(&self, out: &Outbound, redirect: &Url) -> Result<RegisteredApp> {
        let website = redirect.origin().ascii_serialization();
        let form = [
            ("client_name", CLIENT_NAME),
            ("redirect_uris", redirect.as_str()),
            ("scopes", self.scope),
            ("website", website.as_str()),
        ];
        let given = Ask::post_form(&address(&self.register)?, &form)?.json(out)?;
        let text = |pointer: &str, what| reading::text(&given, pointer).ok_or(ProviderError::answer(what));
        let app = RegisteredApp {
            client_id: text("/client_id", "client_id")?,
            client_secret: text("/client_secret", "client_secret")?,
            redirect: redirect.to_string(),
            scope: self.scope.to_owned(),
        };
        if !self.s256 {
            self.use_once(out, &app);
        }
        Ok(app)
    }

    /// Instances before 4.3 forget applications that were never used. Whether it was done decides nothing: one that was
    /// forgotten is registered again.
    fn use_once(&self, out: &Outbound, app: &RegisteredApp) {
        let form = [
            ("grant_type", "client_credentials"),
            ("client_id", app.client_id.as_str()),
            ("client_secret", app.client_secret.as_str()),
            ("redirect_uri", app.redirect.as_str()),
        ];
        let asked = address(&self.token)
            .and_then(|token| Ask::post_form(&token, &form))
            .and_then(|ask| ask.json(out));
        if let Err(error) = asked {
            tracing::info!(%error, "an instance that has just been registered with gives no token");
        }
    }
}

/// Whether an address is an https one on the host.
fn lies_on(text: &str, host: &InstanceHost) -> bool {
    Url::parse(text).is_ok_and(|url| {
        url.scheme() == "https"
            && url.host() == Some(Host::Domain(host.as_str()))
            && url.port().is_none()
            && url.username().is_empty()
            && url.password().is_none()
    })
}

impl Way for Mastodon {
    fn depart(&self, trip: &Trip<'_>) -> Result<Departure> {
        let host = self.host(trip.host)?;
        let instance = Instance::of(trip.out, &host)?;
        let fits =
            |app: &RegisteredApp| app.redirect == trip.redirect.as_str() && app.scope == instance.scope;
        let app = match self.apps.find(&host).filter(fits) {
            Some(app) => app,
            None => {
                let app = instance.register(trip.out, trip.redirect)?;
                self.apps.keep(&host, &app);
                app
            }
        };
        let departure = exchange::leave(
            trip,
            &Leave {
                client_id: &app.client_id,
                authorize: &address(&instance.authorize)?,
                scopes: &[instance.scope],
                pkce: instance.s256,
                nonce: false,
                extra: &[],
            },
        );
        let memo = Memo {
            host: host.to_string(),
            client_id: app.client_id,
            client_secret: app.client_secret,
            token: instance.token,
            me: instance.me,
        };
        let memo = serde_json::to_string(&memo).map_err(|_never| ProviderError::answer("memo"))?;
        Ok(Departure {
            memo: Some(memo),
            ..departure
        })
    }

    fn arrive(&self, out: &Outbound, arrival: &Arrival, _now: Micros) -> Result<Outside> {
        let memo: Option<Memo> = arrival
            .memo
            .as_deref()
            .and_then(|memo| serde_json::from_str(memo).ok());
        let memo = memo.ok_or(ProviderError::answer("memo"))?;
        let host = self.host(Some(&memo.host))?;
        let code = exchange::code(arrival, |iss| lies_on(iss, &host))?;
        let exchange = Exchange {
            client_id: &memo.client_id,
            secret: &memo.client_secret,
            token: &address(&memo.token)?,
            basic: false,
        };
        let tokens = match exchange.run(out, code, arrival) {
            // The instance knows this server no more: the next try registers it again.
            Err(ProviderError::Config) => {
                self.apps.forget(&host);
                return Err(ProviderError::Stale);
            }
            tokens => tokens?,
        };
        let me = Ask::get(&address(&memo.me)?)?
            .bearer(tokens.access())?
            .json(out)?;
        read(&me, &host)
    }

    fn asks_host(&self) -> bool {
        true
    }
}

/// Somebody by their actor's address, which no other instance can give them. An instance that names one of another host is
/// lying: its own people are all that it can speak for.
fn read(me: &Value, host: &InstanceHost) -> Result<Outside> {
    let subject = reading::subject(me, "/sub").or_else(|_older| reading::subject(me, "/uri"))?;
    if !lies_on(&subject, host) {
        return Err(ProviderError::answer("uri"));
    }
    let user = reading::name(me, &["/preferred_username", "/username"]);
    Ok(Outside {
        issuer: format!("https://{host}"),
        subject,
        name: reading::name(
            me,
            &["/name", "/display_name", "/preferred_username", "/username"],
        ),
        handle: user.map(|user| format!("@{user}@{host}")),
        email: None,
        avatar: reading::avatar(reading::text(me, "/picture").or_else(|| reading::text(me, "/avatar"))),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_instance_speaks_for_its_own_people_only() {
        let host: InstanceHost = "social.example.org".parse().unwrap();
        for uri in [
            "https://evil.example/users/mira",
            "https://social.example.org.evil.example/users/mira",
            "https://social.example.org@evil.example/users/mira",
            "https://evil@social.example.org/users/mira",
            "http://social.example.org/users/mira",
            "https://social.example.org:8443/users/mira",
            "110352",
        ] {
            let said = json!({ "uri": uri, "username": "mira" });
            assert_eq!(read(&said, &host), Err(ProviderError::answer("uri")), "{uri}");
        }
        let said = json!({ "id": "110352", "username": "mira" });
        assert_eq!(
            read(&said, &host),
            Err(ProviderError::answer("id")),
            "never the number"
        );
    }

    #[test]
    fn lists_of_instances() {
        let hosts =
            |list: &[&str]| -> Vec<InstanceHost> { list.iter().map(|host| host.parse().unwrap()).collect() };
        let apps = || Arc::new(MemoryApps::default());
        let any = Mastodon::new(&[], &hosts(&["evil.example"]), apps());
        assert!(any.host(Some("@mira@social.example.org")).is_ok());
        for denied in ["evil.example", "sub.evil.example"] {
            assert_eq!(any.host(Some(denied)), Err(ProviderError::HostDenied), "{denied}");
        }
        assert!(any.host(Some("notevil.example")).is_ok());
        assert_eq!(any.host(None), Err(ProviderError::Host));
        let some = Mastodon::new(&hosts(&["social.example.org"]), &[], apps());
        assert!(some.host(Some("social.example.org")).is_ok());
        assert_eq!(
            some.host(Some("other.example.org")),
            Err(ProviderError::HostDenied)
        );
    }
}

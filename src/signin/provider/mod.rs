//! Accounts elsewhere: how a reader is sent to a provider, and what is learnt of them when they come back. One file a
//! provider, or one entry of the configuration over the same code. The flow around it (who asked, in which browser, whose
//! account it is) and everything that is kept are `crate::service`'s; a provider's tokens end here.

mod answer;
mod apple;
mod discord;
mod error;
mod exchange;
mod facebook;
mod github;
mod google;
mod linkedin;
mod mark;
mod mastodon;
mod microsoft;
mod openid;
mod plain;
mod reading;
mod telegram;
mod twitch;
mod wordpress;
mod x;

use std::fmt;
use std::sync::Arc;

use url::Url;

use crate::config::{ProviderConfig, ProviderKind, ProvidersConfig};
use crate::domain::clock::{Clock, Micros};
use crate::domain::provider::ProviderKey;
use crate::domain::rng::Rng;
use crate::domain::text::EmailAddress;
use crate::outbound::Outbound;

pub use error::ProviderError;
pub use facebook::{InvalidSignedRequest, signed_request};
pub use mark::Mark;
pub use mastodon::{KnownApps, MemoryApps, RegisteredApp};

/// What asking a provider gives.
type Result<T, E = ProviderError> = std::result::Result<T, E>;

/// All providers that the operator set up, in the order in which readers see them.
pub struct Providers(Vec<Provider>);

impl Providers {
    /// Of the configuration. What Mastodon instances know this server by is remembered while it runs; `clock` says when
    /// what OpenID providers publish is to be fetched again.
    pub fn new(config: &ProvidersConfig, clock: &Arc<dyn Clock>) -> Self {
        Self::with_apps(config, clock, Arc::new(MemoryApps::default()))
    }

    /// Of the configuration, with another memory of what Mastodon instances know this server by.
    pub fn with_apps(config: &ProvidersConfig, clock: &Arc<dyn Clock>, apps: Arc<dyn KnownApps>) -> Self {
        let provider = |one| Provider::new(one, clock, &apps);
        Self(config.list.iter().map(provider).collect())
    }

    /// These, in their order: what a test puts in the place of the configured ones.
    pub fn of(list: Vec<Provider>) -> Self {
        Self(list)
    }

    /// The provider of a key.
    pub fn get(&self, key: &str) -> Option<&Provider> {
        self.0.iter().find(|provider| provider.key() == key)
    }

    /// Those that a site shows, in its order: all in the server's order where it has none. What has been taken out of
    /// the configuration since is passed over.
    pub fn shown(&self, list: Option<&[ProviderKey]>) -> Vec<&Provider> {
        match list {
            None => self.0.iter().collect(),
            Some(list) => list.iter().filter_map(|key| self.get(key.as_str())).collect(),
        }
    }
}

/// Somewhere that readers have accounts.
pub struct Provider {
    key: ProviderKey,
    name: String,
    mark: Mark,
    way: Box<dyn Way>,
}

/// How one kind of provider is asked.
pub trait Way: Send + Sync {
    /// Where the reader goes.
    fn depart(&self, trip: &Trip<'_>) -> Result<Departure>;
    /// Who came back.
    fn arrive(&self, out: &Outbound, arrival: &Arrival, now: Micros) -> Result<Outside>;
    /// Whether the answer comes in a form that the reader's browser posts, not in an address.
    fn posts_back(&self) -> bool {
        false
    }
    /// Whether the reader must say at which host their account is.
    fn asks_host(&self) -> bool {
        false
    }
    /// Issuer and subject in the provider's signed message about an account, where it sends such.
    fn signed_subject(&self, _text: &str) -> Option<Result<(String, String), InvalidSignedRequest>> {
        None
    }
}

/// What a departure is made of.
pub struct Trip<'a> {
    /// How others are asked.
    pub out: &'a Outbound,
    /// What comes back with the reader.
    pub state: &'a str,
    /// Where they come back to.
    pub redirect: &'a Url,
    /// Where randomness comes from.
    pub rng: &'a dyn Rng,
    /// At which host their account is, as they typed it.
    pub host: Option<&'a str>,
}

/// Where the reader goes, and what must be kept till they are back: sealed, for it holds secrets.
#[derive(Clone, PartialEq, Eq)]
pub struct Departure {
    /// Where the browser is sent.
    pub address: Url,
    /// The PKCE verifier, where there is one.
    pub verifier: Option<String>,
    /// The nonce that the ID token must carry, where there is one.
    pub nonce: Option<String>,
    /// What else must come back to [`Provider::arrive`], letter by letter.
    pub memo: Option<String>,
}

impl fmt::Debug for Departure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Departure(..)")
    }
}

/// What the reader's browser brought back, beside the state (which the caller has checked), and what was kept.
#[derive(Clone)]
pub struct Arrival {
    /// The parameter `code`.
    pub code: Option<String>,
    /// The parameter `error`, which comes in the place of a code.
    pub error: Option<String>,
    /// The parameter `iss` (RFC 9207), where there is one.
    pub iss: Option<String>,
    /// The parameter `user`: JSON that Apple sends the first time only.
    pub user: Option<String>,
    /// [`Departure::verifier`].
    pub verifier: Option<String>,
    /// [`Departure::nonce`].
    pub nonce: Option<String>,
    /// [`Departure::memo`].
    pub memo: Option<String>,
    /// The address that the reader was sent back to, as at the departure.
    pub redirect: Url,
}

impl fmt::Debug for Arrival {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Arrival(..)")
    }
}

/// Somebody as a provider knows them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outside {
    /// Who says so, such as `https://accounts.google.com`. Never changes for a provider.
    pub issuer: String,
    /// Their id there, which is never given to another.
    pub subject: String,
    /// The name that they are shown by there.
    pub name: Option<String>,
    /// The name that they are found by there, such as `mira_holt`.
    pub handle: Option<String>,
    /// Their address.
    pub email: Option<OutsideEmail>,
    /// The address of their picture.
    pub avatar: Option<Url>,
}

/// An address as a provider gave it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutsideEmail {
    /// The address.
    pub address: EmailAddress,
    /// Whether that it is theirs has been proven by somebody who is believed: never enough to find an account by.
    pub proven: bool,
}

impl Provider {
    fn new(config: &ProviderConfig, clock: &Arc<dyn Clock>, apps: &Arc<dyn KnownApps>) -> Self {
        let clock = Arc::clone(clock);
        let way: Box<dyn Way> = match &config.kind {
            ProviderKind::X(client) => Box::new(x::X::new(client)),
            ProviderKind::Facebook {
                client,
                graph_version,
            } => Box::new(facebook::Facebook::new(client, graph_version)),
            ProviderKind::Google(client) => Box::new(google::way(client, clock)),
            ProviderKind::GitHub(client) => Box::new(github::GitHub::new(client)),
            ProviderKind::WordPress(client) => Box::new(wordpress::WordPress::new(client, clock)),
            ProviderKind::Microsoft { client, tenant } => Box::new(microsoft::way(client, tenant, clock)),
            ProviderKind::Apple(client) => Box::new(apple::Apple::new(client, clock)),
            ProviderKind::Mastodon { allowed, denied } => {
                Box::new(mastodon::Mastodon::new(allowed, denied, Arc::clone(apps)))
            }
            ProviderKind::GitLab(gitlab) => Box::new(openid::gitlab(gitlab, clock)),
            ProviderKind::Discord(client) => Box::new(discord::way(client)),
            ProviderKind::LinkedIn(client) => Box::new(linkedin::way(client)),
            ProviderKind::Twitch(client) => Box::new(twitch::way(client, clock)),
            ProviderKind::Telegram(client) => Box::new(telegram::way(client, clock)),
            ProviderKind::Oidc(client) => Box::new(openid::generic(client, clock)),
            ProviderKind::OAuth2(client) => Box::new(plain::generic(client)),
        };
        Self {
            key: config.key.clone(),
            name: config.name.clone(),
            mark: Mark::of(&config.kind),
            way,
        }
    }

    /// One that is asked in this way, under the mark of those that only the operator knows.
    pub fn of(key: ProviderKey, name: &str, way: Box<dyn Way>) -> Self {
        Self {
            key,
            name: name.to_owned(),
            mark: Mark::KEY,
            way,
        }
    }

    /// Its key in addresses and settings.
    pub fn key(&self) -> &str {
        self.key.as_str()
    }

    /// The name that readers know it by.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its mark.
    pub fn mark(&self) -> Mark {
        self.mark
    }

    /// Whether its answer comes in a form that the reader's browser posts, as Apple's does: a request from another site, to
    /// which browsers add no cookie of ours.
    pub fn posts_back(&self) -> bool {
        self.way.posts_back()
    }

    /// Whether [`Provider::depart`] needs a host, which the reader types: Mastodon's instances.
    pub fn asks_host(&self) -> bool {
        self.way.asks_host()
    }

    /// Where the reader goes. `state` comes back with them; `redirect` is where they come back to, and is registered with
    /// the provider. `host` is what the reader typed, where the provider [asks for it](Provider::asks_host). May ask the
    /// provider, and so blocks.
    ///
    /// # Errors
    /// Where the provider cannot be asked, or the host is none.
    pub fn depart(
        &self,
        out: &Outbound,
        state: &str,
        redirect: &Url,
        rng: &dyn Rng,
        host: Option<&str>,
    ) -> Result<Departure> {
        self.way.depart(&Trip {
            out,
            state,
            redirect,
            rng,
            host,
        })
    }

    /// Who came back. Asks the provider, and so blocks; what the provider gave for that is gone when this returns.
    ///
    /// # Errors
    /// Where the reader or the provider refused, or what the provider says cannot be believed.
    pub fn arrive(&self, out: &Outbound, arrival: &Arrival, now: Micros) -> Result<Outside> {
        self.way.arrive(out, arrival, now)
    }

    /// Issuer and subject in the form `signed_request` that a provider itself sends when somebody wants their data
    /// erased. `None` where it sends no such thing: only Facebook does.
    ///
    /// # Errors
    /// Where the provider did not sign it.
    pub fn signed_subject(&self, text: &str) -> Option<Result<(String, String), InvalidSignedRequest>> {
        self.way.signed_subject(text)
    }
}

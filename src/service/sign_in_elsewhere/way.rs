//! The way to a provider and back: a state that is good once, for ten minutes, for the browser that left; and the account
//! that belongs to whom the provider names.

use serde::{Deserialize, Serialize};
use url::Url;

use super::account::Opening;
use super::begin::shown;
use super::{find, is_of};
use crate::app::App;
use crate::domain::clock::Micros;
use crate::domain::id::{AccountId, HandoverId, IdentityId};
use crate::limits::Action;
use crate::outbound::OutboundError;
use crate::service::{Client, Result, ServiceError};
use crate::signin::outside::{self, Said};
use crate::signin::provider::{Arrival, Outside, Provider, ProviderError};
use crate::signin::session::ATTEMPT;
use crate::signin::token::{PlainToken, SecretKind};
use crate::storage::stores::accounts::Identity;
use crate::storage::stores::handovers::Attempt;
use crate::storage::{StorageError, Tx};

const SEAL: &str = "sign-in elsewhere: attempt";
const POSTED: &str = "sign-in elsewhere: posted";

/// Longer than what any provider posts.
const LONGEST: usize = 8 * 1024;

/// Why the way led nowhere: what the reader is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// The reader, or the provider for them, said no.
    Refused,
    /// The provider cannot be reached.
    Down,
    /// The provider does not answer in time.
    Slow,
    /// The provider answers what cannot be used.
    Answer,
    /// The provider's answer was used, or is too old.
    Stale,
    /// Too many people sign in at once.
    Busy,
    /// The settings of this server are wrong.
    Config,
    /// What the reader typed is no host of an instance.
    Host,
    /// The operator does not want the instance that the reader typed.
    HostDenied,
}

impl Failure {
    /// Every one.
    pub const ALL: [Failure; 9] = [
        Failure::Refused,
        Failure::Down,
        Failure::Slow,
        Failure::Answer,
        Failure::Stale,
        Failure::Busy,
        Failure::Config,
        Failure::Host,
        Failure::HostDenied,
    ];

    /// Its word in addresses.
    pub fn as_str(self) -> &'static str {
        match self {
            Failure::Refused => "refused",
            Failure::Down => "down",
            Failure::Slow => "slow",
            Failure::Answer => "answer",
            Failure::Stale => "stale",
            Failure::Busy => "busy",
            Failure::Config => "config",
            Failure::Host => "host",
            Failure::HostDenied => "host-denied",
        }
    }

    fn of(provider: &str, error: &ProviderError) -> Self {
        let failure = match error {
            ProviderError::Outbound(OutboundError::Slow) => Failure::Slow,
            ProviderError::Outbound(OutboundError::Busy) => Failure::Busy,
            ProviderError::Outbound(OutboundError::Unreachable) => Failure::Down,
            ProviderError::Outbound(OutboundError::TooLarge | OutboundError::Broken) => Failure::Answer,
            ProviderError::Outbound(OutboundError::Address(_)) | ProviderError::Config => Failure::Config,
            ProviderError::Refused { .. } => Failure::Refused,
            ProviderError::Stale => Failure::Stale,
            ProviderError::Host => Failure::Host,
            ProviderError::HostDenied => Failure::HostDenied,
            // The reader is told no more: it is in the log.
            ProviderError::Answer { .. } | ProviderError::IdToken(_) => Failure::Answer,
        };
        let theirs = [
            Failure::Refused,
            Failure::Stale,
            Failure::Host,
            Failure::HostDenied,
        ];
        if theirs.contains(&failure) {
            tracing::info!(provider, failure = failure.as_str(), "a provider let nobody in");
        } else {
            tracing::warn!(provider, failure = failure.as_str(), %error, "a provider let nobody in");
        }
        failure
    }
}

/// What must be known when the browser comes back.
#[derive(Serialize, Deserialize)]
struct Kept {
    verifier: Option<String>,
    nonce: Option<String>,
    memo: Option<String>,
}

/// Where our address is that a provider sends the browser back to.
fn callback(app: &App, provider: &str) -> Result<Url> {
    format!("{}/sign-in/callback/{provider}", app.config.server.public_url)
        .parse()
        .map_err(|_our_addresses_are_some| ServiceError::malformed("provider_not_found"))
}

fn provider<'a>(app: &'a App, key: &str) -> Result<&'a Provider> {
    app.providers
        .get(key)
        .ok_or(ServiceError::not_found("provider_not_found"))
}

/// The provider's page for a sign-in, or why there is none.
///
/// # Errors
/// `sign_in_not_found`, `sign_in_expired`, `provider_not_found`; limits.
pub fn depart(
    app: &App,
    client: &Client,
    id: HandoverId,
    browser: Option<&str>,
    key: &str,
    host: Option<&str>,
) -> Result<std::result::Result<Url, Failure>> {
    app.limits
        .check(Action::SignInElsewhere, &[client.address_key()])?;
    let now = app.clock.now();
    let site = app.db.read(|tx| {
        let handover = find(tx, id, browser, now)?;
        tx.site(handover.site_id)?
            .ok_or(ServiceError::inconsistent("handovers", "site_id"))
    })?;
    let key = shown(app, &site, key)?;
    let key = key.as_str();
    let provider = provider(app, key)?;
    let state = PlainToken::new(SecretKind::State, app.rng.as_ref());
    let redirect = callback(app, provider.key())?;
    let departed = provider.depart(&app.outbound, state.expose(), &redirect, app.rng.as_ref(), host);
    let departure = match departed {
        Ok(departure) => departure,
        Err(error) => return Ok(Err(Failure::of(key, &error))),
    };
    let kept = Kept {
        verifier: departure.verifier,
        nonce: departure.nonce,
        memo: departure.memo,
    };
    let json = serde_json::to_vec(&kept)
        .map_err(|_texts_always_serialise| ServiceError::inconsistent("sign_in_attempts", "sealed"))?;
    let attempt = Attempt {
        state: state.hash(),
        handover_id: id,
        provider: provider.key().to_owned(),
        sealed: app.keys.seal(SEAL, &state.hash(), &json, app.rng.as_ref())?,
        posted: None,
        created_at: now,
        used_at: None,
    };
    app.db
        .write(move |tx| Ok::<_, ServiceError>(tx.insert_attempt(&attempt)?))?;
    tracing::info!(handover = %id, provider = key, "on the way to a provider");
    Ok(Ok(departure.address))
}

/// What a provider sends back.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct Back {
    /// The code.
    pub code: Option<String>,
    /// Its own word for why there is none.
    pub error: Option<String>,
    /// Who it is (RFC 9207).
    pub iss: Option<String>,
    /// What Apple says of somebody once.
    pub user: Option<String>,
}

impl std::fmt::Debug for Back {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Back(..)")
    }
}

/// Keeps what a provider's page posted. A post from another site brings no cookie, so whose it is shows only when the browser
/// asks with it afterwards.
///
/// # Errors
/// `provider_not_found`, also for one that posts nothing; `sign_in_not_found` for a state that is none, was used or has
/// something kept already; limits.
pub fn keep_posted(app: &App, client: &Client, key: &str, state: &str, back: &Back) -> Result<()> {
    app.limits
        .check(Action::SignInElsewhere, &[client.address_key()])?;
    if !provider(app, key)?.posts_back() {
        return Err(ServiceError::not_found("provider_not_found"));
    }
    let state = hash_of(state)?;
    let json = serde_json::to_vec(back)
        .map_err(|_texts_always_serialise| ServiceError::inconsistent("sign_in_attempts", "posted"))?;
    if json.len() > LONGEST {
        return Err(ServiceError::not_found("sign_in_not_found"));
    }
    let sealed = app.keys.seal(POSTED, &state, &json, app.rng.as_ref())?;
    let (now, key) = (app.clock.now(), key.to_owned());
    let kept = app.db.write(move |tx| {
        let ours = tx
            .attempt(&state)?
            .is_some_and(|attempt| attempt.provider == key && now < attempt.created_at.plus(ATTEMPT));
        Ok::<_, ServiceError>(ours && tx.keep_posted(&state, &sealed)?)
    })?;
    if kept {
        Ok(())
    } else {
        Err(ServiceError::not_found("sign_in_not_found"))
    }
}

/// Somebody came back from a provider.
#[derive(Debug, Clone)]
pub struct Arrived {
    /// To which sign-in.
    pub handover: HandoverId,
    /// The session that they have now, or why they have none.
    pub session: std::result::Result<Opening, Failure>,
}

/// A browser comes back from a provider: the state must be one that it left with, for that provider, and is used up before
/// anybody is asked. `account` is the session that the browser had, which ends.
///
/// # Errors
/// `sign_in_not_found` for a state that is none, or is another browser's; `provider_not_found`; limits.
pub fn arrive(
    app: &App,
    client: &Client,
    key: &str,
    state: &str,
    back: Back,
    browser: Option<&str>,
    account: Option<&str>,
) -> Result<Arrived> {
    app.limits
        .check(Action::SignInElsewhere, &[client.address_key()])?;
    let provider = provider(app, key)?;
    let state = hash_of(state)?;
    let now = app.clock.now();
    let (cookie, of) = (browser.map(str::to_owned), key.to_owned());
    let (attempt, taken) = app.db.write(move |tx| {
        let not_found = || ServiceError::not_found("sign_in_not_found");
        let attempt = tx
            .attempt(&state)?
            .filter(|attempt| attempt.provider == of)
            .ok_or_else(not_found)?;
        tx.handover(attempt.handover_id)?
            .filter(|handover| is_of(handover, cookie.as_deref()))
            .ok_or_else(not_found)?;
        let in_time = now < attempt.created_at.plus(ATTEMPT);
        let taken = in_time && tx.take_attempt(&state, now)?;
        Ok::<_, ServiceError>((attempt, taken))
    })?;
    let handover = attempt.handover_id;
    let failed = |failure| Arrived {
        handover,
        session: Err(failure),
    };
    if !taken {
        return Ok(failed(Failure::Stale));
    }
    let back = match &attempt.posted {
        None => back,
        Some(sealed) => read(&app.keys.open(POSTED, &state, sealed)?, "posted")?,
    };
    let kept: Kept = read(&app.keys.open(SEAL, &state, &attempt.sealed)?, "sealed")?;
    let outside = match ask(app, provider, back, kept, now) {
        Ok(outside) => outside,
        Err(error) => return Ok(failed(Failure::of(key, &error))),
    };
    let session = let_in(app, &outside, account, now)?;
    tracing::info!(%handover, provider = key, "came back from a provider");
    Ok(Arrived {
        handover,
        session: Ok(session),
    })
}

fn hash_of(state: &str) -> Result<[u8; 32]> {
    PlainToken::parse(SecretKind::State, state)
        .map(|state| state.hash())
        .map_err(|_not_one| ServiceError::not_found("sign_in_not_found"))
}

fn read<T: serde::de::DeserializeOwned>(json: &[u8], column: &'static str) -> Result<T> {
    serde_json::from_slice(json)
        .map_err(|_we_wrote_it| ServiceError::inconsistent("sign_in_attempts", column))
}

fn ask(
    app: &App,
    provider: &Provider,
    back: Back,
    kept: Kept,
    now: Micros,
) -> std::result::Result<Outside, ProviderError> {
    let arrival = Arrival {
        code: back.code,
        error: back.error,
        iss: back.iss,
        user: back.user,
        verifier: kept.verifier,
        nonce: kept.nonce,
        memo: kept.memo,
        redirect: callback(app, provider.key()).map_err(|_error| ProviderError::Config)?,
    };
    provider.arrive(&app.outbound, &arrival, now)
}

/// Opens a session for whom a provider names: the account of (issuer, subject), made where there is none. Never that of an
/// address.
fn let_in(app: &App, outside: &Outside, account: Option<&str>, now: Micros) -> Result<Opening> {
    let subject = outside::subject_hash(&app.keys, outside);
    let said = Said::of(outside);
    let email_proven = outside.email.as_ref().is_some_and(|email| email.proven);
    let issuer = outside.issuer.clone();
    let known = app
        .db
        .read(|tx| Ok::<_, ServiceError>(tx.identity(&issuer, &subject)?))?;
    let id = known
        .as_ref()
        .map_or_else(|| IdentityId::new(now, app.rng.as_ref()), |known| known.id);
    let identity = Identity {
        id,
        account_id: known
            .as_ref()
            .map_or_else(|| AccountId::new(now, app.rng.as_ref()), |known| known.account_id),
        issuer,
        subject,
        sealed: Some(outside::seal(&app.keys, app.rng.as_ref(), id.as_bytes(), &said)?),
        email_proven,
        created_at: now,
    };
    let opening = Opening::prepare(app, now);
    let before = account
        .and_then(|cookie| PlainToken::parse(SecretKind::Account, cookie).ok())
        .map(|cookie| cookie.hash());
    let opened = opening.clone();
    app.db.write(move |tx| {
        let account = account_of(tx, &identity)?;
        if let Some(before) = before
            && let Some(token) = tx.token_by_hash(&before)?
        {
            tx.revoke_token(token.id, now)?;
        }
        opened.open_in(tx, account)
    })?;
    Ok(opening)
}

fn account_of(tx: &mut dyn Tx, identity: &Identity) -> Result<AccountId> {
    match tx.identity(&identity.issuer, &identity.subject)? {
        Some(known) if known.id == identity.id => {
            let sealed = identity.sealed.as_deref().unwrap_or_default();
            tx.renew_identity(known.id, sealed, identity.email_proven)?;
            Ok(known.account_id)
        }
        // Made by another request meanwhile: what that one sealed is as new as this.
        Some(known) => Ok(known.account_id),
        None => {
            tx.insert_account(identity.account_id, identity.created_at)?;
            if !tx.insert_identity(identity)? {
                let conflict = String::from("identities: made by another request meanwhile");
                return Err(StorageError::Conflict(conflict).into());
            }
            Ok(identity.account_id)
        }
    }
}

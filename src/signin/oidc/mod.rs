//! Providers that speak OpenID Connect: where they are asked (discovery), what they sign with (key sets), and whether an
//! ID token is theirs, for us, and of this sign-in. Which providers there are, and what their claims mean for an account,
//! is not known here; nor are requests for tokens, which `oauth2` makes.
//!
//! What was fetched is kept in the process: each provider is one [`Issuer`].

mod discovery;
mod id_token;
mod keys;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use http::header::ACCEPT;
use http::{HeaderMap, Request};
use serde::de::DeserializeOwned;
use url::Url;

use discovery::Document;
pub use discovery::Metadata;
pub use id_token::{Expected, IdToken, IdTokenError};
use keys::{KeySet, fresh_for};

use crate::domain::clock::Micros;
use crate::outbound::{Outbound, OutboundError};

/// How long a discovery document is kept.
const DISCOVERY_KEPT: Duration = Duration::from_secs(3600);

/// How often an unknown key may be asked for.
const REFETCH: Duration = Duration::from_secs(30);

/// Bytes of a discovery document at most.
const DISCOVERY_BYTES: usize = 64 * 1024;

/// Bytes of a key set at most.
const KEYS_BYTES: usize = 256 * 1024;

/// Why a provider does not vouch for somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OidcError {
    /// The provider could not be asked.
    #[error(transparent)]
    Outbound(OutboundError),
    /// The provider answered something else than it should.
    #[error("the provider's {what} is broken")]
    Answer {
        /// What was broken.
        what: &'static str,
    },
    /// The ID token is not taken.
    #[error(transparent)]
    IdToken(IdTokenError),
}

/// By which name a provider goes in its own documents and tokens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IssuerName {
    /// By its address, to the letter.
    Address,
    /// By one of these, which are the same provider (Google writes its name with and without `https://`). The first is
    /// what its subjects are kept under.
    OneOf(&'static [&'static str]),
    /// By this with the tenant's id in the place of `{tenantid}` (Microsoft, where accounts of every tenant are let in).
    /// The document says it with the placeholder; a token says `tid`, and the issuer that belongs to it.
    PerTenant(&'static str),
}

/// One provider.
#[derive(Debug)]
pub struct Issuer {
    address: String,
    name: IssuerName,
    metadata: Mutex<Option<Kept<Metadata>>>,
    keys: Mutex<KeptKeys>,
}

/// Something that was fetched, and until when it counts.
#[derive(Debug)]
struct Kept<T> {
    value: Arc<T>,
    until: Micros,
}

#[derive(Debug, Default)]
struct KeptKeys {
    /// The keys, and the address that they are of.
    set: Option<(Url, Kept<KeySet>)>,
    /// When they were last asked for.
    asked: Option<Micros>,
}

impl Issuer {
    /// A provider at an address such as `https://id.example.org`, to which `/.well-known/openid-configuration` is added.
    pub fn new(address: String, name: IssuerName) -> Self {
        Self {
            address,
            name,
            metadata: Mutex::default(),
            keys: Mutex::default(),
        }
    }

    /// Where the provider is asked what. Fetched once an hour.
    ///
    /// # Errors
    /// It cannot be had, is broken, or is another's.
    pub fn metadata(&self, outbound: &Outbound, now: Micros) -> Result<Arc<Metadata>, OidcError> {
        if let Some(kept) = &*lock(&self.metadata)
            && now < kept.until
        {
            return Ok(Arc::clone(&kept.value));
        }
        // Without the lock: others that need it too ask for themselves, rather than wait for one that may be slow.
        let address = format!(
            "{}/.well-known/openid-configuration",
            self.address.trim_end_matches('/')
        );
        let what = "discovery document";
        let (document, _): (Document, _) = fetch(outbound, &address, DISCOVERY_BYTES, what)?;
        let value = Arc::new(document.checked(outbound, &self.address, &self.name)?);
        *lock(&self.metadata) = Some(Kept {
            value: Arc::clone(&value),
            until: now.plus(DISCOVERY_KEPT),
        });
        Ok(value)
    }

    /// Whether an ID token is the provider's, for us, and of this sign-in. Keys are fetched where there are none that are
    /// fresh, and once more for a key that is not among them, at most every 30 seconds.
    ///
    /// # Errors
    /// Why it is not taken.
    pub fn check(
        &self,
        outbound: &Outbound,
        token: &str,
        expected: &Expected<'_>,
        now: Micros,
    ) -> Result<IdToken, OidcError> {
        let metadata = self.metadata(outbound, now)?;
        let keys = match self.fresh_keys(&metadata, now) {
            Some(keys) => keys,
            None => self.fetch_keys(outbound, &metadata, now)?,
        };
        let check = |keys: &KeySet| id_token::check(token, keys, &self.address, &self.name, expected, now);
        match check(&keys) {
            Err(IdTokenError::UnknownKey) if self.may_refetch(now) => {
                check(&*self.fetch_keys(outbound, &metadata, now)?)
            }
            outcome => outcome,
        }
        .map_err(OidcError::IdToken)
    }

    fn fresh_keys(&self, metadata: &Metadata, now: Micros) -> Option<Arc<KeySet>> {
        let kept = lock(&self.keys);
        let (address, set) = kept.set.as_ref()?;
        (*address == metadata.keys && now < set.until).then(|| Arc::clone(&set.value))
    }

    /// Whether it is long enough ago that keys were asked for; counts as asking, so that of many that want it one does.
    fn may_refetch(&self, now: Micros) -> bool {
        let mut kept = lock(&self.keys);
        let may = kept.asked.is_none_or(|asked| now.since(asked) >= REFETCH);
        if may {
            kept.asked = Some(now);
        }
        may
    }

    /// Where it fails, the keys that are kept stay, and count as long as they did.
    fn fetch_keys(
        &self,
        outbound: &Outbound,
        metadata: &Metadata,
        now: Micros,
    ) -> Result<Arc<KeySet>, OidcError> {
        lock(&self.keys).asked = Some(now);
        let (set, headers): (keys::Document, _) =
            fetch(outbound, metadata.keys.as_str(), KEYS_BYTES, keys::WHAT)?;
        let value = Arc::new(set.checked()?);
        let kept = Kept {
            value: Arc::clone(&value),
            until: now.plus(fresh_for(&headers)),
        };
        lock(&self.keys).set = Some((metadata.keys.clone(), kept));
        Ok(value)
    }
}

/// What was being written when a thread panicked is a whole value all the same.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A JSON document that a provider publishes.
fn fetch<T: DeserializeOwned>(
    outbound: &Outbound,
    address: &str,
    cap: usize,
    what: &'static str,
) -> Result<(T, HeaderMap), OidcError> {
    let broken = OidcError::Answer { what };
    let request = Request::get(address)
        .header(ACCEPT, "application/json")
        .body(Vec::new())
        .map_err(|_no_address| broken)?;
    let (head, body) = outbound
        .send(request, cap)
        .map_err(OidcError::Outbound)?
        .into_parts();
    if head.status != 200 {
        return Err(broken);
    }
    let document = serde_json::from_slice(&body).map_err(|_other_json| broken)?;
    Ok((document, head.headers))
}

//! Whether an ID token is taken (OpenID Connect Core 1.0, 3.1.3.7): signed by a key of its issuer, which is the one that
//! was asked, for us, now, and of the sign-in that is going on.

use super::IssuerName;
use super::keys::{Found, KeySet, NamedKey};
use crate::domain::clock::Micros;
use crate::domain::keys::equal;
use crate::signin::jwt::{self, Claims, JwtError};

/// How far a provider's clock may be from ours, in seconds.
const LEEWAY: i64 = 60;

/// Bytes of a subject at most (Core, 2).
const SUBJECT: usize = 255;

/// Audiences at most.
const AUDIENCES: usize = 16;

/// What holds for this sign-in.
#[derive(Debug, Clone, Copy)]
pub struct Expected<'a> {
    /// Whom the provider knows us as.
    pub client_id: &'a str,
    /// What was sent along, and must come back.
    pub nonce: &'a str,
}

/// A token that was taken.
#[derive(Debug, Clone, PartialEq)]
pub struct IdToken {
    /// Whose it is; one spelling for each provider.
    pub issuer: String,
    /// Whom it vouches for: 1 to 255 bytes, and only with the issuer somebody.
    pub subject: String,
    /// All that it claims.
    pub claims: Claims,
}

/// Why a token is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum IdTokenError {
    /// It is no token, or one of another kind.
    #[error("it is no ID token")]
    Form,
    /// It is too large.
    #[error("the ID token is too large")]
    TooLarge,
    /// Its algorithm is none that is taken, or not its key's.
    #[error("the ID token's algorithm is not taken")]
    Algorithm,
    /// Its key is none of the provider's.
    #[error("the ID token's key is unknown")]
    UnknownKey,
    /// Its key did not sign it.
    #[error("the ID token's signature is wrong")]
    Signature,
    /// It is another provider's.
    #[error("the ID token is of another issuer")]
    Issuer,
    /// It is for somebody else.
    #[error("the ID token is for somebody else")]
    Audience,
    /// Its time is over.
    #[error("the ID token has expired")]
    Expired,
    /// Its time has not come, or it says none.
    #[error("the ID token's time has not come")]
    Early,
    /// It is of another sign-in.
    #[error("the ID token is of another sign-in")]
    Nonce,
    /// It vouches for nobody.
    #[error("the ID token has no subject")]
    Subject,
}

impl From<JwtError> for IdTokenError {
    fn from(error: JwtError) -> Self {
        match error {
            JwtError::TooLarge => Self::TooLarge,
            JwtError::Form => Self::Form,
            JwtError::Algorithm => Self::Algorithm,
            JwtError::Signature => Self::Signature,
        }
    }
}

pub(super) fn check(
    token: &str,
    keys: &KeySet,
    address: &str,
    name: &IssuerName,
    expected: &Expected<'_>,
    now: Micros,
) -> Result<IdToken, IdTokenError> {
    let head = jwt::head(token)?;
    // A token for a resource server (`at+jwt`), or of a logout, is signed by the same keys.
    let is_of_its_kind = head
        .typ
        .as_deref()
        .is_none_or(|typ| typ.eq_ignore_ascii_case("JWT"));
    if !is_of_its_kind {
        return Err(IdTokenError::Form);
    }
    // By HS256 no key of a set verifies: secrets have no place in it.
    let key = match keys.find(head.kid.as_deref(), head.alg) {
        Found::One(key) => key,
        Found::OtherAlgorithm => return Err(IdTokenError::Algorithm),
        Found::Unclear | Found::None => return Err(IdTokenError::UnknownKey),
    };
    let claims = jwt::verify(token, &key.key)?;
    let issuer = issuer(&claims, key, address, name)?;
    check_audience(&claims, expected.client_id)?;
    check_time(&claims, now)?;
    let nonce = claims.text("nonce").ok_or(IdTokenError::Nonce)?;
    if !equal(nonce.as_bytes(), expected.nonce.as_bytes()) {
        return Err(IdTokenError::Nonce);
    }
    let subject = claims.text("sub").ok_or(IdTokenError::Subject)?.to_owned();
    if subject.is_empty() || subject.len() > SUBJECT {
        return Err(IdTokenError::Subject);
    }
    Ok(IdToken {
        issuer,
        subject,
        claims,
    })
}

/// Whose token it is, if it is the provider's.
fn issuer(claims: &Claims, key: &NamedKey, address: &str, name: &IssuerName) -> Result<String, IdTokenError> {
    let says = claims.text("iss").ok_or(IdTokenError::Issuer)?;
    let is = match name {
        IssuerName::Address => (says == address).then(|| address.to_owned()),
        IssuerName::OneOf(names) => names
            .contains(&says)
            .then(|| names.first().map(|first| (*first).to_owned()))
            .flatten(),
        IssuerName::PerTenant(pattern) => {
            let tenant = claims.text("tid").filter(|id| is_tenant(id));
            let tenant = tenant.ok_or(IdTokenError::Issuer)?;
            let of_tenant = |pattern: &str| pattern.replace("{tenantid}", tenant);
            // Some keys sign for one tenant alone.
            let signs = key
                .issuer
                .as_deref()
                .is_none_or(|pattern| of_tenant(pattern) == says);
            (signs && of_tenant(pattern) == says).then(|| says.to_owned())
        }
    };
    is.ok_or(IdTokenError::Issuer)
}

/// Whether it is written as a tenant's id: `9188040d-6c67-4c5b-b112-36a304b66dad`.
fn is_tenant(id: &str) -> bool {
    let groups: Vec<usize> = id.split('-').map(str::len).collect();
    groups == [8, 4, 4, 4, 12] && id.bytes().all(|b| b == b'-' || b.is_ascii_hexdigit())
}

/// For us: alone, or with others where it says that it was given to us.
fn check_audience(claims: &Claims, client_id: &str) -> Result<(), IdTokenError> {
    let audiences = claims
        .texts("aud")
        .map_err(|_wrong_kind| IdTokenError::Audience)?
        .ok_or(IdTokenError::Audience)?;
    let party = match claims.get("azp") {
        None => None,
        Some(_) => Some(claims.text("azp").ok_or(IdTokenError::Audience)?),
    };
    let given_to_us = match party {
        Some(party) => party == client_id,
        None => audiences.len() == 1,
    };
    if audiences.len() <= AUDIENCES && audiences.contains(&client_id) && given_to_us {
        Ok(())
    } else {
        Err(IdTokenError::Audience)
    }
}

/// By our clock.
fn check_time(claims: &Claims, now: Micros) -> Result<(), IdTokenError> {
    let now = now.as_i64() / 1_000_000;
    let at = |name| claims.seconds(name).map_err(|_wrong_kind| IdTokenError::Form);
    let expires = at("exp")?.ok_or(IdTokenError::Expired)?;
    let issued = at("iat")?.ok_or(IdTokenError::Early)?;
    let begins = at("nbf")?.unwrap_or(issued);
    if expires.saturating_add(LEEWAY) <= now {
        return Err(IdTokenError::Expired);
    }
    if issued.max(begins) > now.saturating_add(LEEWAY) {
        return Err(IdTokenError::Early);
    }
    Ok(())
}

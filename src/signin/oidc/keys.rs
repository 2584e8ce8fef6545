//! A provider's key set (RFC 7517): the keys in it that sign, each with the algorithms that its own kind, curve, `alg`
//! and `use` leave it, and how long the set counts.

use std::time::Duration;

use http::HeaderMap;
use http::header::CACHE_CONTROL;
use serde::Deserialize;
use serde_json::Value;

use super::OidcError;
use crate::signin::jwt::{Alg, InvalidKey, Key};

/// Keys in a set at most; providers have fewer than twenty.
const MOST_KEYS: usize = 100;

/// How long a set counts at least and at most, and where its answer says nothing.
const FRESH: (Duration, Duration, Duration) = (
    Duration::from_secs(5 * 60),
    Duration::from_secs(24 * 3600),
    Duration::from_secs(3600),
);

/// What a set is called where it is broken.
pub(super) const WHAT: &str = "key set";

/// The document as it is sent.
#[derive(Debug, Deserialize)]
pub(super) struct Document {
    keys: Vec<Value>,
}

/// The keys that sign.
#[derive(Debug)]
pub(super) struct KeySet(Vec<NamedKey>);

/// A key, and what its set says of it.
#[derive(Debug)]
pub(super) struct NamedKey {
    kid: Option<String>,
    /// Whose tokens it signs, where it does not sign all (Microsoft's, with `{tenantid}`).
    pub(super) issuer: Option<String>,
    pub(super) key: Key,
}

#[derive(Debug, Deserialize)]
struct Jwk {
    kty: String,
    #[serde(rename = "use")]
    usage: Option<String>,
    key_ops: Option<Vec<String>>,
    alg: Option<String>,
    kid: Option<String>,
    issuer: Option<String>,
    crv: Option<String>,
    n: Option<String>,
    e: Option<String>,
    x: Option<String>,
    y: Option<String>,
}

impl Document {
    /// The set. A key that we cannot use is no mistake of the set's.
    pub(super) fn checked(self) -> Result<KeySet, OidcError> {
        if self.keys.len() > MOST_KEYS {
            return Err(OidcError::Answer { what: WHAT });
        }
        let keys = self.keys.into_iter().filter_map(|value| {
            let jwk: Jwk = serde_json::from_value(value).ok()?;
            jwk.named().ok()
        });
        Ok(KeySet(keys.collect()))
    }
}

impl Jwk {
    fn named(self) -> Result<NamedKey, InvalidKey> {
        let signs = self.usage.as_deref().is_none_or(|usage| usage == "sig")
            && self
                .key_ops
                .as_ref()
                .is_none_or(|ops| ops.iter().any(|op| op == "verify"));
        if !signs {
            return Err(InvalidKey);
        }
        let alg = self.alg.as_deref();
        let alg = alg.map(|name| Alg::of_name(name).ok_or(InvalidKey)).transpose()?;
        let part = |part: &Option<String>| part.clone().ok_or(InvalidKey);
        let key = match (self.kty.as_str(), self.crv.as_deref()) {
            ("RSA", _) => Key::rsa(&part(&self.n)?, &part(&self.e)?, alg)?,
            ("EC", Some("P-256")) => Key::p256(&part(&self.x)?, &part(&self.y)?, alg)?,
            ("EC", Some("P-384")) => Key::p384(&part(&self.x)?, &part(&self.y)?, alg)?,
            ("OKP", Some("Ed25519")) => Key::ed25519(&part(&self.x)?, alg)?,
            // Secrets (`oct`) among them, which have no place in a set that everybody may read.
            _ => return Err(InvalidKey),
        };
        Ok(NamedKey {
            kid: self.kid,
            issuer: self.issuer,
            key,
        })
    }
}

impl KeySet {
    /// The key that a token names; where it names none, the one key that could have signed it.
    pub(super) fn find(&self, kid: Option<&str>, alg: Alg) -> Found<'_> {
        let named = |key: &&NamedKey| kid.is_none() || key.kid.as_deref() == kid;
        let mut fitting = self.0.iter().filter(named).filter(|key| key.key.takes(alg));
        match (fitting.next(), fitting.next()) {
            (Some(one), None) => Found::One(one),
            (Some(_), Some(_)) => Found::Unclear,
            (None, _) if kid.is_some() && self.0.iter().any(|key| named(&key)) => Found::OtherAlgorithm,
            (None, _) => Found::None,
        }
    }
}

/// What a token's head leads to.
pub(super) enum Found<'a> {
    One(&'a NamedKey),
    /// Several could be meant.
    Unclear,
    /// The key that is named signs otherwise.
    OtherAlgorithm,
    None,
}

/// How long a set counts, by the `max-age` that it came with.
pub(super) fn fresh_for(headers: &HeaderMap) -> Duration {
    let (least, most, unsaid) = FRESH;
    let directives: Vec<String> = headers
        .get_all(CACHE_CONTROL)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|line| line.split(','))
        .map(|directive| directive.trim().to_ascii_lowercase())
        .collect();
    let says = |word: &str| directives.iter().any(|directive| directive == word);
    if says("no-store") || says("no-cache") {
        return least;
    }
    directives
        .iter()
        .find_map(|directive| directive.strip_prefix("max-age=")?.trim_matches('"').parse().ok())
        .map_or(unsaid, Duration::from_secs)
        .clamp(least, most)
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn a_set_counts_for_five_minutes_to_a_day() {
        for (line, seconds) in [
            ("max-age=600", 600),
            ("public, Max-Age=7200, must-revalidate", 7200),
            ("max-age=0", 300),
            ("max-age=10", 300),
            ("max-age=99999999999", 86_400),
            ("no-store", 300),
            ("no-cache, max-age=7200", 300),
            ("s-maxage=10", 3600),
            ("max-age=-1", 3600),
            ("public", 3600),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(CACHE_CONTROL, HeaderValue::from_str(line).unwrap());
            assert_eq!(fresh_for(&headers), Duration::from_secs(seconds), "{line}");
        }
        assert_eq!(fresh_for(&HeaderMap::new()), Duration::from_secs(3600));
    }
}

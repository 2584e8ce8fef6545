//! Signed tokens (JWS in its compact form): verifying those of others with a key that says itself what it is for, and
//! signing the one that Apple asks for. What a token must claim is for whoever asked for it: `signin::oidc` for
//! providers' ID tokens.
//!
//! The algorithm is the key's and never the token's alone: a key of a provider verifies what its kind and its `alg` say,
//! a secret HS256 alone. So `none`, and HS256 with a public key as its secret, have no way in.

mod claims;
mod ring_provider;

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::Serialize;

pub use claims::{Claims, WrongKind};

/// Bytes of a token at most.
pub const MOST_BYTES: usize = 64 * 1024;

/// Why a token is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum JwtError {
    /// It has more than [`MOST_BYTES`].
    #[error("the token is too large")]
    TooLarge,
    /// It is no token: not three parts, no JSON, a claim given twice, or a header that must be understood and is not.
    #[error("it is no token")]
    Form,
    /// Its algorithm is none that is taken, or not the key's.
    #[error("the token's algorithm is not the key's")]
    Algorithm,
    /// The key did not sign it.
    #[error("the token's signature is wrong")]
    Signature,
}

/// The text is no key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("it is no key of this kind")]
pub struct InvalidKey;

/// How a token may be signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Alg {
    /// RSA, PKCS #1 1.5, SHA-256.
    Rs256,
    /// RSA, PSS, SHA-256.
    Ps256,
    /// ECDSA on P-256, SHA-256.
    Es256,
    /// ECDSA on P-384, SHA-384.
    Es384,
    /// Ed25519.
    EdDsa,
    /// HMAC, SHA-256: with a secret of both sides alone.
    Hs256,
}

impl Alg {
    const ALL: [(Alg, Algorithm, &'static str); 6] = [
        (Alg::Rs256, Algorithm::RS256, "RS256"),
        (Alg::Ps256, Algorithm::PS256, "PS256"),
        (Alg::Es256, Algorithm::ES256, "ES256"),
        (Alg::Es384, Algorithm::ES384, "ES384"),
        (Alg::EdDsa, Algorithm::EdDSA, "EdDSA"),
        (Alg::Hs256, Algorithm::HS256, "HS256"),
    ];

    /// By its registered name.
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .find(|(_, _, its)| *its == name)
            .map(|(alg, ..)| *alg)
    }

    fn of(algorithm: Algorithm) -> Option<Self> {
        Self::ALL
            .iter()
            .find(|(_, its, _)| *its == algorithm)
            .map(|(alg, ..)| *alg)
    }
}

/// What verifies tokens, and by which algorithms.
#[derive(Clone)]
pub struct Key {
    algs: Vec<Alg>,
    decoding: DecodingKey,
}

impl Key {
    /// An RSA key of 2048 to 8192 bits, its modulus and exponent in base64url. By RS256 and PS256, or by the one named.
    ///
    /// # Errors
    /// No base64url, or another algorithm.
    pub fn rsa(n: &str, e: &str, alg: Option<Alg>) -> Result<Self, InvalidKey> {
        let decoding = DecodingKey::from_rsa_components(n, e).map_err(|_no_base64| InvalidKey)?;
        Self::with(decoding, &[Alg::Rs256, Alg::Ps256], alg)
    }

    /// A point on P-256, in base64url. By ES256.
    ///
    /// # Errors
    /// No base64url, or another algorithm.
    pub fn p256(x: &str, y: &str, alg: Option<Alg>) -> Result<Self, InvalidKey> {
        let decoding = DecodingKey::from_ec_components(x, y).map_err(|_no_base64| InvalidKey)?;
        Self::with(decoding, &[Alg::Es256], alg)
    }

    /// A point on P-384, in base64url. By ES384.
    ///
    /// # Errors
    /// No base64url, or another algorithm.
    pub fn p384(x: &str, y: &str, alg: Option<Alg>) -> Result<Self, InvalidKey> {
        let decoding = DecodingKey::from_ec_components(x, y).map_err(|_no_base64| InvalidKey)?;
        Self::with(decoding, &[Alg::Es384], alg)
    }

    /// An Ed25519 key, in base64url. By EdDSA.
    ///
    /// # Errors
    /// No base64url, or another algorithm.
    pub fn ed25519(x: &str, alg: Option<Alg>) -> Result<Self, InvalidKey> {
        let decoding = DecodingKey::from_ed_components(x).map_err(|_no_base64| InvalidKey)?;
        Self::with(decoding, &[Alg::EdDsa], alg)
    }

    /// A secret of both sides. By HS256.
    ///
    /// # Errors
    /// Fewer than 32 bytes, which could be guessed.
    pub fn secret(secret: &[u8]) -> Result<Self, InvalidKey> {
        if secret.len() < 32 {
            return Err(InvalidKey);
        }
        Self::with(DecodingKey::from_secret(secret), &[Alg::Hs256], None)
    }

    fn with(decoding: DecodingKey, can: &[Alg], alg: Option<Alg>) -> Result<Self, InvalidKey> {
        let algs = match alg {
            None => can.to_vec(),
            Some(one) if can.contains(&one) => vec![one],
            Some(_) => return Err(InvalidKey),
        };
        Ok(Self { algs, decoding })
    }

    /// Whether it verifies what is signed so.
    pub fn takes(&self, alg: Alg) -> bool {
        self.algs.contains(&alg)
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Key")
            .field("algs", &self.algs)
            .finish_non_exhaustive()
    }
}

/// What a token says of itself before anything is verified: to choose a key by, and to believe in nothing else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// How it claims to be signed.
    pub alg: Alg,
    /// Which key it claims.
    pub kid: Option<String>,
    /// What kind of token it claims to be.
    pub typ: Option<String>,
}

/// Reads a token's head.
///
/// # Errors
/// Too large, no token, or an algorithm that is not taken.
pub fn head(token: &str) -> Result<Head, JwtError> {
    if token.len() > MOST_BYTES {
        return Err(JwtError::TooLarge);
    }
    if token.split('.').count() != 3 {
        return Err(JwtError::Form);
    }
    let header = jsonwebtoken::decode_header(token).map_err(|error| match error.kind() {
        // An algorithm that has no name there (`none`) is JSON that does not fit.
        jsonwebtoken::errors::ErrorKind::Json(_) => JwtError::Algorithm,
        _ => JwtError::Form,
    })?;
    // Whatever must be understood is not (RFC 7515, 4.1.11).
    if header.crit.is_some() {
        return Err(JwtError::Form);
    }
    Ok(Head {
        alg: Alg::of(header.alg).ok_or(JwtError::Algorithm)?,
        kid: header.kid,
        typ: header.typ,
    })
}

/// The claims of a token that the key signed. Their meaning, times among it, is not looked at.
///
/// # Errors
/// Why it is not taken.
pub fn verify(token: &str, key: &Key) -> Result<Claims, JwtError> {
    let head = head(token)?;
    let (_, algorithm, _) = Alg::ALL
        .into_iter()
        .find(|(alg, ..)| *alg == head.alg && key.takes(*alg))
        .ok_or(JwtError::Algorithm)?;
    ring_provider::install();
    let mut only = Validation::new(algorithm);
    // The library would take the machine's clock; claims are checked by our own.
    only.required_spec_claims.clear();
    only.validate_exp = false;
    only.validate_nbf = false;
    only.validate_aud = false;
    jsonwebtoken::decode(token, &key.decoding, &only)
        .map(|token| token.claims)
        .map_err(|error| match error.kind() {
            jsonwebtoken::errors::ErrorKind::InvalidSignature => JwtError::Signature,
            jsonwebtoken::errors::ErrorKind::InvalidAlgorithm
            | jsonwebtoken::errors::ErrorKind::InvalidKeyFormat => JwtError::Algorithm,
            _ => JwtError::Form,
        })
}

/// What signs by ES256.
#[derive(Debug, Clone)]
pub struct SigningKey(EncodingKey);

impl SigningKey {
    /// Reads a P-256 key in PKCS #8, as PEM: what Apple gives as a `.p8` file.
    ///
    /// # Errors
    /// Anything else.
    pub fn es256_pem(pem: &str) -> Result<Self, InvalidKey> {
        let inner = pem
            .trim()
            .strip_prefix("-----BEGIN PRIVATE KEY-----")
            .and_then(|rest| rest.strip_suffix("-----END PRIVATE KEY-----"))
            .ok_or(InvalidKey)?;
        let packed: String = inner.split_whitespace().collect();
        let der = STANDARD.decode(packed).map_err(|_no_base64| InvalidKey)?;
        ring_provider::p256_pair(&der).map_err(|_no_key| InvalidKey)?;
        Ok(Self(EncodingKey::from_ec_der(&der)))
    }

    /// Signs claims, by ES256, and names the key.
    ///
    /// # Errors
    /// The claims are no JSON object, or the system gave no randomness.
    pub fn sign(&self, kid: &str, claims: &impl Serialize) -> Result<String, InvalidKey> {
        ring_provider::install();
        let mut header = Header::new(Algorithm::ES256);
        header.kid = Some(kid.to_owned());
        jsonwebtoken::encode(&header, claims, &self.0).map_err(|_not_signed| InvalidKey)
    }
}

#[cfg(test)]
mod tests;

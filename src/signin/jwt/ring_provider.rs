//! The arithmetic of tokens, by ring, which TLS has in the binary anyway: jsonwebtoken's own providers would bring a
//! second library of it, of which one is built with CMake and the other holds an `rsa` with an open advisory. Only what
//! `signin::jwt` takes is there; the rest is refused.

use jsonwebtoken::crypto::{CryptoProvider, JwtSigner, JwtVerifier, KeyUtils};
use jsonwebtoken::errors::{Error, ErrorKind};
use jsonwebtoken::signature::{Error as SignatureError, Signer, Verifier};
use jsonwebtoken::{Algorithm, DecodingKey, DecodingKeyKind, EncodingKey};
use ring::error::{KeyRejected, Unspecified};
use ring::hmac;
use ring::rand::SystemRandom;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED, ED25519, EcdsaKeyPair,
    RSA_PKCS1_2048_8192_SHA256, RSA_PSS_2048_8192_SHA256, RsaPublicKeyComponents, UnparsedPublicKey,
    VerificationAlgorithm,
};

static PROVIDER: CryptoProvider = CryptoProvider {
    signer_factory: signer,
    verifier_factory: verifier,
    // Asked for thumbprints and for keys made into JWKs, which nobody here does.
    key_utils: KeyUtils::new_unimplemented(),
};

/// Makes it the provider of the process. Again is no harm.
pub(super) fn install() {
    let _installed_before = PROVIDER.install_default();
}

/// A pair on P-256, of PKCS #8.
pub(super) fn p256_pair(der: &[u8]) -> Result<EcdsaKeyPair, KeyRejected> {
    EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, der, &SystemRandom::new())
}

fn refused() -> Error {
    Error::from(ErrorKind::InvalidAlgorithm)
}

fn signer(algorithm: &Algorithm, key: &EncodingKey) -> Result<Box<dyn JwtSigner>, Error> {
    if *algorithm != Algorithm::ES256 || key.family() != algorithm.family() {
        return Err(refused());
    }
    let pair = p256_pair(key.as_bytes()).map_err(|_no_key| Error::from(ErrorKind::InvalidEcdsaKey))?;
    Ok(Box::new(Es256(pair)))
}

struct Es256(EcdsaKeyPair);

impl JwtSigner for Es256 {
    fn algorithm(&self) -> Algorithm {
        Algorithm::ES256
    }
}

impl Signer<Vec<u8>> for Es256 {
    fn try_sign(&self, message: &[u8]) -> Result<Vec<u8>, SignatureError> {
        // ring takes no other randomness than the system's.
        let signature = self.0.sign(&SystemRandom::new(), message);
        signature
            .map(|signature| signature.as_ref().to_vec())
            .map_err(|Unspecified| SignatureError::new())
    }
}

fn verifier(algorithm: &Algorithm, key: &DecodingKey) -> Result<Box<dyn JwtVerifier>, Error> {
    if key.family() != algorithm.family() {
        return Err(refused());
    }
    let with = match (algorithm, key.kind()) {
        (Algorithm::HS256, DecodingKeyKind::SecretOrDer(secret)) => {
            With::Secret(hmac::Key::new(hmac::HMAC_SHA256, secret))
        }
        (Algorithm::ES256, DecodingKeyKind::SecretOrDer(point)) => public(&ECDSA_P256_SHA256_FIXED, point),
        (Algorithm::ES384, DecodingKeyKind::SecretOrDer(point)) => public(&ECDSA_P384_SHA384_FIXED, point),
        (Algorithm::EdDSA, DecodingKeyKind::SecretOrDer(point)) => public(&ED25519, point),
        (Algorithm::RS256 | Algorithm::PS256, DecodingKeyKind::RsaModulusExponent { n, e }) => With::Rsa {
            n: n.clone(),
            e: e.clone(),
        },
        _ => return Err(refused()),
    };
    Ok(Box::new(Check {
        algorithm: *algorithm,
        with,
    }))
}

fn public(algorithm: &'static dyn VerificationAlgorithm, point: &[u8]) -> With {
    With::Public(UnparsedPublicKey::new(algorithm, point.to_vec()))
}

struct Check {
    algorithm: Algorithm,
    with: With,
}

enum With {
    Secret(hmac::Key),
    Public(UnparsedPublicKey<Vec<u8>>),
    Rsa { n: Vec<u8>, e: Vec<u8> },
}

impl JwtVerifier for Check {
    fn algorithm(&self) -> Algorithm {
        self.algorithm
    }
}

impl Verifier<Vec<u8>> for Check {
    fn verify(&self, message: &[u8], signature: &Vec<u8>) -> Result<(), SignatureError> {
        let outcome = match &self.with {
            With::Secret(key) => hmac::verify(key, message, signature),
            With::Public(key) => key.verify(message, signature),
            With::Rsa { n, e } => {
                let padding = if self.algorithm == Algorithm::PS256 {
                    &RSA_PSS_2048_8192_SHA256
                } else {
                    &RSA_PKCS1_2048_8192_SHA256
                };
                RsaPublicKeyComponents { n, e }.verify(padding, message, signature)
            }
        };
        outcome.map_err(|Unspecified| SignatureError::new())
    }
}

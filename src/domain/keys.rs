//! Keys: what is computed with the server's root secret, and nothing about where that secret is kept. Every use has a
//! purpose of its own, so that a value made for one says nothing in another.

use std::fmt;

use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use super::rng::Rng;

/// Bytes of an XChaCha20 nonce: long enough to be drawn at random for every message under one key.
const NONCE: usize = 24;

/// The root secret and what is derived from it. Clones are the same secret.
#[derive(Clone)]
pub struct Keys {
    root: [u8; 32],
}

/// A text was too long to seal (256 GiB).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too long to seal")]
pub struct SealError;

/// Why sealed bytes did not open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// They were sealed under another root secret: the secret file is not the one that the data was written with.
    #[error("sealed under another secret: the server's secret file is not the one that wrote this")]
    OtherKey,
    /// They are cut short, changed, or belong to another row or purpose.
    #[error("sealed bytes are damaged or belong elsewhere")]
    Damaged,
}

impl Keys {
    /// Of 32 bytes of randomness.
    pub fn from_root(root: [u8; 32]) -> Self {
        Self { root }
    }

    /// The key of one purpose, such as `"sign-in code"`: HKDF-Expand (RFC 5869) of the root to 32 bytes. Purposes are
    /// constants in the code, never input.
    pub fn derive(&self, purpose: &str) -> [u8; 32] {
        expand(&self.root, purpose.as_bytes())
    }

    /// HMAC-SHA256 under the purpose's key. Each part is preceded by its length, so that no two lists of parts are the
    /// same message.
    pub fn mac(&self, purpose: &str, parts: &[&[u8]]) -> [u8; 32] {
        let mut mac = hmac(&self.derive(purpose));
        for part in parts {
            mac.update(&length(part));
            mac.update(part);
        }
        mac.finalize().into_bytes().into()
    }

    /// Encrypts and authenticates (XChaCha20-Poly1305). `aad` is what the bytes belong to, such as the row's id: they
    /// open only with the same. The form is one byte of key id, 24 of nonce, then the text and 16 of tag.
    pub fn seal(
        &self,
        purpose: &str,
        aad: &[u8],
        plaintext: &[u8],
        rng: &dyn Rng,
    ) -> Result<Vec<u8>, SealError> {
        let mut nonce = [0u8; NONCE];
        rng.fill(&mut nonce);
        let payload = Payload { msg: plaintext, aad };
        let text = self
            .cipher(purpose)
            .encrypt(&XNonce::from(nonce), payload)
            .map_err(|_too_long| SealError)?;
        let mut sealed = Vec::with_capacity(1 + NONCE + text.len());
        sealed.push(self.key_id());
        sealed.extend_from_slice(&nonce);
        sealed.extend_from_slice(&text);
        Ok(sealed)
    }

    /// Opens what [`Keys::seal`] made with the same purpose and `aad`.
    pub fn open(&self, purpose: &str, aad: &[u8], sealed: &[u8]) -> Result<Vec<u8>, OpenError> {
        let (id, rest) = sealed.split_first().ok_or(OpenError::Damaged)?;
        if *id != self.key_id() {
            return Err(OpenError::OtherKey);
        }
        let (nonce, msg) = rest.split_first_chunk::<NONCE>().ok_or(OpenError::Damaged)?;
        self.cipher(purpose)
            .decrypt(&XNonce::from(*nonce), Payload { msg, aad })
            .map_err(|_not_ours| OpenError::Damaged)
    }

    fn cipher(&self, purpose: &str) -> XChaCha20Poly1305 {
        chacha20poly1305::KeyInit::new(&self.derive(purpose).into())
    }

    /// Tells secrets apart (one in 256 is mistaken, and then found out by the tag). Says nothing about the secret.
    fn key_id(&self) -> u8 {
        let [id, ..] = self.derive("key id");
        id
    }
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Keys(..)")
    }
}

/// What is stored of a token that holds 256 random bits: its SHA-256. A slow hash would add nothing to such.
pub fn digest_token(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

/// Whether both are the same bytes, in a time that does not depend on where they differ (their lengths may show).
pub fn equal(one: &[u8], other: &[u8]) -> bool {
    one.ct_eq(other).into()
}

/// The first block of HKDF-Expand with SHA-256, which is all of it for 32 bytes.
fn expand(key: &[u8; 32], info: &[u8]) -> [u8; 32] {
    let mut mac = hmac(key);
    mac.update(info);
    mac.update(&[1]);
    mac.finalize().into_bytes().into()
}

fn hmac(key: &[u8; 32]) -> Hmac<Sha256> {
    let mut block = hmac::digest::Key::<Hmac<Sha256>>::default();
    for (to, from) in block.iter_mut().zip(key) {
        *to = *from;
    }
    // RFC 2104: a key shorter than the hash's block is filled up with zeros.
    Hmac::new(&block)
}

fn length(part: &[u8]) -> [u8; 8] {
    u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::rng::SeededRng;

    fn hex(text: &str) -> Vec<u8> {
        (0..text.len())
            .step_by(2)
            .map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap())
            .collect()
    }

    fn keys() -> Keys {
        Keys::from_root([7; 32])
    }

    #[test]
    fn expands_as_rfc_5869_does() {
        // Appendix A.1, of whose 42 bytes the first 32 are the first block.
        let prk = hex("077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5");
        let expected = hex("3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf");
        let info = hex("f0f1f2f3f4f5f6f7f8f9");
        assert_eq!(expand(&prk.try_into().unwrap(), &info).to_vec(), expected);
    }

    #[test]
    fn macs_as_rfc_4231_does() {
        // Case 2 has a short key, here filled up with zeros, which HMAC does itself.
        let mut key = [0u8; 32];
        key[..4].copy_from_slice(b"Jefe");
        let mut mac = hmac(&key);
        mac.update(b"what do ya want for nothing?");
        let expected = hex("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
        assert_eq!(mac.finalize().into_bytes().to_vec(), expected);
    }

    #[test]
    fn purposes_roots_and_parts_are_kept_apart() {
        let one = keys().mac("email", &[b"ab", b"c"]);
        assert_eq!(one, keys().mac("email", &[b"ab", b"c"]));
        for other in [
            keys().mac("email", &[b"a", b"bc"]),
            keys().mac("email", &[b"abc"]),
            keys().mac("email", &[b"ab", b"c", b""]),
            keys().mac("code", &[b"ab", b"c"]),
            Keys::from_root([8; 32]).mac("email", &[b"ab", b"c"]),
        ] {
            assert_ne!(one, other);
        }
    }

    #[test]
    fn what_is_sealed_opens_only_where_it_belongs() {
        let rng = SeededRng::new(3);
        let sealed = keys()
            .seal("address", b"row 1", b"ada@example.org", &rng)
            .unwrap();
        assert_eq!(
            keys().open("address", b"row 1", &sealed).unwrap(),
            b"ada@example.org"
        );
        let again = keys()
            .seal("address", b"row 1", b"ada@example.org", &rng)
            .unwrap();
        assert_ne!(sealed, again, "a nonce was used twice");

        assert_eq!(keys().open("address", b"row 2", &sealed), Err(OpenError::Damaged));
        assert_eq!(keys().open("note", b"row 1", &sealed), Err(OpenError::Damaged));
        let other = Keys::from_root([8; 32]);
        assert_eq!(other.open("address", b"row 1", &sealed), Err(OpenError::OtherKey));
        for at in 1..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert_eq!(
                keys().open("address", b"row 1", &changed),
                Err(OpenError::Damaged),
                "byte {at}"
            );
        }
        for end in 0..sealed.len() {
            assert!(keys().open("address", b"row 1", &sealed[..end]).is_err());
        }
    }

    #[test]
    fn tokens_are_digested_and_compared() {
        let digest = digest_token("abc");
        assert_eq!(
            digest.to_vec(),
            hex("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        );
        assert!(equal(&digest, &digest_token("abc")));
        assert!(!equal(&digest, &digest_token("abd")));
        assert!(!equal(b"a", b"ab"));
    }

    #[test]
    fn debug_shows_no_secret() {
        assert_eq!(format!("{:?}", keys()), "Keys(..)");
    }
}

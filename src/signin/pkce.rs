//! Verifier and challenge (RFC 7636, method S256): the browser that asked for a sign-in is the only one that can end
//! it.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

use crate::domain::keys::equal;

/// SHA-256 of a verifier, as a browser sends it ahead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Challenge([u8; 32]);

/// The text is not the base64url (without padding) of 32 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a challenge: send base64url, without padding, of SHA-256 of the verifier")]
pub struct InvalidChallenge;

impl Challenge {
    /// Reads the 43 characters.
    ///
    /// # Errors
    /// Anything else.
    pub fn parse(text: &str) -> Result<Self, InvalidChallenge> {
        let bytes = URL_SAFE_NO_PAD
            .decode(text)
            .map_err(|_not_base64url| InvalidChallenge)?;
        <[u8; 32]>::try_from(bytes)
            .map(Self)
            .map_err(|_length| InvalidChallenge)
    }
    /// The hash that is stored.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

/// The secret that the browser keeps.
pub struct Verifier(String);

/// The text is not 43 to 128 of `A-Z a-z 0-9 - . _ ~`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a verifier: 43 to 128 letters, digits, hyphens, full stops, underscores and tildes")]
pub struct InvalidVerifier;

impl Verifier {
    /// Reads a verifier. 43 characters are what 256 bits take; fewer could be guessed.
    ///
    /// # Errors
    /// Another length or other characters.
    pub fn parse(text: &str) -> Result<Self, InvalidVerifier> {
        let of_the_alphabet = text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"-._~".contains(&b));
        if (43..=128).contains(&text.len()) && of_the_alphabet {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidVerifier)
        }
    }
    /// Whether the challenge was made of it. Takes the same time whatever the answer.
    pub fn answers(&self, challenge: &[u8; 32]) -> bool {
        equal(&Sha256::digest(self.0.as_bytes()), challenge)
    }
}

impl fmt::Debug for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Verifier(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // RFC 7636, appendix B.
    const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    #[test]
    fn answers_as_rfc_7636_does() {
        let challenge = Challenge::parse(CHALLENGE).unwrap();
        assert!(Verifier::parse(VERIFIER).unwrap().answers(challenge.as_bytes()));
        let other = VERIFIER.replace('d', "e");
        assert!(!Verifier::parse(&other).unwrap().answers(challenge.as_bytes()));
    }

    #[test]
    fn refuses_other_forms() {
        let padded = format!("{CHALLENGE}=");
        for bad in ["", "abc", &CHALLENGE[1..], &padded, &CHALLENGE.replace('-', "+")] {
            assert_eq!(Challenge::parse(bad), Err(InvalidChallenge), "{bad}");
        }
        for bad in [&VERIFIER[1..], &"a".repeat(129), &VERIFIER.replace('d', " ")] {
            assert!(Verifier::parse(bad).is_err(), "{bad}");
        }
        assert!(Verifier::parse(&"a".repeat(128)).is_ok());
    }
}

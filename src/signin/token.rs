//! Opaque secrets: reader's tokens, sessions, programs' tokens, invitations, and those of a sign-in elsewhere. 256 random bits behind a prefix that
//! says the kind, to people and to scanners for leaked secrets. Only the hash is stored.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::domain::keys::digest_token;
use crate::domain::rng::Rng;

/// What a secret is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SecretKind {
    /// A reader's token for one site and origin.
    Reader,
    /// A session at the desk.
    Desk,
    /// A program's token.
    Api,
    /// An invitation to the desk.
    Invite,
    /// A session on the server's own pages.
    Account,
    /// What a browser is known by while it signs in with an account elsewhere.
    Browser,
    /// The state that goes to a provider and comes back.
    State,
    /// The code that a page gets for a sign-in elsewhere.
    Code,
}

impl SecretKind {
    /// What the secret starts with.
    pub fn prefix(self) -> &'static str {
        match self {
            SecretKind::Reader => "hst_",
            SecretKind::Desk => "hsd_",
            SecretKind::Api => "hsa_",
            SecretKind::Invite => "hsi_",
            SecretKind::Account => "hsu_",
            SecretKind::Browser => "hsb_",
            SecretKind::State => "hss_",
            SecretKind::Code => "hsc_",
        }
    }
}

/// A secret in clear: made here and shown once, or come in with a request. Its `Debug` says nothing.
#[derive(Clone, PartialEq, Eq)]
pub struct PlainToken(String);

/// The text is no secret of the asked kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a token of this kind")]
pub struct InvalidToken;

impl PlainToken {
    /// A new secret.
    pub fn new(kind: SecretKind, rng: &dyn Rng) -> Self {
        let mut bytes = [0u8; 32];
        rng.fill(&mut bytes);
        Self::of(kind, bytes)
    }
    /// The secret of these bytes, which must be as hard to guess as random ones: of a keyed hash, where the same secret
    /// must come out again.
    pub fn of(kind: SecretKind, bytes: [u8; 32]) -> Self {
        Self(format!("{}{}", kind.prefix(), URL_SAFE_NO_PAD.encode(bytes)))
    }
    /// Reads a secret of a kind. What does not look like one needs no look-up.
    ///
    /// # Errors
    /// Another prefix, or other than 43 base64url characters behind it.
    pub fn parse(kind: SecretKind, text: &str) -> Result<Self, InvalidToken> {
        let bytes = text
            .strip_prefix(kind.prefix())
            .and_then(|rest| URL_SAFE_NO_PAD.decode(rest).ok())
            .ok_or(InvalidToken)?;
        if bytes.len() == 32 {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidToken)
        }
    }
    /// The secret, to be shown or sent to whom it belongs to.
    pub fn expose(&self) -> &str {
        &self.0
    }
    /// What is stored of it.
    pub fn hash(&self) -> [u8; 32] {
        digest_token(&self.0)
    }
}

impl fmt::Debug for PlainToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PlainToken(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::rng::SeededRng;

    #[test]
    fn reads_back_what_it_made_and_only_as_what_it_is() {
        let rng = SeededRng::new(1);
        let token = PlainToken::new(SecretKind::Reader, &rng);
        assert_ne!(token, PlainToken::new(SecretKind::Reader, &rng));
        let text = token.expose().to_owned();
        assert!(text.starts_with("hst_") && text.len() == 47);
        assert_eq!(
            PlainToken::parse(SecretKind::Reader, &text).unwrap().hash(),
            token.hash()
        );
        for kind in [SecretKind::Desk, SecretKind::Api, SecretKind::Invite] {
            assert_eq!(PlainToken::parse(kind, &text), Err(InvalidToken));
        }
        for bad in ["", "hst_", &text[..46], &format!("{text}A"), &text[4..]] {
            assert_eq!(
                PlainToken::parse(SecretKind::Reader, bad),
                Err(InvalidToken),
                "{bad}"
            );
        }
        assert_eq!(format!("{token:?}"), "PlainToken(..)");
    }
}

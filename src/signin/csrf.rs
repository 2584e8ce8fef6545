//! The token that forms of our own pages carry, beside the checks of `Sec-Fetch-Site` and `Origin`: derived from the session,
//! so that nothing is stored and a session's end ends it too.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::domain::id::TokenId;
use crate::domain::keys::{Keys, equal};

const PURPOSE: &str = "form";

/// A session's form token: of the desk, or of a reader.
#[derive(Clone, PartialEq, Eq)]
pub struct FormToken(String);

impl FormToken {
    /// Of a session.
    pub fn of(keys: &Keys, session: TokenId) -> Self {
        Self(URL_SAFE_NO_PAD.encode(keys.mac(PURPOSE, &[session.as_bytes()])))
    }
    /// What goes into the form, or into the header `X-Hustings-Form`.
    pub fn expose(&self) -> &str {
        &self.0
    }
    /// Whether a request brought this token.
    pub fn is(&self, text: &str) -> bool {
        equal(self.0.as_bytes(), text.as_bytes())
    }
}

impl fmt::Debug for FormToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FormToken(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::clock::Micros;
    use crate::domain::rng::SeededRng;

    #[test]
    fn belongs_to_one_session() {
        let (keys, rng) = (Keys::from_root([1; 32]), SeededRng::new(1));
        let (one, other) = (
            TokenId::new(Micros::from_i64(0), &rng),
            TokenId::new(Micros::from_i64(0), &rng),
        );
        let token = FormToken::of(&keys, one);
        assert!(token.is(FormToken::of(&keys, one).expose()));
        assert!(!token.is(FormToken::of(&keys, other).expose()));
        assert!(!token.is(""));
    }
}

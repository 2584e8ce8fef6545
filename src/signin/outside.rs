//! How accounts elsewhere are kept: found by a keyed hash of (issuer, subject), and what the issuer said of its holder sealed
//! beside it. Never found by an address: who has the same address elsewhere is somebody else until they prove it here.

use serde::{Deserialize, Serialize};

use crate::domain::keys::{Keys, OpenError, SealError};
use crate::domain::rng::Rng;
use crate::domain::text::{DisplayName, EmailAddress};
use crate::signin::provider::Outside;

const FIND: &str = "outside identity: find";
const SEAL: &str = "outside identity: seal";

/// What an issuer said of somebody when they signed in last.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    /// Their name there.
    pub name: Option<String>,
    /// Their handle there.
    pub handle: Option<String>,
    /// Their address, as the issuer wrote it.
    pub email: Option<String>,
}

/// Why what was sealed cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OpenSaidError {
    /// The seal did not open.
    #[error(transparent)]
    Seal(OpenError),
    /// It opened, and nothing that an issuer said was in it.
    #[error("what was sealed is not what an issuer said")]
    NotThat,
}

impl Said {
    /// Of what came back from a provider.
    pub fn of(outside: &Outside) -> Self {
        Self {
            name: outside.name.clone(),
            handle: outside.handle.clone(),
            email: outside
                .email
                .as_ref()
                .map(|email| email.address.as_str().to_owned()),
        }
    }

    /// A name that can stand beside comments, where the issuer gave one.
    pub fn display_name(&self) -> Option<DisplayName> {
        [&self.name, &self.handle]
            .into_iter()
            .flatten()
            .find_map(|name| DisplayName::parse(name).ok())
    }

    /// The address.
    pub fn address(&self) -> Option<EmailAddress> {
        self.email
            .as_deref()
            .and_then(|text| EmailAddress::parse(text).ok())
    }
}

/// What an identity is found by: a hash that only this server can compute.
pub fn subject_hash(keys: &Keys, outside: &Outside) -> [u8; 32] {
    keys.mac(FIND, &[outside.issuer.as_bytes(), outside.subject.as_bytes()])
}

/// Seals into the row of `owner` (its id's bytes): moved into another row it does not open.
///
/// # Errors
/// None for what providers say, which is short.
pub fn seal(keys: &Keys, rng: &dyn Rng, owner: &[u8; 16], said: &Said) -> Result<Vec<u8>, SealError> {
    let json = serde_json::to_vec(said).map_err(|_texts_always_serialise| SealError)?;
    keys.seal(SEAL, owner, &json, rng)
}

/// Opens what [`seal`] put into the row of `owner`.
///
/// # Errors
/// Another secret than the one it was sealed with, another row, or damage.
pub fn open(keys: &Keys, owner: &[u8; 16], sealed: &[u8]) -> Result<Said, OpenSaidError> {
    let bytes = keys.open(SEAL, owner, sealed).map_err(OpenSaidError::Seal)?;
    serde_json::from_slice(&bytes).map_err(|_not_json| OpenSaidError::NotThat)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::rng::SeededRng;

    fn outside(issuer: &str, subject: &str) -> Outside {
        Outside {
            issuer: issuer.to_owned(),
            subject: subject.to_owned(),
            name: None,
            handle: None,
            email: None,
            avatar: None,
        }
    }

    #[test]
    fn issuers_and_subjects_are_kept_apart() {
        let keys = Keys::from_root([1; 32]);
        let one = subject_hash(&keys, &outside("https://id.example", "12"));
        assert_eq!(one, subject_hash(&keys, &outside("https://id.example", "12")));
        for (issuer, subject) in [
            ("https://id.example", "13"),
            ("https://id.example1", "2"),
            ("https://other.example", "12"),
        ] {
            assert_ne!(one, subject_hash(&keys, &outside(issuer, subject)));
        }
    }

    #[test]
    fn opens_in_its_row_only() {
        let keys = Keys::from_root([1; 32]);
        let said = Said {
            name: Some(String::from("\u{202e}")),
            handle: Some(String::from("mira")),
            email: Some(String::from("mira@example.org")),
        };
        assert_eq!(said.display_name(), DisplayName::parse("mira").ok());
        let sealed = seal(&keys, &SeededRng::new(1), &[7; 16], &said).unwrap();
        assert_eq!(open(&keys, &[7; 16], &sealed), Ok(said));
        assert_eq!(
            open(&keys, &[8; 16], &sealed),
            Err(OpenSaidError::Seal(OpenError::Damaged))
        );
    }
}

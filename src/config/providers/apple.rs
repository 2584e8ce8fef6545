//! What Apple wants: no secret, but a key that secrets are signed with.

use rustls::pki_types::PrivateKeyDer;
use rustls::pki_types::pem::PemObject;
use rustls::{SignatureScheme, crypto};

use super::{Reader, Secret, Table, sample};

/// What the server is known by at Apple.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppleClient {
    /// The Services ID.
    pub id: String,
    /// The id of the developers' team.
    pub team: String,
    /// The id of the key.
    pub key_id: String,
    /// The key itself: PEM of a P-256 private key (PKCS #8), as in Apple's `.p8` file. It has been read once.
    pub private_key: Secret<String>,
}

impl AppleClient {
    pub(super) fn read(reader: &mut Reader, at: &Table) -> Option<Self> {
        let id = at.needed(
            reader,
            "client_id",
            "write the Services ID, such as org.example.comments",
        );
        let team = at.needed(reader, "team_id", "write the team's id, ten letters and digits");
        let key_id = at.needed(reader, "key_id", "write the key's id, ten letters and digits");
        let private_key = private_key(reader, at);
        Some(Self {
            id: id?,
            team: team?,
            key_id: key_id?,
            private_key: private_key?,
        })
    }
}

fn private_key(reader: &mut Reader, at: &Table) -> Option<Secret<String>> {
    let key = at.key("private_key");
    let mend = format!("name the .p8 file that Apple gave you by {key}_file");
    let given = reader.secret(&key);
    let Some(pem) = given else {
        if !reader.is_given(&key) && !reader.is_given(&format!("{key}_file")) {
            reader.error(&key, "it is missing", mend);
        }
        return None;
    };
    if sample::is_sample(pem.expose()) {
        reader.error(&key, "it is a sample, and no key", mend);
        return None;
    }
    if !signs_es256(pem.expose()) {
        reader.error(&key, "it is not the PEM of a P-256 private key", mend);
        return None;
    }
    Some(pem)
}

fn signs_es256(pem: &str) -> bool {
    let Ok(der) = PrivateKeyDer::from_pem_slice(pem.as_bytes()) else {
        return false;
    };
    crypto::ring::sign::any_ecdsa_type(&der).is_ok_and(|key| {
        key.choose_scheme(&[SignatureScheme::ECDSA_NISTP256_SHA256])
            .is_some()
    })
}

//! The link under every letter that stops letters: it names the address by its keyed hash and proves by a MAC that this
//! server wrote it, so that no sign-in and no table of links is needed, and nobody can stop another's letters. What a link
//! can stop is proven with it: the one of a notice never stops sign-in codes.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::domain::keys::{Keys, equal};

/// What a link stops.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stops {
    /// Every letter, sign-in codes too: the link of the letter with a code.
    Everything,
    /// Notices, to authors and to moderators: the link of each of them.
    Notices,
}

impl Stops {
    fn purpose(self) -> &'static str {
        match self {
            Stops::Everything => "stop link",
            Stops::Notices => "stop notices link",
        }
    }
}

/// Bytes of MAC in a link: 128 bits cannot be guessed, and the link stays short.
const PROOF: usize = 16;

/// The link's last part for an address, given by its hash.
pub fn token(keys: &Keys, stops: Stops, email_hash: &[u8; 32]) -> String {
    let mut bytes = email_hash.to_vec();
    bytes.extend(proof(keys, stops, email_hash));
    URL_SAFE_NO_PAD.encode(bytes)
}

/// What the link stops and the address's hash, where the link is ours.
pub fn read(keys: &Keys, token: &str) -> Option<(Stops, [u8; 32])> {
    if token.len() > 100 {
        return None;
    }
    let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
    let (email_hash, brought) = bytes.split_first_chunk::<32>()?;
    let stops = [Stops::Everything, Stops::Notices]
        .into_iter()
        .find(|stops| equal(brought, &proof(keys, *stops, email_hash)))?;
    Some((stops, *email_hash))
}

fn proof(keys: &Keys, stops: Stops, email_hash: &[u8; 32]) -> Vec<u8> {
    let mac = keys.mac(stops.purpose(), &[email_hash]);
    mac.into_iter().take(PROOF).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_good_for_its_address_and_cannot_be_made_up() {
        let keys = Keys::from_root([1; 32]);
        let link = token(&keys, Stops::Notices, &[5; 32]);
        assert_eq!(read(&keys, &link), Some((Stops::Notices, [5; 32])));
        let other = token(&keys, Stops::Everything, &[5; 32]);
        assert_eq!(read(&keys, &other), Some((Stops::Everything, [5; 32])));
        assert_eq!(read(&Keys::from_root([2; 32]), &link), None);
        let mut bytes = URL_SAFE_NO_PAD.decode(&link).unwrap();
        for at in 0..bytes.len() {
            bytes[at] ^= 1;
            assert_eq!(read(&keys, &URL_SAFE_NO_PAD.encode(&bytes)), None, "byte {at}");
            bytes[at] ^= 1;
        }
        for end in 0..link.len() {
            assert_eq!(read(&keys, &link[..end]), None);
        }
    }
}

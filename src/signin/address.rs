//! How addresses of people are kept: found by a keyed hash, read back only by who holds the server's secret.

use crate::domain::keys::{Keys, OpenError, SealError};
use crate::domain::rng::Rng;
use crate::domain::text::EmailAddress;

const FIND: &str = "email address: find";
const SEAL: &str = "email address: seal";

/// What an address is found by: a hash that only this server can compute, so that a stolen database does not answer
/// "is this address in it?".
pub fn email_hash(keys: &Keys, address: &EmailAddress) -> [u8; 32] {
    keys.mac(FIND, &[address.lookup_key().as_bytes()])
}

/// The same of the address's mailbox: what letters and wishes for none are counted by.
pub fn mailbox_hash(keys: &Keys, address: &EmailAddress) -> [u8; 32] {
    email_hash(keys, &address.mailbox())
}

/// Seals an address into the row of `owner` (its id's bytes): moved into another row it does not open.
///
/// # Errors
/// None for an address, which is short.
pub fn seal(
    keys: &Keys,
    rng: &dyn Rng,
    owner: &[u8; 16],
    address: &EmailAddress,
) -> Result<Vec<u8>, SealError> {
    keys.seal(SEAL, owner, address.as_str().as_bytes(), rng)
}

/// A sealed address could not be read back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OpenAddressError {
    /// The seal did not open.
    #[error(transparent)]
    Seal(OpenError),
    /// It opened, and no address was in it.
    #[error("what was sealed is not an address")]
    NotAnAddress,
}

/// Opens what [`seal`] put into the row of `owner`.
///
/// # Errors
/// Another secret than the one it was sealed with, another row, or damage.
pub fn open(keys: &Keys, owner: &[u8; 16], sealed: &[u8]) -> Result<EmailAddress, OpenAddressError> {
    let bytes = keys.open(SEAL, owner, sealed).map_err(OpenAddressError::Seal)?;
    std::str::from_utf8(&bytes)
        .ok()
        .and_then(|text| EmailAddress::parse(text).ok())
        .ok_or(OpenAddressError::NotAnAddress)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::rng::SeededRng;

    #[test]
    fn is_found_whatever_its_case_and_opens_in_its_row_only() {
        let keys = Keys::from_root([1; 32]);
        let address = EmailAddress::parse("Mira.Holt@Example.org").unwrap();
        let typed = EmailAddress::parse("mira.holt@example.org").unwrap();
        assert_eq!(email_hash(&keys, &address), email_hash(&keys, &typed));
        let other = EmailAddress::parse("mira.holt+news@example.org").unwrap();
        assert_ne!(email_hash(&keys, &address), email_hash(&keys, &other));
        assert_ne!(
            email_hash(&keys, &address),
            email_hash(&Keys::from_root([2; 32]), &address)
        );

        let sealed = seal(&keys, &SeededRng::new(1), &[7; 16], &address).unwrap();
        assert_eq!(open(&keys, &[7; 16], &sealed), Ok(address));
        assert_eq!(
            open(&keys, &[8; 16], &sealed),
            Err(OpenAddressError::Seal(OpenError::Damaged))
        );
    }
}

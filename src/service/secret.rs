//! Whether the root secret is the one that the database was written with. Under another one no address can be read and
//! nobody signed in is known, so that nothing is started with it.

use crate::domain::keys::{Keys, equal};
use crate::service::{Result, ServiceError};
use crate::storage::Db;

/// The migration that brought the table in which the secret is recognised.
const SINCE: &str = "20261123010500";
const PURPOSE: &str = "secret check";

/// What a database says of a root secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recognised {
    /// It is the one.
    Yes,
    /// The database belongs to another one.
    No,
    /// No server has used the database yet; whichever comes first is the one.
    NoneYet,
}

/// Whether the database was used under some root secret already. Works on a database of whatever schema.
///
/// # Errors
/// Only storage's.
pub fn is_bound(db: &Db) -> Result<bool> {
    if db.pending_migrations()?.iter().any(|version| version == SINCE) {
        return Ok(false);
    }
    Ok(kept(db)?.is_some())
}

/// What the database says of the secret; nothing is written.
///
/// # Errors
/// Only storage's.
pub fn recognise(db: &Db, keys: &Keys) -> Result<Recognised> {
    Ok(match kept(db)? {
        None => Recognised::NoneYet,
        Some(kept) if equal(&kept, &check_value(keys)) => Recognised::Yes,
        Some(_anothers) => Recognised::No,
    })
}

/// As [`recognise`], and the first secret of all is kept from then on.
///
/// # Errors
/// Only storage's.
pub fn bind(db: &Db, keys: &Keys) -> Result<Recognised> {
    if recognise(db, keys)? == Recognised::NoneYet {
        let mac = check_value(keys);
        db.write(move |tx| Ok::<_, ServiceError>(tx.keep_secret_check(&mac)?))?;
    }
    // Another node may have been quicker, with another secret.
    recognise(db, keys)
}

fn kept(db: &Db) -> Result<Option<[u8; 32]>> {
    db.read(|tx| Ok(tx.secret_check()?))
}

fn check_value(keys: &Keys) -> [u8; 32] {
    keys.mac(PURPOSE, &[])
}

//! Forgetting what has served: sign-ins, ended tokens, old invitations and idempotency keys. Of comments nothing
//! is forgotten here: that is `retention`.

use std::time::Duration;

use crate::app::App;
use crate::domain::clock::Micros;
use crate::service::idempotency::REMEMBERED_FOR;
use crate::service::{Result, ServiceError};
use crate::storage::{StorageError, Tx};

/// Sign-ins are kept for so long: their addresses are personal data, and nobody can use them after half an hour.
const SIGN_INS: Duration = Duration::from_secs(24 * 60 * 60);

/// Ended tokens, used and expired invitations are kept for so long, so that their holders are told what became of them.
const TOKENS: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// So many rows are deleted in one transaction.
const CHUNK: i64 = 200;

/// Forgets all that is old enough, in small transactions. Gives how many rows.
///
/// # Errors
/// Storage's; what was deleted before stays deleted.
pub fn purge(app: &App) -> Result<usize> {
    let now = app.clock.now();
    let sign_ins = in_chunks(app, now.minus(SIGN_INS), |tx, before| {
        tx.forget_sign_ins(before, CHUNK)
    })?;
    let handovers = in_chunks(app, now.minus(SIGN_INS), |tx, before| {
        tx.forget_handovers(before, CHUNK)
    })?;
    let tokens = in_chunks(app, now.minus(TOKENS), |tx, before| {
        tx.forget_tokens(before, CHUNK)
    })?;
    let keys = in_chunks(app, now.minus(REMEMBERED_FOR), |tx, before| {
        tx.forget_remembered(before, CHUNK)
    })?;
    let invites = in_chunks(app, now.minus(TOKENS), |tx, before| {
        tx.forget_invites(before, CHUNK)
    })?;
    let all = sign_ins + handovers + tokens + keys + invites;
    if all > 0 {
        tracing::info!(sign_ins, handovers, tokens, keys, invites, "forgot what was old");
    }
    Ok(all)
}

fn in_chunks(
    app: &App,
    before: Micros,
    forget: fn(&mut dyn Tx, Micros) -> Result<usize, StorageError>,
) -> Result<usize> {
    let mut all = 0;
    loop {
        let forgotten = app
            .db
            .write(move |tx| Ok::<_, ServiceError>(forget(tx, before)?))?;
        all += forgotten;
        if i64::try_from(forgotten).is_ok_and(|forgotten| forgotten < CHUNK) {
            return Ok(all);
        }
    }
}

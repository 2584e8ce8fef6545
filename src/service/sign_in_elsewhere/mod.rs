//! Signing in with an account elsewhere, from a click on a site's page to a token for it: begun there (`begin`), on the way
//! to a provider and back (`way`), with a session on our own pages (`account`), handed over by a click (`consent`), and
//! redeemed (`redeem`). What a provider is asked is `signin::provider`'s.
//!
//! Everything is bound to the browser that began it, by the hash of a cookie: to any other one it does not exist.

pub mod account;
pub mod begin;
pub mod consent;
pub mod redeem;
pub mod way;

use crate::domain::clock::Micros;
use crate::domain::id::HandoverId;
use crate::service::{Result, ServiceError};
use crate::signin::session::HANDOVER;
use crate::signin::token::{PlainToken, SecretKind};
use crate::storage::Tx;
use crate::storage::stores::handovers::Handover;

/// The sign-in of an id, for the browser that began it.
fn find(tx: &mut dyn Tx, id: HandoverId, browser: Option<&str>, now: Micros) -> Result<Handover> {
    let handover = tx
        .handover(id)?
        .filter(|handover| is_of(handover, browser))
        .ok_or(ServiceError::not_found("sign_in_not_found"))?;
    if now >= handover.created_at.plus(HANDOVER) {
        return Err(expired());
    }
    Ok(handover)
}

/// Whether a browser's cookie is of the one that began a sign-in.
fn is_of(handover: &Handover, browser: Option<&str>) -> bool {
    browser
        .and_then(|cookie| PlainToken::parse(SecretKind::Browser, cookie).ok())
        .is_some_and(|cookie| cookie.hash() == handover.browser)
}

fn expired() -> ServiceError {
    ServiceError::invalid_code(
        "sign_in_expired",
        "this sign-in is too old; begin a new one on the page",
    )
}

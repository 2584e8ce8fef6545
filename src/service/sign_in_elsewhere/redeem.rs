//! The code for a token: by the page that holds the verifier, from the origin that asked, once and within a minute.

use super::begin::request_id;
use super::consent::reader_token;
use crate::app::App;
use crate::domain::origin::Origin;
use crate::limits::Action;
use crate::service::redeem::{Redeem, SignedIn};
use crate::service::{Client, FieldError, Result, ServiceError};
use crate::signin::pkce::Verifier;
use crate::signin::session::CODE;
use crate::signin::token::{PlainToken, SecretKind};

/// Whether a code is one of a sign-in with an account elsewhere.
pub fn is_code(code: &str) -> bool {
    code.starts_with(SecretKind::Code.prefix())
}

/// Gives a reader's token for the site and origin that the sign-in was begun for. Where the code was redeemed before, the
/// token that it gave then is good no longer: one of the two who brought it should not have had it.
///
/// # Errors
/// `request_id_invalid`, `verifier_invalid`, `code_invalid`; `sign_in_not_found` where the code, the request and the verifier
/// do not belong together; `origin_not_listed` from another origin; `code_used`, `code_expired`; limits.
pub fn reader_token_of(
    app: &App,
    origin: Option<&Origin>,
    client: &Client,
    brought: &Redeem,
) -> Result<SignedIn> {
    app.limits.check(Action::SignInCode, &[client.address_key()])?;
    let request = request_id(&brought.held.request_id)
        .ok_or_else(|| ServiceError::invalid("/request_id", "request_id_invalid"))?;
    let verifier = Verifier::parse(&brought.held.verifier)
        .map_err(|_not_a_verifier| ServiceError::invalid("/verifier", "verifier_invalid"))?;
    let code = PlainToken::parse(SecretKind::Code, &brought.code)
        .map_err(|_not_a_code| ServiceError::invalid("/code", "code_invalid"))?;
    let now = app.clock.now();
    let secret = PlainToken::new(SecretKind::Reader, app.rng.as_ref());
    let (hash, code_hash) = (secret.hash(), code.hash());
    let not_found = || ServiceError::not_found("sign_in_not_found");
    let handover = app
        .db
        .read(|tx| Ok::<_, ServiceError>(tx.handover_by_code(&code_hash)?))?
        .filter(|handover| handover.request == request)
        .ok_or_else(not_found)?;
    let account = handover
        .account_id
        .ok_or(ServiceError::inconsistent("handovers", "account_id"))?;
    let token = reader_token(app, &handover, account, hash, now);
    let expires_at = token.expires_at.unwrap_or(now);
    let id = handover.id;
    let origin = origin.cloned();
    let membership = app.db.write(move |tx| {
        let fresh = tx.handover_by_code(&code_hash)?.ok_or_else(not_found)?;
        if let Some(first) = fresh.token_id {
            tx.revoke_token(first, now)?;
            // Committed, not rolled back with an error.
            return Ok(Err(refused(
                "code_used",
                "the code was used already; begin a new sign-in",
            )));
        }
        if !verifier.answers(&fresh.challenge) {
            return Err(not_found());
        }
        if origin.as_ref() != Some(&fresh.origin) {
            return Err(ServiceError::forbidden_with(
                "origin_not_listed",
                format!("this sign-in was asked for from {}", fresh.origin),
            ));
        }
        if fresh.code_at.is_none_or(|minted| now >= minted.plus(CODE)) {
            return Err(refused(
                "code_expired",
                "the code is too old; begin a new sign-in",
            ));
        }
        let membership = tx.membership(account, fresh.site_id)?.ok_or_else(not_found)?;
        tx.insert_token(&token)?;
        if !tx.redeem_handover(fresh.id, token.id)? {
            return Err(ServiceError::inconsistent("handovers", "token_id"));
        }
        Ok(Ok(membership))
    })?;
    let membership = match membership {
        Ok(membership) => membership,
        Err(error) => {
            tracing::warn!(handover = %id, "a code came twice: the token that it gave is revoked");
            return Err(error);
        }
    };
    tracing::info!(handover = %id, membership = %membership.id, "signed in");
    Ok(SignedIn {
        token: secret,
        expires_at,
        membership,
    })
}

fn refused(code: &'static str, detail: &str) -> ServiceError {
    ServiceError::Invalid {
        code,
        detail: detail.to_owned(),
        errors: vec![FieldError {
            pointer: String::from("/code"),
            code,
        }],
    }
}

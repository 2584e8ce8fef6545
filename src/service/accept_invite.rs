//! Accepting an invitation to the desk: its one-time secret becomes a role and a session.

use crate::app::App;
use crate::domain::id::InviteId;
use crate::domain::origin::Origin;
use crate::limits::Action;
use crate::service::redeem::Newcomer;
use crate::service::sessions::DeskSession;
use crate::service::{Client, Result, ServiceError};
use crate::signin::address;
use crate::signin::token::{PlainToken, SecretKind};

/// Gives the invited address its role and opens a session. Whoever runs the server vouches for the address by inviting
/// it and handing over the link, so that an account is made where there is none.
///
/// # Errors
/// 401 `invite_invalid`, `invite_used`, `invite_expired`; 403 `origin_not_listed`; limits.
pub fn accept_invite(
    app: &App,
    origin: Option<&Origin>,
    client: &Client,
    secret: &str,
) -> Result<DeskSession> {
    if origin != Some(&app.config.server.public_url) {
        return Err(ServiceError::forbidden_with(
            "origin_not_listed",
            "the desk is on the server's own pages only",
        ));
    }
    let invalid = || ServiceError::unauthorised("invite_invalid");
    let hash = PlainToken::parse(SecretKind::Invite, secret)
        .map_err(|_not_one| invalid())?
        .hash();
    app.limits.check(Action::SignInCode, &[client.address_key()])?;
    let now = app.clock.now();
    let invite = app
        .db
        .read(|tx| tx.invite_by_secret(&hash)?.ok_or_else(invalid))?;
    if invite.expires_at <= now {
        return Err(ServiceError::unauthorised("invite_expired"));
    }
    let email = address::open(&app.keys, invite.id.as_bytes(), &invite.email_sealed)?;
    let newcomer = Newcomer::new(app, &email, now)?;
    let opening = DeskSession::prepare(app, now);
    let (id, opened): (InviteId, _) = (invite.id, opening.clone());
    app.db.write(move |tx| {
        if !tx.redeem_invite(id, now)? {
            return Err(ServiceError::unauthorised("invite_used"));
        }
        let account = newcomer.account_in(tx)?;
        let held = tx
            .roles(account)?
            .into_iter()
            .find(|(site, _role)| *site == Some(invite.site_id));
        // An owner who is invited as a moderator as well stays owner.
        if held.is_none_or(|(_site, role)| role < invite.role) {
            tx.grant_role(account, Some(invite.site_id), invite.role, now)?;
        }
        opened.open_in(tx, account)
    })?;
    tracing::info!(invite = %id, "invitation accepted");
    Ok(opening)
}

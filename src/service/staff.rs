//! Who may do what: inviting and dismissing moderators, tokens for programs, how far a member is trusted. By the
//! operator's command.

use crate::app::App;
use crate::domain::account::Standing;
use crate::domain::id::{InviteId, TokenId};
use crate::domain::role::Role;
use crate::domain::site::{Site, Slug};
use crate::domain::text::EmailAddress;
use crate::service::{Result, ServiceError, sites};
use crate::signin::token::{PlainToken, SecretKind};
use crate::signin::{address, session};
use crate::storage::stores::accounts::EMAIL;
use crate::storage::stores::sign_ins::Invite;
use crate::storage::stores::tokens::{Token, TokenKind};

/// Invites an address to a site's desk. Gives the link's secret: whoever opens it first signs in.
///
/// # Errors
/// `site_not_found`.
pub fn invite(app: &App, slug: &Slug, email: &EmailAddress, role: Role) -> Result<PlainToken> {
    let site = sites::by_slug(app, slug)?;
    let secret = PlainToken::new(SecretKind::Invite, app.rng.as_ref());
    insert_invite(app, &site, email, role, &secret)?;
    Ok(secret)
}

/// Invites by a secret that is made already.
pub(super) fn insert_invite(
    app: &App,
    site: &Site,
    email: &EmailAddress,
    role: Role,
    secret: &PlainToken,
) -> Result<()> {
    let now = app.clock.now();
    let id = InviteId::new(now, app.rng.as_ref());
    let invite = Invite {
        id,
        secret_hash: secret.hash(),
        site_id: site.id,
        role,
        email_hash: address::email_hash(&app.keys, email),
        email_sealed: address::seal(&app.keys, app.rng.as_ref(), id.as_bytes(), email)?,
        created_at: now,
        expires_at: now.plus(session::INVITE),
        used_at: None,
    };
    app.db
        .write(move |tx| Ok::<_, ServiceError>(tx.insert_invite(&invite)?))
}

/// The address under which a moderator accepts an invitation. The secret is in the fragment, which browsers send to
/// nobody.
pub fn invite_link(app: &App, secret: &PlainToken) -> String {
    format!("{}/desk#invite={}", app.config.server.public_url, secret.expose())
}

/// Makes a token for a program.
///
/// # Errors
/// `site_not_found`.
pub fn create_token(app: &App, slug: &Slug, role: Role, name: &str) -> Result<PlainToken> {
    let site = sites::by_slug(app, slug)?;
    let now = app.clock.now();
    let secret = PlainToken::new(SecretKind::Api, app.rng.as_ref());
    let token = Token {
        id: TokenId::new(now, app.rng.as_ref()),
        hash: secret.hash(),
        kind: TokenKind::Api {
            site: site.id,
            role,
            name: name.to_owned(),
        },
        created_at: now,
        used_at: now,
        expires_at: None,
        revoked_at: None,
    };
    app.db
        .write(move |tx| Ok::<_, ServiceError>(tx.insert_token(&token)?))?;
    Ok(secret)
}

/// A site's tokens for programs, oldest first, revoked ones too.
///
/// # Errors
/// `site_not_found`.
pub fn tokens(app: &App, slug: &Slug) -> Result<Vec<Token>> {
    let site = sites::by_slug(app, slug)?;
    app.db.read(|tx| Ok(tx.api_tokens(site.id)?))
}

/// Revokes a program's token: from the next request on it is refused.
///
/// # Errors
/// `site_not_found`, `token_not_found` where the site has no such token.
pub fn revoke_token(app: &App, slug: &Slug, id: TokenId) -> Result<()> {
    let site = sites::by_slug(app, slug)?;
    let now = app.clock.now();
    app.db.write(move |tx| {
        if !tx.api_tokens(site.id)?.iter().any(|token| token.id == id) {
            return Err(ServiceError::not_found("token_not_found"));
        }
        // One that was revoked before stays revoked since then.
        tx.revoke_token(id, now)?;
        Ok(())
    })
}

/// Somebody who may work at a site's desk, or is invited to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moderator {
    /// Their address, as far as it is known.
    pub email: Option<EmailAddress>,
    /// What they may do.
    pub role: Role,
    /// Whether they have accepted.
    pub accepted: bool,
}

/// Who may work at a site's desk, in the order in which their accounts were made; then who is invited and has not come yet.
///
/// # Errors
/// `site_not_found`.
pub fn moderators(app: &App, slug: &Slug) -> Result<Vec<Moderator>> {
    let site = sites::by_slug(app, slug)?;
    let now = app.clock.now();
    let (holders, invites) = app.db.read(|tx| {
        let mut holders = Vec::new();
        for (account, role) in tx.staff(site.id)? {
            holders.push((role, tx.identities(account)?));
        }
        Ok::<_, ServiceError>((holders, tx.open_invites(site.id)?))
    })?;
    let mut moderators = Vec::new();
    for (role, identities) in holders {
        let email = identities
            .iter()
            .find_map(|identity| Some((identity, identity.sealed.as_ref()?)));
        moderators.push(Moderator {
            email: email
                .map(|(identity, sealed)| address::open(&app.keys, identity.id.as_bytes(), sealed))
                .transpose()?,
            role,
            accepted: true,
        });
    }
    for invite in invites.iter().filter(|invite| invite.expires_at > now) {
        moderators.push(Moderator {
            email: Some(address::open(
                &app.keys,
                invite.id.as_bytes(),
                &invite.email_sealed,
            )?),
            role: invite.role,
            accepted: false,
        });
    }
    Ok(moderators)
}

/// Takes the role back that an address has on a site, with the invitations that have not been accepted. What is asked
/// from the desk next is refused; where the account has no other role, its sessions end.
///
/// # Errors
/// `site_not_found`, `moderator_not_found` where the address has neither role nor invitation there.
pub fn remove_moderator(app: &App, slug: &Slug, email: &EmailAddress) -> Result<()> {
    let site = sites::by_slug(app, slug)?;
    let hash = address::email_hash(&app.keys, email);
    let now = app.clock.now();
    app.db.write(move |tx| {
        let mut removed = false;
        for invite in tx.open_invites(site.id)? {
            if invite.email_hash == hash {
                removed |= tx.delete_invite(invite.id)?;
            }
        }
        if let Some(identity) = tx.identity(EMAIL, &hash)? {
            let account = identity.account_id;
            removed |= tx.withdraw_role(account, site.id)?;
            if removed && tx.roles(account)?.is_empty() {
                tx.revoke_desk_sessions(account, now)?;
            }
        }
        if removed {
            Ok(())
        } else {
            Err(ServiceError::not_found("moderator_not_found"))
        }
    })
}

/// Sets how far a site trusts the member with an address.
///
/// # Errors
/// `site_not_found`, `account_not_found` where nobody has signed in there with the address.
pub fn set_standing(app: &App, slug: &Slug, email: &EmailAddress, standing: Standing) -> Result<()> {
    let site = sites::by_slug(app, slug)?;
    let hash = address::email_hash(&app.keys, email);
    app.db.write(move |tx| {
        let not_found = || ServiceError::not_found("account_not_found");
        let identity = tx.identity(EMAIL, &hash)?.ok_or_else(not_found)?;
        let membership = tx
            .membership(identity.account_id, site.id)?
            .ok_or_else(not_found)?;
        tx.set_standing(membership.id, standing)?;
        Ok(())
    })
}

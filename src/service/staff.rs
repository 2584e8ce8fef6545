//! Who may do what: inviting moderators, tokens for programs, how far a member is trusted. By the operator's command.

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

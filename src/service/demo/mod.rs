//! The demo: what a start without any configuration sets up.

use crate::app::App;
use crate::domain::origin::Origin;
use crate::domain::role::Role;
use crate::domain::site::{Site, Slug};
use crate::domain::text::EmailAddress;
use crate::service::{Result, ServiceError, sites, staff};
use crate::signin::token::{PlainToken, SecretKind};

const SLUG: &str = "demo";
/// Where the demo's blog is: to browsers another site than the server's `http://127.0.0.1:8080`.
const BLOG: &str = "http://localhost:8081";
const OWNER: &str = "owner@example.org";
const PURPOSE: &str = "demo invitation";

/// Makes the demo site and an invitation to its desk, where they are not there. Gives the invitation's link while it can
/// be used; whoever has used it signs in by a code from then on. A second call changes nothing: the secret is derived of
/// the site and so known again, without being stored.
///
/// # Errors
/// Only storage's.
pub fn ensure(app: &App) -> Result<Option<String>> {
    let never = || ServiceError::inconsistent("sites", "slug");
    let slug: Slug = SLUG.parse().map_err(|_never| never())?;
    let blog: Origin = BLOG.parse().map_err(|_never| never())?;
    let owner = EmailAddress::parse(OWNER).map_err(|_never| never())?;
    let site = match sites::all(app)?.into_iter().find(|site| site.slug == slug) {
        Some(site) => site,
        None => sites::add(
            app,
            slug,
            "Demo",
            vec![blog, app.config.server.public_url.clone()],
        )?,
    };
    let mut number = 0;
    loop {
        let secret = secret(app, &site, number);
        let hash = secret.hash();
        let link = staff::invite_link(app, &secret);
        match app
            .db
            .read(|tx| Ok::<_, ServiceError>(tx.invite_by_secret(&hash)?))?
        {
            Some(invite) if invite.used_at.is_some() => return Ok(None),
            Some(invite) if invite.expires_at > app.clock.now() => return Ok(Some(link)),
            Some(_expired) => number += 1,
            None => {
                staff::insert_invite(app, &site, &owner, Role::Owner, &secret)?;
                return Ok(Some(link));
            }
        }
    }
}

/// The secret of the site's first invitation, of the one after that has expired, and so on.
fn secret(app: &App, site: &Site, number: u32) -> PlainToken {
    let parts: [&[u8]; 2] = [site.id.as_bytes(), &number.to_be_bytes()];
    PlainToken::of(SecretKind::Invite, app.keys.mac(PURPOSE, &parts))
}

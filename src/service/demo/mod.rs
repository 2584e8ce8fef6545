//! The demo: what a start without any configuration sets up. A site with an owner's invitation here, what happened on it
//! in [`history`]. The blog's pages are `web::demo`'s.

mod history;
mod story;

use crate::app::App;
use crate::domain::origin::Origin;
use crate::domain::role::Role;
use crate::domain::site::{Site, Slug};
use crate::domain::text::EmailAddress;
use crate::service::{Result, ServiceError, run_job, seal, sites, staff};
use crate::signin::token::{PlainToken, SecretKind};
use crate::storage::stores::comments::QueueFilter;

pub use story::{LIBRARY, MEETINGS, TO_WRITE};

/// The demo site's name in addresses.
pub const SLUG: &str = "demo";
/// Where the demo's blog is: to browsers another site than the server's `http://127.0.0.1:8080`.
pub const BLOG: &str = "http://localhost:8081";
const NAME: &str = "Harrowmere Notes";
const OWNER: &str = "owner@example.org";
const PURPOSE: &str = "demo invitation";

/// Makes the demo site and its history, where they are not there, and gives a link to its desk ([`desk_link`]). A second
/// call makes nothing again.
///
/// # Errors
/// Storage's.
pub fn ensure(app: &App) -> Result<String> {
    let site = site(app)?;
    if is_empty(app, &site)? {
        history::make(app, &site)?;
        // Its letters and seals, so that nothing is left to do beside the first requests.
        run_job::run_due_jobs(app)?;
        seal::seal_all(app)?;
    }
    invitation(app, &site)
}

/// Where the demo's desk is opened: by an invitation that nobody has used yet, made where there is none. Whoever tries the
/// demo is its owner in every browser, and knows no address to sign in with. The secret is derived of the site and so known
/// again, without being stored.
///
/// # Errors
/// Storage's.
pub fn desk_link(app: &App) -> Result<String> {
    let site = site(app)?;
    invitation(app, &site)
}

/// The demo site, made where there is none.
fn site(app: &App) -> Result<Site> {
    let slug: Slug = SLUG.parse().map_err(never)?;
    if let Some(site) = sites::all(app)?.into_iter().find(|site| site.slug == slug) {
        return Ok(site);
    }
    let blog: Origin = BLOG.parse().map_err(never)?;
    sites::add(app, slug, NAME, vec![blog, app.config.server.public_url.clone()])
}

/// Whether nobody has ever written on the site.
fn is_empty(app: &App, site: &Site) -> Result<bool> {
    let filter = QueueFilter {
        sites: vec![site.id],
        limit: 1,
        ..QueueFilter::default()
    };
    app.db
        .read(|tx| Ok::<_, ServiceError>(tx.queue(&filter)?.is_empty()))
}

/// The link of an invitation that can be used.
fn invitation(app: &App, site: &Site) -> Result<String> {
    let mut number = 0;
    loop {
        let secret = secret(app, site, number);
        let hash = secret.hash();
        match app
            .db
            .read(|tx| Ok::<_, ServiceError>(tx.invite_by_secret(&hash)?))?
        {
            Some(invite) if invite.used_at.is_none() && invite.expires_at > app.clock.now() => {
                return Ok(staff::invite_link(app, &secret));
            }
            Some(_used_or_expired) => number += 1,
            None => {
                let owner = EmailAddress::parse(OWNER).map_err(never)?;
                staff::insert_invite(app, site, &owner, Role::Owner, &secret)?;
                return Ok(staff::invite_link(app, &secret));
            }
        }
    }
}

/// The secret of the site's first invitation, of the one after that is used or has expired, and so on.
fn secret(app: &App, site: &Site, number: u32) -> PlainToken {
    let parts: [&[u8]; 2] = [site.id.as_bytes(), &number.to_be_bytes()];
    PlainToken::of(SecretKind::Invite, app.keys.mac(PURPOSE, &parts))
}

/// What is written in this room's own constants is sound; a test makes the demo.
fn never<E>(_unsound: E) -> ServiceError {
    ServiceError::inconsistent("demo", "story")
}

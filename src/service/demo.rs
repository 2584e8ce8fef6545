//! The demo: what a start without any configuration sets up.

use crate::app::App;
use crate::domain::origin::Origin;
use crate::domain::role::Role;
use crate::domain::site::Slug;
use crate::domain::text::EmailAddress;
use crate::service::{Result, ServiceError, sites, staff};

const SLUG: &str = "demo";
/// Where the demo's blog is: to browsers another site than the server's `http://127.0.0.1:8080`.
const BLOG: &str = "http://localhost:8081";
const OWNER: &str = "owner@example.org";

/// Makes the demo site where there is none, and a new one-time link to its desk. Gives the link.
///
/// # Errors
/// Only storage's.
pub fn ensure(app: &App) -> Result<String> {
    let never = || ServiceError::inconsistent("sites", "slug");
    let slug: Slug = SLUG.parse().map_err(|_never| never())?;
    let blog: Origin = BLOG.parse().map_err(|_never| never())?;
    let owner = EmailAddress::parse(OWNER).map_err(|_never| never())?;
    if !sites::all(app)?.iter().any(|site| site.slug == slug) {
        sites::add(
            app,
            slug.clone(),
            "Demo",
            vec![blog, app.config.server.public_url.clone()],
        )?;
    }
    let secret = staff::invite(app, &slug, &owner, Role::Owner)?;
    Ok(staff::invite_link(app, &secret))
}

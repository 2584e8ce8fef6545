//! What a site says about its comments: rules, who moderates, whatever its owner wants to say, in Markdown. What holds for
//! every site (what is kept, how to complain) is the page's, and not to be written over here.

use crate::app::App;
use crate::domain::html::SafeHtml;
use crate::domain::id::SiteId;
use crate::domain::role::Right;
use crate::domain::site::{Site, Slug};
use crate::domain::text::{CommentSource, InvalidSource};
use crate::screening;
use crate::service::sessions::Staff;
use crate::service::{Client, Result, ServiceError, read_page};

/// What the owner wrote; none where they wrote nothing.
pub fn markdown(app: &App, site: SiteId) -> Result<Option<String>> {
    app.db.read(|tx| Ok(tx.about(site)?))
}

/// The site with what its owner wrote, rendered as comments are. Counts a read.
///
/// # Errors
/// `site_not_found`; the limit of reads.
pub fn page(app: &App, client: Client, slug: &Slug) -> Result<(Site, Option<SafeHtml>)> {
    read_page::count(app, client)?;
    let (site, markdown) = app.db.read(|tx| {
        let site = tx
            .site_by_slug(slug)?
            .ok_or(ServiceError::not_found("site_not_found"))?;
        let markdown = tx.about(site.id)?;
        Ok::<_, ServiceError>((site, markdown))
    })?;
    let render = |markdown: &str| screening::preview(&CommentSource::from_storage(markdown.to_owned()));
    let html = markdown.map(|markdown| app.abouts.get_or_render(site.id, &markdown, render));
    Ok((site, html))
}

/// Reads what is to be said: Markdown of at most 16,384 bytes; nothing where it is blank.
///
/// # Errors
/// `about_invalid`.
pub fn read(text: &str) -> Result<Option<String>> {
    match CommentSource::parse(text) {
        Ok(source) => Ok(Some(source.as_str().to_owned())),
        Err(InvalidSource::Empty) => Ok(None),
        Err(InvalidSource::TooLong | InvalidSource::Nul) => {
            Err(ServiceError::invalid("/about", "about_invalid"))
        }
    }
}

/// Says something else, or with nothing what the server has ready. For the operator, by command.
///
/// # Errors
/// `site_not_found`, `about_invalid`.
pub fn set(app: &App, slug: &Slug, text: &str) -> Result<()> {
    let (slug, about, now) = (slug.clone(), read(text)?, app.clock.now());
    app.db.write(move |tx| {
        let site = tx
            .site_by_slug(&slug)?
            .ok_or(ServiceError::not_found("site_not_found"))?;
        Ok(tx.set_about(site.id, about.as_deref(), now)?)
    })
}

/// Whether they may say something else.
///
/// # Errors
/// `forbidden`.
pub fn check_right(staff: &Staff, site: SiteId) -> Result<()> {
    if staff.may(Right::Manage, site) {
        Ok(())
    } else {
        Err(ServiceError::forbidden("forbidden"))
    }
}

/// The same at the desk, for owners.
///
/// # Errors
/// `forbidden`, `about_invalid`.
pub fn set_at_desk(app: &App, staff: &Staff, site: SiteId, text: Option<&str>) -> Result<()> {
    check_right(staff, site)?;
    let about = read(text.unwrap_or_default())?;
    let now = app.clock.now();
    app.db
        .write(move |tx| Ok(tx.set_about(site, about.as_deref(), now)?))
}

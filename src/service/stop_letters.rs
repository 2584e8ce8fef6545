//! Stopping letters: the link that every letter carries. A notice's link stops notices; only the link of a letter with a
//! sign-in code stops codes too. Looking at it changes nothing, since mail scanners follow links.

use crate::app::App;
use crate::service::{Result, ServiceError};
use crate::signin::stop_link;

pub use crate::signin::stop_link::Stops;

const ASKED: &str = "asked";

/// Which letters an address gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Letters {
    /// All that there are for it.
    All,
    /// Sign-in codes and no notices.
    CodesOnly,
    /// None.
    None,
}

/// A link, and how it stands for its address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// What the link stops.
    pub stops: Stops,
    /// What the address gets now.
    pub letters: Letters,
}

/// How it stands for the address of a link.
///
/// # Errors
/// `stop_link_invalid` where the link is not ours.
pub fn of(app: &App, token: &str) -> Result<Standing> {
    let (stops, email_hash) = read(app, token)?;
    let letters = app.db.read(|tx| {
        Ok::<_, ServiceError>(if tx.is_suppressed(&email_hash)? {
            Letters::None
        } else if tx.wants_no_notices(&email_hash)? {
            Letters::CodesOnly
        } else {
            Letters::All
        })
    })?;
    Ok(Standing { stops, letters })
}

/// Stops what the link stops.
///
/// # Errors
/// `stop_link_invalid` where the link is not ours.
pub fn stop(app: &App, token: &str) -> Result<Standing> {
    let (stops, email_hash) = read(app, token)?;
    let now = app.clock.now();
    app.db.write(move |tx| {
        match stops {
            Stops::Everything => tx.suppress(&email_hash, ASKED, now)?,
            Stops::Notices => tx.stop_notices(&email_hash, ASKED, now)?,
        }
        Ok::<_, ServiceError>(())
    })?;
    tracing::info!(?stops, "letters to an address stopped");
    of(app, token)
}

/// Lets all letters go again: the link is a secret of who receives the letters.
///
/// # Errors
/// `stop_link_invalid` where the link is not ours.
pub fn resume(app: &App, token: &str) -> Result<Standing> {
    let (_stops, email_hash) = read(app, token)?;
    app.db
        .write(move |tx| Ok::<_, ServiceError>(tx.unsuppress(&email_hash)?))?;
    tracing::info!("letters to an address go again");
    of(app, token)
}

fn read(app: &App, token: &str) -> Result<(Stops, [u8; 32])> {
    stop_link::read(&app.keys, token).ok_or(ServiceError::not_found("stop_link_invalid"))
}

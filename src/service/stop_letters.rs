//! "Never write to me again": the link that every letter carries. Looking at it changes nothing, since mail scanners
//! follow links.

use crate::app::App;
use crate::service::{Result, ServiceError};
use crate::signin::stop_link;

const ASKED: &str = "asked";

/// Whether the address that a link stands for gets letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Letters {
    /// It does.
    Wanted,
    /// Never.
    Stopped,
}

/// How it stands for the address of a link.
///
/// # Errors
/// `stop_link_invalid` where the link is not ours.
pub fn of(app: &App, token: &str) -> Result<Letters> {
    let email_hash = read(app, token)?;
    let stopped = app
        .db
        .read(|tx| Ok::<_, ServiceError>(tx.is_suppressed(&email_hash)?))?;
    Ok(if stopped {
        Letters::Stopped
    } else {
        Letters::Wanted
    })
}

/// Stops letters to the address of a link, or lets them go again: the link is a secret of who receives the letters.
///
/// # Errors
/// `stop_link_invalid` where the link is not ours.
pub fn set(app: &App, token: &str, letters: Letters) -> Result<()> {
    let email_hash = read(app, token)?;
    let now = app.clock.now();
    app.db.write(move |tx| {
        match letters {
            Letters::Stopped => tx.suppress(&email_hash, ASKED, now)?,
            Letters::Wanted => {
                tx.unsuppress(&email_hash)?;
            }
        }
        Ok::<_, ServiceError>(())
    })?;
    tracing::info!(?letters, "letters to an address");
    Ok(())
}

fn read(app: &App, token: &str) -> Result<[u8; 32]> {
    stop_link::read(&app.keys, token).ok_or(ServiceError::not_found("stop_link_invalid"))
}

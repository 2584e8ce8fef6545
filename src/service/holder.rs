//! Who is behind an address on a site: where the operator's commands about a member begin.

use crate::app::App;
use crate::domain::account::Membership;
use crate::domain::id::ReportId;
use crate::domain::site::{Site, Slug};
use crate::domain::text::EmailAddress;
use crate::service::{Result, ServiceError, sites};
use crate::signin::address;
use crate::storage::stores::accounts::{EMAIL, Identity};
use crate::storage::stores::retention::SentReport;

/// Reports that are read at once.
const REPORTS: i64 = 200;

/// Somebody who has signed in on a site, found by their address.
#[derive(Debug, Clone)]
pub(super) struct Holder {
    pub(super) site: Site,
    pub(super) identity: Identity,
    pub(super) membership: Membership,
    /// The address's keyed hash.
    pub(super) hash: [u8; 32],
}

/// Finds them.
///
/// # Errors
/// `site_not_found`, `account_not_found` where nobody has signed in there with the address.
pub(super) fn find(app: &App, slug: &Slug, email: &EmailAddress) -> Result<Holder> {
    let site = sites::by_slug(app, slug)?;
    let hash = address::email_hash(&app.keys, email);
    app.db.read(|tx| {
        let not_found = || ServiceError::not_found("account_not_found");
        let identity = tx.identity(EMAIL, &hash)?.ok_or_else(not_found)?;
        let membership = tx.membership(identity.account_id, site.id)?;
        Ok(Holder {
            membership: membership.ok_or_else(not_found)?,
            identity,
            site: site.clone(),
            hash,
        })
    })
}

impl Holder {
    /// The reports that they sent and left the address with. Addresses are sealed each into its row, so that all of the
    /// site have to be opened to find one's own.
    pub(super) fn reports(&self, app: &App) -> Result<Vec<SentReport>> {
        let mut own = Vec::new();
        let mut after: Option<ReportId> = None;
        loop {
            let part = app
                .db
                .read(|tx| Ok::<_, ServiceError>(tx.sent_reports(self.site.id, after, REPORTS)?))?;
            let Some(last) = part.last() else {
                return Ok(own);
            };
            after = Some(last.report.id);
            for sent in part {
                let from = address::open(&app.keys, sent.report.id.as_bytes(), &sent.email_sealed)?;
                if address::email_hash(&app.keys, &from) == self.hash {
                    own.push(sent);
                }
            }
        }
    }
}

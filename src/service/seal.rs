//! Sealing decisions into their sites' chains, and checking the chains.

use crate::app::App;
use crate::domain::decision::{FIRST_SEAL, Seal, note_digest, seal};
use crate::domain::id::SiteId;
use crate::service::{Result, ServiceError};
use crate::storage::Db;
use crate::storage::stores::decisions::SealedDecision;

const BATCH: i64 = 200;

/// Seals every decision that is not sealed. Gives how many.
pub fn seal_all(app: &App) -> Result<usize> {
    let mut sealed = 0;
    for site in app.db.read(|tx| Ok::<_, ServiceError>(tx.sites_to_seal()?))? {
        loop {
            let batch = app
                .db
                .write(move |tx| Ok::<_, ServiceError>(tx.seal_decisions(site, BATCH)?))?;
            if batch == 0 {
                break;
            }
            sealed += batch;
        }
    }
    Ok(sealed)
}

/// What checking a site's chain found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Audit {
    /// Decisions whose seal holds.
    pub sealed: i64,
    /// Decisions that are not sealed yet; no fault.
    pub unsealed: i64,
    /// Decisions whose note has been erased; no fault.
    pub erased_notes: i64,
    /// Texts of withdrawn comments that have been erased; no fault.
    pub erased_texts: i64,
    /// What is broken, a sentence each, the first 20.
    pub faults: Vec<String>,
}

impl Audit {
    /// Whether the chain holds.
    pub fn holds(&self) -> bool {
        self.faults.is_empty()
    }
}

/// Checks a site's chain, in this or another database, from its first decision.
pub fn audit(db: &Db, site: SiteId) -> Result<Audit> {
    let mut audit = Audit::default();
    let mut at: (i64, Seal) = (0, FIRST_SEAL);
    loop {
        // In one read, since decisions may be sealed at any moment.
        let (part, last) =
            db.read(|tx| Ok::<_, ServiceError>((tx.sealed(site, at.0, BATCH)?, tx.last_sequence(site)?)))?;
        if part.is_empty() {
            if last > at.0 {
                audit.faults.push(format!(
                    "decision {last}: its seal stands alone, the decision is gone"
                ));
            }
            break;
        }
        for link in &part {
            check(link, &mut at, &mut audit);
        }
    }
    (audit.unsealed, audit.erased_texts) =
        db.read(|tx| Ok::<_, ServiceError>((tx.unsealed_count(site)?, tx.erased(site)?.texts)))?;
    Ok(audit)
}

fn check(link: &SealedDecision, at: &mut (i64, Seal), audit: &mut Audit) {
    let mut fault = |what: &str| {
        if audit.faults.len() < 20 {
            audit.faults.push(format!(
                "decision {} ({}): {what}",
                link.sequence, link.decision.id
            ));
        }
    };
    if link.sequence != at.0 + 1 {
        fault("the one before it is missing");
    }
    if seal(&at.1, link.sequence, &link.decision, &link.before, &link.after) != link.seal {
        fault("its seal does not fit what is stored");
    }
    match (&link.decision.note_digest, &link.note) {
        (Some(digest), Some(note)) if note_digest(&note.salt, &note.text) != *digest => {
            fault("its note is not the one that was written");
        }
        (None, Some(_)) => fault("a note stands where none was written"),
        (Some(_), None) => audit.erased_notes += 1,
        _ => {}
    }
    audit.sealed += 1;
    // Goes on from what is stored, so that one fault is reported once.
    *at = (link.sequence, link.seal);
}

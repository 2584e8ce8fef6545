//! Sealing decisions into their sites' chains, and checking what they say: the chains, and the comments beside them.

use crate::app::App;
use crate::domain::decision::{FIRST_SEAL, Head, seal};
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

/// So many faults are told.
const MOST_FAULTS: usize = 20;

/// What checking a site's record of decisions found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Audit {
    /// Decisions whose seal was checked.
    pub sealed: i64,
    /// Decisions that are not sealed yet; no fault.
    pub unsealed: i64,
    /// Decisions whose note has been erased; no fault.
    pub erased_notes: i64,
    /// Where the chain ends; `None` where nothing is sealed.
    pub head: Option<Head>,
    /// Texts of withdrawn comments that have been erased; no fault.
    pub erased_texts: i64,
    /// What is broken, a sentence each, the first 20.
    pub faults: Vec<String>,
}

impl Audit {
    /// Whether the record holds.
    pub fn holds(&self) -> bool {
        self.faults.is_empty()
    }

    fn fault(&mut self, fault: String) {
        if self.faults.len() < MOST_FAULTS {
            self.faults.push(fault);
        }
    }
}

/// Checks a site's record, in this or another database: its chain from the first decision on, that the chain has the
/// `expected` heads, which were noted when it ended there, that what is not sealed waits for it, and that each comment
/// stands as its last decision says.
///
/// # Errors
/// Only storage's.
pub fn audit(db: &Db, site: SiteId, expected: &[Head]) -> Result<Audit> {
    let mut audit = Audit::default();
    walk_chain(db, site, expected, &mut audit)?;
    let (unsealed, erased) = db.read(|tx| Ok::<_, ServiceError>((tx.unsealed(site)?, tx.erased(site)?)))?;
    audit.erased_texts = erased.texts;
    audit.unsealed = unsealed.count;
    for decision in unsealed.unlisted {
        audit.fault(format!(
            "decision ({decision}): it has no seal and waits for none"
        ));
    }
    for decision in unsealed.gone {
        audit.fault(format!(
            "decision ({decision}): it waits for its seal, and is gone"
        ));
    }
    compare_comments(db, site, &mut audit)?;
    Ok(audit)
}

fn walk_chain(db: &Db, site: SiteId, expected: &[Head], audit: &mut Audit) -> Result<()> {
    let mut at = Head {
        sequence: 0,
        seal: FIRST_SEAL,
    };
    loop {
        // In one read, since decisions may be sealed at any moment.
        let (part, last) = db.read(|tx| {
            Ok::<_, ServiceError>((tx.sealed(site, at.sequence, BATCH)?, tx.last_sequence(site)?))
        })?;
        if part.is_empty() {
            if last > at.sequence {
                audit.fault(format!(
                    "decision {last}: its seal stands alone, the decision is gone"
                ));
            }
            break;
        }
        for link in &part {
            check(link, &mut at, expected, audit);
        }
    }
    for head in expected.iter().filter(|head| head.sequence > at.sequence) {
        audit.fault(format!(
            "decision {}: it was there when its seal was noted, and the chain ends before it",
            head.sequence
        ));
    }
    audit.head = (at.sequence > 0).then_some(at);
    Ok(())
}

fn check(link: &SealedDecision, at: &mut Head, expected: &[Head], audit: &mut Audit) {
    let mut fault = |what: &str| {
        audit.fault(format!(
            "decision {} ({}): {what}",
            link.sequence, link.decision.id
        ))
    };
    if link.sequence != at.sequence + 1 {
        fault("the one before it is missing");
    }
    if seal(&at.seal, link.sequence, &link.decision, &link.before, &link.after) != link.seal {
        fault("its seal does not fit what is stored");
    }
    if expected
        .iter()
        .any(|head| head.sequence == link.sequence && head.seal != link.seal)
    {
        fault("its seal is not the one that was noted");
    }
    match (&link.decision.note_digest, &link.note) {
        (Some(digest), Some(note)) if note.digest() != *digest => {
            fault("its note is not the one that was written");
        }
        (None, Some(_)) => fault("a note stands where none was written"),
        (Some(_), None) => audit.erased_notes += 1,
        _ => {}
    }
    audit.sealed += 1;
    // Goes on from what is stored, so that one fault is reported once.
    *at = Head {
        sequence: link.sequence,
        seal: link.seal,
    };
}

/// Whoever changes a comment in the database, or takes its last decision away, leaves the two apart.
fn compare_comments(db: &Db, site: SiteId, audit: &mut Audit) -> Result<()> {
    let mut after = None;
    loop {
        let part = db.read(|tx| Ok::<_, ServiceError>(tx.last_words(site, after, BATCH)?))?;
        let Some(last) = part.last() else { return Ok(()) };
        after = Some(last.comment_id);
        for word in &part {
            match &word.decided {
                Some(decided) if *decided == word.state => {}
                Some(_) => audit.fault(format!(
                    "comment {}: it does not stand as its last decision says",
                    word.comment_id
                )),
                None => audit.fault(format!("comment {}: no decision speaks of it", word.comment_id)),
            }
        }
    }
}

//! Judging a text again that was judged on an older register: before somebody makes it public. Who may, and what then
//! becomes of the comment, is `decide`'s.

use crate::app::App;
use crate::domain::comment::{Comment, Revision, RevisionNumber};
use crate::domain::finding::{Finding, Mention, Strength};
use crate::domain::id::CommentId;
use crate::screening::{self, Draft};
use crate::service::judging::{self, Place};
use crate::service::{Result, ServiceError};
use crate::storage::Tx;

/// The rules that look at the register. What others found on the day of the post (a repeat, a listed word) was found,
/// and a later policy does not reach back.
const OF_REGISTER: [&str; 4] = ["names_person", "no_contact", "name_on_register", "screen_failed"];

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    /// The register says of the text what it said before.
    Same,
    /// It says something else, which is stored now: whoever decides must read that first.
    Changed,
    /// The register changed again meanwhile.
    Again,
}

/// Whether a revision was judged on another register than the site's present one.
pub(super) fn is_due(tx: &mut dyn Tx, comment: &Comment, number: RevisionNumber) -> Result<bool> {
    let site = tx
        .site(comment.site_id)?
        .ok_or(ServiceError::inconsistent("comments", "site_id"))?;
    Ok(tx
        .revision(comment.id, number)?
        .is_some_and(|revision| revision.register_version != site.register_version))
}

/// Judges a revision on the present register, with no connection held, and stores what is found.
pub(super) fn judge_again(app: &App, id: CommentId, number: RevisionNumber) -> Result<Outcome> {
    let (comment, mut revision) = app.db.read(|tx| read(tx, id, number))?;
    let register = judging::register(app, comment.site_id)?;
    let place = Place::of(&comment);
    let author = app.db.read(|tx| {
        let author = tx.membership_by_id(comment.membership_id)?;
        author.ok_or(ServiceError::inconsistent("comments", "membership_id"))
    })?;
    let prepared = screening::prepare(Draft {
        source: &revision.source,
        name: &author.name,
        source_url: revision.source_url.as_deref(),
    });
    let name_key = screening::name_key(&author.name);
    let facts = app
        .db
        .read(|tx| judging::facts(tx, &place, &revision.fingerprint, &name_key))?;
    let judged = facts.judge(&prepared, &register).findings;
    let stored = app
        .db
        .read(|tx| Ok::<_, ServiceError>(tx.findings(id, number)?))?;
    let outcome = if said(&stored) == said(&judged) {
        Outcome::Same
    } else {
        Outcome::Changed
    };
    let now: Vec<Finding> = judged
        .into_iter()
        .filter(is_of_register)
        .chain(stored.into_iter().filter(|finding| !is_of_register(finding)))
        .collect();
    let now = judging::with_ids(app, &now, app.clock.now());
    revision.register_version = register.version();
    app.db.write(move |tx| {
        let site = tx
            .site(comment.site_id)?
            .ok_or(ServiceError::inconsistent("comments", "site_id"))?;
        if site.register_version != revision.register_version {
            return Ok(Outcome::Again);
        }
        tx.replace_findings(&revision, &now)?;
        Ok(outcome)
    })
}

fn read(tx: &mut dyn Tx, id: CommentId, number: RevisionNumber) -> Result<(Comment, Revision)> {
    let comment = tx
        .comment(id)?
        .ok_or(ServiceError::not_found("comment_not_found"))?;
    let revision = tx
        .revision(id, number)?
        .ok_or(ServiceError::inconsistent("revisions", "number"))?;
    Ok((comment, revision))
}

fn is_of_register(finding: &Finding) -> bool {
    OF_REGISTER.contains(&finding.rule.as_str())
}

/// What the register says of a text, in no matter which order.
fn said(findings: &[Finding]) -> Vec<(&str, Strength, Option<&Mention>)> {
    let mut said: Vec<_> = findings
        .iter()
        .filter(|finding| is_of_register(finding))
        .map(|finding| (finding.rule.as_str(), finding.strength, finding.mention.as_ref()))
        .collect();
    said.sort_by_key(|(rule, strength, mention)| {
        let person = mention.map(|mention| *mention.person_id.as_bytes());
        (*rule, *strength, person)
    });
    said
}

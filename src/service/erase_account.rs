//! Erasing what is held on a member of a site, at their wish and by the operator's command: their comments are withdrawn
//! for them and lose their texts at once; name, address and ways in go. In small steps, each of which can be done again:
//! a run that was broken off is finished by the next.

use crate::app::App;
use crate::domain::clock::Micros;
use crate::domain::comment::{Comment, CommentState};
use crate::domain::decision::{Action, Actor, Decision};
use crate::domain::id::{AccountId, CommentId, DecisionId, ReportId};
use crate::domain::site::Slug;
use crate::domain::text::EmailAddress;
use crate::service::holder::{self, Holder};
use crate::service::{Result, ServiceError, retention};
use crate::storage::Tx;
use crate::storage::stores::retention::Erased;
use crate::storage::stores::tokens::TokenKind;

/// As which rule the withdrawals are taken down: the author wished it, and somebody else did it.
const RULE: &str = "account_erased";

/// So many comments are erased in one transaction.
const AT_ONCE: i64 = 10;
/// So many reports.
const REPORTS: usize = 50;

/// What becomes of the address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Address {
    /// Nothing here leads from it to anybody any more.
    Forgotten,
    /// It is kept: the account is used on another site, or at a desk.
    UsedElsewhere,
    /// The member may not write here. So that this stays so, the address is still recognised when it comes again; it
    /// cannot be read any more, unless it is used elsewhere.
    Barred,
}

/// What was erased, or would be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Erasure {
    /// Comments that the author had not withdrawn themselves.
    pub withdrawn: i64,
    /// Texts and notes.
    pub erased: Erased,
    /// Readers' tokens that were good until then.
    pub tokens: usize,
    /// Reports that were sent with the address: their words go.
    pub reports: usize,
    /// What becomes of the address.
    pub address: Address,
}

/// Says what [`erase`] would do.
///
/// # Errors
/// As [`erase`].
pub fn survey(app: &App, slug: &Slug, email: &EmailAddress) -> Result<Erasure> {
    let holder = find(app, slug, email)?;
    let (account, now) = (holder.identity.account_id, app.clock.now());
    let (address, tokens) = app.db.read(|tx| {
        let good = |token: &crate::storage::stores::tokens::Token| {
            matches!(token.kind, TokenKind::Embed { .. })
                && token.revoked_at.is_none()
                && token.expires_at.is_none_or(|ends| ends > now)
        };
        let tokens = tx.tokens_of(account, holder.site.id)?;
        Ok::<_, ServiceError>((
            address_after(tx, &holder)?,
            tokens.iter().filter(|it| good(it)).count(),
        ))
    })?;
    let mut erasure = Erasure {
        withdrawn: 0,
        erased: Erased::default(),
        tokens,
        reports: holder.reports(app)?.len(),
        address,
    };
    let mut after: Option<CommentId> = None;
    loop {
        let last = app.db.read(|tx| {
            let part = tx.comments_of(holder.membership.id, after, AT_ONCE)?;
            for comment in &part {
                if tx.erased_at(comment)?.is_some() {
                    continue;
                }
                let noted = tx.decisions(comment.id)?;
                let notes = noted.iter().filter(|(_, note)| note.is_some()).count();
                erasure.withdrawn += i64::from(comment.state != CommentState::Withdrawn);
                erasure.erased += Erased {
                    comments: 1,
                    texts: i64::from(comment.last_revision),
                    notes: i64::try_from(notes).unwrap_or(i64::MAX),
                };
            }
            Ok::<_, ServiceError>(part.last().map(|comment| comment.id))
        })?;
        match last {
            Some(last) => after = Some(last),
            None => return Ok(erasure),
        }
    }
}

/// Erases what a site holds on the member with an address. What stays: that there were comments, how they were decided
/// on, and the wish to get no letters.
///
/// # Errors
/// `site_not_found`; `account_not_found` where nobody has signed in there with the address; `account_has_role` while they
/// work at the site's desk.
pub fn erase(app: &App, slug: &Slug, email: &EmailAddress) -> Result<Erasure> {
    let holder = find(app, slug, email)?;
    let account = holder.identity.account_id;
    let (site, hash, now) = (holder.site.id, holder.hash, app.clock.now());
    let tokens = app.db.write(move |tx| {
        tx.forget_address(site, &hash)?;
        Ok::<_, ServiceError>(tx.revoke_reader_tokens(account, site, now)?)
    })?;
    let reports: Vec<ReportId> = holder.reports(app)?.iter().map(|sent| sent.report.id).collect();
    for part in reports.chunks(REPORTS) {
        let part = part.to_vec();
        app.db.write(move |tx| {
            for id in &part {
                tx.erase_report(*id)?;
            }
            Ok::<_, ServiceError>(())
        })?;
    }
    let (mut withdrawn, mut erased) = (0, Erased::default());
    let address = loop {
        while let Some((more, texts)) = erase_some(app, &holder)? {
            withdrawn += more;
            erased += texts;
        }
        if let Some(address) = forget(app, &holder)? {
            break address;
        }
    };
    if !retention::clear_log(app)? {
        tracing::warn!(
            "the database's log is in use; the server clears it of what was erased within the hour"
        );
    }
    tracing::info!(
        membership = %holder.membership.id,
        comments = erased.comments,
        "erased what was held on a member"
    );
    Ok(Erasure {
        withdrawn,
        erased,
        tokens,
        reports: reports.len(),
        address,
    })
}

fn find(app: &App, slug: &Slug, email: &EmailAddress) -> Result<Holder> {
    let holder = holder::find(app, slug, email)?;
    let roles = app
        .db
        .read(|tx| Ok::<_, ServiceError>(tx.roles(holder.identity.account_id)?))?;
    if roles.iter().any(|(site, _role)| *site == Some(holder.site.id)) {
        return Err(ServiceError::conflict(
            "account_has_role",
            "they work at this site's desk; take the role back first: hustings moderator remove",
        ));
    }
    Ok(holder)
}

/// Withdraws and erases some comments. Gives how many were withdrawn and what was erased; nothing where none is left.
fn erase_some(app: &App, holder: &Holder) -> Result<Option<(i64, Erased)>> {
    let member = holder.membership.id;
    let part = app
        .db
        .read(|tx| Ok::<_, ServiceError>(tx.comments_with_texts(member, AT_ONCE)?))?;
    if part.is_empty() {
        return Ok(None);
    }
    let now = app.clock.now();
    let part: Vec<(CommentId, DecisionId)> = part
        .iter()
        .map(|comment| (comment.id, DecisionId::new(now, app.rng.as_ref())))
        .collect();
    let done = app.db.write(move |tx| {
        let (mut withdrawn, mut erased) = (0, Erased::default());
        for (id, decision) in &part {
            let comment = tx
                .comment(*id)?
                .ok_or(ServiceError::inconsistent("comments", "id"))?;
            if let Ok(after) = comment.state.clone().withdraw() {
                withdraw(tx, &comment, after, *decision, now)?;
                withdrawn += 1;
            }
            erased += tx.erase_texts(*id, now)?;
        }
        let ids: Vec<CommentId> = part.iter().map(|(id, _decision)| *id).collect();
        tx.forget_made(&ids)?;
        Ok::<_, ServiceError>((withdrawn, erased))
    })?;
    Ok(Some(done))
}

fn withdraw(
    tx: &mut dyn Tx,
    comment: &Comment,
    after: CommentState,
    decision: DecisionId,
    now: Micros,
) -> Result<()> {
    tx.set_state(comment, &after, comment.edited_at, now)?;
    tx.insert_decision(
        &Decision {
            id: decision,
            site_id: comment.site_id,
            comment_id: comment.id,
            action: Action::Withdraw,
            actor: Actor::Rule(String::from(RULE)),
            revision: None,
            before: Some(comment.state.clone()),
            after,
            reason: None,
            at: now,
            note_digest: None,
        },
        None,
    )?;
    Ok(())
}

/// Whether the account is for anything else than for this site's comments.
fn is_used_elsewhere(tx: &mut dyn Tx, holder: &Holder) -> Result<bool> {
    let account = holder.identity.account_id;
    let elsewhere = tx.memberships_everywhere(account)?;
    let elsewhere = elsewhere.iter().any(|member| member.id != holder.membership.id);
    Ok(elsewhere || !tx.roles(account)?.is_empty())
}

fn address_after(tx: &mut dyn Tx, holder: &Holder) -> Result<Address> {
    Ok(if !holder.membership.standing.may_write() {
        Address::Barred
    } else if is_used_elsewhere(tx, holder)? {
        Address::UsedElsewhere
    } else {
        Address::Forgotten
    })
}

/// Erases the name and what leads to the account. Nothing is done where a comment was posted since.
fn forget(app: &App, holder: &Holder) -> Result<Option<Address>> {
    let (holder, now) = (holder.clone(), app.clock.now());
    // Where the account lives on elsewhere, the membership goes to one that nobody gets into: who signs in here again
    // is somebody new.
    let nobody = AccountId::new(now, app.rng.as_ref());
    app.db.write(move |tx| {
        let (member, account) = (holder.membership.id, holder.identity.account_id);
        if !tx.comments_with_texts(member, 1)?.is_empty() {
            return Ok(None);
        }
        tx.forget_address(holder.site.id, &holder.hash)?;
        tx.revoke_reader_tokens(account, holder.site.id, now)?;
        tx.erase_name(member)?;
        let address = address_after(tx, &holder)?;
        match address {
            Address::Forgotten => {
                for identity in tx.identities(account)? {
                    tx.delete_identity(identity.id)?;
                }
                tx.revoke_desk_sessions(account, now)?;
                tx.revoke_account_sessions(account, now)?;
                tx.mark_erased(account, now)?;
            }
            Address::UsedElsewhere => {
                tx.insert_account(nobody, now)?;
                tx.mark_erased(nobody, now)?;
                tx.move_membership(member, nobody)?;
            }
            Address::Barred => {
                if !is_used_elsewhere(tx, &holder)? {
                    for identity in tx.identities(account)? {
                        tx.forget_sealed(identity.id)?;
                    }
                }
            }
        }
        Ok::<_, ServiceError>(Some(address))
    })
}

//! Erasing, and reading what is kept on somebody.

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::Bool;

use super::Work;
use super::revisions::stored_html;
use crate::domain::account::Membership;
use crate::domain::clock::Micros;
use crate::domain::comment::{Comment, CommentState, Revision};
use crate::domain::decision::Action;
use crate::domain::id::{AccountId, CommentId, IdentityId, MembershipId, PageId, ReportId, SiteId};
use crate::domain::page::PageUrl;
use crate::domain::report::{Report, ReportState};
use crate::storage::Result;
use crate::storage::rows::RowOf;
use crate::storage::rows::accounts::MembershipRow;
use crate::storage::rows::comments::CommentRow;
use crate::storage::rows::reports::ReportRow;
use crate::storage::rows::revisions::RevisionRow;
use crate::storage::rows::sign_ins::SignInRow;
use crate::storage::rows::tokens::{DESK, EMBED, TokenRow};
use crate::storage::schema::{
    accounts, comments, decisions, erased_comments, findings, idempotency_keys, identities, invites,
    memberships, pages, reports, revisions, sign_ins, tokens,
};
use crate::storage::stores::retention::{Erased, SentReport, WithdrawnComment};
use crate::storage::stores::sign_ins::SignIn;
use crate::storage::stores::tokens::Token;
use crate::storage::stores::{CommentStore, DecisionStore, PageStore, ReportStore, RetentionStore};

/// The partial index serves only a query that says this as it does, not one with a bound value.
const IS_WITHDRAWN: &str = "comments.state = 6";

/// No text has this fingerprint, so that an erased one is never taken for the twin of another.
const NO_FINGERPRINT: [u8; 32] = [0; 32];

impl RetentionStore for Work<'_> {
    fn withdrawn(&mut self, after: Option<CommentId>, limit: i64) -> Result<Vec<WithdrawnComment>> {
        let after = after.map_or([0; 16], |id| *id.as_bytes());
        let withdrawal = decisions::comment_id
            .eq(comments::id)
            .and(decisions::action.eq(Action::Withdraw.as_str()));
        comments::table
            .inner_join(decisions::table.on(withdrawal))
            .left_join(erased_comments::table.on(is_erased()))
            .filter(sql::<Bool>(IS_WITHDRAWN))
            .filter(comments::id.gt(after))
            .order(comments::id)
            .limit(limit)
            .select((
                comments::id,
                decisions::decided_at,
                erased_comments::erased_at.nullable(),
            ))
            .load::<(Vec<u8>, i64, Option<i64>)>(self.conn)?
            .into_iter()
            .map(|(id, at, erased_at)| {
                let row = RowOf {
                    table: "comments",
                    key: &id,
                };
                Ok(WithdrawnComment {
                    id: row.bytes("id", id.clone())?,
                    at: Micros::from_i64(at),
                    has_texts: erased_at.is_none(),
                })
            })
            .collect()
    }

    fn erased_at(&mut self, comment: &Comment) -> Result<Option<Micros>> {
        if comment.state != CommentState::Withdrawn {
            return Ok(None);
        }
        let at: Option<i64> = erased_comments::table
            .find((comment.site_id.as_bytes(), comment.id.as_bytes()))
            .select(erased_comments::erased_at)
            .first(self.conn)
            .optional()?;
        Ok(at.map(Micros::from_i64))
    }

    fn erase_texts(&mut self, comment: CommentId, now: Micros) -> Result<Erased> {
        let withdrawn = self
            .comment(comment)?
            .filter(|comment| comment.state == CommentState::Withdrawn);
        let Some(comment) = withdrawn else {
            return Ok(Erased::default());
        };
        if self.erased_at(&comment)?.is_some() {
            return Ok(Erased::default());
        }
        let id = comment.id.as_bytes();
        let texts = diesel::update(revisions::table.filter(revisions::comment_id.eq(id)))
            .set((
                revisions::body.eq(""),
                revisions::html.eq(""),
                revisions::source_url.eq(None::<String>),
                revisions::fingerprint.eq(NO_FINGERPRINT.as_slice()),
            ))
            .execute(self.conn)?;
        diesel::delete(findings::table.filter(findings::comment_id.eq(id))).execute(self.conn)?;
        let notes = self.erase_notes(comment.id)?;
        self.close_reports(comment.id, ReportState::ActedOn, now)?;
        diesel::update(reports::table.filter(reports::comment_id.eq(id)))
            .set((reports::note.eq(""), reports::email_sealed.eq(None::<Vec<u8>>)))
            .execute(self.conn)?;
        let erased = Erased {
            comments: 1,
            texts: i64::try_from(texts).unwrap_or(i64::MAX),
            notes: i64::try_from(notes).unwrap_or(i64::MAX),
        };
        diesel::insert_into(erased_comments::table)
            .values((
                erased_comments::site_id.eq(comment.site_id.as_bytes()),
                erased_comments::comment_id.eq(id),
                erased_comments::texts.eq(erased.texts),
                erased_comments::notes.eq(erased.notes),
                erased_comments::erased_at.eq(now.as_i64()),
            ))
            .execute(self.conn)?;
        self.forget_claims(comment.page_id)?;
        Ok(erased)
    }

    fn erased(&mut self, site: SiteId) -> Result<Erased> {
        let rows: Vec<(i64, i64)> = erased_comments::table
            .filter(erased_comments::site_id.eq(site.as_bytes()))
            .select((erased_comments::texts, erased_comments::notes))
            .load(self.conn)?;
        let mut erased = Erased::default();
        for (texts, notes) in rows {
            erased += Erased {
                comments: 1,
                texts,
                notes,
            };
        }
        Ok(erased)
    }

    fn comments_of(
        &mut self,
        author: MembershipId,
        after: Option<CommentId>,
        limit: i64,
    ) -> Result<Vec<Comment>> {
        let after = after.map_or([0; 16], |id| *id.as_bytes());
        comments::table
            .filter(comments::membership_id.eq(author.as_bytes()))
            .filter(comments::id.gt(after))
            .order(comments::id)
            .limit(limit)
            .select(CommentRow::as_select())
            .load(self.conn)?
            .into_iter()
            .map(Comment::try_from)
            .collect()
    }

    fn comments_with_texts(&mut self, author: MembershipId, limit: i64) -> Result<Vec<Comment>> {
        comments::table
            .left_join(erased_comments::table.on(is_erased()))
            .filter(comments::membership_id.eq(author.as_bytes()))
            .filter(erased_comments::erased_at.is_null())
            .limit(limit)
            .select(CommentRow::as_select())
            .load(self.conn)?
            .into_iter()
            .map(Comment::try_from)
            .collect()
    }

    fn texts_of(&mut self, comment: CommentId) -> Result<Vec<Revision>> {
        revisions::table
            .filter(revisions::comment_id.eq(comment.as_bytes()))
            .order(revisions::number)
            .select(RevisionRow::as_select())
            .load(self.conn)?
            .into_iter()
            .map(|row| {
                let html = stored_html(row.html.clone());
                row.into_revision(html)
            })
            .collect()
    }

    fn sent_reports(&mut self, site: SiteId, after: Option<ReportId>, limit: i64) -> Result<Vec<SentReport>> {
        let after = after.map_or([0; 16], |id| *id.as_bytes());
        reports::table
            .filter(reports::site_id.eq(site.as_bytes()))
            .filter(reports::email_sealed.is_not_null())
            .filter(reports::id.gt(after))
            .order(reports::id)
            .limit(limit)
            .select((
                ReportRow::as_select(),
                reports::email_sealed.assume_not_null(),
                reports::closed_at,
            ))
            .load::<(ReportRow, Vec<u8>, Option<i64>)>(self.conn)?
            .into_iter()
            .map(|(row, email_sealed, closed_at)| {
                Ok(SentReport {
                    report: Report::try_from(row)?,
                    email_sealed,
                    closed_at: closed_at.map(Micros::from_i64),
                })
            })
            .collect()
    }

    fn erase_report(&mut self, report: ReportId) -> Result<()> {
        diesel::update(reports::table.find(report.as_bytes()))
            .set((reports::note.eq(""), reports::email_sealed.eq(None::<Vec<u8>>)))
            .execute(self.conn)?;
        Ok(())
    }

    fn erase_name(&mut self, member: MembershipId) -> Result<()> {
        diesel::update(memberships::table.find(member.as_bytes()))
            .set((memberships::name.eq(""), memberships::name_key.eq("")))
            .execute(self.conn)?;
        Ok(())
    }

    fn move_membership(&mut self, member: MembershipId, account: AccountId) -> Result<()> {
        diesel::update(memberships::table.find(member.as_bytes()))
            .set(memberships::account_id.eq(account.as_bytes()))
            .execute(self.conn)?;
        Ok(())
    }

    fn memberships_everywhere(&mut self, account: AccountId) -> Result<Vec<Membership>> {
        memberships::table
            .filter(memberships::account_id.eq(account.as_bytes()))
            .select(MembershipRow::as_select())
            .load(self.conn)?
            .into_iter()
            .map(Membership::try_from)
            .collect()
    }

    fn delete_identity(&mut self, identity: IdentityId) -> Result<()> {
        diesel::delete(identities::table.find(identity.as_bytes())).execute(self.conn)?;
        Ok(())
    }

    fn forget_sealed(&mut self, identity: IdentityId) -> Result<()> {
        diesel::update(identities::table.find(identity.as_bytes()))
            .set(identities::sealed.eq(None::<Vec<u8>>))
            .execute(self.conn)?;
        Ok(())
    }

    fn mark_erased(&mut self, account: AccountId, now: Micros) -> Result<()> {
        diesel::update(accounts::table.find(account.as_bytes()))
            .set(accounts::erased_at.eq(now.as_i64()))
            .execute(self.conn)?;
        Ok(())
    }

    fn tokens_of(&mut self, account: AccountId, site: SiteId) -> Result<Vec<Token>> {
        tokens::table
            .filter(tokens::account_id.eq(account.as_bytes()))
            .filter(tokens::site_id.eq(site.as_bytes()).or(tokens::kind.eq(DESK)))
            .select(TokenRow::as_select())
            .load(self.conn)?
            .into_iter()
            .map(Token::try_from)
            .collect()
    }

    fn revoke_reader_tokens(&mut self, account: AccountId, site: SiteId, now: Micros) -> Result<usize> {
        Ok(diesel::update(tokens::table)
            .filter(tokens::account_id.eq(account.as_bytes()))
            .filter(tokens::site_id.eq(site.as_bytes()))
            .filter(tokens::kind.eq(EMBED))
            .filter(tokens::revoked_at.is_null())
            .set(tokens::revoked_at.eq(now.as_i64()))
            .execute(self.conn)?)
    }

    fn sign_ins_of(&mut self, site: SiteId, email_hash: &[u8; 32]) -> Result<Vec<SignIn>> {
        sign_ins::table
            .filter(sign_ins::site_id.eq(site.as_bytes()))
            .filter(sign_ins::email_hash.eq(email_hash.as_slice()))
            .select(SignInRow::as_select())
            .load(self.conn)?
            .into_iter()
            .map(SignIn::try_from)
            .collect()
    }

    fn forget_address(&mut self, site: SiteId, email_hash: &[u8; 32]) -> Result<()> {
        diesel::delete(sign_ins::table)
            .filter(sign_ins::site_id.eq(site.as_bytes()))
            .filter(sign_ins::email_hash.eq(email_hash.as_slice()))
            .execute(self.conn)?;
        diesel::delete(invites::table)
            .filter(invites::site_id.eq(site.as_bytes()))
            .filter(invites::email_hash.eq(email_hash.as_slice()))
            .execute(self.conn)?;
        Ok(())
    }

    fn forget_made(&mut self, made: &[CommentId]) -> Result<()> {
        let made: Vec<String> = made.iter().map(ToString::to_string).collect();
        diesel::delete(idempotency_keys::table.filter(idempotency_keys::resource.eq_any(made)))
            .execute(self.conn)?;
        Ok(())
    }

    fn forget_invites(&mut self, before: Micros, limit: i64) -> Result<usize> {
        let old: Vec<Vec<u8>> = invites::table
            .filter(
                invites::expires_at
                    .lt(before.as_i64())
                    .or(invites::used_at.lt(before.as_i64())),
            )
            .select(invites::id)
            .limit(limit)
            .load(self.conn)?;
        Ok(diesel::delete(invites::table.filter(invites::id.eq_any(old))).execute(self.conn)?)
    }
}

impl Work<'_> {
    /// Of a page on which nothing is public: drops the title that nobody confirmed, and of an address that nobody
    /// confirmed all but the origin, which is the site's. The public saw neither, so this is no public change.
    fn forget_claims(&mut self, id: PageId) -> Result<()> {
        let Some(page) = self.page(id)?.filter(|page| page.comment_count == 0) else {
            return Ok(());
        };
        diesel::update(pages::table.find(id.as_bytes()))
            .filter(pages::title_confirmed.eq(false))
            .set(pages::title.eq(None::<String>))
            .execute(self.conn)?;
        if let Some(claimed) = page.address.claimed().and_then(|url| PageUrl::parse(url).ok()) {
            diesel::update(pages::table.find(id.as_bytes()))
                .set(pages::url.eq(format!("{}/", claimed.origin())))
                .execute(self.conn)?;
        }
        Ok(())
    }
}

/// The row of `erased_comments` of a comment, if it has one.
#[diesel::dsl::auto_type(no_type_alias)]
fn is_erased() -> _ {
    erased_comments::site_id
        .eq(comments::site_id)
        .and(erased_comments::comment_id.eq(comments::id))
}

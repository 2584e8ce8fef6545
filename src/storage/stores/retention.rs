//! Erasing: the texts of withdrawn comments, and what is kept on a member of a site; and reading all of it for them.

use crate::domain::account::Membership;
use crate::domain::clock::Micros;
use crate::domain::comment::{Comment, Revision};
use crate::domain::id::{AccountId, CommentId, IdentityId, MembershipId, ReportId, SiteId};
use crate::domain::report::Report;
use crate::storage::Result;
use crate::storage::stores::sign_ins::SignIn;
use crate::storage::stores::tokens::Token;

/// How much was erased.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Erased {
    /// Comments whose texts are gone.
    pub comments: i64,
    /// Texts: every revision counts.
    pub texts: i64,
    /// Notes of moderators on decisions about them.
    pub notes: i64,
}

impl std::ops::AddAssign for Erased {
    fn add_assign(&mut self, more: Self) {
        self.comments += more.comments;
        self.texts += more.texts;
        self.notes += more.notes;
    }
}

/// A withdrawn comment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WithdrawnComment {
    /// Its id.
    pub id: CommentId,
    /// When it was withdrawn.
    pub at: Micros,
    /// Whether its texts are still there.
    pub has_texts: bool,
}

/// A report with what is kept of who sent it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SentReport {
    /// The report.
    pub report: Report,
    /// The sender's address, sealed into the report's row.
    pub email_sealed: Vec<u8>,
    /// When it was closed.
    pub closed_at: Option<Micros>,
}

/// Erasing, and reading what is kept on somebody.
pub trait RetentionStore {
    /// Withdrawn comments, by id from `after` on, at most `limit`.
    fn withdrawn(&mut self, after: Option<CommentId>, limit: i64) -> Result<Vec<WithdrawnComment>>;
    /// When the texts of a comment were erased.
    fn erased_at(&mut self, comment: &Comment) -> Result<Option<Micros>>;
    /// Erases all that a withdrawn comment says: its texts with their markup, sources and fingerprints, what the screens
    /// found, the notes on its decisions, what reports say of it and who sent them; open reports are closed. Where
    /// nothing on its page is public, what browsers claimed of the page goes, too. Gives how much: nothing where the
    /// comment is not withdrawn or has no texts any more.
    fn erase_texts(&mut self, comment: CommentId, now: Micros) -> Result<Erased>;
    /// What of the site's comments has been erased so far.
    fn erased(&mut self, site: SiteId) -> Result<Erased>;
    /// A member's comments, by id from `after` on, at most `limit`.
    fn comments_of(
        &mut self,
        author: MembershipId,
        after: Option<CommentId>,
        limit: i64,
    ) -> Result<Vec<Comment>>;
    /// A member's comments that still have their texts, at most `limit`.
    fn comments_with_texts(&mut self, author: MembershipId, limit: i64) -> Result<Vec<Comment>>;
    /// All texts of a comment, the first first.
    fn texts_of(&mut self, comment: CommentId) -> Result<Vec<Revision>>;
    /// Reports on the site whose sender left an address, by id from `after` on, at most `limit`.
    fn sent_reports(&mut self, site: SiteId, after: Option<ReportId>, limit: i64) -> Result<Vec<SentReport>>;
    /// Erases a report's words and its sender's address; that there was one, why and what came of it stays.
    fn erase_report(&mut self, report: ReportId) -> Result<()>;
    /// Erases a member's name.
    fn erase_name(&mut self, member: MembershipId) -> Result<()>;
    /// Gives a membership to another account.
    fn move_membership(&mut self, member: MembershipId, account: AccountId) -> Result<()>;
    /// An account's memberships.
    fn memberships_everywhere(&mut self, account: AccountId) -> Result<Vec<Membership>>;
    /// Deletes a way into an account.
    fn delete_identity(&mut self, identity: IdentityId) -> Result<()>;
    /// Deletes the sealed address of an identity; it is still found by its hash.
    fn forget_sealed(&mut self, identity: IdentityId) -> Result<()>;
    /// Notes that nothing leads to an account any more.
    fn mark_erased(&mut self, account: AccountId, now: Micros) -> Result<()>;
    /// An account's readers' tokens for a site, and its sessions at the desk.
    fn tokens_of(&mut self, account: AccountId, site: SiteId) -> Result<Vec<Token>>;
    /// Revokes an account's readers' tokens for a site. Gives how many were good until then.
    fn revoke_reader_tokens(&mut self, account: AccountId, site: SiteId, now: Micros) -> Result<usize>;
    /// Sign-ins on a site that were asked for with an address.
    fn sign_ins_of(&mut self, site: SiteId, email_hash: &[u8; 32]) -> Result<Vec<SignIn>>;
    /// Deletes sign-ins on a site that were asked for with an address, and invitations of it to the site's desk.
    fn forget_address(&mut self, site: SiteId, email_hash: &[u8; 32]) -> Result<()>;
    /// Deletes what idempotency keys remember of comments.
    fn forget_made(&mut self, comments: &[CommentId]) -> Result<()>;
    /// Deletes invitations that ended or were accepted before. Gives how many.
    fn forget_invites(&mut self, before: Micros, limit: i64) -> Result<usize>;
}

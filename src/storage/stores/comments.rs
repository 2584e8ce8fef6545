//! Comments with their revisions and findings.

use crate::domain::clock::Micros;
use crate::domain::comment::{Comment, CommentState, Revision, RevisionNumber};
use crate::domain::finding::Finding;
use crate::domain::html::SafeHtml;
use crate::domain::id::{CommentId, FindingId, MembershipId, PageId, PersonId, SiteId};
use crate::storage::Result;

/// What the public sees of a comment, or that there is one which it does not see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicComment {
    /// The comment; its state may be any: what is not published is shown as a placeholder.
    pub comment: Comment,
    /// The live text and its author's name; `None` for a placeholder.
    pub shown: Option<PublicText>,
    /// Public comments that answer it directly.
    pub reply_count: i64,
}

/// The text of a public comment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicText {
    /// Its live revision.
    pub revision: RevisionNumber,
    /// The markup.
    pub html: SafeHtml,
    /// The author's display name on the site.
    pub author_name: String,
    /// Words for marks beside the name, such as `moderator`; from roles, never from text.
    pub badges: Vec<String>,
}

/// The order of top-level comments.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Sort {
    /// By time, the first first.
    Oldest,
    /// By time, the last first.
    Newest,
}

/// One text of a comment: the comment, and the number of the revision.
pub type TextId = (CommentId, RevisionNumber);

/// After which top-level comment a part begins: its time and id.
pub type After = (Micros, CommentId);

/// An earlier text with the same fingerprint on the same site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EarlierText {
    /// The comment that has it.
    pub comment_id: CommentId,
    /// Its page.
    pub page_id: PageId,
    /// Its author.
    pub membership_id: MembershipId,
    /// Its state's word.
    pub state: &'static str,
    /// Whether this text of it is what the public reads.
    pub is_public: bool,
}

/// What the desk's queue is asked for. All given conditions must hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct QueueFilter {
    /// Comments of these sites; none asked means none given.
    pub sites: Vec<SiteId>,
    /// In this state (the word of the interface). `held` also gives public comments with a text that waits.
    pub state: Option<String>,
    /// With this word among the reasons of what waits.
    pub reason: Option<String>,
    /// With a mention of this person in a revision that is live, waiting or judged.
    pub person: Option<PersonId>,
    /// With an open report (`true`), or without (`false`).
    pub reported: Option<bool>,
    /// With this text in the source of a revision or in the author's name; case is ignored.
    pub text: Option<String>,
    /// After this comment.
    pub after: Option<After>,
    /// At most so many.
    pub limit: i64,
}

/// Comments with their revisions and findings.
pub trait CommentStore {
    /// Adds a comment with its first revision and what the screens found (read back in the order given). One that is
    /// public at once is a public change of its page at `now`.
    fn insert_comment(
        &mut self,
        comment: &Comment,
        revision: &Revision,
        pipeline: i32,
        findings: &[(FindingId, Finding)],
        now: Micros,
    ) -> Result<()>;
    /// Adds a later revision and what the screens found, and raises the comment's `last_revision`.
    fn insert_revision(
        &mut self,
        revision: &Revision,
        pipeline: i32,
        findings: &[(FindingId, Finding)],
    ) -> Result<()>;
    /// Puts what the screens find on a revision now in the place of what they found: `revision` with the version of the
    /// register that they judged it on.
    fn replace_findings(&mut self, revision: &Revision, findings: &[(FindingId, Finding)]) -> Result<()>;
    /// The comment of an id.
    fn comment(&mut self, id: CommentId) -> Result<Option<Comment>>;
    /// Comments of ids, in no order; those that are not there are left out.
    fn comments(&mut self, ids: &[CommentId]) -> Result<Vec<Comment>>;
    /// Writes a comment's new state and `edited_at` (as given: `None` clears it), and keeps right which comments are
    /// shown, and the page's count and version: a public change is one in which the public text, or whether there is
    /// one, differs. `comment` is as this transaction read it; where its state is another by now, that is an error.
    fn set_state(
        &mut self,
        comment: &Comment,
        after: &CommentState,
        edited_at: Option<Micros>,
        now: Micros,
    ) -> Result<()>;
    /// One revision of a comment.
    fn revision(&mut self, comment: CommentId, number: RevisionNumber) -> Result<Option<Revision>>;
    /// Revisions of several comments, in no order; those that are not there are left out.
    fn revisions(&mut self, wanted: &[TextId]) -> Result<Vec<Revision>>;
    /// What the screens found on a revision.
    fn findings(&mut self, comment: CommentId, number: RevisionNumber) -> Result<Vec<Finding>>;
    /// What the screens found on several revisions, each revision's in the screens' order.
    fn findings_of(&mut self, wanted: &[TextId]) -> Result<Vec<(TextId, Finding)>>;
    /// Top-level comments that are public or have a public comment below, from `after` on, at most `limit`.
    fn roots(
        &mut self,
        page: PageId,
        sort: Sort,
        after: Option<After>,
        limit: i64,
    ) -> Result<Vec<PublicComment>>;
    /// What lies below the roots and is public or leads to something public, by time, at most `limit` a root after
    /// `after`.
    fn descendants(
        &mut self,
        roots: &[CommentId],
        after: Option<After>,
        limit: i64,
    ) -> Result<Vec<PublicComment>>;
    /// Times and ids of all top-level comments that `roots` would give, in its order.
    fn root_positions(&mut self, page: PageId, sort: Sort) -> Result<Vec<After>>;
    /// Times and ids of all that `descendants` would give for a root, in its order.
    fn thread_positions(&mut self, root: CommentId) -> Result<Vec<After>>;
    /// Earlier texts of the site with the fingerprint, newest first, at most 20.
    fn earlier_texts(&mut self, site: SiteId, fingerprint: &[u8; 32]) -> Result<Vec<EarlierText>>;
    /// A member's comments on a page since a moment, oldest first.
    fn own_comments(&mut self, author: MembershipId, page: PageId, since: Micros) -> Result<Vec<Comment>>;
    /// Whether a comment of the member, other than `except`, is public or has ever been, by its decisions.
    fn has_public_comment(&mut self, author: MembershipId, except: CommentId) -> Result<bool>;
    /// How many comments of each member are in each state, by the state's word; states without any are left out.
    fn author_counts(&mut self, authors: &[MembershipId]) -> Result<Vec<(MembershipId, &'static str, i64)>>;
    /// Whether another member who writes on the page bears the folded name. Comments that were refused, called spam
    /// or withdrawn do not count.
    fn name_taken(&mut self, page: PageId, name_key: &str, except: MembershipId) -> Result<bool>;
    /// Public comments that answer each comment directly; comments that none answers are left out.
    fn reply_counts(&mut self, comments: &[CommentId]) -> Result<Vec<(CommentId, i64)>>;
    /// Words for marks beside the names of members, from their roles on the site.
    fn badges(&mut self, members: &[MembershipId]) -> Result<Vec<(MembershipId, String)>>;
    /// The desk's queue: oldest first.
    fn queue(&mut self, filter: &QueueFilter) -> Result<Vec<Comment>>;
    /// How many comments of all sites have a text that waits.
    fn waiting_count(&mut self) -> Result<i64>;
}

//! Comments and their texts; their states and the reasons for holding them are in the modules below.

mod reason;
mod state;
#[cfg(test)]
mod tests;
mod transition;

pub use reason::HoldReason;
pub use state::{Approval, CommentState, Pending, TransitionError, Verdict, WhileChecked};

use super::clock::Micros;
use super::html::SafeHtml;
use super::id::{CommentId, MembershipId, PageId, SiteId};
use super::text::CommentSource;

/// The number of a revision within its comment, from 1.
pub type RevisionNumber = i32;

/// What kind of comment it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CommentKind {
    /// An ordinary one.
    Comment,
    /// The answer of somebody who is named.
    ReplyOfNamed,
}

impl CommentKind {
    /// The kind's word in the interface.
    pub fn as_str(self) -> &'static str {
        match self {
            CommentKind::Comment => "comment",
            CommentKind::ReplyOfNamed => "reply_of_named",
        }
    }
}

/// What a membership wrote on a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    /// Its id.
    pub id: CommentId,
    /// The site.
    pub site_id: SiteId,
    /// The page.
    pub page_id: PageId,
    /// The comment it answers.
    pub parent_id: Option<CommentId>,
    /// The top-level comment above it; its own id where it is one.
    pub root_id: CommentId,
    /// 0 at the top level.
    pub depth: i32,
    /// What kind it is.
    pub kind: CommentKind,
    /// Who wrote it.
    pub membership_id: MembershipId,
    /// Where it stands.
    pub state: CommentState,
    /// The number of its newest revision.
    pub last_revision: RevisionNumber,
    /// When it was posted.
    pub created_at: Micros,
    /// When a later text became public.
    pub edited_at: Option<Micros>,
}

/// One text of a comment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revision {
    /// The comment.
    pub comment_id: CommentId,
    /// From 1.
    pub number: RevisionNumber,
    /// The Markdown that was written.
    pub source: CommentSource,
    /// What it renders to.
    pub html: SafeHtml,
    /// The address given as the source of a claim; for moderators.
    pub source_url: Option<String>,
    /// A keyed-less digest of the folded text, equal for texts that differ in case, accents and spacing only.
    pub fingerprint: [u8; 32],
    /// When it came.
    pub created_at: Micros,
    /// The version of the site's register on which it was judged.
    pub register_version: i64,
}

impl Revision {
    /// Whether its text was erased: nobody can write an empty one.
    pub fn is_erased(&self) -> bool {
        self.source.as_str().is_empty()
    }
}

//! Reports: anybody's word that a comment should be looked at.

use std::str::FromStr;

use super::clock::Micros;
use super::id::{CommentId, ReportId};

/// Why somebody reports a comment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReportReason {
    /// It is advertising.
    Spam,
    /// It abuses somebody.
    Abuse,
    /// It says something false about a person.
    FalseAboutPerson,
    /// It tells of somebody's private life.
    PrivateLife,
    /// It is against the law in another way.
    Illegal,
    /// Something else, told in the note.
    Other,
}

impl ReportReason {
    /// The reason's word in the interface.
    pub fn as_str(self) -> &'static str {
        match self {
            ReportReason::Spam => "spam",
            ReportReason::Abuse => "abuse",
            ReportReason::FalseAboutPerson => "false_about_person",
            ReportReason::PrivateLife => "private_life",
            ReportReason::Illegal => "illegal",
            ReportReason::Other => "other",
        }
    }
}

/// The word names no reason.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a reason: use spam, abuse, false_about_person, private_life, illegal or other")]
pub struct UnknownReportReason;

impl FromStr for ReportReason {
    type Err = UnknownReportReason;
    fn from_str(word: &str) -> Result<Self, UnknownReportReason> {
        match word {
            "spam" => Ok(ReportReason::Spam),
            "abuse" => Ok(ReportReason::Abuse),
            "false_about_person" => Ok(ReportReason::FalseAboutPerson),
            "private_life" => Ok(ReportReason::PrivateLife),
            "illegal" => Ok(ReportReason::Illegal),
            "other" => Ok(ReportReason::Other),
            _ => Err(UnknownReportReason),
        }
    }
}

/// Where a report stands. A decision on the comment closes its open reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReportState {
    /// Nobody has decided since.
    Open,
    /// A moderator left the comment as it was.
    NoAction,
    /// The comment is no longer public.
    ActedOn,
}

impl ReportState {
    /// The state's word in the interface.
    pub fn as_str(self) -> &'static str {
        match self {
            ReportState::Open => "open",
            ReportState::NoAction => "no_action",
            ReportState::ActedOn => "acted_on",
        }
    }
}

/// Anybody's word that a comment should be looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Its id.
    pub id: ReportId,
    /// The comment.
    pub comment_id: CommentId,
    /// Why.
    pub reason: ReportReason,
    /// What the reporter wrote.
    pub note: String,
    /// Where it stands.
    pub state: ReportState,
    /// When it came.
    pub created_at: Micros,
}

//! What letters say: one struct a letter, one file each, and the templates that lay it out. Their sentences are in
//! `messages/*/letters.ftl`. No MIME and no transport here.

mod comments_wait;
mod not_published;
mod plain;
mod probe;
mod sign_in_code;

pub use comments_wait::{CommentsWait, Contents, WaitingComment};
pub use not_published::{NotPublished, Outcome};
pub use plain::WIDTH as FOLDED_AT;
pub use probe::Probe;
pub use sign_in_code::{EightDigits, InvalidDigits, SignInCode};

use url::Url;

use super::line::Line;
use crate::messages::Texts;

/// A letter that can be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Letter {
    /// The code of an email sign-in.
    SignInCode(SignInCode),
    /// To a moderator: comments wait.
    CommentsWait(CommentsWait),
    /// To an author: a comment was rejected or removed.
    NotPublished(NotPublished),
    /// The letter of `hustings check --letter`.
    Probe(Probe),
}

/// A letter in words: what a person reads.
pub(super) struct Wording {
    /// The `Subject`.
    pub subject: Line,
    /// The plain text, lines ended by LF.
    pub text: String,
    /// The HTML document.
    pub html: String,
}

impl Letter {
    /// The letter's kind, in `Message-ID`s and file listings: `a-z` and hyphens.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Letter::SignInCode(_) => "sign-in-code",
            Letter::CommentsWait(_) => "comments-wait",
            Letter::NotPublished(_) => "not-published",
            Letter::Probe(_) => "probe",
        }
    }

    /// Where mail programs stop letters by one click (RFC 8058), in letters that nobody asked for: it stops notices and never
    /// sign-in codes. Not in letters to moderators, whose owners set who gets them: their letter says so.
    pub(super) fn unsubscribe(&self) -> Option<&Url> {
        match self {
            Letter::NotPublished(letter) => Some(&letter.stop_url),
            Letter::SignInCode(_) | Letter::CommentsWait(_) | Letter::Probe(_) => None,
        }
    }

    /// Words the letter.
    pub(super) fn wording(&self) -> Result<Wording, askama::Error> {
        match self {
            Letter::SignInCode(letter) => letter.wording(),
            Letter::CommentsWait(letter) => letter.wording(),
            Letter::NotPublished(letter) => letter.wording(),
            Letter::Probe(letter) => letter.wording(),
        }
    }
}

/// What every letter's HTML begins with.
struct Head<'a> {
    texts: &'static Texts,
    subject: &'a Line,
}

impl Head<'_> {
    fn lang(&self) -> &'static str {
        self.texts.lang()
    }
    fn dir(&self) -> &'static str {
        self.texts.direction().as_str()
    }
}

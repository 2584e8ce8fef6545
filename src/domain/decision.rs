//! Decisions: what a moderator, a rule or the author did to a comment. Append-only, and sealed in a chain.

use std::fmt;
use std::str::FromStr;

use sha2::{Digest, Sha256};

use super::clock::Micros;
use super::comment::{CommentState, RevisionNumber};
use super::id::{AccountId, CommentId, DecisionId, SiteId, TokenId};

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// The author posted it.
    Post,
    /// The author sent a new text.
    Edit,
    /// Made public, or brought nearer to it.
    Approve,
    /// Refused.
    Reject,
    /// Called spam.
    Spam,
    /// Taken down.
    Remove,
    /// Taken back into the queue.
    Hold,
    /// Put back after removal.
    Restore,
    /// Put back into the queue.
    Reopen,
    /// Left as it is: what was reported was found in order.
    Dismiss,
    /// Taken back by its author.
    Withdraw,
    /// The decision before was taken back.
    Undo,
}

const ACTIONS: [Action; 12] = [
    Action::Post,
    Action::Edit,
    Action::Approve,
    Action::Reject,
    Action::Spam,
    Action::Remove,
    Action::Hold,
    Action::Restore,
    Action::Reopen,
    Action::Dismiss,
    Action::Withdraw,
    Action::Undo,
];

impl Action {
    /// The action's word in the interface.
    pub fn as_str(self) -> &'static str {
        match self {
            Action::Post => "post",
            Action::Edit => "edit",
            Action::Approve => "approve",
            Action::Reject => "reject",
            Action::Spam => "spam",
            Action::Remove => "remove",
            Action::Hold => "hold",
            Action::Restore => "restore",
            Action::Reopen => "reopen",
            Action::Dismiss => "dismiss",
            Action::Withdraw => "withdraw",
            Action::Undo => "undo",
        }
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The word names no action.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not an action")]
pub struct UnknownAction;

impl FromStr for Action {
    type Err = UnknownAction;
    fn from_str(word: &str) -> Result<Self, UnknownAction> {
        ACTIONS
            .into_iter()
            .find(|action| action.as_str() == word)
            .ok_or(UnknownAction)
    }
}

/// Who did it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    /// A moderator, signed in at the desk.
    Moderator(AccountId),
    /// A program with an API token.
    Token(TokenId),
    /// The comment's author.
    Author(AccountId),
    /// A rule of the server, by its word.
    Rule(String),
}

impl Actor {
    /// The kind's word in the interface.
    pub fn kind(&self) -> &'static str {
        match self {
            Actor::Moderator(_) => "moderator",
            Actor::Token(_) => "token",
            Actor::Author(_) => "author",
            Actor::Rule(_) => "rule",
        }
    }
}

/// One decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// Its id; ids grow with time.
    pub id: DecisionId,
    /// The site.
    pub site_id: SiteId,
    /// The comment.
    pub comment_id: CommentId,
    /// What was done.
    pub action: Action,
    /// Who did it.
    pub actor: Actor,
    /// The revision decided on, where one was.
    pub revision: Option<RevisionNumber>,
    /// The state before; `None` for a post.
    pub before: Option<CommentState>,
    /// The state after.
    pub after: CommentState,
    /// The reason's word, as told to the author.
    pub reason: Option<String>,
    /// When.
    pub at: Micros,
    /// Free text of the decision as a salted digest; the text itself lies apart, where it can be erased.
    pub note_digest: Option<[u8; 32]>,
}

/// The link of a decision in its site's chain.
pub type Seal = [u8; 32];

/// The seal before the first.
pub const FIRST_SEAL: Seal = [0; 32];

/// Where a site's chain ends, or ended when somebody noted it: `12:` and 64 hexadecimal digits. Whoever keeps one
/// elsewhere sees later whether anything up to there was changed or taken away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// The number of the last decision, from 1.
    pub sequence: i64,
    /// Its seal.
    pub seal: Seal,
}

impl fmt::Display for Head {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:", self.sequence)?;
        self.seal.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// The text is not a chain's head.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a number from 1, a colon and 64 hexadecimal digits")]
pub struct InvalidHead;

impl FromStr for Head {
    type Err = InvalidHead;
    fn from_str(text: &str) -> Result<Self, InvalidHead> {
        let (sequence, digits) = text.split_once(':').ok_or(InvalidHead)?;
        let sequence: i64 = sequence.parse().map_err(|_not_a_number| InvalidHead)?;
        let mut seal = FIRST_SEAL;
        let is_seal = digits.len() == 2 * seal.len() && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        if sequence < 1 || !is_seal {
            return Err(InvalidHead);
        }
        for (byte, pair) in seal.iter_mut().zip(digits.as_bytes().chunks(2)) {
            let pair = std::str::from_utf8(pair).map_err(|_not_ascii| InvalidHead)?;
            *byte = u8::from_str_radix(pair, 16).map_err(|_not_hexadecimal| InvalidHead)?;
        }
        Ok(Self { sequence, seal })
    }
}

/// What a decision says as its reason where that is in the moderator's own words. They are free text, and lie with the
/// note.
pub const OWN_WORDS: &str = "own_words";

/// The digest under which free text enters the chain: SHA-256(salt || text).
pub fn note_digest(salt: &[u8; 16], text: &str) -> [u8; 32] {
    Sha256::new()
        .chain_update(salt)
        .chain_update(text.as_bytes())
        .finalize()
        .into()
}

/// `SHA-256(previous || row)`, where the row is versioned and each of its fields carries its length, so that no two
/// rows have the same bytes.
pub fn seal(previous: &Seal, sequence: i64, decision: &Decision, before: &str, after: &str) -> Seal {
    let mut hash = Sha256::new();
    hash.update(previous);
    let mut field = |bytes: &[u8]| {
        hash.update(u64::try_from(bytes.len()).unwrap_or(u64::MAX).to_be_bytes());
        hash.update(bytes);
    };
    field(b"hustings decision 1");
    field(&sequence.to_be_bytes());
    field(decision.id.as_bytes());
    field(decision.site_id.as_bytes());
    field(decision.comment_id.as_bytes());
    field(decision.action.as_str().as_bytes());
    field(decision.actor.kind().as_bytes());
    match &decision.actor {
        Actor::Moderator(id) | Actor::Author(id) => field(id.as_bytes()),
        Actor::Token(id) => field(id.as_bytes()),
        Actor::Rule(word) => field(word.as_bytes()),
    }
    field(
        &decision
            .revision
            .map_or(Vec::new(), |number| number.to_be_bytes().to_vec()),
    );
    field(before.as_bytes());
    field(after.as_bytes());
    field(decision.reason.as_deref().unwrap_or("").as_bytes());
    field(&decision.at.as_i64().to_be_bytes());
    field(decision.note_digest.as_ref().map_or(&[][..], |digest| digest));
    hash.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_is_read_as_it_was_written() {
        let mut seal = FIRST_SEAL;
        (seal[0], seal[31]) = (0x0a, 0xff);
        let head = Head { sequence: 12, seal };
        let written = head.to_string();
        assert!(
            written.starts_with("12:0a00") && written.ends_with("00ff"),
            "{written}"
        );
        assert_eq!(written.parse(), Ok(head));
        let digits = "0".repeat(64);
        for wrong in [
            String::new(),
            digits.clone(),
            format!("0:{digits}"),
            format!("-1:{digits}"),
            format!("1:{digits}0"),
            format!("1:{}", &digits[2..]),
            format!("1:+{}", &digits[1..]),
            format!("1:\u{fc}{}", &digits[2..]),
        ] {
            assert_eq!(wrong.parse::<Head>(), Err(InvalidHead), "{wrong}");
        }
    }
}

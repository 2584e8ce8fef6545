//! The numbers: what is limited, per what, and to how much. `docs/limits.md` shows this table to operators, and a test
//! holds it to it.

use std::fmt;
use std::num::NonZeroU32;
use std::time::Duration;

/// What is limited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Action {
    /// Posting a comment.
    Post,
    /// Changing or withdrawing one's comment.
    Edit,
    /// Having a text shown as it would look.
    Preview,
    /// Reporting a comment, which needs no account.
    Report,
    /// Asking for a sign-in code, and for another.
    SignInStart,
    /// Trying a code.
    SignInCode,
    /// Signing in with an account elsewhere: each step of it.
    SignInElsewhere,
    /// What moderators do at the desk, by cookie or API token.
    Desk,
    /// Reading what is not cached.
    Read,
}

/// Per what is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Per {
    /// The account that is signed in.
    Account,
    /// The client's address: IPv4 whole, IPv6 by its /64 and, [`WIDER`] times as wide, by its /48.
    Address,
    /// The mailbox that a letter would go to, and the client's address (IPv6 by its /64) that asks for it.
    EmailFrom,
    /// The mailbox that a letter would go to: email addresses without tags.
    Email,
}

/// In which time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Window {
    /// 60 seconds.
    Minute,
    /// 3,600 seconds.
    Hour,
}

/// One limit: at most `limit` at once, and as many again evenly spread over `window`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Policy {
    /// What is limited.
    pub action: Action,
    /// Its name in the `RateLimit` fields.
    pub name: &'static str,
    /// Per what is counted.
    pub per: Per,
    /// How many.
    pub limit: NonZeroU32,
    /// In which time.
    pub window: Window,
}

/// How much wider an IPv6 /48 is than its /64s.
pub const WIDER: NonZeroU32 = of(8);

/// Every limit, in the order of asking. Where one refuses, those after it are not counted on. So of one key the shorter
/// windows come first: who hammers against the minute does not use up the hour. An account comes before its address,
/// which others share; a mailbox, which anybody may name, comes after the address of who names it, and the wide limit for
/// all who name it last: else anybody could lock its owner out.
pub const POLICIES: &[Policy] = {
    use Action::{Desk, Edit, Post, Preview, Read, Report, SignInCode, SignInElsewhere, SignInStart};
    use Per::{Account, Address, Email, EmailFrom};
    use Window::{Hour, Minute};
    &[
        policy(Post, "post", Account, 5, Minute),
        policy(Post, "post-hour", Account, 30, Hour),
        policy(Post, "post-address", Address, 60, Minute),
        policy(Edit, "edit", Account, 10, Minute),
        policy(Edit, "edit-address", Address, 120, Minute),
        policy(Preview, "preview", Account, 30, Minute),
        policy(Preview, "preview-address", Address, 240, Minute),
        policy(Report, "report-address", Address, 30, Hour),
        policy(SignInStart, "sign-in-address", Address, 60, Hour),
        policy(SignInStart, "sign-in-email", EmailFrom, 1, Minute),
        policy(SignInStart, "sign-in-email-hour", EmailFrom, 5, Hour),
        policy(SignInStart, "sign-in-mailbox", Email, 30, Hour),
        policy(SignInCode, "code-address", Address, 60, Minute),
        policy(SignInCode, "code-address-hour", Address, 300, Hour),
        policy(SignInElsewhere, "elsewhere-address", Address, 120, Minute),
        policy(SignInElsewhere, "elsewhere-address-hour", Address, 1200, Hour),
        policy(Desk, "desk", Account, 600, Minute),
        policy(Read, "read-address", Address, 600, Minute),
    ]
};

const fn policy(action: Action, name: &'static str, per: Per, limit: u32, window: Window) -> Policy {
    Policy {
        action,
        name,
        per,
        limit: of(limit),
        window,
    }
}

/// Only for constants: a limit of none is a mistake that does not compile.
const fn of(limit: u32) -> NonZeroU32 {
    match NonZeroU32::new(limit) {
        Some(limit) => limit,
        None => panic!("a limit of none"),
    }
}

impl Action {
    /// What is done, in a word for logs.
    pub fn as_str(self) -> &'static str {
        match self {
            Action::Post => "post",
            Action::Edit => "edit",
            Action::Preview => "preview",
            Action::Report => "report",
            Action::SignInStart => "sign_in_start",
            Action::SignInCode => "sign_in_code",
            Action::SignInElsewhere => "sign_in_elsewhere",
            Action::Desk => "desk",
            Action::Read => "read",
        }
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Window {
    /// How long it is.
    pub fn duration(self) -> Duration {
        match self {
            Window::Minute => Duration::from_secs(60),
            Window::Hour => Duration::from_secs(3_600),
        }
    }
}

//! Why a comment is held, and what its author is told of it.

use std::borrow::Cow;
use std::fmt;

use crate::domain::finding::Rule;

/// Why a comment is held: the word of a finding's rule or of a policy. An open list.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct HoldReason(Cow<'static, str>);

impl HoldReason {
    /// The site holds every comment.
    pub const POLICY_ALL: Self = Self(Cow::Borrowed("policy_all"));
    /// The author has no approved comment yet.
    pub const POLICY_FIRST: Self = Self(Cow::Borrowed("policy_first"));
    /// The author's standing is "always held".
    pub const ALWAYS_HELD: Self = Self(Cow::Borrowed("always_held"));
    /// A person of the register is named.
    pub const NAMES_PERSON: Self = Self(Cow::Borrowed("names_person"));
    /// A person is named by an author without a proven address.
    pub const NO_CONTACT: Self = Self(Cow::Borrowed("no_contact"));
    /// The author's display name is on the register.
    pub const NAME_ON_REGISTER: Self = Self(Cow::Borrowed("name_on_register"));
    /// A moderator looks at a comment that was public.
    pub const UNDER_REVIEW: Self = Self(Cow::Borrowed("under_review"));
    /// One of two approvals is there.
    pub const SECOND_APPROVAL: Self = Self(Cow::Borrowed("second_approval"));
    /// A moderator took an earlier decision back.
    pub const REOPENED: Self = Self(Cow::Borrowed("reopened"));
    /// What the screens were told changed twice while they judged.
    pub const FACTS_CHANGED: Self = Self(Cow::Borrowed("facts_changed"));

    /// The reason that a finding's rule gives.
    pub fn of_rule(rule: &Rule) -> Self {
        Self(Cow::Owned(rule.as_str().to_owned()))
    }
    /// A reason read from the database, perhaps of another version.
    pub fn from_storage(word: String) -> Self {
        Self(Cow::Owned(word))
    }
    /// The word, for moderators.
    pub fn as_str(&self) -> &str {
        &self.0
    }
    /// The word, for the author: what would say that somebody is on the register, or what somebody wrote that is not
    /// public (a name taken, a text sent before), says `needs_review`. That a second approval is waited for reads like
    /// any other hold by a moderator: only those whom some comments name need two.
    pub fn for_author(&self) -> &str {
        match self.as_str() {
            "second_approval" => "under_review",
            // The last two are there so that `needs_review` alone does not say register either.
            "names_person" | "no_contact" | "name_on_register" | "facts_changed" | "listed_word"
            | "screen_failed" | "name_taken" | "repeat" => "needs_review",
            other => other,
        }
    }
}

impl fmt::Display for HoldReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

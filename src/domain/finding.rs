//! Findings: what one screen reports on a revision, with the spans that are its evidence.

use std::fmt;
use std::str::FromStr;

use super::id::PersonId;
use super::says::Says;

/// What a finding does to a comment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Strength {
    /// Shown to moderators, nothing else.
    Note,
    /// Marks the comment.
    Flag,
    /// Holds the comment.
    Hold,
}

impl Strength {
    /// The strength's word in the interface.
    pub fn as_str(self) -> &'static str {
        match self {
            Strength::Note => "note",
            Strength::Flag => "flag",
            Strength::Hold => "hold",
        }
    }
}

/// The word names no strength.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a strength: use note, flag or hold")]
pub struct UnknownStrength;

impl FromStr for Strength {
    type Err = UnknownStrength;
    fn from_str(word: &str) -> Result<Self, UnknownStrength> {
        match word {
            "note" => Ok(Strength::Note),
            "flag" => Ok(Strength::Flag),
            "hold" => Ok(Strength::Hold),
            _ => Err(UnknownStrength),
        }
    }
}

/// Which text of a revision a span lies in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    /// The comment's source.
    Body,
    /// The author's display name.
    Name,
    /// The address given as the source of a claim.
    Link,
}

impl Field {
    /// The field's word in the interface.
    pub fn as_str(self) -> &'static str {
        match self {
            Field::Body => "body",
            Field::Name => "name",
            Field::Link => "link",
        }
    }
}

/// A piece of a revision's text: UTF-8 byte offsets of the source, on character boundaries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    /// In which text.
    pub field: Field,
    /// Its first byte.
    pub start: u32,
    /// The byte after its last.
    pub end: u32,
    /// The bytes between, as written.
    pub text: String,
}

/// How sure a mention is, from the surest down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tier {
    /// A name of the person in full.
    Full,
    /// A nickname with the surname, or an alias.
    Nickname,
    /// An initial with the surname.
    Initial,
    /// A title with the surname.
    Title,
    /// A misspelt full name.
    FuzzyFull,
    /// A surname alone that few bear.
    Surname,
    /// A misspelt surname alone.
    FuzzySurname,
    /// A surname that is an everyday word, or a first name alone.
    Weak,
}

impl Tier {
    /// The tier's word in the interface.
    pub fn as_str(self) -> &'static str {
        match self {
            Tier::Full => "full",
            Tier::Nickname => "nickname",
            Tier::Initial => "initial",
            Tier::Title => "title",
            Tier::FuzzyFull => "fuzzy_full",
            Tier::Surname => "surname",
            Tier::FuzzySurname => "fuzzy_surname",
            Tier::Weak => "weak",
        }
    }
    /// Whether a mention this sure holds a comment where the person's stance says hold.
    pub fn is_sure(self) -> bool {
        self <= Tier::FuzzyFull
    }
}

impl FromStr for Tier {
    type Err = UnknownTier;
    fn from_str(word: &str) -> Result<Self, UnknownTier> {
        [
            Tier::Full,
            Tier::Nickname,
            Tier::Initial,
            Tier::Title,
            Tier::FuzzyFull,
            Tier::Surname,
            Tier::FuzzySurname,
            Tier::Weak,
        ]
        .into_iter()
        .find(|tier| tier.as_str() == word)
        .ok_or(UnknownTier)
    }
}

/// The word names no tier.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a tier")]
pub struct UnknownTier;

/// That a person of the register is named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mention {
    /// Who.
    pub person_id: PersonId,
    /// How sure.
    pub tier: Tier,
}

/// The word of a screen's rule, such as `names_person` or `too_many_links`. An open list; lower case and `_`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Rule(std::borrow::Cow<'static, str>);

impl Rule {
    /// A rule that this version knows.
    pub const fn of(word: &'static str) -> Self {
        Self(std::borrow::Cow::Borrowed(word))
    }
    /// A rule read from the database, perhaps of another version.
    pub fn from_storage(word: String) -> Self {
        Self(std::borrow::Cow::Owned(word))
    }
    /// The word.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What one screen reports on a revision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Which rule.
    pub rule: Rule,
    /// What it does.
    pub strength: Strength,
    /// What it says to moderators.
    pub says: Says,
    /// The evidence.
    pub spans: Vec<Span>,
    /// Where the rule is that a person is named: who.
    pub mention: Option<Mention>,
}

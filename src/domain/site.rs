//! Sites: a blog that embeds comments, and its policy.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use super::clock::Micros;
use super::finding::Strength;
use super::id::SiteId;
use super::origin::Origin;
use super::provider::ProviderKey;
use super::role::{Right, Role};
use super::text::EmailAddress;

/// A site's name in addresses: 1 to 40 of `a-z`, `0-9` and inner hyphens.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Slug(String);

/// The text is not a slug.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a slug: use 1 to 40 lower-case letters a-z, digits and hyphens between them")]
pub struct InvalidSlug;

impl Slug {
    /// The slug.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Slug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Slug {
    type Err = InvalidSlug;
    fn from_str(text: &str) -> Result<Self, InvalidSlug> {
        let of_the_alphabet = text
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        let fits = (1..=40).contains(&text.len()) && !text.starts_with('-') && !text.ends_with('-');
        if of_the_alphabet && fits {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidSlug)
        }
    }
}

/// What a site holds before a moderator has seen it, beside what findings hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HoldPolicy {
    /// Every comment; the default, since it tells nobody whom the register holds.
    All,
    /// Comments of members who have no approved comment yet.
    First,
    /// Only what a finding holds.
    Flagged,
}

impl HoldPolicy {
    /// The policy's word in the interface.
    pub fn as_str(self) -> &'static str {
        match self {
            HoldPolicy::All => "all",
            HoldPolicy::First => "first",
            HoldPolicy::Flagged => "flagged",
        }
    }
}

/// The word names no hold policy.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a hold policy: use all, first or flagged")]
pub struct UnknownHoldPolicy;

impl FromStr for HoldPolicy {
    type Err = UnknownHoldPolicy;
    fn from_str(word: &str) -> Result<Self, UnknownHoldPolicy> {
        match word {
            "all" => Ok(HoldPolicy::All),
            "first" => Ok(HoldPolicy::First),
            "flagged" => Ok(HoldPolicy::Flagged),
            _ => Err(UnknownHoldPolicy),
        }
    }
}

/// Whom a site's letters about waiting comments go to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LetterReaders {
    /// Its moderators and owners; the default.
    Moderators,
    /// Its owners.
    Owners,
    /// Nobody.
    Nobody,
}

impl LetterReaders {
    /// The word in the interface.
    pub fn as_str(self) -> &'static str {
        match self {
            LetterReaders::Moderators => "moderators",
            LetterReaders::Owners => "owners",
            LetterReaders::Nobody => "nobody",
        }
    }
    /// Whether somebody with this role on the site is one of them.
    pub fn include(self, role: Role) -> bool {
        match self {
            LetterReaders::Moderators => role.may(Right::Decide),
            LetterReaders::Owners => role.may(Right::Manage),
            LetterReaders::Nobody => false,
        }
    }
}

/// The word says not whom letters go to.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a reader of letters: use moderators, owners or nobody")]
pub struct UnknownLetterReaders;

impl FromStr for LetterReaders {
    type Err = UnknownLetterReaders;
    fn from_str(word: &str) -> Result<Self, UnknownLetterReaders> {
        match word {
            "moderators" => Ok(LetterReaders::Moderators),
            "owners" => Ok(LetterReaders::Owners),
            "nobody" => Ok(LetterReaders::Nobody),
            _ => Err(UnknownLetterReaders),
        }
    }
}

/// Where people can complain to a site: an email address, or a page of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact(String);

/// The text is neither an email address nor the address of a page.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "not a contact: an email address, or an address of a page that begins with https:// and names no user"
)]
pub struct InvalidContact;

impl Contact {
    /// As it was given.
    pub fn as_str(&self) -> &str {
        &self.0
    }
    /// Where a link to it leads: the page, or `mailto:` and the address, percent-encoded.
    pub fn href(&self) -> String {
        match self.0.rsplit_once('@').filter(|_| !self.0.starts_with(HTTPS)) {
            Some((local, domain)) => {
                let local: String = url::form_urlencoded::byte_serialize(local.as_bytes()).collect();
                format!("mailto:{local}@{domain}")
            }
            None => self.0.clone(),
        }
    }
}

const HTTPS: &str = "https://";
const CONTACT_LIMIT: usize = 300;

impl fmt::Display for Contact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Contact {
    type Err = InvalidContact;
    fn from_str(text: &str) -> Result<Self, InvalidContact> {
        if text.len() > CONTACT_LIMIT {
            return Err(InvalidContact);
        }
        if !text.starts_with(HTTPS) {
            let email = EmailAddress::parse(text).map_err(|_invalid| InvalidContact)?;
            return Ok(Self(email.as_str().to_owned()));
        }
        let url = url::Url::parse(text).map_err(|_invalid| InvalidContact)?;
        if url.username().is_empty() && url.password().is_none() {
            Ok(Self(url.into()))
        } else {
            Err(InvalidContact)
        }
    }
}

/// A word, phrase or regular expression that a site watches for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedWord {
    /// The word or phrase as written (found whatever its case and accents), or a regular expression.
    pub pattern: String,
    /// Whether `pattern` is a regular expression (syntax of the `regex` crate, case-insensitive).
    pub regex: bool,
    /// What finding it does.
    pub strength: Strength,
}

/// How a site treats comments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// What is held before anybody looked.
    pub hold: HoldPolicy,
    /// How long an author may edit, from the moment of posting.
    pub edit_window: Duration,
    /// A comment with more links than this is held.
    pub max_links: u32,
    /// Words the site watches for.
    pub words: Vec<ListedWord>,
    /// The reasons a moderator picks from when rejecting or removing.
    pub reasons: Vec<String>,
    /// The site's language, as a BCP 47 tag.
    pub lang: String,
    /// Who is told by letter that comments wait.
    pub waiting_letters: LetterReaders,
    /// Whether such a letter carries the comments' texts and whom they name.
    pub waiting_letters_text: bool,
    /// Where its readers may sign in with accounts they have, in the order of the buttons; everywhere that the server knows,
    /// in its order, where there is no list.
    pub providers: Option<Vec<ProviderKey>>,
    /// Where people can complain; without one they are led to the blog.
    pub contact: Option<Contact>,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            hold: HoldPolicy::All,
            edit_window: Duration::from_secs(15 * 60),
            max_links: 0,
            words: Vec::new(),
            reasons: [
                "off_topic",
                "abusive",
                "accuses_without_source",
                "private_life",
                "advertising",
            ]
            .map(String::from)
            .to_vec(),
            lang: String::from("en"),
            waiting_letters: LetterReaders::Moderators,
            waiting_letters_text: true,
            providers: None,
            contact: None,
        }
    }
}

/// A blog that embeds comments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site {
    /// Its id.
    pub id: SiteId,
    /// Its name in addresses.
    pub slug: Slug,
    /// Its name for people.
    pub name: String,
    /// The origins its pages lie under, mirrors of each other.
    pub origins: Vec<Origin>,
    /// How it treats comments.
    pub policy: Policy,
    /// Where set, nobody can write, and readers see this sentence.
    pub paused: Option<String>,
    /// Grows with every change of the register.
    pub register_version: i64,
    /// When it was added.
    pub created_at: Micros,
}

impl Site {
    /// Whether the origin is one of the site's.
    pub fn has_origin(&self, origin: &Origin) -> bool {
        self.origins.contains(origin)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contacts() {
        for (text, href) in [
            ("desk@example.org", "mailto:desk@example.org"),
            (" a?b&c@Example.org", "mailto:a%3Fb%26c@example.org"),
            (
                "https://example.org/complain?x=a@b",
                "https://example.org/complain?x=a@b",
            ),
        ] {
            assert_eq!(text.parse::<Contact>().unwrap().href(), href, "{text}");
        }
        for bad in [
            "",
            "desk",
            "http://example.org/",
            "javascript:alert(1)",
            "https://u:p@example.org/",
            "https://",
            &format!("https://example.org/{}", "x".repeat(300)),
        ] {
            assert!(bad.parse::<Contact>().is_err(), "{bad}");
        }
    }

    #[test]
    fn slugs() {
        for good in ["ward-news", "a", "9", &"x".repeat(40)] {
            assert!(good.parse::<Slug>().is_ok(), "{good}");
        }
        for bad in ["", "-a", "a-", "A", "a b", "a/b", "é", &"x".repeat(41)] {
            assert!(bad.parse::<Slug>().is_err(), "{bad}");
        }
    }
}

//! Ids: one newtype a kind of thing, a UUIDv7 (RFC 9562) inside. Sixteen bytes in the database, text outside.

use std::fmt;
use std::str::FromStr;

use uuid::Uuid;

use super::clock::Micros;
use super::rng::Rng;

/// The text is not an id of the form `01890a5d-ac96-774b-bcce-b302099a8057`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not an id")]
pub struct InvalidId;

/// Makes a UUIDv7 of a time and randomness that the caller holds, so that tests can set both.
fn uuid_at(now: Micros, rng: &dyn Rng) -> Uuid {
    let mut random = [0u8; 10];
    rng.fill(&mut random);
    let millis = u64::try_from(now.as_i64() / 1_000).unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
}

macro_rules! id {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(Uuid);

        impl $name {
            /// A new id, ordered by `now`.
            pub fn new(now: Micros, rng: &dyn Rng) -> Self {
                Self(uuid_at(now, rng))
            }
            /// The sixteen bytes that the database keeps.
            pub fn as_bytes(&self) -> &[u8; 16] {
                self.0.as_bytes()
            }
            /// Reads what the database kept.
            pub fn from_bytes(bytes: [u8; 16]) -> Self {
                Self(Uuid::from_bytes(bytes))
            }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0, f)
            }
        }
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }
        impl FromStr for $name {
            type Err = InvalidId;
            /// Only the lower-case hyphenated form, so that an id has one spelling.
            fn from_str(text: &str) -> Result<Self, InvalidId> {
                let uuid = Uuid::try_parse(text).map_err(|_not_a_uuid| InvalidId)?;
                if uuid.to_string() == text { Ok(Self(uuid)) } else { Err(InvalidId) }
            }
        }
        impl TryFrom<Vec<u8>> for $name {
            type Error = InvalidId;
            fn try_from(bytes: Vec<u8>) -> Result<Self, InvalidId> {
                <[u8; 16]>::try_from(bytes).map(Self::from_bytes).map_err(|_length| InvalidId)
            }
        }
    )+};
}

id! {
    /// A site.
    SiteId,
    /// A page under discussion.
    PageId,
    /// Somebody who signs in. Never public.
    AccountId,
    /// A way into an account: (issuer, subject) or a proven address.
    IdentityId,
    /// An account on one site. This is the public `author.id`.
    MembershipId,
    /// A comment.
    CommentId,
    /// A finding on a revision.
    FindingId,
    /// A decision about a comment.
    DecisionId,
    /// An entry of a site's register. Never public.
    PersonId,
    /// A report on a comment.
    ReportId,
    /// A token or a session of any kind.
    TokenId,
    /// An asked-for sign-in: the request that a code belongs to.
    SignInId,
    /// A sign-in with an account elsewhere.
    HandoverId,
    /// An invitation to the desk.
    InviteId,
    /// A job of the outbox.
    JobId,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::rng::SeededRng;

    #[test]
    fn ids_are_ordered_by_time_and_have_one_spelling() {
        let rng = SeededRng::new(1);
        let early = PageId::new(Micros::from_i64(1_000_000), &rng);
        let late = PageId::new(Micros::from_i64(9_000_000), &rng);
        assert!(early < late);
        assert_eq!(early.to_string().parse::<PageId>(), Ok(early));
        assert_eq!(early.to_string().to_uppercase().parse::<PageId>(), Err(InvalidId));
        assert_eq!("x".parse::<PageId>(), Err(InvalidId));
    }
}

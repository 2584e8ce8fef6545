//! What a finding says to moderators: which sentence, and what fills its places. The words themselves stand in the room
//! `messages` and are chosen where the finding is shown.

use std::borrow::Cow;

use super::finding::Tier;

/// A sentence about a text, not yet in any language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Says {
    /// An English sentence that a version wrote which knew no other language.
    Written(String),
    /// That somebody on the register is named.
    NamesPerson {
        /// The name on the register when the text was judged.
        name: String,
        /// How.
        tier: Tier,
        /// Whether it is surely that person; the page they stand on counts too.
        sure: bool,
    },
    /// That the author goes by a name on the register.
    NameOnRegister,
    /// That another on the page goes by the author's name.
    NameTaken,
    /// That somebody is named by an author who cannot be reached.
    NoContact,
    /// That nothing of the author's was approved yet.
    FirstComment,
    /// That all is held which the author writes.
    AlwaysHeld,
    /// That there are more links than pass without a look.
    TooManyLinks {
        /// How many there are.
        links: u32,
        /// How many pass.
        allowed: u32,
    },
    /// That the address given as a source is none.
    OddSourceLink,
    /// That a word of the site's list is in it.
    ListedWord {
        /// The word or expression as the list has it.
        word: String,
    },
    /// That the site has seen the text before.
    Repeat {
        /// How often.
        times: u32,
        /// How many of those by the same member.
        by_same: u32,
        /// How many of those are not public.
        hidden: u32,
    },
    /// That it is written in a script that no screen reads.
    CannotScreen {
        /// Whether most of it is.
        mostly: bool,
    },
    /// That a screen did not finish. Both are open lists of words in lower case and `_`.
    ScreenFailed {
        /// Which.
        screen: Cow<'static, str>,
        /// Why.
        why: Cow<'static, str>,
    },
}

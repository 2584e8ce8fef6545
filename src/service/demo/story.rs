//! What people of the demo wrote. Every name, ward and party is made up, and so is the town. Nothing here is done:
//! `history` posts, reports and decides.

use crate::domain::report::ReportReason;

/// The post about the selection meetings, from the blog's root.
pub const MEETINGS: &str = "/selection-meetings";
/// The post about the library, from the blog's root.
pub const LIBRARY: &str = "/library-hours";

/// What the strip on the blog asks a visitor to write.
pub const TO_WRITE: &str =
    "Tobias Wexcombe, Orla Fennimore and Pell Garrick should tell us where that list came from.";

/// The people on the register.
pub(super) const PEOPLE: [&str; 4] = [
    "Tobias Wexcombe",
    "Orla Fennimore",
    "Pell Garrick",
    "Dilys Marchbanks",
];

/// The word that the site watches for.
pub(super) const LISTED_WORD: &str = "stitch-up";

/// Who moderates: an owner whose letters show what moderators are told.
pub(super) const MODERATOR: &str = "ines@example.org";

/// What became of a comment.
#[derive(Debug, Clone, Copy)]
pub(super) enum Fate {
    /// Approved.
    Approved,
    /// Approved, and then somebody reported it.
    Reported(ReportReason, &'static str),
    /// Rejected for a reason of the site's list.
    Rejected(&'static str),
    /// As the site's policy has it: it waits, or is public where its author is known.
    Left,
}

/// A comment.
#[derive(Debug, Clone, Copy)]
pub(super) struct Told {
    pub page: &'static str,
    /// The author's address before the `@`, and the display name.
    pub author: (&'static str, &'static str),
    /// The comment that it answers, by its place in the story.
    pub answers: Option<usize>,
    pub text: &'static str,
    pub fate: Fate,
}

const ON_LISTS: &str = "A membership list is personal data. Whoever holds one for the party's work may not use it to \
     win a selection. That is the law and not a custom.";

const fn told(author: (&'static str, &'static str), text: &'static str, fate: Fate) -> Told {
    Told {
        page: MEETINGS,
        author,
        answers: None,
        text,
        fate,
    }
}

/// The story, in the order of time.
pub(super) const STORY: [Told; 14] = [
    told(
        ("nia", "Nia Loxley"),
        "Twenty meetings in three weeks is a lot. Can members vote who joined after the first of September?",
        Fate::Approved,
    ),
    Told {
        answers: Some(0),
        ..told(
            ("ambrose", "Ambrose Pike"),
            "Not if I read rule 14 rightly: *six months*, counted to the day of the meeting. But ask your branch and not me.",
            Fate::Approved,
        )
    },
    told(("hester", "Hester Quill"), ON_LISTS, Fate::Approved),
    Told {
        page: LIBRARY,
        ..told(("nia", "Nia Loxley"), "Saturday mornings, at last.", Fate::Left)
    },
    told(
        ("jory", "Jory Tamber"),
        "I would not trust anybody on that committee to count to twenty.",
        Fate::Reported(ReportReason::Abuse, "It calls seven volunteers fools."),
    ),
    told(
        ("corin", "Corin Vale"),
        "Somebody in Millbrook takes money for it. Ask around.",
        Fate::Rejected("accuses_without_source"),
    ),
    told(
        ("lucan", "Lucan Brede"),
        "Tobias Wexcombe is ringing members from the Millbrook list, and he has no right to that list. Orla Fennimore \
         gave it to him, and Pell Garrick knows. If he rang you too, report all three of them.",
        Fate::Left,
    ),
    told(
        ("edda", "Edda Vane"),
        "On Sunday I had a call from Tobias Wexcomb, to whom I never gave my number.",
        Fate::Left,
    ),
    told(
        ("rafe", "Rafe Ilderton"),
        "The rules are short, read them: https://rules.example.org/selection",
        Fate::Left,
    ),
    told(("osric", "Osric Thane"), ON_LISTS, Fate::Left),
    told(
        ("wyn", "Wyn Hallow"),
        "On which evening is the meeting for Northgate? I cannot read it on the poster.",
        Fate::Left,
    ),
    told(
        ("sela", "Sela Orrery"),
        "Marchbanks, the baker in Sheaf Street, stays open late for people who come from the meetings.",
        Fate::Left,
    ),
    told(
        ("bram", "Bram Oakhurst"),
        "The whole thing is a stitch-up, as it was four years ago.",
        Fate::Left,
    ),
    told(
        ("dilys", "Dilys Marchbanks"),
        "I look forward to meeting members at every one of the twenty.",
        Fate::Left,
    ),
];

//! The table of states, whole: every action from every state.

use super::*;
use crate::domain::id::AccountId;
use crate::domain::rng::SeededRng;

/// A state in a word: `H2/1` is held, revision 2 waits and 1 was public; `P1+2` public, 2 waits; `R1` rejected, `S1`
/// spam, `X1` removed, `W` withdrawn.
fn word(state: &CommentState) -> String {
    match state {
        CommentState::Held { pending, live: None } => format!("H{}", pending.revision),
        CommentState::Held {
            pending,
            live: Some(live),
        } => format!("H{}/{live}", pending.revision),
        CommentState::Published { live, pending: None } => format!("P{live}"),
        CommentState::Published {
            live,
            pending: Some(pending),
        } => format!("P{live}+{}", pending.revision),
        CommentState::Rejected { revision, .. } => format!("R{revision}"),
        CommentState::Spam { revision } => format!("S{revision}"),
        CommentState::Removed { revision, .. } => format!("X{revision}"),
        CommentState::Withdrawn => String::from("W"),
    }
}

fn waits(revision: RevisionNumber) -> Pending {
    Pending::new(revision, vec![HoldReason::NAMES_PERSON])
}

fn state(word: &str) -> CommentState {
    let reason = || String::from("off_topic");
    match word {
        "H1" => CommentState::Held {
            pending: waits(1),
            live: None,
        },
        "H2/1" => CommentState::Held {
            pending: waits(2),
            live: Some(1),
        },
        "P1" => CommentState::Published {
            live: 1,
            pending: None,
        },
        "P1+2" => CommentState::Published {
            live: 1,
            pending: Some(waits(2)),
        },
        "R1" => CommentState::Rejected {
            revision: 1,
            reason: reason(),
        },
        "S1" => CommentState::Spam { revision: 1 },
        "X1" => CommentState::Removed {
            revision: 1,
            reason: reason(),
        },
        "W" => CommentState::Withdrawn,
        other => panic!("no state {other}"),
    }
}

const STATES: [&str; 8] = ["H1", "H2/1", "P1", "P1+2", "R1", "S1", "X1", "W"];

/// DESIGN section 3, with the column of each state; `-` is an error.
const TABLE: &str = "
    approve       P1   P2    -    P2    P1   P1   -    -
    reject        R1   R2    -    P1    -    -    -    -
    spam          S1   S2    S1   S2    -    -    -    -
    remove        -    -     X1   X1    -    -    -    -
    hold          -    -     H1   H2/1  -    -    -    -
    restore       -    -     -    -     -    -    P1   -
    reopen        -    -     -    -     H1   H1   H1   -
    withdraw      W    W     W    W     W    W    W    -
    undo          P7   P7    P7   P7    P7   P7   P7   -
    edit_public   P3   P3    P3   P3    -    -    -    -
    edit_keep     H3   H3/1  P1+3 P1+3  -    -    -    -
    edit_hide     H3   H3/1  H3/1 H3/1  -    -    -    -
";

fn account(number: i64) -> AccountId {
    AccountId::new(Micros::from_i64(number * 1_000_000), &SeededRng::new(1))
}

fn one(number: i64) -> Approval {
    Approval {
        by: Some(account(number)),
        need: 1,
    }
}

fn of_two(number: i64) -> Approval {
    Approval {
        by: Some(account(number)),
        need: 2,
    }
}

const TOKEN_OF_TWO: Approval = Approval { by: None, need: 2 };

/// What stands to be decided.
fn decidable(state: &CommentState) -> RevisionNumber {
    state
        .pending()
        .map(|pending| pending.revision)
        .or(state.current_revision())
        .unwrap_or(1)
}

fn act(action: &str, from: CommentState) -> Result<CommentState, TransitionError> {
    let revision = decidable(&from);
    let held = || Verdict::Hold(vec![HoldReason::POLICY_ALL]);
    let reason = || String::from("off_topic");
    match action {
        "approve" => from.approve(revision, one(1)),
        "reject" => from.reject(reason()),
        "spam" => from.spam(),
        "remove" => from.remove(reason()),
        "hold" => from.hold(),
        "restore" => from.restore(revision, one(1)),
        "reopen" => from.reopen(),
        "withdraw" => from.withdraw(),
        "undo" => from.undo(
            CommentState::Published {
                live: 7,
                pending: None,
            },
            one(1),
            false,
        ),
        "edit_public" => from.edit(3, Verdict::Publish, WhileChecked::Keep),
        "edit_keep" => from.edit(3, held(), WhileChecked::Keep),
        "edit_hide" => from.edit(3, held(), WhileChecked::Hide),
        other => panic!("no action {other}"),
    }
}

#[test]
fn every_action_from_every_state() {
    let rows: Vec<Vec<&str>> = TABLE
        .trim()
        .lines()
        .map(|line| line.split_whitespace().collect())
        .collect();
    assert_eq!(rows.len(), 12);
    for row in rows {
        assert_eq!(row.len(), 1 + STATES.len(), "{row:?}");
        for (from, to) in STATES.iter().zip(&row[1..]) {
            let outcome = act(row[0], state(from));
            let shown = match &outcome {
                Ok(state) => word(state),
                Err(TransitionError::NotFrom { from: named, .. }) => {
                    assert_eq!(*named, state(from).as_str());
                    String::from("-")
                }
                Err(other) => panic!("{} from {from}: {other}", row[0]),
            };
            assert_eq!(&shown, to, "{} from {from}", row[0]);
        }
    }
}

#[test]
fn a_posted_comment_is_public_or_waits() {
    assert_eq!(word(&CommentState::posted(Verdict::Publish)), "P1");
    let held = CommentState::posted(Verdict::Hold(vec![HoldReason::POLICY_FIRST]));
    assert_eq!(word(&held), "H1");
    assert_eq!(held.pending().unwrap().reasons, [HoldReason::POLICY_FIRST]);
}

#[test]
fn what_the_public_sees() {
    for (name, public, edits) in [
        ("H1", None, true),
        ("H2/1", None, true),
        ("P1", Some(1), true),
        ("P1+2", Some(1), true),
        ("R1", None, false),
        ("S1", None, false),
        ("X1", None, false),
        ("W", None, false),
    ] {
        assert_eq!(state(name).public_revision(), public, "{name}");
        assert_eq!(state(name).takes_edits(), edits, "{name}");
    }
}

#[test]
fn only_the_text_that_was_read_is_approved_or_restored() {
    for (from, current) in [("H1", 1), ("H2/1", 2), ("P1+2", 2), ("R1", 1), ("S1", 1)] {
        for named in [0, current - 1, current + 1] {
            assert_eq!(
                state(from).approve(named, one(1)),
                Err(TransitionError::RevisionChanged { current }),
                "{from}"
            );
        }
        assert!(state(from).approve(current, one(1)).is_ok(), "{from}");
    }
    assert_eq!(
        state("X1").restore(2, one(1)),
        Err(TransitionError::RevisionChanged { current: 1 })
    );
    // What cannot be approved at all says so whatever the revision.
    for from in ["P1", "X1", "W"] {
        assert!(
            matches!(
                state(from).approve(9, one(1)),
                Err(TransitionError::NotFrom { .. })
            ),
            "{from}"
        );
    }
}

#[test]
fn two_accounts_must_approve() {
    for (from, revision, halfway, done) in [
        ("H1", 1, "H1", "P1"),
        ("H2/1", 2, "H2/1", "P2"),
        ("P1+2", 2, "P1+2", "P2"),
        ("R1", 1, "H1", "P1"),
        ("S1", 1, "H1", "P1"),
    ] {
        let first = state(from).approve(revision, of_two(1)).unwrap();
        assert_eq!(word(&first), halfway, "{from}");
        assert_eq!(first.pending().unwrap().approvals, [account(1)], "{from}");
        assert_eq!(
            first.clone().approve(revision, of_two(1)),
            Err(TransitionError::ApprovedAlready),
            "{from}"
        );
        // A token neither counts nor finishes, however often it is used.
        let token = first.clone().approve(revision, TOKEN_OF_TWO).unwrap();
        assert_eq!(token, first.clone().approve(revision, TOKEN_OF_TWO).unwrap());
        assert_eq!(token.pending().unwrap().approvals, [account(1)], "{from}");
        assert_eq!(word(&first.approve(revision, of_two(2)).unwrap()), done, "{from}");
    }
}

#[test]
fn restoring_and_undoing_to_public_count_as_approval() {
    let restored = state("X1").restore(1, of_two(1)).unwrap();
    assert_eq!(word(&restored), "H1");
    let pending = restored.pending().unwrap();
    assert_eq!(pending.approvals, [account(1)]);
    assert_eq!(pending.reasons, [HoldReason::SECOND_APPROVAL]);
    assert_eq!(word(&restored.approve(1, of_two(2)).unwrap()), "P1");

    let undone = state("X1").undo(state("P1"), of_two(1), false).unwrap();
    assert_eq!(word(&undone), "H1");
    assert_eq!(word(&undone.approve(1, of_two(2)).unwrap()), "P1");
    // Nothing is shown that was not: no approval is asked.
    assert_eq!(
        state("P1").undo(state("P1+2"), of_two(1), false),
        Ok(state("P1+2"))
    );
    // What stands approved by one already needs another, as it does by approving.
    let halfway = state("H1").approve(1, of_two(1)).unwrap();
    assert_eq!(
        halfway.clone().undo(state("P1"), of_two(1), false),
        Err(TransitionError::ApprovedAlready)
    );
    assert_eq!(word(&halfway.undo(state("P1"), of_two(2), false).unwrap()), "P1");
}

#[test]
fn an_undo_taken_back_gives_no_approval_again() {
    for (before, revision) in [("H1", 1), ("P1+2", 2)] {
        let halfway = state(before).approve(revision, of_two(1)).unwrap();
        let undone = halfway.clone().undo(state(before), of_two(1), false).unwrap();
        let redone = undone.undo(halfway, of_two(2), true).unwrap();
        assert_eq!(redone, state(before));
    }
}

#[test]
fn a_moderators_hold_stands_beside_what_was_found() {
    let held = state("P1").hold().unwrap();
    let held = held.with_reasons(vec![HoldReason::NAMES_PERSON, HoldReason::UNDER_REVIEW]);
    assert_eq!(
        held.pending().unwrap().reasons,
        [HoldReason::UNDER_REVIEW, HoldReason::NAMES_PERSON]
    );
    assert_eq!(
        state("P1").with_reasons(vec![HoldReason::NAMES_PERSON]),
        state("P1")
    );
}

#[test]
fn undo_brings_back_the_state_before() {
    for (before, action) in [
        ("H1", "approve"),
        ("H1", "reject"),
        ("H2/1", "spam"),
        ("P1", "remove"),
        ("P1+2", "hold"),
        ("P1+2", "reject"),
        ("P1+2", "approve"),
        ("X1", "restore"),
        ("S1", "reopen"),
        ("R1", "approve"),
    ] {
        let after = act(action, state(before)).unwrap();
        assert_eq!(
            after.undo(state(before), one(2), false),
            Ok(state(before)),
            "{action} from {before}"
        );
    }
    let halfway = state("H1").approve(1, of_two(1)).unwrap();
    let undone = halfway.undo(state("H1"), of_two(1), false).unwrap();
    assert_eq!(undone.pending().unwrap().approvals, []);
}

#[test]
fn an_edit_clears_approvals_and_replaces_what_waited() {
    let hold = || Verdict::Hold(vec![HoldReason::NAMES_PERSON]);
    for from in ["H1", "P1+2"] {
        let revision = decidable(&state(from));
        let halfway = state(from).approve(revision, of_two(1)).unwrap();
        let edited = halfway.edit(3, hold(), WhileChecked::Keep).unwrap();
        let pending = edited.pending().unwrap();
        assert_eq!((pending.revision, pending.approvals.len()), (3, 0), "{from}");
        assert_eq!(
            edited.approve(revision, of_two(2)),
            Err(TransitionError::RevisionChanged { current: 3 }),
            "{from}"
        );
    }
}

#[test]
fn an_edit_does_not_wash_off_what_a_moderator_set() {
    for (from, action, reason) in [
        ("P1", "hold", HoldReason::UNDER_REVIEW),
        ("P1+2", "hold", HoldReason::UNDER_REVIEW),
        ("R1", "reopen", HoldReason::REOPENED),
    ] {
        let held = act(action, state(from)).unwrap();
        for verdict in [Verdict::Publish, Verdict::Hold(vec![HoldReason::POLICY_ALL])] {
            let edited = held.clone().edit(3, verdict, WhileChecked::Keep).unwrap();
            assert_eq!(edited.public_revision(), None, "{action} from {from}");
            assert!(
                edited.pending().unwrap().reasons.contains(&reason),
                "{action} from {from}"
            );
        }
    }
}

#[test]
fn the_author_is_not_told_of_the_register() {
    let told = |reasons: &[HoldReason]| Pending::new(1, reasons.to_vec()).reason_for_author().to_owned();
    for reason in [
        HoldReason::NAMES_PERSON,
        HoldReason::NO_CONTACT,
        HoldReason::NAME_ON_REGISTER,
        HoldReason::FACTS_CHANGED,
        HoldReason::from_storage(String::from("listed_word")),
    ] {
        assert_eq!(told(&[reason]), "needs_review");
    }
    assert_eq!(
        told(&[HoldReason::POLICY_ALL, HoldReason::NAMES_PERSON]),
        "policy_all"
    );
    assert_eq!(told(&[HoldReason::UNDER_REVIEW]), "under_review");
    assert_eq!(told(&[HoldReason::SECOND_APPROVAL]), "under_review");
    // A register's hold and another look alike, whatever stands beside them and in whatever order.
    let links = || HoldReason::from_storage(String::from("too_many_links"));
    for found in [
        HoldReason::NAMES_PERSON,
        HoldReason::from_storage(String::from("listed_word")),
    ] {
        assert_eq!(told(&[links(), found.clone()]), "needs_review");
        assert_eq!(told(&[found, links()]), "needs_review");
    }
    assert_eq!(told(&[links()]), "too_many_links");
}

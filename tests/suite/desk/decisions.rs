//! The table of states and actions, what a decision must say, and whom it tells.

use hustings::domain::role::Role;
use serde_json::{Value, json};

use super::{Staff, texts};
use crate::support::sign_in::{ORIGIN, SITE};
use crate::support::{TestApp, both};

/// The states that a comment can be brought into. The words after `+` tell of a text that waits beside the live one.
pub(super) const STATES: [&str; 8] = [
    "held",
    "published",
    "published+keep",
    "published+hide",
    "rejected",
    "spam",
    "removed",
    "withdrawn",
];

/// The actions of the table, but for undo.
pub(super) const ACTIONS: [&str; 7] = ["approve", "reject", "spam", "remove", "hold", "restore", "reopen"];

/// Posts a comment and brings it into a state.
pub(super) async fn comment_in(
    app: &TestApp,
    staff: &Staff,
    reader: &str,
    state: &str,
    body: &str,
) -> String {
    let id = app.post_text(reader, body).await;
    match state {
        "held" => {}
        "rejected" => {
            app.decided(staff, &id, json!({ "action": "reject", "reason": "abusive" }))
                .await;
        }
        "spam" => {
            app.decided(staff, &id, json!({ "action": "spam" })).await;
        }
        "withdrawn" => app.take_back(reader, &id).await,
        "published" | "published+keep" | "published+hide" | "removed" => {
            app.decided(staff, &id, json!({ "action": "approve", "revision": 1 }))
                .await;
            if let Some(while_checked) = state.strip_prefix("published+") {
                app.send_edit(reader, &id, &format!("{body} Edited."), while_checked)
                    .await;
            }
            if state == "removed" {
                app.decided(staff, &id, json!({ "action": "remove", "reason": "abusive" }))
                    .await;
            }
        }
        other => panic!("no state {other}"),
    }
    id
}

/// The state after an action and the revision that the public then sees, as DESIGN has the table; `None` where the action
/// does not go from the state.
pub(super) fn expected(state: &str, action: &str) -> Option<(&'static str, Option<i32>)> {
    Some(match (action, state) {
        ("approve", "held" | "rejected" | "spam") => ("published", Some(1)),
        ("approve", "published+keep" | "published+hide") => ("published", Some(2)),
        ("reject", "held" | "published+hide") => ("rejected", None),
        ("reject", "published+keep") => ("published", Some(1)),
        ("spam", "held" | "published" | "published+keep" | "published+hide") => ("spam", None),
        ("remove", "published" | "published+keep") => ("removed", None),
        ("hold", "published" | "published+keep") => ("held", None),
        ("restore", "removed") => ("published", Some(1)),
        ("reopen", "rejected" | "spam" | "removed") => ("held", None),
        _ => return None,
    })
}

/// A decision that names the revision which stands to be decided, and a reason.
pub(super) fn decision(state: &str, action: &str) -> Value {
    let revision = if state.contains('+') { 2 } else { 1 };
    json!({ "action": action, "revision": revision, "reason": "off_topic" })
}

both! {
    async fn each_action_goes_from_the_states_of_the_table_and_no_other(app: TestApp) {
        app.add_site(SITE, ORIGIN).await;
        let staff = app.program(SITE, Role::Moderator).await;
        let reader = app.sign_in("mira@example.org", "Mira").await;
        for (number, (state, action)) in STATES
            .iter()
            .flat_map(|state| ACTIONS.map(|action| (*state, action)))
            .enumerate()
        {
            let what = format!("{action} from {state}");
            let body = format!("Text {number} of mine.");
            let id = comment_in(&app, &staff, &reader, state, &body).await;
            let before = app.desk_comment(&staff, &id).await;
            let is_live = before["state"] == "published";
            assert_eq!(app.public().await["comments"].as_array().unwrap().len(), usize::from(is_live), "{what}");

            let Some((after, live)) = expected(state, action) else {
                app.refused(&staff, &id, decision(state, action), 409, "wrong_state").await;
                // So that the page is empty for the next.
                if state != "withdrawn" {
                    app.take_back(&reader, &id).await;
                }
                continue;
            };
            let decided = app.decided(&staff, &id, decision(state, action)).await;
            assert_eq!(decided["state"], after, "{what}");
            // A hold keeps the text that waited beside the live one.
        let waits = if state == "published+keep" && action == "hold" { json!(2) } else { json!(null) };
        assert_eq!(decided["pending_revision"], waits, "{what}");
            let decisions = decided["decisions"].as_array().unwrap();
            assert_eq!(decisions.len(), before["decisions"].as_array().unwrap().len() + 1, "{what}");
            let last = decisions.last().unwrap();
            assert_eq!((&last["action"], &last["state"], &last["by"]), (&json!(action), &json!(after), &json!("token")), "{what}");
            assert_eq!(last["reason"], "off_topic");

            let shown = match live {
                None => Vec::new(),
                Some(1) => vec![body.clone()],
                Some(_) => vec![format!("{body} Edited.")],
            };
            assert_eq!(texts(&app.public().await), shown, "{what}");
            assert_eq!(app.desk_comment(&staff, &id).await, decided, "{what}");
            app.take_back(&reader, &id).await;
        }
    }

    async fn an_approval_names_the_revision_that_was_read(app: TestApp) {
        app.add_site(SITE, ORIGIN).await;
        let staff = app.program(SITE, Role::Moderator).await;
        let reader = app.sign_in("mira@example.org", "Mira").await;
        let id = app.post_text(&reader, "The first text.").await;
        app.refused(&staff, &id, json!({ "action": "approve" }), 422, "revision_needed").await;
        let answer = app.refused(&staff, &id, json!({ "action": "approve", "revision": 2 }), 409, "revision_changed").await;
        assert_eq!(answer.json()["current_revision"], 1);

        app.send_edit(&reader, &id, "The second text.", "keep").await;
        let answer = app.refused(&staff, &id, json!({ "action": "approve", "revision": 1 }), 409, "revision_changed").await;
        assert_eq!(answer.json()["current_revision"], 2);
        assert_eq!(texts(&app.public().await), Vec::<String>::new());
        // Those that need none check the one that they are given.
        app.refused(&staff, &id, json!({ "action": "spam", "revision": 1 }), 409, "revision_changed").await;
        let decided = app.decided(&staff, &id, json!({ "action": "approve", "revision": 2 })).await;
        assert_eq!((&decided["revision"], &decided["edited_at"]), (&json!(2), &decided["decisions"][2]["at"]));
        assert_eq!(texts(&app.public().await), ["The second text."]);

        // An edit beside the live text: the waiting one stands to be decided.
        app.send_edit(&reader, &id, "The third text.", "keep").await;
        let waiting = app.desk_comment(&staff, &id).await;
        assert_eq!((&waiting["revision"], &waiting["body"]), (&json!(2), &json!("The second text.")));
        assert_eq!((&waiting["pending_revision"], &waiting["pending_body"]), (&json!(3), &json!("The third text.")));
        app.refused(&staff, &id, json!({ "action": "approve", "revision": 2 }), 409, "revision_changed").await;

        app.decided(&staff, &id, json!({ "action": "remove", "reason": "abusive" })).await;
        app.refused(&staff, &id, json!({ "action": "restore" }), 422, "revision_needed").await;
        let answer = app.refused(&staff, &id, json!({ "action": "restore", "revision": 3 }), 409, "revision_changed").await;
        assert_eq!(answer.json()["current_revision"], 2);
        app.decided(&staff, &id, json!({ "action": "restore", "revision": 2 })).await;
        assert_eq!(texts(&app.public().await), ["The second text."]);
    }

    async fn who_is_refused_is_told_why(app: TestApp) {
        app.add_site(SITE, ORIGIN).await;
        let staff = app.program(SITE, Role::Moderator).await;
        let reader = app.sign_in("mira@example.org", "Mira").await;
        for action in ["reject", "remove"] {
            let state = if action == "reject" { "held" } else { "published" };
            let id = comment_in(&app, &staff, &reader, state, &format!("To {action}.")).await;
            let long = "x".repeat(201);
            for (reason, code) in [(json!(null), "reason_needed"), (json!("  "), "reason_needed"), (json!(long), "reason_invalid"), (json!("a\u{0}b"), "reason_invalid")] {
                let answer = app.refused(&staff, &id, json!({ "action": action, "reason": reason }), 422, code).await;
                assert_eq!(answer.json()["errors"][0]["pointer"], "/reason");
            }
            // A reason of the site's list is its word; a sentence is a sentence.
            app.decided(&staff, &id, json!({ "action": action, "reason": "accuses_without_source", "note": "Seen this before." })).await;
            let told = app.told(&reader, &id).await;
            assert_eq!((&told["reason"], &told["reason_text"]), (&json!("accuses_without_source"), &json!(null)));
            app.decided(&staff, &id, json!({ "action": "undo" })).await;
            app.decided(&staff, &id, json!({ "action": action, "reason": "Say where you heard it." })).await;
            let told = app.told(&reader, &id).await;
            assert_eq!((&told["reason"], &told["reason_text"]), (&json!("other"), &json!("Say where you heard it.")));
            assert!(!told.to_string().contains("Seen this before"), "{told}");
        }
    }

    async fn a_note_is_for_moderators(app: TestApp) {
        app.add_site(SITE, ORIGIN).await;
        let staff = app.program(SITE, Role::Moderator).await;
        let reader = app.sign_in("mira@example.org", "Mira").await;
        let id = app.post_text(&reader, "A text.").await;
        for (note, field) in [("x".repeat(4_001), "/note"), ("a\u{0}b".to_owned(), "/note")] {
            let answer = app.refused(&staff, &id, json!({ "action": "spam", "note": note }), 422, "note_invalid").await;
            assert_eq!(answer.json()["errors"][0]["pointer"], field);
        }
        let decided = app.decided(&staff, &id, json!({ "action": "approve", "revision": 1, "note": "Known to us." })).await;
        assert_eq!(decided["decisions"][1]["note"], "Known to us.");
        assert!(!app.public().await.to_string().contains("Known to us"));
        assert!(!app.told(&reader, &id).await.to_string().contains("Known to us"));
    }

    async fn what_is_no_decision_is_refused(app: TestApp) {
        app.add_site(SITE, ORIGIN).await;
        let staff = app.program(SITE, Role::Moderator).await;
        let reader = app.sign_in("mira@example.org", "Mira").await;
        let id = app.post_text(&reader, "A text.").await;
        for (body, code) in [
            (json!({ "action": "publish" }), "action_unknown"),
            (json!({ "action": "post" }), "action_not_for_moderators"),
            (json!({ "action": "edit" }), "action_not_for_moderators"),
            (json!({ "action": "withdraw" }), "action_not_for_moderators"),
            (json!({ "action": "approve", "revision": "1" }), "wrong_type"),
            (json!({ "action": "approve", "revision": 1, "override": "yes" }), "wrong_type"),
            (json!({ "action": "spam", "body": "Mine." }), "unknown_field"),
            (json!({}), "missing_field"),
        ] {
            app.refused(&staff, &id, body, 422, code).await;
        }
        for unknown in ["01890000-0000-7000-8000-000000000000", "nobody"] {
            let answer = app.send_decision(&staff, unknown, &json!({ "action": "spam" })).await;
            assert_eq!((answer.status, answer.code().as_str()), (404, "comment_not_found"));
        }
    }

    async fn reports_are_closed_by_what_answers_them(app: TestApp) {
        app.add_site(SITE, ORIGIN).await;
        let staff = app.program(SITE, Role::Moderator).await;
        let reader = app.sign_in("mira@example.org", "Mira").await;
        for (number, (state, action, closed)) in [
            ("published", "spam", "acted_on"),
            ("published", "remove", "acted_on"),
            ("published", "hold", "open"),
            ("published+keep", "approve", "no_action"),
            // The text that was reported stays public.
            ("published+keep", "reject", "open"),
        ]
        .into_iter()
        .enumerate()
        {
            let what = format!("{action} from {state}");
            let id = comment_in(&app, &staff, &reader, state, &format!("Reported {number}.")).await;
            let receipt = app.report(&id).await;
            let decided = app.decided(&staff, &id, decision(state, action)).await;
            assert_eq!(decided["reports"][0]["state"], closed, "{what}");
            assert_eq!(app.report_state(&receipt).await, closed, "{what}");
            let undone = app.decided(&staff, &id, json!({ "action": "undo" })).await;
            assert_eq!(undone["reports"][0]["state"], "open", "{what}");
            assert_eq!(app.report_state(&receipt).await, "open", "{what}");
        }

        // What is held and then found to be in order, and what an earlier decision closed.
        let id = comment_in(&app, &staff, &reader, "published", "Held for a report.").await;
        let first = app.report(&id).await;
        app.decided(&staff, &id, json!({ "action": "hold" })).await;
        app.decided(&staff, &id, json!({ "action": "approve", "revision": 1 })).await;
        assert_eq!(app.report_state(&first).await, "no_action");
        let second = app.report(&id).await;
        app.decided(&staff, &id, json!({ "action": "remove", "reason": "abusive" })).await;
        app.decided(&staff, &id, json!({ "action": "undo" })).await;
        assert_eq!((app.report_state(&first).await.as_str(), app.report_state(&second).await.as_str()), ("no_action", "open"));
    }

    async fn an_author_is_known_once_approved(app: TestApp) {
        app.add_site(SITE, ORIGIN).await;
        app.hold("first").await;
        let staff = app.program(SITE, Role::Moderator).await;
        let reader = app.sign_in("mira@example.org", "Mira").await;
        let id = app.post_text(&reader, "My first.").await;
        app.decided(&staff, &id, json!({ "action": "approve", "revision": 1 })).await;
        let second = app.post_text(&reader, "My second.").await;
        assert_eq!(app.desk_comment(&staff, &second).await["state"], "published");
        app.decided(&staff, &second, json!({ "action": "spam" })).await;
        // Also while nothing of theirs is public, whatever is undone.
        app.decided(&staff, &id, json!({ "action": "hold" })).await;
        app.decided(&staff, &id, json!({ "action": "reject", "reason": "abusive" })).await;
        app.decided(&staff, &id, json!({ "action": "undo" })).await;
        let third = app.post_text(&reader, "My third.").await;
        assert_eq!(app.desk_comment(&staff, &third).await["state"], "published");
    }

    async fn what_an_approval_gave_goes_with_its_undoing(app: TestApp) {
        app.add_site(SITE, ORIGIN).await;
        app.hold("first").await;
        let staff = app.program(SITE, Role::Moderator).await;
        let reader = app.sign_in("mira@example.org", "Mira").await;
        let id = app.post_text(&reader, "My first.").await;
        app.decided(&staff, &id, json!({ "action": "approve", "revision": 1 })).await;
        app.decided(&staff, &id, json!({ "action": "undo" })).await;
        let second = app.post_text(&reader, "My second.").await;
        assert_eq!(app.desk_comment(&staff, &second).await["state"], "held");
    }
}

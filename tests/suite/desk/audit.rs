//! The chain of decisions: that it holds, what breaks it, and what does not.

use hustings::domain::decision::Head;
use hustings::domain::id::SiteId;
use hustings::domain::role::Role;
use hustings::service::seal::{self, Audit};
use serde_json::{Value, json};

use super::Staff;
use crate::support::database::TestDatabase;
use crate::support::sign_in::{ORIGIN, SITE};
use crate::support::{TestApp, both};

/// What the audit finds, its head apart.
async fn audit(app: &TestApp, site: SiteId) -> Audit {
    Audit {
        head: None,
        ..audit_expecting(app, site, Vec::new()).await
    }
}

async fn audit_expecting(app: &TestApp, site: SiteId, expected: Vec<Head>) -> Audit {
    app.run(move |app| seal::audit(&app.db, site, &expected).unwrap())
        .await
}

async fn seal_all(app: &TestApp) -> usize {
    app.run(|app| seal::seal_all(app).unwrap()).await
}

/// Posts a comment, approves it with a note, removes it and undoes that: four decisions.
async fn four_decisions(app: &TestApp, staff: &Staff, reader: &str, body: &str) -> Value {
    let id = app.post_text(reader, body).await;
    app.decided(
        staff,
        &id,
        json!({ "action": "approve", "revision": 1, "note": "Rang the author." }),
    )
    .await;
    app.decided(staff, &id, json!({ "action": "remove", "reason": "abusive" }))
        .await;
    app.decided(staff, &id, json!({ "action": "undo" })).await
}

/// Bytes as SQL writes them, of a UUID or of hexadecimal digits.
fn bytes(app: &TestApp, hexadecimal: &str) -> String {
    let digits = hexadecimal.replace('-', "");
    match app.database() {
        TestDatabase::Sqlite(_) => format!("X'{digits}'"),
        TestDatabase::Postgres { .. } => format!("'\\x{digits}'::bytea"),
    }
}

fn id_of(comment: &Value, decision: usize) -> String {
    comment["decisions"][decision]["id"].as_str().unwrap().to_owned()
}

both! {
    async fn what_is_sealed_holds_and_what_is_not_is_counted(app: TestApp) {
        let site = app.add_site(SITE, ORIGIN).await;
        let other = app.add_site("parish-post", "https://parish.example.org").await;
        let staff = app.program(SITE, Role::Moderator).await;
        let reader = app.sign_in("mira@example.org", "Mira").await;
        assert_eq!(audit(&app, site).await, Audit::default());
        four_decisions(&app, &staff, &reader, "One.").await;
        assert_eq!(audit(&app, site).await, Audit { unsealed: 4, ..Audit::default() });
        assert_eq!(seal_all(&app).await, 4);
        assert_eq!(audit(&app, site).await, Audit { sealed: 4, ..Audit::default() });
        assert_eq!(seal_all(&app).await, 0);
        let id = app.post_text(&reader, "Two.").await;
        assert_eq!(audit(&app, site).await, Audit { sealed: 4, unsealed: 1, ..Audit::default() });
        app.decided(&staff, &id, json!({ "action": "spam" })).await;
        seal_all(&app).await;
        let whole = audit(&app, site).await;
        assert!(whole.holds() && whole.sealed == 6, "{whole:?}");
        assert_eq!(audit(&app, other).await, Audit::default());
    }

    async fn what_is_changed_behind_the_chain_is_found_and_named(app: TestApp) {
        let site = app.add_site(SITE, ORIGIN).await;
        let staff = app.program(SITE, Role::Moderator).await;
        let reader = app.sign_in("mira@example.org", "Mira").await;
        let first = four_decisions(&app, &staff, &reader, "One.").await;
        let second = four_decisions(&app, &staff, &reader, "Two.").await;
        seal_all(&app).await;
        let noted = id_of(&first, 1);
        let removed = id_of(&first, 2);
        let (at_noted, at_removed) = (bytes(&app, &noted), bytes(&app, &removed));
        let another = bytes(&app, &id_of(&second, 0));
        let other_comment = bytes(&app, second["id"].as_str().unwrap());
        let comment = bytes(&app, first["id"].as_str().unwrap());
        let zeros = bytes(&app, &"00".repeat(32));
        let sixteen = bytes(&app, &"00".repeat(16));
        let actor = bytes(&app, first["decisions"][2]["actor"].as_str().unwrap());
        let decision = |set: &str| format!("UPDATE decisions SET {set} WHERE id = {at_removed}");
        let note = |set: &str| format!("UPDATE decision_notes SET {set} WHERE decision_id = {at_noted}");
        for (change, back, named) in [
            (decision("reason = 'off_topic'"), decision("reason = 'abusive'"), &removed),
            (decision("reason = NULL"), decision("reason = 'abusive'"), &removed),
            (decision("action = 'spam'"), decision("action = 'remove'"), &removed),
            (decision("decided_at = decided_at + 1"), decision("decided_at = decided_at - 1"), &removed),
            (decision("state_after = state_after || ' '"), decision("state_after = trim(state_after)"), &removed),
            (decision("state_before = state_before || ' '"), decision("state_before = trim(state_before)"), &removed),
            (decision("revision = 2"), decision("revision = NULL"), &removed),
            (decision(&format!("actor_id = {another}")), decision(&format!("actor_id = {actor}")), &removed),
            (decision("actor_kind = 'moderator'"), decision("actor_kind = 'token'"), &removed),
            (decision(&format!("comment_id = {other_comment}, number = -1")), decision(&format!("comment_id = {comment}, number = 3")), &removed),
            (decision(&format!("note_digest = {zeros}")), decision("note_digest = NULL"), &removed),
            (note("note = note || '!'"), note("note = substr(note, 1, length(note) - 1)"), &noted),
            (
                format!("INSERT INTO decision_notes (decision_id, salt, note) VALUES ({at_removed}, {sixteen}, 'Never said.')"),
                format!("DELETE FROM decision_notes WHERE decision_id = {at_removed}"),
                &removed,
            ),
        ] {
            app.database().execute(&change);
            let found = audit(&app, site).await;
            assert!(!found.holds(), "{change}");
            assert_eq!(found.faults.len(), 1, "{change}: {:?}", found.faults);
            assert!(found.faults[0].contains(named.as_str()), "{change}: {:?}", found.faults);
            app.database().execute(&back);
            let mended = audit(&app, site).await;
            assert!(mended.holds(), "{back}: {:?}", mended.faults);
        }
        // A seal written anew fits neither what it seals nor what comes after it.
        app.database().execute(&format!("UPDATE seals SET seal = {zeros} WHERE decision_id = {at_removed}"));
        let found = audit(&app, site).await;
        assert!(found.faults[0].contains(&removed), "{:?}", found.faults);
        assert_eq!(found.faults.len(), 2);
    }

    async fn what_is_missing_is_found(app: TestApp) {
        let site = app.add_site(SITE, ORIGIN).await;
        let staff = app.program(SITE, Role::Moderator).await;
        let reader = app.sign_in("mira@example.org", "Mira").await;
        let comment = four_decisions(&app, &staff, &reader, "One.").await;
        seal_all(&app).await;
        // The last of all: only its seal is left to tell.
        let last = bytes(&app, &id_of(&comment, 3));
        app.database().execute(&format!("DELETE FROM decisions WHERE id = {last}"));
        let found = audit(&app, site).await;
        let id = comment["id"].as_str().unwrap();
        assert!(found.faults.len() == 2 && found.faults[0].starts_with("decision 4"), "{:?}", found.faults);
        assert!(found.faults[1].starts_with(&format!("comment {id}")), "{:?}", found.faults);
        app.database().execute(&format!("DELETE FROM seals WHERE decision_id = {last}"));

        let removed = bytes(&app, &id_of(&comment, 1));
        app.database().execute(&format!("DELETE FROM seals WHERE decision_id = {removed}; DELETE FROM decisions WHERE id = {removed}"));
        let found = audit(&app, site).await;
        assert!(found.faults[0].contains(&id_of(&comment, 2)), "{:?}", found.faults);
    }

    async fn an_erased_note_breaks_nothing(app: TestApp) {
        let site = app.add_site(SITE, ORIGIN).await;
        let staff = app.program(SITE, Role::Moderator).await;
        let reader = app.sign_in("mira@example.org", "Mira").await;
        let comment = four_decisions(&app, &staff, &reader, "One.").await;
        four_decisions(&app, &staff, &reader, "Two.").await;
        seal_all(&app).await;
        let id = comment["id"].as_str().unwrap().to_owned();
        let parsed = id.parse().unwrap();
        app.write(move |tx| Ok(tx.erase_notes(parsed)?)).await;
        assert_eq!(app.desk_comment(&staff, &id).await["decisions"][1]["note"], json!(null));
        assert_eq!(audit(&app, site).await, Audit { sealed: 8, erased_notes: 1, ..Audit::default() });
        // And the chain goes on.
        app.decided(&staff, &id, json!({ "action": "hold", "note": "Again." })).await;
        seal_all(&app).await;
        assert_eq!(audit(&app, site).await, Audit { sealed: 9, erased_notes: 1, ..Audit::default() });
    }

    async fn a_head_that_was_noted_tells_what_was_taken_from_the_end(app: TestApp) {
        let site = app.add_site(SITE, ORIGIN).await;
        let staff = app.program(SITE, Role::Moderator).await;
        let reader = app.sign_in("mira@example.org", "Mira").await;
        assert_eq!(audit_expecting(&app, site, vec![]).await.head, None);
        let comment = four_decisions(&app, &staff, &reader, "One.").await;
        seal_all(&app).await;
        let early = audit_expecting(&app, site, vec![]).await.head.unwrap();
        assert_eq!(early.sequence, 4);
        app.decided(&staff, comment["id"].as_str().unwrap(), json!({ "action": "remove", "reason": "abusive" })).await;
        let comment = app.decided(&staff, comment["id"].as_str().unwrap(), json!({ "action": "undo" })).await;
        seal_all(&app).await;
        let late = audit_expecting(&app, site, vec![early]).await.head.unwrap();
        assert_eq!(late.sequence, 6);
        assert!(audit_expecting(&app, site, vec![early, late]).await.holds());

        // A removal and its undoing, taken away with their seals: the comment stands as before, the chain is whole.
        for decision in [4, 5] {
            let id = bytes(&app, &id_of(&comment, decision));
            app.database().execute(&format!("DELETE FROM seals WHERE decision_id = {id}; DELETE FROM decisions WHERE id = {id}"));
        }
        assert!(audit_expecting(&app, site, vec![early]).await.holds());
        let found = audit_expecting(&app, site, vec![early, late]).await;
        assert!(found.faults.len() == 1 && found.faults[0].starts_with("decision 6: "), "{:?}", found.faults);
        // Others in their place have other seals.
        app.decided(&staff, comment["id"].as_str().unwrap(), json!({ "action": "spam" })).await;
        app.decided(&staff, comment["id"].as_str().unwrap(), json!({ "action": "undo" })).await;
        seal_all(&app).await;
        assert!(audit_expecting(&app, site, vec![early]).await.holds());
        let found = audit_expecting(&app, site, vec![late]).await;
        assert!(found.faults.len() == 1 && found.faults[0].contains("is not the one that was noted"), "{:?}", found.faults);
    }

    async fn a_comment_stands_as_its_last_decision_says(app: TestApp) {
        let site = app.add_site(SITE, ORIGIN).await;
        let staff = app.program(SITE, Role::Moderator).await;
        let reader = app.sign_in("mira@example.org", "Mira").await;
        // Whatever the desk and its author do to it.
        let through_all = four_decisions(&app, &staff, &reader, "One.").await;
        let id = through_all["id"].as_str().unwrap();
        app.decided(&staff, id, json!({ "action": "hold" })).await;
        app.decided(&staff, id, json!({ "action": "undo" })).await;
        let edited = app.edit(&reader, id, &json!({ "body": "Other words.", "while_checked": "hide" })).await;
        assert_eq!(edited.status, 200, "{}", edited.text());
        app.decided(&staff, id, json!({ "action": "approve", "revision": 2 })).await;
        let withdrawn = app.post_text(&reader, "Two.").await;
        app.withdraw(&reader, &withdrawn).await;
        let held = app.post_text(&reader, "Three.").await;
        let spam = app.post_text(&reader, "Four.").await;
        app.decided(&staff, &spam, json!({ "action": "spam" })).await;
        for _ in 0..2 {
            let found = audit(&app, site).await;
            assert!(found.holds(), "{:?}", found.faults);
            seal_all(&app).await;
        }

        // Made public, or hidden, or its approvals changed, past every decision.
        let of = |id: &str| bytes(&app, id);
        for (change, id) in [
            (format!("UPDATE comments SET state = 2, live = 1, pending = NULL, state_detail = '{{}}' WHERE id = {}", of(&held)), held.as_str()),
            (format!("UPDATE comments SET state = 1, pending = 2, live = NULL, state_detail = '{{\"reasons\":[\"site_policy\"]}}' WHERE id = {}", of(id)), id),
        ] {
            app.database().execute(&change);
            let found = audit(&app, site).await;
            assert!(found.faults.iter().any(|fault| fault.starts_with(&format!("comment {id}: it does not stand"))), "{change}: {:?}", found.faults);
        }
        // A comment of which the record knows nothing.
        let spam_id = of(&spam);
        app.database().execute(&format!(
            "DELETE FROM seals WHERE decision_id IN (SELECT id FROM decisions WHERE comment_id = {spam_id}); DELETE FROM decisions WHERE comment_id = {spam_id}"
        ));
        let found = audit(&app, site).await;
        assert!(found.faults.iter().any(|fault| fault == &format!("comment {spam}: no decision speaks of it")), "{:?}", found.faults);
    }

    async fn what_will_never_be_sealed_is_a_fault(app: TestApp) {
        let site = app.add_site(SITE, ORIGIN).await;
        let staff = app.program(SITE, Role::Moderator).await;
        let reader = app.sign_in("mira@example.org", "Mira").await;
        let comment = four_decisions(&app, &staff, &reader, "One.").await;
        let (second, last) = (id_of(&comment, 1), id_of(&comment, 3));
        app.database().execute(&format!("DELETE FROM unsealed WHERE decision_id = {}", bytes(&app, &second)));
        let found = audit(&app, site).await;
        assert_eq!((found.unsealed, found.faults.len()), (4, 1));
        assert!(found.faults[0].contains(&second) && found.faults[0].contains("has no seal and waits for none"), "{:?}", found.faults);
        app.database().execute(&format!("DELETE FROM decisions WHERE id = {}", bytes(&app, &last)));
        let found = audit(&app, site).await;
        assert!(found.faults.iter().any(|fault| fault.contains(&last) && fault.ends_with("and is gone")), "{:?}", found.faults);
    }
}

//! Taking the latest decision back.

use hustings::domain::account::Standing;
use hustings::domain::role::Role;
use serde_json::json;

use super::decisions::{ACTIONS, STATES, comment_in, decision, expected};
use super::texts;
use crate::support::sign_in::{ORIGIN, SITE};
use crate::support::{TestApp, both};

both! {
    async fn undo_gives_back_what_was_before(app: TestApp) {
        app.add_site(SITE, ORIGIN).await;
        let staff = app.program(SITE, Role::Moderator).await;
        let reader = app.sign_in("mira@example.org", "Mira").await;
        for (number, (state, action)) in STATES
            .iter()
            .flat_map(|state| ACTIONS.map(|action| (*state, action)))
            .filter(|(state, action)| expected(state, action).is_some())
            .enumerate()
        {
            let what = format!("{action} from {state}");
            let id = comment_in(&app, &staff, &reader, state, &format!("Text {number} of mine.")).await;
            let before = app.desk_comment(&staff, &id).await;
            let (read, told) = (texts(&app.public().await), app.told(&reader, &id).await);
            let decided = app.decided(&staff, &id, decision(state, action)).await;
            let undone = app.decided(&staff, &id, json!({ "action": "undo" })).await;
            for field in ["state", "revision", "body", "pending_revision", "pending_body", "reasons", "approvals", "edited_at"] {
                assert_eq!(undone[field], before[field], "{field}: {what}");
            }
            assert_eq!(texts(&app.public().await), read, "{what}");
            assert_eq!(app.told(&reader, &id).await, told, "{what}");
            // As a new decision: nothing is erased.
            let decisions = undone["decisions"].as_array().unwrap();
            assert_eq!(decisions[..decisions.len() - 1], decided["decisions"].as_array().unwrap()[..], "{what}");
            assert_eq!(decisions.last().unwrap()["action"], "undo");
            app.take_back(&reader, &id).await;
        }
    }

    async fn only_the_latest_is_undone_and_only_a_moderators(app: TestApp) {
        app.add_site(SITE, ORIGIN).await;
        let staff = app.program(SITE, Role::Moderator).await;
        let reader = app.sign_in("mira@example.org", "Mira").await;
        let undo = || json!({ "action": "undo" });
        let id = app.post_text(&reader, "A text.").await;
        app.refused(&staff, &id, undo(), 409, "nothing_to_undo").await;

        app.decided(&staff, &id, json!({ "action": "approve", "revision": 1 })).await;
        app.decided(&staff, &id, json!({ "action": "hold" })).await;
        app.decided(&staff, &id, json!({ "action": "reject", "reason": "abusive" })).await;
        let undone = app.decided(&staff, &id, undo()).await;
        assert_eq!((&undone["state"], &undone["reasons"]), (&json!("held"), &json!(["under_review"])));
        // An undo is a decision like others: undone, the rejection stands again.
        assert_eq!(app.decided(&staff, &id, undo()).await["state"], "rejected");
        app.decided(&staff, &id, undo()).await;

        app.decided(&staff, &id, json!({ "action": "approve", "revision": 1 })).await;
        app.send_edit(&reader, &id, "Another text.", "hide").await;
        app.refused(&staff, &id, undo(), 409, "nothing_to_undo").await;
        app.decided(&staff, &id, json!({ "action": "approve", "revision": 2 })).await;
        app.take_back(&reader, &id).await;
        app.refused(&staff, &id, undo(), 409, "nothing_to_undo").await;
        assert_eq!(texts(&app.public().await), Vec::<String>::new());
    }

    async fn what_is_taken_again_has_its_consequences_again(app: TestApp) {
        app.add_site(SITE, ORIGIN).await;
        let staff = app.program(SITE, Role::Moderator).await;
        let reader = app.sign_in("mira@example.org", "Mira").await;
        let undo = || json!({ "action": "undo" });
        let minute = std::time::Duration::from_secs(60);
        let subjects = async |app: &TestApp| {
            app.clock.advance(minute);
            app.letters.drain();
            app.run_jobs().await;
            app.letters.drain().into_iter().map(|letter| letter.subject).collect::<Vec<_>>()
        };
        let id = app.post_text(&reader, "A text.").await;
        app.decided(&staff, &id, json!({ "action": "approve", "revision": 1 })).await;
        let receipt = app.report(&id).await;
        app.decided(&staff, &id, json!({ "action": "remove", "reason": "abusive" })).await;
        app.decided(&staff, &id, undo()).await;
        assert_eq!(app.report_state(&receipt).await, "open");
        assert_eq!(subjects(&app).await, Vec::<String>::new());
        let again = app.decided(&staff, &id, undo()).await;
        assert_eq!(again["state"], "removed");
        assert_eq!(again["decisions"].as_array().unwrap().last().unwrap()["reason"], "abusive");
        assert_eq!(app.report_state(&receipt).await, "acted_on");
        assert_eq!(subjects(&app).await, ["Your comment on The ward-news was removed"]);
        assert_eq!(app.told(&reader, &id).await["reason"], "abusive");
        app.decided(&staff, &id, json!({ "action": "reopen" })).await;

        // Known by an approval, new when it is taken back, and known again.
        app.decided(&staff, &id, json!({ "action": "approve", "revision": 1 })).await;
        let comment = id.parse().unwrap();
        let standing = async |app: &TestApp| {
            app.read(move |tx| {
                let comment = tx.comment(comment)?.unwrap();
                Ok(tx.membership_by_id(comment.membership_id)?.unwrap().standing)
            })
            .await
        };
        assert_eq!(standing(&app).await, Standing::Known);
        app.decided(&staff, &id, undo()).await;
        assert_eq!(standing(&app).await, Standing::New);
        app.decided(&staff, &id, undo()).await;
        assert_eq!(standing(&app).await, Standing::Known);
        app.decided(&staff, &id, undo()).await;
        assert_eq!(standing(&app).await, Standing::New);
    }
}

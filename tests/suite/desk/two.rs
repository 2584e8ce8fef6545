//! Texts that name somebody: two approvals where the stance is `two`, nobody for their own, and a way to reach the author.

use hustings::domain::person::Stance;
use hustings::domain::role::Role;
use serde_json::{Value, json};

use super::{Staff, texts};
use crate::support::sign_in::{ORIGIN, SITE};
use crate::support::{TestApp, both};

const NAME: &str = "Quentin Farrowdale";
const BODY: &str = "I heard Quentin Farrowdale speak.";

/// A site with a person whose stance is `two`, two moderators, a program and a reader.
struct Bench {
    ann: Staff,
    ben: Staff,
    program: Staff,
    reader: String,
}

async fn bench(app: &TestApp, stance: Stance) -> Bench {
    let site = app.add_site(SITE, ORIGIN).await;
    app.person(site, NAME, stance).await;
    Bench {
        ann: app.moderator(SITE, "ann@example.org", Role::Moderator).await,
        ben: app.moderator(SITE, "ben@example.org", Role::Moderator).await,
        program: app.program(SITE, Role::Moderator).await,
        reader: app.sign_in("mira@example.org", "Mira").await,
    }
}

fn approve(revision: i32) -> Value {
    json!({ "action": "approve", "revision": revision })
}

/// How many people the screens found named.
fn named(comment: &Value) -> usize {
    let findings = comment["findings"].as_array().unwrap();
    findings.iter().filter(|it| !it["person"].is_null()).count()
}

fn approvals(have: usize) -> Value {
    json!({ "have": have, "need": 2 })
}

both! {
    async fn two_accounts_must_approve(app: TestApp) {
        let Bench { ann, ben, program, reader } = bench(&app, Stance::Two).await;
        let id = app.post_text(&reader, BODY).await;
        let held = app.desk_comment(&ann, &id).await;
        assert_eq!((&held["state"], &held["approvals"]), (&json!("held"), &approvals(0)));
        assert_eq!(held["findings"].as_array().unwrap().iter().filter(|it| it["person"]["name"] == NAME).count(), 1);

        app.refused(&program, &id, approve(1), 403, "account_needed").await;
        let first = app.decided(&ann, &id, approve(1)).await;
        assert_eq!((&first["state"], &first["approvals"]), (&json!("held"), &approvals(1)));
        assert_eq!(texts(&app.public().await), Vec::<String>::new());
        app.refused(&ann, &id, approve(1), 409, "approved_already").await;
        app.refused(&program, &id, approve(1), 403, "account_needed").await;
        // What the author is told says nothing of the register.
        let told = app.told(&reader, &id).await;
        assert_eq!((&told["state"], &told["reason"]), (&json!("held"), &json!("policy_all")));

        let second = app.decided(&ben, &id, approve(1)).await;
        assert_eq!((&second["state"], &second["approvals"]["need"]), (&json!("published"), &json!(2)));
        assert_eq!(texts(&app.public().await), [BODY]);
        let by: Vec<_> = second["decisions"].as_array().unwrap().iter().map(|it| (it["action"].clone(), it["by"].clone())).collect();
        assert_eq!(by, [(json!("post"), json!("author")), (json!("approve"), json!("moderator")), (json!("approve"), json!("moderator"))]);
        assert_ne!(second["decisions"][1]["actor"], second["decisions"][2]["actor"]);
    }

    async fn another_session_is_no_other_account(app: TestApp) {
        let Bench { ann, reader, .. } = bench(&app, Stance::Two).await;
        let again = app.moderator(SITE, "ann@example.org", Role::Moderator).await;
        let id = app.post_text(&reader, BODY).await;
        app.decided(&ann, &id, approve(1)).await;
        app.refused(&again, &id, approve(1), 409, "approved_already").await;
    }

    async fn one_is_enough_where_nobody_needs_two(app: TestApp) {
        let Bench { ann, program, reader, .. } = bench(&app, Stance::Hold).await;
        for (staff, body) in [(&ann, BODY), (&program, "Quentin Farrowdale again.")] {
            let id = app.post_text(&reader, body).await;
            assert_eq!(app.desk_comment(staff, &id).await["approvals"], json!({ "have": 0, "need": 1 }));
            assert_eq!(app.decided(staff, &id, approve(1)).await["state"], "published");
        }
    }

    async fn putting_back_is_one_approval(app: TestApp) {
        let Bench { ann, ben, program, reader } = bench(&app, Stance::Two).await;
        for back in [json!({ "action": "restore", "revision": 1 }), json!({ "action": "undo" })] {
            let id = app.post_text(&reader, &format!("{BODY} {}", back["action"])).await;
            app.decided(&ann, &id, approve(1)).await;
            app.decided(&ben, &id, approve(1)).await;
            let receipt = app.report(&id).await;
            app.decided(&ann, &id, json!({ "action": "remove", "reason": "private_life" })).await;
            app.refused(&program, &id, back.clone(), 403, "account_needed").await;
            let waiting = app.decided(&ann, &id, back.clone()).await;
            assert_eq!((&waiting["state"], &waiting["approvals"]), (&json!("held"), &approvals(1)), "{back}");
            assert_eq!(waiting["reasons"], json!(["second_approval", "names_person"]));
            assert_ne!(app.report_state(&receipt).await, "no_action", "{back}: nobody found it in order yet");
            assert_eq!(app.told(&reader, &id).await["reason"], "under_review", "as any comment that is held after all");
            assert_eq!(texts(&app.public().await), Vec::<String>::new(), "{back}");
            app.refused(&ann, &id, approve(1), 409, "approved_already").await;
            assert_eq!(app.decided(&ben, &id, approve(1)).await["state"], "published", "{back}");
            app.take_back(&reader, &id).await;
        }
    }

    async fn an_approval_taken_back_counts_no_more(app: TestApp) {
        let Bench { ann, ben, reader, .. } = bench(&app, Stance::Two).await;
        let id = app.post_text(&reader, BODY).await;
        app.decided(&ann, &id, approve(1)).await;
        assert_eq!(app.decided(&ann, &id, json!({ "action": "undo" })).await["approvals"], approvals(0));
        assert_eq!(app.decided(&ben, &id, approve(1)).await["state"], "held");
        app.decided(&ann, &id, approve(1)).await;
        // Of two, the second is taken back, and the first stands.
        let undone = app.decided(&ann, &id, json!({ "action": "undo" })).await;
        assert_eq!((&undone["state"], &undone["approvals"]), (&json!("held"), &approvals(1)));
        app.refused(&ben, &id, approve(1), 409, "approved_already").await;
    }

    async fn nobody_gives_anothers_approval_again(app: TestApp) {
        let Bench { ann, ben, program, reader } = bench(&app, Stance::Two).await;
        let undo = || json!({ "action": "undo" });
        let id = app.post_text(&reader, BODY).await;
        app.decided(&ann, &id, approve(1)).await;
        app.decided(&ann, &id, undo()).await;
        for other in [&ben, &program, &ann] {
            app.refused(other, &id, undo(), 409, "nothing_to_undo").await;
        }
        assert_eq!(app.decided(&ben, &id, approve(1)).await["approvals"], approvals(1));
        assert_eq!(texts(&app.public().await), Vec::<String>::new());

        // Public by two, taken back by the second: the first is not enough again, the second is.
        app.decided(&ann, &id, approve(1)).await;
        app.decided(&ann, &id, undo()).await;
        app.refused(&ben, &id, undo(), 409, "approved_already").await;
        app.refused(&program, &id, undo(), 403, "account_needed").await;
        assert_eq!(app.decided(&ann, &id, undo()).await["state"], "published");
    }

    async fn an_edit_clears_approvals(app: TestApp) {
        let Bench { ann, ben, reader, .. } = bench(&app, Stance::Two).await;
        let id = app.post_text(&reader, BODY).await;
        app.decided(&ann, &id, approve(1)).await;
        app.send_edit(&reader, &id, "Quentin Farrowdale, whom I heard.", "keep").await;
        assert_eq!(app.desk_comment(&ann, &id).await["approvals"], approvals(0));
        app.refused(&ben, &id, approve(1), 409, "revision_changed").await;
        assert_eq!(app.decided(&ben, &id, approve(2)).await["approvals"], approvals(1));
        assert_eq!(app.decided(&ann, &id, approve(2)).await["state"], "published");
        // An edit beside the live text needs two again.
        app.send_edit(&reader, &id, "Quentin Farrowdale did not come.", "keep").await;
        let first = app.decided(&ann, &id, approve(3)).await;
        assert_eq!((&first["state"], &first["approvals"], &first["pending_revision"]), (&json!("published"), &approvals(1), &json!(3)));
        assert_eq!(texts(&app.public().await), ["Quentin Farrowdale, whom I heard."]);
        app.decided(&ben, &id, approve(3)).await;
        assert_eq!(texts(&app.public().await), ["Quentin Farrowdale did not come."]);
    }

    async fn approving_asks_the_register_of_today(app: TestApp) {
        let site = app.add_site(SITE, ORIGIN).await;
        let ann = app.moderator(SITE, "ann@example.org", Role::Moderator).await;
        let ben = app.moderator(SITE, "ben@example.org", Role::Moderator).await;
        let reader = app.sign_in("mira@example.org", "Mira").await;
        let (naming, other) = (app.post_text(&reader, BODY).await, app.post_text(&reader, "It was a good evening.").await);
        let removed = app.post_text(&reader, "Once more Quentin Farrowdale, and so on.").await;
        app.decided(&ann, &removed, approve(1)).await;
        app.decided(&ann, &removed, json!({ "action": "remove", "reason": "off_topic" })).await;
        app.person(site, NAME, Stance::Two).await;

        // What the new register says nothing of is approved at once.
        assert_eq!(app.decided(&ann, &other, approve(1)).await["state"], "published");
        assert_eq!(named(&app.desk_comment(&ann, &naming).await), 0);
        for (id, again) in [
            (&naming, approve(1)),
            (&removed, json!({ "action": "restore", "revision": 1 })),
        ] {
            let answer = app.send_decision(&ann, id, &again).await;
            assert_eq!((answer.status, answer.code().as_str()), (409, "findings_changed"));
            let seen = app.desk_comment(&ann, id).await;
            assert_eq!((&seen["findings"][0]["person"]["name"], &seen["approvals"]["need"]), (&json!(NAME), &json!(2)));
            // Now they know, and two must.
            assert_eq!(app.decided(&ann, id, again).await["approvals"], approvals(1));
            assert_eq!(app.decided(&ben, id, approve(1)).await["state"], "published");
        }
        assert_eq!(named(&app.desk_comment(&ann, &naming).await), 1);
    }

    async fn an_undo_asks_the_register_of_today(app: TestApp) {
        let site = app.add_site(SITE, ORIGIN).await;
        let ann = app.moderator(SITE, "ann@example.org", Role::Moderator).await;
        let reader = app.sign_in("mira@example.org", "Mira").await;
        let id = app.post_text(&reader, BODY).await;
        app.decided(&ann, &id, approve(1)).await;
        app.decided(&ann, &id, json!({ "action": "remove", "reason": "off_topic" })).await;
        app.person(site, NAME, Stance::Two).await;
        let undo = json!({ "action": "undo" });
        let answer = app.send_decision(&ann, &id, &undo).await;
        assert_eq!((answer.status, answer.code().as_str()), (409, "findings_changed"));
        assert_eq!(app.decided(&ann, &id, undo).await["approvals"], approvals(1));
        assert_eq!(texts(&app.public().await), Vec::<String>::new());
    }

    async fn an_edit_does_not_stand_in_for_the_second_approval(app: TestApp) {
        let Bench { ann, ben, reader, .. } = bench(&app, Stance::Two).await;
        app.hold("flagged").await;
        let id = app.post_text(&reader, BODY).await;
        app.decided(&ann, &id, approve(1)).await;
        app.decided(&ben, &id, approve(1)).await;
        app.decided(&ann, &id, json!({ "action": "remove", "reason": "private_life" })).await;
        app.decided(&ann, &id, json!({ "action": "restore", "revision": 1 })).await;
        app.send_edit(&reader, &id, "It was a good evening.", "keep").await;
        let held = app.desk_comment(&ann, &id).await;
        assert_eq!((&held["state"], &held["reasons"]), (&json!("held"), &json!(["second_approval"])));
        assert_eq!(texts(&app.public().await), Vec::<String>::new());
        assert_eq!(app.decided(&ben, &id, approve(2)).await["state"], "published");
    }

    async fn an_undo_keeps_the_edit_that_waited(app: TestApp) {
        let Bench { ann, ben, reader, .. } = bench(&app, Stance::Two).await;
        let id = app.post_text(&reader, BODY).await;
        app.decided(&ann, &id, approve(1)).await;
        app.decided(&ben, &id, approve(1)).await;
        let newer = "I heard Quentin Farrowdale speak, and liked it.";
        app.send_edit(&reader, &id, newer, "keep").await;
        app.decided(&ann, &id, json!({ "action": "remove", "reason": "private_life" })).await;
        let undone = app.decided(&ann, &id, json!({ "action": "undo" })).await;
        assert_eq!((&undone["state"], &undone["revision"], &undone["pending_revision"]), (&json!("held"), &json!(1), &json!(2)));
        assert_eq!(undone["pending_body"], newer);
        assert!(undone["reasons"].as_array().unwrap().contains(&json!("second_approval")), "{undone}");
        assert_eq!(texts(&app.public().await), Vec::<String>::new());
        app.decided(&ann, &id, approve(2)).await;
        assert_eq!(app.decided(&ben, &id, approve(2)).await["state"], "published");
        assert_eq!(texts(&app.public().await), [newer]);
    }

    async fn nobody_approves_what_they_wrote_about_somebody(app: TestApp) {
        let Bench { ann, ben, .. } = bench(&app, Stance::Hold).await;
        let own = app.sign_in("ann@example.org", "Ann").await;
        let id = app.post_text(&own, BODY).await;
        app.refused(&ann, &id, approve(1), 403, "own_comment").await;
        app.decided(&ben, &id, approve(1)).await;
        app.decided(&ben, &id, json!({ "action": "remove", "reason": "off_topic" })).await;
        app.refused(&ann, &id, json!({ "action": "restore", "revision": 1 }), 403, "own_comment").await;
        app.refused(&ann, &id, json!({ "action": "undo" }), 403, "own_comment").await;
        // What names nobody they may.
        let id = app.post_text(&own, "I agree.").await;
        assert_eq!(app.decided(&ann, &id, approve(1)).await["state"], "published");
    }

    async fn who_cannot_be_reached_needs_an_override(app: TestApp) {
        let Bench { ann, program, reader, .. } = bench(&app, Stance::Hold).await;
        app.hold("flagged").await;
        // Nobody can be written to any more.
        let mods = "SELECT account_id FROM roles";
        app.database().execute(&format!("DELETE FROM identities WHERE account_id NOT IN ({mods})"));
        let id = app.post_text(&reader, "It was a good evening.").await;
        assert_eq!(app.desk_comment(&ann, &id).await["state"], "published", "names nobody");
        for staff in [&ann, &program] {
            let id = app.post_text(&reader, BODY).await;
            let held = app.desk_comment(staff, &id).await;
            let reasons = held["reasons"].as_array().unwrap();
            assert!(held["state"] == "held" && reasons.contains(&json!("no_contact")), "{held}");
            let told = app.told(&reader, &id).await;
            assert_eq!(told["reason"], "needs_review");
            app.refused(staff, &id, approve(1), 409, "override_needed").await;
            app.refused(staff, &id, json!({ "action": "approve", "revision": 1, "override": false }), 409, "override_needed").await;
            let decided = app.decided(staff, &id, json!({ "action": "approve", "revision": 1, "override": true })).await;
            assert_eq!(decided["state"], "published");
            app.take_back(&reader, &id).await;
        }
    }
}

//! Editing one's own comment: while it waits, while it is public, and how long.

use std::time::Duration;

use hustings::domain::account::Standing;
use hustings::domain::person::Stance;
use hustings::domain::role::Role;
use hustings::domain::text::EmailAddress;
use hustings::service::staff;
use serde_json::{Value, json};

use crate::support::comments::{Desk, PAGE, id_of};
use crate::support::sign_in::{ORIGIN, OWN, SITE};
use crate::support::{Answer, TestApp, both};

async fn published(app: &TestApp, desk: &Desk, token: &str, text: &str) -> String {
    let id = id_of(&app.comment(token, PAGE, text).await);
    app.approve(desk, &id).await;
    id
}

/// A moderator's cookie.
async fn moderator(app: &TestApp, email: &str) -> String {
    let email = EmailAddress::parse(email).unwrap();
    let secret = app
        .run(move |app| {
            let slug = SITE.parse().unwrap();
            staff::invite(app, &slug, &email, Role::Moderator)
                .unwrap()
                .expose()
                .to_owned()
        })
        .await;
    let answer = app
        .post("/api/v1/desk/session")
        .origin(OWN)
        .json(&json!({ "invite": secret }))
        .expect(200)
        .await;
    let set = answer.header("set-cookie");
    set.split(['=', ';']).nth(1).unwrap().to_owned()
}

async fn approve_as(app: &TestApp, cookie: &str, id: &str, revision: i32) -> Answer {
    app.post(&format!("/api/v1/desk/comments/{id}/decisions"))
        .origin(OWN)
        .cookie("hustings", cookie)
        .json(&json!({ "action": "approve", "revision": revision }))
        .send()
        .await
}

both! {
    async fn the_old_text_is_kept_up_until_the_new_one_is_approved(app: TestApp) {
        let desk = app.ward_news(&json!({ "hold": "all" })).await;
        let ada = app.sign_in("ada@example.org", "Ada").await;
        let id = published(&app, &desk, &ada, "The first text.").await;
        app.clock.advance(Duration::from_secs(60));
        let answer = app.edit(&ada, &id, &json!({ "body": "The second text." })).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        let mine = &answer.json()["comment"];
        assert_eq!((&mine["body"], &mine["revision"], &mine["state"]), (&json!("The second text."), &json!(2), &json!("published")));
        // What is shown to its author is not what the public reads, and says so.
        assert_eq!((&mine["pending"], &mine["live_revision"]), (&json!(true), &json!(1)));
        let again = app.get(&format!("/api/v1/comments/{id}")).origin(ORIGIN).token(&ada).expect(200).await.json();
        assert_eq!(&again["comment"], mine);
        let public = app.part(PAGE, "").await;
        assert_eq!(public["comments"][0]["html"], "<p>The first text.</p>\n");
        assert_eq!((&public["comments"][0]["revision"], &public["comments"][0]["edited_at"]), (&json!(1), &Value::Null));
        let stranger = app.get(&format!("/api/v1/comments/{id}")).expect(200).await.json();
        assert_eq!(stranger["comment"]["html"], "<p>The first text.</p>\n");
        assert_eq!((stranger["comment"].get("pending"), stranger["comment"].get("live_revision")), (None, None));
        let own = &app.me(&ada, PAGE).await["own"][0];
        assert_eq!((&own["state"], &own["pending"], &own["reason"], &own["revision"]), (&json!("published"), &json!(true), &json!("policy_all"), &json!(2)));
        assert_eq!(own["live_revision"], 1);
        let seen = app.at_desk(&desk, &id).await;
        assert_eq!((&seen["body"], &seen["revision"]), (&json!("The first text."), &json!(1)));
        assert_eq!((&seen["pending_body"], &seen["pending_revision"]), (&json!("The second text."), &json!(2)));

        // Who has read the old text does not approve the new one.
        let stale = app.decide(&desk, &id, &json!({ "action": "approve", "revision": 1 })).await;
        assert_eq!((stale.status, stale.code().as_str()), (409, "revision_changed"));
        assert_eq!(stale.json()["current_revision"], 2);
        let answer = app.decide(&desk, &id, &json!({ "action": "approve", "revision": 2 })).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        let public = app.part(PAGE, "").await;
        assert_eq!(public["comments"][0]["html"], "<p>The second text.</p>\n");
        assert_eq!(public["comments"][0]["edited_at"], "2026-11-23T10:01:00.000000Z");
        let own = &app.me(&ada, PAGE).await["own"][0];
        assert_eq!((&own["pending"], &own["live_revision"]), (&json!(false), &json!(2)));
        assert!(app.fragment(PAGE).await.contains("The second text."));
    }

    async fn a_rejected_edit_leaves_the_old_text(app: TestApp) {
        let desk = app.ward_news(&json!({ "hold": "all" })).await;
        let ada = app.sign_in("ada@example.org", "Ada").await;
        let id = published(&app, &desk, &ada, "The first text.").await;
        assert_eq!(app.edit(&ada, &id, &json!({ "body": "The second text." })).await.status, 200);
        assert_eq!(app.decide(&desk, &id, &json!({ "action": "reject", "reason": "off_topic" })).await.status, 200);
        let public = app.part(PAGE, "").await;
        assert_eq!(public["comments"][0]["html"], "<p>The first text.</p>\n");
        assert_eq!(public["page"]["comment_count"], 1);
    }

    async fn an_author_may_hide_the_old_text_at_once(app: TestApp) {
        let desk = app.ward_news(&json!({ "hold": "all" })).await;
        let ada = app.sign_in("ada@example.org", "Ada").await;
        let id = published(&app, &desk, &ada, "I should not have said this.").await;
        assert_eq!(app.part(PAGE, "").await["page"]["comment_count"], 1);
        let answer = app.edit(&ada, &id, &json!({ "body": "I meant this.", "while_checked": "hide" })).await;
        assert_eq!(answer.json()["comment"]["state"], "held");
        assert_eq!((&answer.json()["comment"]["pending"], &answer.json()["comment"]["live_revision"]), (&json!(true), &Value::Null));
        let public = app.part(PAGE, "").await;
        assert_eq!((&public["comments"], &public["page"]["comment_count"]), (&json!([]), &json!(0)));
        assert!(!app.fragment(PAGE).await.contains("should not"));
        app.get(&format!("/api/v1/comments/{id}")).expect(404).await;
        assert_eq!(app.decide(&desk, &id, &json!({ "action": "approve", "revision": 2 })).await.status, 200);
        assert_eq!(app.part(PAGE, "").await["comments"][0]["html"], "<p>I meant this.</p>\n");
        let answer = app.edit(&ada, &id, &json!({ "body": "x", "while_checked": "maybe" })).await;
        assert_eq!((answer.status, answer.code().as_str()), (422, "invalid_value"));
    }

    async fn an_edit_is_judged_like_a_post(app: TestApp) {
        let desk = app.ward_news(&json!({ "hold": "flagged" })).await;
        app.register(&desk, &["Orla Quenby"], Stance::Hold).await;
        let ada = app.sign_in("ada@example.org", "Ada").await;
        app.trust("ada@example.org", Standing::Trusted).await;
        let id = id_of(&app.comment(&ada, PAGE, "Nobody is named here.").await);
        app.clock.advance(Duration::from_secs(1));
        let harmless = app.edit(&ada, &id, &json!({ "body": "Still nobody is named." })).await;
        assert_eq!(harmless.json()["comment"]["state"], "published");
        assert_eq!((&harmless.json()["comment"]["pending"], &harmless.json()["comment"]["live_revision"]), (&json!(false), &json!(2)));
        let public = app.part(PAGE, "").await;
        assert_eq!(public["comments"][0]["html"], "<p>Still nobody is named.</p>\n");
        assert_eq!(public["comments"][0]["edited_at"], "2026-11-23T10:00:01.000000Z");
        let naming = app.edit(&ada, &id, &json!({ "body": "It was Orla Quenby." })).await;
        assert_eq!(naming.status, 200);
        assert!(!app.part(PAGE, "").await.to_string().contains("Quenby"));
        let own = &app.me(&ada, PAGE).await["own"][0];
        assert_eq!((&own["pending"], &own["reason"]), (&json!(true), &json!("needs_review")));
        for (body, code) in [("", "body_empty"), ("a\u{0}b", "body_has_nul")] {
            let answer = app.edit(&ada, &id, &json!({ "body": body })).await;
            assert_eq!((answer.status, answer.code().as_str()), (422, code));
        }
    }

    async fn editing_ends_with_the_window(app: TestApp) {
        app.ward_news(&json!({ "hold": "flagged", "edit_window_seconds": 60 })).await;
        let ada = app.sign_in("ada@example.org", "Ada").await;
        let id = id_of(&app.comment(&ada, PAGE, "For a minute.").await);
        app.clock.advance(Duration::from_secs(60));
        assert_eq!(app.edit(&ada, &id, &json!({ "body": "Just in time." })).await.status, 200);
        app.clock.advance(Duration::from_micros(1));
        let late = app.edit(&ada, &id, &json!({ "body": "Too late." })).await;
        assert_eq!((late.status, late.code().as_str()), (403, "edit_window_over"));
        assert_eq!(app.part(PAGE, "").await["comments"][0]["html"], "<p>Just in time.</p>\n");
    }

    async fn a_newer_edit_replaces_the_one_that_waits_and_its_approvals(app: TestApp) {
        let desk = app.ward_news(&json!({ "hold": "flagged" })).await;
        app.register(&desk, &["Orla Quenby"], Stance::Two).await;
        let ada = app.sign_in("ada@example.org", "Ada").await;
        let id = id_of(&app.comment(&ada, PAGE, "Orla Quenby spoke first.").await);
        let (jo, kim) = (
            moderator(&app, "jo@example.org").await,
            moderator(&app, "kim@example.org").await,
        );
        let first = approve_as(&app, &jo, &id, 1).await;
        assert_eq!(first.json()["approvals"], json!({ "have": 1, "need": 2 }), "{}", first.text());
        assert_eq!(first.json()["state"], "held");
        assert_eq!(approve_as(&app, &jo, &id, 1).await.code(), "approved_already");

        assert_eq!(app.edit(&ada, &id, &json!({ "body": "Orla Quenby spoke last." })).await.status, 200);
        assert_eq!(app.at_desk(&desk, &id).await["approvals"], json!({ "have": 0, "need": 2 }));
        assert_eq!(approve_as(&app, &kim, &id, 1).await.code(), "revision_changed");
        assert_eq!(approve_as(&app, &kim, &id, 2).await.json()["state"], "held");
        assert_eq!(app.part(PAGE, "").await["page"], Value::Null);
        assert_eq!(approve_as(&app, &jo, &id, 2).await.json()["state"], "published");
        assert_eq!(app.part(PAGE, "").await["comments"][0]["html"], "<p>Orla Quenby spoke last.</p>\n");
    }

    async fn edits_come_from_the_sites_pages(app: TestApp) {
        app.ward_news(&json!({ "hold": "flagged" })).await;
        let ada = app.sign_in("ada@example.org", "Ada").await;
        let id = id_of(&app.comment(&ada, PAGE, "From the blog.").await);
        let address = format!("/api/v1/comments/{id}");
        let body = json!({ "body": "From elsewhere." });
        for origin in ["https://evil.example.net", "null", OWN] {
            let answer = app.patch(&address).origin(origin).token(&ada).json(&body).expect(403).await;
            assert_eq!(answer.code(), "origin_not_listed", "{origin}");
            app.delete(&address).origin(origin).token(&ada).expect(403).await;
        }
        app.patch(&address).token(&ada).json(&body).expect(403).await;
        app.delete(&address).token(&ada).expect(403).await;
        app.patch(&address).origin(ORIGIN).json(&body).expect(401).await;
        assert_eq!(app.part(PAGE, "").await["comments"][0]["html"], "<p>From the blog.</p>\n");
    }
}

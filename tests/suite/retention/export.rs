//! What a member gets of what a site holds on them, and what not.

use std::time::Duration;

use hustings::domain::person::Stance;
use hustings::domain::text::EmailAddress;
use hustings::service::export_account;
use serde_json::{Value, json};

use crate::support::comments::{Desk, PAGE, id_of};
use crate::support::sign_in::{ORIGIN, OWN, SITE};
use crate::support::{TestApp, both};

impl TestApp {
    async fn export(&self, email: &str) -> Value {
        let email = EmailAddress::parse(email).unwrap();
        self.run(move |app| {
            let export = export_account::export(app, &SITE.parse().unwrap(), &email).unwrap();
            serde_json::to_value(export).unwrap()
        })
        .await
    }

    /// Approves as an account, by an invitation.
    async fn approve_as(&self, email: &str, id: &str) {
        let email = EmailAddress::parse(email).unwrap();
        let secret = self
            .run(move |app| {
                let role = hustings::domain::role::Role::Moderator;
                hustings::service::staff::invite(app, &SITE.parse().unwrap(), &email, role).unwrap()
            })
            .await;
        let session = self
            .post("/api/v1/desk/session")
            .origin(OWN)
            .json(&json!({ "invite": secret.expose() }))
            .expect(200)
            .await;
        let cookie = session.header("set-cookie").strip_prefix("hustings=").unwrap();
        let cookie = cookie.split(';').next().unwrap().to_owned();
        self.post(&format!("/api/v1/desk/comments/{id}/decisions"))
            .origin(OWN)
            .cookie("hustings", &cookie)
            .json(&json!({ "action": "approve", "revision": 1, "note": "Seen by moderators." }))
            .expect(200)
            .await;
    }
}

/// The decisions on a comment: action, by whom, and the state after.
fn actions(comment: &Value) -> Vec<String> {
    let decisions = comment["decisions"].as_array().unwrap().iter();
    decisions
        .map(|decision| {
            let word = |field: &str| decision[field].as_str().unwrap();
            format!("{} {} {}", word("action"), word("by"), word("state"))
        })
        .collect()
}

both! {
    async fn a_member_gets_all_of_theirs_and_nothing_else(app: TestApp) {
        let desk: Desk = app.ward_news(&json!({ "hold": "all" })).await;
        app.register(&desk, &["Orla Fennimore"], Stance::Two).await;
        let mira = app.sign_in("Mira@Example.org", "Mira").await;
        let ada = app.sign_in("ada@example.org", "Ada Wainthrop").await;
        let theirs = id_of(&app.comment(&ada, PAGE, "Ada's own words.").await);
        app.approve(&desk, &theirs).await;
        let named = id_of(&app.reply(&mira, &theirs, "Ask Orla Fennimore about it.").await);
        app.edit(&mira, &named, &json!({ "body": "Ask about it.", "while_checked": "keep" })).await;
        let answer = app.decide(&desk, &named, &json!({ "action": "reject", "reason": "names_person", "note": "She complained." })).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        app.clock.advance(Duration::from_secs(1));
        let two = id_of(&app.comment(&mira, PAGE, "Orla Fennimore is right.").await);
        app.approve_as("ann@example.org", &two).await;
        let waiting = app.export("mira@example.org").await;
        assert_eq!(actions(&waiting["comments"][1]), ["post author held"], "one of two is not to be seen");
        app.approve_as("bea@example.org", &two).await;
        app.send_report(&theirs, "Not so.", "mira@example.org").await;
        app.send_report(&theirs, "Said by Rita.", "rita@example.org").await;

        let export = app.export("mira@example.org").await;
        assert_eq!((&export["site"], &export["email"]), (&json!(SITE), &json!("Mira@example.org")));
        assert_eq!((&export["letters_stopped"], &export["roles"]), (&json!(false), &json!([])));
        assert_eq!((&export["member"]["name"], &export["member"]["standing"]), (&json!("Mira"), &json!("known")));
        let comments = export["comments"].as_array().unwrap();
        assert_eq!(comments.len(), 2);
        assert_eq!((&comments[0]["id"], &comments[0]["parent_id"], &comments[0]["page"]), (&json!(named), &json!(theirs), &json!(PAGE)));
        let texts: Vec<&Value> = comments[0]["revisions"].as_array().unwrap().iter().map(|it| &it["body"]).collect();
        assert_eq!(texts, [&json!("Ask Orla Fennimore about it."), &json!("Ask about it.")]);
        assert_eq!(actions(&comments[0]), ["post author held", "edit author held", "reject moderator rejected"]);
        assert_eq!(comments[0]["decisions"][2]["reason"], "needs_review");
        assert_eq!(actions(&comments[1]), ["post author held", "approve moderator published"]);
        assert_eq!(export["reports"].as_array().unwrap().len(), 1);
        assert_eq!((&export["reports"][0]["comment_id"], &export["reports"][0]["note"]), (&json!(theirs), &json!("Not so.")));
        let sessions = export["sessions"].as_array().unwrap();
        assert_eq!((sessions.len(), &sessions[0]["kind"], &sessions[0]["origin"]), (1, &json!("reader"), &json!(ORIGIN)));
        assert_eq!((export["sign_ins"].as_array().unwrap().len(), &export["sign_ins"][0]["name"]), (1, &json!("Mira")));

        let all = export.to_string();
        for hidden in [mira.as_str(), &ada, "Wainthrop", "Ada's", "rita", "Rita", "ann@", "complained", "Seen by", "names_person", "finding", "person", "register", "tier", "stance", "hash"] {
            assert!(!all.contains(hidden), "{hidden}: {all}");
        }
    }
}

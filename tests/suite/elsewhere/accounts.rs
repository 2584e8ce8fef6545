//! Whose account somebody gets: that of (issuer, subject), and never another's by an address.

use serde_json::json;

use crate::support::both;
use crate::support::elsewhere::{Browser, PageSide, person};
use crate::support::sign_in::{ORIGIN, SITE};

/// Signs in with what a provider says of somebody, and gives the answer's account and token.
async fn signed_in(app: &crate::support::TestApp, code: &str, name: &str) -> (serde_json::Value, String) {
    let (mut browser, side) = (Browser::default(), PageSide::asks("popup", &[]));
    let minted = app.code_for(&mut browser, &side, code, name).await;
    let answer = app.bring(ORIGIN, &side.with(&minted)).await.json();
    let token = answer["token"].as_str().unwrap().to_owned();
    (answer["account"].clone(), token)
}

both! {
    async fn an_address_leads_to_nobody_elses_account(app: TestApp) {
        let (app, fake) = app.with_fake_providers().await;
        let by_letter = app.sign_in("mira@example.org", "Mira").await;
        let me = format!("/api/v1/me?site={SITE}&page=https%3A%2F%2Fblog.example.org%2F");
        let mira = app.get(&me).origin(ORIGIN).token(&by_letter).expect(200).await.json()["account"]["id"].clone();
        fake.says("unproven", person("1", "Mallory", Some(("mira@example.org", false))));
        fake.says("proven", person("2", "Mallory", Some(("mira@example.org", true))));
        let mut others = Vec::new();
        for code in ["unproven", "proven"] {
            let (account, _token) = signed_in(&app, code, "Mallory").await;
            assert_ne!(account["id"], mira, "{code}");
            others.push(account["id"].clone());
        }
        assert_ne!(others[0], others[1], "nor to each other's");
        // The owner's way in stays theirs.
        app.clock.advance(std::time::Duration::from_secs(120));
        let again = app.sign_in("mira@example.org", "Mira").await;
        let found = app.get(&me).origin(ORIGIN).token(&again).expect(200).await.json()["account"]["id"].clone();
        assert_eq!(found, mira);
    }

    async fn the_same_person_is_the_same_member(app: TestApp) {
        let (app, fake) = app.with_fake_providers().await;
        fake.says("one", person("12", "Mira Holt", None));
        fake.says("renamed", person("12", "Mira H", Some(("mira@example.org", true))));
        fake.says("other", person("13", "Mira Holt", None));
        let (first, _) = signed_in(&app, "one", "Mira").await;
        let (second, _) = signed_in(&app, "renamed", "").await;
        assert_eq!(first["id"], second["id"]);
        assert_eq!(second["name"], "Mira", "the name on the site stays");
        let (third, _) = signed_in(&app, "other", "Mira").await;
        assert_ne!(first["id"], third["id"]);
    }

    async fn only_a_proven_address_is_a_contact(app: TestApp) {
        let (app, fake) = app.with_fake_providers().await;
        for (code, email, proven) in [
            ("none", None, false),
            ("unproven", Some(("a@example.org", false)), false),
            ("proven", Some(("b@example.org", true)), true),
        ] {
            fake.says(code, person(code, "Mira Holt", email));
            let (account, _token) = signed_in(&app, code, "Mira").await;
            let id = account["id"].as_str().unwrap().parse().unwrap();
            let has_contact = app
                .read(move |tx| {
                    let member = tx.membership_by_id(id)?.unwrap();
                    Ok(tx.has_proven_email(member.account_id)?)
                })
                .await;
            assert_eq!(has_contact, proven, "{code}");
        }
    }

    async fn a_decisions_letter_goes_to_a_proven_address(app: TestApp) {
        let (app, fake) = app.with_fake_providers().await;
        fake.says("proven", person("1", "Mira Holt", Some(("mira@example.org", true))));
        let (_account, token) = signed_in(&app, "proven", "Mira").await;
        let desk = app.token_of(SITE).await;
        let body = json!({ "page": { "url": format!("{ORIGIN}/a") }, "body": "The hall is booked." });
        let posted = app.post(&format!("/api/v1/sites/{SITE}/comments")).origin(ORIGIN).token(&token).json(&body).expect(201).await;
        let id = posted.json()["comment"]["id"].as_str().unwrap().to_owned();
        let decision = json!({ "action": "reject", "revision": 1, "reason": "off_topic" });
        app.post(&format!("/api/v1/desk/comments/{id}/decisions")).token(&desk).json(&decision).expect(200).await;
        app.clock.advance(std::time::Duration::from_secs(120));
        app.run_jobs().await;
        let letters = app.letters.letters();
        let letter = letters.iter().find(|letter| letter.to == "mira@example.org").expect("no letter");
        // And its reader can stop them.
        let stop = letter.text.split_whitespace().find(|word| word.contains("/letters/stop/")).unwrap();
        let path = stop.trim_start_matches("http://127.0.0.1:8080");
        app.post(path).expect(200).await;
        let body = json!({ "page": { "url": format!("{ORIGIN}/a") }, "body": "The hall is booked twice." });
        let posted = app.post(&format!("/api/v1/sites/{SITE}/comments")).origin(ORIGIN).token(&token).json(&body).expect(201).await;
        let id = posted.json()["comment"]["id"].as_str().unwrap().to_owned();
        app.post(&format!("/api/v1/desk/comments/{id}/decisions")).token(&desk).json(&decision).expect(200).await;
        app.clock.advance(std::time::Duration::from_secs(120));
        app.run_jobs().await;
        let sent = app.letters.letters().iter().filter(|letter| letter.to == "mira@example.org").count();
        assert_eq!(sent, 1);
    }

    async fn what_has_served_is_forgotten(app: TestApp) {
        let (app, fake) = app.with_fake_providers().await;
        fake.says("one", person("12", "Mira Holt", None));
        let (mut browser, side) = (Browser::default(), PageSide::asks("popup", &[]));
        let code = app.code_for(&mut browser, &side, "one", "Mira").await;
        assert_eq!(app.bring(ORIGIN, &side.with(&code)).await.status, 200);
        app.clock.advance(std::time::Duration::from_secs(23 * 3600));
        app.run(|app| hustings::service::purge::purge(app).unwrap()).await;
        assert_eq!(app.bring(ORIGIN, &side.with(&code)).await.code(), "code_used");
        app.clock.advance(std::time::Duration::from_secs(2 * 3600));
        app.run(|app| hustings::service::purge::purge(app).unwrap()).await;
        assert_eq!(app.bring(ORIGIN, &side.with(&code)).await.code(), "sign_in_not_found");
    }
}

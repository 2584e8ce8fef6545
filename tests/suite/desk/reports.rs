//! Reports by anybody, what their receipts tell, and how many there may be.

use hustings::domain::role::Role;
use serde_json::{Value, json};

use crate::support::sign_in::{ORIGIN, OWN, SITE};
use crate::support::{TestApp, both};

/// A public comment and its desk.
async fn public_comment(app: &TestApp) -> (super::Staff, String, String) {
    app.add_site(SITE, ORIGIN).await;
    let staff = app.program(SITE, Role::Moderator).await;
    let reader = app.sign_in("mira@example.org", "Mira").await;
    let id = app.post_text(&reader, "A text.").await;
    app.decided(&staff, &id, json!({ "action": "approve", "revision": 1 }))
        .await;
    (staff, reader, id)
}

both! {
    async fn a_report_needs_no_account_and_gives_a_receipt(app: TestApp) {
        let (staff, _, id) = public_comment(&app).await;
        let path = format!("/api/v1/comments/{id}/reports");
        let made = app
            .post(&path)
            .origin(ORIGIN)
            .json(&json!({ "reason": "false_about_person", "note": " It was not so. ", "email": "Rita@example.org" }))
            .expect(201)
            .await
            .json();
        let receipt = made["receipt_url"].as_str().unwrap().strip_prefix(OWN).unwrap().to_owned();
        let page = app.get(&receipt).expect(200).await;
        assert!(page.header("content-type").starts_with("text/html") && page.text().contains("It was not so."));
        let receipt = format!("/api/v1{receipt}");
        let told = app.get(&receipt).expect(200).await;
        assert_eq!(
            told.json(),
            json!({ "report": { "comment_id": id, "reason": "false_about_person", "note": "It was not so.", "state": "open", "created_at": told.json()["report"]["created_at"] } })
        );
        assert_eq!(told.header("cache-control"), "no-store");

        app.clock.advance(std::time::Duration::from_secs(1));
        // From a page of our own, without a note or an address.
        app.clock.advance(std::time::Duration::from_secs(1));
        app.post(&path).origin(OWN).json(&json!({ "reason": "spam" })).expect(201).await;
        let reports = app.desk_comment(&staff, &id).await["reports"].clone();
        let seen: Vec<(&Value, &Value)> = reports.as_array().unwrap().iter().map(|it| (&it["reason"], &it["note"])).collect();
        assert_eq!(seen, [(&json!("false_about_person"), &json!("It was not so.")), (&json!("spam"), &json!(""))]);
        // The address is sealed, and in no answer.
        assert!(!reports.to_string().to_lowercase().contains("rita"));
        if let Some(folder) = app.database().folder() {
            for file in std::fs::read_dir(folder).unwrap() {
                let bytes = std::fs::read(file.unwrap().path()).unwrap().to_ascii_lowercase();
                assert!(!bytes.windows(16).any(|it| it == b"rita@example.org"));
            }
        }

        app.decided(&staff, &id, json!({ "action": "remove", "reason": "abusive", "note": "To the editors." })).await;
        let told = app.get(&receipt).expect(200).await;
        assert_eq!(told.json()["report"]["state"], "acted_on");
        assert!(!told.text().contains("editors"));
    }

    async fn a_receipt_is_not_guessed(app: TestApp) {
        let (_, _, id) = public_comment(&app).await;
        let receipt = app.report(&id).await;
        let secret = receipt.rsplit('/').next().unwrap();
        assert!(secret.len() >= 43, "{secret}");
        assert_ne!(app.report(&id).await, receipt);
        for wrong in ["x", &secret[1..], &id, "%00"] {
            assert_eq!(app.get(&format!("/api/v1/reports/{wrong}")).expect(404).await.code(), "report_not_found");
        }
    }

    async fn what_is_no_report_is_refused(app: TestApp) {
        let (staff, reader, id) = public_comment(&app).await;
        let path = format!("/api/v1/comments/{id}/reports");
        for (body, code, pointer) in [
            (json!({ "reason": "dislike" }), "reason_unknown", "/reason"),
            (json!({ "note": "x" }), "missing_field", "/reason"),
            (json!({ "reason": "other" }), "note_needed", "/note"),
            (json!({ "reason": "spam", "note": "x".repeat(4_001) }), "note_invalid", "/note"),
            (json!({ "reason": "spam", "note": "a\u{0}b" }), "note_invalid", "/note"),
            (json!({ "reason": "spam", "email": "nobody" }), "email_invalid", "/email"),
            (json!({ "reason": "spam", "name": "Rita" }), "unknown_field", "/name"),
        ] {
            let answer = app.post(&path).origin(ORIGIN).json(&body).expect(422).await;
            assert_eq!((answer.code().as_str(), &answer.json()["errors"][0]["pointer"]), (code, &json!(pointer)), "{body}");
        }
        let spam = json!({ "reason": "spam" });
        for request in [app.post(&path), app.post(&path).origin("https://evil.example.net"), app.post(&path).origin("null")] {
            assert_eq!(request.json(&spam).expect(403).await.code(), "origin_not_listed");
        }
        let held = app.post_text(&reader, "Not public.").await;
        for unknown in [held.as_str(), "01890000-0000-7000-8000-000000000000", "x"] {
            let answer = app.post(&format!("/api/v1/comments/{unknown}/reports")).origin(ORIGIN).json(&spam).expect(404).await;
            assert_eq!(answer.code(), "comment_not_found");
        }
        assert_eq!(app.desk_comment(&staff, &id).await["reports"], json!([]));
    }

    async fn a_report_under_a_key_is_made_once(app: TestApp) {
        let (staff, _, id) = public_comment(&app).await;
        let path = format!("/api/v1/comments/{id}/reports");
        let send = |reason: &str| app.post(&path).origin(ORIGIN).header("Idempotency-Key", "report-1").json(&json!({ "reason": reason }));
        let first = send("spam").expect(201).await.json();
        assert_eq!(send("spam").expect(201).await.json(), first);
        assert_eq!(send("abuse").expect(422).await.code(), "idempotency_key_reused");
        assert_eq!(app.desk_comment(&staff, &id).await["reports"].as_array().unwrap().len(), 1);
    }

    async fn an_address_makes_thirty_an_hour(app: TestApp) {
        let app = app.restart("[limits]\nenabled = true\n").await;
        let (staff, _, id) = public_comment(&app).await;
        let path = format!("/api/v1/comments/{id}/reports");
        let send = |client: &str| app.post(&path).client(client).origin(ORIGIN).json(&json!({ "reason": "spam" }));
        for _ in 0..30 {
            send("198.51.100.7").expect(201).await;
        }
        let refused = send("198.51.100.7").expect(429).await;
        assert_eq!(refused.code(), "too_many_requests");
        let wait: u64 = refused.header("retry-after").parse().unwrap();
        assert!((1..=3_600).contains(&wait), "{wait}");
        assert!(refused.header("ratelimit").contains("report-address"), "{}", refused.header("ratelimit"));
        assert!(refused.header("ratelimit-policy").contains("q=30"), "{}", refused.header("ratelimit-policy"));
        send("198.51.100.8").expect(201).await;
        // One network of IPv6 is one client.
        for host in 0..30 {
            send(&format!("2001:db8:1:1::{host}")).expect(201).await;
        }
        send("2001:db8:1:1:ffff::1").expect(429).await;
        send("2001:db8:1:2::1").expect(201).await;
        let seen = app.desk_comment(&staff, &id).await;
        assert_eq!((&seen["report_count"], seen["reports"].as_array().unwrap().len()), (&json!(62), 20));
    }

    async fn the_newest_of_many_are_told_and_the_rest_counted(app: TestApp) {
        let (staff, _, id) = public_comment(&app).await;
        for number in 0..23 {
            app.clock.advance(std::time::Duration::from_secs(1));
            let body = json!({ "reason": "other", "note": format!("Number {number}.") });
            app.post(&format!("/api/v1/comments/{id}/reports")).origin(ORIGIN).json(&body).expect(201).await;
        }
        let seen = app.desk_comment(&staff, &id).await;
        let notes: Vec<&str> = seen["reports"].as_array().unwrap().iter().map(|it| it["note"].as_str().unwrap()).collect();
        let expected: Vec<String> = (3..23).map(|number| format!("Number {number}.")).collect();
        assert_eq!(notes, expected);
        assert_eq!((&seen["report_count"], &seen["open_report_count"]), (&json!(23), &json!(23)));
    }

    async fn what_is_in_order_is_left_and_no_longer_reported(app: TestApp) {
        let (staff, reader, id) = public_comment(&app).await;
        let dismiss = || json!({ "action": "dismiss", "note": "She was there." });
        app.refused(&staff, &id, dismiss(), 409, "nothing_reported").await;
        let receipts = [app.report(&id).await, app.report(&id).await];
        let public = app.public().await;
        assert_eq!(app.queue(&staff, "reported=true").await.0, std::slice::from_ref(&id));
        let left = app.decided(&staff, &id, dismiss()).await;
        assert_eq!((&left["state"], &left["report_count"], &left["open_report_count"]), (&json!("published"), &json!(2), &json!(0)));
        let last = left["decisions"].as_array().unwrap().last().unwrap().clone();
        assert_eq!((&last["action"], &last["state"], &last["note"]), (&json!("dismiss"), &json!("published"), &json!("She was there.")));
        assert_eq!(app.queue(&staff, "reported=true").await.0, Vec::<String>::new());
        assert_eq!(app.queue(&staff, "reported=false").await.0, std::slice::from_ref(&id));
        // Nobody but the desk and who reported sees a difference.
        assert_eq!(app.public().await, public);
        for receipt in &receipts {
            assert_eq!(app.report_state(receipt).await, "no_action");
        }
        app.refused(&staff, &id, dismiss(), 409, "nothing_reported").await;

        let undone = app.decided(&staff, &id, json!({ "action": "undo" })).await;
        assert_eq!((&undone["state"], &undone["open_report_count"]), (&json!("published"), &json!(2)));
        assert_eq!(app.queue(&staff, "reported=true").await.0, std::slice::from_ref(&id));
        assert_eq!(app.public().await, public);

        // A later report is a new one, also beside an edit that waits.
        app.decided(&staff, &id, dismiss()).await;
        app.send_edit(&reader, &id, "Another text.", "keep").await;
        app.report(&id).await;
        let before = app.desk_comment(&staff, &id).await;
        let left = app.decided(&staff, &id, dismiss()).await;
        for field in ["state", "revision", "pending_revision", "reasons", "approvals"] {
            assert_eq!(left[field], before[field], "{field}");
        }
        assert_eq!(left["open_report_count"], 0);
    }
}

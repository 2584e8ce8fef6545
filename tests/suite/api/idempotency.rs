//! The same request twice makes one thing.

use std::cell::RefCell;
use std::collections::HashSet;
use std::rc::Rc;
use std::time::Duration;

use hustings::service::purge;
use serde_json::json;

use crate::support::both;
use crate::support::comments::{PAGE, id_of};
use crate::support::sign_in::ORIGIN;

both! {
    async fn a_replay_answers_with_what_was_made(app: TestApp) {
        let desk = app.ward_news(&json!({ "hold": "all" })).await;
        let ada = app.sign_in("ada@example.org", "Ada").await;
        let body = json!({ "page": { "url": PAGE }, "body": "Did it arrive?" });
        let post = || app.posting(&ada).header("Idempotency-Key", "k-1").json(&body);
        let first = post().expect(201).await.json();
        assert_eq!(post().expect(201).await.json(), first);
        assert_eq!(app.stored_comments().await, 1);
        // The resource is as it is now.
        app.approve(&desk, &id_of(&first["comment"])).await;
        let replayed = post().expect(201).await.json();
        assert_eq!((&replayed["comment"]["id"], &replayed["comment"]["state"]), (&first["comment"]["id"], &json!("published")));

        let other = json!({ "page": { "url": PAGE }, "body": "Another text." });
        let answer = app.posting(&ada).header("Idempotency-Key", "k-1").json(&other).expect(422).await;
        assert_eq!(answer.code(), "idempotency_key_reused");
        assert_eq!(app.stored_comments().await, 1);
        // Without a key, and with another, it is another comment.
        app.posting(&ada).json(&body).expect(201).await;
        app.posting(&ada).header("Idempotency-Key", "k-2").json(&body).expect(201).await;
        assert_eq!(app.stored_comments().await, 3);
    }

    async fn a_replay_counts_where_the_page_has_closed_since(app: TestApp) {
        let desk = app.ward_news(&json!({ "hold": "flagged" })).await;
        let ada = app.sign_in("ada@example.org", "Ada").await;
        let body = json!({ "page": { "url": PAGE }, "body": "Just before the pause." });
        let post = || app.posting(&ada).header("Idempotency-Key", "k-1").json(&body);
        let first = post().expect(201).await.json();
        app.set_policy(&desk, &json!({ "paused": "Back on Monday." })).await;
        assert_eq!(post().expect(201).await.json(), first);
    }

    async fn at_once_the_same_request_makes_one_comment(app: TestApp) {
        app.ward_news(&json!({ "hold": "flagged" })).await;
        let ada = app.sign_in("ada@example.org", "Ada").await;
        let body = json!({ "page": { "url": PAGE }, "body": "Eight times pressed." });
        let made = Rc::new(RefCell::new(HashSet::new()));
        let posts: Vec<_> = (0..8)
            .map(|_| {
                let request = app.posting(&ada).header("Idempotency-Key", "k-1").json(&body);
                let made = Rc::clone(&made);
                actix_web::rt::spawn(async move {
                    let answer = request.expect(201).await.json();
                    made.borrow_mut().insert(id_of(&answer["comment"]));
                })
            })
            .collect();
        for post in posts {
            post.await.unwrap();
        }
        assert_eq!(made.borrow().len(), 1);
        assert_eq!(app.stored_comments().await, 1);
        assert_eq!(app.part(PAGE, "").await["page"]["comment_count"], 1);
    }

    async fn a_key_counts_for_its_account_and_route(app: TestApp) {
        app.ward_news(&json!({ "hold": "flagged" })).await;
        let ada = app.sign_in("ada@example.org", "Ada").await;
        let ben = app.sign_in("ben@example.org", "Ben").await;
        let body = json!({ "page": { "url": PAGE }, "body": "We say the same." });
        let first = app.posting(&ada).header("Idempotency-Key", "k-1").json(&body).expect(201).await.json();
        let other = json!({ "page": { "url": PAGE }, "body": "Ben says another thing." });
        let second = app.posting(&ben).header("Idempotency-Key", "k-1").json(&other).expect(201).await.json();
        assert_ne!(first["comment"]["id"], second["comment"]["id"]);
        // A report under the same key is none of its business; and is made once itself.
        let id = id_of(&first["comment"]);
        let report = || {
            app.post(&format!("/api/v1/comments/{id}/reports"))
                .origin(ORIGIN)
                .header("Idempotency-Key", "k-1")
                .json(&json!({ "reason": "other", "note": "Look at this." }))
        };
        let receipt = report().expect(201).await.json();
        assert_eq!(report().expect(201).await.json(), receipt);
    }

    async fn a_key_counts_for_its_resource(app: TestApp) {
        let desk = app.ward_news(&json!({ "hold": "flagged" })).await;
        let ada = app.sign_in("ada@example.org", "Ada").await;
        let mut receipts = HashSet::new();
        let report = |id: &str| {
            app.post(&format!("/api/v1/comments/{id}/reports"))
                .origin(ORIGIN)
                .header("Idempotency-Key", "k-1")
                .json(&json!({ "reason": "spam" }))
        };
        let mut ids = Vec::new();
        for text in ["The first of two.", "The second of them."] {
            let body = json!({ "page": { "url": PAGE }, "body": text });
            let id = id_of(&app.posting(&ada).json(&body).expect(201).await.json()["comment"]);
            receipts.insert(report(&id).expect(201).await.text());
            assert_eq!(app.at_desk(&desk, &id).await["reports"].as_array().unwrap().len(), 1, "{text}");
            ids.push(id);
        }
        assert_eq!(receipts.len(), 2);
        // A replay is answered although the comment is gone by now.
        app.remove(&desk, &ids[0]).await;
        assert!(receipts.contains(&report(&ids[0]).expect(201).await.text()));
        let fresh = app.post(&format!("/api/v1/comments/{}/reports", ids[0])).origin(ORIGIN).json(&json!({ "reason": "spam" }));
        assert_eq!(fresh.expect(404).await.code(), "comment_not_found");
    }

    async fn a_key_is_forgotten_after_a_day(app: TestApp) {
        app.ward_news(&json!({ "hold": "flagged" })).await;
        let ada = app.sign_in("ada@example.org", "Ada").await;
        let body = json!({ "page": { "url": PAGE }, "body": "Is this key still good?" });
        let post = || app.posting(&ada).header("Idempotency-Key", "k-1").json(&body);
        let first = post().expect(201).await.json();
        app.clock.advance(Duration::from_secs(24 * 60 * 60));
        app.run(|app| purge::purge(app).unwrap()).await;
        assert_eq!(post().expect(201).await.json()["comment"]["id"], first["comment"]["id"]);
        app.clock.advance(Duration::from_secs(1));
        app.run(|app| purge::purge(app).unwrap()).await;
        assert_ne!(post().expect(201).await.json()["comment"]["id"], first["comment"]["id"]);
        assert_eq!(app.stored_comments().await, 2);
    }

    async fn keys_are_one_header_of_visible_characters(app: TestApp) {
        app.ward_news(&json!({ "hold": "flagged" })).await;
        let ada = app.sign_in("ada@example.org", "Ada").await;
        let body = json!({ "page": { "url": PAGE }, "body": "A key." });
        for bad in ["", "a b", &"x".repeat(256)] {
            let answer = app.posting(&ada).header("Idempotency-Key", bad).json(&body).expect(400).await;
            assert_eq!(answer.code(), "invalid_idempotency_key", "{bad:?}");
        }
        let twice = app.posting(&ada).header("Idempotency-Key", "a").header("Idempotency-Key", "b").json(&body);
        assert_eq!(twice.expect(400).await.code(), "invalid_idempotency_key");
        assert_eq!(app.stored_comments().await, 0);
    }
}

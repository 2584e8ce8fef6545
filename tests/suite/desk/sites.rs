//! Sites at the desk: the pause with its sentence, and the policy, which is for owners.

use hustings::domain::role::Role;
use serde_json::json;

use super::{PAGE, texts};
use crate::support::both;
use crate::support::sign_in::{ORIGIN, SITE};

const PATH: &str = "/api/v1/desk/sites/ward-news";
const SENTENCE: &str = "Back on Friday; <b>until then</b> nobody reads along.";

both! {
    async fn a_paused_site_takes_nothing_and_says_why_at_once(app: TestApp) {
        app.add_site(SITE, ORIGIN).await;
        let staff = app.moderator(SITE, "ann@example.org", Role::Moderator).await;
        let reader = app.sign_in("mira@example.org", "Mira").await;
        let id = app.post_text(&reader, "The first.").await;
        app.decided(&staff, &id, json!({ "action": "approve", "revision": 1 })).await;
        let elsewhere = format!("/api/v1/sites/{SITE}/comments?page=https://blog.example.org/unread");
        assert_eq!(app.public().await["notice"], json!(null));
        assert_eq!(app.get(&elsewhere).expect(200).await.json()["notice"], json!(null));
        assert!(!app.public_fragment().await.contains("Friday"));

        let answer = app.ask_desk(&staff, "PATCH", PATH, Some(&json!({ "paused": SENTENCE }))).await;
        assert_eq!((answer.status, &answer.json()["paused"]), (200, &json!(SENTENCE)));
        let public = app.public().await;
        assert_eq!((&public["notice"], texts(&public)), (&json!(SENTENCE), vec!["The first.".to_owned()]));
        assert_eq!(app.get(&elsewhere).expect(200).await.json()["notice"], SENTENCE);
        let fragment = app.public_fragment().await;
        assert!(fragment.contains("Back on Friday") && !fragment.contains("<b>"), "{fragment}");

        let post = || {
            app.post(&format!("/api/v1/sites/{SITE}/comments"))
                .origin(ORIGIN)
                .token(&reader)
                .json(&json!({ "page": { "url": PAGE }, "body": "The second." }))
        };
        let refused = post().expect(403).await;
        assert_eq!((refused.code().as_str(), &refused.json()["detail"]), ("site_paused", &json!(SENTENCE)));
        let edit = app.patch(&format!("/api/v1/comments/{id}")).origin(ORIGIN).token(&reader).json(&json!({ "body": "Other.", "while_checked": "keep" }));
        assert_eq!(edit.expect(403).await.code(), "site_paused");
        assert_eq!(app.queue(&staff, "").await.0.len(), 1);

        for paused in ["", "  ", &"x".repeat(501)] {
            let answer = app.ask_desk(&staff, "PATCH", PATH, Some(&json!({ "paused": paused }))).await;
            assert_eq!((answer.status, answer.code().as_str()), (422, "paused_invalid"));
        }
        // A change of nothing leaves it paused; null ends it.
        app.ask_desk(&staff, "PATCH", PATH, Some(&json!({}))).await;
        post().expect(403).await;
        let answer = app.ask_desk(&staff, "PATCH", PATH, Some(&json!({ "paused": null }))).await;
        assert_eq!((answer.status, &answer.json()["paused"]), (200, &json!(null)));
        post().expect(201).await;
        assert_eq!(app.public().await["notice"], json!(null));
    }

    async fn two_changes_at_once_lose_nothing(app: TestApp) {
        app.add_site(SITE, ORIGIN).await;
        let crate::desk::Staff::Token(token) = app.program(SITE, Role::Owner).await else { unreachable!() };
        for round in 1..=8 {
            let changes: Vec<_> = [json!({ "max_links": round }), json!({ "edit_window_seconds": round }), json!({ "name": format!("Round {round}") })]
                .into_iter()
                .map(|change| actix_web::rt::spawn(app.patch(PATH).token(&token).json(&change).expect(200)))
                .collect();
            for change in changes {
                change.await.unwrap();
            }
            let site = app.get(PATH).token(&token).expect(200).await.json();
            assert_eq!(
                (&site["max_links"], &site["edit_window_seconds"], &site["name"]),
                (&json!(round), &json!(round), &json!(format!("Round {round}")))
            );
        }
    }

    async fn the_policy_is_for_owners(app: TestApp) {
        app.add_site(SITE, ORIGIN).await;
        let moderator = app.moderator(SITE, "ann@example.org", Role::Moderator).await;
        let owner = app.moderator(SITE, "olga@example.org", Role::Owner).await;
        let before = app.ask_desk(&moderator, "GET", PATH, None).await.json();
        for change in [
            json!({ "hold": "flagged" }),
            json!({ "name": "Another" }),
            json!({ "max_links": 5 }),
            json!({ "words": [] }),
            json!({ "reasons": [] }),
            json!({ "lang": "fr" }),
            json!({ "edit_window_seconds": 60 }),
            json!({ "waiting_letters": "nobody" }),
            json!({ "waiting_letters_text": false }),
            json!({ "contact": "desk@example.org" }),
            json!({ "paused": "Shut.", "hold": "flagged" }),
        ] {
            let answer = app.ask_desk(&moderator, "PATCH", PATH, Some(&change)).await;
            assert_eq!((answer.status, answer.code().as_str()), (403, "forbidden"), "{change}");
        }
        assert_eq!(app.ask_desk(&moderator, "GET", PATH, None).await.json(), before);

        let change = json!({
            "name": "The Ward News", "hold": "flagged", "edit_window_seconds": 60, "max_links": 2, "lang": "fr",
            "words": [{ "pattern": "ca[bt]", "regex": true, "strength": "hold" }, { "pattern": "dog", "strength": "flag" }],
            "reasons": ["rude"],
        });
        let answer = app.ask_desk(&owner, "PATCH", PATH, Some(&change)).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        let after = app.ask_desk(&moderator, "GET", PATH, None).await.json();
        assert_eq!(after, answer.json());
        for field in ["name", "hold", "edit_window_seconds", "max_links", "lang", "reasons"] {
            assert_eq!(after[field], change[field], "{field}");
        }
        assert_eq!(after["words"][1], json!({ "pattern": "dog", "regex": false, "strength": "flag" }));

        // And it is what comments are judged by.
        let reader = app.sign_in("mira@example.org", "Mira").await;
        for (body, state) in [("A cow.", "published"), ("A dog.", "published"), ("A cat.", "held")] {
            let id = app.post_text(&reader, body).await;
            assert_eq!(app.desk_comment(&owner, &id).await["state"], state, "{body}");
        }
    }

    async fn a_policy_that_cannot_work_is_refused(app: TestApp) {
        app.add_site(SITE, ORIGIN).await;
        let owner = app.program(SITE, Role::Owner).await;
        let before = app.ask_desk(&owner, "GET", PATH, None).await.json();
        let word = |pattern: &str, regex: bool, strength: &str| {
            json!({ "words": [{ "pattern": "dog", "strength": "hold" }, { "pattern": pattern, "regex": regex, "strength": strength }] })
        };
        for (change, code, pointer) in [
            (word("(", true, "hold"), "word_invalid", "/words/1/pattern"),
            (word("", false, "hold"), "word_invalid", "/words/1/pattern"),
            (word("x*", true, "hold"), "word_invalid", "/words/1/pattern"),
            (word("(x{1000}){1000}", true, "hold"), "word_invalid", "/words/1/pattern"),
            (word("cat", false, "ban"), "strength_unknown", "/words/1/strength"),
            (json!({ "hold": "none" }), "hold_unknown", "/hold"),
            (json!({ "name": " " }), "name_invalid", "/name"),
            (json!({ "lang": "<script>" }), "lang_invalid", "/lang"),
            (json!({ "contact": "javascript:alert(1)" }), "contact_invalid", "/contact"),
            (json!({ "edit_window_seconds": u64::MAX }), "edit_window_invalid", "/edit_window_seconds"),
            (json!({ "edit_window_seconds": -1 }), "invalid_value", "/edit_window_seconds"),
            (json!({ "reasons": ["rude", " "] }), "reason_invalid", "/reasons/1"),
            (json!({ "origins": ["https://evil.example.net"] }), "unknown_field", "/origins"),
        ] {
            let answer = app.ask_desk(&owner, "PATCH", PATH, Some(&change)).await;
            assert_eq!((answer.status, answer.code().as_str()), (422, code), "{change}");
            assert_eq!(answer.json()["errors"][0]["pointer"], pointer, "{change}");
        }
        assert_eq!(app.ask_desk(&owner, "GET", PATH, None).await.json(), before);
        // A parenthesis is no mistake in a plain word.
        let answer = app.ask_desk(&owner, "PATCH", PATH, Some(&word("(", false, "hold"))).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
    }
}

//! The texts of withdrawn comments, when their time is over.

use std::time::Duration;

use hustings::storage::stores::retention::Erased;
use serde_json::{Value, json};

use super::{DAY, MARKER, audit};
use crate::support::both;
use crate::support::comments::{PAGE, id_of, ids_of};
use crate::support::sign_in::{ORIGIN, SITE};

const HOUR: Duration = Duration::from_secs(60 * 60);

both! {
    async fn nothing_of_a_withdrawn_text_is_left_when_its_time_is_over(app: TestApp) {
        let desk = app.ward_news(&json!({ "hold": "all", "max_links": 0 })).await;
        let mira = app.sign_in("mira@example.org", "Mira").await;
        let id = app.marked(&mira, "p-1").await;
        app.takes(&desk, &id, &json!({ "action": "approve", "revision": 1, "note": format!("Odd: {MARKER}.") })).await;
        let receipt = app.send_report(&id, &format!("There is no {MARKER}."), "rita@example.org").await;
        let edited = app.edit(&mira, &id, &json!({ "body": format!("Much {MARKER}, see https://{MARKER}.example.net/."), "while_checked": "keep" })).await;
        assert_eq!(edited.status, 200, "{}", edited.text());
        let words = format!("No {MARKER} here, please.");
        app.takes(&desk, &id, &json!({ "action": "remove", "reason": words })).await;
        let decisions = app.at_desk(&desk, &id).await["decisions"].clone();
        assert_eq!(decisions.as_array().unwrap().last().unwrap()["reason"], words);
        let places = app.database().places_of(MARKER);
        for place in ["decision_notes.note", "decision_notes.words", "findings.spans", "pages.title", "pages.url", "reports.note", "revisions.body", "revisions.html", "revisions.source_url"] {
            assert!(places.iter().any(|it| it == place), "{place} is not among {places:?}");
        }
        let decisions = app.at_desk(&desk, &id).await["decisions"].as_array().unwrap().len();

        app.withdraw(&mira, &id).await;
        app.clock.advance(30 * DAY - HOUR);
        assert_eq!(app.erase_due().await, Erased::default());
        assert_eq!(app.database().places_of(MARKER), places, "moderators can read it until then");
        assert!(app.at_desk(&desk, &id).await["body"].as_str().unwrap().contains(MARKER));
        app.clock.advance(2 * HOUR);
        assert_eq!(app.erase_due().await, Erased { comments: 1, texts: 2, notes: 2 });
        assert_eq!(app.database().places_of(MARKER), Vec::<String>::new());
        assert!(!app.database().is_in_files(MARKER), "its bytes are overwritten, in the log, too");
        assert_eq!(app.erase_due().await, Erased::default(), "once");

        // What it was and what became of it stays.
        let at_desk = app.at_desk(&desk, &id).await;
        assert_eq!(at_desk["state"], "withdrawn");
        assert_eq!((&at_desk["body"], &at_desk["html"], &at_desk["source_url"]), (&json!(""), &json!(null), &json!(null)));
        assert_eq!((&at_desk["findings"], &at_desk["page"]["claimed_title"]), (&json!([]), &json!(null)));
        assert_eq!(at_desk["page"]["claimed_url"], format!("{ORIGIN}/"));
        assert_eq!(at_desk["erased"], json!(true));
        let after = at_desk["decisions"].as_array().unwrap();
        assert_eq!(after.len(), decisions + 1);
        assert!(after.iter().all(|decision| decision["note"].is_null()), "{after:?}");
        assert_eq!(after[after.len() - 2]["reason"], "own_words", "that there was one stays");
        let report = app.receipt(&receipt).await;
        assert_eq!((&report["state"], &report["note"]), (&json!("acted_on"), &json!("")));
        for path in [format!("/desk/comments/{id}"), format!("/desk?site={SITE}&state=withdrawn")] {
            let html = app.desk_page(&path).await;
            assert!(html.contains("Its text has been erased.") && html.contains("Mira"), "{html}");
        }
        let audit = audit(&app, &desk).await;
        assert!(audit.holds(), "{:?}", audit.faults);
        assert_eq!((audit.erased_notes, audit.erased_texts), (2, 2));

        // Its author gets what is left; nobody can bring it back.
        let mira = app.sign_in("mira@example.org", "Mira").await;
        let own = app.get(&format!("/api/v1/comments/{id}")).origin(ORIGIN).token(&mira).expect(200).await.json()["comment"].clone();
        assert_eq!((&own["state"], &own["html"], own.get("body")), (&json!("withdrawn"), &json!(null), None));
        let page = format!("/sites/{SITE}/comments/{id}/edit?page={ORIGIN}");
        assert!(app.get(&page).send().await.status < 500);
        let edit = app.edit(&mira, &id, &json!({ "body": "Once more.", "while_checked": "keep" })).await;
        assert_eq!(edit.code(), "not_editable");
        for decision in [json!({ "action": "restore", "revision": 2 }), json!({ "action": "reopen" })] {
            assert_eq!(app.decide(&desk, &id, &decision).await.code(), "wrong_state");
        }
        assert_eq!(app.decide(&desk, &id, &json!({ "action": "undo" })).await.code(), "nothing_to_undo");
        // The same words again are no repetition of what nobody remembers.
        let again = app.comment(&mira, PAGE, "Much of it, and more.").await;
        let again = app.at_desk(&desk, &id_of(&again)).await;
        let rules: Vec<&Value> = again["findings"].as_array().unwrap().iter().map(|it| &it["rule"]).collect();
        assert!(!rules.contains(&&json!("repeat")), "{rules:?}");
    }

    async fn an_answer_keeps_its_place_and_the_page_its_claims(app: TestApp) {
        let desk = app.ward_news(&json!({ "hold": "all" })).await;
        let mira = app.sign_in("mira@example.org", "Mira").await;
        let ada = app.sign_in("ada@example.org", "Ada").await;
        let body = json!({ "page": { "url": PAGE, "title": "The meetings" }, "body": format!("Is it {MARKER}?") });
        let question = id_of(&app.posting(&mira).json(&body).expect(201).await.json()["comment"]);
        app.approve(&desk, &question).await;
        let answer = id_of(&app.reply(&ada, &question, "It is not.").await);
        app.approve(&desk, &answer).await;
        app.withdraw(&mira, &question).await;
        let before = app.part(PAGE, "").await;
        app.clock.advance(31 * DAY);
        assert_eq!(app.erase_due().await.comments, 1);
        assert_eq!(app.database().places_of(MARKER), Vec::<String>::new());

        let part = app.part(PAGE, "").await;
        assert_eq!(part, before, "the public saw nothing of it before either");
        assert_eq!(ids_of(&part), [question.clone(), answer.clone()]);
        assert_eq!((&part["comments"][0]["state"], &part["comments"][0]["html"]), (&json!("hidden"), &json!(null)));
        assert!(app.fragment(PAGE).await.contains("It is not."));
        let below = app.at_desk(&desk, &answer).await;
        assert_eq!(below["page"]["claimed_title"], "The meetings", "others still write there");
        let html = app.desk_page(&format!("/desk/comments/{answer}")).await;
        assert!(html.contains("Its text has been erased.") && html.contains("It is not."), "{html}");
    }

    async fn what_is_not_withdrawn_is_kept_however_old(app: TestApp) {
        let desk = app.ward_news(&json!({ "hold": "all" })).await;
        let mira = app.sign_in("mira@example.org", "Mira").await;
        let mut ids = Vec::new();
        for text in ["One.", "Two.", "Three.", "Four."] {
            ids.push(id_of(&app.comment(&mira, PAGE, text).await));
        }
        app.approve(&desk, &ids[0]).await;
        app.takes(&desk, &ids[1], &json!({ "action": "reject", "reason": "abusive", "note": "Rude." })).await;
        app.takes(&desk, &ids[2], &json!({ "action": "spam" })).await;
        app.clock.advance(400 * DAY);
        assert_eq!(app.erase_due().await, Erased::default());
        for (id, text) in ids.iter().zip(["One.", "Two.", "Three.", "Four."]) {
            assert_eq!(app.at_desk(&desk, id).await["body"], text);
        }
    }

    async fn many_go_in_small_steps_and_the_time_is_the_operators(app: TestApp) {
        let app = app.restart("[retention]\nwithdrawn_days = 1\n").await;
        app.ward_news(&json!({ "hold": "all" })).await;
        let mira = app.sign_in("mira@example.org", "Mira").await;
        for number in 0..45 {
            let id = id_of(&app.comment(&mira, PAGE, &format!("Number {number} of {MARKER}.")).await);
            app.withdraw(&mira, &id).await;
        }
        app.clock.advance(DAY - HOUR);
        assert_eq!(app.erase_due().await, Erased::default());
        app.clock.advance(HOUR);
        assert_eq!(app.erase_due().await, Erased { comments: 45, texts: 45, notes: 0 });
        assert_eq!(app.database().places_of(MARKER), Vec::<String>::new());
        let html = app.get(&format!("/sites/{SITE}/about")).expect(200).await.text();
        assert!(html.contains("within two days"), "{html}");
    }
}

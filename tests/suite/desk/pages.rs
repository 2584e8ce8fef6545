//! Pages at the desk: open and closed, titles, and the people whom they concern.

use hustings::domain::person::Stance;
use hustings::domain::role::Role;
use serde_json::json;

use super::PAGE;
use crate::support::sign_in::{ORIGIN, SITE};
use crate::support::{TestApp, both};

/// The desk's address of the page that a comment is on.
async fn page_of(app: &TestApp, staff: &super::Staff, id: &str) -> String {
    let page = app.desk_comment(staff, id).await["page"]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    format!("/api/v1/desk/pages/{page}")
}

both! {
    async fn a_closed_page_takes_no_comments_and_says_so_at_once(app: TestApp) {
        app.add_site(SITE, ORIGIN).await;
        let staff = app.program(SITE, Role::Moderator).await;
        let reader = app.sign_in("mira@example.org", "Mira").await;
        let id = app.post_text(&reader, "The first.").await;
        app.decided(&staff, &id, json!({ "action": "approve", "revision": 1 })).await;
        let page = page_of(&app, &staff, &id).await;
        // Read before, so that finished bytes lie ready.
        assert_eq!(app.public().await["page"]["state"], "open");
        assert!(!app.public_fragment().await.contains("closed"));

        let answer = app.ask_desk(&staff, "PATCH", &page, Some(&json!({ "state": "closed" }))).await;
        assert_eq!((answer.status, &answer.json()["state"]), (200, &json!("closed")));
        assert_eq!(app.public().await["page"]["state"], "closed");
        assert!(app.public_fragment().await.contains("Comments on this page are closed."));
        let post = |body: &str| {
            app.post(&format!("/api/v1/sites/{SITE}/comments"))
                .origin(ORIGIN)
                .token(&reader)
                .json(&json!({ "page": { "url": PAGE }, "body": body }))
        };
        assert_eq!(post("The second.").expect(409).await.code(), "page_closed");
        let edit = app.patch(&format!("/api/v1/comments/{id}")).origin(ORIGIN).token(&reader).json(&json!({ "body": "Other.", "while_checked": "keep" }));
        assert_eq!(edit.expect(409).await.code(), "page_closed");
        assert_eq!(app.queue(&staff, "").await.0.len(), 1);
        // What was said can still be taken back, and decided on.
        app.decided(&staff, &id, json!({ "action": "hold" })).await;
        app.take_back(&reader, &id).await;

        app.ask_desk(&staff, "PATCH", &page, Some(&json!({ "state": "open" }))).await;
        post("The second.").expect(201).await;
        assert!(!app.public_fragment().await.contains("closed"));
    }

    async fn a_page_can_be_closed_before_anything_is_public(app: TestApp) {
        app.add_site(SITE, ORIGIN).await;
        let staff = app.program(SITE, Role::Moderator).await;
        let reader = app.sign_in("mira@example.org", "Mira").await;
        let id = app.post_text(&reader, "The first.").await;
        assert!(!app.public_fragment().await.contains("closed"));
        let page = page_of(&app, &staff, &id).await;
        app.ask_desk(&staff, "PATCH", &page, Some(&json!({ "state": "closed" }))).await;
        assert!(app.public_fragment().await.contains("Comments on this page are closed."));
    }

    async fn a_title_is_public_once_confirmed(app: TestApp) {
        app.add_site(SITE, ORIGIN).await;
        let staff = app.program(SITE, Role::Moderator).await;
        let reader = app.sign_in("mira@example.org", "Mira").await;
        let answer = app
            .post(&format!("/api/v1/sites/{SITE}/comments"))
            .origin(ORIGIN)
            .token(&reader)
            .json(&json!({ "page": { "url": PAGE, "title": "What the browser\nsays" }, "body": "The first." }))
            .expect(201)
            .await
            .json();
        let id = answer["comment"]["id"].as_str().unwrap();
        app.decided(&staff, id, json!({ "action": "approve", "revision": 1 })).await;
        assert_eq!(app.public().await["page"]["title"], json!(null));
        let path = page_of(&app, &staff, id).await;
        let page = app.ask_desk(&staff, "GET", &path, None).await.json();
        assert_eq!((&page["title"], &page["claimed_title"]), (&json!(null), &json!("What the browser says")));

        let answer = app.ask_desk(&staff, "PATCH", &path, Some(&json!({ "title": "  The candidates \u{202E}of the ward " }))).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        let page = answer.json();
        assert_eq!((&page["title"], &page["claimed_title"]), (&json!("The candidates of the ward"), &json!(null)));
        assert_eq!(app.public().await["page"]["title"], "The candidates of the ward");
        for title in ["", " \u{0} ", &"x".repeat(301)] {
            let answer = app.ask_desk(&staff, "PATCH", &path, Some(&json!({ "title": title }))).await;
            assert_eq!((answer.status, answer.code().as_str()), (422, "title_invalid"), "{title}");
        }
        let answer = app.ask_desk(&staff, "PATCH", &path, Some(&json!({ "url": PAGE }))).await;
        assert_eq!((answer.status, answer.code().as_str()), (422, "unknown_field"));
        let answer = app.ask_desk(&staff, "PATCH", &path, Some(&json!({ "state": "shut" }))).await;
        assert_eq!((answer.status, answer.code().as_str()), (422, "invalid_value"));
        assert_eq!(app.public().await["page"]["title"], "The candidates of the ward");
    }

    async fn a_page_concerns_people_of_its_sites_register(app: TestApp) {
        let site = app.add_site(SITE, ORIGIN).await;
        let parish = app.add_site("parish-post", "https://parish.example.org").await;
        let person = app.person(site, "Quentin Farrowdale", Stance::Hold).await.to_string();
        let other = app.person(parish, "Rosalind Thackwell", Stance::Hold).await.to_string();
        let staff = app.program(SITE, Role::Moderator).await;
        let reader = app.sign_in("mira@example.org", "Mira").await;
        app.hold("flagged").await;
        let id = app.post_text(&reader, "Farrowdale was late.").await;
        assert_eq!(app.desk_comment(&staff, &id).await["state"], "published", "a surname alone");
        let path = page_of(&app, &staff, &id).await;
        let answer = app.ask_desk(&staff, "PATCH", &path, Some(&json!({ "people": [person, person] }))).await;
        assert_eq!((answer.status, &answer.json()["people"]), (200, &json!([person])));
        // On a page about somebody, a surname names them.
        let id = app.post_text(&reader, "Farrowdale was late again.").await;
        assert_eq!(app.desk_comment(&staff, &id).await["reasons"], json!(["names_person"]));

        for people in [json!([other]), json!([person, "01890000-0000-7000-8000-000000000000"]), json!(["Quentin"])] {
            let answer = app.ask_desk(&staff, "PATCH", &path, Some(&json!({ "people": people, "state": "closed" }))).await;
            assert_eq!((answer.status, answer.code().as_str()), (422, "person_unknown"), "{people}");
        }
        let page = app.ask_desk(&staff, "GET", &path, None).await.json();
        assert_eq!((&page["people"], &page["state"]), (&json!([person]), &json!("open")));
        // Nobody else is told whom a page concerns.
        assert!(!app.public().await.to_string().contains(&person));
        let answer = app.ask_desk(&staff, "PATCH", &path, Some(&json!({ "people": [] }))).await;
        assert_eq!(answer.json()["people"], json!([]));
    }
}

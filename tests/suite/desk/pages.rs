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

    async fn a_page_stays_unknown_until_something_is_public(app: TestApp) {
        app.add_site(SITE, ORIGIN).await;
        let staff = app.program(SITE, Role::Moderator).await;
        let reader = app.sign_in("mira@example.org", "Mira").await;
        let id = app.post_text(&reader, "The first.").await;
        let nobody_wrote = app.get(&format!("/api/v1/sites/{SITE}/comments?page=https://blog.example.org/none")).expect(200).await.json();
        let page = page_of(&app, &staff, &id).await;
        // Whatever moderators do with it: that somebody wrote there is not for the public.
        for change in [json!({ "state": "closed" }), json!({ "title": "The candidates" }), json!({ "url": PAGE })] {
            let answer = app.ask_desk(&staff, "PATCH", &page, Some(&change)).await;
            assert_eq!(answer.status, 200, "{}", answer.text());
            assert_eq!(app.public().await, nobody_wrote, "{change}");
            assert!(!app.public_fragment().await.contains("closed"));
        }
        let post = app.post(&format!("/api/v1/sites/{SITE}/comments")).origin(ORIGIN).token(&reader);
        assert_eq!(post.json(&json!({ "page": { "url": PAGE }, "body": "The second." })).expect(409).await.code(), "page_closed");
        app.decided(&staff, &id, json!({ "action": "approve", "revision": 1 })).await;
        let public = app.public().await;
        assert_eq!((&public["page"]["state"], &public["page"]["title"]), (&json!("closed"), &json!("The candidates")));
    }

    async fn an_address_beside_a_page_id_is_public_once_confirmed(app: TestApp) {
        app.add_site(SITE, ORIGIN).await;
        let staff = app.program(SITE, Role::Moderator).await;
        let reader = app.sign_in("mira@example.org", "Mira").await;
        // The page's id is there for all to see; the address beside it is whatever the first who comments says.
        let trap = "https://blog.example.org/login?next=https%3A%2F%2Felsewhere.example";
        let answer = app
            .post(&format!("/api/v1/sites/{SITE}/comments"))
            .origin(ORIGIN)
            .token(&reader)
            .json(&json!({ "page": { "id": "post-7", "url": trap }, "body": "The first." }))
            .expect(201)
            .await
            .json();
        let id = answer["comment"]["id"].as_str().unwrap();
        let fragment = format!("#hustings-{id}");
        assert_eq!(answer["comment"]["url"], fragment);
        app.decided(&staff, id, json!({ "action": "approve", "revision": 1 })).await;
        let part = || app.get(&format!("/api/v1/sites/{SITE}/comments?page={PAGE}&page_id=post-7"));
        let public = part().expect(200).await;
        assert_eq!(public.json()["page"]["url"], json!(null));
        assert_eq!(public.json()["comments"][0]["url"], fragment);
        let html = app.get(&format!("/embed/{SITE}/comments?page={PAGE}&page_id=post-7")).expect(200).await.text();
        for public in [public.text(), html] {
            assert!(!public.contains("/login") && !public.contains("elsewhere.example"), "{public}");
        }
        let path = page_of(&app, &staff, id).await;
        let page = app.ask_desk(&staff, "GET", &path, None).await.json();
        assert_eq!((&page["url"], &page["claimed_url"]), (&json!(null), &json!(trap)));

        for (url, code) in [
            ("https://elsewhere.example/candidates", "page_not_of_site"),
            ("https://mira@blog.example.org/", "page_address_userinfo"),
            ("/candidates", "page_address_invalid"),
        ] {
            let answer = app.ask_desk(&staff, "PATCH", &path, Some(&json!({ "url": url }))).await;
            assert_eq!((answer.status, answer.code().as_str()), (422, code), "{url}");
        }
        let answer = app.ask_desk(&staff, "PATCH", &path, Some(&json!({ "url": format!("{PAGE}?utm_source=x#top") }))).await;
        assert_eq!((&answer.json()["url"], &answer.json()["claimed_url"]), (&json!(PAGE), &json!(null)));
        let public = part().expect(200).await.json();
        assert_eq!((&public["page"]["url"], &public["comments"][0]["url"]), (&json!(PAGE), &json!(format!("{PAGE}{fragment}"))));
        // Another claim changes nothing.
        app.post(&format!("/api/v1/sites/{SITE}/comments"))
            .origin(ORIGIN)
            .token(&reader)
            .json(&json!({ "page": { "id": "post-7", "url": trap }, "body": "The second." }))
            .expect(201)
            .await;
        assert_eq!(part().expect(200).await.json()["page"]["url"], PAGE);
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
        let answer = app.ask_desk(&staff, "PATCH", &path, Some(&json!({ "id": "post-7" }))).await;
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

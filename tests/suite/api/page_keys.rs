//! Which page an address means, and that a title is a claim.

use serde_json::{Value, json};

use crate::support::comments::{PAGE, escaped, id_of, ids_of};
use crate::support::sign_in::{ORIGIN, SITE};
use crate::support::{TestApp, both};

async fn count(app: &TestApp, page: &str, rest: &str) -> usize {
    ids_of(&app.part(page, rest).await).len()
}

both! {
    async fn tracking_parameters_and_fragments_make_no_other_page(app: TestApp) {
        app.ward_news(&json!({ "hold": "flagged" })).await;
        let ada = app.sign_in("ada@example.org", "Ada").await;
        let tracked = format!("{PAGE}/?utm_source=letter&fbclid=abc#top");
        let first = app.comment(&ada, &tracked, "Came by a letter.").await;
        assert_eq!(first["url"], format!("{PAGE}/#hustings-{}", id_of(&first)));
        app.comment(&ada, &format!("{PAGE}?m=1&gclid=x"), "Came by a telephone.").await;
        for same in [PAGE, &format!("{PAGE}/"), &format!("{PAGE}#c"), &format!("{PAGE}?amp=1&UTM_Campaign=z")] {
            assert_eq!(count(&app, same, "").await, 2, "{same}");
        }
        // What is not tracking is a page of its own, in whatever order.
        app.comment(&ada, "https://blog.example.org/?p=123&lang=en", "On the post 123.").await;
        assert_eq!(count(&app, "https://blog.example.org/?lang=en&utm_medium=x&p=123", "").await, 1);
        assert_eq!(count(&app, "https://blog.example.org/?lang=en&p=124", "").await, 0);
        assert_eq!(count(&app, "https://blog.example.org/", "").await, 0);
    }

    async fn a_sites_origins_are_mirrors(app: TestApp) {
        let desk = app.ward_news(&json!({ "hold": "flagged" })).await;
        let mirror = "https://www.example.org";
        let (site, now) = (desk.site, hustings::domain::clock::Clock::now(&*app.clock));
        let origin = mirror.parse().unwrap();
        app.write(move |tx| Ok(tx.add_origin(site, &origin, now)?)).await;
        let ada = app.sign_in("ada@example.org", "Ada").await;
        app.comment(&ada, PAGE, "On the one.").await;
        app.comment(&ada, &format!("{mirror}/selection-meetings"), "On the other.").await;
        assert_eq!(count(&app, PAGE, "").await, 2);
        assert_eq!(count(&app, &format!("{mirror}/selection-meetings"), "").await, 2);
    }

    async fn a_page_id_counts_for_more_than_the_address(app: TestApp) {
        app.ward_news(&json!({ "hold": "flagged" })).await;
        let ada = app.sign_in("ada@example.org", "Ada").await;
        for (url, text) in [(PAGE, "Under its old address."), ("https://blog.example.org/moved", "Under its new one.")] {
            let body = json!({ "page": { "id": "post-7", "url": url }, "body": text });
            app.posting(&ada).json(&body).expect(201).await;
        }
        assert_eq!(count(&app, "https://blog.example.org/moved", "&page_id=post-7").await, 2);
        assert_eq!(count(&app, PAGE, "&page_id=post-8").await, 0);
        assert_eq!(count(&app, PAGE, "").await, 0);
        let me = format!("/api/v1/me?site={SITE}&page={}&page_id=post-7", escaped(PAGE));
        let me = app.get(&me).origin(ORIGIN).token(&ada).expect(200).await.json();
        assert_eq!(me["own"].as_array().unwrap().len(), 2);
        for id in ["", " ", "a\nb", &"x".repeat(201)] {
            let body = json!({ "page": { "id": id, "url": PAGE }, "body": "Where am I?" });
            assert_eq!(app.posting(&ada).json(&body).expect(422).await.code(), "page_id_invalid", "{id:?}");
        }
    }

    async fn a_title_is_a_claim_until_a_moderator_confirms_one(app: TestApp) {
        let desk = app.ward_news(&json!({ "hold": "flagged" })).await;
        let ada = app.sign_in("ada@example.org", "Ada").await;
        let claim = "Orla Quenby resigns \u{202E}\n at last";
        let body = json!({ "page": { "url": PAGE, "title": claim }, "body": "Is that so?" });
        let posted = app.posting(&ada).json(&body).expect(201).await;
        let id = id_of(&posted.json()["comment"]);
        assert!(!posted.text().contains("resigns"));
        let part = app.part(PAGE, "").await;
        assert_eq!(part["page"]["title"], Value::Null);
        for public in [part.to_string(), app.fragment(PAGE).await, app.me(&ada, PAGE).await.to_string()] {
            assert!(!public.contains("resigns"), "{public}");
        }
        let seen = app.at_desk(&desk, &id).await;
        assert_eq!((&seen["page"]["title"], &seen["page"]["claimed_title"]), (&Value::Null, &json!("Orla Quenby resigns at last")));
        let page = seen["page"]["id"].as_str().unwrap();
        let confirm = json!({ "title": "Selection meetings are set" });
        let changed = app.patch(&format!("/api/v1/desk/pages/{page}")).token(&desk.token).json(&confirm).expect(200).await;
        assert_eq!(changed.json()["claimed_title"], Value::Null);
        assert_eq!(app.part(PAGE, "").await["page"]["title"], "Selection meetings are set");
        // A later claim changes nothing.
        app.posting(&ada).json(&json!({ "page": { "url": PAGE, "title": "Another" }, "body": "More." })).expect(201).await;
        assert_eq!(app.part(PAGE, "").await["page"]["title"], "Selection meetings are set");
    }
}

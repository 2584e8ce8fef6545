//! A site's comments asked for without a page: the article that the reader comes from, else what there is.

use std::time::Duration;

use serde_json::json;

use crate::support::both;
use crate::support::comments::{PAGE, escaped, id_of};
use crate::support::sign_in::{OWN, SITE};

const BLOG: &str = "https://blog.example.org";

/// The addresses that a page links to.
fn links(html: &str) -> Vec<String> {
    let rest = html.split("<a href=\"").skip(1);
    rest.map(|rest| {
        rest.split('"')
            .next()
            .unwrap()
            .replace("&amp;", "&")
            .replace("&#38;", "&")
    })
    .collect()
}

both! {
    async fn without_a_page_the_pages_with_comments_are_listed(app: TestApp) {
        let desk = app.ward_news(&json!({ "hold": "flagged" })).await;
        let all = format!("/sites/{SITE}/comments");
        let empty = app.get(&all).expect(200).await.text();
        assert!(empty.contains("No article has public comments yet."), "{empty}");

        let token = app.sign_in("ada@example.org", "Ada").await;
        app.comment(&token, PAGE, "One.").await;
        app.comment(&token, PAGE, "Two.").await;
        app.clock.advance(Duration::from_secs(1));
        app.comment(&token, &format!("{BLOG}/library?year=2026"), "Three.").await;
        // Not public, or under an address that nobody has confirmed: not told.
        app.set_policy(&desk, &json!({ "hold": "all" })).await;
        app.comment(&token, &format!("{BLOG}/secret-draft"), "Waits.").await;
        app.set_policy(&desk, &json!({ "hold": "flagged" })).await;
        let claimed = json!({ "page": { "url": format!("{BLOG}/claimed"), "id": "post 7" }, "body": "By its id." });
        app.posting(&token).json(&claimed).expect(201).await;
        let html = app.get(&format!("{all}?utm_source=x&page=")).expect(200).await.text();
        assert!(!html.contains("secret-draft") && !html.contains("claimed"), "{html}");
        let library = format!("{all}?page={}", escaped(&format!("{BLOG}/library?year=2026")));
        let found: Vec<String> = links(&html).into_iter().filter(|link| link.contains("page=")).collect();
        assert_eq!(found, [library.clone(), format!("{all}?page={}", escaped(PAGE))]);
        assert!(html.contains("2 comments") && html.contains("1 comment<"), "{html}");
        assert!(app.get(&library).expect(200).await.text().contains("Three."));

        // Confirmed, it is listed under its address, and its link finds it by its id.
        let part = app.get(&format!("/api/v1/sites/{SITE}/comments?page={}&page_id=post+7", escaped(&format!("{BLOG}/claimed")))).expect(200).await.json();
        let page = part["page"]["id"].as_str().unwrap();
        let change = json!({ "title": "The <b>claimed</b>", "url": format!("{BLOG}/claimed") });
        app.patch(&format!("/api/v1/desk/pages/{page}")).token(&desk.token).json(&change).expect(200).await;
        let html = app.get(&all).expect(200).await.text();
        assert!(html.contains("The &#60;b&#62;claimed"), "{html}");
        let link = links(&html).into_iter().find(|link| link.contains("page_id=post+7")).unwrap();
        assert!(app.get(&link).expect(200).await.text().contains("By its id."));

        // What is taken away is listed no more.
        let part = app.part(PAGE, "").await;
        for comment in part["comments"].as_array().unwrap() {
            app.remove(&desk, &id_of(comment)).await;
        }
        assert!(!app.get(&all).expect(200).await.text().contains(&escaped(PAGE)));
    }

    async fn the_list_comes_in_parts(app: TestApp) {
        app.ward_news(&json!({ "hold": "flagged" })).await;
        let token = app.sign_in("ada@example.org", "Ada").await;
        app.trust("ada@example.org", hustings::domain::account::Standing::Trusted).await;
        for n in 0..52 {
            app.clock.advance(Duration::from_secs(125));
            app.comment(&token, &format!("{BLOG}/post-{n}"), &format!("Number {n}.")).await;
        }
        let pages = |html: &str| links(html).into_iter().filter(|link| link.contains("page=http")).collect::<Vec<_>>();
        let first = app.get(&format!("/sites/{SITE}/comments?lang=en")).expect(200).await.text();
        assert_eq!(pages(&first).len(), 50);
        assert!(pages(&first)[0].contains("post-51"));
        let more = links(&first).into_iter().find(|link| link.contains("before=")).unwrap();
        let second = app.get(&more).expect(200).await.text();
        assert_eq!(pages(&second).len(), 2);
        assert!(pages(&second)[1].contains("post-0") && !second.contains("before="), "{second}");
        assert_eq!(app.get(&format!("/sites/{SITE}/comments?before=x")).expect(400).await.status, 400);
    }

    async fn who_comes_from_an_article_is_led_to_its_comments(app: TestApp) {
        app.ward_news(&json!({ "hold": "flagged" })).await;
        let all = format!("/sites/{SITE}/comments");
        let led = app.get(&all).header("Referer", PAGE).expect(303).await;
        assert_eq!(led.header("location"), format!("{all}?page={}", escaped(PAGE)));
        assert_eq!((led.header("vary"), led.header("cache-control")), ("Referer", "no-cache"));
        app.get(led.header("location")).expect(200).await;
        // Only of the site's blog, only an article, and never from our own pages.
        for from in [
            format!("{BLOG}/"), String::from("https://elsewhere.example.net/selection-meetings"),
            format!("{OWN}/sites/{SITE}/about"), String::from("nonsense"),
        ] {
            app.get(&all).header("Referer", &from).expect(200).await;
        }
    }
}

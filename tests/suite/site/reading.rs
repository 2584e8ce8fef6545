//! Reading: the page around the fragment, its links, and what it tells caches and search engines.

use std::time::Duration;

use serde_json::json;

use super::browser::{Browser, comments_address, first_id};
use crate::support::both;
use crate::support::comments::{PAGE, escaped};
use crate::support::sign_in::SITE;

both! {
    async fn the_page_is_called_by_its_path_until_a_title_is_confirmed(app: TestApp) {
        let desk = app.ward_news(&json!({ "hold": "flagged" })).await;
        let stranger = Browser::new(&app);
        let empty = stranger.comments().await;
        let html = empty.text();
        assert!(html.contains("<h1 dir=\"auto\">/selection-meetings</h1>") && html.contains("No comments yet"), "{html}");
        assert!(html.contains("name=\"robots\" content=\"noindex\""));
        assert!(html.contains(&format!("<link rel=\"canonical\" href=\"{PAGE}\">")), "{html}");
        assert!(html.contains(&format!("href=\"{PAGE}\">Back to the article")), "{html}");
        for (name, value) in [("referrer-policy", "same-origin"), ("cache-control", "private, no-cache"), ("vary", "Cookie"), ("access-control-allow-origin", ""), ("cross-origin-resource-policy", "same-origin")] {
            assert_eq!(empty.header(name), value, "{name}");
        }
        assert!(empty.header("content-security-policy").contains("form-action 'self'"));
        let token = app.sign_in("ada@example.org", "Ada").await;
        let body = json!({ "page": { "url": PAGE, "title": "Meetings & more" }, "body": "One." });
        app.posting(&token).json(&body).expect(201).await;
        let html = stranger.comments().await.text();
        assert!(html.contains("/selection-meetings</h1>") && !html.contains("Meetings") && !html.contains("noindex"), "{html}");
        let page = app.part(PAGE, "").await["page"]["id"].as_str().unwrap().to_owned();
        app.patch(&format!("/api/v1/desk/pages/{page}")).token(&desk.token).json(&json!({ "title": "Meetings & more" })).expect(200).await;
        let html = stranger.comments().await.text();
        assert!(html.contains("<h1 dir=\"auto\">Meetings &#38; more</h1>"), "{html}");
    }

    async fn more_is_a_link_and_a_permalink_opens_its_part(app: TestApp) {
        app.ward_news(&json!({ "hold": "flagged" })).await;
        let token = app.sign_in("ada@example.org", "Ada").await;
        let mut ids = Vec::new();
        for n in 0..3 {
            app.clock.advance(Duration::from_secs(1));
            ids.push(app.comment(&token, PAGE, &format!("Number {n}.")).await["id"].as_str().unwrap().to_owned());
        }
        let stranger = Browser::new(&app);
        let address = comments_address(PAGE);
        let html = stranger.open(&format!("{address}&limit=2")).await.text();
        let more = html.split("<p class=\"more\"").nth(1).unwrap();
        let more = more.split("href=\"").nth(1).unwrap().split('"').next().unwrap().replace("&amp;", "&");
        assert!(more.starts_with(&format!("?page={}&after=", escaped(PAGE))), "{more}");
        let html = stranger.open(&format!("/sites/{SITE}/comments{more}")).await.text();
        assert!(html.contains("Number 2.") && !html.contains("Number 1."), "{html}");
        assert!(!html.contains('\0'));
        let link = format!("?page={}&amp;at={}#hustings-{}", escaped(PAGE), ids[2], ids[2]);
        assert!(html.contains(&link), "{link} in {html}");
        let html = stranger.open(&format!("{address}&limit=1&at={}", ids[1])).await.text();
        assert_eq!(first_id(&html, "hustings-"), ids[1]);
        // One that is not public is said not to be, and the page is there all the same.
        app.withdraw(&token, &ids[1]).await;
        let html = stranger.open(&format!("{address}&at={}", ids[1])).await.text();
        assert!(html.contains("This comment is not public.") && html.contains("Number 0."), "{html}");
        let newest = stranger.open(&format!("{address}&sort=newest&fbclid=x")).await.text();
        assert_eq!(first_id(&newest, "hustings-"), ids[2]);
    }

    async fn a_page_found_by_its_id_is_found_by_every_link(app: TestApp) {
        app.ward_news(&json!({ "hold": "flagged" })).await;
        let token = app.sign_in("ada@example.org", "Ada").await;
        let body = json!({ "page": { "url": PAGE, "id": "post & 7" }, "body": "By its id." });
        app.posting(&token).json(&body).expect(201).await;
        let stranger = Browser::new(&app);
        let html = stranger.open(&format!("{}&page_id=post+%26+7", comments_address("https://blog.example.org/moved"))).await.text();
        assert!(html.contains("By its id."), "{html}");
        let links: Vec<&str> = html.split("href=\"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
        let own: Vec<&&str> = links.iter().filter(|link| link.contains("page=")).collect();
        assert!(own.len() > 4 && own.iter().all(|link| link.contains("page_id=post+%26+7")), "{own:?}");
    }

    async fn paused_and_closed_pages_say_so_and_have_no_composer(app: TestApp) {
        let desk = app.ward_news(&json!({ "hold": "flagged" })).await;
        let token = app.sign_in("ada@example.org", "Ada").await;
        app.comment(&token, PAGE, "One.").await;
        let stranger = Browser::new(&app);
        app.set_policy(&desk, &json!({ "paused": "Back on Monday." })).await;
        let html = stranger.comments().await.text();
        assert!(html.contains("Back on Monday.") && !html.contains("<textarea") && !html.contains("&amp;reply="), "{html}");
        app.set_policy(&desk, &json!({ "paused": null })).await;
        let page = app.part(PAGE, "").await["page"]["id"].as_str().unwrap().to_owned();
        app.patch(&format!("/api/v1/desk/pages/{page}")).token(&desk.token).json(&json!({ "state": "closed" })).expect(200).await;
        let html = stranger.comments().await.text();
        assert!(html.contains("Comments on this page are closed.") && !html.contains("<textarea"), "{html}");
    }

    async fn no_page_of_another_blog_is_linked(app: TestApp) {
        app.ward_news(&json!({})).await;
        let stranger = Browser::new(&app);
        for page in ["https://evil.example.net/", "https://blog.example.org.evil.example.net/", "javascript:alert(1)", "https://x@blog.example.org/"] {
            let answer = stranger.open(&comments_address(page)).await;
            assert_eq!(answer.status, 400, "{page}");
            assert!(!answer.text().contains("evil"), "{}", answer.text());
        }
        assert_eq!(stranger.open("/sites/nothing/comments?page=https://blog.example.org/").await.status, 404);
        assert_eq!(stranger.open(&format!("/sites/{SITE}/comments?page_id=7")).await.status, 400);
    }

    async fn the_pseudo_language_turns_the_page(app: TestApp) {
        app.ward_news(&json!({})).await;
        let html = Browser::new(&app).open(&format!("{}&lang=ar-XB", comments_address(PAGE))).await.text();
        assert!(html.contains("<html lang=\"ar-XB\" dir=\"rtl\">") && html.contains("lang=ar-XB"), "{html}");
        assert!(!html.contains("Write a comment"), "{html}");
    }
}

//! The page about a site's comments.

use serde_json::json;

use super::browser::{Browser, comments_address};
use crate::support::both;
use crate::support::comments::PAGE;
use crate::support::sign_in::SITE;

both! {
    async fn the_owners_words_stand_in_the_place_of_ours(app: TestApp) {
        let desk = app.ward_news(&json!({ "hold": "flagged" })).await;
        let reader = Browser::new(&app);
        let html = reader.comments().await.text();
        assert!(html.contains(&format!("href=\"/sites/{SITE}/about?page=")), "{html}");
        let about = format!("/sites/{SITE}/about");
        let html = reader.open(&about).await.text();
        for said in ["No advertising.", "Who moderates", "Some comments wait", "15 minutes", "encrypted", "How to complain", "blog.example.org"] {
            assert!(html.contains(said), "{said}: {html}");
        }
        assert!(!html.contains("noindex") && !html.contains("Back to the comments"));
        let from = reader.open(&comments_address(PAGE).replace("/comments?", "/about?")).await.text();
        assert!(from.contains("Back to the comments") && from.contains("noindex"), "{from}");
        let evil = reader.open(&format!("{about}?page=https%3A%2F%2Fevil.example.net%2F")).await.text();
        assert!(!evil.contains("evil"), "{evil}");

        let words = "# Our rules\n\nBe *kind*. <script>alert(1)</script> [us](https://blog.example.org/us) [x](javascript:alert(1))";
        app.set_policy(&desk, &json!({ "about": words })).await;
        let html = reader.open(&about).await.text();
        assert!(html.contains("<strong>Our rules</strong>") && html.contains("<em>kind</em>"), "{html}");
        assert!(!html.contains("<script") && !html.contains("javascript:") && !html.contains("No advertising."), "{html}");
        assert!(html.contains("encrypted") && html.contains("How to complain"), "what holds for every site stays");
        let settings = app.get(&format!("/api/v1/desk/sites/{SITE}")).token(&desk.token).expect(200).await.json();
        assert_eq!(settings["about"], words);
        let long = json!({ "about": "x".repeat(16_385), "name": "Another" });
        let refused = app.patch(&format!("/api/v1/desk/sites/{SITE}")).token(&desk.token).json(&long).expect(422).await;
        assert_eq!(refused.code(), "about_invalid");
        let settings = app.get(&format!("/api/v1/desk/sites/{SITE}")).token(&desk.token).expect(200).await.json();
        assert_ne!(settings["name"], "Another", "nothing is changed where a part cannot be");
        app.set_policy(&desk, &json!({ "about": null })).await;
        assert!(reader.open(&about).await.text().contains("No advertising."));
        assert_eq!(reader.open("/sites/nothing/about").await.status, 404);
    }

    async fn complaints_go_where_the_owner_says(app: TestApp) {
        let desk = app.ward_news(&json!({ "contact": "desk@example.org" })).await;
        let (reader, about) = (Browser::new(&app), format!("/sites/{SITE}/about"));
        let html = reader.open(&about).await.text();
        assert!(html.contains("<a href=\"mailto:desk@example.org\">desk@example.org</a>"), "{html}");
        assert!(!html.contains("<a href=\"https://blog.example.org\""), "{html}");
        app.set_policy(&desk, &json!({ "contact": null })).await;
        let html = reader.open(&about).await.text();
        assert!(!html.contains("mailto:") && html.contains("<a href=\"https://blog.example.org\""), "{html}");
    }
}

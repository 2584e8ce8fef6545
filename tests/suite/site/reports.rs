//! Reporting by a plain form, and the receipt.

use serde_json::json;

use super::browser::{Browser, first_id, form};
use crate::support::both;
use crate::support::comments::PAGE;
use crate::support::sign_in::SITE;

both! {
    async fn a_report_needs_no_account_and_its_receipt_tells_what_became_of_it(app: TestApp) {
        let desk = app.ward_news(&json!({ "hold": "flagged" })).await;
        let id = first_id(&Browser::new(&app).post("Something.", "Ada", "ada@example.org").await.text(), "hustings-");
        let rita = Browser::new(&app);
        let html = rita.comments().await.text();
        assert!(html.contains(&format!("href=\"comments/{id}/report?page=")), "{html}");
        let page = rita.open(&format!("/sites/{SITE}/comments/{id}/report?page={PAGE}")).await;
        assert!(page.text().contains("Something."), "{}", page.text());
        let empty = form(&page, "/report");
        for (form, said) in [
            (empty.clone(), "Please choose what is wrong."),
            (empty.clone().with("reason", "other"), "Please say what is wrong."),
            (empty.clone().with("reason", "abuse").with("email", "nowhere"), "This does not look like an email address."),
            (empty.clone().with("reason", "abuse").with("note", &"x".repeat(4_001)), "This is too long."),
        ] {
            let answer = rita.send(&form).await;
            assert_eq!(answer.status, 422, "{said}");
            assert!(answer.text().contains(said), "{said}: {}", answer.text());
            if form.fields.get("reason").map(String::as_str) == Some("abuse") {
                assert!(answer.text().contains("value=\"abuse\" checked"), "what was chosen is kept: {}", answer.text());
            }
        }
        let full = empty.with("reason", "false_about_person").with("note", "It was <b>not</b> so.").with("email", "rita@example.org");
        let sent = rita.send(&full).await;
        assert_eq!(sent.status, 303, "{}", sent.text());
        let receipt = sent.header("location").to_owned();
        assert_eq!(rita.send(&full).await.header("location"), receipt, "twice is once");
        let reports = app.at_desk(&desk, &id).await["reports"].as_array().unwrap().len();
        assert_eq!(reports, 1);
        let shown = rita.open(&receipt).await;
        assert_eq!((shown.header("referrer-policy"), shown.header("access-control-allow-origin")), ("same-origin", ""));
        assert_eq!(shown.header("cache-control"), "no-store");
        let html = shown.text();
        assert!(html.contains("We have your report. A moderator has yet to decide.") && html.contains("It was &#60;b&#62;not"), "{html}");
        assert!(html.contains("noindex") && html.contains(&receipt) && !html.contains("rita@example.org"), "{html}");
        app.remove(&desk, &id).await;
        let html = rita.open(&receipt).await.text();
        assert!(html.contains("it is no longer public") && !html.contains(&id), "{html}");
        assert_eq!(rita.open("/reports/none").await.status, 404);
        let gone = rita.open(&format!("/sites/{SITE}/comments/{id}/report?page={PAGE}")).await;
        assert_eq!(gone.status, 404);
    }
}

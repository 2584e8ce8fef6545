//! What forms are refused for: other origins, other sessions, other people's comments, and texts that cannot be.

use serde_json::json;

use super::browser::{Browser, comments_address, first_id, form};
use crate::support::comments::PAGE;
use crate::support::sign_in::{ORIGIN, SITE};
use crate::support::{TestApp, both};

both! {
    async fn forms_come_from_our_own_pages_only(app: TestApp) {
        app.ward_news(&json!({ "hold": "flagged" })).await;
        let ada = Browser::new(&app);
        let shown = ada.post("Mine.", "Ada", "ada@example.org").await;
        let id = first_id(&shown.text(), "hustings-");
        let composer = form(&shown, "/comments").with("body", "Forged.");
        let place = composer.action.split_once('?').unwrap().1.to_owned();
        // The blog itself is no page of ours, though its origin is listed.
        for origin in [ORIGIN, "https://evil.example.net", "null"] {
            let answer = ada.send_from(origin, &composer).await;
            assert_eq!(answer.status, 403, "{origin}");
            assert!(answer.text().contains("origin_not_listed") && !answer.text().contains("Forged."));
        }
        let cookie = ada.cookie().unwrap();
        for path in ["sign-in", "sign-in/change", "sign-in/resend", "sign-in/code", "sign-out"] {
            let fields = match path {
                "sign-out" => String::new(),
                _ => format!("key={k}&sign_in={k}&email=x@example.org", k = composer.fields["key"]),
            };
            let answer = app.post(&format!("/sites/{SITE}/{path}?{place}")).origin(ORIGIN).cookie("hustings-ward-news", &cookie)
                .body("application/x-www-form-urlencoded", fields).send().await;
            assert_eq!(answer.status, 403, "{path}");
        }
        for (what, fields) in [("edit", "body=x"), ("withdraw", ""), ("report", "reason=spam&key=AAAAAAAAAAAAAAAAAAAAAA")] {
            let path = format!("/sites/{SITE}/comments/{id}/{what}?{place}");
            let base = || app.post(&path).cookie("hustings-ward-news", &cookie).body("application/x-www-form-urlencoded", fields);
            assert_eq!(base().origin(ORIGIN).send().await.status, 403, "{what}");
            assert_eq!(base().send().await.status, 403, "{what} without a word of where from");
            assert_eq!(base().header("Sec-Fetch-Site", "same-site").send().await.status, 403, "{what}");
        }
        assert!(app.letters.letters().len() == 1 && app.stored_comments().await == 1);
        assert!(ada.comments().await.text().contains("Mine."));
    }

    async fn a_form_of_another_session_changes_nothing_and_loses_nothing(app: TestApp) {
        app.ward_news(&json!({ "hold": "flagged" })).await;
        let ada = Browser::new(&app);
        let shown = ada.post("Mine.", "Ada", "ada@example.org").await;
        let id = first_id(&shown.text(), "hustings-");
        let composer = form(&shown, "/comments").with("body", "Typed for a long time.");
        for forged in [composer.clone().without("form"), composer.clone().with("form", ""), composer.clone().with("form", "AAAA")] {
            let answer = ada.send(&forged).await;
            assert_eq!(answer.status, 403);
            assert!(answer.text().contains("Typed for a long time."), "{}", answer.text());
            // What comes back is good.
            assert_eq!(form(&answer, "/comments").fields["form"], composer.fields["form"]);
        }
        for what in ["edit", "withdraw"] {
            let page = ada.open(&format!("/sites/{SITE}/comments/{id}/{what}?page={PAGE}")).await;
            let answer = ada.send(&form(&page, &format!("/{what}")).with("form", "AAAA")).await;
            assert_eq!(answer.status, 403, "{what}");
        }
        assert_eq!(app.stored_comments().await, 1);
        assert!(ada.comments().await.text().contains("Mine."));
    }

    async fn texts_that_cannot_be_come_back_with_the_field_marked(app: TestApp) {
        app.ward_news(&json!({ "hold": "flagged" })).await;
        let ada = Browser::new(&app);
        let signed_in = Browser::new(&app);
        signed_in.post("Mine.", "Bea", "bea@example.org").await;
        let long = "x".repeat(16 * 1024 + 1);
        for browser in [&ada, &signed_in] {
            let composer = form(&browser.comments().await, "/comments");
            for (text, said) in [(" ", "Please write something first."), (long.as_str(), "This is too long")] {
                let answer = browser.send(&composer.clone().with("body", text)).await;
                assert_eq!(answer.status, 422);
                assert!(answer.text().contains(said) && answer.text().contains("aria-describedby=\"body-error body-hint\""));
                assert_eq!(form(&answer, "/comments").fields["body"], text);
            }
        }
        let who = ada.send(&form(&ada.comments().await, "/comments").with("body", "Kept.")).await;
        let answer = ada.send(&form(&who, "/sign-in").with("name", "\u{2714}").with("email", "not an address")).await;
        assert_eq!(answer.status, 422);
        let html = answer.text();
        assert!(html.contains("id=\"email-error\"") && html.contains("id=\"name-error\"") && html.contains("Kept."), "{html}");
        let answer = app.post(&comments_address(PAGE)).origin(crate::support::sign_in::OWN)
            .body("application/x-www-form-urlencoded", "body=x&admin=1").send().await;
        assert_eq!(answer.status, 400);
    }

    async fn a_closed_page_keeps_the_text_and_takes_nothing(app: TestApp) {
        let desk = app.ward_news(&json!({ "hold": "flagged" })).await;
        let (ada, bea) = (Browser::new(&app), Browser::new(&app));
        ada.post("Mine.", "Ada", "ada@example.org").await;
        let composer = form(&ada.comments().await, "/comments").with("body", "Too late, and kept.");
        let code_page = bea.write("Later still, and kept.", "Bea", "bea@example.org").await;
        let code = app.code().await;
        let page = app.part(PAGE, "").await["page"]["id"].as_str().unwrap().to_owned();
        app.patch(&format!("/api/v1/desk/pages/{page}")).token(&desk.token).json(&json!({ "state": "closed" })).expect(200).await;
        let answer = ada.send(&composer).await;
        assert_eq!(answer.status, 409);
        assert!(answer.text().contains("Too late, and kept.") && answer.text().contains("Comments on this page are closed."));
        // Who is signing in is signed in, and has the text back.
        let answer = bea.send(&form(&code_page, "/sign-in/code").with("code", &code)).await;
        assert_eq!(answer.status, 409);
        assert!(answer.text().contains("Later still, and kept.") && bea.cookie().is_some());
        app.set_policy(&desk, &json!({ "paused": "Back on <b>Monday</b>." })).await;
        let answer = ada.send(&composer).await;
        assert_eq!(answer.status, 403);
        assert!(answer.text().contains("Back on &#60;b&#62;Monday"), "{}", answer.text());
        assert_eq!(app.stored_comments().await, 1);
    }

    async fn an_old_code_begins_anew_with_the_text_kept(app: TestApp) {
        app.ward_news(&json!({ "hold": "flagged" })).await;
        let ada = Browser::new(&app);
        let code_page = ada.write("Went for a walk.", "Ada", "ada@example.org").await;
        let code = app.code().await;
        app.clock.advance(std::time::Duration::from_secs(2 * 60 * 60));
        let answer = ada.send(&form(&code_page, "/sign-in/code").with("code", &code)).await;
        assert_eq!(answer.status, 422);
        assert!(answer.text().contains("This code has expired.") && answer.text().contains("Went for a walk."), "{}", answer.text());
        let code_page = ada.send(&form(&answer, "/sign-in")).await;
        let code = app.code().await;
        let shown = ada.follow(&form(&code_page, "/sign-in/code").with("code", &code)).await;
        assert!(shown.text().contains("Went for a walk."));
    }

    async fn a_session_is_for_its_site_and_for_our_own_pages(app: TestApp) {
        app.ward_news(&json!({ "hold": "all" })).await;
        app.add_site("parish-post", "https://parish.example.org").await;
        let ada = Browser::new(&app);
        ada.post("Mine.", "Ada", "ada@example.org").await;
        let own = ada.cookie().unwrap();
        let elsewhere = app.get("/sites/parish-post/comments?page=https%3A%2F%2Fparish.example.org%2F").cookie("hustings-parish-post", &own).expect(200).await;
        assert!(!elsewhere.text().contains("Signed in as"));
        // A token of the blog's pages is no session of ours, nor the other way round.
        app.clock.advance(std::time::Duration::from_secs(61));
        let embedded = app.sign_in("ada@example.org", "Ada").await;
        let page = app.get(&comments_address(PAGE)).cookie("hustings-ward-news", &embedded).expect(200).await;
        assert!(!page.text().contains("Signed in as"));
        app.get(&format!("/api/v1/me?site={SITE}&page={PAGE}")).origin(ORIGIN).token(&own).expect(403).await;
    }
}

/// Over https the cookie has the prefix and is secure.
#[actix_web::test]
async fn the_cookie_is_secure_over_https() {
    let toml = "[server]\npublic_url = \"https://comments.localhost\"\n";
    let app = TestApp::sqlite().await.restart(toml).await;
    app.ward_news(&json!({ "hold": "flagged" })).await;
    let own = "https://comments.localhost";
    let browser = Browser::new(&app);
    let composer = form(&browser.comments().await, "/comments").with("body", "Mine.");
    let who = browser.send_from(own, &composer).await;
    let asked = form(&who, "/sign-in")
        .with("name", "Ada")
        .with("email", "ada@example.org");
    let code_page = browser.send_from(own, &asked).await;
    let code = app.code().await;
    let answer = browser
        .send_from(own, &form(&code_page, "/sign-in/code").with("code", &code))
        .await;
    assert_eq!(answer.status, 303, "{}", answer.text());
    let set = answer.header("set-cookie");
    assert!(set.starts_with("__Host-hustings-ward-news=hst_"), "{set}");
    for part in ["Path=/", "Secure", "HttpOnly", "SameSite=Lax", "Max-Age=2592000"] {
        assert!(set.contains(part), "{part}: {set}");
    }
    assert!(!set.contains("Domain"), "{set}");
}

//! What attackers try: each is refused by a guard of its own.

use std::time::Duration;

use serde_json::json;

use crate::support::both;
use crate::support::elsewhere::{Browser, PageSide, after, person, state_in};
use crate::support::sign_in::{ORIGIN, SITE};

both! {
    async fn a_state_counts_in_the_browser_that_left_with_it(app: TestApp) {
        let (app, fake) = app.with_fake_providers().await;
        fake.says("mine", person("666", "Mallory", None));
        // Mallory goes half the way, and has a victim's browser end it: the victim would be signed in as Mallory.
        let (mut mallory, mut victim) = (Browser::default(), Browser::default());
        let begun = mallory.get(&app, &PageSide::asks("redirect", &[]).address).await;
        let state = state_in(&mallory.get(&app, begun.header("location")).await);
        let callback = format!("/sign-in/callback/github?code=mine&state={state}");
        for other in [Browser::default(), mallory.without("hustings_browser")] {
            let mut other = other;
            let answer = other.get(&app, &callback).await;
            assert_eq!(answer.status, 404, "{}", answer.text());
            assert_eq!(other.cookie("hustings_account"), None);
        }
        // Also where the victim has a sign-in of their own under way.
        let own = victim.get(&app, &PageSide::asks("redirect", &[]).address).await;
        let own_state = state_in(&victim.get(&app, own.header("location")).await);
        assert_eq!(victim.get(&app, &callback).await.status, 404);
        assert_eq!(victim.cookie("hustings_account"), None);
        assert!(fake.arrivals().is_empty(), "nobody was asked");
        // Nor do the sign-in's own pages exist there.
        let id = begun.header("location").split('/').nth(2).unwrap().to_owned();
        for path in [format!("/sign-in/{id}"), format!("/sign-in/{id}/to/github")] {
            assert_eq!(victim.get(&app, &path).await.status, 404, "{path}");
        }
        assert_eq!(victim.submit(&app, &format!("/sign-in/{id}/opener"), &[]).await.status, 404);
        assert_ne!(state, own_state);
    }

    async fn a_state_counts_once_and_for_its_provider(app: TestApp) {
        let (app, fake) = app.with_fake_providers().await;
        fake.says("one", person("12", "Mira Holt", None));
        let mut browser = Browser::default();
        let begun = browser.get(&app, &PageSide::asks("redirect", &[]).address).await;
        let state = state_in(&browser.get(&app, begun.header("location")).await);
        let of_another = browser.get(&app, &format!("/sign-in/callback/apple?code=one&state={state}")).await;
        assert_eq!(of_another.status, 404);
        assert!(fake.arrivals().is_empty());
        let callback = format!("/sign-in/callback/github?code=one&state={state}");
        assert_eq!(browser.get(&app, &callback).await.status, 303);
        let session = browser.cookie("hustings_account").unwrap().to_owned();
        let replayed = browser.get(&app, &callback).await;
        assert!(replayed.header("location").contains("failed=stale"), "{}", replayed.header("location"));
        assert_eq!(fake.arrivals().len(), 1, "the provider is asked once");
        assert_eq!(browser.cookie("hustings_account"), Some(session.as_str()));
        for state in ["", "x", "hss_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"] {
            let status = browser.get(&app, &format!("/sign-in/callback/github?code=one&state={state}")).await.status;
            assert!([400, 404].contains(&status), "{state}");
        }
    }

    async fn a_way_to_a_provider_takes_ten_minutes_at_most(app: TestApp) {
        let (app, fake) = app.with_fake_providers().await;
        fake.says("one", person("12", "Mira Holt", None));
        let mut browser = Browser::default();
        let begun = browser.get(&app, &PageSide::asks("redirect", &[]).address).await;
        let early = state_in(&browser.get(&app, begun.header("location")).await);
        let late = state_in(&browser.get(&app, begun.header("location")).await);
        app.clock.advance(Duration::from_secs(599));
        assert_eq!(browser.get(&app, &format!("/sign-in/callback/github?code=one&state={early}")).await.status, 303);
        let mut other = browser.without("hustings_account");
        app.clock.advance(Duration::from_secs(1));
        let answer = other.get(&app, &format!("/sign-in/callback/github?code=one&state={late}")).await;
        assert!(answer.header("location").contains("failed=stale"), "{}", answer.header("location"));
        assert_eq!(other.cookie("hustings_account"), None);
        assert_eq!(fake.arrivals().len(), 1);
        // And the whole sign-in half an hour.
        app.clock.advance(Duration::from_secs(1200));
        let over = browser.get(&app, begun.header("location").trim_end_matches("/to/github")).await;
        assert_eq!(over.status, 422);
        assert!(over.text().contains("sign_in_expired"), "{}", over.text());
    }

    async fn a_code_counts_once_and_takes_its_token_back(app: TestApp) {
        let (app, fake) = app.with_fake_providers().await;
        fake.says("one", person("12", "Mira Holt", None));
        let (mut browser, side) = (Browser::default(), PageSide::asks("popup", &[]));
        let code = app.code_for(&mut browser, &side, "one", "Mira").await;
        let token = app.bring(ORIGIN, &side.with(&code)).await.json()["token"].as_str().unwrap().to_owned();
        let me = format!("/api/v1/me?site={SITE}&page=https%3A%2F%2Fblog.example.org%2F");
        app.get(&me).origin(ORIGIN).token(&token).expect(200).await;
        let again = app.bring(ORIGIN, &side.with(&code)).await;
        assert_eq!((again.status, again.code()), (422, String::from("code_used")));
        let refused = app.get(&me).origin(ORIGIN).token(&token).expect(401).await;
        assert_eq!(refused.code(), "token_revoked");
    }

    async fn a_code_is_for_the_page_that_asked(app: TestApp) {
        let (app, fake) = app.with_fake_providers().await;
        app.add_site("club-news", "https://club.example.org").await;
        fake.says("one", person("12", "Mira Holt", None));
        let (mut browser, side) = (Browser::default(), PageSide::asks("popup", &[]));
        let code = app.code_for(&mut browser, &side, "one", "Mira").await;
        // Another site's page, and another page's sign-in.
        let other = PageSide::asks("popup", &[("site", "club-news"), ("origin", "https://club.example.org"), ("page", "https://club.example.org/")]);
        browser.get(&app, &other.address).await;
        for (origin, body, status, refusal) in [
            ("https://club.example.org", side.with(&code), 403, "origin_not_listed"),
            ("https://evil.example", side.with(&code), 403, "origin_not_listed"),
            ("http://blog.example.org", side.with(&code), 403, "origin_not_listed"),
            ("https://blog.example.org:8443", side.with(&code), 403, "origin_not_listed"),
            ("null", side.with(&code), 403, "origin_not_listed"),
            ("https://club.example.org", other.with(&code), 404, "sign_in_not_found"),
            (ORIGIN, json!({ "request_id": side.request_id, "verifier": other.verifier, "code": code }), 404, "sign_in_not_found"),
            (ORIGIN, json!({ "request_id": other.request_id, "verifier": side.verifier, "code": code }), 404, "sign_in_not_found"),
            (ORIGIN, json!({ "request_id": "x", "verifier": side.verifier, "code": code }), 422, "request_id_invalid"),
            (ORIGIN, json!({ "request_id": side.request_id, "verifier": "x", "code": code }), 422, "verifier_invalid"),
            (ORIGIN, side.with("hsc_x"), 422, "code_invalid"),
            (ORIGIN, side.with("hsc_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"), 404, "sign_in_not_found"),
        ] {
            let answer = app.bring(origin, &body).await;
            assert_eq!((answer.status, answer.code().as_str()), (status, refusal), "{origin} {body}");
        }
        let nobody = app.post("/api/v1/sign-in/token").json(&side.with(&code)).send().await;
        assert_eq!((nobody.status, nobody.code().as_str()), (403, "origin_not_listed"));
        // None of that has used it up.
        let token = app.bring(ORIGIN, &side.with(&code)).await.json()["token"].as_str().unwrap().to_owned();
        // And what it gives is good on that site only.
        let me = "/api/v1/me?site=club-news&page=https%3A%2F%2Fclub.example.org%2F";
        assert_eq!(app.get(me).origin("https://club.example.org").token(&token).send().await.status, 403);
    }

    async fn a_code_is_good_for_a_minute(app: TestApp) {
        let (app, fake) = app.with_fake_providers().await;
        fake.says("one", person("12", "Mira Holt", None));
        for (seconds, status) in [(59, 200), (60, 422)] {
            let (mut browser, side) = (Browser::default(), PageSide::asks("popup", &[]));
            let code = app.code_for(&mut browser, &side, "one", "Mira").await;
            app.clock.advance(Duration::from_secs(seconds));
            let answer = app.bring(ORIGIN, &side.with(&code)).await;
            assert_eq!(answer.status, status, "{}", answer.text());
            if status == 422 {
                assert_eq!(answer.code(), "code_expired");
            }
        }
    }

    async fn nothing_is_given_away_without_a_click_of_ours(app: TestApp) {
        let (app, fake) = app.with_fake_providers().await;
        fake.says("one", person("12", "Mira Holt", None));
        let (mut browser, side) = (Browser::default(), PageSide::asks("redirect", &[]));
        let id = app.to_consent(&mut browser, &side, "one").await;
        let page = format!("/sign-in/{id}");
        let action = format!("/sign-in/{id}/continue");
        let form = after(&browser.get(&app, &page).await.text(), "name=\"form\" value=\"");
        // No look gives a code, however often.
        for path in [page.as_str(), &action, &format!("{page}?continue=1"), &format!("/sign-in/{id}/to/github")] {
            let answer = browser.get(&app, path).await;
            assert!(!answer.text().contains("hsc_") && !answer.header("location").contains("hsc_"), "{path}");
        }
        assert_eq!(browser.get(&app, &action).await.status, 405);
        let fields = [("form", form.as_str()), ("name", "Mira")];
        // Other sites' pages, the blog's own too, and pages without an origin.
        for origin in ["https://evil.example", ORIGIN, "null", "http://127.0.0.1:8081"] {
            let answer = browser.submit_from(&app, origin, &action, &fields).await;
            assert_eq!(answer.status, 403, "{origin}: {}", answer.text());
        }
        let cross_site = app
            .post(&action)
            .header("Sec-Fetch-Site", "cross-site")
            .origin("http://127.0.0.1:8080")
            .cookie("hustings_browser", browser.cookie("hustings_browser").unwrap())
            .body("application/x-www-form-urlencoded", crate::support::elsewhere::encoded(&fields));
        assert_eq!(cross_site.send().await.status, 403);
        // Our own page without the session's form, without the session, without the browser.
        let wrong = browser.submit(&app, &action, &[("form", "x"), ("name", "Mira")]).await;
        assert_eq!(wrong.status, 403);
        assert!(wrong.text().contains("press once more"), "{}", wrong.text());
        let signed_out = browser.without("hustings_account").submit(&app, &action, &fields).await;
        assert_eq!((signed_out.status, signed_out.header("location")), (303, page.as_str()));
        assert_eq!(browser.without("hustings_browser").submit(&app, &action, &fields).await.status, 404);
        assert_eq!(browser.submit(&app, &action, &fields).await.status, 200);
    }

    async fn a_second_click_makes_the_first_code_worthless(app: TestApp) {
        let (app, fake) = app.with_fake_providers().await;
        fake.says("one", person("12", "Mira Holt", None));
        let (mut browser, side) = (Browser::default(), PageSide::asks("popup", &[]));
        let id = app.to_consent(&mut browser, &side, "one").await;
        let first = after(&app.click(&mut browser, &id, "Mira").await.text(), "data-code=\"");
        let second = after(&app.click(&mut browser, &id, "Mira").await.text(), "data-code=\"");
        assert_eq!(app.bring(ORIGIN, &side.with(&first)).await.status, 404);
        assert_eq!(app.bring(ORIGIN, &side.with(&second)).await.status, 200);
        let third = app.click(&mut browser, &id, "Mira").await;
        assert_eq!(third.status, 422);
        assert!(third.text().contains("code_used"), "{}", third.text());
    }

    async fn a_code_is_no_other_secret(app: TestApp) {
        let (app, fake) = app.with_fake_providers().await;
        fake.says("one", person("12", "Mira Holt", None));
        let (mut browser, side) = (Browser::default(), PageSide::asks("popup", &[]));
        app.to_consent(&mut browser, &side, "one").await;
        let session = browser.cookie("hustings_account").unwrap().to_owned();
        // The session of our pages is none for the API, nor for the desk.
        let me = format!("/api/v1/me?site={SITE}&page=https%3A%2F%2Fblog.example.org%2F");
        assert_eq!(app.get(&me).origin(ORIGIN).token(&session).send().await.status, 401);
        let desk = app.get("/api/v1/desk/comments").cookie("hustings", &session).send().await;
        assert_eq!(desk.status, 401);
        let own = app.get(&format!("/sites/{SITE}/comments?page=https%3A%2F%2Fblog.example.org%2F")).cookie("hustings-ward-news", &session);
        assert!(!own.send().await.text().contains("Signed in as"));
    }
}

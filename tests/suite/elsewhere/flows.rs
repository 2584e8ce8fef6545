//! From a page's click to a token, by popup and by redirect.

use serde_json::json;

use crate::support::both;
use crate::support::elsewhere::{Browser, PageSide, after, encoded, person, state_in};
use crate::support::sign_in::{ORIGIN, SITE};

both! {
    async fn by_popup_to_a_comment(app: TestApp) {
        let (app, fake) = app.with_fake_providers().await;
        fake.says("one", person("12", "Mira Holt", Some(("mira@example.org", true))));
        let (mut browser, side) = (Browser::default(), PageSide::asks("popup", &[]));

        let begun = browser.get(&app, &side.address).await;
        assert_eq!(begun.status, 200);
        let text = begun.text();
        assert_eq!(after(&text, "data-origin=\""), ORIGIN);
        assert_eq!(after(&text, "data-request=\""), side.request_id);
        let id = after(&text, "data-next=\"/sign-in/").split('/').next().unwrap().to_owned();
        for (header, value) in [
            ("cross-origin-opener-policy", "unsafe-none"),
            ("cache-control", "no-store"),
            ("referrer-policy", "no-referrer"),
        ] {
            assert_eq!(begun.header(header), value);
        }
        let policy = begun.header("content-security-policy");
        assert!(policy.contains("frame-ancestors 'none'") && policy.contains("script-src 'nonce-"), "{policy}");
        assert_eq!(begun.header("access-control-allow-origin"), "");

        assert_eq!(browser.submit(&app, &format!("/sign-in/{id}/opener"), &[]).await.status, 204);
        let gone = browser.get(&app, &format!("/sign-in/{id}/to/github")).await;
        let state = state_in(&gone);
        let redirect = "http://127.0.0.1:8080/sign-in/callback/github";
        assert!(gone.header("location").contains(&encoded(&[("redirect_uri", redirect)])));
        assert_eq!(gone.header("referrer-policy"), "no-referrer");

        let back = browser.get(&app, &format!("/sign-in/callback/github?code=one&state={state}&iss=https%3A%2F%2Fid.example.net&more=1")).await;
        assert_eq!((back.status, back.header("location")), (303, format!("/sign-in/{id}").as_str()));
        let [arrival] = fake.arrivals().try_into().unwrap();
        assert_eq!(arrival.verifier, Some(format!("verifier of {state}")));
        assert_eq!(arrival.nonce, Some(format!("nonce of {state}")));
        assert_eq!(arrival.iss.as_deref(), Some("https://id.example.net"));
        assert_eq!(arrival.redirect.as_str(), redirect);

        let page = browser.get(&app, &format!("/sign-in/{id}")).await;
        let text = page.text();
        assert!(text.contains("The ward-news") && text.contains("blog.example.org") && text.contains("value=\"Mira Holt\""), "{text}");
        assert_eq!(page.header("referrer-policy"), "same-origin");
        let done = app.click(&mut browser, &id, "Mira").await;
        assert_eq!(done.status, 200, "{}", done.text());
        let text = done.text();
        assert!(text.contains(" data-opened"), "{text}");
        assert_eq!(after(&text, "data-origin=\""), ORIGIN);
        assert_eq!(after(&text, "data-request=\""), side.request_id);
        let code = after(&text, "data-code=\"");

        let redeemed = app.bring(ORIGIN, &side.with(&code)).await;
        assert_eq!(redeemed.status, 200, "{}", redeemed.text());
        let answer = redeemed.json();
        assert_eq!(answer["account"]["name"], "Mira");
        let token = answer["token"].as_str().unwrap().to_owned();
        let body = json!({ "page": { "url": format!("{ORIGIN}/selection-meetings") }, "body": "The hall is booked." });
        app.post(&format!("/api/v1/sites/{SITE}/comments")).origin(ORIGIN).token(&token).json(&body).expect(201).await;
    }

    async fn by_redirect_back_to_the_page(app: TestApp) {
        let (app, fake) = app.with_fake_providers().await;
        fake.says("one", person("12", "Mira Holt", None));
        let (mut browser, side) = (Browser::default(), PageSide::asks("redirect", &[]));
        let begun = browser.get(&app, &side.address).await;
        assert_eq!(begun.status, 303);
        assert!(begun.header("location").ends_with("/to/github"), "{}", begun.header("location"));

        let id = app.to_consent(&mut browser, &side, "one").await;
        let done = app.click(&mut browser, &id, "Mira").await;
        // Answered 200, and left by a link: a redirect after a form is bound by `form-action`.
        assert_eq!(done.status, 200);
        let text = done.text();
        assert!(!text.contains(" data-opened"), "{text}");
        let code = after(&text, "data-code=\"");
        let back = format!(
            "href=\"{ORIGIN}/selection-meetings?p=7#hustings_code={code}&#38;hustings_request={}\"",
            side.request_id
        );
        assert!(text.contains(&back), "{text}");
        assert_eq!(app.bring(ORIGIN, &side.with(&code)).await.status, 200);
    }

    async fn without_a_provider_one_is_chosen_here(app: TestApp) {
        let (app, _fake) = app.with_fake_providers().await;
        let mut browser = Browser::default();
        let side = PageSide::asks("redirect", &[("provider", "")]);
        let begun = browser.get(&app, &side.address).await;
        let page = browser.get(&app, begun.header("location")).await;
        let text = page.text();
        for name in ["Sign in with GitHub", "Sign in with Apple", "Your Mastodon server"] {
            assert!(text.contains(name), "{text}");
        }
        let id = begun.header("location").trim_start_matches("/sign-in/");
        // Where the host must be typed, the way there asks for it first, and a form leads on by a page.
        let asked = browser.get(&app, &format!("/sign-in/{id}/to/mastodon")).await;
        assert_eq!((asked.status, asked.header("location")), (303, format!("/sign-in/{id}").as_str()));
        let leaving = browser.get(&app, &format!("/sign-in/{id}/to/mastodon?host=social.example.org")).await;
        assert_eq!(leaving.status, 200);
        assert!(leaving.text().contains("http-equiv=\"refresh\" content=\"0;url=https://id.example.net/authorize?"), "{}", leaving.text());
    }

    async fn who_was_there_before_needs_one_click(app: TestApp) {
        let (app, fake) = app.with_fake_providers().await;
        fake.says("one", person("12", "Mira Holt", None));
        let mut browser = Browser::default();
        let first = PageSide::asks("redirect", &[]);
        let code = app.code_for(&mut browser, &first, "one", "Mira").await;
        let account = app.bring(ORIGIN, &first.with(&code)).await.json()["account"].clone();

        // The session here stands, so that the same reader needs no provider.
        app.clock.advance(std::time::Duration::from_secs(29 * 24 * 3600));
        let again = PageSide::asks("redirect", &[("provider", "")]);
        let begun = browser.get(&app, &again.address).await;
        let page = browser.get(&app, begun.header("location")).await;
        assert!(page.text().contains("<strong>Mira</strong>") && !page.text().contains("id=\"name\""), "{}", page.text());
        assert!(page.header("set-cookie").contains("hustings_account="), "the session lasts on");
        let id = begun.header("location").trim_start_matches("/sign-in/").to_owned();
        let done = app.click(&mut browser, &id, "").await;
        let code = after(&done.text(), "data-code=\"");
        let redeemed = app.bring(ORIGIN, &again.with(&code)).await;
        assert_eq!(redeemed.json()["account"]["id"], account["id"]);

        app.clock.advance(std::time::Duration::from_secs(31 * 24 * 3600));
        let late = PageSide::asks("redirect", &[("provider", "")]);
        let begun = browser.get(&app, &late.address).await;
        let page = browser.get(&app, begun.header("location")).await;
        assert!(page.text().contains("Choose a way"), "the session is over");
    }

    async fn not_you_ends_the_session_here(app: TestApp) {
        let (app, fake) = app.with_fake_providers().await;
        fake.says("one", person("12", "Mira Holt", None));
        let (mut browser, side) = (Browser::default(), PageSide::asks("redirect", &[]));
        let id = app.to_consent(&mut browser, &side, "one").await;
        let session = browser.cookie("hustings_account").unwrap().to_owned();
        let form = after(&browser.get(&app, &format!("/sign-in/{id}")).await.text(), "name=\"form\" value=\"");
        let other = browser.submit(&app, &format!("/sign-in/{id}/other"), &[("form", &form)]).await;
        assert_eq!(other.status, 303);
        assert_eq!(browser.cookie("hustings_account"), None);
        browser.set("hustings_account", &session);
        let page = browser.get(&app, &format!("/sign-in/{id}")).await;
        assert!(page.text().contains("Choose a way"), "{}", page.text());
    }

    async fn a_provider_that_posts(app: TestApp) {
        let (app, fake) = app.with_fake_providers().await;
        fake.says("one", person("12", "Mira Holt", None));
        let (mut browser, side) = (Browser::default(), PageSide::asks("redirect", &[("provider", "apple")]));
        let begun = browser.get(&app, &side.address).await;
        let state = state_in(&browser.get(&app, begun.header("location")).await);
        // Another site's page posts: no cookie comes.
        let form = [("code", "one"), ("state", state.as_str()), ("user", "{\"name\":{}}"), ("id_token", "x")];
        let mut bare = Browser::default();
        let posted = bare.submit_from(&app, "https://appleid.example", "/sign-in/callback/apple", &form).await;
        assert_eq!(posted.status, 303, "{}", posted.text());
        let to = posted.header("location").to_owned();
        assert!(!to.contains("one") && fake.arrivals().is_empty(), "{to}");
        // A second post does not take the first one's place.
        let other = [("code", "two"), ("state", state.as_str())];
        assert_eq!(bare.submit_from(&app, "https://evil.example", "/sign-in/callback/apple", &other).await.status, 404);
        // Another browser does not get in with it.
        assert_eq!(Browser::default().get(&app, &to).await.status, 404);
        let back = browser.get(&app, &to).await;
        assert_eq!(back.status, 303, "{}", back.text());
        let [arrival] = fake.arrivals().try_into().unwrap();
        assert_eq!((arrival.code.as_deref(), arrival.user.as_deref()), (Some("one"), Some("{\"name\":{}}")));
        let id = back.header("location").trim_start_matches("/sign-in/").to_owned();
        assert_eq!(app.click(&mut browser, &id, "Mira").await.status, 200);
        // A provider that does not post takes no posts.
        assert_eq!(bare.submit_from(&app, "https://evil.example", "/sign-in/callback/github", &form).await.status, 404);
    }

    async fn names_are_checked_on_the_page(app: TestApp) {
        let (app, fake) = app.with_fake_providers().await;
        fake.says("one", person("12", "\u{202e}Mira", None));
        let (mut browser, side) = (Browser::default(), PageSide::asks("popup", &[]));
        let id = app.to_consent(&mut browser, &side, "one").await;
        for (name, sentence) in [("", "please choose a name"), ("M", "2 to 40 characters"), ("Mira ✔", "characters that names here cannot have")] {
            let refused = app.click(&mut browser, &id, name).await;
            assert_eq!(refused.status, 422, "{}", refused.text());
            assert!(refused.text().contains(sentence), "{}", refused.text());
        }
        assert_eq!(app.click(&mut browser, &id, "Mira").await.status, 200);
    }
}

//! What a page asks for must be right to the letter, since code and reader are led back to it.

use crate::support::both;
use crate::support::elsewhere::{Browser, PageSide};
use crate::support::sign_in::ORIGIN;

both! {
    async fn only_pages_of_the_origin(app: TestApp) {
        let (app, _fake) = app.with_fake_providers().await;
        for page in [
            "//evil.example/", "\\\\evil.example/", "/\\evil.example", "https:evil.example", "https:/evil.example",
            "https:\\\\evil.example", "https://evil.example/", "https://evil.example/https://blog.example.org/",
            "https://blog.example.org@evil.example/", "https://mira@blog.example.org/", "https://@blog.example.org/",
            "https://blog.example.org:8443/", "http://blog.example.org/", "https://blog.example.org.evil.example/",
            "https://blog.example.orgevil.example/", "https://bl\u{43e}g.example.org/", "https://blog\u{ff0e}example.org.evil.example/",
            "https://blog.example.org\\@evil.example/", "https://blog.example.org\t.evil.example/", "https://blog.example.org%2eevil.example/",
            "javascript:alert(1)", "data:text/html,x", "/selection-meetings", "selection-meetings", "blob:https://blog.example.org/x",
        ] {
            let side = PageSide::asks("redirect", &[("page", page)]);
            let answer = Browser::default().get(&app, &side.address).await;
            assert_eq!(answer.status, 400, "{page}: {}", answer.text());
            assert!(answer.text().contains("invalid_page") && !answer.text().contains("evil"), "{page}");
            assert_eq!(answer.header("location"), "");
        }
        // Only the fragment is left out.
        let side = PageSide::asks("redirect", &[("page", "https://BLOG.example.org:443/a?b=%63#d")]);
        assert_eq!(Browser::default().get(&app, &side.address).await.status, 303);
    }

    async fn only_origins_of_the_site(app: TestApp) {
        let (app, _fake) = app.with_fake_providers().await;
        app.add_site("club-news", "https://club.example.org").await;
        for (origin, status, code) in [
            ("https://evil.example", 403, "origin_not_listed"),
            ("https://club.example.org", 403, "origin_not_listed"),
            ("http://blog.example.org", 403, "origin_not_listed"),
            ("https://blog.example.org:8443", 403, "origin_not_listed"),
            ("https://xn--blg-ied.example.org", 403, "origin_not_listed"),
            ("https://bl\u{43e}g.example.org", 400, "invalid_origin"),
            ("https://blog.example.org/", 400, "invalid_origin"),
            ("https://BLOG.example.org", 400, "invalid_origin"),
            ("https://blog.example.org:443", 400, "invalid_origin"),
            ("https://mira@blog.example.org", 400, "invalid_origin"),
            ("//blog.example.org", 400, "invalid_origin"),
            ("null", 400, "invalid_origin"),
            ("*", 400, "invalid_origin"),
        ] {
            let page = format!("{origin}/a");
            for page in [page.as_str(), "https://blog.example.org/a"] {
                let side = PageSide::asks("popup", &[("origin", origin), ("page", page)]);
                let answer = Browser::default().get(&app, &side.address).await;
                assert_eq!(answer.status, status, "{origin}: {}", answer.text());
                assert!(answer.text().contains(code), "{origin}: {}", answer.text());
                assert_eq!(answer.header("set-cookie"), "");
            }
        }
    }

    async fn the_other_parameters(app: TestApp) {
        let (app, _fake) = app.with_fake_providers().await;
        for (name, value, status, code) in [
            ("site", "nowhere", 404, "site_not_found"),
            ("site", "", 400, "missing_parameter"),
            ("challenge", "abc", 400, "invalid_challenge"),
            ("request_id", "abc", 400, "invalid_request_id"),
            ("request_id", "6FD2A8C1-3b0e-4c52-9c55-000000000001", 400, "invalid_request_id"),
            ("mode", "own", 400, "invalid_mode"),
            ("provider", "nobody", 404, "provider_not_found"),
            ("lang", "!", 400, "invalid_lang"),
        ] {
            let side = PageSide::asks("popup", &[(name, value)]);
            let answer = Browser::default().get(&app, &side.address).await;
            assert_eq!(answer.status, status, "{name}: {}", answer.text());
            assert!(answer.text().contains(code), "{name}: {}", answer.text());
        }
        let twice = format!("{}&origin={}", PageSide::asks("popup", &[]).address, "https%3A%2F%2Fevil.example");
        assert_eq!(Browser::default().get(&app, &twice).await.status, 400);
    }

    async fn the_pages_show_the_registered_name_and_nothing_of_the_address(app: TestApp) {
        let (app, fake) = app.with_fake_providers().await;
        fake.says("one", crate::support::elsewhere::person("12", "Mira Holt", None));
        let page = format!("{ORIGIN}/marker-in-the-path?site_name=marker-in-the-query&title=Your+Bank");
        let side = PageSide::asks("popup", &[("page", &page), ("site_name", "Your Bank"), ("name", "Your Bank")]);
        let mut browser = Browser::default();
        let id = app.to_consent(&mut browser, &side, "one").await;
        let text = browser.get(&app, &format!("/sign-in/{id}?name=Your+Bank&title=Your+Bank")).await.text();
        assert!(text.contains("The ward-news") && text.contains("blog.example.org"), "{text}");
        // The page's address stands in the one link that leads back to it.
        let shown = text.replace(&format!("href=\"{}\"", page.replace('&', "&#38;")), "");
        assert!(!shown.contains("marker") && !shown.contains("Bank"), "{shown}");
    }
}

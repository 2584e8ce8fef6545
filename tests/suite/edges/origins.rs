//! The Origin check that guards what changes anything, and whose address a request is counted under.

use crate::support::sign_in::{ORIGIN, SITE, verifier};
use crate::support::{TestApp, both};
use serde_json::{Value, json};

const ROUTE: &str = "/api/v1/sign-in/email";

fn body(email: &str) -> Value {
    json!({ "site": SITE, "email": email, "challenge": verifier().1 })
}

both! {
    async fn an_origin_is_listed_or_refused(app: TestApp) {
        app.add_site(SITE, ORIGIN).await;
        for origin in [ORIGIN, "http://127.0.0.1:8080"] {
            app.post(ROUTE).origin(origin).json(&body("ada@example.org")).expect(202).await;
        }
        for origin in [
            "https://evil.example",
            "null",
            "http://blog.example.org",
            "https://blog.example.org:8443",
            "https://blog.example.org.evil.example",
            "https://BLOG.example.org",
            "https://blog.example.org/",
            "https://blog.example.org, https://evil.example",
            "",
            "file://",
        ] {
            let answer = app.post(ROUTE).origin(origin).json(&body("ada@example.org")).expect(403).await;
            assert_eq!(answer.code(), "origin_not_listed", "{origin}");
            let detail = answer.json()["detail"].as_str().unwrap().to_owned();
            assert!(detail.contains(&format!("hustings site origin add {SITE}")), "{origin}: {detail}");
        }
        let answer = app.post(ROUTE).origin("https://new.example").json(&body("ada@example.org")).expect(403).await;
        let command = format!("hustings site origin add {SITE} https://new.example");
        assert!(answer.json()["detail"].as_str().unwrap().ends_with(&command));
        let without = app.post(ROUTE).json(&body("ada@example.org")).expect(403).await;
        assert_eq!(without.code(), "origin_not_listed");
        let twice = app.post(ROUTE).origin(ORIGIN).origin(ORIGIN).json(&body("ada@example.org")).expect(403).await;
        assert_eq!(twice.code(), "origin_not_listed");
    }

    async fn a_limit_says_when_it_ends(app: TestApp) {
        let app = app.restart("[limits]\nenabled = true\n").await;
        app.add_site(SITE, ORIGIN).await;
        let refused = until_refused(&app, "198.51.100.7", None).await;
        let seconds: u64 = refused.header("retry-after").parse().unwrap();
        assert!(seconds > 0);
        assert!(refused.header("ratelimit").contains(";r=0;t="), "{}", refused.header("ratelimit"));
        assert!(refused.header("ratelimit-policy").contains(";q="), "{}", refused.header("ratelimit-policy"));
        assert_eq!(refused.code(), "too_many_requests");
        // Somebody else is not refused.
        ask(&app, "198.51.100.8", None, "other@example.org").expect(202).await;
        // And time heals.
        app.clock.advance(std::time::Duration::from_secs(seconds));
        ask(&app, "198.51.100.7", None, "again@example.org").expect(202).await;
    }

    async fn the_header_of_strangers_is_not_believed(app: TestApp) {
        let app = app.restart("[limits]\nenabled = true\n").await;
        app.add_site(SITE, ORIGIN).await;
        until_refused(&app, "198.51.100.7", Some("203.0.113.1")).await;
        assert_eq!(ask(&app, "198.51.100.7", Some("203.0.113.2"), "x@example.org").send().await.status, 429);
    }

    async fn the_header_of_a_trusted_proxy_is(app: TestApp) {
        let app = app.restart("[limits]\nenabled = true\ntrusted_proxies = [\"198.51.100.7\"]\n").await;
        app.add_site(SITE, ORIGIN).await;
        until_refused(&app, "198.51.100.7", Some("203.0.113.1")).await;
        // What the client wrote itself stands to the left, and does not help it.
        let invented = ask(&app, "198.51.100.7", Some("192.0.2.99, 203.0.113.1"), "x@example.org").send().await;
        assert_eq!(invented.status, 429);
        ask(&app, "198.51.100.7", Some("203.0.113.1, 203.0.113.2"), "y@example.org").expect(202).await;
    }

    async fn an_ipv6_client_is_its_64(app: TestApp) {
        let app = app.restart("[limits]\nenabled = true\n").await;
        app.add_site(SITE, ORIGIN).await;
        until_refused(&app, "2001:db8:1:2::1", None).await;
        assert_eq!(ask(&app, "2001:db8:1:2:ffff::9", None, "x@example.org").send().await.status, 429);
        ask(&app, "2001:db8:1:3::1", None, "y@example.org").expect(202).await;
    }
}

fn ask(app: &TestApp, client: &str, forwarded: Option<&str>, email: &str) -> crate::support::Request {
    let request = app.post(ROUTE).origin(ORIGIN).client(client).json(&body(email));
    match forwarded {
        Some(forwarded) => request.header("X-Forwarded-For", forwarded),
        None => request,
    }
}

/// Asks for codes for ever other addresses, until it is too often.
async fn until_refused(app: &TestApp, client: &str, forwarded: Option<&str>) -> crate::support::Answer {
    for number in 0..500 {
        let answer = ask(app, client, forwarded, &format!("reader{number}@example.org"))
            .send()
            .await;
        if answer.status != 202 {
            assert_eq!(answer.status, 429, "{}", answer.text());
            assert!(
                number >= 10,
                "readers behind one address are refused after {number}"
            );
            return answer;
        }
    }
    panic!("nothing is limited");
}

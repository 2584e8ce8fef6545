//! The headers that every answer has.

use crate::support::both;

both! {
    async fn any_page_may_read_what_is_public(app: TestApp) {
        for path in ["/api/v1/openapi.json", "/health/live", "/nothing/here"] {
            let answer = app.get(path).origin("https://anywhere.example").send().await;
            assert_eq!(answer.header("access-control-allow-origin"), "*", "{path}");
            assert_eq!(answer.header("access-control-allow-credentials"), "", "{path}");
            assert_eq!(
                answer.header("access-control-expose-headers"),
                "ETag, Retry-After, RateLimit, RateLimit-Policy",
                "{path}"
            );
            assert_eq!(answer.header("vary"), "", "{path}");
        }
    }

    async fn a_preflight_is_answered(app: TestApp) {
        let answer = app
            .request("OPTIONS", "/api/v1/openapi.json")
            .origin("https://anywhere.example")
            .header("Access-Control-Request-Method", "GET")
            .header("Access-Control-Request-Headers", "authorization,content-type")
            .expect(204)
            .await;
        assert_eq!(answer.header("access-control-allow-origin"), "*");
        assert_eq!(answer.header("access-control-max-age"), "7200");
        for header in ["Authorization", "Content-Type", "Idempotency-Key", "If-None-Match"] {
            assert!(answer.header("access-control-allow-headers").contains(header), "{header}");
        }
        for method in ["GET", "POST", "PATCH", "DELETE"] {
            assert!(answer.header("access-control-allow-methods").contains(method), "{method}");
        }
        assert_eq!(answer.header("access-control-allow-credentials"), "");
    }

    async fn the_desk_is_for_its_own_pages_only(app: TestApp) {
        for path in ["/api/v1/desk/nothing", "/desk", "/desk/"] {
            let answer = app.get(path).origin("https://anywhere.example").send().await;
            assert_eq!(answer.header("access-control-allow-origin"), "", "{path}");
            assert_eq!(answer.header("cross-origin-resource-policy"), "same-origin", "{path}");
        }
        let preflight = app
            .request("OPTIONS", "/api/v1/desk/nothing")
            .header("Access-Control-Request-Method", "POST")
            .send()
            .await;
        assert_eq!(preflight.header("access-control-allow-origin"), "");
    }

    async fn browsers_are_told_what_answers_are_not(app: TestApp) {
        for (path, status) in [("/api/v1/openapi.json", 200), ("/health/live", 200), ("/nothing/here", 404)] {
            let answer = app.get(path).expect(status).await;
            assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
            assert_eq!(answer.header("content-security-policy"), "default-src 'none'; frame-ancestors 'none'", "{path}");
            assert_eq!(answer.header("cross-origin-resource-policy"), "cross-origin", "{path}");
            assert_eq!(answer.header("strict-transport-security"), "", "{path}: the tests' own address is http");
        }
        let answer = app.get("/nothing/here").header("Accept", "text/html").expect(404).await;
        assert_eq!(answer.header("referrer-policy"), "same-origin");
    }

    async fn pages_of_ours_use_nothing_of_the_device(app: TestApp) {
        app.add_site("ward-news", "https://blog.example.org").await;
        for path in ["/desk", "/sites/ward-news/about", "/sites/ward-news/comments?page=https%3A%2F%2Fblog.example.org%2F"] {
            let answer = app.get(path).header("Accept", "text/html").send().await;
            assert!(answer.header("content-type").starts_with("text/html"), "{path}");
            let policy = answer.header("permissions-policy");
            for feature in ["camera=()", "geolocation=()", "microphone=()", "payment=()"] {
                assert!(policy.contains(feature), "{path}: {policy}");
            }
        }
        assert_eq!(app.get("/health/live").expect(200).await.header("permissions-policy"), "");
    }

    async fn errors_are_not_kept(app: TestApp) {
        let answer = app.get("/nothing/here").expect(404).await;
        assert_eq!(answer.header("cache-control"), "no-store");
    }

    async fn https_is_for_good(app: TestApp) {
        let app = app.restart("[server]\npublic_url = \"https://comments.localhost\"\n").await;
        let answer = app.get("/health/live").expect(200).await;
        assert_eq!(answer.header("strict-transport-security"), "max-age=31536000");
    }
}

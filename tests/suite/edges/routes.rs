//! Which addresses there are, what they take, and how those that are not there are refused.

use std::collections::{BTreeMap, BTreeSet};

use crate::support::{both, description};

/// The routes of the API as (method, path), as they are mounted.
fn mounted() -> BTreeSet<(String, String)> {
    let endpoints = hustings::web::endpoints();
    let of_the_api = endpoints
        .iter()
        .filter(|endpoint| endpoint.path.starts_with("/api/"));
    of_the_api
        .map(|endpoint| (endpoint.method.as_str().to_lowercase(), endpoint.path.to_owned()))
        .collect()
}

#[test]
fn what_is_described_is_what_is_mounted() {
    let mut described = BTreeSet::new();
    for (path, operations) in description()["paths"].as_object().unwrap() {
        for method in operations
            .as_object()
            .unwrap()
            .keys()
            .filter(|key| *key != "parameters")
        {
            described.insert((method.clone(), path.clone()));
        }
    }
    assert_eq!(described, mounted());
}

/// What is made has an address or a receipt of its own; a token or a session is what a code is exchanged for.
#[test]
fn only_comments_and_reports_are_answered_201() {
    let mut by_status: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (path, operations) in description()["paths"].as_object().unwrap() {
        let Some(post) = operations.get("post") else {
            continue;
        };
        let answers = post["responses"].as_object().unwrap().keys();
        let good: Vec<_> = answers.filter(|status| status.starts_with('2')).collect();
        assert_eq!(good.len(), 1, "{path}: {good:?}");
        by_status.entry(good[0]).or_default().push(path);
        // And they alone are made once for one Idempotency-Key.
        let parameters = post["parameters"].to_string();
        assert_eq!(parameters.contains("IdempotencyKey"), good[0] == "201", "{path}");
    }
    let at = |status| by_status[status].iter().copied().collect::<BTreeSet<_>>();
    assert_eq!(
        at("201"),
        ["/api/v1/comments/{id}/reports", "/api/v1/sites/{site}/comments"].into()
    );
    assert_eq!(
        at("202"),
        ["/api/v1/sign-in/email", "/api/v1/sign-in/email/resend"].into()
    );
    assert!(at("200").contains("/api/v1/sign-in/token") && at("200").contains("/api/v1/desk/session"));
}

#[test]
fn no_route_is_listed_twice() {
    let endpoints = hustings::web::endpoints();
    let distinct: BTreeSet<_> = endpoints
        .iter()
        .map(|endpoint| (endpoint.method.as_str(), endpoint.path))
        .collect();
    assert_eq!(distinct.len(), endpoints.len());
}

both! {
    async fn the_description_is_served_with_the_version(app: TestApp) {
        let answer = app.get("/api/v1/openapi.json").expect(200).await;
        assert_eq!(answer.header("content-type"), "application/json");
        let served = answer.json();
        assert_eq!(served["info"]["version"], env!("CARGO_PKG_VERSION"));
        assert_eq!(served["openapi"], "3.1.0");
    }

    async fn nothing_lives_elsewhere(app: TestApp) {
        for path in ["/api", "/api/v1", "/api/v1/", "/api/v2/me", "/health", "/health/live/", "/%00", "/a//b", "/api/v1/openapi.json/"] {
            let answer = app.get(path).expect(404).await;
            assert_eq!(answer.code(), "no_such_address", "{path}");
        }
    }

    async fn the_root_says_what_this_is_and_has_the_desks_door(app: TestApp) {
        let page = app.get("/").expect(200).await;
        assert!(page.text().contains("A comments server") && page.text().contains("href=\"/desk\""), "{}", page.text());
        // And every page has a mark, so that browsers ask for none.
        let icon = page.text().split("<link rel=\"icon\" type=\"image/svg+xml\" href=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        assert_eq!(app.get(&icon).expect(200).await.header("content-type"), "image/svg+xml");
        let nothing = app.get("/nothing").header("Accept", "text/html").expect(404).await;
        assert!(nothing.text().contains(&icon) && nothing.header("content-security-policy").contains("img-src 'self'"));
    }

    async fn people_get_a_page_where_they_ask_for_one(app: TestApp) {
        let browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
        let answer = app.get("/nothing/%3Cscript%3E").header("Accept", browser).expect(404).await;
        assert_eq!(answer.header("content-type"), "text/html; charset=utf-8");
        assert!(answer.text().contains("<h1>Not found</h1>") && !answer.text().contains("script"));
        assert_eq!(app.get("/api/v1/nothing").header("Accept", browser).expect(404).await.code(), "no_such_address");
    }

    async fn other_methods_are_told_which_there_are(app: TestApp) {
        for method in ["POST", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND"] {
            let answer = app.request(method, "/api/v1/openapi.json").expect(405).await;
            assert_eq!(answer.code(), "method_not_allowed", "{method}");
            assert_eq!(answer.header("allow"), "GET, HEAD, OPTIONS", "{method}");
        }
        let answer = app.request("OPTIONS", "/health/live").expect(204).await;
        assert_eq!(answer.header("allow"), "GET, HEAD, OPTIONS");
    }

    async fn head_is_answered_as_get(app: TestApp) {
        for path in ["/health/live", "/health/ready", "/api/v1/openapi.json"] {
            let get = app.get(path).expect(200).await;
            let head = app.request("HEAD", path).expect(200).await;
            assert_eq!(get.header("content-type"), head.header("content-type"), "{path}");
        }
    }
}

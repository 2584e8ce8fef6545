//! What the log says of requests: patterns and ids, never who asked nor what stood in the address.

use serde_json::json;

use crate::support::call::{Call, sign_in};
use crate::support::server::{self, Place};
use crate::support::sign_in::{ORIGIN, SITE};

#[test]
fn the_log_holds_no_addresses_and_nothing_that_somebody_wrote() {
    let port = server::free_port();
    let place = Place::empty()
        .with("HUSTINGS__SERVER__LISTEN", &format!("127.0.0.1:{port}"))
        .with("HUSTINGS__LIMITS__TRUSTED_PROXIES", "127.0.0.1")
        .with("HUSTINGS__LOG__FORMAT", "json")
        .with("HUSTINGS__LOG__LEVEL", "debug")
        .with("HUSTINGS__MAIL__TRANSPORT", "file")
        .with("HUSTINGS__MAIL__DIRECTORY", "letters");
    let mut server = place.serve(port);
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .build()
        .into();
    let url = format!("http://127.0.0.1:{port}");
    agent
        .get(format!("{url}/api/v1/openapi.json?secret=inthequery"))
        .header("X-Forwarded-For", "203.0.113.77")
        .call()
        .unwrap();
    agent
        .get(format!("{url}/inthepath"))
        .header("User-Agent", "inthebrowser")
        .header("Referer", "https://inthereferer.example")
        .call()
        .unwrap();
    agent
        .post(format!("{url}/health/live"))
        .header("Authorization", "Bearer inthetoken")
        .send("inthebody")
        .unwrap();
    // Signs in, posts, edits and reports, and is refused: each line of that has an address, a name or a text near it.
    place.done(&["site", "add", SITE, "--name", "The Ward News", "--origin", ORIGIN]);
    place.fed(
        &["people", "import", "--site", SITE, "-"],
        "Intheregister Quenby\n",
    );
    let email = "intheaddress@inthedomain.example";
    let token = sign_in(
        port,
        SITE,
        ORIGIN,
        email,
        "Inthename",
        &place.path().join("letters"),
    );
    let comments = format!("/api/v1/sites/{SITE}/comments");
    let post = |body: &str| {
        let body =
            json!({ "page": { "url": format!("{ORIGIN}/inthepage"), "title": "inthetitle" }, "body": body });
        Call::to(port, "POST", &comments)
            .origin(ORIGIN)
            .token(&token)
            .json(&body)
    };
    let posted = post("inthetext of Intheregister Quenby")
        .header("Idempotency-Key", "inthekey")
        .expect(201);
    let id = posted.json()["comment"]["id"].as_str().unwrap().to_owned();
    post(&"inthelongtext".repeat(2000)).expect(422);
    let own = format!("/api/v1/comments/{id}");
    Call::to(port, "PATCH", &own)
        .origin(ORIGIN)
        .token(&token)
        .json(&json!({ "body": "intheedit" }))
        .expect(200);
    let wrong = json!({ "request_id": "inthesignin", "code": "12345678", "verifier": "intheverifier" });
    Call::to(port, "POST", "/api/v1/sign-in/token")
        .origin(ORIGIN)
        .json(&wrong)
        .send()
        .unwrap();
    let again = json!({ "site": SITE, "email": "not an inthemail", "challenge": "inthechallenge" });
    Call::to(port, "POST", "/api/v1/sign-in/email")
        .origin(ORIGIN)
        .json(&again)
        .expect(422);
    // What stands in the addresses of a sign-in with an account elsewhere, refused and not.
    for path in [
        "/sign-in?site=inthesite&origin=https%3A%2F%2Fintheorigin.example&page=inthepage",
        "/sign-in/callback/inthekey?code=inthecode&state=inthestate&iss=intheissuer",
        "/sign-in/callback/inthekey?error=intheerror&state=inthestate",
        "/sign-in/inthesignin?failed=inthefailure",
    ] {
        agent.get(format!("{url}{path}")).call().unwrap();
    }
    agent
        .post(format!("{url}/sign-in/callback/inthekey"))
        .header("Content-Type", "application/x-www-form-urlencoded")
        .send("code=inthecode&state=inthestate&user=intheuser")
        .unwrap();
    assert_eq!(server.stop(), Some(0));
    let log = server.log();

    let requests: Vec<serde_json::Value> = log
        .lines()
        .filter_map(|line| serde_json::from_str(line).ok())
        .filter(|line: &serde_json::Value| line["target"] == "hustings::request")
        .collect();
    let has = |method: &str, route: &str, status: u16| {
        requests.iter().any(|line| {
            line["method"] == method
                && line["route"] == route
                && line["status"] == status
                && line["micros"].is_u64()
                && line["span"]["id"].as_str().is_some_and(|id| id.len() == 16)
        })
    };
    assert!(has("GET", "/api/v1/openapi.json", 200), "{log}");
    assert!(has("GET", "none", 404), "{log}");
    assert!(has("POST", "/health/live", 405), "{log}");
    assert!(has("POST", "/api/v1/sign-in/email", 202), "{log}");
    assert!(has("POST", "/api/v1/sites/{site}/comments", 201), "{log}");
    assert!(has("PATCH", "/api/v1/comments/{id}", 200), "{log}");
    for word in [
        "203.0.113.77",
        "inthe",
        "Inthe",
        &token,
        "127.0.0.1:4",
        "127.0.0.1:5",
        "127.0.0.1:6",
    ] {
        let said: Vec<_> = log
            .lines()
            .filter(|line| line.contains(word) && !line.contains("listen"))
            .collect();
        assert!(said.is_empty(), "{word}: {said:?}");
    }
}

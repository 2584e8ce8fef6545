//! What the log says of requests: patterns and ids, never who asked nor what stood in the address.

use crate::support::server::{self, Place};

#[test]
fn the_log_holds_no_addresses_and_nothing_that_somebody_wrote() {
    let port = server::free_port();
    let place = Place::empty()
        .with("HUSTINGS__SERVER__LISTEN", &format!("127.0.0.1:{port}"))
        .with("HUSTINGS__LIMITS__TRUSTED_PROXIES", "127.0.0.1")
        .with("HUSTINGS__LOG__FORMAT", "json")
        .with("HUSTINGS__LOG__LEVEL", "debug");
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
    for word in [
        "203.0.113.77",
        "inthe",
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

//! `hustings account export` and `erase`, beside a server that runs and has the page in its cache.

use serde_json::{Value, json};

use super::commands::{Operator, PAGE, wait_for};
use crate::support::on_both;
use crate::support::sign_in::SITE;

const MIRA: &str = "mira@example.org";

on_both! {
    fn a_member_is_exported_and_erased_while_the_server_runs(operator: Operator) {
        for command in ["export", "erase"] {
            let said = if command == "erase" { &["--yes"][..] } else { &[] };
            let whole = |email, site| [&["account", command, email, "--site", site][..], said].concat();
            operator.fails(&whole(MIRA, SITE), "account_not_found");
            operator.fails(&whole(MIRA, "nowhere"), "site_not_found");
        }
        let token = operator.sign_in(MIRA);
        operator.done(&["account", "trust", MIRA, "--site", SITE]);
        assert_eq!(operator.post(&token, "It is zanzibarite."), "published");
        let read = || operator.request("GET", &format!("/api/v1/sites/{SITE}/comments?page={PAGE}"), None, None).1;
        assert_eq!(read()["comments"].as_array().unwrap().len(), 1);

        let export: Value = serde_json::from_str(&operator.done(&["account", "export", MIRA, "--site", SITE]).join("\n")).unwrap();
        assert_eq!((&export["email"], &export["member"]["name"]), (&json!(MIRA), &json!("Mira")));
        assert_eq!(export["comments"][0]["revisions"][0]["body"], "It is zanzibarite.");

        operator.fails(&["account", "erase", MIRA, "--site", SITE], "--yes");
        let both = operator.place.run(&["account", "erase", MIRA, "--site", SITE, "--yes", "--dry-run"]);
        assert_eq!(both.status.code(), Some(2));
        let would = operator.done(&["account", "erase", MIRA, "--site", SITE, "--dry-run"]);
        assert_eq!(would, [
            "1 comments would be withdrawn",
            "1 texts of 1 comments would be erased, 0 notes",
            "1 sessions would be ended",
            "0 reports would be erased",
            "the address would be forgotten",
        ]);
        assert_eq!(read()["comments"].as_array().unwrap().len(), 1);
        let done = operator.done(&["account", "erase", MIRA, "--site", SITE, "--yes"]);
        assert_eq!((done[0].as_str(), done[4].as_str()), ("1 comments withdrawn", "the address forgotten"));
        wait_for(|| read()["comments"].as_array().unwrap().is_empty());
        let body = json!({ "page": { "url": PAGE }, "body": "Again." });
        assert_eq!(operator.request("POST", &format!("/api/v1/sites/{SITE}/comments"), Some(&token), Some(&body)).0, 401);
        let audit = operator.done(&["audit", "verify", "--site", SITE]);
        assert!(audit[0].starts_with("ward-news: holds; ") && audit[0].ends_with("; 1 texts erased"), "{audit:?}");
        operator.fails(&["account", "export", MIRA, "--site", SITE], "account_not_found");
        assert_eq!(operator.database.places_of("zanzibarite"), Vec::<String>::new());
    }
}

//! Erasing over HTTP, on both databases: what withdrawn comments say, and what is held on a member; and what a member may
//! have of it before.

mod accounts;
mod export;
mod withdrawn;

use std::time::Duration;

use hustings::service::retention;
use hustings::storage::stores::retention::Erased;
use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::comments::{Desk, id_of};
use crate::support::sign_in::{ORIGIN, OWN, SITE};

/// Stands in the texts that are to go, and in nothing else.
const MARKER: &str = "zanzibarite";

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

impl TestApp {
    /// Erases what is due, as the server does each hour.
    async fn erase_due(&self) -> Erased {
        self.run(|app| {
            let erased = retention::erase_withdrawn(app).unwrap();
            assert!(retention::clear_log(app).unwrap(), "nobody is in the way");
            erased
        })
        .await
    }

    /// Posts a comment on a page that is found by an id, with everything that can be said beside a text.
    async fn marked(&self, token: &str, page_id: &str) -> String {
        let body = json!({
            "page": {
                "id": page_id,
                "url": format!("{ORIGIN}/{page_id}?{MARKER}=1"),
                "title": format!("All about {MARKER}"),
            },
            "body": format!("They dig **{MARKER}** here. See <https://{MARKER}.example.net/>."),
            "source_url": format!("https://example.net/{MARKER}"),
        });
        let request = self.posting(token).header("Idempotency-Key", page_id).json(&body);
        id_of(&request.expect(201).await.json()["comment"])
    }

    /// Reports a public comment.
    async fn send_report(&self, id: &str, note: &str, email: &str) -> String {
        let body = json!({ "reason": "abuse", "note": note, "email": email });
        let made = self
            .post(&format!("/api/v1/comments/{id}/reports"))
            .origin(ORIGIN)
            .json(&body)
            .expect(201)
            .await
            .json();
        let url = made["receipt_url"].as_str().unwrap();
        url.strip_prefix(OWN).unwrap().to_owned()
    }

    /// What a report's receipt tells.
    async fn receipt(&self, path: &str) -> Value {
        self.get(&format!("/api/v1{path}")).expect(200).await.json()["report"].clone()
    }

    /// A page of the desk as an owner of [`SITE`] sees it.
    async fn desk_page(&self, path: &str) -> String {
        let secret = self
            .run(|app| {
                let email = hustings::domain::text::EmailAddress::parse("olga@example.org").unwrap();
                let role = hustings::domain::role::Role::Owner;
                hustings::service::staff::invite(app, &SITE.parse().unwrap(), &email, role).unwrap()
            })
            .await;
        let session = self
            .post("/api/v1/desk/session")
            .origin(OWN)
            .json(&json!({ "invite": secret.expose() }))
            .expect(200)
            .await;
        let cookie = session.header("set-cookie").strip_prefix("hustings=").unwrap();
        let cookie = cookie.split(';').next().unwrap().to_owned();
        self.get(path)
            .cookie("hustings", &cookie)
            .expect(200)
            .await
            .text()
    }

    /// Decides, which must be taken.
    async fn takes(&self, desk: &Desk, id: &str, decision: &Value) {
        let answer = self.decide(desk, id, decision).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
    }
}

async fn audit(app: &TestApp, desk: &Desk) -> hustings::service::seal::Audit {
    let site = desk.site;
    app.run(move |app| {
        hustings::service::seal::seal_all(app).unwrap();
        hustings::service::seal::audit(&app.db, site, &[]).unwrap()
    })
    .await
}

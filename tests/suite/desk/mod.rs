//! The desk over HTTP, on both databases: what moderators see, decide and manage, and the chain of what was decided.

mod audit;
mod bulk;
mod decisions;
mod findings;
mod forms;
mod html;
mod pages;
mod queue;
mod reports;
mod settings;
mod sites;
mod statements;
mod two;
mod undo;

use std::time::Duration;

use hustings::domain::clock::Clock;
use hustings::domain::id::{PersonId, SiteId};
use hustings::domain::person::{Person, Stance};
use hustings::domain::role::Role;
use hustings::service::{sites as site_service, staff as staff_service};
use serde_json::{Value, json};

use crate::support::comments::without_data;
use crate::support::sign_in::{ORIGIN, OWN, SITE};
use crate::support::{Answer, TestApp};

/// A page of the site.
const PAGE: &str = "https://blog.example.org/candidates";

/// Somebody or something at the desk.
enum Staff {
    /// A program.
    Token(String),
    /// A moderator's own session.
    Cookie(String),
}

impl TestApp {
    /// A program at the desk of a site.
    async fn program(&self, slug: &str, role: Role) -> Staff {
        let slug = slug.parse().unwrap();
        let secret = self
            .run(move |app| staff_service::create_token(app, &slug, role, "test").unwrap())
            .await;
        Staff::Token(secret.expose().to_owned())
    }

    /// A moderator who has opened the link that they were sent.
    async fn moderator(&self, slug: &str, email: &str, role: Role) -> Staff {
        let (slug, email) = (
            slug.parse().unwrap(),
            hustings::domain::text::EmailAddress::parse(email).unwrap(),
        );
        let link = self
            .run(move |app| {
                let secret = staff_service::invite(app, &slug, &email, role).unwrap();
                staff_service::invite_link(app, &secret)
            })
            .await;
        let secret = link.strip_prefix(&format!("{OWN}/desk#invite=")).unwrap();
        let answer = self
            .post("/api/v1/desk/session")
            .origin(OWN)
            .json(&json!({ "invite": secret }))
            .expect(200)
            .await;
        let set = answer.header("set-cookie").strip_prefix("hustings=").unwrap();
        Staff::Cookie(set.split(';').next().unwrap().to_owned())
    }

    /// Sends a request as staff.
    async fn ask_desk(&self, staff: &Staff, method: &str, path: &str, body: Option<&Value>) -> Answer {
        self.clock.advance(Duration::from_secs(1));
        let request = self.request(method, path);
        let request = match staff {
            Staff::Token(token) => request.token(token),
            Staff::Cookie(cookie) => request.cookie("hustings", cookie).origin(OWN),
        };
        match body {
            Some(body) => request.json(body).send().await,
            None => request.send().await,
        }
    }

    /// A comment as the desk has it.
    async fn desk_comment(&self, staff: &Staff, id: &str) -> Value {
        let answer = self
            .ask_desk(staff, "GET", &format!("/api/v1/desk/comments/{id}"), None)
            .await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        answer.json()
    }

    /// The ids in a part of the queue, and where the next begins.
    async fn queue(&self, staff: &Staff, query: &str) -> (Vec<String>, Option<String>) {
        let answer = self
            .ask_desk(staff, "GET", &format!("/api/v1/desk/comments?{query}"), None)
            .await;
        assert_eq!(answer.status, 200, "{query}: {}", answer.text());
        let part = answer.json();
        let comments = part["comments"].as_array().unwrap();
        (
            comments.iter().map(|it| text(&it["id"])).collect(),
            part["next"].as_str().map(str::to_owned),
        )
    }

    /// Sends a decision.
    async fn send_decision(&self, staff: &Staff, id: &str, decision: &Value) -> Answer {
        let path = format!("/api/v1/desk/comments/{id}/decisions");
        self.ask_desk(staff, "POST", &path, Some(decision)).await
    }

    /// Sends a decision that must be taken. Gives the comment after it.
    #[track_caller]
    fn decided(&self, staff: &Staff, id: &str, decision: Value) -> impl Future<Output = Value> {
        let caller = std::panic::Location::caller();
        async move {
            let answer = self.send_decision(staff, id, &decision).await;
            assert_eq!(answer.status, 200, "{decision} at {caller}: {}", answer.text());
            answer.json()
        }
    }

    /// Sends a decision that must be refused, and leave the comment as it is.
    #[track_caller]
    fn refused(
        &self,
        staff: &Staff,
        id: &str,
        decision: Value,
        status: u16,
        code: &str,
    ) -> impl Future<Output = Answer> {
        let caller = std::panic::Location::caller();
        async move {
            let before = self.desk_comment(staff, id).await;
            let answer = self.send_decision(staff, id, &decision).await;
            assert_eq!(
                (answer.status, answer.code().as_str()),
                (status, code),
                "{decision} at {caller}: {}",
                answer.text()
            );
            assert_eq!(
                self.desk_comment(staff, id).await,
                before,
                "{decision} at {caller}"
            );
            answer
        }
    }

    /// Posts a comment on [`PAGE`] as a reader. Gives its id.
    async fn post_text(&self, token: &str, body: &str) -> String {
        self.comment_on(token, PAGE, body).await
    }

    /// Posts a comment on a page of [`SITE`] as a reader. Gives its id.
    async fn comment_on(&self, token: &str, page: &str, body: &str) -> String {
        self.clock.advance(Duration::from_secs(1));
        let answer = self
            .post(&format!("/api/v1/sites/{SITE}/comments"))
            .origin(ORIGIN)
            .token(token)
            .json(&json!({ "page": { "url": page }, "body": body }))
            .expect(201)
            .await;
        text(&answer.json()["comment"]["id"])
    }

    /// Sends a new text as its author.
    async fn send_edit(&self, token: &str, id: &str, body: &str, while_checked: &str) {
        self.clock.advance(Duration::from_secs(1));
        self.patch(&format!("/api/v1/comments/{id}"))
            .origin(ORIGIN)
            .token(token)
            .json(&json!({ "body": body, "while_checked": while_checked }))
            .expect(200)
            .await;
    }

    /// Takes a comment back as its author.
    async fn take_back(&self, token: &str, id: &str) {
        self.clock.advance(Duration::from_secs(1));
        self.delete(&format!("/api/v1/comments/{id}"))
            .origin(ORIGIN)
            .token(token)
            .expect(204)
            .await;
    }

    /// What the author is told of one of their own comments on [`PAGE`].
    async fn told(&self, token: &str, id: &str) -> Value {
        let answer = self
            .get(&format!("/api/v1/me?site={SITE}&page={PAGE}"))
            .origin(ORIGIN)
            .token(token)
            .expect(200)
            .await
            .json();
        let own = answer["own"].as_array().unwrap();
        own.iter()
            .find(|it| it["id"] == id)
            .cloned()
            .unwrap_or(Value::Null)
    }

    /// Reports a comment. Gives the path of its receipt.
    async fn report(&self, id: &str) -> String {
        self.clock.advance(Duration::from_secs(1));
        let answer = self
            .post(&format!("/api/v1/comments/{id}/reports"))
            .origin(ORIGIN)
            .json(&json!({ "reason": "abuse", "note": "Look at this." }))
            .expect(201)
            .await
            .json();
        let url = text(&answer["receipt_url"]);
        // The page for people has the same secret.
        format!("/api/v1{}", url.strip_prefix(OWN).unwrap())
    }

    /// Where a report stands.
    async fn report_state(&self, receipt: &str) -> String {
        text(&self.get(receipt).expect(200).await.json()["report"]["state"])
    }

    /// What everybody reads of [`PAGE`].
    async fn public(&self) -> Value {
        self.get(&format!("/api/v1/sites/{SITE}/comments?page={PAGE}"))
            .expect(200)
            .await
            .json()
    }

    /// The same as a fragment, without the widget's data.
    async fn public_fragment(&self) -> String {
        let answer = self.get(&format!("/embed/{SITE}/comments?page={PAGE}"));
        without_data(&answer.expect(200).await.text())
    }

    /// Puts somebody on a site's register.
    async fn person(&self, site: SiteId, name: &str, stance: Stance) -> PersonId {
        let now = self.clock.now();
        let person = Person {
            id: PersonId::new(now, self.app.rng.as_ref()),
            site_id: site,
            outside_id: None,
            name: name.to_owned(),
            other_names: Vec::new(),
            stance,
            created_at: now,
        };
        let id = person.id;
        self.write(move |tx| {
            tx.put_person(&person, now)?;
            Ok(tx.register_changed(site)?)
        })
        .await;
        id
    }

    /// Sets what [`SITE`] holds.
    async fn hold(&self, hold: &str) {
        let settings = site_service::Settings {
            hold: Some(hold.parse().unwrap()),
            ..site_service::Settings::default()
        };
        self.run(move |app| site_service::set(app, &SITE.parse().unwrap(), settings).unwrap())
            .await;
    }
}

/// The texts of the public comments of [`PAGE`], as everybody reads them.
fn texts(public: &Value) -> Vec<String> {
    let comments = public["comments"].as_array().unwrap();
    comments
        .iter()
        .map(|it| {
            let html = it["html"].as_str().unwrap_or("").trim();
            html.trim_start_matches("<p>").trim_end_matches("</p>").to_owned()
        })
        .collect()
}

/// A JSON string.
#[track_caller]
fn text(value: &Value) -> String {
    value
        .as_str()
        .unwrap_or_else(|| panic!("no string: {value}"))
        .to_owned()
}

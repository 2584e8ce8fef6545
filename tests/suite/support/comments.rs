//! Comments over HTTP, as a reader posts them, a program decides on them and everybody reads them.

use hustings::domain::account::Standing;
use hustings::domain::id::SiteId;
use hustings::domain::person::Stance;
use hustings::domain::role::Role;
use hustings::domain::text::EmailAddress;
use hustings::service::{people, staff};
use hustings::storage::stores::comments::QueueFilter;
use hustings::transfer::people::{List, ListedPerson};
use serde_json::{Value, json};

use super::request::Request;
use super::sign_in::{ORIGIN, SITE};
use super::{Answer, TestApp};

/// A page of [`SITE`].
pub const PAGE: &str = "https://blog.example.org/selection-meetings";

/// A fragment without the one block at its end that tells the widget what it needs: its sentences would be taken for
/// those of the page.
pub fn without_data(fragment: &str) -> String {
    let (before, block) = fragment
        .split_once("<script type=\"application/json\">")
        .expect("the first part brings the data");
    let (data, after) = block.split_once("</script>").unwrap();
    assert!(!data.contains('<') && after.trim() == "</section>", "{block}");
    format!("{before}{after}")
}

/// Percent-encodes a parameter's value.
pub fn escaped(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

/// The id of a comment as an answer has it.
#[track_caller]
pub fn id_of(comment: &Value) -> String {
    comment["id"].as_str().unwrap().to_owned()
}

/// The ids of a part's comments, in their order.
pub fn ids_of(part: &Value) -> Vec<String> {
    part["comments"].as_array().unwrap().iter().map(id_of).collect()
}

/// [`SITE`] with a program that owns it.
pub struct Desk {
    /// The site.
    pub site: SiteId,
    /// An API token of the role `owner`.
    pub token: String,
}

impl TestApp {
    /// Adds [`SITE`] under [`ORIGIN`] with a program's token, and sets its policy: what its PATCH takes.
    pub async fn ward_news(&self, policy: &Value) -> Desk {
        let site = self.add_site(SITE, ORIGIN).await;
        let token = self.token_of(SITE).await;
        let desk = Desk { site, token };
        self.set_policy(&desk, policy).await;
        desk
    }

    /// An API token of the role `owner` on a site.
    pub async fn token_of(&self, site: &'static str) -> String {
        self.run(move |app| {
            let slug = site.parse().unwrap();
            staff::create_token(app, &slug, Role::Owner, "tests")
                .unwrap()
                .expose()
                .to_owned()
        })
        .await
    }

    /// Changes [`SITE`] at its desk.
    pub async fn set_policy(&self, desk: &Desk, policy: &Value) {
        self.patch(&format!("/api/v1/desk/sites/{SITE}"))
            .token(&desk.token)
            .json(policy)
            .expect(200)
            .await;
    }

    /// Sets how far [`SITE`] trusts a member.
    pub async fn trust(&self, email: &str, standing: Standing) {
        let email = EmailAddress::parse(email).unwrap();
        self.run(move |app| staff::set_standing(app, &SITE.parse().unwrap(), &email, standing).unwrap())
            .await;
    }

    /// Puts people on the register of [`SITE`].
    pub async fn register(&self, desk: &Desk, names: &[&str], stance: Stance) {
        let site = desk.site;
        let people = names
            .iter()
            .zip(1..)
            .map(|(name, line)| ListedPerson {
                line,
                outside_id: None,
                name: (*name).to_owned(),
                other_names: Vec::new(),
            })
            .collect();
        let list = List {
            people,
            bad_rows: Vec::new(),
        };
        let added = self
            .run(move |app| {
                people::import(app, site, list, Some(stance), false)
                    .unwrap()
                    .added
            })
            .await;
        assert_eq!(added, names.len());
    }

    /// A comment to be completed and sent to [`SITE`] from [`ORIGIN`].
    pub fn posting(&self, token: &str) -> Request {
        self.post(&format!("/api/v1/sites/{SITE}/comments"))
            .origin(ORIGIN)
            .token(token)
    }

    /// Posts on a page, and gives the comment of the 201.
    pub async fn comment(&self, token: &str, page: &str, text: &str) -> Value {
        let body = json!({ "page": { "url": page }, "body": text });
        self.posting(token).json(&body).expect(201).await.json()["comment"].clone()
    }

    /// Posts an answer on [`PAGE`], and gives the comment of the 201.
    pub async fn reply(&self, token: &str, parent: &str, text: &str) -> Value {
        let body = json!({ "page": { "url": PAGE }, "parent_id": parent, "body": text });
        self.posting(token).json(&body).expect(201).await.json()["comment"].clone()
    }

    /// Sends a new text for a comment.
    pub async fn edit(&self, token: &str, id: &str, body: &Value) -> Answer {
        self.patch(&format!("/api/v1/comments/{id}"))
            .origin(ORIGIN)
            .token(token)
            .json(body)
            .send()
            .await
    }

    /// Takes a comment back.
    pub async fn withdraw(&self, token: &str, id: &str) {
        self.delete(&format!("/api/v1/comments/{id}"))
            .origin(ORIGIN)
            .token(token)
            .expect(204)
            .await;
    }

    /// Decides as a program.
    pub async fn decide(&self, desk: &Desk, id: &str, decision: &Value) -> Answer {
        self.post(&format!("/api/v1/desk/comments/{id}/decisions"))
            .token(&desk.token)
            .json(decision)
            .send()
            .await
    }

    /// Approves a comment's first text.
    pub async fn approve(&self, desk: &Desk, id: &str) {
        let answer = self
            .decide(desk, id, &json!({ "action": "approve", "revision": 1 }))
            .await;
        assert_eq!(answer.status, 200, "{}", answer.text());
    }

    /// Removes a comment.
    pub async fn remove(&self, desk: &Desk, id: &str) {
        let answer = self
            .decide(desk, id, &json!({ "action": "remove", "reason": "abusive" }))
            .await;
        assert_eq!(answer.status, 200, "{}", answer.text());
    }

    /// A comment as the desk sees it.
    pub async fn at_desk(&self, desk: &Desk, id: &str) -> Value {
        self.get(&format!("/api/v1/desk/comments/{id}"))
            .token(&desk.token)
            .expect(200)
            .await
            .json()
    }

    /// A part of a page as JSON; `rest` is what stands behind the page, such as `&limit=2`.
    pub async fn part(&self, page: &str, rest: &str) -> Value {
        self.get(&part_address(page, rest)).expect(200).await.json()
    }

    /// The fragment of a page, without the widget's data.
    pub async fn fragment(&self, page: &str) -> String {
        let answer = self.get(&format!("/embed/{SITE}/comments?page={}", escaped(page)));
        without_data(&answer.expect(200).await.text())
    }

    /// What a reader sees of their own on a page.
    pub async fn me(&self, token: &str, page: &str) -> Value {
        self.get(&format!("/api/v1/me?site={SITE}&page={}", escaped(page)))
            .origin(ORIGIN)
            .token(token)
            .expect(200)
            .await
            .json()
    }

    /// How many comments lie in the database, whatever their state and site.
    pub async fn stored_comments(&self) -> usize {
        self.read(|tx| {
            let sites = tx.sites()?.into_iter().map(|site| site.id).collect();
            let everything = QueueFilter {
                sites,
                limit: 10_000,
                ..QueueFilter::default()
            };
            Ok(tx.queue(&everything)?.len())
        })
        .await
    }
}

/// Where a part of a page is read as JSON.
pub fn part_address(page: &str, rest: &str) -> String {
    format!("/api/v1/sites/{SITE}/comments?page={}{rest}", escaped(page))
}

//! Every row of the table of limits, reached over HTTP; and that no route to the database is without one.

use std::cell::Cell;
use std::time::Duration;

use hustings::domain::role::Role;
use hustings::limits::POLICIES;
use hustings::service::staff;
use serde_json::json;

use crate::support::comments::{PAGE, escaped};
use crate::support::sign_in::{ORIGIN, SITE, verifier};
use crate::support::{Answer, Request, TestApp};

/// So many readers that limits per address are reached before anybody's own.
const READERS: usize = 13;
/// A comment that is not there: whoever asks for it is counted all the same.
const NOBODYS: &str = "/api/v1/comments/01890000-0000-7000-8000-000000000000";
const DESK: &str = "/api/v1/desk/sites/ward-news";

struct Bench {
    app: TestApp,
    readers: Vec<String>,
    program: String,
    number: Cell<usize>,
}

async fn bench() -> Bench {
    let app = TestApp::sqlite()
        .await
        .restart("[limits]\nenabled = true\n")
        .await;
    app.add_site(SITE, ORIGIN).await;
    let mut readers = Vec::new();
    for number in 0..READERS {
        let email = format!("reader-{number}@example.org");
        readers.push(app.sign_in(&email, &format!("Reader {number}")).await);
    }
    let program = app
        .run(|app| staff::create_token(app, &SITE.parse().unwrap(), Role::Owner, "test").unwrap())
        .await;
    Bench {
        app,
        readers,
        program: program.expose().to_owned(),
        number: Cell::new(0),
    }
}

impl Bench {
    fn next(&self) -> usize {
        self.number.set(self.number.get() + 1);
        self.number.get()
    }

    /// One request that counts on a limit, and on none that is nearer to its end for good.
    fn request(&self, name: &str) -> Request {
        let (app, number) = (&self.app, self.next());
        let (one, each) = (&self.readers[0], &self.readers[number % READERS]);
        let client = format!("192.0.2.{}", number % 200 + 1);
        let post = |token: &str| {
            app.post(&format!("/api/v1/sites/{SITE}/comments"))
                .origin(ORIGIN)
                .token(token)
                .json(&json!({ "page": { "url": PAGE }, "body": format!("Remark number {number}.") }))
        };
        let edit = |token: &str| {
            app.patch(NOBODYS)
                .origin(ORIGIN)
                .token(token)
                .json(&json!({ "body": "Other." }))
        };
        let preview = |token: &str| {
            app.post(&format!("/api/v1/sites/{SITE}/preview"))
                .origin(ORIGIN)
                .token(token)
                .json(&json!({ "body": "So?" }))
        };
        let ask = |email: &str, client: &str| {
            let body = json!({ "site": SITE, "email": email, "challenge": verifier().1 });
            app.post("/api/v1/sign-in/email")
                .origin(ORIGIN)
                .client(client)
                .json(&body)
        };
        match name {
            "post" | "post-hour" => post(one),
            "post-address" => post(each),
            "edit" => edit(one),
            "edit-address" => edit(each),
            "preview" => preview(one),
            "preview-address" => preview(each),
            "report-address" => app
                .post(&format!("{NOBODYS}/reports"))
                .origin(ORIGIN)
                .json(&json!({ "reason": "spam" })),
            "sign-in-address" => ask(&format!("new-{number}@example.org"), "198.51.100.7"),
            "sign-in-email" | "sign-in-email-hour" => ask("mira@example.org", "198.51.100.8"),
            "sign-in-mailbox" => ask("vera@example.org", &client),
            "code-address" | "code-address-hour" => app
                .post("/api/v1/sign-in/token")
                .origin(ORIGIN)
                .json(&json!({ "request_id": "x", "code": "12345678", "verifier": "y" })),
            "elsewhere-address" | "elsewhere-address-hour" => {
                app.get("/sign-in/01890000-0000-7000-8000-000000000000")
            }
            "desk" => app.get(DESK).token(&self.program),
            "read-address" => app.get(&format!("/api/v1/sites/{SITE}/counts?page={}", escaped(PAGE))),
            other => panic!("{other} is new: drive it"),
        }
    }

    /// Sends until the limit refuses; where another does that comes back sooner, waits for it.
    async fn until_refused(&self, name: &str) -> Answer {
        for _ in 0..5_000 {
            let answer = self.request(name).send().await;
            if answer.status != 429 {
                continue;
            }
            if answer.header("ratelimit").starts_with(&format!("\"{name}\"")) {
                return answer;
            }
            let wait = answer.header("retry-after").parse().unwrap();
            self.app.clock.advance(Duration::from_secs(wait));
        }
        panic!("{name} is never reached");
    }
}

#[actix_web::test]
async fn every_limit_is_reached() {
    let bench = bench().await;
    for policy in POLICIES {
        // All are at rest again.
        bench.app.clock.advance(Duration::from_secs(2 * 60 * 60));
        let refused = bench.until_refused(policy.name).await;
        // Pages say it as a page.
        if refused.header("content-type").starts_with("text/html") {
            assert!(
                refused.text().contains("<title>Too many requests</title>"),
                "{}",
                policy.name
            );
        } else {
            assert_eq!(refused.code(), "too_many_requests", "{}", policy.name);
        }
    }
}

#[actix_web::test]
async fn no_route_to_the_database_is_without_one() {
    let bench = bench().await;
    let (app, token) = (&bench.app, bench.readers[0].as_str());
    let page = escaped(PAGE);
    bench.until_refused("read-address").await;
    for path in [
        format!("/api/v1/sites/{SITE}/comments?page={page}"),
        format!("/api/v1/sites/{SITE}/counts?page={page}"),
        String::from(NOBODYS),
        String::from("/api/v1/reports/none"),
        String::from("/letters/stop/none"),
    ] {
        app.get(&path).expect(429).await;
    }
    let me = app.get(&format!("/api/v1/me?site={SITE}&page={page}"));
    me.origin(ORIGIN).token(token).expect(429).await;
    for path in ["/letters/stop/none", "/letters/resume/none"] {
        app.post(path).expect(429).await;
    }

    bench.until_refused("edit").await;
    app.delete(NOBODYS).origin(ORIGIN).token(token).expect(429).await;

    bench.until_refused("desk").await;
    for (method, path) in [
        ("GET", "/api/v1/desk/comments"),
        (
            "GET",
            "/api/v1/desk/comments/01890000-0000-7000-8000-000000000000",
        ),
        ("GET", "/api/v1/desk/pages/01890000-0000-7000-8000-000000000000"),
        ("PATCH", "/api/v1/desk/pages/01890000-0000-7000-8000-000000000000"),
        ("PATCH", DESK),
    ] {
        let request = app.request(method, path).token(&bench.program);
        let request = match method {
            "PATCH" => request.json(&json!({})),
            _ => request,
        };
        request.expect(429).await;
    }
}

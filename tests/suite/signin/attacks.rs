//! What must not work: guessing, replaying, taking another's request, asking who has an account.

use std::time::Duration;

use hustings::domain::text::EmailAddress;
use hustings::signin::address::email_hash;
use serde_json::{Value, json};

use crate::support::sign_in::{ORIGIN, SITE, other_code, verifier};
use crate::support::{Answer, TestApp, both};

/// For so long a code is good again.
const AGAIN: Duration = Duration::from_secs(2 * 60);

const FOREIGN: &str = "https://evil.example.net";

both! {
    async fn five_tries_end_a_sign_in(app: TestApp) {
        app.add_site(SITE, ORIGIN).await;
        let asked = app.ask("mira@example.org", Some("Mira")).await;
        let code = app.code().await;
        for offset in 1..=5 {
            let answer = app.redeem(&asked, &other_code(&code, offset)).await;
            assert_eq!((answer.status, answer.code().as_str()), (422, "code_wrong"));
            assert_eq!(answer.json()["errors"][0]["pointer"], "/code");
        }
        assert_eq!(app.redeem(&asked, &code).await.code(), "code_tries_over");
        // Another letter gives no more tries.
        app.clock.advance(Duration::from_secs(60));
        app.post("/api/v1/sign-in/email/resend").origin(ORIGIN).json(&asked.held()).expect(202).await;
        let code = app.code().await;
        assert_eq!(app.redeem(&asked, &code).await.code(), "code_tries_over");
    }

    async fn the_fifth_try_may_be_right(app: TestApp) {
        app.add_site(SITE, ORIGIN).await;
        let asked = app.ask("mira@example.org", Some("Mira")).await;
        let code = app.code().await;
        for offset in 1..=4 {
            assert_eq!(app.redeem(&asked, &other_code(&code, offset)).await.status, 422);
        }
        assert_eq!(app.redeem(&asked, &code).await.status, 200);
    }

    async fn tries_at_once_are_no_more_than_five(app: TestApp) {
        app.add_site(SITE, ORIGIN).await;
        let asked = app.ask("mira@example.org", Some("Mira")).await;
        let code = app.code().await;
        let answers = std::rc::Rc::new(std::cell::RefCell::new(Vec::new()));
        let tries: Vec<_> = (1..=20)
            .map(|offset| {
                let (asked, wrong) = (asked.clone(), other_code(&code, offset));
                let request = app.post("/api/v1/sign-in/token").origin(ORIGIN).json(&asked.with(&wrong));
                let answers = std::rc::Rc::clone(&answers);
                actix_web::rt::spawn(async move {
                    let code = request.send().await.code();
                    answers.borrow_mut().push(code);
                })
            })
            .collect();
        for one in tries {
            one.await.unwrap();
        }
        let compared = answers.borrow().iter().filter(|code| *code == "code_wrong").count();
        assert_eq!(compared, 5, "{:?}", answers.borrow());
        assert_eq!(app.redeem(&asked, &code).await.code(), "code_tries_over");
    }

    async fn a_code_is_good_once(app: TestApp) {
        app.add_site(SITE, ORIGIN).await;
        let asked = app.ask("mira@example.org", Some("Mira")).await;
        let code = app.code().await;
        let twice: Vec<_> = (0..2)
            .map(|_| {
                let request = app.post("/api/v1/sign-in/token").origin(ORIGIN).json(&asked.with(&code));
                actix_web::rt::spawn(async move { request.send().await.status })
            })
            .collect();
        let mut statuses = Vec::new();
        for one in twice {
            statuses.push(one.await.unwrap());
        }
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 200]);
        app.clock.advance(AGAIN);
        assert_eq!(app.redeem(&asked, &code).await.status, 200, "two minutes are not over");
        app.clock.advance(Duration::from_micros(1));
        assert_eq!(app.redeem(&asked, &code).await.code(), "code_used");
    }

    async fn a_code_whose_answer_was_lost_is_good_again_and_the_earlier_token_is_not(app: TestApp) {
        app.add_site(SITE, ORIGIN).await;
        let asked = app.ask("mira@example.org", Some("Mira")).await;
        let code = app.code().await;
        let token = |answer: &Answer| answer.json()["token"].as_str().unwrap_or_default().to_owned();
        let first = app.redeem(&asked, &code).await;
        app.clock.advance(Duration::from_secs(60));
        let second = app.redeem(&asked, &code).await;
        assert_eq!((first.status, second.status), (200, 200));
        for field in ["account", "expires_at"] {
            assert_eq!(first.json()[field], second.json()[field], "{field}");
        }
        let me = |token: &str| app.get(&format!("/api/v1/me?site={SITE}&page={ORIGIN}/x")).origin(ORIGIN).token(token);
        assert_eq!(me(&token(&first)).expect(401).await.code(), "token_invalid");
        me(&token(&second)).expect(200).await;
        // Signing out is the end of it.
        app.delete("/api/v1/me/token").origin(ORIGIN).token(&token(&second)).expect(204).await;
        assert_eq!(app.redeem(&asked, &code).await.code(), "code_used");
    }

    async fn a_code_is_given_again_only_to_who_could_have_had_the_answer(app: TestApp) {
        app.add_site(SITE, ORIGIN).await;
        let asked = app.ask("mira@example.org", Some("Mira")).await;
        let code = app.code().await;
        let token = app.redeem(&asked, &code).await.json()["token"].as_str().unwrap().to_owned();
        let bring = |body: &Value, origin: &str| app.post("/api/v1/sign-in/token").origin(origin).json(body);
        let mut stranger = asked.with(&code);
        stranger["verifier"] = json!(verifier().0);
        assert_eq!(bring(&stranger, ORIGIN).expect(404).await.code(), "sign_in_not_found");
        assert_eq!(bring(&asked.with(&code), "https://evil.example.net").expect(403).await.code(), "origin_not_listed");
        let me = || app.get(&format!("/api/v1/me?site={SITE}&page={ORIGIN}/x")).origin(ORIGIN).token(&token);
        // Tries are counted as before: the first that was right and four that are wrong.
        for offset in 1..=4 {
            assert_eq!(app.redeem(&asked, &other_code(&code, offset)).await.code(), "code_wrong");
        }
        assert_eq!(app.redeem(&asked, &code).await.code(), "code_tries_over");
        me().expect(200).await;
    }

    async fn a_code_belongs_to_its_request(app: TestApp) {
        app.add_site(SITE, ORIGIN).await;
        let mine = app.ask("mallory@example.org", Some("Mallory")).await;
        let my_code = app.code().await;
        let theirs = app.ask("mira@example.org", Some("Mira")).await;
        app.run_jobs().await;
        assert_eq!(app.redeem(&theirs, &my_code).await.code(), "code_wrong");
        // And a verifier to its request: with another it might as well not exist.
        let mut crossed = theirs.with(&my_code);
        crossed["verifier"] = json!(mine.verifier);
        let answer = app.post("/api/v1/sign-in/token").origin(ORIGIN).json(&crossed).expect(404).await;
        let mut nowhere = crossed.clone();
        nowhere["request_id"] = json!("01890a5d-ac96-774b-bcce-b302099a8057");
        let unknown = app.post("/api/v1/sign-in/token").origin(ORIGIN).json(&nowhere).expect(404).await;
        assert_eq!(answer.json(), unknown.json());
        for path in ["/api/v1/sign-in/email/status", "/api/v1/sign-in/email/resend"] {
            let held = json!({ "request_id": theirs.request_id, "verifier": mine.verifier });
            assert_eq!(app.post(path).origin(ORIGIN).json(&held).expect(404).await.code(), "sign_in_not_found");
        }
    }

    async fn a_code_with_anothers_verifier_takes_no_try(app: TestApp) {
        app.add_site(SITE, ORIGIN).await;
        let asked = app.ask("mira@example.org", Some("Mira")).await;
        let code = app.code().await;
        let mut stranger = asked.with("00000000");
        stranger["verifier"] = json!(verifier().0);
        for _ in 0..10 {
            app.post("/api/v1/sign-in/token").origin(ORIGIN).json(&stranger).expect(404).await;
        }
        assert_eq!(app.redeem(&asked, &code).await.status, 200);
    }

    async fn only_the_origin_that_asked_gets_the_token(app: TestApp) {
        app.add_site(SITE, ORIGIN).await;
        let asked = app.ask("mira@example.org", Some("Mira")).await;
        let code = app.code().await;
        for origin in [FOREIGN, "http://127.0.0.1:8080", "https://blog.example.org:8443", "http://blog.example.org", "null"] {
            for path in ["/api/v1/sign-in/token", "/api/v1/sign-in/email/status", "/api/v1/sign-in/email/resend"] {
                let body = if path.ends_with("token") { asked.with(&code) } else { asked.held() };
                let answer = app.post(path).origin(origin).json(&body).expect(403).await;
                assert_eq!(answer.code(), "origin_not_listed", "{origin} {path}");
            }
        }
        app.post("/api/v1/sign-in/token").json(&asked.with(&code)).expect(403).await;
        assert_eq!(app.redeem(&asked, &code).await.status, 200);
    }

    async fn foreign_pages_cannot_ask(app: TestApp) {
        app.add_site(SITE, ORIGIN).await;
        let (_, challenge) = verifier();
        let body = json!({ "site": SITE, "email": "mira@example.org", "challenge": challenge });
        for origin in [Some(FOREIGN), Some("null"), Some("https://blog.example.org.evil.example.net"), None] {
            let request = app.post("/api/v1/sign-in/email").json(&body);
            let request = match origin {
                Some(origin) => request.origin(origin),
                None => request,
            };
            assert_eq!(request.expect(403).await.code(), "origin_not_listed", "{origin:?}");
        }
        for site in ["nowhere", "", "Ward News", "../ward-news"] {
            let body = json!({ "site": site, "email": "mira@example.org", "challenge": challenge });
            let answer = app.post("/api/v1/sign-in/email").origin(ORIGIN).json(&body).expect(404).await;
            assert_eq!(answer.code(), "site_not_found", "{site}");
        }
        assert_eq!(app.run_jobs().await, 0);
    }

    async fn the_answer_is_the_same_for_any_address(app: TestApp) {
        app.add_site(SITE, ORIGIN).await;
        app.sign_in("member@example.org", "A Member").await;
        let hash = email_hash(&app.app.keys, &EmailAddress::parse("never@example.org").unwrap());
        app.write(move |tx| Ok(tx.suppress(&hash, "asked", hustings::domain::clock::Micros::from_i64(0))?)).await;

        let mut seen = Vec::new();
        for email in ["member@example.org", "stranger@example.org", "never@example.org"] {
            let (verifier, challenge) = verifier();
            let body = json!({ "site": SITE, "email": email, "name": "A Name", "challenge": challenge });
            let asked = app.post("/api/v1/sign-in/email").origin(ORIGIN).json(&body).expect(202).await;
            let held = json!({ "request_id": asked.json()["request_id"], "verifier": verifier });
            let status = |app: &TestApp| app.post("/api/v1/sign-in/email/status").origin(ORIGIN).json(&held);
            let before = status(&app).expect(200).await.json();
            app.run_jobs().await;
            let after = status(&app).expect(200).await.json();
            let keys: Vec<String> = asked.json().as_object().unwrap().keys().cloned().collect();
            seen.push((keys, before, after));
        }
        assert_eq!(seen[0], seen[1]);
        assert_eq!(seen[0], seen[2]);
        let to: Vec<_> = app.letters.letters().into_iter().map(|letter| letter.to).collect();
        assert_eq!(to, ["member@example.org", "member@example.org", "stranger@example.org"]);
    }

    async fn other_shapes_are_refused(app: TestApp) {
        app.add_site(SITE, ORIGIN).await;
        let asked = app.ask("mira@example.org", Some("Mira")).await;
        let mut unknown = asked.with("12345678");
        unknown["remember"] = json!(true);
        let answer = app.post("/api/v1/sign-in/token").origin(ORIGIN).json(&unknown).expect(422).await;
        assert_eq!(answer.code(), "unknown_field");
        for (field, value, code) in [
            ("request_id", json!("x"), "request_id_invalid"),
            ("request_id", json!(7), "wrong_type"),
            ("verifier", json!("short"), "verifier_invalid"),
            ("code", json!(12_345_678), "wrong_type"),
            ("code", json!(["12345678"]), "wrong_type"),
        ] {
            let mut body = asked.with("12345678");
            body[field] = value.clone();
            let answer = app.post("/api/v1/sign-in/token").origin(ORIGIN).json(&body).expect(422).await;
            assert_eq!(answer.code(), code, "{field} {value}");
        }
    }
}

/// With limits on: narrow for who asks, wide for all, and by the mailbox however it is written.
async fn limited(app: TestApp) {
    let app = app.restart("[limits]\nenabled = true\n").await;
    app.add_site(SITE, ORIGIN).await;
    let ask = |email: &str, client: &str| {
        let (_, challenge) = verifier();
        let body = json!({ "site": SITE, "email": email, "challenge": challenge });
        app.post("/api/v1/sign-in/email")
            .origin(ORIGIN)
            .client(client)
            .json(&body)
    };
    ask("mira@example.org", "192.0.2.1").expect(202).await;
    for again in ["MIRA@example.org", "mira+list@example.org"] {
        let answer = ask(again, "192.0.2.1").expect(429).await;
        assert_eq!(answer.header("retry-after"), "60");
        assert!(
            answer.header("ratelimit").starts_with("\"sign-in-email\""),
            "{}",
            answer.header("ratelimit")
        );
    }
    ask("other@example.org", "192.0.2.1").expect(202).await;
    // Nobody locks her out from elsewhere, and nobody fills her mailbox from many places.
    for host in 2..31 {
        ask(&format!("mira+{host}@example.org"), &format!("192.0.2.{host}"))
            .expect(202)
            .await;
    }
    let answer = ask("mira@example.org", "192.0.2.31").expect(429).await;
    assert!(
        answer.header("ratelimit").starts_with("\"sign-in-mailbox\""),
        "{}",
        answer.header("ratelimit")
    );
}

#[actix_web::test]
async fn letters_to_one_address_are_limited() {
    limited(TestApp::sqlite().await).await;
}

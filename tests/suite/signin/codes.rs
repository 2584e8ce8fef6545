//! The code's way, as it is meant: asked for, sent, brought back.

use std::time::Duration;

use serde_json::json;

use crate::support::both;
use crate::support::sign_in::{ORIGIN, OWN, SITE, verifier};

const MINUTE: Duration = Duration::from_secs(60);

both! {
    async fn a_code_gives_a_token_and_makes_the_member(app: TestApp) {
        app.add_site(SITE, ORIGIN).await;
        let asked = app.ask("Mira.Holt@example.org", Some("  Mira   Holt ")).await;
        let code = app.code().await;
        let letter = &app.letters.letters()[0];
        assert_eq!(letter.to, "Mira.Holt@example.org");
        assert!(letter.text.contains("blog.example.org"), "{}", letter.text);

        let answer = app.redeem(&asked, &code).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        assert_eq!(answer.header("cache-control"), "no-store");
        let answer = answer.json();
        assert_eq!(answer["account"]["name"], "Mira Holt");
        assert_eq!(answer["account"]["standing"], "new");
        assert_eq!(answer["expires_at"], "2026-12-23T10:00:00.000000Z");
        assert!(answer["token"].as_str().unwrap().starts_with("hst_"));

        // The same person again, the address written otherwise: the same member, whatever name comes along.
        app.clock.advance(2 * MINUTE);
        let again = app.ask("mira.holt@EXAMPLE.org", Some("Another Name")).await;
        let code = app.code().await;
        let again = app.redeem(&again, &code).await.json();
        assert_eq!(again["account"], answer["account"]);
        assert_ne!(again["token"], answer["token"]);
    }

    async fn somebody_is_another_member_on_another_site(app: TestApp) {
        app.add_site(SITE, ORIGIN).await;
        app.add_site("parish-post", "https://parish.example.org").await;
        let here = app.ask("mira@example.org", Some("Mira")).await;
        let code = app.code().await;
        let here = app.redeem(&here, &code).await.json();

        let (verifier, challenge) = verifier();
        let body = json!({ "site": "parish-post", "email": "mira@example.org", "name": "M. H.", "challenge": challenge });
        let asked = app.post("/api/v1/sign-in/email").origin("https://parish.example.org").json(&body).expect(202).await;
        let code = app.code().await;
        let body = json!({ "request_id": asked.json()["request_id"], "verifier": verifier, "code": code });
        let there =
            app.post("/api/v1/sign-in/token").origin("https://parish.example.org").json(&body).expect(200).await.json();
        assert_ne!(there["account"]["id"], here["account"]["id"]);
        assert_eq!(there["account"]["name"], "M. H.");
    }

    async fn codes_are_taken_as_people_type_them(app: TestApp) {
        app.add_site(SITE, ORIGIN).await;
        for (n, shape) in ["{}{}", "{} {}", " {}-{} "].iter().enumerate() {
            let asked = app.ask(&format!("reader{n}@example.org"), Some("A Reader")).await;
            let code = app.code().await;
            let typed = shape.replacen("{}", &code[..4], 1).replacen("{}", &code[4..], 1);
            assert_eq!(app.redeem(&asked, &typed).await.status, 200, "{typed:?}");
        }
        let asked = app.ask("reader9@example.org", Some("A Reader")).await;
        let code = app.code().await;
        for typed in ["", "1234567", "123456789", "abcdefgh", &"1".repeat(2_000)] {
            let answer = app.redeem(&asked, typed).await;
            assert_eq!((answer.status, answer.code().as_str()), (422, "code_invalid"), "{typed:?}");
        }
        // What cannot be a code is no try.
        assert_eq!(app.redeem(&asked, &code).await.status, 200);
    }

    async fn a_newcomer_without_a_name_is_asked_for_one_and_keeps_the_code(app: TestApp) {
        app.add_site(SITE, ORIGIN).await;
        let asked = app.ask("mira@example.org", None).await;
        let code = app.code().await;
        for _ in 0..6 {
            let answer = app.redeem(&asked, &code).await;
            assert_eq!((answer.status, answer.code().as_str()), (422, "name_needed"));
            assert_eq!(answer.json()["errors"][0]["pointer"], "/name");
        }
        let mut body = asked.with(&code);
        body["name"] = json!("Mi\u{202e}ra");
        let answer = app.post("/api/v1/sign-in/token").origin(ORIGIN).json(&body).expect(422).await;
        assert_eq!(answer.code(), "name_invalid_characters");
        body["name"] = json!("Mira");
        let answer = app.post("/api/v1/sign-in/token").origin(ORIGIN).json(&body).expect(200).await;
        assert_eq!(answer.json()["account"]["name"], "Mira");
    }

    async fn every_wrong_field_is_named_at_once(app: TestApp) {
        app.add_site(SITE, ORIGIN).await;
        let body = json!({ "site": SITE, "email": "mira", "name": "Mi\u{2066}ra", "lang": "en_GB", "challenge": "abc" });
        let answer = app.post("/api/v1/sign-in/email").origin(ORIGIN).json(&body).expect(422).await.json();
        let wrong: Vec<_> = answer["errors"]
            .as_array()
            .unwrap()
            .iter()
            .map(|error| (error["pointer"].as_str().unwrap(), error["code"].as_str().unwrap()))
            .collect();
        assert_eq!(
            wrong,
            [
                ("/email", "email_invalid"),
                ("/name", "name_invalid_characters"),
                ("/lang", "lang_invalid"),
                ("/challenge", "challenge_invalid"),
            ]
        );
        assert_eq!(app.run_jobs().await, 0);
    }

    async fn ten_minutes_count_from_when_the_letter_was_taken(app: TestApp) {
        app.add_site(SITE, ORIGIN).await;
        let asked = app.ask("mira@example.org", Some("Mira")).await;
        app.clock.advance(7 * MINUTE);
        let code = app.code().await;
        app.clock.advance(10 * MINUTE - Duration::from_secs(1));
        assert_eq!(app.redeem(&asked, &code).await.status, 200);

        let late = app.ask("late@example.org", Some("Late")).await;
        let code = app.code().await;
        app.clock.advance(10 * MINUTE);
        let answer = app.redeem(&late, &code).await;
        assert_eq!((answer.status, answer.code().as_str()), (422, "code_expired"));
    }

    async fn thirty_minutes_after_asking_it_is_over(app: TestApp) {
        app.add_site(SITE, ORIGIN).await;
        let asked = app.ask("mira@example.org", Some("Mira")).await;
        app.clock.advance(25 * MINUTE);
        let code = app.code().await;
        app.clock.advance(5 * MINUTE);
        assert_eq!(app.redeem(&asked, &code).await.code(), "code_expired");
    }

    async fn the_letter_again_brings_another_code_and_ends_the_first(app: TestApp) {
        app.add_site(SITE, ORIGIN).await;
        let other = app.ask("mira@example.org", Some("Mira")).await;
        let other_code = app.code().await;
        let asked = app.ask("mira@example.org", Some("Mira")).await;
        let first = app.code().await;
        app.clock.advance(MINUTE);
        app.post("/api/v1/sign-in/email/resend").origin(ORIGIN).json(&asked.held()).expect(202).await;
        let second = app.code().await;
        assert_ne!(first, second);
        assert_eq!(app.letters.letters().len(), 3);
        assert_eq!(app.redeem(&asked, &first).await.code(), "code_wrong");
        assert_eq!(app.redeem(&asked, &second).await.status, 200);
        // The other request of the same address is not touched.
        assert_eq!(app.redeem(&other, &other_code).await.status, 200);
    }

    async fn letters_come_a_minute_apart_and_five_times_more(app: TestApp) {
        app.add_site(SITE, ORIGIN).await;
        let asked = app.ask("mira@example.org", Some("Mira")).await;
        let resend = || app.post("/api/v1/sign-in/email/resend").origin(ORIGIN).json(&asked.held());
        app.clock.advance(Duration::from_millis(59_500));
        let answer = resend().expect(429).await;
        assert_eq!((answer.code().as_str(), answer.header("retry-after")), ("too_many_requests", "1"));
        for _ in 0..5 {
            app.clock.advance(MINUTE);
            resend().expect(202).await;
        }
        app.clock.advance(MINUTE);
        assert_eq!(resend().expect(409).await.code(), "resend_over");
        let status = app.post("/api/v1/sign-in/email/status").origin(ORIGIN).json(&asked.held()).expect(200).await;
        assert_eq!(status.json()["resend_after"], json!(null));
    }

    async fn there_is_no_letter_again_for_what_is_over(app: TestApp) {
        app.add_site(SITE, ORIGIN).await;
        let used = app.ask("mira@example.org", Some("Mira")).await;
        let code = app.code().await;
        assert_eq!(app.redeem(&used, &code).await.status, 200);
        let old = app.ask("late@example.org", Some("Late")).await;
        app.clock.advance(20 * MINUTE + Duration::from_secs(1));
        for asked in [used, old] {
            let answer = app.post("/api/v1/sign-in/email/resend").origin(ORIGIN).json(&asked.held()).expect(409).await;
            assert_eq!(answer.code(), "resend_over");
        }
    }

    async fn the_servers_own_pages_may_ask_too(app: TestApp) {
        app.add_site(SITE, ORIGIN).await;
        let asked = app.ask_from(OWN, "mira@example.org", Some("Mira")).await;
        let code = app.code().await;
        assert_eq!(app.redeem(&asked, &code).await.status, 200);
    }
}

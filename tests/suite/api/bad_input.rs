//! What is refused: each with its status and code, and with nothing stored.

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::comments::{PAGE, id_of, ids_of, part_address};
use crate::support::sign_in::{ORIGIN, OWN, SITE, other_code};
use crate::support::{Answer, both};

const FOREIGN: &str = "https://evil.example.net";

/// What a refusal says: status, code and the first field.
fn told(answer: &Answer) -> (u16, String, Value) {
    (
        answer.status,
        answer.code(),
        answer.json()["errors"][0]["pointer"].clone(),
    )
}

fn refused(status: u16, code: &str, pointer: Value) -> (u16, String, Value) {
    (status, code.to_owned(), pointer)
}

both! {
    async fn bodies_that_cannot_be_read(app: TestApp) {
        app.ward_news(&json!({ "hold": "flagged" })).await;
        let ada = app.sign_in("ada@example.org", "Ada").await;
        let page = format!("\"page\":{{\"url\":\"{PAGE}\"}}");
        let with = |rest: &str| format!("{{{page},{rest}}}").into_bytes();
        let long = "x".repeat(17 * 1024);
        let huge = "x".repeat(65 * 1024);
        let at_limit = "x".repeat(16 * 1024);
        for (body, status, code, pointer) in [
            (b"not JSON".to_vec(), 400, "malformed_json", Value::Null),
            (Vec::new(), 400, "malformed_json", Value::Null),
            (b"[]".to_vec(), 422, "wrong_type", json!("")),
            (b"{}".to_vec(), 422, "missing_field", json!("/page")),
            (with("\"body\":\"a\",\"bdoy\":1"), 422, "unknown_field", json!("/bdoy")),
            (b"{\"page\":{\"url\":\"https://blog.example.org/\",\"host\":\"x\"},\"body\":\"a\"}".to_vec(), 422, "unknown_field", json!("/page/host")),
            (with("\"body\":7"), 422, "wrong_type", json!("/body")),
            (with("\"body\":null"), 422, "wrong_type", json!("/body")),
            (with("\"body\":\"a\",\"parent_id\":7"), 422, "wrong_type", json!("/parent_id")),
            (b"{\"page\":\"https://blog.example.org/\",\"body\":\"a\"}".to_vec(), 422, "wrong_type", json!("/page")),
            (with("\"body\":\"a\",\"body\":\"b\""), 422, "duplicate_field", json!("/body")),
            (with("\"body\":\"a\\u0000b\""), 422, "body_has_nul", json!("/body")),
            (with("\"body\":\"\\ud800\""), 400, "malformed_json", Value::Null),
            (with("\"body\":\"\\udc00 a\""), 400, "malformed_json", Value::Null),
            ([&with("\"body\":\"")[..page.len() + 10], b"\xff\xfe\"}"].concat(), 400, "malformed_json", Value::Null),
            (with("\"body\":\" \\n \""), 422, "body_empty", json!("/body")),
            (with(&format!("\"body\":\"{long}\"")), 422, "body_too_long", json!("/body")),
            (with(&format!("\"body\":\"{at_limit}é\"")), 422, "body_too_long", json!("/body")),
            (with(&format!("\"body\":\"{huge}\"")), 413, "body_too_large", Value::Null),
            (with("\"body\":\"a\",\"source_url\":\"javascript:alert(1)\""), 422, "source_url_invalid", json!("/source_url")),
        ] {
            let shown: String = String::from_utf8_lossy(&body).chars().take(120).collect();
            let answer = app.posting(&ada).body("application/json", body).send().await;
            assert_eq!(told(&answer), refused(status, code, pointer), "{shown}");
            let detail = answer.json()["detail"].as_str().unwrap_or_default().to_owned();
            assert!(!detail.starts_with(' '), "{shown}: {detail:?}");
            let detail = answer.json()["detail"].as_str().unwrap().to_owned();
            assert!(!detail.starts_with(' '), "{shown}: {detail}");
        }
        let good = with("\"body\":\"a good text\"");
        for kind in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/json; charset=latin1"] {
            let answer = app.posting(&ada).body(kind, good.clone()).expect(415).await;
            assert_eq!(answer.code(), "unsupported_media_type", "{kind}");
        }
        assert_eq!(app.stored_comments().await, 0);
        // The same request with nothing wrong is taken, and so is a text of exactly the limit.
        app.posting(&ada).body("application/json", good).expect(201).await;
        app.posting(&ada).body("application/json", with(&format!("\"body\":\"{at_limit}\""))).expect(201).await;
        assert_eq!(app.stored_comments().await, 2);
    }

    async fn pages_that_are_not_the_sites(app: TestApp) {
        app.ward_news(&json!({ "hold": "flagged" })).await;
        let ada = app.sign_in("ada@example.org", "Ada").await;
        for (url, code) in [
            ("https://evil.example.net/a", "page_not_of_site"),
            ("http://blog.example.org/a", "page_not_of_site"),
            ("https://blog.example.org:8443/a", "page_not_of_site"),
            ("https://blog.example.org.evil.example.net/a", "page_not_of_site"),
            ("https://ada@blog.example.org/a", "page_address_userinfo"),
            ("https://ada:pass@blog.example.org/a", "page_address_userinfo"),
            ("https://@blog.example.org/a", "page_address_userinfo"),
            ("https://blog.example.org@evil.example.net/a", "page_address_userinfo"),
            ("javascript:alert(1)", "page_address_invalid"),
            ("/a", "page_address_invalid"),
            ("", "page_address_invalid"),
            ("https://blog.example.org\\@evil.example.net/", "page_address_invalid"),
            (&format!("{ORIGIN}/{}", "x".repeat(2_048)), "page_address_invalid"),
        ] {
            let body = json!({ "page": { "url": url }, "body": "Where am I?" });
            let answer = app.posting(&ada).json(&body).send().await;
            assert_eq!(told(&answer), refused(422, code, json!("/page/url")), "{url}");
        }
        assert_eq!(app.stored_comments().await, 0);
    }

    async fn requests_that_come_from_elsewhere(app: TestApp) {
        app.ward_news(&json!({ "hold": "flagged" })).await;
        let ada = app.sign_in("ada@example.org", "Ada").await;
        let address = format!("/api/v1/sites/{SITE}/comments");
        let body = json!({ "page": { "url": PAGE }, "body": "From where?" });
        for origin in [FOREIGN, "null", "https://blog.example.org.evil.example.net", "http://blog.example.org", "https://BLOG.example.org", OWN] {
            let answer = app.post(&address).origin(origin).token(&ada).json(&body).expect(403).await;
            assert_eq!(answer.code(), "origin_not_listed", "{origin}");
            assert_eq!(answer.header("access-control-allow-credentials"), "");
        }
        let none = app.post(&address).token(&ada).json(&body).expect(403).await;
        assert_eq!(none.code(), "origin_not_listed");
        let two = app.post(&address).origin(ORIGIN).origin(ORIGIN).token(&ada).json(&body).expect(403).await;
        assert_eq!(two.code(), "origin_not_listed");
        assert_eq!(app.stored_comments().await, 0);
    }

    async fn tokens_that_are_not_good(app: TestApp) {
        let desk = app.ward_news(&json!({ "hold": "flagged" })).await;
        app.add_site("parish-post", "https://parish.example.org").await;
        let ada = app.sign_in("ada@example.org", "Ada").await;
        let body = json!({ "page": { "url": PAGE }, "body": "Who am I?" });
        let post = |token: &str| app.posting(token).json(&body);
        let anonymous = app.post(&format!("/api/v1/sites/{SITE}/comments")).origin(ORIGIN).json(&body);
        assert_eq!(anonymous.expect(401).await.code(), "token_missing");
        let changed = format!("{}{}", &ada[..ada.len() - 1], if ada.ends_with('A') { 'B' } else { 'A' });
        for bad in ["x", "hsr_", &changed, &desk.token] {
            let answer = post(bad).expect(401).await;
            assert_eq!((answer.code().as_str(), answer.header("www-authenticate")), ("token_invalid", "Bearer"), "{bad}");
        }
        // Of this site, on another: each must name its own.
        let elsewhere = json!({ "page": { "url": "https://parish.example.org/a" }, "body": "Who am I?" });
        let other = app.post("/api/v1/sites/parish-post/comments").token(&ada);
        let answer = other.origin("https://parish.example.org").json(&elsewhere).expect(403).await;
        assert_eq!(answer.code(), "token_of_other_site");
        app.post("/api/v1/sites/nowhere/comments").origin(ORIGIN).token(&ada).json(&body).expect(404).await;
        // Signed out, and grown old.
        let ben = app.sign_in("ben@example.org", "Ben").await;
        app.delete("/api/v1/me/token").origin(ORIGIN).token(&ben).expect(204).await;
        assert_eq!(post(&ben).expect(401).await.code(), "token_revoked");
        app.clock.advance(Duration::from_secs(30 * 24 * 60 * 60));
        assert_eq!(post(&ada).expect(401).await.code(), "token_expired");
        assert_eq!(app.stored_comments().await, 0);
    }

    async fn codes_that_are_not_good(app: TestApp) {
        app.ward_news(&json!({ "hold": "flagged" })).await;
        let asked = app.ask("ada@example.org", Some("Ada")).await;
        let code = app.code().await;
        assert_eq!(told(&app.redeem(&asked, "1234").await), refused(422, "code_invalid", json!("/code")));
        assert_eq!(told(&app.redeem(&asked, &other_code(&code, 1)).await), refused(422, "code_wrong", json!("/code")));
        let foreign = app.ask("ben@example.org", Some("Ben")).await;
        let theirs = app.code().await;
        assert_eq!(app.redeem(&asked, &theirs).await.code(), "code_wrong");
        assert_eq!(app.redeem(&foreign, &theirs).await.status, 200);
        app.clock.advance(Duration::from_secs(2 * 60 + 1));
        assert_eq!(app.redeem(&foreign, &theirs).await.code(), "code_used");
        app.clock.advance(Duration::from_secs(31 * 60));
        assert_eq!(app.redeem(&asked, &code).await.code(), "code_expired");
    }

    async fn names_with_controls_are_refused(app: TestApp) {
        app.ward_news(&json!({ "hold": "flagged" })).await;
        for bad in ["Ada\u{202E}nimdA", "Ada\u{2066}x\u{2069}", "Ada\u{200E}", "Ada\u{0}", "Ada\u{7}", "\u{2713} Ada", "Ada\u{200B}"] {
            let (verifier, challenge) = crate::support::sign_in::verifier();
            let body = json!({ "site": SITE, "email": "ada@example.org", "name": bad, "challenge": challenge });
            let answer = app.post("/api/v1/sign-in/email").origin(ORIGIN).json(&body).send().await;
            assert_eq!(told(&answer), refused(422, "name_invalid_characters", json!("/name")), "{bad:?} {verifier}");
        }
        // Nor when the name is brought with the code.
        let asked = app.ask("ada@example.org", None).await;
        let mut body = asked.with(&app.code().await);
        body["name"] = json!("Ada\u{202E}nimdA");
        let redeem = |body: Value| app.post("/api/v1/sign-in/token").origin(ORIGIN).json(&body);
        assert_eq!(redeem(body.clone()).expect(422).await.code(), "name_invalid_characters");
        body["name"] = json!("Ada");
        redeem(body).expect(200).await;
    }

    async fn parts_that_there_are_not(app: TestApp) {
        app.ward_news(&json!({ "hold": "flagged" })).await;
        let ada = app.sign_in("ada@example.org", "Ada").await;
        for text in ["One of them.", "Two of them."] {
            app.clock.advance(Duration::from_secs(1));
            app.comment(&ada, PAGE, text).await;
        }
        let next = app.part(PAGE, "&limit=1").await["next"].as_str().unwrap().to_owned();
        let absent = "01890a5d-ac96-774b-bcce-b302099a8057";
        for (rest, status, code) in [
            ("&after=x", 400, "invalid_cursor"),
            ("&after=!!", 400, "invalid_cursor"),
            (&format!("&after={next}A"), 400, "invalid_cursor"),
            (&format!("&after={next}&sort=newest"), 400, "invalid_cursor"),
            (&format!("&after={next}&at={absent}"), 400, "invalid_at"),
            ("&at=x", 400, "invalid_at"),
            (&format!("&at={absent}"), 404, "comment_not_found"),
            ("&limit=0", 400, "invalid_limit"),
            ("&limit=101", 400, "invalid_limit"),
            ("&limit=-1", 400, "invalid_limit"),
            ("&limit=ten", 400, "invalid_limit"),
            ("&limit=1&limit=2", 400, "duplicate_parameter"),
            ("&sort=best", 400, "invalid_sort"),
            ("&colour=red", 400, "unknown_parameter"),
        ] {
            let answer = app.get(&part_address(PAGE, rest)).send().await;
            assert_eq!((answer.status, answer.code().as_str()), (status, code), "{rest}");
            let fragment = format!("/embed/{SITE}/comments?page={PAGE}{rest}");
            assert_eq!(app.get(&fragment).send().await.status, status, "{rest}");
        }
        // A program leaves out what it does not mean; the address in a blog's template may be filled with nothing.
        for (rest, code) in [
            ("&limit=", "invalid_limit"),
            ("&after=", "invalid_cursor"),
            ("&at=", "invalid_at"),
            ("&sort=", "invalid_sort"),
            ("&page_id=", "invalid_parameter"),
        ] {
            let answer = app.get(&part_address(PAGE, rest)).expect(400).await;
            assert_eq!(answer.code(), code, "{rest}");
            app.get(&format!("/embed/{SITE}/comments?page={PAGE}{rest}")).expect(200).await;
        }
        app.get(&part_address(PAGE, "&limit=100")).expect(200).await;
        for page in ["", "blog", "javascript:alert(1)", "https://a@blog.example.org/"] {
            let answer = app.get(&part_address(page, "")).expect(400).await;
            let code = if page.is_empty() { "missing_parameter" } else { "invalid_page" };
            assert_eq!(answer.code(), code, "{page}");
        }
        let unknown = app.get("/api/v1/sites/nowhere/comments?page=https%3A%2F%2Fblog.example.org%2F");
        assert_eq!(unknown.expect(404).await.code(), "site_not_found");
    }

    async fn a_reused_key_stores_nothing(app: TestApp) {
        app.ward_news(&json!({ "hold": "flagged" })).await;
        let ada = app.sign_in("ada@example.org", "Ada").await;
        let send = |text: &str| {
            let body = json!({ "page": { "url": PAGE }, "body": text });
            app.posting(&ada).header("Idempotency-Key", "k-1").json(&body)
        };
        send("One text.").expect(201).await;
        assert_eq!(send("Another text.").expect(422).await.code(), "idempotency_key_reused");
        assert_eq!(app.stored_comments().await, 1);
    }

    async fn what_is_made_harmless_instead(app: TestApp) {
        // A link that goes nowhere is counted all the same.
        app.ward_news(&json!({ "hold": "flagged", "max_links": 1 })).await;
        let ada = app.sign_in("ada@example.org", "Ada").await;
        let link = app.comment(&ada, PAGE, "[press here](javascript:alert(1))").await;
        let html = link["html"].as_str().unwrap();
        assert!(html.contains("press here") && !html.contains("href"), "{html}");
        app.clock.advance(Duration::from_secs(1));
        let quotes = app.comment(&ada, PAGE, &format!("{} deep in quotes", ">".repeat(12))).await;
        let html = quotes["html"].as_str().unwrap();
        let depth = html.matches("<blockquote>").count();
        assert!(depth == 8 && html.contains("deep in quotes"), "{html}");
        assert_eq!(ids_of(&app.part(PAGE, "").await), [id_of(&link), id_of(&quotes)]);
    }
}

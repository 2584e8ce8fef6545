//! What anybody can make the pages do is counted: reading the database, and rendering what was written.

use std::net::IpAddr;

use hustings::limits::{Action, Key};
use serde_json::json;

use super::browser::{Browser, Form, comments_address, form};
use crate::support::comments::{PAGE, escaped};
use crate::support::sign_in::{OWN, SITE};
use crate::support::{Answer, Request, TestApp};

const NOBODYS: &str = "01890000-0000-7000-8000-000000000000";
const KEY: &str = "AAAAAAAAAAAAAAAAAAAAAA";
/// The address of who counts here.
const CLIENT: &str = "203.0.113.100";

async fn limited() -> TestApp {
    let app = TestApp::sqlite()
        .await
        .restart("[limits]\nenabled = true\n")
        .await;
    app.ward_news(&json!({ "hold": "flagged" })).await;
    app
}

/// Uses up what an address has of a limit, all but `left`.
async fn use_up(app: &TestApp, action: Action, client: &str, left: u32) {
    let client: IpAddr = client.parse().unwrap();
    let limit = match action {
        Action::Read => 600,
        Action::Preview => 240,
        other => panic!("how many {other}?"),
    };
    app.run(move |app| {
        for _ in left..limit {
            app.limits.check(action, &[Key::Address(client)]).unwrap();
        }
    })
    .await;
}

fn sent(app: &TestApp, path: &str, fields: &str) -> Request {
    app.post(path)
        .origin(OWN)
        .body("application/x-www-form-urlencoded", fields)
}

#[actix_web::test]
async fn no_page_reads_the_database_without_counting() {
    let app = limited().await;
    let place = format!("page={}", escaped(PAGE));
    let site = format!("/sites/{SITE}");
    let step = format!("key={KEY}&sign_in={KEY}&request={NOBODYS}&email=x@example.org&body=So.");
    // The page's finished bytes are made before, by somebody else.
    app.get(&format!("{site}/comments?{place}")).expect(200).await;
    let gets = [
        String::from("/reports/none"),
        format!("{site}/about"),
        format!("{site}/comments?{place}"),
        format!("{site}/sign-in?{place}"),
        format!("{site}/comments/{NOBODYS}/edit?{place}"),
        format!("{site}/comments/{NOBODYS}/withdraw?{place}"),
        format!("{site}/comments/{NOBODYS}/report?{place}"),
    ];
    let posts = [
        (format!("{site}/comments?{place}"), String::from("body=So.")),
        (format!("{site}/sign-in?{place}"), step.replace("x@", "")),
        (format!("{site}/sign-in/change?{place}"), step.clone()),
        (format!("{site}/sign-in/resend?{place}"), step.clone()),
        (format!("{site}/sign-in/code?{place}"), step.clone()),
        (format!("{site}/sign-out?{place}"), String::new()),
        (
            format!("{site}/comments/{NOBODYS}/edit?{place}"),
            String::from("body=So."),
        ),
        (
            format!("{site}/comments/{NOBODYS}/withdraw?{place}"),
            String::new(),
        ),
        (
            format!("{site}/comments/{NOBODYS}/report?{place}"),
            format!("reason=spam&key={KEY}"),
        ),
        (
            String::from("/desk/sign-in/again"),
            format!(
                "request_id={NOBODYS}&verifier={}&email=x@example.org&to=/desk",
                "A".repeat(43)
            ),
        ),
    ];
    let gets = gets.into_iter().map(|path| ("GET", path, String::new()));
    let posts = posts.into_iter().map(|(path, fields)| ("POST", path, fields));
    for (number, (method, path, fields)) in gets.chain(posts).enumerate() {
        let client = format!("203.0.113.{}", number + 1);
        use_up(&app, Action::Read, &client, 1).await;
        let ask = || match method {
            "GET" => app.get(&path),
            _ => sent(&app, &path, &fields),
        };
        let before = ask().client(&client).send().await;
        assert_ne!(before.status, 500, "{method} {path}: {}", before.text());
        // One route reads twice, and says so at its second.
        let first = before.header("ratelimit").to_owned();
        assert_eq!(
            first.is_empty(),
            !path.contains("/sign-in/resend"),
            "{method} {path}: {first}"
        );
        let refused = ask().client(&client).send().await;
        assert_eq!(refused.status, 429, "{method} {path}: {}", refused.text());
        // The desk's door says so in its sentence alone.
        if path.starts_with("/desk/") {
            continue;
        }
        let limit = refused.header("ratelimit").to_owned();
        assert!(limit.starts_with("\"read-address\""), "{method} {path}: {limit}");
        assert!(
            refused.header("content-type").starts_with("text/html"),
            "{method} {path}"
        );
        assert!(!refused.header("retry-after").is_empty(), "{method} {path}");
    }
}

/// Whether a page shows the draft rendered, plain, or not; it always has it in its form.
fn shows(answer: &Answer) -> (bool, bool) {
    let html = answer.text();
    let fields = super::browser::forms(&html);
    let kept = fields.iter().any(|form| {
        form.fields
            .get("body")
            .is_some_and(|body| body == "So *very* <kept>.")
    });
    assert!(kept, "{html}");
    (
        html.contains("So <em>very</em>"),
        html.contains("<blockquote dir=\"auto\" class=\"plain\">So *very* &#60;kept&#62;.</blockquote>"),
    )
}

const RENDERED: (bool, bool) = (true, false);
const PLAIN: (bool, bool) = (false, true);

#[actix_web::test]
async fn what_was_written_is_rendered_for_anybody_up_to_a_limit_and_never_lost() {
    let app = limited().await;
    let send = async |form: &Form| sent(&app, &form.action, &form.body()).client(CLIENT).send().await;
    let page = app.get(&comments_address(PAGE)).client(CLIENT).expect(200).await;
    let composer = form(&page, "/comments").with("body", "So *very* <kept>.");

    // Within the limit: rendered, at each step.
    let who = send(&composer).await;
    assert_eq!((who.status, shows(&who)), (200, RENDERED));
    let bad = send(&form(&who, "/sign-in").with("email", "nobody")).await;
    assert_eq!((bad.status, shows(&bad)), (422, RENDERED));
    let asked = form(&who, "/sign-in")
        .with("email", "ada@example.org")
        .with("name", "Ada");
    let code_page = send(&asked).await;
    assert_eq!((code_page.status, shows(&code_page)), (200, RENDERED));
    let wrong = form(&code_page, "/sign-in/code").with("code", "00000000");
    let told = send(&wrong).await;
    assert_eq!((told.status, shows(&told)), (422, RENDERED));
    let changed = send(&form(&code_page, "/sign-in/code").by("sign-in/change")).await;
    assert_eq!((changed.status, shows(&changed)), (200, RENDERED));

    // Where another limit refuses, nothing is rendered.
    let again = send(&form(&changed, "/sign-in").with("email", "ada@example.org")).await;
    assert_eq!((again.status, shows(&again)), (429, PLAIN), "{}", again.text());
    let resent = send(&form(&code_page, "/sign-in/code").by("sign-in/resend")).await;
    assert_eq!((resent.status, shows(&resent)), (429, PLAIN));

    // Five were rendered and counted, and no more.
    use_up(&app, Action::Preview, CLIENT, 5).await;
    let spent = app.run(|app| {
        app.limits
            .check(Action::Preview, &[Key::Address(CLIENT.parse().unwrap())])
    });
    assert!(spent.await.is_err());
}

#[actix_web::test]
async fn signing_in_goes_on_where_nothing_more_is_rendered() {
    let app = limited().await;
    let send = async |form: &Form| sent(&app, &form.action, &form.body()).client(CLIENT).send().await;
    let page = app.get(&comments_address(PAGE)).client(CLIENT).expect(200).await;
    let composer = form(&page, "/comments").with("body", "So *very* <kept>.");
    use_up(&app, Action::Preview, CLIENT, 1).await;
    let who = send(&composer).await;
    assert_eq!((who.status, shows(&who)), (200, RENDERED));
    let who = send(&composer).await;
    assert_eq!((who.status, shows(&who)), (200, PLAIN));
    let bad = send(&form(&who, "/sign-in").with("email", "nobody")).await;
    assert_eq!((bad.status, shows(&bad)), (422, PLAIN));
    let asked = form(&who, "/sign-in")
        .with("email", "ada@example.org")
        .with("name", "Ada");
    let code_page = send(&asked).await;
    assert_eq!((code_page.status, shows(&code_page)), (200, PLAIN));
    let wrong = send(&form(&code_page, "/sign-in/code").with("code", "00000000")).await;
    assert_eq!((wrong.status, shows(&wrong)), (422, PLAIN));
    let changed = send(&form(&code_page, "/sign-in/code").by("sign-in/change")).await;
    assert_eq!((changed.status, shows(&changed)), (200, PLAIN));
    // The limit is of an address: somebody elsewhere has theirs rendered.
    let elsewhere = sent(&app, &composer.action, &composer.body())
        .client("198.51.100.1")
        .send()
        .await;
    assert_eq!((elsewhere.status, shows(&elsewhere)), (200, RENDERED));

    let code = app.code().await;
    let posted = send(&form(&code_page, "/sign-in/code").with("code", &code)).await;
    assert_eq!(posted.status, 303, "{}", posted.text());
    assert!(
        Browser::new(&app)
            .comments()
            .await
            .text()
            .contains("So <em>very</em>")
    );
}

#[actix_web::test]
async fn what_cannot_be_read_of_an_address_is_refused_by_a_page() {
    let app = TestApp::sqlite().await;
    app.ward_news(&json!({ "hold": "flagged" })).await;
    let place = format!("page={}", escaped(PAGE));
    let site = format!("/sites/{SITE}");
    for (path, status, code) in [
        (format!("{site}/comments?page_id=7"), 400, "missing_parameter"),
        (format!("{site}/comments?page=nothing"), 400, "invalid_page"),
        (format!("{site}/comments?{place}&sort=best"), 400, "invalid_sort"),
        (format!("{site}/about?lang=!"), 400, "invalid_lang"),
        (format!("/sites/NO-SITE/comments?{place}"), 404, "site_not_found"),
        (format!("{site}/sign-in"), 400, "missing_parameter"),
        (
            format!("{site}/comments/none/edit?{place}"),
            404,
            "comment_not_found",
        ),
        (
            format!("{site}/comments/none/report?{place}"),
            404,
            "comment_not_found",
        ),
    ] {
        let answer = app.get(&path).header("Accept", "text/html").send().await;
        let html = answer.text();
        assert_eq!(answer.status, status, "{path}: {html}");
        assert!(answer.header("content-type").starts_with("text/html"), "{path}");
        assert!(
            html.starts_with("<!doctype html>") && html.contains(code),
            "{path}: {html}"
        );
    }
    for path in ["comments", "sign-in", "sign-in/code"] {
        let answer = sent(&app, &format!("{site}/{path}"), "body=So.").send().await;
        assert!(
            answer.status == 400 && answer.text().starts_with("<!doctype html>"),
            "{path}"
        );
    }
}

//! Hostile texts through every field that a reader fills, read back by a second HTML parser.

use std::cell::RefCell;

use lol_html::html_content::{Comment, Doctype};
use lol_html::{HtmlRewriter, Settings, doc_comments, doctype, element};
use serde_json::{Value, json};

use crate::support::comments::{PAGE, id_of, without_data};
use crate::support::sign_in::{ORIGIN, SITE};
use crate::support::{TestApp, both};

/// What a comment's markup may hold.
const OF_COMMENTS: [&str; 12] = [
    "p",
    "br",
    "em",
    "strong",
    "del",
    "code",
    "pre",
    "blockquote",
    "ul",
    "ol",
    "li",
    "a",
];
/// What stands around it in the fragment, each with its attributes.
const OF_FRAGMENT: [(&str, &[&str]); 13] = [
    (
        "section",
        &[
            "class",
            "data-f",
            "data-count",
            "data-state",
            "lang",
            "dir",
            "aria-labelledby",
        ],
    ),
    ("h2", &["id"]),
    ("p", &["class", "dir", "data-after"]),
    ("ol", &[]),
    ("li", &[]),
    (
        "article",
        &["id", "data-id", "data-parent", "class", "aria-labelledby"],
    ),
    ("header", &["id"]),
    ("bdi", &["class"]),
    ("span", &["class"]),
    ("a", &["class", "href"]),
    ("time", &["datetime"]),
    ("div", &["class", "dir"]),
    ("br", &[]),
];

struct Vector {
    name: String,
    text: String,
}

fn vectors() -> Vec<Vector> {
    let list: Value = serde_json::from_str(include_str!("../../fixtures/xss.json")).unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    list.as_array()
        .unwrap()
        .iter()
        .map(|it| Vector {
            name: text(&it["name"]),
            text: text(&it["text"]),
        })
        .collect()
}

/// Whether an attribute is one that a comment's element may have.
fn fits_comment(tag: &str, name: &str, value: &str) -> bool {
    match (tag, name) {
        ("a", "href") => is_web_address(value) || value.starts_with("mailto:"),
        ("a", "rel") => value == "nofollow ugc noopener noreferrer",
        ("ol", "start") => value.parse::<u32>().is_ok(),
        ("code", "class") => value
            .strip_prefix("language-")
            .is_some_and(|language| language.bytes().all(|b| b.is_ascii_lowercase())),
        _ => false,
    }
}

fn is_web_address(value: &str) -> bool {
    url::Url::parse(&value.replace("&amp;", "&"))
        .is_ok_and(|url| matches!(url.scheme(), "https" | "http") && url.username().is_empty())
}

/// Whether an attribute is one that the fragment's own elements have.
fn fits_fragment(tag: &str, name: &str, value: &str) -> bool {
    let known = OF_FRAGMENT
        .iter()
        .any(|(element, attributes)| *element == tag && attributes.contains(&name));
    // A permalink leads to the page that it stands on.
    known && (name != "href" || (value.starts_with(ORIGIN) && is_web_address(value)))
}

/// What the second parser finds in markup that is on neither list.
fn strangers(html: &str, in_fragment: bool) -> Vec<String> {
    let found = RefCell::new(Vec::new());
    let note = |what: String| found.borrow_mut().push(what);
    let elements = element!("*", |element| {
        let tag = element.tag_name();
        let around = in_fragment && OF_FRAGMENT.iter().any(|(name, _)| *name == tag);
        if !around && !OF_COMMENTS.contains(&tag.as_str()) {
            note(format!("element {tag}"));
        }
        for attribute in element.attributes() {
            let (name, value) = (attribute.name(), attribute.value());
            let fits = fits_comment(&tag, &name, &value) || in_fragment && fits_fragment(&tag, &name, &value);
            if !fits {
                note(format!("{tag} {name}={value}"));
            }
        }
        Ok(())
    });
    let comments = doc_comments!(|_: &mut Comment<'_>| {
        note(String::from("comment"));
        Ok(())
    });
    let doctypes = doctype!(|_: &mut Doctype<'_>| {
        note(String::from("doctype"));
        Ok(())
    });
    let settings = Settings::new()
        .append_element_content_handler(elements)
        .append_document_content_handler(comments)
        .append_document_content_handler(doctypes);
    let mut rewriter = HtmlRewriter::new(settings, |_: &[u8]| {});
    rewriter.write(html.as_bytes()).unwrap();
    rewriter.end().unwrap();
    found.into_inner()
}

/// Every `html` anywhere in an answer.
fn markup_in(answer: &Value, found: &mut Vec<String>) {
    match answer {
        Value::Object(fields) => {
            for (name, value) in fields {
                match value {
                    Value::String(html) if name == "html" => found.push(html.clone()),
                    other => markup_in(other, found),
                }
            }
        }
        Value::Array(list) => list.iter().for_each(|it| markup_in(it, found)),
        _ => {}
    }
}

#[track_caller]
fn json_is_clean(what: &str, answer: &Value, expected: usize) {
    let mut found = Vec::new();
    markup_in(answer, &mut found);
    assert_eq!(found.len(), expected, "{what}: {answer}");
    for html in found {
        assert_eq!(strangers(&html, false), [""; 0], "{what}: {html}");
    }
}

/// Reads everything that shows the page.
async fn everything_is_clean(app: &TestApp, token: &str, page: &str, comments: usize) {
    let (mut in_json, mut in_fragments, mut rest) = (0, 0, String::from("&limit=100"));
    loop {
        let part = app.part(page, &rest).await;
        let here = part["comments"].as_array().unwrap().len();
        json_is_clean("JSON", &part, here);
        in_json += here;
        let address = format!(
            "/embed/{SITE}/comments?page={}{rest}",
            crate::support::comments::escaped(page)
        );
        let answer = app.get(&address).expect(200).await;
        assert_eq!(answer.header("content-type"), "text/html; charset=utf-8");
        // The first part brings the widget's data.
        let fragment = if rest.contains("after") {
            answer.text()
        } else {
            without_data(&answer.text())
        };
        in_fragments += fragment.matches("<article").count();
        assert_eq!(strangers(&fragment, true), [""; 0], "{fragment}");
        match part["next"].as_str() {
            Some(next) => rest = format!("&limit=100&after={next}"),
            None => break,
        }
    }
    assert_eq!((in_json, in_fragments), (comments, comments));
    let (mut at_desk, mut rest) = (0, String::new());
    loop {
        let path = format!("/api/v1/desk/comments?limit=100{rest}");
        let queue = app.get(&path).token(token).expect(200).await;
        assert_eq!(queue.header("content-type"), "application/json");
        let queue = queue.json();
        let here = queue["comments"].as_array().unwrap().len();
        json_is_clean("the desk", &queue, here);
        at_desk += here;
        match queue["next"].as_str() {
            Some(next) => rest = format!("&after={next}"),
            None => break,
        }
    }
    assert!(at_desk >= comments, "{at_desk}");
}

#[test]
fn the_second_parser_sees_what_is_on_neither_list() {
    for html in [
        "<script>x</script>",
        "<p onclick=x>",
        "<a href=\"javascript:x\">x</a>",
        "<img src=x>",
        "<!-- x -->",
        "<p style=\"x\">",
        "<article onfocus=x>",
        "<a class=\"permalink\" href=\"https://evil.example.net\" onclick=x>",
        "<a class=\"permalink\" href=\"data:text/html,x\">",
    ] {
        assert_ne!(strangers(html, true), [""; 0], "{html}");
        assert_ne!(strangers(html, false), [""; 0], "{html}");
    }
    assert_ne!(strangers("<section><p class=\"more\">", false), [""; 0]);
    assert!(vectors().len() >= 60);
}

both! {
    async fn no_vector_passes_as_a_body(app: TestApp) {
        let desk = app.ward_news(&json!({ "hold": "flagged", "max_links": 1000 })).await;
        let ada = app.sign_in("ada@example.org", "Ada").await;
        app.trust("ada@example.org", hustings::domain::account::Standing::Trusted).await;
        let mut posted = 0;
        for Vector { name, text } in vectors() {
            let body = json!({ "page": { "url": PAGE }, "body": text });
            let answer = app.posting(&ada).json(&body).send().await;
            assert!(matches!(answer.status, 201 | 422), "{name}: {}", answer.text());
            if answer.status == 201 {
                let comment = answer.json()["comment"].clone();
                json_is_clean(&name, &comment, 1);
                if comment["state"] == "held" {
                    app.approve(&desk, &id_of(&comment)).await;
                }
                posted += 1;
            } else {
                assert!(answer.code().starts_with("body_"), "{name}: {}", answer.text());
            }
            let preview = app.post(&format!("/api/v1/sites/{SITE}/preview")).origin(ORIGIN).token(&ada);
            let preview = preview.json(&json!({ "body": text })).send().await;
            if preview.status == 200 {
                json_is_clean(&name, &preview.json(), 1);
            }
        }
        assert!(posted >= 60, "{posted}");
        everything_is_clean(&app, &desk.token, PAGE, posted).await;
    }

    async fn no_vector_passes_as_a_display_name(app: TestApp) {
        let desk = app.ward_news(&json!({ "hold": "flagged" })).await;
        let mut posted = 0;
        for (n, Vector { name, text }) in vectors().into_iter().enumerate() {
            // A name is short: what of the vector fits into one.
            let short: String = text.chars().filter(|c| !c.is_control()).take(40).collect();
            let (verifier, challenge) = crate::support::sign_in::verifier();
            let body = json!({ "site": SITE, "email": format!("reader{n}@example.org"), "name": short, "challenge": challenge });
            let asked = app.post("/api/v1/sign-in/email").origin(ORIGIN).json(&body).send().await;
            if asked.status == 422 {
                assert!(asked.code().starts_with("name_"), "{name}: {}", asked.text());
                continue;
            }
            assert_eq!(asked.status, 202, "{name}: {}", asked.text());
            let code = app.code().await;
            let letter = app.letters.letters().last().unwrap().clone();
            assert!(!letter.text.contains("alert("), "{name}: a name reached the letter: {}", letter.text);
            let held = json!({ "request_id": asked.json()["request_id"], "verifier": verifier, "code": code });
            let token = app.post("/api/v1/sign-in/token").origin(ORIGIN).json(&held).expect(200).await.json();
            let token = token["token"].as_str().unwrap();
            let comment = app.comment(token, PAGE, &format!("The remark of reader {n}.")).await;
            assert_eq!(comment["author"]["name"].as_str().unwrap().contains('<'), short.contains('<'), "{name}");
            if comment["state"] == "held" {
                app.approve(&desk, &id_of(&comment)).await;
            }
            posted += 1;
        }
        assert!(posted >= 40, "{posted}");
        everything_is_clean(&app, &desk.token, PAGE, posted).await;
        // An answer to somebody far down says whom it answers: the name stands in another place there.
        let part = app.part(PAGE, "").await;
        let hostile = part["comments"]
            .as_array()
            .unwrap()
            .iter()
            .find(|it| it["author"]["name"].as_str().unwrap().starts_with('<'))
            .unwrap();
        let author = hostile["author"]["name"].as_str().unwrap();
        assert!(app.fragment(PAGE).await.contains(&author.replace('<', "&#60;").replace('>', "&#62;")));
    }

    async fn no_vector_passes_as_a_title_or_an_address(app: TestApp) {
        let desk = app.ward_news(&json!({ "hold": "flagged" })).await;
        let ada = app.sign_in("ada@example.org", "Ada").await;
        app.trust("ada@example.org", hustings::domain::account::Standing::Trusted).await;
        let mut confirmed = 0;
        for (n, Vector { name, text }) in vectors().into_iter().enumerate() {
            // As it stands, where a browser would not have escaped it.
            let short: String = text.chars().filter(|c| !c.is_control()).take(500).collect();
            let address = format!("{ORIGIN}/{n}/{short}?q={short}");
            let body = json!({ "page": { "url": address, "title": text }, "body": format!("The remark number {n}.") });
            let answer = app.posting(&ada).json(&body).send().await;
            if answer.status == 422 {
                assert_eq!(answer.json()["errors"][0]["pointer"], "/page/url", "{name}: {}", answer.text());
                continue;
            }
            assert_eq!(answer.status, 201, "{name}: {}", answer.text());
            let comment = answer.json()["comment"].clone();
            let permalink = comment["url"].as_str().unwrap();
            assert!(permalink.starts_with(ORIGIN) && !permalink.contains(['<', '>', '"']), "{name}: {permalink}");
            everything_is_clean_on(&app, &address, &name).await;
            // The worst of moderators confirms whatever was sent.
            let seen = app.at_desk(&desk, &id_of(&comment)).await;
            if let (Some(claim), Some(page)) = (seen["page"]["claimed_title"].as_str(), seen["page"]["id"].as_str()) {
                let title: String = claim.chars().take(300).collect();
                let change = app.patch(&format!("/api/v1/desk/pages/{page}")).token(&desk.token);
                change.json(&json!({ "title": title })).expect(200).await;
                everything_is_clean_on(&app, &address, &name).await;
                confirmed += 1;
            }
        }
        assert!(confirmed >= 40, "{confirmed}");
    }
}

async fn everything_is_clean_on(app: &TestApp, page: &str, name: &str) {
    json_is_clean(name, &app.part(page, "").await, 1);
    let fragment = app.fragment(page).await;
    assert_eq!(fragment.matches("<article").count(), 1, "{name}");
    assert_eq!(strangers(&fragment, true), [""; 0], "{name}: {fragment}");
}

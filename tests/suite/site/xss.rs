//! Hostile texts through every form of these pages: what comes back holds no element that our templates do not write.

use lol_html::{HtmlRewriter, Settings, element};
use serde_json::{Value, json};

use super::browser::{Browser, comments_address, form};
use crate::support::both;
use crate::support::comments::{PAGE, escaped};
use crate::support::sign_in::SITE;

fn vectors() -> Vec<String> {
    let list: Value = serde_json::from_str(include_str!("../../fixtures/xss.json")).unwrap();
    let texts = list.as_array().unwrap().iter();
    texts.map(|it| it["text"].as_str().unwrap().to_owned()).collect()
}

/// What no page of ours has: scripts, frames, images, styles of an element's own, handlers, addresses that run.
fn is_clean(html: &str) -> Result<(), String> {
    let known = [
        "html",
        "head",
        "meta",
        "title",
        "link",
        "body",
        "nav",
        "a",
        "bdi",
        "main",
        "h1",
        "h2",
        "p",
        "section",
        "ol",
        "ul",
        "li",
        "article",
        "header",
        "span",
        "time",
        "div",
        "form",
        "input",
        "textarea",
        "label",
        "button",
        "strong",
        "em",
        "del",
        "code",
        "pre",
        "br",
        "blockquote",
        "footer",
        "small",
        "fieldset",
        "legend",
    ];
    let settings = Settings::new().append_element_content_handler(element!("*", |it| {
        let tag = it.tag_name();
        if !known.contains(&tag.as_str()) {
            return Err(format!("<{tag}>").into());
        }
        for attribute in it.attributes() {
            let (name, value) = (attribute.name(), attribute.value().trim().to_ascii_lowercase());
            let runs = ["href", "action", "formaction", "src"].contains(&name.as_str())
                && !(value.starts_with("http")
                    || value.starts_with("mailto:")
                    || value.starts_with(['/', '?', '#'])
                    || value.starts_with("comments/"));
            if name.starts_with("on") || name == "style" || name == "srcdoc" || runs {
                return Err(format!("<{tag} {name}={value}>").into());
            }
        }
        Ok(())
    }));
    let mut rewriter = HtmlRewriter::new(settings, |_: &[u8]| {});
    let parsed = rewriter.write(html.as_bytes()).and_then(|()| rewriter.end());
    parsed.map_err(|error| error.to_string())
}

#[test]
fn the_check_finds_what_it_looks_for() {
    for bad in [
        "<p onclick=x>",
        "<script>",
        "<a href=' javascript:x'>",
        "<form action=data:x>",
        "<img src=x>",
        "<p style=x>",
    ] {
        assert!(is_clean(bad).is_err(), "{bad}");
    }
    assert!(is_clean("<p>&lt;script&gt;</p><a href=\"/x\">x</a>").is_ok());
}

both! {
    async fn no_vector_passes_through_a_form(app: TestApp) {
        app.ward_news(&json!({ "hold": "all" })).await;
        let ada = Browser::new(&app);
        ada.post("Hello.", "Ada", "ada@example.org").await;
        let signed_in = form(&ada.comments().await, "/comments");
        let stranger = Browser::new(&app);
        let composer = form(&stranger.comments().await, "/comments");
        for text in vectors() {
            // As a text that waits to be posted: the draft in hidden fields, and its preview.
            let who = stranger.send(&composer.clone().with("body", &text)).await;
            is_clean(&who.text()).unwrap_or_else(|why| panic!("{why} of {text:?}: {}", who.text()));
            if who.status == 200 {
                // As a name and an address that are refused, and come back in their fields.
                let again = stranger.send(&form(&who, "/sign-in").with("name", &text).with("email", &text)).await;
                is_clean(&again.text()).unwrap_or_else(|why| panic!("{why} of {text:?}: {}", again.text()));
            }
            // As a text that comes back for a form that is outdated.
            let refused = ada.send(&signed_in.clone().with("body", &text).with("form", &text)).await;
            assert_eq!(refused.status, 403);
            is_clean(&refused.text()).unwrap_or_else(|why| panic!("{why} of {text:?}: {}", refused.text()));
            assert_eq!(form(&refused, "/comments").fields["body"].replace('\r', ""), text.replace('\r', ""), "and is kept as it was");
            // As a part of an address.
            for query in [
                format!("{}&page_id={}", comments_address(PAGE), escaped(&text)),
                comments_address(&format!("{PAGE}?q={}", escaped(&text))),
                format!("{}&lang={}", comments_address(PAGE), escaped(&text)),
                format!("/sites/{SITE}/about?page={}", escaped(&text)),
                format!("/reports/{}", escaped(&text)),
            ] {
                let answer = stranger.open(&query).await;
                is_clean(&answer.text()).unwrap_or_else(|why| panic!("{why} of {query}: {}", answer.text()));
            }
        }
    }

    async fn no_vector_passes_from_a_comment(app: TestApp) {
        app.ward_news(&json!({ "hold": "flagged", "max_links": 100 })).await;
        let token = app.sign_in("ada@example.org", "Ada").await;
        for text in vectors() {
            app.clock.advance(std::time::Duration::from_secs(1));
            let body = json!({ "page": { "url": PAGE }, "body": text });
            app.posting(&token).json(&body).send().await;
        }
        let html = Browser::new(&app).open(&format!("{}&limit=100", comments_address(PAGE))).await.text();
        assert!(html.matches("<article").count() > 50);
        is_clean(&html).unwrap_or_else(|why| panic!("{why}: {html}"));
    }
}

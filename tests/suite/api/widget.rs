//! The widget's built files, what the fragment brings for it, and what `/me` tells it.

use serde_json::{Value, json};

use crate::support::both;
use crate::support::comments::{PAGE, escaped, id_of};
use crate::support::sign_in::SITE;

/// The JSON in a fragment's data block.
fn data(fragment: &str) -> Option<Value> {
    let (_, rest) = fragment.split_once("<script type=\"application/json\">")?;
    let (data, after) = rest.split_once("</script>").unwrap();
    assert!(!data.contains('<'), "nothing in it can end the element");
    assert!(after.trim_start().starts_with("</section>"));
    Some(serde_json::from_str(data).unwrap())
}

both! {
    async fn the_built_files_are_kept_as_long_as_their_address_means_them(app: TestApp) {
        let newest = app.get("/embed.js").expect(200).await;
        assert_eq!(newest.header("cache-control"), "no-cache");
        assert_eq!(newest.header("content-type"), "text/javascript; charset=utf-8");
        let again = app.get("/embed.js").header("If-None-Match", newest.header("etag"));
        again.expect(304).await;

        let text = newest.text();
        let (_, after) = text.split_once("/embed/${\"").unwrap_or_else(|| text.split_once("/embed/").unwrap());
        let version = after.split(|c: char| !c.is_ascii_hexdigit()).next().unwrap();
        assert_eq!(version.len(), 16, "the widget knows its own version");
        for (name, media_type) in [
            ("embed.js", "text/javascript; charset=utf-8"),
            ("counts.js", "text/javascript; charset=utf-8"),
            ("comments.css", "text/css; charset=utf-8"),
        ] {
            let file = app.get(&format!("/embed/{version}/{name}")).header("Origin", "https://blog.example.org").expect(200).await;
            assert_eq!(file.header("content-type"), media_type);
            assert_eq!(file.header("cache-control"), "public, max-age=31536000, immutable");
            assert_eq!(file.header("access-control-allow-origin"), "*");
            assert_eq!(file.header("cross-origin-resource-policy"), "cross-origin");
            assert_eq!(file.header("x-content-type-options"), "nosniff");
        }
        assert_eq!(app.get(&format!("/embed/{version}/embed.js")).expect(200).await.body, newest.body);
        assert_eq!(app.get("/embed/counts.js").expect(200).await.header("cache-control"), "no-cache");
        for missing in ["/embed/0000000000000000/embed.js".to_owned(), format!("/embed/{version}/other.js")] {
            assert_eq!(app.get(&missing).expect(404).await.code(), "asset_not_found");
        }
    }

    async fn the_widget_is_as_small_on_its_way_as_it_is_said_to_be(app: TestApp) {
        for (path, limit) in [("/embed.js", 12_000), ("/embed/counts.js", 1_000)] {
            let sent = app.get(path).header("Accept-Encoding", "gzip, br").expect(200).await;
            assert_eq!(sent.header("content-encoding"), "br", "{path}");
            assert!(sent.body.len() <= limit, "{path}: {} bytes of {limit}", sent.body.len());
        }
    }

    async fn the_first_part_brings_what_the_widget_needs(app: TestApp) {
        app.ward_news(&json!({ "hold": "flagged" })).await;
        let ada = app.sign_in("ada@example.org", "Ada").await;
        let first = id_of(&app.comment(&ada, PAGE, "The first remark of two.").await);
        app.clock.advance(std::time::Duration::from_secs(1));
        let second = id_of(&app.comment(&ada, PAGE, "The second remark of two.").await);
        let fragment = |rest: String| {
            let path = format!("/embed/{SITE}/comments?page={}&limit=1{rest}", escaped(PAGE));
            let request = app.get(&path);
            async move { request.expect(200).await.text() }
        };
        let whole = fragment(String::new()).await;
        let brought = data(&whole).unwrap();
        assert_eq!(brought["origins"], json!(["https://blog.example.org"]));
        assert_eq!(brought["limit"], 16_384);
        assert_eq!(brought["texts"]["post"], "Post");
        assert_eq!(brought.get("letters"), None, "letters lie open in the demo only");
        assert!(whole.contains(" data-count=\"2\" data-state=\"open\"") && !whole.contains(" data-within"));

        // What follows on it does not bring it again; a part within the page says that it is one.
        let next = app.part(PAGE, "&limit=1").await["next"].as_str().unwrap().to_owned();
        let more = fragment(format!("&after={}", escaped(&next))).await;
        assert!(data(&more).is_none() && more.contains(&second));
        let within = fragment(format!("&at={second}")).await;
        assert!(data(&within).is_some() && within.contains(" data-within"));
        assert!(!fragment(format!("&at={first}")).await.contains(" data-within"));
    }

    async fn me_tells_what_can_be_withdrawn(app: TestApp) {
        app.ward_news(&json!({ "hold": "flagged" })).await;
        let ada = app.sign_in("ada@example.org", "Ada").await;
        let comment = id_of(&app.comment(&ada, PAGE, "A *remark* that stays.").await);
        let me = app.me(&ada, PAGE).await;
        assert_eq!(me["others"], json!([]));
        assert_eq!(me["own"][0]["html"].as_str().unwrap().trim(), "<p>A <em>remark</em> that stays.</p>");
        assert_eq!(me["own"][0]["parent_id"], Value::Null);
        app.clock.advance(std::time::Duration::from_secs(16 * 60));
        let reply = id_of(&app.reply(&ada, &comment, "An answer to myself, later.").await);
        let me = app.me(&ada, PAGE).await;
        assert_eq!(me["others"], json!([comment]));
        assert_eq!((&me["own"][0]["id"], &me["own"][0]["parent_id"]), (&json!(reply), &json!(comment)));
    }
}

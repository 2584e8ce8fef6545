//! Reading a page: its parts, its encodings, and that a change is seen at once.

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::comments::{Desk, PAGE, escaped, id_of, ids_of, part_address};
use crate::support::sign_in::SITE;
use crate::support::{TestApp, both};

/// Posts top-level comments a second apart.
async fn roots(app: &TestApp, token: &str, count: usize) -> Vec<String> {
    let mut ids = Vec::new();
    for n in 1..=count {
        app.clock.advance(Duration::from_secs(1));
        ids.push(id_of(
            &app.comment(token, PAGE, &format!("Remark number {n} of many."))
                .await,
        ));
    }
    ids
}

/// Follows `next` from the first part to the last.
async fn walk(app: &TestApp, rest: &str) -> Vec<Vec<String>> {
    let mut parts = Vec::new();
    let mut after = String::new();
    loop {
        let part = app.part(PAGE, &format!("{rest}{after}")).await;
        parts.push(ids_of(&part));
        match part["next"].as_str() {
            Some(next) => after = format!("&after={}", escaped(next)),
            None => return parts,
        }
        assert!(parts.len() < 100, "the parts have no end");
    }
}

async fn signed_in(app: &TestApp, policy: &Value) -> (Desk, String) {
    let desk = app.ward_news(policy).await;
    let ada = app.sign_in("ada@example.org", "Ada").await;
    (desk, ada)
}

both! {
    async fn parts_follow_each_other_in_both_orders(app: TestApp) {
        let (_, ada) = signed_in(&app, &json!({ "hold": "flagged" })).await;
        let ids = roots(&app, &ada, 7).await;
        let backwards: Vec<String> = ids.iter().rev().cloned().collect();
        for (sort, order) in [("", &ids), ("&sort=oldest", &ids), ("&sort=newest", &backwards)] {
            let parts = walk(&app, &format!("&limit=3{sort}")).await;
            let sizes: Vec<usize> = parts.iter().map(Vec::len).collect();
            assert_eq!(sizes, [3, 3, 1], "{sort}");
            assert_eq!(&parts.concat(), order, "{sort}");
        }
        // A part that is just full is the last one; the cursor alone carries the order.
        assert_eq!(walk(&app, "&limit=7").await.len(), 1);
        let next = app.part(PAGE, "&limit=3&sort=newest").await["next"].as_str().unwrap().to_owned();
        let second = app.part(PAGE, &format!("&limit=3&after={}", escaped(&next))).await;
        assert_eq!(ids_of(&second), backwards[3..6]);
        // Answers are in the part of their thread and do not count.
        app.clock.advance(Duration::from_secs(1));
        let answer = id_of(&app.reply(&ada, &ids[0], "An answer to the first.").await);
        let part = app.part(PAGE, "&limit=2").await;
        assert_eq!(ids_of(&part), [ids[0].clone(), answer, ids[1].clone()]);
        assert_eq!(part["page"]["comment_count"], 8);
    }

    async fn comments_of_one_moment_are_neither_lost_nor_twice(app: TestApp) {
        let (_, ada) = signed_in(&app, &json!({ "hold": "flagged" })).await;
        let mut ids = Vec::new();
        for n in 1..=5 {
            ids.push(id_of(&app.comment(&ada, PAGE, &format!("At the same moment, number {n}.")).await));
        }
        ids.sort_unstable();
        for sort in ["oldest", "newest"] {
            let mut walked = walk(&app, &format!("&limit=2&sort={sort}")).await.concat();
            walked.sort_unstable();
            assert_eq!(walked, ids, "{sort}");
        }
    }

    async fn a_long_thread_goes_on_where_it_was_cut(app: TestApp) {
        let (_, ada) = signed_in(&app, &json!({ "hold": "flagged" })).await;
        let root = roots(&app, &ada, 1).await.remove(0);
        let other = roots(&app, &ada, 1).await.remove(0);
        let mut replies = Vec::new();
        for n in 1..=53 {
            app.clock.advance(Duration::from_secs(1));
            replies.push(id_of(&app.reply(&ada, &root, &format!("Answer number {n} of many.")).await));
        }
        let part = app.part(PAGE, "").await;
        let mut expected = vec![root.clone()];
        expected.extend_from_slice(&replies[..50]);
        expected.push(other.clone());
        assert_eq!(ids_of(&part), expected);
        assert_eq!(part["comments"][0]["reply_count"], 53);
        assert_eq!((&part["next"], &part["comments"][51]["replies_next"]), (&Value::Null, &Value::Null));
        let next = part["comments"][0]["replies_next"].as_str().unwrap();
        let rest = app.part(PAGE, &format!("&after={}", escaped(next))).await;
        assert_eq!(ids_of(&rest), replies[50..]);
        assert_eq!(rest["next"], Value::Null);
        let fragment = format!("/embed/{SITE}/comments?page={}", escaped(PAGE));
        let html = app.get(&fragment).expect(200).await.text();
        assert!(html.contains(&format!("data-after=\"{next}\"")), "no way on in the fragment");
        let html = app.get(&format!("{fragment}&after={}", escaped(next))).expect(200).await.text();
        assert_eq!(html.matches("<article").count(), 3);

        // A link to one of them opens the part that it is in.
        for (id, expected) in [(&replies[52], &replies[50..]), (&replies[49], &expected[..]), (&root, &expected[..])] {
            let part = app.part(PAGE, &format!("&at={id}")).await;
            assert_eq!(ids_of(&part), expected, "{id}");
        }
        let html = app.get(&format!("{fragment}&at={}", replies[52])).expect(200).await.text();
        assert!(html.contains(&format!("id=\"hustings-{}\"", replies[52])));
        // A cursor of a thread is of its page.
        let stray = part_address("https://blog.example.org/other", &format!("&after={}", escaped(next)));
        let answer = app.get(&stray).send().await;
        assert!(answer.status == 400 || answer.json()["comments"] == json!([]), "{}", answer.text());
    }

    async fn a_link_to_a_comment_opens_its_part(app: TestApp) {
        let (desk, ada) = signed_in(&app, &json!({ "hold": "flagged" })).await;
        let ids = roots(&app, &ada, 7).await;
        app.clock.advance(Duration::from_secs(1));
        let answer = id_of(&app.reply(&ada, &ids[4], "Far down.").await);
        for sort in ["oldest", "newest"] {
            for id in ids.iter().chain([&answer]) {
                let part = ids_of(&app.part(PAGE, &format!("&limit=2&sort={sort}&at={id}")).await);
                assert!(part.contains(id), "{sort} {id}: {part:?}");
                assert!(part.len() <= 3, "{part:?}");
            }
        }
        assert_eq!(ids_of(&app.part(PAGE, &format!("&limit=2&at={}", ids[2])).await), ids[2..4]);
        app.remove(&desk, &ids[2]).await;
        let gone = app.get(&part_address(PAGE, &format!("&limit=2&at={}", ids[2]))).expect(404).await;
        assert_eq!(gone.code(), "comment_not_found");
    }

    async fn a_change_is_seen_at_once(app: TestApp) {
        let (desk, ada) = signed_in(&app, &json!({ "hold": "all" })).await;
        // Before the page exists, so that its absence is what is remembered.
        assert_eq!(app.part(PAGE, "").await["page"], Value::Null);
        app.fragment(PAGE).await;
        let first = id_of(&app.comment(&ada, PAGE, "The first of two.").await);
        app.clock.advance(Duration::from_secs(1));
        let second = id_of(&app.comment(&ada, PAGE, "The second of two.").await);
        assert_eq!(app.part(PAGE, "").await["page"], Value::Null);
        assert!(app.fragment(PAGE).await.contains("No comments yet"));
        let shown = |expected: Vec<String>| {
            let app = &app;
            async move {
                assert_eq!(ids_of(&app.part(PAGE, "").await), expected);
                let newest: Vec<String> = expected.iter().rev().cloned().collect();
                assert_eq!(ids_of(&app.part(PAGE, "&sort=newest").await).len(), newest.len());
                let fragment = app.fragment(PAGE).await;
                assert_eq!(fragment.matches("<article").count(), expected.len());
                let counts = format!("/api/v1/sites/{SITE}/counts?page={}", escaped(PAGE));
                let counts = app.get(&counts).expect(200).await.json();
                assert_eq!(counts["counts"][PAGE], json!(expected.len()));
            }
        };
        app.approve(&desk, &first).await;
        shown(vec![first.clone()]).await;
        app.approve(&desk, &second).await;
        shown(vec![first.clone(), second.clone()]).await;
        app.remove(&desk, &first).await;
        shown(vec![second.clone()]).await;
        assert_eq!(app.decide(&desk, &first, &json!({ "action": "undo" })).await.status, 200);
        shown(vec![first.clone(), second.clone()]).await;
        app.withdraw(&ada, &second).await;
        shown(vec![first.clone()]).await;
        assert_eq!(app.decide(&desk, &first, &json!({ "action": "hold" })).await.status, 200);
        shown(Vec::new()).await;
        // There was something public once: the page is there, with nothing on it.
        assert_eq!(app.part(PAGE, "").await["page"]["comment_count"], 0);
        assert_eq!(app.decide(&desk, &first, &json!({ "action": "spam" })).await.status, 200);
        shown(Vec::new()).await;
    }

    async fn readers_with_the_same_bytes_are_told_so(app: TestApp) {
        let (_, ada) = signed_in(&app, &json!({ "hold": "flagged" })).await;
        roots(&app, &ada, 3).await;
        for address in [part_address(PAGE, ""), format!("/embed/{SITE}/comments?page={}", escaped(PAGE))] {
            let plain = app.get(&address).expect(200).await;
            let etag = plain.header("etag").to_owned();
            assert!(etag.starts_with('"') && etag.ends_with('"'), "{etag}");
            assert_eq!(plain.header("cache-control"), "no-cache");
            assert!(plain.header("vary").contains("Accept-Encoding"));
            for known in [etag.clone(), format!("\"other\", {etag}"), String::from("*")] {
                let same = app.get(&address).header("If-None-Match", &known).expect(304).await;
                assert_eq!((same.header("etag"), same.body.len()), (etag.as_str(), 0), "{known}");
            }
            app.get(&address).header("If-None-Match", "\"other\"").expect(200).await;
            // Each encoding has its own, and each is good for a 304.
            let gzip = app.get(&address).header("Accept-Encoding", "gzip").expect(200).await;
            assert_ne!(gzip.header("etag"), etag);
            app.get(&address).header("Accept-Encoding", "gzip").header("If-None-Match", gzip.header("etag")).expect(304).await;
            app.clock.advance(Duration::from_secs(1));
            app.comment(&ada, PAGE, &format!("One more, seen at {address}.")).await;
            let changed = app.get(&address).header("If-None-Match", &etag).expect(200).await;
            assert_ne!(changed.header("etag"), etag);
        }
    }

    async fn every_encoding_says_the_same(app: TestApp) {
        let (_, ada) = signed_in(&app, &json!({ "hold": "flagged" })).await;
        roots(&app, &ada, 10).await;
        for address in [part_address(PAGE, ""), format!("/embed/{SITE}/comments?page={}", escaped(PAGE))] {
            let plain = app.get(&address).expect(200).await;
            assert_eq!(plain.header("content-encoding"), "");
            let gzip = app.get(&address).header("Accept-Encoding", "gzip").expect(200).await;
            assert_eq!(gzip.header("content-encoding"), "gzip");
            assert_eq!(gzip.decoded(), plain.body);
            let brotli = app.get(&address).header("Accept-Encoding", "br, gzip;q=0.5").expect(200).await;
            assert_eq!(brotli.header("content-encoding"), "br");
            assert_eq!(brotli.decoded(), plain.body);
            assert!(brotli.body.len() < plain.body.len() && gzip.body.len() < plain.body.len());
            let refused = app.get(&address).header("Accept-Encoding", "gzip;q=0, br;q=0").expect(200).await;
            assert_eq!((refused.header("content-encoding"), &refused.body), ("", &plain.body));
        }
    }

    async fn comments_are_counted_by_the_addresses_asked(app: TestApp) {
        let (desk, ada) = signed_in(&app, &json!({ "hold": "flagged" })).await;
        let ids = roots(&app, &ada, 3).await;
        app.remove(&desk, &ids[0]).await;
        app.comment(&ada, "https://blog.example.org/other", "Elsewhere.").await;
        let tracked = format!("{PAGE}/?utm_source=x");
        let pages = [PAGE, &tracked, "https://blog.example.org/other", "https://blog.example.org/none"];
        let query: Vec<String> = pages.iter().map(|page| format!("page={}", escaped(page))).collect();
        let address = format!("/api/v1/sites/{SITE}/counts?{}", query.join("&"));
        let counts = app.get(&address).expect(200).await.json();
        assert_eq!(counts, json!({ "counts": {
            PAGE: 2, tracked: 2, "https://blog.example.org/other": 1, "https://blog.example.org/none": 0,
        } }));
        let many = vec![query[0].clone(); 51].join("&");
        for query in ["", &many] {
            let answer = app.get(&format!("/api/v1/sites/{SITE}/counts?{query}")).expect(400).await;
            assert_eq!(answer.code(), "invalid_pages");
        }
    }
}

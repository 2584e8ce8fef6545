//! Answers to comments: where they stand, and what stays of a parent that is no longer public.

use serde_json::{Value, json};

use crate::support::both;
use crate::support::comments::{PAGE, id_of, ids_of};

both! {
    async fn answers_stand_below_what_they_answer(app: TestApp) {
        app.ward_news(&json!({ "hold": "flagged" })).await;
        let ada = app.sign_in("ada@example.org", "Ada").await;
        let ben = app.sign_in("ben@example.org", "Ben").await;
        let mut ids: Vec<String> = Vec::new();
        let mut say = async |token: &str, parent: Option<usize>, text: &str| {
            app.clock.advance(std::time::Duration::from_secs(1));
            let comment = match parent {
                None => app.comment(token, PAGE, text).await,
                Some(parent) => app.reply(token, &ids[parent], text).await,
            };
            ids.push(id_of(&comment));
            comment
        };
        say(&ada, None, "The root.").await;
        say(&ada, None, "Another root.").await;
        let first = say(&ben, Some(0), "The first answer.").await;
        say(&ada, Some(0), "The second answer.").await;
        let below = say(&ada, Some(2), "Below the first answer.").await;
        assert_eq!((&first["depth"], &below["depth"]), (&json!(1), &json!(2)));
        assert_eq!(below["parent_id"], first["id"]);
        let part = app.part(PAGE, "").await;
        let order: Vec<String> = [0, 2, 4, 3, 1].iter().map(|n| ids[*n].clone()).collect();
        assert_eq!(ids_of(&part), order);
        let counts: Vec<&Value> = part["comments"].as_array().unwrap().iter().map(|it| &it["reply_count"]).collect();
        assert_eq!(counts, [&json!(2), &json!(1), &json!(0), &json!(0), &json!(0)]);
        assert_eq!(part["page"]["comment_count"], 5);
        let fragment = app.fragment(PAGE).await;
        let places: Vec<usize> = order.iter().map(|id| fragment.find(&format!("data-id=\"{id}\"")).unwrap()).collect();
        assert!(places.is_sorted(), "{places:?}");
    }

    async fn a_removed_parent_leaves_a_placeholder(app: TestApp) {
        let desk = app.ward_news(&json!({ "hold": "flagged" })).await;
        let ada = app.sign_in("ada@example.org", "Ada").await;
        let ben = app.sign_in("ben@example.org", "Ben").await;
        let root = id_of(&app.comment(&ada, PAGE, "Ada's scandalous opening.").await);
        let reply = id_of(&app.reply(&ben, &root, "A measured answer.").await);
        let leaf = id_of(&app.reply(&ada, &reply, "A last word.").await);
        app.remove(&desk, &root).await;
        let part = app.part(PAGE, "").await;
        assert_eq!(part["comments"][0], json!({
            "id": root, "url": format!("{PAGE}#hustings-{root}"), "kind": "comment", "parent_id": null, "depth": 0,
            "author": null, "html": null, "revision": null, "created_at": null, "edited_at": null, "state": "hidden",
            "score": null, "reply_count": 1, "replies_next": null,
        }));
        assert_eq!(ids_of(&part), [root.clone(), reply.clone(), leaf.clone()]);
        assert_eq!(part["page"]["comment_count"], 2);
        let fragment = app.fragment(PAGE).await;
        assert!(fragment.contains("This comment is not public.") && !fragment.contains("scandalous"), "{fragment}");

        // A placeholder in the middle; a leaf that goes leaves nothing; and with the last answer goes the placeholder.
        app.withdraw(&ben, &reply).await;
        let part = app.part(PAGE, "").await;
        assert_eq!(part["comments"][1]["state"], "hidden");
        assert_eq!(part["comments"][2]["id"], json!(leaf));
        app.withdraw(&ada, &leaf).await;
        let part = app.part(PAGE, "").await;
        assert_eq!((&part["comments"], &part["page"]["comment_count"]), (&json!([]), &json!(0)));
        // Restored, it is there again, by itself.
        assert_eq!(app.decide(&desk, &root, &json!({ "action": "restore", "revision": 1 })).await.status, 200);
        assert_eq!(ids_of(&app.part(PAGE, "").await), [root]);
    }

    async fn nobody_answers_what_is_elsewhere_or_not_public(app: TestApp) {
        let desk = app.ward_news(&json!({ "hold": "flagged" })).await;
        let ada = app.sign_in("ada@example.org", "Ada").await;
        let elsewhere = id_of(&app.comment(&ada, "https://blog.example.org/other", "On another page.").await);
        let removed = id_of(&app.comment(&ada, PAGE, "Soon gone.").await);
        app.remove(&desk, &removed).await;
        let withdrawn = id_of(&app.comment(&ada, PAGE, "Taken back.").await);
        app.withdraw(&ada, &withdrawn).await;
        app.set_policy(&desk, &json!({ "hold": "all" })).await;
        let held = id_of(&app.comment(&ada, PAGE, "Waiting.").await);
        let stored = app.stored_comments().await;
        for (parent, code) in [
            (elsewhere.as_str(), "parent_not_on_page"),
            ("01890a5d-ac96-774b-bcce-b302099a8057", "parent_not_on_page"),
            ("x", "parent_not_on_page"),
            (&removed, "parent_not_public"),
            (&withdrawn, "parent_not_public"),
            (&held, "parent_not_public"),
        ] {
            let body = json!({ "page": { "url": PAGE }, "parent_id": parent, "body": "I disagree." });
            let answer = app.posting(&ada).json(&body).expect(422).await;
            assert_eq!(answer.code(), code, "{parent}");
            assert_eq!(answer.json()["errors"][0]["pointer"], "/parent_id");
        }
        assert_eq!(app.stored_comments().await, stored);
    }
}

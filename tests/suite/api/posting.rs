//! From the post to the public page, under each policy, and what readers are told on the way.

use hustings::domain::account::Standing;
use hustings::domain::person::Stance;
use serde_json::{Value, json};

use crate::support::both;
use crate::support::comments::{PAGE, id_of};
use crate::support::sign_in::ORIGIN;

const GENERAL: &str =
    "The dates are set at last. I hope that every ward sends people who were at the last meeting.";
const NAMING: &str =
    "Orla Quenby used a list that she should not have; ask Tobin Marsh. Report it, as Ines Vallory did.";
const NAMES: [&str; 3] = ["Orla Quenby", "Tobin Marsh", "Ines Vallory"];

/// Words that would tell a reader of the register or of how a text was judged.
const TELLING: [&str; 9] = [
    "names_person",
    "name_on_register",
    "no_contact",
    "register",
    "finding",
    "mention",
    "person",
    "approval",
    "rule",
];

#[track_caller]
fn tells_nothing(what: &str, answer: &str) {
    let answer = answer.to_lowercase();
    for word in TELLING {
        assert!(!answer.contains(word), "{what} says {word}: {answer}");
    }
}

fn own(me: &Value) -> Vec<Value> {
    me["own"].as_array().unwrap().clone()
}

both! {
    async fn a_comment_is_held_approved_and_public(app: TestApp) {
        let desk = app.ward_news(&json!({ "hold": "all" })).await;
        let ada = app.sign_in("ada@example.org", "Ada").await;
        let comment = app.comment(&ada, PAGE, "When *is* the meeting?").await;
        let id = id_of(&comment);
        assert_eq!(comment["state"], "held");
        assert_eq!(comment["html"], "<p>When <em>is</em> the meeting?</p>\n");
        assert_eq!(comment["body"], "When *is* the meeting?");
        assert_eq!(comment["author"]["name"], "Ada");
        assert_eq!((&comment["depth"], &comment["revision"], &comment["kind"]), (&json!(0), &json!(1), &json!("comment")));
        assert_eq!(comment["url"], format!("{PAGE}#hustings-{id}"));

        let empty = json!({ "page": null, "comments": [], "next": null, "notice": null });
        assert_eq!(app.part(PAGE, "").await, empty);
        let fragment = app.fragment(PAGE).await;
        assert!(fragment.contains("No comments yet") && !fragment.contains("meeting"), "{fragment}");

        app.approve(&desk, &id).await;
        let part = app.part(PAGE, "").await;
        assert_eq!(part["page"]["comment_count"], 1);
        assert_eq!(part["comments"][0]["id"], json!(id));
        assert_eq!(part["comments"][0]["state"], "published");
        assert_eq!(part["comments"][0]["html"], comment["html"]);
        assert_eq!(part["comments"][0].get("body"), None);
        let fragment = app.fragment(PAGE).await;
        assert!(fragment.contains("1 comment<") && fragment.contains("When <em>is</em> the meeting?"), "{fragment}");
    }

    async fn the_first_comment_is_held_until_one_is_approved(app: TestApp) {
        let desk = app.ward_news(&json!({ "hold": "first" })).await;
        let ada = app.sign_in("ada@example.org", "Ada").await;
        let first = app.comment(&ada, PAGE, "My first comment here.").await;
        let second = app.comment(&ada, PAGE, "And a second, quite another one.").await;
        assert_eq!((&first["state"], &second["state"]), (&json!("held"), &json!("held")));
        assert_eq!(own(&app.me(&ada, PAGE).await)[0]["reason"], "policy_first");
        app.approve(&desk, &id_of(&first)).await;
        assert_eq!(app.comment(&ada, PAGE, "Now I am known.").await["state"], "published");
        assert_eq!(app.me(&ada, PAGE).await["account"]["standing"], "known");
        // Another's first is a first.
        let ben = app.sign_in("ben@example.org", "Ben").await;
        assert_eq!(app.comment(&ben, PAGE, "Hello from Ben.").await["state"], "held");
    }

    async fn flagged_publishes_what_nothing_was_found_in(app: TestApp) {
        app.ward_news(&json!({ "hold": "flagged" })).await;
        let ada = app.sign_in("ada@example.org", "Ada").await;
        assert_eq!(app.comment(&ada, PAGE, GENERAL).await["state"], "published");
        assert_eq!(app.part(PAGE, "").await["page"]["comment_count"], 1);
        app.trust("ada@example.org", Standing::AlwaysHeld).await;
        assert_eq!(app.comment(&ada, PAGE, "Something else entirely.").await["state"], "held");
        for standing in [Standing::Suspended, Standing::Banned] {
            app.trust("ada@example.org", standing).await;
            let body = json!({ "page": { "url": PAGE }, "body": "And yet I write." });
            assert_eq!(app.posting(&ada).json(&body).expect(403).await.code(), standing.as_str());
        }
        assert_eq!(app.stored_comments().await, 2);
    }

    async fn trusted_members_skip_the_sites_holds_and_no_other(app: TestApp) {
        let desk = app.ward_news(&json!({ "hold": "all" })).await;
        app.register(&desk, &NAMES, Stance::Hold).await;
        let ada = app.sign_in("ada@example.org", "Ada").await;
        app.trust("ada@example.org", Standing::Trusted).await;
        assert_eq!(app.comment(&ada, PAGE, GENERAL).await["state"], "published");
        app.set_policy(&desk, &json!({ "hold": "first" })).await;
        assert_eq!(app.comment(&ada, PAGE, "A further general remark.").await["state"], "published");
        assert_eq!(app.comment(&ada, PAGE, "I saw Tobin Marsh there.").await["state"], "held");
    }

    async fn the_founding_case(app: TestApp) {
        let desk = app.ward_news(&json!({ "hold": "flagged" })).await;
        app.register(&desk, &NAMES, Stance::Hold).await;
        let (ada, ben) = (
            app.sign_in("ada@example.org", "Ada").await,
            app.sign_in("ben@example.org", "Ben").await,
        );
        for email in ["ada@example.org", "ben@example.org"] {
            app.trust(email, Standing::Trusted).await;
        }
        let general = app.comment(&ada, PAGE, GENERAL).await;
        assert_eq!(general["state"], "published");
        let naming = app.comment(&ben, PAGE, NAMING).await;
        assert_eq!(naming["state"], "held");
        let part = app.part(PAGE, "").await;
        assert_eq!(part["page"]["comment_count"], 1);
        assert_eq!(part["comments"][0]["id"], general["id"]);
        assert!(!part.to_string().contains("Quenby"));

        let seen = app.at_desk(&desk, &id_of(&naming)).await;
        assert_eq!(seen["reasons"], json!(["names_person"]));
        let mentions: Vec<&Value> = seen["findings"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|finding| finding["rule"] == "names_person")
            .collect();
        assert_eq!(mentions.len(), 3, "{}", seen["findings"]);
        let mut named: Vec<String> = Vec::new();
        for mention in mentions {
            assert_eq!(mention["strength"], "hold");
            let name = mention["person"]["name"].as_str().unwrap();
            let spans = mention["spans"].as_array().unwrap();
            assert_eq!(spans.len(), 1, "{mention}");
            assert_eq!((&spans[0]["field"], &spans[0]["text"]), (&json!("body"), &json!(name)));
            let at = |end: &str| usize::try_from(spans[0][end].as_u64().unwrap()).unwrap();
            assert_eq!(&NAMING[at("start")..at("end")], name);
            named.push(name.to_owned());
        }
        named.sort_unstable();
        assert_eq!(named, ["Ines Vallory", "Orla Quenby", "Tobin Marsh"]);
    }

    async fn no_reader_is_told_of_the_register(app: TestApp) {
        let desk = app.ward_news(&json!({ "hold": "flagged" })).await;
        app.register(&desk, &NAMES, Stance::Two).await;
        let ben = app.sign_in("ben@example.org", "Ben").await;
        let body = json!({ "page": { "url": PAGE }, "body": NAMING });
        let posted = app.posting(&ben).json(&body).expect(201).await;
        tells_nothing("the answer to a post", &posted.text());
        let id = id_of(&posted.json()["comment"]);
        let address = format!("/api/v1/comments/{id}");
        tells_nothing("GET by the author", &app.get(&address).origin(ORIGIN).token(&ben).expect(200).await.text());
        let me = app.me(&ben, PAGE).await;
        tells_nothing("/me", &me.to_string());
        assert_eq!((&own(&me)[0]["state"], &own(&me)[0]["reason"]), (&json!("held"), &json!("needs_review")));
        let edit = json!({ "body": format!("{NAMING} And more.") });
        tells_nothing("the answer to an edit", &app.edit(&ben, &id, &edit).await.text());
        // A program cannot be one of two; nor does the refusal reach a reader.
        let answer = app.decide(&desk, &id, &json!({ "action": "approve", "revision": 2 })).await;
        assert_eq!(answer.code(), "account_needed");
        // Where the site holds everything, the reason is the site's, whoever is named.
        app.set_policy(&desk, &json!({ "hold": "all" })).await;
        app.comment(&ben, "https://blog.example.org/other", NAMING).await;
        assert_eq!(own(&app.me(&ben, "https://blog.example.org/other").await)[0]["reason"], "policy_all");
    }

    async fn a_display_name_on_the_register_is_held_and_not_explained(app: TestApp) {
        let desk = app.ward_news(&json!({ "hold": "flagged" })).await;
        app.register(&desk, &NAMES, Stance::Hold).await;
        let impostor = app.sign_in("somebody@example.org", "ORLA  Quenby").await;
        let comment = app.comment(&impostor, PAGE, GENERAL).await;
        assert_eq!(comment["state"], "held");
        assert_eq!(own(&app.me(&impostor, PAGE).await)[0]["reason"], "needs_review");
        assert_eq!(app.at_desk(&desk, &id_of(&comment)).await["reasons"], json!(["name_on_register"]));
        // And a name that another goes by on the page already.
        let ada = app.sign_in("ada@example.org", "Ada").await;
        assert_eq!(app.comment(&ada, PAGE, "A remark of Ada's own.").await["state"], "published");
        let other = app.sign_in("other-ada@example.org", "ada").await;
        let comment = app.comment(&other, PAGE, "A remark of the other one.").await;
        assert_eq!(app.at_desk(&desk, &id_of(&comment)).await["reasons"], json!(["name_taken"]));
    }

    async fn a_text_that_shows_nothing_is_refused(app: TestApp) {
        app.ward_news(&json!({ "hold": "flagged" })).await;
        let ada = app.sign_in("ada@example.org", "Ada").await;
        let id = id_of(&app.comment(&ada, PAGE, "A remark that stays.").await);
        for text in [
            "***", "---", "[a]: http://spam.example", "#", "> ", "> >\n> #", "```\n```", "&nbsp;", "&#8203;", "&#x2800;", "- ", "***\n\n&nbsp;\n",
        ] {
            let body = json!({ "page": { "url": PAGE }, "body": text });
            let posted = app.posting(&ada).json(&body).send().await;
            let edited = app.edit(&ada, &id, &json!({ "body": text })).await;
            for answer in [posted, edited] {
                assert_eq!((answer.status, answer.code().as_str()), (422, "body_empty"), "{text:?}: {}", answer.text());
                assert_eq!(answer.json()["errors"][0]["pointer"], "/body");
            }
        }
        let part = app.part(PAGE, "").await;
        assert_eq!((&part["comments"][0]["html"], &part["page"]["comment_count"]), (&json!("<p>A remark that stays.</p>\n"), &json!(1)));
        // What shows a sign shows something.
        for text in ["?", "👍", "`x`", "1", "[](https://parish.example.org/minutes)", "***\n\n…"] {
            app.comment(&ada, PAGE, text).await;
        }
    }

    async fn a_comment_is_its_authors_until_it_is_public(app: TestApp) {
        let desk = app.ward_news(&json!({ "hold": "all" })).await;
        let ada = app.sign_in("ada@example.org", "Ada").await;
        let ben = app.sign_in("ben@example.org", "Ben").await;
        let id = id_of(&app.comment(&ada, PAGE, "Only mine as yet.").await);
        let address = format!("/api/v1/comments/{id}");
        let mine = app.get(&address).origin(ORIGIN).token(&ada).expect(200).await.json();
        assert_eq!((&mine["comment"]["body"], &mine["comment"]["state"]), (&json!("Only mine as yet."), &json!("held")));
        for request in [app.get(&address), app.get(&address).origin(ORIGIN).token(&ben)] {
            assert_eq!(request.expect(404).await.code(), "comment_not_found");
        }
        assert!(own(&app.me(&ben, PAGE).await).is_empty());
        for answer in [
            app.edit(&ben, &id, &json!({ "body": "Not mine." })).await,
            app.delete(&address).origin(ORIGIN).token(&ben).expect(404).await,
        ] {
            assert_eq!((answer.status, answer.code().as_str()), (404, "comment_not_found"));
        }
        app.approve(&desk, &id).await;
        for request in [app.get(&address), app.get(&address).origin(ORIGIN).token(&ben)] {
            let seen = request.expect(200).await.json();
            assert_eq!(seen["comment"]["html"], "<p>Only mine as yet.</p>\n");
            assert_eq!(seen["comment"].get("body"), None);
        }
    }

    async fn my_own_comments_are_listed_while_they_are_not_plainly_public(app: TestApp) {
        let desk = app.ward_news(&json!({ "hold": "all" })).await;
        let ada = app.sign_in("ada@example.org", "Ada").await;
        let id = id_of(&app.comment(&ada, PAGE, "Where does it stand?").await);
        let me = app.me(&ada, PAGE).await;
        assert_eq!(me["account"]["name"], "Ada");
        assert_eq!(me["votes"], json!({}));
        assert_eq!(own(&me), [json!({
            "id": id, "state": "held", "revision": 1, "body": "Where does it stand?", "pending": true, "live_revision": null,
            "reason": "policy_all", "reason_text": null, "editable_until": "2026-11-23T10:15:00.000000Z",
            "html": "<p>Where does it stand?</p>\n", "parent_id": null, "created_at": "2026-11-23T10:00:00.000000Z",
            "refused": null,
        })]);
        assert!(own(&app.me(&ada, "https://blog.example.org/other").await).is_empty());

        app.approve(&desk, &id).await;
        let public = own(&app.me(&ada, PAGE).await);
        assert_eq!((&public[0]["state"], &public[0]["reason"]), (&json!("published"), &Value::Null));
        app.clock.advance(std::time::Duration::from_secs(15 * 60 + 1));
        assert!(own(&app.me(&ada, PAGE).await).is_empty());

        // A reason of the site's list is a word; a moderator's own sentence stands beside `other`.
        app.remove(&desk, &id).await;
        let removed = own(&app.me(&ada, PAGE).await);
        assert_eq!((&removed[0]["state"], &removed[0]["reason"]), (&json!("removed"), &json!("abusive")));
        assert_eq!(removed[0]["editable_until"], Value::Null);
        let second = id_of(&app.comment(&ada, PAGE, "A second one.").await);
        let reason = json!({ "action": "reject", "reason": "We had this last week." });
        assert_eq!(app.decide(&desk, &second, &reason).await.status, 200);
        let rejected = own(&app.me(&ada, PAGE).await)
            .into_iter()
            .find(|it| it["id"] == json!(second))
            .unwrap();
        assert_eq!(rejected["state"], "rejected");
        assert_eq!((&rejected["reason"], &rejected["reason_text"]), (&json!("other"), &json!("We had this last week.")));
        app.clock.advance(std::time::Duration::from_secs(31 * 24 * 60 * 60));
        let again = app.sign_in("ada@example.org", "Ada").await;
        assert!(own(&app.me(&again, PAGE).await).is_empty());
    }

    async fn a_refused_edit_is_its_authors_until_a_newer_text_or_thirty_days(app: TestApp) {
        let desk = app.ward_news(&json!({ "hold": "all" })).await;
        let ada = app.sign_in("ada@example.org", "Ada").await;
        let id = id_of(&app.comment(&ada, PAGE, "My first words.").await);
        app.approve(&desk, &id).await;
        let refuse = |reason: &'static str| json!({ "action": "reject", "reason": reason });
        let edited = app.edit(&ada, &id, &json!({ "body": "My second words." })).await;
        assert_eq!(edited.status, 200, "{}", edited.text());
        assert_eq!(own(&app.me(&ada, PAGE).await)[0]["refused"], Value::Null, "it waits");
        assert_eq!(app.decide(&desk, &id, &refuse("abusive")).await.status, 200);
        let mine = own(&app.me(&ada, PAGE).await);
        assert_eq!((&mine[0]["state"], &mine[0]["body"]), (&json!("published"), &json!("My first words.")));
        assert_eq!(mine[0]["refused"], json!({ "revision": 2, "body": "My second words.", "reason": "abusive", "reason_text": null }));

        // Taken back, it waits again; refused once more, with a sentence.
        assert_eq!(app.decide(&desk, &id, &json!({ "action": "undo" })).await.status, 200);
        assert_eq!(own(&app.me(&ada, PAGE).await)[0]["refused"], Value::Null);
        assert_eq!(app.decide(&desk, &id, &refuse("We had this last week.")).await.status, 200);
        let refused = json!({ "revision": 2, "body": "My second words.", "reason": "other", "reason_text": "We had this last week." });
        assert_eq!(own(&app.me(&ada, PAGE).await)[0]["refused"], refused);
        // A moderator looks at the comment: what was refused stays refused.
        assert_eq!(app.decide(&desk, &id, &json!({ "action": "hold" })).await.status, 200);
        let mine = own(&app.me(&ada, PAGE).await);
        assert_eq!((&mine[0]["state"], &mine[0]["refused"]), (&json!("held"), &refused));
        app.approve(&desk, &id).await;

        // It is listed when the comment can no longer be edited, to its author alone, and for thirty days.
        let ben = app.sign_in("ben@example.org", "Ben").await;
        assert!(own(&app.me(&ben, PAGE).await).is_empty());
        app.clock.advance(std::time::Duration::from_secs(29 * 24 * 60 * 60));
        let me = app.me(&ada, PAGE).await;
        assert_eq!((&own(&me)[0]["refused"], &own(&me)[0]["editable_until"]), (&refused, &Value::Null));
        assert_eq!(me["others"], json!([]));
        app.clock.advance(std::time::Duration::from_secs(24 * 60 * 60 + 1));
        let again = app.sign_in("ada@example.org", "Ada").await;
        let me = app.me(&again, PAGE).await;
        assert_eq!((own(&me), &me["others"]), (vec![], &json!([id])));
    }

    async fn a_newer_text_takes_the_place_of_a_refused_one(app: TestApp) {
        let desk = app.ward_news(&json!({ "hold": "all" })).await;
        let ada = app.sign_in("ada@example.org", "Ada").await;
        let id = id_of(&app.comment(&ada, PAGE, "My first words.").await);
        app.approve(&desk, &id).await;
        app.edit(&ada, &id, &json!({ "body": "My second words." })).await;
        assert_eq!(app.decide(&desk, &id, &json!({ "action": "reject", "reason": "abusive" })).await.status, 200);
        app.edit(&ada, &id, &json!({ "body": "My third words." })).await;
        assert_eq!(own(&app.me(&ada, PAGE).await)[0]["refused"], Value::Null);
        assert_eq!(app.decide(&desk, &id, &json!({ "action": "approve", "revision": 3 })).await.status, 200);
        let mine = own(&app.me(&ada, PAGE).await);
        assert_eq!((&mine[0]["body"], &mine[0]["refused"]), (&json!("My third words."), &Value::Null));
        // What went with the whole comment was not refused as an edit.
        app.edit(&ada, &id, &json!({ "body": "My fourth words." })).await;
        app.remove(&desk, &id).await;
        assert_eq!(app.decide(&desk, &id, &json!({ "action": "restore", "revision": 3 })).await.status, 200);
        assert_eq!(own(&app.me(&ada, PAGE).await)[0]["refused"], Value::Null);
    }

    async fn withdrawing_is_final_and_counts_at_any_time(app: TestApp) {
        let desk = app.ward_news(&json!({ "hold": "all" })).await;
        let ada = app.sign_in("ada@example.org", "Ada").await;
        let held = id_of(&app.comment(&ada, PAGE, "Taken back while it waits.").await);
        let public = id_of(&app.comment(&ada, PAGE, "Taken back while it is public.").await);
        app.approve(&desk, &public).await;
        app.clock.advance(std::time::Duration::from_secs(20 * 24 * 60 * 60));
        // Neither a pause nor a closed page keeps a word that its author wants back.
        app.set_policy(&desk, &json!({ "paused": "Back on Monday." })).await;
        for id in [&held, &public] {
            app.withdraw(&ada, id).await;
            app.withdraw(&ada, id).await;
        }
        let part = app.part(PAGE, "").await;
        assert_eq!((&part["page"]["comment_count"], &part["comments"]), (&json!(0), &json!([])));
        app.set_policy(&desk, &json!({ "paused": null })).await;
        for id in [&held, &public] {
            for action in ["approve", "restore", "reopen", "undo"] {
                let answer = app.decide(&desk, id, &json!({ "action": action, "revision": 1 })).await;
                assert_eq!(answer.status, 409, "{action}: {}", answer.text());
            }
            assert_eq!(app.edit(&ada, id, &json!({ "body": "Again." })).await.code(), "not_editable");
            app.get(&format!("/api/v1/comments/{id}")).expect(404).await;
        }
        assert!(own(&app.me(&ada, PAGE).await).is_empty());
    }

    async fn nobody_writes_on_a_paused_site_or_a_closed_page(app: TestApp) {
        let desk = app.ward_news(&json!({ "hold": "flagged" })).await;
        let ada = app.sign_in("ada@example.org", "Ada").await;
        let id = id_of(&app.comment(&ada, PAGE, "Before the pause.").await);
        let body = json!({ "page": { "url": PAGE }, "body": "During the pause." });
        app.set_policy(&desk, &json!({ "paused": "Back on Monday." })).await;
        let answer = app.posting(&ada).json(&body).expect(403).await;
        assert_eq!((answer.code().as_str(), &answer.json()["detail"]), ("site_paused", &json!("Back on Monday.")));
        assert_eq!(app.edit(&ada, &id, &json!({ "body": "Other." })).await.code(), "site_paused");
        assert_eq!(app.part(PAGE, "").await["notice"], "Back on Monday.");
        assert!(app.fragment(PAGE).await.contains("Back on Monday."));
        app.set_policy(&desk, &json!({ "paused": null })).await;
        assert_eq!(app.part(PAGE, "").await["notice"], Value::Null);

        let page = app.part(PAGE, "").await["page"]["id"].as_str().unwrap().to_owned();
        let state = |state: &str| {
            app.patch(&format!("/api/v1/desk/pages/{page}"))
                .token(&desk.token)
                .json(&json!({ "state": state }))
                .expect(200)
        };
        state("closed").await;
        assert_eq!(app.posting(&ada).json(&body).expect(409).await.code(), "page_closed");
        assert_eq!(app.part(PAGE, "").await["page"]["state"], "closed");
        assert!(app.fragment(PAGE).await.contains("Comments on this page are closed."));
        state("open").await;
        app.posting(&ada).json(&body).expect(201).await;
    }
}

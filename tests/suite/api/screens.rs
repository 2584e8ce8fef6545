//! What holds a comment besides naming people: links, listed words, repeats.

use hustings::domain::account::Standing;
use serde_json::{Value, json};

use crate::support::comments::{Desk, PAGE, id_of};
use crate::support::{TestApp, both};

/// Posts, and gives the state with the rules that the desk sees and how strong they are.
async fn judged(app: &TestApp, desk: &Desk, token: &str, text: &str) -> (Value, Vec<(String, String)>) {
    let comment = app.comment(token, PAGE, text).await;
    let seen = app.at_desk(desk, &id_of(&comment)).await;
    let word = |value: &Value| value.as_str().unwrap().to_owned();
    let findings = seen["findings"].as_array().unwrap().iter();
    let rules = findings
        .filter(|finding| finding["rule"] != "first_comment")
        .map(|finding| (word(&finding["rule"]), word(&finding["strength"])))
        .collect();
    (comment["state"].clone(), rules)
}

fn one(rule: &str, strength: &str) -> Vec<(String, String)> {
    vec![(rule.to_owned(), strength.to_owned())]
}

both! {
    async fn links_are_counted(app: TestApp) {
        let desk = app.ward_news(&json!({ "hold": "flagged", "max_links": 1 })).await;
        let ada = app.sign_in("ada@example.org", "Ada").await;
        let (state, rules) = judged(&app, &desk, &ada, "One: https://parish.example.org/minutes").await;
        assert_eq!((state, rules), (json!("published"), Vec::new()));
        let two = "One [here](https://parish.example.org/a) and https://parish.example.org/b";
        assert_eq!(judged(&app, &desk, &ada, two).await, (json!("held"), one("too_many_links", "hold")));
        let me = app.me(&ada, PAGE).await;
        let own = me["own"].as_array().unwrap().iter();
        let reasons: Vec<&Value> = own.map(|it| &it["reason"]).filter(|reason| !reason.is_null()).collect();
        assert_eq!(reasons, ["too_many_links"]);
        app.set_policy(&desk, &json!({ "max_links": 0 })).await;
        let (state, _) = judged(&app, &desk, &ada, "Again one, https://parish.example.org/c").await;
        assert_eq!(state, "held");
    }

    async fn listed_words_do_what_the_list_says(app: TestApp) {
        let words = json!([
            { "pattern": "brown envelope", "strength": "hold" },
            { "pattern": "gossip", "strength": "flag" },
            { "pattern": "\\bcr[0o]+k(s|ed)?\\b", "regex": true, "strength": "hold" },
        ]);
        let desk = app.ward_news(&json!({ "hold": "flagged", "words": words })).await;
        let ada = app.sign_in("ada@example.org", "Ada").await;
        for (text, state, rules) in [
            ("A BROWN  **envelope** lay there.", "held", one("listed_word", "hold")),
            ("That is all gossip to me.", "published", one("listed_word", "flag")),
            ("They are cr00ks, I say.", "held", one("listed_word", "hold")),
            ("A crocus is a flower.", "published", Vec::new()),
        ] {
            assert_eq!(judged(&app, &desk, &ada, text).await, (json!(state), rules), "{text}");
        }
        for me in app.me(&ada, PAGE).await["own"].as_array().unwrap() {
            assert!(me["reason"].is_null() || me["reason"] == "needs_review", "{me}");
        }
        for (words, pointer) in [
            (json!([{ "pattern": "ok", "strength": "hold" }, { "pattern": "(", "regex": true, "strength": "hold" }]), "/words/1/pattern"),
            (json!([{ "pattern": " ", "strength": "hold" }]), "/words/0/pattern"),
            (json!([{ "pattern": "ok", "strength": "very" }]), "/words/0/strength"),
        ] {
            let answer = app
                .patch("/api/v1/desk/sites/ward-news")
                .token(&desk.token)
                .json(&json!({ "words": words }))
                .expect(422)
                .await
                .json();
            assert_eq!(answer["errors"][0]["pointer"], pointer, "{answer}");
        }
    }

    async fn a_text_that_was_there_before_is_held(app: TestApp) {
        let desk = app.ward_news(&json!({ "hold": "flagged" })).await;
        let ada = app.sign_in("ada@example.org", "Ada").await;
        let text = "Come to the great sale of garden gnomes.";
        assert_eq!(judged(&app, &desk, &ada, text).await, (json!("published"), Vec::new()));
        let ben = app.sign_in("ben@example.org", "Ben").await;
        let again = "come to the GREAT sale, of garden gnomes!";
        assert_eq!(judged(&app, &desk, &ben, again).await, (json!("held"), one("repeat", "hold")));
        // Ada's may not be public: that somebody sent the text before is not for Ben to know.
        assert_eq!(app.me(&ben, PAGE).await["own"][0]["reason"], "needs_review");
        let (state, _) = judged(&app, &desk, &ben, "Thank you!").await;
        let (once_more, rules) = judged(&app, &desk, &ada, "Thank you!").await;
        assert_eq!((state, once_more), (json!("published"), json!("published")));
        assert_eq!(rules, one("repeat", "note"));
    }
    async fn a_text_that_was_taken_down_does_not_go_up_again_alone(app: TestApp) {
        let desk = app.ward_news(&json!({ "hold": "flagged" })).await;
        let ada = app.sign_in("ada@example.org", "Ada").await;
        let ben = app.sign_in("ben@example.org", "Ben").await;
        for (email, standing) in [("ada@example.org", Standing::Known), ("ben@example.org", Standing::Trusted)] {
            app.trust(email, standing).await;
        }
        let decide = async |id: &str, action: &str| {
            let answer = app.decide(&desk, id, &json!({ "action": action, "reason": "abusive" })).await;
            assert_eq!(answer.status, 200, "{action}: {}", answer.text());
        };
        let state = async |token: &str, text: &str| app.comment(token, PAGE, text).await["state"].clone();
        for (n, fates) in [&["remove"][..], &["spam"], &["hold", "reject"], &["hold"], &["withdraw"]].iter().enumerate() {
            let text = format!("The committee is a nest of liars, number {n}.");
            let id = id_of(&app.comment(&ada, PAGE, &text).await);
            // What is public is said twice by mistake.
            assert_eq!(state(&ada, &text).await, "published", "{fates:?}");
            for action in *fates {
                match *action {
                    "withdraw" => app.withdraw(&ada, &id).await,
                    action => decide(&id, action).await,
                }
            }
            for (token, text) in [(&ada, text.clone()), (&ben, text.to_uppercase())] {
                let comment = app.comment(token, PAGE, &text).await;
                assert_eq!(comment["state"], "held", "{fates:?}");
                assert_eq!(app.at_desk(&desk, &id_of(&comment)).await["reasons"], json!(["repeat"]), "{fates:?}");
            }
        }
        // So is a text that waits beside one that is public, and one that was refused there.
        let id = id_of(&app.comment(&ada, PAGE, "A harmless remark about the hedges.").await);
        app.set_policy(&desk, &json!({ "hold": "all" })).await;
        let edit = json!({ "body": "A remark about the hedges that is not harmless." });
        assert_eq!(app.edit(&ada, &id, &edit).await.json()["comment"]["pending"], true);
        app.set_policy(&desk, &json!({ "hold": "flagged" })).await;
        assert_eq!(state(&ben, edit["body"].as_str().unwrap()).await, "held");
        decide(&id, "reject").await;
        assert_eq!(state(&ben, edit["body"].as_str().unwrap()).await, "held");
        // Few words are anybody's, save theirs who was told no.
        let short = id_of(&app.comment(&ada, PAGE, "You liars!").await);
        decide(&short, "remove").await;
        assert_eq!((state(&ada, "You liars!").await, state(&ben, "You liars!").await), (json!("held"), json!("published")));
    }
}

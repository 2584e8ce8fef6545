//! The form of a site's settings: what of it is wrong, what is saved.

use hustings::domain::role::Role;
use serde_json::json;

use super::html::{area, hidden};
use crate::support::both;
use crate::support::sign_in::{ORIGIN, SITE};

/// The beginning of a site's settings; `words` and what else is to be sent follow.
fn settings<'a>(token: &'a str, words: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("token", token),
        ("hold", "first"),
        ("edit_window_minutes", "30"),
        ("max_links", "2"),
        ("reasons", "Off topic\r\n\r\nNames a child"),
        ("words", words),
    ]
}

both! {
    async fn settings_are_shown_again_with_what_is_wrong(app: TestApp) {
        app.add_site(SITE, ORIGIN).await;
        let owner = app.moderator(SITE, "olu@example.org", Role::Owner).await;
        let path = format!("/desk/sites/{SITE}");
        let html = app.look(&owner, &path).await;
        assert!(area(&html, "reasons").starts_with("Off topic\n"), "{html}");
        let token = hidden(&html, &path, "token");
        let before = app.ask_desk(&owner, "GET", &format!("/api/v1{path}"), None).await.json();
        let long = "y".repeat(201);
        for (field, value, id, said) in [
            ("words", "flag: liar\r\n\r\nhold: /(/", "words", "Line 3 cannot be watched for"),
            ("words", "shout: liar", "words", "Line 1 begins with none of"),
            ("reasons", &format!("Off topic\r\n{long}"), "reasons", "Line 2 is too long"),
            ("edit_window_minutes", "soon", "edit", "whole minutes"),
            ("edit_window_minutes", "525601", "edit", "whole minutes"),
            ("max_links", "-1", "links", "whole number"),
            ("waiting_letters", "everybody", "letters", "Choose one"),
            ("contact", "ftp://example.org", "contact", "Give an email address"),
            ("about", &"z".repeat(16_385), "about", "too long"),
        ] {
            let mut fields = settings(&token, "flag: liar");
            fields.retain(|(name, _)| *name != field);
            fields.push((field, value));
            let answer = app.send_form(&owner, &path, &fields).await;
            let html = answer.text();
            assert_eq!(answer.status, 422, "{field}: {html}");
            assert!(html.contains(&format!("<a href=\"#{id}\">")) && html.contains(&format!("id=\"{id}-fault\"")), "{field}: {html}");
            assert!(html.contains(said), "{said}: {html}");
            // What else was typed stands there as it was.
            assert!(html.contains("value=\"first\" checked"), "{html}");
        }
        let after = app.ask_desk(&owner, "GET", &format!("/api/v1{path}"), None).await.json();
        assert_eq!(after, before, "nothing was saved");
    }

    async fn settings_are_saved_with_letters_and_rules(app: TestApp) {
        app.add_site(SITE, ORIGIN).await;
        let owner = app.moderator(SITE, "olu@example.org", Role::Owner).await;
        let path = format!("/desk/sites/{SITE}");
        let token = hidden(&app.look(&owner, &path).await, &path, "token");
        let mut fields = settings(&token, "flag: liar");
        fields.extend([("waiting_letters", "owners"), ("about", "Be kind.\r\n\r\n*Olu*")]);
        let answer = app.send_form(&owner, &path, &fields).await;
        assert_eq!((answer.status, answer.header("location")), (303, format!("{path}?saved=yes").as_str()));
        assert!(app.look(&owner, &format!("{path}?saved=yes")).await.contains("role=\"status\">Saved."));
        assert!(!app.look(&owner, &path).await.contains("Saved."));
        let set = app.ask_desk(&owner, "GET", &format!("/api/v1{path}"), None).await.json();
        assert_eq!(set["reasons"], json!(["off_topic", "Names a child"]), "a sentence of ours is kept as its word");
        assert_eq!((&set["waiting_letters"], &set["waiting_letters_text"]), (&json!("owners"), &json!(false)));
        assert_eq!(set["about"], "Be kind.\n\n*Olu*");
        // Without the fields about them, letters and rules stay; with the box ticked, letters carry the texts.
        assert_eq!(app.send_form(&owner, &path, &settings(&token, "")).await.status, 303);
        let set = app.ask_desk(&owner, "GET", &format!("/api/v1{path}"), None).await.json();
        assert_eq!((&set["waiting_letters"], &set["about"]), (&json!("owners"), &json!("Be kind.\n\n*Olu*")));
        let mut fields = settings(&token, "");
        fields.extend([("waiting_letters", "nobody"), ("waiting_letters_text", "yes"), ("about", " ")]);
        assert_eq!(app.send_form(&owner, &path, &fields).await.status, 303);
        let set = app.ask_desk(&owner, "GET", &format!("/api/v1{path}"), None).await.json();
        assert_eq!((&set["waiting_letters"], &set["waiting_letters_text"], &set["about"]), (&json!("nobody"), &json!(true), &json!(null)));
    }

    async fn a_pause_without_words_is_asked_for_again(app: TestApp) {
        app.add_site(SITE, ORIGIN).await;
        let jo = app.moderator(SITE, "jo@example.org", Role::Moderator).await;
        let path = format!("/desk/sites/{SITE}");
        let pause = format!("{path}/pause");
        let token = hidden(&app.look(&jo, &path).await, &pause, "token");
        let long = "ü".repeat(400);
        let answer = app.send_form(&jo, &pause, &[("token", &token), ("action", "pause"), ("sentence", &long)]).await;
        assert_eq!(answer.status, 422);
        assert!(answer.text().contains("id=\"sentence-fault\"") && area(&answer.text(), "sentence") == long, "{}", answer.text());
        assert!(!app.look(&jo, "/desk/sites").await.contains("paused"));
    }
}

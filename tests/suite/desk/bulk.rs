//! Many decisions in one request.

use hustings::domain::role::Role;
use serde_json::{Value, json};

use super::{PAGE, texts};
use crate::support::both;
use crate::support::sign_in::{ORIGIN, SITE};

const PATH: &str = "/api/v1/desk/decisions";
const NOBODY: &str = "01890000-0000-7000-8000-000000000000";

both! {
    async fn each_is_decided_for_itself(app: TestApp) {
        app.add_site(SITE, ORIGIN).await;
        let staff = app.program(SITE, Role::Moderator).await;
        let reader = app.sign_in("mira@example.org", "Mira").await;
        let mut ids = Vec::new();
        for number in 0..5 {
            ids.push(app.post_text(&reader, &format!("Text {number}.")).await);
        }
        app.send_edit(&reader, &ids[1], "Text 1, edited.", "keep").await;
        app.take_back(&reader, &ids[2]).await;
        let body = json!({ "action": "approve", "note": "All of one evening.", "items": [
            { "id": ids[0], "revision": 1 },
            { "id": ids[1], "revision": 1 },
            { "id": ids[2], "revision": 1 },
            { "id": ids[3] },
            { "id": NOBODY, "revision": 1 },
            { "id": "x", "revision": 1 },
            { "id": ids[0], "revision": 1 },
            { "id": ids[4], "revision": 1 },
        ] });
        let answer = app.ask_desk(&staff, "POST", PATH, Some(&body)).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        let results: Vec<(Value, Value, Value)> = answer.json()["results"]
            .as_array()
            .unwrap()
            .iter()
            .map(|it| (it["id"].clone(), it["status"].clone(), it["code"].clone()))
            .collect();
        let expected = [
            (&ids[0][..], 200, None),
            (&ids[1], 409, Some("revision_changed")),
            (&ids[2], 409, Some("wrong_state")),
            (&ids[3], 422, Some("revision_needed")),
            (NOBODY, 404, Some("comment_not_found")),
            ("x", 404, Some("comment_not_found")),
            (&ids[0], 409, Some("wrong_state")),
            (&ids[4], 200, None),
        ];
        assert_eq!(results, expected.map(|(id, status, code)| (json!(id), json!(status), json!(code))));
        assert_eq!(texts(&app.public().await), ["Text 0.", "Text 4."]);
        assert_eq!(app.desk_comment(&staff, &ids[4]).await["decisions"][1]["note"], "All of one evening.");
        assert_eq!(app.desk_comment(&staff, &ids[1]).await["state"], "held");
    }

    async fn a_hundred_at_most_and_one_at_least(app: TestApp) {
        app.add_site(SITE, ORIGIN).await;
        let staff = app.program(SITE, Role::Moderator).await;
        let items = |count: usize| json!({ "action": "spam", "items": vec![json!({ "id": NOBODY }); count] });
        let answer = app.ask_desk(&staff, "POST", PATH, Some(&items(100))).await;
        assert_eq!((answer.status, answer.json()["results"].as_array().unwrap().len()), (200, 100));
        for count in [0, 101] {
            let answer = app.ask_desk(&staff, "POST", PATH, Some(&items(count))).await;
            assert_eq!((answer.status, answer.code().as_str()), (422, "items_invalid"), "{count}");
        }
        for (body, code) in [
            (json!({ "action": "publish", "items": [{ "id": NOBODY }] }), "action_unknown"),
            (json!({ "action": "spam" }), "missing_field"),
            (json!({ "action": "spam", "items": [{ "id": NOBODY, "reason": "x" }] }), "unknown_field"),
        ] {
            let answer = app.ask_desk(&staff, "POST", PATH, Some(&body)).await;
            assert_eq!((answer.status, answer.code().as_str()), (422, code), "{body}");
        }
    }

    async fn rights_are_asked_for_each(app: TestApp) {
        app.add_site(SITE, ORIGIN).await;
        app.add_site("parish-post", "https://parish.example.org").await;
        let reader = app.sign_in("mira@example.org", "Mira").await;
        let id = app.comment_on(&reader, PAGE, "A text.").await;
        let body = json!({ "action": "spam", "items": [{ "id": id }] });
        for (slug, role, status, code) in [
            (SITE, Role::Viewer, 403, "forbidden"),
            ("parish-post", Role::Owner, 404, "comment_not_found"),
        ] {
            let staff = app.program(slug, role).await;
            let answer = app.ask_desk(&staff, "POST", PATH, Some(&body)).await;
            assert_eq!(answer.json()["results"], json!([{ "id": id, "status": status, "code": code }]));
        }
        app.post(PATH).json(&body).expect(401).await;
        app.post(PATH).origin(ORIGIN).token(&reader).json(&body).expect(401).await;
        let staff = app.program(SITE, Role::Moderator).await;
        assert_eq!(app.desk_comment(&staff, &id).await["state"], "held");
    }
}

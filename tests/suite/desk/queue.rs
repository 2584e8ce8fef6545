//! The queue: its filters, parts and order, and who may see it.

use hustings::domain::person::Stance;
use hustings::domain::role::Role;
use serde_json::json;

use super::{PAGE, Staff};
use crate::support::sign_in::{ORIGIN, OWN, SITE};
use crate::support::{TestApp, both};

const LIST: &str = "/api/v1/desk/comments";
const PARISH: &str = "https://parish.example.org";

/// Posts a comment on the other site, by a reader of its own. Gives its id.
async fn parish_comment(app: &TestApp, body: &str) -> String {
    let (verifier, challenge) = crate::support::sign_in::verifier();
    let asked = app
        .post("/api/v1/sign-in/email")
        .origin(PARISH)
        .json(&json!({ "site": "parish-post", "email": "ola@example.org", "name": "Ola", "challenge": challenge }))
        .expect(202)
        .await
        .json();
    let code = app.code().await;
    let token = app
        .post("/api/v1/sign-in/token")
        .origin(PARISH)
        .json(&json!({ "request_id": asked["request_id"], "code": code, "verifier": verifier }))
        .expect(200)
        .await
        .json();
    let answer = app
        .post("/api/v1/sites/parish-post/comments")
        .origin(PARISH)
        .token(token["token"].as_str().unwrap())
        .json(&json!({ "page": { "url": format!("{PARISH}/fair") }, "body": body }))
        .expect(201)
        .await;
    answer.json()["comment"]["id"].as_str().unwrap().to_owned()
}

both! {
    async fn sites_are_asked_for_together(app: TestApp) {
        app.add_site(SITE, ORIGIN).await;
        app.add_site("parish-post", PARISH).await;
        app.add_site("third-site", "https://third.example.org").await;
        app.moderator(SITE, "ann@example.org", Role::Moderator).await;
        app.moderator("third-site", "ann@example.org", Role::Moderator).await;
        let staff = app.moderator("parish-post", "ann@example.org", Role::Moderator).await;
        let reader = app.sign_in("mira@example.org", "Mira").await;
        let here = app.post_text(&reader, "A text.").await;
        app.clock.advance(std::time::Duration::from_secs(1));
        let there = parish_comment(&app, "Another text.").await;
        assert_eq!(app.queue(&staff, "site=ward-news&site=parish-post").await.0, [here, there.clone()]);
        assert_eq!(app.queue(&staff, "site=third-site&site=parish-post").await.0, [there]);
        assert_eq!(app.queue(&staff, "site=third-site").await.0, Vec::<String>::new());
        let answer = app.ask_desk(&staff, "GET", &format!("{LIST}?site=ward-news&site=None%20such"), None).await;
        assert_eq!((answer.status, answer.code().as_str()), (400, "invalid_site"));
    }

    async fn no_parameter_holds_nul(app: TestApp) {
        app.add_site(SITE, ORIGIN).await;
        let staff = app.program(SITE, Role::Moderator).await;
        for query in ["q=a%00b", "reason=%00", "site=%00", "%00=a"] {
            let answer = app.ask_desk(&staff, "GET", &format!("{LIST}?{query}"), None).await;
            assert_eq!((answer.status, answer.code().as_str()), (400, "invalid_parameter"), "{query}");
        }
    }

    async fn who_wrote_is_told_by_their_membership(app: TestApp) {
        app.add_site(SITE, ORIGIN).await;
        let staff = app.program(SITE, Role::Moderator).await;
        let reader = app.sign_in("mira@example.org", "Mira").await;
        let id = app.post_text(&reader, "A text.").await;
        app.send_edit(&reader, &id, "Another text.", "keep").await;
        let seen = app.desk_comment(&staff, &id).await;
        assert_eq!(seen["decisions"].as_array().unwrap().len(), 2);
        for decision in seen["decisions"].as_array().unwrap() {
            assert_eq!(decision["actor"], seen["author"]["id"]);
        }
    }

    async fn the_source_of_claims_stays_with_an_edit(app: TestApp) {
        let site = app.add_site(SITE, ORIGIN).await;
        app.person(site, "Quentin Farrowdale", Stance::Hold).await;
        let staff = app.program(SITE, Role::Moderator).await;
        let reader = app.sign_in("mira@example.org", "Mira").await;
        let source = "https://minutes.example.org/quentin-farrowdale";
        let body = json!({ "page": { "url": PAGE }, "body": "See for yourselves.", "source_url": source });
        let posted = app.post(&format!("/api/v1/sites/{SITE}/comments")).origin(ORIGIN).token(&reader).json(&body).expect(201).await;
        let id = posted.json()["comment"]["id"].as_str().unwrap().to_owned();
        app.send_edit(&reader, &id, "See for yourself.", "keep").await;
        let seen = app.desk_comment(&staff, &id).await;
        assert_eq!((&seen["revision"], &seen["source_url"]), (&json!(2), &json!(source)));
        assert_eq!(seen["findings"][0]["spans"][0]["field"], "link", "{}", seen["findings"]);
        app.decided(&staff, &id, json!({ "action": "approve", "revision": 2 })).await;
        assert!(!app.public().await.to_string().contains("minutes"));
    }

    async fn moderators_read_the_source_of_any_comment(app: TestApp) {
        app.add_site(SITE, ORIGIN).await;
        app.add_site("parish-post", PARISH).await;
        let (program, moderator) = (app.program(SITE, Role::Viewer).await, app.moderator(SITE, "ann@example.org", Role::Moderator).await);
        let stranger = app.program("parish-post", Role::Moderator).await;
        let reader = app.sign_in("mira@example.org", "Mira").await;
        let id = app.post_text(&reader, "A *text*.").await;
        let path = format!("/api/v1/comments/{id}");
        for staff in [&program, &moderator] {
            let answer = app.ask_desk(staff, "GET", &path, None).await;
            assert_eq!((answer.status, &answer.json()["comment"]["body"]), (200, &json!("A *text*.")));
        }
        assert_eq!(app.ask_desk(&stranger, "GET", &path, None).await.status, 404);
        app.get(&path).expect(404).await;
        app.get(&path).cookie("hustings", "ended").expect(404).await;
        app.decided(&moderator, &id, json!({ "action": "approve", "revision": 1 })).await;
        for answer in [app.get(&path).expect(200).await, app.ask_desk(&stranger, "GET", &path, None).await] {
            assert_eq!(answer.json()["comment"].get("body"), None);
        }
    }

    async fn a_role_shows_on_pages_that_are_finished(app: TestApp) {
        app.add_site(SITE, ORIGIN).await;
        let staff = app.program(SITE, Role::Moderator).await;
        let reader = app.sign_in("mira@example.org", "Mira").await;
        let id = app.post_text(&reader, "A text.").await;
        app.decided(&staff, &id, json!({ "action": "approve", "revision": 1 })).await;
        assert_eq!(app.public().await["comments"][0]["author"]["badges"], json!([]));
        app.moderator(SITE, "mira@example.org", Role::Moderator).await;
        assert_eq!(app.public().await["comments"][0]["author"]["badges"], json!(["moderator"]));
    }

    async fn each_filter_finds_its_own(app: TestApp) {
        let site = app.add_site(SITE, ORIGIN).await;
        let person = app.person(site, "Quentin Farrowdale", Stance::Hold).await;
        let other = app.person(site, "Rosalind Thackwell", Stance::Hold).await;
        let staff = app.program(SITE, Role::Moderator).await;
        let reader = app.sign_in("mira@example.org", "Mira").await;
        let plain = app.post_text(&reader, "The hall was 100% full.").await;
        let named = app.post_text(&reader, "I heard Quentin Farrowdale.").await;
        let public = app.post_text(&reader, "A public text.").await;
        let edited = app.post_text(&reader, "The bridge is shut.").await;
        let spam = app.post_text(&reader, "Buy one.").await;
        for id in [&public, &edited] {
            app.decided(&staff, id, json!({ "action": "approve", "revision": 1 })).await;
        }
        app.send_edit(&reader, &edited, "The bridge is open.", "keep").await;
        app.decided(&staff, &spam, json!({ "action": "spam" })).await;
        app.report(&public).await;

        let all = [&plain, &named, &public, &edited, &spam];
        for (query, found) in [
            ("", &all[..]),
            (&format!("site={SITE}"), &all),
            // What waits, also behind a live text.
            ("state=held", &[&plain, &named, &edited]),
            ("state=published", &[&public, &edited]),
            ("state=spam", &[&spam]),
            ("state=removed", &[]),
            ("reason=names_person", &[&named]),
            ("reason=policy_all", &[&plain, &named, &edited]),
            ("reason=under_review", &[]),
            (&format!("person={person}"), &[&named]),
            (&format!("person={other}"), &[]),
            ("reported=true", &[&public]),
            ("reported=false", &[&plain, &named, &edited, &spam]),
            ("q=bridge", &[&edited]),
            ("q=BRIDGE", &[&edited]),
            ("q=100%25", &[&plain]),
            ("q=%25", &[&plain]),
            ("q=a_public", &[]),
            ("state=held&q=farrow", &[&named]),
            (&format!("state=spam&person={person}"), &[]),
        ] {
            assert_eq!(app.queue(&staff, query).await, (found.iter().map(|id| (*id).clone()).collect(), None), "{query}");
        }
    }

    async fn parts_are_in_order_and_leave_nothing_out(app: TestApp) {
        app.add_site(SITE, ORIGIN).await;
        let staff = app.program(SITE, Role::Moderator).await;
        let reader = app.sign_in("mira@example.org", "Mira").await;
        let mut ids = Vec::new();
        for number in 0..7 {
            ids.push(app.post_text(&reader, &format!("Text {number}.")).await);
        }
        for limit in [1, 3, 7, 100] {
            let (mut read, mut after, mut parts) = (Vec::new(), String::new(), 0);
            loop {
                let (part, next) = app.queue(&staff, &format!("limit={limit}{after}")).await;
                assert!(part.len() <= limit);
                read.extend(part);
                parts += 1;
                match next {
                    Some(next) => after = format!("&after={next}"),
                    None => break,
                }
            }
            assert_eq!((read, parts), (ids.clone(), 7_usize.div_ceil(limit)), "{limit}");
        }
    }

    async fn what_is_wrong_with_a_query_is_said(app: TestApp) {
        app.add_site(SITE, ORIGIN).await;
        let staff = app.program(SITE, Role::Moderator).await;
        for (query, status, code) in [
            ("state=", 400, "invalid_state"),
            ("person=", 400, "invalid_person"),
            ("reported=", 400, "invalid_reported"),
            ("limit=", 400, "invalid_limit"),
            ("after=", 400, "invalid_cursor"),
            ("site=", 400, "invalid_site"),
            ("q=", 400, "invalid_parameter"),
            ("reason=", 400, "invalid_parameter"),
            ("state=waiting", 400, "invalid_state"),
            ("person=Quentin", 400, "invalid_person"),
            ("reported=maybe", 400, "invalid_reported"),
            ("limit=0", 400, "invalid_limit"),
            ("limit=101", 400, "invalid_limit"),
            ("after=x", 400, "invalid_cursor"),
            ("site=Not%20A%20Slug", 400, "invalid_site"),
            ("site=nowhere", 404, "site_not_found"),
            ("sort=newest", 400, "unknown_parameter"),
            ("q=a&q=b", 400, "duplicate_parameter"),
        ] {
            let answer = app.ask_desk(&staff, "GET", &format!("{LIST}?{query}"), None).await;
            assert_eq!((answer.status, answer.code().as_str()), (status, code), "{query}");
        }
    }

    async fn nothing_is_seen_of_another_site(app: TestApp) {
        app.add_site(SITE, ORIGIN).await;
        let parish = app.add_site("parish-post", PARISH).await;
        let person = app.person(parish, "Quentin Farrowdale", Stance::Hold).await;
        let theirs = parish_comment(&app, "I heard Quentin Farrowdale.").await;
        let reader = app.sign_in("mira@example.org", "Mira").await;
        let ours = app.post_text(&reader, "Ours.").await;
        let owner = app.program("parish-post", Role::Owner).await;
        let page = app.desk_comment(&owner, &theirs).await["page"]["id"].as_str().unwrap().to_owned();

        for staff in [
            app.program(SITE, Role::Owner).await,
            app.moderator(SITE, "ann@example.org", Role::Owner).await,
        ] {
            assert_eq!(app.queue(&staff, "").await.0, std::slice::from_ref(&ours));
            for query in [format!("person={person}"), String::from("q=heard"), String::from("reason=names_person")] {
                assert_eq!(app.queue(&staff, &query).await.0, Vec::<String>::new(), "{query}");
            }
            let change = json!({ "state": "closed" });
            for (method, path, body, code) in [
                ("GET", format!("{LIST}?site=parish-post"), None, "site_not_found"),
                ("GET", format!("{LIST}/{theirs}"), None, "comment_not_found"),
                ("POST", format!("{LIST}/{theirs}/decisions"), Some(json!({ "action": "spam" })), "comment_not_found"),
                ("GET", format!("/api/v1/desk/pages/{page}"), None, "page_not_found"),
                ("PATCH", format!("/api/v1/desk/pages/{page}"), Some(change), "page_not_found"),
                ("GET", String::from("/api/v1/desk/sites/parish-post"), None, "site_not_found"),
                ("PATCH", String::from("/api/v1/desk/sites/parish-post"), Some(json!({ "paused": "Shut." })), "site_not_found"),
            ] {
                let answer = app.ask_desk(&staff, method, &path, body.as_ref()).await;
                assert_eq!((answer.status, answer.code().as_str()), (404, code), "{method} {path}");
            }
        }
        assert_eq!(app.desk_comment(&owner, &theirs).await["state"], "held");
        // Who has a role at both sees both.
        let both = app.moderator(SITE, "jo@example.org", Role::Viewer).await;
        assert_eq!(app.queue(&both, "").await.0, std::slice::from_ref(&ours));
        let both = app.moderator("parish-post", "jo@example.org", Role::Viewer).await;
        assert_eq!(app.queue(&both, "").await.0, [theirs, ours]);
    }

    async fn a_viewer_sees_and_changes_nothing(app: TestApp) {
        app.add_site(SITE, ORIGIN).await;
        let moderator = app.program(SITE, Role::Moderator).await;
        let reader = app.sign_in("mira@example.org", "Mira").await;
        let id = app.post_text(&reader, "A text.").await;
        let page = app.desk_comment(&moderator, &id).await["page"]["id"].as_str().unwrap().to_owned();
        for viewer in [
            app.program(SITE, Role::Viewer).await,
            app.moderator(SITE, "vera@example.org", Role::Viewer).await,
        ] {
            assert_eq!(app.queue(&viewer, "").await.0, std::slice::from_ref(&id));
            assert_eq!(app.desk_comment(&viewer, &id).await, app.desk_comment(&moderator, &id).await);
            app.refused(&viewer, &id, json!({ "action": "approve", "revision": 1 }), 403, "forbidden").await;
            app.refused(&viewer, &id, json!({ "action": "spam" }), 403, "forbidden").await;
            for (path, body) in [
                (format!("/api/v1/desk/pages/{page}"), json!({ "state": "closed" })),
                (format!("/api/v1/desk/sites/{SITE}"), json!({ "paused": "Shut." })),
            ] {
                let answer = app.ask_desk(&viewer, "PATCH", &path, Some(&body)).await;
                assert_eq!((answer.status, answer.code().as_str()), (403, "forbidden"), "{path}");
            }
        }
        assert_eq!(app.public().await["notice"], json!(null));
    }

    async fn the_desk_takes_its_own_credentials_only(app: TestApp) {
        app.add_site(SITE, ORIGIN).await;
        let reader = app.sign_in("mira@example.org", "Mira").await;
        let id = app.post_text(&reader, "A text.").await;
        let Staff::Cookie(cookie) = app.moderator(SITE, "ann@example.org", Role::Moderator).await else { panic!() };
        let Staff::Token(token) = app.program(SITE, Role::Moderator).await else { panic!() };

        assert_eq!(app.get(LIST).expect(401).await.code(), "token_missing");
        for bad in [&reader, &cookie, "hsa_nothing"] {
            assert_eq!(app.get(LIST).origin(OWN).token(bad).expect(401).await.code(), "token_invalid");
        }
        for bad in [&reader, &token] {
            app.get(LIST).cookie("hustings", bad).expect(401).await;
        }
        app.get(LIST).cookie("__Host-hustings", &cookie).expect(401).await;
        app.get(LIST).cookie("hustings", &cookie).expect(200).await;
        // A program reads no cookie's rights beside a token that is not good.
        app.get(LIST).cookie("hustings", &cookie).token(&reader).expect(401).await;

        // With a cookie, what changes anything must come from a page of the desk; a program needs no origin.
        let path = format!("{LIST}/{id}/decisions");
        let spam = json!({ "action": "spam" });
        let send = || app.post(&path).cookie("hustings", &cookie).json(&spam);
        for request in [
            send(),
            send().origin(ORIGIN),
            send().origin("null"),
            send().header("Sec-Fetch-Site", "cross-site"),
            send().header("Sec-Fetch-Site", "same-site").origin(OWN),
            send().header("Sec-Fetch-Site", "none"),
            app.post("/api/v1/desk/decisions").cookie("hustings", &cookie).json(&json!({ "action": "spam", "items": [{ "id": id }] })),
            app.patch(&format!("/api/v1/desk/sites/{SITE}")).cookie("hustings", &cookie).json(&json!({ "paused": "Shut." })),
        ] {
            assert_eq!(request.expect(403).await.code(), "origin_not_listed");
        }
        assert_eq!(app.get(&format!("{LIST}?state=held")).token(&token).expect(200).await.json()["comments"].as_array().unwrap().len(), 1);
        let answer = send().header("Sec-Fetch-Site", "same-origin").expect(200).await;
        assert_eq!(answer.json()["state"], "spam");
        // The desk's answers are for no other page.
        assert_eq!(answer.header("access-control-allow-origin"), "");
        app.post(&path).token(&token).json(&json!({ "action": "undo" })).expect(200).await;
    }

    async fn a_comment_comes_with_all_that_is_decided_by(app: TestApp) {
        let site = app.add_site(SITE, ORIGIN).await;
        let person = app.person(site, "Quentin Farrowdale", Stance::Hold).await;
        let staff = app.program(SITE, Role::Moderator).await;
        let reader = app.sign_in("mira@example.org", "Mira").await;
        let body = "Né à Lyon, **Quentin Farrowdale** spoke.";
        let id = app.post_text(&reader, body).await;
        let seen = app.desk_comment(&staff, &id).await;
        let start = body.find("Quentin").unwrap();
        let mention = seen["findings"].as_array().unwrap().iter().find(|it| it["rule"] == "names_person").unwrap();
        assert_eq!(mention["person"], json!({ "id": person.to_string(), "name": "Quentin Farrowdale" }));
        assert_eq!(mention["spans"], json!([{ "field": "body", "start": start, "end": start + "Quentin Farrowdale".len(), "text": "Quentin Farrowdale" }]));
        assert_eq!((&mention["strength"], &mention["revision"]), (&json!("hold"), &json!(1)));
        assert_eq!((&seen["site"], &seen["body"], &seen["author"]["name"]), (&json!(SITE), &json!(body), &json!("Mira")));
        assert_eq!(seen["page"]["url"], PAGE);
        let part = app.ask_desk(&staff, "GET", LIST, None).await.json();
        assert_eq!(part["comments"], json!([seen]));
        // Nothing of it is told to the author.
        let told = app.told(&reader, &id).await.to_string();
        assert!(!told.contains("names_person") && !told.contains(&person.to_string()), "{told}");
    }
}

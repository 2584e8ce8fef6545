//! The desk's pages, by plain forms as a browser without scripts sends them.

use hustings::domain::person::Stance;
use hustings::domain::role::Role;
use lol_html::{HtmlRewriter, Settings, element};
use serde_json::{Value, json};
use url::form_urlencoded;

use super::{PAGE, Staff, text};
use crate::support::sign_in::{ORIGIN, OWN, SITE, code_in};
use crate::support::{Answer, TestApp, both};

const FORM: &str = "application/x-www-form-urlencoded";

fn encoded(fields: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs(fields)
        .finish()
}

fn cookie(staff: &Staff) -> &str {
    match staff {
        Staff::Cookie(cookie) => cookie,
        Staff::Token(_) => panic!("a program has no pages"),
    }
}

/// The value of the hidden field `name` in the first form whose action is `action`.
#[track_caller]
pub(super) fn hidden(html: &str, action: &str, name: &str) -> String {
    let form = html
        .split_once(&format!("action=\"{action}\""))
        .unwrap_or_else(|| panic!("no form for {action}: {html}"))
        .1;
    let field = form.split_once(&format!("name=\"{name}\" value=\"")).unwrap().1;
    field.split('"').next().unwrap().to_owned()
}

/// What stands in the text area with this id.
#[track_caller]
pub(super) fn area(html: &str, id: &str) -> String {
    let (_, field) = html
        .split_once(&format!("id=\"{id}\""))
        .unwrap_or_else(|| panic!("no field {id}: {html}"));
    let (_, rest) = field.split_once('>').unwrap();
    rest.split_once("</textarea>").unwrap().0.to_owned()
}

/// What stands in each `<mark>`, in their order.
fn marks(html: &str) -> Vec<String> {
    html.split("<mark ")
        .skip(1)
        .map(|rest| {
            let inside = rest.split_once('>').unwrap().1;
            inside.split_once("</mark>").unwrap().0.to_owned()
        })
        .collect()
}

impl TestApp {
    /// Opens a page of the desk.
    pub(super) async fn look(&self, staff: &Staff, path: &str) -> String {
        let answer = self.get(path).cookie("hustings", cookie(staff)).send().await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
        answer.text()
    }

    /// Sends a form from a page of the desk.
    pub(super) async fn send_form(&self, staff: &Staff, path: &str, fields: &[(&str, &str)]) -> Answer {
        self.clock.advance(std::time::Duration::from_secs(1));
        self.post(path)
            .cookie("hustings", cookie(staff))
            .origin(OWN)
            .header("Sec-Fetch-Site", "same-origin")
            .body(FORM, encoded(fields))
            .send()
            .await
    }

    /// Presses a button of a comment as the queue shows it.
    pub(super) async fn press(&self, staff: &Staff, id: &str, action: &str, more: &[(&str, &str)]) -> Answer {
        let path = format!("/desk/comments/{id}");
        let html = self.look(staff, &path).await;
        let (token, seen) = (hidden(&html, &path, "token"), hidden(&html, &path, "seen"));
        let comment = self.desk_comment(staff, id).await;
        let revision = match &comment["pending_revision"] {
            Value::Null => &comment["revision"],
            pending => pending,
        };
        let revision = revision.to_string();
        let mut fields = vec![
            ("token", token.as_str()),
            ("back", "/desk"),
            ("seen", seen.as_str()),
            ("action", action),
        ];
        if action != "undo" {
            fields.push(("revision", &revision));
        }
        fields.extend(more);
        self.send_form(staff, &path, &fields).await
    }

    /// A comment's state.
    async fn state(&self, staff: &Staff, id: &str) -> String {
        text(&self.desk_comment(staff, id).await["state"])
    }
}

both! {
    async fn an_invitation_is_pasted_where_no_script_reads_it(app: TestApp) {
        let site = app.add_site(SITE, ORIGIN).await;
        let slug = SITE.parse().unwrap();
        let email = hustings::domain::text::EmailAddress::parse("jo@example.org").unwrap();
        let link = app.run(move |app| {
            let secret = hustings::service::staff::invite(app, &slug, &email, Role::Moderator).unwrap();
            hustings::service::staff::invite_link(app, &secret)
        }).await;
        let door = app.get("/desk").expect(200).await.text();
        assert!(door.contains("action=\"/desk/invite\""), "{door}");
        let accept = |origin: &str, secret: &str| {
            app.post("/desk/invite").origin(origin).body(FORM, encoded(&[("secret", secret), ("to", "/desk?state=all")]))
        };
        accept(ORIGIN, &link).expect(403).await;
        let wrong = accept(OWN, "hsi_nothing").expect(401).await;
        assert!(wrong.text().contains("This is no invitation"), "{}", wrong.text());
        let opened = accept(OWN, &link).expect(303).await;
        assert_eq!(opened.header("location"), "/desk?state=all");
        let set = opened.header("set-cookie").strip_prefix("hustings=").unwrap();
        let jo = Staff::Cookie(set.split(';').next().unwrap().to_owned());
        assert!(app.look(&jo, "/desk").await.contains("All caught up"));
        let again = accept(OWN, &link).expect(401).await;
        assert!(again.text().contains("was used already"), "{}", again.text());
        let _ = site;
    }

    async fn a_code_opens_the_desk_by_forms(app: TestApp) {
        app.add_site(SITE, ORIGIN).await;
        app.moderator(SITE, "jo@example.org", Role::Moderator).await;
        let ask = |email: &str| {
            app.post("/desk/sign-in").origin(OWN).body(FORM, encoded(&[("email", email), ("to", "/desk/pages")]))
        };
        assert!(ask("nobody").expect(422).await.text().contains("not look like an email address"));
        app.post("/desk/sign-in").origin(ORIGIN).body(FORM, encoded(&[("email", "jo@example.org"), ("to", "/desk")])).expect(403).await;
        let html = ask("jo@example.org").expect(200).await.text();
        app.run_jobs().await;
        let code = code_in(&app.letters.letters().last().unwrap().text);
        let bring = |code: &str| {
            let (id, verifier) = (hidden(&html, "/desk/sign-in/code", "request_id"), hidden(&html, "/desk/sign-in/code", "verifier"));
            app.post("/desk/sign-in/code").origin(OWN).body(FORM, encoded(&[
                ("request_id", &id), ("verifier", &verifier), ("email", "jo@example.org"), ("to", "/desk/pages"), ("code", code),
            ]))
        };
        let wrong = bring(&crate::support::sign_in::other_code(&code, 1)).expect(422).await.text();
        assert!(wrong.contains("not the code from our newest email") && wrong.contains("name=\"code\""), "{wrong}");
        let opened = bring(&code).expect(303).await;
        assert_eq!(opened.header("location"), "/desk/pages");
        let set = opened.header("set-cookie").strip_prefix("hustings=").unwrap().to_owned();
        let jo = Staff::Cookie(set.split(';').next().unwrap().to_owned());
        let html = app.look(&jo, "/desk/pages").await;

        // And out again, from a page of the desk only.
        let token = hidden(&html, "/desk/sign-out", "token");
        app.post("/desk/sign-out").cookie("hustings", cookie(&jo)).origin(ORIGIN).body(FORM, encoded(&[("token", &token)])).expect(403).await;
        let out = app.send_form(&jo, "/desk/sign-out", &[("token", &token)]).await;
        assert_eq!((out.status, out.header("location")), (303, "/desk"));
        app.get("/desk/pages").cookie("hustings", cookie(&jo)).expect(401).await;
    }

    async fn an_address_without_a_role_learns_so_from_its_letter_only(app: TestApp) {
        app.add_site(SITE, ORIGIN).await;
        let ask = app.post("/desk/sign-in").origin(OWN).body(FORM, encoded(&[("email", "mira@example.org"), ("to", "/desk")]));
        let html = ask.expect(200).await.text();
        assert!(html.contains("If this address moderates a site here"), "{html}");
        let code = app.code().await;
        let (id, verifier) = (hidden(&html, "/desk/sign-in/code", "request_id"), hidden(&html, "/desk/sign-in/code", "verifier"));
        let answer = app.post("/desk/sign-in/code").origin(OWN).body(FORM, encoded(&[
            ("request_id", &id), ("verifier", &verifier), ("email", "mira@example.org"), ("to", "/desk"), ("code", &code),
        ])).expect(403).await;
        assert!(answer.text().contains("moderates no site here"), "{}", answer.text());
        assert_eq!(answer.header("set-cookie"), "");
    }

    async fn the_queue_has_the_reported_on_top_and_then_the_oldest(app: TestApp) {
        app.add_site(SITE, ORIGIN).await;
        let jo = app.moderator(SITE, "jo@example.org", Role::Moderator).await;
        let reader = app.sign_in("mira@example.org", "Mira").await;
        let first = app.post_text(&reader, "The first that waits.").await;
        let public = app.post_text(&reader, "A public one.").await;
        app.decided(&jo, &public, json!({ "action": "approve", "revision": 1 })).await;
        let last = app.post_text(&reader, "The last that waits.").await;
        let order = |html: &str| {
            let mut at: Vec<(usize, &String)> = [&first, &public, &last]
                .into_iter()
                .filter_map(|id| Some((html.find(&format!("<article class=\"item\" id=\"c-{id}\""))?, id)))
                .collect();
            at.sort();
            at.into_iter().map(|(_, id)| id.clone()).collect::<Vec<_>>()
        };
        assert_eq!(order(&app.look(&jo, "/desk").await), [first.clone(), last.clone()]);
        app.report(&public).await;
        let html = app.look(&jo, "/desk").await;
        assert_eq!(order(&html), [public.clone(), first.clone(), last.clone()]);
        assert!(html.contains("Look at this."), "the report's note: {html}");
        for (query, found) in [
            ("?reported=true", vec![&public]),
            ("?reported=false", vec![&first, &last]),
            ("?state=published", vec![&public]),
            ("?state=spam", vec![]),
            ("?q=last", vec![&last]),
            ("?reason=policy_all", vec![&first, &last]),
            ("?reason=names_person", vec![]),
            (&format!("?site={SITE}&q=first"), vec![&first]),
        ] {
            let found: Vec<String> = found.into_iter().cloned().collect();
            assert_eq!(order(&app.look(&jo, &format!("/desk{query}")).await), found, "{query}");
        }
        app.get("/desk?state=none").cookie("hustings", cookie(&jo)).expect(400).await;
    }

    async fn a_person_is_asked_for_by_name(app: TestApp) {
        let site = app.add_site(SITE, ORIGIN).await;
        let quentin = app.person(site, "Quentin Farrowdale", Stance::Hold).await;
        app.person(site, "Quentin Thackwell", Stance::Hold).await;
        let jo = app.moderator(SITE, "jo@example.org", Role::Moderator).await;
        let reader = app.sign_in("mira@example.org", "Mira").await;
        let named = app.post_text(&reader, "I heard Quentin Farrowdale.").await;
        app.post_text(&reader, "Nobody in this one.").await;
        let one = app.look(&jo, "/desk?person=farrowdale").await;
        assert!(one.contains(&named) && !one.contains("Nobody in this"), "{one}");
        let several = app.look(&jo, "/desk?person=quentin").await;
        assert!(several.contains("Whom do you mean") && several.contains(&quentin.to_string()), "{several}");
        assert!(app.look(&jo, "/desk?person=zebedee").await.contains("Nobody on the register"));
    }

    async fn every_action_by_form_and_back(app: TestApp) {
        app.add_site(SITE, ORIGIN).await;
        let jo = app.moderator(SITE, "jo@example.org", Role::Moderator).await;
        let reader = app.sign_in("mira@example.org", "Mira").await;
        let id = app.post_text(&reader, "A text.").await;
        for (action, reason, state) in [
            ("approve", "", "published"),
            ("hold", "", "held"),
            ("approve", "", "published"),
            ("remove", "off_topic", "removed"),
            ("restore", "", "published"),
            ("spam", "", "spam"),
            ("reopen", "", "held"),
            ("reject", "abusive", "rejected"),
            ("approve", "", "published"),
        ] {
            let before = app.state(&jo, &id).await;
            for (action, expected) in [(action, state), ("undo", before.as_str()), (action, state)] {
                let answer = app.press(&jo, &id, action, &[("reason", reason), ("note", "Seen by two.")]).await;
                assert_eq!(answer.status, 303, "{action}: {}", answer.text());
                assert_eq!(answer.header("location"), format!("/desk?done={id}#c-{id}"));
                assert_eq!(app.state(&jo, &id).await, expected, "{action}");
            }
            // What was done stands on top, with a way back.
            let html = app.look(&jo, &format!("/desk?done={id}")).await;
            assert!(html.contains("class=\"done") && html.contains("value=\"undo\""), "{html}");
        }
        let html = app.look(&jo, &format!("/desk/comments/{id}")).await;
        for said in ["Seen by two.", "Rejected by you", "Abusive", "Restored by you", "Undone by you"] {
            assert!(html.contains(said), "{said}: {html}");
        }
    }

    async fn words_of_ones_own_are_told_to_the_author(app: TestApp) {
        app.add_site(SITE, ORIGIN).await;
        let jo = app.moderator(SITE, "jo@example.org", Role::Moderator).await;
        let reader = app.sign_in("mira@example.org", "Mira").await;
        let id = app.post_text(&reader, "A text.").await;
        let none = app.press(&jo, &id, "reject", &[("reason", ""), ("own_reason", "  ")]).await;
        assert_eq!(none.status, 422);
        assert!(none.text().contains("Say why"), "{}", none.text());
        let answer = app.press(&jo, &id, "reject", &[("reason", "abusive"), ("own_reason", "Please leave out the address.")]).await;
        assert_eq!(answer.status, 303, "{}", answer.text());
        assert_eq!(app.told(&reader, &id).await["reason_text"], "Please leave out the address.");
    }

    async fn what_no_page_of_the_desk_sent_is_refused(app: TestApp) {
        app.add_site(SITE, ORIGIN).await;
        app.add_site("parish-post", "https://parish.example.org").await;
        let jo = app.moderator(SITE, "jo@example.org", Role::Moderator).await;
        let viewer = app.moderator(SITE, "vi@example.org", Role::Viewer).await;
        let other = app.moderator("parish-post", "pat@example.org", Role::Owner).await;
        let reader = app.sign_in("mira@example.org", "Mira").await;
        let id = app.post_text(&reader, "A text.").await;
        let path = format!("/desk/comments/{id}");
        let html = app.look(&jo, &path).await;
        let (token, seen) = (hidden(&html, &path, "token"), hidden(&html, &path, "seen"));
        let body = |token: &str| encoded(&[("token", token), ("back", "/desk"), ("seen", &seen), ("action", "approve"), ("revision", "1")]);
        let send = |staff: &Staff, token: &str| app.post(&path).cookie("hustings", cookie(staff)).body(FORM, body(token));

        // Nobody, and a reader.
        app.post(&path).origin(OWN).body(FORM, body(&token)).expect(401).await;
        app.post(&path).origin(OWN).cookie("hustings", &reader).body(FORM, body(&token)).expect(401).await;
        app.get(&path).expect(401).await;
        // From elsewhere.
        send(&jo, &token).expect(403).await;
        for origin in [ORIGIN, "https://evil.example.net", "null"] {
            send(&jo, &token).origin(origin).expect(403).await;
        }
        send(&jo, &token).origin(OWN).header("Sec-Fetch-Site", "same-site").expect(403).await;
        send(&jo, &token).origin(OWN).header("Sec-Fetch-Site", "cross-site").expect(403).await;
        // Without the session's own token.
        let others = hidden(&app.look(&other, "/desk").await, "/desk/sign-out", "token");
        for wrong in ["", "x", &others] {
            let answer = send(&jo, wrong).origin(OWN).expect(403).await;
            assert!(answer.text().contains("form_token_invalid"), "{}", answer.text());
        }
        let bare = encoded(&[("back", "/desk"), ("seen", &seen), ("action", "approve"), ("revision", "1")]);
        app.post(&path).cookie("hustings", cookie(&jo)).origin(OWN).body(FORM, bare).expect(400).await;
        // Staff who may not: a viewer sees it without any button, the other site's owner does not see it.
        let html = app.look(&viewer, &path).await;
        assert!(!html.contains("value=\"approve\""), "{html}");
        let viewers = hidden(&html, "/desk/sign-out", "token");
        let answer = send(&viewer, &viewers).origin(OWN).expect(403).await;
        assert!(answer.text().contains("Your role does not let you"), "{}", answer.text());
        app.get(&path).cookie("hustings", cookie(&other)).expect(404).await;
        send(&other, &others).origin(OWN).expect(404).await;
        assert!(!app.look(&other, "/desk?state=all").await.contains("A text."));
        assert_eq!(app.state(&jo, &id).await, "held");
        send(&jo, &token).origin(OWN).expect(303).await;
    }

    async fn names_are_lit_exactly(app: TestApp) {
        let site = app.add_site(SITE, ORIGIN).await;
        for name in ["Quentin Farrowdale", "Žofie Čapková", "Ndéye Oyelaran-Quist"] {
            app.person(site, name, Stance::Hold).await;
        }
        let jo = app.moderator(SITE, "jo@example.org", Role::Moderator).await;
        let reader = app.sign_in("mira@example.org", "Mira").await;
        let id = app
            .post_text(&reader, "Zdraví 🗳️ <b>Žofie Čapková</b>; **Quentin Farrowdale** & Ndéye Oyelaran-Quist\nknew. Žofie Čapková too.")
            .await;
        let html = app.look(&jo, "/desk").await;
        let lit = marks(&html);
        assert_eq!(lit, ["Žofie Čapková", "Quentin Farrowdale", "Ndéye Oyelaran-Quist", "Žofie Čapková"], "{html}");
        // Each says whom and why, beside the name and in the list below.
        assert!(html.contains(": Žofie Čapková (full name)\""), "{html}");
        assert!(html.contains(&format!("id=\"c-{id}-f-1\"")) && html.contains(&format!("href=\"#c-{id}-f-1\"")), "{html}");
        assert!(html.contains("&#60;b&#62;<mark"), "{html}");
    }

    async fn what_changed_since_is_shown(app: TestApp) {
        app.add_site(SITE, ORIGIN).await;
        let jo = app.moderator(SITE, "jo@example.org", Role::Moderator).await;
        let sam = app.moderator(SITE, "sam@example.org", Role::Moderator).await;
        let reader = app.sign_in("mira@example.org", "Mira").await;
        let id = app.post_text(&reader, "He did not take the list.").await;
        let path = format!("/desk/comments/{id}");
        let html = app.look(&jo, &path).await;
        let (token, seen) = (hidden(&html, &path, "token"), hidden(&html, &path, "seen"));
        let approve = [("token", token.as_str()), ("back", "/desk"), ("seen", &seen), ("action", "approve"), ("revision", "1")];
        app.send_edit(&reader, &id, "He did take the list.", "keep").await;
        let answer = app.send_form(&jo, &path, &approve).await;
        assert_eq!(answer.status, 409);
        let html = answer.text();
        assert!(html.contains("<del>not </del>") && html.contains("Edited by its author"), "{html}");
        assert_eq!(app.state(&jo, &id).await, "held");

        // Somebody else's decision is not passed over, where the state would allow it.
        let html = app.look(&jo, &path).await;
        let seen = hidden(&html, &path, "seen");
        assert_eq!(app.press(&sam, &id, "reject", &[("reason", "off_topic")]).await.status, 303);
        let stale = [("token", token.as_str()), ("back", "/desk"), ("seen", &seen), ("action", "approve"), ("revision", "2"), ("piece", "yes")];
        let answer = app.send_form(&jo, &path, &stale).await;
        assert_eq!(answer.status, 409);
        let html = answer.text();
        assert!(html.starts_with("<article class=\"item\"") && html.contains("Rejected by another moderator"), "{html}");
        assert_eq!(app.state(&jo, &id).await, "rejected");
    }

    async fn a_comment_with_many_long_texts_is_shown_a_few_at_a_time(app: TestApp) {
        app.add_site(SITE, ORIGIN).await;
        let jo = app.moderator(SITE, "jo@example.org", Role::Moderator).await;
        app.hold("all").await;
        let ada = app.sign_in("ada@example.org", "Ada").await;
        // Every other word is another one in each text: as hard to compare as can be.
        let long = |number: usize| format!("Text the {number}th. {}", format!("and w{number} ").repeat(1_900));
        let id = app.post_text(&ada, &long(1)).await;
        for number in 2..=50 {
            app.send_edit(&ada, &id, &long(number), "keep").await;
        }
        let more = app.patch(&format!("/api/v1/comments/{id}")).origin(ORIGIN).token(&ada).json(&json!({ "body": "Once more." })).expect(409).await;
        assert_eq!(more.code(), "too_many_edits");

        let path = format!("/desk/comments/{id}");
        let numbers = |html: &str| -> Vec<String> {
            let sections = html.split("<section class=\"revision\" aria-labelledby=\"r").skip(1);
            sections.map(|rest| rest.split('"').next().unwrap().to_owned()).collect()
        };
        let diffs = |html: &str| html.matches("<p class=\"text diff\"").count();
        let links = |html: &str| html.matches("?text=").count();
        let html = app.look(&jo, &path).await;
        assert!(html.len() < 300_000, "{}", html.len());
        assert_eq!(numbers(&html), ["50", "49", "48", "47", "46"]);
        assert_eq!((diffs(&html), links(&html)), (5, 45));
        assert!(html.matches("<ins>").count() <= 2_000, "what differs everywhere is exchanged as a whole");
        for number in [1, 30] {
            let link = format!("{path}?text={number}");
            assert!(html.contains(&format!("href=\"{link}#texts\"")), "{link}");
            let html = app.look(&jo, &link).await;
            assert_eq!(numbers(&html), [number.to_string()]);
            assert!(html.contains(&format!("Text the {number}th.")) && html.len() < 100_000);
            assert_eq!((diffs(&html), links(&html)), (usize::from(number > 1), 49));
        }
        // What is no number of a text is no reason to show nothing.
        for nonsense in ["0", "51", "x", "-1", "99999999999"] {
            assert_eq!(numbers(&app.look(&jo, &format!("{path}?text={nonsense}")).await).len(), 5, "{nonsense}");
        }
        // Deciding on an old text shows what changed since, and the same few.
        let (token, seen) = (hidden(&html, &path, "token"), hidden(&html, &path, "seen"));
        let old = [("token", token.as_str()), ("back", "/desk"), ("seen", seen.as_str()), ("action", "approve"), ("revision", "1")];
        let refused = app.send_form(&jo, &path, &old).await;
        assert_eq!(refused.status, 409, "{}", refused.text());
        let html = refused.text();
        assert_eq!((numbers(&html).len(), diffs(&html)), (5, 6));
        assert!(html.len() < 400_000, "{}", html.len());
        // Word by word or as a whole, as far as there was time to compare.
        let plain = html.replace("<del>", "").replace("</del>", "");
        assert!(plain.contains("Text the 1th."));
    }

    async fn two_must_approve_and_somebody_out_of_reach_needs_a_tick(app: TestApp) {
        let site = app.add_site(SITE, ORIGIN).await;
        app.person(site, "Quentin Farrowdale", Stance::Two).await;
        let jo = app.moderator(SITE, "jo@example.org", Role::Moderator).await;
        let sam = app.moderator(SITE, "sam@example.org", Role::Moderator).await;
        let reader = app.sign_in("mira@example.org", "Mira").await;
        let id = app.post_text(&reader, "I saw Quentin Farrowdale.").await;
        assert!(app.look(&jo, "/desk").await.contains("0 of 2"));
        assert_eq!(app.press(&jo, &id, "approve", &[]).await.status, 303);
        assert_eq!(app.state(&jo, &id).await, "held");
        assert!(app.look(&sam, "/desk").await.contains("1 of 2"));
        let twice = app.press(&jo, &id, "approve", &[]).await;
        assert_eq!(twice.status, 409);
        assert!(twice.text().contains("another moderator must"), "{}", twice.text());
        assert_eq!(app.press(&sam, &id, "approve", &[]).await.status, 303);
        assert_eq!(app.state(&jo, &id).await, "published");
    }

    async fn the_script_gets_the_piece_alone(app: TestApp) {
        app.add_site(SITE, ORIGIN).await;
        let jo = app.moderator(SITE, "jo@example.org", Role::Moderator).await;
        let reader = app.sign_in("mira@example.org", "Mira").await;
        let id = app.post_text(&reader, "A text.").await;
        let done = app.press(&jo, &id, "approve", &[("piece", "yes")]).await;
        assert_eq!(done.status, 200);
        assert!(done.text().starts_with("<article class=\"done"), "{}", done.text());
        let back = app.press(&jo, &id, "undo", &[("piece", "yes")]).await;
        assert!(back.text().starts_with("<article class=\"item\""), "{}", back.text());
    }

    async fn pages_are_closed_and_titles_confirmed(app: TestApp) {
        app.add_site(SITE, ORIGIN).await;
        let jo = app.moderator(SITE, "jo@example.org", Role::Moderator).await;
        let reader = app.sign_in("mira@example.org", "Mira").await;
        let id = app.post_text(&reader, "A text.").await;
        let page = text(&app.desk_comment(&jo, &id).await["page"]["id"]);
        let list = app.look(&jo, "/desk/pages").await;
        assert!(list.contains(&format!("/desk/pages/{page}")), "{list}");
        assert!(app.look(&jo, "/desk/pages?q=candid").await.contains(&page));
        assert!(!app.look(&jo, "/desk/pages?q=elsewhere").await.contains(&page));
        let path = format!("/desk/pages/{page}");
        let token = hidden(&app.look(&jo, &path).await, &path, "token");
        let change = |fields: Vec<(&'static str, &'static str)>| {
            let fields: Vec<(&str, &str)> = [("token", token.as_str())].into_iter().chain(fields).collect();
            let body = encoded(&fields);
            app.post(&path).cookie("hustings", cookie(&jo)).origin(OWN).body(FORM, body)
        };
        change(vec![("title", "Who <stands> where")]).expect(303).await;
        change(vec![("state", "closed")]).expect(303).await;
        let html = app.look(&jo, &path).await;
        assert!(html.contains("Who &#60;stands&#62; where") && html.contains("value=\"open\""), "{html}");
        app.post(&format!("/api/v1/sites/{SITE}/comments")).origin(ORIGIN).token(&reader)
            .json(&json!({ "page": { "url": PAGE }, "body": "Late." })).expect(409).await;
        change(vec![("state", "open")]).expect(303).await;
        change(vec![("title", " ")]).expect(422).await;
    }

    async fn sites_are_paused_by_moderators_and_set_by_owners(app: TestApp) {
        app.add_site(SITE, ORIGIN).await;
        let jo = app.moderator(SITE, "jo@example.org", Role::Moderator).await;
        let owner = app.moderator(SITE, "olu@example.org", Role::Owner).await;
        let path = format!("/desk/sites/{SITE}");
        let pause = format!("{path}/pause");
        let html = app.look(&jo, &path).await;
        let token = hidden(&html, &pause, "token");
        assert!(!html.contains("name=\"hold\""), "{html}");
        let answer = app.send_form(&jo, &pause, &[("token", &token), ("action", "pause"), ("sentence", "Back on Monday.")]).await;
        assert_eq!(answer.status, 303, "{}", answer.text());
        assert!(app.look(&jo, &path).await.contains("Back on Monday."));
        assert!(app.look(&jo, "/desk/sites").await.contains("paused"));
        let answer = app.send_form(&jo, &pause, &[("token", &token), ("action", "resume")]).await;
        assert_eq!(answer.status, 303);
        let policy = [
            ("hold", "flagged"), ("edit_window_minutes", "30"), ("max_links", "2"),
            ("reasons", "off_topic\r\nNames a child\r\n"), ("words", "flag: liar\r\nhold: /list(s)?/"),
            ("contact", "desk@example.org"),
        ];
        let with = |token| [("token", token)].into_iter().chain(policy).collect::<Vec<_>>();
        assert_eq!(app.send_form(&jo, &path, &with(token.as_str())).await.status, 403);
        let token = hidden(&app.look(&owner, &path).await, &path, "token");
        assert_eq!(app.send_form(&owner, &path, &with(token.as_str())).await.status, 303);
        let set = app.ask_desk(&owner, "GET", &format!("/api/v1/desk/sites/{SITE}"), None).await.json();
        assert_eq!(set["hold"], "flagged");
        assert_eq!((&set["edit_window_seconds"], &set["contact"]), (&json!(1800), &json!("desk@example.org")));
        assert_eq!(set["reasons"], json!(["off_topic", "Names a child"]));
        assert_eq!(set["words"][1], json!({ "pattern": "list(s)?", "regex": true, "strength": "hold" }));
    }

    async fn a_sentence_is_tried(app: TestApp) {
        let site = app.add_site(SITE, ORIGIN).await;
        app.person(site, "Quentin Farrowdale", Stance::Hold).await;
        let viewer = app.moderator(SITE, "vi@example.org", Role::Viewer).await;
        let token = hidden(&app.look(&viewer, "/desk/try").await, "/desk/try", "token");
        let found = async |tried: &str| {
            let answer = app.send_form(&viewer, "/desk/try", &[("token", &token), ("site", SITE), ("text", tried)]).await;
            assert_eq!(answer.status, 200, "{}", answer.text());
            answer.text()
        };
        let html = found("Ask Quentin Farrowdale.\r\nOr Quentin Farowdale.").await;
        assert_eq!(marks(&html).first().unwrap(), "Quentin Farrowdale", "{html}");
        assert!(html.contains("full name") && html.contains("would wait for a moderator"), "{html}");
        assert!(found("Ask at the hall.").await.contains("Nobody on the register"));
        assert_eq!(app.send_form(&viewer, "/desk/try", &[("token", "x"), ("site", SITE), ("text", "x")]).await.status, 403);
    }

    async fn the_pages_are_bound(app: TestApp) {
        app.add_site(SITE, ORIGIN).await;
        let jo = app.moderator(SITE, "jo@example.org", Role::Moderator).await;
        for path in ["/desk", "/desk/pages", "/desk/sites", &format!("/desk/sites/{SITE}"), "/desk/try"] {
            let answer = app.get(path).cookie("hustings", cookie(&jo)).expect(200).await;
            for (header, value) in [
                ("cache-control", "no-store"),
                ("cross-origin-opener-policy", "same-origin"),
                ("cross-origin-resource-policy", "same-origin"),
                ("access-control-allow-origin", ""),
                ("referrer-policy", "same-origin"),
            ] {
                assert_eq!(answer.header(header), value, "{path} {header}");
            }
            let policy = answer.header("content-security-policy");
            assert!(policy.contains("require-trusted-types-for 'script'; trusted-types hustings"), "{policy}");
            assert!(policy.contains("frame-ancestors 'none'") && !policy.contains("unsafe"), "{policy}");
        }
    }

    async fn the_other_direction(app: TestApp) {
        app.add_site(SITE, ORIGIN).await;
        let jo = app.moderator(SITE, "jo@example.org", Role::Moderator).await;
        let answer = app.get("/desk").cookie("hustings", cookie(&jo)).header("Accept-Language", "fy, ar-XB;q=0.5").expect(200).await;
        assert!(answer.text().contains("lang=\"ar-XB\" dir=\"rtl\""), "{}", answer.text());
        assert!(app.look(&jo, "/desk").await.contains("lang=\"en\" dir=\"ltr\""));
    }

    async fn hostile_texts_stay_texts(app: TestApp) {
        let site = app.add_site(SITE, ORIGIN).await;
        app.person(site, "Quentin Farrowdale", Stance::Hold).await;
        let jo = app.moderator(SITE, "jo@example.org", Role::Owner).await;
        let vectors: Value = serde_json::from_str(include_str!("../../fixtures/xss.json")).unwrap();
        let vectors: Vec<String> = vectors.as_array().unwrap().iter().map(|it| text(&it["text"])).collect();
        let reader = app.sign_in("mira@example.org", "<img src=x onerror=alert(1)>").await;
        // Each in a comment with somebody named in its midst; all on one page of the queue at a time.
        let mut checked = 0;
        for some in vectors.chunks(15) {
            let mut ids = Vec::new();
            for vector in some {
                app.clock.advance(std::time::Duration::from_secs(60));
                let named = format!("{vector} Quentin Farrowdale {vector}");
                let body = json!({ "page": { "url": PAGE, "title": vector }, "body": named });
                let answer = app.post(&format!("/api/v1/sites/{SITE}/comments")).origin(ORIGIN).token(&reader).json(&body).send().await;
                // What cannot be a comment comes to no desk.
                if answer.status == 201 {
                    ids.push(text(&answer.json()["comment"]["id"]));
                }
            }
            assert_harmless(&app.look(&jo, "/desk").await);
            for id in &ids {
                let vector = some[0].replace('\0', "");
                let note = format!("note {vector}");
                let answer = app.press(&jo, id, "reject", &[("own_reason", "\"><img src=x onerror=alert(1)>"), ("note", &note), ("piece", "yes")]).await;
                assert_eq!(answer.status, 200, "{}", answer.text());
                assert_harmless(&answer.text());
                checked += 1;
            }
            if let Some(id) = ids.first() {
                assert_harmless(&app.look(&jo, &format!("/desk/comments/{id}")).await);
                assert_harmless(&app.look(&jo, &format!("/desk?done={id}")).await);
            }
        }
        assert!(checked > 40, "{checked}");
        for vector in &vectors {
            let query: String = form_urlencoded::byte_serialize(vector.as_bytes()).collect();
            assert_harmless(&app.look(&jo, &format!("/desk?q={query}")).await);
        }
        assert_harmless(&app.look(&jo, "/desk/pages").await);
    }

    async fn reports_are_closed_from_the_queue(app: TestApp) {
        app.add_site(SITE, ORIGIN).await;
        let staff = app.moderator(SITE, "ann@example.org", Role::Moderator).await;
        let reader = app.sign_in("mira@example.org", "Mira").await;
        let id = app.post_text(&reader, "A text.").await;
        app.decided(&staff, &id, json!({ "action": "approve", "revision": 1 })).await;
        assert!(!app.look(&staff, "/desk").await.contains("value=\"dismiss\""));
        for _ in 0..5 {
            app.report(&id).await;
        }
        let queue = app.look(&staff, "/desk").await;
        assert!(queue.contains("close the 5 reports") && queue.contains("and 2 reports more"), "{queue}");
        assert_eq!(queue.matches("Look at this.").count(), 3, "{queue}");
        let answer = app.press(&staff, &id, "dismiss", &[]).await;
        assert_eq!(answer.status, 303, "{}", answer.text());
        let queue = app.look(&staff, "/desk").await;
        assert!(!queue.contains(&format!("id=\"c-{id}\"")), "{queue}");
        let page = app.look(&staff, &format!("/desk/comments/{id}?done=1")).await;
        assert!(page.contains("Left as it is, reports closed by you") && page.contains("value=\"undo\""), "{page}");
        assert_eq!(app.press(&staff, &id, "undo", &[]).await.status, 303);
        assert!(app.look(&staff, "/desk").await.contains("close the 5 reports"));
        // Who may only look is shown no button.
        let viewer = app.moderator(SITE, "vera@example.org", Role::Viewer).await;
        assert!(!app.look(&viewer, "/desk").await.contains("value=\"dismiss\""));
    }

    async fn a_claimed_address_is_confirmed(app: TestApp) {
        app.add_site(SITE, ORIGIN).await;
        let staff = app.moderator(SITE, "ann@example.org", Role::Moderator).await;
        let reader = app.sign_in("mira@example.org", "Mira").await;
        let body = json!({ "page": { "id": "post-7", "url": format!("{PAGE}?draft=\"1") }, "body": "The first." });
        let posted = app.post(&format!("/api/v1/sites/{SITE}/comments")).origin(ORIGIN).token(&reader).json(&body).expect(201).await.json();
        let comment = app.desk_comment(&staff, posted["comment"]["id"].as_str().unwrap()).await;
        let path = format!("/desk/pages/{}", text(&comment["page"]["id"]));
        let html = app.look(&staff, &path).await;
        let claimed = text(&comment["page"]["claimed_url"]);
        assert!(html.contains(&format!("name=\"url\" type=\"url\" required maxlength=\"2048\" dir=\"ltr\" autocomplete=\"off\" value=\"{claimed}\"")), "{html}");
        let token = hidden(&html, &path, "token");
        let refused = app.send_form(&staff, &path, &[("token", &token), ("url", "https://elsewhere.example/")]).await;
        assert_eq!(refused.status, 422);
        let answer = app.send_form(&staff, &path, &[("token", &token), ("url", PAGE)]).await;
        assert_eq!((answer.status, answer.header("location")), (303, path.as_str()));
        let html = app.look(&staff, &path).await;
        assert!(html.contains(&format!("href=\"{PAGE}\"")) && !html.contains("name=\"url\""), "{html}");
    }
}

/// Nothing in the page but what its templates write: another parser reads it, and finds no element or attribute beside
/// theirs.
#[track_caller]
fn assert_harmless(html: &str) {
    const ELEMENTS: &str = "html head meta title link script body a header nav form input button main p h1 h2 h3 div details \
        summary label select option textarea article span time br blockquote section ul ol li strong mark sup q dialog dl dt \
        dd kbd bdi ins del";
    const ATTRIBUTES: &str = "lang dir charset name content rel href nonce type src class id aria-label aria-labelledby \
        aria-controls aria-current method action value data-key data-state tabindex role title datetime for rows maxlength required open \
        autocomplete selected hidden data-keys checked data-failed data-kept data-replace data-invite_used
        data-invite_expired data-invite_invalid";
    let wrong = std::cell::RefCell::new(Vec::new());
    let elements = element!("*", |element| {
        let tag = element.tag_name();
        if !ELEMENTS.split_whitespace().any(|it| it == tag) {
            wrong.borrow_mut().push(format!("<{tag}>"));
        }
        if tag == "script" && element.get_attribute("nonce").is_none() {
            wrong.borrow_mut().push(String::from("a script without nonce"));
        }
        for attribute in element.attributes() {
            let name = attribute.name();
            if !ATTRIBUTES.split_whitespace().any(|it| it == name) {
                wrong.borrow_mut().push(format!("<{tag} {name}>"));
            }
            let web = ["/", "#", "https://blog.example.org/"];
            if ["href", "src", "action"].contains(&name.as_str())
                && !web.iter().any(|begin| attribute.value().starts_with(begin))
            {
                wrong
                    .borrow_mut()
                    .push(format!("<{tag} {name}={}>", attribute.value()));
            }
        }
        Ok(())
    });
    let settings = Settings::new().append_element_content_handler(elements);
    let mut rewriter = HtmlRewriter::new(settings, |_: &[u8]| {});
    rewriter.write(html.as_bytes()).unwrap();
    rewriter.end().unwrap();
    let wrong = wrong.into_inner();
    assert!(wrong.is_empty(), "{wrong:?} in {html}");
}

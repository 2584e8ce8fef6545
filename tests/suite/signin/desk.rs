//! Sessions at the desk: by invitation, by code, and how they end.

use std::time::Duration;

use hustings::domain::id::{InviteId, SiteId, TokenId};
use hustings::domain::role::{Right, Role};
use hustings::domain::text::EmailAddress;
use hustings::service::sessions::{self, Staff};
use hustings::signin::token::{PlainToken, SecretKind};
use hustings::signin::{address, session};
use hustings::storage::stores::sign_ins::Invite;
use hustings::storage::stores::tokens::{Token, TokenKind};
use serde_json::json;

use crate::support::sign_in::{ORIGIN, OWN, SITE, other_code};
use crate::support::{Answer, TestApp, both};

const HOUR: Duration = Duration::from_secs(60 * 60);

async fn invite(app: &TestApp, site: SiteId, email: &str, role: Role) -> String {
    let now = hustings::domain::clock::Clock::now(&*app.clock);
    let (keys, rng) = (&app.app.keys, app.app.rng.as_ref());
    let (id, secret) = (InviteId::new(now, rng), PlainToken::new(SecretKind::Invite, rng));
    let email = EmailAddress::parse(email).unwrap();
    let invite = Invite {
        id,
        secret_hash: secret.hash(),
        site_id: site,
        role,
        email_hash: address::email_hash(keys, &email),
        email_sealed: address::seal(keys, rng, id.as_bytes(), &email).unwrap(),
        created_at: now,
        expires_at: now.plus(session::INVITE),
        used_at: None,
    };
    app.write(move |tx| Ok(tx.insert_invite(&invite)?)).await;
    secret.expose().to_owned()
}

/// The cookie's value that an answer sets.
fn cookie(answer: &Answer) -> String {
    let set = answer.header("set-cookie");
    let value = set.strip_prefix("hustings=").unwrap_or_else(|| panic!("{set:?}"));
    value.split(';').next().unwrap().to_owned()
}

async fn accept(app: &TestApp, secret: &str) -> Answer {
    app.post("/api/v1/desk/session")
        .origin(OWN)
        .json(&json!({ "invite": secret }))
        .send()
        .await
}

async fn staff(app: &TestApp, cookie: &str) -> Option<Staff> {
    let cookie = cookie.to_owned();
    app.run(move |app| sessions::desk(app, &cookie).ok()).await
}

both! {
    async fn an_invitation_gives_role_and_session_once(app: TestApp) {
        let site = app.add_site(SITE, ORIGIN).await;
        let other = app.add_site("parish-post", "https://parish.example.org").await;
        let secret = invite(&app, site, "jo@example.org", Role::Moderator).await;
        let answer = accept(&app, &secret).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        assert_eq!(answer.json()["expires_at"], "2026-11-23T22:00:00.000000Z");
        let set = answer.header("set-cookie").to_owned();
        for part in ["Path=/", "HttpOnly", "SameSite=Lax", "Max-Age=604800"] {
            assert!(set.contains(part), "{part}: {set}");
        }
        assert!(!set.contains("Secure") && !set.contains("Domain"), "{set}");
        assert_eq!(answer.header("access-control-allow-origin"), "");

        let jo = staff(&app, &cookie(&answer)).await.unwrap();
        assert!(jo.may(Right::Decide, site) && !jo.may(Right::Manage, site) && !jo.may(Right::See, other));
        let again = accept(&app, &secret).await;
        assert_eq!((again.status, again.code().as_str()), (401, "invite_used"));
    }

    async fn an_invitation_ends_and_cannot_be_made_up(app: TestApp) {
        let site = app.add_site(SITE, ORIGIN).await;
        let secret = invite(&app, site, "jo@example.org", Role::Owner).await;
        for bad in ["", "hsi_x", &secret.replace("hsi_", "hsd_"), &format!("{}A", &secret[..46])] {
            assert_eq!(accept(&app, bad).await.code(), "invite_invalid", "{bad}");
        }
        for origin in [ORIGIN, "https://evil.example.net", "null"] {
            let body = json!({ "invite": secret });
            let answer = app.post("/api/v1/desk/session").origin(origin).json(&body).expect(403).await;
            assert_eq!(answer.code(), "origin_not_listed", "{origin}");
        }
        app.clock.advance(7 * 24 * HOUR);
        let answer = accept(&app, &secret).await;
        assert_eq!((answer.status, answer.code().as_str()), (401, "invite_expired"));
    }

    async fn a_later_invitation_never_lowers_a_role(app: TestApp) {
        let site = app.add_site(SITE, ORIGIN).await;
        for role in [Role::Owner, Role::Viewer] {
            let secret = invite(&app, site, "jo@example.org", role).await;
            let jo = staff(&app, &cookie(&accept(&app, &secret).await)).await.unwrap();
            assert!(jo.may(Right::Manage, site), "{role}");
        }
    }

    async fn a_code_opens_the_desk_to_who_has_a_role(app: TestApp) {
        let site = app.add_site(SITE, ORIGIN).await;
        let secret = invite(&app, site, "jo@example.org", Role::Moderator).await;
        let invited = staff(&app, &cookie(&accept(&app, &secret).await)).await.unwrap();

        let asked = app.ask_from(OWN, "Jo@example.org", None).await;
        let code = app.code().await;
        let begin = |body| app.post("/api/v1/desk/session").origin(OWN).json(&body);
        let wrong = begin(asked.with(&other_code(&code, 1))).expect(422).await;
        assert_eq!(wrong.code(), "code_wrong");
        let answer = begin(asked.with(&code)).expect(200).await;
        let jo = staff(&app, &cookie(&answer)).await.unwrap();
        assert_eq!(jo.account(), invited.account());
        assert_ne!(jo.session(), invited.session());
        assert_eq!(begin(asked.with(&code)).expect(422).await.code(), "code_used");
        assert_eq!(app.redeem(&asked, &code).await.code(), "code_used", "nor does it give a reader's token");
    }

    async fn readers_have_no_desk(app: TestApp) {
        app.add_site(SITE, ORIGIN).await;
        let token = app.sign_in("mira@example.org", "Mira").await;
        let asked = app.ask_from(OWN, "mira@example.org", None).await;
        let code = app.code().await;
        let answer = app.post("/api/v1/desk/session").origin(OWN).json(&asked.with(&code)).expect(403).await;
        assert_eq!(answer.code(), "no_role");
        assert_eq!(answer.header("set-cookie"), "");
        // Neither their token as a cookie nor as a bearer.
        assert!(staff(&app, &token).await.is_none());
        app.delete("/api/v1/desk/session").origin(OWN).token(&token).expect(401).await;
        // And a code that was asked for on the blog opens no desk, even for staff.
        let asked = app.ask("mira@example.org", None).await;
        let code = app.code().await;
        app.post("/api/v1/desk/session").origin(ORIGIN).json(&asked.with(&code)).expect(403).await;
        app.post("/api/v1/desk/session").origin(OWN).json(&asked.with(&code)).expect(403).await;
    }

    async fn a_session_slides_for_twelve_hours_and_ends_after_seven_days(app: TestApp) {
        let site = app.add_site(SITE, ORIGIN).await;
        let secret = invite(&app, site, "jo@example.org", Role::Moderator).await;
        let cookie = cookie(&accept(&app, &secret).await);
        for _ in 0..15 {
            app.clock.advance(11 * HOUR);
            assert!(staff(&app, &cookie).await.is_some());
        }
        app.clock.advance(3 * HOUR);
        assert!(staff(&app, &cookie).await.is_none());

        let secret = invite(&app, site, "jo@example.org", Role::Moderator).await;
        let idle = self::cookie(&accept(&app, &secret).await);
        app.clock.advance(12 * HOUR);
        assert!(staff(&app, &idle).await.is_none());
    }

    async fn signing_out_ends_the_session(app: TestApp) {
        let site = app.add_site(SITE, ORIGIN).await;
        let secret = invite(&app, site, "jo@example.org", Role::Moderator).await;
        let value = cookie(&accept(&app, &secret).await);
        let end = || app.delete("/api/v1/desk/session").cookie("hustings", &value);
        // Only a page of the desk may.
        for request in [
            end(),
            end().origin(ORIGIN),
            end().origin("null"),
            end().header("Sec-Fetch-Site", "same-site"),
            end().header("Sec-Fetch-Site", "cross-site").origin(OWN),
        ] {
            assert_eq!(request.expect(403).await.code(), "origin_not_listed");
        }
        assert!(staff(&app, &value).await.is_some());
        let answer = end().header("Sec-Fetch-Site", "same-origin").expect(204).await;
        assert!(answer.header("set-cookie").starts_with("hustings=;"), "{}", answer.header("set-cookie"));
        assert!(answer.header("set-cookie").contains("Max-Age=0"));
        assert!(staff(&app, &value).await.is_none());
        // Without a session, or with one that has ended, the cookie goes all the same.
        for ended in [None, Some(&value)] {
            let mut request = app.delete("/api/v1/desk/session").origin(OWN);
            if let Some(value) = ended {
                request = request.cookie("hustings", value);
            }
            let answer = request.expect(204).await;
            assert!(answer.header("set-cookie").contains("Max-Age=0"), "{}", answer.header("set-cookie"));
        }
    }

    async fn a_program_has_its_tokens_role_on_its_site(app: TestApp) {
        let site = app.add_site(SITE, ORIGIN).await;
        let other = app.add_site("parish-post", "https://parish.example.org").await;
        let now = hustings::domain::clock::Clock::now(&*app.clock);
        let secret = PlainToken::new(SecretKind::Api, app.app.rng.as_ref());
        let token = Token {
            id: TokenId::new(now, app.app.rng.as_ref()),
            hash: secret.hash(),
            kind: TokenKind::Api { site, role: Role::Moderator, name: String::from("nightly") },
            created_at: now,
            used_at: now,
            expires_at: None,
            revoked_at: None,
        };
        let id = token.id;
        app.write(move |tx| Ok(tx.insert_token(&token)?)).await;
        let text = secret.expose().to_owned();
        let program = app.run(move |app| sessions::program(app, &text).unwrap()).await;
        assert!(program.may(Right::Decide, site) && !program.may(Right::See, other));
        assert_eq!(program.account(), None);
        app.write(move |tx| Ok(tx.revoke_token(id, now)?)).await;
        let text = secret.expose().to_owned();
        assert!(app.run(move |app| sessions::program(app, &text).is_err()).await);
    }

    async fn a_session_is_begun_by_one_thing_or_the_other(app: TestApp) {
        app.add_site(SITE, ORIGIN).await;
        for (body, code, pointer) in [
            (json!({}), "missing_field", "/request_id"),
            (json!({ "request_id": "x", "verifier": "x" }), "missing_field", "/code"),
            (json!({ "invite": "x", "code": "12345678" }), "invite_or_code", "/invite"),
            (json!({ "password": "x" }), "unknown_field", "/password"),
        ] {
            let answer = app.post("/api/v1/desk/session").origin(OWN).json(&body).expect(422).await.json();
            assert_eq!(answer["code"], code, "{body}");
            assert_eq!(answer["errors"][0]["pointer"], pointer, "{body}");
        }
    }
}

/// Over https the cookie has the prefix and is secure.
#[actix_web::test]
async fn the_cookie_is_secure_over_https() {
    let toml = "[server]\npublic_url = \"https://comments.localhost\"\n";
    let app = TestApp::sqlite().await.restart(toml).await;
    let site = app.add_site(SITE, ORIGIN).await;
    let secret = invite(&app, site, "jo@example.org", Role::Moderator).await;
    let body = json!({ "invite": secret });
    let answer = app
        .post("/api/v1/desk/session")
        .origin("https://comments.localhost")
        .json(&body)
        .expect(200)
        .await;
    let set = answer.header("set-cookie");
    assert!(set.starts_with("__Host-hustings=hsd_"), "{set}");
    for part in ["Path=/", "Secure", "HttpOnly", "SameSite=Lax"] {
        assert!(set.contains(part), "{part}: {set}");
    }
    assert!(!set.contains("Domain"), "{set}");
}

//! What a reader's token is good for, and for how long.

use std::time::Duration;

use hustings::service::ServiceError;
use hustings::service::sessions;
use hustings::signin::token::{PlainToken, SecretKind};
use hustings::storage::stores::tokens::{Token, TokenKind};

use crate::support::sign_in::{ORIGIN, OWN, SITE};
use crate::support::{TestApp, both};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// What becomes of a token on a site, from an origin.
async fn reader(app: &TestApp, token: &str, site: &str, origin: &str) -> Result<String, (u16, String)> {
    let (token, site, origin) = (token.to_owned(), site.to_owned(), origin.to_owned());
    app.run(move |app| {
        let site = hustings::service::sites::by_slug(app, &site.parse().unwrap()).unwrap();
        let read = sessions::reader(app, &token, Some(site.id), Some(&origin.parse().unwrap()));
        read.map(|reader| reader.membership.name.to_string())
            .map_err(|error: ServiceError| {
                let problem = hustings::web::error::WebError::from(error).problem();
                (problem.status, problem.code.to_owned())
            })
    })
    .await
}

fn refused(status: u16, code: &str) -> Result<String, (u16, String)> {
    Err((status, code.to_owned()))
}

both! {
    async fn a_token_is_good_on_its_site_from_its_origin_for_thirty_days(app: TestApp) {
        app.add_site(SITE, ORIGIN).await;
        app.add_site("parish-post", "https://parish.example.org").await;
        let token = app.sign_in("mira@example.org", "Mira").await;
        assert_eq!(reader(&app, &token, SITE, ORIGIN).await, Ok("Mira".to_owned()));
        assert_eq!(
            reader(&app, &token, "parish-post", "https://parish.example.org").await,
            refused(403, "token_of_other_site")
        );
        for origin in ["https://parish.example.org", OWN, "http://blog.example.org"] {
            assert_eq!(reader(&app, &token, SITE, origin).await, refused(403, "origin_not_listed"), "{origin}");
        }
        app.clock.advance(30 * DAY - Duration::from_secs(1));
        assert!(reader(&app, &token, SITE, ORIGIN).await.is_ok());
        app.clock.advance(Duration::from_secs(1));
        assert_eq!(reader(&app, &token, SITE, ORIGIN).await, refused(401, "token_expired"));
    }

    async fn signing_out_ends_this_token_and_no_other(app: TestApp) {
        app.add_site(SITE, ORIGIN).await;
        let phone = app.sign_in("mira@example.org", "Mira").await;
        let desktop = app.sign_in("mira@example.org", "Mira").await;
        app.delete("/api/v1/me/token").token(&phone).expect(403).await;
        app.delete("/api/v1/me/token").origin("https://evil.example.net").token(&phone).expect(403).await;
        assert!(reader(&app, &phone, SITE, ORIGIN).await.is_ok());
        app.delete("/api/v1/me/token").origin(ORIGIN).token(&phone).expect(204).await;
        assert_eq!(reader(&app, &phone, SITE, ORIGIN).await, refused(401, "token_revoked"));
        assert!(reader(&app, &desktop, SITE, ORIGIN).await.is_ok());
        let answer = app.delete("/api/v1/me/token").origin(ORIGIN).token(&phone).expect(401).await;
        assert_eq!(answer.header("www-authenticate"), "Bearer");
    }

    async fn what_is_no_token_is_refused(app: TestApp) {
        app.add_site(SITE, ORIGIN).await;
        let token = app.sign_in("mira@example.org", "Mira").await;
        let changed = format!("{}{}", &token[..46], if token.ends_with('A') { "Q" } else { "A" });
        let api = token.replace("hst_", "hsa_");
        for bad in ["", "x", &token[..46], &changed, &api, &token.to_uppercase()] {
            assert_eq!(reader(&app, bad, SITE, ORIGIN).await, refused(401, "token_invalid"), "{bad}");
        }
        app.delete("/api/v1/me/token").origin(ORIGIN).expect(401).await;
        app.delete("/api/v1/me/token").origin(ORIGIN).header("Authorization", &format!("Basic {token}")).expect(401).await;
    }

    async fn a_token_ends_with_its_origins_place_on_the_list(app: TestApp) {
        let site = app.add_site(SITE, ORIGIN).await;
        let token = app.sign_in("mira@example.org", "Mira").await;
        app.write(move |tx| {
            tx.add_origin(site, &"https://new.example.org".parse().unwrap(), hustings::domain::clock::Micros::from_i64(0))?;
            tx.remove_origin(site, &ORIGIN.parse().unwrap())?;
            Ok(())
        })
        .await;
        assert_eq!(reader(&app, &token, SITE, ORIGIN).await, refused(403, "origin_not_listed"));
    }

    async fn only_hashes_are_kept(app: TestApp) {
        app.add_site(SITE, ORIGIN).await;
        let secret = app.sign_in("mira@example.org", "Mira").await;
        let hash = PlainToken::parse(SecretKind::Reader, &secret).unwrap().hash();
        let kept: Token = app.read(move |tx| Ok(tx.token_by_hash(&hash)?.unwrap())).await;
        assert!(matches!(kept.kind, TokenKind::Embed { .. }));
        if let Some(folder) = app.database().folder() {
            for file in std::fs::read_dir(folder).unwrap() {
                let bytes = std::fs::read(file.unwrap().path()).unwrap();
                for text in [secret.as_bytes(), b"mira@example.org"] {
                    assert!(!bytes.windows(text.len()).any(|window| window == text), "in clear in the database");
                }
            }
        }
    }

    async fn use_is_noted_now_and_then(app: TestApp) {
        app.add_site(SITE, ORIGIN).await;
        let secret = app.sign_in("mira@example.org", "Mira").await;
        let hash = PlainToken::parse(SecretKind::Reader, &secret).unwrap().hash();
        let kept = || app.read(move |tx| Ok(tx.token_by_hash(&hash)?.unwrap()));
        let made = kept().await;
        app.clock.advance(Duration::from_secs(299));
        reader(&app, &secret, SITE, ORIGIN).await.unwrap();
        assert_eq!(kept().await, made);
        app.clock.advance(Duration::from_secs(1));
        reader(&app, &secret, SITE, ORIGIN).await.unwrap();
        let used = kept().await;
        assert_eq!(used.used_at, made.used_at.plus(Duration::from_secs(300)));
        assert_eq!(used.expires_at, made.expires_at);
    }
}

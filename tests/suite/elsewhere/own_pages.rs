//! The same from the pages that work without scripts: what was being written goes along, and is posted at the end.

use crate::support::both;
use crate::support::comments::escaped;
use crate::support::elsewhere::{Browser, after, person, state_in};
use crate::support::sign_in::{ORIGIN, SITE};

fn comments() -> String {
    format!(
        "/sites/{SITE}/comments?page={}",
        escaped(&format!("{ORIGIN}/hall"))
    )
}

fn elsewhere() -> String {
    format!(
        "/sites/{SITE}/sign-in/elsewhere?page={}",
        escaped(&format!("{ORIGIN}/hall"))
    )
}

both! {
    async fn a_comment_is_posted_at_the_end(app: TestApp) {
        let (app, fake) = app.with_fake_providers().await;
        fake.says("one", person("12", "Mira Holt", None));
        let mut browser = Browser::default();
        let key = after(&browser.get(&app, &comments()).await.text(), "name=\"key\" value=\"");
        let who = browser.submit(&app, &comments(), &[("body", "The hall is <booked>."), ("key", &key)]).await;
        let text = who.text();
        assert!(text.contains("Sign in with GitHub") && text.contains("action=\"/sites/ward-news/sign-in/elsewhere?"), "{text}");
        let gone = browser
            .submit(&app, &elsewhere(), &[("body", "The hall is <booked>."), ("key", &key), ("provider", "github")])
            .await;
        assert_eq!(gone.status, 200, "{}", gone.text());
        let to = after(&gone.text(), "content=\"0;url=");
        let id = to.split('/').nth(2).unwrap().to_owned();

        // On the way there the text is not lost: a failure's page gives it back.
        let state = state_in(&browser.get(&app, &to).await);
        let back = browser.get(&app, &format!("/sign-in/callback/github?error=access_denied&state={state}")).await;
        let failed = browser.get(&app, back.header("location")).await.text();
        assert!(failed.contains("The hall is &#60;booked&#62;.") && failed.contains("Back to your comment"), "{failed}");
        let again = browser.submit(&app, &comments(), &[("body", "The hall is <booked>."), ("key", &key)]).await;
        assert!(again.text().contains("Sign in with GitHub"));

        let state = state_in(&browser.get(&app, &to).await);
        browser.get(&app, &format!("/sign-in/callback/github?code=one&state={state}")).await;
        let consent = browser.get(&app, &format!("/sign-in/{id}")).await.text();
        assert!(consent.contains("Continue, and post my comment") && consent.contains("blog.example.org"), "{consent}");
        let done = app.click(&mut browser, &id, "Mira").await;
        assert_eq!(done.status, 303, "{}", done.text());
        assert!(browser.cookie("hustings-ward-news").is_some());
        let page = browser.get(&app, done.header("location").split('#').next().unwrap()).await;
        assert!(page.text().contains("Mira") && page.text().contains("The hall is"), "{}", page.text());
        // Once more is nothing more.
        let twice = app.click(&mut browser, &id, "Mira").await;
        assert_eq!(twice.status, 422);
        let own = browser.get(&app, &comments()).await.text();
        assert_eq!(own.matches("Waiting for a moderator").count(), 1, "{own}");
    }

    async fn signing_in_alone(app: TestApp) {
        let (app, fake) = app.with_fake_providers().await;
        fake.says("one", person("12", "Mira Holt", None));
        let mut browser = Browser::default();
        let page = browser.get(&app, &format!("/sites/{SITE}/sign-in?page={}", escaped(&format!("{ORIGIN}/hall")))).await;
        let key = after(&page.text(), "name=\"key\" value=\"");
        let gone = browser.submit(&app, &elsewhere(), &[("body", ""), ("key", &key), ("provider", "github")]).await;
        let to = after(&gone.text(), "content=\"0;url=");
        let state = state_in(&browser.get(&app, &to).await);
        let back = browser.get(&app, &format!("/sign-in/callback/github?code=one&state={state}")).await;
        let id = back.header("location").trim_start_matches("/sign-in/").to_owned();
        let done = app.click(&mut browser, &id, "Mira").await;
        assert_eq!(done.status, 303);
        assert!(browser.get(&app, &comments()).await.text().contains("Signed in as"));
        // No code was ever made that a page could bring.
        let held = app.read(move |tx| Ok(tx.handover(id.parse().unwrap())?.unwrap())).await;
        assert!(held.token_id.is_some() && held.draft.is_none());
    }

    async fn other_sites_pages_begin_nothing(app: TestApp) {
        let (app, _fake) = app.with_fake_providers().await;
        let key = "AAAAAAAAAAAAAAAAAAAAAA";
        let form = [("body", "x"), ("key", key), ("provider", "github")];
        for origin in [ORIGIN, "https://evil.example", "null"] {
            let answer = Browser::default().submit_from(&app, origin, &elsewhere(), &form).await;
            assert_eq!(answer.status, 403, "{origin}");
        }
        let of_another = format!("/sites/{SITE}/sign-in/elsewhere?page={}", escaped("https://evil.example/hall"));
        assert_eq!(Browser::default().submit(&app, &of_another, &form).await.status, 400);
        let nobody = Browser::default().submit(&app, &elsewhere(), &[("key", key), ("provider", "nobody")]).await;
        assert_eq!(nobody.status, 404);
    }
}

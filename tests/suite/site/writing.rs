//! Writing by plain forms, from the first word to the comment.

use std::time::Duration;

use serde_json::json;

use super::browser::{Browser, comments_address, first_id, form};
use crate::support::both;
use crate::support::comments::PAGE;
use crate::support::sign_in::other_code;

both! {
    async fn a_comment_is_written_with_name_address_and_code(app: TestApp) {
        let desk = app.ward_news(&json!({ "hold": "all" })).await;
        let ada = Browser::new(&app);
        let text = "\nThe hall is *too small*.\n\nAnd cold & <dark>.";
        let code_page = ada.write(text, "Ada", "ada@example.org").await;
        assert!(code_page.text().contains("<bdi>ada@example.org</bdi>"), "{}", code_page.text());
        assert!(code_page.text().contains("<em>too small</em>"), "what was written is shown");
        assert!(ada.cookie().is_none() && app.stored_comments().await == 0);
        let code = app.code().await;
        let shown = ada.follow(&form(&code_page, "/sign-in/code").with("code", &code)).await.text();
        assert!(shown.contains("Waiting for a moderator. Only you can see this.") && shown.contains("<em>too small</em>"), "{shown}");
        assert!(shown.contains("<strong>Ada</strong>"), "{shown}");

        // Nobody else sees it, till it is approved.
        let stranger = Browser::new(&app);
        assert!(!stranger.comments().await.text().contains("too small"));
        let id = first_id(&shown, "own-");
        app.approve(&desk, &id).await;
        let read = stranger.comments().await.text();
        assert!(read.contains("<em>too small</em>") && read.contains("1 comment<"), "{read}");
        let raw = app.at_desk(&desk, &id).await["body"].clone();
        assert_eq!(raw.as_str().unwrap().trim(), text.trim(), "the text came through every form as it was");
    }

    async fn who_is_signed_in_posts_at_once_and_answers(app: TestApp) {
        app.ward_news(&json!({ "hold": "flagged" })).await;
        let ada = Browser::new(&app);
        let shown = ada.post("The first one.", "Ada", "ada@example.org").await.text();
        let first = first_id(&shown, "hustings-");
        let page = ada.open(&format!("{}&reply={first}", comments_address(PAGE))).await;
        assert!(page.text().contains("Reply to Ada"), "{}", page.text());
        app.clock.advance(Duration::from_secs(1));
        let shown = ada.follow(&form(&page, "/comments").with("body", "An answer.")).await.text();
        assert!(shown.contains(&format!("data-parent=\"{first}\"")) && shown.contains("2 comments"), "{shown}");
    }

    async fn a_form_sent_twice_is_one_comment_and_one_letter(app: TestApp) {
        app.ward_news(&json!({ "hold": "flagged" })).await;
        let ada = Browser::new(&app);
        let composer = form(&ada.comments().await, "/comments").with("body", "Once.");
        let who = ada.send(&composer).await;
        let asked = form(&who, "/sign-in").with("name", "Ada").with("email", "ada@example.org");
        let (one, two) = (ada.send(&asked).await, ada.send(&asked).await);
        let (one, two) = (form(&one, "/sign-in/code"), form(&two, "/sign-in/code"));
        assert_eq!(one.fields, two.fields, "a page that is loaded again is the same sign-in");
        let code = app.code().await;
        assert_eq!(app.letters.letters().len(), 1);
        let brought = one.with("code", &code);
        ada.follow(&brought).await;
        let twice = ada.follow(&brought).await;
        assert!(twice.text().contains("Once."), "a second press shows what the first did: {}", twice.text());
        assert_eq!(app.stored_comments().await, 1);
        app.clock.advance(Duration::from_secs(2 * 60 + 1));
        let again = ada.send(&brought).await;
        assert_eq!(again.status, 422);
        assert!(again.text().contains("This code has been used already."), "{}", again.text());
        // Whoever insists signs in anew, and it is still one comment.
        let code_page = ada.send(&form(&again, "/sign-in").with("email", "ada@example.org")).await;
        let code = app.code().await;
        ada.follow(&form(&code_page, "/sign-in/code").with("code", &code)).await;
        assert_eq!(app.stored_comments().await, 1);

        let composer = form(&ada.comments().await, "/comments").with("body", "Twice.");
        app.clock.advance(Duration::from_secs(1));
        for _ in 0..2 {
            ada.follow(&composer).await;
        }
        assert_eq!(app.stored_comments().await, 2);
        let changed = ada.send(&composer.clone().with("body", "Something else.")).await;
        assert_eq!(changed.status, 422);
        assert!(changed.text().contains("Something else."), "{}", changed.text());
    }

    async fn a_wrong_code_is_put_right_and_a_name_is_asked_for(app: TestApp) {
        app.ward_news(&json!({ "hold": "flagged" })).await;
        let ada = Browser::new(&app);
        let code_page = ada.write("Kept through it all.", "", "ada@example.org").await;
        let code = app.code().await;
        let brought = form(&code_page, "/sign-in/code");
        for (typed, said) in [(other_code(&code, 1), "This is not the code"), (String::from("12"), "The code has eight digits")] {
            let wrong = ada.send(&brought.clone().with("code", &typed)).await;
            assert_eq!(wrong.status, 422);
            assert!(wrong.text().contains(said) && wrong.text().contains("Kept through it all."), "{}", wrong.text());
            assert!(wrong.text().contains("aria-invalid=\"true\" aria-describedby=\"code-error\""), "{}", wrong.text());
        }
        let nameless = ada.send(&brought.with("code", &code)).await;
        assert_eq!(nameless.status, 422);
        assert!(nameless.text().contains("please choose a name"), "{}", nameless.text());
        let named = form(&nameless, "/sign-in/code").with("name", "Ada").with("code", &code);
        assert!(ada.follow(&named).await.text().contains("Kept through it all."));
    }

    async fn the_letter_comes_again_or_to_another_address(app: TestApp) {
        app.ward_news(&json!({ "hold": "flagged" })).await;
        let ada = Browser::new(&app);
        let code_page = ada.write("Still here.", "Ada", "adda@example.org").await;
        app.code().await;
        app.clock.advance(Duration::from_secs(61));
        let again = ada.send(&form(&code_page, "/sign-in/code").by("sign-in/resend")).await;
        assert_eq!(again.status, 200);
        assert!(again.text().contains("A new email is on its way."), "{}", again.text());
        let early = ada.send(&form(&again, "/sign-in/code").by("sign-in/resend")).await;
        assert_eq!((early.status, early.header("retry-after")), (429, "60"));
        app.code().await;
        assert_eq!(app.letters.letters().len(), 2);
        let change = ada.send(&form(&code_page, "/sign-in/code").by("sign-in/change")).await;
        let who = form(&change, "/sign-in");
        assert_eq!(who.fields["email"], "adda@example.org");
        let code_page = ada.send(&who.with("email", "ada@example.org")).await;
        let code = app.code().await;
        let shown = ada.follow(&form(&code_page, "/sign-in/code").with("code", &code)).await.text();
        assert!(shown.contains("Still here."), "{shown}");
    }

    async fn signing_in_alone_shows_ones_own_and_out_ends_it(app: TestApp) {
        app.ward_news(&json!({ "hold": "all" })).await;
        Browser::new(&app).post("Mine.", "Ada", "ada@example.org").await;
        let ada = Browser::new(&app);
        let who = ada.open(&comments_address(PAGE).replace("/comments?", "/sign-in?")).await;
        app.clock.advance(Duration::from_secs(61));
        let code_page = ada.send(&form(&who, "/sign-in").with("email", "ada@example.org")).await;
        let code = app.code().await;
        let shown = ada.follow(&form(&code_page, "/sign-in/code").with("code", &code)).await;
        assert!(shown.text().contains("Waiting for a moderator."), "{}", shown.text());
        let token = ada.cookie().unwrap();
        let out = form(&shown, "/sign-out");
        assert_eq!(ada.send(&out.clone().with("form", "x")).await.status, 403);
        ada.follow(&out).await;
        assert!(ada.cookie().is_none());
        let kept = app.get(&comments_address(PAGE)).cookie("hustings-ward-news", &token).expect(200).await;
        assert!(!kept.text().contains("Waiting for a moderator."), "the session is over on the server too");
    }
}

//! One's own comments: editing, withdrawing, and what is told of those that are not public.

use std::time::Duration;

use serde_json::json;

use super::browser::{Browser, comments_address, first_id, form};
use crate::support::both;
use crate::support::comments::PAGE;
use crate::support::sign_in::SITE;

fn address(id: &str, what: &str) -> String {
    format!("/sites/{SITE}/comments/{id}/{what}?page={PAGE}")
}

both! {
    async fn an_edit_keeps_the_old_text_up_or_hides_it(app: TestApp) {
        let desk = app.ward_news(&json!({ "hold": "all" })).await;
        let ada = Browser::new(&app);
        let id = first_id(&ada.post("As it was.", "Ada", "ada@example.org").await.text(), "own-");
        app.approve(&desk, &id).await;
        let page = ada.open(&address(&id, "edit")).await;
        let edit = form(&page, "/edit");
        assert_eq!((edit.fields["body"].as_str(), edit.fields["while_checked"].as_str()), ("As it was.", "keep"));
        let shown = ada.follow(&edit.clone().with("body", "As it should be.")).await.text();
        assert!(shown.contains("Your new text is waiting for a moderator."), "{shown}");
        let stranger = Browser::new(&app);
        assert!(stranger.comments().await.text().contains("As it was."));
        ada.follow(&edit.clone().with("body", "As it must be.").with("while_checked", "hide")).await;
        let read = stranger.comments().await.text();
        assert!(!read.contains("As it"), "{read}");
        let answer = ada.send(&edit.clone().with("body", " ")).await;
        assert_eq!(answer.status, 422);
        app.clock.advance(Duration::from_secs(16 * 60));
        let answer = ada.send(&edit.with("body", "Too late, and kept.")).await;
        assert_eq!(answer.status, 403);
        assert!(answer.text().contains("The time for editing") && answer.text().contains("Too late, and kept."), "{}", answer.text());
    }

    async fn a_refused_edit_is_shown_with_its_reason_and_sent_again(app: TestApp) {
        let desk = app.ward_news(&json!({ "hold": "all" })).await;
        let ada = Browser::new(&app);
        let id = first_id(&ada.post("As it was.", "Ada", "ada@example.org").await.text(), "own-");
        app.approve(&desk, &id).await;
        let edit = form(&ada.open(&address(&id, "edit")).await, "/edit");
        let shown = ada.follow(&edit.with("body", "As it <should> be.")).await.text();
        assert!(shown.contains("<p class=\"state held\"") && !shown.contains("state published"), "{shown}");
        let refused = json!({ "action": "reject", "reason": "abusive" });
        assert_eq!(app.decide(&desk, &id, &refused).await.status, 200);
        let shown = ada.comments().await.text();
        for said in ["Your edit was not published.", "it insults or threatens someone.", "As it &#60;should&#62; be.", "As it was."] {
            assert!(shown.contains(said), "{said}: {shown}");
        }
        assert!(!Browser::new(&app).comments().await.text().contains("should"));
        let again = form(&ada.open(&format!("{}&refused=1", address(&id, "edit"))).await, "/edit");
        assert_eq!(again.fields["body"], "As it <should> be.");
        // Where the comment can no longer be edited, the text begins another.
        app.clock.advance(Duration::from_secs(16 * 60));
        let late = ada.comments().await.text();
        assert!(late.contains("Edit and send as a new comment") && late.contains(&format!("again={id}#write")), "{late}");
        let composer = form(&ada.open(&format!("{}&again={id}", comments_address(PAGE))).await, "/comments");
        assert_eq!(composer.fields["body"], "As it <should> be.");
    }

    async fn withdrawing_asks_once_more(app: TestApp) {
        app.ward_news(&json!({ "hold": "flagged" })).await;
        let ada = Browser::new(&app);
        let id = first_id(&ada.post("Let it stand.", "Ada", "ada@example.org").await.text(), "hustings-");
        app.clock.advance(Duration::from_secs(24 * 60 * 60));
        let listed = ada.comments().await.text();
        assert!(listed.contains(&format!("comments/{id}/withdraw?")), "also long after: {listed}");
        let page = ada.open(&address(&id, "withdraw")).await;
        assert!(page.text().contains("You cannot undo this.") && page.text().contains("Let it stand."));
        assert!(Browser::new(&app).comments().await.text().contains("Let it stand."), "looking changes nothing");
        let shown = ada.follow(&form(&page, "/withdraw")).await.text();
        assert!(!shown.contains("Let it stand."), "{shown}");
        assert!(!Browser::new(&app).comments().await.text().contains("Let it stand."));
    }

    async fn nobody_touches_anothers_comment(app: TestApp) {
        app.ward_news(&json!({ "hold": "all" })).await;
        let (ada, bea, stranger) = (Browser::new(&app), Browser::new(&app), Browser::new(&app));
        let id = first_id(&ada.post("Of Ada's own.", "Ada", "ada@example.org").await.text(), "own-");
        let beas = bea.post("Of Bea's own.", "Bea", "bea@example.org").await;
        let token = form(&beas, "/sign-out").fields["form"].clone();
        let theirs = first_id(&beas.text(), "own-");
        for what in ["edit", "withdraw"] {
            let page = bea.open(&address(&id, what)).await;
            assert_eq!(page.status, 404, "{what}");
            assert!(!page.text().contains("Of Ada"));
            // Her form, sent to his comment.
            let mut forged = form(&bea.open(&address(&theirs, what)).await, &format!("/{what}")).with("form", &token);
            forged.action = address(&id, what);
            assert_eq!(bea.send(&forged).await.status, 404, "{what}");
            let page = stranger.open(&address(&id, what)).await;
            assert_eq!(page.status, 401, "{what}");
            assert!(page.text().contains("Please sign in first") && !page.text().contains("Of Ada"), "{}", page.text());
            assert_eq!(stranger.send(&forged).await.status, 401, "{what}");
        }
        assert!(ada.comments().await.text().contains("Of Ada&#39;s own.") || ada.comments().await.text().contains("Of Ada's own."));
    }

    async fn a_rejection_says_why_and_the_text_can_be_sent_again(app: TestApp) {
        let desk = app.ward_news(&json!({ "hold": "all" })).await;
        let ada = Browser::new(&app);
        let id = first_id(&ada.post("They are *all* thieves.", "Ada", "ada@example.org").await.text(), "own-");
        for (reason, said) in [("accuses_without_source", "it accuses someone without a source."), ("Say <who>.", "Say &#60;who&#62;.")] {
            let answer = app.decide(&desk, &id, &json!({ "action": "reject", "reason": reason })).await;
            assert_eq!(answer.status, 200, "{}", answer.text());
            let shown = ada.comments().await.text();
            assert!(shown.contains("Not published.") && shown.contains(said), "{shown}");
            if reason == "accuses_without_source" {
                let answer = app.decide(&desk, &id, &json!({ "action": "reopen" })).await;
                assert_eq!(answer.status, 200, "{}", answer.text());
            }
        }
        let again = ada.open(&format!("{}&again={id}", comments_address(PAGE))).await;
        let composer = form(&again, "/comments");
        assert_eq!(composer.fields["body"], "They are *all* thieves.");
        ada.follow(&composer.with("body", "The report names three thieves.")).await;
        assert_eq!(app.stored_comments().await, 2);
        // Somebody else's is nobody's to copy.
        let bea = Browser::new(&app);
        bea.post("Hello.", "Bea", "bea@example.org").await;
        let page = bea.open(&format!("{}&again={id}", comments_address(PAGE))).await;
        assert!(!page.text().contains("thieves"), "{}", page.text());
    }
}

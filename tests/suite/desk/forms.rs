//! What the desk answers to a decision that is refused: what was typed, and who was quicker; and what it says of a comment
//! once and not twice.

use hustings::domain::person::Stance;
use hustings::domain::role::Role;

use super::Staff;
use super::html::{area, hidden};
use crate::support::sign_in::{ORIGIN, SITE};
use crate::support::{TestApp, both};

/// Whether the panel of a comment is open.
#[track_caller]
fn is_open(html: &str, panel: &str) -> bool {
    let (_, rest) = html.split_once(&format!("class=\"panel {panel}\"")).unwrap();
    rest.split_once('>').unwrap().0.ends_with(" open")
}

impl TestApp {
    /// The site, with somebody who moderates it.
    async fn moderated(&self) -> Staff {
        self.add_site(SITE, ORIGIN).await;
        self.moderator(SITE, "jo@example.org", Role::Moderator).await
    }
}

both! {
    async fn what_was_typed_stands_there_again(app: TestApp) {
        let jo = app.moderated().await;
        let reader = app.sign_in("mira@example.org", "Mira").await;
        let id = app.post_text(&reader, "A text.").await;
        let untouched = app.look(&jo, "/desk").await;
        assert!(!is_open(&untouched, "refusing") && !is_open(&untouched, "noting"), "{untouched}");
        for piece in [&[][..], &[("piece", "yes")]] {
            let fields = [&[("note", "Ask <Olu>.")], piece].concat();
            let refused = app.press(&jo, &id, "reject", &fields).await;
            assert_eq!(refused.status, 422);
            let html = refused.text();
            assert!(is_open(&html, "refusing") && !is_open(&html, "noting"), "{html}");
            assert_eq!(area(&html, &format!("c-{id}-note")), "Ask &#60;Olu&#62;.");
        }
        let long = "x".repeat(201);
        let refused = app.press(&jo, &id, "reject", &[("reason", "abusive"), ("own_reason", &long)]).await;
        assert_eq!(refused.status, 422);
        let html = refused.text();
        assert_eq!(area(&html, &format!("c-{id}-own")), long);
        assert!(html.contains("<option value=\"abusive\" selected>"), "{html}");
        // A note beside another action, and what cannot be refused any more.
        let refused = app.press(&jo, &id, "restore", &[("note", "Once more.")]).await;
        assert_eq!(refused.status, 409);
        let html = refused.text();
        assert!(is_open(&html, "noting") && !is_open(&html, "refusing"), "{html}");
        assert_eq!(area(&html, &format!("c-{id}-more")), "Once more.");
        assert_eq!(app.press(&jo, &id, "spam", &[]).await.status, 303);
        let refused = app.press(&jo, &id, "reject", &[("own_reason", "Leave him be."), ("note", "Again.")]).await;
        assert_eq!(refused.status, 409);
        assert_eq!(area(&refused.text(), &format!("c-{id}-more")), "Leave him be.\nAgain.");
    }

    async fn who_was_quicker_is_said(app: TestApp) {
        let jo = app.moderated().await;
        let sam = app.moderator(SITE, "sam@example.org", Role::Moderator).await;
        let reader = app.sign_in("mira@example.org", "Mira").await;
        for (who, sentence) in [
            ("edits", "the author changed the text"),
            ("withdraws", "its author changed or withdrew it"),
            ("jo", "you decided on this in another window"),
            ("sam", "somebody else decided"),
            ("both", "somebody else decided"),
        ] {
            let id = app.post_text(&reader, &format!("{who}, a text.")).await;
            let path = format!("/desk/comments/{id}");
            let html = app.look(&jo, &path).await;
            let (token, seen) = (hidden(&html, &path, "token"), hidden(&html, &path, "seen"));
            match who {
                "edits" => {
                    app.send_edit(&reader, &id, "Another text.", "keep").await;
                }
                "withdraws" => {
                    app.delete(&format!("/api/v1/comments/{id}")).origin(ORIGIN).token(&reader).expect(204).await;
                }
                "jo" => {
                    assert_eq!(app.press(&jo, &id, "spam", &[]).await.status, 303);
                }
                "sam" => {
                    assert_eq!(app.press(&sam, &id, "spam", &[]).await.status, 303);
                }
                _ => {
                    assert_eq!(app.press(&sam, &id, "spam", &[]).await.status, 303);
                    assert_eq!(app.press(&jo, &id, "reopen", &[]).await.status, 303);
                }
            }
            let approve = [("token", token.as_str()), ("back", "/desk"), ("seen", &seen), ("action", "approve"), ("revision", "1")];
            let answer = app.send_form(&jo, &path, &approve).await;
            assert_eq!(answer.status, 409, "{who}");
            assert!(answer.text().contains(sentence), "{who}: {}", answer.text());
        }
    }

    async fn a_newcomer_is_told_once_and_only_while_they_are_new(app: TestApp) {
        let site = app.add_site(SITE, ORIGIN).await;
        let jo = app.moderator(SITE, "jo@example.org", Role::Moderator).await;
        app.hold("first").await;
        app.person(site, "Quentin Farrowdale", Stance::Hold).await;
        let reader = app.sign_in("mira@example.org", "Mira").await;
        let id = app.post_text(&reader, "I heard Quentin Farrowdale.").await;
        let html = app.look(&jo, "/desk").await;
        let item = html.split_once("<article").unwrap().1.to_owned();
        for said in ["First comment on this site", "holds the first comment of everybody", "Why it waits, and what was noticed", "reason to wait"] {
            assert_eq!(item.matches(said).count(), 1, "{said}: {item}");
        }
        for unsaid in ["No comment of this member", "new here"] {
            assert!(!item.contains(unsaid), "{unsaid}: {item}");
        }
        assert_eq!(app.press(&jo, &id, "approve", &[]).await.status, 303);
        app.report(&id).await;
        let html = app.look(&jo, "/desk").await;
        assert!(html.contains("<h3>What was noticed</h3>") && !html.contains("Why it waits"), "{html}");
        assert!(!html.contains("reason to wait"), "{html}");
        assert!(!app.look(&jo, &format!("/desk/comments/{id}")).await.contains("No comment of this member"));
    }
}

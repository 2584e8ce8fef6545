//! What the screens found, put into words where it is shown: in English for programs, in the language of whoever looks
//! on pages.

use std::collections::HashSet;

use hustings::domain::person::Stance;
use hustings::domain::role::Role;
use serde_json::json;

use super::{Staff, text};
use crate::support::sign_in::{ORIGIN, SITE};
use crate::support::{TestApp, both};

const ONE_LINK: &str = "Has 1 link; the site allows 0 without a look.";
const TWO_LINKS: &str = "Has 2 links; the site allows 0 without a look.";
const LISTED: &str = "Contains “gossip”, which the site watches for.";
const NAMED: &str = "Names Quentin Farrowdale, who is on the register, by their name.";

impl TestApp {
    /// What the desk's API says of each finding, the first comment's note left out.
    async fn said_of(&self, staff: &Staff, id: &str) -> Vec<String> {
        let comment = self.desk_comment(staff, id).await;
        let findings = comment["findings"].as_array().unwrap().iter();
        findings
            .filter(|finding| finding["rule"] != "first_comment")
            .map(|finding| text(&finding["message"]))
            .collect()
    }

    /// A comment's page in a language, from its beginning to its end.
    async fn item(&self, staff: &Staff, id: &str, lang: &str) -> String {
        let Staff::Cookie(cookie) = staff else {
            panic!("a program has no pages")
        };
        let page = self
            .get(&format!("/desk/comments/{id}"))
            .cookie("hustings", cookie)
            .header("Accept-Language", lang)
            .expect(200)
            .await
            .text();
        let item = page.split_once("<article").unwrap().1;
        item.split_once("</article>").unwrap().0.to_owned()
    }
}

/// The list of findings of an item.
fn found(item: &str) -> &str {
    let list = item.split_once("<ol class=\"found\">").unwrap().1;
    list.split_once("</ol>").unwrap().0
}

/// The words of HTML's text that the pseudo-locale has not turned round.
fn unturned(html: &str) -> HashSet<String> {
    let mut text = String::new();
    let (mut in_tag, mut turned) = (false, false);
    for c in html.chars() {
        match c {
            '<' => in_tag = true,
            '>' => {
                in_tag = false;
                text.push(' ');
            }
            _ if in_tag => {}
            '\u{202e}' => turned = true,
            '\u{202c}' => {
                turned = false;
                text.push(' ');
            }
            _ if turned => {}
            c => text.push(c),
        }
    }
    text.split(|c: char| !c.is_alphabetic())
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

fn words(text: &str) -> HashSet<String> {
    text.split_whitespace().map(str::to_owned).collect()
}

both! {
    async fn findings_are_put_into_words_where_they_are_shown(app: TestApp) {
        let site = app.add_site(SITE, ORIGIN).await;
        app.person(site, "Quentin Farrowdale", Stance::Hold).await;
        let owner = app.program(SITE, Role::Owner).await;
        let listed = json!({ "max_links": 0, "words": [{ "pattern": "gossip", "strength": "flag" }] });
        let set = app.ask_desk(&owner, "PATCH", &format!("/api/v1/desk/sites/{SITE}"), Some(&listed)).await;
        assert_eq!(set.status, 200, "{}", set.text());
        let jo = app.moderator(SITE, "jo@example.org", Role::Moderator).await;
        let reader = app.sign_in("mira@example.org", "Mira").await;

        let one = app.post_text(&reader, "See https://parish.example.org/a there.").await;
        assert_eq!(app.said_of(&jo, &one).await, [ONE_LINK]);
        assert!(found(&app.item(&jo, &one, "en").await).contains(ONE_LINK));
        let two = app.post_text(&reader, "https://parish.example.org/b and https://parish.example.org/c").await;
        assert_eq!(app.said_of(&jo, &two).await, [TWO_LINKS]);
        assert!(found(&app.item(&jo, &two, "en").await).contains(TWO_LINKS));

        let named = app.post_text(&reader, "Only gossip about Quentin Farrowdale.").await;
        assert_eq!(app.said_of(&jo, &named).await, [NAMED, LISTED]);
        let item = app.item(&jo, &named, "en").await;
        assert!(found(&item).contains("Quentin Farrowdale (full name)") && found(&item).contains(LISTED), "{item}");

        // Nothing but what people wrote is left of the English where a page is in another language.
        for (id, written) in [(&one, "https parish example org a"), (&two, "https parish example org b c"), (&named, "gossip Quentin Farrowdale")] {
            let item = app.item(&jo, id, "ar-XB").await;
            let left = unturned(found(&item));
            assert!(left.is_subset(&words(written)), "{left:?} in {item}");
        }
        let whole = unturned(&app.item(&jo, &named, "ar-XB").await);
        for word in ["Has", "link", "links", "site", "Names", "Contains", "which", "watches", "approved", "register"] {
            assert!(!whole.contains(word), "{word} in {whole:?}");
        }

        // A row that an earlier version wrote is shown as it was written.
        app.database().execute(
            "UPDATE findings SET message = 'Had 7 links, said an earlier version.', arguments = NULL WHERE rule = 'too_many_links'",
        );
        assert_eq!(app.said_of(&jo, &one).await, ["Had 7 links, said an earlier version."]);
        for lang in ["en", "ar-XB"] {
            let item = app.item(&jo, &two, lang).await;
            assert!(found(&item).contains("Had 7 links, said an earlier version."), "{item}");
        }
    }
}

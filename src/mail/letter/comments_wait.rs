//! The letter to a moderator: comments wait, or public ones were reported.

use askama::Template;
use url::Url;

use super::plain::Plain;
use super::{Head, Wording};
use crate::domain::report::ReportReason;
use crate::mail::line::Line;
use crate::messages::{self, Texts};

/// Characters of a text that a letter carries; the rest is at the desk.
const TEXT: usize = 2_000;

/// Comments of a site wait for a moderator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommentsWait {
    /// The letter's language, a BCP 47 tag.
    pub lang: String,
    /// The site's name for people.
    pub site_name: Line,
    /// Those that the letter tells of, at least one.
    pub comments: Vec<WaitingComment>,
    /// How many more wait that it does not tell of.
    pub more: usize,
    /// Where they are decided on.
    pub desk_url: Url,
    /// The page where the receiver stops notices.
    pub stop_url: Url,
}

/// A comment that waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaitingComment {
    /// Its author's display name.
    pub author: Line,
    /// The title of the page, or its address.
    pub page: Line,
    /// Whether it is a new text for a comment that was there before.
    pub is_edit: bool,
    /// Why it waits: words of reasons. None where it is public and was reported.
    pub reasons: Vec<String>,
    /// Why it was reported, once for each open report.
    pub reports: Vec<ReportReason>,
    /// Its text and whom it names, where the site lets letters carry them.
    pub contents: Option<Contents>,
}

/// What a comment says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contents {
    /// The Markdown.
    pub text: String,
    /// The people whom it names.
    pub named: Vec<Line>,
}

#[derive(Template)]
#[template(path = "mail/templates/comments_wait.html")]
struct Html<'a> {
    head: &'a Head<'a>,
    letter: &'a CommentsWait,
    intro: &'a str,
    comments: &'a [Told],
}

/// A comment in words.
struct Told {
    heading: String,
    text: Option<String>,
    named: Option<String>,
    reported: Option<String>,
    why: Option<String>,
}

impl Told {
    /// What stands below the text.
    fn notes(&self) -> Vec<String> {
        let notes = [&self.named, &self.reported, &self.why];
        notes.into_iter().flatten().cloned().collect()
    }
}

impl CommentsWait {
    pub(super) fn wording(&self) -> Result<Wording, askama::Error> {
        let texts = messages::texts(&self.lang);
        let count = self.count();
        let (subject, intro) = self.what();
        let subject = Line::of(&texts.say_with(
            subject,
            &[("n", count.into()), ("site", self.site_name.as_str().into())],
        ));
        let told: Vec<Told> = self.comments.iter().map(|comment| comment.told(texts)).collect();
        let mut text = Plain::default();
        let intro = texts.say_n(intro, count);
        text.paragraph(&intro);
        text.address(&texts.say("letters-waiting-desk"), self.desk_url.as_str());
        for comment in &told {
            text.paragraph(&comment.heading);
            if let Some(words) = &comment.text {
                text.quote(words);
            }
            text.lines(&comment.notes());
        }
        if self.more > 0 {
            text.paragraph(&self.and_more(texts));
        }
        text.paragraph(&texts.say("letters-waiting-settings"));
        text.address(
            &format!("{}:", texts.say("letters-stop-notices")),
            self.stop_url.as_str(),
        );
        let head = Head {
            texts,
            subject: &subject,
        };
        let html = Html {
            head: &head,
            letter: self,
            intro: &intro,
            comments: &told,
        };
        let html = html.render()?;
        Ok(Wording {
            text: text.finish(),
            html,
            subject,
        })
    }

    /// Subject and first sentence: whether it is of comments that nobody else reads yet, of reported ones that everybody
    /// reads, or of both.
    fn what(&self) -> (&'static str, &'static str) {
        let public = |comment: &&WaitingComment| comment.reasons.is_empty();
        match self.comments.iter().filter(public).count() {
            0 => ("letters-waiting-subject", "letters-waiting-nobody-reads"),
            all if all == self.comments.len() => ("letters-reported-subject", "letters-reported-public"),
            _some => ("letters-waiting-subject", "letters-waiting-both"),
        }
    }

    fn count(&self) -> i64 {
        i64::try_from(self.comments.len().saturating_add(self.more)).unwrap_or(i64::MAX)
    }

    fn and_more(&self, texts: &Texts) -> String {
        texts.say_n(
            "letters-waiting-more",
            i64::try_from(self.more).unwrap_or(i64::MAX),
        )
    }
}

impl WaitingComment {
    fn told(&self, texts: &Texts) -> Told {
        let heading = if self.is_edit {
            "letters-waiting-edit-by"
        } else {
            "letters-waiting-comment-by"
        };
        let places = [
            ("author", self.author.as_str().into()),
            ("page", self.page.as_str().into()),
        ];
        let named = self
            .contents
            .as_ref()
            .filter(|contents| !contents.named.is_empty());
        let named = named.map(|contents| {
            let names: Vec<&str> = contents.named.iter().map(Line::as_str).collect();
            texts.say_text("letters-waiting-names", "people", names.join(", "))
        });
        let reasons: Vec<String> = self.reasons.iter().map(|word| reason(texts, word)).collect();
        let reported: Vec<String> = self.reports.iter().map(|why| texts.say(reported(*why))).collect();
        let reported = (!reported.is_empty())
            .then(|| texts.say_text("letters-waiting-reported", "reasons", reported.join("; ")));
        Told {
            heading: texts.say_with(heading, &places),
            text: self.contents.as_ref().map(|contents| cut(&contents.text)),
            named,
            reported,
            why: (!reasons.is_empty())
                .then(|| texts.say_text("letters-waiting-why", "reasons", reasons.join("; "))),
        }
    }
}

/// A text that is not too long for a letter.
fn cut(text: &str) -> String {
    match text.char_indices().nth(TEXT) {
        None => text.to_owned(),
        Some((at, _)) => {
            let head = text.get(..at).unwrap_or_default();
            format!("{}\u{2026}", head.trim_end())
        }
    }
}

/// Why somebody reported a comment, in words.
fn reported(why: ReportReason) -> &'static str {
    match why {
        ReportReason::Spam => "letters-reported-spam",
        ReportReason::Abuse => "letters-reported-abuse",
        ReportReason::FalseAboutPerson => "letters-reported-false",
        ReportReason::PrivateLife => "letters-reported-private-life",
        ReportReason::Illegal => "letters-reported-illegal",
        ReportReason::Other => "letters-reported-other",
    }
}

/// A reason for holding, in words. The list is open: a word that is not known is said as it is.
fn reason(texts: &Texts, word: &str) -> String {
    let id = match word {
        "policy_all" => "letters-held-policy-all",
        "policy_first" => "letters-held-policy-first",
        "always_held" => "letters-held-always",
        "names_person" => "letters-held-names-person",
        "no_contact" => "letters-held-no-contact",
        "name_on_register" => "letters-held-name-on-register",
        "name_taken" => "letters-held-name-taken",
        "too_many_links" => "letters-held-links",
        "odd_source_link" => "letters-held-source-link",
        "listed_word" => "letters-held-listed-word",
        "repeat" => "letters-held-repeat",
        "cannot_screen" => "letters-held-cannot-screen",
        "screen_failed" => "letters-held-screen-failed",
        "facts_changed" => "letters-held-facts-changed",
        "under_review" => "letters-held-under-review",
        "second_approval" => "letters-held-second-approval",
        "reopened" => "letters-held-reopened",
        other => return other.to_owned(),
    };
    texts.say(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_texts_are_cut_between_characters() {
        assert_eq!(cut("äö"), "äö");
        let long = "ä".repeat(TEXT + 1);
        assert_eq!(cut(&long).chars().count(), TEXT + 1);
        assert!(cut(&long).ends_with('\u{2026}'));
        assert_eq!(cut(&"ä".repeat(TEXT)), "ä".repeat(TEXT));
    }
}

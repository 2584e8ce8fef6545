//! The letter to an author: a comment was rejected or removed, why, and how to answer.

use askama::Template;
use url::Url;

use super::plain::Plain;
use super::{Head, Wording};
use crate::mail::line::Line;
use crate::messages::{self, Texts};

/// Characters of the author's text that the letter quotes.
const BEGINNING: usize = 240;

/// What was decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The comment was never public and will not be.
    Rejected,
    /// A new text for a public comment was refused; the earlier one stays.
    EditRejected,
    /// The comment was public and is no longer.
    Removed,
}

/// A comment was rejected or removed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotPublished {
    /// The letter's language, a BCP 47 tag.
    pub lang: String,
    /// The site's name for people.
    pub site_name: Line,
    /// The title of the page, or its address.
    pub page: Line,
    /// The page's address.
    pub page_url: Url,
    /// The day on which the comment was posted, as `2026-11-23`, UTC.
    pub posted_on: String,
    /// The text that was decided on, as its author wrote it; empty where it is erased. Its beginning is quoted.
    pub text: String,
    /// What was decided.
    pub outcome: Outcome,
    /// Why: a word of the site's list, or a moderator's sentence. Never a reason that tells of the register.
    pub reason: String,
    /// The site's rules, who moderates it, and how to complain.
    pub about_url: Url,
    /// The page where the receiver stops notices.
    pub stop_url: Url,
}

#[derive(Template)]
#[template(path = "mail/templates/not_published.html")]
struct Html<'a> {
    head: &'a Head<'a>,
    letter: &'a NotPublished,
    decided: &'a str,
    beginning: Option<&'a str>,
    reason: &'a str,
}

impl NotPublished {
    pub(super) fn wording(&self) -> Result<Wording, askama::Error> {
        let texts = messages::texts(&self.lang);
        let (subject, decided) = match self.outcome {
            Outcome::Rejected => ("letters-decided-subject-rejected", "letters-decided-rejected"),
            Outcome::EditRejected => ("letters-decided-subject-edit", "letters-decided-edit"),
            Outcome::Removed => ("letters-decided-subject-removed", "letters-decided-removed"),
        };
        let subject = Line::of(&texts.say_text(subject, "site", self.site_name.as_str()));
        let decided = texts.say_with(
            decided,
            &[
                ("site", self.site_name.as_str().into()),
                ("page", self.page.as_str().into()),
                ("day", (&texts.say_day(&self.posted_on)).into()),
            ],
        );
        let reason = reason(texts, &self.reason);
        let mut text = Plain::default();
        text.paragraph(&decided);
        let beginning = beginning(&self.text);
        if let Some(words) = &beginning {
            text.paragraph(&texts.say("letters-decided-your-text"));
            text.quote(words);
        }
        text.paragraph(&texts.say("letters-decided-reason"));
        text.quote(&reason);
        text.address(&texts.say("letters-decided-page"), self.page_url.as_str());
        text.address(&texts.say("letters-decided-redress"), self.about_url.as_str());
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
            decided: &decided,
            beginning: beginning.as_deref(),
            reason: &reason,
        };
        let html = html.render()?;
        Ok(Wording {
            text: text.finish(),
            html,
            subject,
        })
    }
}

/// So much of a text as its author needs to know it again, on one line; none of an empty one.
fn beginning(text: &str) -> Option<String> {
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match words.char_indices().nth(BEGINNING) {
        _ if words.is_empty() => None,
        None => Some(words),
        Some((at, _)) => {
            let head = words.get(..at).unwrap_or_default();
            Some(format!("{}\u{2026}", head.trim_end()))
        }
    }
}

/// A reason in words: of the list that sites begin with, or as it stands.
fn reason(texts: &Texts, word: &str) -> String {
    let id = match word {
        "off_topic" => "letters-reason-off-topic",
        "abusive" => "letters-reason-abusive",
        "accuses_without_source" => "letters-reason-accuses-without-source",
        "private_life" => "letters-reason-private-life",
        "advertising" => "letters-reason-advertising",
        "needs_review" | "own_words" => "letters-reason-moderator",
        other => return other.to_owned(),
    };
    texts.say(id)
}

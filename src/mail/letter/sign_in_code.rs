//! The letter with the code of an email sign-in.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use askama::Template;
use url::Url;

use super::plain::Plain;
use super::{Head, Wording};
use crate::domain::origin::Origin;
use crate::mail::line::Line;
use crate::messages;

/// The code of an email sign-in. It carries nothing that the person who asked has chosen (no name, no text): anybody
/// can have this letter sent to anybody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignInCode {
    /// The letter's language, a BCP 47 tag.
    pub lang: String,
    /// The site's name for people.
    pub site_name: Line,
    /// The code.
    pub code: EightDigits,
    /// The page's origin from which the code was asked for; its host is shown.
    pub asked_on: Origin,
    /// How long the code is good for once the letter has been taken; shown in minutes, rounded down, at least one.
    pub valid_for: Duration,
    /// The page where the receiver can say "never write to me again".
    pub stop_url: Url,
}

/// Eight decimal digits.
#[derive(Clone, PartialEq, Eq)]
pub struct EightDigits(String);

/// The text is not eight decimal digits.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not eight digits")]
pub struct InvalidDigits;

impl FromStr for EightDigits {
    type Err = InvalidDigits;
    fn from_str(text: &str) -> Result<Self, InvalidDigits> {
        if text.len() == 8 && text.bytes().all(|b| b.is_ascii_digit()) {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidDigits)
        }
    }
}

impl EightDigits {
    /// `1234 5678`: two groups are read and typed with fewer slips.
    fn grouped(&self) -> String {
        let (first, second) = self.0.split_at(4);
        format!("{first} {second}")
    }
}

impl fmt::Debug for EightDigits {
    /// Codes stay out of logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EightDigits(..)")
    }
}

#[derive(Template)]
#[template(path = "mail/templates/sign_in_code.html")]
struct Html<'a> {
    head: &'a Head<'a>,
    code: &'a str,
    where_to: &'a str,
    stop_url: &'a Url,
}

impl SignInCode {
    pub(super) fn wording(&self) -> Result<Wording, askama::Error> {
        let texts = messages::texts(&self.lang);
        // Not the code: subjects are kept in the logs and dashboards of every relay on the way and stand on locked
        // screens. The code opens the text instead, so most mail programs show it beside the subject anyway.
        let subject = Line::of(&texts.say_text("letters-code-subject", "site", self.site_name.as_str()));
        let code = self.code.grouped();
        let minutes = i64::try_from(self.valid_for.as_secs() / 60)
            .unwrap_or(i64::MAX)
            .max(1);
        let where_to = texts.say_with(
            "letters-code-where",
            &[
                ("host", host_of(&self.asked_on).into()),
                ("site", self.site_name.as_str().into()),
                ("n", minutes.into()),
            ],
        );
        let mut text = Plain::default();
        // The code stays the first run of digits, on one line: scripts look for it.
        text.paragraph(&format!("{} {code}", texts.say("letters-code-here")));
        text.paragraph(&where_to);
        text.paragraph(&texts.say("letters-code-not-you"));
        text.address(&format!("{}:", texts.say("letters-stop")), self.stop_url.as_str());
        let head = Head {
            texts,
            subject: &subject,
        };
        let html = Html {
            head: &head,
            code: &code,
            where_to: &where_to,
            stop_url: &self.stop_url,
        };
        let html = html.render()?;
        Ok(Wording {
            text: text.finish(),
            html,
            subject,
        })
    }
}

/// Host and, where it is not the scheme's own, port.
fn host_of(origin: &Origin) -> &str {
    let text = origin.as_str();
    text.split_once("://").map_or(text, |(_scheme, host)| host)
}

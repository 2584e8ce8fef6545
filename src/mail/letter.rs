//! What letters say: one struct a letter, and the templates that word it. No MIME and no transport here.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use askama::Template;
use url::Url;

use super::line::Line;
use crate::domain::origin::Origin;

/// A letter that can be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Letter {
    /// The code of an email sign-in.
    SignInCode(SignInCode),
    /// The letter of `hustings check --letter`.
    Probe(Probe),
}

/// The code of an email sign-in. It carries nothing that the person who asked has chosen (no name, no text): anybody
/// can have this letter sent to anybody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignInCode {
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

/// The letter of `hustings check --letter`: it shows that mail of this server arrives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Probe {
    /// The server's public address (`server.public_url`).
    pub public_url: Url,
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

/// A letter in words: what a person reads.
pub(super) struct Wording {
    /// The `Subject`.
    pub subject: Line,
    /// The plain text, lines ended by LF.
    pub text: String,
    /// The HTML document.
    pub html: String,
}

impl Letter {
    /// The letter's kind, in `Message-ID`s and file listings: `a-z` and hyphens.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Letter::SignInCode(_) => "sign-in-code",
            Letter::Probe(_) => "probe",
        }
    }

    /// Words the letter.
    pub(super) fn wording(&self) -> Result<Wording, askama::Error> {
        match self {
            Letter::SignInCode(letter) => letter.wording(),
            Letter::Probe(letter) => letter.wording(),
        }
    }
}

#[derive(Template)]
#[template(path = "mail/templates/sign_in_code.txt")]
struct SignInCodeText<'a> {
    words: &'a SignInCodeWords<'a>,
}

#[derive(Template)]
#[template(path = "mail/templates/sign_in_code.html")]
struct SignInCodeHtml<'a> {
    subject: &'a Line,
    words: &'a SignInCodeWords<'a>,
}

struct SignInCodeWords<'a> {
    site_name: &'a Line,
    code: String,
    host: &'a str,
    minutes: u64,
    stop_url: &'a Url,
}

impl SignInCode {
    fn wording(&self) -> Result<Wording, askama::Error> {
        // Not the code: subjects are kept in the logs and dashboards of every relay on the way and stand on locked
        // screens. The code opens the text instead, so most mail programs show it beside the subject anyway.
        let subject = Line::of(&format!("Your sign-in code for {}", self.site_name));
        let words = SignInCodeWords {
            site_name: &self.site_name,
            code: self.code.grouped(),
            host: host_of(&self.asked_on),
            minutes: (self.valid_for.as_secs() / 60).max(1),
            stop_url: &self.stop_url,
        };
        Ok(Wording {
            text: SignInCodeText { words: &words }.render()?,
            html: SignInCodeHtml {
                subject: &subject,
                words: &words,
            }
            .render()?,
            subject,
        })
    }
}

/// Host and, where it is not the scheme's own, port.
fn host_of(origin: &Origin) -> &str {
    let text = origin.as_str();
    text.split_once("://").map_or(text, |(_scheme, host)| host)
}

#[derive(Template)]
#[template(path = "mail/templates/probe.txt")]
struct ProbeText<'a> {
    public_url: &'a Url,
}

#[derive(Template)]
#[template(path = "mail/templates/probe.html")]
struct ProbeHtml<'a> {
    subject: &'a Line,
    public_url: &'a Url,
}

impl Probe {
    fn wording(&self) -> Result<Wording, askama::Error> {
        let host = self.public_url.host_str().unwrap_or("this server");
        let subject = Line::of(&format!("Mail from {host} works"));
        Ok(Wording {
            text: ProbeText {
                public_url: &self.public_url,
            }
            .render()?,
            html: ProbeHtml {
                subject: &subject,
                public_url: &self.public_url,
            }
            .render()?,
            subject,
        })
    }
}

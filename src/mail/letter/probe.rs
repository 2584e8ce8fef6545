//! The letter of `hustings check --letter`.

use askama::Template;
use url::Url;

use super::plain::Plain;
use super::{Head, Wording};
use crate::mail::line::Line;
use crate::messages;

/// The operator's own letter: nobody has chosen a language for it.
const LANG: &str = "en";

/// The letter of `hustings check --letter`: it shows that mail of this server arrives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Probe {
    /// The server's public address (`server.public_url`).
    pub public_url: Url,
}

#[derive(Template)]
#[template(path = "mail/templates/probe.html")]
struct Html<'a> {
    head: &'a Head<'a>,
    public_url: &'a Url,
}

impl Probe {
    pub(super) fn wording(&self) -> Result<Wording, askama::Error> {
        let texts = messages::texts(LANG);
        let host = self.public_url.host_str().unwrap_or_default();
        let subject = Line::of(&texts.say_text("letters-probe-subject", "host", host));
        let mut text = Plain::default();
        text.address(&texts.say("letters-probe-from"), self.public_url.as_str());
        text.paragraph(&texts.say("letters-probe-arrives"));
        let head = Head {
            texts,
            subject: &subject,
        };
        let html = Html {
            head: &head,
            public_url: &self.public_url,
        };
        let html = html.render()?;
        Ok(Wording {
            text: text.finish(),
            html,
            subject,
        })
    }
}

//! The form of a site's settings: what stands in its fields, what comes back is read as, and what is wrong with it, field
//! by field. Showing it and saving it is `sites`'.

use std::time::Duration;

use serde::Deserialize;

use super::words;
use crate::domain::finding::Strength;
use crate::domain::site::{HoldPolicy, LetterReaders, ListedWord, Site};
use crate::messages::Texts;
use crate::service::manage::{self, PolicyChange, SiteChange};
use crate::service::{ServiceError, about};

/// What is sent, and what the fields hold: the same, so that what cannot be saved is shown as it was typed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SettingsForm {
    #[serde(default)]
    pub(super) token: String,
    pub(super) hold: String,
    pub(super) edit_window_minutes: String,
    pub(super) max_links: String,
    pub(super) reasons: String,
    pub(super) words: String,
    /// Whom letters about waiting comments go to; without it, what is set about them stays.
    #[serde(default)]
    pub(super) waiting_letters: Option<String>,
    #[serde(default)]
    pub(super) waiting_letters_text: Option<String>,
    /// Where people can complain; without it, what is set stays.
    #[serde(default)]
    pub(super) contact: Option<String>,
    /// The site's rules in Markdown; without it, they stay.
    #[serde(default)]
    pub(super) about: Option<String>,
}

/// What is wrong with a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fault {
    /// The field's id.
    pub(super) field: &'static str,
    /// What is wrong with it, and how it is right.
    pub(super) sentence: String,
}

/// What is to be saved.
#[derive(Debug)]
pub(super) struct Settings {
    pub(super) change: SiteChange,
    /// The site's rules, where they were sent.
    pub(super) about: Option<String>,
}

impl SettingsForm {
    /// The fields as the site is set.
    pub(super) fn of(texts: &Texts, site: &Site, about: Option<String>) -> Self {
        let policy = &site.policy;
        let reasons: Vec<String> = policy
            .reasons
            .iter()
            .map(|word| words::refusal_reason(texts, word))
            .collect();
        let words: Vec<String> = policy.words.iter().map(word_line).collect();
        Self {
            token: String::new(),
            hold: policy.hold.as_str().to_owned(),
            edit_window_minutes: (policy.edit_window.as_secs() / 60).to_string(),
            max_links: policy.max_links.to_string(),
            reasons: reasons.join("\n"),
            words: words.join("\n"),
            waiting_letters: Some(policy.waiting_letters.as_str().to_owned()),
            waiting_letters_text: policy.waiting_letters_text.then(|| String::from("yes")),
            contact: Some(
                policy
                    .contact
                    .as_ref()
                    .map(ToString::to_string)
                    .unwrap_or_default(),
            ),
            about: Some(about.unwrap_or_default()),
        }
    }

    /// Reads the fields.
    ///
    /// # Errors
    /// What is wrong with the first that cannot be read.
    pub(super) fn read(&self, texts: &Texts) -> Result<Settings, Fault> {
        let fault = |field, id| Fault {
            field,
            sentence: texts.say(id),
        };
        let hold = self.hold.parse::<HoldPolicy>();
        let minutes = self.edit_window_minutes.trim().parse::<u64>();
        let links = self.max_links.trim().parse::<u32>();
        let readers = self.waiting_letters.as_ref();
        let waiting_letters = readers.map(|word| word.parse::<LetterReaders>()).transpose();
        let contact = self.contact.as_deref().map(manage::contact).transpose();
        let mut listed = Vec::new();
        for (number, line) in lines(&self.words) {
            let word = word(line).map_err(|_unknown| Fault {
                field: "words",
                sentence: line_fault(texts, "desk-fault-strength", number, line),
            })?;
            listed.push(word);
        }
        let policy = PolicyChange {
            hold: Some(hold.map_err(|_unknown| fault("hold", "desk-fault-choice"))?),
            edit_window: Some(Duration::from_secs(
                minutes
                    .map_err(|_no_number| fault("edit", "desk-fault-minutes"))?
                    .saturating_mul(60),
            )),
            max_links: Some(links.map_err(|_no_number| fault("links", "desk-fault-links"))?),
            reasons: Some(
                lines(&self.reasons)
                    .map(|(_number, line)| words::reason_word(texts, line))
                    .collect(),
            ),
            words: Some(listed),
            waiting_letters: waiting_letters.map_err(|_unknown| fault("letters", "desk-fault-choice"))?,
            waiting_letters_text: readers.map(|_sent| self.waiting_letters_text.is_some()),
            contact: contact.map_err(|_invalid| fault("contact", "desk-fault-contact"))?,
            ..PolicyChange::default()
        };
        if let Some(text) = &self.about {
            about::read(text).map_err(|_too_long| fault("about", "desk-fault-about"))?;
        }
        Ok(Settings {
            change: SiteChange {
                policy,
                ..SiteChange::default()
            },
            about: self.about.clone(),
        })
    }

    /// What the service found wrong with a field of this form, where it is one.
    pub(super) fn fault_of(&self, texts: &Texts, error: &ServiceError) -> Option<Fault> {
        let ServiceError::Invalid { errors, .. } = error else {
            return None;
        };
        let mut parts = errors.first()?.pointer.split('/').skip(1);
        let (field, index) = (parts.next()?, parts.next().and_then(|at| at.parse().ok()));
        let of_line = |field, id, text: &str| {
            let (number, line) = lines(text).nth(index?)?;
            Some(Fault {
                field,
                sentence: line_fault(texts, id, number, line),
            })
        };
        match field {
            "words" => of_line("words", "desk-fault-word", &self.words),
            "reasons" => of_line("reasons", "desk-fault-reason", &self.reasons),
            "edit_window_seconds" => Some(Fault {
                field: "edit",
                sentence: texts.say("desk-fault-minutes"),
            }),
            _ => None,
        }
    }
}

fn line_fault(texts: &Texts, id: &str, number: usize, line: &str) -> String {
    texts.say_with(id, &[("line", number.into()), ("text", line.into())])
}

/// The lines that say something, each with its number.
fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let numbered = (1..).zip(text.lines().map(str::trim));
    numbered.filter(|(_number, line)| !line.is_empty())
}

/// A word that is watched for, as [`word`] reads it.
fn word_line(word: &ListedWord) -> String {
    let strength = word.strength.as_str();
    match word.regex {
        true => format!("{strength}: /{}/", word.pattern),
        false => format!("{strength}: {}", word.pattern),
    }
}

/// Reads `hold: word`, `flag: two words`, `note: /regular expression/`. Without a strength it is `hold`.
fn word(line: &str) -> Result<ListedWord, <Strength as std::str::FromStr>::Err> {
    let (strength, pattern) = match line.split_once(':') {
        Some((strength, pattern)) => (strength.trim().parse::<Strength>()?, pattern.trim()),
        None => (Strength::Hold, line),
    };
    let expression = pattern
        .strip_prefix('/')
        .and_then(|rest| rest.strip_suffix('/'))
        .filter(|inner| !inner.is_empty());
    Ok(ListedWord {
        pattern: expression.unwrap_or(pattern).to_owned(),
        regex: expression.is_some(),
        strength,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_read_a_line_each() {
        for (line, pattern, regex, strength) in [
            ("membership list", "membership list", false, Strength::Hold),
            ("flag: liar", "liar", false, Strength::Flag),
            ("note: /buy (now|here)/", "buy (now|here)", true, Strength::Note),
            ("hold: /", "/", false, Strength::Hold),
            ("hold: //", "//", false, Strength::Hold),
        ] {
            let read = word(line).unwrap();
            assert_eq!(
                (read.pattern.as_str(), read.regex, read.strength),
                (pattern, regex, strength),
                "{line}"
            );
        }
        assert!(word("shout: liar").is_err());
    }
}

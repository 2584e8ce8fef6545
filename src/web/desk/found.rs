//! What the screens found on a text, as a list beside it.

use askama::Template;

use url::form_urlencoded::Serializer;

use super::words;
use crate::domain::finding::Strength;
use crate::domain::says::Says;
use crate::messages::Texts;
use crate::service::finding_words;
use crate::service::queue::{FindingView, SpanView};

/// The findings as a list.
#[derive(Template)]
#[template(path = "web/desk/templates/found.html")]
pub(super) struct Found<'a> {
    texts: &'static Texts,
    /// The list's id.
    list: String,
    /// Reasons that no finding gives.
    policies: Vec<String>,
    findings: &'a [FindingView],
    /// The address of the comments that say the same; empty where it is not known what is said.
    same_text: String,
    /// Whether it is said of each finding what it is to a moderator.
    tells_strength: bool,
}

/// So much of a text is looked for to find those that say the same, in characters.
const SAME: usize = 80;

/// What of the findings is to be told beside a comment: not that nothing of the author's was approved yet, which their
/// record says, and says as it is now.
pub(super) fn worth_saying(mut findings: Vec<FindingView>) -> Vec<FindingView> {
    let note = Strength::Note.as_str();
    findings.retain(|found| found.strength != note || found.says != Says::FirstComment);
    findings
}

impl<'a> Found<'a> {
    pub(super) fn new(
        texts: &'static Texts,
        list: String,
        reasons: &[String],
        findings: &'a [FindingView],
    ) -> Self {
        let policies = reasons
            .iter()
            .filter(|word| findings.iter().all(|found| found.rule != **word))
            .map(|word| words::reason(texts, word))
            .collect();
        Self {
            texts,
            list,
            policies,
            findings,
            same_text: String::new(),
            tells_strength: true,
        }
    }

    /// Says what each finding is to a moderator only where `waits`: of what is decided, nothing is a reason to wait.
    pub(super) fn waiting(self, waits: bool) -> Self {
        Self {
            tells_strength: waits,
            ..self
        }
    }

    /// Of this text, so that others which say the same can be looked for.
    pub(super) fn of_text(self, text: &str) -> Self {
        let longest = text.lines().map(str::trim).max_by_key(|line| line.len());
        let beginning: String = longest.unwrap_or_default().chars().take(SAME).collect();
        let mut query = Serializer::new(String::new());
        query
            .append_pair("state", "all")
            .append_pair("q", beginning.trim());
        Self {
            same_text: format!("/desk?{}", query.finish()),
            ..self
        }
    }

    fn title(&self, found: &FindingView) -> String {
        words::finding(self.texts, found)
    }

    fn strength(&self, found: &FindingView) -> String {
        words::strength(self.texts, found.strength)
    }

    fn sentence(&self, found: &FindingView) -> String {
        finding_words::sentence(self.texts, &found.says)
    }

    /// Whether the finding's own sentence says more than its title.
    fn says_more(&self, found: &FindingView) -> bool {
        const SAID: [&str; 5] = [
            "first_comment",
            "always_held",
            "no_contact",
            "name_on_register",
            "name_taken",
        ];
        found.person.is_none() && !SAID.contains(&found.rule.as_str())
    }

    /// What was written, once each.
    fn evidence<'f>(&self, found: &'f FindingView) -> Vec<&'f str> {
        let mut said: Vec<&str> = Vec::new();
        for SpanView { text, .. } in &found.spans {
            if !said.contains(&text.as_str()) {
                said.push(text);
            }
        }
        said
    }
}

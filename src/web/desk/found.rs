//! What the screens found on a text, as a list beside it.

use askama::Template;

use super::words;
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

//! What is wrong with a form, in the reader's language: one sentence above it, and one beside each field.

use actix_web::HttpResponseBuilder;

use crate::messages::Texts;
use crate::service::ServiceError;
use crate::web::error::WebError;

/// What is wrong with a form.
#[derive(Debug, Clone, Default)]
pub(super) struct Faults {
    /// What stands above the form.
    pub(super) summary: Option<String>,
    fields: Vec<(String, String)>,
}

impl Faults {
    /// What an error means for who filled in a form with which something that was written is sent.
    pub(super) fn of_draft(texts: &Texts, error: &WebError) -> Self {
        let faults = Self::of(texts, error);
        if faults.fields.is_empty() {
            return faults;
        }
        Self {
            summary: Some(texts.say("site-not-sent")),
            ..faults
        }
    }

    /// What an error means for who filled in any other form.
    pub(super) fn of(texts: &Texts, error: &WebError) -> Self {
        let problem = error.problem();
        let mut fields = Vec::new();
        for field in &problem.errors {
            let name = field.pointer.trim_start_matches('/');
            if FIELDS.contains(&name) {
                fields.push((name.to_owned(), sentence(texts, field.code)));
            }
        }
        let summary = match error {
            WebError::Service(ServiceError::Limited(limit)) => {
                let seconds = i64::try_from(limit.retry_after_seconds()).unwrap_or(i64::MAX);
                texts.say_n("site-error-too-many", seconds)
            }
            // The site's own sentence.
            WebError::Service(ServiceError::Forbidden {
                code: "site_paused",
                detail,
            }) => detail.clone(),
            _ => match fields.as_slice() {
                [] => sentence(texts, problem.code),
                [(_, only)] => only.clone(),
                _ => texts.say("site-not-right"),
            },
        };
        Self {
            summary: Some(summary),
            fields,
        }
    }

    /// The first field of the form with which something is wrong.
    pub(super) fn first(&self) -> Option<&'static str> {
        FIELDS.into_iter().find(|name| self.field(name).is_some())
    }

    /// The title of the page that the form is on.
    pub(super) fn title(&self, texts: &Texts, title: String) -> String {
        match self.summary {
            Some(_) => texts.say_text("site-title-error", "title", title),
            None => title,
        }
    }

    /// What is wrong with a field.
    pub(super) fn field(&self, name: &str) -> Option<&str> {
        let found = self.fields.iter().find(|(field, _)| field == name);
        found.map(|(_, sentence)| sentence.as_str())
    }
}

/// The fields that stand in forms, in the order in which they do.
const FIELDS: [&str; 6] = ["reason", "body", "code", "name", "note", "email"];

/// Status and headers of the answer with the form.
pub(super) fn status(error: &WebError) -> HttpResponseBuilder {
    error.begin()
}

fn sentence(texts: &Texts, code: &str) -> String {
    texts.say(match code {
        "body_empty" => "site-error-body-empty",
        "body_too_long" => "site-error-body-too-long",
        "body_has_nul" => "site-error-body-has-nul",
        "email_invalid" => "site-error-email",
        "name_invalid_length" => "site-error-name-length",
        "name_invalid_characters" => "site-error-name-characters",
        "name_needs_letter" => "site-error-name-letter",
        "name_needed" => "site-error-name-needed",
        "code_invalid" => "site-error-code-invalid",
        "code_wrong" => "site-error-code-wrong",
        "code_expired" => "site-error-code-expired",
        "code_used" => "site-error-code-used",
        "code_tries_over" => "site-error-code-tries",
        "sign_in_not_found" | "request_id_invalid" => "site-error-sign-in-over",
        "resend_over" => "site-error-resend-over",
        "form_outdated" => "site-error-form-outdated",
        "token_missing" => "site-error-signed-out",
        "page_closed" => "comments-closed",
        "parent_not_public" | "parent_not_on_page" | "comment_not_found" => "comments-not-public",
        "suspended" | "banned" => "site-error-suspended",
        "edit_window_over" => "site-error-edit-window",
        "too_many_edits" => "site-error-too-many-edits",
        "not_editable" => "site-error-not-editable",
        "note_needed" => "site-error-note-needed",
        "note_invalid" => "site-error-note-invalid",
        "reason_unknown" => "site-error-reason",
        "idempotency_key_reused" => "site-error-sent-before",
        "facts_changed" | "request_in_progress" => "site-error-again",
        "storage_busy" | "storage_full" | "storage_unavailable" => "site-error-storage",
        _ => "site-error-other",
    })
}

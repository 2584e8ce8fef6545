//! The interface's words (states, rules, tiers, codes) as sentences. A word of another version is said itself.

use crate::domain::clock::Micros;
use crate::messages::Texts;
use crate::service::desk_item::Decider;
use crate::service::queue::FindingView;

/// A word that there is no sentence for.
fn plain(word: &str) -> String {
    word.replace('_', " ")
}

/// A comment's state.
pub(super) fn state(texts: &Texts, word: &str) -> String {
    match word {
        "held" => texts.say("desk-state-held"),
        "published" => texts.say("desk-state-published"),
        "rejected" => texts.say("desk-state-rejected"),
        "spam" => texts.say("desk-state-spam"),
        "removed" => texts.say("desk-state-removed"),
        "withdrawn" => texts.say("desk-state-withdrawn"),
        other => plain(other),
    }
}

/// How far a site trusts a member.
pub(super) fn standing(texts: &Texts, word: &str) -> String {
    match word {
        "new" => texts.say("desk-standing-new"),
        "known" => texts.say("desk-standing-known"),
        "trusted" => texts.say("desk-standing-trusted"),
        "always_held" => texts.say("desk-standing-always-held"),
        "suspended" => texts.say("desk-standing-suspended"),
        "banned" => texts.say("desk-standing-banned"),
        other => plain(other),
    }
}

/// Why something is held: the word of a rule or of a policy.
pub(super) fn reason(texts: &Texts, word: &str) -> String {
    match word {
        "names_person" => texts.say("desk-rule-names-person"),
        "no_contact" => texts.say("desk-rule-no-contact"),
        "name_on_register" => texts.say("desk-rule-name-on-register"),
        "name_taken" => texts.say("desk-rule-name-taken"),
        "too_many_links" => texts.say("desk-rule-too-many-links"),
        "odd_source_link" => texts.say("desk-rule-odd-source-link"),
        "listed_word" => texts.say("desk-rule-listed-word"),
        "repeat" => texts.say("desk-rule-repeat"),
        "cannot_screen" => texts.say("desk-rule-cannot-screen"),
        "screen_failed" => texts.say("desk-rule-screen-failed"),
        "first_comment" => texts.say("desk-rule-first-comment"),
        "policy_all" => texts.say("desk-rule-policy-all"),
        "policy_first" => texts.say("desk-rule-policy-first"),
        "always_held" => texts.say("desk-rule-always-held"),
        "under_review" => texts.say("desk-rule-under-review"),
        "second_approval" => texts.say("desk-rule-second-approval"),
        "reopened" => texts.say("desk-rule-reopened"),
        "facts_changed" => texts.say("desk-rule-facts-changed"),
        "account_erased" => texts.say("desk-rule-account-erased"),
        other => plain(other),
    }
}

/// The rules and policies that the queue can be asked for.
pub(super) const REASONS: [&str; 16] = [
    "names_person",
    "no_contact",
    "name_on_register",
    "name_taken",
    "listed_word",
    "too_many_links",
    "odd_source_link",
    "repeat",
    "cannot_screen",
    "screen_failed",
    "policy_all",
    "policy_first",
    "always_held",
    "under_review",
    "reopened",
    "facts_changed",
];

/// How sure a mention is.
pub(super) fn tier(texts: &Texts, word: &str) -> String {
    match word {
        "full" => texts.say("desk-tier-full"),
        "nickname" => texts.say("desk-tier-nickname"),
        "initial" => texts.say("desk-tier-initial"),
        "title" => texts.say("desk-tier-title"),
        "fuzzy_full" => texts.say("desk-tier-fuzzy-full"),
        "surname" => texts.say("desk-tier-surname"),
        "fuzzy_surname" => texts.say("desk-tier-fuzzy-surname"),
        "weak" => texts.say("desk-tier-weak"),
        other => plain(other),
    }
}

/// What a finding does.
pub(super) fn strength(texts: &Texts, word: &str) -> String {
    match word {
        "hold" => texts.say("desk-strength-hold"),
        "flag" => texts.say("desk-strength-flag"),
        "note" => texts.say("desk-strength-note"),
        other => plain(other),
    }
}

/// A finding in short: whom it names and how surely, or its rule.
pub(super) fn finding(texts: &Texts, found: &FindingView) -> String {
    match (&found.person, found.tier) {
        (Some(person), Some(tier)) => texts.say_with(
            "desk-finding-names",
            &[
                ("name", (&person.name).into()),
                ("tier", (&self::tier(texts, tier)).into()),
            ],
        ),
        _ => reason(texts, &found.rule),
    }
}

/// A reason of the site's list for rejecting or removing.
pub(super) fn refusal_reason(texts: &Texts, word: &str) -> String {
    match word {
        "off_topic" => texts.say("desk-reason-off-topic"),
        "abusive" => texts.say("desk-reason-abusive"),
        "accuses_without_source" => texts.say("desk-reason-accuses-without-source"),
        "private_life" => texts.say("desk-reason-private-life"),
        "advertising" => texts.say("desk-reason-advertising"),
        "own_words" => texts.say("desk-reason-erased"),
        other => other.to_owned(),
    }
}

/// The word of a reason that has a sentence, by its sentence or itself; else what was written.
pub(super) fn reason_word(texts: &Texts, written: &str) -> String {
    const WORDS: [&str; 5] = [
        "off_topic",
        "abusive",
        "accuses_without_source",
        "private_life",
        "advertising",
    ];
    let meant = WORDS
        .into_iter()
        .find(|word| refusal_reason(texts, word) == written);
    meant.unwrap_or(written).to_owned()
}

/// Why somebody reported a comment.
pub(super) fn report_reason(texts: &Texts, word: &str) -> String {
    match word {
        "spam" => texts.say("desk-report-spam"),
        "abuse" => texts.say("desk-report-abuse"),
        "false_about_person" => texts.say("desk-report-false-about-person"),
        "private_life" => texts.say("desk-report-private-life"),
        "illegal" => texts.say("desk-report-illegal"),
        "other" => texts.say("desk-report-other"),
        other => plain(other),
    }
}

/// Where a report stands.
pub(super) fn report_state(texts: &Texts, word: &str) -> String {
    match word {
        "open" => texts.say("desk-report-open"),
        "no_action" => texts.say("desk-report-no-action"),
        "acted_on" => texts.say("desk-report-acted-on"),
        other => plain(other),
    }
}

/// What was done, in the past tense.
pub(super) fn action(texts: &Texts, word: &str) -> String {
    match word {
        "post" => texts.say("desk-did-post"),
        "edit" => texts.say("desk-did-edit"),
        "approve" => texts.say("desk-did-approve"),
        "reject" => texts.say("desk-did-reject"),
        "spam" => texts.say("desk-did-spam"),
        "remove" => texts.say("desk-did-remove"),
        "hold" => texts.say("desk-did-hold"),
        "restore" => texts.say("desk-did-restore"),
        "reopen" => texts.say("desk-did-reopen"),
        "dismiss" => texts.say("desk-did-dismiss"),
        "withdraw" => texts.say("desk-did-withdraw"),
        "undo" => texts.say("desk-did-undo"),
        other => plain(other),
    }
}

/// Who took a decision.
pub(super) fn decider(texts: &Texts, who: &Decider) -> String {
    match who {
        Decider::Me => texts.say("desk-by-me"),
        Decider::Named(name) => name.clone(),
        Decider::Moderator => texts.say("desk-by-moderator"),
        Decider::Program => texts.say("desk-by-program"),
        Decider::Author => texts.say("desk-by-author"),
        Decider::Rule(word) => texts.say_text("desk-by-rule", "rule", reason(texts, word)),
    }
}

/// An author's name, or that it was erased.
pub(super) fn author(texts: &Texts, name: &str) -> String {
    match name {
        "" => texts.say("desk-author-erased"),
        name => name.to_owned(),
    }
}

/// Why something was refused, by its code; else what the server says of it.
pub(super) fn refusal(texts: &Texts, code: &str, detail: &str) -> String {
    match code {
        "email_invalid" => texts.say("desk-refused-email"),
        "code_invalid" | "code_wrong" => texts.say("desk-refused-code"),
        "code_expired" | "code_used" | "code_tries_over" | "sign_in_not_found" => {
            texts.say("desk-refused-code-over")
        }
        "resend_over" => texts.say("desk-refused-resend-over"),
        "no_role" => texts.say("desk-refused-no-role"),
        "invite_invalid" => texts.say("desk-refused-invite-invalid"),
        "invite_used" => texts.say("desk-refused-invite-used"),
        "invite_expired" => texts.say("desk-refused-invite-expired"),
        "too_many_requests" => texts.say("desk-refused-too-often"),
        "reason_needed" => texts.say("desk-refused-reason-needed"),
        "reason_invalid" | "note_invalid" => texts.say("desk-refused-too-long"),
        "override_needed" => texts.say("desk-refused-override-needed"),
        "own_comment" => texts.say("desk-refused-own-comment"),
        "approved_already" => texts.say("desk-refused-approved-already"),
        "nothing_reported" => texts.say("desk-refused-nothing-reported"),
        "nothing_to_undo" => texts.say("desk-refused-nothing-to-undo"),
        "revision_changed" => texts.say("desk-refused-revision-changed"),
        "wrong_state" => texts.say("desk-refused-wrong-state"),
        "contact_invalid" => texts.say("desk-refused-contact"),
        "forbidden" => texts.say("desk-refused-forbidden"),
        _ => detail.to_owned(),
    }
}

/// How long ago something was.
pub(super) fn ago(texts: &Texts, now: Micros, at: Micros) -> String {
    let minutes = i64::try_from(now.since(at).as_secs() / 60).unwrap_or(i64::MAX);
    match minutes {
        0 => texts.say("desk-ago-now"),
        1..60 => texts.say_n("desk-ago-minutes", minutes),
        60..1440 => texts.say_n("desk-ago-hours", minutes / 60),
        1440..43200 => texts.say_n("desk-ago-days", minutes / 1440),
        _ => texts.say_day(at.to_date()),
    }
}

/// A moment to the minute, in UTC.
pub(super) fn moment(at: Micros) -> String {
    let written = at.to_rfc3339();
    match (written.get(..10), written.get(11..16)) {
        (Some(day), Some(time)) => format!("{day} {time} UTC"),
        _ => written,
    }
}

//! One comment as a piece of a page: the text with its findings lit, why it waits, and the forms to decide by. The queue,
//! a comment's own page and the answers to the script all show this.

use askama::Template;

use super::diff::{self, Change, Run};
use super::found::{self, Found};
use super::lit::Lit;
use super::words;
use crate::domain::account::Standing;
use crate::domain::clock::Micros;
use crate::domain::comment::HoldReason;
use crate::messages::Texts;
use crate::service::desk_item::DeskItem;
use crate::service::queue::{DeskComment, FindingView};

/// So many open reports are shown with the comment; the rest is counted.
const REPORTS: usize = 3;

/// What the state lets a moderator do.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Allowed {
    pub(super) approve: bool,
    pub(super) restore: bool,
    pub(super) reject: bool,
    pub(super) remove: bool,
    pub(super) spam: bool,
    pub(super) hold: bool,
    pub(super) reopen: bool,
}

impl Allowed {
    /// The table of actions, read by state.
    pub(super) fn of(comment: &DeskComment) -> Self {
        let none = Self::default();
        match comment.comment.state {
            "held" => Self {
                approve: true,
                reject: true,
                spam: true,
                ..none
            },
            "published" => Self {
                approve: comment.pending_revision.is_some(),
                reject: comment.pending_revision.is_some(),
                remove: true,
                spam: true,
                hold: true,
                ..none
            },
            "rejected" | "spam" => Self {
                approve: true,
                reopen: true,
                ..none
            },
            "removed" => Self {
                restore: true,
                reopen: true,
                ..none
            },
            _ => none,
        }
    }

    fn any(self) -> bool {
        self != Self::default()
    }
}

/// What happened instead of what was asked for.
pub(super) struct Notice {
    /// Why not.
    pub(super) sentence: String,
    /// What was done to the comment since it was looked at.
    pub(super) since: Vec<String>,
    /// How the text that was read became the one that stands to be decided.
    pub(super) changes: Vec<Run>,
}

/// What was typed into the forms of a decision that was refused.
#[derive(Debug, Clone, Default)]
pub(super) struct Typed {
    /// Whether it was to be refused, which is told to the author with a reason.
    pub(super) refusing: bool,
    pub(super) reason: String,
    pub(super) own_reason: String,
    pub(super) note: String,
}

/// One comment.
#[derive(Template)]
#[template(path = "web/desk/templates/item.html")]
pub(super) struct Item {
    pub(super) texts: &'static Texts,
    pub(super) now: Micros,
    /// The token of its forms.
    pub(super) token: String,
    /// Where its forms lead back to.
    pub(super) back: String,
    /// Whether it stands on its own page.
    pub(super) alone: bool,
    pub(super) it: DeskItem,
    pub(super) notice: Option<Notice>,
    /// What its forms' fields hold to begin with.
    pub(super) typed: Typed,
}

impl Item {
    fn c(&self) -> &DeskComment {
        &self.it.comment
    }

    fn id(&self) -> &str {
        &self.c().comment.id
    }

    /// The number of the text to decide on.
    fn revision(&self) -> i32 {
        let comment = self.c();
        comment
            .pending_revision
            .or(comment.comment.revision)
            .unwrap_or_default()
    }

    fn list(&self) -> String {
        format!("c-{}-f", self.id())
    }

    /// What the screens found on the text to decide on.
    fn findings(&self) -> Vec<FindingView> {
        let revision = self.revision();
        let all = self.c().findings.iter();
        let of_text: Vec<FindingView> = all.filter(|found| found.revision == revision).cloned().collect();
        found::worth_saying(of_text)
    }

    /// The text to decide on.
    fn text(&self) -> Lit {
        let comment = self.c();
        let text = comment.pending_body.as_deref().unwrap_or(&comment.body);
        Lit::new(self.texts, &self.list(), text, "body", &self.findings())
    }

    fn name(&self) -> Lit {
        let name = words::author(self.texts, self.it.author.name.as_str());
        Lit::new(self.texts, &self.list(), &name, "name", &self.findings())
    }

    fn parent_author(&self) -> String {
        let parent = self.it.parent.as_ref();
        words::author(self.texts, parent.map_or("", |parent| parent.author.as_str()))
    }

    fn is_erased(&self) -> bool {
        self.c().erased
    }

    fn found(&self) -> String {
        let findings = self.findings();
        let comment = self.c();
        let text = comment.pending_body.as_deref().unwrap_or(&comment.body);
        let found = Found::new(self.texts, self.list(), &comment.reasons, &findings)
            .of_text(text)
            .waiting(!comment.reasons.is_empty());
        // A template into a text cannot fail.
        found.render().unwrap_or_default()
    }

    fn has_found(&self) -> bool {
        !self.c().reasons.is_empty() || !self.findings().is_empty()
    }

    /// What stands above the list of why it waits and what was noticed.
    fn because(&self) -> String {
        let waits = !self.c().reasons.is_empty();
        self.texts.say(match (waits, self.findings().is_empty()) {
            (true, true) => "desk-why-waits",
            (true, false) => "desk-why",
            (false, _) => "desk-noticed",
        })
    }

    /// How the public text becomes the one that waits, where there are both.
    fn changes(&self) -> Vec<Run> {
        let comment = self.c();
        comment
            .pending_body
            .as_deref()
            .map(|pending| diff::runs(&comment.body, pending))
            .unwrap_or_default()
    }

    fn allowed(&self) -> Allowed {
        if self.it.may_decide {
            Allowed::of(self.c())
        } else {
            Allowed::default()
        }
    }

    /// Whether approving needs a word more, since the author cannot be reached.
    fn needs_override(&self) -> bool {
        let no_contact = HoldReason::NO_CONTACT;
        self.findings()
            .iter()
            .any(|found| found.rule == no_contact.as_str())
    }

    fn state(&self) -> String {
        words::state(self.texts, self.c().comment.state)
    }

    fn standing(&self) -> String {
        words::standing(self.texts, self.it.author.standing.as_str())
    }

    /// Whether the author's standing says more than their record: whose first comment it is, is new.
    fn tells_standing(&self) -> bool {
        !(self.is_first() && self.it.author.standing == Standing::New)
    }

    fn is_first(&self) -> bool {
        self.it.record.iter().map(|(_, count)| count).sum::<i64>() <= 1
    }

    /// Whether the form to refuse it is open to begin with.
    fn opens_refusing(&self) -> bool {
        self.typed.refusing && self.may_refuse()
    }

    fn may_refuse(&self) -> bool {
        let allowed = self.allowed();
        allowed.reject || allowed.remove
    }

    /// Whether the form with a note is open to begin with.
    fn opens_noting(&self) -> bool {
        !self.note_kept().is_empty()
    }

    /// What stands in the note of the form with the other actions; also what was typed to refuse the comment, where it
    /// cannot be refused any more.
    fn note_kept(&self) -> String {
        let Typed {
            refusing,
            own_reason,
            note,
            ..
        } = &self.typed;
        if !refusing {
            return note.clone();
        }
        if self.may_refuse() {
            return String::new();
        }
        let kept: Vec<&str> = [own_reason.trim(), note.trim()]
            .into_iter()
            .filter(|text| !text.is_empty())
            .collect();
        kept.join("\n")
    }

    /// What the author's comments on the site came to.
    fn record(&self) -> String {
        let of = |states: &[&str]| -> i64 {
            let counted = self.it.record.iter();
            counted
                .filter(|(state, _)| states.contains(state))
                .map(|(_, count)| count)
                .sum()
        };
        if self.is_first() {
            return self.texts.say("desk-record-first");
        }
        self.texts.say_with(
            "desk-record",
            &[
                ("approved", of(&["published"]).into()),
                ("refused", of(&["rejected", "spam", "removed"]).into()),
                ("waiting", of(&["held"]).into()),
            ],
        )
    }

    fn ago(&self) -> String {
        words::ago(self.texts, self.now, self.it.posted_at)
    }

    fn moment(&self) -> String {
        words::moment(self.it.posted_at)
    }

    fn machine_moment(&self) -> String {
        self.it.posted_at.to_rfc3339()
    }

    fn page_title(&self) -> &str {
        let page = &self.c().page;
        page.page.title.as_deref().unwrap_or(page.address())
    }

    fn is_reported(&self) -> bool {
        self.c().open_report_count > 0
    }

    /// The newest open reports.
    fn open_reports(&self) -> Vec<(String, String)> {
        let reports = self.c().reports.iter().rev();
        reports
            .filter(|report| report.state == "open")
            .take(REPORTS)
            .map(|report| {
                (
                    words::report_reason(self.texts, report.reason),
                    report.note.clone(),
                )
            })
            .collect()
    }

    /// How many open reports are not shown.
    fn more_reports(&self) -> i64 {
        let shown = i64::try_from(self.open_reports().len()).unwrap_or(0);
        self.c().open_report_count - shown
    }

    fn reasons(&self) -> Vec<(String, String)> {
        let reasons = self.it.site.policy.reasons.iter();
        reasons
            .map(|word| (word.clone(), words::refusal_reason(self.texts, word)))
            .collect()
    }

    /// The latest decision that is seen here.
    fn seen(&self) -> &str {
        self.c()
            .decisions
            .last()
            .map(|decision| decision.id.as_str())
            .unwrap_or_default()
    }

    fn two(&self) -> Option<String> {
        let approvals = &self.c().approvals;
        let waits = !self.c().reasons.is_empty();
        (approvals.need > 1 && waits).then(|| {
            self.texts.say_with(
                "desk-approvals",
                &[("have", approvals.have.into()), ("need", approvals.need.into())],
            )
        })
    }

    /// The latest decision in a sentence: what was done, by whom, why.
    pub(super) fn latest(&self) -> String {
        let ago = |at| words::ago(self.texts, self.now, at);
        decision_sentences(self.texts, &self.it, ago)
            .pop()
            .unwrap_or_default()
    }
}

/// A comment that was decided on: what was done, and a way back.
#[derive(Template)]
#[template(path = "web/desk/templates/done.html")]
pub(super) struct Done {
    pub(super) item: Item,
}

/// A comment's decisions, oldest first, each in a sentence; `told` says when.
pub(super) fn decision_sentences(
    texts: &Texts,
    it: &DeskItem,
    told: impl Fn(Micros) -> String,
) -> Vec<String> {
    it.comment
        .decisions
        .iter()
        .zip(&it.deciders)
        .map(|(decision, (who, at))| {
            let (what, who, at) = (
                words::action(texts, decision.action),
                words::decider(texts, who),
                told(*at),
            );
            let places = [
                ("what", (&what).into()),
                ("who", (&who).into()),
                ("at", (&at).into()),
            ];
            match &decision.reason {
                None => texts.say_with("desk-decision", &places),
                Some(reason) => {
                    let reason = words::refusal_reason(texts, reason);
                    let [what, who, at] = places;
                    texts.say_with(
                        "desk-decision-reason",
                        &[what, who, at, ("reason", (&reason).into())],
                    )
                }
            }
        })
        .collect()
}

//! What the desk shows of comments, gathered for all of a part at once: each kind of thing in one query, however many
//! comments there are. How it is shown is in `queue` and `desk_item`.

use std::collections::{BTreeSet, HashMap, HashSet};

use crate::domain::account::Membership;
use crate::domain::comment::{Comment, CommentState, Revision, RevisionNumber};
use crate::domain::decision::{Actor, Decision};
use crate::domain::finding::Finding;
use crate::domain::id::{AccountId, CommentId, MembershipId, PageId, PersonId, SiteId};
use crate::domain::page::Page;
use crate::domain::person::{Person, Stance};
use crate::domain::report::Report;
use crate::domain::site::Site;
use crate::service::decide;
use crate::service::{Result, ServiceError};
use crate::storage::Tx;
use crate::storage::stores::comments::TextId;
use crate::storage::stores::decisions::Note;
use crate::storage::stores::reports::ReportCount;

/// So many reports on a comment are shown, the newest; the rest is counted.
pub const REPORTS: i64 = 20;

/// The texts of a comment that the desk shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Shown {
    /// The live one, else the one that waits or was judged.
    pub(super) text: RevisionNumber,
    /// The one that waits beside it.
    pub(super) beside: Option<RevisionNumber>,
    /// The one to decide on.
    pub(super) decided: RevisionNumber,
}

impl Shown {
    pub(super) fn of(comment: &Comment) -> Self {
        let waiting = comment.state.pending().map(|pending| pending.revision);
        let live = match &comment.state {
            CommentState::Published { live, .. } => Some(*live),
            CommentState::Held { live, .. } => *live,
            _ => None,
        };
        let text = live
            .or(waiting)
            .or(comment.state.current_revision())
            .unwrap_or(comment.last_revision);
        Self {
            text,
            beside: waiting.filter(|number| *number != text),
            decided: waiting.unwrap_or(text),
        }
    }
}

/// What programs are given of comments.
pub(super) struct Facts {
    revisions: HashMap<TextId, Revision>,
    findings: HashMap<TextId, Vec<Finding>>,
    authors: HashMap<MembershipId, Membership>,
    badges: HashMap<MembershipId, Vec<String>>,
    replies: HashMap<CommentId, i64>,
    pages: HashMap<PageId, Page>,
    sites: HashMap<SiteId, Site>,
    people: HashMap<PersonId, Person>,
    decisions: HashMap<CommentId, Vec<(Decision, Option<Note>)>>,
    reports: HashMap<CommentId, Vec<Report>>,
    report_counts: HashMap<CommentId, ReportCount>,
    /// Sites with somebody on the register for whom two must approve; asked only where a screen failed.
    with_two: HashSet<SiteId>,
}

impl Facts {
    pub(super) fn gather(tx: &mut dyn Tx, comments: &[Comment]) -> Result<Self> {
        let ids: Vec<CommentId> = comments.iter().map(|comment| comment.id).collect();
        let texts: Vec<TextId> = comments
            .iter()
            .flat_map(|comment| {
                let Shown { text, beside, .. } = Shown::of(comment);
                [Some(text), beside]
                    .into_iter()
                    .flatten()
                    .map(|number| (comment.id, number))
            })
            .collect();
        let authors: Vec<MembershipId> = each(comments, |comment| comment.membership_id);
        let pages: Vec<PageId> = each(comments, |comment| comment.page_id);
        let mut findings: HashMap<TextId, Vec<Finding>> = HashMap::new();
        for (text, finding) in tx.findings_of(&texts)? {
            findings.entry(text).or_default().push(finding);
        }
        let named: BTreeSet<PersonId> = findings
            .values()
            .flatten()
            .filter_map(|finding| finding.mention.as_ref().map(|mention| mention.person_id))
            .collect();
        let mut decisions: HashMap<CommentId, Vec<(Decision, Option<Note>)>> = HashMap::new();
        for (decision, note) in tx.decisions_of(&ids)? {
            let of_comment = decisions.entry(decision.comment_id).or_default();
            of_comment.push((decision, note));
        }
        let mut reports: HashMap<CommentId, Vec<Report>> = HashMap::new();
        for report in tx.reports(&ids, REPORTS)? {
            reports.entry(report.comment_id).or_default().push(report);
        }
        let mut badges: HashMap<MembershipId, Vec<String>> = HashMap::new();
        for (member, badge) in tx.badges(&authors)? {
            badges.entry(member).or_default().push(badge);
        }
        let mut facts = Self {
            revisions: tx
                .revisions(&texts)?
                .into_iter()
                .map(|revision| ((revision.comment_id, revision.number), revision))
                .collect(),
            findings,
            authors: by_id(tx.memberships(&authors)?, |author| author.id),
            badges,
            replies: tx.reply_counts(&ids)?.into_iter().collect(),
            pages: by_id(tx.pages(&pages)?, |page| page.id),
            sites: by_id(tx.sites()?, |site| site.id),
            people: by_id(tx.people_by_ids(&Vec::from_iter(named))?, |person| person.id),
            decisions,
            reports,
            report_counts: tx.report_counts(&ids)?.into_iter().collect(),
            with_two: HashSet::new(),
        };
        let failed: BTreeSet<SiteId> = comments
            .iter()
            .filter(|comment| decide::failed(facts.findings(comment.id, Shown::of(comment).decided)))
            .map(|comment| comment.site_id)
            .collect();
        for site in failed {
            if decide::register_has_two(tx, site)? {
                facts.with_two.insert(site);
            }
        }
        Ok(facts)
    }

    pub(super) fn revision(&self, comment: CommentId, number: RevisionNumber) -> Result<&Revision> {
        let found = self.revisions.get(&(comment, number));
        found.ok_or(ServiceError::inconsistent("revisions", "number"))
    }

    pub(super) fn findings(&self, comment: CommentId, number: RevisionNumber) -> &[Finding] {
        self.findings.get(&(comment, number)).map_or(&[], Vec::as_slice)
    }

    pub(super) fn author(&self, comment: &Comment) -> Result<&Membership> {
        let found = self.authors.get(&comment.membership_id);
        found.ok_or(ServiceError::inconsistent("comments", "membership_id"))
    }

    pub(super) fn badges(&self, comment: &Comment) -> Vec<String> {
        let found = self.badges.get(&comment.membership_id);
        found.cloned().unwrap_or_default()
    }

    pub(super) fn replies(&self, comment: &Comment) -> i64 {
        self.replies.get(&comment.id).copied().unwrap_or(0)
    }

    pub(super) fn page(&self, comment: &Comment) -> Result<&Page> {
        let found = self.pages.get(&comment.page_id);
        found.ok_or(ServiceError::inconsistent("comments", "page_id"))
    }

    pub(super) fn site(&self, comment: &Comment) -> Result<&Site> {
        let found = self.sites.get(&comment.site_id);
        found.ok_or(ServiceError::inconsistent("comments", "site_id"))
    }

    /// The name of somebody whom a finding names.
    pub(super) fn name_of(&self, person: PersonId) -> Option<String> {
        self.people.get(&person).map(|person| person.name.clone())
    }

    pub(super) fn decisions(&self, comment: CommentId) -> &[(Decision, Option<Note>)] {
        self.decisions.get(&comment).map_or(&[], Vec::as_slice)
    }

    /// The newest reports, oldest first.
    pub(super) fn reports(&self, comment: CommentId) -> &[Report] {
        self.reports.get(&comment).map_or(&[], Vec::as_slice)
    }

    pub(super) fn report_count(&self, comment: CommentId) -> ReportCount {
        self.report_counts.get(&comment).copied().unwrap_or_default()
    }

    /// Whether two must approve the text to decide on.
    pub(super) fn needs_two(&self, comment: &Comment) -> bool {
        let findings = self.findings(comment.id, Shown::of(comment).decided);
        if decide::failed(findings) {
            return self.with_two.contains(&comment.site_id);
        }
        decide::surely_named(findings)
            .iter()
            .filter_map(|id| self.people.get(id))
            .any(|person| person.stance == Stance::Two)
    }
}

/// What the desk's pages show beside it.
pub(super) struct MoreFacts {
    records: HashMap<MembershipId, Vec<(&'static str, i64)>>,
    parents: HashMap<CommentId, (Comment, Option<Revision>)>,
    parents_authors: HashMap<MembershipId, Membership>,
    /// Who decided, by account and site.
    deciders: HashMap<(AccountId, SiteId), Membership>,
}

impl MoreFacts {
    pub(super) fn gather(tx: &mut dyn Tx, comments: &[Comment], facts: &Facts) -> Result<Self> {
        let authors: Vec<MembershipId> = each(comments, |comment| comment.membership_id);
        let mut records: HashMap<MembershipId, Vec<(&'static str, i64)>> = HashMap::new();
        for (author, state, count) in tx.author_counts(&authors)? {
            records.entry(author).or_default().push((state, count));
        }
        let answered: BTreeSet<CommentId> = comments.iter().filter_map(|comment| comment.parent_id).collect();
        let answered = tx.comments(&Vec::from_iter(answered))?;
        let texts: Vec<TextId> = answered
            .iter()
            .map(|parent| (parent.id, newest(parent)))
            .collect();
        let mut texts: HashMap<CommentId, Revision> = tx
            .revisions(&texts)?
            .into_iter()
            .map(|revision| (revision.comment_id, revision))
            .collect();
        let authors: Vec<MembershipId> = each(&answered, |parent| parent.membership_id);
        let moderators: BTreeSet<AccountId> = comments
            .iter()
            .flat_map(|comment| facts.decisions(comment.id))
            .filter_map(|(decision, _note)| match decision.actor {
                Actor::Moderator(account) => Some(account),
                Actor::Token(_) | Actor::Author(_) | Actor::Rule(_) => None,
            })
            .collect();
        let sites: Vec<SiteId> = each(comments, |comment| comment.site_id);
        Ok(Self {
            records,
            parents_authors: by_id(tx.memberships(&authors)?, |author| author.id),
            parents: answered
                .into_iter()
                .map(|parent| (parent.id, (parent.clone(), texts.remove(&parent.id))))
                .collect(),
            deciders: by_id(
                tx.memberships_of(&Vec::from_iter(moderators), &sites)?,
                |member| (member.account_id, member.site_id),
            ),
        })
    }

    /// How many comments the author has in each state.
    pub(super) fn record(&self, comment: &Comment) -> Vec<(&'static str, i64)> {
        let found = self.records.get(&comment.membership_id);
        found.cloned().unwrap_or_default()
    }

    /// What a comment answers: its author and its newest text, as far as they are there.
    pub(super) fn parent(&self, id: CommentId) -> Option<(Option<&Membership>, Option<&Revision>)> {
        let (parent, text) = self.parents.get(&id)?;
        Some((self.parents_authors.get(&parent.membership_id), text.as_ref()))
    }

    /// Who an account is on a site.
    pub(super) fn decider(&self, account: AccountId, site: SiteId) -> Option<&Membership> {
        self.deciders.get(&(account, site))
    }
}

fn newest(comment: &Comment) -> RevisionNumber {
    comment.state.current_revision().unwrap_or(comment.last_revision)
}

/// Each value once.
fn each<T: Ord>(comments: &[Comment], value: impl Fn(&Comment) -> T) -> Vec<T> {
    let values: BTreeSet<T> = comments.iter().map(value).collect();
    values.into_iter().collect()
}

fn by_id<K: Eq + std::hash::Hash, V>(values: Vec<V>, id: impl Fn(&V) -> K) -> HashMap<K, V> {
    values.into_iter().map(|value| (id(&value), value)).collect()
}

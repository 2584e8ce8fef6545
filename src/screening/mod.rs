//! Screening: what a comment renders to, what it says, and whether it may be public. Pure: facts come in, findings
//! and a verdict go out; looking facts up and storing what was found is the services' part.
//!
//! [`prepare`] does what needs the text alone and is the dear part; [`judge`] weighs it against facts that may change
//! in the meantime, and can be asked again.

mod linkify;
mod plain;
mod policy;
mod register;
mod render;
mod sanitise;
mod screen;

use crate::domain::account::Standing;
use crate::domain::comment::Verdict;
use crate::domain::finding::Finding;
use crate::domain::html::SafeHtml;
use crate::domain::id::{CommentId, PageId, PersonId};
use crate::domain::site::Policy;
use crate::domain::text::{CommentSource, DisplayName};

pub use register::Register;

/// The version of rendering, sanitising and folding together. What was stored by an earlier one is prepared again.
pub const PIPELINE_VERSION: i32 = 1;

/// What somebody wants to post.
#[derive(Debug, Clone, Copy)]
pub struct Draft<'a> {
    /// The Markdown.
    pub source: &'a CommentSource,
    /// The name they write under.
    pub name: &'a DisplayName,
    /// The address they give as the source of a claim.
    pub source_url: Option<&'a str>,
}

/// A draft, rendered, sanitised, folded and fingerprinted. Owns its texts, so that it can cross to another thread.
#[derive(Debug, Clone)]
pub struct Prepared {
    html: SafeHtml,
    fingerprint: [u8; 32],
    source: String,
    name: String,
    source_url: Option<String>,
}

impl Prepared {
    /// What the readers are shown.
    pub fn html(&self) -> &SafeHtml {
        &self.html
    }
    /// SHA-256 of the folded text: equal for texts that differ in case, accents, punctuation and spacing only.
    pub fn fingerprint(&self) -> [u8; 32] {
        self.fingerprint
    }
    /// The version of the pipeline that prepared it.
    pub fn pipeline_version(&self) -> i32 {
        PIPELINE_VERSION
    }
}

/// A comment of the same site with the same fingerprint. The comment that is judged is not among them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SeenBefore {
    /// Which.
    pub comment_id: CommentId,
    /// On which page.
    pub page_id: PageId,
    /// Whether the same member wrote it.
    pub same_author: bool,
}

/// What a text is judged against.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'a> {
    /// The site's policy.
    pub policy: &'a Policy,
    /// The site's register, compiled.
    pub register: &'a Register,
    /// The author's standing on the site.
    pub standing: Standing,
    /// Whether the author has a proven email address.
    pub has_contact: bool,
    /// Earlier comments with this fingerprint.
    pub seen_before: &'a [SeenBefore],
    /// Whether another member who wrote on the page bears a name with the same [`name_key`].
    pub name_taken: bool,
    /// The people whom the page is about, as its author tagged it.
    pub page_people: &'a [PersonId],
}

/// What judging a text came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judgement {
    /// What the screens report, with evidence.
    pub findings: Vec<Finding>,
    /// Whether the text may be public at once.
    pub verdict: Verdict,
    /// How many accounts must approve: 2 where somebody is named whose stance is `two`, else 1.
    pub need: usize,
    /// Whether somebody on the register is surely named.
    pub names_person: bool,
    /// Whether somebody is named and the author has no proven address: approving needs an explicit override.
    pub needs_contact: bool,
}

/// Renders, sanitises, folds and fingerprints a draft. Takes any text that the domain lets through.
pub fn prepare(draft: Draft<'_>) -> Prepared {
    let source = draft.source.as_str();
    let rendered = render::render(source);
    Prepared {
        html: sanitise::sanitise(&rendered.html),
        fingerprint: sha2::Digest::finalize(<sha2::Sha256 as sha2::Digest>::new_with_prefix(source)).into(),
        source: source.to_owned(),
        name: draft.name.as_str().to_owned(),
        source_url: draft.source_url.map(str::to_owned),
    }
}

/// Judges a prepared text. The same text and facts always come to the same judgement.
pub fn judge(prepared: &Prepared, facts: &Facts<'_>) -> Judgement {
    let findings = screen::look(prepared, facts);
    Judgement {
        verdict: policy::verdict(&findings, facts),
        findings,
        need: 1,
        names_person: false,
        needs_contact: false,
    }
}

/// What a source would look like, by the pipeline that comments go through.
pub fn preview(source: &CommentSource) -> SafeHtml {
    sanitise::sanitise(&render::render(source.as_str()).html)
}

/// What a display name is found by, so that names which look the same are the same.
pub fn name_key(name: &DisplayName) -> String {
    name.as_str().to_lowercase()
}

/// What the screens say of a display name alone, before there is a comment.
pub fn judge_name(name: &DisplayName, register: &Register, name_taken: bool) -> Vec<Finding> {
    screen::name::of_name(name.as_str(), register, name_taken)
}

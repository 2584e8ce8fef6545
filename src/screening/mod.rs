//! Screening: what a comment renders to, what it says, and whether it may be public. Pure: facts come in, findings
//! and a verdict go out; looking facts up and storing what was found is the services' part.
//!
//! [`prepare`] does what needs the text alone and is the dear part; [`judge`] weighs it against facts that may change
//! in the meantime, and can be asked again.

mod fold;
mod linkify;
mod plain;
mod policy;
mod raw;
mod register;
mod render;
mod sanitise;
mod screen;
#[cfg(test)]
mod tests;

use sha2::{Digest, Sha256};

use crate::domain::account::Standing;
use crate::domain::comment::Verdict;
use crate::domain::finding::Finding;
use crate::domain::html::SafeHtml;
use crate::domain::id::{CommentId, PageId, PersonId};
use crate::domain::site::Policy;
use crate::domain::text::{CommentSource, DisplayName, shows_nothing};
use fold::Reading;
use plain::Plain;
use render::{Link, Rendered};

pub use register::Register;
pub use screen::words::{InvalidWord, check_word};

/// The version of rendering, sanitising and folding together. Stored with each revision.
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
    /// What readers see, with a map to the source.
    plain: Plain,
    links: Vec<Link>,
    /// What readers see, folded.
    visible: Reading,
    /// The source as written, folded.
    written: Reading,
    name_reading: Reading,
    is_blank: bool,
    /// Why it could not be rendered, which holds it.
    failure: Option<&'static str>,
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
    /// Whether readers would see nothing: no letter, digit or sign, such as of a line alone, an empty quote, or an entity
    /// for a space. A draft that could not be rendered is not said to be blank.
    pub fn is_blank(&self) -> bool {
        self.is_blank
    }
}

/// What has become of an earlier text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// The public reads it.
    Public,
    /// A moderator took it down, refused it or called it spam.
    Refused,
    /// It waits, or was replaced, or its author took it back.
    Other,
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
    /// What has become of it.
    pub fate: Fate,
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
}

/// Renders, sanitises, folds and fingerprints a draft. Takes any text; one that cannot be rendered shows nothing, and
/// is held when judged.
pub fn prepare(draft: Draft<'_>) -> Prepared {
    prepare_texts(draft.source, draft.name.as_str(), draft.source_url)
}

fn prepare_texts(source: &CommentSource, name: &str, source_url: Option<&str>) -> Prepared {
    let source = source.as_str();
    let (html, rendered, failure) = match rendered(source) {
        Ok((html, rendered)) => (html, rendered, None),
        Err(why) => (sanitise::sanitise(""), Rendered::default(), Some(why)),
    };
    let Rendered {
        plain,
        links,
        shows_address,
        ..
    } = rendered;
    let visible = Reading::of(|| plain.chars());
    let is_blank = failure.is_none() && !shows_address && plain.as_str().chars().all(shows_nothing);
    let raw = raw::chars(source);
    let written = Reading::of(|| raw.iter().cloned());
    Prepared {
        html,
        fingerprint: fingerprint(source, &written),
        source: source.to_owned(),
        name: name.to_owned(),
        source_url: source_url.map(str::to_owned),
        plain,
        links,
        visible,
        written,
        name_reading: Reading::of_str(name),
        is_blank,
        failure,
    }
}

/// Rendering runs other people's parsers on strangers' texts: where one panics, that is this text's fault alone.
fn rendered(source: &str) -> Result<(SafeHtml, Rendered), &'static str> {
    std::panic::catch_unwind(|| {
        let rendered = render::render(source);
        (sanitise::sanitise(&rendered.html), rendered)
    })
    .map_err(|_panic| "not_rendered")
}

fn fingerprint(source: &str, written: &Reading) -> [u8; 32] {
    let folded = written.kept.as_str();
    // Signs only, such as emoji, fold to nothing; they are not all the same.
    let text = if folded.is_empty() { source } else { folded };
    Sha256::digest(text.as_bytes()).into()
}

/// Judges a prepared text. The same text and facts always come to the same judgement.
pub fn judge(prepared: &Prepared, facts: &Facts<'_>) -> Judgement {
    let findings = screen::look(prepared, facts);
    Judgement {
        verdict: policy::verdict(&findings, facts),
        findings,
    }
}

/// Whom a text names, for trying a register out: one finding for each person, or that it could not be searched.
pub fn people_named(source: &CommentSource, register: &Register, page_people: &[PersonId]) -> Vec<Finding> {
    let prepared = prepare_texts(source, "", None);
    let facts = Facts {
        policy: &Policy::default(),
        register,
        standing: Standing::Known,
        has_contact: true,
        seen_before: &[],
        name_taken: false,
        page_people,
    };
    let mut findings = judge(&prepared, &facts).findings;
    findings.retain(|finding| finding.mention.is_some() || finding.rule == screen::SCREEN_FAILED);
    findings
}

/// What a source would look like, by the pipeline that comments go through.
pub fn preview(source: &CommentSource) -> SafeHtml {
    rendered(source.as_str()).map_or_else(|_why| sanitise::sanitise(""), |(html, _)| html)
}

/// What a display name is compared by: names that look the same, or differ in case, accents and spacing only, have
/// the same key.
pub fn name_key(name: &DisplayName) -> String {
    let reading = Reading::of_str(name.as_str());
    let folded = reading.ways().last().map_or("", |way| way.as_str());
    folded.split(' ').collect()
}

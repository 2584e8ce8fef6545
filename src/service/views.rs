//! What is shown of comments: the read models that JSON and HTML are made of. Shapes are DESIGN section 6's.

use serde::Serialize;

use crate::domain::clock::Micros;
use crate::domain::comment::Comment;
use crate::domain::html::SafeHtml;
use crate::domain::page::Page;
use crate::domain::site::Site;
use crate::service::{Result, ServiceError};
use crate::storage::Tx;
use crate::storage::stores::comments::{PublicComment, PublicText};

/// A moment as RFC 3339.
fn moment<S: serde::Serializer>(at: &Option<Micros>, to: S) -> Result<S::Ok, S::Error> {
    match at {
        Some(at) => to.serialize_str(&at.to_rfc3339()),
        None => to.serialize_none(),
    }
}

/// Markup as a string.
fn markup<S: serde::Serializer>(html: &Option<SafeHtml>, to: S) -> Result<S::Ok, S::Error> {
    match html {
        Some(html) => to.serialize_str(html.as_str()),
        None => to.serialize_none(),
    }
}

/// Who wrote a comment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AuthorView {
    /// The membership's id.
    pub id: String,
    /// The display name.
    pub name: String,
    /// The address of a picture that we serve.
    pub avatar: Option<String>,
    /// Words for marks beside the name.
    pub badges: Vec<String>,
}

/// A comment as the public sees it; for its author with the text that waits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CommentView {
    /// Its id.
    pub id: String,
    /// Its permalink: the page's address and a fragment; the fragment alone while nobody has confirmed an address.
    pub url: String,
    /// `comment` or `reply_of_named`.
    pub kind: &'static str,
    /// The comment it answers.
    pub parent_id: Option<String>,
    /// 0 at the top level.
    pub depth: i32,
    /// Who wrote it; nobody on a placeholder.
    pub author: Option<AuthorView>,
    /// The markup; none on a placeholder.
    #[serde(serialize_with = "markup")]
    pub html: Option<SafeHtml>,
    /// The number of the text shown.
    pub revision: Option<i32>,
    /// When it was posted.
    #[serde(serialize_with = "moment")]
    pub created_at: Option<Micros>,
    /// When a later text became public.
    #[serde(serialize_with = "moment")]
    pub edited_at: Option<Micros>,
    /// The state's word; `hidden` on a placeholder.
    pub state: &'static str,
    /// Votes; none while voting is not offered.
    pub score: Option<i64>,
    /// Public comments that answer it directly.
    pub reply_count: i64,
    /// On a top-level comment with more below than this part brings: where they go on.
    pub replies_next: Option<String>,
}

/// The site and the page that a comment stands on.
///
/// # Errors
/// Storage's, also where one of them is missing.
pub fn place_of(tx: &mut dyn Tx, comment: &Comment) -> Result<(Site, Page)> {
    let site = tx
        .site(comment.site_id)?
        .ok_or(ServiceError::inconsistent("comments", "site_id"))?;
    let page = tx
        .page(comment.page_id)?
        .ok_or(ServiceError::inconsistent("comments", "page_id"))?;
    Ok((site, page))
}

/// The permalink of a comment on a page: relative to where it is read while nobody has confirmed the page's address.
pub fn permalink(page: &Page, comment: &Comment) -> String {
    format!(
        "{}#hustings-{}",
        page.address.public().unwrap_or_default(),
        comment.id
    )
}

impl CommentView {
    /// What the public sees: the comment, or a neutral placeholder where it is not public.
    pub fn public(page: &Page, public: &PublicComment) -> Self {
        let comment = &public.comment;
        let shown = public.shown.as_ref();
        Self {
            id: comment.id.to_string(),
            url: permalink(page, comment),
            kind: comment.kind.as_str(),
            parent_id: comment.parent_id.map(|id| id.to_string()),
            depth: comment.depth,
            author: shown.map(|shown| author(comment, shown)),
            html: shown.map(|shown| shown.html.clone()),
            revision: shown.map(|shown| shown.revision),
            created_at: shown.map(|_| comment.created_at),
            edited_at: shown.and(comment.edited_at),
            state: if shown.is_some() {
                comment.state.as_str()
            } else {
                "hidden"
            },
            score: None,
            reply_count: public.reply_count,
            replies_next: None,
        }
    }

    /// What its author and moderators see: always the text, whatever the state.
    pub fn full(page: &Page, comment: &Comment, text: &PublicText, reply_count: i64) -> Self {
        Self {
            state: comment.state.as_str(),
            ..Self::public(
                page,
                &PublicComment {
                    comment: comment.clone(),
                    shown: Some(text.clone()),
                    reply_count,
                },
            )
        }
    }
}

fn author(comment: &Comment, shown: &PublicText) -> AuthorView {
    AuthorView {
        id: comment.membership_id.to_string(),
        name: shown.author_name.clone(),
        avatar: None,
        badges: shown.badges.clone(),
    }
}

/// A page as the public sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PageView {
    /// Its id.
    pub id: String,
    /// Its canonical address; none while it is what a browser said of a page that is found by an id, and no moderator
    /// has confirmed it.
    pub url: Option<String>,
    /// Its title, once a moderator has confirmed one.
    pub title: Option<String>,
    /// `open` or `closed`.
    pub state: &'static str,
    /// Public comments on it.
    pub comment_count: i64,
}

impl From<&Page> for PageView {
    fn from(page: &Page) -> Self {
        Self {
            id: page.id.to_string(),
            url: page.address.public().map(str::to_owned),
            title: page.title.public().map(str::to_owned),
            state: page.state.as_str(),
            comment_count: page.comment_count,
        }
    }
}

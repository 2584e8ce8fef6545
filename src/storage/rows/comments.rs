//! Rows of comments.

use diesel::{AsChangeset, Insertable, Queryable, Selectable};

use super::RowOf;
use super::state::StateColumns;
use crate::domain::clock::Micros;
use crate::domain::comment::{Comment, CommentKind, CommentState};
use crate::storage::{Result, StorageError, schema};

/// A row of `comments`.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = schema::comments)]
pub struct CommentRow {
    pub id: Vec<u8>,
    site_id: Vec<u8>,
    page_id: Vec<u8>,
    parent_id: Option<Vec<u8>>,
    root_id: Vec<u8>,
    depth: i32,
    kind: i16,
    membership_id: Vec<u8>,
    state: i16,
    live: Option<i32>,
    pending: Option<i32>,
    state_detail: String,
    last_revision: i32,
    created_at: i64,
    edited_at: Option<i64>,
    shown: i64,
}

impl CommentRow {
    /// The row of a comment that nothing answers yet.
    pub fn of(comment: &Comment) -> Result<Self> {
        let state = StateColumns::of(&comment.state)?;
        Ok(Self {
            id: comment.id.as_bytes().to_vec(),
            site_id: comment.site_id.as_bytes().to_vec(),
            page_id: comment.page_id.as_bytes().to_vec(),
            parent_id: comment.parent_id.map(|id| id.as_bytes().to_vec()),
            root_id: comment.root_id.as_bytes().to_vec(),
            depth: comment.depth,
            kind: match comment.kind {
                CommentKind::Comment => 1,
                CommentKind::ReplyOfNamed => 2,
            },
            membership_id: comment.membership_id.as_bytes().to_vec(),
            state: state.state,
            live: state.live,
            pending: state.pending,
            state_detail: state.detail,
            last_revision: comment.last_revision,
            created_at: comment.created_at.as_i64(),
            edited_at: comment.edited_at.map(Micros::as_i64),
            shown: i64::from(comment.state.public_revision().is_some()),
        })
    }
}

impl TryFrom<CommentRow> for Comment {
    type Error = StorageError;
    fn try_from(from: CommentRow) -> Result<Comment> {
        let row = RowOf {
            table: "comments",
            key: &from.id,
        };
        let state = StateColumns {
            state: from.state,
            live: from.live,
            pending: from.pending,
            detail: from.state_detail,
        };
        Ok(Comment {
            id: row.bytes("id", from.id.clone())?,
            site_id: row.bytes("site_id", from.site_id)?,
            page_id: row.bytes("page_id", from.page_id)?,
            parent_id: row.optional_bytes("parent_id", from.parent_id)?,
            root_id: row.bytes("root_id", from.root_id)?,
            depth: from.depth,
            kind: row.code("kind", from.kind, |code| match code {
                1 => Some(CommentKind::Comment),
                2 => Some(CommentKind::ReplyOfNamed),
                _ => None,
            })?,
            membership_id: row.bytes("membership_id", from.membership_id)?,
            state: state.into_state(&row)?,
            last_revision: from.last_revision,
            created_at: Micros::from_i64(from.created_at),
            edited_at: from.edited_at.map(Micros::from_i64),
        })
    }
}

/// What a change of state writes.
#[derive(Debug, AsChangeset)]
#[diesel(table_name = schema::comments, treat_none_as_null = true)]
pub struct StateChange {
    state: i16,
    live: Option<i32>,
    pending: Option<i32>,
    state_detail: String,
    edited_at: Option<i64>,
}

impl StateChange {
    pub fn to(state: &CommentState, edited_at: Option<Micros>) -> Result<Self> {
        let columns = StateColumns::of(state)?;
        Ok(Self {
            state: columns.state,
            live: columns.live,
            pending: columns.pending,
            state_detail: columns.detail,
            edited_at: edited_at.map(Micros::as_i64),
        })
    }
}

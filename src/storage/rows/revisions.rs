//! Rows of revisions.

use diesel::{Insertable, Queryable, Selectable};

use super::RowOf;
use crate::domain::clock::Micros;
use crate::domain::comment::Revision;
use crate::domain::html::SafeHtml;
use crate::domain::text::CommentSource;
use crate::storage::{Result, schema};

/// A row of `revisions`.
#[derive(Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = schema::revisions)]
pub struct RevisionRow {
    comment_id: Vec<u8>,
    number: i32,
    body: String,
    pub html: String,
    pipeline: i32,
    source_url: Option<String>,
    fingerprint: Vec<u8>,
    created_at: i64,
    register_version: i64,
}

impl RevisionRow {
    pub fn of(revision: &Revision, pipeline: i32) -> Self {
        Self {
            comment_id: revision.comment_id.as_bytes().to_vec(),
            number: revision.number,
            body: revision.source.as_str().to_owned(),
            html: revision.html.as_str().to_owned(),
            pipeline,
            source_url: revision.source_url.clone(),
            fingerprint: revision.fingerprint.to_vec(),
            created_at: revision.created_at.as_i64(),
            register_version: revision.register_version,
        }
    }
    /// The revision; `html` is made of [`RevisionRow::html`] by the query, the one place that may vouch for it.
    pub fn into_revision(self, html: SafeHtml) -> Result<Revision> {
        let row = RowOf {
            table: "revisions",
            key: &self.comment_id,
        };
        Ok(Revision {
            comment_id: row.bytes("comment_id", self.comment_id.clone())?,
            number: self.number,
            source: CommentSource::from_storage(self.body),
            html,
            source_url: self.source_url,
            fingerprint: row.bytes("fingerprint", self.fingerprint)?,
            created_at: Micros::from_i64(self.created_at),
            register_version: self.register_version,
        })
    }
}

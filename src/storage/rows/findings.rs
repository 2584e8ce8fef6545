//! Rows of findings, and their spans as JSON.

use diesel::{Insertable, Queryable, Selectable};
use serde::{Deserialize, Serialize};

use super::{RowOf, says};
use crate::domain::comment::{Revision, RevisionNumber};
use crate::domain::finding::{Field, Finding, Mention, Rule, Span, Strength};
use crate::domain::id::FindingId;
use crate::storage::stores::comments::TextId;
use crate::storage::{Result, StorageError, schema};

/// A row of `findings`.
#[derive(Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = schema::findings)]
pub struct FindingRow {
    id: Vec<u8>,
    comment_id: Vec<u8>,
    revision: RevisionNumber,
    position: i32,
    rule: String,
    strength: i16,
    message: String,
    person_id: Option<Vec<u8>>,
    tier: Option<String>,
    spans: String,
    arguments: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct SpanJson {
    field: String,
    start: u32,
    end: u32,
    text: String,
}

/// The rows of what was found on a revision.
pub fn finding_rows(revision: &Revision, findings: &[(FindingId, Finding)]) -> Result<Vec<FindingRow>> {
    (0..)
        .zip(findings)
        .map(|(position, (id, finding))| FindingRow::of(revision, position, *id, finding))
        .collect()
}

impl FindingRow {
    fn of(revision: &Revision, position: i32, id: FindingId, finding: &Finding) -> Result<Self> {
        let row = RowOf {
            table: "findings",
            key: id.as_bytes(),
        };
        let spans: Vec<SpanJson> = finding
            .spans
            .iter()
            .map(|span| SpanJson {
                field: span.field.as_str().to_owned(),
                start: span.start,
                end: span.end,
                text: span.text.clone(),
            })
            .collect();
        let (message, arguments) =
            says::columns(&finding.says).ok_or_else(|| row.inconsistent("arguments"))?;
        Ok(Self {
            id: id.as_bytes().to_vec(),
            comment_id: revision.comment_id.as_bytes().to_vec(),
            revision: revision.number,
            position,
            rule: finding.rule.as_str().to_owned(),
            strength: match finding.strength {
                Strength::Note => 1,
                Strength::Flag => 2,
                Strength::Hold => 3,
            },
            message,
            person_id: finding
                .mention
                .as_ref()
                .map(|mention| mention.person_id.as_bytes().to_vec()),
            tier: finding
                .mention
                .as_ref()
                .map(|mention| mention.tier.as_str().to_owned()),
            spans: serde_json::to_string(&spans).map_err(|_no_such_failure| row.inconsistent("spans"))?,
            arguments,
        })
    }
}

impl FindingRow {
    /// On which text it was found.
    pub fn text_id(&self) -> Result<TextId> {
        let row = RowOf {
            table: "findings",
            key: &self.id,
        };
        Ok((row.bytes("comment_id", self.comment_id.clone())?, self.revision))
    }
}

impl TryFrom<FindingRow> for Finding {
    type Error = StorageError;
    fn try_from(from: FindingRow) -> Result<Finding> {
        let row = RowOf {
            table: "findings",
            key: &from.id,
        };
        let spans: Vec<SpanJson> =
            serde_json::from_str(&from.spans).map_err(|_other_json| row.inconsistent("spans"))?;
        Ok(Finding {
            rule: Rule::from_storage(from.rule),
            strength: row.code("strength", from.strength, |code| match code {
                1 => Some(Strength::Note),
                2 => Some(Strength::Flag),
                3 => Some(Strength::Hold),
                _ => None,
            })?,
            says: says::of_columns(from.message, from.arguments.as_deref())
                .ok_or_else(|| row.inconsistent("arguments"))?,
            spans: spans
                .into_iter()
                .map(|span| {
                    Ok(Span {
                        field: field_of_word(&span.field).ok_or_else(|| row.inconsistent("spans"))?,
                        start: span.start,
                        end: span.end,
                        text: span.text,
                    })
                })
                .collect::<Result<_>>()?,
            mention: match (from.person_id, from.tier) {
                (Some(person), Some(tier)) => Some(Mention {
                    person_id: row.bytes("person_id", person)?,
                    tier: row.word("tier", &tier)?,
                }),
                (None, None) => None,
                (Some(_), None) => return Err(row.inconsistent("tier")),
                (None, Some(_)) => return Err(row.inconsistent("person_id")),
            },
        })
    }
}

fn field_of_word(word: &str) -> Option<Field> {
    [Field::Body, Field::Name, Field::Link]
        .into_iter()
        .find(|field| field.as_str() == word)
}

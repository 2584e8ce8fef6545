//! Rows of sign-ins with an account elsewhere.

use diesel::{Insertable, Queryable, Selectable};

use super::RowOf;
use crate::domain::clock::Micros;
use crate::storage::stores::handovers::{Attempt, Handover, Mode};
use crate::storage::{Result, StorageError, schema};

/// A row of `handovers`.
#[derive(Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = schema::handovers)]
pub struct HandoverRow {
    id: Vec<u8>,
    site_id: Vec<u8>,
    origin: String,
    page: String,
    page_name: Option<String>,
    lang: String,
    mode: i16,
    request: Vec<u8>,
    challenge: Vec<u8>,
    browser_hash: Vec<u8>,
    draft: Option<Vec<u8>>,
    account_id: Option<Vec<u8>>,
    code_hash: Option<Vec<u8>>,
    code_at: Option<i64>,
    token_id: Option<Vec<u8>>,
    created_at: i64,
}

impl HandoverRow {
    pub fn of(handover: &Handover) -> Self {
        Self {
            id: handover.id.as_bytes().to_vec(),
            site_id: handover.site_id.as_bytes().to_vec(),
            origin: handover.origin.as_str().to_owned(),
            page: handover.page.clone(),
            page_name: handover.page_name.clone(),
            lang: handover.lang.clone(),
            mode: mode_code(handover.mode),
            request: handover.request.to_vec(),
            challenge: handover.challenge.to_vec(),
            browser_hash: handover.browser.to_vec(),
            draft: handover.draft.clone(),
            account_id: handover.account_id.map(|id| id.as_bytes().to_vec()),
            code_hash: handover.code.map(|hash| hash.to_vec()),
            code_at: handover.code_at.map(Micros::as_i64),
            token_id: handover.token_id.map(|id| id.as_bytes().to_vec()),
            created_at: handover.created_at.as_i64(),
        }
    }
}

impl TryFrom<HandoverRow> for Handover {
    type Error = StorageError;
    fn try_from(from: HandoverRow) -> Result<Self> {
        let row = RowOf {
            table: "handovers",
            key: &from.id,
        };
        Ok(Handover {
            id: row.bytes("id", from.id.clone())?,
            site_id: row.bytes("site_id", from.site_id)?,
            origin: row.word("origin", &from.origin)?,
            page: from.page,
            page_name: from.page_name,
            lang: from.lang,
            mode: row.code("mode", from.mode, mode)?,
            request: row.bytes("request", from.request)?,
            challenge: row.bytes("challenge", from.challenge)?,
            browser: row.bytes("browser_hash", from.browser_hash)?,
            draft: from.draft,
            account_id: row.optional_bytes("account_id", from.account_id)?,
            code: row.optional_bytes("code_hash", from.code_hash)?,
            code_at: from.code_at.map(Micros::from_i64),
            token_id: row.optional_bytes("token_id", from.token_id)?,
            created_at: Micros::from_i64(from.created_at),
        })
    }
}

/// The column `mode`.
pub fn mode_code(mode: Mode) -> i16 {
    match mode {
        Mode::Popup => 1,
        Mode::Redirect => 2,
        Mode::Own => 3,
        Mode::Opened => 4,
    }
}

fn mode(code: i16) -> Option<Mode> {
    match code {
        1 => Some(Mode::Popup),
        2 => Some(Mode::Redirect),
        3 => Some(Mode::Own),
        4 => Some(Mode::Opened),
        _ => None,
    }
}

/// A row of `sign_in_attempts`.
#[derive(Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = schema::sign_in_attempts)]
pub struct AttemptRow {
    state_hash: Vec<u8>,
    handover_id: Vec<u8>,
    provider: String,
    sealed: Vec<u8>,
    posted: Option<Vec<u8>>,
    created_at: i64,
    used_at: Option<i64>,
}

impl AttemptRow {
    pub fn of(attempt: &Attempt) -> Self {
        Self {
            state_hash: attempt.state.to_vec(),
            handover_id: attempt.handover_id.as_bytes().to_vec(),
            provider: attempt.provider.clone(),
            sealed: attempt.sealed.clone(),
            posted: attempt.posted.clone(),
            created_at: attempt.created_at.as_i64(),
            used_at: attempt.used_at.map(Micros::as_i64),
        }
    }
}

impl TryFrom<AttemptRow> for Attempt {
    type Error = StorageError;
    fn try_from(from: AttemptRow) -> Result<Self> {
        let row = RowOf {
            table: "sign_in_attempts",
            key: &from.handover_id,
        };
        Ok(Attempt {
            state: row.bytes("state_hash", from.state_hash)?,
            handover_id: row.bytes("handover_id", from.handover_id.clone())?,
            provider: from.provider,
            sealed: from.sealed,
            posted: from.posted,
            created_at: Micros::from_i64(from.created_at),
            used_at: from.used_at.map(Micros::from_i64),
        })
    }
}

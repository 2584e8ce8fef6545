//! Rows of asked-for sign-ins and of invitations.

use diesel::{Insertable, Queryable, Selectable};

use super::RowOf;
use crate::domain::clock::Micros;
use crate::storage::stores::sign_ins::{Invite, LetterState, SignIn};
use crate::storage::{Result, StorageError, schema};

/// A row of `sign_ins`.
#[derive(Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = schema::sign_ins)]
pub struct SignInRow {
    id: Vec<u8>,
    site_id: Vec<u8>,
    origin: String,
    email_hash: Vec<u8>,
    email_sealed: Vec<u8>,
    name: Option<String>,
    lang: String,
    challenge: Vec<u8>,
    resends: i16,
    tries: i16,
    letter: i16,
    letter_at: Option<i64>,
    resent_at: i64,
    created_at: i64,
    used_at: Option<i64>,
}

impl SignInRow {
    pub fn of(sign_in: &SignIn) -> Self {
        Self {
            id: sign_in.id.as_bytes().to_vec(),
            site_id: sign_in.site_id.as_bytes().to_vec(),
            origin: sign_in.origin.as_str().to_owned(),
            email_hash: sign_in.email_hash.to_vec(),
            email_sealed: sign_in.email_sealed.clone(),
            name: sign_in.name.clone(),
            lang: sign_in.lang.clone(),
            challenge: sign_in.challenge.to_vec(),
            resends: sign_in.resends,
            tries: sign_in.tries,
            letter: letter_code(sign_in.letter),
            letter_at: sign_in.letter_at.map(Micros::as_i64),
            resent_at: sign_in.resent_at.as_i64(),
            created_at: sign_in.created_at.as_i64(),
            used_at: sign_in.used_at.map(Micros::as_i64),
        }
    }
}

impl TryFrom<SignInRow> for SignIn {
    type Error = StorageError;
    fn try_from(from: SignInRow) -> Result<Self> {
        let row = RowOf {
            table: "sign_ins",
            key: &from.id,
        };
        Ok(SignIn {
            id: row.bytes("id", from.id.clone())?,
            site_id: row.bytes("site_id", from.site_id)?,
            origin: row.word("origin", &from.origin)?,
            email_hash: row.bytes("email_hash", from.email_hash)?,
            email_sealed: from.email_sealed,
            name: from.name,
            lang: from.lang,
            challenge: row.bytes("challenge", from.challenge)?,
            resends: from.resends,
            tries: from.tries,
            letter: row.code("letter", from.letter, letter)?,
            letter_at: from.letter_at.map(Micros::from_i64),
            resent_at: Micros::from_i64(from.resent_at),
            created_at: Micros::from_i64(from.created_at),
            used_at: from.used_at.map(Micros::from_i64),
        })
    }
}

/// The column `letter`.
pub fn letter_code(letter: LetterState) -> i16 {
    match letter {
        LetterState::Queued => 1,
        LetterState::Sent => 2,
        LetterState::Refused => 3,
    }
}

fn letter(code: i16) -> Option<LetterState> {
    match code {
        1 => Some(LetterState::Queued),
        2 => Some(LetterState::Sent),
        3 => Some(LetterState::Refused),
        _ => None,
    }
}

/// A row of `invites`.
#[derive(Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = schema::invites)]
pub struct InviteRow {
    id: Vec<u8>,
    secret_hash: Vec<u8>,
    site_id: Vec<u8>,
    role: String,
    email_hash: Vec<u8>,
    email_sealed: Vec<u8>,
    created_at: i64,
    expires_at: i64,
    used_at: Option<i64>,
}

impl InviteRow {
    pub fn of(invite: &Invite) -> Self {
        Self {
            id: invite.id.as_bytes().to_vec(),
            secret_hash: invite.secret_hash.to_vec(),
            site_id: invite.site_id.as_bytes().to_vec(),
            role: invite.role.as_str().to_owned(),
            email_hash: invite.email_hash.to_vec(),
            email_sealed: invite.email_sealed.clone(),
            created_at: invite.created_at.as_i64(),
            expires_at: invite.expires_at.as_i64(),
            used_at: invite.used_at.map(Micros::as_i64),
        }
    }
}

impl TryFrom<InviteRow> for Invite {
    type Error = StorageError;
    fn try_from(from: InviteRow) -> Result<Self> {
        let row = RowOf {
            table: "invites",
            key: &from.id,
        };
        Ok(Invite {
            id: row.bytes("id", from.id.clone())?,
            secret_hash: row.bytes("secret_hash", from.secret_hash)?,
            site_id: row.bytes("site_id", from.site_id)?,
            role: row.word("role", &from.role)?,
            email_hash: row.bytes("email_hash", from.email_hash)?,
            email_sealed: from.email_sealed,
            created_at: Micros::from_i64(from.created_at),
            expires_at: Micros::from_i64(from.expires_at),
            used_at: from.used_at.map(Micros::from_i64),
        })
    }
}

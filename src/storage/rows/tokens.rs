//! Rows of tokens: one table for all kinds, each with the columns that it needs.

use diesel::{Insertable, Queryable, Selectable};

use super::RowOf;
use crate::domain::clock::Micros;
use crate::storage::stores::tokens::{Token, TokenKind};
use crate::storage::{Result, StorageError, schema};

/// The column `kind` of a reader's token.
pub const EMBED: i16 = 1;
/// The column `kind` of a session at the desk.
pub const DESK: i16 = 2;
const API: i16 = 3;
/// The column `kind` of a session on the server's own pages.
pub const ACCOUNT: i16 = 4;

/// A row of `tokens`.
#[derive(Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = schema::tokens)]
pub struct TokenRow {
    id: Vec<u8>,
    hash: Vec<u8>,
    kind: i16,
    account_id: Option<Vec<u8>>,
    site_id: Option<Vec<u8>>,
    origin: Option<String>,
    role: Option<String>,
    name: Option<String>,
    created_at: i64,
    used_at: i64,
    expires_at: Option<i64>,
    revoked_at: Option<i64>,
}

impl TokenRow {
    pub fn of(token: &Token) -> Self {
        let mut row = Self {
            id: token.id.as_bytes().to_vec(),
            hash: token.hash.to_vec(),
            kind: EMBED,
            account_id: None,
            site_id: None,
            origin: None,
            role: None,
            name: None,
            created_at: token.created_at.as_i64(),
            used_at: token.used_at.as_i64(),
            expires_at: token.expires_at.map(Micros::as_i64),
            revoked_at: token.revoked_at.map(Micros::as_i64),
        };
        match &token.kind {
            TokenKind::Embed {
                account,
                site,
                origin,
            } => {
                row.account_id = Some(account.as_bytes().to_vec());
                row.site_id = Some(site.as_bytes().to_vec());
                row.origin = Some(origin.as_str().to_owned());
            }
            TokenKind::Desk { account } => {
                row.kind = DESK;
                row.account_id = Some(account.as_bytes().to_vec());
            }
            TokenKind::Account { account } => {
                row.kind = ACCOUNT;
                row.account_id = Some(account.as_bytes().to_vec());
            }
            TokenKind::Api { site, role, name } => {
                row.kind = API;
                row.site_id = Some(site.as_bytes().to_vec());
                row.role = Some(role.as_str().to_owned());
                row.name = Some(name.clone());
            }
        }
        row
    }
}

impl TryFrom<TokenRow> for Token {
    type Error = StorageError;
    fn try_from(from: TokenRow) -> Result<Self> {
        let row = RowOf {
            table: "tokens",
            key: &from.id,
        };
        let kind = match from.kind {
            EMBED => TokenKind::Embed {
                account: row.bytes("account_id", from.account_id.unwrap_or_default())?,
                site: row.bytes("site_id", from.site_id.unwrap_or_default())?,
                origin: row.word("origin", &from.origin.unwrap_or_default())?,
            },
            DESK => TokenKind::Desk {
                account: row.bytes("account_id", from.account_id.unwrap_or_default())?,
            },
            ACCOUNT => TokenKind::Account {
                account: row.bytes("account_id", from.account_id.unwrap_or_default())?,
            },
            API => TokenKind::Api {
                site: row.bytes("site_id", from.site_id.unwrap_or_default())?,
                role: row.word("role", &from.role.unwrap_or_default())?,
                name: from.name.ok_or_else(|| row.inconsistent("name"))?,
            },
            _ => return Err(row.inconsistent("kind")),
        };
        Ok(Token {
            id: row.bytes("id", from.id.clone())?,
            hash: row.bytes("hash", from.hash)?,
            kind,
            created_at: Micros::from_i64(from.created_at),
            used_at: Micros::from_i64(from.used_at),
            expires_at: from.expires_at.map(Micros::from_i64),
            revoked_at: from.revoked_at.map(Micros::from_i64),
        })
    }
}

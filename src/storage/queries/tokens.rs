//! Tokens in SQL.

use diesel::prelude::*;

use super::super::{DB, Work};
use crate::domain::clock::Micros;
use crate::domain::id::{AccountId, SiteId, TokenId};
use crate::storage::schema::tokens;
use crate::storage::stores::tokens::{Token, TokenKind, TokenStore};
use crate::storage::{Error, Result};

const EMBED: i16 = 1;
const DESK: i16 = 2;
const API: i16 = 3;

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = tokens, check_for_backend(DB))]
struct TokenRow {
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

impl From<&Token> for TokenRow {
    fn from(token: &Token) -> Self {
        let mut row = TokenRow {
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
    type Error = Error;
    fn try_from(row: TokenRow) -> Result<Self> {
        let account = |bytes: Option<Vec<u8>>| -> Result<AccountId> {
            present("tokens.account_id", bytes)?
                .try_into()
                .map_err(|error| Error::corrupt("tokens.account_id", error))
        };
        let site = |bytes: Option<Vec<u8>>| -> Result<SiteId> {
            present("tokens.site_id", bytes)?
                .try_into()
                .map_err(|error| Error::corrupt("tokens.site_id", error))
        };
        let kind = match row.kind {
            EMBED => TokenKind::Embed {
                account: account(row.account_id)?,
                site: site(row.site_id)?,
                origin: present("tokens.origin", row.origin)?
                    .parse()
                    .map_err(|error| Error::corrupt("tokens.origin", error))?,
            },
            DESK => TokenKind::Desk {
                account: account(row.account_id)?,
            },
            API => TokenKind::Api {
                site: site(row.site_id)?,
                role: present("tokens.role", row.role)?
                    .parse()
                    .map_err(|error| Error::corrupt("tokens.role", error))?,
                name: present("tokens.name", row.name)?,
            },
            other => return Err(Error::corrupt("tokens.kind", other)),
        };
        Ok(Token {
            id: row.id.try_into().map_err(|error| Error::corrupt("tokens.id", error))?,
            hash: super::hash("tokens.hash", row.hash)?,
            kind,
            created_at: Micros::from_i64(row.created_at),
            used_at: Micros::from_i64(row.used_at),
            expires_at: row.expires_at.map(Micros::from_i64),
            revoked_at: row.revoked_at.map(Micros::from_i64),
        })
    }
}

fn present<T>(column: &'static str, value: Option<T>) -> Result<T> {
    value.ok_or_else(|| Error::corrupt(column, "nothing where this kind has something"))
}

impl TokenStore for Work<'_> {
    fn insert_token(&mut self, token: &Token) -> Result<()> {
        diesel::insert_into(tokens::table)
            .values(TokenRow::from(token))
            .execute(self.conn)?;
        Ok(())
    }

    fn token_by_hash(&mut self, hash: &[u8; 32]) -> Result<Option<Token>> {
        tokens::table
            .filter(tokens::hash.eq(hash.as_slice()))
            .select(TokenRow::as_select())
            .first(self.conn)
            .optional()?
            .map(Token::try_from)
            .transpose()
    }

    fn touch_token(&mut self, id: TokenId, now: Micros, expires_at: Option<Micros>) -> Result<()> {
        diesel::update(tokens::table.find(id.as_bytes().as_slice()))
            .set((
                tokens::used_at.eq(now.as_i64()),
                expires_at.map(|at| tokens::expires_at.eq(at.as_i64())),
            ))
            .execute(self.conn)?;
        Ok(())
    }

    fn revoke_token(&mut self, id: TokenId, now: Micros) -> Result<bool> {
        let revoked = diesel::update(tokens::table.find(id.as_bytes().as_slice()))
            .filter(tokens::revoked_at.is_null())
            .set(tokens::revoked_at.eq(now.as_i64()))
            .execute(self.conn)?;
        Ok(revoked == 1)
    }

    fn revoke_tokens_of(&mut self, account: AccountId, now: Micros) -> Result<usize> {
        Ok(diesel::update(tokens::table)
            .filter(tokens::account_id.eq(account.as_bytes().as_slice()))
            .filter(tokens::revoked_at.is_null())
            .set(tokens::revoked_at.eq(now.as_i64()))
            .execute(self.conn)?)
    }

    fn forget_tokens(&mut self, before: Micros, limit: i64) -> Result<usize> {
        let ended = tokens::table
            .filter(
                tokens::expires_at
                    .lt(before.as_i64())
                    .or(tokens::revoked_at.lt(before.as_i64())),
            )
            .select(tokens::id)
            .limit(limit)
            .load::<Vec<u8>>(self.conn)?;
        Ok(diesel::delete(tokens::table.filter(tokens::id.eq_any(ended))).execute(self.conn)?)
    }
}

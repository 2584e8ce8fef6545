//! Tokens of all kinds.

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::Bool;

use super::Work;
use crate::domain::clock::Micros;
use crate::domain::id::{AccountId, SiteId, TokenId};
use crate::storage::Result;
use crate::storage::rows::tokens::{ACCOUNT, DESK, EMBED, TokenRow};
use crate::storage::schema::tokens;
use crate::storage::stores::TokenStore;
use crate::storage::stores::tokens::Token;

impl TokenStore for Work<'_> {
    fn insert_token(&mut self, token: &Token) -> Result<()> {
        diesel::insert_into(tokens::table)
            .values(TokenRow::of(token))
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
        diesel::update(tokens::table.find(id.as_bytes()))
            .set((
                tokens::used_at.eq(now.as_i64()),
                expires_at.map(|at| tokens::expires_at.eq(at.as_i64())),
            ))
            .execute(self.conn)?;
        Ok(())
    }

    fn renew_token(&mut self, id: TokenId, hash: &[u8; 32], now: Micros) -> Result<bool> {
        let renewed = diesel::update(tokens::table.find(id.as_bytes()))
            .filter(tokens::kind.eq(EMBED))
            .filter(tokens::revoked_at.is_null())
            .set((tokens::hash.eq(hash.as_slice()), tokens::used_at.eq(now.as_i64())))
            .execute(self.conn)?;
        Ok(renewed == 1)
    }

    fn revoke_token(&mut self, id: TokenId, now: Micros) -> Result<bool> {
        let revoked = diesel::update(tokens::table.find(id.as_bytes()))
            .filter(tokens::revoked_at.is_null())
            .set(tokens::revoked_at.eq(now.as_i64()))
            .execute(self.conn)?;
        Ok(revoked == 1)
    }

    fn revoke_desk_sessions(&mut self, account: AccountId, now: Micros) -> Result<usize> {
        self.revoke_sessions(account, DESK, now)
    }

    fn revoke_account_sessions(&mut self, account: AccountId, now: Micros) -> Result<usize> {
        self.revoke_sessions(account, ACCOUNT, now)
    }

    fn api_tokens(&mut self, site: SiteId) -> Result<Vec<Token>> {
        // The kind stands in the text: an index of programs' tokens alone serves it.
        tokens::table
            .filter(tokens::site_id.eq(site.as_bytes()))
            .filter(sql::<Bool>("kind = 3"))
            .select(TokenRow::as_select())
            .order(tokens::created_at)
            .load(self.conn)?
            .into_iter()
            .map(Token::try_from)
            .collect()
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

impl Work<'_> {
    fn revoke_sessions(&mut self, account: AccountId, kind: i16, now: Micros) -> Result<usize> {
        Ok(diesel::update(tokens::table)
            .filter(tokens::account_id.eq(account.as_bytes()))
            .filter(tokens::kind.eq(kind))
            .filter(tokens::revoked_at.is_null())
            .set(tokens::revoked_at.eq(now.as_i64()))
            .execute(self.conn)?)
    }
}

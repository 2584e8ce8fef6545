//! Sign-ins with an account elsewhere.

use diesel::prelude::*;

use super::Work;
use crate::domain::clock::Micros;
use crate::domain::id::{AccountId, HandoverId, TokenId};
use crate::storage::Result;
use crate::storage::rows::handovers::{AttemptRow, HandoverRow, mode_code};
use crate::storage::schema::{handovers, sign_in_attempts};
use crate::storage::stores::HandoverStore;
use crate::storage::stores::handovers::{Attempt, Handover, Mode};

impl HandoverStore for Work<'_> {
    fn insert_handover(&mut self, handover: &Handover) -> Result<()> {
        diesel::insert_into(handovers::table)
            .values(HandoverRow::of(handover))
            .execute(self.conn)?;
        Ok(())
    }

    fn handover(&mut self, id: HandoverId) -> Result<Option<Handover>> {
        handovers::table
            .find(id.as_bytes())
            .select(HandoverRow::as_select())
            .first(self.conn)
            .optional()?
            .map(Handover::try_from)
            .transpose()
    }

    fn handover_by_code(&mut self, code: &[u8; 32]) -> Result<Option<Handover>> {
        handovers::table
            .filter(handovers::code_hash.eq(code.as_slice()))
            .select(HandoverRow::as_select())
            .first(self.conn)
            .optional()?
            .map(Handover::try_from)
            .transpose()
    }

    fn prove_opener(&mut self, id: HandoverId) -> Result<()> {
        diesel::update(handovers::table.find(id.as_bytes()))
            .filter(handovers::mode.eq(mode_code(Mode::Popup)))
            .set(handovers::mode.eq(mode_code(Mode::Opened)))
            .execute(self.conn)?;
        Ok(())
    }

    fn mint_handover(
        &mut self,
        id: HandoverId,
        account: AccountId,
        code: &[u8; 32],
        now: Micros,
    ) -> Result<bool> {
        let minted = diesel::update(handovers::table.find(id.as_bytes()))
            .filter(handovers::token_id.is_null())
            .set((
                handovers::account_id.eq(account.as_bytes().as_slice()),
                handovers::code_hash.eq(code.as_slice()),
                handovers::code_at.eq(now.as_i64()),
            ))
            .execute(self.conn)?;
        Ok(minted == 1)
    }

    fn redeem_handover(&mut self, id: HandoverId, token: TokenId) -> Result<bool> {
        let redeemed = diesel::update(handovers::table.find(id.as_bytes()))
            .filter(handovers::token_id.is_null())
            .set((
                handovers::token_id.eq(token.as_bytes().as_slice()),
                handovers::draft.eq(None::<Vec<u8>>),
            ))
            .execute(self.conn)?;
        Ok(redeemed == 1)
    }

    fn insert_attempt(&mut self, attempt: &Attempt) -> Result<()> {
        diesel::insert_into(sign_in_attempts::table)
            .values(AttemptRow::of(attempt))
            .execute(self.conn)?;
        Ok(())
    }

    fn attempt(&mut self, state: &[u8; 32]) -> Result<Option<Attempt>> {
        sign_in_attempts::table
            .find(state.as_slice())
            .select(AttemptRow::as_select())
            .first(self.conn)
            .optional()?
            .map(Attempt::try_from)
            .transpose()
    }

    fn keep_posted(&mut self, state: &[u8; 32], posted: &[u8]) -> Result<bool> {
        let kept = diesel::update(sign_in_attempts::table.find(state.as_slice()))
            .filter(sign_in_attempts::used_at.is_null())
            .filter(sign_in_attempts::posted.is_null())
            .set(sign_in_attempts::posted.eq(posted))
            .execute(self.conn)?;
        Ok(kept == 1)
    }

    fn take_attempt(&mut self, state: &[u8; 32], now: Micros) -> Result<bool> {
        let taken = diesel::update(sign_in_attempts::table.find(state.as_slice()))
            .filter(sign_in_attempts::used_at.is_null())
            .set((
                sign_in_attempts::used_at.eq(now.as_i64()),
                sign_in_attempts::sealed.eq(Vec::<u8>::new()),
                sign_in_attempts::posted.eq(None::<Vec<u8>>),
            ))
            .execute(self.conn)?;
        Ok(taken == 1)
    }

    fn forget_handovers(&mut self, before: Micros, limit: i64) -> Result<usize> {
        let old = handovers::table
            .filter(handovers::created_at.lt(before.as_i64()))
            .order(handovers::created_at)
            .select(handovers::id)
            .limit(limit)
            .load::<Vec<u8>>(self.conn)?;
        diesel::delete(sign_in_attempts::table.filter(sign_in_attempts::handover_id.eq_any(&old)))
            .execute(self.conn)?;
        Ok(diesel::delete(handovers::table.filter(handovers::id.eq_any(old))).execute(self.conn)?)
    }
}

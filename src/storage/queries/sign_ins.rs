//! Asked-for sign-ins, invitations and suppressions.

use diesel::prelude::*;

use super::Work;
use crate::domain::clock::Micros;
use crate::domain::id::{InviteId, SignInId, SiteId};
use crate::storage::Result;
use crate::storage::rows::sign_ins::{InviteRow, SignInRow, letter_code};
use crate::storage::schema::{invites, sign_ins, suppressions};
use crate::storage::stores::SignInStore;
use crate::storage::stores::sign_ins::{Invite, LetterState, SignIn};

impl SignInStore for Work<'_> {
    fn insert_sign_in(&mut self, sign_in: &SignIn) -> Result<()> {
        diesel::insert_into(sign_ins::table)
            .values(SignInRow::of(sign_in))
            .execute(self.conn)?;
        Ok(())
    }

    fn sign_in(&mut self, id: SignInId) -> Result<Option<SignIn>> {
        sign_ins::table
            .find(id.as_bytes())
            .select(SignInRow::as_select())
            .first(self.conn)
            .optional()?
            .map(SignIn::try_from)
            .transpose()
    }

    fn take_try(&mut self, id: SignInId, most: i16) -> Result<bool> {
        let taken = diesel::update(sign_ins::table.find(id.as_bytes()))
            .filter(sign_ins::tries.lt(most))
            .set(sign_ins::tries.eq(sign_ins::tries + 1i16))
            .execute(self.conn)?;
        Ok(taken == 1)
    }

    fn redeem_sign_in(&mut self, id: SignInId, now: Micros) -> Result<bool> {
        let redeemed = diesel::update(sign_ins::table.find(id.as_bytes()))
            .filter(sign_ins::used_at.is_null())
            .set(sign_ins::used_at.eq(now.as_i64()))
            .execute(self.conn)?;
        Ok(redeemed == 1)
    }

    fn resend_sign_in(
        &mut self,
        id: SignInId,
        most: i16,
        before: Micros,
        now: Micros,
    ) -> Result<Option<i16>> {
        Ok(diesel::update(sign_ins::table.find(id.as_bytes()))
            .filter(sign_ins::used_at.is_null())
            .filter(sign_ins::resends.lt(most))
            .filter(sign_ins::resent_at.le(before.as_i64()))
            .set((
                sign_ins::resends.eq(sign_ins::resends + 1i16),
                sign_ins::letter.eq(letter_code(LetterState::Queued)),
                sign_ins::letter_at.eq(None::<i64>),
                sign_ins::resent_at.eq(now.as_i64()),
            ))
            .returning(sign_ins::resends)
            .get_result(self.conn)
            .optional()?)
    }

    fn set_letter(&mut self, id: SignInId, resends: i16, letter: LetterState, now: Micros) -> Result<()> {
        diesel::update(sign_ins::table.find(id.as_bytes()))
            .filter(sign_ins::resends.eq(resends))
            .set((
                sign_ins::letter.eq(letter_code(letter)),
                sign_ins::letter_at.eq(now.as_i64()),
            ))
            .execute(self.conn)?;
        Ok(())
    }

    fn forget_sign_ins(&mut self, before: Micros, limit: i64) -> Result<usize> {
        let old = sign_ins::table
            .filter(sign_ins::created_at.lt(before.as_i64()))
            .order(sign_ins::created_at)
            .select(sign_ins::id)
            .limit(limit)
            .load::<Vec<u8>>(self.conn)?;
        Ok(diesel::delete(sign_ins::table.filter(sign_ins::id.eq_any(old))).execute(self.conn)?)
    }

    fn insert_invite(&mut self, invite: &Invite) -> Result<()> {
        diesel::insert_into(invites::table)
            .values(InviteRow::of(invite))
            .execute(self.conn)?;
        Ok(())
    }

    fn invite_by_secret(&mut self, hash: &[u8; 32]) -> Result<Option<Invite>> {
        invites::table
            .filter(invites::secret_hash.eq(hash.as_slice()))
            .select(InviteRow::as_select())
            .first(self.conn)
            .optional()?
            .map(Invite::try_from)
            .transpose()
    }

    fn redeem_invite(&mut self, id: InviteId, now: Micros) -> Result<bool> {
        let redeemed = diesel::update(invites::table.find(id.as_bytes()))
            .filter(invites::used_at.is_null())
            .set(invites::used_at.eq(now.as_i64()))
            .execute(self.conn)?;
        Ok(redeemed == 1)
    }

    fn open_invites(&mut self, site: SiteId) -> Result<Vec<Invite>> {
        invites::table
            .filter(invites::site_id.eq(site.as_bytes()))
            .filter(invites::used_at.is_null())
            .order((invites::created_at, invites::id))
            .select(InviteRow::as_select())
            .load(self.conn)?
            .into_iter()
            .map(Invite::try_from)
            .collect()
    }

    fn delete_invite(&mut self, id: InviteId) -> Result<bool> {
        Ok(diesel::delete(invites::table.find(id.as_bytes())).execute(self.conn)? == 1)
    }

    fn suppress(&mut self, email_hash: &[u8; 32], reason: &str, now: Micros) -> Result<()> {
        diesel::insert_into(suppressions::table)
            .values((
                suppressions::email_hash.eq(email_hash.as_slice()),
                suppressions::reason.eq(reason),
                suppressions::created_at.eq(now.as_i64()),
                suppressions::codes.eq(true),
            ))
            .on_conflict(suppressions::email_hash)
            .do_update()
            .set(suppressions::codes.eq(true))
            .execute(self.conn)?;
        Ok(())
    }

    fn stop_notices(&mut self, email_hash: &[u8; 32], reason: &str, now: Micros) -> Result<()> {
        diesel::insert_into(suppressions::table)
            .values((
                suppressions::email_hash.eq(email_hash.as_slice()),
                suppressions::reason.eq(reason),
                suppressions::created_at.eq(now.as_i64()),
                suppressions::codes.eq(false),
            ))
            .on_conflict(suppressions::email_hash)
            .do_nothing()
            .execute(self.conn)?;
        Ok(())
    }

    fn wants_no_notices(&mut self, email_hash: &[u8; 32]) -> Result<bool> {
        Ok(diesel::select(diesel::dsl::exists(
            suppressions::table.find(email_hash.as_slice()),
        ))
        .get_result(self.conn)?)
    }

    fn unsuppress(&mut self, email_hash: &[u8; 32]) -> Result<bool> {
        let lifted = diesel::delete(suppressions::table.find(email_hash.as_slice())).execute(self.conn)?;
        Ok(lifted == 1)
    }

    fn is_suppressed(&mut self, email_hash: &[u8; 32]) -> Result<bool> {
        Ok(diesel::select(diesel::dsl::exists(
            suppressions::table
                .find(email_hash.as_slice())
                .filter(suppressions::codes.eq(true)),
        ))
        .get_result(self.conn)?)
    }
}

//! Asked-for sign-ins, invitations and suppressions in SQL.

use diesel::prelude::*;

use super::super::{DB, Work};
use crate::domain::clock::Micros;
use crate::domain::id::{InviteId, SignInId};
use crate::storage::schema::{invites, sign_ins, suppressions};
use crate::storage::stores::sign_ins::{Invite, LetterState, SignIn, SignInStore};
use crate::storage::{Error, Result};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = sign_ins, check_for_backend(DB))]
struct SignInRow {
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

impl From<&SignIn> for SignInRow {
    fn from(sign_in: &SignIn) -> Self {
        SignInRow {
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
            letter: letter_number(sign_in.letter),
            letter_at: sign_in.letter_at.map(Micros::as_i64),
            resent_at: sign_in.resent_at.as_i64(),
            created_at: sign_in.created_at.as_i64(),
            used_at: sign_in.used_at.map(Micros::as_i64),
        }
    }
}

impl TryFrom<SignInRow> for SignIn {
    type Error = Error;
    fn try_from(row: SignInRow) -> Result<Self> {
        Ok(SignIn {
            id: row.id.try_into().map_err(|error| Error::corrupt("sign_ins.id", error))?,
            site_id: row
                .site_id
                .try_into()
                .map_err(|error| Error::corrupt("sign_ins.site_id", error))?,
            origin: row
                .origin
                .parse()
                .map_err(|error| Error::corrupt("sign_ins.origin", error))?,
            email_hash: super::hash("sign_ins.email_hash", row.email_hash)?,
            email_sealed: row.email_sealed,
            name: row.name,
            lang: row.lang,
            challenge: super::hash("sign_ins.challenge", row.challenge)?,
            resends: row.resends,
            tries: row.tries,
            letter: letter(row.letter)?,
            letter_at: row.letter_at.map(Micros::from_i64),
            resent_at: Micros::from_i64(row.resent_at),
            created_at: Micros::from_i64(row.created_at),
            used_at: row.used_at.map(Micros::from_i64),
        })
    }
}

fn letter_number(letter: LetterState) -> i16 {
    match letter {
        LetterState::Queued => 1,
        LetterState::Sent => 2,
        LetterState::Refused => 3,
    }
}

fn letter(number: i16) -> Result<LetterState> {
    Ok(match number {
        1 => LetterState::Queued,
        2 => LetterState::Sent,
        3 => LetterState::Refused,
        other => return Err(Error::corrupt("sign_ins.letter", other)),
    })
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = invites, check_for_backend(DB))]
struct InviteRow {
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

impl TryFrom<InviteRow> for Invite {
    type Error = Error;
    fn try_from(row: InviteRow) -> Result<Self> {
        Ok(Invite {
            id: row.id.try_into().map_err(|error| Error::corrupt("invites.id", error))?,
            secret_hash: super::hash("invites.secret_hash", row.secret_hash)?,
            site_id: row
                .site_id
                .try_into()
                .map_err(|error| Error::corrupt("invites.site_id", error))?,
            role: row
                .role
                .parse()
                .map_err(|error| Error::corrupt("invites.role", error))?,
            email_hash: super::hash("invites.email_hash", row.email_hash)?,
            email_sealed: row.email_sealed,
            created_at: Micros::from_i64(row.created_at),
            expires_at: Micros::from_i64(row.expires_at),
            used_at: row.used_at.map(Micros::from_i64),
        })
    }
}

impl SignInStore for Work<'_> {
    fn insert_sign_in(&mut self, sign_in: &SignIn) -> Result<()> {
        diesel::insert_into(sign_ins::table)
            .values(SignInRow::from(sign_in))
            .execute(self.conn)?;
        Ok(())
    }

    fn sign_in(&mut self, id: SignInId) -> Result<Option<SignIn>> {
        sign_ins::table
            .find(id.as_bytes().as_slice())
            .select(SignInRow::as_select())
            .first(self.conn)
            .optional()?
            .map(SignIn::try_from)
            .transpose()
    }

    fn take_try(&mut self, id: SignInId, most: i16) -> Result<bool> {
        let taken = diesel::update(sign_ins::table.find(id.as_bytes().as_slice()))
            .filter(sign_ins::tries.lt(most))
            .set(sign_ins::tries.eq(sign_ins::tries + 1i16))
            .execute(self.conn)?;
        Ok(taken == 1)
    }

    fn redeem_sign_in(&mut self, id: SignInId, now: Micros) -> Result<bool> {
        let redeemed = diesel::update(sign_ins::table.find(id.as_bytes().as_slice()))
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
        Ok(diesel::update(sign_ins::table.find(id.as_bytes().as_slice()))
            .filter(sign_ins::used_at.is_null())
            .filter(sign_ins::resends.lt(most))
            .filter(sign_ins::resent_at.le(before.as_i64()))
            .set((
                sign_ins::resends.eq(sign_ins::resends + 1i16),
                sign_ins::letter.eq(letter_number(LetterState::Queued)),
                sign_ins::letter_at.eq(None::<i64>),
                sign_ins::resent_at.eq(now.as_i64()),
            ))
            .returning(sign_ins::resends)
            .get_result(self.conn)
            .optional()?)
    }

    fn set_letter(&mut self, id: SignInId, resends: i16, letter: LetterState, now: Micros) -> Result<()> {
        diesel::update(sign_ins::table.find(id.as_bytes().as_slice()))
            .filter(sign_ins::resends.eq(resends))
            .set((
                sign_ins::letter.eq(letter_number(letter)),
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
        let row = InviteRow {
            id: invite.id.as_bytes().to_vec(),
            secret_hash: invite.secret_hash.to_vec(),
            site_id: invite.site_id.as_bytes().to_vec(),
            role: invite.role.as_str().to_owned(),
            email_hash: invite.email_hash.to_vec(),
            email_sealed: invite.email_sealed.clone(),
            created_at: invite.created_at.as_i64(),
            expires_at: invite.expires_at.as_i64(),
            used_at: invite.used_at.map(Micros::as_i64),
        };
        diesel::insert_into(invites::table).values(row).execute(self.conn)?;
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
        let redeemed = diesel::update(invites::table.find(id.as_bytes().as_slice()))
            .filter(invites::used_at.is_null())
            .set(invites::used_at.eq(now.as_i64()))
            .execute(self.conn)?;
        Ok(redeemed == 1)
    }

    fn suppress(&mut self, email_hash: &[u8; 32], reason: &str, now: Micros) -> Result<()> {
        diesel::insert_into(suppressions::table)
            .values((
                suppressions::email_hash.eq(email_hash.as_slice()),
                suppressions::reason.eq(reason),
                suppressions::created_at.eq(now.as_i64()),
            ))
            .on_conflict(suppressions::email_hash)
            .do_nothing()
            .execute(self.conn)?;
        Ok(())
    }

    fn unsuppress(&mut self, email_hash: &[u8; 32]) -> Result<bool> {
        let lifted =
            diesel::delete(suppressions::table.find(email_hash.as_slice())).execute(self.conn)?;
        Ok(lifted == 1)
    }

    fn is_suppressed(&mut self, email_hash: &[u8; 32]) -> Result<bool> {
        Ok(diesel::select(diesel::dsl::exists(
            suppressions::table.find(email_hash.as_slice()),
        ))
        .get_result(self.conn)?)
    }
}

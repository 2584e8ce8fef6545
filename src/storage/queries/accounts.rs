//! Accounts, identities, memberships and roles.

use diesel::prelude::*;

use super::Work;
use crate::domain::account::{Membership, Standing};
use crate::domain::clock::Micros;
use crate::domain::id::{AccountId, IdentityId, MembershipId, SiteId};
use crate::domain::role::Role;
use crate::storage::Result;
use crate::storage::rows::RowOf;
use crate::storage::rows::accounts::{IdentityRow, MembershipRow, SERVER, site_of_role, standing_code};
use crate::storage::schema::{accounts, identities, memberships, roles};
use crate::storage::stores::AccountStore;
use crate::storage::stores::accounts::{EMAIL, Identity};

impl AccountStore for Work<'_> {
    fn insert_account(&mut self, id: AccountId, now: Micros) -> Result<()> {
        diesel::insert_into(accounts::table)
            .values((
                accounts::id.eq(id.as_bytes()),
                accounts::created_at.eq(now.as_i64()),
            ))
            .execute(self.conn)?;
        Ok(())
    }

    fn insert_identity(&mut self, identity: &Identity) -> Result<bool> {
        let inserted = diesel::insert_into(identities::table)
            .values(IdentityRow::of(identity))
            .on_conflict((identities::issuer, identities::subject))
            .do_nothing()
            .execute(self.conn)?;
        Ok(inserted == 1)
    }

    fn identity(&mut self, issuer: &str, subject: &[u8; 32]) -> Result<Option<Identity>> {
        identities::table
            .filter(identities::issuer.eq(issuer))
            .filter(identities::subject.eq(subject.as_slice()))
            .select(IdentityRow::as_select())
            .first(self.conn)
            .optional()?
            .map(Identity::try_from)
            .transpose()
    }

    fn renew_identity(&mut self, id: IdentityId, sealed: &[u8], email_proven: bool) -> Result<()> {
        diesel::update(identities::table.find(id.as_bytes()))
            .set((
                identities::sealed.eq(sealed),
                identities::email_proven.eq(email_proven),
            ))
            .execute(self.conn)?;
        Ok(())
    }

    fn identities(&mut self, account: AccountId) -> Result<Vec<Identity>> {
        identities::table
            .filter(identities::account_id.eq(account.as_bytes()))
            .order((identities::created_at, identities::id))
            .select(IdentityRow::as_select())
            .load(self.conn)?
            .into_iter()
            .map(Identity::try_from)
            .collect()
    }

    fn has_proven_email(&mut self, account: AccountId) -> Result<bool> {
        Ok(diesel::select(diesel::dsl::exists(
            identities::table
                .filter(identities::account_id.eq(account.as_bytes()))
                .filter(identities::issuer.eq(EMAIL).or(identities::email_proven)),
        ))
        .get_result(self.conn)?)
    }

    fn membership(&mut self, account: AccountId, site: SiteId) -> Result<Option<Membership>> {
        memberships::table
            .filter(memberships::account_id.eq(account.as_bytes()))
            .filter(memberships::site_id.eq(site.as_bytes()))
            .select(MembershipRow::as_select())
            .first(self.conn)
            .optional()?
            .map(Membership::try_from)
            .transpose()
    }

    fn membership_by_id(&mut self, id: MembershipId) -> Result<Option<Membership>> {
        memberships::table
            .find(id.as_bytes())
            .select(MembershipRow::as_select())
            .first(self.conn)
            .optional()?
            .map(Membership::try_from)
            .transpose()
    }

    fn memberships(&mut self, ids: &[MembershipId]) -> Result<Vec<Membership>> {
        let ids: Vec<&[u8]> = ids.iter().map(|id| id.as_bytes().as_slice()).collect();
        memberships::table
            .filter(memberships::id.eq_any(ids))
            .select(MembershipRow::as_select())
            .load(self.conn)?
            .into_iter()
            .map(Membership::try_from)
            .collect()
    }

    fn memberships_of(&mut self, accounts: &[AccountId], sites: &[SiteId]) -> Result<Vec<Membership>> {
        memberships::table
            .filter(memberships::account_id.eq_any(accounts.iter().map(AccountId::as_bytes)))
            .filter(memberships::site_id.eq_any(sites.iter().map(SiteId::as_bytes)))
            .select(MembershipRow::as_select())
            .load(self.conn)?
            .into_iter()
            .map(Membership::try_from)
            .collect()
    }

    fn insert_membership(&mut self, membership: &Membership, name_key: &str) -> Result<bool> {
        let inserted = diesel::insert_into(memberships::table)
            .values((MembershipRow::of(membership), memberships::name_key.eq(name_key)))
            .on_conflict((memberships::account_id, memberships::site_id))
            .do_nothing()
            .execute(self.conn)?;
        Ok(inserted == 1)
    }

    fn set_standing(&mut self, membership: MembershipId, standing: Standing) -> Result<()> {
        diesel::update(memberships::table.find(membership.as_bytes()))
            .set(memberships::standing.eq(standing_code(standing)))
            .execute(self.conn)?;
        Ok(())
    }

    fn grant_role(
        &mut self,
        account: AccountId,
        site: Option<SiteId>,
        role: Role,
        now: Micros,
    ) -> Result<()> {
        let site = site_of_role(site);
        diesel::insert_into(roles::table)
            .values((
                roles::account_id.eq(account.as_bytes()),
                roles::site_id.eq(site.as_slice()),
                roles::role.eq(role.as_str()),
                roles::created_at.eq(now.as_i64()),
            ))
            .on_conflict((roles::account_id, roles::site_id))
            .do_update()
            .set(roles::role.eq(role.as_str()))
            .execute(self.conn)?;
        // Badges stand in finished pages.
        self.raise_sites()
    }

    fn withdraw_role(&mut self, account: AccountId, site: SiteId) -> Result<bool> {
        let withdrawn = diesel::delete(roles::table.find((account.as_bytes(), site.as_bytes().as_slice())))
            .execute(self.conn)?;
        Ok(withdrawn == 1)
    }

    fn staff(&mut self, site: SiteId) -> Result<Vec<(AccountId, Role)>> {
        roles::table
            .filter(roles::site_id.eq(site.as_bytes().as_slice()))
            .order(roles::account_id)
            .select((roles::account_id, roles::role))
            .load::<(Vec<u8>, String)>(self.conn)?
            .into_iter()
            .filter_map(|(account, role)| Some((account, role.parse::<Role>().ok()?)))
            .map(|(account, role)| {
                let row = RowOf {
                    table: "roles",
                    key: site.as_bytes(),
                };
                Ok((row.bytes("account_id", account)?, role))
            })
            .collect()
    }

    /// A role that this version does not know gives no right and is left out.
    fn roles(&mut self, account: AccountId) -> Result<Vec<(Option<SiteId>, Role)>> {
        roles::table
            .filter(roles::account_id.eq(account.as_bytes()))
            .order(roles::site_id)
            .select((roles::site_id, roles::role))
            .load::<(Vec<u8>, String)>(self.conn)?
            .into_iter()
            .filter_map(|(site, role)| Some((site, role.parse::<Role>().ok()?)))
            .map(|(site, role)| {
                let row = RowOf {
                    table: "roles",
                    key: account.as_bytes(),
                };
                let site = if site == SERVER {
                    None
                } else {
                    Some(row.bytes("site_id", site)?)
                };
                Ok((site, role))
            })
            .collect()
    }
}

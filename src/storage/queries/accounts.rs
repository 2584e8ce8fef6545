//! Accounts, identities, memberships and roles in SQL.

use diesel::prelude::*;

use super::super::{Work, DB};
use crate::domain::account::{Membership, Standing};
use crate::domain::clock::Micros;
use crate::domain::id::{AccountId, MembershipId, SiteId};
use crate::domain::role::Role;
use crate::domain::text::DisplayName;
use crate::storage::schema::{accounts, identities, memberships, roles};
use crate::storage::stores::accounts::{AccountStore, EMAIL, Identity};
use crate::storage::{Error, Result};

/// Stands for the server in `roles.site_id`, which is part of the key and so cannot be null.
const SERVER: [u8; 16] = [0; 16];

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = identities, check_for_backend(DB))]
struct IdentityRow {
    id: Vec<u8>,
    account_id: Vec<u8>,
    issuer: String,
    subject: Vec<u8>,
    sealed: Option<Vec<u8>>,
    created_at: i64,
}

impl TryFrom<IdentityRow> for Identity {
    type Error = Error;
    fn try_from(row: IdentityRow) -> Result<Self> {
        Ok(Identity {
            id: row.id.try_into().map_err(|error| Error::corrupt("identities.id", error))?,
            account_id: row
                .account_id
                .try_into()
                .map_err(|error| Error::corrupt("identities.account_id", error))?,
            issuer: row.issuer,
            subject: super::hash("identities.subject", row.subject)?,
            sealed: row.sealed,
            created_at: Micros::from_i64(row.created_at),
        })
    }
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = memberships, check_for_backend(DB))]
struct MembershipRow {
    id: Vec<u8>,
    account_id: Vec<u8>,
    site_id: Vec<u8>,
    name: String,
    standing: i16,
    created_at: i64,
}

impl TryFrom<MembershipRow> for Membership {
    type Error = Error;
    fn try_from(row: MembershipRow) -> Result<Self> {
        Ok(Membership {
            id: row.id.try_into().map_err(|error| Error::corrupt("memberships.id", error))?,
            account_id: row
                .account_id
                .try_into()
                .map_err(|error| Error::corrupt("memberships.account_id", error))?,
            site_id: row
                .site_id
                .try_into()
                .map_err(|error| Error::corrupt("memberships.site_id", error))?,
            name: DisplayName::parse(&row.name).map_err(|error| Error::corrupt("memberships.name", error))?,
            standing: standing(row.standing)?,
            created_at: Micros::from_i64(row.created_at),
        })
    }
}

fn standing_number(standing: Standing) -> i16 {
    match standing {
        Standing::New => 1,
        Standing::Known => 2,
        Standing::Trusted => 3,
        Standing::AlwaysHeld => 4,
        Standing::Suspended => 5,
        Standing::Banned => 6,
    }
}

fn standing(number: i16) -> Result<Standing> {
    Ok(match number {
        1 => Standing::New,
        2 => Standing::Known,
        3 => Standing::Trusted,
        4 => Standing::AlwaysHeld,
        5 => Standing::Suspended,
        6 => Standing::Banned,
        other => return Err(Error::corrupt("memberships.standing", other)),
    })
}

fn site_of_role(bytes: Vec<u8>) -> Result<Option<SiteId>> {
    if bytes == SERVER {
        return Ok(None);
    }
    bytes
        .try_into()
        .map(Some)
        .map_err(|error| Error::corrupt("roles.site_id", error))
}

impl AccountStore for Work<'_> {
    fn insert_account(&mut self, id: AccountId, now: Micros) -> Result<()> {
        diesel::insert_into(accounts::table)
            .values((
                accounts::id.eq(id.as_bytes().as_slice()),
                accounts::created_at.eq(now.as_i64()),
            ))
            .execute(self.conn)?;
        Ok(())
    }

    fn insert_identity(&mut self, identity: &Identity) -> Result<bool> {
        let row = IdentityRow {
            id: identity.id.as_bytes().to_vec(),
            account_id: identity.account_id.as_bytes().to_vec(),
            issuer: identity.issuer.clone(),
            subject: identity.subject.to_vec(),
            sealed: identity.sealed.clone(),
            created_at: identity.created_at.as_i64(),
        };
        let inserted = diesel::insert_into(identities::table)
            .values(row)
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

    fn identities(&mut self, account: AccountId) -> Result<Vec<Identity>> {
        identities::table
            .filter(identities::account_id.eq(account.as_bytes().as_slice()))
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
                .filter(identities::account_id.eq(account.as_bytes().as_slice()))
                .filter(identities::issuer.eq(EMAIL)),
        ))
        .get_result(self.conn)?)
    }

    fn membership(&mut self, account: AccountId, site: SiteId) -> Result<Option<Membership>> {
        memberships::table
            .filter(memberships::account_id.eq(account.as_bytes().as_slice()))
            .filter(memberships::site_id.eq(site.as_bytes().as_slice()))
            .select(MembershipRow::as_select())
            .first(self.conn)
            .optional()?
            .map(Membership::try_from)
            .transpose()
    }

    fn membership_by_id(&mut self, id: MembershipId) -> Result<Option<Membership>> {
        memberships::table
            .find(id.as_bytes().as_slice())
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

    fn insert_membership(&mut self, membership: &Membership, name_key: &str) -> Result<()> {
        let row = MembershipRow {
            id: membership.id.as_bytes().to_vec(),
            account_id: membership.account_id.as_bytes().to_vec(),
            site_id: membership.site_id.as_bytes().to_vec(),
            name: membership.name.as_str().to_owned(),
            standing: standing_number(membership.standing),
            created_at: membership.created_at.as_i64(),
        };
        diesel::insert_into(memberships::table)
            .values((row, memberships::name_key.eq(name_key)))
            .execute(self.conn)?;
        Ok(())
    }

    fn set_standing(&mut self, membership: MembershipId, standing: Standing) -> Result<()> {
        diesel::update(memberships::table.find(membership.as_bytes().as_slice()))
            .set(memberships::standing.eq(standing_number(standing)))
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
        let site = site.map_or(SERVER, |site| *site.as_bytes());
        diesel::insert_into(roles::table)
            .values((
                roles::account_id.eq(account.as_bytes().as_slice()),
                roles::site_id.eq(site.as_slice()),
                roles::role.eq(role.as_str()),
                roles::created_at.eq(now.as_i64()),
            ))
            .on_conflict((roles::account_id, roles::site_id))
            .do_update()
            .set(roles::role.eq(role.as_str()))
            .execute(self.conn)?;
        Ok(())
    }

    /// A role that this version does not know gives no right and is left out.
    fn roles(&mut self, account: AccountId) -> Result<Vec<(Option<SiteId>, Role)>> {
        roles::table
            .filter(roles::account_id.eq(account.as_bytes().as_slice()))
            .order(roles::site_id)
            .select((roles::site_id, roles::role))
            .load::<(Vec<u8>, String)>(self.conn)?
            .into_iter()
            .filter_map(|(site, role)| {
                let role = role.parse::<Role>().ok()?;
                Some(site_of_role(site).map(|site| (site, role)))
            })
            .collect()
    }
}

//! Rows of identities and memberships, and the column of roles that stands for the server.

use diesel::{Insertable, Queryable, Selectable};

use super::RowOf;
use crate::domain::account::{Membership, Standing};
use crate::domain::clock::Micros;
use crate::domain::id::SiteId;
use crate::domain::text::DisplayName;
use crate::storage::stores::accounts::Identity;
use crate::storage::{Result, StorageError, schema};

/// Stands for the server in `roles.site_id`, which is part of the key and so cannot be null.
pub const SERVER: [u8; 16] = [0; 16];

/// A row of `identities`.
#[derive(Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = schema::identities)]
pub struct IdentityRow {
    id: Vec<u8>,
    account_id: Vec<u8>,
    issuer: String,
    subject: Vec<u8>,
    sealed: Option<Vec<u8>>,
    created_at: i64,
    email_proven: bool,
}

impl IdentityRow {
    pub fn of(identity: &Identity) -> Self {
        Self {
            id: identity.id.as_bytes().to_vec(),
            account_id: identity.account_id.as_bytes().to_vec(),
            issuer: identity.issuer.clone(),
            subject: identity.subject.to_vec(),
            sealed: identity.sealed.clone(),
            created_at: identity.created_at.as_i64(),
            email_proven: identity.email_proven,
        }
    }
}

impl TryFrom<IdentityRow> for Identity {
    type Error = StorageError;
    fn try_from(from: IdentityRow) -> Result<Self> {
        let row = RowOf {
            table: "identities",
            key: &from.id,
        };
        Ok(Identity {
            id: row.bytes("id", from.id.clone())?,
            account_id: row.bytes("account_id", from.account_id)?,
            issuer: from.issuer,
            subject: row.bytes("subject", from.subject)?,
            sealed: from.sealed,
            email_proven: from.email_proven,
            created_at: Micros::from_i64(from.created_at),
        })
    }
}

/// A row of `memberships`.
#[derive(Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = schema::memberships)]
pub struct MembershipRow {
    id: Vec<u8>,
    account_id: Vec<u8>,
    site_id: Vec<u8>,
    name: String,
    standing: i16,
    created_at: i64,
}

impl MembershipRow {
    pub fn of(membership: &Membership) -> Self {
        Self {
            id: membership.id.as_bytes().to_vec(),
            account_id: membership.account_id.as_bytes().to_vec(),
            site_id: membership.site_id.as_bytes().to_vec(),
            name: membership.name.as_str().to_owned(),
            standing: standing_code(membership.standing),
            created_at: membership.created_at.as_i64(),
        }
    }
}

impl TryFrom<MembershipRow> for Membership {
    type Error = StorageError;
    fn try_from(from: MembershipRow) -> Result<Self> {
        let row = RowOf {
            table: "memberships",
            key: &from.id,
        };
        Ok(Membership {
            id: row.bytes("id", from.id.clone())?,
            account_id: row.bytes("account_id", from.account_id)?,
            site_id: row.bytes("site_id", from.site_id)?,
            name: if from.name.is_empty() {
                DisplayName::erased()
            } else {
                DisplayName::parse(&from.name).map_err(|_not_a_name| row.inconsistent("name"))?
            },
            standing: row.code("standing", from.standing, standing)?,
            created_at: Micros::from_i64(from.created_at),
        })
    }
}

/// The column `standing`.
pub fn standing_code(standing: Standing) -> i16 {
    match standing {
        Standing::New => 1,
        Standing::Known => 2,
        Standing::Trusted => 3,
        Standing::AlwaysHeld => 4,
        Standing::Suspended => 5,
        Standing::Banned => 6,
    }
}

fn standing(code: i16) -> Option<Standing> {
    match code {
        1 => Some(Standing::New),
        2 => Some(Standing::Known),
        3 => Some(Standing::Trusted),
        4 => Some(Standing::AlwaysHeld),
        5 => Some(Standing::Suspended),
        6 => Some(Standing::Banned),
        _ => None,
    }
}

/// The column `site_id` of `roles`.
pub fn site_of_role(site: Option<SiteId>) -> [u8; 16] {
    site.map_or(SERVER, |site| *site.as_bytes())
}

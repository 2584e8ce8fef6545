//! Accounts, identities, memberships and roles.

use crate::domain::account::{Membership, Standing};
use crate::domain::clock::Micros;
use crate::domain::id::{AccountId, IdentityId, MembershipId, SiteId};
use crate::domain::role::Role;
use crate::storage::Result;

/// The issuer under which proven addresses are kept.
pub const EMAIL: &str = "email";

/// A way into an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// Its id.
    pub id: IdentityId,
    /// The account it leads to.
    pub account_id: AccountId,
    /// Who vouches: [`EMAIL`] or an issuer's address.
    pub issuer: String,
    /// A keyed hash of the subject.
    pub subject: [u8; 32],
    /// Sealed: the address where the issuer is [`EMAIL`], else what the issuer said of its holder.
    pub sealed: Option<Vec<u8>>,
    /// Whether another issuer than [`EMAIL`] vouches for the address that is sealed here.
    pub email_proven: bool,
    /// When it was proven first.
    pub created_at: Micros,
}

/// Accounts, identities, memberships and roles.
pub trait AccountStore {
    /// Adds an account.
    fn insert_account(&mut self, id: AccountId, now: Micros) -> Result<()>;
    /// Adds an identity; `false` where (issuer, subject) leads to an account already.
    fn insert_identity(&mut self, identity: &Identity) -> Result<bool>;
    /// The identity of (issuer, subject).
    fn identity(&mut self, issuer: &str, subject: &[u8; 32]) -> Result<Option<Identity>>;
    /// Writes what the issuer said of an identity's holder this time.
    fn renew_identity(&mut self, id: IdentityId, sealed: &[u8], email_proven: bool) -> Result<()>;
    /// All identities of an account.
    fn identities(&mut self, account: AccountId) -> Result<Vec<Identity>>;
    /// Whether the account has a proven address: by a code of ours, or by the word of an issuer that proves them.
    fn has_proven_email(&mut self, account: AccountId) -> Result<bool>;
    /// The account's membership on a site.
    fn membership(&mut self, account: AccountId, site: SiteId) -> Result<Option<Membership>>;
    /// The membership of an id.
    fn membership_by_id(&mut self, id: MembershipId) -> Result<Option<Membership>>;
    /// Memberships of ids, in no order.
    fn memberships(&mut self, ids: &[MembershipId]) -> Result<Vec<Membership>>;
    /// Memberships of any of the accounts on any of the sites, in no order.
    fn memberships_of(&mut self, accounts: &[AccountId], sites: &[SiteId]) -> Result<Vec<Membership>>;
    /// Adds a membership; `false` where the account is a member of the site already. `name_key` is the folded name.
    fn insert_membership(&mut self, membership: &Membership, name_key: &str) -> Result<bool>;
    /// Sets how far the site trusts a member.
    fn set_standing(&mut self, membership: MembershipId, standing: Standing) -> Result<()>;
    /// Gives an account a role on a site (`None`: on the server), in place of the one it had.
    fn grant_role(&mut self, account: AccountId, site: Option<SiteId>, role: Role, now: Micros)
    -> Result<()>;
    /// Takes an account's role on a site back; `false` where it has none there.
    fn withdraw_role(&mut self, account: AccountId, site: SiteId) -> Result<bool>;
    /// Accounts with a role on the site itself, by id. Roles on the whole server are not counted.
    fn staff(&mut self, site: SiteId) -> Result<Vec<(AccountId, Role)>>;
    /// An account's roles.
    fn roles(&mut self, account: AccountId) -> Result<Vec<(Option<SiteId>, Role)>>;
}

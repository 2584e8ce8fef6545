//! Asked-for sign-ins, invitations to the desk, and addresses that want no letters.

use crate::domain::clock::Micros;
use crate::domain::id::{InviteId, SignInId, SiteId};
use crate::domain::origin::Origin;
use crate::domain::role::Role;
use crate::storage::Result;

/// Where a sign-in's letter stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LetterState {
    /// Waiting to be sent.
    Queued,
    /// The next hop has accepted it.
    Sent,
    /// The address was refused for good.
    Refused,
}

/// A sign-in that somebody asked for. Its code is derived from id and `resends`, and stored nowhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignIn {
    /// Its id: what the code is bound to.
    pub id: SignInId,
    /// On which site.
    pub site_id: SiteId,
    /// From which origin.
    pub origin: Origin,
    /// Keyed hash of the address.
    pub email_hash: [u8; 32],
    /// The address, sealed.
    pub email_sealed: Vec<u8>,
    /// The display name for a new membership.
    pub name: Option<String>,
    /// The letter's language.
    pub lang: String,
    /// SHA-256 of the verifier that the browser keeps.
    pub challenge: [u8; 32],
    /// How often the letter was asked for again; the newest code is the only good one.
    pub resends: i16,
    /// Codes tried so far.
    pub tries: i16,
    /// Where the newest letter stands.
    pub letter: LetterState,
    /// When the next hop accepted (or refused) it.
    pub letter_at: Option<Micros>,
    /// When the newest letter was asked for.
    pub resent_at: Micros,
    /// When the sign-in was asked for.
    pub created_at: Micros,
    /// When the code was redeemed.
    pub used_at: Option<Micros>,
}

/// An invitation to the desk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invite {
    /// Its id.
    pub id: InviteId,
    /// SHA-256 of its secret.
    pub secret_hash: [u8; 32],
    /// To which site.
    pub site_id: SiteId,
    /// With what role.
    pub role: Role,
    /// Keyed hash of the address invited.
    pub email_hash: [u8; 32],
    /// The address, sealed.
    pub email_sealed: Vec<u8>,
    /// When it was made.
    pub created_at: Micros,
    /// When it ends.
    pub expires_at: Micros,
    /// When it was accepted.
    pub used_at: Option<Micros>,
}

/// Asked-for sign-ins, invitations and suppressions.
pub trait SignInStore {
    /// Adds a sign-in.
    fn insert_sign_in(&mut self, sign_in: &SignIn) -> Result<()>;
    /// The sign-in of an id.
    fn sign_in(&mut self, id: SignInId) -> Result<Option<SignIn>>;
    /// Takes one of `most` tries, before the code is compared: of many requests at once no more than `most` compare.
    /// `false` where none is left.
    fn take_try(&mut self, id: SignInId, most: i16) -> Result<bool>;
    /// Redeems it; `false` where it was redeemed already.
    fn redeem_sign_in(&mut self, id: SignInId, now: Micros) -> Result<bool>;
    /// Asks for the letter again: raises `resends`, queues the letter. Gives the new letter's number; `None` where
    /// `most` were asked for, the last one after `before`, or the code was redeemed.
    fn resend_sign_in(&mut self, id: SignInId, most: i16, before: Micros, now: Micros)
    -> Result<Option<i16>>;
    /// Writes where the letter of resend number `resends` stands; nothing where a newer one was asked for.
    fn set_letter(&mut self, id: SignInId, resends: i16, letter: LetterState, now: Micros) -> Result<()>;
    /// Deletes sign-ins asked for before. Gives how many.
    fn forget_sign_ins(&mut self, before: Micros, limit: i64) -> Result<usize>;
    /// Adds an invitation.
    fn insert_invite(&mut self, invite: &Invite) -> Result<()>;
    /// The invitation of a secret's hash.
    fn invite_by_secret(&mut self, hash: &[u8; 32]) -> Result<Option<Invite>>;
    /// Accepts it; `false` where it was accepted already.
    fn redeem_invite(&mut self, id: InviteId, now: Micros) -> Result<bool>;
    /// A site's invitations that nobody has accepted, oldest first.
    fn open_invites(&mut self, site: SiteId) -> Result<Vec<Invite>>;
    /// Deletes an invitation. `false` where it is gone.
    fn delete_invite(&mut self, id: InviteId) -> Result<bool>;
    /// Never writes to the address again, sign-in codes included; also where only notices were stopped before.
    fn suppress(&mut self, email_hash: &[u8; 32], reason: &str, now: Micros) -> Result<()>;
    /// Takes the wish back. Gives whether there was one.
    fn unsuppress(&mut self, email_hash: &[u8; 32]) -> Result<bool>;
    /// Whether the address wants no letters at all.
    fn is_suppressed(&mut self, email_hash: &[u8; 32]) -> Result<bool>;
    /// Sends the address no notices any more. A wish for no letters at all stays.
    fn stop_notices(&mut self, email_hash: &[u8; 32], reason: &str, now: Micros) -> Result<()>;
    /// Whether the address wants no notices, or no letters at all.
    fn wants_no_notices(&mut self, email_hash: &[u8; 32]) -> Result<bool>;
}

//! Sign-ins with an account elsewhere: what was asked for, the ways to a provider and back, and the code that a page gets.

use crate::domain::clock::Micros;
use crate::domain::id::{AccountId, HandoverId, SiteId, TokenId};
use crate::domain::origin::Origin;
use crate::storage::Result;

/// How what was signed in for gets back to the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// The page opened a window, and waits for its message.
    Popup,
    /// As before, and what opened the window proved to be a page of the origin.
    Opened,
    /// The page's own window went away, and comes back with the code in the fragment.
    Redirect,
    /// A page of the server's own, which gets a cookie.
    Own,
}

/// A sign-in that somebody began on a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Handover {
    /// Its id, which stands in the addresses of its pages.
    pub id: HandoverId,
    /// On which site.
    pub site_id: SiteId,
    /// From which origin, and for which alone.
    pub origin: Origin,
    /// The page's address, without a fragment.
    pub page: String,
    /// The page's id, where its tag gives one (own pages only).
    pub page_name: Option<String>,
    /// The language of our pages.
    pub lang: String,
    /// How it gets back.
    pub mode: Mode,
    /// The UUID by which the page knows it.
    pub request: [u8; 16],
    /// SHA-256 of the verifier that the page keeps.
    pub challenge: [u8; 32],
    /// SHA-256 of the cookie of the browser that began it.
    pub browser: [u8; 32],
    /// What was being written on an own page, sealed.
    pub draft: Option<Vec<u8>>,
    /// Who went on to the site.
    pub account_id: Option<AccountId>,
    /// SHA-256 of the code that the page got.
    pub code: Option<[u8; 32]>,
    /// When it was made.
    pub code_at: Option<Micros>,
    /// The token that it was redeemed for.
    pub token_id: Option<TokenId>,
    /// When it was begun.
    pub created_at: Micros,
}

/// One way to a provider and back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// SHA-256 of the state.
    pub state: [u8; 32],
    /// For which sign-in.
    pub handover_id: HandoverId,
    /// The provider's key.
    pub provider: String,
    /// What must be known when it comes back, sealed.
    pub sealed: Vec<u8>,
    /// What the provider's page posted, sealed.
    pub posted: Option<Vec<u8>>,
    /// When it began.
    pub created_at: Micros,
    /// When it came back.
    pub used_at: Option<Micros>,
}

/// Sign-ins with an account elsewhere.
pub trait HandoverStore {
    /// Adds one.
    fn insert_handover(&mut self, handover: &Handover) -> Result<()>;
    /// The one of an id.
    fn handover(&mut self, id: HandoverId) -> Result<Option<Handover>>;
    /// The one of a code's hash.
    fn handover_by_code(&mut self, code: &[u8; 32]) -> Result<Option<Handover>>;
    /// Notes of a [`Mode::Popup`] that its opener is the page.
    fn prove_opener(&mut self, id: HandoverId) -> Result<()>;
    /// Gives it to an account with a new code, in the place of one that nobody has redeemed. `false` where it was redeemed.
    fn mint_handover(
        &mut self,
        id: HandoverId,
        account: AccountId,
        code: &[u8; 32],
        now: Micros,
    ) -> Result<bool>;
    /// Redeems it for a token, and forgets the draft; `false` where it was redeemed already.
    fn redeem_handover(&mut self, id: HandoverId, token: TokenId) -> Result<bool>;
    /// Adds a way to a provider.
    fn insert_attempt(&mut self, attempt: &Attempt) -> Result<()>;
    /// The one of a state's hash.
    fn attempt(&mut self, state: &[u8; 32]) -> Result<Option<Attempt>>;
    /// Keeps what the provider's page posted; `false` where something was kept, or it came back already.
    fn keep_posted(&mut self, state: &[u8; 32], posted: &[u8]) -> Result<bool>;
    /// Notes that it came back, and forgets what was sealed; `false` where it came back already.
    fn take_attempt(&mut self, state: &[u8; 32], now: Micros) -> Result<bool>;
    /// Deletes what was begun before, with its ways. Gives how many.
    fn forget_handovers(&mut self, before: Micros, limit: i64) -> Result<usize>;
}

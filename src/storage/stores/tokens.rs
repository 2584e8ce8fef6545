//! Tokens: those of embeds, desk sessions, and the API's.

use crate::domain::clock::Micros;
use crate::domain::id::{AccountId, SiteId, TokenId};
use crate::domain::origin::Origin;
use crate::domain::role::Role;
use crate::storage::Result;

/// What a token is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TokenKind {
    /// A reader's, bound to one site and one origin.
    Embed {
        /// Whose.
        account: AccountId,
        /// On which site.
        site: SiteId,
        /// From which origin.
        origin: Origin,
    },
    /// A session at the desk.
    Desk {
        /// Whose.
        account: AccountId,
    },
    /// A session of somebody's on the server's own pages: who they are, for every site.
    Account {
        /// Whose.
        account: AccountId,
    },
    /// A program's, with a role on one site.
    Api {
        /// On which site.
        site: SiteId,
        /// With what rights.
        role: Role,
        /// What it is called by.
        name: String,
    },
}

/// A token. The secret itself is nowhere stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// Its id.
    pub id: TokenId,
    /// SHA-256 of the secret.
    pub hash: [u8; 32],
    /// What it is for.
    pub kind: TokenKind,
    /// When it was made.
    pub created_at: Micros,
    /// When it was used last, to within a few minutes.
    pub used_at: Micros,
    /// When it ends by itself.
    pub expires_at: Option<Micros>,
    /// When it was revoked.
    pub revoked_at: Option<Micros>,
}

/// Tokens.
pub trait TokenStore {
    /// Adds a token.
    fn insert_token(&mut self, token: &Token) -> Result<()>;
    /// The token of a hash, whether or not it is still good.
    fn token_by_hash(&mut self, hash: &[u8; 32]) -> Result<Option<Token>>;
    /// Notes that it was used; for a session also when it will now end.
    fn touch_token(&mut self, id: TokenId, now: Micros, expires_at: Option<Micros>) -> Result<()>;
    /// Gives a reader's token another secret, with which the earlier one ends; `false` where there is no such token or it was
    /// revoked.
    fn renew_token(&mut self, id: TokenId, hash: &[u8; 32], now: Micros) -> Result<bool>;
    /// Revokes it; `false` where it was revoked already.
    fn revoke_token(&mut self, id: TokenId, now: Micros) -> Result<bool>;
    /// Revokes every session at the desk of an account. Gives how many.
    fn revoke_desk_sessions(&mut self, account: AccountId, now: Micros) -> Result<usize>;
    /// Revokes every session of an account on the server's own pages. Gives how many.
    fn revoke_account_sessions(&mut self, account: AccountId, now: Micros) -> Result<usize>;
    /// A site's tokens for programs, oldest first, revoked ones too.
    fn api_tokens(&mut self, site: SiteId) -> Result<Vec<Token>>;
    /// Deletes tokens that ended before. Gives how many.
    fn forget_tokens(&mut self, before: Micros, limit: i64) -> Result<usize>;
}

//! Sessions on the server's own pages: who somebody is there, for every site, by a cookie that no other page sees.

use crate::app::App;
use crate::domain::clock::Micros;
use crate::domain::id::{AccountId, TokenId};
use crate::service::sessions::{end, good, note_use};
use crate::service::{Result, ServiceError};
use crate::signin::session::ACCOUNT;
use crate::signin::token::{PlainToken, SecretKind};
use crate::storage::Tx;
use crate::storage::stores::tokens::{Token, TokenKind};

/// A session that is being opened: the cookie's value this once in clear.
#[derive(Debug, Clone)]
pub struct Opening {
    /// The cookie's value.
    pub secret: PlainToken,
    id: TokenId,
    created_at: Micros,
}

impl Opening {
    pub(super) fn prepare(app: &App, now: Micros) -> Self {
        Self {
            secret: PlainToken::new(SecretKind::Account, app.rng.as_ref()),
            id: TokenId::new(now, app.rng.as_ref()),
            created_at: now,
        }
    }

    pub(super) fn open_in(&self, tx: &mut dyn Tx, account: AccountId) -> Result<()> {
        tx.insert_token(&Token {
            id: self.id,
            hash: self.secret.hash(),
            kind: TokenKind::Account { account },
            created_at: self.created_at,
            used_at: self.created_at,
            expires_at: Some(self.created_at.plus(ACCOUNT)),
            revoked_at: None,
        })?;
        Ok(())
    }
}

/// Somebody who is signed in on the server's own pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Session {
    /// Whose account.
    pub account: AccountId,
    /// The session.
    pub token: TokenId,
    /// Whether it now lasts longer, so that the cookie should too.
    pub renewed: bool,
}

/// Whoever has the cookie of this value; nobody where it is none, or its session is over.
///
/// # Errors
/// Only storage's.
pub fn session(app: &App, cookie: Option<&str>) -> Result<Option<Session>> {
    let Some(cookie) = cookie.and_then(|cookie| PlainToken::parse(SecretKind::Account, cookie).ok()) else {
        return Ok(None);
    };
    let (hash, now) = (cookie.hash(), app.clock.now());
    let token = match app.db.read(|tx| good(tx, &hash, now)) {
        Ok(token) => token,
        Err(ServiceError::Unauthorised { .. }) => return Ok(None),
        Err(error) => return Err(error),
    };
    let TokenKind::Account { account } = token.kind else {
        return Ok(None);
    };
    let renewed = note_use(app, &token, now, Some(now.plus(ACCOUNT)))?;
    Ok(Some(Session {
        account,
        token: token.id,
        renewed,
    }))
}

/// Ends a session.
///
/// # Errors
/// Only storage's.
pub fn end_session(app: &App, session: &Session) -> Result<()> {
    end(app, session.token)
}

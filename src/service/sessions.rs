//! Who asks: reader's tokens, desk sessions and programs' tokens, from the secret that a request brings to an actor with
//! rights; and their ends.

use crate::app::App;
use crate::domain::account::Membership;
use crate::domain::clock::Micros;
use crate::domain::decision::Actor;
use crate::domain::id::{AccountId, SiteId, TokenId};
use crate::domain::origin::Origin;
use crate::domain::role::{Right, Role};
use crate::limits::Key;
use crate::service::{Result, ServiceError};
use crate::signin::session;
use crate::signin::token::{PlainToken, SecretKind};
use crate::storage::Tx;
use crate::storage::stores::tokens::{Token, TokenKind};

/// Somebody who is signed in on a site, as themselves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reader {
    /// Whose account.
    pub account: AccountId,
    /// Who they are on the site.
    pub membership: Membership,
    /// The site that the token is for.
    pub site: SiteId,
    /// The token.
    pub token: TokenId,
}

/// Somebody or something with a role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Staff {
    who: Who,
    roles: Vec<(Option<SiteId>, Role)>,
    session: TokenId,
    ends: Option<Micros>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Who {
    Account(AccountId),
    Program,
}

impl Staff {
    /// Whether they have the right on a site.
    pub fn may(&self, right: Right, site: SiteId) -> bool {
        self.roles
            .iter()
            .any(|(on, role)| on.is_none_or(|on| on == site) && role.may(right))
    }
    /// As whom decisions are taken down.
    pub fn actor(&self) -> Actor {
        match self.who {
            Who::Account(account) => Actor::Moderator(account),
            Who::Program => Actor::Token(self.session),
        }
    }
    /// The account; programs have none, and so never count as one of two who approve.
    pub fn account(&self) -> Option<AccountId> {
        match self.who {
            Who::Account(account) => Some(account),
            Who::Program => None,
        }
    }
    /// On whose account requests are counted.
    pub fn limit_keys(&self) -> [Key; 1] {
        match self.who {
            Who::Account(account) => [Key::Account(account)],
            Who::Program => [Key::Token(self.session)],
        }
    }
    /// The session or token that they came with.
    pub fn session(&self) -> TokenId {
        self.session
    }
}

/// A session at the desk that is being opened: the cookie's value this once in clear.
#[derive(Debug, Clone)]
pub struct DeskSession {
    /// The cookie's value.
    pub secret: PlainToken,
    /// When it ends if it is not used.
    pub expires_at: Micros,
    id: TokenId,
    created_at: Micros,
}

impl DeskSession {
    pub(super) fn prepare(app: &App, now: Micros) -> Self {
        Self {
            secret: PlainToken::new(SecretKind::Desk, app.rng.as_ref()),
            expires_at: session::desk_ends(now, now),
            id: TokenId::new(now, app.rng.as_ref()),
            created_at: now,
        }
    }
    pub(super) fn open_in(&self, tx: &mut dyn Tx, account: AccountId) -> Result<()> {
        tx.insert_token(&Token {
            id: self.id,
            hash: self.secret.hash(),
            kind: TokenKind::Desk { account },
            created_at: self.created_at,
            used_at: self.created_at,
            expires_at: Some(self.expires_at),
            revoked_at: None,
        })?;
        Ok(())
    }
}

/// The reader behind an embed's token. `site` is the one that the request is about, where it is about one; `origin`
/// where the request names one (reads from the server's own pages name none).
///
/// # Errors
/// 401 `token_invalid`, `token_expired`, `token_revoked`; 403 `token_of_other_site`, `origin_not_listed`.
pub fn reader(app: &App, secret: &str, site: Option<SiteId>, origin: Option<&Origin>) -> Result<Reader> {
    let hash = hash_of(SecretKind::Reader, secret)?;
    let now = app.clock.now();
    let own = &app.config.server.public_url;
    let (token, reader) = app.db.read(|tx| {
        let token = good(tx, &hash, now)?;
        let TokenKind::Embed {
            account,
            site: of,
            origin: bound,
        } = &token.kind
        else {
            return Err(invalid());
        };
        if site.is_some_and(|site| site != *of) {
            return Err(ServiceError::forbidden_with(
                "token_of_other_site",
                "the token is for another site",
            ));
        }
        let listed = tx
            .site(*of)?
            .is_some_and(|site| site.has_origin(bound) || bound == own);
        if !listed || origin.is_some_and(|origin| origin != bound) {
            return Err(ServiceError::forbidden_with(
                "origin_not_listed",
                format!("the token is for {bound} and is taken from there only, while that is one of the site's origins"),
            ));
        }
        let membership = tx
            .membership(*account, *of)?
            .ok_or(ServiceError::inconsistent("memberships", "account_id"))?;
        let reader = Reader {
            account: *account,
            membership,
            site: *of,
            token: token.id,
        };
        Ok((token, reader))
    })?;
    note_use(app, &token, now, None)?;
    Ok(reader)
}

/// Whoever has the desk's cookie of this value.
///
/// # Errors
/// 401 `session_invalid` for anything but a session that stands; an embed's token is none.
pub fn desk(app: &App, cookie: &str) -> Result<Staff> {
    let ended = || ServiceError::unauthorised("session_invalid");
    let hash = PlainToken::parse(SecretKind::Desk, cookie)
        .map_err(|_not_one| ended())?
        .hash();
    let now = app.clock.now();
    let (token, mut staff) = app.db.read(|tx| {
        let token = good(tx, &hash, now).map_err(|error| match error {
            ServiceError::Unauthorised { .. } => ended(),
            other => other,
        })?;
        let TokenKind::Desk { account } = token.kind else {
            return Err(ended());
        };
        let staff = Staff {
            who: Who::Account(account),
            roles: tx.roles(account)?,
            session: token.id,
            ends: token.expires_at,
        };
        Ok((token, staff))
    })?;
    let ends = session::desk_ends(token.created_at, now);
    if note_use(app, &token, now, Some(ends))? {
        staff.ends = Some(ends);
    }
    Ok(staff)
}

/// The program that brings an API token.
///
/// # Errors
/// 401 `token_invalid` (an embed's token is refused here), `token_expired`, `token_revoked`.
pub fn program(app: &App, secret: &str) -> Result<Staff> {
    let hash = hash_of(SecretKind::Api, secret)?;
    let now = app.clock.now();
    let token = app.db.read(|tx| good(tx, &hash, now))?;
    let TokenKind::Api { site, role, .. } = &token.kind else {
        return Err(invalid());
    };
    let staff = Staff {
        who: Who::Program,
        roles: vec![(Some(*site), *role)],
        session: token.id,
        ends: token.expires_at,
    };
    note_use(app, &token, now, None)?;
    Ok(staff)
}

/// Whether a token, good or not, is of the kind that programs have.
pub fn is_of_program(secret: &str) -> bool {
    PlainToken::parse(SecretKind::Api, secret).is_ok()
}

/// Ends a reader's token.
///
/// # Errors
/// Only storage's.
pub fn end_token(app: &App, reader: &Reader) -> Result<()> {
    end(app, reader.token)
}

/// Ends a session at the desk.
///
/// # Errors
/// Only storage's.
pub fn end_session(app: &App, staff: &Staff) -> Result<()> {
    end(app, staff.session)
}

pub(super) fn end(app: &App, id: TokenId) -> Result<()> {
    let now = app.clock.now();
    app.db
        .write(move |tx| Ok::<_, ServiceError>(tx.revoke_token(id, now)?))?;
    tracing::info!(token = %id, "signed out");
    Ok(())
}

fn hash_of(kind: SecretKind, secret: &str) -> Result<[u8; 32]> {
    PlainToken::parse(kind, secret)
        .map(|token| token.hash())
        .map_err(|_not_one| invalid())
}

fn invalid() -> ServiceError {
    ServiceError::unauthorised("token_invalid")
}

/// The token of a hash, where it stands.
pub(super) fn good(tx: &mut dyn Tx, hash: &[u8; 32], now: Micros) -> Result<Token> {
    let token = tx.token_by_hash(hash)?.ok_or_else(invalid)?;
    if token.revoked_at.is_some() {
        Err(ServiceError::unauthorised("token_revoked"))
    } else if token.expires_at.is_some_and(|ends| ends <= now) {
        Err(ServiceError::unauthorised("token_expired"))
    } else {
        Ok(token)
    }
}

/// Writes down that the token was used, and when it ends now. Not every use: `session` says which. Gives whether it was.
pub(super) fn note_use(app: &App, token: &Token, now: Micros, ends: Option<Micros>) -> Result<bool> {
    // A program's first use is told from its making by the time alone.
    let is_first = matches!(token.kind, TokenKind::Api { .. }) && token.used_at == token.created_at;
    if !is_first && !session::is_worth_noting(token.used_at, now) {
        return Ok(false);
    }
    let id = token.id;
    let noted = app
        .db
        .write(move |tx| Ok::<_, ServiceError>(tx.touch_token(id, now, ends)?));
    match noted {
        Ok(()) => Ok(true),
        // Reading goes on while nothing can be written; the next use is noted.
        Err(error) => {
            tracing::warn!(token = %id, %error, "the use of a token could not be noted");
            Ok(false)
        }
    }
}

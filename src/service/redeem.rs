//! Bringing a code back: for a reader's token, or for a session at the desk.
//!
//! A try is taken before the code is compared and commits with a wrong one, so that requests at once compare no more
//! than five codes. What else may be missing (a name, a role) rolls back, so that the same code can be brought again.
//!
//! An answer can be lost on its way. A reader's code is therefore good once more within [`AGAIN_WITHIN`], for who holds the
//! request's verifier: a sign-in has one token, which is given a new secret then, and the earlier secret ends.

use crate::app::App;
use crate::domain::account::{Membership, Standing};
use crate::domain::clock::Micros;
use crate::domain::id::{AccountId, IdentityId, MembershipId, SignInId, TokenId};
use crate::domain::origin::Origin;
use crate::domain::text::{DisplayName, EmailAddress};
use crate::limits::Action;
use crate::screening;
use crate::service::sessions::DeskSession;
use crate::service::sign_in::{self, Held, name_code};
use crate::service::{Client, FieldError, Result, ServiceError};
use crate::signin::email_code::{self, AGAIN_WITHIN, Code, TRIES};
use crate::signin::token::{PlainToken, SecretKind};
use crate::signin::{address, session};
use crate::storage::stores::accounts::{EMAIL, Identity};
use crate::storage::stores::sign_ins::{LetterState, SignIn};
use crate::storage::stores::tokens::{Token, TokenKind};
use crate::storage::{StorageError, Tx};

/// A code that comes back.
#[derive(Debug, Clone)]
pub struct Redeem {
    /// The request and its verifier.
    pub held: Held,
    /// What was typed.
    pub code: String,
}

/// A reader who is signed in now.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// The token: this once in clear.
    pub token: PlainToken,
    /// When it ends.
    pub expires_at: Micros,
    /// Who they are on the site.
    pub membership: Membership,
}

/// Gives a reader's token for the site and origin that the code was asked for, and makes account and membership where
/// there are none yet. `name` is for who is told `name_needed`; else the request's counts. The same code brought again
/// within [`AGAIN_WITHIN`] gives a token again, beside which the earlier one is no good.
///
/// # Errors
/// As [`sign_in::status`]; `code_invalid`, `code_wrong`, `code_expired`, `code_used`, `code_tries_over`; `name_needed`
/// where who is new on the site gave no name (the code is still good), and what may be wrong with a name; limits.
pub fn reader_token(
    app: &App,
    origin: Option<&Origin>,
    client: &Client,
    redeem: &Redeem,
    name: Option<&str>,
) -> Result<SignedIn> {
    let brought = Brought::read(app, origin, client, redeem)?;
    let name = name
        .map(|name| {
            DisplayName::parse(name).map_err(|error| ServiceError::invalid("/name", name_code(error)))
        })
        .transpose()?;
    let now = app.clock.now();
    let token = PlainToken::new(SecretKind::Reader, app.rng.as_ref());
    let newcomer = Newcomer::new(app, &brought.email, now)?;
    let name = name.or_else(|| brought.name.clone());
    let name_key = name.as_ref().map(screening::name_key);
    let membership_id = MembershipId::new(now, app.rng.as_ref());
    // One token a sign-in: by its id it is found again when the code comes back.
    let token_id = TokenId::from_bytes(*brought.sign_in.id.as_bytes());
    let hash = token.hash();

    let tried = app.db.write(move |tx| {
        let good = match brought.try_in(tx, now)? {
            Ok(good) => good,
            Err(refusal) => return Ok(Err(refusal)),
        };
        // Signed out since, or redeemed at the desk: there is nothing to give again.
        if matches!(good, Good::Again(_)) && !tx.renew_token(token_id, &hash, now)? {
            return Ok(Err(Refusal::Used));
        }
        let account = newcomer.account_in(tx)?;
        let membership = match tx.membership(account, brought.sign_in.site_id)? {
            Some(membership) => membership,
            None => {
                let (Some(name), Some(name_key)) = (&name, &name_key) else {
                    return Err(ServiceError::invalid("/name", "name_needed"));
                };
                let membership = Membership {
                    id: membership_id,
                    account_id: account,
                    site_id: brought.sign_in.site_id,
                    name: name.clone(),
                    standing: Standing::New,
                    created_at: now,
                };
                if !tx.insert_membership(&membership, name_key)? {
                    return Err(raced("memberships"));
                }
                membership
            }
        };
        let expires_at = good.first_at(now).plus(session::READER);
        if good == Good::First {
            tx.insert_token(&Token {
                id: token_id,
                hash,
                kind: TokenKind::Embed {
                    account,
                    site: brought.sign_in.site_id,
                    origin: brought.sign_in.origin.clone(),
                },
                created_at: now,
                used_at: now,
                expires_at: Some(expires_at),
                revoked_at: None,
            })?;
        }
        Ok(Ok((brought.sign_in.id, membership, expires_at)))
    })?;
    let (sign_in, membership, expires_at) = tried.map_err(Refusal::told)?;
    tracing::info!(%sign_in, membership = %membership.id, "signed in");
    Ok(SignedIn {
        token,
        expires_at,
        membership,
    })
}

/// Opens a session at the desk for an account that has a role. The code must have been asked for from the server's own
/// pages.
///
/// # Errors
/// As [`reader_token`], without names; `no_role` where the address has none (the code is still good for a reader).
pub fn desk_session(
    app: &App,
    origin: Option<&Origin>,
    client: &Client,
    redeem: &Redeem,
) -> Result<DeskSession> {
    if origin != Some(&app.config.server.public_url) {
        return Err(ServiceError::forbidden_with(
            "origin_not_listed",
            "the desk is on the server's own pages only",
        ));
    }
    let brought = Brought::read(app, origin, client, redeem)?;
    let now = app.clock.now();
    let opening = DeskSession::prepare(app, now);
    let opened = opening.clone();
    let tried = app.db.write(move |tx| {
        match brought.try_in(tx, now)? {
            Ok(Good::First) => {}
            Ok(Good::Again(_)) => return Ok(Err(Refusal::Used)),
            Err(refusal) => return Ok(Err(refusal)),
        }
        let no_role = || ServiceError::forbidden_with("no_role", "this address has no role at any desk here");
        let identity = tx
            .identity(EMAIL, &brought.sign_in.email_hash)?
            .ok_or_else(no_role)?;
        if tx.roles(identity.account_id)?.is_empty() {
            return Err(no_role());
        }
        opened.open_in(tx, identity.account_id)?;
        Ok(Ok(identity.account_id))
    })?;
    let account = tried.map_err(Refusal::told)?;
    tracing::info!(%account, "signed in at the desk");
    Ok(opening)
}

/// A code that was brought back and read, with all that can be computed outside a transaction.
#[derive(Clone)]
struct Brought {
    sign_in: SignIn,
    /// Whether it is the code of `sign_in.resends`.
    right: bool,
    email: EmailAddress,
    name: Option<DisplayName>,
}

impl Brought {
    fn read(app: &App, origin: Option<&Origin>, client: &Client, redeem: &Redeem) -> Result<Self> {
        app.limits.check(Action::SignInCode, &[client.address_key()])?;
        let (id, verifier) = redeem.held.read()?;
        let code = Code::parse(&redeem.code)
            .map_err(|_not_a_code| ServiceError::invalid("/code", "code_invalid"))?;
        let sign_in = app.db.read(|tx| sign_in::find(tx, id, &verifier, origin))?;
        let expected = Code::of(&app.keys, id, sign_in.resends);
        let email = address::open(&app.keys, id.as_bytes(), &sign_in.email_sealed)?;
        let name = sign_in
            .name
            .as_deref()
            .map(DisplayName::parse)
            .transpose()
            .map_err(|_it_was_one| ServiceError::inconsistent("sign_ins", "name"))?;
        Ok(Self {
            right: code.is(&expected),
            sign_in,
            email,
            name,
        })
    }

    /// Takes a try, and redeems the sign-in where the code is right and in time.
    fn try_in(&self, tx: &mut dyn Tx, now: Micros) -> Result<std::result::Result<Good, Refusal>> {
        let id: SignInId = self.sign_in.id;
        let fresh = tx
            .sign_in(id)?
            .ok_or(ServiceError::not_found("sign_in_not_found"))?;
        let accepted_at = fresh.letter_at.filter(|_| fresh.letter == LetterState::Sent);
        match fresh.used_at {
            Some(used_at) if now.since(used_at) > AGAIN_WITHIN => return Ok(Err(Refusal::Used)),
            None if now >= email_code::good_until(fresh.created_at, accepted_at) => {
                return Ok(Err(Refusal::Expired));
            }
            Some(_) | None => {}
        }
        if !tx.take_try(id, TRIES)? {
            return Ok(Err(Refusal::TriesOver));
        }
        // Where the letter was asked for again meanwhile, the code that was compared with is no longer good.
        if !self.right || fresh.resends != self.sign_in.resends {
            return Ok(Err(Refusal::Wrong));
        }
        if let Some(used_at) = fresh.used_at {
            return Ok(Ok(Good::Again(used_at)));
        }
        if !tx.redeem_sign_in(id, now)? {
            return Ok(Err(Refusal::Used));
        }
        Ok(Ok(Good::First))
    }
}

/// A right code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Good {
    /// It was redeemed by this.
    First,
    /// It was redeemed before, at this moment, and not long ago.
    Again(Micros),
}

impl Good {
    /// When it was redeemed.
    fn first_at(self, now: Micros) -> Micros {
        match self {
            Good::First => now,
            Good::Again(first_at) => first_at,
        }
    }
}

/// Why a code is not taken. Told only to who holds the request's verifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Refusal {
    Wrong,
    Expired,
    Used,
    TriesOver,
}

impl Refusal {
    fn told(self) -> ServiceError {
        let (code, detail) = match self {
            Refusal::Wrong => ("code_wrong", "this is not the code of the newest letter"),
            Refusal::Expired => ("code_expired", "the code is too old; begin a new sign-in"),
            Refusal::Used => ("code_used", "the code was used already; begin a new sign-in"),
            Refusal::TriesOver => (
                "code_tries_over",
                "five codes were tried for this sign-in; begin a new one",
            ),
        };
        ServiceError::Invalid {
            code,
            detail: detail.to_owned(),
            errors: vec![FieldError {
                pointer: String::from("/code"),
                code,
            }],
        }
    }
}

/// What is made for an address that no account belongs to yet.
#[derive(Clone)]
pub(super) struct Newcomer {
    identity: Identity,
}

impl Newcomer {
    pub(super) fn new(app: &App, email: &EmailAddress, now: Micros) -> Result<Self> {
        let id = IdentityId::new(now, app.rng.as_ref());
        Ok(Self {
            identity: Identity {
                id,
                account_id: AccountId::new(now, app.rng.as_ref()),
                issuer: EMAIL.to_owned(),
                subject: address::email_hash(&app.keys, email),
                sealed: Some(address::seal(&app.keys, app.rng.as_ref(), id.as_bytes(), email)?),
                email_proven: false,
                created_at: now,
            },
        })
    }

    /// The account that the address leads to, made where there is none.
    pub(super) fn account_in(&self, tx: &mut dyn Tx) -> Result<AccountId> {
        if let Some(identity) = tx.identity(EMAIL, &self.identity.subject)? {
            return Ok(identity.account_id);
        }
        tx.insert_account(self.identity.account_id, self.identity.created_at)?;
        if tx.insert_identity(&self.identity)? {
            Ok(self.identity.account_id)
        } else {
            Err(raced("identities"))
        }
    }
}

/// Another request made the same row meanwhile; run again, the transaction finds it.
fn raced(table: &str) -> ServiceError {
    StorageError::Conflict(format!("{table}: made by another request meanwhile")).into()
}

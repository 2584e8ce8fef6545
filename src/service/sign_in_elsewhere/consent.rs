//! The click that hands a sign-in over to a site: who they will be there is shown, and nothing is given away before it.

use super::account::{self, Session};
use super::{begin, find};
use crate::app::App;
use crate::domain::account::{Membership, Standing};
use crate::domain::clock::Micros;
use crate::domain::id::{AccountId, HandoverId, MembershipId, TokenId};
use crate::domain::site::Site;
use crate::domain::text::DisplayName;
use crate::limits::Action;
use crate::screening;
use crate::service::sign_in::name_code;
use crate::service::{Client, Result, ServiceError};
use crate::signin::csrf::FormToken;
use crate::signin::outside::{self, OpenSaidError, Said};
use crate::signin::session::READER;
use crate::signin::token::{PlainToken, SecretKind};
use crate::storage::stores::accounts::{EMAIL, Identity};
use crate::storage::stores::handovers::{Handover, Mode};
use crate::storage::stores::tokens::{Token, TokenKind};
use crate::storage::{StorageError, Tx};

/// The two cookies of a browser at our sign-in pages.
#[derive(Clone, Default)]
pub struct Cookies {
    /// What it is known by.
    pub browser: Option<String>,
    /// Its session.
    pub account: Option<String>,
}

impl std::fmt::Debug for Cookies {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Cookies(..)")
    }
}

/// A sign-in as its browser sees it.
#[derive(Debug, Clone)]
pub struct Look {
    /// It.
    pub handover: Handover,
    /// Its site.
    pub site: Site,
    /// What was being written on our own page where it began; empty for nothing.
    pub draft: Vec<u8>,
    /// Who is signed in here.
    pub known: Option<Known>,
}

/// Somebody who is signed in here, and who they would be on the site.
#[derive(Debug, Clone)]
pub struct Known {
    /// Their session.
    pub session: Session,
    /// What their forms carry.
    pub form: FormToken,
    /// Their name on the site, where they have been there before.
    pub member: Option<DisplayName>,
    /// The name that the account elsewhere has, where it can be one here.
    pub suggested: Option<DisplayName>,
}

/// A sign-in, for the browser that began it.
///
/// # Errors
/// `sign_in_not_found`, `sign_in_expired`; limits.
pub fn look(app: &App, client: &Client, id: HandoverId, cookies: &Cookies) -> Result<Look> {
    app.limits
        .check(Action::SignInElsewhere, &[client.address_key()])?;
    look_uncounted(app, id, cookies)
}

fn look_uncounted(app: &App, id: HandoverId, cookies: &Cookies) -> Result<Look> {
    let now = app.clock.now();
    let (handover, site) = app.db.read(|tx| {
        let handover = find(tx, id, cookies.browser.as_deref(), now)?;
        let site = tx
            .site(handover.site_id)?
            .ok_or(ServiceError::inconsistent("handovers", "site_id"))?;
        Ok::<_, ServiceError>((handover, site))
    })?;
    let known = match account::session(app, cookies.account.as_deref())? {
        None => None,
        Some(session) => Some(known(app, &site, session)?),
    };
    Ok(Look {
        draft: begin::draft(app, &handover)?,
        handover,
        site,
        known,
    })
}

fn known(app: &App, site: &Site, session: Session) -> Result<Known> {
    let (member, identities) = app.db.read(|tx| {
        let member = tx.membership(session.account, site.id)?;
        Ok::<_, ServiceError>((member, tx.identities(session.account)?))
    })?;
    let mut suggested = None;
    for identity in identities.iter().rev() {
        suggested = suggested.or(said(app, identity)?.display_name());
    }
    Ok(Known {
        session,
        form: FormToken::of(&app.keys, session.token),
        member: member.map(|member| member.name),
        suggested,
    })
}

fn said(app: &App, identity: &Identity) -> Result<Said> {
    match &identity.sealed {
        Some(sealed) if identity.issuer != EMAIL => outside::open(&app.keys, identity.id.as_bytes(), sealed)
            .map_err(|error| match error {
                OpenSaidError::Seal(error) => error.into(),
                OpenSaidError::NotThat => ServiceError::inconsistent("identities", "sealed"),
            }),
        Some(_) | None => Ok(Said::default()),
    }
}

/// What the click led to.
#[derive(Debug, Clone)]
pub enum HandedOver {
    /// The page gets this code.
    Code(PlainToken),
    /// Our own page: the cookie's value of the site.
    Own(PlainToken),
}

/// Hands a sign-in over to its site, after a click on our own page. `form` is what the page's form carried, `name` the
/// display name of who is new on the site.
///
/// # Errors
/// As [`look`]; `token_missing` where nobody is signed in here; `form_outdated` where the form is another session's;
/// `name_needed` and what may be wrong with a name; `code_used` where it was handed over and redeemed already.
pub fn hand_over(
    app: &App,
    client: &Client,
    id: HandoverId,
    cookies: &Cookies,
    form: &str,
    name: &str,
) -> Result<(Look, HandedOver)> {
    app.limits
        .check(Action::SignInElsewhere, &[client.address_key()])?;
    let look = look_uncounted(app, id, cookies)?;
    let known = look
        .known
        .as_ref()
        .ok_or(ServiceError::unauthorised("token_missing"))?;
    if !known.form.is(form) {
        return Err(ServiceError::forbidden_with(
            "form_outdated",
            "the form was rendered for another session than this one; send it again",
        ));
    }
    let now = app.clock.now();
    let newcomer = match &known.member {
        Some(_) => None,
        None => Some(newcomer(app, &look, known.session.account, name, now)?),
    };
    let account = known.session.account;
    let own = look.handover.mode == Mode::Own;
    let kind = if own { SecretKind::Reader } else { SecretKind::Code };
    let secret = PlainToken::new(kind, app.rng.as_ref());
    let hash = secret.hash();
    let token = reader_token(app, &look.handover, account, hash, now);
    app.db.write(move |tx| {
        if let Some((membership, name_key)) = &newcomer {
            join(tx, membership, name_key)?;
        }
        let done = if own {
            // The token's hash is its own code: nothing else is ever redeemed.
            tx.mint_handover(id, account, &hash, now)? && {
                tx.insert_token(&token)?;
                tx.redeem_handover(id, token.id)?
            }
        } else {
            tx.mint_handover(id, account, &hash, now)?
        };
        if done {
            Ok(())
        } else {
            Err(ServiceError::invalid_code(
                "code_used",
                "this sign-in is over; begin a new one",
            ))
        }
    })?;
    tracing::info!(handover = %id, "sign-in elsewhere handed over");
    let handed = if own {
        HandedOver::Own(secret)
    } else {
        HandedOver::Code(secret)
    };
    Ok((look, handed))
}

/// The token of a reader for the origin of a sign-in.
pub(super) fn reader_token(
    app: &App,
    handover: &Handover,
    account: AccountId,
    hash: [u8; 32],
    now: Micros,
) -> Token {
    Token {
        id: TokenId::new(now, app.rng.as_ref()),
        hash,
        kind: TokenKind::Embed {
            account,
            site: handover.site_id,
            origin: handover.origin.clone(),
        },
        created_at: now,
        used_at: now,
        expires_at: Some(now.plus(READER)),
        revoked_at: None,
    }
}

fn newcomer(
    app: &App,
    look: &Look,
    account: AccountId,
    name: &str,
    now: Micros,
) -> Result<(Membership, String)> {
    if name.trim().is_empty() {
        return Err(ServiceError::invalid("/name", "name_needed"));
    }
    let name = DisplayName::parse(name).map_err(|error| ServiceError::invalid("/name", name_code(error)))?;
    let name_key = screening::name_key(&name);
    let membership = Membership {
        id: MembershipId::new(now, app.rng.as_ref()),
        account_id: account,
        site_id: look.site.id,
        name,
        standing: Standing::New,
        created_at: now,
    };
    Ok((membership, name_key))
}

fn join(tx: &mut dyn Tx, membership: &Membership, name_key: &str) -> Result<()> {
    // By another of their windows, meanwhile.
    if tx
        .membership(membership.account_id, membership.site_id)?
        .is_some()
    {
        return Ok(());
    }
    if tx.insert_membership(membership, name_key)? {
        return Ok(());
    }
    let conflict = String::from("memberships: made by another request meanwhile");
    Err(StorageError::Conflict(conflict).into())
}

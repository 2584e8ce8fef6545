//! Asking for the code of an email sign-in: the request, where its letter stands, the letter again. Bringing the code
//! back is `redeem`'s, sending the letter `run_job`'s.
//!
//! Every address gets the same answer, whether or not an account, a membership or a wish for no letters belongs to it.

use std::time::Duration;

use crate::app::App;
use crate::domain::clock::Micros;
use crate::domain::id::SignInId;
use crate::domain::language::Language;
use crate::domain::origin::Origin;
use crate::domain::site::Site;
use crate::domain::text::{DisplayName, EmailAddress, InvalidName};
use crate::jobs::Job;
use crate::limits::{Action, Key, LimitExceeded};
use crate::service::idempotency::IdempotencyKey;
use crate::service::{Client, FieldError, Result, ServiceError};
use crate::signin::address;
use crate::signin::email_code::{AT_MOST, GOOD_FOR, RESEND_AFTER, RESENDS};
use crate::signin::pkce::{Challenge, Verifier};
use crate::storage::Tx;
use crate::storage::stores::idempotency::Remembered;
use crate::storage::stores::sign_ins::{LetterState, SignIn};

/// What somebody types to sign in, and the challenge of their browser.
#[derive(Debug, Clone)]
pub struct CodeRequest {
    /// The address to write to.
    pub email: String,
    /// The display name, for who is new on the site.
    pub name: Option<String>,
    /// The letter's language as a BCP 47 tag; else the site's.
    pub lang: Option<String>,
    /// base64url of SHA-256 of the verifier.
    pub challenge: String,
}

/// Asks for a code. The letter is queued in the same transaction.
///
/// # Errors
/// `email_invalid`, `name_invalid_length`, `name_invalid_characters`, `name_needs_letter`, `lang_invalid`,
/// `challenge_invalid`; limits per client address and per email address.
pub fn request_code(
    app: &App,
    site: &Site,
    origin: Origin,
    client: &Client,
    asked: &CodeRequest,
) -> Result<SignInId> {
    ask(app, site, origin, client, asked, None)
}

/// As [`request_code`]; under the same key the same sign-in, with no other letter.
///
/// # Errors
/// As [`request_code`]; `idempotency_key_reused`, `request_in_progress`.
pub fn request_code_once(
    app: &App,
    site: &Site,
    origin: Origin,
    client: &Client,
    asked: &CodeRequest,
    key: &IdempotencyKey,
) -> Result<SignInId> {
    let scope = key.scope;
    let remembered = app.db.read(|tx| Ok::<_, ServiceError>(tx.remembered(&scope)?))?;
    match key.replay(remembered)? {
        Some(remembered) => made_before(&remembered),
        None => ask(app, site, origin, client, asked, Some(key.clone())),
    }
}

fn made_before(remembered: &Remembered) -> Result<SignInId> {
    let id = remembered.resource.parse();
    id.map_err(|_not_ours| ServiceError::inconsistent("idempotency_keys", "resource"))
}

fn ask(
    app: &App,
    site: &Site,
    origin: Origin,
    client: &Client,
    asked: &CodeRequest,
    key: Option<IdempotencyKey>,
) -> Result<SignInId> {
    // Before anything is read that may be long.
    app.limits.check(Action::SignInStart, &[client.address_key()])?;
    let asked = read(asked)?;
    let email_hash = address::email_hash(&app.keys, &asked.email);
    let letters = letter_keys(client, address::mailbox_hash(&app.keys, &asked.email));
    app.limits.check(Action::SignInStart, &letters)?;

    let now = app.clock.now();
    let id = SignInId::new(now, app.rng.as_ref());
    let sign_in = SignIn {
        id,
        site_id: site.id,
        origin,
        email_hash,
        email_sealed: address::seal(&app.keys, app.rng.as_ref(), id.as_bytes(), &asked.email)?,
        name: asked.name.map(|name| name.as_str().to_owned()),
        lang: asked
            .lang
            .map_or_else(|| site.policy.lang.to_string(), |lang| lang.to_string()),
        challenge: *asked.challenge.as_bytes(),
        resends: 0,
        tries: 0,
        letter: LetterState::Queued,
        letter_at: None,
        resent_at: now,
        created_at: now,
        used_at: None,
    };
    let letter = Job::SendSignInCode {
        sign_in: id,
        resends: 0,
    }
    .to_stored(now, app.rng.as_ref());
    app.db.write(move |tx| {
        if let Some(key) = &key {
            let made = Remembered {
                request: key.request,
                status: 202,
                resource: id.to_string(),
            };
            if !tx.remember(&key.scope, &made, now)? {
                return Err(ServiceError::conflict(
                    "request_in_progress",
                    "the same request is being handled; try again",
                ));
            }
        }
        tx.insert_sign_in(&sign_in)?;
        tx.enqueue(&letter)?;
        Ok::<_, ServiceError>(())
    })?;
    tracing::info!(sign_in = %id, site = %site.slug, "sign-in asked for");
    Ok(id)
}

/// A letter to a mailbox is counted for who asks for it, so that nobody locks another out, and more widely for all.
fn letter_keys(client: &Client, mailbox: [u8; 32]) -> [Key; 2] {
    [client.mailbox_key(mailbox), Key::Email(mailbox)]
}

struct Asked {
    email: EmailAddress,
    name: Option<DisplayName>,
    lang: Option<Language>,
    challenge: Challenge,
}

/// All fields are read before any is refused, so that a form can mark all that is wrong.
fn read(asked: &CodeRequest) -> Result<Asked> {
    let mut errors = Vec::new();
    let mut wrong = |pointer: &str, code: &'static str| {
        errors.push(FieldError {
            pointer: pointer.to_owned(),
            code,
        });
    };
    let email = EmailAddress::parse(&asked.email)
        .map_err(|_invalid| wrong("/email", "email_invalid"))
        .ok();
    let name = asked
        .name
        .as_deref()
        .map(|name| DisplayName::parse(name).map_err(|error| wrong("/name", name_code(error))))
        .transpose()
        .unwrap_or(None);
    let lang = asked
        .lang
        .as_deref()
        .map(|lang| {
            lang.parse::<Language>()
                .map_err(|_not_a_tag| wrong("/lang", "lang_invalid"))
        })
        .transpose()
        .unwrap_or(None);
    let challenge = Challenge::parse(&asked.challenge)
        .map_err(|_invalid| wrong("/challenge", "challenge_invalid"))
        .ok();
    match (email, challenge) {
        (Some(email), Some(challenge)) if errors.is_empty() => Ok(Asked {
            email,
            name,
            lang,
            challenge,
        }),
        _ => Err(ServiceError::invalid_fields(errors)),
    }
}

/// The code for a display name that is refused.
pub(super) fn name_code(error: InvalidName) -> &'static str {
    match error {
        InvalidName::Length => "name_invalid_length",
        InvalidName::Characters => "name_invalid_characters",
        InvalidName::NoLetter => "name_needs_letter",
    }
}

/// What a browser that asked for a code holds of its request.
#[derive(Debug, Clone)]
pub struct Held {
    /// The request's id.
    pub request_id: String,
    /// The verifier of its challenge.
    pub verifier: String,
}

impl Held {
    pub(super) fn read(&self) -> Result<(SignInId, Verifier)> {
        let id = self
            .request_id
            .parse()
            .map_err(|_not_an_id| ServiceError::invalid("/request_id", "request_id_invalid"))?;
        let verifier = Verifier::parse(&self.verifier)
            .map_err(|_not_a_verifier| ServiceError::invalid("/verifier", "verifier_invalid"))?;
        Ok((id, verifier))
    }
}

/// The request of an id, for who holds its verifier and asks from its origin. To everybody else it does not exist: a
/// wrong verifier learns no more than a wrong id.
pub(super) fn find(
    tx: &mut dyn Tx,
    id: SignInId,
    verifier: &Verifier,
    origin: Option<&Origin>,
) -> Result<SignIn> {
    let sign_in = tx
        .sign_in(id)?
        .filter(|sign_in| verifier.answers(&sign_in.challenge))
        .ok_or(ServiceError::not_found("sign_in_not_found"))?;
    if origin == Some(&sign_in.origin) {
        Ok(sign_in)
    } else {
        Err(ServiceError::forbidden_with(
            "origin_not_listed",
            format!("this sign-in was asked for from {}", sign_in.origin),
        ))
    }
}

/// Where a request's letter stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LetterStatus {
    /// Where the newest letter stands.
    pub letter: LetterState,
    /// After how long the letter can be asked for again; `None` where it cannot.
    pub resend_after: Option<Duration>,
}

/// Where the letter of a request stands. That the receiver's server refuses the address for good is told here and
/// nowhere else.
///
/// # Errors
/// `request_id_invalid`, `verifier_invalid`, `sign_in_not_found`, `origin_not_listed`; limits.
pub fn status(app: &App, origin: Option<&Origin>, client: &Client, held: &Held) -> Result<LetterStatus> {
    let (id, verifier) = held.read()?;
    app.limits.check(Action::Read, &[client.address_key()])?;
    let sign_in = app.db.read(|tx| find(tx, id, &verifier, origin))?;
    let now = app.clock.now();
    Ok(LetterStatus {
        letter: sign_in.letter,
        resend_after: is_resendable(&sign_in, now).then(|| sign_in.resent_at.plus(RESEND_AFTER).since(now)),
    })
}

/// Asks for the letter again: with another code, beside which the earlier ones of the request are no good.
///
/// # Errors
/// As [`status`]; `resend_over` where the request is used, too old or has had its letters; limits, also that of a
/// minute between two letters.
pub fn resend(app: &App, origin: Option<&Origin>, client: &Client, held: &Held) -> Result<()> {
    let (id, verifier) = held.read()?;
    app.limits.check(Action::Read, &[client.address_key()])?;
    let sign_in = app.db.read(|tx| find(tx, id, &verifier, origin))?;
    let now = app.clock.now();
    if !is_resendable(&sign_in, now) {
        return Err(over());
    }
    if now < sign_in.resent_at.plus(RESEND_AFTER) {
        return Err(too_early(sign_in.resent_at.plus(RESEND_AFTER).since(now)));
    }
    app.limits.check(Action::SignInStart, &[client.address_key()])?;
    let email = address::open(&app.keys, id.as_bytes(), &sign_in.email_sealed)?;
    let letters = letter_keys(client, address::mailbox_hash(&app.keys, &email));
    app.limits.check(Action::SignInStart, &letters)?;
    let letter = Job::SendSignInCode {
        sign_in: id,
        resends: sign_in.resends + 1,
    }
    .to_stored(now, app.rng.as_ref());
    let before = now.minus(RESEND_AFTER);
    let resends = app.db.write(move |tx| {
        let resends = tx.resend_sign_in(id, RESENDS, before, now)?;
        if resends.is_some() {
            tx.enqueue(&letter)?;
        }
        Ok::<_, ServiceError>(resends)
    })?;
    match resends {
        // Two at once: the other one's letter is under way.
        None => Err(too_early(RESEND_AFTER)),
        Some(resends) => {
            tracing::info!(sign_in = %id, resends, "letter asked for again");
            Ok(())
        }
    }
}

/// The same as where the limit per address refuses, which may be turned off or have been forgotten in a restart.
fn too_early(retry_after: Duration) -> ServiceError {
    ServiceError::Limited(LimitExceeded {
        action: Action::SignInStart,
        policy: "sign-in-resend",
        retry_after,
        limit: 1,
        window: RESEND_AFTER,
    })
}

fn over() -> ServiceError {
    ServiceError::conflict(
        "resend_over",
        "this sign-in is over or has had all its letters; begin a new one",
    )
}

/// Whether another letter could still be of use: a code that comes with less than its full time would only be a
/// nuisance.
fn is_resendable(sign_in: &SignIn, now: Micros) -> bool {
    sign_in.used_at.is_none()
        && sign_in.resends < RESENDS
        && now <= sign_in.created_at.plus(AT_MOST).minus(GOOD_FOR)
}

//! Doing the jobs of the outbox: claim one, do it, write down what became of it. What a job does beside the database
//! (sending a letter) happens with no transaction open, and so may happen twice; it never happens not at all without
//! being told.

use url::Url;

use crate::app::App;
use crate::domain::id::{AccountId, SignInId};
use crate::domain::text::EmailAddress;
use crate::jobs::{Job, schedule};
use crate::mail::{EightDigits, Letter, Line, MessageId, SendError, SignInCode};
use crate::service::{Result, ServiceError, tell_author, tell_moderators};
use crate::signin::email_code::{self, Code};
use crate::signin::stop_link::{self, Stops};
use crate::signin::{address, outside};
use crate::storage::Tx;
use crate::storage::stores::accounts::{EMAIL, Identity};
use crate::storage::stores::jobs::{FailedJob, StoredJob};
use crate::storage::stores::sign_ins::{LetterState, SignIn};

/// A letter whose code would be good for less than this is not sent.
const WORTH_SENDING: std::time::Duration = std::time::Duration::from_secs(60);

/// What the demo's console says beside warnings.
pub const DEMO: &str = "hustings::demo";

/// Does all jobs that are due now, one after the other. Gives how many.
///
/// # Errors
/// Storage's: a job that fails is no error here but is tried again or given up.
pub fn run_due_jobs(app: &App) -> Result<usize> {
    let mut done = 0;
    while run_next(app)? {
        done += 1;
    }
    Ok(done)
}

/// Does the next job that is due. `false` where none is.
///
/// # Errors
/// As [`run_due_jobs`].
pub fn run_next(app: &App) -> Result<bool> {
    let now = app.clock.now();
    let claimed = app
        .db
        .write(move |tx| Ok::<_, ServiceError>(tx.claim_job(now, schedule::LEASE)?))?;
    let Some(stored) = claimed else {
        return Ok(false);
    };
    let outcome = if schedule::is_beyond_tries(stored.attempts) {
        Outcome::Hopeless(String::from("every worker that took it was lost"))
    } else {
        perform(app, &stored)?
    };
    settle(app, &stored, outcome)?;
    Ok(true)
}

/// What became of a try.
#[derive(Debug)]
pub(super) enum Outcome {
    /// Done, or nothing is left to do.
    Done,
    /// Done for this sign-in's letter: where it stands now.
    Letter(SignInId, i16, LetterState),
    /// Done, and taken out of the outbox already.
    Settled,
    /// Worth another try.
    Failed(String),
    /// Another try would fail like this one.
    Hopeless(String),
}

fn perform(app: &App, stored: &StoredJob) -> Result<Outcome> {
    match Job::from_stored(stored) {
        Ok(Job::SendSignInCode { sign_in, resends }) => send_code(app, stored, sign_in, resends),
        Ok(Job::TellModerators { site }) => tell_moderators::gather(app, stored, site),
        Ok(Job::SendWaiting {
            site,
            account,
            comments,
            more,
        }) => tell_moderators::send(app, stored, site, account, &comments, more),
        Ok(Job::TellAuthor { comment, decision }) => tell_author::send(app, stored, comment, decision),
        Err(unreadable) => Ok(Outcome::Hopeless(unreadable.to_string())),
    }
}

/// Writes down what became of a try, and the outcome's own change, in one transaction.
fn settle(app: &App, stored: &StoredJob, outcome: Outcome) -> Result<()> {
    let (id, now) = (stored.id, app.clock.now());
    match outcome {
        Outcome::Settled => Ok(()),
        Outcome::Done => app.db.write(move |tx| Ok::<_, ServiceError>(tx.finish_job(id)?)),
        Outcome::Letter(sign_in, resends, letter) => app.db.write(move |tx| {
            tx.set_letter(sign_in, resends, letter, now)?;
            Ok::<_, ServiceError>(tx.finish_job(id)?)
        }),
        Outcome::Failed(error) => match schedule::next_try(stored.attempts, now) {
            Some(run_at) => {
                tracing::warn!(job = %id, kind = stored.kind, attempts = stored.attempts, %error, "job failed; tried again later");
                app.db
                    .write(move |tx| Ok::<_, ServiceError>(tx.retry_job(id, run_at, &error)?))
            }
            None => give_up(app, stored, error),
        },
        Outcome::Hopeless(error) => give_up(app, stored, error),
    }
}

fn give_up(app: &App, stored: &StoredJob, error: String) -> Result<()> {
    let id = stored.id;
    tracing::error!(
        job = %id,
        kind = stored.kind,
        attempts = stored.attempts,
        %error,
        "job given up; see `hustings mail status`, and `hustings mail retry` once the cause is mended"
    );
    app.db
        .write(move |tx| Ok::<_, ServiceError>(tx.give_up_job(id, &error)?))
}

/// The letter with a code. A letter that is of no use any more is not sent: its code was superseded, used, or would be
/// too old on arrival. Nor is one to an address that wants none; its request is told "sent" like any other, so that
/// nobody can ask us whose wish that is.
fn send_code(app: &App, stored: &StoredJob, id: SignInId, resends: i16) -> Result<Outcome> {
    let found = app.db.read(|tx| facts(tx, id))?;
    let Some((sign_in, site_name, suppressed)) = found else {
        return Ok(Outcome::Done);
    };
    if sign_in.resends != resends || sign_in.used_at.is_some() || sign_in.letter != LetterState::Queued {
        return Ok(Outcome::Done);
    }
    let ends = email_code::good_until(sign_in.created_at, None);
    if app.clock.now().plus(WORTH_SENDING) >= ends {
        tracing::warn!(job = %stored.id, sign_in = %id, "sign-in letter not sent: its code is too old");
        return Ok(Outcome::Done);
    }
    if suppressed {
        return Ok(Outcome::Letter(id, resends, LetterState::Sent));
    }
    let to = match address::open(&app.keys, id.as_bytes(), &sign_in.email_sealed) {
        Ok(to) => to,
        Err(error) => return Ok(Outcome::Hopeless(error.to_string())),
    };
    // The wish for no letters is the mailbox's, however its name is written.
    let mailbox = address::mailbox_hash(&app.keys, &to);
    if app
        .db
        .read(|tx| Ok::<_, ServiceError>(tx.is_suppressed(&mailbox)?))?
    {
        return Ok(Outcome::Letter(id, resends, LetterState::Sent));
    }
    let letter = match letter(app, &sign_in, &mailbox, &site_name) {
        Ok(letter) => letter,
        Err(error) => return Ok(Outcome::Hopeless(error)),
    };
    match app
        .mailer
        .send(&MessageId::new(stored.id, stored.created_at), &to, &letter)
    {
        Ok(_accepted) => {
            if app.config.demo {
                // Nothing is sent in the demo: who tries it out reads the code here. Codes stay out of every other log.
                let code = Code::of(&app.keys, id, resends);
                tracing::info!(target: DEMO, "sign-in code for {}: {}", to.as_str(), code.as_str());
            }
            tracing::info!(job = %stored.id, sign_in = %id, attempts = stored.attempts, "sign-in letter sent");
            Ok(Outcome::Letter(id, resends, LetterState::Sent))
        }
        Err(error @ SendError::PermanentAddress { .. }) => {
            tracing::info!(job = %stored.id, sign_in = %id, %error, "sign-in letter refused");
            Ok(Outcome::Letter(id, resends, LetterState::Refused))
        }
        // The operator may mend what is permanent for now while the code is still good.
        Err(error @ (SendError::Temporary { .. } | SendError::Permanent { .. })) => {
            Ok(Outcome::Failed(error.to_string()))
        }
    }
}

/// One try at a letter that nobody waits for at a screen: an address that is refused for good gets none.
pub(super) fn deliver(app: &App, stored: &StoredJob, to: &EmailAddress, letter: &Letter) -> Result<Outcome> {
    // The wish for no notices is the mailbox's, however its name is written.
    let mailbox = address::mailbox_hash(&app.keys, to);
    if app
        .db
        .read(|tx| Ok::<_, ServiceError>(tx.wants_no_notices(&mailbox)?))?
    {
        return Ok(Outcome::Done);
    }
    Ok(
        match app
            .mailer
            .send(&MessageId::new(stored.id, stored.created_at), to, letter)
        {
            Ok(_accepted) => {
                tracing::info!(job = %stored.id, kind = stored.kind, attempts = stored.attempts, "letter sent");
                Outcome::Done
            }
            Err(error @ SendError::PermanentAddress { .. }) => {
                tracing::warn!(job = %stored.id, kind = stored.kind, %error, "letter refused for its address");
                Outcome::Done
            }
            Err(error @ (SendError::Temporary { .. } | SendError::Permanent { .. })) => {
                Outcome::Failed(error.to_string())
            }
        },
    )
}

/// The proven address of an account, where it has one and wants notices.
pub(super) fn reachable(tx: &mut dyn Tx, account: AccountId) -> Result<Option<Identity>> {
    let sealed: Vec<Identity> = tx
        .identities(account)?
        .into_iter()
        .filter(|identity| identity.sealed.is_some())
        .collect();
    // An address that was proven here comes before one that an issuer vouches for.
    let proven = sealed.iter().find(|identity| identity.issuer == EMAIL);
    match proven.or_else(|| sealed.iter().find(|identity| identity.email_proven)) {
        // The wish about an issuer's address is looked up once that is opened, by `deliver`.
        Some(identity) if identity.issuer == EMAIL && tx.wants_no_notices(&identity.subject)? => Ok(None),
        found => Ok(found.cloned()),
    }
}

/// The address that an identity seals.
pub(super) fn address_of(app: &App, identity: &Identity) -> std::result::Result<EmailAddress, String> {
    let sealed = identity.sealed.as_deref().unwrap_or_default();
    if identity.issuer == EMAIL {
        return address::open(&app.keys, identity.id.as_bytes(), sealed).map_err(|error| error.to_string());
    }
    let said = outside::open(&app.keys, identity.id.as_bytes(), sealed).map_err(|error| error.to_string())?;
    said.address()
        .ok_or_else(|| String::from("what was sealed holds no address"))
}

/// What the owner of an identity's address is known by where they want no more letters.
pub(super) fn letters_hash(app: &App, identity: &Identity, to: &EmailAddress) -> [u8; 32] {
    if identity.issuer == EMAIL {
        identity.subject
    } else {
        address::mailbox_hash(&app.keys, to)
    }
}

/// An address of a page of ours: `path` begins with `/`.
pub(super) fn own_page(app: &App, path: &str) -> std::result::Result<Url, String> {
    format!("{}{path}", app.config.server.public_url)
        .parse()
        .map_err(|error: url::ParseError| error.to_string())
}

/// Where the owner of an address stops letters.
pub(super) fn stop_url(app: &App, stops: Stops, email_hash: &[u8; 32]) -> std::result::Result<Url, String> {
    let token = stop_link::token(&app.keys, stops, email_hash);
    own_page(app, &format!("/letters/stop/{token}"))
}

/// The sign-in, its site's name, and whether its address wants no letters.
fn facts(tx: &mut dyn Tx, id: SignInId) -> Result<Option<(SignIn, String, bool)>> {
    let Some(sign_in) = tx.sign_in(id)? else {
        return Ok(None);
    };
    let site = tx
        .site(sign_in.site_id)?
        .ok_or(ServiceError::inconsistent("sign_ins", "site_id"))?;
    let suppressed = tx.is_suppressed(&sign_in.email_hash)?;
    Ok(Some((sign_in, site.name, suppressed)))
}

fn letter(app: &App, sign_in: &SignIn, mailbox: &[u8; 32], site_name: &str) -> Result<Letter, String> {
    let code: EightDigits = Code::of(&app.keys, sign_in.id, sign_in.resends)
        .as_str()
        .parse()
        .map_err(|error: crate::mail::InvalidDigits| error.to_string())?;
    Ok(Letter::SignInCode(SignInCode {
        lang: sign_in.lang.clone(),
        site_name: Line::of(site_name),
        code,
        asked_on: sign_in.origin.clone(),
        valid_for: email_code::GOOD_FOR,
        stop_url: stop_url(app, Stops::Everything, mailbox)?,
    }))
}

/// What waits in the outbox, and what was given up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutboxStatus {
    /// Jobs that wait for their time or a worker.
    pub waiting: i64,
    /// Jobs that were given up.
    pub given_up: i64,
    /// The newest of those, at most 50.
    pub failed: Vec<FailedJob>,
}

/// What waits in the outbox, and what was given up.
///
/// # Errors
/// Only storage's.
pub fn outbox_status(app: &App) -> Result<OutboxStatus> {
    app.db.read(|tx| {
        let (waiting, given_up) = tx.job_counts()?;
        Ok(OutboxStatus {
            waiting,
            given_up,
            failed: tx.failed_jobs(50)?,
        })
    })
}

/// Tries what was given up again from now. Gives how many.
///
/// # Errors
/// Only storage's.
pub fn revive(app: &App) -> Result<usize> {
    let now = app.clock.now();
    app.db
        .write(move |tx| Ok::<_, ServiceError>(tx.revive_jobs(now)?))
}

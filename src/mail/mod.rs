//! Letters and the ways they leave: one struct a letter, HTML and plain text, sent by SMTP, written as `.eml` files
//! or kept in memory for tests. The only place for lettre. When a letter is sent, and how often, is decided elsewhere.
//!
//! The path of a letter: `Letter` (what it says) -> `message` (MIME bytes, the same on every try) -> `transport`.
//! To add a letter: a file with its struct in `letter`, a template in `templates/`, a variant of [`Letter`], its sentences
//! in `messages/*/letters.ftl`.

mod answer;
mod explain;
mod filed;
mod letter;
mod line;
mod message;
mod settings;
mod transport;
mod verdict;

pub use answer::{Answer, Enhanced, Fault, SendError, Step};
pub use filed::{FiledLetter, newest as filed_letters};
pub use letter::{
    CommentsWait, Contents, EightDigits, FOLDED_AT, InvalidDigits, Letter, NotPublished, Outcome, Probe,
    SignInCode, WaitingComment,
};
pub use line::Line;
pub use message::MessageId;
pub use settings::{Credentials, Delivery, Security, Settings, SettingsError, SmtpSettings};
pub use transport::{Outbox, SentLetter};

use std::sync::atomic::{AtomicU64, Ordering};

use crate::domain::text::EmailAddress;
use message::Stationery;
use transport::Transport;

/// Sends letters. Calls block: use it from worker threads, never from an async task.
pub struct Mailer {
    stationery: Stationery,
    transport: Transport,
    tried: Tried,
}

/// What tries at letters came to, since the mailer was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tally {
    /// Taken by the next hop.
    pub sent: u64,
    /// Worth another try.
    pub put_off: u64,
    /// Refused for good, for their address.
    pub address_refused: u64,
    /// Refused for good, whatever the address.
    pub refused: u64,
}

#[derive(Default)]
struct Tried {
    sent: AtomicU64,
    put_off: AtomicU64,
    address_refused: AtomicU64,
    refused: AtomicU64,
}

impl Tried {
    fn count(&self, result: &Result<Accepted, SendError>) {
        let counter = match result {
            Ok(_) => &self.sent,
            Err(SendError::Temporary { .. }) => &self.put_off,
            Err(SendError::PermanentAddress { .. }) => &self.address_refused,
            Err(SendError::Permanent { .. }) => &self.refused,
        };
        counter.fetch_add(1, Ordering::Relaxed);
    }
}

/// The next hop has taken the letter: the SMTP server answered 250 after its text, or the file has its final name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepted {
    /// The server's words (often its queue id), or the file's name.
    pub answer: String,
}

impl Mailer {
    /// A mailer of these settings. Reads `ca_file`; does not connect or write yet.
    ///
    /// # Errors
    /// The settings cannot work whatever the server says; the error names the key and the mend.
    pub fn new(settings: Settings) -> Result<Self, SettingsError> {
        let stationery = Stationery::new(&settings)?;
        let transport = Transport::new(settings.delivery, &settings.public_host)?;
        Ok(Self {
            stationery,
            transport,
            tried: Tried::default(),
        })
    }

    /// A mailer that keeps its letters, and the place to read them: for tests.
    pub fn memory() -> (Self, Outbox) {
        let outbox = Outbox::default();
        let mailer = Self {
            stationery: Stationery::of_memory(),
            transport: Transport::Memory(outbox.clone()),
            tried: Tried::default(),
        };
        (mailer, outbox)
    }

    /// Sends `letter` to `to`, one try. With the same arguments every try has the same bytes, so that a mail program
    /// that receives two sees one. Each command of SMTP may take `timeout`, and there are some twelve to a letter on a new
    /// connection: a claim on the job must outlast that.
    ///
    /// # Errors
    /// [`SendError::Temporary`] is worth another try, [`SendError::PermanentAddress`] is about this address alone, and
    /// [`SendError::Permanent`] waits for the operator.
    pub fn send(&self, id: &MessageId, to: &EmailAddress, letter: &Letter) -> Result<Accepted, SendError> {
        let sent = self
            .stationery
            .write(id, to, letter)
            .and_then(|message| self.transport.send(&message));
        self.tried.count(&sent);
        sent
    }

    /// What tries at letters came to so far.
    pub fn tally(&self) -> Tally {
        let of = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        Tally {
            sent: of(&self.tried.sent),
            put_off: of(&self.tried.put_off),
            address_refused: of(&self.tried.address_refused),
            refused: of(&self.tried.refused),
        }
    }

    /// Goes as far as a letter would go without sending one: connects, encrypts, signs in; or makes the directory and
    /// writes in it.
    ///
    /// # Errors
    /// As [`Mailer::send`].
    pub fn try_out(&self) -> Result<(), SendError> {
        self.transport.try_out()
    }

    /// What went wrong and what to do about it, in a sentence or two for the operator. It may quote the server, and
    /// with it the address: for a terminal, not for logs.
    pub fn explain(&self, error: &SendError) -> String {
        explain::explain(error, &self.transport.destination(), self.stationery.sender())
    }
}

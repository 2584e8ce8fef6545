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
    CommentsWait, Contents, EightDigits, InvalidDigits, Letter, NotPublished, Outcome, Probe, SignInCode,
    WaitingComment,
};
pub use line::Line;
pub use message::MessageId;
pub use settings::{Credentials, Delivery, Security, Settings, SettingsError, SmtpSettings};
pub use transport::{Outbox, SentLetter};

use crate::domain::text::EmailAddress;
use message::Stationery;
use transport::Transport;

/// Sends letters. Calls block: use it from worker threads, never from an async task.
pub struct Mailer {
    stationery: Stationery,
    transport: Transport,
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
        })
    }

    /// A mailer that keeps its letters, and the place to read them: for tests.
    pub fn memory() -> (Self, Outbox) {
        let outbox = Outbox::default();
        let mailer = Self {
            stationery: Stationery::of_memory(),
            transport: Transport::Memory(outbox.clone()),
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
        let message = self.stationery.write(id, to, letter)?;
        self.transport.send(&message)
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

//! The ways a written letter leaves, one file each. They know bytes and addresses, not what a letter says.

mod file;
mod memory;
mod pool;
mod smtp;

pub use memory::{Outbox, SentLetter};

use super::Accepted;
use super::answer::SendError;
use super::message::Written;
use super::settings::{Delivery, SettingsError};

/// Where letters go.
pub(super) enum Transport {
    /// To a directory.
    File(file::FileTransport),
    /// To an SMTP server.
    Smtp(Box<smtp::SmtpTransport>),
    /// Nowhere; tests read them.
    Memory(Outbox),
}

/// Where letters go, in words for explanations.
pub(super) enum Destination {
    /// A directory, as configured.
    Directory(String),
    /// `host:port`.
    Server(String),
    /// Memory.
    Memory,
}

impl Transport {
    pub(super) fn new(delivery: Delivery, public_host: &str) -> Result<Self, SettingsError> {
        Ok(match delivery {
            Delivery::File { directory } => Transport::File(file::FileTransport::new(directory)),
            Delivery::Smtp(settings) => {
                Transport::Smtp(Box::new(smtp::SmtpTransport::new(settings, public_host)?))
            }
        })
    }

    pub(super) fn send(&self, letter: &Written) -> Result<Accepted, SendError> {
        match self {
            Transport::File(file) => file.send(letter),
            Transport::Smtp(smtp) => smtp.send(letter),
            Transport::Memory(outbox) => outbox.take(letter),
        }
    }

    pub(super) fn try_out(&self) -> Result<(), SendError> {
        match self {
            Transport::File(file) => file.try_out(),
            Transport::Smtp(smtp) => smtp.try_out(),
            Transport::Memory(_) => Ok(()),
        }
    }

    pub(super) fn destination(&self) -> Destination {
        match self {
            Transport::File(file) => Destination::Directory(file.directory().display().to_string()),
            Transport::Smtp(smtp) => Destination::Server(smtp.server()),
            Transport::Memory(_) => Destination::Memory,
        }
    }
}

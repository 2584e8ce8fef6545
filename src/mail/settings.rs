//! What the mailer needs to know, already read and typed. Where the values come from is the configuration's business.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use super::line::Line;
use crate::domain::text::EmailAddress;

/// How letters are signed and sent.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Host of the server's public address (`server.public_url`), without port: the name given in EHLO and the right
    /// side of every `Message-ID`. A name in ASCII, an IPv4 address, or an IPv6 address in brackets.
    pub public_host: String,
    /// The name in the `From` of every letter.
    pub from_name: Option<Line>,
    /// The address in the `From` of every letter, which is its envelope's sender too.
    pub from_address: EmailAddress,
    /// The way letters leave.
    pub delivery: Delivery,
}

/// The way letters leave.
#[derive(Debug, Clone)]
pub enum Delivery {
    /// Each letter becomes `<id>.eml` in this directory, which is made when the first letter is written.
    File {
        /// The directory.
        directory: PathBuf,
    },
    /// Letters go to an SMTP server.
    Smtp(SmtpSettings),
}

/// How to reach the SMTP server that takes letters.
#[derive(Debug, Clone)]
pub struct SmtpSettings {
    /// Its host name, or an IP address without brackets.
    pub host: String,
    /// Its port: usually 587 with STARTTLS, 465 with TLS.
    pub port: u16,
    /// How the connection is protected.
    pub security: Security,
    /// With what we sign in; `None` where the server takes letters without.
    pub credentials: Option<Credentials>,
    /// A PEM file of certificate authorities to trust *instead of* the public ones: for a relay with a private CA.
    pub ca_file: Option<PathBuf>,
    /// How long to wait for the connection and for the answer to each command; the file's default is 30 s.
    pub timeout: Duration,
    /// How many connections are kept open between letters. They are closed after 30 idle seconds.
    pub pool_size: usize,
}

/// How the connection to the SMTP server is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Security {
    /// STARTTLS, required: where it is not offered nothing is sent.
    StartTls,
    /// TLS from the first byte.
    Tls,
    /// None, and the password goes in clear where there is one: for a relay on the same machine or in the same private
    /// network.
    None,
}

/// A user name and password for AUTH PLAIN or LOGIN.
#[derive(Clone)]
pub struct Credentials {
    /// The user name.
    pub username: String,
    /// The password.
    pub password: String,
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Credentials(..)")
    }
}

/// The settings cannot work, whatever the server says.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    /// A name or address that goes into SMTP commands holds what cannot stand there.
    #[error("{key} cannot be used: {reason}")]
    Value {
        /// The key in the configuration file.
        key: &'static str,
        /// What is wrong with it.
        reason: String,
    },
    /// `mail.smtp.ca_file` cannot be read as certificates.
    #[error("mail.smtp.ca_file: {reason}")]
    CaFile {
        /// What is wrong with it.
        reason: String,
    },
}

//! The section `mail`: from whom letters come and how they leave.

use std::fmt;
use std::net::IpAddr;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use super::error::UnknownWord;
use super::reader::Reader;
use super::secret::Secret;
use crate::domain::origin::Origin;
use crate::domain::text::{EmailAddress, InvalidEmail};

/// The section `mail`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailConfig {
    /// How letters leave.
    pub transport: MailTransport,
    /// From whom they come.
    pub from: Sender,
}

/// How letters leave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MailTransport {
    /// One `.eml` file a letter in this directory, for trying things out.
    File {
        /// The directory; made where it is missing.
        directory: PathBuf,
    },
    /// To a mail server.
    Smtp(SmtpConfig),
}

/// The section `mail.smtp`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SmtpConfig {
    /// The server's name or address.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the connection is protected.
    pub security: SmtpSecurity,
    /// With what the server signs in there.
    pub credentials: Option<SmtpCredentials>,
    /// How long each step may take.
    pub timeout: Duration,
    /// Connections kept at most.
    pub pool: u32,
    /// PEM file with the authority that signed the server's certificate, where that is not a public one.
    pub ca_file: Option<PathBuf>,
}

/// With what the server signs in to the mail server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SmtpCredentials {
    /// The user's name.
    pub username: String,
    /// The password.
    pub password: Secret<String>,
}

/// How the connection to the mail server is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SmtpSecurity {
    /// Begun plain, TLS before anything is said; refused where the server does not offer it.
    StartTls,
    /// TLS from the first byte.
    Tls,
    /// Plain.
    None,
}

/// From whom letters come: `comments@example.org` or `Ward News <comments@example.org>`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sender {
    /// The name shown beside the address.
    pub name: Option<String>,
    /// The address.
    pub address: EmailAddress,
}

/// Why a sender is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidSender {
    /// The address is none.
    #[error("it is not an email address of the form name@example.org")]
    Address(#[from] InvalidEmail),
    /// The name holds controls, quotes or brackets, or is longer than 100 bytes.
    #[error("the name before the address cannot hold quotes, brackets or line breaks")]
    Name,
}

impl MailConfig {
    pub(super) fn read(reader: &mut Reader, public_url: &Origin) -> Self {
        let kind = reader.value("mail.transport", TransportKind::File, "write file or smtp");
        let directory = reader.path("mail.directory", "./data/mail");
        let from = sender(reader, kind);
        let smtp = SmtpConfig::read(reader, kind);
        let transport = match kind {
            TransportKind::Smtp => MailTransport::Smtp(smtp),
            TransportKind::File => {
                if public_url.is_https() && !public_url.is_loopback() {
                    reader.error(
                        "mail.transport",
                        format!("letters would go to files while readers use {public_url}, and no code would reach them"),
                        "write smtp, and the mail server under [mail.smtp]",
                    );
                }
                if reader.is_given("mail.smtp.host") {
                    reader.warn("mail.smtp.host", "it is not used, since mail.transport is file");
                }
                MailTransport::File { directory }
            }
        };
        Self { transport, from }
    }
}

fn sender(reader: &mut Reader, kind: TransportKind) -> Sender {
    let key = "mail.from";
    // `.example` is reserved: the default cannot be somebody's domain.
    let default = Sender {
        name: Some(String::from("Hustings")),
        address: EmailAddress::comments_at_example(),
    };
    let mend =
        "write an address that your mail server may send from, such as Ward News <comments@example.org>";
    if kind == TransportKind::Smtp && !reader.is_given(key) {
        reader.error(key, "it is missing, and letters need a sender", mend);
    }
    reader.value(key, default, mend)
}

impl SmtpConfig {
    fn read(reader: &mut Reader, kind: TransportKind) -> Self {
        let used = kind == TransportKind::Smtp;
        let host: Option<String> = reader.optional(
            "mail.smtp.host",
            "write the mail server's name, such as smtp.example.org",
        );
        if used && !reader.is_given("mail.smtp.host") {
            reader.error(
                "mail.smtp.host",
                "it is missing, and mail.transport is smtp",
                "write the mail server's name, such as smtp.example.org",
            );
        }
        let host = host.unwrap_or_default();
        if host.contains(|c: char| c.is_whitespace() || matches!(c, '/' | '@' | '[')) {
            reader.error(
                "mail.smtp.host",
                format!("{host:?} is not a host's name alone"),
                "write the name without scheme, user and port; the port is mail.smtp.port",
            );
        }
        let security = reader.value(
            "mail.smtp.security",
            SmtpSecurity::StartTls,
            "write starttls, tls or none",
        );
        let port = reader.number("mail.smtp.port", security.port(), 1..=u16::MAX);
        let credentials = credentials(reader);
        if used && security == SmtpSecurity::None && !is_loopback(&host) {
            let what = match credentials {
                Some(_) => "the password and every sign-in code cross the network unprotected",
                None => "every sign-in code crosses the network unprotected",
            };
            reader.warn("mail.smtp.security", format!("{what}; write starttls or tls"));
        }
        let ca_file = reader.optional_path("mail.smtp.ca_file");
        if let Some(path) = ca_file.as_ref().filter(|path| used && !path.is_file()) {
            reader.error(
                "mail.smtp.ca_file",
                format!("there is no file {}", path.display()),
                "name a PEM file, or remove the key to use the public authorities",
            );
        }
        Self {
            host,
            port,
            security,
            credentials,
            timeout: Duration::from_secs(reader.number("mail.smtp.timeout_seconds", 30, 1..=300)),
            pool: reader.number("mail.smtp.pool", 2, 1..=50),
            ca_file,
        }
    }
}

fn credentials(reader: &mut Reader) -> Option<SmtpCredentials> {
    let username: Option<String> =
        reader.optional("mail.smtp.username", "write the user's name at the mail server");
    let password = reader.secret("mail.smtp.password");
    let password_given = reader.is_given("mail.smtp.password") || reader.is_given("mail.smtp.password_file");
    match (username, password) {
        (Some(username), Some(password)) => Some(SmtpCredentials { username, password }),
        (Some(_), None) if !password_given => {
            reader.error(
                "mail.smtp.password",
                "it is missing, and mail.smtp.username is given",
                "write it, or name a file with it by mail.smtp.password_file",
            );
            None
        }
        (None, Some(_)) => {
            reader.error(
                "mail.smtp.username",
                "it is missing, and a password is given",
                "write it, or remove the password",
            );
            None
        }
        (Some(_) | None, None) => None,
    }
}

fn is_loopback(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

impl fmt::Display for Sender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.name {
            Some(name) => write!(f, "{name} <{}>", self.address.as_str()),
            None => f.write_str(self.address.as_str()),
        }
    }
}

impl FromStr for Sender {
    type Err = InvalidSender;
    fn from_str(text: &str) -> Result<Self, InvalidSender> {
        let (name, address) = match text.trim().strip_suffix('>') {
            Some(rest) => rest.rsplit_once('<').ok_or(InvalidEmail)?,
            None => ("", text),
        };
        let name = name.trim();
        if name.len() > 100 || name.contains(|c: char| c.is_control() || matches!(c, '"' | '<' | '>' | '\\'))
        {
            return Err(InvalidSender::Name);
        }
        Ok(Self {
            name: (!name.is_empty()).then(|| name.to_owned()),
            address: EmailAddress::parse(address)?,
        })
    }
}

/// The words of `mail.transport`.
#[derive(Clone, Copy, PartialEq, Eq)]
enum TransportKind {
    File,
    Smtp,
}

impl TransportKind {
    fn as_str(self) -> &'static str {
        match self {
            TransportKind::File => "file",
            TransportKind::Smtp => "smtp",
        }
    }
}

impl fmt::Display for TransportKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for TransportKind {
    type Err = UnknownWord;
    fn from_str(word: &str) -> Result<Self, UnknownWord> {
        UnknownWord::choose(
            word,
            [TransportKind::File, TransportKind::Smtp],
            TransportKind::as_str,
        )
    }
}

impl SmtpSecurity {
    /// The word in the configuration.
    pub fn as_str(self) -> &'static str {
        match self {
            SmtpSecurity::StartTls => "starttls",
            SmtpSecurity::Tls => "tls",
            SmtpSecurity::None => "none",
        }
    }
    /// The port that mail servers offer it on (RFC 8314, RFC 5321).
    fn port(self) -> u16 {
        match self {
            SmtpSecurity::StartTls => 587,
            SmtpSecurity::Tls => 465,
            SmtpSecurity::None => 25,
        }
    }
}

impl fmt::Display for SmtpSecurity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for SmtpSecurity {
    type Err = UnknownWord;
    fn from_str(word: &str) -> Result<Self, UnknownWord> {
        let all = [SmtpSecurity::StartTls, SmtpSecurity::Tls, SmtpSecurity::None];
        UnknownWord::choose(word, all, SmtpSecurity::as_str)
    }
}

//! Letters over SMTP. Drives lettre's connection command by command, since lettre's own transport does not tell which
//! command was refused, and a refused receiver is another matter than a refused sender.

use std::error::Error;
use std::io::{self, ErrorKind};
use std::net::{SocketAddr, ToSocketAddrs};
use std::path::Path;
use std::sync::{Arc, mpsc};
use std::time::Duration;

use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{Certificate, CertificateStore, SmtpConnection, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt, Rset};
use lettre::transport::smtp::extension::ClientId;
use lettre::transport::smtp::response::Response;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};

use super::pool::Pool;
use crate::mail::Accepted;
use crate::mail::answer::{Fault, SendError, Step};
use crate::mail::message::Written;
use crate::mail::settings::{self, Security, SettingsError, SmtpSettings};
use crate::mail::verdict::{refused, stopped};

/// A connection that waited longer is closed: servers close idle ones after minutes, some sooner.
const IDLE_LIMIT: Duration = Duration::from_secs(30);

const MECHANISMS: [Mechanism; 2] = [Mechanism::Plain, Mechanism::Login];

/// The server closes the connection with this code, whatever the command (RFC 5321 3.8).
const CLOSING: u16 = 421;

/// Sends letters to one server over connections that are used again.
pub struct SmtpTransport {
    host: String,
    port: u16,
    hello: ClientId,
    security: Protection,
    credentials: Option<Credentials>,
    timeout: Duration,
    pool: Arc<Pool>,
    /// Its end ends the thread that closes idle connections.
    _pool_in_use: mpsc::Sender<()>,
}

enum Protection {
    StartTls(TlsParameters),
    Tls(TlsParameters),
    None,
}

impl SmtpTransport {
    pub(super) fn new(settings: SmtpSettings, public_host: &str) -> Result<Self, SettingsError> {
        check_values(&settings)?;
        let security = match settings.security {
            Security::StartTls => Protection::StartTls(tls_parameters(&settings)?),
            Security::Tls => Protection::Tls(tls_parameters(&settings)?),
            Security::None => Protection::None,
        };
        let (pool, in_use) = Pool::open(settings.pool_size, IDLE_LIMIT);
        Ok(Self {
            hello: hello(public_host)?,
            security,
            credentials: settings
                .credentials
                .map(|known| Credentials::new(known.username, known.password)),
            timeout: settings.timeout,
            host: settings.host,
            port: settings.port,
            pool,
            _pool_in_use: in_use,
        })
    }

    pub(super) fn server(&self) -> String {
        if self.host.contains(':') {
            format!("[{}]:{}", self.host, self.port)
        } else {
            format!("{}:{}", self.host, self.port)
        }
    }

    pub(super) fn send(&self, letter: &Written) -> Result<Accepted, SendError> {
        if let Some(connection) = self.pool.take() {
            match self.hand_over(connection, letter) {
                // The server may have had enough of this connection (its limit of letters, a restart). A new one
                // tells whether it is more than that. Nothing of the letter has gone out yet.
                Err(SendError::Temporary { answer }) if answer.step == Step::Sender => {}
                outcome => return outcome,
            }
        }
        self.hand_over(self.connect()?, letter)
    }

    pub(super) fn try_out(&self) -> Result<(), SendError> {
        // An answer to QUIT says nothing about letters.
        self.connect()?.abort();
        Ok(())
    }

    /// Sends one letter and keeps the connection where it can be used again.
    fn hand_over(&self, mut connection: SmtpConnection, letter: &Written) -> Result<Accepted, SendError> {
        let outcome = deliver(&mut connection, letter);
        let in_step = match &outcome {
            Ok(_accepted) => true,
            Err(error) => match error.answer().fault {
                Fault::Reply { code, .. } => code != CLOSING && connection.command(Rset).is_ok(),
                _ => false,
            },
        };
        if in_step {
            self.pool.give_back(connection);
        }
        outcome
    }

    /// Connects, encrypts and signs in.
    fn connect(&self) -> Result<SmtpConnection, SendError> {
        let addresses = self.addresses()?;
        let tls_at_once = match &self.security {
            Protection::Tls(tls) => Some(tls),
            Protection::StartTls(_) | Protection::None => None,
        };
        let mut connection = SmtpConnection::connect(
            addresses.as_slice(),
            Some(self.timeout),
            &self.hello,
            tls_at_once,
            None,
        )
        .map_err(|error| failed(Step::Connect, &error))?;
        if let Protection::StartTls(tls) = &self.security {
            if !connection.can_starttls() {
                connection.abort();
                return Err(stopped(Step::StartTls, Fault::NoStartTls, ""));
            }
            connection
                .starttls(tls, &self.hello)
                .map_err(|error| failed(Step::StartTls, &error))?;
        }
        if let Some(credentials) = &self.credentials {
            if connection.server_info().get_auth_mechanism(&MECHANISMS).is_none() {
                connection.abort();
                return Err(stopped(Step::SignIn, Fault::NoAuth, ""));
            }
            let signed_in = at(Step::SignIn, connection.auth(&MECHANISMS, credentials))
                .and_then(|reply| in_step(Step::SignIn, &reply, 235));
            if let Err(error) = signed_in {
                connection.abort();
                return Err(error);
            }
        }
        Ok(connection)
    }

    /// The server's addresses: looked up here, so that an unknown name is told apart from a server that is down.
    fn addresses(&self) -> Result<Vec<SocketAddr>, SendError> {
        match (self.host.as_str(), self.port).to_socket_addrs() {
            Ok(addresses) => Ok(addresses.collect()),
            Err(error) => Err(stopped(Step::Connect, Fault::UnknownHost, &error.to_string())),
        }
    }
}

fn deliver(connection: &mut SmtpConnection, letter: &Written) -> Result<Accepted, SendError> {
    // The message is ASCII (message.rs), so neither SMTPUTF8 nor 8BITMIME is needed of the server.
    at(
        Step::Sender,
        connection.command(Mail::new(Some(letter.from.clone()), Vec::new())),
    )?;
    at(
        Step::Recipient,
        connection.command(Rcpt::new(letter.to.clone(), Vec::new())),
    )?;
    let listens = at(Step::Data, connection.command(Data))?;
    in_step(Step::Data, &listens, 354)?;
    let taken = at(Step::Text, connection.message(&letter.bytes))?;
    in_step(Step::Text, &taken, 250)?;
    Ok(Accepted {
        answer: format!("{} {}", taken.code(), taken.first_line().unwrap_or_default()),
    })
}

fn at(step: Step, outcome: Result<Response, lettre::transport::smtp::Error>) -> Result<Response, SendError> {
    outcome.map_err(|error| failed(step, &error))
}

/// Refuses a positive reply that is not the one this step ends with. lettre reads on from what came in clear before
/// STARTTLS took effect, so that somebody on the way could slip in a reply and have each later one taken for the next:
/// a letter would seem taken that was not.
fn in_step(step: Step, reply: &Response, expected: u16) -> Result<(), SendError> {
    let code = u16::from(reply.code());
    if code == expected {
        Ok(())
    } else {
        let words = format!("answered {code} where {expected} was due");
        Err(stopped(step, Fault::NotSmtp, &words))
    }
}

/// What lettre's error at `step` means.
fn failed(step: Step, error: &lettre::transport::smtp::Error) -> SendError {
    let words = error
        .source()
        .map_or_else(|| error.to_string(), ToString::to_string);
    if let Some(code) = error.status() {
        return refused(step, u16::from(code), &words);
    }
    let fault = if error.is_response() || error.is_client() {
        // lettre says this where the connection ends before or within a reply.
        if words == "incomplete response" {
            Fault::Lost
        } else {
            Fault::NotSmtp
        }
    } else {
        std::iter::successors(error.source(), |cause| (*cause).source())
            .find_map(fault_of)
            .unwrap_or(Fault::Lost)
    };
    stopped(step, fault, &words)
}

fn fault_of(cause: &(dyn Error + 'static)) -> Option<Fault> {
    if let Some(tls) = cause.downcast_ref::<rustls::Error>() {
        return Some(tls_fault(tls));
    }
    let system = cause.downcast_ref::<io::Error>()?;
    if let Some(tls) = system
        .get_ref()
        .and_then(|inner| inner.downcast_ref::<rustls::Error>())
    {
        return Some(tls_fault(tls));
    }
    Some(match system.kind() {
        // A read that timed out is `WouldBlock` on Unix.
        ErrorKind::TimedOut | ErrorKind::WouldBlock => Fault::Timeout,
        ErrorKind::ConnectionRefused
        | ErrorKind::HostUnreachable
        | ErrorKind::NetworkUnreachable
        | ErrorKind::AddrNotAvailable => Fault::Unreachable,
        _ => Fault::Lost,
    })
}

fn tls_fault(error: &rustls::Error) -> Fault {
    match error {
        rustls::Error::InvalidCertificate(_) => Fault::Certificate,
        _ => Fault::Tls,
    }
}

/// Refuses what could not work, or would be unsafe, whatever the server says.
fn check_values(settings: &SmtpSettings) -> Result<(), SettingsError> {
    let unusable = |key, reason: &str| {
        Err(SettingsError::Value {
            key,
            reason: reason.to_owned(),
        })
    };
    let odd = |c: char| c.is_control() || c.is_whitespace() || matches!(c, '/' | '@' | '[' | ']');
    if settings.host.is_empty() || settings.host.contains(odd) {
        return unusable(
            "mail.smtp.host",
            "write a host name or an IP address, nothing else",
        );
    }
    if settings.port == 0 {
        return unusable("mail.smtp.port", "0 is not a port; 587 is usual, 465 for TLS");
    }
    if settings.timeout.is_zero() {
        return unusable("mail.smtp.timeout_seconds", "give the server at least a second");
    }
    let Some(settings::Credentials { username, password }) = &settings.credentials else {
        return Ok(());
    };
    if username.is_empty() || username.contains('\0') {
        return unusable("mail.smtp.username", "it is empty or holds NUL");
    }
    if password.is_empty() || password.contains('\0') {
        return unusable("mail.smtp.password", "it is empty or holds NUL");
    }
    Ok(())
}

fn hello(public_host: &str) -> Result<ClientId, SettingsError> {
    match url::Host::parse(public_host) {
        Ok(url::Host::Domain(name)) => Ok(ClientId::Domain(name)),
        Ok(url::Host::Ipv4(address)) => Ok(ClientId::Ipv4(address)),
        Ok(url::Host::Ipv6(address)) => Ok(ClientId::Ipv6(address)),
        Err(error) => Err(SettingsError::Value {
            key: "server.public_url",
            reason: error.to_string(),
        }),
    }
}

fn tls_parameters(settings: &SmtpSettings) -> Result<TlsParameters, SettingsError> {
    let unusable = |error: &dyn Error| SettingsError::Value {
        key: "mail.smtp.host",
        reason: format!("no certificate can be for it ({error})"),
    };
    ServerName::try_from(settings.host.as_str()).map_err(|error| unusable(&error))?;
    let builder = TlsParameters::builder(settings.host.clone());
    match &settings.ca_file {
        None => builder
            .certificate_store(CertificateStore::WebpkiRoots)
            .build()
            .map_err(|error| unusable(&error)),
        Some(path) => builder
            .certificate_store(CertificateStore::None)
            .add_root_certificate(authorities(path)?)
            .build()
            .map_err(|error| ca_file(path, &error.to_string())),
    }
}

fn authorities(path: &Path) -> Result<Certificate, SettingsError> {
    let pem = std::fs::read(path).map_err(|error| ca_file(path, &error.to_string()))?;
    // lettre takes a file without a certificate as an empty list, and nothing would ever be trusted.
    if CertificateDer::pem_slice_iter(&pem).next().is_none() {
        return Err(ca_file(path, "it holds no certificate in PEM form"));
    }
    Certificate::from_pem(&pem).map_err(|error| ca_file(path, &error.to_string()))
}

fn ca_file(path: &Path, reason: &str) -> SettingsError {
    SettingsError::CaFile {
        reason: format!("{}: {reason}", path.display()),
    }
}

//! Encryption of connections to PostgreSQL, by `sslmode` and `sslrootcert` as libpq means them. The driver knows only
//! the first three modes, so both parameters are taken out of the address before it sees it.

use std::path::Path;
use std::sync::Arc;

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme};
use tokio_postgres::config::SslMode;
use tokio_postgres_rustls::MakeRustlsConnect;

use super::connect::unavailable;
use crate::storage::Result;

/// What the other side must prove.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    /// No encryption.
    Disable,
    /// Encryption where the server offers it, with whoever answers.
    Prefer,
    /// Encryption, with whoever answers; with `sslrootcert` as `VerifyCa`, as libpq has it.
    Require,
    /// A certificate that one of the roots vouches for.
    VerifyCa,
    /// Such a certificate for the host that is asked.
    VerifyFull,
}

/// How connections are encrypted.
#[derive(Debug, Clone)]
pub(super) struct Tls {
    mode: Mode,
    config: Arc<ClientConfig>,
}

impl Tls {
    /// Reads both parameters, and gives the address without them.
    pub(super) fn from_url(url: &str) -> Result<(Self, String)> {
        let (mode, root_file, rest) = take_parameters(url)?;
        let config = client_config(mode, root_file.as_deref().map(Path::new))?;
        Ok((
            Self {
                mode,
                config: Arc::new(config),
            },
            rest,
        ))
    }

    pub(super) fn mode(&self) -> SslMode {
        match self.mode {
            Mode::Disable => SslMode::Disable,
            Mode::Prefer => SslMode::Prefer,
            Mode::Require | Mode::VerifyCa | Mode::VerifyFull => SslMode::Require,
        }
    }

    pub(super) fn connector(&self) -> MakeRustlsConnect {
        MakeRustlsConnect::new(ClientConfig::clone(&self.config))
    }
}

/// The mode, the file of roots, and the address without either.
fn take_parameters(url: &str) -> Result<(Mode, Option<String>, String)> {
    let (address, query) = url.split_once('?').unwrap_or((url, ""));
    let (mut mode, mut root_file, mut rest) = (None, None, Vec::new());
    for parameter in query.split('&').filter(|parameter| !parameter.is_empty()) {
        match parameter.split_once('=') {
            Some(("sslmode", value)) => mode = Some(parse_mode(value)?),
            Some(("sslrootcert", value)) => root_file = Some(decode(value)),
            _ => rest.push(parameter),
        }
    }
    // `system` names the roots that everybody trusts; libpq then insists on the strictest mode, and so do we.
    if root_file.as_deref() == Some("system") {
        root_file = None;
        mode = mode.or(Some(Mode::VerifyFull));
    }
    let mode = match mode.unwrap_or(Mode::Prefer) {
        Mode::Require if root_file.is_some() => Mode::VerifyCa,
        mode => mode,
    };
    let query = rest.join("&");
    let rest = if query.is_empty() {
        address.to_owned()
    } else {
        format!("{address}?{query}")
    };
    Ok((mode, root_file, rest))
}

fn parse_mode(text: &str) -> Result<Mode> {
    match text {
        "disable" => Ok(Mode::Disable),
        "prefer" | "allow" => Ok(Mode::Prefer),
        "require" => Ok(Mode::Require),
        "verify-ca" => Ok(Mode::VerifyCa),
        "verify-full" => Ok(Mode::VerifyFull),
        _ => Err(unavailable(
            "sslmode in the database's address is none of disable, prefer, require, verify-ca and verify-full",
        )),
    }
}

/// A parameter's value as it is meant.
fn decode(value: &str) -> String {
    url::form_urlencoded::parse(format!("v={value}").as_bytes())
        .next()
        .map_or_else(String::new, |(_, value)| value.into_owned())
}

fn client_config(mode: Mode, root_file: Option<&Path>) -> Result<ClientConfig> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider.clone())
        .with_safe_default_protocol_versions()
        .map_err(unavailable)?;
    let config = match mode {
        Mode::Disable | Mode::Prefer | Mode::Require => builder
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(Anybody(provider)))
            .with_no_client_auth(),
        Mode::VerifyCa => {
            let verifier = WebPkiServerVerifier::builder_with_provider(Arc::new(roots(root_file)?), provider)
                .build()
                .map_err(unavailable)?;
            builder
                .dangerous()
                .with_custom_certificate_verifier(Arc::new(AnyName(verifier)))
                .with_no_client_auth()
        }
        Mode::VerifyFull => builder
            .with_root_certificates(roots(root_file)?)
            .with_no_client_auth(),
    };
    Ok(config)
}

/// The roots of a PEM file; without one those that everybody trusts.
fn roots(file: Option<&Path>) -> Result<RootCertStore> {
    let mut roots = RootCertStore::empty();
    let Some(file) = file else {
        roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
        return Ok(roots);
    };
    let problem = |why: String| unavailable(format!("sslrootcert {}: {why}", file.display()));
    for certificate in CertificateDer::pem_file_iter(file).map_err(|error| problem(error.to_string()))? {
        let certificate = certificate.map_err(|error| problem(error.to_string()))?;
        roots
            .add(certificate)
            .map_err(|error| problem(error.to_string()))?;
    }
    if roots.is_empty() {
        return Err(problem(String::from("no certificate in it")));
    }
    Ok(roots)
}

/// Takes any certificate: encryption against those who listen, not against those who stand in between. That is what
/// `prefer` and `require` mean.
#[derive(Debug)]
struct Anybody(Arc<CryptoProvider>);

impl ServerCertVerifier for Anybody {
    fn verify_server_cert(
        &self,
        _certificate: &CertificateDer<'_>,
        _chain: &[CertificateDer<'_>],
        _name: &ServerName<'_>,
        _ocsp: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.0.signature_verification_algorithms;
        rustls::crypto::verify_tls12_signature(message, certificate, signature, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.0.signature_verification_algorithms;
        rustls::crypto::verify_tls13_signature(message, certificate, signature, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}

/// Takes a certificate that a root vouches for, whatever host it names.
#[derive(Debug)]
struct AnyName(Arc<WebPkiServerVerifier>);

impl ServerCertVerifier for AnyName {
    fn verify_server_cert(
        &self,
        certificate: &CertificateDer<'_>,
        chain: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        // The name is looked at last, when all else was found good.
        match self.0.verify_server_cert(certificate, chain, name, ocsp, now) {
            Err(Error::InvalidCertificate(
                CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
            )) => Ok(ServerCertVerified::assertion()),
            other => other,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.0.verify_tls12_signature(message, certificate, signature)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.0.verify_tls13_signature(message, certificate, signature)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.supported_verify_schemes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_parameters_are_taken_out_of_the_address() {
        let taken = |url| take_parameters(url).unwrap();
        let plain = "postgres://ada@db.example.org/x";
        assert_eq!(taken(plain), (Mode::Prefer, None, plain.to_owned()));
        assert_eq!(
            taken("postgres:///x?host=/run/pg&sslmode=verify-full&sslrootcert=/etc/a%20b.pem&port=5433"),
            (
                Mode::VerifyFull,
                Some(String::from("/etc/a b.pem")),
                String::from("postgres:///x?host=/run/pg&port=5433")
            )
        );
        assert_eq!(taken("postgres://h/x?sslmode=require").0, Mode::Require);
        assert_eq!(
            taken("postgres://h/x?sslmode=require&sslrootcert=/ca.pem").0,
            Mode::VerifyCa
        );
        assert_eq!(
            taken("postgres://h/x?sslrootcert=system"),
            (Mode::VerifyFull, None, String::from("postgres://h/x"))
        );
        assert!(take_parameters("postgres://h/x?sslmode=verify_full").is_err());
    }

    #[test]
    fn a_file_without_certificates_is_refused() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let error = client_config(Mode::VerifyFull, Some(file.path())).unwrap_err();
        assert!(error.to_string().contains("no certificate in it"), "{error}");
        assert!(client_config(Mode::VerifyFull, None).is_ok());
    }
}

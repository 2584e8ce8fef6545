//! Whom each `sslmode` lets in. The server speaks only the beginning of PostgreSQL's protocol: it offers encryption or
//! does not, hears what the client then says first, and refuses with a word on how it was said.

use std::io::{Read, Result, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::thread::{JoinHandle, spawn};

use hustings::config::Secret;
use hustings::storage::{DatabaseUrl, Db, Options, StorageError};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

/// What a client sends that would like encryption: a length of eight and this number.
const WANTS_TLS: [u8; 4] = 80_877_103_u32.to_be_bytes();

const IN_THE_CLEAR: &str = "heard in the clear";
const ENCRYPTED: &str = "heard over TLS";

/// Two authorities, and a certificate for `localhost` by the first. Made anew, so that none of it can expire.
struct Certificates(tempfile::TempDir);

impl Certificates {
    fn make() -> Self {
        let made = Self(tempfile::tempdir().unwrap());
        let key = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes";
        for root in ["root", "another-root"] {
            made.openssl(&format!(
                "req -x509 {key} -days 2 -subj /CN={root}.example.org -keyout {root}.key -out {root}.pem"
            ));
        }
        let extensions = "subjectAltName=DNS:localhost\nbasicConstraints=critical,CA:FALSE\n";
        std::fs::write(made.file("extensions"), extensions).unwrap();
        made.openssl(&format!(
            "req {key} -subj /CN=localhost -keyout server.key -out server.csr"
        ));
        made.openssl(
            "x509 -req -in server.csr -CA root.pem -CAkey root.key -CAcreateserial -days 2 -extfile extensions \
             -out server.pem",
        );
        made
    }

    fn openssl(&self, arguments: &str) {
        let output = Command::new("openssl")
            .args(arguments.split_whitespace())
            .current_dir(&self.0)
            .output()
            .unwrap_or_else(|error| panic!("this test needs openssl: {error}"));
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "openssl {arguments}: {said}");
    }

    fn file(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// What a server shows.
    fn config(&self) -> Arc<ServerConfig> {
        let certificate = CertificateDer::from_pem_file(self.file("server.pem")).unwrap();
        let key = PrivateKeyDer::from_pem_file(self.file("server.key")).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate], key)
            .unwrap();
        Arc::new(config)
    }
}

/// Answers one connection, encrypted where there is something to show.
fn serve(tls: Option<Arc<ServerConfig>>) -> (u16, JoinHandle<Result<()>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    (port, spawn(move || answer(listener.accept()?.0, tls)))
}

fn answer(mut stream: TcpStream, tls: Option<Arc<ServerConfig>>) -> Result<()> {
    let (length, number) = (read(&mut stream)?, read(&mut stream)?);
    if number != WANTS_TLS {
        return refuse(&mut stream, u32::from_be_bytes(length) - 8, IN_THE_CLEAR);
    }
    let Some(config) = tls else {
        stream.write_all(b"N")?;
        let length = u32::from_be_bytes(read(&mut stream)?);
        return refuse(&mut stream, length - 4, IN_THE_CLEAR);
    };
    stream.write_all(b"S")?;
    let mut stream = StreamOwned::new(ServerConnection::new(config).unwrap(), stream);
    let length = u32::from_be_bytes(read(&mut stream)?);
    refuse(&mut stream, length - 4, ENCRYPTED)
}

fn read(stream: &mut impl Read) -> Result<[u8; 4]> {
    let mut bytes = [0; 4];
    stream.read_exact(&mut bytes)?;
    Ok(bytes)
}

/// Hears the rest of the first message and answers it with an error.
fn refuse(stream: &mut (impl Read + Write), rest: u32, message: &str) -> Result<()> {
    stream.read_exact(&mut vec![0; rest.try_into().unwrap()])?;
    let fields = format!("SFATAL\0C28000\0M{message}\0\0");
    let length = u32::try_from(fields.len() + 4).unwrap();
    stream.write_all(b"E")?;
    stream.write_all(&length.to_be_bytes())?;
    stream.write_all(fields.as_bytes())?;
    stream.flush()
}

/// What opening a database of that host ends with, by the server or by the client.
fn open(tls: Option<Arc<ServerConfig>>, host: &str, parameters: &str) -> String {
    let (port, server) = serve(tls);
    let url = format!("postgres://ada@{host}:{port}/x?hostaddr=127.0.0.1&{parameters}");
    let error = Db::open(Options::new(DatabaseUrl::Postgres(Secret::new(url)))).unwrap_err();
    assert!(matches!(error, StorageError::Unavailable(_)), "{error:?}");
    // Where the client goes away, the server ends with an error of its own.
    let _ended = server.join().unwrap();
    error.to_string()
}

/// How the server heard the client's first words. `None` where the client went away, for the reason that it must give.
fn heard(tls: Option<Arc<ServerConfig>>, host: &str, parameters: &str, reason: &str) -> Option<&'static str> {
    let said = open(tls, host, parameters);
    let heard = [IN_THE_CLEAR, ENCRYPTED]
        .into_iter()
        .find(|word| said.contains(word));
    if heard.is_none() {
        assert!(said.contains(reason), "{host} {parameters}: {said}");
    }
    heard
}

fn with_root(file: &Path) -> String {
    format!("sslrootcert={}", file.display())
}

#[test]
fn what_is_not_asked_to_be_proven_is_encrypted_where_it_can_be() {
    let certificates = Certificates::make();
    for (offers_tls, parameters, expected) in [
        (true, "", Some(ENCRYPTED)),
        (true, "sslmode=prefer", Some(ENCRYPTED)),
        (true, "sslmode=require", Some(ENCRYPTED)),
        (true, "sslmode=disable", Some(IN_THE_CLEAR)),
        (false, "", Some(IN_THE_CLEAR)),
        (false, "sslmode=prefer", Some(IN_THE_CLEAR)),
        (false, "sslmode=require", None),
        (false, "sslmode=verify-ca", None),
        (false, "sslmode=verify-full", None),
    ] {
        let tls = offers_tls.then(|| certificates.config());
        assert_eq!(
            heard(tls, "localhost", parameters, "server does not support TLS"),
            expected,
            "{offers_tls} {parameters}"
        );
    }
}

#[test]
fn a_server_that_must_prove_itself_hears_nothing_before_it_has() {
    let certificates = Certificates::make();
    let root = with_root(&certificates.file("root.pem"));
    let another = with_root(&certificates.file("another-root.pem"));
    let (public, none) = (String::from("sslrootcert=system"), String::new());
    let unknown = "UnknownIssuer";
    for (host, mode, root, refused) in [
        ("localhost", "sslmode=verify-full", &root, None),
        ("localhost", "sslmode=verify-full", &another, Some(unknown)),
        ("localhost", "sslmode=verify-full", &public, Some(unknown)),
        ("localhost", "sslmode=verify-full", &none, Some(unknown)),
        // The certificate is for another host than the one that is asked.
        (
            "127.0.0.1",
            "sslmode=verify-full",
            &root,
            Some("not valid for name \"127.0.0.1\""),
        ),
        ("127.0.0.1", "sslmode=verify-ca", &root, None),
        ("127.0.0.1", "sslmode=verify-ca", &another, Some(unknown)),
        ("localhost", "sslmode=verify-ca", &none, Some(unknown)),
        // With a root, `require` asks for its word, as libpq has it; the public roots are asked about the name too.
        ("localhost", "sslmode=require", &root, None),
        ("localhost", "sslmode=require", &another, Some(unknown)),
        ("localhost", "", &public, Some(unknown)),
    ] {
        let parameters = format!("{mode}&{root}");
        assert_eq!(
            heard(
                Some(certificates.config()),
                host,
                &parameters,
                refused.unwrap_or("nothing, but it went away")
            ),
            refused.is_none().then_some(ENCRYPTED),
            "{host} {parameters}"
        );
    }
}

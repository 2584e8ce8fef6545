//! Servers on loopback for the client that asks others: HTTPS with a certificate of an authority that the test makes, or
//! plain HTTP. What is answered is the test's, byte by byte.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use hustings::outbound::{Options, Outbound, Roots};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::pki_types::PrivateKeyDer;
use rustls::{ServerConfig, ServerConnection, StreamOwned};

/// An authority that nobody else trusts.
pub struct Authority(CertifiedIssuer<'static, KeyPair>);

impl Authority {
    pub fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        Self(CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap())
    }

    /// The authority alone, for [`Options::roots`].
    pub fn roots(&self) -> Roots {
        Roots::Given(vec![self.0.der().to_vec()])
    }

    fn server(&self, name: &str) -> Arc<ServerConfig> {
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        let certificate = params.signed_by(&key, &self.0).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(
                vec![certificate.der().clone()],
                PrivateKeyDer::Pkcs8(key.serialize_der().into()),
            )
            .unwrap();
        Arc::new(config)
    }
}

/// What a request is answered with; writing fails when the other end has gone.
type Answer = dyn Fn(&str, &mut dyn Write) -> std::io::Result<()> + Send + Sync;

/// A server on a port of its own, for as long as the process runs.
#[derive(Clone)]
pub struct HttpServer {
    pub port: u16,
    connections: Arc<AtomicUsize>,
    requests: Arc<Mutex<Vec<String>>>,
}

impl HttpServer {
    /// HTTPS as `name`.
    pub fn tls(
        authority: &Authority,
        name: &str,
        answer: impl Fn(&str, &mut dyn Write) -> std::io::Result<()> + Send + Sync + 'static,
    ) -> Self {
        Self::start(Some(authority.server(name)), Arc::new(answer))
    }

    /// Plain HTTP.
    pub fn plain(
        answer: impl Fn(&str, &mut dyn Write) -> std::io::Result<()> + Send + Sync + 'static,
    ) -> Self {
        Self::start(None, Arc::new(answer))
    }

    fn start(tls: Option<Arc<ServerConfig>>, answer: Arc<Answer>) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let server = Self {
            port: listener.local_addr().unwrap().port(),
            connections: Arc::default(),
            requests: Arc::default(),
        };
        let this = server.clone();
        thread::spawn(move || {
            for stream in listener.incoming() {
                this.connections.fetch_add(1, Ordering::SeqCst);
                let (this, tls, answer) = (this.clone(), tls.clone(), Arc::clone(&answer));
                thread::spawn(move || this.serve(stream.unwrap(), tls, &*answer));
            }
        });
        server
    }

    fn serve(&self, stream: TcpStream, tls: Option<Arc<ServerConfig>>, answer: &Answer) {
        match tls {
            Some(config) => {
                let mut stream = StreamOwned::new(ServerConnection::new(config).unwrap(), stream);
                self.exchange(&mut stream, answer);
                stream.conn.send_close_notify();
                let _ = stream.flush();
            }
            None => self.exchange(&mut { stream }, answer),
        }
    }

    fn exchange<S: Read + Write>(&self, stream: &mut S, answer: &Answer) {
        // Who does not trust the certificate goes before asking.
        let Some(request) = read_request(stream) else {
            return;
        };
        self.requests.lock().unwrap().push(request.clone());
        let _gone = answer(&request, stream);
        let _ = stream.flush();
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        SocketAddr::from((Ipv4Addr::LOCALHOST, self.port))
    }

    /// How often somebody has connected.
    pub fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }

    /// What has been asked, heads and bodies.
    pub fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }
}

fn read_request(stream: &mut impl Read) -> Option<String> {
    let mut request = Vec::new();
    let mut byte = [0];
    while !request.ends_with(b"\r\n\r\n") {
        (stream.read(&mut byte).ok()? == 1).then_some(())?;
        request.push(byte[0]);
    }
    let head = String::from_utf8_lossy(&request).to_lowercase();
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length:"))
        .map_or(0, |length| length.trim().parse().unwrap());
    let mut body = vec![0; length];
    stream.read_exact(&mut body).ok()?;
    request.extend(body);
    Some(String::from_utf8_lossy(&request).into_owned())
}

/// A whole answer.
pub fn answer(status: &str, headers: &[(&str, &str)], body: &[u8]) -> Vec<u8> {
    let mut answer = format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\n", body.len());
    for (name, value) in headers {
        answer.push_str(&format!("{name}: {value}\r\n"));
    }
    answer.push_str("\r\n");
    let mut answer = answer.into_bytes();
    answer.extend_from_slice(body);
    answer
}

/// Limits that a test can wait for.
pub fn quick(authority: &Authority) -> Options {
    Options {
        roots: authority.roots(),
        connect: Duration::from_millis(800),
        whole: Duration::from_millis(1200),
        ..Options::default()
    }
}

/// A client for which `names` lead to servers: `https://NAME/` is asked at the server's port, as though its address
/// there were allowed.
pub fn client_of(options: Options, names: &[(&str, &HttpServer)]) -> Outbound {
    let map: Vec<(String, SocketAddr)> = names
        .iter()
        .map(|(name, server)| ((*name).to_owned(), server.address()))
        .collect();
    let allowed = names
        .iter()
        .map(|(name, _)| format!("{name}:443").parse().unwrap())
        .collect();
    Outbound::new(Options {
        allowed,
        resolve: Some(Arc::new(move |host, _port| {
            Ok(map
                .iter()
                .filter(|(name, _)| name == host)
                .map(|(_, address)| *address)
                .collect())
        })),
        ..options
    })
}

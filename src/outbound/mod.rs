//! HTTP that goes out: the one client for whatever the server asks of others, such as the sites that readers sign in
//! with. It keeps whoever chooses an address (a reader, a provider, a name server) from making the server ask what only
//! the server can reach. What is asked, and what an answer means, is not known here.
//!
//! A request blocks its thread, so services call it where they may block. What holds for each:
//! - https to port 443 of a public address, save what the operator allows (`outbound.allowed`);
//! - the host's name is resolved once, and only to what that gave, as far as it is public, a connection is made;
//! - no proxy stands between, and redirects are answers like others, which the caller looks at;
//! - connecting takes at most 5 s, all of it 10 s, however slowly it drips; the head of an answer has at most 32 KiB,
//!   its body as many bytes as the caller says, unpacked too;
//! - at most 32 are under way at once. Nothing is kept open after.

mod error;
mod gate;
mod guard;
mod public;

use std::io::Read;
use std::sync::Arc;
use std::time::Duration;

use flate2::read::MultiGzDecoder;
use http::header::{ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_LENGTH};
use http::{HeaderMap, HeaderValue, Method, Request, Response};
use ureq::Agent;
use ureq::tls::{Certificate, RootCerts, TlsConfig};
use ureq::unversioned::transport::{Connector, RustlsConnector, TcpConnector};
use url::Url;

pub use crate::config::Allowed;
pub use error::{OutboundError, Refusal};
use gate::Gate;
use guard::Guard;
pub use guard::Resolve;

/// Bytes of an answer's head at most.
const HEAD: usize = 32 * 1024;

/// What tells others who asks.
const USER_AGENT: &str = concat!("Hustings/", env!("CARGO_PKG_VERSION"));

/// How requests go out.
pub struct Options {
    /// Hosts and ports that may have an address that is not public, and be asked by plain http where they are on this
    /// machine.
    pub allowed: Vec<Allowed>,
    /// Who may vouch for a host.
    pub roots: Roots,
    /// How names are resolved; as the machine does where there is none. It may block, on a thread of its own.
    pub resolve: Option<Resolve>,
    /// How long resolving may take, and then connecting.
    pub connect: Duration,
    /// How long all of it may take.
    pub whole: Duration,
    /// How many requests may be under way at once.
    pub at_once: usize,
}

/// Who may vouch for a host.
#[derive(Debug, Clone)]
pub enum Roots {
    /// The authorities that Mozilla trusts.
    WebPki,
    /// These certificates (DER) and no other.
    Given(Vec<Vec<u8>>),
}

impl Default for Options {
    fn default() -> Self {
        Self {
            allowed: Vec::new(),
            roots: Roots::WebPki,
            resolve: None,
            connect: Duration::from_secs(5),
            whole: Duration::from_secs(10),
            at_once: 32,
        }
    }
}

/// The client. Clones are the same one.
#[derive(Debug, Clone)]
pub struct Outbound {
    agent: Agent,
    guard: Guard,
    gate: Arc<Gate>,
}

impl Outbound {
    /// A client.
    pub fn new(options: Options) -> Self {
        let guard = Guard::new(options.allowed, options.resolve, Gate::new(options.at_once));
        let roots = match options.roots {
            Roots::WebPki => RootCerts::WebPki,
            Roots::Given(certificates) => certificates
                .iter()
                .map(|der| Certificate::from_der(der).to_owned())
                .collect::<Vec<_>>()
                .into(),
        };
        let config = Agent::config_builder()
            .tls_config(TlsConfig::builder().root_certs(roots).build())
            // Without this line it would be what the environment names.
            .proxy(None)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .http_status_as_error(false)
            .user_agent(USER_AGENT)
            .timeout_global(Some(options.whole))
            .timeout_resolve(Some(options.connect))
            .timeout_connect(Some(options.connect))
            .max_response_header_size(HEAD)
            // A connection that is kept would be to an address that was looked at another time.
            .max_idle_connections(0)
            .build();
        // There is no connector of a proxy in it.
        let connector = ().chain(TcpConnector::default()).chain(RustlsConnector::default());
        Self {
            agent: Agent::with_parts(config, connector, guard.clone()),
            guard,
            gate: Gate::new(options.at_once),
        }
    }

    /// Whether an address is one that may be asked, so far as it can be told without resolving its host. For addresses that
    /// others name, before they are kept or a browser is sent there.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn permits(&self, address: &Url) -> Result<(), Refusal> {
        let uri = address.as_str().parse().map_err(|_unreadable| Refusal::Form)?;
        self.guard.target(&uri).map(|_permitted| ())
    }

    /// Sends a request and reads the answer, whatever its status, with at most `cap` bytes of body. The address is an
    /// absolute one. Blocks.
    ///
    /// # Errors
    /// Why there is no answer.
    pub fn send(&self, request: Request<Vec<u8>>, cap: usize) -> Result<Response<Vec<u8>>, OutboundError> {
        let (mut parts, body) = request.into_parts();
        let target = self.guard.target(&parts.uri)?;
        let _place = self.gate.enter().ok_or(OutboundError::Busy)?;
        let host = target.uri.host().map(str::to_owned).unwrap_or_default();
        parts.uri = target.uri;
        // Settings of a single request travel there.
        parts.extensions.clear();
        parts
            .headers
            .insert(ACCEPT_ENCODING, HeaderValue::from_static("gzip"));
        let has_body = !body.is_empty() || [Method::POST, Method::PUT, Method::PATCH].contains(&parts.method);
        let answer = if has_body {
            self.agent.run(Request::from_parts(parts, body))
        } else {
            self.agent.run(Request::from_parts(parts, ()))
        };
        answer
            .and_then(|answer| {
                let (head, body) = answer.into_parts();
                let limit = u64::try_from(cap).unwrap_or(u64::MAX);
                let body = body.into_with_config().limit(limit).read_to_vec()?;
                Ok((head, body))
            })
            .map_err(|error| {
                let outcome = OutboundError::of_client(&error);
                tracing::info!(host, %error, "a request that goes out has failed");
                outcome
            })
            .and_then(|(mut head, body)| {
                let body = unpacked(&mut head.headers, body, cap)?;
                Ok(Response::from_parts(head, body))
            })
    }
}

/// The body as it was before it was packed, and the headers of such an answer.
fn unpacked(headers: &mut HeaderMap, body: Vec<u8>, cap: usize) -> Result<Vec<u8>, OutboundError> {
    let encodings: Vec<_> = headers.get_all(CONTENT_ENCODING).iter().collect();
    match encodings.as_slice() {
        [] => return Ok(body),
        [one] if one.as_bytes().eq_ignore_ascii_case(b"identity") => return Ok(body),
        [one] if one.as_bytes().eq_ignore_ascii_case(b"gzip") => {}
        _ => return Err(OutboundError::Broken),
    }
    let limit = u64::try_from(cap).unwrap_or(u64::MAX).saturating_add(1);
    let mut unpacked = Vec::new();
    MultiGzDecoder::new(body.as_slice())
        .take(limit)
        .read_to_end(&mut unpacked)
        .map_err(|_no_gzip| OutboundError::Broken)?;
    if unpacked.len() > cap {
        return Err(OutboundError::TooLarge);
    }
    headers.remove(CONTENT_ENCODING);
    headers.remove(CONTENT_LENGTH);
    Ok(unpacked)
}

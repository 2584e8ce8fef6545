//! What may be asked: the address as it stands, and the network addresses that its host leads to. The one resolver of the
//! one client, so that nothing is connected to that did not pass; it answers once a request, and the client connects to
//! nothing but that answer.

use std::fmt;
use std::io;
use std::net::{IpAddr, SocketAddr, ToSocketAddrs};
use std::sync::Arc;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;

use http::Uri;
use ureq::unversioned::resolver::{ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::NextTimeout;
use url::{Host, Url};

use super::error::{OutboundError, Refusal};
use super::gate::Gate;
use super::public::is_public;
use crate::config::Allowed;

/// Finds the addresses of a host and a port.
pub type Resolve = Arc<dyn Fn(&str, u16) -> io::Result<Vec<SocketAddr>> + Send + Sync>;

/// How many addresses of a host are tried.
const ADDRESSES: usize = 8;

/// What stands before every connection.
#[derive(Clone)]
pub(super) struct Guard {
    allowed: Arc<[Allowed]>,
    resolve: Resolve,
    /// Lookups under way, also those that nobody waits for any more: the system's cannot be broken off.
    lookups: Arc<Gate>,
}

/// An address that passed, so far as it can without asking for its host.
#[derive(Debug)]
pub(super) struct Target {
    /// The address in the spelling that was looked at.
    pub(super) uri: Uri,
    host: Host<String>,
    port: u16,
    reach: Reach,
}

/// Where a target's addresses may lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reach {
    /// On the public internet.
    Public,
    /// Anywhere: the operator vouches for it.
    Anywhere,
    /// On this machine: plain http, which nobody may listen to on its way.
    Loopback,
}

impl Reach {
    fn includes(self, address: IpAddr) -> bool {
        match self {
            Reach::Public => is_public(address),
            Reach::Anywhere => true,
            Reach::Loopback => address.to_canonical().is_loopback(),
        }
    }
}

impl Guard {
    pub(super) fn new(allowed: Vec<Allowed>, resolve: Option<Resolve>, lookups: Arc<Gate>) -> Self {
        Self {
            allowed: allowed.into(),
            resolve: resolve.unwrap_or_else(|| Arc::new(system)),
            lookups,
        }
    }

    /// Looks at an address as it stands. It is read as browsers read addresses, so that `0x7f.1` is seen for what it is,
    /// and goes on as it was read.
    pub(super) fn target(&self, uri: &Uri) -> Result<Target, Refusal> {
        let authority = uri.authority().ok_or(Refusal::Form)?;
        if authority.as_str().contains('@') {
            return Err(Refusal::UserInfo);
        }
        let url = Url::parse(&uri.to_string()).map_err(|_unreadable| Refusal::Form)?;
        let host = url.host().ok_or(Refusal::Form)?.to_owned();
        let port = url.port_or_known_default().ok_or(Refusal::Form)?;
        let allowed = self.allowed.iter().any(|allowed| allowed.is(&host, port));
        let reach = match (url.scheme(), allowed) {
            ("https", true) => Reach::Anywhere,
            ("https", false) if port == 443 => Reach::Public,
            ("https", false) => return Err(Refusal::Port),
            ("http", true) => Reach::Loopback,
            _ => return Err(Refusal::Scheme),
        };
        let uri = url.as_str().parse().map_err(|_unreadable| Refusal::Form)?;
        Ok(Target {
            uri,
            host,
            port,
            reach,
        })
    }

    /// Those addresses of a target that may be connected to; never none.
    fn addresses(&self, target: Target, timeout: NextTimeout) -> Result<Vec<SocketAddr>, OutboundError> {
        let Target {
            host, port, reach, ..
        } = target;
        let found = match host {
            Host::Ipv4(address) => vec![SocketAddr::from((address, port))],
            Host::Ipv6(address) => vec![SocketAddr::from((address, port))],
            Host::Domain(name) => self.look_up(name, port, timeout)?,
        };
        if found.is_empty() {
            return Err(OutboundError::Unreachable);
        }
        let within: Vec<_> = found
            .into_iter()
            .filter(|address| reach.includes(address.ip()))
            .take(ADDRESSES)
            .collect();
        if within.is_empty() {
            return Err(Refusal::NotPublic.into());
        }
        Ok(within)
    }

    fn look_up(
        &self,
        name: String,
        port: u16,
        timeout: NextTimeout,
    ) -> Result<Vec<SocketAddr>, OutboundError> {
        let place = self.lookups.enter().ok_or(OutboundError::Busy)?;
        let (answer, answers) = mpsc::sync_channel(1);
        let resolve = Arc::clone(&self.resolve);
        let thread = thread::Builder::new().name(String::from("lookup"));
        let look_up = move || {
            // Nobody may be waiting any more.
            let _ = answer.send(resolve(&name, port));
            drop(place);
        };
        thread.spawn(look_up).map_err(|_no_thread| OutboundError::Busy)?;
        match answers.recv_timeout(*timeout.after) {
            Ok(Ok(addresses)) => Ok(addresses),
            Ok(Err(_)) | Err(RecvTimeoutError::Disconnected) => Err(OutboundError::Unreachable),
            Err(RecvTimeoutError::Timeout) => Err(OutboundError::Slow),
        }
    }
}

impl Resolver for Guard {
    fn resolve(
        &self,
        uri: &Uri,
        _config: &ureq::config::Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let addresses = self
            .target(uri)
            .map_err(OutboundError::from)
            .and_then(|target| self.addresses(target, timeout))
            .map_err(|error| ureq::Error::Other(Box::new(error)))?;
        let mut resolved = self.empty();
        for address in addresses {
            resolved.push(address);
        }
        Ok(resolved)
    }
}

impl fmt::Debug for Guard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Guard")
            .field("allowed", &self.allowed)
            .finish_non_exhaustive()
    }
}

/// As the machine resolves names.
fn system(host: &str, port: u16) -> io::Result<Vec<SocketAddr>> {
    (host, port).to_socket_addrs().map(Iterator::collect)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guard(allowed: &[&str]) -> Guard {
        let allowed = allowed.iter().map(|text| text.parse().unwrap()).collect();
        Guard::new(allowed, None, Gate::new(1))
    }

    fn outcome(guard: &Guard, uri: &str) -> Result<(String, Reach), Refusal> {
        let target = guard.target(&uri.parse().unwrap())?;
        Ok((target.uri.to_string(), target.reach))
    }

    #[test]
    fn https_on_443_may_reach_the_public() {
        for uri in ["https://example.org/a?b=c", "https://example.org:443/a?b=c"] {
            let expected = (String::from("https://example.org/a?b=c"), Reach::Public);
            assert_eq!(outcome(&guard(&[]), uri), Ok(expected), "{uri}");
        }
    }

    #[test]
    fn anything_else_is_refused() {
        for (uri, refusal) in [
            ("/path", Refusal::Form),
            ("example.org:443", Refusal::Form),
            ("http://example.org/", Refusal::Scheme),
            ("http://example.org:443/", Refusal::Scheme),
            ("ftp://example.org/", Refusal::Scheme),
            ("ws://example.org/", Refusal::Scheme),
            ("https://example.org:8443/", Refusal::Port),
            ("https://example.org:80/", Refusal::Port),
            ("https://example.org:0/", Refusal::Port),
            ("https://ada@example.org/", Refusal::UserInfo),
            ("https://ada:secret@example.org/", Refusal::UserInfo),
            ("https://@example.org/", Refusal::UserInfo),
            ("https://example.org%2f.example/", Refusal::Form),
        ] {
            let Ok(parsed) = uri.parse::<Uri>() else {
                // What cannot even be written as an address can be asked of nobody.
                continue;
            };
            assert_eq!(guard(&[]).target(&parsed).map(|t| t.uri), Err(refusal), "{uri}");
        }
    }

    #[test]
    fn what_is_allowed_is_so_to_the_letter() {
        let guard = guard(&["id.example.org:8443", "127.0.0.1:4000"]);
        for (uri, expected) in [
            ("https://id.example.org:8443/", Ok(Reach::Anywhere)),
            ("https://ID.example.org:8443/", Ok(Reach::Anywhere)),
            ("http://id.example.org:8443/", Ok(Reach::Loopback)),
            ("http://127.0.0.1:4000/", Ok(Reach::Loopback)),
            ("http://2130706433:4000/", Ok(Reach::Loopback)),
            ("https://id.example.org/", Ok(Reach::Public)),
            ("https://id.example.org:8444/", Err(Refusal::Port)),
            ("https://a.id.example.org:8443/", Err(Refusal::Port)),
            ("https://id.example.org.:8443/", Err(Refusal::Port)),
            ("http://id.example.org/", Err(Refusal::Scheme)),
            ("http://127.0.0.1:4001/", Err(Refusal::Scheme)),
            ("http://127.0.0.2:4000/", Err(Refusal::Scheme)),
            ("http://localhost:4000/", Err(Refusal::Scheme)),
        ] {
            assert_eq!(outcome(&guard, uri).map(|(_, reach)| reach), expected, "{uri}");
        }
    }
}

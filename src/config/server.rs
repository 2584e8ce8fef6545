//! The section `server`: where it listens, under which address the world reaches it, and where its root secret lies.

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::reader::Reader;
use crate::domain::origin::Origin;

/// The section `server`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerConfig {
    /// Where it listens for plain HTTP.
    pub listen: SocketAddr,
    /// The origin under which browsers reach it; https, save on loopback.
    pub public_url: Origin,
    /// Where it answers `GET /metrics`, for whoever reaches it; nowhere where it is not given.
    pub metrics_listen: Option<SocketAddr>,
    /// The file that holds the root of all keys.
    pub secret_file: PathBuf,
    /// Threads that serve requests; one for each core where it is not given.
    pub workers: Option<usize>,
    /// How long requests that are under way may take to finish when the server is stopped.
    pub shutdown: Duration,
}

impl ServerConfig {
    /// `data` is the directory of the SQLite file, beside which the secret lies by default.
    pub(super) fn read(reader: &mut Reader, data: &Path) -> Self {
        let listen = reader.value(
            "server.listen",
            SocketAddr::from((Ipv4Addr::LOCALHOST, 8080)),
            "write an address and a port, such as 127.0.0.1:8080 or [::]:8080",
        );
        let public_url = public_url(reader, listen);
        let metrics_listen = metrics_listen(reader, listen);
        let secret_file = reader.path("server.secret_file", &data.join("secret").to_string_lossy());
        Self {
            listen,
            public_url,
            metrics_listen,
            secret_file,
            workers: reader.optional_number("server.workers", 1..=1024),
            shutdown: Duration::from_secs(reader.number("server.shutdown_seconds", 30, 0..=3600)),
        }
    }
}

fn public_url(reader: &mut Reader, listen: SocketAddr) -> Origin {
    let key = "server.public_url";
    let here = loopback(listen);
    let url = reader.value(
        key,
        here,
        "write the origin under which browsers reach the server, such as https://comments.example.org",
    );
    if !url.is_https() && !url.is_loopback() {
        reader.error(
            key,
            format!("{url} is plain http on a public host"),
            "write https://; the server speaks plain HTTP, so let a proxy before it hold the certificate",
        );
    }
    if !reader.is_given(key) && !listen.ip().is_loopback() {
        reader.warn(
            key,
            format!(
                "it is not given while the server listens on {listen}: links in letters will lead to {url}. Set it \
                 to the address that readers use"
            ),
        );
    }
    url
}

fn metrics_listen(reader: &mut Reader, listen: SocketAddr) -> Option<SocketAddr> {
    let key = "server.metrics_listen";
    let mend = "write an address and a port that are not public, such as 127.0.0.1:9464";
    let metrics: Option<SocketAddr> = reader.optional(key, mend);
    if metrics == Some(listen) {
        reader.error(
            key,
            format!("{listen} is server.listen, which is for readers"),
            mend,
        );
    }
    if metrics.is_some_and(|metrics| metrics.ip().is_unspecified()) {
        reader.warn(
            key,
            "it listens on every address of this machine and asks for no password: see that only your own network reaches it",
        );
    }
    metrics
}

/// The origin of the port on this machine.
fn loopback(listen: SocketAddr) -> Origin {
    let ip = match listen {
        SocketAddr::V4(v4) if v4.ip().is_loopback() => listen.ip(),
        SocketAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
        SocketAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
    };
    Origin::of_socket(SocketAddr::new(ip, listen.port()))
}

//! What becomes of a request that fails. Says nothing of what was asked: addresses carry codes and names.

use std::io;

/// Why there is no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OutboundError {
    /// Refused before anything was sent.
    #[error("the address is refused: {0}")]
    Address(#[from] Refusal),
    /// There is no such host, or nobody answers there.
    #[error("the host cannot be reached")]
    Unreachable,
    /// It took longer than it may.
    #[error("the host is too slow")]
    Slow,
    /// The answer is larger than it may be.
    #[error("the answer is too large")]
    TooLarge,
    /// As many requests as may be are under way.
    #[error("too many requests are under way")]
    Busy,
    /// What came is no answer: a certificate that is not the host's, broken HTTP, a connection that ended early, an
    /// encoding that was not asked for.
    #[error("the answer is broken")]
    Broken,
}

/// What is wrong with an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// It has no scheme or no host, or cannot be read.
    #[error("it is not an absolute http address")]
    Form,
    /// Neither https, nor http to a host that is allowed.
    #[error("it is not https")]
    Scheme,
    /// Neither 443, nor a port that is allowed.
    #[error("its port is not 443")]
    Port,
    /// It names a user.
    #[error("it names a user")]
    UserInfo,
    /// It leads to no public address.
    #[error("it leads to no public address")]
    NotPublic,
}

impl OutboundError {
    /// What a failure of the client is to us.
    pub(super) fn of_client(error: &ureq::Error) -> Self {
        match error {
            ureq::Error::Other(other) => other.downcast_ref().copied().unwrap_or(Self::Broken),
            ureq::Error::Timeout(_) => Self::Slow,
            ureq::Error::BodyExceedsLimit(_) | ureq::Error::LargeResponseHeader(..) => Self::TooLarge,
            ureq::Error::HostNotFound | ureq::Error::ConnectionFailed => Self::Unreachable,
            ureq::Error::Io(error) => Self::of_io(error),
            _ => Self::Broken,
        }
    }

    fn of_io(error: &io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock => Self::Slow,
            io::ErrorKind::ConnectionRefused
            | io::ErrorKind::HostUnreachable
            | io::ErrorKind::NetworkUnreachable
            | io::ErrorKind::NetworkDown
            | io::ErrorKind::AddrNotAvailable => Self::Unreachable,
            _ => Self::Broken,
        }
    }
}

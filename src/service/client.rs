//! Who makes a request, as far as limits go.

use std::fmt;
use std::net::IpAddr;

use crate::limits;

/// The client that makes a request: its address, walked through the trusted proxies. It is counted by and never stored.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Client {
    address: IpAddr,
}

impl Client {
    /// At this address.
    pub fn at(address: IpAddr) -> Self {
        Self { address }
    }
    /// What its requests are counted under.
    pub fn address_key(&self) -> limits::Key {
        limits::Key::Address(self.address)
    }
    /// What letters to a mailbox, given by its keyed hash, are counted under where this client asks for them.
    pub fn mailbox_key(&self, mailbox: [u8; 32]) -> limits::Key {
        limits::Key::EmailFrom(self.address, mailbox)
    }
}

impl fmt::Debug for Client {
    /// Addresses stay out of logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Client(..)")
    }
}

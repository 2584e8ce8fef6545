//! The client that asks others, over the wire: what it gives back, what it refuses to ask, and when it stops.

use http::Request;
use hustings::outbound::{Outbound, OutboundError};

mod answers;
mod limits;
mod refused;

/// Bytes of an answer at most, where a test does not look at that.
const CAP: usize = 10_000;

fn get(client: &Outbound, uri: &str) -> Result<http::Response<Vec<u8>>, OutboundError> {
    client.send(Request::get(uri).body(Vec::new()).unwrap(), CAP)
}

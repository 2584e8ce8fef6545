//! The client's address: the connection's other end, or what trusted proxies say of it.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::net::{IpAddr, Ipv4Addr};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, web};

use crate::app::App;
use crate::domain::client_address::client_address;
use crate::service::Client;

/// Who is counted for the request.
#[derive(Debug, Clone, Copy)]
pub struct ClientAddress(pub Client);

impl FromRequest for ClientAddress {
    type Error = Infallible;
    type Future = Ready<Result<Self, Infallible>>;

    fn from_request(request: &HttpRequest, _payload: &mut Payload) -> Self::Future {
        // Requests that come over no socket (tests without one) are counted as one client.
        let peer = request
            .peer_addr()
            .map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.ip());
        let address = match request.app_data::<web::Data<App>>() {
            Some(app) => {
                let limits = &app.config.limits;
                let lines = request.headers().get_all(limits.client_address_header.name());
                let lines: Vec<&str> = lines.map(|line| line.to_str().unwrap_or("unknown")).collect();
                client_address(
                    peer,
                    &limits.client_address_header,
                    &lines,
                    &limits.trusted_proxies,
                )
            }
            None => peer,
        };
        ready(Ok(Self(Client::at(address))))
    }
}

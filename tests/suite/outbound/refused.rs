//! What is not asked: addresses that are not public however they are written, names that lead there, hosts that nobody
//! vouches for; and what no proxy hears of.

use std::env;
use std::net::{IpAddr, SocketAddr};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use hustings::outbound::{Options, Outbound, OutboundError, Refusal};

use super::get;
use crate::support::tls_server::{Authority, HttpServer, answer, client_of, quick};

const HOST: &str = "id.example.org";

/// A server that would answer.
fn server(authority: &Authority, name: &str) -> HttpServer {
    HttpServer::tls(authority, name, |_, to| {
        to.write_all(&answer("200 OK", &[], b"secret"))
    })
}

#[track_caller]
fn assert_refused(client: &Outbound, uri: &str, why: Refusal) {
    let outcome = get(client, uri).map(|answer| answer.status());
    assert_eq!(outcome, Err(OutboundError::Address(why)), "{uri}");
}

#[test]
fn addresses_that_are_not_public_in_every_spelling() {
    let client = Outbound::new(quick(&Authority::new()));
    for host in [
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f000001",
        "0x7f.1",
        "0177.0.0.1",
        "017700000001",
        "0",
        "10.0.0.1",
        "100.64.0.1",
        "169.254.169.254",
        "2852039166",
        "0xA9FEA9FE",
        "172.16.0.1",
        "192.0.0.1",
        "192.168.0.1",
        "198.18.0.1",
        "224.0.0.1",
        "255.255.255.255",
        "[::]",
        "[::1]",
        "[0:0:0:0:0:0:0:1]",
        "[::127.0.0.1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[::ffff:a9fe:a9fe]",
        "[64:ff9b::127.0.0.1]",
        "[64:ff9b::a9fe:a9fe]",
        "[2002:7f00:1::]",
        "[2002:a9fe:a9fe::1]",
        "[2001:0:4136:e378::1]",
        "[fc00::1]",
        "[fd00:ec2::254]",
        "[fe80::1]",
        "[ff02::1]",
        "127.0.0.1.",
    ] {
        assert_refused(&client, &format!("https://{host}/"), Refusal::NotPublic);
    }
}

#[test]
fn names_that_lead_to_addresses_that_are_not_public() {
    let authority = Authority::new();
    let server = server(&authority, HOST);
    for addresses in [
        "127.0.0.1",
        "10.0.0.1 192.168.1.1",
        "169.254.169.254",
        "::1",
        "::ffff:127.0.0.1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::1",
        "fd12::1",
        "fe80::1 0.0.0.0",
    ] {
        let port = server.port;
        let found: Vec<SocketAddr> = addresses
            .split_whitespace()
            .map(|address| SocketAddr::new(address.parse::<IpAddr>().unwrap(), port))
            .collect();
        let client = Outbound::new(Options {
            resolve: Some(Arc::new(move |_, _| Ok(found.clone()))),
            ..quick(&authority)
        });
        assert_refused(&client, "https://id.example.org/", Refusal::NotPublic);
    }
    assert_eq!(server.connections(), 0);
    // As the machine resolves it.
    let client = Outbound::new(quick(&authority));
    assert_refused(&client, "https://localhost/", Refusal::NotPublic);
}

#[test]
fn a_name_is_resolved_once_and_only_that_is_connected_to() {
    let authority = Authority::new();
    let (first, second) = (server(&authority, HOST), server(&authority, HOST));
    let asked = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&asked);
    let (one, other) = (first.address(), second.address());
    let client = Outbound::new(Options {
        allowed: vec!["id.example.org:443".parse().unwrap()],
        resolve: Some(Arc::new(move |host, port| {
            assert_eq!((host, port), (HOST, 443));
            let before = counted.fetch_add(1, Ordering::SeqCst);
            Ok(vec![if before == 0 { one } else { other }])
        })),
        ..quick(&authority)
    });
    assert_eq!(get(&client, "https://id.example.org/").unwrap().status(), 200);
    assert_eq!(asked.load(Ordering::SeqCst), 1);
    assert_eq!((first.connections(), second.connections()), (1, 0));
}

#[test]
fn a_name_that_leads_nowhere_is_unreachable() {
    let authority = Authority::new();
    let nobody = Outbound::new(Options {
        resolve: Some(Arc::new(|_, _| Ok(Vec::new()))),
        ..quick(&authority)
    });
    let unknown = Outbound::new(Options {
        resolve: Some(Arc::new(|_, _| Err(std::io::Error::other("no such host")))),
        ..quick(&authority)
    });
    for client in [nobody, unknown] {
        let outcome = get(&client, "https://id.example.org/").map(|answer| answer.status());
        assert_eq!(outcome, Err(OutboundError::Unreachable));
    }
}

#[test]
fn what_is_allowed_is_so_for_that_host_and_that_port() {
    let authority = Authority::new();
    let (here, there) = (server(&authority, HOST), server(&authority, HOST));
    let client = Outbound::new(Options {
        allowed: vec![format!("{HOST}:{}", here.port).parse().unwrap()],
        resolve: Some(Arc::new(|_, port| {
            Ok(vec![SocketAddr::from(([127, 0, 0, 1], port))])
        })),
        ..quick(&authority)
    });
    let at = |host: &str, port: u16| format!("https://{host}:{port}/");
    assert_eq!(get(&client, &at(HOST, here.port)).unwrap().status(), 200);
    assert_refused(&client, &at(HOST, there.port), Refusal::Port);
    assert_refused(&client, &at("a.id.example.org", here.port), Refusal::Port);
    assert_refused(&client, &at("127.0.0.1", here.port), Refusal::Port);
    assert_refused(&client, "https://id.example.org/", Refusal::NotPublic);
    assert_eq!((here.connections(), there.connections()), (1, 0));
}

#[test]
fn plain_http_is_for_this_machine_and_allowed_hosts_alone() {
    let authority = Authority::new();
    let plain = HttpServer::plain(|_, to| to.write_all(&answer("200 OK", &[], b"secret")));
    let here = format!("http://127.0.0.1:{}/", plain.port);
    assert_refused(&Outbound::new(quick(&authority)), &here, Refusal::Scheme);
    assert_refused(
        &client_of(quick(&authority), &[(HOST, &plain)]),
        "http://id.example.org/",
        Refusal::Scheme,
    );
    assert_eq!(plain.connections(), 0);

    let allowed = |text: String, leads_to: &'static str| {
        let port = plain.port;
        Outbound::new(Options {
            allowed: vec![text.parse().unwrap()],
            resolve: Some(Arc::new(move |_, _| {
                Ok(vec![SocketAddr::new(leads_to.parse().unwrap(), port)])
            })),
            ..quick(&authority)
        })
    };
    let literal = allowed(format!("127.0.0.1:{}", plain.port), "127.0.0.1");
    assert_eq!(get(&literal, &here).unwrap().status(), 200);
    let named = format!("http://id.example.org:{}/", plain.port);
    let to_here = allowed(format!("{HOST}:{}", plain.port), "127.0.0.1");
    assert_eq!(get(&to_here, &named).unwrap().status(), 200);
    for elsewhere in ["192.168.0.1", "203.0.113.9", "::ffff:10.0.0.1"] {
        let client = allowed(format!("{HOST}:{}", plain.port), elsewhere);
        assert_refused(&client, &named, Refusal::NotPublic);
    }
}

#[test]
fn other_schemes_ports_and_users_are_refused() {
    let authority = Authority::new();
    let server = server(&authority, HOST);
    let client = client_of(quick(&authority), &[(HOST, &server)]);
    for (uri, why) in [
        ("https://ada@id.example.org/", Refusal::UserInfo),
        ("https://ada:secret@id.example.org/", Refusal::UserInfo),
        ("https://other.example@id.example.org/", Refusal::UserInfo),
        ("https://id.example.org:8443/", Refusal::Port),
        ("https://id.example.org:80/", Refusal::Port),
        ("ftp://id.example.org/", Refusal::Scheme),
        ("/path", Refusal::Form),
    ] {
        assert_refused(&client, uri, why);
    }
    assert_eq!(server.connections(), 0);
}

#[test]
fn a_certificate_of_nobody_or_of_another_host_is_broken() {
    let (authority, other) = (Authority::new(), Authority::new());
    for server in [server(&other, HOST), server(&authority, "other.example.org")] {
        let client = client_of(quick(&authority), &[(HOST, &server)]);
        let outcome = get(&client, "https://id.example.org/").map(|answer| answer.status());
        assert_eq!(outcome, Err(OutboundError::Broken));
        assert_eq!(server.connections(), 1);
        assert!(server.requests().is_empty(), "nothing was sent");
    }
}

/// Set in the process that this test starts of itself.
const INNER: &str = "HUSTINGS_TEST_INNER";

#[test]
fn no_proxy_of_the_environment_hears_of_it() {
    let authority = Authority::new();
    if env::var_os(INNER).is_some() {
        let server = server(&authority, HOST);
        let client = client_of(quick(&authority), &[(HOST, &server)]);
        assert_eq!(get(&client, "https://id.example.org/").unwrap().status(), 200);
        assert_eq!(server.connections(), 1);
        return;
    }
    let proxy = HttpServer::plain(|_, to| to.write_all(&answer("502 Bad Gateway", &[], b"")));
    let mut inner = Command::new(env::current_exe().unwrap());
    inner.env(INNER, "yes").args([
        "--exact",
        "outbound::refused::no_proxy_of_the_environment_hears_of_it",
    ]);
    for name in ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"] {
        let proxy = format!("http://127.0.0.1:{}", proxy.port);
        inner.env(name, &proxy).env(name.to_lowercase(), &proxy);
    }
    let output = inner.output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && said.contains("1 passed"), "{said}");
    assert_eq!(proxy.connections(), 0);
}

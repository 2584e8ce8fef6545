//! What comes back, and what was sent.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use http::Request;
use hustings::outbound::OutboundError;

use super::{CAP, get};
use crate::support::tls_server::{Authority, HttpServer, answer, client_of, quick};

const HOST: &str = "id.example.org";

#[test]
fn an_answer_comes_back_and_says_nothing_needless() {
    let authority = Authority::new();
    let server = HttpServer::tls(&authority, HOST, |_, to| {
        to.write_all(&answer("200 OK", &[("X-Kept", "yes")], b"hello"))
    });
    let client = client_of(quick(&authority), &[(HOST, &server)]);
    for _ in 0..2 {
        let given = get(&client, "https://id.example.org/a?b=c").unwrap();
        assert_eq!(
            (given.status().as_u16(), given.body().as_slice()),
            (200, &b"hello"[..])
        );
        assert_eq!(given.headers()["x-kept"], "yes");
    }
    assert_eq!(server.connections(), 2, "no connection is kept");
    let expected = format!(
        "GET /a?b=c HTTP/1.1\r\nhost: id.example.org\r\naccept-encoding: gzip\r\nuser-agent: Hustings/{}\r\naccept: \
         */*\r\n\r\n",
        env!("CARGO_PKG_VERSION")
    );
    let mut lines: Vec<_> = server.requests()[0].split("\r\n").map(str::to_owned).collect();
    let mut expected: Vec<_> = expected.split("\r\n").map(str::to_owned).collect();
    lines.sort();
    expected.sort();
    assert_eq!(lines, expected);
}

#[test]
fn a_body_is_posted_also_an_empty_one() {
    let authority = Authority::new();
    let server = HttpServer::tls(&authority, HOST, |_, to| {
        to.write_all(&answer("200 OK", &[], b""))
    });
    let client = client_of(quick(&authority), &[(HOST, &server)]);
    for body in ["a=b&c=d", ""] {
        let request = Request::post("https://id.example.org/token")
            .header("Content-Type", "application/x-www-form-urlencoded")
            .body(body.as_bytes().to_vec())
            .unwrap();
        client.send(request, CAP).unwrap();
        let asked = server.requests().pop().unwrap();
        assert!(asked.starts_with("POST /token HTTP/1.1\r\n"), "{asked}");
        assert!(asked.ends_with(&format!("\r\n\r\n{body}")), "{asked}");
        assert!(
            asked.contains(&format!("content-length: {}\r\n", body.len())),
            "{asked}"
        );
    }
}

#[test]
fn a_refusal_is_an_answer_too() {
    let authority = Authority::new();
    let server = HttpServer::tls(&authority, HOST, |_, to| {
        to.write_all(&answer(
            "401 Unauthorized",
            &[],
            b"{\"error\":\"invalid_client\"}",
        ))
    });
    let client = client_of(quick(&authority), &[(HOST, &server)]);
    let given = get(&client, "https://id.example.org/").unwrap();
    assert_eq!(given.status(), 401);
    assert_eq!(given.body(), b"{\"error\":\"invalid_client\"}");
}

#[test]
fn a_redirect_is_given_back_and_not_followed() {
    let authority = Authority::new();
    let inner = HttpServer::plain(|_, to| to.write_all(&answer("200 OK", &[], b"secret")));
    let away = format!("http://127.0.0.1:{}/", inner.port);
    for status in [
        "301 Moved",
        "302 Found",
        "303 See Other",
        "307 Temporary",
        "308 Permanent",
    ] {
        for to in [away.as_str(), "https://id.example.org/elsewhere"] {
            let location = to.to_owned();
            let server = HttpServer::tls(&authority, HOST, move |_, to| {
                to.write_all(&answer(status, &[("Location", &location)], b""))
            });
            let client = client_of(quick(&authority), &[(HOST, &server)]);
            let given = get(&client, "https://id.example.org/").unwrap();
            assert_eq!(given.headers()["location"], to);
            assert!(status.starts_with(given.status().as_str()));
            assert_eq!(server.connections(), 1, "{status}");
        }
    }
    assert_eq!(inner.connections(), 0);
}

#[test]
fn what_is_packed_is_unpacked() {
    let authority = Authority::new();
    let mut packed = GzEncoder::new(Vec::new(), Compression::default());
    packed.write_all(b"hello").unwrap();
    let packed = packed.finish().unwrap();
    let server = HttpServer::tls(&authority, HOST, move |_, to| {
        to.write_all(&answer("200 OK", &[("Content-Encoding", "gzip")], &packed))
    });
    let client = client_of(quick(&authority), &[(HOST, &server)]);
    let given = get(&client, "https://id.example.org/").unwrap();
    assert_eq!(given.body(), b"hello");
    assert!(!given.headers().contains_key("content-encoding"));
    assert!(!given.headers().contains_key("content-length"));
}

#[test]
fn an_answer_that_is_none_is_broken() {
    let authority = Authority::new();
    let long = "Content-Length: 10\r\n\r\nshort";
    for bytes in [
        String::from("220 mail.example.org ESMTP\r\n"),
        String::new(),
        String::from("HTTP/1.1 200 OK\r\nContent-"),
        format!("HTTP/1.1 200 OK\r\n{long}"),
        String::from("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nnonsense\r\n"),
        String::from("HTTP/1.1 200 OK\r\nContent-Encoding: br\r\nContent-Length: 1\r\n\r\nx"),
        String::from("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 1\r\n\r\nx"),
    ] {
        let said = bytes.clone();
        let server = HttpServer::tls(&authority, HOST, move |_, to| to.write_all(said.as_bytes()));
        let client = client_of(quick(&authority), &[(HOST, &server)]);
        let outcome = get(&client, "https://id.example.org/").map(|_| ());
        assert_eq!(outcome, Err(OutboundError::Broken), "{bytes:?}");
    }
}

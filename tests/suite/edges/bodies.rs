//! Bodies: too long, of another type, cut short. Over a socket where it matters that the client gets to the answer.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use crate::support::both;
use crate::support::server::{self, Place, Server};
use crate::support::sign_in::{ORIGIN, SITE};

const ROUTE: &str = "/api/v1/sign-in/email";

both! {
    async fn only_json_is_read(app: TestApp) {
        app.add_site(SITE, ORIGIN).await;
        let json = format!(r#"{{"site":"{SITE}"}}"#);
        for kind in [
            "text/plain",
            "application/x-www-form-urlencoded",
            "multipart/form-data; boundary=x",
            "application/jsonp",
            "application/json; charset=utf-16",
            "",
        ] {
            let answer = app.post(ROUTE).origin(ORIGIN).body(kind, json.clone()).expect(415).await;
            assert_eq!(answer.code(), "unsupported_media_type", "{kind}");
        }
        let answer = app
            .post(ROUTE)
            .origin(ORIGIN)
            .header("Content-Encoding", "gzip")
            .body("application/json", json.clone())
            .expect(415)
            .await;
        assert_eq!(answer.code(), "unsupported_media_type");
        app.post(ROUTE).origin(ORIGIN).body("Application/JSON;charset=UTF-8", json).expect(422).await;
    }

    async fn what_is_wrong_with_a_body_is_told_by_code_and_place(app: TestApp) {
        app.add_site(SITE, ORIGIN).await;
        for (body, status, code, pointer) in [
            (&b""[..], 400, "malformed_json", ""),
            (b"site", 400, "malformed_json", ""),
            (b"{\"site\":\"ward-news\",", 400, "malformed_json", ""),
            (b"{\"site\":\"\xc3\x28\"}", 400, "malformed_json", ""),
            (b"{\"site\":\"\\udc00\"}", 400, "malformed_json", ""),
            (b"\"site\"", 422, "wrong_type", ""),
            (b"{\"site\":\"ward-news\",\"eMail\":\"x\"}", 422, "unknown_field", "/eMail"),
            (b"{\"site\":7}", 422, "wrong_type", "/site"),
            (b"{\"site\":\"ward-news\"}", 422, "missing_field", "/email"),
            (b"{\"site\":\"ward-news\",\"site\":\"x\"}", 422, "duplicate_field", "/site"),
        ] {
            let answer = app.post(ROUTE).origin(ORIGIN).body("application/json", body).expect(status).await;
            assert_eq!(answer.code(), code, "{}", String::from_utf8_lossy(body));
            if status == 422 {
                assert_eq!(answer.json()["errors"][0]["pointer"], pointer);
                assert_eq!(answer.json()["errors"][0]["code"], code);
            }
        }
    }

    async fn a_body_has_64_kib_at_most(app: TestApp) {
        app.add_site(SITE, ORIGIN).await;
        let padded = |bytes: usize| format!("{}{{}}", " ".repeat(bytes - 2));
        app.post(ROUTE).origin(ORIGIN).body("application/json", padded(64 * 1024)).expect(422).await;
        let answer = app.post(ROUTE).origin(ORIGIN).body("application/json", padded(64 * 1024 + 1)).expect(413).await;
        assert_eq!(answer.code(), "body_too_large");
    }
}

fn serve() -> (Place, Server) {
    let port = server::free_port();
    let place = Place::empty().with("HUSTINGS__SERVER__LISTEN", &format!("127.0.0.1:{port}"));
    let server = place.serve(port);
    (place, server)
}

fn connect(server: &Server) -> TcpStream {
    let stream = TcpStream::connect(("127.0.0.1", server.port)).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    stream
}

fn head(content_type: &str, length: &str) -> String {
    format!("POST {ROUTE} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: {content_type}\r\n{length}\r\n\r\n")
}

/// Reads one answer: its head and its body.
fn answer(stream: &mut TcpStream) -> String {
    let (mut read, mut buffer) = (Vec::new(), [0u8; 4096]);
    loop {
        let text = String::from_utf8_lossy(&read).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| {
                line.to_lowercase()
                    .strip_prefix("content-length: ")
                    .map(str::to_owned)
            });
            if body.len() >= length.map_or(0, |length| length.parse().unwrap()) {
                return text;
            }
        }
        let count = stream.read(&mut buffer).unwrap();
        assert!(count > 0, "closed before the answer: {text:?}");
        read.extend_from_slice(&buffer[..count]);
    }
}

#[test]
fn who_sends_too_much_gets_to_the_answer_and_may_go_on() {
    let (_place, server) = serve();
    for (kind, status) in [("application/json", "413"), ("text/plain", "415")] {
        let mut stream = connect(&server);
        // All of it is sent before anything is read, as simple clients do.
        for megabytes in [1, 7] {
            let length = megabytes * 1024 * 1024;
            // 415 is answered to small bodies only; a long one is too long first.
            let length = if status == "415" { 60 * 1024 } else { length };
            stream
                .write_all(head(kind, &format!("Content-Length: {length}")).as_bytes())
                .unwrap();
            stream.write_all(&vec![b' '; length]).unwrap();
            let answer = answer(&mut stream);
            assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{answer}");
        }
    }
    let mut stream = connect(&server);
    stream
        .write_all(head("application/json", "Transfer-Encoding: chunked").as_bytes())
        .unwrap();
    let chunk = [b"10000\r\n".to_vec(), vec![b' '; 0x10000], b"\r\n".to_vec()].concat();
    for _ in 0..4 {
        stream.write_all(&chunk).unwrap();
    }
    stream.write_all(b"0\r\n\r\n").unwrap();
    let said = answer(&mut stream);
    assert!(
        said.starts_with("HTTP/1.1 413 ") && said.contains("body_too_large"),
        "{said}"
    );
    stream
        .write_all(b"GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n")
        .unwrap();
    assert!(answer(&mut stream).starts_with("HTTP/1.1 200 "));
}

#[test]
fn nobody_makes_the_server_read_for_ever() {
    let (_place, server) = serve();
    let mut stream = connect(&server);
    let length = 1024 * 1024 * 1024;
    stream
        .write_all(head("application/json", &format!("Content-Length: {length}")).as_bytes())
        .unwrap();
    let begun = std::time::Instant::now();
    let block = vec![b' '; 64 * 1024];
    while stream.write(&block).is_ok() {
        assert!(begun.elapsed() < Duration::from_secs(20), "the server reads on");
        std::thread::sleep(Duration::from_millis(5));
    }

    // One that stalls is answered after five seconds.
    let mut stalled = connect(&server);
    stalled
        .write_all(head("application/json", "Content-Length: 100000").as_bytes())
        .unwrap();
    let begun = std::time::Instant::now();
    let said = answer(&mut stalled);
    assert!(
        said.starts_with("HTTP/1.1 413 ") && said.to_lowercase().contains("connection: close"),
        "{said}"
    );
    assert!(begun.elapsed() >= Duration::from_secs(4) && begun.elapsed() < Duration::from_secs(15));
}

#[test]
fn a_body_that_ends_early_stores_nothing_and_breaks_nothing() {
    let (_place, server) = serve();
    let mut stream = connect(&server);
    stream
        .write_all(head("application/json", "Content-Length: 100").as_bytes())
        .unwrap();
    stream.write_all(b"{\"site\":").unwrap();
    stream.shutdown(std::net::Shutdown::Write).unwrap();
    let mut rest = String::new();
    let _closed = stream.read_to_string(&mut rest);
    assert!(rest.is_empty() || rest.starts_with("HTTP/1.1 400 "), "{rest}");
    assert_eq!(server::get(server.port, "/health/ready").unwrap().0, 200);
}

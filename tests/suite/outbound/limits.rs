//! When the client stops: size, time, and how many at once.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener};
use std::sync::Arc;
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use flate2::Compression;
use flate2::write::GzEncoder;
use http::Request;
use hustings::outbound::{Options, Outbound, OutboundError};

use super::{CAP, get};
use crate::support::tls_server::{Authority, HttpServer, answer, client_of, quick};

const HOST: &str = "id.example.org";
const URI: &str = "https://id.example.org/";

/// What becomes of an answer, and how long it took.
fn outcome(
    answer: impl Fn(&str, &mut dyn Write) -> std::io::Result<()> + Send + Sync + 'static,
) -> (Result<usize, OutboundError>, Duration) {
    let authority = Authority::new();
    let server = HttpServer::tls(&authority, HOST, answer);
    let client = client_of(quick(&authority), &[(HOST, &server)]);
    let begun = Instant::now();
    let outcome = get(&client, URI).map(|answer| answer.body().len());
    (outcome, begun.elapsed())
}

/// The limit of all of it, and what a loaded machine adds.
const AT_MOST: Duration = Duration::from_millis(1200 + 1500);

#[test]
fn a_body_of_the_most_bytes_is_read_and_one_more_is_too_large() {
    for (length, expected) in [(CAP, Ok(CAP)), (CAP + 1, Err(OutboundError::TooLarge))] {
        let told =
            move |_: &str, to: &mut dyn Write| to.write_all(&answer("200 OK", &[], &vec![b'x'; length]));
        assert_eq!(outcome(told).0, expected);
        let chunked = move |_: &str, to: &mut dyn Write| {
            to.write_all(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")?;
            write!(to, "{length:x}\r\n{}\r\n0\r\n\r\n", "x".repeat(length))
        };
        assert_eq!(outcome(chunked).0, expected, "in chunks");
    }
}

#[test]
fn a_body_without_end_is_too_large() {
    let (outcome, _) = outcome(|_, to| {
        to.write_all(b"HTTP/1.1 200 OK\r\n\r\n")?;
        loop {
            to.write_all(&[b'x'; 4096])?;
        }
    });
    assert_eq!(outcome, Err(OutboundError::TooLarge));
}

#[test]
fn what_is_too_large_unpacked_is_too_large() {
    let mut packed = GzEncoder::new(Vec::new(), Compression::best());
    for _ in 0..5 {
        packed.write_all(&vec![0; 1 << 20]).unwrap();
    }
    let packed = packed.finish().unwrap();
    assert!(packed.len() < CAP, "the cap on the wire does not catch it");
    let (outcome, _) =
        outcome(move |_, to| to.write_all(&answer("200 OK", &[("Content-Encoding", "gzip")], &packed)));
    assert_eq!(outcome, Err(OutboundError::TooLarge));
}

#[test]
fn a_head_is_bounded() {
    let long = |to: &mut dyn Write, count: usize| {
        to.write_all(b"HTTP/1.1 200 OK\r\n")?;
        for number in 0..count {
            write!(to, "X-{number}: {}\r\n", "x".repeat(1000))?;
        }
        to.write_all(b"Content-Length: 0\r\n\r\n")
    };
    assert_eq!(outcome(move |_, to| long(to, 20)).0, Ok(0));
    assert_eq!(outcome(move |_, to| long(to, 60)).0, Err(OutboundError::TooLarge));
}

#[test]
fn a_host_that_says_nothing_is_slow() {
    let (outcome, took) = outcome(|_, _| {
        thread::sleep(Duration::from_secs(30));
        Ok(())
    });
    assert_eq!(outcome, Err(OutboundError::Slow));
    assert!(took < AT_MOST, "{took:?}");
}

#[test]
fn a_host_that_drips_is_slow() {
    let drip = |to: &mut dyn Write, text: &str| {
        for byte in text.bytes() {
            to.write_all(&[byte])?;
            to.flush()?;
            thread::sleep(Duration::from_millis(50));
        }
        Ok(())
    };
    let head =
        move |_: &str, to: &mut dyn Write| drip(to, &format!("HTTP/1.1 200 OK\r\nX: {}", "x".repeat(1000)));
    let body = move |_: &str, to: &mut dyn Write| {
        to.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")?;
        drip(to, &"x".repeat(1000))
    };
    let before = move |_: &str, to: &mut dyn Write| {
        loop {
            to.write_all(b"HTTP/1.1 102 Processing\r\n\r\n")?;
            to.flush()?;
            thread::sleep(Duration::from_millis(50));
        }
    };
    for (outcome, took) in [outcome(head), outcome(body), outcome(before)] {
        assert_eq!(outcome, Err(OutboundError::Slow));
        assert!(took < AT_MOST, "{took:?}");
    }
}

/// A client of a host that greets connections so.
fn greeted(greet: impl Fn(std::net::TcpStream) + Send + Sync + 'static) -> (Outbound, TcpListener) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let address = listener.local_addr().unwrap();
    let accepting = listener.try_clone().unwrap();
    thread::spawn(move || {
        for stream in accepting.incoming() {
            greet(stream.unwrap());
        }
    });
    let client = Outbound::new(Options {
        allowed: vec!["id.example.org:443".parse().unwrap()],
        resolve: Some(Arc::new(move |_, _| Ok(vec![address]))),
        connect: Duration::from_millis(300),
        whole: Duration::from_secs(10),
        ..quick(&Authority::new())
    });
    (client, listener)
}

#[test]
fn a_handshake_that_stands_still_or_drips_is_slow() {
    let (still, _listener) = greeted(|mut stream| {
        let _ = stream.read(&mut [0; 1000]);
        thread::sleep(Duration::from_secs(30));
    });
    let (drips, _listener) = greeted(|mut stream| {
        // A record of 4096 bytes has begun, of which one comes now and then.
        let _ = stream.write_all(&[22, 3, 3, 0x10, 0]);
        while stream.write_all(&[2]).is_ok() {
            thread::sleep(Duration::from_millis(50));
        }
    });
    for client in [still, drips] {
        let begun = Instant::now();
        assert_eq!(get(&client, URI).map(|_| ()), Err(OutboundError::Slow));
        assert!(begun.elapsed() < AT_MOST, "{:?}", begun.elapsed());
    }
}

#[test]
fn a_name_server_that_is_slow_is_slow_and_keeps_its_place() {
    let authority = Authority::new();
    let (done, is_done) = mpsc::channel();
    let client = Outbound::new(Options {
        resolve: Some(Arc::new(move |_, _| {
            thread::sleep(Duration::from_secs(4));
            let _ = done.send(());
            Ok(Vec::new())
        })),
        connect: Duration::from_millis(300),
        whole: Duration::from_secs(10),
        at_once: 1,
        ..quick(&authority)
    });
    let begun = Instant::now();
    assert_eq!(get(&client, URI).map(|_| ()), Err(OutboundError::Slow));
    assert!(begun.elapsed() < AT_MOST);
    assert_eq!(
        get(&client, URI).map(|_| ()),
        Err(OutboundError::Busy),
        "it still looks"
    );
    is_done.recv().unwrap();
    thread::sleep(Duration::from_millis(100));
    assert_eq!(
        get(&client, URI).map(|_| ()),
        Err(OutboundError::Slow),
        "looks anew"
    );
}

#[test]
fn so_many_at_once_and_no_more() {
    let authority = Authority::new();
    let (arrived, arrivals) = mpsc::channel();
    let server = HttpServer::tls(&authority, HOST, move |request, to| {
        if request.starts_with("GET /slow") {
            arrived.send(()).unwrap();
            thread::sleep(Duration::from_millis(400));
        }
        to.write_all(&answer("200 OK", &[], b""))
    });
    let options = Options {
        at_once: 2,
        ..quick(&authority)
    };
    let client = client_of(options, &[(HOST, &server)]);
    let slow: Vec<_> = (0..2)
        .map(|_| {
            let client = client.clone();
            thread::spawn(move || get(&client, "https://id.example.org/slow").map(|answer| answer.status()))
        })
        .collect();
    arrivals.recv().unwrap();
    arrivals.recv().unwrap();
    let request = Request::get(URI).body(Vec::new()).unwrap();
    assert_eq!(client.send(request, CAP).map(|_| ()), Err(OutboundError::Busy));
    for one in slow {
        assert_eq!(one.join().unwrap().unwrap(), 200);
    }
    assert!(get(&client, URI).is_ok(), "places are free again");
}

//! That an answer of 201 goes out only after the log with the comment was synced, as the kernel sees it: strace looks on
//! while clients post. (That SQLite's `synchronous` and PostgreSQL's `synchronous_commit` are set is read back elsewhere.)

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use serde_json::json;

use crate::support::call::{Call, sign_in};
use crate::support::database::TestDatabase;
use crate::support::server::{Place, free_port};
use crate::support::sign_in::{ORIGIN, SITE};

const CLIENTS: usize = 4;
const POSTS: usize = 25;

/// A system call that matters here, at its beginning or its end. A call that another thread interrupts has two lines.
#[derive(Debug, PartialEq)]
enum Event<'a> {
    /// The log is about to be written with this.
    Write(&'a str),
    /// This thread is about to sync the log.
    Sync(u32),
    /// This thread has synced what it was about to.
    Synced(u32),
    /// A socket is about to be written with this.
    Send(&'a str),
}

/// What a line of `strace -f -y` says: `PID call(FD<PATH>, "BYTES"...) = RESULT`, or the begin or the end of such.
fn events(line: &str) -> Vec<Event<'_>> {
    let Some((thread, said)) = line.split_once(' ') else {
        return Vec::new();
    };
    let thread = thread.parse().unwrap();
    let said = said.trim_start();
    let is_sync = |name: &str| matches!(name, "fsync" | "fdatasync");
    if let Some(rest) = said.strip_prefix("<... ") {
        let ended = rest.split_once(' ').is_some_and(|(name, _)| is_sync(name)) && rest.ends_with("= 0");
        return if ended {
            vec![Event::Synced(thread)]
        } else {
            Vec::new()
        };
    }
    let Some((name, arguments)) = said.split_once('(') else {
        return Vec::new();
    };
    let file = arguments
        .split_once('<')
        .and_then(|(_, rest)| rest.split_once('>'));
    match file {
        Some((path, _)) if path.ends_with("-wal") && is_sync(name) => {
            let mut events = vec![Event::Sync(thread)];
            if said.ends_with("= 0") {
                events.push(Event::Synced(thread));
            }
            events
        }
        Some((path, bytes)) if path.ends_with("-wal") => vec![Event::Write(bytes)],
        Some((path, bytes)) if path.starts_with("socket:") || path.starts_with("TCP") => {
            vec![Event::Send(bytes)]
        }
        _ => Vec::new(),
    }
}

/// strace on all threads of a process. It ends with that process.
fn watch(process: u32, trace: &std::path::Path) -> Child {
    let mut strace = Command::new("strace")
        .args(["-f", "-y", "-s", "16384", "-e", "signal=none"])
        .args([
            "-e",
            "trace=write,writev,pwrite64,pwritev,sendto,sendmsg,fsync,fdatasync",
        ])
        .arg("-o")
        .arg(trace)
        .args(["-p", &process.to_string()])
        .stderr(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("this test needs strace: {error}"));
    let mut said = String::new();
    let mut stderr = BufReader::new(strace.stderr.take().unwrap());
    while !said.contains(" attached") {
        let read = stderr.read_line(&mut said).unwrap();
        assert_ne!(read, 0, "strace ended: {said}");
    }
    // It goes on telling of threads that begin and end.
    std::thread::spawn(move || stderr.lines().count());
    strace
}

#[test]
fn an_answer_of_201_comes_after_its_sync() {
    let port = free_port();
    let database = TestDatabase::sqlite();
    let place = Place::empty()
        .with("HUSTINGS__SERVER__LISTEN", &format!("127.0.0.1:{port}"))
        .with("HUSTINGS__DATABASE__URL", &database.url())
        .with("HUSTINGS__LIMITS__ENABLED", "false");
    let mut server = place.serve(port);
    place.done(&["site", "add", SITE, "--name", "Ward News", "--origin", ORIGIN]);
    let letters = place.path().join("data/mail");
    let tokens: Vec<String> = (0..CLIENTS)
        .map(|client| {
            let (email, name) = (format!("reader{client}@example.org"), format!("Reader {client}"));
            sign_in(port, SITE, ORIGIN, &email, &name, &letters)
        })
        .collect();

    let trace = place.path().join("trace");
    let mut strace = watch(server.id(), &trace);
    std::thread::scope(|scope| {
        for (client, token) in tokens.iter().enumerate() {
            scope.spawn(move || {
                for number in 0..POSTS {
                    let page = format!("{ORIGIN}/{client}");
                    let body = json!({ "page": { "url": page }, "body": marker(client, number) });
                    Call::to(port, "POST", &format!("/api/v1/sites/{SITE}/comments"))
                        .origin(ORIGIN)
                        .token(token)
                        .json(&body)
                        .expect(201);
                }
            });
        }
    });
    assert_eq!(server.stop(), Some(0));
    strace.wait().unwrap();

    let trace = std::fs::read_to_string(trace).unwrap();
    let events: Vec<Event<'_>> = trace.lines().flat_map(events).collect();
    for (client, number) in (0..CLIENTS).flat_map(|client| (0..POSTS).map(move |number| (client, number))) {
        let marker = marker(client, number);
        let sent = events
            .iter()
            .position(|it| matches!(it, Event::Send(bytes) if bytes.contains("HTTP/1.1 201") && bytes.contains(&marker)))
            .unwrap_or_else(|| panic!("no 201 with {marker} in {} events", events.len()));
        let before = &events[..sent];
        let written = before
            .iter()
            .position(|it| matches!(it, Event::Write(bytes) if bytes.contains(&marker)))
            .unwrap_or_else(|| panic!("{marker} was answered before it was in the log"));
        // Begun after the comment was written, and ended before the answer.
        let after = &before[written..];
        let synced = after.iter().enumerate().any(|(begun, it)| match it {
            Event::Sync(thread) => after[begun..].contains(&Event::Synced(*thread)),
            _ => false,
        });
        assert!(synced, "{marker} was answered before it was synced");
    }
}

/// What a comment says, and no other.
fn marker(client: usize, number: usize) -> String {
    format!("The word of client {client} is {number:04}, in full.")
}

#[test]
fn lines_of_strace_are_understood() {
    let wal = "/x/hustings.db-wal";
    for (line, expected) in [
        (
            format!("12 pwrite64(7<{wal}>, \"ab\\0\", 3, 32) = 3"),
            vec![Event::Write(", \"ab\\0\", 3, 32) = 3")],
        ),
        (
            format!("12 fdatasync(7<{wal}>) = 0"),
            vec![Event::Sync(12), Event::Synced(12)],
        ),
        (
            format!("12 fdatasync(7<{wal}>) = -1 EIO (Input/output error)"),
            vec![Event::Sync(12)],
        ),
        (
            format!("12 fdatasync(7<{wal}> <unfinished ...>"),
            vec![Event::Sync(12)],
        ),
        (
            String::from("12 <... fdatasync resumed>) = 0"),
            vec![Event::Synced(12)],
        ),
        (
            String::from("12 <... fdatasync resumed>) = -1 EIO (Input/output error)"),
            Vec::new(),
        ),
        (String::from("12 <... sendto resumed>) = 7"), Vec::new()),
        (String::from("12 fsync(8</x/other>) = 0"), Vec::new()),
        (
            String::from("13 sendto(9<socket:[1]>, \"HTTP/1.1 201\", 12, MSG_NOSIGNAL, NULL, 0) = 12"),
            vec![Event::Send(", \"HTTP/1.1 201\", 12, MSG_NOSIGNAL, NULL, 0) = 12")],
        ),
    ] {
        assert_eq!(events(&line), expected, "{line}");
    }
}

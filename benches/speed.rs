//! `cargo bench --bench speed`: how fast a started server reads and writes, and what it weighs.
//!
//! Every figure of reading is a ratio to a bare actix-web handler that answers the very same bytes, measured in rounds
//! that take turns, so that what else the machine does falls on both. Posts are durable: SQLite with
//! `synchronous=FULL`, PostgreSQL (where `HUSTINGS_BENCH_POSTGRES` names an empty database) with its defaults.
//! Load goes to loopback only. Results are printed as Markdown for `docs/benchmarks.md`.
//!
//! `-- --posts` measures the durable posts alone, and `HUSTINGS_TEST_BINARY` names another program to measure.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a measurement that cannot go on ends, and its result is what it prints"
)]

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

const ROUNDS: usize = 15;
const ROUND: Duration = Duration::from_secs(2);
const READERS: usize = 16;

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    if let Some(at) = arguments.iter().position(|argument| argument == "--bare") {
        return bare::serve(&arguments[at + 1], &arguments[at + 2]);
    }
    println!("| what | figure |\n|---|---|");
    let size = std::fs::metadata(binary()).unwrap().len();
    println!("| binary | {:.1} MB |", size as f64 / 1e6);
    let only_posts = arguments.iter().any(|argument| argument == "--posts");
    measure(Database::Sqlite, only_posts);
    if let Ok(url) = std::env::var("HUSTINGS_BENCH_POSTGRES") {
        measure(Database::Postgres(url), only_posts);
    }
}

/// The program that is measured.
fn binary() -> PathBuf {
    std::env::var_os("HUSTINGS_TEST_BINARY")
        .map_or_else(|| PathBuf::from(env!("CARGO_BIN_EXE_hustings")), PathBuf::from)
}

enum Database {
    Sqlite,
    Postgres(String),
}

fn measure(database: Database, only_posts: bool) {
    let name = match &database {
        Database::Sqlite => "SQLite",
        Database::Postgres(_) => "PostgreSQL",
    };
    let mut server = Server::new(&database);
    if !only_posts {
        start(name, &mut server);
    }
    let tokens: Vec<String> = (0..32)
        .map(|n| server.sign_in(&format!("reader{n}@example.org"), &format!("Reader {n}")))
        .collect();
    if !only_posts {
        read(name, &server, &tokens);
    }
    for clients in [8, 32] {
        write(name, &server, &tokens, clients, Pages::Fifty);
        write(name, &server, &tokens, clients, Pages::One);
    }
    server.stop();
}

fn start(name: &str, server: &mut Server) {
    let mut starts: Vec<Duration> = (0..7).map(|_| server.restart()).collect();
    starts.sort();
    println!(
        "| {name}: start to ready, median of 7 | {:.0} ms |",
        ms(starts[3])
    );
    std::thread::sleep(Duration::from_secs(2));
    println!(
        "| {name}: resident memory, idle | {:.1} MB |",
        server.resident_kb() as f64 / 1e3
    );
}

fn read(name: &str, server: &Server, tokens: &[String]) {
    let page = "https://blog.example.org/a-hundred";
    for n in 0..100 {
        let body = format!(
            "Comment number {n}: the ward meeting is on **Thursday**, see [the notes](https://blog.example.org/notes/{n}).\\n\\nBring a chair, and a friend who has one."
        );
        server.post(&tokens[n % tokens.len()], page, &body);
    }
    let path = format!(
        "/embed/bench/comments?limit=100&page={}",
        page.replace(':', "%3A").replace('/', "%2F")
    );
    for (encoding, label) in [("identity", "identity"), ("br", "brotli")] {
        let request = get(&path, server.port, encoding);
        let (head, body) = exchange(&mut connect(server.port), &request);
        assert!(head.starts_with("HTTP/1.1 200"), "{head}");
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("body");
        std::fs::write(&file, &body).unwrap();
        let bare = Bare::start(&file, encoding);
        let bare_request = get("/", bare.port, encoding);
        let mut ratios = Vec::new();
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        for round in 0..ROUNDS {
            // Who goes first changes from round to round.
            let (mut a, mut b) = (0.0, 0.0);
            for half in 0..2 {
                if (round + half) % 2 == 0 {
                    a = load(server.port, READERS, ROUND, |_| request.clone());
                } else {
                    b = load(bare.port, READERS, ROUND, |_| bare_request.clone());
                }
            }
            ratios.push(a / b);
            ours.push(a);
            theirs.push(b);
        }
        println!(
            "| {name}: cached fragment of 100 comments, {label} ({} B) over bare actix-web | {} of the requests a second ({:.0}/s against {:.0}/s, medians of {ROUNDS} rounds) |",
            body.len(),
            spread(&mut ratios),
            median(&mut ours),
            median(&mut theirs),
        );
    }
    // A cursor before everything, another each time: the same hundred comments, and never an entry of the cache.
    let counter = AtomicU64::new(1);
    let uncached = load(server.port, READERS, Duration::from_secs(6), |_| {
        let cursor = format!(
            "o.{}.00000000-0000-7000-8000-000000000000",
            counter.fetch_add(1, Ordering::Relaxed)
        );
        get(
            &format!("{path}&after={}", URL_SAFE_NO_PAD.encode(cursor)),
            server.port,
            "identity",
        )
    });
    println!("| {name}: the same, uncached (each built, compressed twice) | {uncached:.0}/s |");
}

/// Where posts go.
#[derive(Clone, Copy)]
enum Pages {
    /// All to the same page.
    One,
    /// To fifty pages in turn, all clients to the same one at about the same time.
    Fifty,
}

fn write(name: &str, server: &Server, tokens: &[String], clients: usize, pages: Pages) {
    let (number, label) = match pages {
        Pages::One => (1, "one page"),
        Pages::Fifty => (50, "fifty pages"),
    };
    let latencies = Arc::new(Mutex::new(Vec::new()));
    let stop = Arc::new(AtomicBool::new(false));
    let started = Instant::now();
    let threads: Vec<_> = (0..clients)
        .map(|client| {
            let (latencies, stop, token, port) = (Arc::clone(&latencies), Arc::clone(&stop), tokens[client].clone(), server.port);
            std::thread::spawn(move || {
                let mut connection = connect(port);
                let mut n = 0;
                while !stop.load(Ordering::Relaxed) {
                    n += 1;
                    let body = format!("{{\"page\":{{\"url\":\"https://blog.example.org/posts/{clients}-{number}-{}\"}},\"body\":\"Text {n} of client {client} among {clients} on {label}.\"}}", n % number);
                    let request = post("/api/v1/sites/bench/comments", port, Some(&token), &body);
                    let at = Instant::now();
                    let (head, body) = exchange(&mut connection, &request);
                    assert!(head.starts_with("HTTP/1.1 201"), "{head}\n{}", String::from_utf8_lossy(&body));
                    latencies.lock().unwrap().push(at.elapsed());
                }
            })
        })
        .collect();
    std::thread::sleep(Duration::from_secs(8));
    stop.store(true, Ordering::Relaxed);
    for thread in threads {
        thread.join().unwrap();
    }
    let seconds = started.elapsed().as_secs_f64();
    let mut latencies = std::mem::take(&mut *latencies.lock().unwrap());
    latencies.sort();
    println!(
        "| {name}: durable posts, {clients} clients, {label} | {:.0}/s; p50 {:.1} ms, p99 {:.1} ms |",
        latencies.len() as f64 / seconds,
        ms(latencies[latencies.len() / 2]),
        ms(latencies[latencies.len() * 99 / 100]),
    );
}

/// A started server with a site `bench` that publishes what its trusted members write.
struct Server {
    child: Child,
    port: u16,
    directory: tempfile::TempDir,
    database: String,
}

impl Server {
    fn new(database: &Database) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let database = match database {
            Database::Sqlite => format!("sqlite:{}", directory.path().join("bench.db").display()),
            Database::Postgres(url) => url.clone(),
        };
        let port = free_port();
        let environment = environment(&directory, port, &database);
        command(&environment, &["migrate"]);
        command(
            &environment,
            &[
                "site",
                "add",
                "bench",
                "--name",
                "Bench",
                "--origin",
                "https://blog.example.org",
            ],
        );
        command(
            &environment,
            &["site", "set", "bench", "--hold", "flagged", "--max-links", "5"],
        );
        let child = spawn(&environment);
        let server = Self {
            child,
            port,
            directory,
            database,
        };
        server.wait();
        server
    }

    fn restart(&mut self) -> Duration {
        self.stop();
        let at = Instant::now();
        self.child = spawn(&environment(&self.directory, self.port, &self.database));
        self.wait();
        at.elapsed()
    }

    fn stop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    fn wait(&self) {
        let until = Instant::now() + Duration::from_secs(30);
        while Instant::now() < until {
            if let Ok(mut connection) = TcpStream::connect(("127.0.0.1", self.port)) {
                let (head, _) = exchange(&mut connection, &get("/health/ready", self.port, "identity"));
                if head.starts_with("HTTP/1.1 200") {
                    return;
                }
            }
            std::thread::sleep(Duration::from_millis(2));
        }
        panic!("the server did not become ready");
    }

    fn resident_kb(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
        line.split_whitespace().nth(1).unwrap().parse().unwrap()
    }

    fn sign_in(&self, email: &str, name: &str) -> String {
        let verifier = URL_SAFE_NO_PAD.encode(Sha256::digest(email.as_bytes()));
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()));
        let letters = self.directory.path().join("mail");
        let seen: std::collections::HashSet<PathBuf> = files(&letters).into_iter().collect();
        let body = serde_json::json!({"site": "bench", "email": email, "name": name, "challenge": challenge});
        let answer = self.api("/api/v1/sign-in/email", None, &body.to_string(), "202");
        let until = Instant::now() + Duration::from_secs(10);
        let code = loop {
            assert!(Instant::now() < until, "no letter came");
            let letter = files(&letters).into_iter().find(|file| !seen.contains(file));
            if let Some(letter) = letter {
                break code_of(&std::fs::read_to_string(letter).unwrap());
            }
            std::thread::sleep(Duration::from_millis(5));
        };
        let body =
            serde_json::json!({"request_id": answer["request_id"], "code": code, "verifier": verifier});
        let answer = self.api("/api/v1/sign-in/token", None, &body.to_string(), "200");
        answer["token"].as_str().unwrap().to_owned()
    }

    fn post(&self, token: &str, page: &str, body: &str) {
        let body = format!("{{\"page\":{{\"url\":\"{page}\"}},\"body\":\"{body}\"}}");
        let answer = self.api("/api/v1/sites/bench/comments", Some(token), &body, "201");
        assert_eq!(answer["comment"]["state"], "published", "{answer}");
    }

    fn api(&self, path: &str, token: Option<&str>, body: &str, status: &str) -> serde_json::Value {
        let (head, answer) = exchange(&mut connect(self.port), &post(path, self.port, token, body));
        assert!(
            head.starts_with(&format!("HTTP/1.1 {status}")),
            "{head}\n{}",
            String::from_utf8_lossy(&answer)
        );
        serde_json::from_slice(&answer).unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _already_ended = self.child.kill();
        let _already_waited = self.child.wait();
    }
}

type Environment = Vec<(String, String)>;

fn environment(directory: &tempfile::TempDir, port: u16, database: &str) -> Environment {
    let at = |name: &str| directory.path().join(name).display().to_string();
    [
        ("HUSTINGS__SERVER__LISTEN", format!("127.0.0.1:{port}")),
        ("HUSTINGS__SERVER__PUBLIC_URL", format!("http://127.0.0.1:{port}")),
        ("HUSTINGS__SERVER__SECRET_FILE", at("secret")),
        ("HUSTINGS__DATABASE__URL", database.to_owned()),
        ("HUSTINGS__MAIL__TRANSPORT", String::from("file")),
        ("HUSTINGS__MAIL__DIRECTORY", at("mail")),
        ("HUSTINGS__LIMITS__ENABLED", String::from("false")),
    ]
    .map(|(key, value)| (key.to_owned(), value))
    .to_vec()
}

fn command(environment: &Environment, arguments: &[&str]) {
    let output = Command::new(binary())
        .args(arguments)
        .envs(environment.clone())
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{arguments:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
}

fn spawn(environment: &Environment) -> Child {
    Command::new(binary())
        .arg("serve")
        .envs(environment.clone())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

fn files(directory: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(directory) else {
        return Vec::new();
    };
    entries
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|it| it == "eml"))
        .collect()
}

/// The first eight digits of the plain part.
fn code_of(letter: &str) -> String {
    let plain = letter.split("text/plain").nth(1).unwrap();
    let body = plain.split("\r\n\r\n").nth(1).unwrap();
    let digits: String = body
        .chars()
        .skip_while(|c| !c.is_ascii_digit())
        .filter(char::is_ascii_digit)
        .take(8)
        .collect();
    assert_eq!(digits.len(), 8, "{letter}");
    digits
}

struct Bare {
    child: Child,
    port: u16,
}

impl Bare {
    fn start(file: &Path, encoding: &str) -> Self {
        let port = free_port();
        let child = Command::new(std::env::current_exe().unwrap())
            .args(["--bare", file.to_str().unwrap(), &port.to_string()])
            .env("BARE_ENCODING", encoding)
            .spawn()
            .unwrap();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            std::thread::sleep(Duration::from_millis(5));
        }
        Self { child, port }
    }
}

impl Drop for Bare {
    fn drop(&mut self) {
        let _already_ended = self.child.kill();
        let _already_waited = self.child.wait();
    }
}

mod bare {
    //! The baseline: actix-web answering the same bytes from memory, with the default number of workers.
    use actix_web::{App, HttpResponse, HttpServer, web};

    pub fn serve(file: &str, port: &str) {
        let body = web::Bytes::from(std::fs::read(file).unwrap());
        let encoding = std::env::var("BARE_ENCODING").unwrap();
        let address = format!("127.0.0.1:{port}");
        actix_web::rt::System::new()
            .block_on(async move {
                HttpServer::new(move || {
                    let (body, encoding) = (body.clone(), encoding.clone());
                    App::new().route(
                        "/",
                        web::get().to(move || {
                            let (body, encoding) = (body.clone(), encoding.clone());
                            async move {
                                HttpResponse::Ok()
                                    .insert_header(("content-type", "text/html; charset=utf-8"))
                                    .insert_header(("content-encoding", encoding))
                                    .body(body)
                            }
                        }),
                    )
                })
                .bind(address)
                .unwrap()
                .run()
                .await
            })
            .unwrap();
    }
}

fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port()
}

fn connect(port: u16) -> TcpStream {
    let connection = TcpStream::connect(("127.0.0.1", port)).unwrap();
    connection.set_nodelay(true).unwrap();
    connection
        .set_read_timeout(Some(Duration::from_secs(20)))
        .unwrap();
    connection
}

fn get(path: &str, port: u16, encoding: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAccept-Encoding: {encoding}\r\n\r\n")
        .into_bytes()
}

fn post(path: &str, port: u16, token: Option<&str>, body: &str) -> Vec<u8> {
    let authorization = token.map_or(String::new(), |token| {
        format!("Authorization: Bearer {token}\r\n")
    });
    format!(
        "POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nOrigin: https://blog.example.org\r\nContent-Type: application/json\r\n{authorization}Content-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

/// Sends a request and reads its whole answer; both sides say how long their bodies are.
fn exchange(connection: &mut TcpStream, request: &[u8]) -> (String, Vec<u8>) {
    connection.write_all(request).unwrap();
    let mut read = Vec::with_capacity(64 * 1024);
    let mut buffer = [0u8; 64 * 1024];
    loop {
        let n = connection.read(&mut buffer).unwrap();
        assert!(n > 0, "the connection ended: {}", String::from_utf8_lossy(&read));
        read.extend_from_slice(&buffer[..n]);
        let Some(end) = read.windows(4).position(|window| window == b"\r\n\r\n") else {
            continue;
        };
        let head = String::from_utf8(read[..end].to_vec()).unwrap();
        let length: usize = head
            .lines()
            .find_map(|line| {
                line.to_ascii_lowercase()
                    .strip_prefix("content-length:")
                    .map(|n| n.trim().parse().unwrap())
            })
            .unwrap_or(0);
        while read.len() < end + 4 + length {
            let n = connection.read(&mut buffer).unwrap();
            assert!(n > 0, "the connection ended");
            read.extend_from_slice(&buffer[..n]);
        }
        return (head, read[end + 4..].to_vec());
    }
}

/// Requests a second over `connections` connections that each wait for their answer.
fn load(port: u16, connections: usize, duration: Duration, request: impl Fn(usize) -> Vec<u8> + Sync) -> f64 {
    let count = AtomicU64::new(0);
    let started = Instant::now();
    std::thread::scope(|scope| {
        for n in 0..connections {
            let (count, request) = (&count, &request);
            scope.spawn(move || {
                let mut connection = connect(port);
                while started.elapsed() < duration {
                    let (head, _) = exchange(&mut connection, &request(n));
                    assert!(head.starts_with("HTTP/1.1 200"), "{head}");
                    count.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
    });
    count.load(Ordering::Relaxed) as f64 / started.elapsed().as_secs_f64()
}

fn ms(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e3
}

fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn spread(values: &mut [f64]) -> String {
    let median = median(values);
    format!(
        "{median:.2} ({:.2} to {:.2})",
        values[0],
        values[values.len() - 1]
    )
}

//! SMTP servers that say what a test has them say: for the replies and breakdowns that a real server does not have to
//! order. They listen on 127.0.0.1.

use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// A server on its own thread; it ends with the test's process.
pub struct Server {
    pub port: u16,
    heard: Arc<Mutex<Vec<String>>>,
}

/// What the server does at a command.
#[derive(Clone, Copy)]
pub enum Act {
    /// Answers this, CRLF added.
    Say(&'static str),
    /// Says nothing and keeps the connection.
    StaySilent,
    /// Closes the connection.
    HangUp,
}
use Act::{HangUp, Say, StaySilent};

/// What it does at which command, the first that fits; each entry serves once, except the last that fits.
pub type Script = Vec<(&'static str, Act)>;

/// A polite server without STARTTLS and AUTH. `connect` stands for the greeting, `.` for the end of the text.
const MANNERS: [(&str, Act); 8] = [
    ("connect", Say("220 mail.example.net ESMTP")),
    ("EHLO", Say("250 mail.example.net")),
    ("MAIL", Say("250 2.1.0 ok")),
    ("RCPT", Say("250 2.1.5 ok")),
    ("DATA", Say("354 go on")),
    (".", Say("250 2.0.0 queued as A1")),
    ("QUIT", Say("221 2.0.0 bye")),
    ("", Say("250 2.0.0 ok")),
];

impl Server {
    /// A polite server, but for what `script` says.
    pub fn start(script: Script) -> Self {
        let listener = TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0))).unwrap();
        let port = listener.local_addr().unwrap().port();
        let heard = Arc::new(Mutex::new(Vec::new()));
        let (record, script) = (Arc::clone(&heard), Arc::new(Mutex::new(script)));
        thread::spawn(move || {
            for stream in listener.incoming() {
                let (record, script) = (Arc::clone(&record), Arc::clone(&script));
                // A client that goes away is no fault of the server.
                thread::spawn(move || drop(converse(stream.unwrap(), &record, &script)));
            }
        });
        Self { port, heard }
    }

    /// Everything clients said so far, in order; `connect` where a connection began. The text of letters is left out.
    pub fn heard(&self) -> Vec<String> {
        self.heard.lock().unwrap().clone()
    }

    /// How often it heard a command that begins so.
    pub fn count(&self, command: &str) -> usize {
        self.heard()
            .iter()
            .filter(|line| line.starts_with(command))
            .count()
    }
}

fn converse(
    mut stream: TcpStream,
    record: &Mutex<Vec<String>>,
    script: &Mutex<Script>,
) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut command = "connect".to_owned();
    loop {
        record.lock().unwrap().push(command.clone());
        match act_for(&command, script) {
            Say(reply) => stream.write_all(format!("{reply}\r\n").as_bytes())?,
            StaySilent => {
                thread::sleep(Duration::from_secs(20));
                return Ok(());
            }
            HangUp => return Ok(()),
        }
        let in_text = command == "DATA";
        command = loop {
            let mut line = String::new();
            if reader.read_line(&mut line)? == 0 {
                return Ok(());
            }
            let line = line.trim_end();
            if !in_text || line == "." {
                break line.to_owned();
            }
        };
    }
}

fn act_for(command: &str, script: &Mutex<Script>) -> Act {
    let mut script = script.lock().unwrap();
    let fitting: Vec<(usize, Act)> = script
        .iter()
        .enumerate()
        .filter(|(_, (prefix, _))| command.starts_with(prefix))
        .map(|(n, (_, act))| (n, *act))
        .collect();
    match fitting.as_slice() {
        [] => {
            MANNERS
                .iter()
                .find(|(prefix, _)| command.starts_with(prefix))
                .unwrap()
                .1
        }
        [(_, last)] => *last,
        [(n, act), ..] => {
            script.remove(*n);
            *act
        }
    }
}

//! Starts the SMTP server of `tests/browser/support/smtp-server.mjs`, whose protocol is a package's and not ours.

use std::env;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

/// Longer than a loaded machine needs to start node and to make a certificate.
const PATIENCE: Duration = Duration::from_secs(60);

/// A running mail server; it ends with this value.
pub struct MailServer {
    /// Where it listens, on 127.0.0.1.
    pub port: u16,
    child: Child,
    lines: Receiver<String>,
    home: tempfile::TempDir,
}

/// A letter as the server took it.
#[derive(Debug, serde::Deserialize)]
pub struct Taken {
    /// From whom, as the envelope has it.
    pub from: Option<String>,
    /// To whom, as the envelope has it.
    pub to: Vec<String>,
    /// The letter, headers and all.
    pub data: String,
}

impl MailServer {
    /// Starts a server with these options of the script.
    pub fn start(options: &[&str]) -> Self {
        let script = script();
        let home = tempfile::tempdir().unwrap();
        let mut command = Command::new("node");
        command.arg(&script).args(options);
        if options
            .iter()
            .any(|option| matches!(*option, "--starttls" | "--tls"))
        {
            command.arg("--ca-file").arg(home.path().join("ca.pem"));
        }
        let started = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn();
        let mut child = started.unwrap_or_else(|error| {
            panic!("these tests need node (20 or later), which did not start: {error}")
        });
        let stdout = child.stdout.take().unwrap();
        let (to_lines, lines) = channel();
        thread::spawn(move || {
            for line in BufReader::new(stdout).lines() {
                // The test may have ended already.
                let _unread = to_lines.send(line.unwrap());
            }
        });
        let first = lines.recv_timeout(PATIENCE);
        let Ok(port) = first else {
            child.kill().unwrap();
            let mut said = String::new();
            child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
            panic!(
                "{} did not start; its packages are installed by `npm ci` in tests/browser. It said:\n{said}",
                script.display()
            );
        };
        Self {
            port: port.parse().unwrap(),
            child,
            lines,
            home,
        }
    }

    /// The certificate of the authority that signed the server's.
    pub fn ca_file(&self) -> PathBuf {
        self.home.path().join("ca.pem")
    }

    /// The next letter, which has been acknowledged or soon is.
    pub fn next_letter(&self) -> Taken {
        let line = self.lines.recv_timeout(PATIENCE).unwrap();
        serde_json::from_str(&line).unwrap()
    }

    /// Whether it has taken no further letter.
    pub fn has_no_more(&self) -> bool {
        self.lines.recv_timeout(Duration::from_millis(100)) == Err(RecvTimeoutError::Timeout)
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        // It may have ended by itself, and there is nothing to do about a failure.
        let _ended = self.child.kill();
        let _code = self.child.wait();
    }
}

fn script() -> PathBuf {
    let script = env::var_os("HUSTINGS_TEST_SMTP_SERVER").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/browser/support/smtp-server.mjs"),
        PathBuf::from,
    );
    assert!(
        script.is_file(),
        "there is no {} (HUSTINGS_TEST_SMTP_SERVER names another)",
        script.display()
    );
    script
}

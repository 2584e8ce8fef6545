//! The built binary, or the one that HUSTINGS_TEST_BINARY names, as a process of its own, in a temporary folder, on a
//! free port: for what only shows from outside.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

const PATIENCE: Duration = Duration::from_secs(30);

/// A folder to run `hustings` in, with an environment over its configuration.
pub struct Place {
    folder: TempDir,
    environment: Vec<(String, String)>,
    // Goes before every command's own arguments.
    arguments: Vec<String>,
}

impl Place {
    /// An empty folder and no configuration: what `hustings` is tried out with.
    pub fn empty() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
            environment: Vec::new(),
            arguments: Vec::new(),
        }
    }

    /// With this configuration, which commands are given as `--config FILE`. Paths in it are taken from the folder.
    pub fn configured(mut self, toml: &str) -> Self {
        let file = self.path().join("production.toml");
        std::fs::write(&file, toml).unwrap();
        self.arguments = vec![String::from("--config"), file.display().to_string()];
        self
    }

    /// With this variable.
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.environment.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// `hustings ARGUMENTS` in the folder.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let binary =
            std::env::var_os("HUSTINGS_TEST_BINARY").unwrap_or_else(|| env!("CARGO_BIN_EXE_hustings").into());
        let mut command = Command::new(binary);
        command
            .args(&self.arguments)
            .args(arguments)
            .current_dir(self.folder.path())
            .stdin(Stdio::null());
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("HUSTINGS_")) {
            command.env_remove(name);
        }
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        command
    }

    /// Runs a command to its end.
    pub fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// Runs a command that must succeed. Gives the lines that it wrote.
    #[track_caller]
    pub fn done(&self, arguments: &[&str]) -> Vec<String> {
        lines(self.run(arguments))
    }

    /// Runs a command that must succeed with this on its standard input. Gives the lines that it wrote.
    #[track_caller]
    pub fn fed(&self, arguments: &[&str], input: &str) -> Vec<String> {
        let mut command = self.command(arguments);
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        lines(child.wait_with_output().unwrap())
    }

    /// Starts `hustings serve` and waits until it is ready on the port.
    pub fn serve(&self, port: u16) -> Server {
        let mut child = self
            .command(&["serve"])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let log = {
            let mut stderr = child.stderr.take().unwrap();
            std::thread::spawn(move || {
                let mut log = String::new();
                let _read = stderr.read_to_string(&mut log);
                log
            })
        };
        let mut server = Server {
            child,
            port,
            log: Some(log),
        };
        let begun = Instant::now();
        loop {
            if get(port, "/health/ready").is_some_and(|(status, _)| status == 200) {
                return server;
            }
            if let Some(status) = server.child.try_wait().unwrap() {
                panic!("the server ended with {status}:\n{}", server.log());
            }
            if begun.elapsed() > PATIENCE {
                let log = {
                    server.kill();
                    server.log()
                };
                panic!("the server is not ready:\n{log}");
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

/// What a command that succeeded wrote.
#[track_caller]
fn lines(output: Output) -> Vec<String> {
    let said = String::from_utf8(output.stderr).unwrap();
    let written = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(0), "{written}{said}");
    written.lines().map(str::to_owned).collect()
}

/// A running server. Killed when it is dropped.
pub struct Server {
    child: Child,
    /// Where it listens, on 127.0.0.1.
    pub port: u16,
    log: Option<std::thread::JoinHandle<String>>,
}

impl Server {
    /// Its process id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }
    /// Kills it as a power cut would (`kill -9`).
    pub fn kill(&mut self) {
        let _gone_already = self.child.kill();
        self.child.wait().unwrap();
    }
    /// Asks it to stop, and gives its exit code once it has.
    pub fn stop(&mut self) -> Option<i32> {
        self.signal("TERM");
        self.ended()
    }
    /// Waits until it has stopped, and gives its exit code.
    pub fn ended(&mut self) -> Option<i32> {
        let begun = Instant::now();
        while begun.elapsed() < PATIENCE {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status.code();
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        panic!("the server does not stop");
    }
    /// Sends it a signal.
    pub fn signal(&self, name: &str) {
        let sent = Command::new("kill")
            .arg(format!("-{name}"))
            .arg(self.id().to_string())
            .status()
            .unwrap();
        assert!(sent.success());
    }
    /// What it wrote to stderr, once it has ended.
    pub fn log(&mut self) -> String {
        self.log.take().map_or(String::new(), |log| log.join().unwrap())
    }
    /// What it wrote to stdout, once it has ended.
    pub fn stdout(&mut self) -> String {
        let mut out = String::new();
        self.child
            .stdout
            .take()
            .unwrap()
            .read_to_string(&mut out)
            .unwrap();
        out
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _gone_already = self.child.kill();
        let _waited = self.child.wait();
    }
}

/// A port of 127.0.0.1 that was free a moment ago.
pub fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port()
}

/// `GET` on 127.0.0.1: status and body; `None` where nobody answers.
pub fn get(port: u16, path: &str) -> Option<(u16, String)> {
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .timeout_global(Some(PATIENCE))
        .build()
        .into();
    let mut answer = agent.get(format!("http://127.0.0.1:{port}{path}")).call().ok()?;
    Some((answer.status().as_u16(), answer.body_mut().read_to_string().ok()?))
}

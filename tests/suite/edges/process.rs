//! The process: how it starts, what it makes, and how it ends.

use crate::support::server::{self, Place};

#[test]
fn without_a_configuration_it_makes_what_it_needs_once() {
    let port = server::free_port();
    let place = Place::empty().with("HUSTINGS__SERVER__LISTEN", &format!("127.0.0.1:{port}"));
    let mut server = place.serve(port);
    assert_eq!(server.stop(), Some(0));
    assert_eq!(server.stdout(), "", "stdout is for results");
    let secret = std::fs::read(place.path().join("data/secret")).unwrap();
    let mode = |name: &str| {
        use std::os::unix::fs::PermissionsExt;
        std::fs::metadata(place.path().join(name))
            .unwrap()
            .permissions()
            .mode()
            & 0o777
    };
    assert_eq!(
        (mode("data"), mode("data/secret"), mode("data/hustings.db")),
        (0o700, 0o600, 0o600)
    );

    let mut server = place.serve(port);
    assert_eq!(server.stop(), Some(0));
    assert_eq!(std::fs::read(place.path().join("data/secret")).unwrap(), secret);
}

#[test]
fn a_second_signal_does_not_wait() {
    let port = server::free_port();
    let place = Place::empty().with("HUSTINGS__SERVER__LISTEN", &format!("127.0.0.1:{port}"));
    let mut server = place.serve(port);
    // A request that never ends keeps the first signal waiting.
    let mut half = std::net::TcpStream::connect(("127.0.0.1", port)).unwrap();
    std::io::Write::write_all(&mut half, b"GET /health/live HTTP/1.1\r\nHost: x\r\n").unwrap();
    std::thread::sleep(std::time::Duration::from_millis(100));
    server.signal("INT");
    std::thread::sleep(std::time::Duration::from_millis(200));
    assert_eq!(server.stop(), Some(0));
}

#[test]
fn what_is_wrong_is_said_on_stderr_with_exit_code_1() {
    let place = Place::empty()
        .with("HUSTINGS__SERVER__LISTEN", "nowhere")
        .with("HUSTINGS__MAIL__TRANSPORT", "pigeon");
    let output = place.run(&["serve"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(output.stdout.is_empty());
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(
        said.contains("server.listen") && said.contains("mail.transport"),
        "{said}"
    );
    assert!(
        !place.path().join("data").exists(),
        "nothing is made of a configuration that cannot be used"
    );
}

#[test]
fn a_misspelt_command_is_exit_code_2() {
    assert_eq!(Place::empty().run(&["serv"]).status.code(), Some(2));
}

#[test]
fn migrate_works_on_an_empty_place_and_again() {
    let place = Place::empty();
    let first = place.run(&["migrate"]);
    assert_eq!(
        first.status.code(),
        Some(0),
        "{}",
        String::from_utf8_lossy(&first.stderr)
    );
    assert!(!first.stdout.is_empty(), "the migrations' names");
    let second = place.run(&["migrate"]);
    assert_eq!((second.status.code(), second.stdout.len()), (Some(0), 0));
}

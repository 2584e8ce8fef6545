//! Letters as files: whole or not there, safe names, for the server's user alone.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use hustings::mail::{Delivery, Fault, Mailer, SendError};

use super::support::{address, message_id, settings, sign_in_code};

fn mailer(directory: &Path) -> Mailer {
    let delivery = Delivery::File {
        directory: directory.to_owned(),
    };
    Mailer::new(settings(delivery)).unwrap()
}

fn names(directory: &Path) -> BTreeSet<String> {
    fs::read_dir(directory)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect()
}

#[test]
fn a_letter_is_a_file_of_its_id() {
    let home = tempfile::tempdir().unwrap();
    let directory = home.path().join("data").join("mail");
    let mailer = mailer(&directory);
    let id = message_id(1);
    let accepted = mailer
        .send(&id, &address("ann@example.org"), &sign_in_code("Ward News"))
        .unwrap();

    let name = format!("{}.eml", id.as_str());
    assert_eq!(accepted.answer, name);
    assert_eq!(names(&directory), BTreeSet::from([name.clone()]));
    let text = fs::read_to_string(directory.join(&name)).unwrap();
    assert!(text.contains("Your sign-in code: 1234 5678\r\n"), "{text}");
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&directory), 0o700);
    assert_eq!(mode(&directory.join(&name)), 0o600);
}

#[test]
fn another_try_replaces_the_file_by_the_same_bytes() {
    let home = tempfile::tempdir().unwrap();
    let mailer = mailer(home.path());
    let (id, to, letter) = (
        message_id(1),
        address("ann@example.org"),
        sign_in_code("Ward News"),
    );
    let path = home.path().join(format!("{}.eml", id.as_str()));
    mailer.send(&id, &to, &letter).unwrap();
    let first = fs::read(&path).unwrap();
    mailer.send(&id, &to, &letter).unwrap();
    assert_eq!(fs::read(&path).unwrap(), first);
    assert_eq!(names(home.path()).len(), 1);
    mailer.send(&message_id(2), &to, &letter).unwrap();
    assert_eq!(names(home.path()).len(), 2);
}

#[test]
fn a_reader_never_sees_half_a_letter() {
    let home = tempfile::tempdir().unwrap();
    let mailer = mailer(home.path());
    let done = AtomicBool::new(false);
    let mut seen = 0;
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for n in 0..60 {
                // The same few names again and again, so that letters are replaced while they are read.
                let letter = sign_in_code("Ward News");
                mailer
                    .send(&message_id(n % 3), &address("ann@example.org"), &letter)
                    .unwrap();
            }
            done.store(true, Ordering::SeqCst);
        });
        while !done.load(Ordering::SeqCst) {
            for entry in fs::read_dir(home.path()).unwrap() {
                let path = entry.unwrap().path();
                if path.extension().is_some_and(|extension| extension == "eml") {
                    let text = fs::read_to_string(&path).unwrap();
                    assert!(text.contains("</html>"), "{} bytes", text.len());
                    assert!(text.ends_with("--\r\n"), "{} bytes", text.len());
                    seen += 1;
                }
            }
        }
    });
    assert!(seen > 0, "nothing was read while letters were written");
}

#[test]
fn a_place_that_cannot_be_written_is_worth_another_try() {
    let home = tempfile::tempdir().unwrap();
    let taken = home.path().join("mail");
    fs::write(&taken, "a file, not a directory").unwrap();
    let mailer = mailer(&taken);
    let error = mailer
        .send(
            &message_id(1),
            &address("ann@example.org"),
            &sign_in_code("Ward News"),
        )
        .unwrap_err();
    assert!(
        matches!(&error, SendError::Temporary { answer } if answer.fault == Fault::Disk),
        "{error}"
    );
    assert!(
        mailer.explain(&error).contains("set mail.directory"),
        "{}",
        mailer.explain(&error)
    );
    assert_eq!(mailer.try_out().unwrap_err().answer().fault, Fault::Disk);

    fs::remove_file(&taken).unwrap();
    mailer.try_out().unwrap();
    assert_eq!(names(&taken), BTreeSet::new(), "a try-out leaves nothing behind");
}

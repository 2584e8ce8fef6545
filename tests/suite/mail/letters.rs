//! What letters say and how they are encoded.

use hustings::mail::{Mailer, SendError};

use super::support::{address, message_id, sign_in_code};

#[test]
fn the_outbox_keeps_letters_and_answers_as_told() {
    let (mailer, outbox) = Mailer::memory();
    let (id, to, letter) = (
        message_id(1),
        address("ann@example.org"),
        sign_in_code("Ward News"),
    );
    outbox.refuse_next(451, "4.3.0 later");
    outbox.refuse_next(550, "5.1.1 no such user");
    let send = || mailer.send(&id, &to, &letter);
    assert!(matches!(send(), Err(SendError::Temporary { .. })));
    assert!(matches!(send(), Err(SendError::PermanentAddress { .. })));
    assert!(outbox.letters().is_empty());
    send().unwrap();
    let kept = outbox.drain();
    assert_eq!(kept.len(), 1);
    assert_eq!(kept[0].to, "ann@example.org");
    assert_eq!(kept[0].id, id.as_str());
    assert!(outbox.letters().is_empty());
}

//! Letters kept in memory, with a handle to read them: the transport of tests.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::mail::Accepted;
use crate::mail::answer::{SendError, Step};
use crate::mail::message::Written;
use crate::mail::verdict::refused;

/// The letters that a [`Mailer::memory`](crate::mail::Mailer::memory) has taken. Clones share them.
#[derive(Clone, Default)]
pub struct Outbox(Arc<Mutex<Inner>>);

#[derive(Default)]
struct Inner {
    letters: Vec<SentLetter>,
    replies: VecDeque<(u16, String)>,
}

/// A letter as it left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SentLetter {
    /// [`MessageId::as_str`](crate::mail::MessageId::as_str).
    pub id: String,
    /// The receiver's address.
    pub to: String,
    /// The subject.
    pub subject: String,
    /// The plain text.
    pub text: String,
    /// The HTML document.
    pub html: String,
    /// The whole message as it would go over the wire.
    pub bytes: Vec<u8>,
}

impl Outbox {
    /// All letters taken so far, oldest first.
    pub fn letters(&self) -> Vec<SentLetter> {
        self.inner().letters.clone()
    }
    /// Takes the letters out.
    pub fn drain(&self) -> Vec<SentLetter> {
        std::mem::take(&mut self.inner().letters)
    }
    /// The next try is answered at RCPT TO with this reply instead of being taken, such as
    /// `(550, "5.1.1 no such user")` or `(451, "4.3.0 later")`; called twice, the next two.
    pub fn refuse_next(&self, code: u16, text: &str) {
        self.inner().replies.push_back((code, text.to_owned()));
    }

    pub(super) fn take(&self, letter: &Written) -> Result<Accepted, SendError> {
        let mut inner = self.inner();
        if let Some((code, text)) = inner.replies.pop_front() {
            return Err(refused(Step::Recipient, code, &text));
        }
        inner.letters.push(SentLetter {
            id: letter.id.clone(),
            to: letter.to.to_string(),
            subject: letter.subject.clone(),
            text: letter.text.clone(),
            html: letter.html.clone(),
            bytes: letter.bytes.clone(),
        });
        Ok(Accepted {
            answer: format!("kept as number {}", inner.letters.len()),
        })
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

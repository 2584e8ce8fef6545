//! SMTP connections that wait for the next letter.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use lettre::transport::smtp::client::SmtpConnection;

/// A connection that waited longer is closed: servers close idle ones after minutes, some sooner.
const IDLE_LIMIT: Duration = Duration::from_secs(30);

/// Open connections, the longest waiting first.
pub(super) struct Pool {
    waiting: Mutex<Vec<(Instant, SmtpConnection)>>,
    size: usize,
}

impl Pool {
    /// An empty pool for `size` connections. A thread closes those that wait too long; it ends with the sender.
    pub(super) fn open(size: usize) -> (Arc<Self>, mpsc::Sender<()>) {
        let pool = Arc::new(Self {
            waiting: Mutex::new(Vec::new()),
            size,
        });
        let (in_use, ended) = mpsc::channel();
        let watched = Arc::downgrade(&pool);
        // Without the thread connections are closed when the next letter comes, which is later but no less right.
        let _thread = thread::Builder::new()
            .name("mail-pool".to_owned())
            .spawn(move || close_idle_until(&ended, &watched));
        (pool, in_use)
    }

    /// The connection that waited least, if one is still alive.
    pub(super) fn take(&self) -> Option<SmtpConnection> {
        self.close_idle();
        loop {
            let (_since, mut connection) = self.waiting().pop()?;
            if connection.test_connected() {
                return Some(connection);
            }
        }
    }

    /// Keeps a connection, or says goodbye on it where enough are waiting.
    pub(super) fn give_back(&self, mut connection: SmtpConnection) {
        let mut waiting = self.waiting();
        if waiting.len() < self.size {
            waiting.push((Instant::now(), connection));
        } else {
            drop(waiting);
            connection.abort();
        }
    }

    fn close_idle(&self) {
        let idle: Vec<_> = {
            let mut waiting = self.waiting();
            let count = waiting.partition_point(|(since, _connection)| since.elapsed() >= IDLE_LIMIT);
            waiting.drain(..count).collect()
        };
        // Outside the lock: the server may be slow to answer.
        for (_since, mut connection) in idle {
            connection.abort();
        }
    }

    fn waiting(&self) -> MutexGuard<'_, Vec<(Instant, SmtpConnection)>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        for (_since, mut connection) in self.waiting().drain(..) {
            connection.abort();
        }
    }
}

fn close_idle_until(ended: &mpsc::Receiver<()>, pool: &Weak<Pool>) {
    while ended.recv_timeout(IDLE_LIMIT) == Err(mpsc::RecvTimeoutError::Timeout) {
        let Some(pool) = pool.upgrade() else { return };
        pool.close_idle();
    }
}

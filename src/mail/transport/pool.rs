//! SMTP connections that wait for the next letter.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use lettre::transport::smtp::client::SmtpConnection;

/// How long the server may take to answer goodbye. Nothing depends on it, and a hung one must not delay the server's end.
const GOODBYE_LIMIT: Duration = Duration::from_secs(1);

/// Open connections, the longest waiting first.
pub(super) struct Pool {
    waiting: Mutex<Vec<(Instant, SmtpConnection)>>,
    size: usize,
    idle_limit: Duration,
}

impl Pool {
    /// An empty pool for `size` connections. A thread closes those that wait longer than `idle_limit`; it ends with the
    /// sender.
    pub(super) fn open(size: usize, idle_limit: Duration) -> (Arc<Self>, mpsc::Sender<()>) {
        let pool = Arc::new(Self {
            waiting: Mutex::new(Vec::new()),
            size,
            idle_limit,
        });
        let (in_use, ended) = mpsc::channel();
        let watched = Arc::downgrade(&pool);
        // Without the thread connections are closed when the next letter comes, which is later but no less right.
        let _thread = thread::Builder::new()
            .name("mail-pool".to_owned())
            .spawn(move || close_idle_until(&ended, &watched, idle_limit));
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
    pub(super) fn give_back(&self, connection: SmtpConnection) {
        let mut waiting = self.waiting();
        if waiting.len() < self.size {
            waiting.push((Instant::now(), connection));
        } else {
            drop(waiting);
            say_goodbye(connection);
        }
    }

    fn close_idle(&self) {
        let idle: Vec<_> = {
            let mut waiting = self.waiting();
            let count = waiting.partition_point(|(since, _connection)| since.elapsed() >= self.idle_limit);
            waiting.drain(..count).collect()
        };
        // Outside the lock: the server may be slow to answer.
        for (_since, connection) in idle {
            say_goodbye(connection);
        }
    }

    fn waiting(&self) -> MutexGuard<'_, Vec<(Instant, SmtpConnection)>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        for (_since, connection) in self.waiting().drain(..) {
            say_goodbye(connection);
        }
    }
}

fn say_goodbye(mut connection: SmtpConnection) {
    // A socket that takes no timeout is broken, and then nothing is waited for.
    if connection.set_timeout(Some(GOODBYE_LIMIT)).is_ok() {
        connection.abort();
    }
}

fn close_idle_until(ended: &mpsc::Receiver<()>, pool: &Weak<Pool>, idle_limit: Duration) {
    while ended.recv_timeout(idle_limit) == Err(mpsc::RecvTimeoutError::Timeout) {
        let Some(pool) = pool.upgrade() else { return };
        pool.close_idle();
    }
}

#[cfg(test)]
mod tests {
    use std::io::{BufRead, BufReader, Write};
    use std::net::TcpListener;

    use lettre::transport::smtp::extension::ClientId;

    use super::*;

    #[test]
    fn a_connection_that_waits_too_long_is_closed_politely() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let server = thread::spawn(move || {
            let (mut stream, _client) = listener.accept().unwrap();
            let mut commands = BufReader::new(stream.try_clone().unwrap()).lines();
            stream.write_all(b"220 mail.example.net\r\n").unwrap();
            let mut heard = Vec::new();
            while let Some(Ok(command)) = commands.next() {
                heard.push(command);
                stream.write_all(b"250 ok\r\n").unwrap();
            }
            heard
        });
        let hello = ClientId::Domain("comments.example.net".to_owned());
        let wait = Some(Duration::from_secs(5));
        let connection = SmtpConnection::connect(address, wait, &hello, None, None).unwrap();
        let (pool, _in_use) = Pool::open(1, Duration::from_millis(50));
        pool.give_back(connection);
        // Nobody calls the pool again: its thread does it.
        assert_eq!(server.join().unwrap(), ["EHLO comments.example.net", "QUIT"]);
        assert!(pool.take().is_none());
    }
}

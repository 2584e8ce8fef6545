//! The threads that work while the server runs: some that do the jobs of the outbox, one that seals decisions, and one
//! that keeps house.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crate::app::App;
use crate::jobs::Bell;
use crate::service::{Result, ServiceError, purge, retention, run_job, seal};

/// Threads look at least this often: another process (`hustings mail retry`) cannot ring.
const LOOK_EVERY: Duration = Duration::from_secs(5);

/// After a failure of storage.
const PAUSE: Duration = Duration::from_secs(1);

/// Decisions that come within so long are sealed together.
const SEAL_PAUSE: Duration = Duration::from_millis(200);

const SWEEP_EVERY: Duration = Duration::from_secs(60);
const PURGE_EVERY: Duration = Duration::from_secs(60 * 60);

/// The running threads. Dropped, they end after what they are doing.
#[derive(Debug)]
pub struct Background {
    stop: Arc<AtomicBool>,
    bells: [Bell; 2],
    threads: Vec<JoinHandle<()>>,
}

impl Background {
    /// Starts `threads` workers, the sealer and the housekeeper.
    ///
    /// # Errors
    /// The system gives no more threads.
    pub fn start(app: &Arc<App>, threads: usize) -> std::io::Result<Self> {
        let mut background = Self {
            stop: Arc::new(AtomicBool::new(false)),
            bells: [app.bell.clone(), app.decided.clone()],
            threads: Vec::new(),
        };
        for number in 0..threads.max(1) {
            let (app, stop) = (Arc::clone(app), Arc::clone(&background.stop));
            background.spawn(format!("worker-{number}"), move || work(&app, &stop))?;
        }
        let (sealing, stop) = (Arc::clone(app), Arc::clone(&background.stop));
        background.spawn(String::from("sealer"), move || seal_decisions(&sealing, &stop))?;
        let (app, stop) = (Arc::clone(app), Arc::clone(&background.stop));
        background.spawn(String::from("housekeeper"), move || keep_house(&app, &stop))?;
        Ok(background)
    }

    fn spawn(&mut self, name: String, run: impl FnOnce() + Send + 'static) -> std::io::Result<()> {
        self.threads
            .push(std::thread::Builder::new().name(name).spawn(run)?);
        Ok(())
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        self.bells.iter().for_each(Bell::ring);
        for thread in self.threads.drain(..) {
            // Panics are caught where they happen.
            let _ended = thread.join();
        }
    }
}

fn work(app: &App, stop: &AtomicBool) {
    while !stop.load(Ordering::SeqCst) {
        let seen = app.bell.times();
        let pause = match guarded(|| run_job::run_next(app)) {
            Some(Ok(true)) => continue,
            Some(Ok(false)) => until_next(app),
            Some(Err(error)) => {
                tracing::error!(%error, "the outbox cannot be worked on");
                PAUSE
            }
            None => PAUSE,
        };
        if !stop.load(Ordering::SeqCst) {
            app.bell.wait(seen, pause);
        }
    }
}

/// How long until a job is due, [`LOOK_EVERY`] at most.
fn until_next(app: &App) -> Duration {
    match app.db.read(|tx| Ok::<_, ServiceError>(tx.next_job_at()?)) {
        Ok(Some(at)) => at.since(app.clock.now()).min(LOOK_EVERY),
        Ok(None) | Err(_) => LOOK_EVERY,
    }
}

/// Seals what a run before left, and then what is decided, within a second.
fn seal_decisions(app: &App, stop: &AtomicBool) {
    while !stop.load(Ordering::SeqCst) {
        let seen = app.decided.times();
        if let Some(Err(error)) = guarded(|| seal::seal_all(app)) {
            tracing::error!(%error, "decisions could not be sealed");
        }
        app.decided.wait(seen, LOOK_EVERY);
        std::thread::sleep(SEAL_PAUSE);
    }
}

fn keep_house(app: &App, stop: &AtomicBool) {
    let mut purged: Option<Instant> = None;
    let mut swept = Instant::now();
    loop {
        // Before `stop` is looked at: who stops rings after that, and a ring in between is not missed.
        let seen = app.bell.times();
        if stop.load(Ordering::SeqCst) {
            return;
        }
        if purged.is_none_or(|at| at.elapsed() >= PURGE_EVERY) {
            purged = Some(Instant::now());
            if let Some(Err(error)) = guarded(|| purge::purge(app)) {
                tracing::error!(%error, "what is old could not be forgotten");
            }
            if let Some(Err(error)) = guarded(|| retention::erase_withdrawn(app)) {
                tracing::error!(%error, "what withdrawn comments say could not be erased");
            }
            // Each time: a command may have erased something while the log was in use.
            if let Some(Err(error)) = guarded(|| retention::clear_log(app)) {
                tracing::error!(%error, "the database's log could not be cleared");
            }
        }
        if swept.elapsed() >= SWEEP_EVERY {
            swept = Instant::now();
            app.limits.sweep();
        }
        app.bell.wait(seen, SWEEP_EVERY);
    }
}

/// A panic ends one try, not the thread: what was tried is tried again.
fn guarded<T>(run: impl FnOnce() -> Result<T>) -> Option<Result<T>> {
    catch_unwind(AssertUnwindSafe(run))
        .inspect_err(|_panic| tracing::error!("a panic beside the requests"))
        .ok()
}

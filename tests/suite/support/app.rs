//! The whole server in this process, as `serve` runs it, with a clock, randomness and mailbox that tests hold.

use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;

use actix_web::test::{TestRequest, init_service, try_call_service};
use hustings::app::{App, Parts};
use hustings::config::Config;
use hustings::domain::clock::{FixedClock, Micros};
use hustings::domain::keys::Keys;
use hustings::domain::rng::SeededRng;
use hustings::mail::{Mailer, Outbox};
use hustings::service::ServiceError;
use hustings::signin::provider::Providers;
use hustings::storage::Tx;
use hustings::web::create_app;

use super::database::TestDatabase;
use super::request::{Answer, Request};

/// 2026-11-23T10:00:00Z.
const BEGINNING: Micros = Micros::from_i64(1_795_428_000_000_000);

type Calls = Rc<dyn Fn(TestRequest) -> Pin<Box<dyn Future<Output = Answer>>>>;

/// A server in this process.
pub struct TestApp {
    /// What services take.
    pub app: Arc<App>,
    /// The time, which stands still until it is advanced.
    pub clock: Arc<FixedClock>,
    /// The letters that were sent.
    pub letters: Outbox,
    calls: Calls,
    // Dropped last: the app's connections are closed before the database is dropped.
    database: TestDatabase,
}

impl TestApp {
    /// On a SQLite file of its own.
    pub async fn sqlite() -> Self {
        Self::start(TestDatabase::sqlite(), "", None).await
    }

    /// On a PostgreSQL database of its own.
    pub async fn postgres() -> Self {
        Self::start(TestDatabase::postgres(), "", None).await
    }

    /// The same database, another configuration: what is in `toml` counts over the tests' own.
    pub async fn restart(self, toml: &str) -> Self {
        self.restart_with(toml, None).await
    }

    /// As [`TestApp::restart`], with providers of accounts elsewhere.
    pub async fn restart_with(self, toml: &str, providers: Option<Providers>) -> Self {
        let Self {
            app, calls, database, ..
        } = self;
        drop((calls, app));
        Self::start(database, toml, providers).await
    }

    /// Where the data lies.
    pub fn database(&self) -> &TestDatabase {
        &self.database
    }

    async fn start(database: TestDatabase, toml: &str, providers: Option<Providers>) -> Self {
        let config = config(&database, toml);
        let clock = Arc::new(FixedClock::at(BEGINNING));
        let (mailer, letters) = Mailer::memory();
        let parts = Parts {
            clock: clock.clone(),
            rng: Arc::new(SeededRng::new(1)),
            mailer: Some(mailer),
            providers,
            outbound: None,
        };
        let app = blocking(move || {
            let app = App::build(config, Keys::from_root([7; 32]), parts).unwrap();
            app.db.migrate().unwrap();
            Arc::new(app)
        })
        .await;
        let service = Rc::new(init_service(create_app(Arc::clone(&app))).await);
        let calls: Calls = Rc::new(move |request| {
            let service = Rc::clone(&service);
            Box::pin(async move {
                match try_call_service(&*service, request.to_request()).await {
                    Ok(response) => Answer::of(response).await,
                    // What the dispatcher would make of it.
                    Err(error) => Answer::of_error(&error).await,
                }
            })
        });
        Self {
            app,
            clock,
            letters,
            calls,
            database,
        }
    }

    /// A request to be completed and sent.
    pub fn request(&self, method: &str, path: &str) -> Request {
        Request::new(Rc::clone(&self.calls), method, path)
    }
    /// `GET`.
    pub fn get(&self, path: &str) -> Request {
        self.request("GET", path)
    }
    /// `POST`.
    pub fn post(&self, path: &str) -> Request {
        self.request("POST", path)
    }
    /// `PATCH`.
    pub fn patch(&self, path: &str) -> Request {
        self.request("PATCH", path)
    }
    /// `DELETE`.
    pub fn delete(&self, path: &str) -> Request {
        self.request("DELETE", path)
    }

    /// Reads the database behind the server's back.
    pub async fn read<R: Send + 'static>(
        &self,
        mut f: impl FnMut(&mut dyn Tx) -> Result<R, ServiceError> + Send + 'static,
    ) -> R {
        let app = Arc::clone(&self.app);
        blocking(move || app.db.read(&mut f).unwrap()).await
    }

    /// Writes into the database behind the server's back.
    pub async fn write<R: Send + 'static>(
        &self,
        f: impl FnMut(&mut dyn Tx) -> Result<R, ServiceError> + Send + 'static,
    ) -> R {
        let app = Arc::clone(&self.app);
        blocking(move || app.db.write(f).unwrap()).await
    }

    /// Calls services directly, on a thread that may block.
    pub async fn run<R: Send + 'static>(&self, f: impl FnOnce(&App) -> R + Send + 'static) -> R {
        let app = Arc::clone(&self.app);
        blocking(move || f(&app)).await
    }
}

/// Runs what blocks: PostgreSQL's driver brings a runtime of its own, which must not be entered from within another.
async fn blocking<R: Send + 'static>(f: impl FnOnce() -> R + Send + 'static) -> R {
    actix_web::web::block(f).await.expect("a panic, see above")
}

fn config(database: &TestDatabase, toml: &str) -> Config {
    let own = [
        ("HUSTINGS__DATABASE__URL", database.url()),
        ("HUSTINGS__DATABASE__POOL", String::from("4")),
    ];
    let own = own
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect();
    // Limits would make tests depend on each other's numbers; those about limits turn them on.
    let toml = if toml.contains("[limits]") {
        toml.to_owned()
    } else {
        format!("{toml}\n[limits]\nenabled = false\n")
    };
    Config::from_sources(Some(&toml), own).unwrap()
}

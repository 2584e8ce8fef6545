//! `hustings serve`: migrates, starts the threads that work beside the requests, and serves until it is told to stop.

use std::io::ErrorKind;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use actix_web::{HttpServer, dev::ServerHandle};
use anyhow::Context as _;

use super::context::{Context, require_current};
use super::output;
use crate::app::App;
use crate::config::{Config, MailTransport};
use crate::service::background::Background;
use crate::service::demo;
use crate::storage::Backend;
use crate::web::create_app;
use crate::web::demo::create_blog;
use crate::web::metrics::create_metrics;

/// Threads that do the jobs of the outbox.
const WORKERS: usize = 2;
/// The port of the demo's blog, as its address has it.
const BLOG_PORT: u16 = 8081;
/// How long an idle connection is kept open.
const KEEP_ALIVE: Duration = Duration::from_secs(75);

pub(super) fn run(context: &Context) -> anyhow::Result<ExitCode> {
    // Before anything is made: a server that cannot listen leaves nothing behind.
    try_port(&context.config)?;
    let app = context.build()?;
    match app.db.backend() {
        // One process, one file: it is copied before it is changed.
        Backend::Sqlite => {
            for name in app.db.migrate().context("the database cannot be migrated")? {
                tracing::info!(name, "migrated");
            }
        }
        // Other nodes may be running the version before.
        Backend::Postgres => require_current(&app.db)?,
    }
    context.require_secret(&app)?;
    app.db.watch().context("no thread to watch the database")?;
    // Before there are workers: the demo's history is made whole, its letters with it.
    let invite = if app.config.demo {
        Some(demo::ensure(&app)?)
    } else {
        None
    };
    let background = Background::start(&app, WORKERS).context("no threads to work beside the requests")?;
    let served = actix_web::rt::System::new().block_on(serve(app, invite));
    // Requests are over; what they queued and is not done yet waits in the database.
    drop(background);
    served?;
    Ok(ExitCode::SUCCESS)
}

async fn serve(app: Arc<App>, invite: Option<String>) -> anyhow::Result<()> {
    let config = app.config.server.clone();
    let factory = {
        let app = Arc::clone(&app);
        move || create_app(Arc::clone(&app))
    };
    let mut server = HttpServer::new(factory)
        // Longer than proxies keep theirs idle: who closes first must not be the side that did not send.
        .keep_alive(KEEP_ALIVE)
        .shutdown_timeout(config.shutdown.as_secs())
        .disable_signals();
    if let Some(workers) = config.workers {
        server = server.workers(workers);
    }
    let server = server
        .bind(config.listen)
        .map_err(|error| cannot_listen(&app.config, &error))?;
    let metrics = config
        .metrics_listen
        .map(|listen| metrics(&app, listen))
        .transpose()?;
    let blog = if app.config.demo { blog(&app) } else { None };
    if let Some(invite) = &invite {
        greet_visitor(&app, invite, blog.is_some());
    }
    greet(&app);
    let running = server.run();
    actix_web::rt::spawn(stop_when_told(running.handle()));
    running.await?;
    for other in [blog, metrics].into_iter().flatten() {
        other.stop(true).await;
    }
    tracing::info!("stopped");
    Ok(())
}

/// Starts the listener for Prometheus.
fn metrics(app: &Arc<App>, listen: SocketAddr) -> anyhow::Result<ServerHandle> {
    let factory = {
        let app = Arc::clone(app);
        move || create_metrics(Arc::clone(&app))
    };
    let server = HttpServer::new(factory)
        .workers(1)
        .shutdown_timeout(1)
        .disable_signals()
        .bind(listen)
        .with_context(|| format!("server.metrics_listen: cannot listen on {listen}"))?;
    tracing::info!(%listen, "metrics");
    let running = server.run();
    let handle = running.handle();
    actix_web::rt::spawn(running);
    Ok(handle)
}

/// Starts the demo's blog, where its port is free: at the addresses that browsers take `localhost` for.
fn blog(app: &Arc<App>) -> Option<ServerHandle> {
    let factory = {
        let app = Arc::clone(app);
        move || create_blog(Arc::clone(&app))
    };
    let server = HttpServer::new(factory)
        .workers(1)
        .shutdown_timeout(1)
        .disable_signals();
    let bound = server.bind((Ipv4Addr::LOCALHOST, BLOG_PORT));
    let server = match bound {
        Ok(server) => server,
        Err(error) => {
            tracing::warn!(port = BLOG_PORT, %error, "the demo's blog is not served");
            return None;
        }
    };
    let six = TcpListener::bind((Ipv6Addr::LOCALHOST, BLOG_PORT));
    let server = match six {
        Ok(listener) => server.listen(listener).ok()?,
        // A machine without IPv6, where localhost has one address only.
        Err(_no_six) => server,
    };
    let running = server.run();
    let handle = running.handle();
    actix_web::rt::spawn(running);
    Some(handle)
}

/// Whether the port is free.
fn try_port(config: &Config) -> anyhow::Result<()> {
    match TcpListener::bind(config.server.listen) {
        Ok(_let_go_at_once) => Ok(()),
        Err(error) => Err(cannot_listen(config, &error)),
    }
}

/// Why the server cannot listen, with what to do about it.
fn cannot_listen(config: &Config, error: &std::io::Error) -> anyhow::Error {
    let listen = config.server.listen;
    let mend = match error.kind() {
        ErrorKind::AddrInUse if config.demo => {
            "another program has this port, perhaps another Hustings: stop that one and start again; for a server without \
             the demo, set another port, as in HUSTINGS__SERVER__LISTEN=127.0.0.1:9090"
        }
        ErrorKind::AddrInUse => {
            "another program has this port, perhaps another Hustings: stop that one, or set server.listen to another port"
        }
        ErrorKind::PermissionDenied => {
            "the system gives this port to no ordinary user: set server.listen to one from 1024 up, with a proxy before it"
        }
        ErrorKind::AddrNotAvailable => {
            "this machine does not have the address: set server.listen to one that it has"
        }
        _ => "see server.listen",
    };
    anyhow::anyhow!("cannot listen on {listen} ({error}): {mend}")
}

/// Says where to begin with the demo: what is needed first comes first.
fn greet_visitor(app: &App, invite: &str, has_blog: bool) {
    if has_blog {
        output::say(&format!(
            "the demo's blog, with what to try:  {}{}",
            demo::BLOG,
            demo::MEETINGS
        ));
    } else {
        output::say(&format!(
            "the demo's blog is not there: another program has port {BLOG_PORT}; stop it and start again"
        ));
    }
    output::say(&format!(
        "its moderators' desk (the link works once; the blog shows the next):  {invite}"
    ));
    output::say(&format!(
        "letters, with the sign-in codes in them:  {}/demo/letters",
        app.config.server.public_url
    ));
}

/// Says where the server is.
fn greet(app: &App) {
    let config = &app.config;
    tracing::info!(listen = %config.server.listen, public_url = %config.server.public_url, "listening");
    output::say(&format!(
        "hustings listens on {} ({})",
        config.server.public_url, config.server.listen
    ));
    if let Some(variable) = &config.instead_of_demo {
        output::say(&format!("no demo, because {variable} is set"));
    }
    if let (MailTransport::File { directory }, false) = (&config.mail.transport, config.demo) {
        output::say(&format!(
            "letters, with the sign-in codes in them, are files in {}",
            directory.display()
        ));
    }
}

/// The first signal lets requests finish, within `server.shutdown_seconds`; the second does not wait.
async fn stop_when_told(server: ServerHandle) {
    if let Err(error) = told().await {
        tracing::error!(%error, "signals cannot be heard; the server stops only when it is killed");
        return;
    }
    tracing::info!("stopping");
    let stopping = server.stop(true);
    tokio::select! {
        () = stopping => {}
        _again = told() => server.stop(false).await,
    }
}

/// SIGTERM or SIGINT.
#[cfg(unix)]
async fn told() -> std::io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    tokio::select! {
        _told = terminate.recv() => Ok(()),
        _told = interrupt.recv() => Ok(()),
    }
}

/// Ctrl-C.
#[cfg(not(unix))]
async fn told() -> std::io::Result<()> {
    tokio::signal::ctrl_c().await
}

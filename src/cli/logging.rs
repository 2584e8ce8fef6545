//! The log: to stderr, as lines for people or JSON for programs.

use std::io;

use tracing_subscriber::EnvFilter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use crate::config::{LogConfig, LogFormat};
use crate::service::run_job::DEMO;

/// Starts the log. Other crates' events count from `warn` up: at `info` some of them write addresses. The demo says only
/// what somebody at its console needs.
pub(super) fn start(config: LogConfig, demo: bool) {
    let filter = if demo {
        format!("warn,{DEMO}=info")
    } else {
        format!("warn,hustings={}", config.level.as_str())
    };
    let filter = EnvFilter::new(filter);
    let registry = tracing_subscriber::registry().with(filter);
    let lines = tracing_subscriber::fmt::layer().with_writer(io::stderr);
    let started = match config.format {
        LogFormat::Text => registry.with(lines.with_ansi(false)).try_init(),
        LogFormat::Json => registry.with(lines.json().flatten_event(true)).try_init(),
    };
    if let Err(error) = started {
        super::output::say(&format!("hustings: the log cannot be started: {error}"));
    }
    std::panic::set_hook(Box::new(|panic| {
        // The message may quote what somebody wrote, so only the place is told.
        let place = panic
            .location()
            .map_or(String::from("unknown"), ToString::to_string);
        tracing::error!(place, "panicked");
    }));
}

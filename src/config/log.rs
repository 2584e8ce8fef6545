//! The section `log`: how much is logged, and in which form. Logs go to stderr.

use std::fmt;
use std::str::FromStr;

use super::error::UnknownWord;
use super::reader::Reader;

/// The section `log`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LogConfig {
    /// Lines for people or for programs.
    pub format: LogFormat,
    /// The least important events that are still logged.
    pub level: LogLevel,
}

/// In which form events are logged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// A line for people.
    Text,
    /// A JSON object a line.
    Json,
}

/// How important an event is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum LogLevel {
    /// Something failed that somebody should look at.
    Error,
    /// Something is odd.
    Warn,
    /// What the server does, a line a request.
    Info,
    /// How it does it.
    Debug,
    /// Everything.
    Trace,
}

impl LogConfig {
    pub(super) fn read(reader: &mut Reader) -> Self {
        Self {
            format: reader.value("log.format", LogFormat::Text, "write text or json"),
            level: reader.value(
                "log.level",
                LogLevel::Info,
                "write error, warn, info, debug or trace",
            ),
        }
    }
}

impl LogFormat {
    /// The word in the configuration.
    pub fn as_str(self) -> &'static str {
        match self {
            LogFormat::Text => "text",
            LogFormat::Json => "json",
        }
    }
}

impl fmt::Display for LogFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for LogFormat {
    type Err = UnknownWord;
    fn from_str(word: &str) -> Result<Self, UnknownWord> {
        UnknownWord::choose(word, [LogFormat::Text, LogFormat::Json], LogFormat::as_str)
    }
}

impl LogLevel {
    /// The word in the configuration, which `tracing` reads too.
    pub fn as_str(self) -> &'static str {
        match self {
            LogLevel::Error => "error",
            LogLevel::Warn => "warn",
            LogLevel::Info => "info",
            LogLevel::Debug => "debug",
            LogLevel::Trace => "trace",
        }
    }
}

impl fmt::Display for LogLevel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for LogLevel {
    type Err = UnknownWord;
    fn from_str(word: &str) -> Result<Self, UnknownWord> {
        let all = [
            LogLevel::Error,
            LogLevel::Warn,
            LogLevel::Info,
            LogLevel::Debug,
            LogLevel::Trace,
        ];
        UnknownWord::choose(word, all, LogLevel::as_str)
    }
}

//! Figures for whoever runs the server: what is counted as it happens, and the text that Prometheus reads. The only
//! place for prometheus. What else is told when it asks is gathered by `service::metrics`. No figure has a label that
//! people choose or that stands for a person, a page or a site.

use std::sync::Arc;
use std::time::Duration;

use prometheus::core::Collector;
use prometheus::{
    Gauge, Histogram, HistogramOpts, HistogramVec, IntCounter, IntCounterVec, IntGauge, Opts, Registry,
    TextEncoder,
};

use crate::storage::{Observe, WriteOutcome, Writing};

/// Bounds of durations, in seconds.
const SECONDS: [f64; 9] = [0.001, 0.005, 0.025, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0];
/// Bounds of how many writes share a commit.
const WRITES: [f64; 6] = [1.0, 2.0, 4.0, 8.0, 16.0, 64.0];

/// A figure's name or label is not one that Prometheus takes, or is there twice: an error of ours.
#[derive(Debug, thiserror::Error)]
#[error("the metrics cannot be told: {0}")]
pub struct MetricsError(#[from] prometheus::Error);

/// What is counted as it happens, since the process began.
pub struct Metrics {
    requests: HistogramVec,
    finished: IntCounterVec,
    posted: IntCounterVec,
    writes: HistogramVec,
    waiting: IntGauge,
    batches: Histogram,
    retries: IntCounter,
}

impl Metrics {
    /// All at nothing.
    ///
    /// # Errors
    /// A name that Prometheus does not take.
    pub fn new() -> Result<Self, MetricsError> {
        let seconds = |name: &str, help: &str| HistogramOpts::new(name, help).buckets(SECONDS.to_vec());
        let metrics = Self {
            requests: HistogramVec::new(
                seconds(
                    "hustings_http_request_seconds",
                    "Requests that were answered, and how long that took.",
                ),
                &["method", "route", "status"],
            )?,
            finished: IntCounterVec::new(
                Opts::new(
                    "hustings_finished_reads_total",
                    "Parts of pages that were asked for: hit from memory, miss from the database.",
                ),
                &["result"],
            )?,
            posted: IntCounterVec::new(
                Opts::new(
                    "hustings_comments_posted_total",
                    "Comments that were posted here.",
                ),
                &["outcome"],
            )?,
            writes: HistogramVec::new(
                seconds(
                    "hustings_write_seconds",
                    "Writes to the database, from asking to the acknowledgement.",
                ),
                &["outcome"],
            )?,
            waiting: IntGauge::new(
                "hustings_writes_waiting",
                "Writes that were asked for and are not acknowledged yet.",
            )?,
            batches: Histogram::with_opts(
                HistogramOpts::new("hustings_write_batch_size", "Writes that shared a commit.")
                    .buckets(WRITES.to_vec()),
            )?,
            retries: IntCounter::new(
                "hustings_write_retries_total",
                "Transactions that were run again because another got in their way.",
            )?,
        };
        // A figure that stands at nothing is told too, so that its first rise is seen.
        for result in ["hit", "miss"] {
            metrics.finished.with_label_values(&[result]);
        }
        for outcome in ["published", "held"] {
            metrics.posted.with_label_values(&[outcome]);
        }
        for outcome in ["done", "refused", "failed"] {
            metrics.writes.with_label_values(&[outcome]);
        }
        Ok(metrics)
    }

    /// A request was answered. `route` is its pattern; none where nothing lives there.
    pub fn request(&self, method: &str, route: Option<&str>, status: u16, took: Duration) {
        let class = match status {
            100..=199 => "1xx",
            200..=299 => "2xx",
            300..=399 => "3xx",
            400..=499 => "4xx",
            _ => "5xx",
        };
        self.requests
            .with_label_values(&[method, route.unwrap_or("none"), class])
            .observe(took.as_secs_f64());
    }

    /// A part of a page was asked for; whether its finished bytes were there.
    pub fn finished_read(&self, hit: bool) {
        let result = if hit { "hit" } else { "miss" };
        self.finished.with_label_values(&[result]).inc();
    }

    /// A comment was posted; whether it is public at once.
    pub fn posted(&self, public: bool) {
        let outcome = if public { "published" } else { "held" };
        self.posted.with_label_values(&[outcome]).inc();
    }

    /// What the database tells of its writes.
    pub fn observe_writes(self: &Arc<Self>) -> Observe {
        let metrics = Arc::clone(self);
        Arc::new(move |writing| match writing {
            Writing::Asked => metrics.waiting.inc(),
            Writing::Answered { took, outcome } => {
                metrics.waiting.dec();
                let outcome = match outcome {
                    WriteOutcome::Done => "done",
                    WriteOutcome::Refused => "refused",
                    WriteOutcome::Failed => "failed",
                };
                metrics
                    .writes
                    .with_label_values(&[outcome])
                    .observe(took.as_secs_f64());
            }
            Writing::Committed { writes } => {
                metrics
                    .batches
                    .observe(f64::from(u32::try_from(writes).unwrap_or(u32::MAX)));
            }
            Writing::Retried => metrics.retries.inc(),
        })
    }

    /// Begins the answer for Prometheus with all that was counted.
    ///
    /// # Errors
    /// A figure that is there twice.
    pub fn tell(&self) -> Result<Telling, MetricsError> {
        let telling = Telling(Registry::new());
        telling.add(self.requests.clone())?;
        telling.add(self.finished.clone())?;
        telling.add(self.posted.clone())?;
        telling.add(self.writes.clone())?;
        telling.add(self.waiting.clone())?;
        telling.add(self.batches.clone())?;
        telling.add(self.retries.clone())?;
        Ok(telling)
    }
}

/// An answer for Prometheus that is being put together.
pub struct Telling(Registry);

impl Telling {
    fn add(&self, figure: impl Collector + 'static) -> Result<(), MetricsError> {
        Ok(self.0.register(Box::new(figure))?)
    }

    /// A number that goes up and down.
    ///
    /// # Errors
    /// A name that Prometheus does not take, or that is there already; so have the others.
    pub fn number(&self, name: &str, help: &str, value: i64) -> Result<(), MetricsError> {
        let gauge = IntGauge::new(name, help)?;
        gauge.set(value);
        self.add(gauge)
    }

    /// A time that goes up and down, in seconds.
    ///
    /// # Errors
    /// As [`Telling::number`].
    pub fn seconds(&self, name: &str, help: &str, value: f64) -> Result<(), MetricsError> {
        let gauge = Gauge::new(name, help)?;
        gauge.set(value);
        self.add(gauge)
    }

    /// Something that is, with its properties as labels.
    ///
    /// # Errors
    /// As [`Telling::number`].
    pub fn fact(&self, name: &str, help: &str, labels: &[(&str, &str)]) -> Result<(), MetricsError> {
        let opts = labels.iter().fold(Opts::new(name, help), |opts, (label, value)| {
            opts.const_label(*label, *value)
        });
        let gauge = IntGauge::with_opts(opts)?;
        gauge.set(1);
        self.add(gauge)
    }

    /// What was counted elsewhere since the process began, one figure for each value of a label.
    ///
    /// # Errors
    /// As [`Telling::number`].
    pub fn counted<'a>(
        &self,
        name: &str,
        help: &str,
        label: &str,
        counts: impl IntoIterator<Item = (&'a str, u64)>,
    ) -> Result<(), MetricsError> {
        let counter = IntCounterVec::new(Opts::new(name, help), &[label])?;
        for (value, count) in counts {
            counter.with_label_values(&[value]).inc_by(count);
        }
        self.add(counter)
    }

    /// The answer: Prometheus's text format, version 0.0.4.
    ///
    /// # Errors
    /// A figure without a value.
    pub fn text(self) -> Result<String, MetricsError> {
        Ok(TextEncoder::new().encode_to_string(&self.0.gather())?)
    }
}

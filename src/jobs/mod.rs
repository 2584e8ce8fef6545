//! The outbox's contents: the jobs there are, how they are written down, and when a failed one is tried again. A job
//! commits with the change that calls for it and carries ids only. Doing jobs is `service::run_job`'s.
//!
//! To add a job: a variant of [`Job`], its word and payload here, its arm in `service::run_job`.

mod bell;
pub mod schedule;

pub use bell::Bell;

use serde::{Deserialize, Serialize};

use crate::domain::clock::Micros;
use crate::domain::id::{JobId, SignInId};
use crate::domain::rng::Rng;
use crate::storage::stores::jobs::StoredJob;

const SEND_SIGN_IN_CODE: &str = "send_sign_in_code";

/// Something to be done after a change has been committed, at least once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Job {
    /// Send the letter with the code of a sign-in.
    SendSignInCode {
        /// The sign-in.
        sign_in: SignInId,
        /// Which of its letters: 0 is the first. Where a newer one was asked for meanwhile, this one is not sent.
        resends: i16,
    },
}

/// A stored job that this version cannot read: written by a newer one, or damaged.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UnreadableJob {
    /// No job has this word.
    #[error("no job is called {0:?}")]
    Kind(String),
    /// The payload is not what a job of this kind carries.
    #[error("the payload of {kind} cannot be read: {reason}")]
    Payload {
        /// The job's word.
        kind: &'static str,
        /// What is wrong.
        reason: String,
    },
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SignInCodePayload {
    sign_in: String,
    resends: i16,
}

impl Job {
    /// The job's word in the database, the logs and `hustings mail status`.
    pub fn kind(self) -> &'static str {
        match self {
            Job::SendSignInCode { .. } => SEND_SIGN_IN_CODE,
        }
    }

    /// The job as the outbox keeps it, due at once.
    pub fn to_stored(self, now: Micros, rng: &dyn Rng) -> StoredJob {
        let payload = match self {
            Job::SendSignInCode { sign_in, resends } => {
                serde_json::json!(SignInCodePayload {
                    sign_in: sign_in.to_string(),
                    resends
                })
            }
        };
        StoredJob {
            id: JobId::new(now, rng),
            kind: self.kind().to_owned(),
            payload: payload.to_string(),
            attempts: 0,
            run_at: now,
            created_at: now,
        }
    }

    /// Reads what the outbox kept.
    ///
    /// # Errors
    /// A word or payload that this version does not know.
    pub fn from_stored(stored: &StoredJob) -> Result<Self, UnreadableJob> {
        match stored.kind.as_str() {
            SEND_SIGN_IN_CODE => {
                let unreadable = |reason: String| UnreadableJob::Payload {
                    kind: SEND_SIGN_IN_CODE,
                    reason,
                };
                let payload: SignInCodePayload =
                    serde_json::from_str(&stored.payload).map_err(|error| unreadable(error.to_string()))?;
                let sign_in = payload
                    .sign_in
                    .parse()
                    .map_err(|not_an_id: crate::domain::id::InvalidId| unreadable(not_an_id.to_string()))?;
                Ok(Job::SendSignInCode {
                    sign_in,
                    resends: payload.resends,
                })
            }
            other => Err(UnreadableJob::Kind(other.to_owned())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::rng::SeededRng;

    #[test]
    fn jobs_come_back_as_they_went_in() {
        let rng = SeededRng::new(1);
        let now = Micros::from_i64(1_795_341_600_000_000);
        let job = Job::SendSignInCode {
            sign_in: SignInId::new(now, &rng),
            resends: 2,
        };
        let stored = job.to_stored(now, &rng);
        assert_eq!(Job::from_stored(&stored), Ok(job));
        assert_eq!((stored.attempts, stored.run_at, stored.created_at), (0, now, now));
    }

    #[test]
    fn what_cannot_be_read_is_said() {
        let rng = SeededRng::new(1);
        let now = Micros::from_i64(0);
        let stored = Job::SendSignInCode {
            sign_in: SignInId::new(now, &rng),
            resends: 0,
        }
        .to_stored(now, &rng);
        let with = |kind: &str, payload: &str| StoredJob {
            kind: kind.to_owned(),
            payload: payload.to_owned(),
            ..stored.clone()
        };
        assert_eq!(
            Job::from_stored(&with("make_coffee", "{}")),
            Err(UnreadableJob::Kind("make_coffee".to_owned()))
        );
        for payload in ["", "{}", r#"{"sign_in":"x","resends":0}"#] {
            assert!(matches!(
                Job::from_stored(&with(SEND_SIGN_IN_CODE, payload)),
                Err(UnreadableJob::Payload { .. })
            ));
        }
    }
}

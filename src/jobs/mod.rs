//! The outbox's contents: the jobs there are, how they are written down, and when a failed one is tried again. A job
//! commits with the change that calls for it and carries ids only. Doing jobs is `service::run_job`'s.
//!
//! To add a job: a variant of [`Job`], its word and payload here, its arm in `service::run_job`.

mod bell;
pub mod schedule;

pub use bell::Bell;

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::domain::clock::Micros;
use crate::domain::id::{AccountId, CommentId, DecisionId, InvalidId, JobId, SignInId, SiteId};
use crate::domain::rng::Rng;
use crate::storage::stores::jobs::StoredJob;

const SEND_SIGN_IN_CODE: &str = "send_sign_in_code";
const TELL_MODERATORS: &str = "tell_moderators";
const SEND_WAITING: &str = "send_waiting";
const TELL_AUTHOR: &str = "tell_author";

/// Something to be done after a change has been committed, at least once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Job {
    /// Send the letter with the code of a sign-in.
    SendSignInCode {
        /// The sign-in.
        sign_in: SignInId,
        /// Which of its letters: 0 is the first. Where a newer one was asked for meanwhile, this one is not sent.
        resends: i16,
    },
    /// Gather the comments that wait on a site and of which nobody was told, and queue a letter to each moderator.
    TellModerators {
        /// The site.
        site: SiteId,
    },
    /// Send the letter that comments wait.
    SendWaiting {
        /// The site.
        site: SiteId,
        /// To whom.
        account: AccountId,
        /// The comments, of which those that wait no longer are left out.
        comments: Vec<CommentId>,
        /// How many more there were.
        more: u32,
    },
    /// Send an author the letter that a comment was rejected or removed, if that is still the last word.
    TellAuthor {
        /// The comment.
        comment: CommentId,
        /// The decision.
        decision: DecisionId,
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

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct TellModeratorsPayload {
    site: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SendWaitingPayload {
    site: String,
    account: String,
    comments: Vec<String>,
    more: u32,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct TellAuthorPayload {
    comment: String,
    decision: String,
}

impl Job {
    /// The job's word in the database, the logs and `hustings mail status`.
    pub fn kind(&self) -> &'static str {
        match self {
            Job::SendSignInCode { .. } => SEND_SIGN_IN_CODE,
            Job::TellModerators { .. } => TELL_MODERATORS,
            Job::SendWaiting { .. } => SEND_WAITING,
            Job::TellAuthor { .. } => TELL_AUTHOR,
        }
    }

    /// The job as the outbox keeps it, due at once.
    pub fn to_stored(&self, now: Micros, rng: &dyn Rng) -> StoredJob {
        let payload = match self {
            Job::SendSignInCode { sign_in, resends } => serde_json::json!(SignInCodePayload {
                sign_in: sign_in.to_string(),
                resends: *resends
            }),
            Job::TellModerators { site } => serde_json::json!(TellModeratorsPayload {
                site: site.to_string()
            }),
            Job::SendWaiting {
                site,
                account,
                comments,
                more,
            } => serde_json::json!(SendWaitingPayload {
                site: site.to_string(),
                account: account.to_string(),
                comments: comments.iter().map(ToString::to_string).collect(),
                more: *more,
            }),
            Job::TellAuthor { comment, decision } => serde_json::json!(TellAuthorPayload {
                comment: comment.to_string(),
                decision: decision.to_string(),
            }),
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
        let payload = stored.payload.as_str();
        match stored.kind.as_str() {
            SEND_SIGN_IN_CODE => {
                let payload: SignInCodePayload = read(SEND_SIGN_IN_CODE, payload)?;
                Ok(Job::SendSignInCode {
                    sign_in: id(SEND_SIGN_IN_CODE, &payload.sign_in)?,
                    resends: payload.resends,
                })
            }
            TELL_MODERATORS => {
                let payload: TellModeratorsPayload = read(TELL_MODERATORS, payload)?;
                Ok(Job::TellModerators {
                    site: id(TELL_MODERATORS, &payload.site)?,
                })
            }
            SEND_WAITING => {
                let payload: SendWaitingPayload = read(SEND_WAITING, payload)?;
                Ok(Job::SendWaiting {
                    site: id(SEND_WAITING, &payload.site)?,
                    account: id(SEND_WAITING, &payload.account)?,
                    comments: payload
                        .comments
                        .iter()
                        .map(|comment| id(SEND_WAITING, comment))
                        .collect::<Result<_, _>>()?,
                    more: payload.more,
                })
            }
            TELL_AUTHOR => {
                let payload: TellAuthorPayload = read(TELL_AUTHOR, payload)?;
                Ok(Job::TellAuthor {
                    comment: id(TELL_AUTHOR, &payload.comment)?,
                    decision: id(TELL_AUTHOR, &payload.decision)?,
                })
            }
            other => Err(UnreadableJob::Kind(other.to_owned())),
        }
    }
}

fn read<T: for<'de> Deserialize<'de>>(kind: &'static str, payload: &str) -> Result<T, UnreadableJob> {
    serde_json::from_str(payload).map_err(|error| UnreadableJob::Payload {
        kind,
        reason: error.to_string(),
    })
}

fn id<T: FromStr<Err = InvalidId>>(kind: &'static str, text: &str) -> Result<T, UnreadableJob> {
    text.parse().map_err(|error: InvalidId| UnreadableJob::Payload {
        kind,
        reason: error.to_string(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::rng::SeededRng;

    #[test]
    fn jobs_come_back_as_they_went_in() {
        let rng = SeededRng::new(1);
        let now = Micros::from_i64(1_795_341_600_000_000);
        let jobs = [
            Job::SendSignInCode {
                sign_in: SignInId::new(now, &rng),
                resends: 2,
            },
            Job::TellModerators {
                site: SiteId::new(now, &rng),
            },
            Job::SendWaiting {
                site: SiteId::new(now, &rng),
                account: AccountId::new(now, &rng),
                comments: vec![CommentId::new(now, &rng), CommentId::new(now, &rng)],
                more: 3,
            },
            Job::TellAuthor {
                comment: CommentId::new(now, &rng),
                decision: DecisionId::new(now, &rng),
            },
        ];
        for job in jobs {
            let stored = job.to_stored(now, &rng);
            assert_eq!(Job::from_stored(&stored), Ok(job));
            assert_eq!((stored.attempts, stored.run_at, stored.created_at), (0, now, now));
        }
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

//! Erasing what withdrawn comments say, once the time is over for which it is kept (`retention.withdrawn_days`). That
//! there was a comment, what became of it and the seals of that stay.

use std::thread;
use std::time::Duration;

use crate::app::App;
use crate::domain::id::CommentId;
use crate::service::{Result, ServiceError};
use crate::storage::stores::retention::Erased;

/// So many comments are looked at in one transaction.
const LOOKED_AT: i64 = 200;

/// So many are erased in one.
const AT_ONCE: usize = 20;

/// Folding the log in is tried so often, with this between two tries.
const FOLDS: u32 = 5;
const FOLD_PAUSE: Duration = Duration::from_millis(200);

/// Erases the texts of the comments that were withdrawn long enough ago, in small transactions.
///
/// # Errors
/// Storage's; what was erased before stays erased.
pub fn erase_withdrawn(app: &App) -> Result<Erased> {
    let now = app.clock.now();
    let before = now.minus(app.config.retention.withdrawn());
    let mut all = Erased::default();
    let mut after: Option<CommentId> = None;
    loop {
        let looked_at = app
            .db
            .read(|tx| Ok::<_, ServiceError>(tx.withdrawn(after, LOOKED_AT)?))?;
        let due: Vec<CommentId> = looked_at
            .iter()
            .filter(|comment| comment.has_texts && comment.at <= before)
            .map(|comment| comment.id)
            .collect();
        for ids in due.chunks(AT_ONCE) {
            let ids = ids.to_vec();
            all += app.db.write(move |tx| {
                let mut erased = Erased::default();
                for id in &ids {
                    erased += tx.erase_texts(*id, now)?;
                }
                Ok::<_, ServiceError>(erased)
            })?;
        }
        match looked_at.last() {
            Some(last) => after = Some(last.id),
            None => break,
        }
    }
    if all != Erased::default() {
        tracing::info!(
            comments = all.comments,
            texts = all.texts,
            notes = all.notes,
            "erased what withdrawn comments said"
        );
    }
    Ok(all)
}

/// Sees to it that what was erased cannot be read in SQLite's log either. `false` where others read or write so long
/// that it was not to be done now; the server tries again each hour.
///
/// # Errors
/// Storage's.
pub fn clear_log(app: &App) -> Result<bool> {
    for _ in 1..FOLDS {
        if app.db.fold_log()? {
            return Ok(true);
        }
        thread::sleep(FOLD_PAUSE);
    }
    Ok(app.db.fold_log()?)
}

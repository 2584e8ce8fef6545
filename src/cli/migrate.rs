//! `hustings migrate`: brings the database to this version's schema. Works on an empty place too.

use std::process::ExitCode;

use super::context::Context;
use super::output;

pub(super) fn run(context: &Context) -> anyhow::Result<ExitCode> {
    let app = context.build()?;
    let applied = app.db.migrate()?;
    context.refuse_another_secret(&app)?;
    if applied.is_empty() {
        output::say("the database is of this version already");
    }
    for name in applied {
        output::line(&name)?;
    }
    Ok(ExitCode::SUCCESS)
}

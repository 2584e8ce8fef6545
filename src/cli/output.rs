//! What commands print: results on stdout, a line each; everything else on stderr.

use std::io::{self, Write};

/// Prints a line of a command's result.
///
/// # Errors
/// Whoever reads stdout has closed it.
pub(super) fn line(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "{text}")?;
    out.flush()
}

/// Says something to whoever looks at the terminal.
pub(super) fn say(text: &str) {
    // Where nobody can be told, the work goes on all the same.
    let _told = writeln!(io::stderr().lock(), "{text}");
}

/// Says why a command failed, with what caused it.
pub(super) fn complain(error: &anyhow::Error) {
    say(&format!("hustings: {error:#}"));
}

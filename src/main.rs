//! The `hustings` binary.

fn main() -> std::process::ExitCode {
    hustings::cli::run()
}

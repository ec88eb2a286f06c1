//! The desktop shell: windows and the border to the page, nothing else.

mod environment;
mod ipc;
mod navigation;
mod shell;

use std::process::ExitCode;

fn main() -> ExitCode {
    // First of all, and before any library reads it: the environment this program trusts.
    if let Err(error) = environment::restart_if_unclean() {
        return failed("its environment could not be cleaned", &error);
    }
    secret::harden_process();
    match shell::run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => failed("the window could not be opened", &error),
    }
}

/// Says on the terminal what kept the program from starting.
#[expect(clippy::print_stderr, reason = "there is no window yet that could say it")]
fn failed(what: &str, error: &dyn std::error::Error) -> ExitCode {
    eprintln!("Strongroom did not start: {what}: {error}");
    ExitCode::FAILURE
}

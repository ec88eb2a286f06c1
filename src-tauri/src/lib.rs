//! The desktop shell: windows and the border to the page, nothing else.
//!
//! It is a library so that two programs share it: `strongroom-desktop`, which ships, and
//! `strongroom-desktop-e2e`, which tests drive and which no package contains.

#[cfg(all(feature = "e2e", not(debug_assertions)))]
compile_error!("the program that tests drive is never a release");

mod desk;
mod drive;
mod environment;
mod hardening;
mod ipc;
mod jobs;
mod navigation;
mod picker;
mod places;
mod sandbox;
mod secrets;
mod shell;
mod stage;

use std::process::ExitCode;

/// Runs the program: cleans the environment, hardens the process, opens the window.
pub fn start() -> ExitCode {
    // Kept by all that is started from here on, so the sandbox is tried under the same conditions.
    hardening::forbid_new_privileges();
    let has_sandbox = sandbox::is_available();
    // Before any library reads it: the environment this program trusts.
    if let Err(error) = environment::restart_if_unclean(has_sandbox) {
        return failed("its environment could not be cleaned", &error);
    }
    let state = hardening::put_in_force(has_sandbox);
    match shell::run(state) {
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

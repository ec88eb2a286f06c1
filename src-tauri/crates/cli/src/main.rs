//! `strongroom`: every operation of the desktop on the command line, for pipelines and for
//! break-glass days.
//!
//! What is printed where: results go to standard output, as text for people or with `--json` as
//! one object for machines; progress and questions go to the terminal only when there is one;
//! errors go to standard error with their code and remedy. Secrets are never arguments, never
//! environment variables, and never printed except on a sheet that was asked for.

mod anchors;
mod changer;
mod commands;
mod context;
mod exit;
mod expected;
mod failure;
mod files;
mod holder;
mod locked;
mod named;
mod output;
mod pinentry;
mod plan;
mod progress;
mod prompt;
mod recipient;
mod room;
mod sealing_lock;
mod shares;
mod shelf;
mod tokens;
mod unread;
mod vault;

use clap::Parser;

use crate::exit::Exit;
use crate::failure::Failure;

fn main() -> std::process::ExitCode {
    secret::harden_process();
    let arguments = match commands::Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return failure::usage(&error).into(),
    };
    let context = context::Context::new(&arguments);
    match commands::run(arguments.command, &context) {
        Ok(_) if output::is_lost() => {
            let problem = "the result could not be written to standard output";
            let remedy = "Make room where the output goes; what was done is done and on record.";
            let failure = Failure::new(Exit::Failed, "SR-CLI-OUTPUT", problem, remedy);
            failure.report(&context);
            failure.exit.into()
        }
        Ok(exit) => exit.into(),
        Err(failure) => {
            failure.report(&context);
            failure.exit.into()
        }
    }
}

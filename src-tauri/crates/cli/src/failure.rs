//! A command that failed: what to print, and the exit code.

use std::io;

use serde::Serialize;
use terms::Problem;

use crate::context::Context;
use crate::exit::Exit;
use crate::output;

/// Why a command failed, for the person who must act.
pub(crate) struct Failure {
    /// How the program ends.
    pub(crate) exit: Exit,
    code: String,
    problem: String,
    remedy: String,
}

#[derive(Serialize)]
struct Report<'a> {
    code: &'a str,
    problem: &'a str,
    remedy: &'a str,
}

impl Failure {
    /// A failure of the command line's own making.
    pub(crate) fn new(exit: Exit, code: &str, problem: impl Into<String>, remedy: &str) -> Self {
        let (code, remedy) = (code.to_owned(), remedy.to_owned());
        Self { exit, code, problem: problem.into(), remedy }
    }

    /// A failure that a crate below reports, with the exit code that fits it.
    pub(crate) fn from_problem(exit: Exit, problem: &dyn Problem) -> Self {
        let code = problem.code().to_owned();
        Self { exit, code, problem: problem.with_causes(), remedy: problem.remedy() }
    }

    /// The failure with another way out behind its remedy.
    pub(crate) fn or_else(mut self, way: &str) -> Self {
        self.remedy = format!("{} {way}", self.remedy);
        self
    }

    /// The failure with another exit code.
    pub(crate) fn ending_with(self, exit: Exit) -> Self {
        Self { exit, ..self }
    }

    /// What happened, with its code, in one line for people who go on.
    pub(crate) fn in_words(&self) -> String {
        format!("{} [{}]", self.problem, self.code)
    }

    /// The stable code.
    pub(crate) fn code(&self) -> &str {
        &self.code
    }

    /// Prints the failure where the caller looks for it.
    pub(crate) fn report(&self, context: &Context) {
        let report = Report { code: &self.code, problem: &self.problem, remedy: &self.remedy };
        if context.json {
            output::json("error", serde_json::json!({ "error": report }));
        } else {
            let (problem, code, remedy) = (&self.problem, &self.code, &self.remedy);
            output::aside(format_args!("strongroom: {problem} [{code}]\n  {remedy}\n"));
        }
    }
}

/// Prints what clap says about a command line, as JSON where that was asked for; help and version
/// are no failures.
pub(crate) fn usage(error: &clap::Error) -> Exit {
    let wants_json = std::env::args_os().skip(1).take_while(|a| a != "--").any(|a| a == "--json");
    if error.use_stderr() && wants_json {
        let text = error.to_string();
        let problem = text.lines().next().unwrap_or_default().trim_start_matches("error: ");
        let remedy = "See strongroom --help, or --help behind the command.";
        let report = Report { code: "SR-CLI-USAGE", problem, remedy };
        output::json("error", serde_json::json!({ "error": report }));
    } else {
        // A terminal that is gone has nobody to tell.
        let _ = error.print();
    }
    if error.use_stderr() { Exit::Usage } else { Exit::Done }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::new(
            Exit::Failed,
            "SR-CLI-IO",
            format!("reading or writing failed: {error}"),
            "Check the file, folder or terminal that the command was given.",
        )
    }
}

//! What the tests that span crates share: the repository, data beside it, and the program.

pub mod line;
pub mod measure;
pub mod outcome;
pub mod postgres;
pub mod scale;
pub mod tree;

use std::env;
use std::fs::OpenOptions;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The root of the repository.
pub fn repository() -> PathBuf {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    tests.parent().unwrap_or(tests).to_path_buf()
}

/// A file or folder of the data that may lie beside the repository, in `shared/data`.
///
/// A test that gets `None` calls [`skip`] and returns: `let Some(vectors) = shared_data("…")`.
pub fn shared_data(name: &str) -> Option<PathBuf> {
    let beside = repository().parent()?.join("shared/data").join(name);
    beside.exists().then_some(beside)
}

/// Records that a test found nothing to test, and why.
///
/// `cargo xtask test` names a file in the variable `STRONGROOM_SKIPS`; each test that cannot do its
/// work appends one line to it, and so counts as skipped rather than passed. Call it once per test
/// and return. Without the variable the line only goes to standard error.
#[expect(clippy::print_stderr, reason = "tests speak to the person who runs them")]
pub fn skip(test: &str, reason: &str) {
    let line = format!("{test}: {reason}\n");
    eprint!("skipped: {line}");
    let Some(path) = env::var_os("STRONGROOM_SKIPS") else { return };
    // One write of one short line in append mode: lines of parallel tests do not mix.
    let file = OpenOptions::new().create(true).append(true).open(path);
    if let Err(error) = file.and_then(|mut file| file.write_all(line.as_bytes())) {
        eprintln!("the skipped test could not be recorded: {error}");
    }
}

/// The built command line, ready for arguments, or `None` when it was not built.
///
/// Cargo tells a test only the programs of its own package, so this looks beside the test
/// executable: `target/<profile>/deps/test-1234` finds `target/<profile>/strongroom`. A test
/// calls it after `cargo build -p strongroom-cli`; `cargo xtask test` builds all programs first.
pub fn strongroom() -> Option<Command> {
    let program = built_program("strongroom")?;
    let mut command = Command::new(program);
    // The tester's own settings and locale must not reach the program.
    command.env_clear().envs(env::vars_os().filter(|(name, _)| name == "PATH" || name == "HOME"));
    command.env("LANG", "C.UTF-8").env("TZ", "UTC");
    Some(command)
}

/// Where the program `name` of this workspace was built, if it was.
pub fn built_program(name: &str) -> Option<PathBuf> {
    let test = env::current_exe().ok()?;
    let profile = test.parent()?.parent()?;
    let program = profile.join(name);
    program.is_file().then_some(program)
}

/// The Python with foreign implementations, installed by `cargo xtask setup`, or `None`.
pub fn peers_python() -> Option<PathBuf> {
    let target = env::current_exe().ok()?.ancestors().nth(3)?.to_path_buf();
    let python = target.join("peers/venv/bin/python");
    python.exists().then_some(python)
}

//! Programs by other people that the tests compare with.

use std::env;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;

/// A script of `tests/peers`, ready to run, or `None` where its peer is not installed.
///
/// A test that gets `None` returns: it was counted as skipped, or failed if peers are required.
pub(crate) fn script(test: &str, name: &str) -> Option<Command> {
    let folder = strongroom_tests::repository().join("tests/peers");
    let program = match name.rsplit_once('.') {
        Some((_, "py")) => strongroom_tests::peers_python(),
        _ => folder.join("node_modules/age-encryption").is_dir().then(node).flatten(),
    };
    let Some(program) = program else {
        let missing = format!("the peer of {name} is not installed; run cargo xtask setup");
        assert!(env::var_os("STRONGROOM_PEERS").is_none_or(|is| is != "required"), "{missing}");
        strongroom_tests::skip(test, &missing);
        return None;
    };
    let mut command = Command::new(program);
    command.arg(folder.join(name)).current_dir(folder);
    Some(command)
}

/// Runs `command` on `input` and returns what it printed, or what it complained about.
pub(crate) fn run(command: &mut Command, input: &[u8]) -> Result<Vec<u8>, String> {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let output = thread::scope(|scope| {
        // A peer that refuses early closes its input; what it says then is what counts.
        scope.spawn(move || stdin.write_all(input).is_ok());
        child.wait_with_output().unwrap()
    });
    if output.status.success() {
        Ok(output.stdout)
    } else {
        Err(String::from_utf8_lossy(&output.stderr).into_owned())
    }
}

/// The machine's Node, or the one that the set-up put into the target folder.
fn node() -> Option<PathBuf> {
    let own = env::current_exe().ok()?.ancestors().nth(3)?.join("tools/node/bin/node");
    let paths = env::var_os("PATH").unwrap_or_default();
    let found = env::split_paths(&paths).map(|folder| folder.join("node")).find(|p| p.is_file());
    Some(own).filter(|own: &PathBuf| Path::is_file(own)).or(found)
}

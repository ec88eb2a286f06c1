//! A test in namespaces of its own.

use std::env;
use std::path::Path;
use std::process::Command;

use strongroom_tests::skip;

use crate::service::{PCSCD, Pcscd, driver};

/// Says that this process is the one inside.
const MARK: &str = "STRONGROOM_PCSC_INSIDE";

/// Private loopback, and a `/run` of its own for the socket of pcscd, whose name is compiled in.
const SETTLE: &str = r#"mount -t tmpfs tmpfs /run && ip link set lo up && exec "$0" "$@""#;

/// Runs `body` with a service that has just started; `name` is the name of the calling test.
///
/// The test program calls itself once more in new namespaces, with this one test. Where pcscd, the
/// virtual readers or namespaces are missing, the test counts as skipped.
pub(crate) fn inside(name: &str, body: impl FnOnce(&mut Pcscd)) {
    run(name, || body(&mut Pcscd::start()));
}

/// As [`inside`], without a service.
pub(crate) fn inside_without_service(name: &str, body: impl FnOnce()) {
    run(name, body);
}

fn run(name: &str, body: impl FnOnce()) {
    if env::var_os(MARK).is_some() {
        return body();
    }
    if let Some(reason) = missing() {
        return skip(name, &reason);
    }
    let this = env::current_exe().expect("a test program has a path");
    let mut again = apart();
    again.args(["sh", "-c", SETTLE]).arg(this);
    again.args([name, "--exact", "--nocapture", "--test-threads=1"]).env(MARK, "1");
    let output = again.output().expect("unshare runs");
    let (out, err) =
        (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    println!("{out}");
    let is_good = output.status.success() && out.contains("1 passed");
    assert!(is_good, "inside: {}\n{out}\n{err}", output.status);
}

/// What is missing here, if anything is.
fn missing() -> Option<String> {
    if !Path::new(PCSCD).exists() {
        return Some(format!("{PCSCD} is not installed"));
    }
    if driver().is_none() {
        return Some("the driver of virtual readers is not here".to_owned());
    }
    let tried = apart().args(["sh", "-c", SETTLE, "true"]).output();
    match tried {
        Ok(output) if output.status.success() => None,
        _ => Some("this machine grants no namespaces".to_owned()),
    }
}

fn apart() -> Command {
    let mut command = Command::new("unshare");
    command.args(["--map-root-user", "--net", "--mount", "--"]);
    command
}

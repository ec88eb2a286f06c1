//! Whether WebKit can lock its web process away.
//!
//! WebKit does that with bubblewrap, which needs user namespaces. Where the system forbids them the
//! page would stay blank without a word, so it is tried first.

use std::process::{Command, Stdio};

/// Where WebKit looks for bubblewrap; the search path is not asked, because anyone can set it.
const BUBBLEWRAP: &str = "/usr/bin/bwrap";

/// The namespaces WebKit asks for, around a program that does nothing.
const TRIAL: &[&str] = &[
    "--unshare-all",
    "--die-with-parent",
    "--ro-bind",
    "/",
    "/",
    "--proc",
    "/proc",
    "--dev",
    "/dev",
    "/bin/true",
];

/// Tries what WebKit would do; takes a few milliseconds.
pub(crate) fn is_available() -> bool {
    let mut trial = Command::new(BUBBLEWRAP);
    trial.args(TRIAL).env_clear();
    trial.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    trial.status().is_ok_and(|status| status.success())
}

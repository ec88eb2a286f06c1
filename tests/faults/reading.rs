//! A medium refuses single reads of the real program: the restore goes on, comes back to what did
//! not read, and is whole in the same run.

use std::process::Stdio;

use serde_json::Value;

use crate::trace::under_strace;
use crate::work::{RESTORE, Stage};
use crate::{share_of, spread, tell};

/// Reads of the volume by one thread, more than there are.
const READS: usize = 60;
/// How many of them are tried with every change.
const FEW: usize = 12;

#[test]
fn a_restore_of_which_any_read_of_the_medium_fails_once_is_whole_in_one_run() {
    let stage = Stage::set(RESTORE);
    let (mut failed, tried) = (0, share_of(READS, FEW));
    for number in spread((1..=READS).collect(), FEW) {
        let place = stage.place();
        let volume = place.volume();
        let inject = format!("inject=pread64:error=EIO:when={number}");
        let options = ["-o", "/dev/null", "-P", &volume, "-e", "trace=pread64", "-e", &inject];
        let mut traced = under_strace(&place.command(), &options);
        let output = traced.stdin(Stdio::null()).output().expect("strace runs");
        let said: Value = serde_json::from_slice(&output.stdout).unwrap_or_default();
        assert_eq!(said["verdict"], "complete", "read {number}: {said}");
        (RESTORE.judge)(&place);
        (RESTORE.done)(&place);
        failed += said["reading"]["failed"].as_u64().unwrap_or(0);
    }
    tell(&format!("reading: {tried} runs, {failed} frames refused at first"));
    assert!(failed > 0, "no read of content was hit");
}

//! Each call that writes fails with an error, finds the disk full, or is the last thing that the
//! program does; what it leaves is judged, and the work is done again.

use std::collections::{BTreeMap, BTreeSet};
use std::process::{Output, Stdio};

use serde_json::Value;

use crate::trace::{Call, WRITING, record, under_strace};
use crate::work::{COPY, GENESIS, INIT, Place, REPAIR, RESTORE, SEAL, Stage, Work};
use crate::{spread, tell};

/// Cases of each work that are tried with every change.
const FEW: usize = 18;
/// Cases of each work in a long run: a genesis has twelve thousand, and each takes seconds.
const MOST: usize = 2000;
/// Exit codes that docs/COMMANDS.md knows.
const EXITS: std::ops::RangeInclusive<i32> = 0..=7;
/// That of work which is done, but could not be written down.
const UNRECORDED: i32 = 7;

/// What happens to a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    Error(&'static str),
    Kill,
}

const FAULTS: [Fault; 3] = [Fault::Error("EIO"), Fault::Error("ENOSPC"), Fault::Kill];

/// Which call is hit: the n-th of its name, counted in each thread.
#[derive(Debug, Clone)]
pub(crate) struct Case {
    pub(crate) call: String,
    pub(crate) number: usize,
    pub(crate) fault: Fault,
}

/// Every fault at every call that writes to what lies in the place.
pub(crate) fn cases(stage: &Stage) -> Vec<Case> {
    let (place, scratch) = (stage.place(), stage.empty_place());
    let (status, calls) = record(&place.command(), scratch.dir.path());
    assert!(status.success(), "{}: {status}", stage.work.name);
    let mut counts: BTreeMap<(u32, &str), usize> = BTreeMap::new();
    let mut hits: BTreeSet<(String, usize)> = BTreeSet::new();
    for call in &calls {
        let count = counts.entry((call.thread, &call.name)).or_default();
        *count += 1;
        if WRITING.contains(&call.name.as_str()) && call.writes() && !is_elsewhere(call) {
            hits.insert((call.name.clone(), *count));
        }
    }
    let case = |(call, number): &(String, usize), fault| Case {
        call: call.clone(),
        number: *number,
        fault,
    };
    hits.iter().flat_map(|hit| FAULTS.map(|fault| case(hit, fault))).collect()
}

/// What goes to a terminal or a pipe is no write to a disk.
fn is_elsewhere(call: &Call) -> bool {
    call.name == "write" && (1..=2).contains(&call.number(0))
}

/// Does the work once with its fault.
pub(crate) fn disturbed(place: &Place<'_>, case: &Case) -> Output {
    let trace = format!("trace={}", case.call);
    let what = match case.fault {
        Fault::Error(error) => format!("error={error}"),
        Fault::Kill => "signal=SIGKILL".to_owned(),
    };
    let inject = format!("inject={}:{what}:when={}", case.call, case.number);
    let options = ["-o", "/dev/null", "-e", &trace, "-e", &inject];
    let mut traced = under_strace(&place.command(), &options);
    traced.stdin(Stdio::null()).output().expect("strace runs; `cargo xtask setup` installs it")
}

/// Whatever happened, the program said so as a program should; whether it reported success.
pub(crate) fn ended_well(output: &Output, case: &Case) -> bool {
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(!told.contains("panicked"), "{case:?}: {told}");
    let Some(exit) = output.status.code() else {
        assert_eq!(case.fault, Fault::Kill, "{case:?} ended with {}", output.status);
        return false;
    };
    assert!(EXITS.contains(&exit), "{case:?} ended with {exit}: {told}");
    let said: Value = serde_json::from_slice(&output.stdout).unwrap_or_default();
    let code = said["error"]["code"].as_str();
    match exit {
        0 => assert!(code.is_none(), "{case:?}: {said}"),
        1 | UNRECORDED => {
            assert!(code.is_some_and(|code| code.starts_with("SR-")), "{case:?}: {said} {told}")
        }
        _ => (),
    }
    matches!(exit, 0 | UNRECORDED)
}

/// Tries one case and everything that must hold after it.
fn attempt(stage: &Stage, case: &Case) {
    let place = stage.place();
    let output = disturbed(&place, case);
    let _told = Told(case);
    let has_reported = ended_well(&output, case);
    (stage.work.judge)(&place);
    if has_reported {
        (stage.work.done)(&place);
    }
    (stage.work.again)(&place);
}

/// Says which case it was, if what follows fails.
struct Told<'a>(&'a Case);

impl Drop for Told<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            tell(&format!("the fault was {:?}", self.0));
        }
    }
}

fn sweep(work: Work, few: usize) {
    let stage = Stage::set(work);
    let all = cases(&stage);
    let whole = all.len();
    let all: Vec<Case> = all.into_iter().step_by(whole.div_ceil(MOST)).collect();
    let tried = spread(all, few);
    tried.iter().for_each(|case| attempt(&stage, case));
    tell(&format!("injection {}: {} of {whole} cases", work.name, tried.len()));
}

#[test]
fn a_seal_of_which_any_call_fails_leaves_a_whole_archive_or_none() {
    sweep(SEAL, FEW);
}

#[test]
fn a_restore_of_which_any_call_fails_leaves_whole_files_and_goes_on() {
    sweep(RESTORE, FEW);
}

#[test]
fn a_repair_of_which_any_call_fails_loses_nothing() {
    sweep(REPAIR, FEW / 2);
}

#[test]
fn a_mended_copy_of_which_any_call_fails_has_no_name_that_it_does_not_deserve() {
    sweep(COPY, FEW / 2);
}

#[test]
fn a_vault_of_which_any_call_fails_is_made_the_next_time() {
    sweep(INIT, FEW / 2);
}

#[test]
fn a_genesis_of_which_any_call_fails_makes_no_half_key() {
    sweep(GENESIS, 6);
}

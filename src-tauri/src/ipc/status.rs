//! What every screen shows of the machine and of the vault.

use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use engine::machine::{Interface, Link, Machine};
use engine::vault::VaultView;
use serde::Serialize;
use tauri::State;

use super::refusal::Answer;
use crate::desk::{Desk, Which, lock};

/// State in plain sight.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(specta::Type))]
pub(crate) struct Status {
    which: Which,
    environment: String,
    vault: String,
    network: Toggle,
    swap: Toggle,
    log: LogHead,
    /// Names of the people who are here.
    people: Vec<String>,
    /// Labels of the tokens that are in.
    tokens: Vec<String>,
    /// What was looked at, one sentence each with its remedy.
    findings: Vec<Finding>,
}

/// The head of the log, as far as it holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "is", rename_all = "camelCase")]
#[cfg_attr(test, derive(specta::Type))]
enum LogHead {
    /// It reads as it was written.
    Holds {
        /// Its root in words.
        words: String,
    },
    /// It does not.
    Broken {
        /// What is wrong.
        problem: String,
    },
}

/// What the status says of a vault, and the files from which it was read.
#[derive(Debug, Clone)]
pub(crate) struct Known {
    stamp: Vec<Stamp>,
    environment: String,
    vault: String,
    log: LogHead,
}

/// A file as the system tells of it. Nobody can set its change time to what it was.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Stamp {
    path: PathBuf,
    inode: u64,
    bytes: u64,
    changed: (i64, i64),
}

/// Whether something is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(specta::Type))]
enum Toggle {
    Off,
    On,
    Unknown,
}

/// One thing about the machine.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(specta::Type))]
struct Finding {
    what: String,
    is_good: bool,
    state: String,
    remedy: String,
}

/// Tells the state of the machine and of the vault that the window shows.
#[tauri::command]
#[cfg_attr(test, specta::specta)]
pub(crate) fn status(desk: State<'_, Desk>) -> Answer<Status> {
    desk.prepare()?;
    let known = known(&desk)?;
    let (people, tokens) = desk.stage().map(|stage| stage.present()).unwrap_or_default();
    let machine = Desk::machine();
    let findings = machine.findings().into_iter().map(|finding| Finding {
        what: finding.what.to_owned(),
        is_good: finding.is_good,
        state: finding.state,
        remedy: finding.remedy.to_owned(),
    });
    Ok(Status {
        which: desk.which(),
        environment: known.environment,
        vault: known.vault,
        network: network(&machine),
        swap: machine.swap.as_ref().map_or(Toggle::Unknown, |swap| toggle(!swap.is_empty())),
        log: known.log,
        people,
        tokens,
        findings: findings.collect(),
    })
}

/// Shows another vault in the window.
#[tauri::command]
#[cfg_attr(test, specta::specta)]
pub(crate) fn show_vault(desk: State<'_, Desk>, which: Which) -> Answer<()> {
    if which == Which::Drill {
        desk.guide()?;
    }
    desk.show(which);
    Ok(())
}

/// Reads and verifies the vault, unless its files are those from which that was done before: the
/// window asks every few seconds, and a log can be long.
fn known(desk: &Desk) -> Answer<Known> {
    let stamp = stamp(&desk.vault_dir());
    let mut last = lock(&desk.known);
    if let Some(known) = last.as_ref().filter(|known| !stamp.is_empty() && known.stamp == stamp) {
        return Ok(known.clone());
    }
    let view = desk.view()?;
    let (environment, vault) = (view.facts().environment.to_string(), view.facts().name.clone());
    let known = Known { stamp, environment, vault, log: log(&view) };
    *last = Some(known.clone());
    Ok(known)
}

/// The files that a vault is read from; nothing if one of them is missing.
fn stamp(vault: &Path) -> Vec<Stamp> {
    let files = ["vault.sqlite", "log/entries.log", "log/checkpoint", "log/key"];
    let stamps = files.iter().map(|name| {
        let path = vault.join(name);
        let facts = std::fs::metadata(&path).ok()?;
        let changed = (facts.ctime(), facts.ctime_nsec());
        Some(Stamp { path, inode: facts.ino(), bytes: facts.len(), changed })
    });
    stamps.collect::<Option<_>>().unwrap_or_default()
}

fn log(view: &VaultView) -> LogHead {
    match view.log_verify(&[]) {
        Ok(report) => LogHead::Holds { words: report.root.to_words() },
        Err(error) => LogHead::Broken { problem: error.to_string() },
    }
}

fn network(machine: &Machine) -> Toggle {
    let up =
        |interfaces: &[Interface]| interfaces.iter().any(|interface| interface.link == Link::Up);
    machine.interfaces.as_ref().map_or(Toggle::Unknown, |interfaces| toggle(up(interfaces)))
}

fn toggle(is_on: bool) -> Toggle {
    if is_on { Toggle::On } else { Toggle::Off }
}

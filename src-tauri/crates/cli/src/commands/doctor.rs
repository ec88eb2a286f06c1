//! `strongroom doctor`: what this machine offers for secrets and offline work.

use clap::Args;
use serde::Serialize;

use super::Ended;
use crate::context::Context;
use crate::exit::Exit;
use crate::output;

/// Say what this machine offers and what is missing; nothing is changed.
#[derive(Args)]
pub(crate) struct Doctor {}

/// One thing that was looked at.
#[derive(Serialize)]
struct Finding {
    what: &'static str,
    good: bool,
    state: String,
    remedy: &'static str,
}

impl Doctor {
    pub(crate) fn run(self, context: &Context) -> Ended {
        let findings = [memory(), dumps(), swap(), network()];
        let good = findings.iter().all(|finding| finding.good);
        if context.json {
            output::json("doctor", serde_json::json!({ "good": good, "findings": findings }));
        } else {
            for finding in &findings {
                let mark = if finding.good { "good" } else { "look" };
                output::line(format!("{mark}  {}: {}", finding.what, finding.state));
                if !finding.good {
                    output::line(format!("      {}", finding.remedy));
                }
            }
        }
        Ok(Exit::Done)
    }
}

/// One line of what was found, for the minutes.
pub(crate) fn summary() -> String {
    let say = |finding: Finding| format!("{} {}", finding.what, finding.state);
    [memory(), dumps(), swap(), network()].map(say).join("; ")
}

fn memory() -> Finding {
    // Protection is known once a secret has been held.
    drop(secret::Secret::<32>::from_fill(|_| ()));
    let protection = secret::protection();
    let state = match (protection.locked, protection.undumpable) {
        (true, true) => "locked against swapping and left out of dumps",
        (true, false) => "locked against swapping, but dumps would hold it",
        (false, true) => "left out of dumps, but may be swapped",
        (false, false) => "neither locked nor left out of dumps",
    };
    Finding {
        what: "memory for secrets",
        good: protection.locked && protection.undumpable,
        state: state.to_owned(),
        remedy: "Raise the limit of locked memory (ulimit -l) and switch swap off.",
    }
}

fn dumps() -> Finding {
    let hardening = secret::harden_process();
    let good = hardening.core_dumps_off && hardening.not_dumpable;
    let state = if good { "off, and the process is not dumpable" } else { "may be written" };
    Finding {
        what: "core dumps",
        good,
        state: state.to_owned(),
        remedy: "Run on a system that lets a program switch its core dumps off.",
    }
}

fn swap() -> Finding {
    let devices = std::fs::read_to_string("/proc/swaps").map_or(0, |swaps| swaps.lines().count());
    let good = devices <= 1;
    Finding {
        what: "swap",
        good,
        state: if good { "off".to_owned() } else { format!("{} in use", devices - 1) },
        remedy: "Switch swap off for ceremonies and restores (swapoff -a), or use encrypted swap.",
    }
}

fn network() -> Finding {
    let up = interfaces_up();
    Finding {
        what: "network",
        good: up.is_empty(),
        state: if up.is_empty() {
            "no link is up now".into()
        } else {
            format!("up: {}", up.join(", "))
        },
        remedy: "Unplug the cable and switch radios off before a ceremony or a restore.",
    }
}

/// Names of network interfaces other than loopback whose link is up now.
fn interfaces_up() -> Vec<String> {
    let Ok(entries) = std::fs::read_dir("/sys/class/net") else { return Vec::new() };
    let mut up: Vec<_> = entries
        .flatten()
        .filter(|entry| entry.file_name() != "lo")
        .filter(|entry| {
            let state = std::fs::read_to_string(entry.path().join("operstate")).unwrap_or_default();
            state.trim() != "down"
        })
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    up.sort();
    up
}

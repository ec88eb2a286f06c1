//! `strongroom doctor`: what this machine offers for secrets and offline work.

use std::path::Path;

use clap::Args;
use engine::machine::{Finding, Machine};

use super::Ended;
use crate::context::Context;
use crate::exit::Exit;
use crate::output;

/// Say what this machine offers and what is missing; nothing is changed.
#[derive(Args)]
pub(crate) struct Doctor {}

impl Doctor {
    pub(crate) fn run(self, context: &Context) -> Ended {
        let findings = findings();
        let good = findings.iter().all(|finding| finding.is_good);
        if context.json {
            output::json("doctor", serde_json::json!({ "good": good, "findings": findings }));
        } else {
            for finding in &findings {
                let mark = if finding.is_good { "good" } else { "look" };
                output::line(format!("{mark}  {finding}"));
                if !finding.is_good {
                    output::line(format!("      {}", finding.remedy));
                }
            }
        }
        Ok(Exit::Done)
    }
}

/// What this process is granted, then what the machine shows of itself now.
pub(crate) fn findings() -> Vec<Finding> {
    let mut findings = vec![memory(), dumps()];
    findings.extend(Machine::read(Path::new("/")).findings());
    findings.push(readers());
    findings
}

/// Whether the service for readers runs, and what it sees.
fn readers() -> Finding {
    let (is_good, state) = match reader::readers() {
        Err(error) => (false, error.to_string()),
        Ok(readers) if readers.is_empty() => {
            (true, "pcscd runs; no reader and no token is plugged in".to_owned())
        }
        Ok(readers) => {
            let names: Vec<_> = readers.into_iter().map(|reader| reader.name).collect();
            (true, format!("pcscd runs; readers: {}", names.join(", ")))
        }
    };
    let remedy = "Install and start pcscd if tokens are used here; sheets need none.";
    Finding { what: "readers of tokens", is_good, state, remedy }
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
        is_good: protection.locked && protection.undumpable,
        state: state.to_owned(),
        remedy: "Raise the limit of locked memory (ulimit -l) and switch swap off.",
    }
}

fn dumps() -> Finding {
    let hardening = secret::harden_process();
    let is_good = hardening.core_dumps_off && hardening.not_dumpable;
    let state = if is_good { "off, and the process is not dumpable" } else { "may be written" };
    Finding {
        what: "core dumps",
        is_good,
        state: state.to_owned(),
        remedy: "Run on a system that lets a program switch its core dumps off.",
    }
}

mod cosignatures;
mod exports;
mod faults;
mod histories;
mod log;
mod memory;
mod notes;
mod ocsf;
mod proofs;
mod verdicts;
mod worked;

use terms::{Environment, Timestamp, VaultId};

use crate::{Event, Log, LogKey, Operation, Phase, origin};
use memory::Memory;

const VAULT: VaultId = VaultId::from_bytes(*b"a vault for test");

fn key() -> LogKey {
    LogKey::from_seed(&origin(VAULT), &[7; 32]).unwrap()
}

fn operation(name: &str) -> Operation {
    name.parse().unwrap()
}

fn event(second: u64, name: &str, phase: Phase) -> Event {
    let time = Timestamp::from_unix(1_800_000_000 + second);
    Event::new(time, Environment::Drill, "Ada", operation(name), phase, "strongroom 0.1.0")
}

fn ok(intent: u64) -> Phase {
    Phase::Outcome { intent, result: "ok".to_owned() }
}

/// A log of `pairs` intents, each with its outcome.
fn log_of(pairs: u64) -> Log<Memory> {
    let mut log = Log::create(Memory::default(), VAULT, key()).unwrap();
    extend(&mut log, pairs, "archive.seal");
    log
}

fn extend(log: &mut Log<Memory>, pairs: u64, name: &str) {
    for _ in 0..pairs {
        let second = log.tree().size();
        let intent = log.append(event(second, name, Phase::Intent)).unwrap();
        log.append(event(second + 1, name, ok(intent)).with_count("files", second)).unwrap();
    }
}

//! The worked bytes of docs/spec/log-1.md.

use terms::Digest;

use super::memory::Memory;
use super::{VAULT, event, key, ok};
use crate::{ActMark, Log, Phase, inclusion_proof};

const SPEC: &str = include_str!("../../../../../docs/spec/log-1.md");

#[test]
fn the_worked_bytes_of_the_specification_are_what_the_code_writes() {
    let mut log = Log::create(Memory::default(), VAULT, key()).unwrap();
    let mut intent = event(0, "archive.seal", Phase::Intent);
    intent.objects = vec!["archive:00112233445566778899aabbccddeeff".to_owned()];
    intent.parameters = Some(Digest::from_bytes([0xaa; 32]));
    log.append(intent).unwrap();
    let mut outcome = event(5, "archive.seal", ok(0)).with_count("files", 120);
    outcome.act = Some(ActMark { number: 1, state: Digest::from_bytes([0xbb; 32]) });
    outcome.remark = Some("sealed".to_owned());
    log.append(outcome).unwrap();
    let storage = log.storage();
    let note = String::from_utf8(storage.checkpoint.clone().unwrap()).unwrap();
    let path = inclusion_proof(log.tree().leaves(), 0).unwrap();
    let lines: Vec<String> = storage.bytes.chunks(32).map(hex::encode).collect();
    let worked = format!(
        "{}\n\nkey  {}\nleaf 0  {}\nleaf 1  {}\n\n{note}",
        lines.join("\n"),
        key().public(),
        log.tree().leaves()[0],
        path[0],
    );
    let (_, block) = SPEC.split_once("```worked\n").expect("the specification has worked bytes");
    let (block, _) = block.split_once("```").expect("the block ends");
    assert_eq!(block, worked, "expected:\n{worked}");
}

//! What threshold mode keeps: who opens, who signed that, and the split of an archive.

use engine::threshold::{ArchiveSplit, Lock, SignedLock};

use super::{Target, USUAL, file, refused, same};

/// The record of a frozen vector.
fn vector(name: &str) -> Vec<u8> {
    let text = String::from_utf8(file(format!("tests/vectors/threshold/{name}.vector"))).unwrap();
    let line = text.lines().find_map(|line| line.strip_prefix("bytes: "));
    hex::decode(line.unwrap()).unwrap()
}

pub(crate) const LOCK: Target = Target {
    name: "lock",
    seeds: || vec![vector("lock")],
    read: |bytes| {
        let lock = Lock::decode(bytes).map_err(refused)?;
        same(&lock.encode(), bytes);
        Ok(())
    },
    executions: 2000,
    ..USUAL
};

pub(crate) const SIGNED_LOCK: Target = Target {
    name: "signed_lock",
    seeds: || vec![vector("signed-lock")],
    read: |bytes| {
        let signed = SignedLock::decode(bytes).map_err(refused)?;
        same(&signed.encode(), bytes);
        assert!(signed.prove(&[]).is_err(), "nobody was enrolled");
        Ok(())
    },
    executions: 2000,
    ..USUAL
};

pub(crate) const ARCHIVE_SPLIT: Target = Target {
    name: "archive_split",
    seeds: || vec![vector("archive-split")],
    read: |bytes| {
        let split = ArchiveSplit::decode(bytes).map_err(refused)?;
        same(&split.encode(), bytes);
        Ok(())
    },
    executions: 1000,
    ..USUAL
};

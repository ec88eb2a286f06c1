//! The targets: what begins, what is read, and what must hold.

pub(crate) mod archive;
pub(crate) mod entry;
pub(crate) mod keys;
pub(crate) mod people;
pub(crate) mod quorum;
pub(crate) mod record;
pub(crate) mod threshold;
pub(crate) mod token;

use std::fs;
use std::path::Path;

use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;
use strongroom_tests::repository;
use terms::{Canonical, Problem};

use crate::driver::{Answer, Target};

/// What most targets have in common: a few allocations for each byte, no digests.
const USUAL: Target = Target {
    name: "",
    seeds: Vec::new,
    read: |_| Ok(()),
    mend: |_| (),
    memory: (64 << 10, 64),
    executions: 10_000,
};

/// A file of the repository.
fn file(path: impl AsRef<Path>) -> Vec<u8> {
    let path = repository().join(path);
    fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Every file in a folder of the repository.
fn files(folder: &str) -> Vec<Vec<u8>> {
    let entries = fs::read_dir(repository().join(folder)).unwrap();
    let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths.iter().filter(|path| path.is_file()).map(file).collect()
}

/// The same randomness every time.
fn rng() -> ChaCha20Rng {
    ChaCha20Rng::from_seed([7; 32])
}

/// An error as an answer, with its causes, which say more than its code.
fn refused<E: Problem>(error: E) -> String {
    format!("{} {}", error.code(), error.with_causes())
}

/// Text or nothing: a reader of texts never sees anything else.
fn text(bytes: &[u8]) -> Result<&str, String> {
    std::str::from_utf8(bytes).map_err(|_| "no text".to_owned())
}

/// What was taken is the only way to write it.
fn same(again: &[u8], bytes: &[u8]) {
    assert!(again == bytes, "read, but encoded otherwise: {again:02x?}");
}

/// Reads one canonical record.
fn record<T>(bytes: &[u8]) -> Answer
where
    T: Canonical + for<'b> minicbor::Decode<'b, ()> + minicbor::Encode<()>,
{
    let record: T = terms::decode(bytes).map_err(|error| error.to_string())?;
    same(&terms::encode(&record), bytes);
    Ok(())
}

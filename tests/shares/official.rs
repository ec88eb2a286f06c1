//! The 45 vectors of the SLIP-39 standard.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use quorum::slip39::{ShareWords, combine};
use secret::SecretText;
use serde_json::Value;
use strongroom_tests::{repository, shared_data, skip};

#[test]
fn the_45_official_vectors_hold_as_the_foreign_crate_carries_them() {
    let file = crate_folder("slip39-core").join("tests/vectors.json");
    assert_eq!(run(&fs::read_to_string(file).unwrap()), 45);
}

#[test]
fn the_45_official_vectors_hold_as_they_lie_beside_the_repository() {
    let name = "the_45_official_vectors_hold_as_they_lie_beside_the_repository";
    let Some(file) = shared_data("slip39-vectors.json") else {
        return skip(name, "no slip39-vectors.json in shared/data");
    };
    assert_eq!(run(&fs::read_to_string(file).unwrap()), 45);
}

/// Runs every vector: an empty secret means that the shares must be refused.
fn run(json: &str) -> usize {
    let vectors: Vec<Value> = serde_json::from_str(json).unwrap();
    let passphrase = SecretText::from_exposed("TREZOR");
    for vector in &vectors {
        let (name, expected) = (vector[0].as_str().unwrap(), vector[2].as_str().unwrap());
        let texts = vector[1].as_array().unwrap().iter().map(|text| text.as_str().unwrap());
        let shares: Result<Vec<_>, _> = texts.map(ShareWords::parse).collect();
        let secret = shares
            .ok()
            .and_then(|shares| combine(&shares.iter().collect::<Vec<_>>(), &passphrase).ok());
        let found = secret.map(|secret| hex::encode(secret.expose())).unwrap_or_default();
        assert_eq!(found, expected, "{name}");
    }
    vectors.len()
}

/// Where Cargo keeps the source of a dependency.
fn crate_folder(name: &str) -> PathBuf {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["metadata", "--format-version", "1", "--offline"]).current_dir(repository());
    let graph: Value = serde_json::from_slice(&cargo.output().unwrap().stdout).unwrap();
    let mut packages = graph["packages"].as_array().unwrap().iter();
    let package = packages.find(|package| package["name"] == name).unwrap();
    let manifest = PathBuf::from(package["manifest_path"].as_str().unwrap());
    manifest.parent().unwrap().to_owned()
}

//! The frozen vectors of threshold mode: what is read, and with which code everything else is
//! refused (threshold-1 T1, T5, T6, T8, T10).
//!
//! A vector has its bytes, or says what to change in the good record of its kind: `was` becomes
//! `is` at byte `at`.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use terms::Problem as _;
use token::{PublicKey, Serial};

use super::threshold::{PIN, office};
use crate::threshold::{ArchiveSplit, EnrolledKey, Lock, SignedLock, ThresholdError};

struct Vector {
    name: String,
    clause: String,
    record: String,
    code: String,
    bytes: Vec<u8>,
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../tests/vectors/threshold")
}

fn vector(name: &str) -> Vector {
    let text = fs::read_to_string(folder().join(format!("{name}.vector"))).unwrap();
    let field = |label: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix(label)?.strip_prefix(": "));
        line.or_else(|| text.lines().any(|line| line == format!("{label}: ")).then_some(""))
    };
    let needed = |label: &str| field(label).unwrap_or_else(|| panic!("{name}: no {label}"));
    assert_eq!(needed("name"), name);
    let record = needed("record").to_owned();
    let bytes = match field("bytes") {
        Some(bytes) => hex::decode(bytes).unwrap(),
        None => {
            let (was, is) = (needed("was"), needed("is"));
            let (was, is) = (hex::decode(was).unwrap(), hex::decode(is).unwrap());
            let (at, mut bytes) = (needed("at").parse::<usize>().unwrap(), vector(&record).bytes);
            let replaced: Vec<u8> = bytes.splice(at..at + was.len(), is).collect();
            assert_eq!(replaced, was, "{name}");
            bytes
        }
    };
    let (clause, code) = (needed("strongroom vector").to_owned(), needed("code").to_owned());
    Vector { name: name.to_owned(), clause, record, code, bytes }
}

fn vectors() -> Vec<Vector> {
    let files = fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path());
    let files = files.filter(|file| file.extension().is_some_and(|end| end == "vector"));
    files.map(|file| vector(file.file_stem().unwrap().to_str().unwrap())).collect()
}

/// The keys that were enrolled for the holders of the good lock.
fn enrolled() -> Vec<EnrolledKey> {
    let text = fs::read_to_string(folder().join("enrolled.txt")).unwrap();
    let key = |line: &str| {
        let [holder, serial, key] = line.split(' ').collect::<Vec<_>>()[..] else { panic!() };
        let key = PublicKey::from_bytes(&hex::decode(key).unwrap()).unwrap();
        EnrolledKey { holder: holder.into(), serial: Serial(serial.parse().unwrap()), key }
    };
    text.lines().map(key).collect()
}

/// Reads a record, proves it where that can be done, and writes it again.
fn read_and_written(vector: &Vector) -> Result<Vec<u8>, ThresholdError> {
    Ok(match vector.record.as_str() {
        "lock" => Lock::decode(&vector.bytes)?.encode(),
        "signed-lock" => {
            let signed = SignedLock::decode(&vector.bytes)?;
            signed.prove(&enrolled())?;
            signed.encode()
        }
        "archive-split" => ArchiveSplit::decode(&vector.bytes)?.encode(),
        other => panic!("no record is called {other}"),
    })
}

#[test]
fn every_vector_is_read_as_it_says() {
    let (mut wrong, vectors) = (Vec::new(), vectors());
    for vector in &vectors {
        let found = match read_and_written(vector) {
            Ok(written) if written == vector.bytes => "ok",
            Ok(_) => "written otherwise",
            Err(error) => error.code(),
        };
        if found != vector.code {
            wrong.push(format!("{}: {found}, not {}", vector.name, vector.code));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    for record in ["lock", "signed-lock", "archive-split"] {
        let refused = vectors.iter().filter(|it| it.record == record && it.code != "ok").count();
        assert!(refused >= 20, "{refused} vectors of {record}");
    }
}

#[test]
fn every_clause_about_bytes_has_a_vector() {
    let named: BTreeSet<String> = vectors().into_iter().map(|vector| vector.clause).collect();
    for clause in ["T1", "T5", "T6", "T8", "T10"] {
        assert!(named.contains(&format!("threshold-1 {clause}")), "{clause}");
    }
}

/// threshold-1 T1, T5, T8
#[test]
fn what_is_longer_than_any_record_is_refused_before_it_is_read() {
    for (record, most) in [("lock", 512), ("signed-lock", 640), ("archive-split", 2048)] {
        for (more, code) in [(0, "SR-THRESHOLD-MALFORMED"), (1, "SR-THRESHOLD-TOO-LONG")] {
            let mut long = vector(record);
            long.bytes.resize(most * 1024 + more, 0);
            assert_eq!(read_and_written(&long).unwrap_err().code(), code, "{record}");
        }
    }
}

/// threshold-1 T2, T4, T7
#[test]
fn the_frozen_split_is_of_the_frozen_lock_and_its_tokens_still_bring_the_shares() {
    let mut office = office();
    let lock = Lock::decode(&vector("lock").bytes).unwrap();
    let split = ArchiveSplit::decode(&vector("archive-split").bytes).unwrap();
    assert_eq!(split.lock(), lock.fingerprint());
    let signed = SignedLock::decode(&vector("signed-lock").bytes).unwrap();
    assert_eq!(signed.prove(&enrolled()).unwrap().lock(), &lock);
    for holder in ["Ada", "Ben", "Cleo", "Olga", "Otto"] {
        let share = office.bring(&split, holder, PIN).unwrap();
        assert!(share.words().is_ok(), "{holder}");
    }
    let mut quorum = quorum::UntrustedQuorum::new(
        Some(split.description().clone()),
        Some(split.description().facts().recipient_fingerprint),
        None,
    );
    for holder in ["Ada", "Cleo", "Otto"] {
        quorum.offer(office.bring(&split, holder, PIN).unwrap()).unwrap();
    }
    assert!(quorum.validate().and_then(quorum::combine).unwrap().findings.is_empty());
}

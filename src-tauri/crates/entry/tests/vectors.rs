//! The vectors of entry-1: what is read, and with which code everything else is refused.

#![allow(clippy::unwrap_used, clippy::panic, clippy::disallowed_methods)]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use entry::{FrameError, read_answer, read_request, write_answer, write_request};
use terms::Problem;

struct Vector {
    name: String,
    clause: String,
    frame: String,
    code: String,
    bytes: Vec<u8>,
}

fn vectors() -> Vec<Vector> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../tests/vectors/entry");
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut vectors: Vec<Vector> = files.map(|file| parsed(&file)).collect();
    vectors.sort_by(|a, b| a.name.cmp(&b.name));
    vectors
}

fn parsed(file: &Path) -> Vector {
    let text = fs::read_to_string(file).unwrap();
    let mut lines = text.lines();
    let mut value = |label: &str| {
        let line = lines.next().and_then(|line| line.strip_prefix(label));
        line.unwrap_or_else(|| panic!("{}: no {label}", file.display())).to_owned()
    };
    let vector = Vector {
        clause: value("strongroom vector: entry-1 "),
        name: value("name: "),
        frame: value("frame: "),
        code: value("code: "),
        bytes: hex::decode(value("bytes: ")).unwrap(),
    };
    assert_eq!(file.file_stem().unwrap().to_str(), Some(vector.name.as_str()));
    vector
}

/// Reads a frame and writes it again.
fn read_and_written(vector: &Vector) -> Result<Vec<u8>, FrameError> {
    let mut pipe = vector.bytes.as_slice();
    let mut written = Vec::new();
    if vector.frame == "request" {
        write_request(&read_request(&mut pipe)?, &mut written)?;
    } else {
        let (outcome, secret) = read_answer(&mut pipe)?;
        write_answer(outcome, Some(&secret), &mut written)?;
    }
    // The asker refuses what follows an answer; for a request, more bytes end the window.
    if pipe.is_empty() { Ok(written) } else { Err(FrameError::Outcome) }
}

#[test]
fn every_vector_is_read_as_it_says() {
    let vectors = vectors();
    assert!(vectors.len() >= 50, "{} vectors", vectors.len());
    for vector in vectors {
        match read_and_written(&vector) {
            Ok(written) => {
                assert_eq!(vector.code, "ok", "{} was read", vector.name);
                assert_eq!(written, vector.bytes, "{} is written otherwise", vector.name);
            }
            Err(error) => assert_eq!(error.code(), vector.code, "{}: {error}", vector.name),
        }
    }
}

#[test]
fn every_clause_about_bytes_has_a_vector() {
    let named: BTreeSet<String> = vectors().into_iter().map(|vector| vector.clause).collect();
    for clause in ["E1", "E2", "E3", "E4", "E5", "E6", "E7", "E8", "E12", "E13"] {
        assert!(named.contains(clause), "{clause}");
    }
}

#[test]
fn no_beginning_of_a_good_frame_is_a_frame() {
    for vector in vectors().iter().filter(|vector| vector.code == "ok") {
        for end in 0..vector.bytes.len() {
            let mut pipe = &vector.bytes[..end];
            let error = match vector.frame.as_str() {
                "request" => read_request(&mut pipe).err(),
                _ => read_answer(&mut pipe).err(),
            };
            assert!(matches!(error, Some(FrameError::Pipe(_))), "{} cut at {end}", vector.name);
        }
    }
}

#[test]
fn a_bit_that_turned_over_is_refused_or_makes_another_request_that_is_whole() {
    for vector in vectors().iter().filter(|vector| vector.code == "ok") {
        for bit in 0..vector.bytes.len() * 8 {
            let mut bytes = vector.bytes.clone();
            bytes[bit / 8] ^= 1 << (bit % 8);
            let turned = Vector { bytes, ..parsed_again(vector) };
            if let Ok(written) = read_and_written(&turned) {
                assert_eq!(written, turned.bytes, "{} with bit {bit} turned", vector.name);
            }
        }
    }
}

fn parsed_again(vector: &Vector) -> Vector {
    Vector {
        name: vector.name.clone(),
        clause: vector.clause.clone(),
        frame: vector.frame.clone(),
        code: vector.code.clone(),
        bytes: Vec::new(),
    }
}

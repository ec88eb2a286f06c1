//! The archive vectors: each is one archive with at most one thing wrong, and says where reading
//! must stop, with which code, and what may have been given out by then (archive-1 A20, A27).
//!
//! The files in `tests/vectors/archive` are for every implementation. A text header of `key: value`
//! lines, an empty line, then all volumes behind each other, compressed with zstd; `volumes` gives
//! their lengths. The golden archives in `tests/golden` must open forever.
#![allow(clippy::unwrap_used, clippy::panic, reason = "what cannot be read has failed")]

mod golden;
mod reading;
mod restoring;
mod vector;

use std::fs;

use strongroom_tests::repository;

use crate::reading::read;
use crate::vector::Vector;

fn vectors() -> Vec<Vector> {
    let folder = repository().join("tests/vectors/archive");
    let mut paths: Vec<_> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths.iter().map(|path| Vector::parse(&fs::read(path).unwrap())).collect()
}

#[test]
fn every_vector_stops_where_it_says_and_gives_out_no_more() {
    let vectors = vectors();
    assert!(vectors.len() >= 60, "{} vectors", vectors.len());
    let mut wrong = Vec::new();
    for vector in &vectors {
        let (stopped, given_out) = read(vector.volumes.clone(), &vector.seed);
        let stopped = stopped.map_or(("none".into(), "-".into()), |stop| (stop.stage, stop.code));
        let expected = (vector.stage.clone(), vector.code.clone());
        if stopped != expected {
            wrong.push(format!("{}: expected {expected:?}, stopped at {stopped:?}", vector.name));
        }
        if given_out.to_hex().as_str() != vector.plaintext {
            wrong.push(format!("{}: gave out other plaintext", vector.name));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_reader_that_accepts_everything_would_be_noticed() {
    let refused = vectors().iter().filter(|vector| vector.stage != "none").count();
    assert!(refused >= 60, "only {refused} vectors are refused");
}

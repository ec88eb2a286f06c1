//! The vectors in `tests/vectors/archive`, as they were made.
//!
//! The files are the master. With `STRONGROOM_WRITE_VECTORS=1` this test writes them anew; without,
//! it only checks that each vector made here has a file. `tests/archive_vectors` reads them.

mod content;
mod hostile;
mod media;
mod places;
mod structure;

use std::fs;
use std::path::{Path, PathBuf};

use super::forge::{Change, Inside, forge, small, two};

/// One archive and what must become of it.
pub(super) struct Vector {
    pub(super) name: &'static str,
    /// The clause of archive-1 that it is about.
    pub(super) clause: &'static str,
    /// Where reading must stop: open, index, capsule, unlock, manifest, segment, content, or none.
    pub(super) stage: &'static str,
    /// The code that it must stop with, or `-`.
    pub(super) code: &'static str,
    pub(super) inside: fn() -> Inside,
    pub(super) volumes: u32,
    /// Segments that may be given out before reading stops.
    pub(super) released: usize,
    pub(super) change: Change,
}

/// A vector of one small volume; what it gives out follows from the stage.
fn vector(
    name: &'static str,
    clause: &'static str,
    stage: &'static str,
    code: &'static str,
    change: Change,
) -> Vector {
    let released = usize::from(matches!(stage, "content" | "none"));
    Vector { name, clause, stage, code, inside: small, volumes: 1, released, change }
}

impl Vector {
    /// The same with two segments, of which `released` are given out.
    fn of_two(self, released: usize) -> Self {
        Self { inside: two, released, ..self }
    }

    fn in_volumes(self, volumes: u32) -> Self {
        Self { volumes, ..self }
    }
}

/// Where vectors lie.
fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../tests/vectors/archive")
}

fn all() -> Vec<Vector> {
    let content = [content::vectors(), hostile::vectors(), places::vectors()];
    let own = [media::vectors(), structure::vectors()].into_iter().chain(content);
    own.flatten().collect()
}

fn encode(vector: &Vector) -> Vec<u8> {
    let text = (vector.inside)().segments;
    let released = text[..vector.released].concat();
    let volumes = forge((vector.inside)(), vector.volumes, vector.change);
    let lengths: Vec<_> = volumes.iter().map(|volume| volume.len().to_string()).collect();
    let header = format!(
        "strongroom vector: archive-1 {}\nname: {}\nstage: {}\ncode: {}\nplaintext: {}\n\
         seed: {}\nvolumes: {}\ncompressed: zstd\n\n",
        vector.clause,
        vector.name,
        vector.stage,
        vector.code,
        blake3::hash(&released),
        "05".repeat(32),
        lengths.join(" "),
    );
    let body = zstd::bulk::compress(&volumes.concat(), 19).unwrap();
    [header.into_bytes(), body].concat()
}

#[test]
fn every_vector_made_here_is_committed() {
    let vectors = all();
    let mut names: Vec<_> = vectors.iter().map(|vector| vector.name).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), vectors.len(), "two vectors have one name");
    assert!(names.len() >= 60);
    let write = std::env::var_os("STRONGROOM_WRITE_VECTORS").is_some();
    for vector in &vectors {
        let path = folder().join(format!("{}.vector", vector.name));
        if write {
            fs::create_dir_all(folder()).unwrap();
            fs::write(&path, encode(vector)).unwrap();
        }
        assert!(path.exists(), "{} is missing", path.display());
    }
}

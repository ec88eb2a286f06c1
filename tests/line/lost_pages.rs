//! An index that is lost in every copy is written back, and so is a sidecar.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::lost_index::{restore, volumes};
use crate::program::{Desk, assert_same, noise, sample_tree, text};

/// A tree on several volumes with parity; the files that there are, with their bytes.
fn sealed(desk: &Desk, genesis: &Value) -> Vec<(PathBuf, Vec<u8>)> {
    sample_tree(&desk.path("tree"));
    for number in 0..4 {
        fs::write(desk.path(&format!("tree/noise{number}")), noise(2_500_000 + number)).unwrap();
    }
    let more = ["--volume-size", "4M", "--parity", "10%"];
    let report = desk.seal_with(genesis, &more, &desk.path("tree"), "archive");
    let mut files = volumes(&desk.path("archive"));
    assert!(files.len() >= 3, "{files:?}");
    files.push(report["sidecar"].as_str().unwrap().into());
    files.into_iter().map(|file| (file.clone(), fs::read(file).unwrap())).collect()
}

/// Overwrites the frames of a volume that are of one of these kinds.
pub(crate) fn lose(volume: &Path, kinds: &[u8]) {
    let mut bytes = fs::read(volume).unwrap();
    let mut at = 0;
    while at + 64 <= bytes.len() {
        if !bytes[at..].starts_with(b"SRFRAME1") {
            at += 1;
            continue;
        }
        let length = u64::from_be_bytes(bytes[at + 40..at + 48].try_into().unwrap());
        let end = at + 64 + usize::try_from(length).unwrap();
        if kinds.contains(&bytes[at + 8]) {
            bytes[at..end].fill(0xaa);
        }
        at = end;
    }
    fs::write(volume, bytes).unwrap();
}

pub(crate) const PAGES: u8 = 5;
pub(crate) const ROOTS: u8 = 6;
const SHARDS: u8 = 7;

/// Damages a segment in the middle of the first volume.
fn scratch(volume: &Path) {
    let mut bytes = fs::read(volume).unwrap();
    bytes[1_500_000..1_510_000].fill(0x55);
    fs::write(volume, bytes).unwrap();
}

fn assert_as_before(files: &[(PathBuf, Vec<u8>)], dir: &Path) {
    for (file, before) in files {
        let file = dir.join(file.file_name().unwrap());
        assert!(fs::read(&file).unwrap() == *before, "{}", file.display());
    }
}

#[test]
fn an_index_that_is_lost_everywhere_is_written_back_byte_for_byte() {
    let (desk, genesis) = Desk::with_key();
    let archive = desk.path("archive");
    let mut files = sealed(&desk, &genesis);
    fs::remove_file(files.pop().unwrap().0).unwrap();
    files.iter().for_each(|(file, _)| lose(file, &[PAGES]));
    scratch(&files[0].0);
    let verified = desk.run(&["verify", text(&archive)]);
    assert_eq!((verified.exit, &verified.json["verdict"]), (5, &"repairable".into()));
    let notes = verified.json["notes"].to_string();
    assert!(notes.contains("worked out of the frames"), "{notes}");

    let copy = desk.path("copy");
    let repaired = desk.run(&["verify", text(&archive), "--repair-to", text(&copy)]);
    assert_eq!((repaired.exit, &repaired.json["verdict"]), (0, &"intact".into()), "{repaired:?}");
    assert_as_before(&files, &copy);
    let repaired = desk.run(&["verify", text(&archive), "--repair", "--yes"]);
    assert_eq!((repaired.exit, &repaired.json["verdict"]), (0, &"intact".into()), "{repaired:?}");
    assert_as_before(&files, &archive);
}

#[test]
fn with_the_sidecar_roots_and_last_block_are_written_too_but_not_onto_the_media() {
    let (desk, genesis) = Desk::with_key();
    let files = sealed(&desk, &genesis);
    for (file, bytes) in &files[..files.len() - 1] {
        lose(file, &[PAGES, ROOTS]);
        let mut now = fs::read(file).unwrap();
        now[bytes.len() - 4096..].fill(0);
        fs::write(file, now).unwrap();
    }
    let (archive, copy) = (desk.path("archive"), desk.path("copy"));
    let repaired = desk.run(&["verify", text(&archive), "--repair-to", text(&copy)]);
    assert_eq!((repaired.exit, &repaired.json["verdict"]), (0, &"intact".into()), "{repaired:?}");
    assert_as_before(&files, &copy);
}

#[test]
fn without_index_and_root_the_parity_still_mends_what_is_restored() {
    let (desk, genesis) = Desk::with_key();
    let mut files = sealed(&desk, &genesis);
    fs::remove_file(files.pop().unwrap().0).unwrap();
    files.iter().for_each(|(file, _)| lose(file, &[PAGES, ROOTS]));
    scratch(&files[0].0);
    let ran = restore(&desk, &genesis, "archive", &["--without-index"], "out");
    assert_eq!((ran.exit, &ran.json["verdict"]), (3, &"unproved".into()), "{ran:?}");
    assert_eq!(ran.json["mended"], 1, "{ran:?}");
    assert_same(&desk.path("tree"), &desk.path("out/tree"));
    files.iter().for_each(|(file, _)| lose(file, &[SHARDS]));
    let ran = restore(&desk, &genesis, "archive", &["--without-index"], "again");
    assert_eq!((ran.exit, &ran.json["verdict"]), (3, &"damaged".into()), "{ran:?}");
}

#[test]
fn a_damaged_sidecar_is_written_anew_in_its_place() {
    let (desk, genesis) = Desk::with_key();
    let files = sealed(&desk, &genesis);
    let archive = desk.path("archive");
    let (sidecar, good) = files.last().unwrap();
    for at in [100, 4_096 + 64 + 20, good.len() - 10] {
        let mut bytes = good.clone();
        bytes[at] ^= 1;
        fs::write(sidecar, bytes).unwrap();
        let repaired = desk.run(&["verify", text(&archive), "--repair", "--yes"]);
        assert_eq!((repaired.exit, &repaired.json["verdict"]), (0, &"intact".into()), "{at}");
        assert_eq!(repaired.json["repaired"]["renewed"], json!([text(sidecar)]), "{repaired:?}");
        assert_as_before(&files, &archive);
    }
    // A link is not followed, and stays.
    let elsewhere = desk.path("elsewhere");
    fs::write(&elsewhere, &good[..good.len() - 100]).unwrap();
    fs::remove_file(sidecar).unwrap();
    std::os::unix::fs::symlink(&elsewhere, sidecar).unwrap();
    let repaired = desk.run(&["verify", text(&archive), "--repair", "--yes"]);
    assert_eq!((repaired.exit, &repaired.json["repaired"]["renewed"]), (5, &json!([])));
    assert_eq!(fs::metadata(&elsewhere).unwrap().len(), good.len() as u64 - 100);
}

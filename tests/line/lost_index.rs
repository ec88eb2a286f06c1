//! Archives that lost their ends, their index, their names or their place (archive-1 A36 to A40).

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::program::{Desk, Ran, assert_same, noise, sample_tree, text};

/// Volume files of a folder, in order.
pub(super) fn volumes(dir: &Path) -> Vec<PathBuf> {
    let files = fs::read_dir(dir).unwrap().flatten().map(|file| file.path());
    let is_volume = |path: &PathBuf| path.extension().is_some_and(|end| end == "strongroom");
    let mut found: Vec<_> = files.filter(is_volume).collect();
    found.sort();
    found
}

/// Volumes of 4 MiB, sealed without parity.
const SPLIT: &[&str] = &["--volume-size", "4M", "--parity", "0%"];

/// A tree in several volumes without a sidecar.
fn sealed(desk: &Desk, genesis: &Value, name: &str) {
    let tree = desk.path("tree");
    if !tree.exists() {
        sample_tree(&tree);
        for number in 0..4 {
            fs::write(tree.join(format!("noise{number}")), noise(2_500_000 + number)).unwrap();
        }
    }
    desk.seal_with(genesis, &[SPLIT, &["--sidecar=none"]].concat(), &tree, name);
}

/// Overwrites everything from the first index page of the last volume to its end but its
/// content, manifest and keys: pages, roots, capsule, trailer.
fn lose_index(volume: &Path) {
    let mut bytes = fs::read(volume).unwrap();
    let mut at = 0;
    while at + 64 <= bytes.len() {
        if bytes[at..].starts_with(b"SRFRAME1") {
            let length = u64::from_be_bytes(bytes[at + 40..at + 48].try_into().unwrap());
            let end = at + 64 + usize::try_from(length).unwrap();
            // Index page or root.
            if matches!(bytes[at + 8], 5 | 6) {
                bytes[at..end].fill(0xaa);
            }
            at = end;
        } else {
            at += 1;
        }
    }
    let end = bytes.len() - 4096;
    bytes[end..].fill(0);
    fs::write(volume, bytes).unwrap();
}

pub(super) fn restore(desk: &Desk, genesis: &Value, archive: &str, more: &[&str], to: &str) -> Ran {
    let (archive, to) = (desk.path(archive), desk.path(to));
    let mut arguments = vec!["restore", text(&archive), "--to", text(&to)];
    for place in [0, 1, 3] {
        arguments.extend(["--share", genesis["shares"][place]["file"].as_str().unwrap()]);
    }
    desk.run(&[&arguments[..], more].concat())
}

#[test]
fn without_its_index_an_archive_is_searched_when_that_is_asked_for_and_never_called_complete() {
    let (desk, genesis) = Desk::with_key();
    sealed(&desk, &genesis, "archive");
    let archive = desk.path("archive");
    let files = volumes(&archive);
    assert!(files.len() >= 3, "{files:?}");
    lose_index(files.last().unwrap());
    // Names are lost too, and say another order.
    for (place, file) in files.iter().enumerate() {
        fs::rename(file, archive.join(format!("f{}.bin", 9 - place))).unwrap();
    }

    let verified = desk.run(&["verify", text(&archive)]);
    assert_eq!((verified.exit, &verified.json["verdict"]), (5, &"incomplete".into()));
    let found = &verified.json["found"];
    assert_eq!(found["segments"], found["segments_at_least"], "{verified:?}");
    assert_eq!(
        (&found["has_root"], &verified.json["signature"]),
        (&false.into(), &"unknown".into())
    );
    let media = verified.json["media"].as_array().unwrap();
    assert!(media.iter().all(|file| file["volume"].is_u64()), "{verified:?}");

    let refused = restore(&desk, &genesis, "archive", &[], "out");
    assert_eq!(refused.exit, 1, "{refused:?}");
    let remedy = refused.json["error"]["remedy"].as_str().unwrap();
    assert!(remedy.contains("--without-index"), "{remedy}");
    assert!(!desk.path("out").exists());

    let ran = restore(&desk, &genesis, "archive", &["--without-index"], "out");
    assert_eq!((ran.exit, &ran.json["verdict"]), (3, &"unproved".into()), "{ran:?}");
    assert_same(&desk.path("tree"), &desk.path("out/tree"));
    let mut list = vec!["list", text(&archive), "--without-index"];
    for place in [0, 1, 3] {
        list.extend(["--share", genesis["shares"][place]["file"].as_str().unwrap()]);
    }
    let listed = desk.run(&list);
    assert_eq!((listed.exit, &listed.json["lost"]), (0, &serde_json::json!([])), "{listed:?}");
    assert!(listed.json["entries"].as_array().unwrap().len() > 4);
}

#[test]
fn a_volume_that_is_gone_costs_its_files_and_the_rest_is_named() {
    let (desk, genesis) = Desk::with_key();
    sealed(&desk, &genesis, "archive");
    let files = volumes(&desk.path("archive"));
    lose_index(files.last().unwrap());
    fs::remove_file(&files[1]).unwrap();
    let verified = desk.run(&["verify", text(&desk.path("archive"))]);
    let found = &verified.json["found"];
    assert!(found["segments"].as_u64() < found["segments_at_least"].as_u64(), "{verified:?}");
    let ran = restore(&desk, &genesis, "archive", &["--without-index"], "out");
    assert_eq!((ran.exit, &ran.json["verdict"]), (3, &"damaged".into()), "{ran:?}");
    let damaged = ran.json["damaged"].as_array().unwrap();
    assert!(!damaged.is_empty() && damaged.len() < 4, "{ran:?}");
    let named =
        |name: &str| damaged.iter().any(|file| file["path"].as_str().unwrap().ends_with(name));
    for number in 0..4 {
        let name = format!("noise{number}");
        let restored = fs::read(desk.path("out/tree").join(&name)).ok();
        let whole =
            restored.is_some_and(|it| it == fs::read(desk.path("tree").join(&name)).unwrap());
        assert_eq!(whole, !named(&name), "{name}");
    }
}

#[test]
fn media_of_two_archives_are_sorted_and_nobody_guesses_which_is_meant() {
    let (desk, genesis) = Desk::with_key();
    sealed(&desk, &genesis, "one");
    sealed(&desk, &genesis, "two");
    let mixed = desk.path("mixed");
    fs::create_dir(&mixed).unwrap();
    for (place, name) in ["one", "two"].iter().enumerate() {
        for (number, file) in volumes(&desk.path(name)).iter().rev().enumerate() {
            fs::copy(file, mixed.join(format!("disc{place}{number}.strongroom"))).unwrap();
        }
    }
    let refused = restore(&desk, &genesis, "mixed", &[], "out");
    assert_eq!(refused.json["error"]["code"], "SR-ENGINE-SEVERAL-ARCHIVES", "{refused:?}");
    assert!(!desk.path("out").exists());
    let problem = refused.json["error"]["problem"].as_str().unwrap();
    assert!(problem.contains("disc00.strongroom is volume 4 of archive"), "{problem}");

    let inspected = desk.run(&["inspect", text(&mixed)]);
    assert_eq!(inspected.exit, 0, "{inspected:?}");
    let media = inspected.json["media"].as_array().unwrap();
    let ids: Vec<_> = media.iter().map(|file| file["archive"].as_str().unwrap()).collect();
    let two = ids.last().unwrap();
    assert_ne!(ids[0], *two);
    let verified = desk.run(&["verify", text(&mixed), "--archive-id", &two[..8]]);
    assert_eq!((verified.exit, &verified.json["verdict"]), (0, &"intact".into()), "{verified:?}");
    let ran = restore(&desk, &genesis, "mixed", &["--archive-id", &two[..8]], "out");
    assert_eq!(ran.exit, 0, "{ran:?}");
    assert_same(&desk.path("tree"), &desk.path("out/tree"));
    // Whoever names a volume means its archive.
    let named = mixed.join("disc00.strongroom");
    let inspected = desk.run(&["inspect", text(&named)]);
    assert_eq!(inspected.json["archive"], ids[0], "{inspected:?}");
    let none = desk.run(&["verify", text(&mixed), "--archive-id", "zz"]);
    assert_eq!((none.exit, &none.json["error"]["code"]), (2, &"SR-ENGINE-NO-SUCH-ARCHIVE".into()));
}

#[test]
fn a_sidecar_beside_volumes_without_an_index_proves_that_all_is_there() {
    let (desk, genesis) = Desk::with_key();
    sample_tree(&desk.path("tree"));
    let sealed = desk.seal_with(&genesis, &["--sidecar"], &desk.path("tree"), "archive");
    let sidecar = sealed["sidecar"].as_str().unwrap();
    assert!(fs::metadata(sidecar).unwrap().len() < 100_000);
    assert_eq!(desk.run(&["verify", text(&desk.path("archive"))]).exit, 0);
    lose_index(&volumes(&desk.path("archive"))[0]);
    for (more, to) in [(&["--without-index"][..], "out"), (&[][..], "ordinary")] {
        let ran = restore(&desk, &genesis, "archive", more, to);
        assert_eq!((ran.exit, &ran.json["verdict"]), (0, &"complete".into()), "{ran:?}");
        assert_same(&desk.path("tree"), &desk.path(&format!("{to}/tree")));
    }
    fs::remove_file(sidecar).unwrap();
    let ran = restore(&desk, &genesis, "archive", &["--without-index"], "again");
    assert_eq!((ran.exit, &ran.json["verdict"]), (3, &"unproved".into()), "{ran:?}");
}

/// A tree in several volumes, with the sidecar that is written by itself.
fn sealed_with_sidecar(desk: &Desk, genesis: &Value) -> (Vec<PathBuf>, PathBuf) {
    let tree = desk.path("tree");
    sample_tree(&tree);
    for number in 0..4 {
        fs::write(tree.join(format!("noise{number}")), noise(2_500_000 + number)).unwrap();
    }
    let report = desk.seal_with(genesis, SPLIT, &tree, "archive");
    let sidecar = report["sidecar"].as_str().expect("several volumes have a sidecar");
    (volumes(&desk.path("archive")), sidecar.into())
}

#[test]
fn without_the_last_volume_the_sidecar_names_everything_without_being_asked_for() {
    let (desk, genesis) = Desk::with_key();
    let (files, sidecar) = sealed_with_sidecar(&desk, &genesis);
    let whole = desk.run(&["verify", text(&desk.path("archive"))]);
    assert_eq!((whole.exit, &whole.json["sidecars"][0]["is_whole"]), (0, &true.into()));
    let all_bytes = whole.json["bytes"].as_u64().unwrap();
    fs::remove_file(files.last().unwrap()).unwrap();

    let verified = desk.run(&["verify", text(&desk.path("archive"))]);
    assert_eq!((verified.exit, &verified.json["verdict"]), (5, &"incomplete".into()));
    let last = files.len() as u64;
    assert_eq!(verified.json["missing_volumes"], serde_json::json!([last]), "{verified:?}");
    let here: u64 = files[..files.len() - 1].iter().map(|f| fs::metadata(f).unwrap().len()).sum();
    let read = verified.json["bytes"].as_u64().unwrap();
    assert!(read <= here && read < all_bytes, "{read} of {here} bytes were read");
    assert!(verified.json["notes"].to_string().contains("sidecar"), "{verified:?}");

    let ran = restore(&desk, &genesis, "archive", &[], "out");
    assert_eq!((ran.exit, &ran.json["verdict"]), (3, &"damaged".into()), "{ran:?}");
    let damaged = ran.json["damaged"].as_array().unwrap();
    assert!(!damaged.is_empty() && damaged.len() < 4, "{ran:?}");
    assert!(
        fs::read(desk.path("out/tree/noise0")).unwrap()
            == fs::read(desk.path("tree/noise0")).unwrap()
    );

    // Elsewhere it is named; without it nothing comes back, and the errors say what helps.
    let elsewhere = desk.path("kept.sidecar");
    fs::rename(&sidecar, &elsewhere).unwrap();
    let refused = restore(&desk, &genesis, "archive", &[], "again");
    let remedy = refused.json["error"]["remedy"].as_str().unwrap();
    assert!(remedy.contains("--sidecar") && remedy.contains("may be none"), "{remedy}");
    let nothing = restore(&desk, &genesis, "archive", &["--without-index"], "again");
    let remedy = nothing.json["error"]["remedy"].as_str().unwrap();
    assert!(remedy.contains("--sidecar"), "{nothing:?}");
    let verified = desk.run(&["verify", text(&desk.path("archive"))]);
    let notes = verified.json["notes"].to_string();
    assert!(notes.contains("nothing can be restored"), "{notes}");
    assert!(!desk.path("again").exists());
    let ran = restore(&desk, &genesis, "archive", &["--sidecar", text(&elsewhere)], "again");
    assert_eq!(ran.json["damaged"].as_array().unwrap().len(), damaged.len(), "{ran:?}");
    let wrong = restore(&desk, &genesis, "archive", &["--sidecar", "/nowhere"], "third");
    assert_eq!(wrong.json["error"]["code"], "SR-ENGINE-FILE", "{wrong:?}");
}

#[test]
fn a_damaged_sidecar_is_told_of_and_one_of_another_archive_is_not_used() {
    let (desk, genesis) = Desk::with_key();
    let (files, sidecar) = sealed_with_sidecar(&desk, &genesis);
    let good = fs::read(&sidecar).unwrap();
    // A byte of the first superblock, of the root or capsule, and of a page.
    for at in [100, 4_096 + 64 + 20, good.len() - 10] {
        let mut bytes = good.clone();
        bytes[at] ^= 1;
        fs::write(&sidecar, bytes).unwrap();
        let verified = desk.run(&["verify", text(&desk.path("archive"))]);
        assert_eq!((verified.exit, &verified.json["verdict"]), (5, &"repairable".into()), "{at}");
        assert_eq!(verified.json["sidecars"][0]["is_whole"], false, "{at}: {verified:?}");
    }
    sealed(&desk, &genesis, "other");
    let other = desk.seal_with(&genesis, &["--sidecar"], &desk.path("tree/noise0"), "third");
    fs::copy(other["sidecar"].as_str().unwrap(), &sidecar).unwrap();
    let verified = desk.run(&["verify", text(&desk.path("archive"))]);
    assert_eq!((verified.exit, &verified.json["sidecars"]), (0, &serde_json::json!([])));
    fs::remove_file(files.last().unwrap()).unwrap();
    let refused = restore(&desk, &genesis, "archive", &[], "out");
    assert_eq!(refused.json["error"]["code"], "SR-ARCHIVE-NOT-SEALED", "{refused:?}");
}

#[test]
fn with_parity_and_the_sidecar_a_lost_last_volume_costs_nothing() {
    let (desk, genesis) = Desk::with_key();
    sample_tree(&desk.path("tree"));
    for number in 0..4 {
        fs::write(desk.path(&format!("tree/noise{number}")), noise(2_500_000 + number)).unwrap();
    }
    let more = ["--volume-size", "6M", "--parity", "100%"];
    desk.seal_with(&genesis, &more, &desk.path("tree"), "archive");
    let files = volumes(&desk.path("archive"));
    fs::remove_file(files.last().unwrap()).unwrap();
    let ran = restore(&desk, &genesis, "archive", &[], "out");
    assert_eq!((ran.exit, &ran.json["verdict"]), (0, &"complete".into()), "{ran:?}");
    assert_same(&desk.path("tree"), &desk.path("out/tree"));
    // Where its end lay nobody knows: it is not made up.
    let repaired = desk.run(&["verify", text(&desk.path("archive")), "--repair", "--yes"]);
    assert_ne!(repaired.exit, 0, "{repaired:?}");
    assert!(!files.last().unwrap().exists());
}

#[test]
fn a_single_volume_without_first_and_last_block_still_proves_that_it_is_complete() {
    let (desk, genesis) = Desk::with_key();
    sample_tree(&desk.path("tree"));
    desk.seal(&genesis, &desk.path("tree"), "archive");
    let file = volumes(&desk.path("archive")).remove(0);
    let mut bytes = fs::read(&file).unwrap();
    let end = bytes.len() - 4096;
    bytes[..4096].fill(0);
    bytes[end..].fill(0);
    fs::write(&file, bytes).unwrap();
    let verified = desk.run(&["verify", text(&desk.path("archive"))]);
    assert_eq!((verified.exit, &verified.json["verdict"]), (5, &"incomplete".into()));
    assert_eq!(verified.json["found"]["has_root"], true, "{verified:?}");
    let refused = restore(&desk, &genesis, "archive", &[], "out");
    assert_eq!(refused.json["error"]["code"], "SR-ARCHIVE-NO-BLOCKS", "{refused:?}");
    let ran = restore(&desk, &genesis, "archive", &["--without-index"], "out");
    assert_eq!((ran.exit, &ran.json["verdict"]), (0, &"complete".into()), "{ran:?}");
    assert_same(&desk.path("tree"), &desk.path("out/tree"));
}

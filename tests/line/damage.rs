//! Damage that nothing mends is named, and never passes for data.

use std::fs::{self, File};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use crate::program::{Desk, answers, assert_same, noise, sample_tree, text};

/// What is damaged stays damaged.
const NO_PARITY: [&str; 2] = ["--parity", "0%"];

/// The one volume file of the archive in `dir`: its largest file.
fn volume(dir: &Path) -> PathBuf {
    let files = fs::read_dir(dir).unwrap().flatten().map(|file| file.path());
    files.max_by_key(|file| fs::metadata(file).unwrap().len()).unwrap()
}

#[test]
fn a_damaged_segment_is_named_and_everything_else_is_restored() {
    let (desk, genesis) = Desk::with_key();
    let tree = desk.path("tree");
    fs::create_dir(&tree).unwrap();
    for number in 0..8 {
        fs::write(tree.join(format!("file{number}")), noise(1_000_000 + number)).unwrap();
    }
    desk.seal_with(&genesis, &NO_PARITY, &tree, "archive");
    let archive = desk.path("archive");
    let medium = File::options().write(true).open(volume(&archive)).unwrap();
    medium.write_all_at(&[0; 512], 3_500_000).unwrap();

    let verified = desk.run(&["verify", text(&archive)]);
    assert_eq!((verified.exit, &verified.json["verdict"]), (5, &"damaged".into()), "{verified:?}");
    let damaged = verified.json["damaged"].as_array().unwrap();
    assert_eq!(damaged.len(), 1);
    let (offset, length) =
        (damaged[0]["offset"].as_u64().unwrap(), damaged[0]["length"].as_u64().unwrap());
    assert!((offset..offset + length).contains(&3_500_000));

    let ran = desk.restore(&genesis, &[0, 1, 3], "archive", "out");
    assert_eq!((ran.exit, &ran.json["verdict"]), (3, &"damaged".into()), "{ran:?}");
    let named: Vec<_> = ran.json["damaged"].as_array().unwrap().iter().collect();
    assert!(!named.is_empty() && named.len() < 4, "{ran:?}");
    let lost: u64 = named
        .iter()
        .flat_map(|file| file["ranges"].as_array().unwrap())
        .map(|range| range["length"].as_u64().unwrap())
        .sum();
    let all = 8 * 1_000_000 + 28;
    assert_eq!(ran.json["bytes"].as_u64(), Some(all - lost), "what is lost did not come back");
    let out = desk.path("out/tree");
    for number in 0..8 {
        let name = format!("file{number}");
        let is_named = named.iter().any(|file| file["path"].as_str().unwrap().ends_with(&name));
        let intact = fs::read(out.join(&name)).ok();
        assert_eq!(intact.is_none(), is_named, "{name}");
        assert_eq!(out.join(format!("{name}.damaged")).exists(), is_named, "{name}");
        if let Some(bytes) = intact {
            assert!(bytes == fs::read(tree.join(&name)).unwrap(), "{name} differs");
        }
    }
}

#[test]
fn a_truncated_archive_is_not_called_intact_and_what_is_missing_is_said() {
    let (desk, genesis) = Desk::with_key();
    sample_tree(&desk.path("tree"));
    desk.seal(&genesis, &desk.path("tree"), "archive");
    let archive = desk.path("archive");
    let medium = File::options().write(true).open(volume(&archive)).unwrap();
    let half = medium.metadata().unwrap().len() / 2;
    medium.set_len(half).unwrap();
    let verified = desk.run(&["verify", text(&archive)]);
    assert_eq!((verified.exit, &verified.json["verdict"]), (5, &"incomplete".into()));
    let ran = desk.restore(&genesis, &[0, 1, 3], "archive", "out");
    assert_ne!(ran.exit, 0);
    for said in [&verified.text, &ran.text] {
        let cut = format!("volume 1 ends before its end: {half} bytes of it are here");
        assert!(said.contains(&cut) && said.contains("another copy of this volume"), "{said}");
    }
}

#[test]
fn a_set_without_its_last_volume_says_which_one_is_not_here() {
    let (desk, genesis) = Desk::with_key();
    fs::write(desk.path("noise"), noise(9_000_000)).unwrap();
    let (archive, recipient) = (desk.path("archive"), genesis["recipient"].as_str().unwrap());
    let seal =
        ["seal", "-r", recipient, "-o", text(&archive), "--volume-size", "6M", "--sidecar=none"];
    let sealed = desk.run(&[&seal[..], &[text(&desk.path("noise"))]].concat());
    let volumes = sealed.json["volumes"].as_array().unwrap();
    assert_eq!(volumes.len(), 2, "{sealed:?}");
    fs::remove_file(volumes[1].as_str().unwrap()).unwrap();
    let verified = desk.run(&["verify", text(&archive)]);
    assert_eq!((verified.exit, &verified.json["verdict"]), (5, &"incomplete".into()));
    assert!(verified.text.contains("the last volume of the archive"), "{verified:?}");
    assert!(!verified.text.contains("ends before its end"), "{verified:?}");
}

#[test]
fn a_restore_repeated_into_the_same_folder_is_the_same() {
    let (desk, genesis) = Desk::with_key();
    sample_tree(&desk.path("tree"));
    desk.seal(&genesis, &desk.path("tree"), "archive");
    assert_eq!(desk.restore(&genesis, &[0, 1, 3], "archive", "out").exit, 0);
    // By default nothing that is there is touched.
    let again = desk.restore(&genesis, &[0, 1, 3], "archive", "out");
    assert_eq!(again.exit, 6, "{again:?}");
    assert_same(&desk.path("tree"), &desk.path("out/tree"));
}

#[test]
fn evidence_says_what_was_asked_what_came_back_and_who_signs() {
    let (desk, genesis) = Desk::with_key();
    fs::create_dir(desk.path("tree")).unwrap();
    fs::write(desk.path("tree/noise"), noise(3_000_000)).unwrap();
    desk.seal_with(&genesis, &NO_PARITY, &desk.path("tree"), "archive");
    let medium = File::options().write(true).open(volume(&desk.path("archive"))).unwrap();
    medium.write_all_at(&[0; 512], 1_500_000).unwrap();
    let (answers, archive, out) = (answers("restore.toml"), desk.path("archive"), desk.path("out"));
    let run = ["ceremony", "run", "restore", "--answers", &answers, "--archive", text(&archive)];
    let ran = desk.run(&[&run[..], &["--to", text(&out)]].concat());
    assert_eq!((ran.exit, &ran.json["verdict"]), (3, &"damaged".into()), "{ran:?}");
    let Some(evidence) = crate::seated::document(&desk, "evidence-", "-agreed.pdf") else { return };
    let inspected = desk.run(&["inspect", text(&archive)]).json;
    for part in [
        "EVIDENCE OF A RESTORE Restore of the archive \u{201c}archive\u{201d}",
        "DRILL \u{b7} for training only",
        "Place The small meeting room",
        "Administrator Max Amend",
        "Witness Wilma Berg",
        "drill/1, opened by any 2 of 3 custodians and any 1 of 2 officers",
        inspected["archive"].as_str().unwrap(),
        "Already there then nothing at all is restored",
        "Complete, with 1 file damaged",
        "tree/noise: 16384 bytes lost (bytes 1490944 to 1507328), because segment 1",
        "Eva Ott custodian (officers)",
    ] {
        assert!(evidence.contains(part), "{part} is not in {evidence}");
    }
    let unbroken = evidence.replace(' ', "");
    assert!(unbroken.contains(text(&out)), "the target is not in {evidence}");
    assert_eq!(evidence.matches("I do not agree").count(), 6 + 1, "six people sign: {evidence}");
}

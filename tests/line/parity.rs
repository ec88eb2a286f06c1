//! Damage that parity mends: it is told, nothing is lost, and media can be written anew.

use std::fs::{self, File};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use serde_json::Value;

use crate::program::{Desk, assert_same, noise, text};

/// A desk with a tree of eight megabytes, sealed with `more` arguments, and its volumes.
fn desk(more: &[&str]) -> (Desk, Value, Vec<PathBuf>) {
    desk_of(1_000_000, more)
}

/// The same with eight files of about `bytes` each.
fn desk_of(bytes: usize, more: &[&str]) -> (Desk, Value, Vec<PathBuf>) {
    let (desk, genesis) = Desk::with_key();
    let tree = desk.path("tree");
    fs::create_dir(&tree).unwrap();
    for number in 0..8 {
        fs::write(tree.join(format!("file{number}")), noise(bytes + number)).unwrap();
    }
    let sealed = desk.seal_with(&genesis, more, &tree, "archive");
    let volumes = sealed["volumes"].as_array().unwrap().iter();
    let volumes = volumes.map(|volume| volume.as_str().unwrap().into()).collect();
    (desk, genesis, volumes)
}

/// Overwrites a sector in each of the `places`.
fn scratch(volume: &Path, places: impl IntoIterator<Item = u64>) {
    let medium = File::options().write(true).open(volume).unwrap();
    places.into_iter().for_each(|place| medium.write_all_at(&[0xaa; 512], place).unwrap());
}

fn verdict(desk: &Desk, arguments: &[&str]) -> (i32, String, Value) {
    let ran = desk.run(arguments);
    (ran.exit, ran.json["verdict"].as_str().unwrap_or_default().to_owned(), ran.json)
}

#[test]
fn a_restore_mends_what_the_parity_holds_and_says_so() {
    let (desk, genesis, volumes) = desk(&[]);
    // Every segment has a bad sector; each costs one shard of parity, and there are thirteen.
    scratch(&volumes[0], (0..8).map(|segment| 500_000 + segment * 1_000_000));
    let archive = desk.path("archive");
    let (exit, verdict, report) = verdict(&desk, &["verify", text(&archive)]);
    assert_eq!((exit, verdict.as_str()), (5, "repairable"), "{report}");
    let damaged = report["damaged"].as_array().unwrap();
    assert!(damaged.len() >= 8 && damaged.iter().all(|place| place["mends"] == true), "{report}");
    let ran = desk.restore(&genesis, &[0, 1, 3], "archive", "out");
    assert_eq!((ran.exit, &ran.json["verdict"]), (0, &"complete".into()), "{ran:?}");
    assert!(ran.json["mended"].as_u64().unwrap() >= 8, "{ran:?}");
    assert_same(&desk.path("tree"), &desk.path("out/tree"));
}

#[test]
fn media_are_mended_in_place_or_into_a_new_copy() {
    let (desk, _, volumes) = desk(&[]);
    let before = fs::read(&volumes[0]).unwrap();
    // The superblock and a segment.
    scratch(&volumes[0], [100, 3_000_000]);
    let damaged = fs::read(&volumes[0]).unwrap();
    let (archive, copy) = (desk.path("archive"), desk.path("copy"));

    let unasked = desk.run(&["verify", text(&archive), "--repair"]);
    assert_eq!(
        (unasked.exit, &unasked.json["error"]["code"]),
        (2, &"SR-CLI-REPAIR-UNASKED".into())
    );
    let into = ["verify", text(&archive), "--repair-to", text(&copy)];
    let (exit, is, report) = verdict(&desk, &into);
    assert_eq!((exit, is.as_str()), (0, "intact"), "{report}");
    assert_eq!(report["repaired"]["places"], 2, "{report}");
    assert_eq!(report["repaired"]["beyond"], 0);
    let name = volumes[0].file_name().unwrap();
    assert!(fs::read(copy.join(name)).unwrap() == before, "the copy is what was sealed");
    assert!(fs::read(&volumes[0]).unwrap() == damaged, "the medium was only read");
    // Also where nothing would need mending: it is told before anything is read.
    let again = desk.run(&into);
    assert_eq!(again.json["error"]["code"], "SR-ENGINE-FILE", "nothing is written over: {again:?}");

    // In place, and then once more with the trailer gone that says where the root is.
    for place in [100, before.len() as u64 - 2000] {
        scratch(&volumes[0], [place]);
        let (exit, is, report) = verdict(&desk, &["verify", text(&archive), "--repair", "--yes"]);
        assert_eq!((exit, is.as_str()), (0, "intact"), "{report}");
        assert!(fs::read(&volumes[0]).unwrap() == before, "the medium is what was sealed");
    }
    let (_, _, report) = verdict(&desk, &["verify", text(&archive), "--repair", "--yes"]);
    assert_eq!(report["repaired"], Value::Null, "what is intact is not written");
    assert!(report["notes"].to_string().contains("nothing needs mending"), "{report}");
    let elsewhere = desk.path("elsewhere");
    let into = ["verify", text(&archive), "--repair-to", text(&elsewhere)];
    let (exit, _, report) = verdict(&desk, &into);
    assert!(
        exit == 0 && report["notes"].to_string().contains("nothing was written to"),
        "{report}"
    );
    assert!(!elsewhere.exists());
}

#[test]
fn a_new_copy_has_the_capsule_a_good_sidecar_and_the_kit() {
    let (desk, _, volumes) = desk_of(3_000_000, &["--sidecar", "--kit"]);
    scratch(&volumes[0], [100, 3_000_000]);
    let (archive, copy) = (desk.path("archive"), desk.path("copy"));
    let names = |dir: &std::path::Path| {
        let mut names: Vec<_> =
            fs::read_dir(dir).unwrap().flatten().map(|file| file.file_name()).collect();
        names.sort();
        names
    };
    let all = names(&archive);
    let is_sidecar = |name: &&std::ffi::OsString| name.to_string_lossy().ends_with(".sidecar");
    let sidecar = archive.join(all.iter().find(is_sidecar).unwrap());
    let good = fs::read(&sidecar).unwrap();
    scratch(&sidecar, [good.len() as u64 - 600]);
    let (_, is, report) = verdict(&desk, &["verify", text(&archive)]);
    assert_eq!(
        (is.as_str(), &report["sidecars"][0]["lost"]),
        ("repairable", &1.into()),
        "{report}"
    );
    let into = ["verify", text(&archive), "--repair-to", text(&copy)];
    let (exit, is, report) = verdict(&desk, &into);
    assert_eq!((exit, is.as_str()), (0, "intact"), "{report}");
    assert_eq!(names(&copy), all, "{report}");
    assert_eq!(report["repaired"]["taken_along"].as_array().unwrap().len(), 3, "{report}");
    assert!(fs::read(copy.join(sidecar.file_name().unwrap())).unwrap() == good);
    let sums = fs::read_dir(&copy).unwrap().flatten().map(|file| file.path().join("SHA256SUMS"));
    assert_eq!(sums.filter(|sums| sums.exists()).count(), 1, "the kit is whole");
}

#[test]
fn a_lost_volume_is_restored_and_made_again_where_the_parity_suffices() {
    let (desk, genesis, volumes) = desk(&["--parity", "100%", "--volume-size", "6M"]);
    assert!(volumes.len() >= 3, "{volumes:?}");
    let before = fs::read(&volumes[1]).unwrap();
    fs::remove_file(&volumes[1]).unwrap();
    scratch(&volumes[0], [2_000_000, 4_000_000]);
    let archive = desk.path("archive");
    let (_, is, report) = verdict(&desk, &["verify", text(&archive)]);
    assert_eq!((is.as_str(), &report["missing_volumes"][0]), ("repairable", &2.into()), "{report}");
    let ran = desk.restore(&genesis, &[0, 1, 3], "archive", "out");
    assert_eq!((ran.exit, &ran.json["verdict"]), (0, &"complete".into()), "{ran:?}");
    assert_same(&desk.path("tree"), &desk.path("out/tree"));
    let (exit, is, report) = verdict(&desk, &["verify", text(&archive), "--repair", "--yes"]);
    assert_eq!((exit, is.as_str()), (0, "intact"), "{report}");
    assert!(fs::read(&volumes[1]).unwrap() == before, "the volume is as it was, under its name");
}

#[test]
fn what_is_lost_beyond_the_parity_is_named_and_the_rest_is_mended() {
    let (desk, genesis, volumes) = desk(&[]);
    let medium = File::options().write(true).open(&volumes[0]).unwrap();
    // A hole of two megabytes in eight; and far from it one bad sector.
    medium.write_all_at(&vec![0; 2 << 20], 2_000_000).unwrap();
    let archive = desk.path("archive");
    let (exit, is, report) = verdict(&desk, &["verify", text(&archive), "--repair", "--yes"]);
    assert_eq!((exit, is.as_str()), (5, "damaged"), "{report}");
    assert!(report["repaired"]["beyond"].as_u64().unwrap() >= 2, "{report}");
    let ran = desk.restore(&genesis, &[0, 1, 3], "archive", "out");
    assert_eq!((ran.exit, &ran.json["verdict"]), (3, &"damaged".into()), "{ran:?}");
    for number in 0..8 {
        let name = format!("file{number}");
        let (whole, part) = (desk.path("out/tree").join(&name), desk.path("tree").join(&name));
        let is_named = ran.text.contains(&format!("tree/{name}\""));
        assert_eq!(fs::read(whole).ok() == fs::read(part).ok(), !is_named, "{name}");
    }
}

#[test]
fn a_share_of_parity_that_is_none_is_refused() {
    let (desk, genesis) = Desk::with_key();
    fs::write(desk.path("file"), "text").unwrap();
    let (archive, recipient) = (desk.path("archive"), genesis["recipient"].as_str().unwrap());
    for share in ["101%", "-1%", "ten", ""] {
        let share = format!("--parity={share}");
        let seal = ["seal", "-r", recipient, "-o", text(&archive), &share];
        assert_eq!(desk.run(&[&seal[..], &[text(&desk.path("file"))]].concat()).exit, 2, "{share}");
    }
    assert!(!archive.exists());
}

/// The worst day at once: a volume is gone, sectors are bad, the power fails twice.
#[test]
fn a_set_without_a_volume_with_bad_sectors_and_two_power_cuts_comes_back_whole() {
    let (desk, genesis, volumes) =
        desk_of(3_000_000, &["--parity", "100%", "--volume-size", "12M"]);
    fs::remove_file(&volumes[1]).unwrap();
    // Fifty sectors, in no pattern; the first blocks are left, as in every volume that is found.
    let size = fs::metadata(&volumes[0]).unwrap().len() - 16_384;
    scratch(&volumes[0], (0..50_u64).map(|n| 8192 + n * 7_919_993 % (size - 8192)));
    let (archive, out) = (desk.path("archive"), desk.path("out"));
    let mut restore = vec!["restore", text(&archive), "--to", text(&out), "--resume"];
    for place in [0, 1, 3] {
        restore.extend(["--share", genesis["shares"][place]["file"].as_str().unwrap()]);
    }
    for published in [1, 4] {
        let mut child = desk.command(&restore).stdout(Stdio::null()).spawn().unwrap();
        let files = || fs::read_dir(out.join("tree")).map_or(0, Iterator::count);
        let looks = std::iter::repeat_with(|| (files(), child.try_wait().unwrap().is_some()));
        looks.take(10_000_000).find(|(files, is_over)| *files >= published || *is_over);
        child.kill().unwrap();
        child.wait().unwrap();
    }
    let ran = desk.run(&restore);
    assert_eq!((ran.exit, &ran.json["verdict"]), (0, &"complete".into()), "{ran:?}");
    assert!(ran.json["kept"].as_u64().unwrap() >= 1, "what was right was kept: {ran:?}");
    assert_same(&desk.path("tree"), &desk.path("out/tree"));
}

#[test]
fn a_repair_that_is_killed_harms_nothing_and_the_next_one_ends_it() {
    let (desk, _, volumes) = desk_of(3_000_000, &[]);
    let before = fs::read(&volumes[0]).unwrap();
    scratch(&volumes[0], (0..20).map(|place| 100_000 + place * 1_100_000));
    let (archive, copy) = (desk.path("archive"), desk.path("copy"));
    let into = ["verify", text(&archive), "--repair-to", text(&copy)];
    let in_place = ["verify", text(&archive), "--repair", "--yes"];

    let mut child = desk.command(&into).stdout(Stdio::null()).spawn().unwrap();
    let begun = || fs::read_dir(&copy).is_ok_and(|mut files| files.next().is_some());
    std::iter::repeat_with(begun).take(10_000_000).find(|begun| *begun);
    child.kill().unwrap();
    child.wait().unwrap();
    let named = fs::read_dir(&copy).unwrap().flatten().map(|file| file.path());
    let named: Vec<_> = named.filter(|path| path.extension().unwrap() == "strongroom").collect();
    let is_whole = |path: &PathBuf| fs::read(path).unwrap() == before;
    assert!(named.iter().all(is_whole), "a final name is borne by what is whole");
    if named.is_empty() {
        assert_eq!(desk.run(&into).exit, 0, "what was left half-done is done anew");
    }

    // In place it is killed again and again; every byte is as it was, or as it was damaged.
    let damaged = fs::read(&volumes[0]).unwrap();
    for _ in 0..5 {
        let mut child = desk.command(&in_place).stdout(Stdio::null()).spawn().unwrap();
        let begun = || fs::read(&volumes[0]).unwrap() != damaged;
        std::iter::repeat_with(begun).take(200).find(|begun| *begun);
        child.kill().unwrap();
        child.wait().unwrap();
        let now = fs::read(&volumes[0]).unwrap();
        assert_eq!(now.len(), before.len());
        let strange = now.iter().zip(&before).zip(&damaged).any(|((n, b), d)| n != b && n != d);
        assert!(!strange, "nothing but what was sealed is written");
    }
    let (_, is, report) = verdict(&desk, &in_place);
    assert_eq!(is, "intact", "{report}");
    assert!(fs::read(&volumes[0]).unwrap() == before);
}

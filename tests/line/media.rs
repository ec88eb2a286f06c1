//! Media on the record, as a custodian meets them on the command line.

use std::fs::{self, File};
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::program::{Desk, Ran, assert_same, noise, text};
use crate::terminal::Seated;

/// A desk with an archive of three volumes, each in a folder as if on a disc of its own.
fn discs() -> (Desk, Vec<PathBuf>) {
    let (desk, discs, _) = discs_with_shares();
    (desk, discs)
}

fn discs_with_shares() -> (Desk, Vec<PathBuf>, Value) {
    let (desk, genesis) = Desk::with_key();
    fs::create_dir(desk.path("tree")).unwrap();
    fs::write(desk.path("tree/noise"), noise(9 << 20)).unwrap();
    let sealed =
        desk.seal_with(&genesis, &["--volume-size", "4MiB"], &desk.path("tree"), "archive");
    let volumes = sealed["volumes"].as_array().unwrap();
    let mut discs = Vec::new();
    for (volume, number) in volumes.iter().zip(1..) {
        let disc = desk.path(&format!("disc{number}"));
        fs::create_dir(&disc).unwrap();
        let from = PathBuf::from(volume.as_str().unwrap());
        fs::rename(&from, disc.join(from.file_name().unwrap())).unwrap();
        discs.push(disc);
    }
    assert!(discs.len() >= 3, "{sealed}");
    (desk, discs, genesis)
}

fn add(desk: &Desk, name: &str, disc: &Path, last: &Path) -> Ran {
    let (disc, last) = (text(disc), text(last));
    desk.run(&["media", "add", name, disc, "--kind", "bd-r", "--place", "Safe A", "--index", last])
}

fn damage(disc: &Path, offset: u64, len: usize) {
    let volume = fs::read_dir(disc).unwrap().next().unwrap().unwrap().path();
    let medium = File::options().write(true).open(volume).unwrap();
    medium.write_all_at(&vec![0xee; len], offset).unwrap();
}

fn names(listed: &Value) -> Vec<&str> {
    let media = listed["media"].as_array().unwrap().iter();
    media.map(|medium| medium["medium"].as_str().unwrap()).collect()
}

#[test]
fn media_are_added_checked_listed_and_given_up_on_the_record() {
    let (desk, discs) = discs();
    let last = discs.last().unwrap();
    for (name, disc) in [("BR-1", &discs[0]), ("BR-2", &discs[1])] {
        let added = add(&desk, name, disc, last);
        assert_eq!((added.exit, &added.json["medium"]), (0, &name.into()), "{added:?}");
    }
    let listed = desk.run(&["media", "list", "--due"]).json;
    assert_eq!(names(&listed), ["BR-1", "BR-2"], "what was never read is due");
    let (one, rest) = (text(&discs[0]), text(last));
    let check = ["media", "check", one, "--index", rest, "--by", "Ada Kern"];
    let checked = desk.run(&check);
    assert_eq!(checked.exit, 0, "{checked:?}");
    let found = &checked.json["checks"][0];
    assert_eq!(found["medium"], "BR-1");
    assert_eq!((&found["read"], &found["good"]), (&found["frames"], &found["frames"]));
    assert_eq!(found["standing"]["health"], "good");
    let listed = desk.run(&["media", "list"]).json;
    assert_eq!(names(&listed), ["BR-2", "BR-1"], "the longest unchecked comes first");
    assert_eq!(names(&desk.run(&["media", "list", "--due"]).json), ["BR-2"]);
    let sample = desk.run(&[&check[..], &["--sample", "50%"]].concat()).json;
    assert_eq!(
        (&sample["checks"][0]["parts"], &sample["checks"][0]["part"]),
        (&2.into(), &0.into())
    );
    let shown = desk.run(&["media", "show", "BR-1"]).json;
    assert_eq!(shown["checks"].as_array().unwrap().len(), 2);
    assert_eq!(shown["checks"][0]["by"], "Ada Kern");
    assert_eq!(desk.run(&["media", "move", "BR-1", "--place", "Bank"]).exit, 0);
    assert_eq!(desk.run(&["media", "show", "BR-1"]).json["place"], "Bank");
    assert_eq!(desk.run(&["media", "retire", "BR-1", "--reason", "copied anew"]).exit, 0);
    assert_eq!(names(&desk.run(&["media", "list"]).json), ["BR-2"]);
    let log = desk.run(&["log", "show"]).json;
    let entries = log["entries"].as_array().unwrap().iter();
    let of_media =
        entries.filter(|entry| entry["operation"].as_str().unwrap().starts_with("media"));
    assert_eq!(of_media.count(), 2 * 6, "an intent and an outcome for each");
    assert_eq!(desk.run(&["fsck"]).json["good"], true);
}

#[test]
fn growing_damage_says_copy_it_anew_and_ends_with_five() {
    let (desk, discs) = discs();
    let last = discs.last().unwrap();
    for (disc, number) in discs.iter().zip(1..) {
        add(&desk, &format!("BR-{number}"), disc, last);
    }
    let mut check = vec!["media", "check"];
    check.extend(discs.iter().map(|disc| text(disc)));
    assert_eq!(desk.run(&check).exit, 0);
    damage(&discs[0], 1 << 20, 64);
    let ran = desk.run(&check);
    assert_eq!(ran.exit, 5, "{ran:?}");
    let found = |place: usize| &ran.json["checks"][place];
    assert_eq!((&found(0)["mendable"], &found(0)["lost"]), (&1.into(), &0.into()), "{ran:?}");
    assert_eq!(found(0)["standing"]["warnings"][0]["is"], "grown");
    assert_eq!(found(1)["standing"]["health"], "good");
    // Nothing is to be checked now, but one is to be copied.
    assert_eq!(names(&desk.run(&["media", "list", "--due"]).json), ["BR-1"]);
    let listed = desk.command(&["media", "list"]);
    // The same without `--json`, which comes first.
    let plain: Vec<_> = listed.get_args().skip(1).map(ToOwned::to_owned).collect();
    let said = Command::new(listed.get_program()).args(plain).output().unwrap();
    let said = String::from_utf8_lossy(&said.stdout).into_owned();
    assert!(said.contains("the damage grows, from 0 to 1 frames"), "{said}");
    assert!(said.contains("Copy this medium anew"), "{said}");
}

#[test]
fn a_medium_that_nobody_knows_or_that_may_be_two_is_asked_for_by_name() {
    let (desk, discs) = discs();
    let last = discs.last().unwrap();
    let check = |more: &[&str]| {
        let base = ["media", "check", text(&discs[0]), "--index", text(last)];
        desk.run(&[&base[..], more].concat())
    };
    assert_eq!(check(&[]).json["error"]["code"], "SR-MEDIA-UNKNOWN");
    add(&desk, "BR-1", &discs[0], last);
    add(&desk, "BR-1 copy", &discs[0], last);
    assert_eq!(check(&[]).json["error"]["code"], "SR-MEDIA-AMBIGUOUS");
    assert_eq!(check(&["--medium", "BR-1 copy"]).exit, 0);
    assert_eq!(check(&["--medium", "BR-9"]).json["error"]["code"], "SR-MEDIA-NOT-KEPT");
    assert_eq!(check(&["--sample", "80%"]).exit, 2);
    let alone = desk.run(&["media", "check", text(&discs[0]), "--medium", "BR-1"]);
    assert_eq!(alone.json["error"]["code"], "SR-ARCHIVE-NOT-SEALED", "{alone:?}");
    let taken = add(&desk, "BR-1", &discs[1], last);
    assert_eq!(taken.json["error"]["code"], "SR-MEDIA-NAME-TAKEN");
}

#[test]
fn the_intervals_are_a_setting_of_the_vault() {
    let desk = Desk::empty();
    let shown = desk.run(&["media", "intervals"]).json;
    assert_eq!((&shown["full_months"], &shown["sample_months"]), (&12.into(), &3.into()));
    let changed = desk.run(&["media", "intervals", "--full", "24"]).json;
    assert_eq!((&changed["full_months"], &changed["sample_months"]), (&24.into(), &3.into()));
    assert_eq!(desk.run(&["media", "intervals"]).json["full_months"], 24);
    assert_eq!(desk.run(&["media", "intervals", "--sample", "0"]).exit, 2);
}

#[test]
fn a_person_is_asked_for_one_disc_after_the_other_and_told_of_a_wrong_one() {
    let (desk, discs, genesis) = discs_with_shares();
    let drive = desk.path("drive");
    let put_in = |number: usize| {
        let _ = fs::remove_dir_all(&drive);
        fs::create_dir(&drive).unwrap();
        let volume = fs::read_dir(&discs[number - 1]).unwrap().next().unwrap().unwrap();
        fs::copy(volume.path(), drive.join(volume.file_name())).unwrap();
    };
    put_in(1);
    let (archive, out) = (text(&drive).to_owned(), desk.path("out"));
    let mut arguments = vec!["restore", &archive, "--one-drive", "--to", text(&out)];
    for place in [0, 1, 3] {
        arguments.extend(["--share", genesis["shares"][place]["file"].as_str().unwrap()]);
    }
    let mut seated = Seated::new(&desk, &arguments, &desk.path("printed"));
    let numbered: Vec<String> =
        (1..=discs.len()).map(|number| format!("Insert volume {number} of")).collect();
    let mut wanted = vec!["Insert the last volume"];
    wanted.extend(numbered.iter().map(String::as_str));
    assert_eq!(seated.wait_for(&wanted), Some(0), "{}", seated.seen());
    put_in(discs.len());
    seated.enter("");
    assert_eq!(seated.wait_for(&wanted), Some(1), "{}", seated.seen());
    put_in(2);
    seated.enter("");
    assert_eq!(seated.wait_for(&["In the drive is volume 2 of the same archive."]), Some(0));
    while let Some(which) = seated.wait_for(&wanted) {
        put_in(which);
        seated.enter("");
    }
    let (exit, seen) = seated.end();
    assert_eq!(exit, 0, "{seen}");
    assert_same(&desk.path("tree"), &out.join("tree"));
}

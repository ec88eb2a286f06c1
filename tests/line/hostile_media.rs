//! Repairs of media that somebody prepared: nothing is written but what a repair is for.

use std::fs::{self, File};
use std::os::unix::fs::{FileExt, symlink};
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::lost_pages::{ROOTS, lose};
use crate::program::{Desk, noise, text};

/// A desk with a sealed file of six megabytes, and its volumes.
fn desk(parity: &str) -> (Desk, Vec<PathBuf>) {
    let (desk, genesis) = Desk::with_key();
    fs::write(desk.path("noise"), noise(6_000_000)).unwrap();
    let more = ["--parity", parity, "--volume-size", "5M"];
    let sealed = desk.seal_with(&genesis, &more, &desk.path("noise"), "archive");
    let volumes = sealed["volumes"].as_array().unwrap().iter();
    let volumes = volumes.map(|volume| volume.as_str().unwrap().into()).collect();
    (desk, volumes)
}

fn overwrite(volume: &Path, at: u64, bytes: &[u8]) {
    let medium = File::options().write(true).open(volume).unwrap();
    medium.write_all_at(bytes, at).unwrap();
}

fn repair(desk: &Desk) -> Value {
    desk.run(&["verify", text(&desk.path("archive")), "--repair", "--yes"]).json
}

/// Every file of the archive's folder with its content.
fn folder(desk: &Desk) -> Vec<(PathBuf, Vec<u8>)> {
    let files = fs::read_dir(desk.path("archive")).unwrap().flatten().map(|file| file.path());
    let mut files: Vec<_> = files.map(|path| (path.clone(), fs::read(path).unwrap())).collect();
    files.sort();
    files
}

#[test]
fn a_volume_of_which_nothing_is_recognised_is_not_written_over() {
    let (desk, volumes) = desk("10%");
    let end = fs::metadata(&volumes[0]).unwrap().len();
    overwrite(&volumes[0], 0, &[0; 4096]);
    overwrite(&volumes[0], end - 4096, &[0; 4096]);
    let before = folder(&desk);
    let said = repair(&desk);
    assert_eq!(said["error"]["code"], "SR-ENGINE-FILE", "{said}");
    assert!(folder(&desk) == before, "nothing was touched");
}

#[test]
fn volumes_under_each_others_names_are_not_mixed_up() {
    let (desk, volumes) = desk("100%");
    let (one, two) = (fs::read(&volumes[0]).unwrap(), fs::read(&volumes[1]).unwrap());
    fs::rename(&volumes[1], &volumes[0]).unwrap();
    let before = folder(&desk);
    let said = repair(&desk);
    assert_eq!(said["error"]["code"], "SR-ENGINE-FILE", "{said}");
    assert!(folder(&desk) == before);
    // A new copy gives every volume the name of its number.
    let (archive, copy) = (desk.path("archive"), desk.path("copy"));
    let into = ["verify", text(&archive), "--repair-to", text(&copy)];
    assert_eq!(desk.run(&into).json["verdict"], "intact");
    let name = |volume: &PathBuf| copy.join(volume.file_name().unwrap());
    assert!(fs::read(name(&volumes[0])).unwrap() == one);
    assert!(fs::read(name(&volumes[1])).unwrap() == two);
}

#[test]
fn a_link_on_a_medium_leads_a_repair_nowhere() {
    let (desk, volumes) = desk("100%");
    let victim = desk.path("victim");
    fs::write(&victim, "mine").unwrap();
    fs::remove_file(&volumes[0]).unwrap();
    let partial = format!("{}.partial", text(&volumes[0]));
    symlink(&victim, &partial).unwrap();
    assert_eq!(repair(&desk)["verdict"], "intact");
    assert_eq!(fs::read_to_string(&victim).unwrap(), "mine");
    assert!(!volumes[0].is_symlink(), "the volume was made, not the link named");
    // A volume that is a link is read, and not written through.
    overwrite(&volumes[0], 2_000_000, &[1; 512]);
    let elsewhere = desk.path("elsewhere");
    fs::rename(&volumes[0], &elsewhere).unwrap();
    symlink(&elsewhere, &volumes[0]).unwrap();
    let before = fs::read(&elsewhere).unwrap();
    assert_eq!(repair(&desk)["error"]["code"], "SR-ENGINE-FILE");
    assert!(fs::read(&elsewhere).unwrap() == before);
}

#[test]
fn only_capsules_of_the_archive_are_taken_along() {
    let (desk, volumes) = desk("10%");
    overwrite(&volumes[0], 2_000_000, &[1; 512]);
    let (secret, archive, copy) = (desk.path("secret"), desk.path("archive"), desk.path("copy"));
    fs::write(&secret, "a secret").unwrap();
    symlink(&secret, archive.join("z.capsule")).unwrap();
    let into = ["verify", text(&archive), "--repair-to", text(&copy)];
    assert_eq!(desk.run(&into).json["verdict"], "intact");
    assert!(!copy.join("z.capsule").exists());
    let capsules = fs::read_dir(&copy).unwrap().flatten().map(|file| file.path());
    assert_eq!(capsules.filter(|path| path.extension().unwrap() == "capsule").count(), 1);
}

#[test]
fn capsules_beside_the_media_never_replace_those_on_them() {
    let (desk, volumes) = desk("10%");
    let capsules = fs::read_dir(desk.path("archive")).unwrap().flatten().map(|file| file.path());
    let mut capsules = capsules.filter(|path| path.extension().unwrap() == "capsule");
    let own = capsules.next().unwrap();
    let mut forged = fs::read(&own).unwrap();
    let middle = forged.len() / 2;
    forged[middle] ^= 1;
    for number in 0..4 {
        fs::write(desk.path("archive").join(format!("x{number}.capsule")), &forged).unwrap();
    }
    let before = fs::read(&volumes[0]).unwrap();
    overwrite(&volumes[0], 2_000_000, &[1; 512]);
    repair(&desk);
    assert!(fs::read(&volumes[0]).unwrap() == before, "the capsule on the medium is as it was");
}

#[test]
fn what_another_station_signed_is_not_repaired() {
    let (desk, volumes) = desk("10%");
    overwrite(&volumes[0], 2_000_000, &[1; 512]);
    let before = folder(&desk);
    let station = "ab".repeat(32);
    let archive = desk.path("archive");
    let verify = ["verify", text(&archive), "--sealed-by", &station, "--repair", "--yes"];
    let ran = desk.run(&verify);
    assert_eq!((ran.exit, &ran.json["repaired"]), (5, &Value::Null), "{ran:?}");
    assert!(folder(&desk) == before, "nothing was written");
}

#[test]
fn a_root_that_only_a_sidecar_has_is_not_written_onto_the_media() {
    let (desk, volumes) = desk("10%");
    let last = volumes.last().unwrap();
    let end = fs::metadata(last).unwrap().len();
    lose(last, &[ROOTS]);
    // A trailer that is left names the root, so the sidecar's is the one that was sealed.
    let whole = fs::read(last).unwrap();
    assert_eq!(repair(&desk)["verdict"], "intact");
    fs::write(last, whole).unwrap();
    overwrite(last, end - 4096, &[0; 4096]);
    let before = folder(&desk);
    let said = repair(&desk);
    assert_eq!(said["error"]["code"], "SR-ENGINE-ROOT-BESIDE", "{said}");
    assert!(said["error"]["remedy"].as_str().unwrap().contains("--repair-to"), "{said}");
    assert!(folder(&desk) == before, "nothing was touched");
    let (archive, copy) = (desk.path("archive"), desk.path("copy"));
    let into = ["verify", text(&archive), "--repair-to", text(&copy)];
    assert_eq!(desk.run(&into).json["verdict"], "intact");
    assert!(folder(&desk) == before, "a new copy leaves the media as they are");
}

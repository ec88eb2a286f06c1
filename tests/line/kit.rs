//! The kit beside an archive: what is in it opens the archive in `tests/interop`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::program::{Desk, assert_same, noise, text};

fn kits(dir: &Path) -> Vec<PathBuf> {
    let files = fs::read_dir(dir).unwrap().flatten().map(|file| file.path());
    files.filter(|path| path.is_dir()).collect()
}

fn tree(desk: &Desk) -> PathBuf {
    let tree = desk.path("tree");
    fs::create_dir_all(tree.join("inner/empty")).unwrap();
    fs::write(tree.join("inner/noise"), noise(1_500_000)).unwrap();
    fs::write(tree.join("text"), "some text\n".repeat(50_000)).unwrap();
    fs::write(tree.join("nothing"), "").unwrap();
    tree
}

#[test]
fn every_file_of_the_kit_is_as_its_list_says_and_the_archive_is_as_without_it() {
    let (desk, genesis) = Desk::with_key();
    let tree = tree(&desk);
    let sealed = desk.seal_with(&genesis, &["--kit"], &tree, "archive");
    let kit = PathBuf::from(sealed["kit"].as_str().unwrap());
    assert_eq!(kits(&desk.path("archive")), std::slice::from_ref(&kit));
    let mut sums = Command::new("sha256sum");
    let sums = sums.args(["--quiet", "-c", "SHA256SUMS"]).current_dir(&kit).output().unwrap();
    assert!(sums.status.success(), "{}", String::from_utf8_lossy(&sums.stdout));
    assert_eq!(desk.run(&["verify", text(&desk.path("archive"))]).exit, 0);
    assert_eq!(desk.restore(&genesis, &[0, 1, 3], "archive", "out").exit, 0);
    assert_same(&tree, &desk.path("out/tree"));
}

#[test]
fn two_archives_share_one_kit_and_what_else_has_its_name_stays() {
    let (desk, genesis) = Desk::with_key();
    let tree = tree(&desk);
    let one = desk.seal_with(&genesis, &["--kit"], &tree, "archive");
    let two = desk.seal_with(&genesis, &["--kit"], &tree, "archive");
    assert_eq!(one["kit"], two["kit"]);
    assert_eq!(kits(&desk.path("archive")).len(), 1);
    let kit = PathBuf::from(one["kit"].as_str().unwrap());
    fs::write(kit.join("README.txt"), "notes of somebody").unwrap();
    let recipient = genesis["recipient"].as_str().unwrap();
    let to = desk.path("archive");
    let before = fs::read_dir(&to).unwrap().count();
    let refused = desk.run(&["seal", "-r", recipient, "-o", text(&to), "--kit", text(&tree)]);
    assert_eq!((refused.exit, &refused.json["error"]["code"]), (1, &"SR-ENGINE-FILE".into()));
    assert_eq!(fs::read(kit.join("README.txt")).unwrap(), b"notes of somebody");
    assert_eq!(fs::read_dir(&to).unwrap().count(), before);
}

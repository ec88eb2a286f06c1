//! What somebody with the media, the vault's folder or a second name could try.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::program::{Desk, Ran, answers, assert_same, noise, sample_tree, text};

/// The one volume file in `dir`.
fn volume(dir: &Path) -> PathBuf {
    let files = fs::read_dir(dir).unwrap().flatten().map(|file| file.path());
    files.max_by_key(|file| fs::metadata(file).unwrap().len()).unwrap()
}

/// Places in `bytes` where the fingerprint of the key stands: once in each capsule.
fn capsules(bytes: &[u8], genesis: &Value) -> Vec<usize> {
    let digits = genesis["fingerprint"].as_str().unwrap().as_bytes();
    let pair = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap();
    let fingerprint: Vec<u8> = digits.chunks(2).map(pair).collect();
    let windows = bytes.windows(fingerprint.len()).enumerate();
    windows.filter(|(_, window)| *window == fingerprint).map(|(place, _)| place).collect()
}

/// A vault with a key and a sealed tree.
fn sealed() -> (Desk, Value) {
    let (desk, genesis) = Desk::with_key();
    sample_tree(&desk.path("tree"));
    desk.seal(&genesis, &desk.path("tree"), "archive");
    (desk, genesis)
}

/// Restores in a ceremony with the example's answers, changed by `change`.
fn ceremony(desk: &Desk, to: &str, change: impl Fn(String) -> String) -> Ran {
    let file = desk.path("restore.toml");
    fs::write(&file, change(fs::read_to_string(answers("restore.toml")).unwrap())).unwrap();
    let (archive, to) = (desk.path("archive"), desk.path(to));
    let verb = ["ceremony", "run", "restore", "--answers", text(&file)];
    desk.run(&[&verb[..], &["--archive", text(&archive), "--to", text(&to)]].concat())
}

#[test]
fn one_flipped_bit_in_any_one_capsule_keeps_nobody_out() {
    let (desk, genesis) = sealed();
    for file in fs::read_dir(desk.path("archive")).unwrap().flatten() {
        if file.path().extension().is_some_and(|end| end == "capsule") {
            fs::remove_file(file.path()).unwrap();
        }
    }
    let file = volume(&desk.path("archive"));
    let good = fs::read(&file).unwrap();
    let places = capsules(&good, &genesis);
    assert_eq!(places.len(), 2, "a capsule at the start and one at the end");
    for (number, place) in places.into_iter().enumerate() {
        let mut bad = good.clone();
        bad[place] ^= 1;
        fs::write(&file, &bad).unwrap();
        let out = format!("out{number}");
        let ran = desk.restore(&genesis, &[0, 1, 3], "archive", &out);
        assert_eq!(ran.exit, 0, "with sheets: {ran:?}");
        assert_same(&desk.path("tree"), &desk.path(&out).join("tree"));
        let out = format!("approved{number}");
        let ran = ceremony(&desk, &out, |answers| answers);
        assert_eq!(ran.exit, 0, "in a ceremony: {ran:?}");
    }
    // Without the record of a restore with sheets, the two above would be missing from the log.
    let log = desk.run(&["log", "show"]);
    assert_eq!(log.text.matches("archive.restore-with-sheets").count(), 4, "{log:?}");
}

#[test]
fn an_archive_whose_own_capsules_are_gone_opens_with_the_detached_one() {
    let (desk, genesis) = sealed();
    let file = volume(&desk.path("archive"));
    let mut bytes = fs::read(&file).unwrap();
    for place in capsules(&bytes, &genesis) {
        bytes[place + 40..place + 200].fill(0xee);
        bytes[place - 8..place].fill(0xee);
    }
    fs::write(&file, bytes).unwrap();
    let verified = desk.run(&["verify", text(&desk.path("archive"))]);
    assert_eq!(verified.json["verdict"], "damaged", "the medium alone opens nothing: {verified:?}");
    let ran = desk.restore(&genesis, &[0, 1, 3], "archive", "out");
    assert_eq!(ran.exit, 0, "{ran:?}");
    assert_same(&desk.path("tree"), &desk.path("out/tree"));
}

#[test]
fn nobody_takes_part_twice_under_another_spelling_of_the_name() {
    let (desk, _) = sealed();
    // A Cyrillic letter, other capitals, a decomposed or a doubled character: one person still.
    for (number, twin) in ["Аda Kern", "ADA KERN", "Ada  Kern", "Ada Kеrn"].iter().enumerate() {
        for whom in ["Rita Sommer", "Wilma Berg"] {
            let out = format!("out{number}");
            let ran = ceremony(&desk, &out, |answers| answers.replace(whom, twin));
            assert_eq!(ran.exit, 6, "{twin:?} for {whom}: {ran:?}");
            assert!(!desk.path(&out).exists());
        }
    }
    // Nor as a twin of somebody whom only the vault knows.
    let ran = ceremony(&desk, "out", |answers| answers.replace("Rita Sommer", "BRUNO LANG"));
    assert_eq!(ran.json["error"]["code"], "SR-CEREMONY-NAMES-ALIKE", "{ran:?}");
    for name in ["Rita\u{202e}Sommer", "Rita\u{200b} Sommer", " ", "\u{1b}[2J"] {
        let escaped = name.replace('\u{1b}', "\\u001b");
        let ran = ceremony(&desk, "out", |answers| answers.replace("Rita Sommer", &escaped));
        assert_ne!(ran.exit, 0, "{name:?}: {ran:?}");
        assert!(!desk.path("out").exists());
    }
}

#[test]
fn two_damaged_copies_of_a_volume_make_one_whole_archive() {
    let (desk, genesis) = Desk::with_key();
    let tree = desk.path("tree");
    fs::create_dir(&tree).unwrap();
    for number in 0..8 {
        fs::write(tree.join(format!("file{number}")), noise(1_000_000 + number)).unwrap();
    }
    desk.seal(&genesis, &tree, "archive");
    let file = volume(&desk.path("archive"));
    let good = fs::read(&file).unwrap();
    for (name, place) in [("a-copy.0001.strongroom", 1_500_000), ("z.0001.strongroom", 5_500_000)] {
        let mut bad = good.clone();
        bad[place..place + 512].fill(0);
        fs::write(desk.path("archive").join(name), bad).unwrap();
    }
    fs::remove_file(&file).unwrap();
    let ran = desk.restore(&genesis, &[0, 1, 3], "archive", "out");
    assert_eq!((ran.exit, &ran.json["verdict"]), (0, &"complete".into()), "{ran:?}");
    assert_same(&tree, &desk.path("out/tree"));
}

#[test]
fn a_name_with_terminal_codes_is_escaped_in_the_notes_of_sealing() {
    use std::os::unix::fs::symlink;
    let (desk, genesis) = Desk::with_key();
    let tree = desk.path("tree");
    fs::create_dir(&tree).unwrap();
    fs::write(tree.join("file"), "something").unwrap();
    let socket = tree.join("\u{1b}[2Jsocket");
    let _listening = std::os::unix::net::UnixListener::bind(&socket).unwrap();
    symlink("file", tree.join("link")).unwrap();
    let (recipient, to) = (genesis["recipient"].as_str().unwrap(), desk.path("archive"));
    let mut seal = desk.command(&["seal", "-r", recipient, "-o", text(&to), text(&tree)]);
    let output = seal.output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    let report: Value = serde_json::from_slice(&said).unwrap();
    let notes = report["warnings"].to_string();
    assert!(notes.contains("socket"), "{notes}");
    let warning = report["warnings"][0].as_str().unwrap();
    assert!(!warning.chars().any(char::is_control), "{warning:?}");
}

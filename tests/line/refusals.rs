//! What is refused, with which exit code, and what is not there afterwards.

use std::fs;

use crate::program::{Desk, Ran, sample_tree, text};

fn code(ran: &Ran) -> &str {
    ran.json["error"]["code"].as_str().unwrap_or_default()
}

#[test]
fn too_few_shares_open_nothing_and_say_which_group_lacks_whom() {
    let (desk, genesis) = Desk::with_key();
    sample_tree(&desk.path("tree"));
    desk.seal(&genesis, &desk.path("tree"), "archive");
    for places in [&[0, 1][..], &[0, 3], &[3, 4], &[2]] {
        let ran = desk.restore(&genesis, places, "archive", "out");
        assert_eq!(ran.exit, 4, "{places:?}: {ran:?}");
        assert!(code(&ran).starts_with("SR-QUORUM"), "{ran:?}");
        assert!(!desk.path("out/tree").exists());
    }
}

#[test]
fn shares_of_another_key_are_refused_by_name() {
    let (desk, genesis) = Desk::with_key();
    let (_other, foreign) = Desk::with_key();
    sample_tree(&desk.path("tree"));
    desk.seal(&genesis, &desk.path("tree"), "archive");
    let ran = desk.restore(&foreign, &[0, 1, 3], "archive", "out");
    assert_eq!(ran.exit, 4, "{ran:?}");
    assert!(!desk.path("out/tree").exists());
}

#[test]
fn a_share_with_one_word_changed_is_named_with_its_holder() {
    let (desk, genesis) = Desk::with_key();
    sample_tree(&desk.path("tree"));
    desk.seal(&genesis, &desk.path("tree"), "archive");
    let file = genesis["shares"][1]["file"].as_str().unwrap();
    let sheet = fs::read_to_string(file).unwrap();
    let words = sheet.lines().find_map(|line| line.strip_prefix("words:")).unwrap();
    let tenth = words.split_whitespace().nth(9).unwrap();
    let other = if tenth == "academic" { "acid" } else { "academic" };
    let changed =
        words.split_whitespace().enumerate().map(|(n, word)| if n == 9 { other } else { word });
    let changed: Vec<_> = changed.collect();
    fs::write(file, sheet.replace(words, &format!(" {}", changed.join(" ")))).unwrap();
    let ran = desk.restore(&genesis, &[0, 1, 3], "archive", "out");
    assert_eq!(ran.exit, 4, "{ran:?}");
    let holder = genesis["shares"][1]["holder"].as_str().unwrap();
    assert!(ran.text.contains(holder), "{holder} is not named: {ran:?}");
    assert!(!ran.text.contains(tenth), "the error repeats a word of the share: {ran:?}");
    assert!(!desk.path("out/tree").exists());
}

#[test]
fn a_recipient_that_is_none_is_refused_before_anything_is_written() {
    let desk = Desk::empty();
    sample_tree(&desk.path("tree"));
    let ran = desk.run(&[
        "seal",
        "-r",
        "age1pq1nonsense",
        "-o",
        text(&desk.path("archive")),
        text(&desk.path("tree")),
    ]);
    assert_ne!(ran.exit, 0);
    assert!(code(&ran).starts_with("SR-"), "{ran:?}");
    assert!(!desk.path("archive").exists());
}

#[test]
fn a_second_init_in_the_same_folder_is_refused_and_changes_nothing() {
    let (desk, _) = Desk::with_key();
    let before = desk.run(&["key", "list"]).text;
    let ran = desk.run(&["init", text(&desk.path("vault")), "--environment", "production"]);
    assert_ne!(ran.exit, 0);
    assert_eq!(desk.run(&["key", "list"]).text, before);
}

#[test]
fn an_answers_file_is_refused_outside_a_drill_vault() {
    let desk = Desk::empty();
    let vault = desk.path("production");
    assert_eq!(desk.run(&["init", text(&vault), "--environment", "production"]).exit, 0);
    let answers = crate::program::answers("genesis.toml");
    let run = ["ceremony", "run", "genesis", "--answers", &answers];
    let ran = desk.ran(desk.command_in(&vault, &run).output().unwrap());
    assert_eq!(ran.exit, 6, "{ran:?}");
}

#[test]
fn a_roster_with_a_pin_a_share_or_dice_is_refused_outside_a_drill_vault() {
    let desk = Desk::empty();
    let vault = desk.path("production");
    assert_eq!(desk.run(&["init", text(&vault), "--environment", "production"]).exit, 0);
    let restore = fs::read_to_string(crate::program::answers("restore.toml")).unwrap();
    let shares = restore.replace("pin =", "share =");
    let people = restore.split("[request]").next().unwrap();
    for roster in [&restore, &shares, &format!("{people}dice = \"1 2 3 4 5 6\"\n")] {
        fs::write(desk.path("roster.toml"), roster).unwrap();
        let path = desk.path("roster.toml");
        let run = ["ceremony", "run", "restore", "--roster", text(&path)];
        let ran = desk.ran(desk.command_in(&vault, &run).output().unwrap());
        assert_eq!((ran.exit, code(&ran)), (6, "SR-CLI-ANSWERS"), "{ran:?}");
    }
}

#[test]
fn one_byte_changed_in_the_log_is_found() {
    let (desk, _) = Desk::with_key();
    assert_eq!(desk.run(&["log", "verify"]).exit, 0);
    let log = desk.path("vault/log");
    let entries = fs::read_dir(log).unwrap().flatten().map(|file| file.path());
    let largest = entries.max_by_key(|file| fs::metadata(file).unwrap().len()).unwrap();
    let mut bytes = fs::read(&largest).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&largest, bytes).unwrap();
    assert_eq!(desk.run(&["log", "verify"]).exit, 5);
    assert_ne!(desk.run(&["fsck"]).exit, 0);
}

#[test]
fn usage_errors_end_with_two() {
    let desk = Desk::empty();
    assert_eq!(desk.run(&["restore"]).exit, 2);
    assert_eq!(desk.run(&["no-such-verb"]).exit, 2);
}

#[test]
fn a_pattern_that_fits_nothing_is_named_and_never_called_complete() {
    let (desk, genesis) = Desk::with_key();
    sample_tree(&desk.path("tree"));
    desk.seal(&genesis, &desk.path("tree"), "archive");
    let (archive, out) = (desk.path("archive"), desk.path("out"));
    let shares = [0, 1, 3].map(|n: usize| genesis["shares"][n]["file"].as_str().unwrap());
    let with_shares: Vec<&str> = shares.iter().flat_map(|share| ["--share", share]).collect();
    let select = ["--select", "tree/folder", "--select", "tre/empty"];
    let to = ["--to", text(&out)];
    for verb in [&["restore"][..], &["plan"], &["list"]] {
        let to = if verb == ["list"] { &[][..] } else { &to[..] };
        let ran = desk.run(&[verb, &[text(&archive)], to, &select, &with_shares].concat());
        assert_eq!((ran.exit, code(&ran)), (2, "SR-ENGINE-NOTHING-SELECTED"), "{verb:?}: {ran:?}");
        assert!(ran.text.contains("tre/empty"), "{ran:?}");
    }
    assert!(!out.exists(), "nothing is made where nothing was meant");
}

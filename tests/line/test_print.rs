//! A test print can be made before there is a vault, and nothing takes it for a share.

use std::fs;

use crate::program::{Desk, sample_tree, text};

#[test]
fn a_test_print_needs_no_vault_and_replaces_nothing() {
    let desk = Desk::empty();
    fs::remove_dir_all(desk.path("vault")).unwrap();
    let folder = desk.path("trial");
    let made = desk.run(&["share", "test-print", text(&folder)]);
    assert_eq!(made.exit, 0, "{made:?}");
    let file = folder.join("TEST-PRINT.pdf");
    assert_eq!(made.json["file"], text(&file));
    let printed = fs::read(&file).unwrap();
    assert!(printed.starts_with(b"%PDF-"));
    let again = desk.run(&["share", "test-print", text(&folder)]);
    assert_eq!(again.exit, 1, "{again:?}");
    assert_eq!(again.json["error"]["code"], "SR-CLI-IO", "{again:?}");
    assert!(again.text.contains("TEST-PRINT.pdf"), "{again:?}");
    assert_eq!(fs::read(&file).unwrap(), printed);
}

/// share-1 S4: not one of the words is on the list, so no correction of some makes them a share.
#[test]
fn no_word_of_a_test_print_is_a_word_of_a_share() {
    let listed = include_str!("../../src-tauri/crates/quorum/src/slip39/words.txt");
    let listed: Vec<_> = listed.split_whitespace().collect();
    assert_eq!(listed.len(), 1024);
    let words: Vec<_> = paper::TestPrint::WORDS.split_whitespace().collect();
    assert_eq!(words.len(), 33);
    for word in words {
        assert!(!listed.contains(&word), "{word}");
    }
}

#[test]
fn the_words_of_a_test_print_open_nothing_and_do_not_count() {
    let (desk, genesis) = Desk::with_key();
    sample_tree(&desk.path("tree"));
    desk.seal(&genesis, &desk.path("tree"), "archive");
    let words = desk.path("words");
    fs::write(&words, format!("words: {}", paper::TestPrint::WORDS)).unwrap();
    let share = |place: usize| genesis["shares"][place]["file"].as_str().unwrap();
    let (archive, out) = (desk.path("archive"), desk.path("out"));
    let (archive, out, words) = (text(&archive), text(&out), text(&words));
    let restore = ["restore", archive, "--to", out];
    // One custodian and one officer stand; the third sheet is what a quorum lacks.
    let shares = ["--share", share(0), "--share", share(3), "--share", words];
    let ran = desk.run(&[&restore[..], &shares].concat());
    assert_eq!(ran.exit, 4, "{ran:?}");
    assert!(ran.json["error"]["code"].as_str().unwrap().starts_with("SR-QUORUM"), "{ran:?}");
    assert!(!desk.path("out/tree").exists());
}

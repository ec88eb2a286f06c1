//! What becomes of an operation whose output nobody takes, and of a secret that is typed.

use std::fs::{self, File};
use std::process::Stdio;

use crate::program::{Desk, answers, sample_tree, text};
use crate::terminal::Seated;

#[test]
fn a_ceremony_whose_output_nobody_reads_comes_to_its_end() {
    let desk = Desk::empty();
    let given = answers("genesis.toml");
    let mut genesis = desk.command(&["ceremony", "run", "genesis", "--answers", &given]);
    let sheets = desk.path("sheets");
    genesis.args(["--sheets", text(&sheets)]).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = genesis.spawn().unwrap();
    drop((child.stdout.take(), child.stderr.take()));
    assert_eq!(child.wait().unwrap().code(), Some(0));
    assert_eq!(desk.run(&["key", "list"]).json["keys"][0]["state"], "active");
    assert_eq!(desk.run(&["fsck"]).exit, 0);
}

#[test]
fn a_result_that_could_not_be_written_is_a_failure() {
    let (desk, _) = Desk::with_key();
    let full = File::options().write(true).open("/dev/full").unwrap();
    let ran = desk.command(&["key", "list"]).stdout(full).output().unwrap();
    assert_eq!(ran.status.code(), Some(1));
}

#[test]
fn words_that_are_typed_are_never_shown() {
    let (desk, genesis) = Desk::with_key();
    sample_tree(&desk.path("tree"));
    desk.seal(&genesis, &desk.path("tree"), "archive");
    let (archive, listed) = (desk.path("archive"), desk.path("listed"));
    let mut seated = Seated::new(&desk, &["list", text(&archive)], &listed);
    for place in [0, 1, 3] {
        let file = fs::read_to_string(genesis["shares"][place]["file"].as_str().unwrap()).unwrap();
        let words = file.lines().find_map(|line| line.strip_prefix("words:")).unwrap();
        seated.wait_for(&["(not shown)"]);
        // A second line at once, as from a clipboard, is thrown away and not shown either. What the
        // kernel hands on in a second piece comes later, and would answer the next question.
        let both = format!("{}\nleftover", words.trim());
        seated.enter(if both.len() < 250 { &both } else { words.trim() });
    }
    seated.wait_for(&["(not shown)"]);
    seated.enter("");
    let (exit, shown) = seated.end();
    assert_eq!(exit, 0, "{shown}");
    assert!(fs::read_to_string(&listed).unwrap().contains("text.txt"));
    let file = fs::read_to_string(genesis["shares"][0]["file"].as_str().unwrap()).unwrap();
    let words = file.lines().find_map(|line| line.strip_prefix("words:")).unwrap();
    let third = words.split_whitespace().nth(10).unwrap();
    assert!(!shown.contains(third) && !shown.contains("leftover"), "{shown}");
}

/// The words of a share of a genesis.
fn words_of(genesis: &serde_json::Value, place: usize) -> String {
    let file = fs::read_to_string(genesis["shares"][place]["file"].as_str().unwrap()).unwrap();
    file.lines().find_map(|line| line.strip_prefix("words:")).unwrap().trim().to_owned()
}

#[test]
fn a_typed_share_is_judged_at_once_and_an_early_end_is_asked_about_once() {
    let (desk, genesis) = Desk::with_key();
    sample_tree(&desk.path("tree"));
    desk.seal(&genesis, &desk.path("tree"), "archive");
    let (archive, listed) = (desk.path("archive"), desk.path("listed"));
    let mut seated = Seated::new(&desk, &["list", text(&archive)], &listed);
    let first = words_of(&genesis, 0);
    // Two words change places: all are on the list, and the checksum is wrong.
    let mut swapped: Vec<&str> = first.split_whitespace().collect();
    let other = swapped.iter().position(|word| *word != swapped[20]).unwrap();
    swapped.swap(20, other);
    let answer = |seated: &mut Seated, line: &str, told: &str| {
        seated.wait_for(&["(not shown)"]);
        seated.enter(line);
        assert_eq!(seated.wait_for(&[told]), Some(0), "{told}: {}", seated.seen());
    };
    answer(&mut seated, &swapped.join(" "), "Not taken: ");
    answer(&mut seated, &first, "1 of the 2 shares");
    answer(&mut seated, &first, "already entered (Share 1)");
    answer(&mut seated, "", "That is no quorum");
    answer(&mut seated, &words_of(&genesis, 1), "2 of the 2 shares");
    answer(&mut seated, &words_of(&genesis, 3), "The quorum is met");
    seated.wait_for(&["(not shown)"]);
    seated.enter("");
    let (exit, shown) = seated.end();
    assert_eq!(exit, 0, "{shown}");
    assert!(fs::read_to_string(&listed).unwrap().contains("text.txt"));
    for hint in [swapped[20], swapped[other], "word 21", &format!("word {}", other + 1)] {
        assert!(!shown.contains(hint), "{hint}: {shown}");
    }
}

#[test]
fn a_second_empty_line_gives_up_and_says_what_is_missing() {
    let (desk, genesis) = Desk::with_key();
    sample_tree(&desk.path("tree"));
    desk.seal(&genesis, &desk.path("tree"), "archive");
    let (archive, listed) = (desk.path("archive"), desk.path("listed"));
    let mut seated = Seated::new(&desk, &["--json", "list", text(&archive)], &listed);
    for line in [&*words_of(&genesis, 0), "", ""] {
        seated.wait_for(&["(not shown)"]);
        seated.enter(line);
    }
    let (exit, shown) = seated.end();
    assert_eq!(exit, 4, "{shown}");
    assert!(fs::read_to_string(&listed).unwrap().contains("SR-QUORUM-TOO-FEW"));
}

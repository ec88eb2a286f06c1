//! A genesis with sheets alone, conducted on a terminal: what is printed, proved and removed, and
//! what a witness who says no at the end leaves.

use std::collections::HashMap;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::program::{Desk, answers, text};
use crate::terminal::Seated;

/// A genesis without tokens on a terminal of its own.
struct Genesis {
    seated: Seated,
    /// What each holder's sheet says, in the order of printing.
    words: HashMap<String, String>,
    /// Which question was asked last.
    asked: usize,
}

impl Genesis {
    fn begin(desk: &Desk, vault: &Path, sheets: &Path) -> Self {
        let mut roster = fs::read_to_string(answers("genesis.toml")).unwrap();
        for pin in ["271828", "314159", "161803", "141421", "173205"] {
            roster = roster.replace(&format!(", pin = \"{pin}\""), "");
        }
        fs::write(desk.path("roster.toml"), roster).unwrap();
        let roster = desk.path("roster.toml");
        let run = ["ceremony", "run", "genesis", "--roster", text(&roster)];
        let arguments = [&run[..], &["--sheets", text(sheets)]].concat();
        let seated = Seated::on(desk, vault, &arguments, &desk.path("printed"));
        Self { seated, words: HashMap::new(), asked: 0 }
    }

    /// Plays everybody until something is asked in the step called `title`.
    fn play_until(&mut self, title: &str) {
        let asked = ["Type yes, or stop:", "Type yes, or no:", "(not shown)"];
        loop {
            self.asked = self.seated.wait_for(&asked).unwrap();
            if self.seated.just_shown().contains(title) {
                return;
            }
            self.answer();
        }
    }

    /// Answers what was asked last.
    fn answer(&mut self) {
        let shown = self.seated.just_shown();
        match self.asked {
            1 => {
                let (_, said) = shown.rsplit_once("The sheet of ").unwrap();
                let (holder, rest) = said.split_once(" is the file ").unwrap();
                let file = PathBuf::from(rest.lines().next().unwrap().trim());
                self.words.insert(holder.to_owned(), words(&file));
                self.seated.enter("yes");
            }
            2 => {
                let (_, said) = shown.rsplit_once("Sheet of ").unwrap();
                let (holder, _) = said.split_once(';').unwrap();
                self.seated.enter(&self.words[holder]);
            }
            _ => self.seated.enter("yes"),
        }
    }
}

/// Whether printed pages can be read here; if not, the test counts as skipped.
fn can_read_pages(test: &str) -> bool {
    let can = Command::new("pdftotext").arg("-v").output().is_ok();
    if !can {
        skip(test, "pdftotext is not installed");
    }
    can
}

/// Says that a test was left out, and why; whoever counts the tests is told too.
#[expect(clippy::print_stderr, clippy::disallowed_methods, reason = "tests speak to their runner")]
pub(crate) fn skip(test: &str, why: &str) {
    let line = format!("{test}: {why}\n");
    eprint!("skipped: {line}");
    if let Some(path) = std::env::var_os("STRONGROOM_SKIPS") {
        let mut file = fs::File::options().create(true).append(true).open(path).unwrap();
        file.write_all(line.as_bytes()).unwrap();
    }
}

fn pdf_text(file: &Path) -> String {
    let read = Command::new("pdftotext").arg("-raw").arg(file).arg("-").output().unwrap();
    String::from_utf8(read.stdout).unwrap()
}

/// The 33 words of a printed sheet, which are numbered.
fn words(file: &Path) -> String {
    let text = pdf_text(file);
    let parts: Vec<_> = text.split_whitespace().collect();
    let numbered = |parts: &[&str]| (0..33).all(|n| parts[2 * n] == (n + 1).to_string());
    let found = parts.windows(66).find(|parts| numbered(parts)).unwrap();
    found.chunks(2).map(|pair| pair[1]).collect::<Vec<_>>().join(" ")
}

fn files(dir: &Path) -> usize {
    fs::read_dir(dir).unwrap().count()
}

/// The text of the last minutes in `vault`, which follow those that people sign.
fn minutes(vault: &Path) -> String {
    let documents = fs::read_dir(vault.join("documents")).unwrap();
    let is_last = |file: &PathBuf| {
        let name = text(file);
        name.ends_with("-agreed.pdf") || name.ends_with("-given-up.pdf")
    };
    let last = documents.map(|file| file.unwrap().path()).filter(is_last);
    let [file] = last.collect::<Vec<_>>().try_into().unwrap();
    pdf_text(&file).split_whitespace().collect::<Vec<_>>().join(" ")
}

fn production(desk: &Desk) -> (PathBuf, tempfile::TempDir) {
    let vault = desk.path("production");
    assert_eq!(desk.run(&["init", text(&vault), "--environment", "production"]).exit, 0);
    (vault, tempfile::tempdir_in("/dev/shm").unwrap())
}

#[test]
fn the_file_of_a_real_sheet_is_named_for_printing_and_removed_after_its_proof() {
    if !can_read_pages("the file of a real sheet") {
        return;
    }
    let desk = Desk::empty();
    let (vault, memory) = production(&desk);
    let sheets = memory.path().join("sheets");
    let mut genesis = Genesis::begin(&desk, &vault, &sheets);
    genesis.play_until("Prove the share on the sheet (Ada Kern)");
    assert_eq!(files(&sheets), 5);
    genesis.answer();
    genesis.play_until("Prove the share on the sheet (Bruno Lang)");
    assert_eq!(files(&sheets), 4, "the sheet that was proved is on paper only");
    genesis.answer();
    genesis.play_until("Agree with the minutes");
    assert_eq!(files(&sheets), 0);
    genesis.seated.enter("yes");
    genesis.seated.agree_until(&["no such step"]);
    let (exit, shown) = genesis.seated.end();
    assert_eq!(exit, 0, "{shown}");
    let printed = fs::read_to_string(desk.path("printed")).unwrap();
    assert!(printed.contains("Ada Kern, sheet") && printed.contains("removed"), "{printed}");
    assert!(!printed.contains("token"), "{printed}");
    assert!(minutes(&vault).contains("Sheet of Ada Kern file removed"), "{}", minutes(&vault));
    for words in genesis.words.values() {
        assert!(!shown.contains(&words[..40]), "the words were shown");
    }
}

#[test]
fn a_ceremony_that_is_given_up_leaves_no_file_of_a_real_sheet() {
    if !can_read_pages("a ceremony that is given up") {
        return;
    }
    let desk = Desk::empty();
    let (vault, memory) = production(&desk);
    let sheets = memory.path().join("sheets");
    let mut genesis = Genesis::begin(&desk, &vault, &sheets);
    genesis.play_until("Prove the share on the sheet (Ada Kern)");
    assert_eq!(files(&sheets), 5);
    genesis.seated.keep_secret();
    let (exit, shown) = genesis.seated.end();
    assert_ne!(exit, 0, "{shown}");
    assert_eq!(files(&sheets), 0);
    let minutes = minutes(&vault);
    assert!(minutes.contains("no key is effective") && minutes.contains("void"), "{minutes}");
}

#[test]
fn a_witness_who_says_no_at_the_end_is_told_that_the_key_is_effective() {
    if !can_read_pages("a witness who says no at the end") {
        return;
    }
    let desk = Desk::empty();
    let vault = desk.path("vault");
    let mut genesis = Genesis::begin(&desk, &vault, &desk.path("sheets"));
    genesis.play_until("Agree with the minutes");
    genesis.seated.stop();
    let (exit, shown) = genesis.seated.end();
    assert_eq!(exit, 1, "{shown}");
    assert!(
        shown.contains("drill/1 IS effective") && shown.contains("Destroy no share"),
        "{shown}"
    );
    assert!(shown.contains("SR-CONDUCT-EFFECTIVE"), "{shown}");
    assert_eq!(desk.run(&["key", "list"]).json["keys"][0]["state"], "active");
    assert_eq!(desk.run(&["ceremony", "show"]).json["ceremonies"][0]["state"], "aborted");
    let minutes = minutes(&vault);
    assert!(minutes.contains("the key IS effective"), "{minutes}");
    assert!(!minutes.contains("to be destroyed"), "{minutes}");
    assert_eq!(desk.run(&["fsck"]).exit, 0);
}

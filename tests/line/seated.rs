//! What people at the terminal see and are asked in a genesis.

use std::fs;

use crate::program::{Desk, answers, text};
use crate::terminal::Seated;

/// A genesis of Ada, who has a sheet, and Bruno, who has a token; both open the key together.
fn genesis(desk: &Desk) -> Seated {
    let all = fs::read_to_string(answers("genesis.toml")).unwrap();
    let (officials, _) = all.split_once("[quorum]").unwrap();
    let quorum = "[quorum]\ngroup_threshold = 1\n[[quorum.groups]]\nname = \"officers\"\n\
                  threshold = 2\nholders = [{ name = \"Ada Kern\" }, \
                  { name = \"Bruno Lang\", token = true, sheet = false }]\n";
    fs::write(desk.path("roster.toml"), format!("{officials}{quorum}")).unwrap();
    let (roster, sheets) = (desk.path("roster.toml"), desk.path("sheets"));
    let run = ["ceremony", "run", "genesis", "--roster", text(&roster), "--sheets", text(&sheets)];
    Seated::new(desk, &run, &desk.path("printed"))
}

/// The words of Ada's sheet, which the drill wrote beside it.
fn words(desk: &Desk) -> String {
    let sheet = fs::read_to_string(desk.path("sheets/officers-1-ada-kern.txt")).unwrap();
    sheet.lines().find_map(|line| line.strip_prefix("words:")).unwrap().trim().to_owned()
}

/// Takes the genesis to the step whose title is `until`, answering what is asked on the way.
fn lead(desk: &Desk, seated: &mut Seated, until: &str) {
    loop {
        match seated.agree_until(&[until, "PIN: (not shown)", "from the sheet: (not shown)"]) {
            Some(0) => return,
            Some(1) => seated.enter("271828"),
            Some(2) => seated.enter(&words(desk)),
            _ => panic!("the terminal fell silent before {until}"),
        }
    }
}

#[test]
fn the_fingerprint_is_shown_before_anybody_is_asked_to_compare_it() {
    let desk = Desk::empty();
    let mut seated = genesis(&desk);
    lead(&desk, &mut seated, "Compare the fingerprint");
    assert_eq!(seated.wait_for(&["Type yes, or stop:"]), Some(0));
    let shown = seated.seen().to_owned();
    seated.enter("yes");
    lead(&desk, &mut seated, "Agree with the minutes");
    while seated.agree_until(&["Agree with the minutes"]).is_some() {}
    let (exit, _) = seated.end();
    assert_eq!(exit, 0);
    let key = desk.run(&["key", "show", "drill/1"]).json;
    let printed = fs::read_to_string(desk.path("printed")).unwrap();
    for part in ["words", "fingerprint"] {
        let part = key[part].as_str().unwrap();
        assert!(shown.contains(part), "{part} is not shown: {shown}");
        assert!(printed.contains(part), "{part} is not in the summary: {printed}");
    }
}

#[test]
fn the_minutes_are_there_before_anybody_is_asked_to_sign_them() {
    let desk = Desk::empty();
    let mut seated = genesis(&desk);
    lead(&desk, &mut seated, "Write the minutes");
    assert_eq!(seated.wait_for(&["Type yes, or stop:"]), Some(0));
    let shown = seated.seen().to_owned();
    let path = shown.lines().find_map(|line| line.trim().strip_prefix("minutes: "));
    let path = path.expect("the path of the minutes is shown").to_owned();
    let draft = fs::read(&path).unwrap();
    assert!(draft.starts_with(b"%PDF"));
    seated.hang_up();
    // The program died before anybody signed; the key is effective, and the next genesis says so.
    let next = desk.genesis();
    let unagreed = next["unagreed"].as_array().unwrap();
    assert_eq!((unagreed.len(), &unagreed[0]["key"]), (1, &"drill/1".into()), "{next}");
    assert!(path.ends_with(unagreed[0]["minutes"].as_str().unwrap()), "{next}");
    assert_eq!(next["key"], "drill/2");
    assert_eq!(fs::read(&path).unwrap(), draft);
    assert_eq!(desk.run(&["fsck"]).exit, 0);
}

#[test]
fn the_machine_is_shown_before_anybody_says_that_it_will_do() {
    let desk = Desk::empty();
    let mut seated = genesis(&desk);
    lead(&desk, &mut seated, "Look at the machine");
    assert_eq!(seated.wait_for(&["Type yes, or stop:"]), Some(0));
    let (_, shown) = seated.seen().rsplit_once("Look at the machine").unwrap();
    let shown = shown.to_owned();
    let found = desk.run(&["doctor"]).json;
    for finding in found["findings"].as_array().unwrap() {
        let what = finding["what"].as_str().unwrap();
        let mark = if finding["good"] == true { "good" } else { "LOOK" };
        assert!(shown.contains(&format!("{mark}  {what}: ")), "{what} is not shown: {shown}");
    }
    seated.stop();
    assert_ne!(seated.end().0, 0);
}

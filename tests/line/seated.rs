//! What people at the terminal see and are asked in a genesis.

use std::fs;
use std::process::Command;

use crate::program::{Desk, answers, text};
use crate::terminal::Seated;

/// A genesis of Ada, who has a sheet, and Bruno, who has a token; both open the key together.
fn genesis(desk: &Desk) -> Seated {
    let arguments = arguments(desk);
    let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
    Seated::new(desk, &arguments, &desk.path("printed"))
}

/// Writes the roster; the arguments of the genesis.
fn arguments(desk: &Desk) -> [String; 7] {
    let all = fs::read_to_string(answers("genesis.toml")).unwrap();
    let (officials, _) = all.split_once("[quorum]").unwrap();
    let quorum = "[quorum]\ngroup_threshold = 1\n[[quorum.groups]]\nname = \"officers\"\n\
                  threshold = 2\nholders = [{ name = \"Ada Kern\" }, \
                  { name = \"Bruno Lang\", token = true, sheet = false }]\n";
    fs::write(desk.path("roster.toml"), format!("{officials}{quorum}")).unwrap();
    let (roster, sheets) = (desk.path("roster.toml"), desk.path("sheets"));
    let run = ["ceremony", "run", "genesis", "--roster", text(&roster), "--sheets", text(&sheets)];
    run.map(ToOwned::to_owned)
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
            _ => panic!("the terminal fell silent before {until}: {}", seated.seen()),
        }
    }
}

/// The text of a document in the vault whose name begins and ends so; none without poppler.
pub(crate) fn document(desk: &Desk, start: &str, end: &str) -> Option<String> {
    let files = fs::read_dir(desk.path("vault/documents")).unwrap().flatten();
    let mut names = files.map(|file| file.path()).filter(|path| {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        name.starts_with(start) && name.ends_with(end)
    });
    let mut read = Command::new("pdftotext");
    let output = read.arg("-raw").arg(names.next().expect("the document is there")).arg("-");
    let text = String::from_utf8(output.output().ok()?.stdout).unwrap();
    Some(text.split_whitespace().collect::<Vec<_>>().join(" "))
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

#[test]
fn failed_attempts_and_exceptions_begin_the_minutes_and_roles_are_those_people_use() {
    let desk = Desk::empty();
    let mut seated = genesis(&desk);
    seated.wait_for(&["Type yes, or stop:"]);
    seated.enter("stop");
    seated.wait_for(&["What was expected?"]);
    seated.enter("  ");
    assert_eq!(seated.wait_for(&["What was expected?", "What happened?"]), Some(0), "asked again");
    seated.enter("two clocks");
    for (question, answer) in [
        ("What happened?", "there is one clock"),
        ("Type yes to agree:", "yes"),
        ("What was decided?", "one will do"),
        ("Who decided it?", "Max Amend"),
        ("Who countersigns?", "Wilma Berg"),
    ] {
        assert_eq!(seated.wait_for(&[question]), Some(0), "{question}");
        seated.enter(answer);
    }
    assert_eq!(seated.agree_until(&["PIN: (not shown)"]), Some(0));
    seated.enter("123456");
    assert_eq!(seated.wait_for(&["Try the step again?"]), Some(0));
    seated.enter("yes");
    lead(&desk, &mut seated, "Agree with the minutes");
    while seated.agree_until(&["Agree with the minutes"]).is_some() {}
    assert_eq!(seated.end().0, 0);
    let Some(minutes) = document(&desk, "minutes-", "-agreed.pdf") else { return };
    let (exceptions, rest) = minutes.split_once("What was made and changed").unwrap();
    for part in [
        "failed attempt: Prepare the token (Bruno Lang), by Bruno Lang: SR-TOKEN-",
        "Open the ceremony: expected: two clocks; happened: there is one clock; decided by Max \
         Amend, countersigned by Wilma Berg: one will do",
    ] {
        assert!(exceptions.contains(part), "{part} is not in {exceptions}");
    }
    assert!(rest.contains("Ada Kern custodian (officers)"), "{rest}");
}

#[test]
fn a_ceremony_rests_with_its_secrets_sealed_and_whoever_does_not_agree_is_named() {
    let desk = Desk::empty();
    let mut seated = genesis(&desk);
    let say = |seated: &mut Seated, pairs: &[(&str, &str)]| {
        for (question, answer) in pairs {
            assert_eq!(seated.wait_for(&[question]), Some(0), "{question}: {}", seated.seen());
            seated.enter(answer);
        }
    };
    say(
        &mut seated,
        &[
            ("Type yes, or stop:", "pause"),
            ("Where is everything secret now", "nothing is there yet"),
            ("How many people leave", "all of us"),
            ("Please type a number.", "4"),
            ("Press Enter to go on:", ""),
            ("What do they look like?", "bag 12 is whole"),
            ("How many people are back?", "4"),
        ],
    );
    // One who decides and countersigns is not two, and a stranger is nobody.
    say(
        &mut seated,
        &[
            ("Type yes, or stop:", "stop"),
            ("What was expected?", "two clocks"),
            ("What happened?", "one stands"),
            ("Type yes to agree:", "yes"),
            ("What was decided?", "one will do"),
            ("Who decided it?", "Max Amend"),
            ("Who countersigns?", "Max Amend"),
            ("[SR-CEREMONY-NOT-TWO]", "yes"),
        ],
    );
    lead(&desk, &mut seated, "Agree with the minutes");
    say(
        &mut seated,
        &[
            ("Type yes, or stop:", "no"),
            ("What do you not agree with, and why?", "the clock was slow"),
        ],
    );
    while seated.agree_until(&["Agree with the minutes"]).is_some() {}
    assert_eq!(seated.end().0, 0);
    let Some(minutes) = document(&desk, "minutes-", "-agreed.pdf") else { return };
    let (exceptions, _) = minutes.split_once("What was made and changed").unwrap();
    for part in [
        "4 people left; what is secret: nothing is there yet",
        "4 people were back; seals: bag 12 is whole",
        "Max Amend does not agree: the clock was slow",
    ] {
        assert!(exceptions.contains(part), "{part} is not in {exceptions}");
    }
    assert!(!exceptions.contains("one stands"), "nobody answered for it: {exceptions}");
    let shown = desk.run(&["ceremony", "show"]).json;
    let id = shown["ceremonies"][0]["ceremony"].as_str().unwrap();
    let file = desk.path("transcript");
    assert_eq!(desk.run(&["ceremony", "export", id, "-o", text(&file)]).exit, 0);
    let proved = desk.run(&["ceremony", "verify", text(&file)]);
    assert_eq!((proved.exit, &proved.json["is_replayed"]), (0, &true.into()), "{proved:?}");
}

#[test]
fn minutes_tell_of_an_earlier_genesis_that_is_void() {
    let desk = Desk::empty();
    let mut seated = genesis(&desk);
    lead(&desk, &mut seated, "Accept the proof");
    seated.hang_up();
    let next = desk.genesis();
    let split = next["void"][0]["split"].as_str().unwrap();
    let Some(minutes) = document(&desk, "minutes-", "-agreed.pdf") else { return };
    let told = format!("envelopes and sheets of split {split} (Ada Kern, Bruno Lang)");
    assert!(minutes.contains(&told), "{told} is not in {minutes}");
}

#[test]
fn a_sheet_is_there_before_its_holder_is_asked_to_take_it() {
    let desk = Desk::empty();
    let mut seated = genesis(&desk);
    lead(&desk, &mut seated, "Print the sheet");
    let named = "The sheet of Ada Kern is the file";
    assert_eq!(seated.wait_for(&[named, "Type yes, or no:", "Type yes, or stop:"]), Some(0));
    assert!(desk.path("sheets/officers-1-ada-kern.pdf").exists());
    assert_eq!(seated.wait_for(&["Type yes, or no:", "Type yes, or stop:"]), Some(0));
    seated.enter("yes");
    assert_eq!(seated.wait_for(&["Type yes, or stop:"]), Some(0));
    seated.stop();
    let (exit, shown) = seated.end();
    assert_ne!(exit, 0, "{shown}");
    let Some(minutes) = document(&desk, "minutes-", "-given-up.pdf") else { return };
    assert!(minutes.contains("void, to be destroyed: envelope of Bruno Lang, sheet of Ada Kern"));
}

#[test]
fn secrets_are_asked_for_at_once_and_what_is_typed_too_late_reaches_no_shell() {
    let desk = Desk::empty();
    let after = "printf ENDED; IFS= read -r left; printf \"LEFT[%s]\" \"$left\"";
    let arguments = arguments(&desk);
    let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
    let mut seated = Seated::and_then(&desk, &arguments, &desk.path("printed"), after);
    lead(&desk, &mut seated, "Prove the share on the sheet");
    let asked = ["Type yes, or stop:", "from the sheet: (not shown)"];
    assert_eq!(seated.wait_for(&asked), Some(1), "the words are asked for first");
    seated.enter("duckling enlarge academic");
    assert_eq!(seated.wait_for(&["no gives the ceremony up:"]), Some(0));
    seated.enter("academic agency");
    assert_eq!(seated.wait_for(&["Please type yes or no."]), Some(0));
    seated.wait_for(&["no gives the ceremony up:"]);
    seated.enter("no\nresult length solution");
    assert_eq!(seated.wait_for(&["ENDED"]), Some(0));
    seated.enter("ls");
    assert_eq!(seated.wait_for(&["LEFT[ls]"]), Some(0), "{}", seated.seen());
    seated.end();
}

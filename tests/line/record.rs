//! Nothing is done with a key off the record, and nothing on the record stays open for ever.

use std::fs;
use std::io::Write as _;
use std::process::{Child, Command, Stdio};

use engine::vault::VaultView;
use registry::RequestState;
use serde_json::Value;

use crate::program::{Desk, Ran, answers, assert_same, sample_tree, text};
use crate::terminal::Seated;

/// A desk with a key and a sealed tree.
fn desk() -> (Desk, Value) {
    let (desk, genesis) = Desk::with_key();
    sample_tree(&desk.path("tree"));
    desk.seal(&genesis, &desk.path("tree"), "archive");
    (desk, genesis)
}

/// Everything that the log says of `operation`.
pub(crate) fn logged(desk: &Desk, operation: &str) -> Vec<Value> {
    let shown = desk.run(&["log", "show"]).json;
    let entries = shown["entries"].as_array().unwrap().iter();
    entries.filter(|entry| entry["operation"] == operation).cloned().collect()
}

/// `verb` on the archive with the shares at `places`.
fn with_shares(desk: &Desk, genesis: &Value, verb: &[&str], places: &[usize]) -> Ran {
    let mut arguments = verb.to_vec();
    for place in places {
        arguments.extend(["--share", genesis["shares"][*place]["file"].as_str().unwrap()]);
    }
    let mut command = desk.command(&arguments);
    if verb[0] == "cat" {
        // It prints the file itself and takes no `--json`.
        let plain: Vec<_> = command.get_args().skip(1).map(ToOwned::to_owned).collect();
        let program = command.get_program().to_owned();
        command = Command::new(program);
        command.args(plain);
    }
    desk.ran(command.output().unwrap())
}

/// A seal that goes on until its standard input ends.
fn seal_without_end(desk: &Desk, genesis: &Value, to: &str) -> (Child, u64) {
    let before = logged(desk, "archive.seal").len();
    let (recipient, to) = (genesis["recipient"].as_str().unwrap(), desk.path(to));
    let mut seal = desk.command(&["seal", "-r", recipient, "-o", text(&to), "-"]);
    let child = seal.stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
    let intents = std::iter::repeat_with(|| logged(desk, "archive.seal").into_iter().nth(before));
    let intent = intents.take(10_000).flatten().next().unwrap();
    (child, intent["sequence"].as_u64().unwrap())
}

fn kill(mut child: Child) {
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn every_way_to_open_an_archive_is_on_the_record_and_so_is_an_attempt() {
    let (desk, genesis) = desk();
    let (archive, out) = (desk.path("archive"), desk.path("out"));
    let archive = text(&archive);
    let verbs: [&[&str]; 3] = [
        &["list", archive],
        &["cat", archive, "tree/empty"],
        &["plan", archive, "--to", text(&out)],
    ];
    for verb in verbs {
        assert_eq!(with_shares(&desk, &genesis, verb, &[0, 1, 3]).exit, 0);
        let entries = logged(&desk, "archive.open");
        let [.., intent, outcome] = &entries[..] else { panic!("{entries:?}") };
        assert_eq!((&intent["phase"], &outcome["phase"]), (&"intent".into(), &"outcome".into()));
        let objects = intent["objects"].as_array().unwrap();
        assert!(objects.contains(&format!("command:{}", verb[0]).into()), "{intent}");
        assert!(objects.contains(&"key:drill/1".into()), "{intent}");
        assert_eq!(with_shares(&desk, &genesis, verb, &[0, 1]).exit, 4);
        let attempt = logged(&desk, "archive.open").pop().unwrap();
        assert_eq!(attempt["phase"], "abort");
        assert!(attempt["result"].as_str().unwrap().starts_with("SR-QUORUM"), "{attempt}");
    }
    assert_eq!(desk.restore(&genesis, &[0, 1], "archive", "out").exit, 4);
    let attempt = logged(&desk, "archive.restore-with-sheets").pop().unwrap();
    assert_eq!(attempt["phase"], "abort", "a restore without a quorum was tried");
    assert_eq!(desk.run(&["fsck"]).exit, 0);
}

#[test]
fn a_vault_that_was_named_and_is_not_there_is_no_way_around_the_record() {
    let (desk, genesis) = desk();
    let (archive, nowhere) = (desk.path("archive"), desk.path("nowhere"));
    let mut arguments = vec!["list", text(&archive)];
    for place in [0, 1, 3] {
        arguments.extend(["--share", genesis["shares"][place]["file"].as_str().unwrap()]);
    }
    let ran = desk.ran(desk.command_in(&nowhere, &arguments).output().unwrap());
    assert_eq!((ran.exit, &ran.json["error"]["code"]), (1, &"SR-VAULT-NOT-A-VAULT".into()));
    assert!(ran.text.contains("--unrecorded") && !ran.text.contains("text.txt"), "{ran:?}");
    arguments.push("--unrecorded");
    let ran = desk.ran(desk.command_in(&nowhere, &arguments).output().unwrap());
    assert!(ran.exit == 0 && ran.text.contains("text.txt"), "{ran:?}");
    assert!(logged(&desk, "archive.open").is_empty());
}

#[test]
fn an_archive_that_is_whole_is_not_called_failed_though_the_vault_cannot_write_it_down() {
    let (desk, genesis) = desk();
    let to = desk.path("first");
    let recipient = genesis["recipient"].as_str().unwrap();
    let before = logged(&desk, "archive.seal").len();
    let mut seal = desk.command(&["seal", "-r", recipient, "-o", text(&to), "-"]);
    let seal = seal.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut seal = seal.spawn().unwrap();
    let begun = std::iter::repeat_with(|| logged(&desk, "archive.seal").len() > before);
    assert!(begun.take(10_000).any(|begun| begun));
    let (registry, away) = (desk.path("vault/vault.sqlite"), desk.path("away.sqlite"));
    fs::rename(&registry, &away).unwrap();
    seal.stdin.take().unwrap().write_all(b"something").unwrap();
    let ran = desk.ran(seal.wait_with_output().unwrap());
    let code = &ran.json["error"]["code"];
    assert_eq!((ran.exit, code), (7, &"SR-CLI-SEALED-UNRECORDED".into()), "{ran:?}");
    fs::rename(&away, &registry).unwrap();
    assert_eq!(desk.run(&["verify", text(&to)]).exit, 0, "the archive is whole");
}

#[test]
fn a_seal_lets_others_work_while_it_runs() {
    let (desk, genesis) = desk();
    let (mut first, intent) = seal_without_end(&desk, &genesis, "first");
    desk.seal(&genesis, &desk.path("tree"), "second");
    assert_eq!(desk.run(&["fsck"]).exit, 0, "an operation that runs is no fault");
    let account = ["log", "account", &intent.to_string(), "--remark", "a test"];
    let ran = desk.run(&account);
    assert_eq!((ran.exit, &ran.json["error"]["code"]), (6, &"SR-CLI-STILL-RUNNING".into()));
    // An empty stream would be refused.
    first.stdin.take().unwrap().write_all(b"something").unwrap();
    assert!(first.wait().unwrap().success());
    assert_eq!(desk.run(&["verify", text(&desk.path("first"))]).exit, 0);
    let ends = logged(&desk, "archive.seal");
    assert_eq!(ends.iter().filter(|entry| entry["phase"] == "outcome").count(), 3);
    assert_eq!(desk.run(&["fsck"]).exit, 0);
    assert_eq!(fs::read_dir(desk.path("vault/ceremonies")).unwrap().count(), 0);
}

#[test]
fn a_seal_that_was_killed_is_accounted_for_by_the_next_or_by_a_person() {
    let (desk, genesis) = desk();
    kill(seal_without_end(&desk, &genesis, "first").0);
    assert_eq!(desk.run(&["fsck"]).exit, 5, "it is reported as long as nobody accounted for it");
    desk.seal(&genesis, &desk.path("tree"), "second");
    assert_eq!(desk.run(&["fsck"]).exit, 0);
    let (child, intent) = seal_without_end(&desk, &genesis, "third");
    kill(child);
    let remark = "the power failed; the medium is thrown away";
    let by = ["--remark", remark, "--by", "Max Amend"];
    let intent = intent.to_string();
    let account = [&["log", "account", &intent], &by[..]].concat();
    assert_eq!(desk.run(&account).exit, 0);
    let entry = logged(&desk, "log.account").pop().unwrap();
    assert_eq!((&entry["remark"], &entry["actor"]), (&remark.into(), &"Max Amend".into()));
    assert_eq!(desk.run(&["fsck"]).exit, 0);
    assert_ne!(desk.run(&account).exit, 0, "nothing is accounted for twice");
}

#[test]
fn a_restore_that_was_killed_or_refused_leaves_nothing_open() {
    let (desk, _genesis) = desk();
    let (archive, out) = (desk.path("archive"), desk.path("out"));
    let what = ["--archive", text(&archive), "--to", text(&out)];
    let given = fs::read_to_string(answers("restore.toml")).unwrap();
    let no_reason =
        given.lines().map(|line| if line.starts_with("reason") { "reason = \"\"" } else { line });
    fs::write(desk.path("refused.toml"), no_reason.collect::<Vec<_>>().join("\n")).unwrap();
    let run = ["ceremony", "run", "restore"];
    let refused = desk.path("refused.toml");
    assert_ne!(desk.run(&[&run[..], &["--answers", text(&refused)], &what].concat()).exit, 0);
    assert_eq!(desk.run(&["fsck"]).exit, 0);

    let without_pins = given.replace(", pin = \"271828\"", "").replace(", pin = \"161803\"", "");
    let without_pins = without_pins.replace(", pin = \"173205\"", "");
    fs::write(desk.path("roster.toml"), without_pins).unwrap();
    let roster = desk.path("roster.toml");
    let on_terminal = [&run[..], &["--roster", text(&roster)], &what].concat();
    let mut seated = Seated::new(&desk, &on_terminal, &desk.path("printed"));
    seated.agree_until(&["holds until"]);
    seated.hang_up();
    // The program ends when it hears that its terminal is gone; until then the vault is its own.
    let after = std::iter::repeat_with(|| desk.run(&["fsck"]).exit).take(1000);
    assert_eq!(after.into_iter().find(|exit| *exit != 1), Some(5));

    let given = answers("restore.toml");
    let again = desk.run(&[&run[..], &["--answers", &given], &what].concat());
    assert_eq!(again.exit, 0, "{again:?}");
    assert_same(&desk.path("tree"), &out.join("tree"));
    assert_eq!(desk.run(&["fsck"]).exit, 0);
    let requests = VaultView::open(&desk.path("vault")).unwrap().read().requests().unwrap();
    let mut states: Vec<_> = requests.into_iter().map(|request| request.state).collect();
    states.sort_by_key(|state| state.to_string());
    assert_eq!(states, [RequestState::CarriedOut, RequestState::Withdrawn]);
}

#[test]
fn a_request_that_was_given_up_is_withdrawn() {
    let (desk, _genesis) = desk();
    let given = fs::read_to_string(answers("restore.toml")).unwrap();
    fs::write(desk.path("wrong.toml"), given.replace("271828", "271829")).unwrap();
    let (archive, out, wrong) = (desk.path("archive"), desk.path("out"), desk.path("wrong.toml"));
    let run = ["ceremony", "run", "restore", "--answers", text(&wrong)];
    let what = ["--archive", text(&archive), "--to", text(&out)];
    assert_ne!(desk.run(&[&run[..], &what].concat()).exit, 0);
    let requests = VaultView::open(&desk.path("vault")).unwrap().read().requests().unwrap();
    assert_eq!(requests.len(), 1);
    assert_eq!(requests[0].state, RequestState::Withdrawn);
}

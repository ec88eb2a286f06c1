//! A holder has a second token, loses one, and proves a share: alone, at a terminal.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::enrolment::known;
use crate::program::{Desk, Ran, answers, assert_same, sample_tree, text};
use crate::record::logged;
use crate::terminal::Seated;

const ADA: &str = "Ada Kern";

/// A desk with a key, on which Ada has a second token that carries nothing yet; its number.
fn desk() -> (Desk, Value, String) {
    let (desk, genesis) = Desk::with_key();
    let enrolled = desk.run(&["ceremony", "run", "enrol", "--answers", &answers("enrol.toml")]);
    assert_eq!(enrolled.exit, 0, "{enrolled:?}");
    let second = enrolled.json["tokens"][0]["serial"].to_string();
    (desk, genesis, second)
}

/// The share of a holder as it is listed.
fn share(desk: &Desk, holder: &str) -> Value {
    let listed = desk.run(&["share", "list"]).json;
    let shares = listed["shares"].as_array().unwrap();
    shares.iter().find(|share| share["holder"] == holder).unwrap().clone()
}

/// The tokens that a holder's share lies on.
fn tokens(desk: &Desk, holder: &str) -> Vec<String> {
    let share = share(desk, holder);
    let copies = share["copies"].as_array().unwrap().iter();
    copies.filter_map(|copy| copy["token"].as_str().map(ToOwned::to_owned)).collect()
}

/// The words on the sheet of the share at `place` of the genesis report.
fn words(genesis: &Value, place: usize) -> String {
    let sheet = fs::read_to_string(genesis["shares"][place]["file"].as_str().unwrap()).unwrap();
    sheet.lines().find_map(|line| line.strip_prefix("words:")).unwrap().trim().to_owned()
}

/// Runs a command at a terminal and types `answers` where secrets are asked for.
pub(crate) fn seat(desk: &Desk, arguments: &[&str], typed: &[&str]) -> (i32, String) {
    let mut seated = Seated::new(desk, arguments, &desk.path("printed"));
    for answer in typed {
        assert_eq!(seated.wait_for(&["(not shown)"]), Some(0), "{}", seated.seen());
        seated.enter(answer);
    }
    let (exit, shown) = seated.end();
    for secret in typed {
        assert!(!shown.contains(secret), "a secret stood on the terminal");
    }
    (exit, shown)
}

fn restore(desk: &Desk, to: &str) -> Ran {
    let (archive, to) = (desk.path("archive"), desk.path(to));
    let request = answers("restore.toml");
    let run = ["ceremony", "run", "restore", "--answers", &request];
    desk.run(&[&run[..], &["--archive", text(&archive), "--to", text(&to)]].concat())
}

fn remove_token(desk: &Desk, serial: &str) {
    fs::remove_file(desk.path("vault/tokens").join(format!("{serial}.token"))).unwrap();
}

fn sealed(desk: &Desk, genesis: &Value) -> std::path::PathBuf {
    let tree = desk.path("tree");
    sample_tree(&tree);
    desk.seal(genesis, &tree, "archive");
    tree
}

fn restored(desk: &Desk, tree: &Path, to: &str) {
    let ran = restore(desk, to);
    assert_eq!(ran.exit, 0, "{ran:?}");
    assert_same(tree, &desk.path(to).join("tree"));
}

#[test]
fn a_second_token_carries_the_same_share_and_either_approves() {
    let (desk, genesis, second) = desk();
    let tree = sealed(&desk, &genesis);
    let first = tokens(&desk, ADA);
    assert_eq!(first.len(), 1);
    let add = ["token", "add", ADA, "--to", &second];
    let (exit, shown) = seat(&desk, &add, &["271828", "271828"]);
    assert_eq!(exit, 0, "{shown}");
    assert_eq!(tokens(&desk, ADA), [first[0].clone(), second.clone()]);
    let [intent, outcome] = &logged(&desk, "share.copy")[..] else { panic!("two entries") };
    assert_eq!((&intent["actor"], &outcome["result"]), (&ADA.into(), &"ok".into()));
    let again = desk.run(&add);
    assert_eq!((again.exit, &again.json["error"]["code"]), (6, &"SR-CUSTODY-THERE".into()));
    restored(&desk, &tree, "with-the-first");
    remove_token(&desk, &first[0]);
    restored(&desk, &tree, "with-the-second");
    assert_eq!(desk.run(&["fsck"]).exit, 0);
}

#[test]
fn a_share_goes_to_no_token_that_is_not_its_holders() {
    let (desk, _, second) = desk();
    for (holder, to, code) in [
        ("Bruno Lang", second.as_str(), "SR-CUSTODY-ANOTHERS-TOKEN"),
        (ADA, "4200999999", "SR-CUSTODY-NOT-ENROLLED"),
        ("Rita Sommer", &second, "SR-CLI-NOTHING-TO-COPY"),
    ] {
        let ran = desk.run(&["token", "add", holder, "--to", to]);
        assert_eq!((ran.exit, &ran.json["error"]["code"]), (6, &code.into()), "{ran:?}");
    }
    // A wrong PIN of the first and words of somebody else copy nothing, and are on the record.
    let add = ["token", "add", ADA, "--to", &second];
    let (exit, shown) = seat(&desk, &add, &["000001"]);
    assert_eq!(exit, 1, "{shown}");
    assert!(shown.contains("[SR-TOKEN-WRONG-PIN]"), "{shown}");
    // A wrong PIN of the second one leaves no envelope either.
    let (exit, shown) = seat(&desk, &add, &["271828", "000001"]);
    assert_eq!(exit, 1, "{shown}");
    assert_eq!(tokens(&desk, ADA).len(), 1);
    let phases: Vec<_> =
        logged(&desk, "share.copy").iter().map(|entry| entry["phase"].to_string()).collect();
    assert_eq!(phases, ["\"intent\"", "\"abort\"", "\"intent\"", "\"abort\""]);
}

#[test]
fn a_lost_token_is_replaced_from_the_sheet_and_no_longer_counts() {
    let (desk, genesis, second) = desk();
    let tree = sealed(&desk, &genesis);
    let first = tokens(&desk, ADA).remove(0);
    let replace = ["token", "replace", &first, "--with", &second, "--because", "lost"];
    // The words of somebody else replace nothing.
    let (exit, shown) = seat(&desk, &replace, &[&words(&genesis, 1)]);
    assert_eq!(exit, 5, "{shown}");
    assert_eq!(tokens(&desk, ADA), std::slice::from_ref(&first));
    let (exit, shown) = seat(&desk, &replace, &[&words(&genesis, 0), "271828"]);
    assert_eq!(exit, 0, "{shown}");
    assert_eq!(tokens(&desk, ADA), std::slice::from_ref(&second));
    let listed = known(&desk);
    let old = listed.iter().find(|token| token["serial"] == first.as_str()).unwrap();
    assert_eq!((&old["state"], &old["why"]), (&"retired".into(), &"lost".into()));
    // It still lies in the drawer; nothing takes it.
    let (exit, shown) = seat(&desk, &["share", "prove", ADA, "--token", &first], &["271828"]);
    assert_eq!(exit, 6, "{shown}");
    assert!(shown.contains("[SR-APPROVAL-RETIRED]"), "{shown}");
    restored(&desk, &tree, "out");
    let again = desk.run(&["token", "retire", &first, "--because", "lost"]);
    assert_eq!((again.exit, &again.json["error"]["code"]), (6, &"SR-CUSTODY-RETIRED".into()));
    assert_eq!(desk.run(&["fsck"]).exit, 0);
}

#[test]
fn the_last_copy_of_a_share_is_not_given_up_lightly() {
    let desk = Desk::empty();
    // No sheets: each share lies on one token only.
    let made = desk.run(&["ceremony", "run", "genesis", "--answers", &answers("genesis.toml")]);
    assert_eq!(made.exit, 0, "{made:?}");
    let only = tokens(&desk, ADA).remove(0);
    for why in ["surplus", "replaced"] {
        let ran = desk.run(&["token", "retire", &only, "--because", why]);
        assert_eq!((ran.exit, &ran.json["error"]["code"]), (6, &"SR-CUSTODY-LAST-COPY".into()));
    }
    let enrolled = desk.run(&["ceremony", "run", "enrol", "--answers", &answers("enrol.toml")]);
    let second = enrolled.json["tokens"][0]["serial"].to_string();
    let replace = ["token", "replace", &only, "--with", &second, "--because", "stolen"];
    let ran = desk.run(&replace);
    assert_eq!((ran.exit, &ran.json["error"]["code"]), (6, &"SR-CUSTODY-NO-OTHER-COPY".into()));
    assert!(ran.text.contains("ceremony") || ran.text.contains("genesis"), "{ran:?}");
    assert_eq!(known(&desk).iter().filter(|token| token["state"] == "retired").count(), 0);
    let ran = desk.run(&["token", "retire", &only, "--because", "stolen"]);
    assert_eq!(ran.exit, 0, "{ran:?}");
    let lost = &ran.json["shares"][0];
    assert_eq!((&lost["left"], &lost["may_be_lost"]), (&Value::Array(Vec::new()), &0.into()));
    assert_eq!(lost["is_reachable"], true);
    assert!(share(&desk, ADA)["copies"].as_array().unwrap().is_empty());
    let health = desk.run(&["share", "health"]);
    assert_eq!((health.exit, &health.json["margin"]["may_be_lost"]), (0, &0.into()));
    // Another custodian's is gone: two of three are needed, and one is left.
    let other = tokens(&desk, "Bruno Lang").remove(0);
    assert_eq!(desk.run(&["token", "retire", &other, "--because", "broken"]).exit, 0);
    let health = desk.run(&["share", "health"]);
    assert_eq!((health.exit, &health.json["margin"]["is_reachable"]), (4, &false.into()));
}

#[test]
fn a_token_that_still_works_hands_its_share_to_its_successor() {
    let (desk, genesis, second) = desk();
    let tree = sealed(&desk, &genesis);
    let first = tokens(&desk, ADA).remove(0);
    let replace = ["token", "replace", &first, "--with", &second];
    let (exit, shown) = seat(&desk, &replace, &["271828", "271828"]);
    assert_eq!(exit, 0, "{shown}");
    assert_eq!(tokens(&desk, ADA), [second]);
    restored(&desk, &tree, "out");
}

#[test]
fn a_share_is_proved_at_the_terminal_and_both_outcomes_are_on_the_record() {
    let (desk, genesis) = Desk::with_key();
    let prove = ["share", "prove", ADA];
    let (exit, shown) = seat(&desk, &prove, &["271828"]);
    assert_eq!(exit, 0, "{shown}");
    assert!(shown.contains("3 tries left") && shown.contains("touch token"), "{shown}");
    let printed = fs::read_to_string(desk.path("printed")).unwrap();
    assert!(printed.contains("is the one that was handed out"), "{printed}");
    let (exit, shown) = seat(&desk, &prove, &["000001"]);
    assert_eq!(exit, 1, "{shown}");
    assert!(shown.contains("[SR-TOKEN-WRONG-PIN]"), "{shown}");
    let (exit, shown) = seat(&desk, &["share", "prove", ADA, "--sheet"], &[&words(&genesis, 0)]);
    assert_eq!(exit, 0, "{shown}");
    let (exit, shown) = seat(&desk, &["share", "prove", ADA, "--sheet"], &[&words(&genesis, 1)]);
    assert_eq!(exit, 5, "{shown}");
    assert!(shown.contains("[SR-APPROVAL-SHARE]"), "{shown}");
    let entries = logged(&desk, "share.prove");
    let phases: Vec<_> = entries.iter().map(|entry| entry["phase"].as_str().unwrap()).collect();
    let (good, bad) = (["intent", "outcome"], ["intent", "abort"]);
    assert_eq!(phases, [good, bad, good, bad].concat());
}

#[test]
fn the_last_try_is_asked_about_before_the_pin_and_no_keeps_it() {
    let (desk, _) = Desk::with_key();
    let prove = ["share", "prove", ADA];
    for _ in 0..2 {
        assert_eq!(seat(&desk, &prove, &["000001"]).0, 1);
    }
    let mut seated = Seated::new(&desk, &prove, &desk.path("printed"));
    assert_eq!(seated.wait_for(&["one try left", "(not shown)"]), Some(0), "{}", seated.seen());
    assert_eq!(seated.wait_for(&["Type yes to agree, or no:", "(not shown)"]), Some(0));
    seated.enter("no");
    assert_eq!(seated.end().0, 6);
    let mut seated = Seated::new(&desk, &prove, &desk.path("printed"));
    seated.wait_for(&["Type yes to agree, or no:"]);
    seated.enter("yes");
    seated.wait_for(&["(not shown)"]);
    seated.enter("271828");
    assert_eq!(seated.end().0, 0);
}

#[test]
fn a_proof_that_is_due_is_named_and_each_copy_has_its_own() {
    let (desk, _) = Desk::with_key();
    let health = desk.run(&["share", "health"]);
    assert_eq!((health.exit, &health.json["due"]), (0, &0.into()), "{health:?}");
    let margin = &health.json["margin"];
    // Two of three custodians and one of two officers are needed.
    assert_eq!((&margin["is_reachable"], &margin["may_be_lost"]), (&true.into(), &1.into()));
    let ada = share(&desk, ADA);
    let copies = ada["copies"].as_array().unwrap();
    assert_eq!(copies.len(), 2, "a token and a sheet: {ada}");
    assert!(copies.iter().all(|copy| copy["proved"].is_string()), "{ada}");
    let set = desk.run(&["share", "interval", "6"]);
    assert_eq!((set.exit, &set.json["months"]), (0, &6.into()));
    assert_eq!(desk.run(&["share", "interval"]).json["months"], 6);
    assert_eq!(desk.run(&["share", "interval", "0"]).exit, 2);
    assert!(share(&desk, ADA)["due"].as_str().unwrap() < ada["due"].as_str().unwrap());
}

//! Tokens are prepared before any key exists, and get passports.

use std::fs;

use serde_json::Value;

use crate::program::{Desk, Ran, answers, text};
use crate::record::logged;
use crate::seated::document;
use crate::terminal::Seated;

fn enrol(desk: &Desk) -> Ran {
    desk.run(&["ceremony", "run", "enrol", "--answers", &answers("enrol.toml")])
}

/// The files of the vault's documents that begin so.
fn documents(desk: &Desk, start: &str) -> Vec<String> {
    let files = fs::read_dir(desk.path("vault/documents")).unwrap().flatten();
    let names = files.map(|file| file.file_name().to_string_lossy().into_owned());
    let mut names: Vec<_> = names.filter(|name| name.starts_with(start)).collect();
    names.sort();
    names
}

/// The tokens that the vault knows.
pub(crate) fn known(desk: &Desk) -> Vec<Value> {
    let listed = desk.run(&["token", "list", "--enrolled"]);
    assert_eq!(listed.exit, 0, "{listed:?}");
    listed.json["tokens"].as_array().unwrap().clone()
}

#[test]
fn each_token_gets_a_passport_and_a_genesis_uses_it_without_enrolling_it_again() {
    let desk = Desk::empty();
    let enrolled = enrol(&desk);
    assert_eq!(enrolled.exit, 0, "{enrolled:?}");
    let tokens = enrolled.json["tokens"].as_array().unwrap();
    assert_eq!(tokens.len(), 2, "{enrolled:?}");
    assert_eq!((&tokens[0]["holder"], &tokens[0]["puk"]), (&"Ada Kern".into(), &"chosen".into()));
    assert_eq!(tokens[1]["puk"], "forgotten");
    let passports = documents(&desk, "passport-");
    assert_eq!(passports.len(), 4, "{passports:?}");
    let json = passports.iter().find(|name| name.ends_with(".json")).unwrap();
    let kept = fs::read(desk.path("vault/documents").join(json)).unwrap();
    assert_eq!(serde_json::from_slice::<Value>(&kept).unwrap(), tokens[0]);
    assert_eq!(known(&desk).iter().filter(|token| token["state"] == "in use").count(), 2);
    // The genesis takes these two and makes three more.
    let genesis = desk.genesis();
    assert_eq!(genesis["shares"].as_array().unwrap().len(), 5);
    assert_eq!(known(&desk).len(), 5);
    assert_eq!(fs::read_dir(desk.path("vault/tokens")).unwrap().count(), 5);
    let shares = desk.run(&["share", "list"]).json;
    for token in tokens {
        let own = shares["shares"].as_array().unwrap().iter();
        let own = own.clone().find(|share| share["holder"] == token["holder"]).unwrap();
        assert_eq!(own["token"], token["serial"].to_string(), "{shares}");
    }
    assert_eq!(desk.run(&["fsck"]).exit, 0);
}

#[test]
fn how_long_tokens_are_used_is_the_vaults_to_say() {
    let desk = Desk::empty();
    let until = |desk: &Desk| {
        let replace = known(desk)[0]["replace"].clone();
        assert_eq!(replace["because"], "its time is over then", "{replace}");
        replace["by"].as_str().unwrap().to_owned()
    };
    assert_eq!(enrol(&desk).exit, 0);
    let usual = until(&desk);
    let set = desk.run(&["token", "lifetime", "24"]);
    assert_eq!((set.exit, &set.json["months"]), (0, &24.into()));
    assert_eq!(desk.run(&["token", "lifetime"]).json["months"], 24);
    assert!(until(&desk) < usual);
    let passport = enrol(&desk).json["tokens"][0]["replace"]["by"].clone();
    assert!(passport.as_str().unwrap() < usual.as_str(), "{passport}");
    assert_eq!(desk.run(&["token", "lifetime", "0"]).exit, 2);
    assert_eq!(logged(&desk, "token.lifetime").last().unwrap()["result"], "ok");
}

#[test]
fn an_enrolment_reaches_no_module() {
    let desk = Desk::empty();
    let (answers, module) = (answers("enrol.toml"), "/nowhere/module.so");
    let enrol = ["ceremony", "run", "enrol", "--answers", &answers];
    let ran = desk.run(&[&enrol[..], &["--pkcs11", module]].concat());
    assert_eq!((ran.exit, &ran.json["error"]["code"]), (6, &"SR-CLI-ENROL-MODULE".into()));
    assert!(desk.run(&["ceremony", "show"]).json["ceremonies"].as_array().unwrap().is_empty());
    // One that the environment names for other commands is not even loaded.
    let named = |arguments: &[&str]| {
        let output = desk.command(arguments).env("STRONGROOM_PKCS11", module).output();
        desk.ran(output.unwrap())
    };
    assert_eq!(named(&["token", "list"]).json["error"]["code"], "SR-MODULE-PATH");
    assert_eq!(named(&enrol).exit, 0);
}

#[test]
fn an_enrolment_that_is_given_up_leaves_a_token_that_is_nobodys() {
    let desk = Desk::empty();
    let all = fs::read_to_string(answers("enrol.toml")).unwrap();
    // A PIN that no token takes stops the ceremony at the second token.
    fs::write(desk.path("enrol.toml"), all.replace("314159", "123456")).unwrap();
    let ran = desk.run(&["ceremony", "run", "enrol", "--answers", text(&desk.path("enrol.toml"))]);
    assert_eq!((ran.exit, &ran.json["error"]["code"]), (1, &"SR-TOKEN-PIN-UNSUITABLE".into()));
    assert!(known(&desk).is_empty());
    assert!(documents(&desk, "passport-").is_empty());
    assert_eq!(documents(&desk, "minutes-").len(), 1);
    let ceremonies = desk.run(&["ceremony", "show"]).json;
    assert_eq!(ceremonies["ceremonies"][0]["state"], "aborted");
    assert_eq!(logged(&desk, "ceremony.enrol").last().unwrap()["phase"], "abort");
    assert_eq!(desk.run(&["fsck"]).exit, 0);
}

#[test]
fn an_enrolment_whose_program_was_killed_is_given_up_by_the_next_one() {
    let desk = Desk::empty();
    let mut seated = seated(&desk);
    assert_eq!(seated.agree_until(&["PIN: (not shown)"]), Some(0));
    seated.hang_up();
    let next = enrol(&desk);
    assert_eq!(next.exit, 0, "{next:?}");
    let ceremonies = desk.run(&["ceremony", "show"]).json;
    let ceremonies = ceremonies["ceremonies"].as_array().unwrap().iter();
    let mut states: Vec<_> = ceremonies.map(|one| one["state"].as_str().unwrap()).collect();
    states.sort_unstable();
    assert_eq!(states, ["aborted", "closed"]);
    assert_eq!(desk.run(&["fsck"]).exit, 0);
}

/// An enrolment of Bruno at a terminal.
fn seated(desk: &Desk) -> Seated {
    let all = fs::read_to_string(answers("enrol.toml")).unwrap();
    let (officials, _) = all.split_once("[enrolment]").unwrap();
    let roster = format!("{officials}[enrolment]\nholders = [{{ name = \"Bruno Lang\" }}]\n");
    fs::write(desk.path("roster.toml"), roster).unwrap();
    let roster = desk.path("roster.toml");
    let run = ["ceremony", "run", "enrol", "--roster", text(&roster)];
    Seated::new(desk, &run, &desk.path("printed"))
}

#[test]
fn pin_and_puk_are_typed_at_the_terminal_and_a_puk_that_was_mistyped_is_asked_for_again() {
    let desk = Desk::empty();
    let mut seated = seated(&desk);
    assert_eq!(seated.agree_until(&["PIN: (not shown)"]), Some(0));
    seated.enter("314159");
    for (asked, typed) in [
        ("PUK: (not shown)", "87654321"),
        ("PUK again: (not shown)", "87654322"),
        ("PUK: (not shown)", "87654321"),
        ("PUK again: (not shown)", "87654321"),
    ] {
        assert_eq!(seated.wait_for(&[asked]), Some(0), "{}", seated.seen());
        seated.enter(typed);
    }
    // The test of the token asks for the PIN once more; a wrong one is told and tried again.
    assert_eq!(seated.agree_until(&["PIN: (not shown)"]), Some(0));
    seated.enter("314158");
    assert_eq!(seated.wait_for(&["[SR-TOKEN-WRONG-PIN]"]), Some(0), "{}", seated.seen());
    assert_eq!(seated.wait_for(&["no gives the ceremony up:"]), Some(0));
    seated.enter("yes");
    assert_eq!(seated.agree_until(&["PIN: (not shown)"]), Some(0));
    seated.enter("314159");
    assert_eq!(seated.wait_for(&["touch token"]), Some(0), "{}", seated.seen());
    assert_eq!(seated.agree_until(&["passport: "]), Some(0));
    assert_eq!(seated.agree_until(&["Agree with the minutes"]), Some(0));
    while seated.agree_until(&["Agree with the minutes"]).is_some() {}
    let (exit, shown) = seated.end();
    assert_eq!(exit, 0, "{shown}");
    assert!(!shown.contains("87654321") && !shown.contains("314159"), "nothing secret was shown");
    let Some(passport) = document(&desk, "passport-", ".pdf") else { return };
    for part in ["Bruno Lang", "Replace by", "chosen by its holder", "for drills only"] {
        assert!(passport.contains(part), "{part} is not in {passport}");
    }
}

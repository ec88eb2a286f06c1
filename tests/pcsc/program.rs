//! The command line on tokens in readers.

use std::fs;
use std::path::Path;

use reader::HardwareToken;
use serde_json::Value;
use strongroom_tests::{repository, strongroom};
use tempfile::TempDir;
use token::virtual_yubikey::{VirtualYubiKey, serial};
use token::{Firmware, Start, Token, TokenError};

use crate::fixture::{enrol, factory, rng};
use crate::inside::{inside, inside_without_service};

/// Runs the command line; what it printed as JSON, and whether it ended well.
pub(crate) fn ask(arguments: &[&str]) -> (Value, bool) {
    let mut program = strongroom().expect("the programs were built");
    let output = program.arg("--json").args(arguments).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    (serde_json::from_str(&text).unwrap_or_else(|_| panic!("{text}")), output.status.success())
}

/// As [`ask`], on the vault in `home`; it must end well.
pub(crate) fn order(home: &Path, arguments: &[&str]) -> Value {
    let vault = home.join("vault").display().to_string();
    let (told, is_good) = ask(&[&["--vault", &vault], arguments].concat());
    assert!(is_good, "{arguments:?}: {told}");
    told
}

fn on_readers(doctor: &Value) -> &Value {
    let findings = doctor["findings"].as_array().unwrap();
    findings.iter().find(|finding| finding["what"] == "readers of tokens").unwrap()
}

#[test]
fn without_the_service_the_command_line_says_what_to_do() {
    inside_without_service("program::without_the_service_the_command_line_says_what_to_do", || {
        let (told, is_good) = ask(&["token", "list"]);
        assert!(!is_good);
        assert_eq!(told["error"]["code"], "SR-TOKEN-NO-SERVICE");
        let (doctor, is_good) = ask(&["doctor"]);
        assert!(is_good);
        assert_eq!(on_readers(&doctor)["good"], false);
    });
}

#[test]
fn the_command_line_lists_readers_and_shows_a_token_before_and_after_its_enrolment() {
    let name = "program::\
                the_command_line_lists_readers_and_shows_a_token_before_and_after_its_enrolment";
    inside(name, |service| {
        let (card, mut token) = factory(1);
        let (told, is_good) = ask(&["token", "show"]);
        assert_eq!((&told["error"]["code"], is_good), (&"SR-CLI-WHICH-TOKEN".into(), false));
        let _plug = service.insert(0, &card);
        let (listed, _) = ask(&["token", "list"]);
        let first = &listed["readers"][0];
        assert_eq!(first["holds"], "token");
        assert_eq!(first["token"]["serial"], card.serial().0);
        assert_eq!(first["token"]["virtual"], true);
        assert_eq!(listed["readers"][1]["holds"], "nothing");
        let (fresh, _) = ask(&["token", "show"]);
        assert_eq!(fresh["default_pin"], true);
        assert!(fresh["slots"][0]["key"].is_null());
        enrol(&mut token, Start::Fresh).unwrap();
        let (ready, is_good) = ask(&["token", "show", &card.serial().to_string()]);
        assert!(is_good);
        assert_eq!((&ready["default_pin"], &ready["tries_left"]), (&false.into(), &3.into()));
        for slot in ready["slots"].as_array().unwrap() {
            let key = &slot["key"];
            assert_eq!((&key["pin"], &key["touch"]), (&"always".into(), &"always".into()));
            assert_eq!(key["generated"], true);
            // Attested, and never as a token that protects anything.
            assert_eq!(key["attestation"], "drill");
        }
        let (doctor, _) = ask(&["doctor"]);
        assert_eq!(on_readers(&doctor)["good"], true);
        let (absent, _) = ask(&["token", "show", "4200000002"]);
        assert_eq!(absent["error"]["code"], "SR-TOKEN-WRONG-TOKEN");
    });
}

#[test]
fn a_token_that_is_too_old_for_shares_is_named_and_not_enrolled() {
    inside("program::a_token_that_is_too_old_for_shares_is_named_and_not_enrolled", |service| {
        let serial = serial(1).unwrap();
        let old = Firmware(5, 4, 3);
        let card = VirtualYubiKey::with_firmware(serial, old, &mut rng(1)).unwrap();
        let _plug = service.insert(0, &card);
        let (listed, _) = ask(&["token", "list"]);
        assert_eq!(listed["readers"][0]["token"]["admitted"], false);
        let (shown, _) = ask(&["token", "show"]);
        assert_eq!((&shown["firmware"], &shown["admitted"]), (&"5.4.3".into(), &false.into()));
        let mut token = HardwareToken::new(serial);
        let minimum = Firmware::MINIMUM;
        let refused = enrol(&mut token, Start::Fresh);
        assert_eq!(refused, Err(TokenError::FirmwareTooOld { found: old, minimum }));
        assert!(token.pin_state().unwrap().is_default, "nothing was set");
    });
}

#[test]
fn a_key_is_made_and_a_restore_approved_with_five_tokens_in_readers() {
    inside(
        "program::a_key_is_made_and_a_restore_approved_with_five_tokens_in_readers",
        |service| {
            let dir = TempDir::new().unwrap();
            let home = dir.path();
            let at = |name: &str| home.join(name).display().to_string();
            let answers = |name: &str| repository().join("tests/answers").join(name);
            let answers = |name: &str| answers(name).display().to_string();
            let cards: Vec<_> = (1..=5).map(|number| factory(number).0).collect();
            let plugs: Vec<_> =
                (0..).zip(&cards).map(|(slot, card)| service.insert(slot, card)).collect();
            order(home, &["init", &at("vault"), "--environment", "drill"]);
            let genesis = answers("genesis.toml");
            let made = ["ceremony", "run", "genesis", "--answers", &genesis, "--readers"];
            let made = order(home, &made);
            assert_eq!(made["shares"].as_array().unwrap().len(), 5);
            // The tokens in the readers were enrolled, and the vault's drawer stayed empty.
            for card in &cards {
                let (shown, _) = ask(&["token", "show", &card.serial().to_string()]);
                assert_eq!(shown["slots"][1]["key"]["attestation"], "drill", "{shown}");
            }
            let drawer = fs::read_dir(home.join("vault/tokens"));
            assert_eq!(drawer.into_iter().flatten().count(), 0);
            let (recipient, source) = (at("recipient"), at("source"));
            fs::write(&recipient, made["recipient"].as_str().unwrap()).unwrap();
            fs::write(&source, "what was lost").unwrap();
            order(home, &["seal", "-r", &recipient, "-o", &at("archive"), &source]);
            let (archive, to, request) = (at("archive"), at("restored"), answers("restore.toml"));
            let mut restore = vec!["ceremony", "run", "restore", "--answers", &request];
            restore.extend(["--archive", &archive, "--to", &to]);
            // Without the readers it looks into the drawer, where nothing is.
            let vault = at("vault");
            let (refused, is_good) = ask(&[&["--vault", &vault], restore.as_slice()].concat());
            assert_eq!((&refused["error"]["code"], is_good), (&"SR-TOKENS-FILE".into(), false));
            restore.push("--readers");
            let restored = order(home, &restore);
            assert_eq!(restored["verdict"], "complete");
            assert_eq!(fs::read_to_string(home.join("restored/source")).unwrap(), "what was lost");
            // A token that is not there is named.
            plugs.into_iter().for_each(|plug| service.remove(plug));
            let to = at("again");
            let again = ["--vault", &vault, "ceremony", "run", "restore", "--answers", &request];
            let again = [&again[..], &["--archive", &archive, "--to", &to, "--readers"]].concat();
            let (refused, is_good) = ask(&again);
            assert_eq!((&refused["error"]["code"], is_good), (&"SR-TOKEN-ABSENT".into(), false));
        },
    );
}

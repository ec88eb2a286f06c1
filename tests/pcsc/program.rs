//! The command line on tokens in readers.

use serde_json::Value;
use strongroom_tests::strongroom;
use token::Start;

use crate::fixture::{enrol, factory};
use crate::inside::{inside, inside_without_service};

/// Runs the command line; what it printed as JSON, and whether it ended well.
fn ask(arguments: &[&str]) -> (Value, bool) {
    let mut program = strongroom().expect("the programs were built");
    let output = program.arg("--json").args(arguments).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    (serde_json::from_str(&text).unwrap_or_else(|_| panic!("{text}")), output.status.success())
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

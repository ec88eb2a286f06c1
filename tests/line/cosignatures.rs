//! Holders cosign the log with their tokens, and a changed log contradicts them.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::anchors::copy;
use crate::custody::seat;
use crate::enrolment::known;
use crate::program::{Desk, Ran, text};
use crate::record::logged;

const ADA: (&str, &str) = ("Ada Kern", "271828");
const BRUNO: (&str, &str) = ("Bruno Lang", "314159");

fn cosign(desk: &Desk, (holder, pin): (&str, &str)) {
    let (exit, shown) = seat(desk, &["log", "cosign", "--holder", holder], &[pin]);
    assert_eq!(exit, 0, "{shown}");
}

/// The cosigned notes beside the log, by size.
fn notes(desk: &Desk) -> Vec<std::path::PathBuf> {
    let files = fs::read_dir(desk.path("vault/log")).unwrap().flatten();
    let mut notes: Vec<_> = files
        .map(|file| file.path())
        .filter(|path| path.extension().is_some_and(|end| end == "note"))
        .collect();
    notes.sort_by_key(|path| {
        let name = path.file_name().unwrap().to_str().unwrap();
        name.split('-').nth(1).unwrap().parse::<u64>().unwrap()
    });
    notes
}

fn verify(desk: &Desk, more: &[&str]) -> Ran {
    desk.run(&[&["log", "verify"], more].concat())
}

/// Who cosigned, in the order of the heads.
fn by(ran: &Ran) -> Vec<String> {
    let heads = ran.json["cosigned"].as_array().unwrap().iter();
    let by = heads.flat_map(|head| head["by"].as_array().unwrap().clone());
    by.map(|by| by["holder"].as_str().unwrap().to_owned()).collect()
}

fn policy(desk: &Desk, at_least: usize, days: u64) -> String {
    let path = desk.path(&format!("policy-{at_least}-{days}"));
    let of = r#"["Ada Kern", "Bruno Lang", "Cora Mai"]"#;
    fs::write(&path, format!(r#"{{"at_least": {at_least}, "of": {of}, "days": {days}}}"#)).unwrap();
    text(&path).to_owned()
}

#[test]
fn who_cosigned_is_told_and_a_policy_counts_them() {
    let (desk, _) = Desk::with_key();
    let two = policy(&desk, 2, 30);
    let none = verify(&desk, &["--policy", &two]);
    assert_eq!((none.exit, &none.json["policy"]["met"]), (4, &false.into()), "{none:?}");
    cosign(&desk, ADA);
    let one = verify(&desk, &["--policy", &two]);
    assert_eq!(one.exit, 4, "{one:?}");
    let missing = one.json["policy"]["missing"].clone();
    assert_eq!(missing, serde_json::json!(["Bruno Lang", "Cora Mai"]));
    assert_eq!(verify(&desk, &["--policy", &policy(&desk, 1, 30)]).exit, 0);
    cosign(&desk, BRUNO);
    let both = verify(&desk, &["--policy", &two]);
    assert_eq!((both.exit, &both.json["policy"]["met"]), (0, &true.into()), "{both:?}");
    assert_eq!(by(&both), [ADA.0, BRUNO.0]);
    assert_eq!(verify(&desk, &["--policy", &policy(&desk, 3, 30)]).exit, 4);
    // Each is on the record, and the head that was signed ends with the intent of signing it.
    let log = logged(&desk, "log.cosign");
    let phases: Vec<_> = log.iter().map(|entry| entry["phase"].as_str().unwrap()).collect();
    assert_eq!(phases, ["intent", "outcome", "intent", "outcome"]);
    for (entry, head) in log.iter().step_by(2).zip(both.json["cosigned"].as_array().unwrap()) {
        assert_eq!(entry["sequence"].as_u64().unwrap() + 1, head["entries"].as_u64().unwrap());
        assert_eq!((&entry["time"], &head["holds"]), (&head["at"], &true.into()));
    }
    assert_eq!((notes(&desk).len(), desk.run(&["fsck"]).exit), (2, 0));
    // A policy of nonsense, and none at all.
    fs::write(&two, r#"{"at_least": 9, "of": ["Ada Kern"], "days": 1}"#).unwrap();
    let nonsense = verify(&desk, &["--policy", &two]);
    assert_eq!((nonsense.exit, code(&nonsense)), (1, "SR-LOG-POLICY".to_owned()));
    let nowhere = verify(&desk, &["--policy", "nowhere"]);
    assert_eq!(code(&nowhere), "SR-CLI-POLICY-FILE");
}

fn code(ran: &Ran) -> String {
    ran.json["error"]["code"].as_str().unwrap_or_default().to_owned()
}

#[test]
fn a_vault_put_back_is_found_by_the_note_that_a_holder_took_along() {
    let (desk, _) = Desk::with_key();
    let vault = desk.path("vault");
    copy(&vault, &desk.path("older"));
    cosign(&desk, ADA);
    let note = desk.path("taken-along");
    fs::copy(&notes(&desk)[0], &note).unwrap();
    let with = ["--anchor", text(&note)];
    let now = verify(&desk, &with);
    assert_eq!((now.exit, by(&now)), (0, vec![ADA.0.to_owned(); 2]), "{now:?}");
    // The note alone meets a policy, also where the vault lost its copy.
    let one = policy(&desk, 1, 30);
    let here = notes(&desk)[0].clone();
    fs::rename(&here, desk.path("aside")).unwrap();
    assert_eq!(verify(&desk, &["--policy", &one]).exit, 4);
    assert_eq!(verify(&desk, &[&with[..], &["--policy", &one]].concat()).exit, 0);
    fs::rename(desk.path("aside"), &here).unwrap();
    // The log is put back and the notes stay: they contradict it by themselves.
    for file in ["entries.log", "checkpoint"] {
        fs::copy(desk.path("older/log").join(file), vault.join("log").join(file)).unwrap();
    }
    let cut = verify(&desk, &["--policy", &one]);
    assert_eq!((cut.exit, &cut.json["verdict"]), (5, &"ROLLBACK".into()), "{cut:?}");
    assert_eq!(cut.json["policy"]["met"], false, "of a log that does not hold nobody counts");
    // The whole vault is put back: only the note that was taken along knows.
    fs::rename(&vault, desk.path("newer")).unwrap();
    copy(&desk.path("older"), &vault);
    assert_eq!(verify(&desk, &[]).exit, 0);
    let found = verify(&desk, &with);
    assert_eq!((found.exit, &found.json["verdict"]), (5, &"ROLLBACK".into()), "{found:?}");
}

#[test]
fn a_forged_cosignature_is_named_and_counts_for_nobody() {
    let (desk, _) = Desk::with_key();
    cosign(&desk, ADA);
    cosign(&desk, BRUNO);
    let [first, second] = &notes(&desk)[..] else { panic!("there are two notes") };
    let (one, other) = (fs::read_to_string(first).unwrap(), fs::read_to_string(second).unwrap());
    // Ada's line below the head that Bruno signed.
    let line = |note: &str| note.lines().last().unwrap().to_owned() + "\n";
    let forged = |desk: &Desk, path: &Path, content: &str, code: &str| {
        let before = fs::read_to_string(path).unwrap();
        fs::write(path, content).unwrap();
        let found = verify(desk, &[]);
        assert_eq!(found.exit, 5, "{found:?}");
        assert!(found.text.contains(code), "{found:?}");
        let fsck = desk.run(&["fsck"]);
        assert_eq!(fsck.exit, 5);
        let findings = fsck.json["findings"].as_array().unwrap().clone();
        let name = path.file_name().unwrap().to_str().unwrap();
        let named = |finding: &&Value| finding["place"] == format!("log/{name}");
        assert_eq!(findings.iter().find(named).unwrap()["code"], code, "{fsck:?}");
        fs::write(path, before).unwrap();
    };
    forged(&desk, second, &(other.clone() + &line(&one)), "SR-LOG-COSIGNATURE");
    forged(&desk, first, &other, "SR-LOG-COSIGNATURE");
    forged(&desk, first, &one.replace("\n\n", "\nmore\n\n"), "SR-LOG-SIGNATURE");
    assert_eq!(verify(&desk, &[]).exit, 0);
}

#[test]
fn only_an_enrolled_token_in_use_cosigns_and_what_fails_is_on_the_record() {
    let (desk, _) = Desk::with_key();
    let nobody = desk.run(&["log", "cosign", "--holder", "Wilma Berg"]);
    assert_eq!((nobody.exit, code(&nobody)), (6, "SR-CLI-NO-TOKEN".to_owned()));
    let wrong = ["log", "cosign", "--holder", ADA.0];
    let (exit, shown) = seat(&desk, &wrong, &["999999"]);
    assert!(exit == 1 && shown.contains("[SR-TOKEN-WRONG-PIN]"), "{shown}");
    let tokens = known(&desk);
    let serial = |holder: &str| {
        let own = tokens.iter().find(|token| token["holder"] == holder).unwrap();
        own["serial"].as_str().unwrap().to_owned()
    };
    let others = ["log", "cosign", "--holder", ADA.0, "--token", &serial(BRUNO.0)];
    let (exit, shown) = seat(&desk, &others, &[BRUNO.1]);
    assert!(exit == 6 && shown.contains("[SR-APPROVAL-NOT-ENROLLED]"), "{shown}");
    assert!(notes(&desk).is_empty());
    let log = logged(&desk, "log.cosign");
    let last = log.last().unwrap();
    assert_eq!((log.len(), &last["result"]), (2, &"SR-TOKEN-WRONG-PIN".into()), "{log:?}");
    // A cosignature of a token that was retired later stands, and counts no more.
    cosign(&desk, ADA);
    let one = policy(&desk, 1, 30);
    assert_eq!(verify(&desk, &["--policy", &one]).exit, 0);
    let retire = ["token", "retire", &serial(ADA.0), "--because", "lost"];
    assert_eq!(desk.run(&retire).exit, 0);
    let later = verify(&desk, &["--policy", &one]);
    assert_eq!((later.exit, by(&later)), (4, vec![ADA.0.to_owned()]), "{later:?}");
    assert_eq!(later.json["cosigned"][0]["by"][0]["in_use"], false);
    let (exit, shown) = seat(&desk, &["log", "cosign", "--holder", ADA.0], &[]);
    assert_eq!(exit, 6, "{shown}");
}

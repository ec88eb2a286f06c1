//! Who sealed: a station signs, and whoever knows its key can tell.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use serde_json::Value;

use crate::program::{Desk, Ran, sample_tree, text};

/// Seals the sample into `name`, signed with the key in `station`, if any.
fn seal(desk: &Desk, genesis: &Value, name: &str, station: &[&str]) -> Ran {
    let (to, tree) = (desk.path(name), desk.path("tree"));
    let recipient = genesis["recipient"].as_str().unwrap();
    let seal = ["seal", "-r", recipient, "-o", text(&to)];
    desk.run(&[&seal[..], station, &[text(&tree)]].concat())
}

fn refused(ran: &Ran, code: &str) {
    assert_eq!((ran.exit, &ran.json["error"]["code"]), (1, &code.into()), "{ran:?}");
}

#[test]
fn a_station_signs_and_verify_holds_to_the_one_that_was_named() {
    let (desk, genesis) = Desk::with_key();
    sample_tree(&desk.path("tree"));
    let (ours, other) = (desk.path("ours.key"), desk.path("other.key"));
    let made = desk.run(&["station", "new", text(&ours)]);
    let station = made.json["station"].as_str().unwrap().to_owned();
    assert_eq!(desk.run(&["station", "show", text(&ours)]).json["station"], station);
    let foreign = desk.run(&["station", "new", text(&other)]);
    let foreign = foreign.json["station"].as_str().unwrap().to_owned();

    assert_eq!(seal(&desk, &genesis, "signed", &["--station", text(&ours)]).exit, 0);
    assert_eq!(seal(&desk, &genesis, "bare", &[]).exit, 0);
    let (signed, bare) = (desk.path("signed"), desk.path("bare"));
    assert_eq!(desk.run(&["inspect", text(&signed)]).json["signature"], station);
    assert_eq!(desk.run(&["inspect", text(&bare)]).json["signature"], "none");

    let verify = |archive, by: &str| desk.run(&["verify", text(archive), "--sealed-by", by]);
    let own = verify(&signed, &station);
    assert_eq!((own.exit, &own.json["is_expected"]), (0, &true.into()));
    for (archive, by) in [(&signed, &foreign), (&bare, &station)] {
        let ran = verify(archive, by);
        assert_eq!((ran.exit, &ran.json["verdict"]), (5, &"intact".into()), "{ran:?}");
        assert!(ran.json["notes"].to_string().contains("is not signed by"), "{ran:?}");
        assert_eq!(ran.json["is_expected"], false, "{ran:?}");
    }
    assert_eq!(desk.restore(&genesis, &[0, 1, 3], "signed", "out").exit, 0);
}

#[test]
fn a_file_that_is_no_station_s_key_signs_nothing() {
    let (desk, genesis) = Desk::with_key();
    sample_tree(&desk.path("tree"));
    let key = desk.path("station.key");
    assert_eq!(desk.run(&["station", "new", text(&key)]).exit, 0);
    let whole = fs::read(&key).unwrap();
    refused(&desk.run(&["station", "new", text(&key)]), "SR-STATION-EXISTS");
    assert_eq!(fs::read(&key).unwrap(), whole, "it was not overwritten");
    let signed_with = |key| seal(&desk, &genesis, "archive", &["--station", text(key)]);
    fs::set_permissions(&key, fs::Permissions::from_mode(0o640)).unwrap();
    refused(&signed_with(&key), "SR-STATION-OPEN");
    fs::set_permissions(&key, fs::Permissions::from_mode(0o600)).unwrap();
    for wrong in [&whole[..31], &[&whole[..], &[0]].concat()] {
        fs::write(&key, wrong).unwrap();
        refused(&signed_with(&key), "SR-STATION-MALFORMED");
    }
    refused(&signed_with(&desk.path("nowhere")), "SR-STATION-FILE");
    assert!(!desk.path("archive").exists(), "nothing was written");
}

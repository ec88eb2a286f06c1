//! All holders show what they have, and those who cannot are named.

use std::fs;

use serde_json::Value;

use crate::program::{Desk, Ran, answers, text};
use crate::record::logged;
use crate::seated::document;
use crate::terminal::Seated;

fn run(desk: &Desk, file: &str) -> Ran {
    desk.run(&["ceremony", "run", "health", "--answers", file])
}

/// The example with `from` replaced by `to`, as a file on the desk.
fn changed(desk: &Desk, from: &str, to: &str) -> String {
    let example = fs::read_to_string(answers("health.toml")).unwrap();
    assert!(example.contains(from), "{from}");
    let path = desk.path("health.toml");
    fs::write(&path, example.replace(from, to)).unwrap();
    text(&path).to_owned()
}

#[test]
fn everybody_who_is_here_proves_every_copy_and_the_rest_is_named() {
    let (desk, genesis) = Desk::with_key();
    // Ada shows her sheet too.
    let sheet = genesis["shares"][0]["file"].as_str().unwrap();
    let with_sheet = format!("pin = \"271828\", share = \"{sheet}\" }}");
    let file = changed(&desk, "pin = \"271828\", sheet = false }", &with_sheet);
    let found = run(&desk, &file);
    assert_eq!(found.exit, 0, "{found:?}");
    let copies = found.json["proved"].as_array().unwrap();
    assert_eq!(copies.len(), 5, "{found:?}");
    let sheets: Vec<_> = copies.iter().filter(|copy| copy["token"].is_null()).collect();
    assert_eq!((sheets.len(), &sheets[0]["holder"]), (1, &"Ada Kern".into()));
    assert_eq!(found.json["unproved"], Value::Array(Vec::new()));
    assert_eq!(found.json["absent"][0]["holder"], "Cora Mai");
    let not_brought = found.json["not_brought"].as_array().unwrap();
    assert_eq!(not_brought.len(), 3, "{not_brought:?}");
    assert!(not_brought.contains(&"the sheet of Bruno Lang".into()), "{not_brought:?}");
    // Two of three custodians and one of two officers are needed.
    assert_eq!(found.json["margin"]["may_be_lost"], 1);
    assert!(found.json["next_due"].is_string());
    // Each proof is an act of its own under the ceremony's intent.
    let changes = logged(&desk, "ceremony.health");
    let proofs = changes.iter().filter(|entry| entry.to_string().contains("proved the share on"));
    assert_eq!(proofs.count(), 5, "{changes:?}");
    assert_eq!(desk.run(&["fsck"]).exit, 0);
    let start = format!("minutes-{}", found.json["ceremony"].as_str().unwrap());
    if let Some(minutes) = document(&desk, &start, "-agreed.pdf") {
        for part in ["Health of the shares", "on leave until March", "one further share"] {
            assert!(minutes.contains(part), "{part} is not in {minutes}");
        }
    }
}

#[test]
fn a_share_that_is_not_proved_is_named_and_counts_as_lost() {
    let (desk, genesis) = Desk::with_key();
    // Bruno mistypes the PIN, and Dirk brings the sheet of somebody else and nothing more.
    let sheet = genesis["shares"][0]["file"].as_str().unwrap();
    let file = changed(&desk, "314159", "000001");
    let others = fs::read_to_string(&file).unwrap();
    let dirk = format!("tokens = 0, share = \"{sheet}\" }}");
    fs::write(&file, others.replace("pin = \"141421\", sheet = false }", &dirk)).unwrap();
    let found = run(&desk, &file);
    assert_eq!(found.exit, 5, "{found:?}");
    let unproved = found.json["unproved"].as_array().unwrap();
    let told = |at: usize, key: &str| unproved[at][key].clone();
    assert_eq!(
        (told(0, "holder"), told(0, "code")),
        ("Bruno Lang".into(), "SR-TOKEN-WRONG-PIN".into())
    );
    assert_eq!(
        (told(1, "holder"), told(1, "code")),
        ("Dirk Nolte".into(), "SR-APPROVAL-SHARE".into())
    );
    assert_eq!((told(0, "sheet"), told(1, "sheet")), (false.into(), true.into()));
    // Ada and Cora are left of the custodians, Eva of the officers.
    let margin = &found.json["margin"];
    assert_eq!((&margin["is_reachable"], &margin["may_be_lost"]), (&true.into(), &0.into()));
    let start = format!("minutes-{}", found.json["ceremony"].as_str().unwrap());
    if let Some(minutes) = document(&desk, &start, "-agreed.pdf") {
        let told = "a share was not proved: Bruno Lang, token 4200000001 [SR-TOKEN-WRONG-PIN]";
        assert!(minutes.contains(told), "{minutes}");
    }
    let log = logged(&desk, "ceremony.health");
    assert_eq!(log.last().unwrap()["result"], "ok");
    assert_eq!(desk.run(&["fsck"]).exit, 0);
}

#[test]
fn silence_about_a_holder_is_no_answer() {
    let (desk, _) = Desk::with_key();
    for (from, to, code) in [
        (
            "absent = [{ name = \"Cora Mai\", reason = \"on leave until March\" }]",
            "",
            "SR-ROOM-UNANSWERED",
        ),
        ("on leave until March", " ", "SR-ROOM-UNANSWERED"),
        ("name = \"Cora Mai\"", "name = \"Ada Kern\"", "SR-ROOM-UNANSWERED"),
        ("name = \"Cora Mai\"", "name = \"Zoe Fremd\"", "SR-APPROVAL-NO-SHARE"),
        ("[health]", "[health]\nkey = \"drill/7\"", "SR-REGISTRY-MISSING"),
    ] {
        let refused = run(&desk, &changed(&desk, from, to));
        assert_eq!(refused.json["error"]["code"], code, "{to}: {refused:?}");
    }
    let ceremonies = desk.run(&["ceremony", "show"]).json["ceremonies"].clone();
    assert_eq!(ceremonies.as_array().unwrap().len(), 1, "only the genesis");
}

#[test]
fn at_the_terminal_a_holder_who_gives_up_is_written_down_and_the_margin_is_read_aloud() {
    let (desk, _) = Desk::with_key();
    let example = fs::read_to_string(answers("health.toml")).unwrap();
    let (officials, _) = example.split_once("[health]").unwrap();
    let away = ["Bruno Lang", "Cora Mai", "Dirk Nolte", "Eva Ott"]
        .map(|name| format!("{{ name = \"{name}\", reason = \"elsewhere\" }}"));
    let shown = "[health]\nholders = [{ name = \"Ada Kern\", sheet = false }]";
    let roster = format!("{officials}{shown}\nabsent = [{}]\n", away.join(", "));
    fs::write(desk.path("roster.toml"), roster).unwrap();
    let path = desk.path("roster.toml");
    let ceremony = ["ceremony", "run", "health", "--roster", text(&path)];
    let mut seated = Seated::new(&desk, &ceremony, &desk.path("printed"));
    assert_eq!(seated.agree_until(&["PIN: (not shown)"]), Some(0));
    seated.enter("000001");
    assert_eq!(seated.wait_for(&["[SR-TOKEN-WRONG-PIN]"]), Some(0), "{}", seated.seen());
    assert_eq!(seated.wait_for(&["no writes down that it was not proved:"]), Some(0));
    seated.enter("no");
    assert_eq!(seated.agree_until(&["Margin"]), Some(0), "{}", seated.seen());
    while seated.agree_until(&["Agree with the minutes"]).is_some() {}
    let (exit, shown) = seated.end();
    assert_eq!(exit, 5, "{shown}");
    for part in ["NOT PROVED", "Bruno Lang: elsewhere", "Next proof"] {
        assert!(shown.contains(part), "{part} is not in {shown}");
    }
    assert!(!shown.contains("000001"), "a PIN stood on the terminal");
}

//! A key takes the place of another: the old one opens what lies under it and seals no more.

use std::fs;

use serde_json::Value;

use crate::program::{Desk, Ran, answers, assert_same, sample_tree, text};
use crate::record::logged;

fn rotate(desk: &Desk, file: &str) -> Ran {
    let sheets = desk.path("new-sheets");
    desk.run(&["ceremony", "run", "rotation", "--answers", file, "--sheets", text(&sheets)])
}

/// Each key's name and state.
fn states(desk: &Desk) -> Vec<(String, String)> {
    let keys = desk.run(&["key", "list"]).json["keys"].clone();
    let said = |value: &Value| value.as_str().unwrap().to_owned();
    let keys = keys.as_array().unwrap().iter();
    keys.map(|key| (said(&key["key"]), said(&key["state"]))).collect()
}

fn pair(key: &str, state: &str) -> (String, String) {
    (key.to_owned(), state.to_owned())
}

#[test]
fn the_new_key_seals_and_the_old_one_still_opens_what_lies_under_it() {
    let (desk, genesis) = Desk::with_key();
    let tree = desk.path("tree");
    sample_tree(&tree);
    desk.seal(&genesis, &tree, "old");
    let made = rotate(&desk, &answers("rotation.toml"));
    assert_eq!(made.exit, 0, "{made:?}");
    let made = made.json;
    assert_eq!(made["key"], "drill/2");
    assert_ne!(made["recipient"], genesis["recipient"]);
    assert_eq!(states(&desk), [pair("drill/1", "deactivated"), pair("drill/2", "active")]);

    let refused = desk.run(&["key", "recipient", "drill/1"]);
    assert_eq!((refused.exit, &refused.json["error"]["code"]), (6, &"SR-CLI-KEY-STATE".into()));
    desk.seal(&made, &tree, "new");
    for (shares, archive, to) in [(&genesis, "old", "from-old"), (&made, "new", "from-new")] {
        assert_eq!(desk.restore(shares, &[0, 1, 3], archive, to).exit, 0);
        assert_same(&tree, &desk.path(&format!("{to}/tree")));
    }
    // The shares of one key give nothing of the other.
    assert_eq!(desk.restore(&made, &[0, 1, 3], "old", "nothing").exit, 4);

    let entries = logged(&desk, "ceremony.rotation");
    assert_eq!(entries.last().unwrap()["result"], "ok");
    assert_eq!(desk.run(&["fsck"]).exit, 0);
}

#[test]
fn a_rotation_that_is_not_finished_leaves_the_old_key_in_use() {
    let (desk, _) = Desk::with_key();
    let all = fs::read_to_string(answers("rotation.toml")).unwrap();
    let file = desk.path("wrong.toml");
    fs::write(&file, all.replace("173205", "173206")).unwrap();
    let stopped = rotate(&desk, text(&file));
    assert_ne!(stopped.exit, 0, "{stopped:?}");
    assert_eq!(states(&desk), [pair("drill/1", "active"), pair("drill/2", "destroyed")]);
    assert_eq!(desk.run(&["key", "recipient"]).exit, 0);
    assert_eq!(rotate(&desk, &answers("rotation.toml")).exit, 0);
    let now =
        [pair("drill/1", "deactivated"), pair("drill/2", "destroyed"), pair("drill/3", "active")];
    assert_eq!(states(&desk), now);
}

#[test]
fn a_key_that_somebody_may_know_is_replaced_and_stays_what_it_is() {
    let (desk, genesis) = Desk::with_key();
    let tree = desk.path("tree");
    sample_tree(&tree);
    desk.seal(&genesis, &tree, "old");
    let said = ["--by", "Dirk Nolte", "--reason", "two sheets were found in a copier"];
    let marked = desk.run(&[&["key", "compromise", "drill/1"], &said[..]].concat());
    assert_eq!((marked.exit, &marked.json["archives_only_under_it"]), (0, &1.into()), "{marked:?}");
    assert_eq!(logged(&desk, "key.compromise").last().unwrap()["result"], "ok");
    // One person takes away and gives nothing back.
    for verb in ["deactivate", "compromise"] {
        assert_ne!(desk.run(&[&["key", verb, "drill/1"], &said[..]].concat()).exit, 0, "{verb}");
    }
    let nobody = desk.run(&["key", "compromise", "drill/1", "--by", " ", "--reason", "x"]);
    assert_eq!(nobody.json["error"]["code"], "SR-CLI-NO-REASON");

    // No key is in use any more, so the one that is replaced is named.
    let unnamed = rotate(&desk, &answers("rotation.toml"));
    assert_eq!(unnamed.json["error"]["code"], "SR-ROOM-UNANSWERED", "{unnamed:?}");
    let all = fs::read_to_string(answers("rotation.toml")).unwrap();
    let file = desk.path("named.toml");
    fs::write(&file, format!("{all}\n[rotation]\nkey = \"drill/1\"\n")).unwrap();
    assert_eq!(rotate(&desk, text(&file)).exit, 0);
    assert_eq!(states(&desk), [pair("drill/1", "compromised"), pair("drill/2", "active")]);
    assert_eq!(desk.restore(&genesis, &[0, 1, 3], "old", "from-old").exit, 0);
}

//! A key gets new shares: somebody leaves, somebody joins, and what was sealed stays readable.

use std::fs;

use serde_json::Value;

use crate::program::{Desk, Ran, answers, assert_same, changed, sample_tree, text};
use crate::record::logged;

fn refresh(desk: &Desk, file: &str) -> Ran {
    let sheets = desk.path("new-sheets");
    desk.run(&["ceremony", "run", "refresh", "--answers", file, "--sheets", text(&sheets)])
}

fn holders(desk: &Desk) -> Vec<String> {
    let shares = desk.run(&["share", "list"]).json["shares"].clone();
    let shares = shares.as_array().unwrap().iter();
    shares.map(|share| share["holder"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn the_new_shares_open_what_the_old_ones_did_and_count_alone() {
    let (desk, genesis) = Desk::with_key();
    let tree = desk.path("tree");
    sample_tree(&tree);
    desk.seal(&genesis, &tree, "archive");
    let done = refresh(&desk, &answers("refresh.toml"));
    assert_eq!(done.exit, 0, "{done:?}");
    let made = &done.json;
    for same in ["key", "recipient", "fingerprint", "words"] {
        assert_eq!(made[same], genesis[same], "{same}");
    }
    assert_ne!(made["split"], genesis["split"]);
    let now = ["Ada Kern", "Bruno Lang", "Frida Holm", "Dirk Nolte", "Eva Ott"];
    assert_eq!(holders(&desk), now);
    // Tokens that were in use are used again; Frida has a new one.
    assert_eq!(fs::read_dir(desk.path("vault/tokens")).unwrap().count(), 6);

    // The new people restore, by themselves and with tokens; whoever left does not.
    let restored = desk.restore(made, &[1, 2, 4], "archive", "by-new-sheets");
    assert_eq!(restored.exit, 0, "{restored:?}");
    assert_same(&tree, &desk.path("by-new-sheets/tree"));
    let run = |file: &str, to: &str| {
        let (archive, to) = (desk.path("archive"), desk.path(to));
        let run = ["ceremony", "run", "restore", "--answers", file];
        desk.run(&[&run[..], &["--archive", text(&archive), "--to", text(&to)]].concat())
    };
    let gone = run(&answers("restore.toml"), "by-who-left");
    assert_eq!((gone.exit, &gone.json["error"]["code"]), (6, &"SR-APPROVAL-NO-SHARE".into()));
    let new = [("Cora Mai", "Frida Holm"), ("161803", "577215")];
    let by_tokens = run(&changed(&desk, "restore.toml", &new), "by-tokens");
    assert_eq!(by_tokens.exit, 0, "{by_tokens:?}");
    assert_same(&tree, &desk.path("by-tokens/tree"));

    // Old and new do not mix, and the old ones alone still give the key: nothing was revoked.
    let [old, new] = [&genesis, made].map(|split| split["shares"].clone());
    let file = |shares: &Value, at: usize| shares[at]["file"].as_str().unwrap().to_owned();
    let (archive, mixed) = (desk.path("archive"), desk.path("mixed"));
    let (a, b, c) = (file(&old, 0), file(&new, 1), file(&new, 3));
    let shares = ["--share", &a, "--share", &b, "--share", &c];
    let restore = ["restore", text(&archive), "--to", text(&mixed)];
    assert_eq!(desk.run(&[&restore[..], &shares].concat()).exit, 4);
    assert_eq!(desk.restore(&genesis, &[0, 2, 3], "archive", "by-old-sheets").exit, 0);

    let entries = logged(&desk, "ceremony.refresh");
    assert_eq!(entries.last().unwrap()["result"], "ok");
    assert_eq!(desk.run(&["fsck"]).exit, 0);
}

#[test]
fn a_bearer_may_bring_the_old_sheet_and_a_wrong_one_is_refused() {
    let (desk, genesis) = Desk::with_key();
    let sheet = |at: usize| genesis["shares"][at]["file"].as_str().unwrap().to_owned();
    let bring = |file: &str| {
        format!("name = \"Bruno Lang\", sheet = true, share = \"{file}\" }},\n  {{ name = \"Dirk")
    };
    let was = "name = \"Bruno Lang\", pin = \"314159\" },\n  { name = \"Dirk";
    let wrong = refresh(&desk, &changed(&desk, "refresh.toml", &[(was, &bring(&sheet(2)))]));
    assert_eq!(wrong.json["error"]["code"], "SR-APPROVAL-SHARE", "{wrong:?}");
    assert_eq!(holders(&desk).iter().filter(|name| *name == "Cora Mai").count(), 1);
    let right = refresh(&desk, &changed(&desk, "refresh.toml", &[(was, &bring(&sheet(1)))]));
    assert_eq!(right.exit, 0, "{right:?}");
    assert!(holders(&desk).contains(&"Frida Holm".to_owned()));
}

#[test]
fn too_few_old_shares_change_nothing() {
    let (desk, _) = Desk::with_key();
    let without =
        ("  { name = \"Bruno Lang\", pin = \"314159\" },\n  { name = \"Dirk", "  { name = \"Dirk");
    let refused = refresh(&desk, &changed(&desk, "refresh.toml", &[without]));
    assert_eq!(refused.exit, 4, "{refused:?}");
    let stranger = (
        "name = \"Dirk Nolte\", pin = \"141421\" },\n]\n\n[quorum]",
        "name = \"Zoe Fremd\" },\n]\n\n[quorum]",
    );
    let refused = refresh(&desk, &changed(&desk, "refresh.toml", &[stranger]));
    assert_eq!(refused.json["error"]["code"], "SR-APPROVAL-NO-SHARE", "{refused:?}");
    assert!(holders(&desk).contains(&"Cora Mai".to_owned()));
    assert_eq!(desk.run(&["fsck"]).exit, 0);
}

#[test]
fn a_refresh_that_is_given_up_leaves_the_old_shares_in_force_and_the_key_in_use() {
    let (desk, genesis) = Desk::with_key();
    let tree = desk.path("tree");
    sample_tree(&tree);
    desk.seal(&genesis, &tree, "archive");
    // Frida chooses a PIN that no token takes, after the key was split anew.
    let file = changed(&desk, "refresh.toml", &[("577215", "123456")]);
    let stopped = refresh(&desk, &file);
    assert_eq!(stopped.json["error"]["code"], "SR-TOKEN-PIN-UNSUITABLE", "{stopped:?}");
    assert!(holders(&desk).contains(&"Cora Mai".to_owned()));
    let keys = desk.run(&["key", "list"]).json["keys"].clone();
    assert_eq!(keys[0]["state"], "active", "{keys}");
    assert_eq!(desk.restore(&genesis, &[0, 2, 3], "archive", "out").exit, 0);
    assert_eq!(desk.run(&["fsck"]).exit, 0);
    // The next one goes through.
    assert_eq!(refresh(&desk, &answers("refresh.toml")).exit, 0);
}

#[test]
fn the_minutes_say_what_old_shares_still_open() {
    let (desk, _) = Desk::with_key();
    let done = refresh(&desk, &answers("refresh.toml"));
    let start = format!("minutes-{}", done.json["ceremony"].as_str().unwrap());
    let Some(minutes) = crate::seated::document(&desk, &start, "-agreed.pdf") else { return };
    for part in
        ["New shares of a key", "In place of split", "still give the same key", "the old sheets of"]
    {
        assert!(minutes.contains(part), "{part} is not in {minutes}");
    }
}

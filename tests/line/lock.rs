//! A lock in place of a master key: a quorum of tokens opens one archive, and no seed opens more.

use std::fs;

use crate::program::{Desk, Ran, answers, assert_same, changed, sample_tree, text};
use crate::record::logged;

/// A desk with enrolled tokens, a lock of theirs, and a tree that is sealed to it.
fn locked() -> (Desk, serde_json::Value) {
    let (desk, genesis) = Desk::with_key();
    let made = make(&desk, &answers("lock.toml"), "quorum.lock");
    assert_eq!(made.exit, 0, "{made:?}");
    assert_eq!(made.json["key"], "drill/900");
    assert_eq!(made.json["holders"].as_array().unwrap().len(), 5);
    sample_tree(&desk.path("tree"));
    let sealed = seal(&desk, "archive");
    assert_eq!(sealed.exit, 0, "{sealed:?}");
    (desk, genesis)
}

fn make(desk: &Desk, roster: &str, to: &str) -> Ran {
    desk.run(&["lock", "make", "--roster", roster, "-o", text(&desk.path(to))])
}

fn seal(desk: &Desk, to: &str) -> Ran {
    let (lock, to, tree) = (desk.path("quorum.lock"), desk.path(to), desk.path("tree"));
    desk.run(&["seal", "--lock", text(&lock), "-o", text(&to), text(&tree)])
}

/// Restores with the tokens of the approvers in a roster.
fn restore(desk: &Desk, roster: &str, to: &str) -> Ran {
    let (archive, to) = (desk.path("archive"), desk.path(to));
    desk.run(&["restore", text(&archive), "--to", text(&to), "--holders", roster])
}

fn code(ran: &Ran) -> &str {
    ran.json["error"]["code"].as_str().unwrap_or_default()
}

#[test]
fn a_quorum_of_tokens_opens_what_is_sealed_to_a_lock_and_no_master_key_does() {
    let (desk, genesis) = locked();
    let archive = desk.path("archive");
    assert_eq!(desk.run(&["verify", text(&archive)]).exit, 0);
    let done = restore(&desk, &answers("restore.toml"), "by-tokens");
    assert_eq!(done.exit, 0, "{done:?}");
    assert_same(&desk.path("tree"), &desk.path("by-tokens/tree"));
    let listed = ["list", text(&archive), "--holders", &answers("restore.toml")];
    assert_eq!(desk.run(&listed).exit, 0);

    // Shares of the vault's own key are of another one.
    assert_eq!(desk.restore(&genesis, &[0, 1, 3], "archive", "by-shares").exit, 4);
    assert!(!desk.path("by-shares/tree").exists());
    for operation in ["lock.make", "lock.seal"] {
        assert_eq!(logged(&desk, operation).last().unwrap()["result"], "ok", "{operation}");
    }
    assert_eq!(desk.run(&["fsck"]).exit, 0);
}

#[test]
fn each_archive_of_a_lock_is_opened_by_what_lies_beside_it_only() {
    let (desk, _) = locked();
    assert_eq!(seal(&desk, "other").exit, 0);
    let split = |folder: &str| {
        let entries = fs::read_dir(desk.path(folder)).unwrap().flatten().map(|one| one.path());
        let mut splits = entries.filter(|path| path.extension().is_some_and(|end| end == "split"));
        splits.next().expect("a split")
    };
    let (own, other) = (split("archive"), split("other"));
    // The split of the other archive opens the other archive.
    let (archive, to, roster) = (desk.path("archive"), desk.path("to"), answers("restore.toml"));
    let restore_with = |file: &str| {
        let restore = ["restore", text(&archive), "--to", text(&to), "--holders", &roster];
        desk.run(&[&restore[..], &["--split", file]].concat())
    };
    let refused = restore_with(text(&other));
    assert_eq!((refused.exit, code(&refused)), (5, "SR-CLI-OTHER-SPLIT"), "nobody was asked");
    fs::rename(&own, desk.path("elsewhere.split")).unwrap();
    let lost = restore(&desk, &roster, "lost");
    assert_eq!((lost.exit, code(&lost)), (4, "SR-CLI-NO-SHARES"));
    assert_eq!(restore_with(text(&desk.path("elsewhere.split"))).exit, 0);

    let mut damaged = fs::read(desk.path("elsewhere.split")).unwrap();
    let middle = damaged.len() / 2;
    damaged[middle] ^= 1;
    fs::write(desk.path("damaged.split"), damaged).unwrap();
    let refused = restore_with(text(&desk.path("damaged.split")));
    assert_ne!(refused.exit, 0, "{refused:?}");

    // A copy that is made of damaged media can be opened too.
    fs::rename(desk.path("elsewhere.split"), &own).unwrap();
    let entries = fs::read_dir(&archive).unwrap().flatten().map(|one| one.path());
    let mut volumes = entries.filter(|path| path.extension().is_some_and(|e| e == "strongroom"));
    let volume = volumes.next().expect("a volume");
    let mut bytes = fs::read(&volume).unwrap();
    let third = bytes.len() / 3;
    bytes[third] ^= 1;
    fs::write(&volume, bytes).unwrap();
    let copy = desk.path("copy");
    let repaired = desk.run(&["verify", text(&archive), "--repair-to", text(&copy), "--yes"]);
    assert_eq!(repaired.exit, 0, "{repaired:?}");
    let to = desk.path("from-copy");
    let restored = ["restore", text(&copy), "--to", text(&to), "--holders", &roster];
    let restored = desk.run(&restored);
    assert_eq!(restored.exit, 0, "{restored:?}");
    assert_same(&desk.path("tree"), &to.join("tree"));
}

#[test]
fn too_few_holders_a_stranger_and_a_wrong_pin_are_told_apart() {
    let (desk, _) = locked();
    let without = "  { name = \"Eva Ott\", pin = \"173205\" },\n";
    let few = restore(&desk, &changed(&desk, "restore.toml", &[(without, "")]), "few");
    assert_eq!(few.exit, 4, "{few:?}");
    let stranger = [("Eva Ott", "Frida Holm")];
    let stranger = restore(&desk, &changed(&desk, "restore.toml", &stranger), "stranger");
    assert_eq!((stranger.exit, code(&stranger)), (6, "SR-THRESHOLD-NO-SHARE"), "{stranger:?}");
    let wrong = restore(&desk, &changed(&desk, "restore.toml", &[("173205", "173206")]), "wrong");
    assert!(wrong.exit == 1 && code(&wrong).contains("WRONG-PIN"), "{wrong:?}");
    // The same token still opens it afterwards.
    assert_eq!(restore(&desk, &answers("restore.toml"), "right").exit, 0);
}

#[test]
fn a_lock_is_only_what_its_holders_signed_and_the_vault_has_in_use() {
    let (desk, _) = locked();
    let lock = desk.path("quorum.lock");
    let shown = desk.run(&["lock", "show", text(&lock)]);
    let standing = shown.json["standing"].as_str().unwrap().to_owned();
    assert!(standing.starts_with("every holder signed it"), "{standing}");

    let taken = make(&desk, &changed(&desk, "lock.toml", &[("drill/900", "drill/2")]), "x.lock");
    assert_eq!(code(&taken), "SR-CLI-LOCK-NAME", "{taken:?}");
    let nobody = make(&desk, &changed(&desk, "lock.toml", &[("Eva Ott", "Frida Holm")]), "x.lock");
    assert_eq!(code(&nobody), "SR-CLI-LOCK-HOLDER", "{nobody:?}");
    assert!(!desk.path("x.lock").exists());

    // A bit of a signature is another signature.
    let mut forged = fs::read(&lock).unwrap();
    *forged.last_mut().unwrap() ^= 1;
    fs::write(desk.path("forged.lock"), &forged).unwrap();
    let (to, tree, forged) = (desk.path("to"), desk.path("tree"), desk.path("forged.lock"));
    let refused = desk.run(&["seal", "--lock", text(&forged), "-o", text(&to), text(&tree)]);
    assert_eq!((refused.exit, code(&refused)), (6, "SR-THRESHOLD-NOT-SIGNED"), "{refused:?}");

    // Nothing is sealed any more to a lock of which a token is out of use.
    let token = shown.json["holders"][0]["token"].as_str().unwrap().to_owned();
    assert_eq!(desk.run(&["token", "retire", &token, "--because", "lost"]).exit, 0);
    let refused = seal(&desk, "late");
    assert_eq!((refused.exit, code(&refused)), (6, "SR-THRESHOLD-NOT-ENROLLED"), "{refused:?}");
    assert!(!desk.path("late").exists());
    // What was sealed before is opened by those who are left.
    let left = [("Ada Kern", "Bruno Lang"), ("271828", "314159")];
    assert_eq!(restore(&desk, &changed(&desk, "restore.toml", &left), "left").exit, 0);
}

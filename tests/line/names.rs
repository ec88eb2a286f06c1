//! Names that a target does not get, and what brings them back.

use std::fs;
use std::os::unix::fs::symlink;

use crate::program::{Desk, assert_same, text};

#[test]
fn translated_names_come_back_by_one_command_and_links_that_lead_nowhere_are_named() {
    let (desk, genesis) = Desk::with_key();
    let tree = desk.path("tree");
    fs::create_dir_all(tree.join("a:b")).unwrap();
    fs::write(tree.join("a:b/what?"), "content").unwrap();
    fs::write(tree.join("a:b/plain"), "plain").unwrap();
    fs::write(tree.join("turned\u{202e}gpj"), "name").unwrap();
    symlink("a:b/what?", tree.join("link")).unwrap();
    symlink("a%3Ab", tree.join("other")).unwrap();
    desk.seal(&genesis, &tree, "archive");
    let (archive, out) = (desk.path("archive"), desk.path("out"));
    let mut arguments = vec!["restore", text(&archive), "--to", text(&out), "--names", "portable"];
    for place in [0, 1, 3] {
        arguments.extend(["--share", genesis["shares"][place]["file"].as_str().unwrap()]);
    }
    let ran = desk.run(&arguments);
    assert_eq!((ran.exit, &ran.json["translated"]), (0, &2.into()), "{ran:?}");
    // The second one would lead to a folder that is not the one it says.
    let dangling = serde_json::json!(["tree/link -> a:b/what?", "tree/other -> a%3Ab"]);
    assert_eq!(ran.json["dangling"], dangling, "{ran:?}");
    assert!(out.join("tree/a%3Ab/what%3F").exists());

    let undo = ["names", "undo", text(&out)];
    // Something has the name: nothing at all is changed.
    fs::write(out.join("tree/a%3Ab/what?"), "another").unwrap();
    let refused = desk.run(&undo);
    assert_eq!(refused.json["error"]["code"], "SR-ENGINE-NAMES-MAP", "{refused:?}");
    assert!(out.join("tree/a%3Ab/what%3F").exists());
    fs::remove_file(out.join("tree/a%3Ab/what?")).unwrap();
    let done = desk.run(&undo);
    assert_eq!((done.exit, &done.json["renamed"]), (0, &2.into()), "{done:?}");
    assert_same(&tree, &out.join("tree"));
    assert_eq!(fs::read_dir(&out).unwrap().count(), 1, "the map is gone");
    assert_eq!(desk.run(&undo).json["error"]["code"], "SR-ENGINE-NAMES-MAP");

    let mut list = vec!["list", text(&archive)];
    list.extend(&arguments[6..]);
    let listed = desk.run(&list).text;
    assert!(!listed.contains('\u{202e}') && listed.contains("turned\\\\u{202e}gpj"), "{listed}");
}

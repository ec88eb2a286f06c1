//! What people at the terminal are shown before they agree.

use std::fs;

use crate::program::{Desk, answers, sample_tree, text};
use crate::terminal::Seated;

/// A desk with a sealed tree and a roster for its restore.
fn desk() -> Desk {
    let (desk, genesis) = Desk::with_key();
    sample_tree(&desk.path("tree"));
    desk.seal(&genesis, &desk.path("tree"), "archive");
    let all = fs::read_to_string(answers("restore.toml")).unwrap();
    let without_pins: String = all
        .lines()
        .map(|line| line.split(", pin").next().unwrap_or_default().to_owned())
        .map(|line| if line.contains("{ name") { format!("{line} }},\n") } else { line + "\n" })
        .collect();
    fs::write(desk.path("roster.toml"), without_pins).unwrap();
    desk
}

fn restore(desk: &Desk, more: &[&str]) -> Seated {
    let (roster, archive, out) = (desk.path("roster.toml"), desk.path("archive"), desk.path("out"));
    let run = ["--json", "ceremony", "run", "restore", "--roster", text(&roster)];
    let what = ["--archive", text(&archive), "--to", text(&out)];
    Seated::new(desk, &[&run[..], &what, more].concat(), &desk.path("printed"))
}

#[test]
fn every_field_of_the_plan_stands_on_the_terminal_although_the_output_goes_elsewhere() {
    let desk = desk();
    let mut seated = restore(
        &desk,
        &[
            "--conflict",
            "replace",
            "--select",
            "tree/folder/**",
            "--names",
            "portable",
            "--owners",
            "number",
            "--owner-map",
            "ana=1001",
            "--privileges",
            "--reread",
        ],
    );
    assert_eq!(seated.agree_until(&["holds until"]), Some(0));
    seated.agree_until(&["Approve the plan"]);
    seated.wait_for(&["(not shown)"]);
    seated.keep_secret();
    let (exit, shown) = seated.end();
    assert_ne!(exit, 0);
    let plan = &shown[..shown.find("Approve the plan").unwrap()];
    let inspected = desk.run(&["inspect", text(&desk.path("archive"))]).json;
    for field in [
        inspected["archive"].as_str().unwrap(),
        "index root",
        "environment    drill",
        "tree/folder/**",
        text(&desk.path("out")),
        "REPLACED",
        "any common system",
        "the same NUMBER here",
        "ana becomes 1001",
        "COME BACK",
        "every file, when all is written",
        "Rita Sommer",
        "The originals are lost",
    ] {
        assert!(plan.contains(field), "{field} is not shown: {plan}");
    }
    let printed = fs::read_to_string(desk.path("printed")).unwrap();
    assert_eq!(printed.lines().count(), 1, "one JSON object and nothing else: {printed}");
    assert!(!desk.path("out").exists());
}

#[test]
fn a_reason_that_would_repaint_the_terminal_is_refused_before_anybody_is_asked() {
    let desk = desk();
    let roster = fs::read_to_string(desk.path("roster.toml")).unwrap();
    for hidden in ["\\u001b[2J", "\\u202e", "\\u200b"] {
        let changed = roster.replace("The originals", &format!("{hidden}The originals"));
        fs::write(desk.path("roster.toml"), changed).unwrap();
        let (exit, shown) = restore(&desk, &[]).end();
        assert_eq!(exit, 2, "{shown}");
        assert!(!shown.contains("Open the ceremony"), "{shown}");
        let printed = fs::read_to_string(desk.path("printed")).unwrap();
        assert!(printed.contains("SR-ENGINE-HIDDEN-TEXT"), "{printed}");
        assert_eq!(desk.run(&["fsck"]).exit, 0, "nothing was begun");
    }
}

//! What the program says when something is not as it should be, and what it says to do next.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::process::{Command, Stdio};

use crate::program::{Desk, Ran, answers, sample_tree, text};

/// Runs the program without `--json` on the desk's vault; output and errors together.
fn plain(desk: &Desk, arguments: &[&str]) -> (i32, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_strongroom"));
    command.env("HOME", desk.dir()).env_remove("STRONGROOM_VAULT").current_dir(desk.dir());
    let output = command.args(["--vault", "vault"]).args(arguments).output().unwrap();
    let (out, err) = (String::from_utf8(output.stdout), String::from_utf8(output.stderr));
    (output.status.code().unwrap(), out.unwrap() + &err.unwrap())
}

fn code(ran: &Ran) -> &str {
    ran.json["error"]["code"].as_str().unwrap_or_default()
}

#[test]
fn a_file_that_cannot_be_read_is_named() {
    let desk = Desk::empty();
    for arguments in [
        &["ceremony", "check", "no-such.yaml"][..],
        &["ceremony", "run", "genesis", "--answers", "no-such.toml"],
        &["ceremony", "run", "genesis", "--roster", "no-such.toml"],
        &["seal", "-r", "no-such.recipient", "-o", "archive", "."],
    ] {
        let ran = desk.run(arguments);
        assert_ne!(ran.exit, 0);
        assert!(ran.text.contains("no-such."), "{arguments:?}: {ran:?}");
    }
}

#[test]
fn people_are_asked_on_a_terminal_or_told_that_one_is_needed() {
    let desk = Desk::empty();
    let all = fs::read_to_string(answers("genesis.toml")).unwrap();
    fs::write(desk.path("roster.toml"), all).unwrap();
    // A session of its own has no terminal.
    let mut alone = Command::new("setsid");
    let roster = desk.path("roster.toml");
    let run = ["ceremony", "run", "genesis", "--roster", text(&roster)];
    alone.arg("-w").arg(env!("CARGO_BIN_EXE_strongroom")).args(["--json", "--vault"]);
    let ran = desk.ran(alone.arg(desk.path("vault")).args(run).output().unwrap());
    assert_eq!((ran.exit, code(&ran)), (2, "SR-CLI-NO-TERMINAL"), "{ran:?}");
}

#[test]
fn what_cannot_be_meant_is_a_usage_error_as_json_if_that_was_asked_for() {
    let (desk, genesis) = Desk::with_key();
    let recipient = genesis["recipient"].as_str().unwrap();
    fs::write(desk.path("big"), "").unwrap();
    let (archive, big) = (desk.path("archive"), desk.path("big"));
    let seal = ["seal", "-r", recipient, "-o", text(&archive)];
    for (more, word) in [
        (&["--volume-size", "10", text(&big)][..], "4.0 MiB at least"),
        (&["-", text(&big)], "together"),
        (&["--no-such-option", text(&big)], "--no-such-option"),
    ] {
        let ran = desk.run(&[&seal[..], more].concat());
        assert_eq!((ran.exit, code(&ran)), (2, "SR-CLI-USAGE"), "{more:?}: {ran:?}");
        assert!(ran.text.contains(word), "{ran:?}");
    }
    assert!(!archive.exists());
    assert_eq!(plain(&desk, &["--help"]).0, 0);
}

#[test]
fn an_empty_stream_is_not_sealed_unless_that_is_what_is_meant() {
    let (desk, genesis) = Desk::with_key();
    let (archive, recipient) = (desk.path("archive"), genesis["recipient"].as_str().unwrap());
    let seal = ["seal", "-r", recipient, "-o", text(&archive), "-"];
    let empty = |more: &[&str]| {
        let mut command = desk.command(&[&seal[..], more].concat());
        desk.ran(command.stdin(Stdio::null()).output().unwrap())
    };
    let ran = empty(&[]);
    assert_eq!((ran.exit, code(&ran)), (1, "SR-CLI-EMPTY-INPUT"), "{ran:?}");
    assert!(!archive.exists());
    assert_eq!(empty(&["--allow-empty"]).exit, 0);
    assert_eq!(desk.run(&["fsck"]).exit, 0);
}

#[test]
fn a_second_archive_in_one_folder_comes_with_a_warning() {
    let (desk, genesis) = Desk::with_key();
    sample_tree(&desk.path("tree"));
    let first = desk.seal(&genesis, &desk.path("tree"), "archive");
    assert_eq!(first["warnings"].as_array().unwrap().len(), 0);
    let second = desk.seal(&genesis, &desk.path("tree"), "archive");
    let warning = second["warnings"][0].as_str().unwrap();
    let volume = second["volumes"][0].as_str().unwrap();
    assert!(warning.contains("another archive") && warning.contains(volume), "{warning}");
    assert_eq!(desk.run(&["verify", volume]).json["verdict"], "intact");
}

#[test]
fn a_vault_that_lost_a_part_is_never_told_to_be_made_again() {
    for (part, expected) in [("vault.sqlite", "SR-VAULT-PART-MISSING"), ("", "SR-VAULT-FILE")] {
        let (desk, _) = Desk::with_key();
        let vault = desk.path("vault");
        if part.is_empty() {
            let mut permissions = fs::metadata(&vault).unwrap().permissions();
            permissions.set_mode(0o000);
            fs::set_permissions(&vault, permissions).unwrap();
            if fs::read_dir(&vault).is_ok() {
                // Whoever may read everything cannot be shut out.
                continue;
            }
        } else {
            fs::rename(vault.join(part), desk.path("gone")).unwrap();
        }
        for verb in [&["key", "list"][..], &["fsck"], &["ceremony", "show"]] {
            let ran = desk.run(verb);
            assert_eq!(code(&ran), expected, "{verb:?}: {ran:?}");
            assert!(!ran.text.contains("init"), "{ran:?}");
        }
        fs::set_permissions(&vault, fs::Permissions::from_mode(0o700)).unwrap();
    }
    let desk = Desk::empty();
    fs::remove_file(desk.path("vault/vault.sqlite")).unwrap();
    fs::remove_dir_all(desk.path("vault/log")).unwrap();
    let ran = desk.run(&["key", "list"]);
    assert_eq!(code(&ran), "SR-VAULT-NOT-A-VAULT");
    assert!(!ran.text.contains("init") && ran.text.contains("backup"), "{ran:?}");
}

#[test]
fn next_lines_name_the_vault_and_a_whole_log_is_explained() {
    let desk = Desk::empty();
    let (_, init) = plain(&desk, &["init", "other vault", "--environment", "drill"]);
    assert!(init.contains("Next: strongroom --vault 'other vault' ceremony run genesis"), "{init}");
    let run = ["ceremony", "run", "genesis", "--answers", &answers("genesis.toml")];
    let (exit, genesis) = plain(&desk, &[&run[..], &["--sheets", "sheets"]].concat());
    assert_eq!(exit, 0, "{genesis}");
    assert!(genesis.contains("Next: strongroom --vault vault key recipient"), "{genesis}");
    let (exit, log) = plain(&desk, &["log", "verify"]);
    assert_eq!(exit, 0, "{log}");
    assert!(log.contains("freshness-unknown") && log.contains("kept elsewhere"), "{log}");
}

#[test]
fn counts_read_as_people_say_them_and_hard_links_are_no_symbolic_links() {
    let (desk, genesis) = Desk::with_key();
    let tree = desk.path("tree");
    fs::create_dir(&tree).unwrap();
    fs::write(tree.join("a"), "a").unwrap();
    fs::hard_link(tree.join("a"), tree.join("b")).unwrap();
    std::os::unix::fs::symlink("a", tree.join("c")).unwrap();
    desk.seal(&genesis, &tree, "archive");
    let shares = [0, 1, 3].map(|n: usize| genesis["shares"][n]["file"].as_str().unwrap());
    let with_shares: Vec<&str> = shares.iter().flat_map(|share| ["--share", share]).collect();
    let (_, listed) = plain(&desk, &[&["list", "archive"][..], &with_shares].concat());
    assert!(listed.contains("tree/b is the same file as tree/a"), "{listed}");
    assert!(listed.contains("tree/c -> a"), "{listed}");
    let restore = ["restore", "archive", "--to", "out", "--select", "tree/a"];
    let (exit, restored) = plain(&desk, &[&restore[..], &with_shares].concat());
    assert_eq!(exit, 0, "{restored}");
    assert!(restored.contains("1 whole file, 1 byte in all"), "{restored}");
}

#[test]
fn nothing_is_restored_among_the_volumes_of_the_archive() {
    let (desk, genesis) = Desk::with_key();
    fs::write(desk.path("file"), "content").unwrap();
    desk.seal(&genesis, &desk.path("file"), "archive");
    let archive = desk.path("archive");
    let before = fs::read_dir(&archive).unwrap().count();
    // Another way to say the same folder.
    let dotted = archive.join("../archive/.");
    for to in [&archive, &dotted] {
        let mut arguments = vec!["restore", text(&archive), "--to", text(to)];
        for place in [0, 1, 3] {
            arguments.extend(["--share", genesis["shares"][place]["file"].as_str().unwrap()]);
        }
        let ran = desk.run(&arguments);
        assert_eq!((ran.exit, code(&ran)), (6, "SR-ENGINE-TARGET-IS-ARCHIVE"), "{ran:?}");
    }
    assert_eq!(fs::read_dir(&archive).unwrap().count(), before);
    assert_eq!(desk.restore(&genesis, &[0, 1, 3], "archive", "archive/out").exit, 0);
}

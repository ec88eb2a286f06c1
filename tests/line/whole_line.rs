//! What a newcomer sees: a key is made, data is sealed, lost, and comes back.

use std::fs;
use std::process::Command;

use crate::program::{Desk, answers, assert_same, sample_tree, text};

#[test]
fn genesis_reports_a_key_a_recipient_a_split_and_five_shares() {
    let (desk, genesis) = Desk::with_key();
    assert_eq!(genesis["key"], "drill/1");
    assert!(genesis["recipient"].as_str().unwrap().starts_with("age1pq1"));
    assert_eq!(genesis["recipient"].as_str().unwrap().len(), 1959);
    assert_eq!(genesis["split"].as_str().unwrap().len(), 32);
    let shares = genesis["shares"].as_array().unwrap();
    assert_eq!(shares.len(), 5);
    for share in shares {
        let file = fs::read_to_string(share["file"].as_str().unwrap()).unwrap();
        let words = file.lines().find_map(|line| line.strip_prefix("words:")).unwrap();
        assert_eq!(words.split_whitespace().count(), 33);
        assert!(share["group"].is_string() || share["group"].is_number());
        assert!(share["holder"].is_string());
    }
    let pdfs = fs::read_dir(desk.path("sheets")).unwrap().flatten();
    assert_eq!(
        pdfs.filter(|file| file.path().extension().is_some_and(|end| end == "pdf")).count(),
        5
    );
    assert_eq!(desk.run(&["log", "verify"]).exit, 0);
    assert_eq!(desk.run(&["fsck"]).exit, 0);
}

#[test]
fn a_tree_comes_back_from_paper_shares_after_the_original_is_gone() {
    let (desk, genesis) = Desk::with_key();
    sample_tree(&desk.path("tree"));
    sample_tree(&desk.path("kept/tree"));
    let sealed = desk.seal(&genesis, &desk.path("tree"), "archive");
    assert!(sealed["bytes_in"].as_u64().unwrap() > 3_000_000);
    assert_eq!(sealed["volumes"].as_array().unwrap().len(), 1);
    assert!(sealed["capsule"].is_string() && sealed["archive"].is_string());
    fs::remove_dir_all(desk.path("tree")).unwrap();
    let ran = desk.restore(&genesis, &[0, 2, 4], "archive", "out");
    assert_eq!((ran.exit, &ran.json["verdict"]), (0, &"complete".into()), "{ran:?}");
    assert_eq!(ran.json["files"], 3);
    assert_same(&desk.path("kept"), &desk.path("out"));
}

#[test]
fn a_tree_comes_back_in_a_ceremony_approved_with_tokens() {
    let (desk, genesis) = Desk::with_key();
    sample_tree(&desk.path("tree"));
    desk.seal(&genesis, &desk.path("tree"), "archive");
    let (archive, out, answers) = (desk.path("archive"), desk.path("out"), answers("restore.toml"));
    let ran = desk.run(&[
        "ceremony",
        "run",
        "restore",
        "--answers",
        &answers,
        "--archive",
        text(&archive),
        "--to",
        text(&out),
    ]);
    assert_eq!((ran.exit, &ran.json["verdict"]), (0, &"complete".into()), "{ran:?}");
    assert_same(&desk.path("tree"), &out.join("tree"));
    assert_eq!(desk.run(&["log", "verify"]).exit, 0);
    assert_eq!(desk.run(&["fsck"]).exit, 0);
}

#[test]
fn a_stream_is_sealed_listed_and_printed_again() {
    let (desk, genesis) = Desk::with_key();
    let (dump, archive) = (desk.path("dump"), desk.path("archive"));
    fs::write(&dump, "insert into t values (1);\n".repeat(100_000)).unwrap();
    let recipient = genesis["recipient"].as_str().unwrap();
    let mut seal =
        desk.command(&["seal", "-r", recipient, "--name", "dump.sql", "-o", text(&archive), "-"]);
    let sealed = desk.ran(seal.stdin(fs::File::open(&dump).unwrap()).output().unwrap());
    assert_eq!(sealed.exit, 0, "{sealed:?}");
    let shares: Vec<_> =
        [1, 2, 3].map(|n: usize| genesis["shares"][n]["file"].as_str().unwrap()).into();
    let with_shares = |verb: &[&str]| {
        let mut arguments = verb.to_vec();
        shares.iter().for_each(|share| arguments.extend(["--share", share]));
        desk.command(&arguments).output().unwrap()
    };
    let listed = desk.ran(with_shares(&["list", text(&archive)]));
    assert!(listed.text.contains("dump.sql"), "{listed:?}");
    let cat = ["cat", text(&archive), "dump.sql"];
    assert_eq!(desk.ran(with_shares(&cat)).json["error"]["code"], "SR-CLI-USAGE");
    let mut plain = Command::new(env!("CARGO_BIN_EXE_strongroom"));
    plain.args(cat);
    shares.iter().for_each(|share| {
        plain.args(["--share", share]);
    });
    assert!(plain.output().unwrap().stdout == fs::read(&dump).unwrap());
}

#[test]
fn what_can_be_known_without_a_key_is_shown_and_nothing_more() {
    let (desk, genesis) = Desk::with_key();
    sample_tree(&desk.path("secret-name"));
    let sealed = desk.seal(&genesis, &desk.path("secret-name"), "archive");
    let archive = desk.path("archive");
    let inspected = desk.run(&["inspect", text(&archive)]);
    assert_eq!(inspected.exit, 0);
    assert_eq!(inspected.json["archive"], sealed["archive"]);
    assert!(!inspected.text.contains("secret-name") && !inspected.text.contains("text.txt"));
    for file in fs::read_dir(&archive).unwrap().flatten() {
        let bytes = fs::read(file.path()).unwrap();
        assert!(!bytes.windows(8).any(|window| window == b"text.txt"), "names are in the clear");
    }
    assert_eq!(desk.run(&["verify", text(&archive)]).json["verdict"], "intact");
}

#[test]
fn a_recipients_file_tells_a_machine_without_a_vault_what_it_seals_for() {
    let (desk, _) = Desk::with_key();
    sample_tree(&desk.path("tree"));
    let mut print = desk.command(&["key", "recipient"]);
    print.env_remove("STRONGROOM_VAULT");
    let arguments: Vec<_> = print.get_args().skip(1).map(ToOwned::to_owned).collect();
    let printed = Command::new(print.get_program()).args(arguments).output().unwrap();
    let file = desk.path("drill.recipient");
    fs::write(&file, &printed.stdout).unwrap();
    let written = String::from_utf8(printed.stdout).unwrap();
    let words = desk.run(&["key", "show", "drill/1"]).json["words"].as_str().unwrap().to_owned();
    for line in ["# environment: drill", "# key: drill/1", &format!("# fingerprint: {words}")] {
        assert!(written.lines().any(|found| found == line), "{line} is not in {written}");
    }
    let tree = desk.path("tree");
    let seal = |to: &str, more: &[&str]| {
        let to = desk.path(to);
        let seal = ["seal", "-r", text(&file), "-o", text(&to), text(&tree)];
        // No vault is named, and none lies where one would be looked for.
        let mut alone = Command::new(env!("CARGO_BIN_EXE_strongroom"));
        alone.env("HOME", desk.dir()).env_remove("STRONGROOM_VAULT").env_remove("XDG_DATA_HOME");
        desk.ran(alone.arg("--json").args(seal).args(more).output().unwrap())
    };
    assert_eq!(seal("archive", &[]).exit, 0);
    let inspected = desk.run(&["inspect", text(&desk.path("archive"))]).json;
    assert_eq!(
        (&inspected["environment"], &inspected["key"]),
        (&"drill".into(), &"drill/1".into())
    );
    let ran = seal("other", &["--environment", "production"]);
    assert_eq!((ran.exit, &ran.json["error"]["code"]), (6, &"SR-CLI-OTHER-ENVIRONMENT".into()));
    assert!(!desk.path("other").exists(), "{ran:?}");
}

//! Transcripts prove themselves away from the vault, whole and with names withheld, and whatever is
//! changed is found and named.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::program::{Desk, Ran, answers, text};
use crate::sheets_only::skip;

/// A desk on which a genesis was held, its id, and its transcript.
fn exported(more: &[&str]) -> (Desk, String, Vec<u8>) {
    let (desk, genesis) = Desk::with_key();
    let id = genesis["ceremony"].as_str().unwrap().to_owned();
    let file = desk.path("transcript");
    let export = ["ceremony", "export", &id, "-o", text(&file)];
    let ran = desk.run(&[&export[..], more].concat());
    assert_eq!(ran.exit, 0, "{ran:?}");
    let bytes = fs::read(file).unwrap();
    (desk, id, bytes)
}

/// Verifies these bytes where there is no vault.
fn verify(desk: &Desk, bytes: &[u8], more: &[&str]) -> Ran {
    let file = desk.path("elsewhere");
    fs::write(&file, bytes).unwrap();
    let verify = [&["ceremony", "verify", text(&file)][..], more].concat();
    desk.ran(desk.command_in(Path::new("/nowhere"), &verify).output().unwrap())
}

fn code(ran: &Ran) -> String {
    ran.json["error"]["code"].as_str().unwrap_or("none").to_owned()
}

#[test]
fn a_transcript_proves_itself_without_a_vault_and_its_script_runs_again() {
    let (desk, id, bytes) = exported(&[]);
    let proved = verify(&desk, &bytes, &[]);
    assert_eq!(proved.exit, 0, "{proved:?}");
    let told = &proved.json;
    assert_eq!((&told["ceremony"], &told["operation"]), (&id.into(), &"ceremony.genesis".into()));
    assert_eq!((&told["result"], &told["is_replayed"]), (&"ok".into(), &true.into()));
    assert_eq!((&told["withheld"], &told["is_vouched_for"]), (&0.into(), &false.into()));
    // What came another way agrees: the key, a head on paper, the script that is shipped.
    let key = told["key"].as_str().unwrap().to_owned();
    let head = desk.path("vault/log/checkpoint");
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../ceremony/scripts/genesis.yaml");
    let with = ["--key", &key, "--anchor", text(&head), "--script", script];
    let proved = verify(&desk, &bytes, &with);
    assert_eq!((proved.exit, &proved.json["is_vouched_for"]), (0, &true.into()), "{proved:?}");
    // And what does not agree is refused.
    let other = script.replace("genesis.yaml", "restore.yaml");
    let (another, ..) = Desk::with_key();
    let another = another.path("vault/log/checkpoint");
    for more in [
        ["--script", other.as_str()],
        ["--key", &key.replace('a', "b")],
        ["--anchor", text(&another)],
    ] {
        let refused = verify(&desk, &bytes, &more);
        assert_eq!((refused.exit, code(&refused)), (5, "SR-TRANSCRIPT-UNEXPECTED".into()));
    }
}

#[test]
fn names_are_withheld_and_the_rest_still_proves_itself() {
    let (desk, _, bytes) = exported(&["--withhold", "Ada Kern", "--withhold", "meeting room"]);
    let has = |text: &str| bytes.windows(text.len()).any(|part| part == text.as_bytes());
    assert!(!has("Ada Kern") && !has("meeting room"), "it is withheld");
    // Neither do lines in hexadecimal digits tell it.
    let digits: String = "Ada Kern".bytes().map(|byte| format!("{byte:02x}")).collect();
    assert!(!has(&digits) && has("Bruno Lang"));
    let proved = verify(&desk, &bytes, &[]);
    assert_eq!((proved.exit, &proved.json["is_replayed"]), (0, &false.into()), "{proved:?}");
    assert!(proved.json["withheld"].as_u64().unwrap() > 10, "{proved:?}");
}

#[test]
fn one_byte_changed_anywhere_is_found_and_named() {
    let (desk, _, bytes) = exported(&[]);
    let mut seen = std::collections::BTreeSet::new();
    // Some of each part: the whole would take an hour; the library flips every byte of a small one.
    for at in (0..bytes.len()).step_by(bytes.len() / 150) {
        let mut changed = bytes.clone();
        changed[at] ^= 1;
        let refused = verify(&desk, &changed, &[]);
        assert_eq!(refused.exit, 5, "byte {at}: {refused:?}");
        seen.insert(code(&refused));
    }
    assert!(seen.contains("SR-TRANSCRIPT-FIELD") && seen.len() > 1, "{seen:?}");
    for length in [0, 1, bytes.len() / 2, bytes.len() - 1] {
        let refused = verify(&desk, &bytes[..length], &[]);
        assert_eq!(code(&refused), "SR-TRANSCRIPT-MALFORMED", "{length}");
    }
}

#[test]
fn every_kind_of_ceremony_leaves_one_and_the_vaults_copy_is_compared() {
    let (desk, genesis) = Desk::with_key();
    for script in ["enrol", "health", "refresh"] {
        let file = answers(&format!("{script}.toml"));
        let ran = desk.run(&["ceremony", "run", script, "--answers", &file]);
        assert_eq!(ran.exit, 0, "{script}: {ran:?}");
        let id = ran.json["ceremony"].as_str().unwrap();
        let to = desk.path(script);
        let export = desk.run(&["ceremony", "export", id, "-o", text(&to)]);
        assert_eq!(export.exit, 0, "{script}: {export:?}");
        let proved = verify(&desk, &fs::read(&to).unwrap(), &[]);
        assert_eq!((proved.exit, &proved.json["is_replayed"]), (0, &true.into()), "{proved:?}");
        // It is not written over.
        assert_eq!(
            code(&desk.run(&["ceremony", "export", id, "-o", text(&to)])),
            "SR-CLI-OUTPUT-FILE"
        );
    }
    assert_eq!(desk.run(&["fsck"]).exit, 0);
    let id = genesis["ceremony"].as_str().unwrap();
    let file = desk.path(&format!("vault/documents/transcript-{id}.cbor"));
    let mut bytes = fs::read(&file).unwrap();
    bytes[1000] ^= 1;
    fs::write(&file, bytes).unwrap();
    let refused = desk.run(&["ceremony", "export", id, "-o", text(&desk.path("changed"))]);
    assert_eq!((refused.exit, code(&refused)), (5, "SR-TRANSCRIPT-COPY".into()), "{refused:?}");
}

#[test]
fn an_exported_log_has_every_entry_and_a_foreign_program_accepts_its_proofs() {
    let name = "an_exported_log_has_every_entry_and_a_foreign_program_accepts_its_proofs";
    let (desk, ..) = exported(&[]);
    let entries = desk.run(&["log", "verify"]).json["entries"].as_u64().unwrap();
    for (form, lines) in [("syslog", entries), ("cef", entries), ("json", entries + 1)] {
        let file = desk.path(form);
        let export = ["log", "export", "--format", form, "-o", text(&file)];
        let ran = desk.run(&export);
        assert_eq!((ran.exit, ran.json["entries"].as_u64()), (0, Some(entries)), "{ran:?}");
        let written = fs::read_to_string(&file).unwrap();
        assert_eq!(written.lines().count() as u64, lines, "{form}");
        assert_eq!(code(&desk.run(&export)), "SR-CLI-OUTPUT-FILE");
    }
    let Some(python) = python() else {
        return skip(name, "Python's peers are not installed: cargo xtask setup");
    };
    let check = "
import base64, json, sys
sys.path.insert(0, sys.argv[1])
import strongroom_transcript as kit
*entries, last = map(json.loads, open(sys.argv[2]))
origin, size, root = kit.opened(last['checkpoint'], last['key'])[1].rstrip().split('\\n')
for entry in entries:
    leaf = kit.sha256(b'\\0' + base64.b64decode(entry['entry']))
    path = [base64.b64decode(part) for part in entry['proof']]
    assert leaf.hex() == entry['leaf'], entry
    assert kit.included(leaf, entry['sequence'], int(size), path, base64.b64decode(root)), entry
print(len(entries))
";
    let kit = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../docs/spec/decoder");
    let mut checked = Command::new(python);
    let checked = checked.args(["-B", "-c", check, kit]).arg(desk.path("json")).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&checked.stderr), "");
    assert_eq!(String::from_utf8_lossy(&checked.stdout).trim(), entries.to_string());
}

/// Where the set-up puts Python's libraries, beside the programs of the tests.
fn python() -> Option<PathBuf> {
    let here = std::env::current_exe().unwrap();
    let python = here.ancestors().nth(3).unwrap().join("peers/venv/bin/python");
    python.exists().then_some(python)
}

#[test]
fn a_verifier_that_was_written_from_the_specification_agrees() {
    let name = "a_verifier_that_was_written_from_the_specification_agrees";
    let Some(python) = python() else {
        return skip(name, "Python's peers are not installed: cargo xtask setup");
    };
    let script =
        concat!(env!("CARGO_MANIFEST_DIR"), "/../../../docs/spec/decoder/strongroom_transcript.py");
    let (desk, _, bytes) = exported(&["--withhold", "Ada Kern"]);
    let says = |bytes: &[u8]| {
        let file = desk.path("for-python");
        fs::write(&file, bytes).unwrap();
        let output = Command::new(&python).arg("-B").arg(script).arg(file).output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
        (output.status.code(), said)
    };
    let (exit, said) = says(&bytes);
    assert_eq!(exit, Some(0), "{said}");
    assert!(said.starts_with("ok ceremony.genesis ok"), "{said}");
    for at in (0..bytes.len()).step_by(bytes.len() / 40) {
        let mut changed = bytes.clone();
        changed[at] ^= 1;
        let (exit, said) = says(&changed);
        assert_eq!(exit, Some(1), "byte {at}: {said}");
        assert!(said.starts_with("WRONG "), "{said}");
    }
}

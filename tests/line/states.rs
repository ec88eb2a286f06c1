//! The state of a key decides what is done with it.

use engine::vault::{Vault, VaultView};
use terms::Timestamp;

use crate::program::{Desk, Ran, answers, sample_tree, text};

/// Puts the first key of the desk's vault into `state`.
fn set_state(desk: &Desk, state: &str) {
    let now = Timestamp::from_unix(1_800_000_000);
    let mut vault = Vault::open(&desk.path("vault"), now).unwrap();
    let changed =
        vault.perform("key.state", "a test", "a test", now, |act| act.set_key_state(1, state));
    changed.unwrap();
}

fn refused(ran: &Ran, code: &str) {
    assert_eq!((ran.exit, &ran.json["error"]["code"]), (6, &code.into()), "{ran:?}");
}

#[test]
fn nothing_is_sealed_to_a_key_whose_genesis_was_given_up() {
    let desk = Desk::empty();
    let all = std::fs::read_to_string(answers("genesis.toml")).unwrap();
    std::fs::write(desk.path("genesis.toml"), all.replace("314159", "123456")).unwrap();
    let genesis = desk.path("genesis.toml");
    assert_ne!(desk.run(&["ceremony", "run", "genesis", "--answers", text(&genesis)]).exit, 0);
    let view = VaultView::open(&desk.path("vault")).unwrap();
    let recipient = view.read().master_keys().unwrap().remove(0).recipient;
    sample_tree(&desk.path("tree"));
    let (to, tree) = (desk.path("archive"), desk.path("tree"));
    let sealed = desk.run(&["seal", "-r", &recipient, "-o", text(&to), text(&tree)]);
    refused(&sealed, "SR-VAULT-KEY-STATE");
    assert!(!to.exists(), "nothing was written");
    refused(&desk.run(&["key", "recipient", "drill/1"]), "SR-CLI-KEY-STATE");
    assert_eq!(desk.run(&["fsck"]).exit, 0);
}

#[test]
fn a_suspended_key_neither_seals_nor_opens_on_the_record() {
    let (desk, genesis) = Desk::with_key();
    sample_tree(&desk.path("tree"));
    desk.seal(&genesis, &desk.path("tree"), "archive");
    set_state(&desk, "suspended");
    refused(&desk.restore(&genesis, &[0, 1, 3], "archive", "out"), "SR-VAULT-KEY-STATE");
    let (archive, out) = (desk.path("archive"), desk.path("out"));
    let restore = ["ceremony", "run", "restore", "--answers", &answers("restore.toml")];
    let what = ["--archive", text(&archive), "--to", text(&out)];
    refused(&desk.run(&[&restore[..], &what].concat()), "SR-VAULT-KEY-STATE");
    assert!(!out.exists());
    let recipient = genesis["recipient"].as_str().unwrap();
    let (to, tree) = (desk.path("second"), desk.path("tree"));
    let sealed = desk.run(&["seal", "-r", recipient, "-o", text(&to), text(&tree)]);
    refused(&sealed, "SR-VAULT-KEY-STATE");
    set_state(&desk, "active");
    assert_eq!(desk.restore(&genesis, &[0, 1, 3], "archive", "out").exit, 0);
}

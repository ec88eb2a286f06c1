//! The driver on real tokens of SoftHSM.

use std::fs;
use std::os::unix::fs::{PermissionsExt, chown, symlink};
use std::path::Path;

use engine::tokens::{Tokens, TokensError};
use pkcs11::{Module, Pkcs11Tokens};
use reader::ReaderTokens;
use rustix::process::geteuid;
use secret::SecretBytes;
use terms::{Environment, KeyName, Problem, SplitId};
use token::{
    Assurance, Binding, Counting, Envelope, EnvelopeError, Pin, Slot, Token, TokenError,
    sign_approval, verify_approval,
};

use crate::hsm::{Hsm, MODULE, OFFICER_PIN, PIN, enrol, inside, rng, text};

fn binding() -> Binding {
    Binding {
        vault: None,
        key: KeyName { environment: Environment::Production, version: 1 },
        split: SplitId::from_bytes([2; 16]),
        group: 0,
        member: 1,
        holder: "Ada Example".into(),
    }
}

fn open(envelope: &Envelope, token: &mut dyn Token) -> Result<SecretBytes, EnvelopeError> {
    envelope.open(token, &Pin::new(&text(PIN)), &binding(), &mut |_| ())
}

#[test]
fn an_enrolled_token_opens_its_envelopes_and_signs_with_keys_that_stay_in_it() {
    let name = "driver::an_enrolled_token_opens_its_envelopes_and_signs_with_keys_that_stay_in_it";
    inside(name, |hsm| {
        ["ada", "ben"].iter().for_each(|label| hsm.make(label));
        let (mut ada, mut ben) = (hsm.token("ada"), hsm.token("ben"));
        let enrolled = enrol(&mut ada, PIN).unwrap();
        let serial = enrolled.identity.serial;
        assert!(enrolled.key_agreement_chain.is_none() && enrolled.signature_chain.is_none());
        assert_eq!(serial.assurance(), Assurance::Claimed);
        enrol(&mut ben, PIN).unwrap();
        // Each slot has its own key, of which nothing is proved.
        for (slot, key) in
            [(Slot::KeyAgreement, enrolled.key_agreement), (Slot::Signature, enrolled.signature)]
        {
            let state = ada.slot(slot).unwrap().unwrap();
            assert_eq!((state.key, state.is_generated, state.is_guarded), (Some(key), true, false));
            assert_eq!(ada.attest(slot), Err(TokenError::NotAttested { slot }));
        }
        let content = SecretBytes::from_slice(b"a share, made up");
        let key = &enrolled.key_agreement;
        let envelope = Envelope::seal(&content, &binding(), serial, key, &mut rng(3)).unwrap();
        assert_eq!(open(&envelope, &mut ada).unwrap().expose(), content.expose());
        let found = ben.identity().unwrap().serial;
        let wrong = EnvelopeError::Token(TokenError::WrongToken { expected: serial, found });
        assert_eq!(open(&envelope, &mut ben).unwrap_err(), wrong);
        let pin = text(PIN);
        let signed = sign_approval(&mut ada, b"plan", &Pin::new(&pin), &mut |_| ()).unwrap();
        assert!(verify_approval(&enrolled.signature, b"plan", &signed));
        assert!(!verify_approval(&enrolled.signature, b"another", &signed));
        // Another program sees two private keys that do not leave the token, and nothing else.
        let (listed, _) = hsm.ask_another("ada", &["--list-objects", "--type", "privkey"]);
        let stays = "sensitive, always sensitive, never extractable, local";
        assert_eq!(listed.matches(stays).count(), 2, "{listed}");
        let (listed, _) = hsm.ask_another("ada", &["--list-objects", "--type", "secrkey"]);
        assert!(!listed.contains("Secret Key"), "the result of ECDH is gone: {listed}");
    });
}

#[test]
fn a_token_that_holds_keys_of_ours_is_not_enrolled_again_and_costs_no_try() {
    inside(
        "driver::a_token_that_holds_keys_of_ours_is_not_enrolled_again_and_costs_no_try",
        |hsm| {
            hsm.make("ada");
            let mut ada = hsm.token("ada");
            let before = enrol(&mut ada, PIN).unwrap();
            let not_new = TokenError::NotFactoryNew { what: "it holds a key" };
            assert_eq!(enrol(&mut ada, "000000").unwrap_err(), not_new);
            assert_eq!(ada.pin_state().unwrap().counting, Counting::Flags { after_wrong: false });
            assert_eq!(ada.slot(Slot::Signature).unwrap().unwrap().key, Some(before.signature));
        },
    );
}

#[test]
fn a_wrong_pin_is_told_and_remembered_until_the_right_one_and_enrols_nothing() {
    let name = "driver::a_wrong_pin_is_told_and_remembered_until_the_right_one_and_enrols_nothing";
    inside(name, |hsm| {
        hsm.make("ada");
        let mut ada = hsm.token("ada");
        assert_eq!(enrol(&mut ada, "000000").unwrap_err(), TokenError::WrongPinUncounted);
        assert_eq!(ada.slot(Slot::Signature).unwrap(), None);
        let state = ada.pin_state().unwrap();
        assert_eq!((state.tries_left, state.tries_total), (2, 0), "at least two");
        assert_eq!(state.counting, Counting::Flags { after_wrong: true });
        let pin = text(PIN);
        let state = ada.verify_pin(&Pin::new(&pin)).unwrap();
        assert_eq!(state.counting, Counting::Flags { after_wrong: false });
        // The holder and the security officer change it, as on every other token.
        let (new, officer) = (text("161803"), text(OFFICER_PIN));
        ada.change_pin(&Pin::new(&pin), &new).unwrap();
        let wrong = ada.verify_pin(&Pin::new(&pin));
        assert_eq!(wrong, Err(TokenError::WrongPinUncounted));
        ada.unblock_pin(&Pin::new(&officer), &pin).unwrap();
        ada.verify_pin(&Pin::new(&pin)).unwrap();
        let short = ada.change_pin(&Pin::new(&pin), &text("1"));
        assert!(matches!(short, Err(TokenError::PinUnsuitable { .. })), "{short:?}");
    });
}

#[test]
fn a_key_that_can_leave_the_token_or_was_made_elsewhere_is_not_used() {
    inside("driver::a_key_that_can_leave_the_token_or_was_made_elsewhere_is_not_used", |hsm| {
        hsm.make("ada");
        let mut ada = hsm.token("ada");
        let pin = text(PIN);
        let empty = ada.sign(&[7; 32], &Pin::new(&pin), &mut |_| ());
        assert_eq!(empty, Err(TokenError::SlotEmpty { slot: Slot::Signature }));
        let make = ["--keypairgen", "--key-type", "EC:prime256v1", "--label", "strongroom/9c"];
        let (told, is_good) = hsm.ask_another("ada", &[&make[..], &["--extractable"]].concat());
        assert!(is_good, "{told}");
        let refused = ada.sign(&[7; 32], &Pin::new(&pin), &mut |_| ());
        let (slot, reason) = (Slot::Signature, "it can leave the token");
        assert_eq!(refused, Err(TokenError::WrongSlot { slot, reason }));
        // Two of one name are none: nobody knows which is meant.
        let (told, is_good) = hsm.ask_another("ada", &make);
        assert!(is_good, "{told}");
        let refused = ada.sign(&[7; 32], &Pin::new(&pin), &mut |_| ());
        assert_eq!(refused, Err(TokenError::WrongSlot { slot, reason: "there are several" }));
    });
}

#[test]
fn a_token_is_named_by_its_label_and_never_guessed() {
    inside("driver::a_token_is_named_by_its_label_and_never_guessed", |hsm| {
        ["ada", "ben", "ben"].iter().for_each(|label| hsm.make(label));
        let mut tokens = tokens(hsm);
        let serial = tokens.labelled("ada").unwrap();
        assert_eq!(tokens.take(serial, &mut rng(1)).unwrap().identity().unwrap().serial, serial);
        for (label, wanted) in [("ben", 2), ("Ada", 0), ("", 0)] {
            match tokens.labelled(label) {
                Err(TokensError::Label { found, .. }) => assert_eq!(found, wanted, "{label}"),
                other => panic!("{label}: {other:?}"),
            }
        }
        // Who names no module reaches none of its tokens.
        let none = ReaderTokens::new(false).take(serial, &mut rng(1)).err().unwrap();
        assert_eq!(none.code(), "SR-TOKENS-NO-MODULE");
        let none = ReaderTokens::new(false).labelled("ada").unwrap_err();
        assert_eq!(none.code(), "SR-TOKENS-NO-MODULE");
    });
}

fn tokens(hsm: &Hsm) -> Pkcs11Tokens<'static> {
    Pkcs11Tokens::new(hsm.module(), Box::new(ReaderTokens::new(false)))
}

#[test]
fn only_a_module_that_is_named_by_its_whole_path_and_nobody_else_can_write_is_loaded() {
    let name = "driver::\
                only_a_module_that_is_named_by_its_whole_path_and_nobody_else_can_write_is_loaded";
    inside(name, |hsm| {
        let refused = |path: &Path| Module::load(path).unwrap_err().code();
        for path in ["libsofthsm2.so", "", "/nowhere/libsofthsm2.so", "/usr/lib"] {
            assert_eq!(refused(Path::new(path)), "SR-MODULE-PATH", "{path}");
        }
        let file = hsm.dir().join("module.so");
        fs::write(&file, "no module").unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).unwrap();
        assert_eq!(refused(&file), "SR-MODULE-LOAD");
        fs::copy(MODULE, &file).unwrap();
        for mode in [0o666, 0o664, 0o646] {
            fs::set_permissions(&file, fs::Permissions::from_mode(mode)).unwrap();
            assert_eq!(refused(&file), "SR-MODULE-WRITABLE", "{mode:o}");
        }
        fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).unwrap();
        assert!(Module::load(&file).unwrap().name().unwrap().contains("SoftHSM"));
    });
}

#[test]
fn a_module_that_somebody_else_owns_or_can_exchange_is_not_loaded() {
    let name = "driver::a_module_that_somebody_else_owns_or_can_exchange_is_not_loaded";
    inside(name, |hsm| {
        let refused = |path: &Path| Module::load(path).unwrap_err().code();
        let above = hsm.dir().join("above");
        let folder = above.join("folder");
        fs::create_dir_all(&folder).unwrap();
        let file = folder.join("module.so");
        fs::write(&file, "no module").unwrap();
        let set = |path: &Path, mode| {
            fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
        };
        set(&file, 0o644);
        // It comes as far as the loading where nobody else writes, or only in a sticky folder.
        for path in [&above, &folder] {
            for (mode, code) in [
                (0o755, "SR-MODULE-LOAD"),
                (0o775, "SR-MODULE-WRITABLE"),
                (0o757, "SR-MODULE-WRITABLE"),
                (0o1777, "SR-MODULE-LOAD"),
                (0o755, "SR-MODULE-LOAD"),
            ] {
                set(path, mode);
                assert_eq!(refused(&file), code, "{} {mode:o}", path.display());
            }
        }
        // A link says nothing; what it leads to is looked at.
        let link = hsm.dir().join("link.so");
        symlink(&file, &link).unwrap();
        assert_eq!(refused(&link), "SR-MODULE-LOAD");
        set(&folder, 0o777);
        assert_eq!(refused(&link), "SR-MODULE-WRITABLE");
        set(&folder, 0o1777);
        // Only root can give files away.
        if geteuid().is_root() {
            for path in [&above, &folder, &file] {
                chown(path, Some(65_534), None).unwrap();
                assert_eq!(refused(&file), "SR-MODULE-OWNER", "{}", path.display());
                chown(path, Some(0), None).unwrap();
            }
        }
        assert_eq!(refused(&file), "SR-MODULE-LOAD");
    });
}

//! Approvals with a token, and tokens that are not what they should be.

use archive::Set;
use quorum::{GroupPolicy, QuorumPolicy};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;
use registry::Role;
use secret::{Secret, SecretText};
use tempfile::TempDir;
use terms::{CeremonyId, Digest, Environment, Problem as _, RequestId, Timestamp};
use token::virtual_yubikey::{VirtualConnection, VirtualYubiKey, serial};
use token::{
    AttestationChain, Enrolled, Enrolment, Firmware, Identity, LastTry, Pin, PinState, PivToken,
    PublicKey, Slot, SlotState, Start, Token, TokenError, Touch,
};

use crate::approval::{ApprovalError, Approvals};
use crate::files::{Conflict, open_set};
use crate::genesis::{Attendee, Genesis};
use crate::observer::Unwatched;
use crate::plan::{Intent, Plan};
use crate::restore::Choices;
use crate::seal::{SealOptions, SidecarRule, Source, seal};
use crate::vault::Vault;

const NOW: Timestamp = Timestamp::from_unix(1_800_000_000);
const PIN: &str = "271828";
const SCRIPT: (&str, Digest) = ("test", Digest::from_bytes([3; 32]));

/// A drill vault whose key Ada alone opens with her token, and an archive sealed to it.
struct Office {
    _dir: TempDir,
    vault: Vault,
    card: VirtualYubiKey,
    set: Set,
}

fn rng(seed: u8) -> ChaCha20Rng {
    ChaCha20Rng::from_seed([seed; 32])
}

fn attendee(name: &str, role: Role) -> Attendee {
    Attendee { name: name.to_owned(), role }
}

fn office() -> Office {
    let dir = TempDir::new().unwrap();
    let home = dir.path().join("vault");
    let mut vault = Vault::create(&home, Environment::Drill, "Test", NOW, &mut rng(1)).unwrap();
    let card = VirtualYubiKey::new(serial(1).unwrap(), &mut rng(2)).unwrap();
    let mut token = card.connect().unwrap();
    let people = [attendee("Max", Role::Administrator), attendee("Ada", Role::Custodian)];
    let groups = vec![GroupPolicy::new("custodians", 1, &["Ada"]).unwrap()];
    let policy = QuorumPolicy::new(1, groups).unwrap();
    let id = CeremonyId::from_bytes([1; 16]);
    let mut genesis = Genesis::begin(&mut vault, id, SCRIPT, &people, policy, NOW).unwrap();
    genesis.add_system_entropy(&mut rng(3));
    genesis.generate(NOW).unwrap();
    genesis.split(&mut vault, &mut rng(4), NOW).unwrap();
    let pin = SecretText::from_exposed(PIN);
    let serial = genesis.enrol(&mut vault, "Ada", &mut token, &pin, &mut rng(5), NOW).unwrap();
    genesis.seal_share(&mut vault, "Ada", serial, &mut rng(6), NOW).unwrap();
    genesis.prove_token(&mut vault, "Ada", &mut token, &Pin::new(&pin), &mut |_| ()).unwrap();
    genesis.proved(&mut vault, "Ada", NOW).unwrap();
    let made = genesis.make_effective(&mut vault, NOW).unwrap();
    genesis.close(&mut vault, NOW).unwrap();
    let (to, source) = (dir.path().join("archive"), dir.path().join("file"));
    std::fs::write(&source, "something").unwrap();
    let options = SealOptions {
        kit: false,
        sidecar: SidecarRule::Never,
        to: &to,
        label: "a test".into(),
        environment: Some(Environment::Drill),
        key: None,
        vault: None,
        checkpoint: None,
        volume_bytes: None,
        station: None,
        catalogue: None,
        parity: None,
        skip_unreadable: false,
        now: NOW,
    };
    let paths = [source];
    seal(Source::Paths(&paths), &made.recipient, &options, &mut rng(7), &Unwatched).unwrap();
    let set = open_set(&to).unwrap();
    Office { _dir: dir, vault, card, set }
}

impl Office {
    fn asked(&mut self) -> Approvals {
        let intent = Intent {
            selection: &[],
            target: "/nowhere",
            conflict: Conflict::Fail,
            choices: &Choices::default(),
            requester: "Rita",
            reason: "a test",
            now: NOW,
            valid_s: 60,
        };
        let plan = Plan::new(&self.set, &intent).unwrap();
        let people = [attendee("Rita", Role::Operator), attendee("Ada", Role::Custodian)];
        let ids = (CeremonyId::from_bytes([2; 16]), RequestId::from_bytes([2; 16]));
        Approvals::begin(&mut self.vault, ids, SCRIPT, &people, (&self.set, plan), NOW).unwrap()
    }

    fn approve(
        &mut self,
        approvals: &mut Approvals,
        token: &mut dyn Token,
        (pin, last_try): (&str, LastTry),
    ) -> Result<(), ApprovalError> {
        let pin = SecretText::from_exposed(pin);
        let pin = Pin::with_last_try(&pin, last_try);
        approvals.approve(&mut self.vault, "Ada", token, (&pin, &mut |_| ()), NOW)
    }
}

/// A token that signs with the key of another one.
struct Impostor {
    own: PivToken<VirtualConnection>,
    other: PivToken<VirtualConnection>,
}

impl Token for Impostor {
    fn identity(&mut self) -> Result<Identity, TokenError> {
        self.own.identity()
    }

    fn pin_state(&mut self) -> Result<PinState, TokenError> {
        self.own.pin_state()
    }

    fn verify_pin(&mut self, pin: &Pin<'_>) -> Result<PinState, TokenError> {
        self.own.verify_pin(pin)
    }

    fn change_pin(&mut self, old: &Pin<'_>, new: &SecretText) -> Result<(), TokenError> {
        self.own.change_pin(old, new)
    }

    fn unblock_pin(&mut self, puk: &Pin<'_>, new: &SecretText) -> Result<(), TokenError> {
        self.own.unblock_pin(puk, new)
    }

    fn slot(&mut self, slot: Slot) -> Result<Option<SlotState>, TokenError> {
        self.own.slot(slot)
    }

    fn attest(&mut self, slot: Slot) -> Result<AttestationChain, TokenError> {
        self.own.attest(slot)
    }

    fn agree(
        &mut self,
        peer: &PublicKey,
        pin: &Pin<'_>,
        touch: &mut dyn FnMut(Touch),
    ) -> Result<Secret<32>, TokenError> {
        self.own.agree(peer, pin, touch)
    }

    fn sign(
        &mut self,
        digest: &[u8; 32],
        pin: &Pin<'_>,
        touch: &mut dyn FnMut(Touch),
    ) -> Result<[u8; 64], TokenError> {
        self.other.sign(digest, pin, touch)
    }

    fn enrol(
        &mut self,
        enrolment: &Enrolment<'_>,
        rng: &mut dyn rand_core::CryptoRng,
    ) -> Result<Enrolled, TokenError> {
        self.own.enrol(enrolment, rng)
    }
}

#[test]
fn an_approval_counts_only_with_the_key_that_was_enrolled() {
    let mut office = office();
    let mut approvals = office.asked();
    let own = office.card.connect().unwrap();
    let other = VirtualYubiKey::new(serial(2).unwrap(), &mut rng(8)).unwrap();
    let mut other = other.connect().unwrap();
    let (pin, puk) = (SecretText::from_exposed(PIN), SecretText::from_exposed("31415926"));
    let minimum = Firmware::MINIMUM;
    let enrolment = Enrolment { pin: &pin, puk: &puk, start: Start::Fresh, minimum };
    other.enrol(&enrolment, &mut rng(9)).unwrap();
    let mut impostor = Impostor { own, other };
    let refused = office.approve(&mut approvals, &mut impostor, (PIN, LastTry::Keep));
    assert_eq!(refused.unwrap_err().code(), "SR-APPROVAL-SIGNATURE");
    assert!(approvals.given().is_empty());
    let request = RequestId::from_bytes([2; 16]);
    assert!(office.vault.read().approvals(request).unwrap().is_empty());
    office.approve(&mut approvals, &mut impostor.own, (PIN, LastTry::Keep)).unwrap();
    approvals.open(&mut office.vault, &office.set, NOW).unwrap();
}

#[test]
fn a_retired_token_approves_nothing_and_no_try_is_spent_on_it() {
    let mut office = office();
    let number = office.card.serial().to_string();
    let retire = |act: &registry::Act<'_>| act.retire_token(&number, registry::WhyRetired::Lost);
    office.vault.perform("token.retire", "Max", "it was lost", NOW, retire).unwrap();
    let mut approvals = office.asked();
    let mut token = office.card.connect().unwrap();
    let refused = office.approve(&mut approvals, &mut token, ("000001", LastTry::Keep));
    assert_eq!(refused.unwrap_err().code(), "SR-APPROVAL-RETIRED");
    assert_eq!(token.pin_state().unwrap().tries_left, 3);
    assert!(approvals.given().is_empty());
}

#[test]
fn the_last_try_is_spent_only_when_the_holder_says_so() {
    let mut office = office();
    let mut approvals = office.asked();
    let mut token = office.card.connect().unwrap();
    for _ in 0..2 {
        let wrong = office.approve(&mut approvals, &mut token, ("000001", LastTry::Keep));
        assert_eq!(wrong.unwrap_err().code(), "SR-TOKEN-WRONG-PIN");
    }
    let kept = office.approve(&mut approvals, &mut token, (PIN, LastTry::Keep));
    assert_eq!(kept.unwrap_err().code(), "SR-TOKEN-LAST-TRY");
    assert_eq!(token.pin_state().unwrap().tries_left, 1);
    office.approve(&mut approvals, &mut token, (PIN, LastTry::Use)).unwrap();
    assert_eq!(token.pin_state().unwrap().tries_left, 3);
}

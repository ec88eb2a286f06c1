//! Enrolments in a genesis that are interrupted and go on.

use quorum::{GroupPolicy, QuorumPolicy};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;
use registry::Role;
use secret::SecretText;
use tempfile::TempDir;
use terms::{CeremonyId, Digest, Environment, Problem as _, Timestamp};
use token::virtual_yubikey::{Faults, VirtualYubiKey, serial};
use token::{Pin, Token as _};

use crate::genesis::{Attendee, Genesis, GenesisError};
use crate::vault::Vault;

const NOW: Timestamp = Timestamp::from_unix(1_800_000_000);
/// More commands than an enrolment sends.
const MANY: u32 = 100;

fn rng(seed: u8) -> ChaCha20Rng {
    ChaCha20Rng::from_seed([seed; 32])
}

fn begun(vault: &mut Vault) -> Genesis {
    let people = [
        Attendee { name: "Max".to_owned(), role: Role::Administrator },
        Attendee { name: "Ada".to_owned(), role: Role::Custodian },
    ];
    let groups = vec![GroupPolicy::new("custodians", 1, &["Ada"]).unwrap()];
    let policy = QuorumPolicy::new(1, groups).unwrap();
    let script = ("test", Digest::from_bytes([3; 32]));
    let id = CeremonyId::from_bytes([1; 16]);
    Genesis::begin(vault, id, script, &people, policy, NOW).unwrap()
}

fn enrol(
    (genesis, vault): (&mut Genesis, &mut Vault),
    card: &VirtualYubiKey,
    pin: &str,
) -> Result<(), GenesisError> {
    let failed = |error| GenesisError::Token { holder: "Ada".to_owned(), error };
    let mut token = card.connect().map_err(failed)?;
    let pin = SecretText::from_exposed(pin);
    genesis.enrol(vault, "Ada", &mut token, &pin, &mut rng(5), NOW).map(drop)
}

fn fresh_vault(dir: &TempDir) -> Vault {
    let home = dir.path().join("vault");
    Vault::create(&home, Environment::Drill, "Test", NOW, &mut rng(1)).unwrap()
}

#[test]
fn an_enrolment_that_was_interrupted_at_any_command_goes_on_with_the_same_pin() {
    let mut interrupted = 0;
    for number in 1..MANY {
        let dir = TempDir::new().unwrap();
        let mut vault = fresh_vault(&dir);
        let mut genesis = begun(&mut vault);
        let card = VirtualYubiKey::new(serial(1).unwrap(), &mut rng(2)).unwrap();
        card.inject(Faults::remove_after(number));
        let first = enrol((&mut genesis, &mut vault), &card, "271828");
        if card.commands() < number {
            first.unwrap();
            break;
        }
        assert_eq!(first.unwrap_err().code(), "SR-TOKEN-REMOVED");
        interrupted += 1;
        card.inject(Faults::default());
        enrol((&mut genesis, &mut vault), &card, "271828").unwrap();
        let mut token = card.connect().unwrap();
        let pin = SecretText::from_exposed("271828");
        assert_eq!(token.verify_pin(&Pin::new(&pin)).unwrap().tries_left, 3);
        let number = card.serial().to_string();
        assert_eq!(vault.read().token(&number).unwrap().unwrap().person, "Ada");
    }
    assert!(interrupted > 20, "only {interrupted} commands were interrupted");
}

#[test]
fn a_token_that_somebody_used_before_is_refused_however_often_it_is_tried() {
    let dir = TempDir::new().unwrap();
    let mut vault = fresh_vault(&dir);
    let mut genesis = begun(&mut vault);
    let card = VirtualYubiKey::new(serial(1).unwrap(), &mut rng(2)).unwrap();
    let factory = SecretText::from_exposed("123456");
    let chosen = SecretText::from_exposed("314159");
    card.connect().unwrap().change_pin(&Pin::new(&factory), &chosen).unwrap();
    for _ in 0..2 {
        let refused = enrol((&mut genesis, &mut vault), &card, "271828");
        assert_eq!(refused.unwrap_err().code(), "SR-TOKEN-NOT-FACTORY-NEW");
    }
    assert_eq!(card.connect().unwrap().pin_state().unwrap().tries_left, 3);
}

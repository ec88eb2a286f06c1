//! What a vault takes: not in a drill, but where shares are to be protected.

use std::fs;

use engine::genesis::{Attendee, Genesis};
use engine::vault::Vault;
use quorum::{GroupPolicy, QuorumPolicy};
use registry::Role;
use terms::{CeremonyId, Digest, Environment, Problem, Timestamp};
use token::{Slot, Token};

use crate::hsm::{PIN, inside, rng, text};

const NOW: Timestamp = Timestamp::from_unix(1_800_000_000);
const REASON: &str = "the bank issues no other cards";

#[test]
fn production_takes_a_token_that_attests_nothing_only_for_a_reason_on_the_record() {
    let name = "ceremony::\
                production_takes_a_token_that_attests_nothing_only_for_a_reason_on_the_record";
    inside(name, |hsm| {
        hsm.make("ada");
        let home = hsm.dir().join("vault");
        let environment = Environment::Production;
        let mut vault = Vault::create(&home, environment, "Test", NOW, &mut rng(20)).unwrap();
        let groups = vec![GroupPolicy::new("custodians", 1, &["Ada"]).unwrap()];
        let policy = QuorumPolicy::new(1, groups).unwrap();
        let people = [Attendee { name: "Ada".to_owned(), role: Role::Custodian }];
        let (id, script) = (CeremonyId::from_bytes([1; 16]), ("test", Digest::from_bytes([3; 32])));
        let mut genesis = Genesis::begin(&mut vault, id, script, &people, policy, NOW).unwrap();
        let (mut token, pin) = (hsm.token("ada"), text(PIN));
        let refused = genesis.enrol(&mut vault, "Ada", &mut token, &pin, &mut rng(30), NOW);
        assert_eq!(refused.unwrap_err().code(), "SR-GENESIS-UNATTESTED");
        assert_eq!(token.slot(Slot::Signature).unwrap(), None, "nothing was made in it");
        assert!(vault.read().tokens().unwrap().is_empty());
        let mut genesis = genesis.admitting_unattested(Some(REASON));
        let serial = genesis.enrol(&mut vault, "Ada", &mut token, &pin, &mut rng(30), NOW).unwrap();
        let row = vault.read().token(&serial.to_string()).unwrap().unwrap();
        assert_eq!(row.attestation, None);
        assert!(row.model.contains("SoftHSM") && row.model.contains("ada"), "{}", row.model);
        drop(vault);
        // The act's reason is part of the registry's state, whose digest is in the log.
        let files = fs::read_dir(&home).unwrap().map(|entry| entry.unwrap().path());
        let mut files = files.filter(|path| path.is_file()).map(|path| fs::read(path).unwrap());
        let holds = |bytes: Vec<u8>| bytes.windows(REASON.len()).any(|w| w == REASON.as_bytes());
        assert!(files.any(holds), "the reason is on the record");
    });
}

//! A lock is proved by the tokens that a vault has in use, and by no others.

use registry::{Act, TokenKind, TokenRow, WhyRetired};
use tempfile::TempDir;
use terms::Environment;

use super::threshold::{NOW, Office, office, rng};
use crate::threshold::{ThresholdError, enrolled_keys};
use crate::vault::Vault;

/// A vault in which every holder of the office was enrolled.
fn vault_of(office: &Office) -> (TempDir, Vault) {
    let dir = TempDir::new().unwrap();
    let home = dir.path().join("vault");
    let mut vault = Vault::create(&home, Environment::Drill, "Test", NOW, &mut rng(1)).unwrap();
    let keys: Vec<_> = office.lock.tokens().collect();
    let enrol = |act: &Act<'_>| {
        office.enrolled.iter().zip(&keys).try_for_each(|(own, named)| {
            act.add_person(&own.holder)?;
            act.add_token(&TokenRow {
                serial: own.serial.to_string(),
                kind: TokenKind::Virtual,
                model: "virtual".into(),
                firmware: "5.7.4".into(),
                person: own.holder.clone(),
                agreement_key: named.key.agreement().as_bytes().to_vec(),
                signing_key: own.key.as_bytes().to_vec(),
                attestation: None,
                enrolled_at: NOW,
                retired_at: None,
            })
        })
    };
    vault.perform("ceremony.enrol", "Max", "tokens of the holders", NOW, enrol).unwrap();
    (dir, vault)
}

fn retire(vault: &mut Vault, serial: &str) {
    let retire = |act: &Act<'_>| act.retire_token(serial, WhyRetired::Stolen);
    vault.perform("token.retire", "Max", "it was stolen", NOW, retire).unwrap();
}

/// threshold-1 T10
#[test]
fn a_vault_proves_a_lock_of_the_tokens_that_it_has_in_use() {
    let mut office = office();
    let signed = office.signed();
    let (_dir, vault) = vault_of(&office);
    let proved = signed.prove(&enrolled_keys(vault.read()).unwrap()).unwrap();
    assert_eq!(proved.lock(), &office.lock);
}

/// threshold-1 T10
#[test]
fn a_lock_that_names_a_retired_token_is_refused_whosever_it_is() {
    let mut office = office();
    let signed = office.signed();
    for own in &office.enrolled {
        let (_dir, mut vault) = vault_of(&office);
        retire(&mut vault, &own.serial.to_string());
        let refused = signed.prove(&enrolled_keys(vault.read()).unwrap()).unwrap_err();
        let ThresholdError::NotEnrolled { holder, serial } = refused else {
            panic!("{refused}");
        };
        assert_eq!((holder, serial), (own.holder.clone(), own.serial));
    }
}
